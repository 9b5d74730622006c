// A subject: its answer, and its times.
import process from "node:process";
import { medianOf } from "../measure.mjs";
import { now } from "../signals/clock.mjs";

const WINDOW_NS = 20e6;
const MIN_WARM_UP_NS = 60e6;
const MAX_WARM_UP_NS = 300e6;
const STILL_FASTER = 0.95; // of the window before: then the engine is not done
const ROUND_NS = 10e6;
const COUNTED = 512; // operations whose bytes are counted together: few, so that no collection hides some
const MANY_BYTES = 1_000_000;
const REPEATS = 9;
const FEW = 3;

/** Sets a subject up and asks for its answer. */
export async function createSubject(url, caseName) {
  const { setUp } = await import(url);
  const subject = await setUp(caseName);
  const answer = await subject.answer();
  if (typeof answer !== "string" || answer === "") throw new Error("an answer must be a string, and not empty");
  let count = 1;
  let sink = 0;

  async function timed(operations) {
    const start = now();
    sink += Number(await subject.run(operations));
    return now() - start;
  }

  /** Nanoseconds per operation over about this long. */
  async function runFor(budgetNs) {
    let spent = 0;
    let operations = 0;
    while (spent < budgetNs) {
      const ns = await timed(count);
      spent += ns;
      operations += count;
      count = Math.max(1, Math.min(count * 8, Math.round((count * ROUND_NS) / Math.max(ns, 1))));
    }
    return spent / operations;
  }

  return {
    answer,
    bytes: subject.bytes,
    /** A few operations: that they run, and yield a number. */
    async check() {
      await timed(FEW);
      if (Number.isNaN(sink)) throw new Error("the sum must stay a number");
    },
    /** Until a window takes as long as the one before. */
    async warmUp() {
      let last = Number.POSITIVE_INFINITY;
      for (let spent = 0; spent < MAX_WARM_UP_NS; spent += WINDOW_NS) {
        const ns = await runFor(WINDOW_NS);
        if (spent >= MIN_WARM_UP_NS && ns >= last * STILL_FASTER) return;
        last = ns;
      }
    },
    async round() {
      const ns = await runFor(ROUND_NS);
      if (Number.isNaN(sink)) throw new Error("the sum must stay a number"); // keeps the results alive
      return ns;
    },
    /** Bytes per operation, in the heap and beside it. */
    async allocated() {
      const few = (await growths(subject, 1)) > MANY_BYTES / COUNTED ? 4 : COUNTED;
      return Math.max(0, ((await growths(subject, few)) - (await growths(subject, 0))) / few);
    },
    async stop() {
      await subject.stop?.();
    },
  };
}

/** The median growth over some operations, once what a collection leaves behind has been allocated anew. */
async function growths(subject, operations) {
  globalThis.gc();
  await subject.run(Math.max(operations, 1)); // a collection may drop optimized code
  const samples = [];
  for (let i = 0; i < REPEATS; i++) {
    const before = held();
    if (operations > 0) await subject.run(operations);
    samples.push(held() - before);
  }
  return medianOf(samples);
}

function held() {
  const { heapUsed, external } = process.memoryUsage(); // buffers are part of external
  return heapUsed + external;
}
