import { CodedError } from "../errors/index.ts";
import type { Platform } from "./types.ts";
import { type Waiter, WaitingLine } from "./waiting-line.ts";

/**
 * Options of `batch`.
 * @public
 */
export interface BatchOptions {
  /** A batch of this many goes off at once. From 1 to 10,000. */
  readonly maxSize: number;
  /** How long the first of a batch waits for others, in milliseconds. 0 gathers what is called in one turn of the event loop. */
  readonly maxWaitMs: number;
  /** How many batches may run at once; further ones wait and fill up. @defaultValue 1 */
  readonly maxRunning?: number;
  /** How many calls may wait; beyond it they are refused with `APP_BATCH_FULL`. @defaultValue 10_000 */
  readonly maxQueued?: number;
  /** The timer; that of the platform in tests. @defaultValue setTimeout of the machine */
  readonly after?: Platform["after"];
}

/**
 * Joins a batch; settles as its own part of it does. Rejected with `APP_BATCH_FULL`, `APP_BATCH_SIZE`, the signal's reason, or what the work
 * behind it threw.
 * @public
 */
export type BatchedCall<Input, Output> = (input: Input, options?: { readonly signal?: AbortSignal }) => Promise<Output>;

interface Waiting<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Turns concurrent calls for one thing into one call for many: rows by id, embeddings, the answers of a model.
 * @param run - Gets the inputs in the order of the calls, gives as many outputs in that order; an `Error` among them rejects that call alone.
 * @remarks A caller whose signal is aborted while it waits takes its input out of the batch. What `run` throws rejects all calls of its batch.
 * Cost: one promise per call, one timer per batch.
 * @throws CodedError `APP_BAD_LIMIT` when a limit is out of its range.
 * @example
 * ```ts
 * const userOf = batch((ids: readonly number[]) => database.usersByIds(ids), { maxSize: 100, maxWaitMs: 2 });
 * app.get("/users/:id", async (c) => c.json(await userOf(Number(c.params.id), { signal: c.signal })));
 * ```
 * @public
 */
export function batch<Input, Output>(
  run: (inputs: readonly Input[]) => Promise<readonly (Output | Error)[]> | readonly (Output | Error)[],
  options: BatchOptions,
): BatchedCall<Input, Output> {
  const { maxSize, maxWaitMs, maxRunning = 1, maxQueued = 10_000, after = startTimer } = options;
  checkLimit("maxSize", maxSize, 1, 10_000);
  checkLimit("maxWaitMs", maxWaitMs, 0, 60_000);
  checkLimit("maxRunning", maxRunning, 1, 10_000);
  checkLimit("maxQueued", maxQueued, 1, 1_000_000);
  const line = new WaitingLine<Waiting<Input, Output>>();
  let running = 0;
  let cancelTimer: (() => void) | undefined;
  /** How many of the first calls wait for nothing but room: their time was up while all places were taken. */
  let due = 0;

  const goOff = (): void => {
    while (running < maxRunning && (due > 0 || line.size >= maxSize)) {
      const calls = line.take(maxSize);
      due = Math.max(0, due - calls.length);
      stopWaiting();
      startWaiting();
      running++;
      void settleCalls(run, calls).finally(() => {
        running--;
        goOff();
      });
    }
  };
  const startWaiting = (): void => {
    if (line.size === due || cancelTimer !== undefined) return;
    cancelTimer = after(maxWaitMs, () => {
      cancelTimer = undefined;
      due = line.size;
      goOff();
    });
  };
  const stopWaiting = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
  };
  const leave = (waiter: Waiter<Waiting<Input, Output>>): void => {
    if (!line.leave(waiter)) return; // its batch has gone off
    due = Math.min(due, line.size);
    if (line.size === 0) stopWaiting();
  };

  return (input, { signal } = {}) =>
    new Promise<Output>((resolve, reject) => {
      signal?.throwIfAborted();
      if (line.size >= maxQueued) throw full(maxQueued);
      const onAbort = (): void => {
        leave(waiter);
        reject(signal?.reason);
      };
      const off = (): void => signal?.removeEventListener("abort", onAbort);
      const waiter = line.join({
        input,
        resolve: (output) => {
          off();
          resolve(output);
        },
        reject: (error) => {
          off();
          reject(error);
        },
      });
      signal?.addEventListener("abort", onAbort, { once: true });
      startWaiting();
      goOff();
    });
}

async function settleCalls<Input, Output>(
  run: (inputs: readonly Input[]) => Promise<readonly (Output | Error)[]> | readonly (Output | Error)[],
  calls: readonly Waiting<Input, Output>[],
): Promise<void> {
  try {
    const outputs = await run(calls.map(({ input }) => input));
    const count = countOf(outputs);
    if (count !== calls.length) throw wrongSize(count, calls.length);
    for (const [i, call] of calls.entries()) {
      const output = outputs[i];
      if (output instanceof Error) call.reject(output);
      else call.resolve(output as Output); // cast: there is one for each call, as just checked
    }
  } catch (error) {
    for (const call of calls) call.reject(error);
  }
}

/** `undefined` for what is no list: a query without rows may give null, whatever its type says. */
function countOf(outputs: unknown): number | undefined {
  if (typeof outputs !== "object" || outputs === null || !("length" in outputs)) return undefined;
  return typeof outputs.length === "number" ? outputs.length : undefined;
}

function startTimer(ms: number, f: () => void): () => void {
  const timer = setTimeout(f, ms);
  return () => clearTimeout(timer);
}

function checkLimit(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new CodedError("APP_BAD_LIMIT", `${name} is not a whole number from ${least} to ${most}`, { value });
}

function full(maxQueued: number): CodedError {
  return new CodedError("APP_BATCH_FULL", `${maxQueued} calls are waiting already`, { value: maxQueued });
}

function wrongSize(got: number | undefined, wanted: number): CodedError {
  const given = got === undefined ? "no list of outputs" : `${got} outputs`;
  return new CodedError("APP_BATCH_SIZE", `a batch of ${wanted} calls was given ${given}`, { value: got });
}
