import type { Doc } from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { Channel, PeerChange } from "../../wire/index.ts";
import type { SyncPlatform } from "../platform.ts";
import type { Outgoing } from "./outgoing.ts";
import type { CreateAftermath, CutStep } from "./session-types.ts";
import type { Unsaved } from "./unsaved.ts";

/**
 * Where a replica stands. `connecting`: asking the hub; `syncing`: connected, with edits not acknowledged yet; `synced`: the hub
 * has made everything durable; `offline`: waiting to try again, edits gather; `refused`: the hub does not accept this
 * document or these edits, see `error` (with `SYNC_LIMIT` it tries again, ever more rarely); `stopped`: by `stop()`.
 * @public
 */
export type ReplicaStatus = "connecting" | "syncing" | "synced" | "offline" | "refused" | "stopped";

/** What is given by whoever makes a replica. Times in milliseconds. */
export interface ConnectionOptions {
  readonly doc: Doc;
  readonly name: string;
  readonly connect: () => Channel | Promise<Channel>;
  readonly platform: SyncPlatform;
  readonly minRetryMs?: number | undefined;
  readonly maxRetryMs?: number | undefined;
  readonly connectMs?: number | undefined;
  readonly maxFrameBytes?: number | undefined;
}

/** The replica whose connection it is. */
export interface ConnectionOwner {
  readonly known: Unsaved;
  readonly outgoing: Outgoing;
  /** What sessions need to follow a refusal or a cut, where it is loaded. */
  readonly createAftermath: CreateAftermath | undefined;
  /** Loads it. */
  prepare(): Promise<void>;
  /** Makes what is pending anew on the hub's document, without what was refused. */
  renew(hub: Doc, refusal: Refusal): Promise<void>;
  /** The document goes into the hub's epoch. */
  cut(steps: readonly CutStep[]): Promise<boolean>;
}

/** What a connection tells. */
export interface ConnectionListener {
  /** Status, error or level are others. */
  changed(): void;
  /** The hub has more of what was made here. */
  acknowledged(): void;
  opened(): void;
  peers(full: boolean, changes: readonly PeerChange[]): void;
  lost(): void;
  /** No channel opens, for the second time in a row at least. */
  unreachable?(): void;
}

/** What a hub refused. */
export interface Refusal {
  readonly error: CodedError;
  /** Those of the outgoing transactions; empty: all there are, as they were sent as one. */
  readonly updates: ReadonlySet<Uint8Array>;
  /** What the hub took meanwhile. */
  readonly taken: readonly Uint8Array[];
}
