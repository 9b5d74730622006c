import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { batch, effect, type ReadableSignal, resource, signal } from "../../lib/signals/index.ts";
import { runs } from "../helpers/runs.ts";
import { OracleResource } from "../oracle/resource.ts";

type Action =
  | { readonly kind: "write"; readonly writes: readonly (readonly [index: number, value: number])[] }
  | { readonly kind: "open" | "fail"; readonly pick: number }
  | { readonly kind: "set"; readonly value: string }
  | { readonly kind: "reload" }
  | { readonly kind: "dispose" };

const write = fc.array(fc.tuple(fc.nat(2), fc.nat(6)), { minLength: 1, maxLength: 3 });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("write" as const), writes: write }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("open" as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fail" as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("set" as const), value: fc.constantFrom("mine", "yours") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("dispose" as const) }) },
);

interface Gate {
  readonly open: () => void;
  readonly fail: (error: Error) => void;
}

/** The resource the oracle describes; `gates` has what each run waits for. */
function build(initial: readonly number[], keep: boolean) {
  const [first, second, late] = [0, 1, 2].map((index) => signal(initial[index] ?? 0));
  assert.ok(first && second && late);
  const gates: (Gate | undefined)[] = [];
  const signals: AbortSignal[] = [];
  const wait = (id: number): Promise<void> =>
    new Promise((resolve, reject) => {
      gates[id] = {
        open() {
          gates[id] = undefined;
          resolve();
        },
        fail(error) {
          gates[id] = undefined;
          reject(error);
        },
      };
    });
  const made = resource<string>(
    async ({ track, signal: aborted }) => {
      const id = signals.push(aborted) - 1;
      const seen = [track(first)];
      if ((seen[0] ?? 0) % 2 === 1) seen.push(track(second));
      await wait(id);
      if ((seen[0] ?? 0) % 3 === 0) seen.push(track(late));
      await wait(id);
      return `${id}: ${seen.join()}`;
    },
    { keep },
  );
  return { sources: [first, second, late], gates, signals, made };
}

/** Counts the runs of an effect on each of the three. */
function watchers(parts: readonly ReadableSignal<unknown>[]) {
  return parts.map((part) => {
    const seen: unknown[] = [];
    effect(() => {
      seen.push(part.get());
    });
    return seen;
  });
}

test("random changes, answers out of order, failures, values set and the end agree with the oracle", async () => {
  const initial = fc.array(fc.nat(6), { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(initial, fc.boolean(), fc.array(action, { maxLength: 40 }), async (values, keep, actions) => {
      const oracle = new OracleResource(values, keep);
      const { sources, gates, signals, made } = build(values, keep);
      const seen = watchers([made.value, made.pending, made.error]);
      const expected: unknown[][] = [[oracle.value], [oracle.pending], [oracle.error]];
      for (const step of actions) {
        if (step.kind === "write") {
          batch(() => {
            for (const [index, value] of step.writes) sources[index]?.set(value);
          });
          oracle.write(step.writes);
        } else if (step.kind === "open" || step.kind === "fail") {
          const waiting = gates.flatMap((gate, id) => (gate === undefined ? [] : [id]));
          const id = waiting[step.pick % Math.max(1, waiting.length)];
          if (id === undefined) continue;
          if (step.kind === "open") gates[id]?.open();
          else gates[id]?.fail(new Error(`run ${id}`));
          oracle.open(id, step.kind === "fail");
          await new Promise((resolve) => setImmediate(resolve)); // every promise on the way has settled
        } else if (step.kind === "set") {
          made.set(step.value);
          oracle.set(step.value);
        } else if (step.kind === "reload") {
          made.reload();
          oracle.start();
        } else {
          made.dispose();
          oracle.end();
        }
        for (const [index, now] of [oracle.value, oracle.pending, oracle.error].entries())
          if (now !== expected[index]?.at(-1)) expected[index]?.push(now);
        assert.deepEqual(
          signals.map(({ aborted }) => aborted),
          oracle.runs.map(({ aborted }) => aborted),
        );
        const [value, pending, error] = seen;
        assert.deepEqual([value, pending, error?.map((each) => (each as Error | undefined)?.message)], expected); // cast: made above
      }
      made.dispose();
    }),
    { numRuns: runs(1200) },
  );
});
