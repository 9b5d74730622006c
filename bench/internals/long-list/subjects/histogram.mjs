// Counts durations; every 4096 of them one 99th percentile is read. Ways: ours, node (perf_hooks), sorted (an array, sorted when asked).
import { createHistogram as createNodeHistogram } from "node:perf_hooks";
import { Histogram } from "../tried/histogram.mjs";
import { MANY, seeded, wayOf } from "./data.mjs";

const READ_EVERY = 4096;
const ERROR = 1 / 32;

export function setUp() {
  const random = seeded(3);
  const durations = Array.from({ length: MANY }, () => Math.ceil(1000 * 2 ** (random() * 20))); // 1 µs to 1 s, in nanoseconds
  const { record, quantile } = { ours, node, sorted }[wayOf(import.meta.url)]();
  return {
    answer() {
      for (const one of durations) record(one);
      const exact = durations.toSorted((a, b) => a - b);
      const shares = [0.5, 0.9, 0.99];
      const near = (share) => Math.abs(quantile(share) / exact[Math.ceil(share * MANY) - 1] - 1) <= ERROR;
      return shares.map((share) => `${share}: ${near(share) ? "near" : quantile(share)}`).join();
    },
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        record(durations[i & (MANY - 1)]);
        if ((i & (READ_EVERY - 1)) === READ_EVERY - 1) sum += quantile(0.99);
      }
      return sum;
    },
  };
}

function ours() {
  const histogram = new Histogram();
  return { record: (value) => histogram.record(value), quantile: (share) => histogram.quantile(share) };
}

function node() {
  const histogram = createNodeHistogram({ figures: 2 });
  return { record: (value) => histogram.record(value), quantile: (share) => histogram.percentile(share * 100) };
}

function sorted() {
  let all = [];
  return {
    record: (value) => all.push(value),
    quantile(share) {
      const inOrder = Float64Array.from(all).sort();
      if (all.length >= READ_EVERY) all = [];
      return inOrder[Math.ceil(share * inOrder.length) - 1];
    },
  };
}
