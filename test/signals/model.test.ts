import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  batch,
  computed,
  effect,
  type ReadableSignal,
  type Signal,
  signal,
  untracked,
} from "../../lib/signals/index.ts";
import { runs } from "../helpers/runs.ts";
import { evaluate, type NodePlan, OracleGraph, same } from "../oracle/signal-graph.ts";

type Action =
  | {
      readonly kind: "set";
      readonly writes: readonly (readonly [node: number, value: number, readNode: number | null])[];
    }
  | { readonly kind: "read"; readonly node: number }
  | { readonly kind: "watch"; readonly node: number }
  | { readonly kind: "unwatch"; readonly pick: number };

const plans: fc.Arbitrary<NodePlan[]> = fc
  .tuple(
    fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
    fc.array(
      fc.record({
        always: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        sometimes: fc.array(fc.nat(), { maxLength: 3 }),
        modulo: fc.constantFrom(2, 3, 10, 1000),
        throwsAt: fc.option(fc.nat(6), { freq: 3 }),
        coarse: fc.constantFrom(1, 1, 1, 3),
        glances: fc.array(fc.nat(), { maxLength: 1 }),
      }),
      { minLength: 1, maxLength: 14 },
    ),
  )
  .map(([values, shapes]) => [
    ...values.map((value) => ({ kind: "signal", value }) as const),
    ...shapes.map(({ always, sometimes, glances, ...rest }, i) => {
      const before = (pick: number): number => pick % (values.length + i);
      const reads = { always: always.map(before), sometimes: sometimes.map(before), glances: glances.map(before) };
      return { kind: "computed", ...reads, ...rest } as const;
    }),
  ]);

/** Without an equality that keeps what was there first. */
const exactPlans = plans.map((plan) => plan.map((each) => (each.kind === "signal" ? each : { ...each, coarse: 1 })));

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("set" as const),
        writes: fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.option(fc.nat())), { minLength: 1, maxLength: 5 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("read" as const), node: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("watch" as const), node: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("unwatch" as const), pick: fc.nat() }) },
  ),
  { maxLength: 40 },
);

/** What a read gives: the value, or the message of what it threw. */
function outcome(read: () => number): number | string {
  try {
    return read();
  } catch (error) {
    return (error as Error).message; // cast: the nodes throw nothing else
  }
}

/** The library's graph for the same plans, counting runs. */
function build(plan: readonly NodePlan[]) {
  const runs = plan.map(() => 0);
  const signals: Signal<number>[] = [];
  const nodes: ReadableSignal<number>[] = [];
  for (const [index, each] of plan.entries()) {
    if (each.kind === "signal") {
      const made = signal(each.value);
      signals.push(made);
      nodes.push(made);
    } else {
      nodes.push(
        computed(
          () => {
            runs[index] = (runs[index] ?? 0) + 1;
            return evaluate(
              each,
              (other) => nodes[other]?.get() ?? Number.NaN,
              (other) => outcome(() => untracked(() => nodes[other]?.get() ?? Number.NaN)),
            );
          },
          { equals: (a, b) => same(each, a, b) },
        ),
      );
    }
  }
  const at = (pick: number): ReadableSignal<number> => nodes[pick % nodes.length] as ReadableSignal<number>; // cast: in range
  return { runs, signals, nodes, at };
}

test("values and run counts of random graphs equal those of the oracle", () => {
  fc.assert(
    fc.property(plans, actions, (plan, steps) => {
      const oracle = new OracleGraph(plan);
      const { runs, signals, nodes, at } = build(plan);
      const watching: {
        readonly id: number;
        readonly node: number;
        readonly stop: () => void;
        seen: number | string;
        runs: number;
      }[] = [];
      let nextId = 0;
      for (const step of steps) {
        if (step.kind === "set") {
          batch(() => {
            for (const [pick, value, readNode] of step.writes) {
              const index = pick % signals.length;
              signals[index]?.set(value);
              oracle.set(index, value);
              if (readNode === null) continue;
              assert.equal(
                outcome(() => at(readNode).get()),
                outcome(() => oracle.read(readNode % nodes.length)),
              );
            }
          });
          oracle.flush();
        } else if (step.kind === "read") {
          assert.equal(
            outcome(() => at(step.node).get()),
            outcome(() => oracle.read(step.node % nodes.length)),
          );
        } else if (step.kind === "watch") {
          const id = nextId++;
          const node = step.node % nodes.length;
          const entry = { id, node, stop: (): void => {}, seen: Number.NaN as number | string, runs: 0 };
          entry.stop = effect(() => {
            entry.seen = outcome(() => at(node).get());
            entry.runs++;
          });
          watching.push(entry);
          oracle.watch(id, node);
        } else {
          const [entry] = watching.splice(step.pick % Math.max(1, watching.length), 1);
          entry?.stop();
          if (entry !== undefined) oracle.unwatch(entry.id);
        }
        assert.deepEqual(runs, oracle.runs());
        for (const entry of watching) {
          assert.equal(entry.seen, oracle.outcome(entry.node));
          assert.equal(entry.runs, oracle.effectRuns(entry.id));
        }
      }
      for (const [index, node] of nodes.entries()) {
        const expected = outcome(() => oracle.read(index));
        assert.equal(
          outcome(() => node.peek()),
          expected,
        );
        // From scratch, with no memory at all; a coarse equality keeps what was there first.
        if (plan.every((each) => each.kind === "signal" || each.coarse === 1)) {
          assert.equal(
            expected,
            outcome(() => oracle.scratch(index)),
          );
        }
      }
      for (const entry of watching) entry.stop();
    }),
    { numRuns: runs(1500) },
  );
});

test("an effect never sees a mix of old and new, however the graph is shaped", () => {
  fc.assert(
    fc.property(exactPlans, fc.array(fc.tuple(fc.nat(), fc.nat(9)), { maxLength: 15 }), (plan, writes) => {
      const oracle = new OracleGraph(plan);
      const { signals, nodes } = build(plan);
      const stop = effect(() => {
        for (const [index, node] of nodes.entries()) {
          assert.equal(
            outcome(() => node.get()),
            outcome(() => oracle.scratch(index)),
          );
        }
      });
      for (const [pick, value] of writes) {
        const index = pick % signals.length;
        oracle.set(index, value);
        signals[index]?.set(value); // the effect asserts on this stack
      }
      stop();
    }),
    { numRuns: runs(500) },
  );
});
