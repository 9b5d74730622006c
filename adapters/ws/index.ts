/**
 * WebSocket upgrades over `ws`, for live views and documents.
 * @packageDocumentation
 */
export { acceptSockets, createUpgrade, type SocketServerOptions, type Upgrade } from "./accept.ts";
export { channelOf } from "./channel.ts";
