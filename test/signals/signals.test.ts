import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  batch,
  type Computed,
  computed,
  effect,
  exportGraph,
  type ReadableSignal,
  signal,
  untracked,
} from "../../lib/signals/index.ts";

const READ: unique symbol = Symbol.for("busbar.read");

describe("signals", () => {
  test("get, set, update and peek", () => {
    const count = signal(1, { name: "count" });
    count.set(2);
    count.update((n) => n + 1);
    assert.deepEqual([count.get(), count.peek(), count.name], [3, 3, "count"]);
  });

  test("a signal and a computed are read under the shared symbol, tracked", () => {
    const count = signal(1);
    const double = computed(() => (count as unknown as { [READ](): number })[READ]() * 2);
    const seen: number[] = [];
    const stop = effect(() => seen.push((double as unknown as { [READ](): number })[READ]()));
    count.set(2);
    stop();
    assert.deepEqual(seen, [2, 4]);
  });

  test("an equal value changes nothing: NaN is NaN, and 0 is not -0", () => {
    const value = signal<number>(Number.NaN);
    let runs = 0;
    const stop = effect(() => {
      value.get();
      runs++;
    });
    value.set(Number.NaN);
    assert.equal(runs, 1);
    value.set(0);
    value.set(-0);
    assert.equal(runs, 3);
    stop();
  });

  test("equals decides for signals and computeds, and its reads are not noted", () => {
    const limit = signal(10);
    const equals = (a: number, b: number): boolean => Math.abs(a - b) < limit.get();
    const source = signal<number>(0, { equals });
    const rounded = computed(() => source.get(), { equals });
    let runs = 0;
    const stop = effect(() => {
      rounded.get();
      runs++;
    });
    source.set(5);
    assert.equal(source.get(), 0);
    source.set(20);
    limit.set(1);
    assert.deepEqual([runs, rounded.get()], [2, 20]);
    stop();
  });

  test("a computed is lazy, kept, and computed once per change", () => {
    const count = signal(1);
    const other = signal(1);
    let runs = 0;
    const double = computed(() => {
      runs++;
      return count.get() * 2;
    });
    assert.equal(runs, 0);
    assert.deepEqual([double.get(), double.get(), double.peek(), runs], [2, 2, 2, 1]);
    other.set(2);
    assert.deepEqual([double.get(), runs], [2, 1]);
    count.set(2);
    count.set(3);
    assert.equal(runs, 1);
    assert.deepEqual([double.get(), runs], [6, 2]);
  });

  test("a change that comes to nothing goes no further", () => {
    const count = signal(1);
    const parity = computed(() => count.get() % 2);
    let runs = 0;
    const label = computed(() => {
      runs++;
      return parity.get() === 0 ? "even" : "odd";
    });
    const seen: string[] = [];
    const stop = effect(() => seen.push(label.get()));
    count.set(3);
    count.set(5);
    count.set(6);
    assert.deepEqual([seen, runs], [["odd", "even"], 2]);
    stop();
  });

  test("a branch no longer taken is neither computed nor waited for", () => {
    const open = signal(true);
    const detail = signal(1);
    let runs = 0;
    const expensive = computed(() => {
      runs++;
      return detail.get();
    });
    const seen: number[] = [];
    const stop = effect(() => seen.push(open.get() ? expensive.get() : 0));
    batch(() => {
      detail.set(2);
      open.set(false);
    });
    detail.set(3);
    assert.deepEqual([seen, runs], [[1, 0], 1]);
    open.set(true);
    assert.deepEqual([seen, runs], [[1, 0, 3], 2]);
    stop();
  });

  test("peek and untracked note nothing", () => {
    const a = signal(1);
    const b = signal(1);
    const c = computed(() => b.get());
    let runs = 0;
    const stop = effect(() => {
      runs++;
      a.peek();
      c.peek();
      assert.equal(
        untracked(() => a.get() + c.get()),
        a.peek() + c.peek(),
      );
    });
    a.set(2);
    b.set(2);
    assert.equal(runs, 1);
    stop();
  });

  test("update does not subscribe the effect it runs in", () => {
    const trigger = signal(0);
    const total = signal(0);
    const stop = effect(() => {
      const step = trigger.get();
      total.update((n) => n + step);
    });
    trigger.set(2);
    trigger.set(3);
    assert.equal(total.get(), 5);
    stop();
  });

  test("an error whose message is no text is kept and rethrown as itself", () => {
    const odd = Object.assign(new Error("odd"), { message: 7 });
    const one = computed(() => {
      throw odd;
    });
    for (let reads = 0; reads < 2; reads++)
      assert.throws(
        () => one.get(),
        (error) => error === odd,
      );
  });

  test("a computed's error is kept, rethrown as itself, and gone when a source changes", () => {
    const text = signal("{");
    let runs = 0;
    const parsed = computed(() => {
      runs++;
      return JSON.parse(text.get()) as unknown;
    });
    const errors: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      try {
        parsed.get();
      } catch (error) {
        errors.push(error);
      }
    }
    assert.ok(errors[0] instanceof SyntaxError);
    assert.equal(errors[0], errors[1]);
    assert.equal(runs, 1);
    text.set("1");
    assert.equal(parsed.get(), 1);
    text.set("{");
    assert.throws(() => parsed.get(), SyntaxError);
    text.set("1");
    assert.equal(parsed.get(), 1);
  });

  test("undefined is a value like any other, also thrown", () => {
    const flag = signal(false);
    const nothing = computed(() => {
      if (flag.get()) throw undefined;
      return undefined;
    });
    assert.equal(nothing.get(), undefined);
    flag.set(true);
    let caught: unknown = "nothing";
    try {
      nothing.get();
    } catch (error) {
      caught = error;
    }
    assert.equal(caught, undefined);
  });

  test("a throwing equals is the computed's error, and leaves a signal as it was", () => {
    const equals = (): boolean => {
      throw new Error("cannot compare");
    };
    const source = signal(1);
    const guarded = computed(() => source.get(), { equals });
    assert.equal(guarded.get(), 1);
    source.set(2);
    assert.throws(() => guarded.get(), /cannot compare/);
    const odd = signal(1, { equals });
    assert.throws(() => odd.set(2), /cannot compare/);
    assert.equal(odd.get(), 1);
  });

  test("a cycle is refused with the path by name, and is no cycle once it is broken", () => {
    const closed = signal(true);
    const a = computed((): number => b.get() + 1, { name: "a" });
    const b = computed((): number => c.get() + 1, { name: "b" });
    const c = computed((): number => (closed.get() ? a.get() : 0), { name: "c" });
    assert.throws(() => a.get(), { code: "SIGNALS_CYCLE", message: /a -> b -> c -> a/ });
    assert.throws(() => b.get(), { code: "SIGNALS_CYCLE", message: /b -> c -> a -> b/ });
    closed.set(false);
    assert.deepEqual([a.get(), b.get(), c.get()], [2, 1, 0]);
    closed.set(true);
    assert.throws(() => c.get(), { code: "SIGNALS_CYCLE", message: /c -> a -> b -> c/ });
  });

  test("a cycle by way of an effect names the effect too", () => {
    const a = computed(
      (): number => {
        effect(() => void a.get(), { name: "watch" });
        return 1;
      },
      { name: "a" },
    );
    assert.throws(() => a.get(), { code: "SIGNALS_CYCLE", message: /a -> watch -> a/ });
  });

  test("a cycle under an effect goes to the writer, and the effect recovers", () => {
    const closed = signal(false);
    const a = computed((): number => (closed.get() ? b.get() : 1), { name: "a" });
    const b = computed((): number => a.get() + 1, { name: "b" });
    const seen: number[] = [];
    const stop = effect(() => seen.push(b.get()));
    assert.throws(() => closed.set(true), { code: "SIGNALS_CYCLE" });
    closed.set(false);
    assert.deepEqual(seen, [2, 2]);
    stop();
  });

  test("a function that reads what is about to be computed from it, and catches that, misleads no effect", () => {
    const asks = signal(false);
    const source = signal(1);
    let cycles = 0;
    const low: Computed<number> = computed(() => {
      const value = source.get();
      try {
        if (asks.get()) top.get(); // found in doubt by the walk that has come here from it
      } catch {
        cycles++;
      }
      return value;
    });
    const middle: Computed<number> = computed(() => low.get() * 10);
    const top: Computed<number> = computed(() => middle.get() + 1);
    const seen: number[] = [];
    const stop = effect(() => void seen.push(top.get()));
    asks.set(true);
    source.set(2);
    asks.set(false);
    source.set(3);
    stop();
    assert.deepEqual(seen.slice(-2), [21, 31]);
    assert.ok(cycles > 0);
  });

  test("a computed that catches its own cycle does not hang later reads", () => {
    const source = signal(1);
    const a = computed((): number => {
      try {
        return b.get() + source.get();
      } catch {
        return -1;
      }
    });
    const b = computed((): number => a.get() + source.get());
    for (let i = 2; i < 6; i++) {
      assert.equal(typeof a.get(), "number");
      assert.equal(typeof b.get(), "number");
      source.set(i);
    }
  });

  test("batch returns the value, nests, and runs each effect once with the last values", () => {
    const a = signal(1);
    const b = signal(1);
    const seen: number[] = [];
    const stop = effect(() => seen.push(a.get() * 10 + b.get()));
    const result = batch(() => {
      a.set(2);
      batch(() => b.set(2));
      assert.equal(a.get(), 2);
      return a.get() + b.get();
    });
    assert.deepEqual([result, seen], [4, [11, 22]]);
    stop();
  });

  test("a batch that throws keeps its writes, runs the effects, and throws both errors when they throw too", () => {
    const a = signal(1);
    const seen: number[] = [];
    const stop = effect(() => seen.push(a.get()));
    const own = new Error("own");
    assert.throws(
      () =>
        batch(() => {
          a.set(2);
          throw own;
        }),
      own,
    );
    assert.deepEqual(seen, [1, 2]);
    stop();
    const later = new Error("later");
    const stopBad = effect(() => {
      if (a.get() === 3) throw later;
    });
    assert.throws(
      () =>
        batch(() => {
          a.set(3);
          throw own;
        }),
      (error: AggregateError) => error.errors[0] === own && error.errors[1] === later,
    );
    stopBad();
  });

  test("a computed that writes leaves nothing stale behind", () => {
    const input = signal(1);
    const log = signal(0);
    const noted = computed(() => {
      log.set(input.get() * 10);
      return input.get();
    });
    const seen: string[] = [];
    const stop = effect(() => seen.push(`${log.get()} ${noted.get()}`));
    assert.equal(seen.at(-1), "10 1");
    input.set(2);
    assert.equal(seen.at(-1), "20 2");
    stop();
  });

  test("an effect is told when a computed it just began to watch was put out of date by its own writing", () => {
    const source = signal(0);
    const copy = computed(() => source.get());
    const writing = computed(() => {
      const before = copy.get();
      source.set(1);
      return before;
    });
    const seen: number[] = [];
    const stop = effect(() => seen.push(writing.get()));
    assert.deepEqual([seen.at(-1), writing.get()], [1, 1]);
    stop();
  });

  test("each node of an unwatched lattice is compared once per read, not once per path", () => {
    const source = signal(1);
    const unrelated = signal(1);
    let runs = 0;
    let last: ReadableSignal<number> = source;
    // 2^60 paths: a read that walked them all would never end.
    for (let level = 0; level < 60; level++) {
      const below = last;
      const left = computed(() => below.get());
      const right = computed(() => below.get());
      last = computed(() => {
        runs++;
        return (left.get() + right.get()) % 1000;
      });
    }
    const value = last.get();
    unrelated.set(2);
    assert.deepEqual([last.get(), runs], [value, 60]);
    source.set(2);
    last.get();
    assert.equal(runs, 120);
  });
});

