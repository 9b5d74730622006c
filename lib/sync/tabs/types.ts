import type { ErrorCode } from "../../errors/index.ts";
import type { PeerChange, SyncLevel, WireValue } from "../../wire/index.ts";
import type { ReplicaStatus } from "../replica/connection-types.ts";

/** What tabs say to each other: plain values and bytes. */
export type TabMessage =
  /** Here I am, with this; send what I lack. */
  | { readonly kind: "hello"; readonly tab: number; readonly version: Uint8Array; readonly leads: boolean }
  | {
      readonly kind: "updates";
      readonly to: number | undefined;
      readonly epoch: number;
      /** All that is lacking, where transactions are not all of it, */
      readonly whole: Uint8Array | undefined;
      /** and those that the hub may not have, one by one. */
      readonly updates: readonly Uint8Array[];
      readonly unsaved: Uint8Array;
      /** False: whoever hears them stores them too. Those of earlier releases do not say. */
      readonly areStored?: boolean;
    }
  /** What was pending has been made anew, on the hub's document; do so too. */
  | ({ readonly kind: "renewed"; readonly to: number | undefined } & Renewal)
  /** The document was cut; come along. */
  | ({ readonly kind: "cut"; readonly to: number | undefined } & TabCut)
  | { readonly kind: "state"; readonly state: State }
  | { readonly kind: "peers"; readonly full: boolean; readonly changes: readonly PeerChange[] }
  | { readonly kind: "opened" | "ask" | "retry" }
  /** I lead and cannot reach the hub; lead if you can. */
  | { readonly kind: "try"; readonly to: number }
  /** Who has heard all until here? And what of this have I missed? */
  | {
      readonly kind: "call";
      readonly call: number;
      readonly tab: number;
      readonly epoch: number;
      readonly renewals: readonly number[];
    }
  | { readonly kind: "here"; readonly call: number | undefined; readonly tab: number }
  | { readonly kind: "bye"; readonly tab: number }
  | { readonly kind: "presence"; readonly state: WireValue };

/** How a tab went into an epoch. */
export interface TabCut {
  readonly epoch: number;
  /** What it had before; empty when that was given up. */
  readonly old: Uint8Array;
  /** And after. */
  readonly base: Uint8Array;
  /** Of that, what the hub may not have, one by one; those of earlier releases do not say. */
  readonly made?: readonly Uint8Array[];
}

/** Where the leader stands. */
export interface State {
  readonly status: ReplicaStatus;
  readonly level: SyncLevel | undefined;
  readonly error: readonly [code: string, message: string] | undefined;
  readonly unsaved: Uint8Array;
}

/** How what was pending was made anew. */
export interface Renewal {
  /** Drawn at random: no tab does the same twice. */
  readonly id: number;
  readonly base: Uint8Array;
  /** What whoever did it knew, now or before. */
  readonly handled: Uint8Array;
  /** Of the document that came of it. */
  readonly version: Uint8Array;
  readonly steps: readonly {
    readonly update: Uint8Array;
    readonly isRefused: boolean;
    readonly renewed: Uint8Array | null;
  }[];
  readonly error: readonly [code: ErrorCode, message: string];
}
