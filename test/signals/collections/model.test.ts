import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type Delta,
  join,
  type KeyedCollection,
  keyedList,
  keyedMap,
  leftJoin,
  observeDeltas,
} from "../../../lib/signals/collections/index.ts";
import { batch, signal } from "../../../lib/signals/index.ts";
import { runs } from "../../helpers/runs.ts";
import { applyDeltas, type Entry, OPERATORS, type OperatorPlan, operate, recompute } from "../../oracle/collections.ts";

type Item = { readonly id: number; readonly n: number; readonly tag: number };

type Action =
  | { readonly kind: "set"; readonly id: number; readonly n: number; readonly tag: number }
  | { readonly kind: "delete"; readonly id: number }
  | { readonly kind: "move"; readonly id: number; readonly to: number }
  | { readonly kind: "replace"; readonly ids: readonly number[]; readonly n: number }
  | { readonly kind: "bound"; readonly value: number };

const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("set" as const), id: fc.nat(11), n: fc.nat(5), tag: fc.nat(3) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("delete" as const), id: fc.nat(11) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("move" as const), id: fc.nat(11), to: fc.nat(11) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("replace" as const),
      ids: fc.uniqueArray(fc.nat(11), { maxLength: 12 }),
      n: fc.nat(5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("bound" as const), value: fc.nat(6) }) },
);
const batches = fc.array(
  fc.record({
    writes: fc.array(actions, { minLength: 1, maxLength: 5 }),
    peekBetween: fc.boolean(),
    look: fc.boolean(),
    resubscribe: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);
const plans: fc.Arbitrary<OperatorPlan[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...OPERATORS), a: fc.nat(4), b: fc.nat(6) }),
  { minLength: 1, maxLength: 5 },
);

/** Both kinds of source under one set of actions. */
function makeSource(kind: "map" | "list"): {
  readonly collection: KeyedCollection<number, Item>;
  act(action: Action): void;
  content(): readonly Entry[];
} {
  if (kind === "map") {
    const map = keyedMap<number, Item>();
    return {
      collection: map,
      act(action) {
        if (action.kind === "set") map.set(action.id, { id: action.id, n: action.n, tag: action.tag });
        if (action.kind === "delete") map.delete(action.id);
        if (action.kind === "move") {
          // The nearest a map has: taken out and put back, it stands last.
          const old = map.peek(action.id);
          map.delete(action.id);
          if (old !== undefined) map.set(action.id, old);
        }
        if (action.kind === "replace") map.replaceAll(action.ids.map((id) => [id, { id, n: action.n, tag: id % 3 }]));
      },
      content: () => map.keys().map((key) => [key, map.peek(key)] as const),
    };
  }
  const list = keyedList<number, Item>([], (item) => item.id);
  return {
    collection: list,
    act(action) {
      if (action.kind === "set") {
        const item = { id: action.id, n: action.n, tag: action.tag };
        if (list.peek(action.id) === undefined) list.insertAt(action.n % (list.peek().length + 1), item);
        else list.update(action.id, () => item);
      }
      if (action.kind === "delete") list.remove(action.id);
      if (action.kind === "move" && list.peek(action.id) !== undefined) {
        list.move(list.indexOf(action.id), action.to % list.peek().length);
      }
      if (action.kind === "replace") list.replaceAll(action.ids.map((id) => ({ id, n: action.n, tag: id % 3 })));
    },
    content: () => list.peek().map((item) => [item.id, item] as const),
  };
}

const entriesOf = (collection: KeyedCollection<unknown, unknown>): Entry[] => {
  const keys = collection.keys();
  const values = collection.peek();
  return keys.map((key, index) => [key, values[index]] as const);
};

const sameEntries = (a: readonly Entry[], b: readonly Entry[]): boolean =>
  a.length === b.length &&
  a.every(([key, value], index) => Object.is(key, b[index]?.[0]) && Object.is(value, b[index]?.[1]));

