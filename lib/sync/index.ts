/**
 * Documents kept equal between browsers, servers and a store: hub, replica, presence.
 * @packageDocumentation
 */
export { createHub, type Hub, type HubHandle, type HubOptions, type SyncConnection } from "./hub.ts";
export type { HubLimits } from "./hub-limits.ts";
export { memoryStore } from "./memory-store.ts";
export type { SyncPlatform } from "./platform.ts";
export { createPresence, type Peer, type Presence, type PresenceOptions } from "./presence.ts";
export {
  createReplica,
  type PresenceLine,
  type PresenceListener,
  type Replica,
  type ReplicaOptions,
  type ReplicaStatus,
} from "./replica.ts";
export type { Store, StoredDocument } from "./store.ts";
