import type { ErrorCode } from "../../errors/index.ts";
import { encodeValue } from "../../wire/index.ts";
import type { HandlerFailure, HandlerReply } from "../handler.ts";
import type { Connected, Step } from "../machine/moves.ts";
import type { Detached, Remounting, SessionState } from "../machine/states.ts";
import { ViewRun } from "../view/run.ts";
import type { View } from "../view/view.ts";
import type { SessionOptions } from "./types.ts";

/** Whether nothing will come of a session any more. */
export function isOver(state: SessionState): boolean {
  switch (state.kind) {
    case "live":
    case "throttled":
      return false;
    case "expired":
      return !state.isRestored;
    default:
      return state.kind === "crashed" || state.kind === "refused" || state.kind === "closed";
  }
}

/** Where numbers of handlers may mean something else than in the page the client has: what it is told then. */
export function renewedFor(
  { hello, sameBuild, fresh, ledger }: Remounting,
  { view, build }: Pick<SessionOptions, "view" | "build">,
): Step<"mounted">["renewed"] {
  const isOther = fresh || hello[8] !== ledger.epoch;
  if (sameBuild && !(view.hasParts === true && isOther)) return undefined;
  return view.hasHooks === true ? [build, view.handlers.map(({ name }) => name)] : [build];
}

/** What a handler returns may be anything; what cannot travel must not reach the machine. */
export function checkReply(result: HandlerReply): HandlerReply | HandlerFailure {
  try {
    encodeValue(result.reply);
    return result;
  } catch (error) {
    return { code: "LIVE_BAD_REPLY", error };
  }
}

/** Never 0, which is a client's word for "none yet". */
export function epochOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) || 1;
}

/** A number from 0 to 1. */
export function chanceOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}

/** Whether there is nothing to do, and a client that may come back to it. */
export function isResting(machine: SessionState): machine is Connected | Detached {
  if (machine.kind !== "live" && machine.kind !== "throttled" && machine.kind !== "detached") return false;
  const { running, waiting, isRendering } = machine.ledger;
  return running === 0 && waiting.length === 0 && !isRendering;
}

/** Whether an event of this handler that had begun runs again. */
export function isRerun({ handlers }: View, handler: string): boolean {
  return handlers.some(({ name, isIdempotent }) => name === handler && isIdempotent === true);
}

/** The user's side of a session. Field by field: see `SessionStore.add`. */
export function runOf(options: SessionOptions, changed: () => void): ViewRun {
  const { view, info, params, bind, development, platform, bus, topicPrefix, enter, wakeQueue, report } = options;
  return new ViewRun({
    view,
    info,
    params,
    bind,
    development,
    platform,
    bus,
    topicPrefix,
    enter,
    wakeQueue,
    report,
    changed,
  });
}

/** Reported with their error where it was caught. */
export const REPORTED: ReadonlySet<ErrorCode> = new Set([
  "LIVE_CRASHED",
  "LIVE_HANDLER_FAILED",
  "LIVE_BAD_REPLY",
  "LIVE_NOT_STORED",
]);
