import assert from "node:assert/strict";
import { afterEach, describe, test } from "vitest";
import {
  batch,
  computed,
  effect,
  exportGraph,
  type GraphNode,
  inspect,
  resource,
  type SignalGraph,
  scope,
  signal,
} from "../../lib/signals/index.ts";
import { previewOf } from "../../lib/signals/inspect/preview.ts";
import { readonly } from "../../lib/signals/signals.ts";
import { Signal } from "../../lib/signals/tc39/index.ts";

const named = (graph: SignalGraph, name: string): GraphNode => {
  const found = graph.nodes.find((node) => node.name === name);
  assert.ok(found, `${name} in ${graph.nodes.map((node) => node.name).join()}`);
  return found;
};

/** Edges by names, such as "price reads total" for a total that has read the price. */
const edges = (graph: SignalGraph): string[] => {
  const name = new Map(graph.nodes.map((node) => [node.id, node.name]));
  return graph.edges
    .map(({ from, to, kind }) => `${name.get(to)} ${kind === "reads" ? "reads" : "is owned by"} ${name.get(from)}`)
    .sort();
};

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

describe("exportGraph", () => {
  test("walks from its roots down to sources, up to what is watched, and into what is owned", () => {
    const price = signal(2, { name: "price" });
    const amount = signal(3, { name: "amount" });
    const total = computed(() => price.get() * amount.get(), { name: "total" });
    const unseen = computed(() => price.get(), { name: "unseen" });
    unseen.get();
    const own = scope(
      () => {
        effect(
          () => {
            total.get();
            effect(() => void amount.get(), { name: "inner" });
          },
          { name: "outer" },
        );
      },
      { name: "page" },
    );
    const graph = exportGraph({ roots: [price] });
    assert.deepEqual(edges(graph), [
      "inner is owned by outer",
      "inner reads amount",
      "outer is owned by page",
      "outer reads total",
      "total reads amount",
      "total reads price",
    ]);
    assert.deepEqual(edges(exportGraph({ roots: [own] })), edges(graph));
    assert.deepEqual(edges(exportGraph({ roots: [unseen] })).includes("unseen reads price"), true);
    own.dispose();
    assert.deepEqual(
      exportGraph({ roots: [own] }).nodes.map(({ name }) => name),
      ["page"],
    );
    assert.deepEqual(
      exportGraph({ roots: [price] }).nodes.map(({ name }) => name),
      ["price"],
    );
  });

  test("says what is watched, what is stale and what is held, without computing anything", () => {
    const source = signal(1, { name: "source" });
    let runs = 0;
    const half = computed(
      () => {
        runs++;
        if (source.get() > 1) throw new RangeError("too much");
        return source.get() / 2;
      },
      { name: "half" },
    );
    const look = (): GraphNode => named(exportGraph({ roots: [half] }), "half");
    assert.deepEqual([look().watched, look().stale, look().holds, look().preview], [false, true, "nothing", undefined]);
    half.get();
    assert.deepEqual([look().watched, look().stale, look().holds, look().preview], [false, false, "value", "0.5"]);
    source.set(2);
    assert.deepEqual([look().stale, look().holds, look().preview], [true, "value", "0.5"]);
    assert.throws(() => half.get());
    assert.deepEqual([look().stale, look().holds, look().preview], [false, "error", 'RangeError: "too much"']);
    source.set(1);
    const stop = effect(() => void half.get());
    assert.deepEqual([look().watched, look().stale], [true, false]);
    batch(() => {
      source.set(0);
      assert.deepEqual([look().watched, look().stale], [true, true]);
    });
    stop();
    assert.equal(look().watched, false);
    assert.equal(runs, 4);
  });

  test("is plain data, its ids stay the same from one export to the next, and values can be left out", () => {
    const secret = signal("hunter2", { name: "secret" });
    const stop = effect(() => void secret.get(), { name: "reader" });
    const first = exportGraph({ roots: [secret] });
    assert.deepEqual(JSON.parse(JSON.stringify(first)), first);
    secret.set("hunter3");
    assert.deepEqual(
      exportGraph({ roots: [secret] }).nodes.map(({ id }) => id),
      first.nodes.map(({ id }) => id),
    );
    const without = exportGraph({ roots: [secret], values: false });
    assert.doesNotMatch(JSON.stringify(without), /hunter/);
    assert.equal(named(without, "secret").holds, "value");
    stop();
  });

  test("finds what stands behind a resource, a readonly view and a TC39 signal", () => {
    const id = signal(1, { name: "id" });
    const user = resource(({ track }) => track(id), { name: "user" });
    assert.ok(named(exportGraph({ roots: [user] }), "user.state"));
    assert.ok(named(exportGraph({ roots: [readonly(id)] }), "user"));
    const state = new Signal.State("x");
    assert.deepEqual(
      exportGraph({ roots: [state] }).nodes.map(({ preview }) => preview),
      ['"x"'],
    );
    const failing = {
      [Symbol.for("busbar.read")]: () => {
        id.get();
        throw new Error("no");
      },
    };
    assert.ok(named(exportGraph({ roots: [failing as never] }), "id")); // cast: as code without types may call it
    assert.deepEqual(exportGraph({ roots: [{} as never] }).nodes, []); // cast: as above
    user.dispose();
  });

  test("leaves out what is furthest away beyond maxNodes, and says so", () => {
    const first = signal(0, { name: "c0" });
    let last: { get(): number } = first;
    for (let i = 1; i < 50; i++) {
      const below = last;
      last = computed(() => below.get() + 1, { name: `c${i}` });
    }
    const stop = effect(() => void last.get());
    const graph = exportGraph({ roots: [first], maxNodes: 5 });
    assert.deepEqual(
      graph.nodes.map(({ name }) => name),
      ["c0", "c1", "c2", "c3", "c4"],
    );
    assert.equal(graph.edges.length, 4);
    assert.equal(graph.truncated, true);
    assert.equal(exportGraph({ roots: [first], maxNodes: 51 }).truncated, false);
    stop();
  });

  test("walks a watched chain of 100,000 without running out of stack", () => {
    const first = signal(0);
    let last: { get(): number } = first;
    for (let i = 0; i < 100_000; i++) {
      const below = last;
      const next = computed(() => below.get() + 1);
      next.get();
      last = next;
    }
    const stop = effect(() => void last.get());
    assert.equal(exportGraph({ roots: [first], maxNodes: 1_000_000 }).nodes.length, 100_002);
    stop();
  });
});

