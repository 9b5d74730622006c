import type { ErrorCode } from "../../errors/index.ts";
import type { HelloFrame } from "../../wire/index.ts";
import type { Output, SessionLimits } from "./instructions.ts";

/** A patch that was sent and is not acknowledged. */
export interface SentFrame {
  /** Its seq. */
  readonly seq: number;
  /** The encoded frame, kept for a replay. */
  readonly bytes: Uint8Array;
}

/** What waits for its turn, by its ref. */
export type Turn = Extract<Output, { readonly kind: "run" | "navigate" }>;

/** A reply or an error that the client may not have got. */
export interface KeptAnswer {
  /** Once the client has applied a later seq than this, it has the answer as well: frames are ordered. */
  readonly seq: number;
  /** The encoded frame. */
  readonly bytes: Uint8Array;
  /** The event, when it says that nobody knows what became of it, or that it was not stored. */
  readonly lost?: number | undefined;
}

/**
 * What a session remembers about its conversation. seq and ref never restart while a page lives. The machine writes in it: who wants to keep a state
 * copies it with {@link copyState}.
 */
export class Ledger {
  /** Changes with every fresh mount. */
  epoch: number;
  /** Last seq sent. */
  seq: number = 0;
  /** Sent and not acknowledged, oldest first. */
  readonly sent: SentFrame[] = [];
  /** Bytes of `sent`. */
  sentBytes: number = 0;
  /** Last ref accepted. */
  seen: number = 0;
  /** Last ref whose handler settled. */
  handled: number = 0;
  /** Last handled ref the client was told. */
  told: number = 0;
  /** Accepted, not started. */
  readonly waiting: Turn[] = [];
  /** Answers the client may not have got, oldest first. */
  readonly answers: KeptAnswer[] = [];
  /** An event that had begun when a process died, and of which nobody knows what it did; or 0. */
  unknown: number = 0;
  /**
   * It goes on from a snapshot, which may be older than what the client has heard: of events that were given up, or could not be stored. So the client's next event says where
   * it goes on.
   */
  mayLag: boolean = false;
  /** Answers to pieces of files, held back because more would exceed the limits. */
  readonly held: Uint8Array[] = [];
  /** The client takes operations that change many rows at once. */
  takesMany: boolean = false;
  /** The ref whose turn it is, or 0. */
  running: number = 0;
  /** A render was asked for and has not answered. */
  isRendering: boolean = false;
  /** Something changed that no asked-for render covers. */
  isDirty: boolean = false;
  /** Frames the client may still send now. */
  allowance: number;
  /** Bytes it may still send now. */
  byteAllowance: number;
  /** When the allowances were computed, in milliseconds. */
  allowanceAtMs: number;
  /** When the client last said anything. */
  heardAtMs: number;

  /** The ledger of a session that has said nothing yet. */
  constructor(epoch: number, limits: Pick<SessionLimits, "frameBurst" | "byteBurst">, nowMs: number) {
    this.epoch = epoch;
    this.allowance = limits.frameBurst;
    this.byteAllowance = limits.byteBurst;
    this.allowanceAtMs = nowMs;
    this.heardAtMs = nowMs;
  }
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
  /** The client may show just what is mounted, if the hashes say so. */
  readonly compare: boolean;
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
  /** A snapshot of it is at hand: the client finds the session it knew. */
  readonly isRestored: boolean;
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

/** A state that the machine will not write in. */
export function copyState<State extends SessionState>(state: State): State {
  return "ledger" in state ? { ...state, ledger: copyLedger(state.ledger) } : state;
}

function copyLedger(ledger: Ledger): Ledger {
  const { sent, waiting, answers, held } = ledger;
  const copy = Object.create(Ledger.prototype) as Ledger; // cast: it has what the next line gives it
  return Object.assign(copy, ledger, {
    sent: [...sent],
    waiting: [...waiting],
    answers: [...answers],
    held: [...held],
  });
}
