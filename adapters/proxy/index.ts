/**
 * A streaming reverse proxy for routes that another server answers, over `undici`.
 * @packageDocumentation
 */
export type { ProxyOptions, ReverseProxy } from "./options.ts";
export { createProxy } from "./proxy.ts";
