import type { ErrorCode } from "../errors/index.ts";
import type { PeerChange, SyncLevel, WireValue } from "../wire/index.ts";
import type { ReplicaStatus } from "./connection.ts";
import type { ReplicaOptions } from "./replica.ts";

/**
 * The tabs of one browser that have one document open, seen from one of them: `browserTabs` of `busbar/client/sync` makes them.
 * @public
 */
export interface TabGroup {
  /** Sends a message, of plain values and bytes, to every other tab. */
  post(message: unknown): void;
  /** Hears the others. Returns its stop. */
  listen(listener: (message: unknown) => void): () => void;
  /**
   * Asks to lead: `begin` is called when this tab does, `end` when it does no longer. At most one tab leads, save for moments in which one is
   * taken for dead and is not.
   * @param take - Whether to take it from whoever leads now.
   * @returns Gives it up, or stops asking; `end` is not called then.
   */
  lead(begin: () => void, end: () => void, take: boolean): () => void;
  /** Hears that this tab is about to sleep, or to end: what is to be said must be said now. Returns its stop. */
  onSleep(listener: () => void): () => void;
  /** Hears that this tab was asleep, and may have missed messages. Returns its stop. */
  onWake(listener: () => void): () => void;
  /** Ends listening and asking. */
  close(): void;
}

/**
 * What a replica that shares its connection with other tabs needs.
 * @public
 */
export interface TabReplicaOptions extends ReplicaOptions {
  /** The tabs that have this document open, by the same address and for the same user. */
  readonly tabs: TabGroup;
}

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
    }
  /** What was pending has been made anew, on the hub's document; do so too. */
  | ({ readonly kind: "renewed"; readonly to: number | undefined } & Renewal)
  /** The document was cut; come along. */
  | ({ readonly kind: "cut"; readonly to: number | undefined } & TabCut)
  | { readonly kind: "state"; readonly state: State }
  | { readonly kind: "peers"; readonly full: boolean; readonly changes: readonly PeerChange[] }
  | { readonly kind: "opened" | "ask" | "retry" }
  | { readonly kind: "presence"; readonly state: WireValue };

/** How a tab went into an epoch. */
export interface TabCut {
  readonly epoch: number;
  /** What it had before; empty when that was given up. */
  readonly old: Uint8Array;
  /** And after. */
  readonly base: Uint8Array;
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
