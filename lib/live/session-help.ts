import { encodeValue, type HelloFrame } from "../wire/index.ts";
import type { HandlerFailure, HandlerReply } from "./handler.ts";
import type { Step } from "./moves.ts";
import type { SessionOptions } from "./session-types.ts";
import type { Remounting, SessionState } from "./states.ts";

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

/** Whether a client says so. */
export function canDo(hello: HelloFrame, bit: number): boolean {
  return ((hello[7] ?? 0) & bit) !== 0;
}

/** Where numbers of handlers may mean something else than in the page the client has: what it is told then. */
export function renewedFor(
  { hello, sameBuild, fresh, ledger }: Remounting,
  { view, build }: Pick<SessionOptions, "view" | "build">,
): Step<"mounted">["renewed"] {
  const isOther = fresh || hello[8] !== ledger.epoch;
  if (sameBuild && !(view.isWhole === true && isOther)) return undefined;
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