describe.each(["map", "list"] as const)("random chains of operators on a keyed %s", (kind) => {
  test("give what recomputing gives, and deltas that lead from each snapshot to the next", () => {
    fc.assert(
      fc.property(plans, batches, (plan, steps) => {
        const source = makeSource(kind);
        const bound = signal(3);
        const chain: KeyedCollection<unknown, unknown>[] = [];
        for (const operator of plan) chain.push(operate(chain[chain.length - 1] ?? source.collection, operator, bound));
        const watched = chain[chain.length - 1] as KeyedCollection<unknown, unknown>; // cast: a plan has an operator
        let shown: Entry[] = [];
        let calls = 0;
        let ours: Delta<unknown, unknown>[] = [];
        const subscribe = (): (() => void) => {
          shown = [];
          return observeDeltas(watched, (deltas) => {
            calls++;
            ours = [...deltas];
            shown = applyDeltas(shown, deltas);
          });
        };
        let stop = subscribe();
        for (const step of steps) {
          calls = 0;
          ours = [];
          const before = shown;
          batch(() => {
            for (const action of step.writes) {
              if (action.kind === "bound") bound.set(action.value);
              else source.act(action);
              if (step.peekBetween) watched.peek();
            }
          });
          const expected = recompute(source.content(), plan, bound.peek());
          const found = entriesOf(watched);
          assert.deepEqual(found, expected);
          assert.deepEqual(shown, found);
          assert.ok(calls <= 1);
          if (calls === 1) assert.ok(!sameEntries(shown, before));
          // Never more than one delta of a kind for a key, and none for what is as it was.
          const told = ours.map((delta) => `${delta.type} ${String(delta.key)}`);
          assert.equal(new Set(told).size, told.length);
          if (step.look) for (const each of chain) each.peek();
          if (step.resubscribe) {
            stop();
            stop = subscribe();
            assert.deepEqual(shown, found);
          }
        }
        stop();
      }),
      { numRuns: runs(1500) },
    );
  });
});

describe("joins", () => {
  const two = fc.array(
    fc.record({
      writes: fc.array(fc.record({ side: fc.boolean(), action: actions }), { minLength: 1, maxLength: 5 }),
      peekBetween: fc.boolean(),
    }),
    { minLength: 1, maxLength: 14 },
  );

  test.each([
    ["inner", "key"],
    ["left", "key"],
    ["inner", "any"],
    ["left", "any"],
  ] as const)("%s join on %s gives what recomputing gives, and the deltas to it", (type, on) => {
    fc.assert(
      fc.property(fc.constantFrom("map" as const, "list" as const), two, (kind, steps) => {
        const left = makeSource(kind);
        const right = makeSource(kind === "map" ? "list" : "map");
        const make = type === "inner" ? join : leftJoin;
        const combine = (a: Item, b: Item | undefined): string => `${a.id}:${a.n}/${b?.id}:${b?.n}`;
        const joined: KeyedCollection<unknown, string> =
          on === "key"
            ? make(left.collection, right.collection, { on: (item: Item) => item.n, combine })
            : make(left.collection, right.collection, {
                on: (item: Item) => item.tag,
                to: (item: Item) => item.tag,
                combine,
              });
        let shown: Entry[] = [];
        const stop = observeDeltas(joined, (deltas) => {
          shown = applyDeltas(shown, deltas);
        });
        for (const step of steps) {
          batch(() => {
            for (const { side, action } of step.writes) {
              (side ? left : right).act(action);
              if (step.peekBetween) joined.peek();
            }
          });
          const expected: Entry[] = left.content().flatMap(([leftKey, a]) => {
            const one = a as Item; // cast: content gives items
            const others = right.content().map(([, b]) => b as Item); // cast: as above
            const met = others.filter((other) => (on === "key" ? other.id === one.n : other.tag === one.tag));
            const all = met.length === 0 && type === "left" ? [undefined] : met;
            return all.map((b): Entry => [on === "key" ? leftKey : [leftKey, b?.id], combine(one, b)]);
          });
          assert.deepEqual(entriesOf(joined), expected);
          assert.deepEqual(shown, entriesOf(joined));
        }
        stop();
      }),
      { numRuns: runs(600) },
    );
  });
});

