import type { Doc } from "../crdt/index.ts";
import type { Signal } from "../signals/index.ts";
import type { Refusal } from "./connection.ts";
import type { LocalLog } from "./local-log.ts";
import type { Outgoing } from "./outgoing.ts";
import type { SyncPlatform } from "./platform.ts";
import type { RebasedEdits, RefusedEdit } from "./replica-types.ts";
import type { CutStep } from "./session.ts";
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
