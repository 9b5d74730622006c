import { type Groups, join, type KeyedCollection, leftJoin } from "../../lib/signals/collections/index.ts";
import type { ReadableSignal } from "../../lib/signals/index.ts";

/** Views of two collections whose callbacks throw for some rows, beside what they should give. */

/** What a view is made of. `n` may be one that callbacks do not bear. */
export interface Row {
  readonly id: number;
  readonly n: number;
  readonly tag: number;
}

export type Rows = KeyedCollection<number, Row>;
export const rowOf = (id: number, n: number): Row => ({ id, n, tag: (id + n) % 3 });

/** A row with this number has the callback throw that is given it. */
const BAD = 6;

const sound = (row: Row): Row => {
  if (row.n === BAD) throw new Error("bad row");
  return row;
};

type Pairs = [unknown, unknown][];
const byKey = (pairs: Iterable<readonly [unknown, unknown]>): Pairs =>
  [...pairs]
    .map(([k, v]): [unknown, unknown] => [k, v])
    .sort(([a], [b]) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const inOrder = (pairs: Iterable<readonly [unknown, unknown]>): Pairs => [...pairs].map(([k, v]) => [k, v]);

const groupsOf = (rows: readonly Row[]): Map<number, Row[]> => {
  const groups = new Map<number, Row[]>();
  for (const row of rows) groups.set(row.tag, [...(groups.get(row.tag) ?? []), row]);
  return groups;
};

/** Its name, how the library makes it of two collections, and what reading it should then give. */
export type View = readonly [
  name: string,
  make: (l: Rows, r: Rows) => () => unknown,
  want: (l: readonly Row[], r: readonly Row[]) => unknown,
];

const sumOf = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + row.n, 0);
const countOf = (rows: readonly Row[]): number => rows.filter((row) => row.n > 2).length;
const TAKEN = {
  initial: 0,
  add: (sum: number, row: Row): number => sum + sound(row).n,
  remove: (sum: number, row: Row): number => sum - sound(row).n,
};

function perGroup(
  name: string,
  make: (groups: Groups<number, number, Row>) => KeyedCollection<number, unknown>,
  fold: (rows: readonly Row[]) => unknown,
): View {
  return [
    name,
    (l) => {
      const results = make(l.groupBy((row) => row.tag));
      return () => byKey(results.entries());
    },
    (l) => byKey([...groupsOf(l.map(sound))].map(([tag, rows]) => [tag, fold(rows)])),
  ];
}

function total(
  name: string,
  make: (rows: Rows) => ReadableSignal<unknown>,
  fold: (rows: readonly Row[]) => unknown,
): View {
  return [
    name,
    (l) => {
      const result = make(l);
      return () => result.get();
    },
    (l) => fold(l.map(sound)),
  ];
}

