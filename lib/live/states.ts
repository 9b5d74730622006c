import type { ErrorCode } from "../errors/index.ts";
import type { HelloFrame, WireValue } from "../wire/index.ts";

/** A patch that was sent and is not acknowledged. */
export interface SentFrame {
  /** Its seq. */
  readonly seq: number;
  /** The encoded frame, kept for a replay. */
  readonly bytes: Uint8Array;
}

/** An event that waits for its turn. */
export interface WaitingEvent {
  /** Its ref. */
  readonly ref: number;
  /** Index of the handler. */
  readonly handler: number;
  /** Arguments as they came. */
  readonly args: WireValue;
}

/**
 * What a session remembers about its conversation. seq and ref never restart while a page lives.
 */
export interface Ledger {
  /** Changes with every fresh mount. */
  readonly epoch: number;
  /** Last seq sent. */
  readonly seq: number;
  /** Sent and not acknowledged, oldest first. */
  readonly sent: readonly SentFrame[];
  /** Last ref accepted. */
  readonly seen: number;
  /** Last ref whose handler settled. */
  readonly handled: number;
  /** Last handled ref the client was told. */
  readonly told: number;
  /** Accepted, not started. */
  readonly waiting: readonly WaitingEvent[];
  /** The ref whose handler runs, or 0. */
  readonly running: number;
  /** A render was asked for and has not answered. */
  readonly rendering: boolean;
  /** Something changed that no asked-for render covers. */
  readonly dirty: boolean;
  /** Frames the client may still send now. */
  readonly allowance: number;
  /** When `allowance` was computed, in milliseconds. */
  readonly allowanceAtMs: number;
  /** When the client last said anything. */
  readonly heardAtMs: number;
}

/** The page went out over HTTP; nobody has joined. */
export interface Rendered {
  readonly kind: "rendered";
  readonly ledger: Ledger;
  /** Hash of the markup that went out. */
  readonly render: number;
  /** Hash of the templates that went out. */
  readonly templates: number;
  readonly expiresAtMs: number;
}
/** A socket asked to join. */
export interface Joining {
  readonly kind: "joining";
  readonly ledger: Ledger;
  readonly hello: HelloFrame;
}
/** Connected; the window is open. */
export interface Live {
  readonly kind: "live";
  readonly ledger: Ledger;
}
/** Connected; the window is full, renders wait. */
export interface Throttled {
  readonly kind: "throttled";
  readonly ledger: Ledger;
  readonly sinceMs: number;
}
/** The socket is gone; the session waits for it. */
export interface Detached {
  readonly kind: "detached";
  readonly ledger: Ledger;
  readonly expiresAtMs: number;
}
/** The client is back. */
export interface Resuming {
  readonly kind: "resuming";
  readonly ledger: Ledger;
}
/** A full page is being made for a connected client. */
export interface Remounting {
  readonly kind: "remounting";
  readonly ledger: Ledger;
  readonly hello: HelloFrame;
  /** False while the state the client knew still exists. */
  readonly fresh: boolean;
  /** Whether the client's page came from this build. */
  readonly sameBuild: boolean;
}
/** Told to leave; the socket may still be open. */
export interface Draining {
  readonly kind: "draining";
  readonly ledger: Ledger;
  readonly endsAtMs: number;
}
/** Mount or render threw. */
export interface Crashed {
  readonly kind: "crashed";
  readonly ledger: Ledger;
  readonly expiresAtMs: number;
}
/** Nobody came in time: state is gone, the token may still mount again. */
export interface Expired {
  readonly kind: "expired";
  readonly ledger: Ledger;
}
/** Not let in. Final. */
export interface Refused {
  readonly kind: "refused";
  readonly code: ErrorCode;
}
/** Over. Final. */
export interface Closed {
  readonly kind: "closed";
}

/** The state of one session, one type per state. */
export type SessionState =
  | Rendered
  | Joining
  | Live
  | Throttled
  | Detached
  | Resuming
  | Remounting
  | Draining
  | Crashed
  | Expired
  | Refused
  | Closed;

/** For each state, the states that may follow it. */
export interface LegalNext {
  readonly rendered: Joining | Expired;
  readonly joining: Live | Remounting | Refused;
  readonly live: Throttled | Detached | Draining | Crashed | Closed;
  readonly throttled: Live | Detached | Draining | Closed;
  readonly detached: Resuming | Expired | Closed;
  readonly resuming: Live | Remounting;
  readonly remounting: Live | Refused;
  readonly draining: Detached | Closed;
  readonly crashed: Remounting | Closed;
  readonly expired: Remounting;
  readonly refused: never;
  readonly closed: never;
}

/**
 * Moves a session to its next state. A move that is not in {@link LegalNext} does not compile.
 * @example
 * ```ts
 * move(rendered, expired);   // fine
 * move(closed, live);        // type error
 * ```
 */
export function move<From extends SessionState, To extends LegalNext[From["kind"]]>(_from: From, to: To): To {
  return to;
}

/**
 * The ledger of a session that has said nothing yet.
 */
export function freshLedger(epoch: number, allowance: number, nowMs: number): Ledger {
  return {
    epoch,
    seq: 0,
    sent: [],
    seen: 0,
    handled: 0,
    told: 0,
    waiting: [],
    running: 0,
    rendering: false,
    dirty: false,
    allowance,
    allowanceAtMs: nowMs,
    heardAtMs: nowMs,
  };
}
