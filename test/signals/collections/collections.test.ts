import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { DELTAS, READ } from "../../../lib/pool/index.ts";
import { type Delta, join, keyedList, keyedMap, observeDeltas } from "../../../lib/signals/collections/index.ts";
import { batch, computed, effect, signal } from "../../../lib/signals/index.ts";

interface Todo {
  readonly id: number;
  readonly text: string;
  readonly done: boolean;
}
const todo = (id: number, text = `t${id}`, done = false): Todo => ({ id, text, done });
const throwsCode = (f: () => unknown, code: string): void =>
  assert.throws(f, (error: { code?: string }) => error.code === code);

/** All deltas that reach a sink, by call. */
function record<K, V>(
  source: Parameters<typeof observeDeltas<K, V>>[0],
): { readonly calls: (readonly Delta<K, V>[])[]; stop: () => void } {
  const calls: (readonly Delta<K, V>[])[] = [];
  return { calls, stop: observeDeltas(source, (deltas) => calls.push(deltas)) };
}

describe("a keyed map", () => {
  test("reads as what was written", () => {
    const map = keyedMap([["a", 1]]);
    map.set("b", 2).set("a", 3);
    map.update("c", (value) => (value ?? 0) + 4);
    assert.deepEqual(
      [...map],
      [
        ["a", 3],
        ["b", 2],
        ["c", 4],
      ],
    );
    assert.equal(map.delete("a"), true);
    assert.equal(map.delete("a"), false);
    assert.deepEqual([map.size, map.has("a"), map.get("b"), map.get("a"), map.at(-1)], [2, false, 2, undefined, 4]);
    map.clear();
    assert.deepEqual(map.get(), []);
  });

  test("knows keys as a Map does: __proto__, NaN, both zeros and objects", () => {
    const key = {};
    const map = keyedMap<unknown, number>([
      ["__proto__", 1],
      [Number.NaN, 2],
      [-0, 3],
      [key, 4],
      [undefined, 5],
    ]);
    assert.deepEqual(
      [map.get("__proto__"), map.get(Number.NaN), map.get(0), map.get(key), map.get({})],
      [1, 2, 3, 4, undefined],
    );
    assert.equal(map.get(undefined), 5);
    assert.deepEqual(map.filter((value) => value > 1).keys(), [Number.NaN, 0, key, undefined]);
    const groups = map.groupBy((value) => (value % 2 === 1 ? "__proto__" : "constructor"));
    assert.deepEqual(groups.get("__proto__")?.get(), [1, 3, 5]);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  test("has readers of one key depend on no other", () => {
    const map = keyedMap<string, number>([
      ["a", 1],
      ["b", 2],
    ]);
    const seen: string[] = [];
    effect(() => void seen.push(`a=${map.get("a")}`));
    effect(() => void seen.push(`x=${map.get("x")}`));
    effect(() => void seen.push(`has b ${map.has("b")}`));
    seen.length = 0;
    map.set("b", 3);
    map.set("c", 4);
    assert.deepEqual(seen, []);
    map.set("a", 2);
    map.set("x", 5);
    map.delete("b");
    assert.deepEqual(seen, ["a=2", "x=5", "has b false"]);
  });

  test("has readers of all, of a size, of an index run only when just that differs", () => {
    const map = keyedMap<number, string>([
      [1, "a"],
      [2, "b"],
    ]);
    const runs = { all: 0, size: 0, first: 0, keys: 0 };
    effect(() => {
      map.get();
      runs.all++;
    });
    effect(() => {
      map.size;
      runs.size++;
    });
    effect(() => {
      map.at(0);
      runs.first++;
    });
    effect(() => {
      map.keys();
      runs.keys++;
    });
    map.set(2, "c");
    assert.deepEqual(runs, { all: 2, size: 1, first: 1, keys: 1 });
    map.set(3, "d");
    assert.deepEqual(runs, { all: 3, size: 2, first: 1, keys: 2 });
    map.set(1, "e");
    assert.deepEqual(runs, { all: 4, size: 2, first: 2, keys: 2 });
    batch(() => {
      map.set(1, "x");
      map.set(1, "e");
    });
    assert.deepEqual(runs, { all: 4, size: 2, first: 2, keys: 2 });
  });

  test("takes custom equality, and passes on nothing that is equal", () => {
    const map = keyedMap([[1, { n: 1 }]], { equals: (a, b) => a.n === b.n });
    const { calls } = record(map);
    map.set(1, { n: 1 });
    assert.equal(calls.length, 1);
    map.set(1, { n: 2 });
    assert.equal(calls.length, 2);
  });
});

describe("a keyed list", () => {
  test("inserts, moves, updates and removes", () => {
    const list = keyedList([todo(1), todo(2)], (item) => item.id);
    list.push(todo(3), todo(4));
    list.insertAt(0, todo(5));
    assert.deepEqual(list.keys(), [5, 1, 2, 3, 4]);
    list.move(0, 4);
    list.moveBefore(4, 1);
    assert.deepEqual(list.keys(), [4, 1, 2, 3, 5]);
    list.moveBefore(4, undefined);
    list.moveBefore(1, 5);
    assert.deepEqual(list.keys(), [2, 3, 1, 5, 4]);
    list.update(3, (item) => ({ ...item, done: true }));
    assert.deepEqual([list.at(1)?.done, list.get(3)?.done, list.indexOf(5), list.indexOf(9)], [true, true, 3, -1]);
    assert.equal(list.removeAt(-1)?.id, 4);
    assert.equal(list.removeAt(9), undefined);
    assert.equal(list.remove(2), true);
    assert.equal(list.remove(2), false);
    assert.deepEqual(
      [...list].map((item) => item.id),
      [3, 1, 5],
    );
    list.clear();
    assert.equal(list.size, 0);
  });

  test("refuses two rows of one key, places that are none and a changed key, and stays as it was", () => {
    throwsCode(() => keyedList([todo(1), todo(1)], (item) => item.id), "SIGNALS_DUPLICATE_KEY");
    const list = keyedList([todo(1), todo(2)], (item) => item.id);
    const { calls } = record(list);
    const before = list.get();
    for (const [f, code] of [
      [() => list.push(todo(3), todo(1)), "SIGNALS_DUPLICATE_KEY"],
      [() => list.insertAt(0, todo(3), todo(3)), "SIGNALS_DUPLICATE_KEY"],
      [() => list.replaceAll([todo(7), todo(8), todo(7)]), "SIGNALS_DUPLICATE_KEY"],
      [() => list.insertAt(3, todo(3)), "SIGNALS_BAD_INDEX"],
      [() => list.insertAt(Number.NaN, todo(3)), "SIGNALS_BAD_INDEX"],
      [() => list.move(0, 2), "SIGNALS_BAD_INDEX"],
      [() => list.move(2, 0), "SIGNALS_BAD_INDEX"],
      [() => list.moveBefore(1, 9), "SIGNALS_UNKNOWN_KEY"],
      [() => list.update(9, (item) => item), "SIGNALS_UNKNOWN_KEY"],
      [() => list.update(1, () => todo(9)), "SIGNALS_KEY_CHANGED"],
    ] as const) {
      throwsCode(f, code);
      assert.equal(list.get(), before);
    }
    assert.equal(calls.length, 1);
  });

  test("replaces all by the fewest changes", () => {
    const list = keyedList(
      [1, 2, 3, 4, 5, 6].map((id) => todo(id)),
      (item) => item.id,
    );
    const { calls } = record(list);
    const kept = list.get();
    list.replaceAll([kept[5], kept[0], kept[1], todo(9), kept[2], todo(4, "new")].map((item) => item as Todo)); // cast: there are six
    assert.deepEqual(
      calls[1]?.map((delta) => `${delta.type} ${delta.key}`),
      ["update 4", "delete 5", "move 6", "insert 9"],
    );
    list.replaceAll(list.get());
    assert.equal(calls.length, 2);
  });
});

describe("deltas", () => {
  test("come at once as inserts, and never as an empty list", () => {
    const map = keyedMap([
      [1, "a"],
      [2, "b"],
    ]);
    const { calls, stop } = record(map);
    assert.deepEqual(calls, [
      [
        { type: "insert", index: 0, key: 1, value: "a" },
        { type: "insert", index: 1, key: 2, value: "b" },
      ],
    ]);
    map.set(1, "a");
    stop();
    stop();
    map.set(1, "c");
    assert.equal(calls.length, 1);
    assert.equal(record(keyedMap()).calls.length, 0);
    assert.equal(typeof map[DELTAS], "function");
    assert.equal(Symbol.for("busbar.deltas"), DELTAS);
    assert.deepEqual(map[READ](), ["c", "b"]);
  });

  test("are composed over a batch", () => {
    const map = keyedMap([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
    const { calls } = record(map.filter(() => true));
    batch(() => {
      map.set(9, "x");
      map.delete(9); // came and went
      map.set(1, "y");
      map.set(1, "z"); // one update
      map.set(2, "q");
      map.set(2, "b"); // back to what it was
      map.delete(3);
      map.set(3, "c"); // last it was, last it is
    });
    assert.deepEqual(calls[1], [{ type: "update", index: 0, key: 1, value: "z", previous: "a" }]);
    batch(() => {
      map.delete(1);
      map.set(1, "new");
    });
    assert.deepEqual(calls[2], [
      { type: "update", index: 0, key: 1, value: "new", previous: "z" },
      { type: "move", from: 0, to: 2, key: 1, value: "new" },
    ]);
  });

  test("of a batch that comes to nothing are not sent", () => {
    const list = keyedList([todo(1), todo(2)], (item) => item.id);
    const { calls } = record(list.sortBy((item) => item.text));
    batch(() => {
      list.move(0, 1);
      list.move(0, 1);
      list.push(todo(3));
      list.remove(3);
    });
    assert.equal(calls.length, 1);
  });

  test("of a row that changes its place in a sort are one update and one move", () => {
    const map = keyedMap([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    const { calls } = record(map.sortBy((value) => value));
    map.set(1, 25);
    assert.deepEqual(calls[1], [
      { type: "update", index: 0, key: 1, value: 25, previous: 10 },
      { type: "move", from: 0, to: 1, key: 1, value: 25 },
    ]);
    map.set(1, 26); // where it stands already
    assert.deepEqual(calls[2], [{ type: "update", index: 1, key: 1, value: 26, previous: 25 }]);
  });

  test("that a sink throws on are given to the writer, and are not repeated", () => {
    const map = keyedMap<number, number>();
    let got = 0;
    observeDeltas(map, (deltas) => {
      got += deltas.length;
      if (got === 1) throw new Error("sink");
    });
    assert.throws(() => map.set(1, 1), /sink/);
    map.set(2, 2);
    assert.equal(got, 2);
  });
});

describe("snapshots", () => {
  test("are frozen, and the same list until something in them changes", () => {
    const map = keyedMap([
      [1, 1],
      [2, 2],
    ]);
    const even = map.filter((value) => value % 2 === 0);
    const first = even.get();
    assert.ok(Object.isFrozen(first));
    map.set(1, 3);
    assert.equal(even.get(), first);
    assert.equal(even.peek(), first);
    map.set(4, 4);
    assert.notEqual(even.get(), first);
    assert.deepEqual(first, [2]);
  });

  test("hold values that throw when changed in place, unless an option allows it", () => {
    const map = keyedMap<number, { list: { n: number }[] }>();
    map.set(1, { list: [{ n: 1 }] });
    assert.throws(() => {
      const item = map.get(1)?.list[0];
      if (item !== undefined) item.n = 2;
    }, TypeError);
    const made = map.map((value) => ({ count: value.list.length }));
    assert.throws(() => Object.assign(made.at(0) ?? {}, { count: 9 }), TypeError);
    const loose = keyedMap<number, { n: number }>([], { freeze: false });
    loose.set(1, { n: 1 });
    Object.assign(loose.get(1) ?? {}, { n: 2 });
    assert.equal(loose.get(1)?.n, 2);
  });

  test("freeze what stands under symbols and is not listed", () => {
    const mark = Symbol("mark");
    const row = Object.defineProperty({ [mark]: { n: 1 } }, "quiet", { value: { n: 1 } });
    keyedMap<number, object>().set(1, row);
    assert.ok(Object.isFrozen(row[mark]));
    assert.ok(Object.isFrozen(Object.getOwnPropertyDescriptor(row, "quiet")?.value));
  });

  test("leave alone what is no plain object", () => {
    class Account {
      balance = 1;
    }
    const inner = {
      when: new Date(0),
      bytes: new Uint8Array(2),
      account: new Account(),
      get lazy(): never {
        throw new Error("asked");
      },
    };
    const map = keyedMap([[1, inner]]);
    inner.account.balance = 2;
    inner.bytes[0] = 1;
    assert.equal(map.get(1)?.account.balance, 2);
    let deep: object = {};
    for (let i = 0; i < 100_000; i++) deep = { deep };
    keyedMap([[1, deep]]);
    const loop: { self?: unknown } = {};
    loop.self = loop;
    assert.ok(Object.isFrozen(keyedMap([[1, loop]]).get(1)));
  });
});

describe("operators", () => {
  test("run callbacks for what has changed, and for nothing else", () => {
    const map = keyedMap(Array.from({ length: 1000 }, (_, id): [number, Todo] => [id, todo(id)]));
    const other = keyedMap([
      [false, "open"],
      [true, "done"],
    ]);
    const calls = {
      filter: 0,
      map: 0,
      sort: 0,
      group: 0,
      add: 0,
      distinct: 0,
      flatten: 0,
      on: 0,
      combine: 0,
      leaf: 0,
      joined: 0,
    };
    const results = [
      map
        .filter((item) => {
          calls.filter++;
          return item.id % 2 === 0;
        })
        .map((item) => {
          calls.map++;
          return item.text;
        })
        .sortBy((text) => {
          calls.sort++;
          return text;
        }),
      map
        .groupBy((item) => {
          calls.group++;
          return item.done;
        })
        .count((item) => {
          calls.add++;
          return item.id > 3;
        }),
      map.distinct((item) => {
        calls.distinct++;
        return item.done;
      }),
      map.flatten((item) => {
        calls.flatten++;
        return [item.text];
      }),
      join(map, other, {
        on: (item) => {
          calls.on++;
          return item.done;
        },
        combine: (item, text) => {
          calls.joined++;
          return `${item.id}${text}`;
        },
      }),
    ];
    const total = map.reduce({
      initial: "",
      map: (item) => {
        calls.leaf++;
        return item.text;
      },
      combine: (a, b) => {
        calls.combine++;
        return [a, b].sort()[1] ?? a;
      },
    });
    for (const result of results) record<unknown, unknown>(result);
    const stop = effect(() => total.get());
    const zero = Object.fromEntries(Object.keys(calls).map((name) => [name, 0]));
    Object.assign(calls, zero);
    map.set(500, todo(500, "new"));
    assert.ok(calls.combine > 0 && calls.combine < 100, `${calls.combine} partial results`);
    assert.deepEqual(
      { ...calls, combine: 0 },
      { filter: 1, map: 1, sort: 1, group: 1, add: 1, distinct: 1, flatten: 1, on: 1, combine: 0, leaf: 1, joined: 1 },
    );
    Object.assign(calls, zero);
    map.delete(501);
    assert.deepEqual({ ...calls, combine: 0 }, zero);
    stop();
  });

  test("read signals without noting them, and follow a callback that is itself a readable", () => {
    const limit = signal(2);
    const map = keyedMap([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const fixed = map.filter((value) => value >= limit.get());
    const live = map.filter(
      computed(() => {
        const least = limit.get();
        return (value: number) => value >= least;
      }),
    );
    const { calls } = record(live);
    assert.deepEqual(
      [fixed.get(), live.get()],
      [
        [2, 3],
        [2, 3],
      ],
    );
    limit.set(3);
    assert.deepEqual([fixed.get(), live.get()], [[2, 3], [3]]);
    assert.deepEqual(calls[1], [{ type: "delete", index: 0, key: 2, previous: 2 }]);
  });

  test("do nothing while nobody watches, and then catch up", () => {
    const map = keyedMap(Array.from({ length: 100 }, (_, id): [number, number] => [id, id]));
    let calls = 0;
    const doubled = map.map((value) => {
      calls++;
      return value * 2;
    });
    assert.equal(calls, 0);
    doubled.get();
    assert.equal(calls, 100);
    for (let i = 0; i < 50; i++) map.set(7, i);
    assert.equal(calls, 100);
    assert.equal(doubled.at(7), 98);
    assert.equal(calls, 101);
    for (let i = 0; i < 5000; i++) map.set(i % 200, -i);
    assert.equal(doubled.get(199), -9998);
  });

  test("show computeds and effects one state, never two", () => {
    const map = keyedMap([
      [1, 1],
      [2, 2],
    ]);
    const total = map.sum((value) => value);
    const doubled = map.map((value) => value * 2).sum((value) => value);
    const seen: string[] = [];
    const both = computed(() => `${total.get()} ${doubled.get()} ${map.size}`);
    const stop = effect(() => void seen.push(both.get()));
    map.set(3, 3);
    batch(() => {
      map.set(1, 5);
      map.delete(2);
    });
    stop();
    assert.deepEqual(seen, ["3 6 2", "6 12 3", "8 16 2"]);
  });

  test("sort mixed keys in one total order", () => {
    const keys = [
      "b",
      2,
      Number.NaN,
      undefined,
      [1, "b"],
      null,
      1n,
      "a",
      true,
      [1],
      new Date(0),
      [1, "a"],
      Number.NEGATIVE_INFINITY,
    ];
    const list = keyedList(
      keys.map((key, id) => ({ id, key })),
      { key: (row) => row.id, freeze: false },
    );
    const sorted = list
      .sortBy((row) => row.key)
      .get()
      .map((row) => row.key);
    assert.deepEqual(sorted, [
      Number.NEGATIVE_INFINITY,
      new Date(0),
      1n,
      true,
      2,
      Number.NaN,
      "a",
      "b",
      [1],
      [1, "a"],
      [1, "b"],
      undefined,
      null,
    ]);
  });

  test("group rows into collections that come and go", () => {
    const map = keyedMap([
      [1, todo(1)],
      [2, todo(2, "b", true)],
      [3, todo(3)],
    ]);
    const groups = map.groupBy((item) => item.done);
    const open = groups.get(false);
    const { calls } = record(groups.map((_, done) => done));
    const texts: string[] = [];
    effect(
      () =>
        void texts.push(
          open
            ?.map((item) => item.text)
            .get()
            .join() ?? "",
        ),
    );
    map.set(3, todo(3, "t3", true));
    assert.equal(groups.get(false), open);
    assert.deepEqual(groups.get(true)?.keys(), [2, 3]);
    map.delete(1);
    assert.deepEqual(groups.keys(), [true]);
    assert.deepEqual(calls.slice(1), [[{ type: "delete", index: 0, key: false, previous: false }]]);
    assert.deepEqual(texts, ["t1,t3", "t1", ""]);
    assert.deepEqual([...groups.count().entries()], [[true, 2]]);
    assert.deepEqual(
      [...groups.min((item) => item.id).entries(), ...groups.max((item) => item.id).entries()],
      [
        [true, 2],
        [true, 3],
      ],
    );
  });

  test("take windows whose bounds may be signals, and refuse bounds that are none", () => {
    const offset = signal(0);
    const list = keyedList(
      Array.from({ length: 10 }, (_, id) => id),
      (id) => id,
    );
    const page = list.take(3, { offset });
    const { calls } = record(page);
    offset.set(2);
    assert.deepEqual(page.get(), [2, 3, 4]);
    assert.equal(calls[1]?.length, 4);
    assert.deepEqual(
      [list.last(2).get(), list.window(8, 99).get(), list.take(Number.POSITIVE_INFINITY).size],
      [[8, 9], [8, 9], 10],
    );
    assert.deepEqual(list.topK(2, (id) => id % 7).get(), [6, 5]);
    throwsCode(() => list.take(-1).get(), "SIGNALS_BAD_INDEX");
    throwsCode(() => list.window(0.5, 1).get(), "SIGNALS_BAD_INDEX");
    assert.throws(
      () => offset.set(-1),
      (error: { code?: string }) => error.code === "SIGNALS_BAD_INDEX",
    );
    offset.set(7);
    assert.deepEqual(page.get(), [7, 8, 9]);
  });

  test("join only collections", () => {
    throwsCode(() => join(keyedMap(), {} as ReturnType<typeof keyedMap>), "SIGNALS_FOREIGN_COLLECTION");
  });

  test("make nothing of what is equal, in reductions too", () => {
    const map = keyedMap([
      [1, 1],
      [2, 5],
    ]);
    let runs = 0;
    const largest = map.max((value) => value);
    const stop = effect(() => {
      largest.get();
      runs++;
    });
    map.set(1, 4);
    assert.equal(runs, 1);
    const bag = map.reduce(
      { initial: { n: 0 }, add: (a, v) => ({ n: a.n + v }), remove: (a, v) => ({ n: a.n - v }) },
      { equals: (a, b) => a.n === b.n },
    );
    const first = bag.get();
    batch(() => {
      map.set(1, 3);
      map.set(2, 6);
    });
    assert.equal(bag.get(), first);
    stop();
  });
});
