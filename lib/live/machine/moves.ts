import type { ErrorCode } from "../../errors/index.ts";
import { ACK, ADOPT, CAN_MANY, ERROR, encodeLiveFrame, type HelloFrame, REPLY } from "../../wire/index.ts";
import { canDo } from "./can-do.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { acknowledge, askRender, isMount, keepAnswer, runNext, windowFull } from "./ledger.ts";
import {
  type Closed,
  type Detached,
  type Draining,
  type Ledger,
  type Live,
  move,
  type Remounting,
  type Resuming,
  type SessionState,
  type Throttled,
} from "./states.ts";

/** Close codes of a live socket. */
export const NORMAL = 1000;
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
  const [first] = ledger.sent;
  const oldest = first?.seq ?? ledger.seq + 1;
  // A page that has joined nothing was bound elsewhere, if this session began with another one: that it is told before anything else.
  const isStranger = (hello[8] ?? 0) === 0 && first !== undefined && isMount(first.bytes) && seq < oldest;
  // A page that could not be adopted (render hash 0) has no tree to patch, whatever seq it names.
  const usable =
    sameBuild &&
    canDo(hello, CAN_MANY) === ledger.takesMany &&
    !isStranger &&
    hello[6] !== 0 &&
    !isOfOther(hello, ledger) &&
    seq >= oldest - 1 &&
    seq <= ledger.seq;
  if (!usable) return askMount(resuming, hello, sameBuild, out);
  send(encodeLiveFrame([ADOPT, ledger.epoch, seq]), out);
  acknowledge(ledger, seq);
  replay(ledger, out);
  tellHandled(ledger, out);
  ledger.heardAtMs = nowMs;
  out.push({ kind: "timer", atMs: nowMs + limits.idleMs });
  if (ledger.isDirty && !windowFull(ledger, limits)) askRender(ledger, out);
  return settleIn(move(resuming, { kind: "live", ledger }), limits, nowMs, out);
}

/** Whether the client has joined another session since it knew this one: its seqs and refs went on there. */
export function isOfOther(hello: HelloFrame, ledger: Ledger): boolean {
  const epoch = hello[8] ?? 0;
  return epoch !== 0 && epoch !== ledger.epoch;
}

/** The state the client knew still exists, what it shows does not. */
function askMount(state: Resuming, hello: HelloFrame, sameBuild: boolean, out: Output[]): Remounting {
  out.push({ kind: "mount", fresh: false, compare: false });
  return move(state, {
    kind: "remounting",
    ledger: state.ledger,
    hello,
    fresh: false,
    compare: false,
    sameBuild,
  });
}

/** Sends again what the client may lack, in the order it was made: answers before what tells of their refs. */
function replay({ sent, answers }: Ledger, out: Output[]): void {
  let next = 0;
  for (const frame of sent) {
    for (let answer = answers[next]; answer !== undefined && answer.seq < frame.seq; answer = answers[++next]) {
      send(answer.bytes, out);
    }
    send(frame.bytes, out);
  }
  for (const answer of answers.slice(next)) send(answer.bytes, out);
}

/** Says why, closes this socket, and lets the session wait for a better one. */
export function drop(
  state: Connected | Draining,
  code: ErrorCode,
  retryAfterMs: number,
  nowMs: number,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  sendError(code, 0, retryAfterMs, out);
  out.push({ kind: "close", code: retryAfterMs > 0 ? POLICY : PROTOCOL_ERROR, reason: code });
  out.push({ kind: "report", code });
  return detach(state, nowMs, limits, out);
}

/** The socket is gone. */
export function detach(state: Connected | Draining, nowMs: number, limits: SessionLimits, out: Output[]): Detached {
  const expiresAtMs = nowMs + limits.detachedMs;
  state.ledger.held.length = 0; // a file announced again is answered with how much of it has come
  out.push({ kind: "timer", atMs: expiresAtMs });
  return move(state, { kind: "detached", ledger: state.ledger, expiresAtMs });
}

/** Nobody will come back: all is over. */
export function leave(state: Connected | Draining, out: Output[]): Closed {
  out.push({ kind: "close", code: NORMAL, reason: "left" });
  return move(state, { kind: "closed" });
}

/** Not let in, or not any more. */
export function refuse(
  state: Extract<SessionState, { kind: "joining" | "remounting" }>,
  code: ErrorCode,
  out: Output[],
): SessionState {
  sendError(code, 0, 0, out);
  out.push({ kind: "close", code: POLICY, reason: code });
  return move(state, { kind: "refused", code });
}

/** The turn of a ref has ended: take note, say what came of it, start the next one. */
export function settle(
  ledger: Ledger,
  what: Step<"settled">,
  connected: boolean,
  limits: SessionLimits,
  out: Output[],
): void {
  const { ref, error, reply } = what;
  if (ref !== ledger.running || ref === 0) return;
  if (error !== undefined || reply !== undefined) {
    const bytes = encodeLiveFrame(error !== undefined ? [ERROR, error, ref, 0] : [REPLY, ref, reply ?? null]);
    if (connected) send(bytes, out);
    keepAnswer(ledger, bytes, limits, error === "LIVE_NOT_STORED" ? ref : undefined);
  }
  // The page is loaded instead, as it would be without JavaScript: nothing went wrong.
  if (error !== undefined && error !== "LIVE_NO_NAVIGATION") out.push({ kind: "report", code: error });
  ledger.running = 0;
  ledger.handled = Math.max(ledger.handled, ref); // the client may have been elsewhere meanwhile, and gone on counting there
  runNext(ledger, out);
}

/** Says which events are handled, unless that was said. */
export function tellHandled(ledger: Ledger, out: Output[]): void {
  if (ledger.told === ledger.handled) return;
  ledger.told = ledger.handled;
  send(encodeLiveFrame([ACK, ledger.handled]), out);
}

export function send(bytes: Uint8Array, out: Output[]): void {
  out.push({ kind: "send", bytes });
}

export function sendError(code: ErrorCode, ref: number, retryAfterMs: number, out: Output[]): void {
  send(encodeLiveFrame([ERROR, code, ref, retryAfterMs]), out);
}
