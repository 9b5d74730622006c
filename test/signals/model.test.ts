import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { batch, computed, effect, type ReadableSignal, type Signal, signal } from "../../lib/signals/index.ts";
import { runs } from "../helpers/runs.ts";
import { evaluate, type NodePlan, OracleGraph } from "../oracle/signal-graph.ts";

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
      }),
      { minLength: 1, maxLength: 14 },
    ),
  )
  .map(([values, shapes]) => [
    ...values.map((value) => ({ kind: "signal", value }) as const),
    ...shapes.map(({ always, sometimes, modulo }, i) => {
      const before = (pick: number): number => pick % (values.length + i);
      return { kind: "computed", always: always.map(before), sometimes: sometimes.map(before), modulo } as const;
    }),
  ]);

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
        computed(() => {
          runs[index] = (runs[index] ?? 0) + 1;
          return evaluate(each, (other) => nodes[other]?.get() ?? Number.NaN);
        }),
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
        seen: number;
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
              if (readNode !== null) assert.equal(at(readNode).get(), oracle.read(readNode % nodes.length));
            }
          });
          oracle.flush();
        } else if (step.kind === "read") {
          assert.equal(at(step.node).get(), oracle.read(step.node % nodes.length));
        } else if (step.kind === "watch") {
          const id = nextId++;
          const node = step.node % nodes.length;
          const entry = { id, node, stop: (): void => {}, seen: Number.NaN, runs: 0 };
          entry.stop = effect(() => {
            entry.seen = at(node).get();
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
          assert.equal(entry.seen, oracle.scratch(entry.node));
          assert.equal(entry.runs, oracle.effectRuns(entry.id));
        }
      }
      for (const [index, node] of nodes.entries()) assert.equal(node.peek(), oracle.scratch(index));
      for (const entry of watching) entry.stop();
    }),
    { numRuns: runs(1500) },
  );
});

test("an effect never sees a mix of old and new, however the graph is shaped", () => {
  fc.assert(
    fc.property(plans, fc.array(fc.tuple(fc.nat(), fc.nat(9)), { maxLength: 15 }), (plan, writes) => {
      const oracle = new OracleGraph(plan);
      const { signals, nodes } = build(plan);
      const stop = effect(() => {
        for (const [index, node] of nodes.entries()) assert.equal(node.get(), oracle.scratch(index));
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
