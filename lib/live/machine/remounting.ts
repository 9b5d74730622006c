import {
  ADOPT,
  CAN_MANY,
  DRAIN,
  encodeLiveFrame,
  type HelloFrame,
  LEAVE,
  MOUNT,
  type MountFrame,
  PING,
} from "../../wire/index.ts";
import { canDo } from "./can-do.ts";
import { idleAt } from "./clock.ts";
import type { Instruction, Output, SessionLimits } from "./instructions.ts";
import { dropSent, keepUnknown, pay, storeFrame } from "./ledger.ts";
import { GOING_AWAY, isOfOther, refuse, type Step, send, settle, settleIn, tellHandled } from "./moves.ts";
import { move, type Remounting, type SessionState } from "./states.ts";

/** While a page is made for a connected client: it may only say that it is there, or not any more. */
export function whileRemounting(
  state: Remounting,
  what: Instruction,
  limits: SessionLimits,
  out: Output[],
): SessionState {
  const { ledger } = state;
  switch (what.kind) {
    case "mounted":
      return onMounted(state, what, limits, out);
    case "settled":
      settle(ledger, what, false, limits, out);
      return state;
    case "frame":
      return onFrame(state, what, limits, out);
    case "tick":
      return whileMounting(state, what, limits, out);
    case "badFrame":
      return refuse(state, what.code, out);
    case "failed":
      out.push({ kind: "report", code: what.code });
      return refuse(state, what.code, out);
    case "takenOver":
      return refuse(state, "LIVE_TAKEN_OVER", out);
    case "drain":
      send(encodeLiveFrame([DRAIN, what.reason, what.retryAfterMs]), out);
      return state;
    case "close": // its client finds another process, and has nothing to be told of
      out.push({ kind: "close", code: GOING_AWAY, reason: "closed" });
      return move(state, { kind: "refused", code: "LIVE_CLOSED" });
    case "socketLost":
      return refuse(state, "LIVE_CLOSED", out);
    default:
      return state;
  }
}

function onFrame(state: Remounting, what: Step<"frame">, limits: SessionLimits, out: Output[]): SessionState {
  const { frame } = what;
  if (!pay(state.ledger, what.bytes, what.nowMs, limits)) return refuse(state, "LIVE_RATE_LIMITED", out);
  if (frame[0] === LEAVE) return refuse(state, "LIVE_CLOSED", out);
  if (frame[0] !== PING) return refuse(state, "WIRE_BAD_LIVE_FRAME", out);
  send(encodeLiveFrame([PING, frame[1]]), out);
  return state;
}

/** A mount may take for ever, and its client be gone without a word. */
function whileMounting(state: Remounting, tick: Step<"tick">, limits: SessionLimits, out: Output[]): SessionState {
  const idleAtMs = idleAt(state.ledger, limits.idleMs, tick);
  if (tick.nowMs >= idleAtMs) return refuse(state, "LIVE_CLOSED", out);
  out.push({ kind: "timer", atMs: idleAtMs });
  return state;
}

/**
 * 1. A fresh session begins where the client stands; what the one before it had begun is unknown to the client, and does not run in this one. Where numbers of
 *    handlers may mean something else, what was bound before is not sent at all.
 * 2. The client shows just this: ADOPT. Else MOUNT, which takes a seq and is kept like any patch: if it is lost, the next HELLO names an older
 *    seq and gets it again.
 * 3. What else it may lack.
 */
function onMounted(state: Remounting, what: Step<"mounted">, limits: SessionLimits, out: Output[]): SessionState {
  const { ledger, hello, fresh } = state;
  const { renewed } = what;
  const [, , , helloSeq, helloRef, helloTemplates] = hello;
  if (fresh) begin(state, what.epoch, helloRef);
  else if (renewed !== undefined || isOfOther(hello, ledger)) skip(state, helloRef);
  ledger.heardAtMs = what.nowMs;
  ledger.takesMany = canDo(hello, CAN_MANY);
  ledger.isRendering = false;
  ledger.isDirty = false;
  dropSent(ledger);
  out.push({ kind: "timer", atMs: what.nowMs + limits.idleMs });
  const isSame = state.compare && state.sameBuild && showsThis(hello, what.render, what.templatesHash);
  if (isSame) {
    ledger.seq = 0; // the client has had no patch, whatever a snapshot says
    send(encodeLiveFrame([ADOPT, ledger.epoch, 0]), out);
  } else {
    const seq = Math.max(helloSeq, ledger.seq) + 1;
    const templates = helloTemplates === what.templatesHash ? null : what.templates;
    // The epoch changes with the session, not with the page: what the client has sent to this session has run in it.
    const bytes = encodeLiveFrame([
      MOUNT,
      ledger.epoch,
      seq,
      templates,
      what.content,
      ...(renewed ?? []),
    ] as MountFrame); // cast: a spread of nothing or of what may follow
    storeFrame(ledger, seq, bytes);
    send(bytes, out);
  }
  tellUnknown(state, limits);
  for (const answer of ledger.answers) send(answer.bytes, out);
  tellHandled(ledger, out);
  return settleIn(move(state, { kind: "live", ledger }), limits, what.nowMs, out);
}

/** Whether a client shows what its page came with, and that is what is to be shown. The render hash is of the templates as well: who says nothing of them has these. */
export function showsThis(hello: HelloFrame, render: number, templatesHash: number): boolean {
  const [, , , helloSeq, , helloTemplates, helloRender] = hello;
  return helloSeq === 0 && helloRender === render && (helloTemplates === 0 || helloTemplates === templatesHash);
}

function begin({ ledger }: Remounting, epoch: number, ref: number): void {
  ledger.epoch = epoch;
  ledger.seen = ref;
  ledger.handled = ref;
  ledger.told = ref;
  ledger.running = 0;
  ledger.unknown = 0;
  ledger.waiting.length = 0;
  ledger.answers.length = 0;
}

/** The client comes from another session, and has given up what it had sent to this one. */
function skip({ ledger }: Remounting, ref: number): void {
  ledger.seen = Math.max(ledger.seen, ref);
  ledger.handled = ledger.seen;
  ledger.told = ledger.seen;
  ledger.waiting.length = 0;
  ledger.answers.length = 0;
}

/** An event had begun when its process died. */
function tellUnknown({ ledger }: Remounting, limits: SessionLimits): void {
  const { unknown } = ledger;
  if (unknown === 0) return;
  ledger.unknown = 0;
  keepUnknown(ledger, unknown, limits);
}
