/**
 * Documents kept equal between browsers, servers and a store: hub, replica, presence.
 * @packageDocumentation
 */
export { type ClaimTable, createClaimTable, cutClaims } from "./claims.ts";
export type { StoredStatus } from "./device/local-log.ts";
export type { HubDocuments, HubFile } from "./hub/files.ts";
export { createHub } from "./hub/hub.ts";
export type { HubLimits } from "./hub/limits.ts";
export type { HubStats } from "./hub/meter.ts";
export type { Hub, HubHandle, HubHooks, HubOptions, SyncConnection, SyncUpdate } from "./hub/types.ts";
export { memoryStore } from "./memory-store.ts";
export { byteOrder } from "./names.ts";
export { demandOption } from "./options.ts";
export type { SyncPlatform } from "./platform.ts";
export { createPresence, type Peer, type Presence, type PresenceOptions } from "./presence/presence.ts";
export { decodeSelection, describePeer, encodeSelection, type TextSelection } from "./presence/selection.ts";
export { type TextCursor, TextCursors, type TextCursorsOptions } from "./presence/text-cursors.ts";
export type { ReplicaStatus } from "./replica/connection-types.ts";
export { createReplica } from "./replica/replica.ts";
export type {
  PresenceLine,
  PresenceListener,
  RebasedEdits,
  RefusedEdit,
  Replica,
  ReplicaOptions,
} from "./replica/types.ts";
export { type NodeValues, signalOf } from "./signal-of.ts";
export type { AppendClaim, CutClaim, DocumentLog, ListOptions, Store, StoredDocument } from "./store.ts";
export type { TabGroup, TabSource } from "./tabs/group.ts";
