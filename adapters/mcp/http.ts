import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { App, Context, Reply, RequestHeaders } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { createMcpServer } from "./server.ts";
import { createToolTable } from "./tools.ts";
import type { ServeMcpOptions } from "./types.ts";

const FORWARDED = ["authorization", "cookie", "accept-language", "traceparent", "tracestate"];

/**
 * Offers routes of an app as MCP tools over streamable HTTP, at a route of the app. A call runs its route through the app's own pipeline: guards,
 * validation and limits apply, with the client's own headers.
 * @remarks Stateless: each message is answered by itself, as JSON; there are no sessions, and no stream to the client. Batches are refused. Middleware of an app that
 * this one is mounted in runs for the message, not again for the route it calls.
 * @throws CodedError `MCP_BAD_TOOL`, `APP_BAD_LIMIT`; as `app.post`.
 * @example
 * ```ts
 * app.get("/orders/:id", { response: Order, meta: { mcp: { description: "One order by its number." } } }, showOrder);
 * serveMcp(app, { name: "shop", version: "1.0.0", use: requireAuth });
 * ```
 * @public
 */
export function serveMcp(app: App, options: ServeMcpOptions): void {
  const { path = "/mcp", use, maxBodyBytes } = options;
  const tools = createToolTable(app, options);
  const route = { ...(use === undefined ? {} : { use }), meta: { openapi: false, mcp: false } };
  const names = [...(options.forwardHeaders ?? FORWARDED).map((name) => name.toLowerCase()), "host", ":authority"];
  app.post(path, { ...route, ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }) }, async (c) => {
    const refused = refusalOf(c.request.headers, options);
    if (refused !== undefined) return rpcError(c, 403, -32_000, refused);
    const message = await readMessage(c);
    if (message === undefined) return rpcError(c, 400, -32_700, "the body is not JSON");
    if (Array.isArray(message)) return rpcError(c, 400, -32_600, "one message at a time");
    const caller = { headers: pick(c.request.headers, names), request: c.request };
    const server = createMcpServer(app, tools, options, caller);
    return exchange(c, server, message);
  });
  app.route(["GET", "DELETE"], path, route, (c) =>
    rpcError(c, 405, -32_000, "there are no streams or sessions", { allow: "POST" }),
  );
}

/** One message in, one answer out. When the client leaves, the tool at work is told by its signal. */
async function exchange(c: Context, server: ReturnType<typeof createMcpServer>, message: unknown): Promise<Reply> {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const { signal } = c;
  let leave = (): void => {};
  const left = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason);
  });
  left.catch(() => {}); // heard by the race, if it comes to that
  signal.addEventListener("abort", leave);
  try {
    signal.throwIfAborted();
    await server.connect(transport);
    const headers = pick(c.request.headers, ["accept", "content-type", "mcp-protocol-version"]);
    const request = new Request("http://mcp.invalid/", { method: "POST", headers: headers as Record<string, string> }); // cast: pick gives strings
    const response = await Promise.race([transport.handleRequest(request, { parsedBody: message }), left]);
    return c.text(await response.text(), response.status, [...response.headers]);
  } finally {
    signal.removeEventListener("abort", leave);
    await server.close();
  }
}

/** The message, `undefined` when it is no JSON: the protocol has an answer of its own for that. */
async function readMessage(c: Context): Promise<unknown> {
  try {
    return await c.readJson();
  } catch (error) {
    if (isCodedError(error) && error.code === "APP_BAD_JSON") return undefined;
    throw error;
  }
}

/**
 * A page can have a name of its own lead to this machine, and so speak to it as if it were its own server. It cannot hide its origin, though, and the
 * name it used stands in Host.
 */
function refusalOf(
  headers: RequestHeaders,
  { allowedOrigins = [], allowedHosts }: ServeMcpOptions,
): string | undefined {
  const { origin, host = headers[":authority"] } = headers;
  if (origin !== undefined && !allowedOrigins.includes(String(origin))) return "this origin is not allowed";
  const site = headers["sec-fetch-site"];
  if (origin === undefined && site !== undefined && site !== "none") return "web pages are not allowed";
  if (allowedHosts === undefined) return undefined;
  const name = String(host ?? "").toLowerCase();
  const known = allowedHosts.some(
    (each) => each.toLowerCase() === name || each.toLowerCase() === name.replace(/:\d+$/, ""),
  );
  return known ? undefined : "this host is not allowed";
}

function rpcError(c: Context, status: number, code: number, message: string, headers?: Record<string, string>): Reply {
  return c.json({ jsonrpc: "2.0", error: { code, message }, id: null }, status, headers);
}

function pick(headers: RequestHeaders, names: readonly string[]): Readonly<Record<string, string>> {
  const kept = names.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, typeof value === "string" ? value : value.join(", ")] as const];
  });
  return Object.fromEntries(kept);
}
