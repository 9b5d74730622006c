import { ACK, ADOPT, encodeLiveFrame, MOUNT, PING } from "../wire/index.ts";
import { whileConnected } from "./connected.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { acknowledge, allow, askRender } from "./ledger.ts";
import {
  detach,
  GOING_AWAY,
  POLICY,
  PROTOCOL_ERROR,
  refuse,
  resume,
  type Step,
  sendError,
  settle,
  settleIn,
  store,
} from "./moves.ts";
import {
  type Crashed,
  type Detached,
  type Draining,
  type Expired,
  move,
  type Remounting,
  type Rendered,
  type SessionState,
} from "./states.ts";

/**
 * The session protocol: a pure function from a state and what happened to the next state and what to do. The same instructions give the
 * same states and bytes, without user code, clock or socket. An instruction that means nothing in a state changes nothing.
 */
export function step(
  state: SessionState,
  instruction: Instruction,
  limits: SessionLimits,
): readonly [SessionState, readonly Output[]] {
  const out: Output[] = [];
  return [next(state, instruction, limits, out), out];
}

function next(state: SessionState, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  switch (state.kind) {
    case "rendered":
      return whileRendered(state, what, limits, out);
    case "live":
    case "throttled":
      return whileConnected(state, what, limits, out);
    case "detached":
      return whileDetached(state, what, limits, out);
    case "remounting":
      return whileRemounting(state, what, limits, out);
    case "draining":
      return whileDraining(state, what, limits, out);
    case "crashed":
      if (what.kind === "hello") return remount(state, what, limits, out);
      return what.kind === "tick" || what.kind === "close" ? move(state, { kind: "closed" }) : state;
    case "expired":
      return what.kind === "hello" ? remount(state, what, limits, out) : state;
    default:
      return state; // joining and resuming never rest; refused and closed are final
  }
}

function whileRendered(state: Rendered, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  if (what.kind === "tick") {
    if (what.nowMs >= state.expiresAtMs) return move(state, { kind: "expired", ledger });
    out.push({ kind: "timer", atMs: state.expiresAtMs });
  }
  if (what.kind === "invalidate") return { ...state, ledger: { ...ledger, dirty: true } };
  if (what.kind === "settled") return { ...state, ledger: { ...ledger, dirty: true } };
  if (what.kind === "close") return move(state, { kind: "expired", ledger });
  if (what.kind !== "hello") return state;
  const { frame, refusal, sameBuild, nowMs } = what;
  const joining = move(state, { kind: "joining", ledger, hello: frame });
  if (refusal !== undefined) return refuse(joining, refusal, out);
  const known = { ...ledger, heardAtMs: nowMs, seen: frame[4], handled: frame[4], told: frame[4] };
  const same = sameBuild && frame[3] === 0 && frame[6] === state.render && frame[5] === state.templates;
  if (!same) {
    out.push({ kind: "render", what: "mount", fresh: false });
    return move(joining, { kind: "remounting", ledger: known, hello: frame, fresh: false, sameBuild });
  }
  out.push({ kind: "send", bytes: encodeLiveFrame([ADOPT, ledger.epoch, 0]) });
  out.push({ kind: "timer", atMs: nowMs + limits.idleMs });
  // What the page shows may have changed since it was rendered, so the first act of a live session is to look.
  return move(joining, { kind: "live", ledger: askRender(known, out) });
}

function whileDetached(state: Detached, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  switch (what.kind) {
    case "hello": {
      const paid = allow(ledger, what.nowMs, limits);
      const refusal = what.refusal ?? (paid === undefined ? "LIVE_RATE_LIMITED" : undefined);
      if (paid === undefined || refusal !== undefined) {
        // The session is not the offender's to end: it keeps waiting, only this socket goes.
        sendError(refusal ?? "LIVE_REFUSED", 0, 1000, out);
        out.push({ kind: "close", code: POLICY, reason: refusal ?? "LIVE_REFUSED" });
        return state;
      }
      return resume({ ...state, ledger: paid }, what.frame, what.sameBuild, what.nowMs, limits, out);
    }
    case "settled":
      return { ...state, ledger: { ...settle(ledger, what, false, out), dirty: true } };
    case "rendered":
      // The render was asked for before the socket went; its diff is the base of the next one, so it is kept for the replay.
      return { ...state, ledger: store({ ...ledger, rendering: false }, what) };
    case "invalidate":
      return { ...state, ledger: { ...ledger, dirty: true } };
    case "tick":
      if (what.nowMs >= state.expiresAtMs) return move(state, { kind: "expired", ledger });
      out.push({ kind: "timer", atMs: state.expiresAtMs });
      return state;
    case "failed":
      out.push({ kind: "report", code: what.code });
      return move(state, { kind: "closed" });
    case "close":
      return move(state, { kind: "closed" });
    default:
      return state;
  }
}

