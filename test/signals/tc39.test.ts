/* What signal-polyfill's own tests leave open; they run in tc39-polyfill.test.ts. */
import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { READ } from "../../lib/pool/index.ts";
import { batch, computed, effect, signal } from "../../lib/signals/index.ts";
import { Signal } from "../../lib/signals/tc39/index.ts";

describe("the TC39 shape and busbar/signals", () => {
  test("read each other, and an effect here is a sink there", () => {
    const log: string[] = [];
    const count = new Signal.State(1, {
      [Signal.subtle.watched]: () => log.push("watched"),
      [Signal.subtle.unwatched]: () => log.push("unwatched"),
    });
    const double = computed(() => count.get() * 2);
    const next = new Signal.Computed(() => double.get() + 1);
    const seen: number[] = [];
    const stop = effect(() => {
      seen.push(next.get());
    });
    assert.equal(Signal.subtle.hasSinks(next), true);
    assert.deepEqual(Signal.subtle.introspectSinks(next), []);
    assert.deepEqual(Signal.subtle.introspectSources(next), []);
    assert.equal(Signal.subtle.hasSources(next), true);
    count.set(2);
    stop();
    assert.deepEqual(seen, [3, 5]);
    assert.deepEqual(log, ["watched", "unwatched"]);
    assert.equal(next[READ](), 5);
    assert.equal(count[READ](), 2);
  });

  test("a Watcher hears of writes to signals of busbar below what it watches, after the batch they are in", () => {
    const source = signal(1);
    const double = new Signal.Computed(() => source.get() * 2);
    let heard = 0;
    const watcher = new Signal.subtle.Watcher(() => heard++);
    watcher.watch(double);
    double.get();
    batch(() => {
      source.set(2);
      assert.equal(heard, 0);
    });
    assert.equal(heard, 1);
    assert.deepEqual(watcher.getPending(), [double]);
  });

  test("a State that a batch has put back tells no Watcher", () => {
    const state = new Signal.State(1);
    let heard = 0;
    const watcher = new Signal.subtle.Watcher(() => heard++);
    watcher.watch(state);
    batch(() => {
      state.set(2);
      state.set(1);
    });
    assert.equal(heard, 0);
    state.set(3);
    assert.equal(heard, 1);
  });
});

describe("a Watcher", () => {
  test("tells once for each watch, and of a Computed again only after it was read", () => {
    const state = new Signal.State(0);
    const double = new Signal.Computed(() => state.get() * 2);
    let heard = 0;
    const watcher = new Signal.subtle.Watcher(() => heard++);
    watcher.watch(double);
    double.get();
    state.set(1);
    state.set(2);
    assert.equal(heard, 1);
    watcher.watch();
    state.set(3); // double is pending still: nothing new to tell
    assert.equal(heard, 1);
    assert.equal(double.get(), 6);
    state.set(4);
    assert.equal(heard, 2);
  });

  test("watches a signal once however often it is added, and one unwatch ends it", () => {
    const state = new Signal.State(0);
    let heard = 0;
    const watcher = new Signal.subtle.Watcher(() => heard++);
    watcher.watch(state, state);
    watcher.watch(state);
    assert.deepEqual(Signal.subtle.introspectSources(watcher), [state]);
    assert.deepEqual(Signal.subtle.introspectSinks(state), [watcher]);
    watcher.unwatch(state, state);
    assert.equal(Signal.subtle.hasSinks(state), false);
    state.set(1);
    assert.equal(heard, 0);
  });

  test("its callback may not read, write, watch or unwatch, not even by another Watcher's error", () => {
    const state = new Signal.State(0);
    const double = new Signal.Computed(() => state.get());
    const attempts = [
      () => state.get(),
      () => state.set(9),
      () => double.get(),
      () => watcher.watch(),
      () => watcher.unwatch(),
    ];
    let attempt: () => unknown = () => {};
    const watcher = new Signal.subtle.Watcher(() => attempt());
    watcher.watch(state);
    for (const each of attempts) {
      attempt = each;
      watcher.watch();
      assert.throws(() => state.set(state.get() + 1), { code: "SIGNALS_FROZEN" });
    }
    assert.equal(state.get(), attempts.length); // written all the same, and thawed again
  });

  test("all Watchers are told although one throws; one error comes as itself, several together", () => {
    const state = new Signal.State(0);
    const told: number[] = [];
    const failing = new Set([0, 2]);
    const watchers = [0, 1, 2].map(
      (index) =>
        new Signal.subtle.Watcher(() => {
          told.push(index);
          if (failing.has(index)) throw new Error(`watcher ${index}`);
        }),
    );
    for (const watcher of watchers) watcher.watch(state);
    assert.throws(() => state.set(1), AggregateError);
    failing.delete(0);
    for (const watcher of watchers) watcher.watch();
    assert.throws(() => state.set(2), /watcher 2/);
    assert.deepEqual(told, [0, 1, 2, 0, 1, 2]);
  });

  test("unwatched while it waits to be told, it is not", () => {
    const state = new Signal.State(0);
    const heard: string[] = [];
    const first = new Signal.subtle.Watcher(() => {
      heard.push("first");
    });
    const second = new Signal.subtle.Watcher(() => {
      heard.push("second");
    });
    second.watch(state);
    first.watch(state);
    batch(() => {
      state.set(1);
      second.unwatch(state);
    });
    assert.deepEqual(heard, ["first"]);
  });

  test("effects made of it run in the order of watching, as the proposal's own example has it", async () => {
    let planned = false;
    const watcher = new Signal.subtle.Watcher(() => {
      if (planned) return;
      planned = true;
      queueMicrotask(() => {
        planned = false;
        for (const pending of watcher.getPending()) pending.get();
        watcher.watch();
      });
    });
    const run = (f: () => void): (() => void) => {
      const made = new Signal.Computed(f);
      watcher.watch(made);
      made.get();
      return () => watcher.unwatch(made);
    };
    const count = new Signal.State(0);
    const seen: string[] = [];
    const stops = ["a", "b"].map((name) => run(() => void seen.push(`${name}${count.get()}`)));
    count.set(1);
    count.set(2);
    await Promise.resolve();
    stops[0]?.();
    count.set(3);
    await Promise.resolve();
    assert.deepEqual(seen, ["a0", "b0", "a2", "b2", "b3"]);
  });
});

