import { ADOPT, CAN_MANY, encodeLiveFrame } from "../../wire/index.ts";
import { whileDetached, whileDraining } from "./away.ts";
import { canDo } from "./can-do.ts";
import { endOfWait } from "./clock.ts";
import { whileConnected } from "./connected.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { askRender, keepUnknown, pay } from "./ledger.ts";
import { POLICY, refuse, type Step, send, sendError } from "./moves.ts";
import { showsThis, whileRemounting } from "./remounting.ts";
import {
  type Crashed,
  copyState,
  type Expired,
  Ledger,
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
  return [advance(copyState(state), instruction, limits, out), out];
}

/**
 * The same for whoever holds the only reference to the state: it is written in, which saves 12 copies of a ledger per event.
 * @param out - Gets what is to be done.
 */
export function advance(state: SessionState, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  switch (state.kind) {
    case "live":
    case "throttled":
      return whileConnected(state, what, limits, out);
    case "rendered":
      return whileRendered(state, what, limits, out);
    case "detached":
      return whileDetached(state, what, limits, out);
    case "remounting":
      return whileRemounting(state, what, limits, out);
    case "draining":
      return whileDraining(state, what, limits, out);
    case "crashed":
      if (what.kind === "hello") return onLateHello(state, what, limits, out);
      return what.kind === "tick" || what.kind === "close" ? move(state, { kind: "closed" }) : state;
    case "expired":
      if (what.kind === "restore") return restore(state, what, limits);
      return what.kind === "hello" ? onLateHello(state, what, limits, out) : state;
    default:
      return state; // joining and resuming never rest; refused and closed are final
  }
}

function whileRendered(state: Rendered, what: Instruction, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  switch (what.kind) {
    case "hello":
      return join(state, what, limits, out);
    case "tick": {
      const expiresAtMs = endOfWait(state.expiresAtMs, state.expiresAtMs - ledger.heardAtMs, what); // nobody has been heard yet
      ledger.heardAtMs += expiresAtMs - state.expiresAtMs;
      if (what.nowMs >= expiresAtMs) return move(state, { kind: "expired", ledger, isRestored: false });
      out.push({ kind: "timer", atMs: expiresAtMs });
      return { ...state, expiresAtMs };
    }
    case "invalidate":
    case "settled":
      ledger.isDirty = true;
      return state;
    case "close":
      return move(state, { kind: "expired", ledger, isRestored: false });
    default:
      return state;
  }
}

function join(state: Rendered, what: Step<"hello">, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger } = state;
  const { frame, refusal, sameBuild, nowMs } = what;
  const [, , , , ref] = frame;
  const joining = move(state, { kind: "joining", ledger, hello: frame });
  if (refusal !== undefined) return refuse(joining, refusal, out);
  ledger.heardAtMs = nowMs;
  ledger.takesMany = canDo(frame, CAN_MANY);
  ledger.seen = ref;
  ledger.handled = ref;
  ledger.told = ref;
  const isSame = sameBuild && showsThis(frame, state.render, state.templates);
  if (!isSame) {
    out.push({ kind: "mount", fresh: false, compare: false });
    return move(joining, { kind: "remounting", ledger, hello: frame, fresh: false, compare: false, sameBuild });
  }
  send(encodeLiveFrame([ADOPT, ledger.epoch, 0]), out);
  out.push({ kind: "timer", atMs: nowMs + limits.idleMs });
  askRender(ledger, out); // what the page shows may have changed since it was rendered
  return move(joining, { kind: "live", ledger });
}

/** The state the client knew is gone, or is in a snapshot. */
function onLateHello(
  state: Expired | Crashed,
  what: Step<"hello">,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  const { ledger } = state;
  const { frame, nowMs, sameBuild } = what;
  if (state.kind === "crashed" && !pay(ledger, 0, nowMs, limits)) {
    sendError("LIVE_RATE_LIMITED", 0, 1000, out);
    out.push({ kind: "close", code: POLICY, reason: "LIVE_RATE_LIMITED" });
    return state;
  }
  ledger.heardAtMs = nowMs;
  const fresh = state.kind === "crashed" || !state.isRestored;
  const next: Remounting = { kind: "remounting", ledger, hello: frame, fresh, compare: true, sameBuild };
  const remounting = move(state, next);
  if (what.refusal !== undefined) return refuse(remounting, what.refusal, out);
  out.push({ kind: "mount", fresh, compare: true }, { kind: "timer", atMs: nowMs + limits.idleMs });
  return remounting;
}

/** What a snapshot says of the conversation takes the place of what was known, which was nothing. */
function restore(state: Expired, what: Step<"restore">, limits: SessionLimits): SessionState {
  const ledger = new Ledger(what.epoch, limits, what.nowMs);
  ledger.seq = what.seq;
  ledger.handled = what.handled;
  ledger.seen = what.handled;
  ledger.unknown = what.unknown;
  for (const ref of what.lost ?? []) keepUnknown(ledger, ref, limits);
  ledger.mayLag = true;
  return { ...state, ledger, isRestored: true };
}