function remount(state: Expired | Crashed, what: Step<"hello">, limits: SessionLimits, out: Output[]): SessionState {
  const remounting: Remounting = move(state, {
    kind: "remounting",
    ledger: { ...state.ledger, heardAtMs: what.nowMs },
    hello: what.frame,
    fresh: true,
    sameBuild: what.sameBuild,
  });
  if (what.refusal !== undefined) return refuse(remounting, what.refusal, out);
  out.push({ kind: "render", what: "mount", fresh: true }, { kind: "timer", atMs: what.nowMs + limits.idleMs });
  return remounting;
}

function whileRemounting(state: Remounting, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  switch (what.kind) {
    case "mounted":
      return onMounted(state, what, limits, out);
    case "settled":
      return { ...state, ledger: settle(state.ledger, what, false, out) };
    case "frame":
      if (what.frame[0] !== PING) return refuse(state, "WIRE_BAD_LIVE_FRAME", out);
      out.push({ kind: "send", bytes: encodeLiveFrame([PING, what.frame[1]]) });
      return { ...state, ledger: { ...state.ledger, heardAtMs: what.nowMs } };
    case "tick":
      return whileMounting(state, what.nowMs, limits, out);
    case "badFrame":
    case "failed":
      if (what.kind === "failed") out.push({ kind: "report", code: what.code });
      return refuse(state, what.code, out);
    case "takenOver":
      return refuse(state, "LIVE_TAKEN_OVER", out);
    case "close":
    case "socketLost":
      return refuse(state, "LIVE_CLOSED", out);
    default:
      return state;
  }
}

/** A mount may take for ever, and its client be gone without a word. */
function whileMounting(state: Remounting, nowMs: number, limits: SessionLimits, out: Output[]): SessionState {
  const idleAtMs = state.ledger.heardAtMs + limits.idleMs;
  if (nowMs >= idleAtMs) return refuse(state, "LIVE_CLOSED", out);
  out.push({ kind: "timer", atMs: idleAtMs });
  return state;
}

function onMounted(state: Remounting, what: Step<"mounted">, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger, hello, fresh } = state;
  const [, , , helloSeq, helloRef, helloTemplates, helloRender] = hello;
  const base = fresh ? { ...ledger, epoch: what.epoch, seen: helloRef, handled: helloRef, told: helloRef } : ledger;
  const heard = { ...base, heardAtMs: what.nowMs, rendering: false, dirty: false };
  out.push({ kind: "timer", atMs: what.nowMs + limits.idleMs });
  const same = helloSeq === 0 && helloRender === what.render && helloTemplates === what.templatesHash;
  if (fresh && state.sameBuild && same) {
    out.push({ kind: "send", bytes: encodeLiveFrame([ADOPT, what.epoch, 0]) });
    return move(state, { kind: "live", ledger: heard });
  }
  // A MOUNT takes a seq and is kept like any patch: if it is lost, the next HELLO names an older seq and gets it again.
  const seq = Math.max(helloSeq, heard.seq) + 1;
  const templates = helloTemplates === what.templatesHash ? null : what.templates;
  // The epoch changes with the session, not with the page: what the client has sent to this session has run in it.
  const bytes = encodeLiveFrame([MOUNT, heard.epoch, seq, templates, what.content]);
  out.push({ kind: "send", bytes });
  if (heard.told < heard.handled) out.push({ kind: "send", bytes: encodeLiveFrame([ACK, heard.handled]) });
  const live = move(state, {
    kind: "live",
    ledger: { ...heard, seq, told: heard.handled, sent: [{ seq, bytes }] },
  });
  return settleIn(live, limits, what.nowMs, out);
}

function whileDraining(state: Draining, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  switch (what.kind) {
    case "settled":
      out.push({ kind: "send", bytes: encodeLiveFrame([ACK, what.ref]) });
      return { ...state, ledger: { ...settle(ledger, what, true, out), told: what.ref, dirty: true } };
    case "rendered":
      return { ...state, ledger: store({ ...ledger, rendering: false }, what) };
    case "frame":
      // Events are left unaccepted on purpose: the client keeps them and sends them where it joins next.
      return what.frame[0] === ACK && what.frame[1] <= ledger.seq
        ? { ...state, ledger: acknowledge(ledger, what.frame[1]) }
        : state;
    case "invalidate":
      return { ...state, ledger: { ...ledger, dirty: true } };
    case "badFrame":
      out.push({ kind: "close", code: PROTOCOL_ERROR, reason: what.code });
      return detach(state, ledger, what.nowMs, limits, out);
    case "takenOver":
      sendError("LIVE_TAKEN_OVER", 0, 0, out);
      out.push({ kind: "close", code: PROTOCOL_ERROR, reason: "LIVE_TAKEN_OVER" });
      return detach(state, ledger, what.nowMs, limits, out);
    case "socketLost":
      return detach(state, ledger, what.nowMs, limits, out);
    case "tick":
      if (what.nowMs < state.endsAtMs) {
        out.push({ kind: "timer", atMs: state.endsAtMs });
        return state;
      }
      out.push({ kind: "close", code: GOING_AWAY, reason: "drained" });
      return move(state, { kind: "closed" });
    case "failed":
    case "close":
      out.push({ kind: "close", code: GOING_AWAY, reason: "closed" });
      return move(state, { kind: "closed" });
    default:
      return state;
  }
}
