/**
 * WebSocket upgrades over `ws`, for live views and documents.
 * @packageDocumentation
 */
export { acceptSockets } from "./accept.ts";
export { channelOf } from "./channel.ts";
export { createUpgrade, type SocketServerOptions, type Upgrade } from "./upgrade.ts";
