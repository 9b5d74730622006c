/*
 * A log of what went into a graph. Since everything else is computed, the same inputs in the same batches give the same values again.
 */
import { createDeque } from "../../pool/index.ts";
import { checkFunction, checkObject, checkReadable, limitOf } from "../arguments.ts";
import { state } from "../seam.ts";
import { batch, effect, type ReadableSignal } from "../signals.ts";
import { bad, decodeValue, encodeValue, type LoggedValue } from "./logged-value.ts";

/**
 * One write: the signal's name, and the value it was given.
 * @public
 */
export type LoggedSet = readonly [name: string, value: LoggedValue];

/**
 * What `recordInputs` has seen, as plain data ready for `JSON.stringify`.
 * @public
 */
export interface InputLog {
  readonly version: 1;
  /** The values before the first batch. */
  readonly initial: readonly LoggedSet[];
  /** What was written in each batch, in the order in which the signals were first written in it. A value overwritten in the same batch is left out. */
  readonly batches: readonly (readonly LoggedSet[])[];
  /** How many sets of the oldest batches have gone into `initial`, since there were more than `maxSets`. */
  readonly folded: number;
}

/**
 * What `recordInputs` may be given.
 * @public
 */
export interface RecordOptions {
  /** The log keeps so many sets; older batches are folded into `initial`. @defaultValue 10_000 */
  readonly maxSets?: number;
}

/**
 * Logs every change of some signals, until it is stopped or the scope it is called in ends.
 * @param inputs - The signals by the names they get in the log.
 * @returns The log so far, and a stop.
 * @throws CodedError `SIGNALS_SCOPE_ENDED`, `SIGNALS_BAD_ARGUMENT` for what cannot be read, and a `maxSets` that is no number from 0 on.
 * @remarks One effect per signal. Values are copied: plain objects and arrays of text, numbers, booleans, bigints, dates, null and undefined. What
 * holds anything else is logged as lost, and cannot be replayed.
 * @example
 * ```ts
 * const recording = recordInputs({ price, amount });
 * await writeFile("inputs.json", JSON.stringify(recording.log()));
 * ```
 * @public
 */
export function recordInputs(
  inputs: Readonly<Record<string, ReadableSignal<unknown>>>,
  options: RecordOptions = {},
): { log(): InputLog; stop(): void } {
  checkObject(inputs, "What is to be recorded");
  for (const source of Object.values(inputs)) checkReadable(source, "get");
  const maxSets = limitOf("maxSets", options.maxSets, 10_000);
  const initial = new Map<string, LoggedValue>();
  const batches = createDeque<LoggedSet[]>(); // an array of 20,000 and more moves them all at each shift
  let flush = -1;
  let sets = 0;
  let folded = 0;

  function fold(): void {
    while (sets > maxSets) {
      const oldest = batches.shift() ?? [];
      for (const [name, value] of oldest) initial.set(name, value);
      sets -= oldest.length;
      folded += oldest.length;
    }
  }

  function note(name: string, value: LoggedValue): void {
    // Effects of one flush see the writes of one batch.
    if (flush !== state.firstRun || batches.length === 0) batches.push([]);
    flush = state.firstRun;
    batches.at(batches.length - 1)?.push([name, value]);
    sets++;
    fold();
  }

  const stops = Object.entries(inputs).map(([name, source]) => {
    let started = false;
    return effect(
      () => {
        const value = encodeValue(source.get());
        if (started) note(name, value);
        else initial.set(name, value);
        started = true;
      },
      { name: `record ${name}` },
    );
  });
  return {
    log: () => ({
      version: 1,
      initial: [...initial],
      batches: Array.from({ length: batches.length }, (_, at) => [...(batches.at(at) ?? [])]),
      folded,
    }),
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/**
 * Sets signals as a log says, batch by batch; what is computed from them then has the same values as when it was recorded.
 * @param log - From `recordInputs`, also by way of JSON.
 * @param inputs - The signals by the names of the log. Those that the log does not name are left alone.
 * @param onBatch - Called after each batch, with its number from 0, and after the initial values with -1.
 * @throws CodedError `SIGNALS_BAD_LOG` when it is no such log, names a signal that is not given, or holds a lost value: before anything is set.
 * Also what the effects throw that it sets off.
 * @public
 */
export function replayInputs(
  log: InputLog,
  inputs: Readonly<Record<string, { set(value: never): void }>>,
  onBatch?: (index: number) => void,
): void {
  if (log?.version !== 1 || !Array.isArray(log.initial) || !Array.isArray(log.batches)) throw bad("it is no log");
  if (onBatch !== undefined) checkFunction(onBatch);
  const steps = [log.initial, ...log.batches].map((sets) => {
    if (!Array.isArray(sets)) throw bad("a batch is no list");
    return sets.map((each) => checkedSet(each, inputs));
  });
  for (const [index, step] of steps.entries()) {
    batch(() => {
      for (const set of step) set();
    });
    onBatch?.(index - 1);
  }
}

function checkedSet(logged: unknown, inputs: Readonly<Record<string, { set(value: never): void }>>): () => void {
  const [name, value]: unknown[] = Array.isArray(logged) ? logged : [];
  if (typeof name !== "string" || value === undefined) throw bad("a set is not as it was written");
  const input = Object.hasOwn(Object(inputs), name) ? inputs[name] : undefined;
  if (typeof input?.set !== "function") throw bad("it names a signal that was not given");
  const decoded = decodeValue(value as LoggedValue) as never; // casts: decoding checks it; its type is the business of whoever recorded it
  return () => input.set(decoded);
}