/** The different views, each by the library and the obvious way: both throw, or neither. */
export const VIEWS: readonly View[] = [
  [
    "map",
    (l) => {
      const c = l.map((row) => sound(row).n);
      return () => inOrder(c.entries());
    },
    (l) => l.map((row) => [row.id, sound(row).n]),
  ],
  [
    "filter",
    (l) => {
      const c = l.filter((row) => sound(row).n % 2 === 0);
      return () => c.keys();
    },
    (l) => l.filter((row) => sound(row).n % 2 === 0).map((row) => row.id),
  ],
  [
    "sortBy",
    (l) => {
      const c = l.sortBy((row) => sound(row).n % 3);
      return () => c.keys();
    },
    (l) => {
      l.map(sound);
      return [...l].sort((a, b) => (a.n % 3) - (b.n % 3)).map((row) => row.id);
    },
  ],
  [
    "topK",
    (l) => {
      const c = l.topK(2, (row) => sound(row).n);
      return () => c.keys();
    },
    (l) => {
      l.map(sound);
      return [...l]
        .sort((a, b) => b.n - a.n)
        .slice(0, 2)
        .map((row) => row.id);
    },
  ],
  [
    "groupBy",
    (l) => {
      const g = l.groupBy((row) => sound(row).tag);
      return () => byKey([...g.entries()].map(([k, c]) => [k, c.keys()]));
    },
    (l) => {
      l.map(sound);
      return byKey([...groupsOf(l)].map(([k, rows]) => [k, rows.map((row) => row.id)]));
    },
  ],
  perGroup("groupSum", (groups) => groups.sum((row) => sound(row).n), sumOf),
  perGroup(
    "groupMax",
    (groups) => groups.max((row) => sound(row).n),
    (rows) => Math.max(...rows.map((row) => row.n)),
  ),
  perGroup("groupCount", (groups) => groups.count((row) => sound(row).n > 2), countOf),
  perGroup("groupTaken", (groups) => groups.reduce(TAKEN), sumOf),
  total("taken", (rows) => rows.reduce(TAKEN), sumOf),
  total("sum", (rows) => rows.sum((row) => sound(row).n), sumOf),
  total("count", (rows) => rows.count((row) => sound(row).n > 2), countOf),
  total(
    "min",
    (rows) => rows.min((row) => sound(row).n),
    (rows) => (rows.length === 0 ? undefined : Math.min(...rows.map((row) => row.n))),
  ),
  total(
    "text",
    (rows) => rows.reduce({ initial: "", map: (row) => String(sound(row).n), combine: (a, b) => a + b }),
    (rows) => rows.map((row) => row.n).join(""),
  ),
  [
    "distinct",
    (l) => {
      const c = l.distinct((row) => sound(row).n);
      return () => byKey(c.entries());
    },
    (l) => {
      l.map(sound);
      return byKey([...new Set(l.map((row) => row.n))].map((n) => [n, n]));
    },
  ],
  [
    "flatten",
    (l) => {
      const c = l.flatten((row) => Array.from({ length: sound(row).n % 3 }, (_, i) => row.n * 10 + i));
      return () => inOrder(c.entries());
    },
    (l) => l.flatMap((row) => Array.from({ length: sound(row).n % 3 }, (_, i) => [[row.id, i], row.n * 10 + i])),
  ],
  [
    "flattenKeyed",
    (l) => {
      const c = l.flatten((row) => Array.from({ length: row.n % 3 }, (_, i) => row.n + i), { key: (item) => item });
      return () => inOrder(c.entries());
    },
    (l) => {
      const items = l.flatMap((row) => Array.from({ length: row.n % 3 }, (_, i) => row.n + i));
      if (new Set(items).size < items.length) throw new Error("doubled");
      return items.map((item) => [item, item]);
    },
  ],
  [
    "join",
    (l, r) => {
      const c = join(l, r, { combine: (a, b) => sound(a).n + sound(b).n });
      return () => inOrder(c.entries());
    },
    (l, r) => l.flatMap((a) => r.filter((b) => a.id === b.id).map((b) => [a.id, sound(a).n + sound(b).n])),
  ],
  [
    "joinOn",
    (l, r) => {
      const c = join(l, r, { on: (row) => sound(row).n, combine: (a, b) => a.n + b.n });
      return () => inOrder(c.entries());
    },
    (l, r) => l.map(sound).flatMap((a) => r.filter((b) => a.n === b.id).map((b) => [a.id, a.n + b.n])),
  ],
  [
    "leftJoin",
    (l, r) => {
      const c = leftJoin(l, r, {
        on: (row) => sound(row).n,
        combine: (a, b) => a.n + (b === undefined ? 100 : sound(b).n),
      });
      return () => inOrder(c.entries());
    },
    (l, r) => {
      l.map(sound);
      return l.map((a) => {
        const b = r.find((one) => one.id === a.n);
        return [a.id, a.n + (b === undefined ? 100 : sound(b).n)];
      });
    },
  ],
  [
    "meet",
    (l, r) => {
      const c = join(l, r, {
        on: (row) => sound(row).tag,
        to: (row: Row) => sound(row).tag,
        combine: (a, b) => a.n * 10 + b.n,
      });
      return () => byKey(c.entries());
    },
    (l, r) => {
      l.map(sound);
      r.map(sound);
      return byKey(
        l.flatMap((a) => r.filter((b) => a.tag === b.tag).map((b) => [[a.id, b.id], a.n * 10 + b.n] as const)),
      );
    },
  ],
  [
    "leftMeet",
    (l, r) => {
      const c = leftJoin(l, r, {
        on: (row) => row.tag,
        to: (row: Row) => row.tag,
        combine: (a, b) => sound(a).n * 10 + (b === undefined ? 9 : sound(b).n),
      });
      return () => [...c.get()].sort();
    },
    (l, r) =>
      l
        .flatMap((a) => {
          const found = r.filter((b) => a.tag === b.tag);
          return found.length === 0 ? [sound(a).n * 10 + 9] : found.map((b) => sound(a).n * 10 + sound(b).n);
        })
        .sort(),
  ],
  [
    "selfJoin",
    (l) => {
      const c = join(
        l.filter((row) => row.n < 4),
        l.sortBy((row) => row.n),
        { combine: (a, b) => sound(a).n + b.n },
      );
      return () => inOrder(c.entries());
    },
    (l) => l.filter((row) => row.n < 4).map((row) => [row.id, row.n * 2]),
  ],
];
