import type { App, MaybePromise, Reply } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { FetchRequest } from "./fetch-request.ts";
import type { FetchHandlerOptions } from "./options.ts";
import { type Exchange, toResponse } from "./to-response.ts";

/**
 * Answers a request, at once where the app does; `undefined` when it is not the app's.
 * @public
 */
export type FetchHandler<Host = void> = (request: Request, host: Host) => MaybePromise<Response | undefined>;

/**
 * Makes the app a function from `Request` to `Response`. What is not the app's is `undefined`, with the body unread; errors nobody answered
 * are thrown, or rejected.
 * @remarks The second argument is the host's own: what it passes beside the request, such as Hono's context or Bun's server. It is handed
 * to the options, and is `c.request.raw` when it is given, else the `Request` is. A streamed reply is given back with its first chunk at hand, is pulled no
 * faster than it is read, and is let go when it is cancelled. No `Response` can carry a 101: sockets need `busbar/ws` or the host's own.
 * @example
 * ```ts
 * const answer = fetchHandler(app);
 * Deno.serve(async (request) => (await answer(request)) ?? new Response("Not Found", { status: 404 }));
 * ```
 * @public
 */
export function fetchHandler<Host = void>(app: App, options: FetchHandlerOptions<Host> = {}): FetchHandler<Host> {
  const base = encoded(options.base ?? "").replace(/\/$/, "");
  return (request, host) => {
    const url = pathBelow(base, request.url);
    if (url === undefined) return undefined;
    const hostRequest = new FetchRequest(request, host, url, base, options);
    let reply: ReturnType<App["handle"]>;
    try {
      reply = app.handle(hostRequest);
    } catch (error) {
      return failed(hostRequest, error);
    }
    if (reply === undefined) return undefined;
    return "then" in reply ? later(hostRequest, reply) : answered(hostRequest, reply);
  };
}

async function later(request: Exchange, reply: Promise<Reply | undefined>): Promise<Response | undefined> {
  try {
    const settled = await reply;
    return settled === undefined ? undefined : await toResponse(request, settled);
  } catch (error) {
    return failed(request, error);
  }
}

function answered(request: Exchange, reply: Reply): MaybePromise<Response> {
  const response = toResponse(request, reply);
  return response instanceof Promise ? response.catch((error) => failed(request, error)) : response;
}

/** Nobody reads the answer to a client that left; an error would only fill the host's log. */
function failed(request: Exchange, error: unknown): Response {
  if (isCodedError(error) && error.code === "APP_CLIENT_GONE" && request.isGone)
    return new Response(null, { status: 499 });
  throw error;
}

/** A base as URLs have it: `/café` is `/caf%C3%A9` in every request. */
function encoded(base: string): string {
  return base === "" ? "" : new URL(base, "http://base.invalid").pathname;
}

/** Path and query of an absolute URL, below the base. */
function pathBelow(base: string, href: string): string | undefined {
  const start = href.indexOf("/", href.indexOf("://") + 3);
  const url = start < 0 ? "/" : href.slice(start);
  if (base === "") return url;
  if (!url.startsWith(base)) return undefined;
  const rest = url.slice(base.length);
  if (rest === "" || rest.startsWith("?") || rest.startsWith("#")) return `/${rest}`;
  return rest.startsWith("/") ? rest : undefined;
}