describe("a Computed", () => {
  test("is current inside its function, and nobody is inside untrack or outside", () => {
    const inside: unknown[] = [];
    const inner = new Signal.Computed(() => inside.push(Signal.subtle.currentComputed()));
    const outer = new Signal.Computed(() => {
      inside.push(Signal.subtle.currentComputed());
      Signal.subtle.untrack(() => inside.push(Signal.subtle.currentComputed()));
      inner.get();
      inside.push(Signal.subtle.currentComputed());
    });
    outer.get();
    assert.deepEqual(inside, [outer, undefined, inner, outer]);
    effect(() => {
      inside.push(Signal.subtle.currentComputed());
    });
    assert.equal(inside.at(-1), undefined);
  });

  test("introspects its sources in reading order", () => {
    const a = new Signal.State(1);
    const b = new Signal.State(2);
    const sum = new Signal.Computed(() => b.get() + a.get());
    sum.get();
    assert.deepEqual(Signal.subtle.introspectSources(sum), [b, a]);
  });

  test("with an equality keeps its first value as long as that holds, and compares nothing after an error", () => {
    const state = new Signal.State(1);
    const compared: [number, number][] = [];
    const near = new Signal.Computed(
      () => {
        if (state.get() < 0) throw new Error("negative");
        return state.get();
      },
      {
        equals(before, after) {
          compared.push([before, after]);
          return Math.abs(before - after) < 2;
        },
      },
    );
    const values = [1, 2, 3, -1, 3].map((value) => {
      state.set(value);
      try {
        return near.get();
      } catch {
        return "error";
      }
    });
    assert.deepEqual(values, [1, 1, 3, "error", 3]);
    assert.deepEqual(compared, [
      [1, 2],
      [1, 3],
    ]);
  });
});

