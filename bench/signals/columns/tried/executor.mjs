// Columns over shared memory, asked of several threads at once. Dropped: see the notes.
import { Worker } from "node:worker_threads";
import { sortedGroups } from "../cases.mjs";
import { Control } from "./control.mjs";
import { CHANGED, EXTREMES, FILTERED, GROUPED, makeWork, ownerOf } from "./work.mjs";

const LOOKS = 20_000;

/** The columns in memory that threads share, with a code for each city. */
export function share({ price, qty, city }) {
  const codes = new Map();
  const shared = {
    price: new Float64Array(new SharedArrayBuffer(8 * price.length)),
    qty: new Int32Array(new SharedArrayBuffer(4 * qty.length)),
    city: new Int32Array(new SharedArrayBuffer(4 * city.length)),
  };
  shared.price.set(price);
  shared.qty.set(qty);
  for (const [row, name] of city.entries()) {
    if (!codes.has(name)) codes.set(name, codes.size);
    shared.city[row] = codes.get(name);
  }
  return { ...shared, names: [...codes.keys()] };
}

/** With so many workers; `joins`: the thread that asks works too, otherwise it sleeps meanwhile. */
export async function startExecutor(kind, columns, { workers, joins }) {
  const threads = workers + (joins ? 1 : 0);
  const control = new Control(threads);
  const others = Array.from({ length: workers }, (_, thread) => thread);
  const started = others.map(async (thread) => {
    const { buffer } = control;
    const worker = new Worker(new URL("./thread.mjs", import.meta.url), {
      workerData: { kind, columns, buffer, threads, thread },
    });
    await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    return worker;
  });
  const own = joins ? makeWork(kind, columns, control, workers) : undefined;
  return new Executor(control, columns, { others, own, workers: await Promise.all(started) });
}

class Executor {
  constructor(control, columns, { others, own, workers }) {
    Object.assign(this, { control, columns, others, own, workers });
    this.parts = Array.from({ length: control.threads }, (_, thread) => control.part(thread));
    this.ask = {
      "filter, sum of products": (number) => {
        this.run(FILTERED, number);
        return [this.sum(0)];
      },
      "group by, two sums": () => {
        this.run(GROUPED, 0);
        return sortedGroups(columns.names.map((name, code) => [name, this.sum(2 * code), this.sum(2 * code + 1)]));
      },
      "min, max, mean": () => {
        this.run(EXTREMES, 0);
        const [min, max] = [
          Math.min(...this.parts.map(([least]) => least)),
          Math.max(...this.parts.map((part) => part[1])),
        ];
        return [min, max, this.sum(2) / columns.price.length];
      },
    };
  }

  run(question, first) {
    this.control.ask(question, [first, 0], this.others);
    this.own?.run({ question, first });
    this.control.waitForAll(this.own === undefined ? 0 : LOOKS);
  }

  /** All parts of the first question are known: only the thread that has the row is asked again. */
  watch() {
    const { control, own, others } = this;
    const { length } = this.columns.price;
    control.ask(CHANGED, [-1, 0], others);
    own?.run({ question: CHANGED, first: -1 });
    control.waitForAll(LOOKS);
    return (row, price) => {
      const owner = ownerOf(length, control.threads, row);
      if (owner === others.length) own.run({ question: CHANGED, first: row, second: price });
      else {
        control.ask(CHANGED, [row, price], [owner]);
        control.waitForAll(LOOKS);
      }
      return this.sum(0);
    };
  }

  sum(at) {
    let sum = 0;
    for (const part of this.parts) sum += part[at];
    return sum;
  }

  stop() {
    return Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
