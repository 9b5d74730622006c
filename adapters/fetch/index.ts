/**
 * busbar as a fetch handler: `(Request) => Response | undefined`, for Hono, Bun, Deno and anything else that speaks the web's own types.
 * @packageDocumentation
 */
export { type FetchHandler, fetchHandler } from "./handler.ts";
export type { FetchHandlerOptions } from "./options.ts";
export { send } from "./send.ts";