describe("what the proposal's text says, and signal-polyfill's tests do not ask", () => {
  test("both classes can be extended, private fields and all, and callbacks reach them through `this`", () => {
    class Counter extends Signal.State<number> {
      readonly #step = 2;
      up(): void {
        this.set(this.get() + this.#step);
      }
    }
    class Scaled extends Signal.Computed<number> {
      readonly #factor = 10;
      constructor(source: Signal.State<number>) {
        super(function (this: Signal.Computed<number>) {
          return source.get() * (this instanceof Scaled ? this.#factor : 0);
        });
      }
    }
    const counter = new Counter(1);
    const scaled = new Scaled(counter);
    assert.equal(scaled.get(), 10);
    counter.up();
    assert.equal(scaled.get(), 30);
    assert.deepEqual([Signal.isState(counter), Signal.isComputed(scaled)], [true, true]);
    assert.deepEqual(Signal.subtle.introspectSources(scaled), [counter]);
  });

  test("a set is seen at once by whoever reads, also inside a Computed", () => {
    const state = new Signal.State(1);
    const double = new Signal.Computed(() => state.get() * 2);
    state.set(2);
    assert.equal(double.get(), 4);
    const other = new Signal.State(0);
    const tripled = new Signal.Computed(() => other.get() * 3);
    const writing = new Signal.Computed(() => {
      other.set(5);
      return tripled.get();
    });
    assert.equal(writing.get(), 15);
  });

  test("a write computes nothing, watched or not: what is pending waits to be read", () => {
    const state = new Signal.State(1);
    let runs = 0;
    const inner = new Signal.Computed(() => {
      runs++;
      return state.get() > 0;
    });
    const outer = new Signal.Computed(() => inner.get());
    const watcher = new Signal.subtle.Watcher(() => {});
    watcher.watch(outer);
    assert.equal(outer.get(), true);
    assert.deepEqual(watcher.getPending(), []);
    state.set(2);
    assert.equal(runs, 1);
    assert.deepEqual(watcher.getPending(), [outer]); // inner may yet come to the same
    assert.equal(outer.get(), true);
    assert.deepEqual(watcher.getPending(), []);
    assert.equal(runs, 2);
  });

  test("untrack does not thaw: a Watcher's callback may not read inside it either", () => {
    const state = new Signal.State(0);
    const watcher = new Signal.subtle.Watcher(() => void Signal.subtle.untrack(() => state.get()));
    watcher.watch(state);
    assert.throws(() => state.set(1), { code: "SIGNALS_FROZEN" });
  });

  test("Watchers are told depth first, in the order of reading", () => {
    const state = new Signal.State(0);
    const a = new Signal.Computed(() => state.get());
    const b = new Signal.Computed(() => state.get());
    const c = new Signal.Computed(() => a.get());
    const told: string[] = [];
    const watch = (name: string, signal: Signal.Computed<number>): void => {
      signal.get();
      new Signal.subtle.Watcher(() => void told.push(name)).watch(signal);
    };
    watch("c", c);
    watch("b", b);
    watch("a", a);
    state.set(1);
    assert.deepEqual(told, ["c", "a", "b"]);
  });

  test("sources are watched in the order they were read", () => {
    const log: string[] = [];
    const make = (name: string): Signal.State<number> =>
      new Signal.State(0, {
        [Signal.subtle.watched]: () => log.push(`${name} watched`),
        [Signal.subtle.unwatched]: () => log.push(`${name} unwatched`),
      });
    const [a, b] = [make("a"), make("b")];
    const sum = new Signal.Computed(() => b.get() + a.get());
    sum.get();
    const watcher = new Signal.subtle.Watcher(() => {});
    watcher.watch(sum);
    watcher.unwatch(sum);
    assert.deepEqual(log, ["b watched", "a watched", "b unwatched", "a unwatched"]);
  });

  test("only who is watched is a sink, and only who reads a signal has sources", () => {
    const { hasSinks, hasSources, introspectSinks } = Signal.subtle;
    const state = new Signal.State(1);
    const reading = new Signal.Computed(() => state.get());
    const constant = new Signal.Computed(() => 1);
    reading.get();
    constant.get();
    assert.deepEqual([hasSinks(state), introspectSinks(state)], [false, []]);
    assert.deepEqual([hasSources(reading), hasSources(constant)], [true, false]);
    const watcher = new Signal.subtle.Watcher(() => {});
    assert.equal(hasSources(watcher), false);
    watcher.watch(reading);
    assert.deepEqual([hasSinks(state), introspectSinks(state), hasSources(watcher)], [true, [reading], true]);
  });

  test("untrack gives back what its callback gives or throws, and tracking goes on after it", () => {
    const [noted, passed] = [new Signal.State(1), new Signal.State(1)];
    let runs = 0;
    const computed = new Signal.Computed(() => {
      runs++;
      Signal.subtle.untrack(() => passed.get());
      assert.throws(
        () =>
          Signal.subtle.untrack(() => {
            throw new Error("inside");
          }),
        /inside/,
      );
      return noted.get();
    });
    computed.get();
    passed.set(2);
    computed.get();
    assert.equal(
      Signal.subtle.untrack(() => 7),
      7,
    );
    assert.deepEqual([runs, Signal.subtle.introspectSources(computed)], [1, [noted]]);
  });

  test("a State whose comparison throws keeps its value, and the writer gets the error", () => {
    const odd = new Signal.State(1, {
      equals() {
        throw new Error("cannot compare");
      },
    });
    assert.throws(() => odd.set(2), /cannot compare/);
    assert.equal(odd.get(), 1);
  });

  test("a Computed that has thrown is computed again when a source has changed, and nothing earlier", () => {
    const state = new Signal.State(-1);
    let runs = 0;
    const root = new Signal.Computed(() => {
      runs++;
      if (state.get() < 0) throw new RangeError("negative");
      return Math.sqrt(state.get());
    });
    for (let i = 0; i < 3; i++) assert.throws(() => root.get(), RangeError);
    assert.equal(runs, 1);
    state.set(9);
    assert.equal(root.get(), 3);
    assert.equal(runs, 2);
  });
});

test("what is no function is refused where it is given, as the language's classes do", () => {
  for (const wrong of [null, 5, "text", {}, []] as never[]) {
    const options = [{ equals: wrong }, { [Signal.subtle.watched]: wrong }, { [Signal.subtle.unwatched]: wrong }];
    for (const each of options) {
      assert.throws(() => new Signal.State(0, each), TypeError);
      assert.throws(() => new Signal.Computed(() => 0, each), TypeError);
    }
    assert.throws(() => new Signal.Computed(wrong), TypeError);
  }
});
