import { hash64 } from "../../pool/index.ts";
import { encodeValue, HELLO, type WireMap, type WireValue } from "../../wire/index.ts";
import type { Instruction, Output, SessionLimits } from "../machine/instructions.ts";
import type { SessionState } from "../machine/states.ts";

/** What a log is written to; a file's `createWriteStream` is one. @public */
export interface LogSink {
  /** Takes some bytes of the log; they follow those of the last call. */
  write(bytes: Uint8Array): unknown;
}

/** First value of a log: what it is, and in which version. */
export const LOG_HEAD: readonly [string, number] = ["busbar live log", 1];
/** The session has this state, and these limits, from now on. */
export const LOG_BEGIN = 0;
/** This happened, and left a state of this kind, with outputs of this digest. */
export const LOG_STEP = 1;

/**
 * Writes down what happens to one session, as MessagePack values one after another: enough to do it again without user code. A sink that throws is
 * written to no more.
 */
export class SessionLog {
  private readonly report: (error: unknown) => void;
  private sink: LogSink | undefined;

  constructor(sink: LogSink, report: (error: unknown) => void) {
    this.sink = sink;
    this.report = report;
    this.write(() => LOG_HEAD);
  }

  /** The state is set, not by an instruction. */
  begin(state: SessionState, limits: SessionLimits): void {
    this.write(() => {
      const data: unknown = "ledger" in state ? { ...state, ledger: { ...state.ledger } } : state;
      return [LOG_BEGIN, data as WireMap, { ...limits }]; // cast: a state that rests holds data only
    });
  }

  /** An instruction, before anybody can change what is in it. Returns what is to be called with what came of it. */
  note(what: Instruction): (state: SessionState, outputs: readonly Output[]) => void {
    let noted: Uint8Array | undefined;
    try {
      noted = encodeValue(toData(what));
    } catch {
      // It holds what cannot travel, so the machine will refuse it, and change nothing.
    }
    return (state, outputs) => {
      if (noted !== undefined) this.write(() => [LOG_STEP, noted, state.kind, digestOf(outputs)]);
    };
  }

  private write(make: () => WireValue): void {
    try {
      this.sink?.write(encodeValue(make()));
    } catch (error) {
      this.sink = undefined; // a log with a hole in it replays to nothing
      this.report(error);
    }
  }
}

/** Tells the outputs of a step from others: every byte that is sent counts. */
export function digestOf(outputs: readonly Output[]): string {
  return hash64(encodeValue(outputs.map(toData)));
}

/** As data: without what is `undefined`, and without the client's credential. */
function toData(what: Instruction | Output): WireMap {
  const data: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(what)) if (value !== undefined) data[name] = value;
  if (what.kind === "hello") data["frame"] = [HELLO, new Uint8Array(), ...what.frame.slice(2)];
  return data as WireMap; // cast: if it is not, encoding refuses it
}
