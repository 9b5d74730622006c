import {
  ACK,
  CAN_MANY,
  type ClientFrame,
  DRAIN,
  EVENT,
  encodeLiveFrame,
  HELLO,
  type HelloFrame,
  LEAVE,
  NAV,
  PING,
  RESYNC,
  UPLOAD,
} from "../../wire/index.ts";
import { endOfWait, idleAt } from "./clock.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { acknowledge, askRender, pay, runInTurn, sendHeld, storePage, storePatch, windowFull } from "./ledger.ts";
import {
  type Connected,
  detach,
  drop,
  GOING_AWAY,
  leave,
  resume,
  type Step,
  send,
  sendError,
  settle,
  settleIn,
  tellHandled,
} from "./moves.ts";
import { move, type SessionState, type Turn } from "./states.ts";

/** The longest address that servers and browsers agree on. */
const MAX_URL = 8192;

/** 1. Frames, after the rate limit. 2. Answers of the application. 3. Time and loss. */
export function whileConnected(
  state: Connected,
  what: Instruction,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  const { ledger } = state;
  switch (what.kind) {
    case "frame":
      if (!pay(ledger, what.bytes, what.nowMs, limits)) {
        return drop(state, "LIVE_RATE_LIMITED", 1000, what.nowMs, limits, out);
      }
      return onFrame(state, what.frame, what.nowMs, limits, out);
    case "badFrame":
      return drop(state, what.code, 0, what.nowMs, limits, out);
    case "settled":
      settle(ledger, what, true, limits, out);
      if (state.kind === "live") askRender(ledger, out);
      else {
        tellHandled(ledger, out); // renders wait, the client must not
        ledger.isDirty = true;
      }
      return state;
    case "uploaded": {
      ledger.held.push(encodeLiveFrame([UPLOAD, what.entry, what.received, what.code]));
      const atMs = sendHeld(ledger, what.nowMs, limits, out);
      if (atMs !== undefined) out.push({ kind: "timer", atMs });
      return state;
    }
    case "rendered":
      return onRendered(state, what, limits, out);
    case "redrawn":
      ledger.isRendering = false;
      ledger.isDirty = false;
      send(storePage(ledger, what.templates, what.content), out);
      tellHandled(ledger, out); // a PATCH says so itself
      return settleIn(state, limits, what.nowMs, out);
    case "invalidate":
      if (state.kind === "live") askRender(ledger, out);
      else ledger.isDirty = true;
      return state;
    case "failed":
      return onFailed(state, what, limits, out);
    case "tick":
      return onTick(state, what, limits, out);
    case "socketLost":
      return detach(state, what.nowMs, limits, out);
    case "takenOver":
      return drop(state, "LIVE_TAKEN_OVER", 0, what.nowMs, limits, out);
    case "drain":
      send(encodeLiveFrame([DRAIN, what.reason, what.retryAfterMs]), out);
      out.push({ kind: "timer", atMs: what.nowMs + limits.detachedMs });
      return move(state, { kind: "draining", ledger, endsAtMs: what.nowMs + limits.detachedMs });
    case "close":
      out.push({ kind: "close", code: GOING_AWAY, reason: "closed" });
      return move(state, { kind: "closed" });
    default:
      return state;
  }
}

function onFrame(
  state: Connected,
  frame: ClientFrame,
  nowMs: number,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  switch (frame[0]) {
    case EVENT: {
      const turn: Turn = { kind: "run", ref: frame[1], handler: frame[3], args: frame[4] };
      return onTurn(state, frame[2], turn, nowMs, limits, out);
    }
    case NAV:
      if (frame[3].length > MAX_URL) return drop(state, "WIRE_BAD_LIVE_FRAME", 0, nowMs, limits, out);
      return onTurn(state, frame[2], { kind: "navigate", ref: frame[1], url: frame[3] }, nowMs, limits, out);
    case ACK:
      return onAck(state, frame[1], nowMs, limits, out);
    case PING:
      send(encodeLiveFrame([PING, frame[1]]), out);
      return state;
    case UPLOAD:
      out.push({ kind: "upload", entry: frame[1], offset: frame[2], part: frame[3] });
      return state;
    case RESYNC:
      return resync(state, frame[1], nowMs, limits, out);
    case LEAVE:
      return leave(state, out);
    default:
      return drop(state, "WIRE_BAD_LIVE_FRAME", 0, nowMs, limits, out); // a second HELLO
  }
}

