/**
 * busbar as Express middleware (4 and 5).
 * @packageDocumentation
 */

export { send } from "../node/index.ts";
export { type ExpressMiddleware, type ExpressNext, type ExpressRequest, expressHandler } from "./handler.ts";
export { type ExpressRoute, type ExpressRoutesOptions, type ExpressTable, expressRoutes } from "./routes.ts";
