import assert from "node:assert/strict";
import type { Delta, KeyedCollection } from "../../lib/signals/collections/index.ts";
import type { ReadableSignal } from "../../lib/signals/index.ts";

/** Operators of collections, written the obvious way: all rows, every time. */

export type Entry = readonly [key: unknown, value: unknown];

export const OPERATORS = [
  "map",
  "mapLive",
  "filter",
  "filterLive",
  "sortBy",
  "sortDescending",
  "sortLive",
  "topK",
  "take",
  "takeLive",
  "last",
  "window",
  "distinct",
  "flatten",
  "flattenKeyed",
  "groupOne",
  "groupReduce",
] as const;

export interface OperatorPlan {
  readonly kind: (typeof OPERATORS)[number];
  readonly a: number;
  readonly b: number;
}

/** A number that depends on all of a value, whatever the operators before have made of it. */
export function digest(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "object" && value !== null && "n" in value && "tag" in value)
    return digest(value.n) * 3 + digest(value.tag);
  return JSON.stringify(value)?.length ?? 0;
}

const changed = (value: unknown, a: number): unknown => ({ n: (digest(value) * (a + 1)) % 17, tag: digest(value) % 3 });
const passes = (value: unknown, a: number): boolean => digest(value) % (a + 2) !== 0;
const pieces = (value: unknown, a: number): unknown[] =>
  Array.from({ length: digest(value) % (a + 2) }, (_, i) => digest(value) + i);
const reordered = (value: unknown, a: number): number[] =>
  [0, 1, 2, 3]
    .map((i) => (i * (digest(value) % 2 === 0 ? 1 : 3) + digest(value)) % 4)
    .filter((i) => (digest(value) >> i) % (a + 2) !== 1);

type Any = KeyedCollection<unknown, unknown>;

/** The library's operator for a plan. `bound` is what those called live depend on. */
export function operate(source: Any, { kind, a, b }: OperatorPlan, bound: ReadableSignal<number>): Any {
  const live = <F>(f: (n: number) => F) => {
    let last: { n: number; f: F } | undefined;
    const read = (): F => {
      const n = bound.get();
      if (last?.n !== n) last = { n, f: f(n) };
      return last.f;
    };
    return { [Symbol.for("busbar.read") as typeof import("../../lib/pool/index.ts").READ]: read };
  };
  switch (kind) {
    case "map":
      return source.map((value) => changed(value, a));
    case "mapLive":
      return source.map(live((n) => (value: unknown) => changed(value, n)));
    case "filter":
      return source.filter((value) => passes(value, a));
    case "filterLive":
      return source.filter(live((n) => (value: unknown) => passes(value, n)));
    case "sortBy":
      return source.sortBy((value) => digest(value) % (a + 2));
    case "sortDescending":
      return source.sortBy((value) => [digest(value) % 2, String(digest(value))], { descending: true });
    case "sortLive":
      return source.sortBy(live((n) => (value: unknown) => digest(value) % (n + 1)));
    case "topK":
      return source.topK(b, (value) => digest(value), { offset: a });
    case "take":
      return source.take(b, { offset: a });
    case "takeLive":
      return source.take(
        live((n) => n),
        { offset: live((n) => n % 3) },
      );
    case "last":
      return source.last(b);
    case "window":
      return source.window(a, b);
    case "distinct":
      return source.distinct((value) => digest(value) % (a + 3)).sortBy((_, key) => key); // in an order that can be told
    case "flatten":
      return source.flatten((value) => pieces(value, a));
    case "flattenKeyed":
      return source.flatten((value, key) => reordered(value, a).map((i) => ({ n: i, tag: key })), {
        key: (item, _index, key) => `${JSON.stringify(key)}/${(item as { n: number }).n}`,
      });
    case "groupOne":
      return group(source, a);
    case "groupReduce":
      return source
        .groupBy((value) => digest(value) % (a + 2))
        .reduce({ initial: "", map: (value) => String(digest(value)), combine: (x, y) => `${x} ${y}` })
        .sortBy((_, key) => key);
  }
}

