import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { App, HostRequest, RequestHeaders } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { failure, resultOf } from "./result.ts";
import { isRecord, type Tool } from "./tools.ts";
import type { McpOptions } from "./types.ts";

/** What of the client's connection the routes get to see. */
export interface Caller {
  readonly headers: RequestHeaders;
  /** The request that carried the message, if there was one. */
  readonly request: HostRequest | undefined;
}

/** Runs a tool: its route is asked through the whole pipeline, as a request of the client's own would be. */
export async function callTool(
  app: App,
  tool: Tool,
  args: Readonly<Record<string, unknown>>,
  caller: Caller,
  signal: AbortSignal,
  options: McpOptions,
): Promise<CallToolResult> {
  let url: string;
  try {
    url = urlOf(tool, args);
  } catch (error) {
    if (error instanceof BadArgument || isCodedError(error)) return failure(error.message);
    throw error;
  }
  try {
    const reply = await app.handle(requestOf(tool, url, args["body"], caller, signal));
    if (reply === undefined) return failure(`${tool.method} ${tool.route.pattern} does not answer this call`);
    return await resultOf(reply, options.maxResultBytes ?? 262_144, signal);
  } catch (error) {
    if (!signal.aborted) (options.report ?? console.error)(error);
    return failure(`${tool.method} ${tool.route.pattern} failed`);
  }
}

/** An argument that has no place in a request. */
class BadArgument extends Error {}

function urlOf({ route }: Tool, args: Readonly<Record<string, unknown>>): string {
  for (const key of Object.keys(args))
    if (!PARTS.has(key)) throw new BadArgument(`${key.slice(0, 64)} is not an argument`);
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of entriesOf(args, "params"))
    params[name === "wildcard" && route.pattern.endsWith("/*") ? "*" : name] = textOf(value, "params");
  const fields = new URLSearchParams();
  for (const [name, value] of entriesOf(args, "query")) {
    for (const each of Array.isArray(value) ? value : [value]) fields.append(name, textOf(each, "query"));
  }
  // cast: the router checks names and values itself, whatever the type of the pattern says
  const path = (route as { url(params: Readonly<Record<string, string>>): string }).url(params);
  const query = fields.toString();
  return query === "" ? path : `${path}?${query}`;
}

const PARTS: ReadonlySet<string> = new Set(["params", "query", "body"]);

/** `null` stands for "not given", as models like to write it. */
function entriesOf(args: Readonly<Record<string, unknown>>, part: string): [string, unknown][] {
  const value = args[part] ?? {};
  if (!isRecord(value)) throw new BadArgument(`${part} must be an object`);
  return Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
}

function textOf(value: unknown, part: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new BadArgument(
    `${part} may hold text, numbers, true and false${part === "query" ? ", and lists of them" : ""}`,
  );
}

function requestOf(tool: Tool, url: string, body: unknown, caller: Caller, signal: AbortSignal): HostRequest {
  const bytes = body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body));
  const announced =
    bytes === undefined ? {} : { "content-type": "application/json", "content-length": String(bytes.length) };
  const accept = "application/json, text/*;q=0.9, */*;q=0.1";
  return {
    method: tool.method,
    url,
    headers: { ...caller.headers, accept, ...announced },
    base: caller.request?.base,
    address: caller.request?.address,
    secure: caller.request?.secure,
    async *stream() {
      if (bytes !== undefined) yield bytes;
    },
    signal,
    raw: caller.request?.raw,
  };
}
