import { test } from "vitest";
import { planOf } from "./plan.ts";
import { explain } from "./shrink.ts";
import { simulate } from "./simulate.ts";

const SEEDS = 10_000;
const FILES = 4;
const EACH = 250;
/** One in so many worlds is run twice: its log must be the same. */
const AGAIN = 50;

/** A quarter of the seeds: files are what test workers share out among them. */
export function simulateQuarter(quarter: number): void {
  const first = (quarter * SEEDS) / FILES;
  for (let from = first; from < first + SEEDS / FILES; from += EACH) {
    test(`in worlds ${from} to ${from + EACH - 1} pages show what servers render, events run as promised, drafts survive and nothing crosses`, async () => {
      for (let seed = from; seed < from + EACH; seed++) await checkSeed(seed);
    });
  }
}

async function checkSeed(seed: number): Promise<void> {
  const plan = planOf(seed);
  const { failure, hash, log } = await simulate(plan);
  if (failure !== undefined) throw new Error(await explain(seed));
  if (seed % AGAIN !== 0) return;
  const again = await simulate(plan);
  if (again.hash === hash) return;
  const at = log.findIndex((line, index) => line !== again.log[index]);
  throw new Error(`seed ${seed} went another way the second time\n  first  ${log[at]}\n  second ${again.log[at]}`);
}
