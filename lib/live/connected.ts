import {
  ACK,
  type ClientFrame,
  DRAIN,
  EVENT,
  type EventFrame,
  encodeLiveFrame,
  HELLO,
  type HelloFrame,
  PING,
  RESYNC,
} from "../wire/index.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { acknowledge, allow, askRender, runNext, windowFull } from "./ledger.ts";
import {
  type Connected,
  detach,
  drop,
  GOING_AWAY,
  resume,
  type Step,
  sendError,
  settle,
  settleIn,
  store,
} from "./moves.ts";
import { move, type SessionState } from "./states.ts";

/** 1. Frames, after the rate limit. 2. Answers of the application. 3. Time and loss. */
export function whileConnected(
  state: Connected,
  what: Instruction,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  const { ledger } = state;
  switch (what.kind) {
    case "frame": {
      const paid = allow(ledger, what.nowMs, limits);
      if (paid === undefined) return drop(state, "LIVE_RATE_LIMITED", 1000, what.nowMs, limits, out);
      return onFrame({ ...state, ledger: paid }, what.frame, what.nowMs, limits, out);
    }
    case "badFrame":
      return drop(state, what.code, 0, what.nowMs, limits, out);
    case "settled": {
      const settled = settle(ledger, what, true, out);
      if (state.kind === "live") return { ...state, ledger: askRender(settled, out) };
      // Renders wait, the client must not: tell it now.
      out.push({ kind: "send", bytes: encodeLiveFrame([ACK, settled.handled]) });
      return { ...state, ledger: { ...settled, told: settled.handled, dirty: true } };
    }
    case "rendered":
      return onRendered(state, what, limits, out);
    case "invalidate":
      return { ...state, ledger: state.kind === "live" ? askRender(ledger, out) : { ...ledger, dirty: true } };
    case "failed":
      if (state.kind === "throttled") {
        // The render has answered, and what it was to show is still to be shown.
        const waiting = { ...state, ledger: { ...ledger, rendering: false, dirty: true } };
        return drop(waiting, what.code, 0, what.nowMs, limits, out);
      }
      sendError(what.code, 0, 0, out);
      out.push({ kind: "close", code: GOING_AWAY, reason: what.code }, { kind: "report", code: what.code });
      out.push({ kind: "timer", atMs: what.nowMs + limits.detachedMs });
      return move(state, { kind: "crashed", ledger, expiresAtMs: what.nowMs + limits.detachedMs });
    case "tick":
      return onTick(state, what.nowMs, limits, out);
    case "socketLost":
      return detach(state, ledger, what.nowMs, limits, out);
    case "takenOver":
      return drop(state, "LIVE_TAKEN_OVER", 0, what.nowMs, limits, out);
    case "drain":
      out.push({ kind: "send", bytes: encodeLiveFrame([DRAIN, what.reason, what.retryAfterMs]) });
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
    case PING:
      out.push({ kind: "send", bytes: encodeLiveFrame([PING, frame[1]]) });
      return state;
    case ACK:
      return onAck(state, frame[1], nowMs, limits, out);
    case EVENT: {
      const acked = onAck(state, frame[2], nowMs, limits, out);
      return isConnected(acked) ? onEvent(acked, frame, nowMs, limits, out) : acked;
    }
    case RESYNC: {
      const detached = move(state, {
        kind: "detached",
        ledger: state.ledger,
        expiresAtMs: nowMs + limits.detachedMs,
      });
      const hello: HelloFrame = [HELLO, new Uint8Array(), "", frame[1], state.ledger.seen, 0, 1];
      return resume(detached, hello, true, nowMs, limits, out);
    }
    default:
      return drop(state, "WIRE_BAD_LIVE_FRAME", 0, nowMs, limits, out); // a second HELLO
  }
}

function onEvent(
  state: Connected,
  frame: EventFrame,
  nowMs: number,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  const { ledger } = state;
  const [, ref, , handler, args] = frame;
  if (ref <= ledger.seen) {
    // Sent twice because an acknowledgement was lost. It ran once; only say so again.
    if (ref <= ledger.handled) out.push({ kind: "send", bytes: encodeLiveFrame([ACK, ledger.handled]) });
    return state;
  }
  if (ref !== ledger.seen + 1) return drop(state, "WIRE_BAD_LIVE_FRAME", 0, nowMs, limits, out);
  if (ledger.waiting.length >= limits.waitingEvents) {
    return drop(state, "LIVE_RATE_LIMITED", 1000, nowMs, limits, out);
  }
  const waiting = [...ledger.waiting, { ref, handler, args }];
  return { ...state, ledger: runNext({ ...ledger, seen: ref, waiting }, out) };
}

function onAck(state: Connected, seq: number, nowMs: number, limits: SessionLimits, out: Output[]): SessionState {
  if (seq > state.ledger.seq) return drop(state, "WIRE_BAD_LIVE_FRAME", 0, nowMs, limits, out);
  const ledger = acknowledge(state.ledger, seq);
  if (state.kind === "live" || windowFull(ledger, limits)) return { ...state, ledger };
  return move(state, { kind: "live", ledger: ledger.dirty ? askRender(ledger, out) : ledger });
}

function onRendered(state: Connected, what: Step<"rendered">, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  const answered = { ...ledger, rendering: false, dirty: false };
  if (what.operations.length === 0) {
    if (answered.told === answered.handled) return { ...state, ledger: answered };
    out.push({ kind: "send", bytes: encodeLiveFrame([ACK, answered.handled]) });
    return { ...state, ledger: { ...answered, told: answered.handled } };
  }
  const patched = store(answered, what);
  const last = patched.sent[patched.sent.length - 1];
  if (last !== undefined) out.push({ kind: "send", bytes: last.bytes });
  return settleIn({ ...state, ledger: { ...patched, told: patched.handled } }, limits, what.nowMs, out);
}

function onTick(state: Connected, nowMs: number, limits: SessionLimits, out: Output[]): SessionState {
  const idleAtMs = state.ledger.heardAtMs + limits.idleMs;
  const stalledAtMs = state.kind === "throttled" ? state.sinceMs + limits.stallMs : idleAtMs;
  if (nowMs < idleAtMs && nowMs < stalledAtMs) {
    out.push({ kind: "timer", atMs: Math.min(idleAtMs, stalledAtMs) });
    return state;
  }
  out.push({ kind: "close", code: GOING_AWAY, reason: "silent" });
  return detach(state, state.ledger, nowMs, limits, out);
}

function isConnected(state: SessionState): state is Connected {
  return state.kind === "live" || state.kind === "throttled";
}
