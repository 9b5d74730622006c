import { planOf } from "./plan.ts";
import { explain } from "./shrink.ts";
import { simulate } from "./simulate.ts";

/** Runs seeds and says what failed. Ends the process with 1 when something did. */
const [from = 0, seeds = 1000, most = 5] = process.argv.slice(2).map(Number);
const started = performance.now();
const failed: number[] = [];
let virtualMs = 0;
for (let seed = from; seed < from + seeds; seed++) {
  const outcome = await simulate(planOf(seed));
  virtualMs += outcome.virtualMs;
  if (outcome.failure !== undefined) {
    failed.push(seed);
    if (failed.length <= most) console.log(`${await explain(seed)}\n`);
  }
  const done = seed - from + 1;
  if (done % 10_000 === 0) console.log(`${done} of ${seeds}, ${failed.length} failed`);
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `seeds ${from} to ${from + seeds - 1}: ${failed.length} failed, ${seconds.toFixed(0)} s, ${(virtualMs / 3_600_000).toFixed(0)} h simulated${
    failed.length > 0 ? `\nfailed: ${failed.slice(0, 100).join(" ")}` : ""
  }`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
