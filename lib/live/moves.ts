import type { ErrorCode } from "../errors/index.ts";
import { ACK, ADOPT, ERROR, encodeLiveFrame, type HelloFrame, PATCH } from "../wire/index.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { acknowledge, askRender, runNext, windowFull } from "./ledger.ts";
import {
  type Detached,
  type Draining,
  type Ledger,
  type Live,
  move,
  type Resuming,
  type SessionState,
  type Throttled,
} from "./states.ts";

/** Close codes of a live socket. */
export const GOING_AWAY = 1001;
export const PROTOCOL_ERROR = 1002;
export const POLICY = 1008;

/** One kind of instruction. */
export type Step<Kind extends Instruction["kind"]> = Extract<Instruction, { readonly kind: Kind }>;
/** A session with a socket that takes patches. */
export type Connected = Live | Throttled;

/** A live session whose window is full is throttled. */
export function settleIn(state: Connected, limits: SessionLimits, nowMs: number, out: Output[]): SessionState {
  if (state.kind === "throttled" || !windowFull(state.ledger, limits)) return state;
  out.push({ kind: "timer", atMs: nowMs + limits.stallMs });
  return move(state, { kind: "throttled", ledger: state.ledger, sinceMs: nowMs });
}

/** Replays what the client lacks, or mounts when that is gone. */
export function resume(
  state: Detached,
  hello: HelloFrame,
  sameBuild: boolean,
  nowMs: number,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  const { ledger } = state;
  const resuming: Resuming = move(state, { kind: "resuming", ledger });
  const seq = hello[3];
  const oldest = ledger.sent[0]?.seq ?? ledger.seq + 1;
  // A page that could not be adopted (render hash 0) has no tree to patch, whatever seq it names.
  const usable = sameBuild && hello[6] !== 0 && seq >= oldest - 1 && seq <= ledger.seq;
  if (!usable) {
    out.push({ kind: "render", what: "mount", fresh: false });
    return move(resuming, { kind: "remounting", ledger, hello, fresh: false, sameBuild });
  }
  out.push({ kind: "send", bytes: encodeLiveFrame([ADOPT, ledger.epoch, seq]) });
  const kept = acknowledge(ledger, seq);
  for (const frame of kept.sent) out.push({ kind: "send", bytes: frame.bytes });
  if (kept.told < kept.handled) out.push({ kind: "send", bytes: encodeLiveFrame([ACK, kept.handled]) });
  const heard = { ...kept, heardAtMs: nowMs, told: kept.handled };
  out.push({ kind: "timer", atMs: nowMs + limits.idleMs });
  const full = windowFull(heard, limits);
  const live = move(resuming, { kind: "live", ledger: heard.dirty && !full ? askRender(heard, out) : heard });
  return settleIn(live, limits, nowMs, out);
}

/** Says why, closes this socket, and lets the session wait for a better one. */
export function drop(
  state: Connected,
  code: ErrorCode,
  retryAfterMs: number,
  nowMs: number,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  sendError(code, 0, retryAfterMs, out);
  out.push({ kind: "close", code: retryAfterMs > 0 ? POLICY : PROTOCOL_ERROR, reason: code });
  out.push({ kind: "report", code });
  return detach(state, state.ledger, nowMs, limits, out);
}

export function detach(
  state: Connected | Draining,
  ledger: Ledger,
  nowMs: number,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  const expiresAtMs = nowMs + limits.detachedMs;
  out.push({ kind: "timer", atMs: expiresAtMs });
  return move(state, { kind: "detached", ledger, expiresAtMs });
}

export function refuse(
  state: Extract<SessionState, { kind: "joining" | "remounting" }>,
  code: ErrorCode,
  out: Output[],
): SessionState {
  sendError(code, 0, 0, out);
  out.push({ kind: "close", code: POLICY, reason: code });
  return move(state, { kind: "refused", code });
}

/** The handler ended: take note, say what went wrong, start the next one. */
export function settle(ledger: Ledger, what: Step<"settled">, connected: boolean, out: Output[]): Ledger {
  if (what.ref !== ledger.running || what.ref === 0) return ledger;
  if (what.error !== undefined) {
    if (connected) sendError(what.error, what.ref, 0, out);
    out.push({ kind: "report", code: what.error });
  }
  return runNext({ ...ledger, running: 0, handled: what.ref }, out);
}

export function store(ledger: Ledger, what: Step<"rendered">): Ledger {
  if (what.operations.length === 0) return ledger;
  const seq = ledger.seq + 1;
  const bytes = encodeLiveFrame([PATCH, seq, ledger.handled, ...what.operations]);
  return { ...ledger, seq, sent: [...ledger.sent, { seq, bytes }] };
}

export function sendError(code: ErrorCode, ref: number, retryAfterMs: number, out: Output[]): void {
  out.push({ kind: "send", bytes: encodeLiveFrame([ERROR, code, ref, retryAfterMs]) });
}
