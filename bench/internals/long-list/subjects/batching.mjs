// 64 calls in one turn, of which each asks for something that costs a trip. Ways: batch (busbar/app), single (a trip each).
import { setImmediate } from "node:timers/promises";
import { batch } from "busbar/app";
import { wayOf } from "./data.mjs";

const CALLS = 64;

export function setUp() {
  const trip = () => setImmediate(); // the cheapest one there is: a turn of the event loop
  const single = async (n) => {
    await trip();
    return n * 2;
  };
  const batched = batch(
    async (inputs) => {
      await trip();
      return inputs.map((n) => n * 2);
    },
    { maxSize: CALLS, maxWaitMs: 0 },
  );
  const ask = wayOf(import.meta.url) === "batch" ? batched : single;
  const round = async (start) => {
    const calls = [];
    for (let i = 0; i < CALLS; i++) calls.push(ask(start + i));
    let sum = 0;
    for (const result of await Promise.all(calls)) sum += result;
    return sum;
  };
  return {
    answer: async () => String(await round(7)),
    async run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += await round(i);
      return sum;
    },
  };
}
