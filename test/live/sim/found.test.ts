import { expect, test } from "vitest";
import { type Plan, plainPlanOf, planOf, type Step, type StepKind } from "./plan.ts";
import { simulate } from "./simulate.ts";

/* What the simulation has found, in as few steps as it takes. */

const step = (atMs: number, kind: StepKind, node = 0, pick = 0): Step => ({ atMs, kind, tab: 0, node, ms: 0, pick });
const world: Omit<Plan, "view" | "steps"> = {
  ...{ seed: 1, tabs: 1, nodes: 1, latencyMs: 10, windowFrames: 8, duplicates: 0 },
  ...{ blocked: "streams", isStored: false, hibernateMs: 0 },
};

test("a row of components is patched where it stands in the page the server rendered", async () => {
  const steps = Array.from({ length: 12 }, (_, index) => step(500 + index * 300, "act", 0, index));
  expect((await simulate({ ...world, view: "parts", steps })).failure).toBeUndefined();
});

test.each([409, 597])("a page that comes back to a process it had left goes on there (seed %i)", async (seed) => {
  expect((await simulate(plainPlanOf(seed))).failure).toBeUndefined();
});

test("what is told again to a new session goes after what waits for it (seed 231)", async () => {
  expect((await simulate(plainPlanOf(231))).failure).toBeUndefined();
});

test("a page that goes to and fro between two processes keeps all its events", async () => {
  const steps = Array.from({ length: 8 }, (_, index) => [
    step(1000 + index * 2000, "move", (index + 1) % 2),
    step(2500 + index * 2000, "act", 0, index),
  ]).flat();
  expect((await simulate({ ...world, nodes: 2, view: "board", steps })).failure).toBeUndefined();
});

/* What worlds with stores, sleep and streams of events have found. */

test.each([
  ["an event that was given up goes unstored, and the one after it still has its turn", 133],
  ["a session that goes to sleep sends nothing while its window is full", 109],
  ["a session that two processes have for a moment runs each event with one of them", 1008],
  ["a process that has never written a session finds that another one has it", 1888],
  ["a stream in the place of another session's takes nothing of that", 2224],
  ["a stream begun anew is the one its rows go to", 945],
  ["a page whose session another process was first to write goes on with that", 44219],
  ["a process whose session was taken over begins no more of its events", 209821],
  ["a page that is made while its process is stopped hears of no error", 230529],
  ["a form that is sent again before the answer to it has come whole may go unsent", 64799],
])("%s (seed %i)", async (_, seed) => {
  expect((await simulate(planOf(seed))).failure).toBeUndefined();
});
