import type { Doc, ReapplyResult, ReapplyStep, Version } from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { Signal } from "../../signals/index.ts";
import type { LocalLog } from "../device/local-log.ts";
import type { SyncPlatform } from "../platform.ts";
import type { TabCut } from "../tabs/types.ts";
import type { Refusal } from "./connection-types.ts";
import type { Outgoing } from "./outgoing.ts";
import type { CutStep } from "./session-types.ts";
import type { RebasedEdits, RefusedEdit } from "./types.ts";
import type { Unsaved } from "./unsaved.ts";

/** What makes a replica's document anew. */
export interface Renews {
  /** On the hub's document, with what is pending but not refused. Resolves once it is stored. */
  renew(hub: Doc, refusal: Refusal): Promise<void>;
  /** In the hub's epoch, with all that the hub has not got. True when that is all there is. */
  cut(steps: readonly CutStep[]): Promise<boolean>;
  /** Whether an update is, or follows, one that is no more. */
  isDead(update: Uint8Array): boolean;
  /** What sessions that still have what was made anew will ask for, as kept in the store, */
  toKeep?(): Uint8Array | undefined;
  /** and what that gave before this session. */
  learn?(bytes: Uint8Array): void;
}

/** What is told of it, to a tab that has others. */
export interface RenewalWatcher {
  /** Transactions are about to be made anew on `base`. Returns who hears what came of each, once they are. */
  becomes(base: Uint8Array, error: CodedError): (results: readonly ReapplyResult[]) => void;
  /**
   * The document is about to go from what it was into an epoch; undefined when it is given up. Returns who hears that it has.
   * @param made - The transactions that were brought over.
   */
  enters(epoch: number, before: Doc | undefined, now: Doc | undefined, made: readonly Uint8Array[]): () => void;
}

/** A renewer that tabs share the work of. */
export interface TabRenews extends Renews {
  /** Operations that are no more, as they were refused or made anew: from the first number of a replica to the last that was seen. */
  readonly dead: ReadonlyMap<number, { readonly from: number; readonly to: number }>;
  /** Of an update, what is not in the document `now`, is no more. */
  bury(update: Uint8Array, now: Version): void;
  /** Transactions are made anew on `base`. */
  becomes(base: Uint8Array, steps: readonly ReapplyStep[], error: CodedError): void;
  /**
   * Another tab went into the next epoch with what it knew of; what this one has beyond is brought over too.
   * @returns What that is, transaction by transaction.
   */
  follow(cut: TabCut): readonly Uint8Array[];
}

/** Makes one. It is a part that is loaded by itself. */
export type CreateRenewer = new (host: RenewerHost, watcher?: RenewalWatcher) => TabRenews;

/** The replica whose document that is. */
export interface RenewerHost {
  readonly doc: Doc;
  readonly platform: SyncPlatform;
  readonly known: Unsaved;
  readonly outgoing: Outgoing;
  readonly log: LocalLog | undefined;
  readonly refused: Signal<readonly RefusedEdit[]>;
  readonly rebased: Signal<readonly RebasedEdits[]>;
  readonly storeError: Signal<unknown>;
  /** This session has written to the document. */
  claim(): void;
  /** The number of what is not acknowledged may be another. */
  counted(): void;
}
