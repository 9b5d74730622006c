import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, test } from "vitest";
import { CHANGES } from "../../lib/pool/index.ts";
import { join, type KeyedCollection, keyedList, keyedMap, leftJoin } from "../../lib/signals/collections/index.ts";
import { computed, effect, readonly, scope, signal } from "../../lib/signals/index.ts";
import { state } from "../../lib/signals/state.ts";
import { Signal } from "../../lib/signals/tc39/index.ts";

setFlagsFromString("--allow-natives-syntax");
const haveOneShape = runInNewContext("(a, b) => %HaveSameMap(a, b)") as (a: object, b: object) => boolean; // cast: see above

/** All objects of classes of ours that can be reached, by the names of their classes. */
function instancesFrom(roots: readonly unknown[]): Map<string, object[]> {
  const found = new Map<string, object[]>();
  const waiting = [...roots];
  const seen = new Set<unknown>();
  for (const node of waiting) {
    if (typeof node !== "object" || node === null || seen.has(node)) continue;
    seen.add(node);
    const { name } = node.constructor;
    if (!(name in globalThis)) found.set(name, [...(found.get(name) ?? []), node]);
    for (const key of Reflect.ownKeys(node)) waiting.push(Reflect.getOwnPropertyDescriptor(node, key)?.value);
    if (node instanceof Map) waiting.push(...node.keys(), ...node.values());
    if (node instanceof WeakRef) waiting.push(node.deref());
  }
  return found;
}

interface Item {
  readonly id: number;
  readonly value: unknown;
}

/** Nodes of the graph, and what stands for them. */
function nodes([first, second]: readonly unknown[]): object[] {
  const source = signal(first);
  const made = [
    source,
    readonly(source),
    computed(() => source.get()),
    new Signal.State(first),
    new Signal.Computed(() => source.get()),
  ];
  const own = scope(() => {
    effect(() => {
      for (const node of made) node.get();
    });
  });
  source.set(second);
  const watcher = new Signal.subtle.Watcher(() => {});
  watcher.watch(new Signal.State(second));
  return [...made, own, watcher];
}

/** All that may be made of two rows. */
function collections(values: readonly unknown[]): object[] {
  const items = values.map((value, id): Item => ({ id, value }));
  const inside = ({ value }: Item): unknown => value;
  const map = keyedMap(items.map((item) => [item.id, item]));
  const plain = keyedMap(values.map((value) => [value, value]));
  const lists = [keyedList(items, inside), keyedList(values, (value) => value)] as const;
  const groups = plain.groupBy((value) => value);
  const all: Pick<KeyedCollection<unknown, unknown>, "get" | typeof CHANGES>[] = [
    map,
    plain,
    ...lists,
    map.map(inside),
    map.map(signal(inside)),
    map.filter(() => true),
    map.sortBy(inside),
    map.topK(1, inside),
    map.last(1),
    plain.distinct(),
    map.flatten(() => values),
    map.flatten((item) => [item.value], { key: (_value, _index, id) => id }),
    join(map, plain, { on: inside }),
    leftJoin(map, plain, { on: inside, to: () => 7 }),
    keyedList(items, inside).map(inside),
    groups,
    ...groups.get(),
    groups.count(),
    groups.max(Number),
  ];
  const readers = all.map((collection) => collection[CHANGES]());
  const results = [
    map.sum(({ id }) => id / 3),
    plain.min(Number),
    plain.reduce<unknown>({ initial: 0, add: (_, value) => value, remove: (before) => before }),
    computed(() => [plain.get(values[0]), map.has(0), lists[0].at(0), lists[1].has(values[1])]),
  ];
  effect(() => void results[3]?.get());
  for (const collection of all) collection.get();
  for (const result of results) result.get();
  for (const reader of readers) reader.take();
  map.set(0, { id: 0, value: values[1] });
  map.set(99, { id: 99, value: 99.5 });
  plain.delete(values[1]);
  lists[0].move(0, 1);
  lists[1].removeAt(0);
  lists[1].push(...values.slice(0, 1));
  for (const collection of all) collection.get();
  for (const result of results) result.get();
  return [...all, ...readers, ...results];
}

describe("what is kept", () => {
  test.each([
    ["fractions", [0.5, 1.5]],
    ["integers", [1, 2]],
    ["texts", ["one", "two"]],
    ["objects", [{}, {}]],
    ["nothing", [undefined, null]],
  ])("is one object of every shape that signals and collections of %s are made of", (_name, values) => {
    const kept = instancesFrom(state.kept);
    const missing = [...instancesFrom([...nodes(values), ...collections(values)])].filter(
      ([name, instances]) => !instances.every((one) => kept.get(name)?.some((other) => haveOneShape(one, other))),
    );
    assert.deepEqual(
      missing.map(([name]) => name),
      [],
    );
  });
});