/** The rows of one group, by way of what a reduction makes of all of them. */
function group(source: Any, a: number): Any {
  const groups = source.groupBy((value) => (digest(value) % (a + 2) === 0 ? "yes" : "no"));
  return groups
    .reduce({
      initial: [] as readonly Entry[],
      map: (value, key): readonly Entry[] => [[key, value]],
      combine: (x, y) => [...x, ...y],
    })
    .filter((_, key) => key === "yes")
    .flatten((entries) => entries, { key: ([key]) => key })
    .map(([, value]) => value);
}

/** What a chain should give. */
export function recompute(source: readonly Entry[], plans: readonly OperatorPlan[], bound: number): Entry[] {
  return plans.reduce<Entry[]>((entries, plan) => recomputeOne(entries, plan, bound), [...source]);
}

function recomputeOne(entries: readonly Entry[], { kind, a, b }: OperatorPlan, bound: number): Entry[] {
  switch (kind) {
    case "map":
    case "mapLive":
      return entries.map(([key, value]) => [key, changed(value, kind === "map" ? a : bound)]);
    case "filter":
    case "filterLive":
      return entries.filter(([, value]) => passes(value, kind === "filter" ? a : bound));
    case "sortBy":
      return sorted(entries, (value) => digest(value) % (a + 2));
    case "sortLive":
      return sorted(entries, (value) => digest(value) % (bound + 1));
    case "sortDescending": {
      const rank = (value: unknown): string => `${digest(value) % 2} ${digest(value)}`;
      return [...entries].sort(([, x], [, y]) => (rank(x) < rank(y) ? 1 : rank(x) > rank(y) ? -1 : 0));
    }
    case "topK":
      return sorted(entries, (value) => -digest(value)).slice(a, a + b);
    case "take":
      return entries.slice(a, a + b);
    case "takeLive":
      return entries.slice(bound % 3, (bound % 3) + bound);
    case "last":
      return b === 0 ? [] : entries.slice(-b);
    case "window":
      return entries.slice(a, Math.max(a, b));
    case "distinct":
      return [...new Set(entries.map(([, value]) => digest(value) % (a + 3)))]
        .sort((x, y) => x - y)
        .map((found) => [found, found]);
    case "flatten":
      return entries.flatMap(([key, value]) => pieces(value, a).map((item, index): Entry => [[key, index], item]));
    case "flattenKeyed":
      return entries.flatMap(([key, value]) =>
        reordered(value, a).map((i): Entry => [`${JSON.stringify(key)}/${i}`, { n: i, tag: key }]),
      );
    case "groupOne":
      return entries.filter(([, value]) => digest(value) % (a + 2) === 0);
    case "groupReduce": {
      const groups = new Map<number, string[]>();
      for (const [, value] of entries) {
        const id = digest(value) % (a + 2);
        groups.set(id, [...(groups.get(id) ?? []), String(digest(value))]);
      }
      return [...groups].sort(([x], [y]) => x - y).map(([id, texts]) => [id, texts.join(" ")]);
    }
  }
}

function sorted(entries: readonly Entry[], rank: (value: unknown) => number): Entry[] {
  return [...entries].sort(([, x], [, y]) => rank(x) - rank(y));
}

/** Applies deltas one by one, and checks that each fits what it is applied to. */
export function applyDeltas(before: readonly Entry[], deltas: readonly Delta<unknown, unknown>[]): Entry[] {
  const entries = [...before];
  for (const delta of deltas) {
    switch (delta.type) {
      case "insert":
        assert.ok(delta.index >= 0 && delta.index <= entries.length);
        assert.ok(!entries.some(([key]) => Object.is(key, delta.key)));
        entries.splice(delta.index, 0, [delta.key, delta.value]);
        break;
      case "update":
        assert.deepEqual(entries[delta.index], [delta.key, delta.previous]);
        entries[delta.index] = [delta.key, delta.value];
        break;
      case "delete":
        assert.deepEqual(entries[delta.index], [delta.key, delta.previous]);
        entries.splice(delta.index, 1);
        break;
      case "move": {
        assert.notEqual(delta.from, delta.to);
        assert.deepEqual(entries[delta.from], [delta.key, delta.value]);
        const [moved] = entries.splice(delta.from, 1);
        assert.ok(moved !== undefined && delta.to <= entries.length);
        entries.splice(delta.to, 0, moved);
        break;
      }
    }
  }
  return entries;
}