describe("inspect", () => {
  test("counts runs and own time by the clock it is given, until all who asked for it have stopped", () => {
    let now = 0;
    const source = signal(1, { name: "source" });
    const low = computed(
      () => {
        now += 5;
        return source.get();
      },
      { name: "low" },
    );
    const high = computed(
      () => {
        now += 1;
        const value = low.get();
        now += 1;
        return value;
      },
      { name: "high" },
    );
    const stop = inspect({ clock: () => now });
    const second = inspect();
    stops.push(stop, second);
    const stopEffect = effect(() => void high.get(), { name: "reader" });
    source.set(2);
    const graph = exportGraph();
    const counted = ["low", "high", "reader"].map((name) => [named(graph, name).runs, named(graph, name).timeMs]);
    assert.deepEqual(counted, [
      [2, 10],
      [2, 4],
      [2, 0],
    ]);
    assert.equal(named(graph, "source").runs, undefined);
    assert.deepEqual(edges(graph), ["high reads low", "low reads source", "reader reads high"]);
    stop();
    stop();
    source.set(3);
    assert.equal(named(exportGraph(), "low").runs, 3);
    second();
    assert.deepEqual(exportGraph().nodes, []);
    assert.equal(named(exportGraph({ roots: [low] }), "low").runs, undefined);
    stopEffect();
  });

  test("shows the scopes that own what has run", () => {
    stops.push(inspect());
    const own = scope(() => effect(() => {}, { name: "inside" }), { name: "session 7" });
    assert.deepEqual(edges(exportGraph()), ["inside is owned by session 7"]);
    own.dispose();
  });

  test("counts a run that throws, and one that was under way when it was switched on is left out", () => {
    const source = signal(0, { name: "source" });
    const failing = computed(
      () => {
        if (source.get() === 0) stops.push(inspect());
        throw new Error("no");
      },
      { name: "failing" },
    );
    assert.throws(() => failing.get());
    assert.deepEqual(exportGraph().nodes, []);
    source.set(1);
    assert.throws(() => failing.get());
    assert.equal(named(exportGraph(), "failing").runs, 1);
  });
});

describe("previews", () => {
  test("tell values apart", () => {
    class Point {
      x = 1;
      #hidden = 2;
      get hidden() {
        return this.#hidden;
      }
    }
    const cases: [unknown, string][] = [
      ["text", '"text"'],
      ["", '""'],
      [0, "0"],
      [-0, "-0"],
      [Number.NaN, "NaN"],
      [10n, "10n"],
      [true, "true"],
      [null, "null"],
      [undefined, "undefined"],
      [Symbol("s"), "Symbol(s)"],
      [() => 1, "function"],
      [new Date(0), "Date(1970-01-01T00:00:00.000Z)"],
      [new Date(Number.NaN), "Date(invalid)"],
      [new TypeError("bad"), 'TypeError: "bad"'],
      [[1, [2, [3, [4]]]], "[1, [2, Array(2)]]"],
      [{ a: 1, b: { c: { d: 1 } } }, "{a: 1, b: {c: {…}}}"],
      [new Point(), "Point {x: 1}"],
      [new Map([[1, 2]]), "Map(1)"],
      [new Set([1, 2]), "Set(2)"],
      [new Uint8Array(9), "Uint8Array(9)"],
      [Object.create(null), "{}"],
      [Object.defineProperty({}, "x", { get: () => assert.fail("ran"), enumerable: true }), "{x: (getter)}"],
      [Array.from({ length: 20 }, (_, i) => i), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …]"],
    ];
    for (const [value, expected] of cases) assert.equal(previewOf(value, 80), expected);
  });

  test("are cut, never within a pair, and cost little however large the value is", () => {
    assert.equal(previewOf("x".repeat(1_000_000), 10), `"${"x".repeat(8)}…`);
    assert.equal(previewOf("a😀".repeat(10), 4), '"a\ufffd…');
    assert.equal(previewOf(new Array(1_000_000).fill("long ".repeat(50)), 20).length, 20);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    assert.equal(previewOf(cycle, 80), "[[Array(1)]]");
  });

  test("run no code of the value's, and what a Proxy throws goes nowhere", () => {
    const refuse = (): never => {
      throw new Error("ran");
    };
    const traps = new Proxy(
      {},
      { getPrototypeOf: refuse, ownKeys: refuse, get: refuse, getOwnPropertyDescriptor: refuse },
    );
    assert.equal(previewOf(traps, 80), "(unreadable)");
    assert.equal(
      previewOf({ toString: refuse, toJSON: refuse, valueOf: refuse }, 80),
      "{toString: function, toJSON: function, valueOf: function}",
    );
    assert.equal(previewOf(Object.create({ constructor: { name: 7 } }), 80), "{}");
  });
});