/** An event or a navigation: both have a ref, acknowledge a seq, and wait for their turn. */
function onTurn(
  before: Connected,
  seq: number,
  turn: Turn,
  nowMs: number,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  const state = onAck(before, seq, nowMs, limits, out);
  if (!isConnected(state)) return state;
  const { ledger } = state;
  const { ref } = turn;
  if (ref <= ledger.seen) {
    // Sent twice because an acknowledgement was lost. It ran once; only say so again.
    if (ref <= ledger.handled) send(encodeLiveFrame([ACK, ledger.handled]), out);
    return state;
  }
  if (ref !== ledger.seen + 1 && !ledger.mayLag) return drop(state, "WIRE_BAD_LIVE_FRAME", 0, nowMs, limits, out);
  if (ledger.waiting.length >= limits.waitingEvents) {
    return drop(state, "LIVE_RATE_LIMITED", 1000, nowMs, limits, out);
  }
  ledger.mayLag = false;
  ledger.seen = ref;
  runInTurn(ledger, turn, out);
  return state;
}

function onAck(state: Connected, seq: number, nowMs: number, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  if (seq > ledger.seq) return drop(state, "WIRE_BAD_LIVE_FRAME", 0, nowMs, limits, out);
  acknowledge(ledger, seq);
  if (state.kind === "live" || windowFull(ledger, limits)) return state;
  if (ledger.isDirty) askRender(ledger, out);
  return move(state, { kind: "live", ledger });
}

/** The client misses what follows a seq. */
function resync(state: Connected, seq: number, nowMs: number, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  const detached = move(state, { kind: "detached", ledger, expiresAtMs: nowMs + limits.detachedMs });
  const hello: HelloFrame = [
    HELLO,
    new Uint8Array(),
    "",
    seq,
    ledger.seen,
    0,
    1,
    ledger.takesMany ? CAN_MANY : 0,
    ledger.epoch,
  ];
  return resume(detached, hello, true, nowMs, limits, out);
}

function onRendered(state: Connected, what: Step<"rendered">, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  const { operations } = what;
  const bytes = operations.length > 0 ? storePatch(ledger, operations) : undefined;
  ledger.isRendering = false;
  ledger.isDirty = false;
  if (bytes === undefined) {
    tellHandled(ledger, out);
    return state;
  }
  ledger.told = ledger.handled;
  send(bytes, out);
  return settleIn(state, limits, what.nowMs, out);
}

function onFailed(state: Connected, what: Step<"failed">, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  ledger.isRendering = false;
  if (state.kind === "throttled") {
    ledger.isDirty = true; // what the render was to show is still to be shown
    return drop(state, what.code, 0, what.nowMs, limits, out);
  }
  const expiresAtMs = what.nowMs + limits.detachedMs;
  sendError(what.code, 0, 0, out);
  out.push({ kind: "close", code: GOING_AWAY, reason: what.code }, { kind: "report", code: what.code });
  out.push({ kind: "timer", atMs: expiresAtMs });
  return move(state, { kind: "crashed", ledger, expiresAtMs });
}

function onTick(state: Connected, tick: Step<"tick">, limits: SessionLimits, out: Output[]): SessionState {
  const { nowMs } = tick;
  const { stallMs } = limits;
  const idleAtMs = idleAt(state.ledger, limits.idleMs, tick);
  const stalledAtMs = state.kind === "throttled" ? endOfWait(state.sinceMs + stallMs, stallMs, tick) : idleAtMs;
  if (nowMs < idleAtMs && nowMs < stalledAtMs) {
    const heldAtMs = sendHeld(state.ledger, nowMs, limits, out) ?? idleAtMs;
    out.push({ kind: "timer", atMs: Math.min(idleAtMs, stalledAtMs, heldAtMs) });
    return state.kind === "throttled" ? { ...state, sinceMs: stalledAtMs - stallMs } : state;
  }
  out.push({ kind: "close", code: GOING_AWAY, reason: "silent" });
  return detach(state, nowMs, limits, out);
}

function isConnected(state: SessionState): state is Connected {
  return state.kind === "live" || state.kind === "throttled";
}
