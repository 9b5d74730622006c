/**
 * busbar as a Fastify plugin.
 * @packageDocumentation
 */
export { type FastifyHandlerOptions, fastifyHandler, send } from "./handler.ts";