describe("groups", () => {
  test.each(["map", "list"] as const)(
    "of a keyed %s hold what recomputing puts in them, and tell of their own rows",
    (kind) => {
      fc.assert(
        fc.property(batches, (steps) => {
          const source = makeSource(kind);
          const groups = source.collection.groupBy((item) => item.tag);
          const shown = new Map<number, { entries: Entry[]; stop: () => void }>();
          const stop = observeDeltas(groups, (deltas) => {
            for (const delta of deltas) {
              if (delta.type === "insert") {
                const group = { entries: [] as Entry[], stop: () => {} };
                group.stop = observeDeltas(delta.value, (inside) => {
                  group.entries = applyDeltas(group.entries, inside);
                });
                shown.set(delta.key, group);
              } else if (delta.type === "delete") {
                shown.get(delta.key)?.stop();
                shown.delete(delta.key);
              } else assert.equal(delta.type === "update" || delta.type === "move", true);
              if (delta.type !== "update") continue;
              shown.get(delta.key)?.stop(); // it went and came back within a batch
              const group = { entries: [] as Entry[], stop: () => {} };
              group.stop = observeDeltas(delta.value, (inside) => {
                group.entries = applyDeltas(group.entries, inside);
              });
              shown.set(delta.key, group);
            }
          });
          for (const step of steps) {
            batch(() => {
              for (const action of step.writes) {
                source.act(action);
                if (step.peekBetween) groups.peek();
              }
            });
            const expected = new Map<number, Entry[]>();
            for (const [key, value] of source.content()) {
              const { tag } = value as Item; // cast: content gives items
              expected.set(tag, [...(expected.get(tag) ?? []), [key, value]]);
            }
            assert.deepEqual(
              new Map(groups.keys().map((tag) => [tag, entriesOf(groups.get(tag) ?? keyedMap())])),
              expected,
            );
            assert.deepEqual(new Map([...shown].map(([tag, { entries }]) => [tag, entries])), expected);
          }
          for (const group of shown.values()) group.stop();
          stop();
        }),
        { numRuns: runs(600) },
      );
    },
  );
});

describe("hundreds of rows", () => {
  // So many that blocks split, logs are cut and bulk paths are taken.
  const edits = fc.array(
    fc.record({
      from: fc.nat(699),
      count: fc.oneof(fc.nat(3), fc.nat(400)),
      what: fc.constantFrom("set", "delete", "move", "shuffle"),
      n: fc.nat(50),
    }),
    { minLength: 1, maxLength: 8 },
  );

  test.each(["map", "list"] as const)("of a keyed %s go through operators as by recomputing", (kind) => {
    fc.assert(
      fc.property(plans, fc.array(edits, { minLength: 1, maxLength: 5 }), fc.boolean(), (plan, steps, watch) => {
        const source = makeSource(kind);
        const bound = signal(3);
        let watched: KeyedCollection<unknown, unknown> = source.collection;
        for (const operator of plan) watched = operate(watched, operator, bound);
        source.act({ kind: "replace", ids: Array.from({ length: 600 }, (_, i) => i), n: 1 });
        let shown: Entry[] = [];
        const stop = watch
          ? observeDeltas(watched, (deltas) => {
              shown = applyDeltas(shown, deltas);
            })
          : () => {};
        for (const step of steps) {
          batch(() => {
            for (const edit of step) actMany(source, edit);
          });
          const expected = recompute(source.content(), plan, bound.peek());
          assert.deepEqual(entriesOf(watched), expected);
          if (watch) assert.deepEqual(shown, expected);
          for (const index of [0, 7, -1, expected.length - 3])
            assert.deepEqual(watched.at(index), expected.at(index)?.[1]);
        }
        stop();
      }),
      { numRuns: runs(90) },
    );
  });
});

function actMany(
  source: ReturnType<typeof makeSource>,
  {
    from,
    count,
    what,
    n,
  }: { readonly from: number; readonly count: number; readonly what: string; readonly n: number },
): void {
  if (what === "shuffle") {
    const ids = source.content().map(([key]) => Number(key));
    const rotated = [...ids.slice(from), ...ids.slice(0, from)];
    if (count % 2 === 0) rotated.reverse();
    source.act({ kind: "replace", ids: rotated, n });
    return;
  }
  for (let id = from; id < Math.min(700, from + count); id++) {
    if (what === "set") source.act({ kind: "set", id, n: (n + id) % 7, tag: id % 4 });
    else if (what === "delete") source.act({ kind: "delete", id });
    else source.act({ kind: "move", id, to: n * id });
  }
}
