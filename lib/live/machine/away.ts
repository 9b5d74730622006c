import { ACK, encodeLiveFrame, LEAVE, PING, UPLOAD } from "../../wire/index.ts";
import { endOfWait } from "./clock.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { acknowledge, pay, storePage, storePatch } from "./ledger.ts";
import {
  detach,
  drop,
  GOING_AWAY,
  leave,
  POLICY,
  PROTOCOL_ERROR,
  resume,
  type Step,
  send,
  sendError,
  settle,
  tellHandled,
} from "./moves.ts";
import { type Detached, type Draining, type Ledger, move, type SessionState } from "./states.ts";

/** While the session waits for a socket. */
export function whileDetached(state: Detached, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  switch (what.kind) {
    case "hello":
      return onHello(state, what, limits, out);
    case "settled":
      settle(ledger, what, false, limits, out);
      ledger.isDirty = true;
      return state;
    case "rendered":
    case "redrawn":
      keepRendered(ledger, what);
      return state;
    case "invalidate":
      ledger.isDirty = true;
      return state;
    case "tick": {
      const expiresAtMs = endOfWait(state.expiresAtMs, limits.detachedMs, what);
      if (what.nowMs >= expiresAtMs) return move(state, { kind: "expired", ledger, isRestored: false });
      out.push({ kind: "timer", atMs: expiresAtMs });
      return { ...state, expiresAtMs };
    }
    case "failed":
      out.push({ kind: "report", code: what.code });
      return move(state, { kind: "closed" });
    case "close":
      return move(state, { kind: "closed" });
    default:
      return state;
  }
}

function onHello(state: Detached, what: Step<"hello">, limits: SessionLimits, out: Output[]): SessionState {
  const isPaid = pay(state.ledger, 0, what.nowMs, limits);
  const refusal = what.refusal ?? (isPaid ? undefined : "LIVE_RATE_LIMITED");
  if (refusal === undefined) return resume(state, what.frame, what.sameBuild, what.nowMs, limits, out);
  // The session is not the offender's to end: it keeps waiting, only this socket goes.
  sendError(refusal, 0, 1000, out);
  out.push({ kind: "close", code: POLICY, reason: refusal });
  return state;
}

/** The render was asked for before the socket went; its diff is the base of the next one, so it is kept for the replay. */
function keepRendered(ledger: Ledger, what: Step<"rendered" | "redrawn">): void {
  if (what.kind === "redrawn") storePage(ledger, what.templates, what.content);
  else if (what.operations.length > 0) storePatch(ledger, what.operations);
  ledger.isRendering = false;
}

/** While a client that was told to leave is still there. */
export function whileDraining(state: Draining, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  switch (what.kind) {
    case "frame":
      return onFrame(state, what, limits, out);
    case "settled":
      settle(ledger, what, true, limits, out);
      tellHandled(ledger, out);
      ledger.isDirty = true;
      return state;
    case "uploaded":
      send(encodeLiveFrame([UPLOAD, what.entry, what.received, what.code]), out);
      return state;
    case "rendered":
    case "redrawn":
      keepRendered(ledger, what);
      return state;
    case "invalidate":
      ledger.isDirty = true;
      return state;
    case "badFrame":
      out.push({ kind: "close", code: PROTOCOL_ERROR, reason: what.code });
      return detach(state, what.nowMs, limits, out);
    case "takenOver":
      return drop(state, "LIVE_TAKEN_OVER", 0, what.nowMs, limits, out);
    case "socketLost":
      return detach(state, what.nowMs, limits, out);
    case "tick": {
      const endsAtMs = endOfWait(state.endsAtMs, limits.detachedMs, what);
      if (what.nowMs < endsAtMs) {
        out.push({ kind: "timer", atMs: endsAtMs });
        return { ...state, endsAtMs };
      }
      out.push({ kind: "close", code: GOING_AWAY, reason: "drained" });
      return move(state, { kind: "closed" });
    }
    case "failed":
    case "close":
      out.push({ kind: "close", code: GOING_AWAY, reason: "closed" });
      return move(state, { kind: "closed" });
    default:
      return state;
  }
}

function onFrame(state: Draining, what: Step<"frame">, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  const { frame } = what;
  if (!pay(ledger, what.bytes, what.nowMs, limits)) {
    return drop(state, "LIVE_RATE_LIMITED", 1000, what.nowMs, limits, out);
  }
  if (frame[0] === LEAVE) return leave(state, out);
  if (frame[0] === PING) send(encodeLiveFrame([PING, frame[1]]), out);
  // Events are left unaccepted on purpose: the client keeps them and sends them where it joins next.
  else if (frame[0] === ACK && frame[1] <= ledger.seq) acknowledge(ledger, frame[1]);
  return state;
}
