import { type HandlerResult, type MaybePromise, type Reply, toReply } from "../../lib/app/index.ts";
import { FetchRequest } from "./fetch-request.ts";
import { toResponse } from "./to-response.ts";

/**
 * Makes a reply, a template, or anything of a reply's shape the `Response` to a request, in any fetch handler.
 * @returns A promise when the body is a stream: its first chunk is waited for, so that what fails before can still become an error page.
 * @throws what rendering or the stream's start threw, at once or as a rejection.
 * @example
 * ```ts
 * Deno.serve((request) => send(request, reply(request).main(ui.count, 1)));
 * ```
 * @public
 */
export function send(request: Request, reply: HandlerResult): MaybePromise<Response> {
  return toResponse(new FetchRequest(request, undefined, request.url, "", {}), withoutHops(toReply(reply)));
}

/** What an app's replies have lost when they come here: HTTP/2 servers refuse them, and no trailers follow. */
function withoutHops({ status, headers, body }: Reply): Reply {
  const kept = headers.filter(([name]) => !OF_CONNECTION.test(name) || (status === 426 && /^upgrade$/i.test(name)));
  return { status, headers: kept, body };
}

const OF_CONNECTION = /^(?:http2-settings|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;
