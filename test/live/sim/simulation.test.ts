import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { mutations } from "./mutations.ts";
import { type Plan, planOf, stepKinds } from "./plan.ts";
import { shrink } from "./shrink.ts";
import { type Mutation, simulate } from "./simulate.ts";
import { kinds } from "./views.ts";

const MOST_SEEDS = 400;

async function firstFound(make: () => Mutation): Promise<Plan | undefined> {
  for (let seed = 0; seed < MOST_SEEDS; seed++) {
    const plan = planOf(seed);
    if ((await simulate(plan, make())).failure !== undefined) return plan;
  }
  return undefined;
}

test.each(Object.keys(mutations))("the simulation finds %s", async (name) => {
  const make = mutations[name];
  assert.ok(make);
  expect(await firstFound(make)).toBeDefined();
});

test("randomness that is not the seed's shows in the log", async () => {
  const bytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const [first, second] = [await simulate(planOf(1), { bytes }), await simulate(planOf(1), { bytes })];
  expect(first.hash).not.toBe(second.hash);
  expect((await simulate(planOf(1))).hash).toBe((await simulate(planOf(1))).hash);
});

test("a failing plan shrinks to the steps that matter", async () => {
  const make = mutations["a server that runs an event twice"];
  assert.ok(make);
  const plan = await firstFound(make);
  assert.ok(plan);
  const smaller = await shrink(plan, make());
  expect(smaller.plan.steps.length).toBeLessThanOrEqual(3);
  assert.ok(smaller.outcome.failure);
});

test("the seeds of the test command have every kind of step, view and number of tabs and nodes", () => {
  const plans = Array.from({ length: 10_000 }, (_, seed) => planOf(seed));
  const seen = new Set(plans.flatMap((plan) => plan.steps.map((step) => step.kind)));
  assert.deepEqual(
    [...stepKinds].filter((kind) => !seen.has(kind)),
    [],
  );
  assert.deepEqual(
    [...kinds].filter((kind) => !plans.some((plan) => plan.view === kind)),
    [],
  );
  for (const count of [1, 2, 3]) assert.ok(plans.some((plan) => plan.tabs === count));
  for (const count of [1, 2]) assert.ok(plans.some((plan) => plan.nodes === count));
});