describe("an unwatched computed", () => {
  test("is not in doubt when something has changed that no unwatched computed has read", () => {
    const [own, other, watched] = [signal(1), signal(1), signal(1)];
    const value = computed(() => own.get());
    const stop = effect(() => void watched.get());
    const isStale = () => exportGraph({ roots: [value] }).nodes.find(({ kind }) => kind === "computed")?.stale;
    value.get();
    other.set(2);
    watched.set(2);
    assert.equal(isStale(), false);
    own.set(2);
    assert.equal(isStale(), true);
    assert.equal(value.get(), 2);
    stop();
  });

  test("hears of what a watched one it has read came to read later", () => {
    const [which, first, second] = [signal(0), signal(1), signal(10)];
    const chosen = computed(() => (which.get() === 0 ? first.get() : second.get()));
    const stop = effect(() => void chosen.get());
    const value = computed(() => chosen.get() + 1);
    assert.equal(value.get(), 2);
    which.set(1);
    assert.equal(value.get(), 11);
    second.set(20);
    assert.equal(value.get(), 21);
    stop();
    second.set(30);
    assert.equal(value.get(), 31);
  });

  test("hears of what it has read while it was watched", () => {
    const [which, first, second] = [signal(0), signal(1), signal(10)];
    const value = computed(() => (which.get() === 0 ? first.get() : second.get()));
    const stop = effect(() => void value.get());
    which.set(1);
    stop();
    second.set(20);
    assert.equal(value.get(), 20);
  });

  test("that has read a watched one in doubt is in doubt with it", () => {
    const count = signal(0);
    const rising = computed(() => {
      const seen = count.get();
      if (seen % 3 > 0) count.set(seen + 1);
      return seen;
    });
    const stop = effect(() => void rising.get());
    const value = computed(() => rising.get());
    count.set(1);
    assert.equal(value.get(), rising.get());
    assert.equal(value.get(), 3);
    stop();
  });
});
