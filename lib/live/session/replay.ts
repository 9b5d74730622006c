import { CodedError } from "../../errors/index.ts";
import { createDecoder, decodeValue, type WireMap, type WireValue } from "../../wire/index.ts";
import type { Instruction, Output, SessionLimits } from "../machine/instructions.ts";
import { advance } from "../machine/machine.ts";
import { Ledger, type SessionState } from "../machine/states.ts";
import { digestOf, LOG_BEGIN, LOG_HEAD, LOG_STEP } from "./log.ts";

/** One step of a log, done again. @public */
export interface ReplayStep {
  /** Counted from 1. */
  readonly number: number;
  /** What happened, as it was noted. */
  readonly instruction: { readonly kind: string; readonly [name: string]: unknown };
  /** Kind of the state before. */
  readonly from: string;
  /** Kind of the state after. */
  readonly to: string;
  /** What was to be done. */
  readonly outputs: readonly { readonly kind: string; readonly [name: string]: unknown }[];
  /** Whether state and outputs, all bytes sent among them, are those of the log. */
  readonly isSame: boolean;
}

/**
 * Does again what a session's log says, without user code, socket or clock.
 * @param log - The bytes that `liveRoute`'s `log` was given. One that ends within a value, as after a crash, is done up to there.
 * @throws CodedError `LIVE_BAD_LOG` when it is no log, or one of another version.
 * @remarks Time: O(bytes).
 * @example
 * ```ts
 * for (const { number, isSame } of replayLog(readFileSync("session.log"))) assert(isSame, `step ${number}`);
 * ```
 * @public
 */
export function* replayLog(log: Uint8Array): Generator<ReplayStep, void> {
  const entries = entriesOf(log);
  const [name, version] = asList(entries[0]);
  if (name !== LOG_HEAD[0]) throw bad("It does not begin like one");
  if (version !== LOG_HEAD[1]) throw bad(`Version ${String(version)}`);
  let state: SessionState | undefined;
  let limits: SessionLimits | undefined;
  let number = 0;
  for (const entry of entries.slice(1)) {
    const [kind, first, second, third] = asList(entry);
    if (kind === LOG_BEGIN) {
      state = readState(first);
      limits = second as unknown as SessionLimits; // cast: limits that are none do no harm here
    } else if (kind === LOG_STEP && state !== undefined && limits !== undefined) {
      const done = redo(state, readInstruction(first), limits);
      number++;
      const isSame = done.state.kind === second && digestOf(done.outputs) === third;
      yield {
        number,
        instruction: done.instruction,
        from: state.kind,
        to: done.state.kind,
        outputs: done.outputs,
        isSame,
      };
      state = done.state;
    } else throw bad(`Entry ${number + 1}`);
  }
}

function redo(
  state: SessionState,
  instruction: Instruction,
  limits: SessionLimits,
): { readonly state: SessionState; readonly instruction: Instruction; readonly outputs: readonly Output[] } {
  const outputs: Output[] = [];
  try {
    return { state: advance(state, instruction, limits, outputs), instruction, outputs };
  } catch {
    throw bad(`A ${state.kind} session cannot do "${instruction.kind}" as noted`);
  }
}

function entriesOf(log: Uint8Array): readonly WireValue[] {
  try {
    return createDecoder({ maxBytes: Number.MAX_SAFE_INTEGER, maxItems: Number.MAX_SAFE_INTEGER }).push(log);
  } catch {
    throw bad("It is not MessagePack");
  }
}

function readInstruction(noted: WireValue | undefined): Instruction {
  const value = noted instanceof Uint8Array ? decodeNoted(noted) : undefined;
  if (typeof value?.["kind"] !== "string") throw bad("An instruction without a kind");
  return value as unknown as Instruction; // cast: what a machine makes of another is caught
}

function decodeNoted(noted: Uint8Array): WireMap {
  try {
    return decodeValue(noted, { maxItems: Number.MAX_SAFE_INTEGER }) as WireMap; // cast: another has no kind
  } catch {
    throw bad("An instruction is not MessagePack");
  }
}

function readState(noted: WireValue | undefined): SessionState {
  const { ledger, ...rest } = (noted ?? {}) as { ledger?: WireMap }; // cast: what is missing is looked for in the next line
  if (typeof ledger !== "object" || ledger === null) throw bad("A state without a ledger");
  const made = Object.assign(new Ledger(0, { frameBurst: 0, byteBurst: 0 }, 0), ledger);
  return { ...rest, ledger: made } as unknown as SessionState; // cast: as it was noted
}

function asList(value: WireValue | undefined): readonly WireValue[] {
  if (!Array.isArray(value)) throw bad("An entry is no list");
  return value;
}

function bad(why: string): CodedError {
  return new CodedError("LIVE_BAD_LOG", `Not a session's log: ${why}`);
}
