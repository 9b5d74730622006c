import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { join, type KeyedCollection, type KeyedMap, keyedMap } from "../../../lib/signals/collections/index.ts";
import { effect } from "../../../lib/signals/index.ts";

type Rows = KeyedCollection<number, number>;

/** What each makes of rows; `call` runs in its callback. */
const OPERATORS: Readonly<Record<string, (rows: Rows, call: () => void) => () => unknown>> = {
  map: (rows, call) => shown(rows.map((n) => after(call, n))),
  filter: (rows, call) => shown(rows.filter(() => after(call, true))),
  sortBy: (rows, call) => shown(rows.sortBy((n) => after(call, -n))),
  distinct: (rows, call) => shown(rows.distinct((n) => after(call, n))),
  flatten: (rows, call) => shown(rows.flatten((n) => after(call, [n]))),
  groupBy: (rows, call) => shown(rows.groupBy((n) => after(call, n % 2)).sum((n) => n)),
  join: (rows, call) => shown(join(rows, rows, { combine: (a, b) => after(call, a + b) })),
  sum(rows, call) {
    const sum = rows.sum((n) => after(call, n));
    return () => sum.get();
  },
};

function after<T>(call: () => void, value: T): T {
  call();
  return value;
}

function shown(rows: KeyedCollection<unknown, number>): () => unknown {
  return () => [...rows.get()].sort();
}

const WRITES: Readonly<Record<string, (map: KeyedMap<number, number>) => void>> = {
  "puts a row in": (map) => map.set(3, 3),
  "takes the last row out": (map) => map.delete(2),
  "replaces a row": (map) => map.set(2, 7),
};

describe.each(Object.entries(OPERATORS))("a callback of %s", (_, make) => {
  test.each(Object.entries(WRITES))("that %s of its source is followed too", (_, write) => {
    for (const isWatched of [false, true]) {
      const map = keyedMap([
        [1, 1],
        [2, 2],
      ]);
      let left = 1;
      const read = make(map, () => {
        if (left-- > 0) write(map);
      });
      const wanted = (): unknown => make(keyedMap(map.entries()), () => {})();
      let seen: unknown;
      const stop = isWatched
        ? effect(() => {
            seen = read();
          })
        : () => {};
      read();
      map.set(4, 4);
      assert.deepEqual(read(), wanted());
      if (isWatched) assert.deepEqual(seen, wanted());
      stop();
    }
  });
});
