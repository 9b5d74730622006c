/**
 * busbar as Koa middleware.
 * @packageDocumentation
 */
export { type KoaContext, type KoaMiddleware, koaHandler, send } from "./handler.ts";
