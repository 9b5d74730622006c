import assert from "node:assert/strict";
import { afterEach, describe, test, vi } from "vitest";
import { isCodedError } from "../../lib/errors/index.ts";
import { READ } from "../../lib/pool/index.ts";
import {
  batch,
  computed,
  effect,
  type Resource,
  type ResourceContext,
  resource,
  scope,
  signal,
} from "../../lib/signals/index.ts";

/** A promise settled by hand. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** A resource whose runs are answered by hand. */
function asked<T>(track: (context: ResourceContext<T>) => void, options: Parameters<typeof resource<T>>[1] = {}) {
  const runs: (ReturnType<typeof deferred<T>> & { readonly context: ResourceContext<T> })[] = [];
  const made = resource<T>((context) => {
    track(context);
    const run = { ...deferred<T>(), context };
    runs.push(run);
    return run.promise;
  }, options);
  const run = (index: number) => {
    const found = runs[index];
    assert.ok(found, `run ${index} of ${runs.length}`);
    return found;
  };
  return { made, runs, run };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const snapshot = <T>(made: Resource<T>) => [made.value.peek(), made.pending.peek(), made.error.peek()?.message];

/** Everything that readable was, one entry for each run of an effect on it. */
function watch<T>(source: { get(): T }): T[] {
  const seen: T[] = [];
  effect(() => {
    seen.push(source.get());
  });
  return seen;
}

describe("a resource", () => {
  test("starts at once, is pending, then has its value; templates read it as the value", async () => {
    const { made, run } = asked<number>(() => {});
    assert.deepEqual(snapshot(made), [undefined, true, undefined]);
    run(0).resolve(7);
    await made.settled();
    assert.deepEqual(snapshot(made), [7, false, undefined]);
    assert.equal(made.get(), 7);
    assert.equal(made.peek(), 7);
    assert.equal(made[READ](), 7);
  });

  test("whose function answers at once is never pending", () => {
    const id = signal(1);
    const made = resource(({ track }) => track(id) * 10);
    const pending = watch(made.pending);
    assert.equal(made.get(), 10);
    id.set(2);
    assert.equal(made.get(), 20);
    assert.deepEqual(pending, [false]);
  });

  test("runs again when something tracked changes, and for nothing it only reads", async () => {
    const id = signal(1);
    const other = signal(1);
    const { runs, run, made } = asked<number>(({ track }) => {
      track(id);
      other.get();
    });
    other.set(2);
    assert.equal(runs.length, 1);
    id.set(2);
    assert.equal(runs.length, 2);
    run(1).resolve(2);
    await made.settled();
    id.set(2);
    assert.equal(runs.length, 2);
  });

  test("tracks after an await, as long as that run is the latest", async () => {
    const id = signal("a");
    const region = signal("eu");
    const late = signal("x");
    const gates = [deferred<void>(), deferred<void>()];
    let runs = 0;
    const made = resource(async ({ track }) => {
      const gate = gates[runs++];
      const name = track(id);
      await gate?.promise;
      return `${name} ${runs === 2 ? track(region) : track(late)}`;
    });
    id.set("b"); // the first run is no longer the latest
    for (const gate of gates) gate.resolve();
    await made.settled();
    assert.equal(made.peek(), "b eu");
    late.set("y"); // read by nobody who counts
    assert.equal(runs, 2);
    region.set("us");
    assert.equal(runs, 3);
  });

  test("a run that is no longer the latest still reads what it tracks, but does not subscribe", async () => {
    const id = signal(1);
    const late = signal("old");
    const gate = deferred<void>();
    const read: string[] = [];
    let runs = 0;
    resource(async ({ track }) => {
      if (++runs > 1) return track(id);
      track(id);
      await gate.promise;
      read.push(track(late));
      return 0;
    });
    id.set(2);
    gate.resolve();
    await turn();
    assert.deepEqual(read, ["old"]);
    late.set("new");
    assert.equal(runs, 2);
  });

  test("one source tracked many times is one subscription, and a change of many is one run", () => {
    const a = signal(1);
    const b = signal(1);
    const sum = computed(() => a.get() + b.get());
    let runs = 0;
    const made = resource(({ track }) => {
      runs++;
      return track(a) + track(b) + track(sum) + track(a);
    });
    batch(() => {
      a.set(2);
      b.set(2);
    });
    assert.equal(runs, 2);
    assert.equal(made.peek(), 10);
  });

  test("the latest run wins: an answer of an older one is dropped and its signal aborted", async () => {
    const id = signal(1);
    const { made, run } = asked<string>(({ track }) => track(id));
    const values = watch(made.value);
    id.set(2);
    assert.equal(run(0).context.signal.aborted, true);
    assert.equal(run(1).context.signal.aborted, false);
    run(1).resolve("second");
    await turn();
    run(0).resolve("first");
    await turn();
    assert.deepEqual(values, [undefined, "second"]);
  });

  test("a signal first asked for after its run was superseded is aborted already, with an AbortError", () => {
    const { made, run } = asked<string>(() => {});
    made.reload();
    const { signal: late } = run(0).context;
    assert.equal(late.aborted, true);
    assert.equal(late.reason.name, "AbortError");
    assert.equal(run(0).context.signal, late);
    assert.equal(run(1).context.signal.aborted, false);
    made.dispose();
  });

  test("a late failure of an older run is dropped too, and is no unhandled rejection", async () => {
    const id = signal(1);
    const { made, run } = asked<string>(({ track }) => track(id));
    id.set(2);
    run(0).reject(new Error("late"));
    run(1).resolve("second");
    await turn();
    assert.deepEqual(snapshot(made), ["second", false, undefined]);
  });

  test("value, pending and error change apart from each other", async () => {
    const { made, run } = asked<string>(() => {});
    const values = watch(made.value);
    const pending = watch(made.pending);
    const errors = watch(made.error);
    run(0).resolve("one");
    await turn();
    made.reload();
    run(1).resolve("one");
    await turn();
    made.reload();
    run(2).reject(new Error("no"));
    await turn();
    assert.deepEqual(values, [undefined, "one"]);
    assert.deepEqual(pending, [true, false, true, false, true, false]);
    assert.deepEqual(
      errors.map((error) => error?.message),
      [undefined, "no"],
    );
  });

  test("the value stays while a new run goes on, and when that fails", async () => {
    const { made, run } = asked<string>(() => {});
    run(0).resolve("one");
    await turn();
    made.reload();
    assert.deepEqual(snapshot(made), ["one", true, undefined]);
    assert.equal(run(1).context.previous, "one");
    run(1).reject(new Error("no"));
    await turn();
    assert.deepEqual(snapshot(made), ["one", false, "no"]);
    made.reload();
    assert.deepEqual(snapshot(made), ["one", true, "no"]);
    run(2).resolve("two");
    await turn();
    assert.deepEqual(snapshot(made), ["two", false, undefined]);
  });

  test("with keep: false a run starts from the initial value, and a failure leaves it", async () => {
    const { made, run } = asked<string>(() => {}, { keep: false, initial: "none" });
    run(0).resolve("one");
    await turn();
    made.reload();
    assert.deepEqual(snapshot(made), ["none", true, undefined]);
    run(1).reject(new Error("no"));
    await turn();
    assert.deepEqual(snapshot(made), ["none", false, "no"]);
    made.reload();
    assert.deepEqual(snapshot(made), ["none", true, undefined]);
  });

  test("an answer that equals the value tells nobody, and an equality that throws is a failure", async () => {
    const { made, run } = asked<{ id: number }>(() => {}, {
      equals: (before, after) => {
        if (after.id < 0) throw new Error("bad");
        return before.id === after.id;
      },
    });
    const values = watch(made);
    const one = { id: 1 };
    run(0).resolve(one);
    await turn();
    made.reload();
    run(1).resolve({ id: 1 });
    await turn();
    assert.equal(made.peek(), one);
    made.reload();
    run(2).resolve({ id: -1 });
    await turn();
    assert.deepEqual(snapshot(made), [one, false, "bad"]);
    assert.equal(values.length, 2);
  });

  test("what throws at once is an error like one that comes later, and no Error is wrapped", async () => {
    const sync = resource(() => {
      throw new TypeError("at once");
    });
    assert.deepEqual(snapshot(sync), [undefined, false, "at once"]);
    for (const thrown of ["text", undefined, null, { status: 500 }]) {
      const made = resource(() => Promise.reject(thrown), { name: "user" });
      await made.settled();
      const error = made.error.peek();
      assert.ok(isCodedError(error));
      assert.equal(error.code, "SIGNALS_RESOURCE_FAILED");
      assert.equal(error.cause, thrown);
      assert.match(error.message, /"user"/);
    }
  });

  test("thenables count as promises, also one that throws when looked at or answers twice", async () => {
    const twice = {
      // biome-ignore lint/suspicious/noThenProperty: this is what the test is about
      then(resolve: (value: number) => void) {
        resolve(1);
        resolve(2);
      },
    };
    const hostile = {
      // biome-ignore lint/suspicious/noThenProperty: as above
      get then(): never {
        throw new Error("looked at");
      },
    };
    const good = resource(() => twice as PromiseLike<number>); // cast: it is what such libraries return
    const bad = resource(() => hostile);
    await good.settled();
    assert.deepEqual(snapshot(good), [1, false, undefined]);
    assert.deepEqual(snapshot(bad), [undefined, false, "looked at"]);
  });

  test("tracking a computed that fails throws where it is tracked, and runs again when it has recovered", () => {
    const divisor = signal(0);
    const ratio = computed(() => {
      if (divisor.get() === 0) throw new RangeError("zero");
      return 10 / divisor.get();
    });
    const made = resource(({ track }) => track(ratio));
    assert.deepEqual(snapshot(made), [undefined, false, "zero"]);
    divisor.set(5);
    assert.deepEqual(snapshot(made), [2, false, undefined]);
    divisor.set(0);
    assert.deepEqual(snapshot(made), [2, false, "zero"]);
  });

  test("a function that writes what it tracks is stopped by name, and goes on with the next change", () => {
    const count = signal(0);
    let wild = false;
    const made = resource(
      ({ track }) => {
        const now = track(count);
        if (wild) count.set(now + 1);
        return now;
      },
      { name: "wild" },
    );
    wild = true;
    assert.throws(() => count.set(1), { code: "SIGNALS_LOOP", message: /wild/ });
    wild = false;
    count.set(-1);
    assert.equal(made.peek(), -1);
  });
});

describe("a value set by hand", () => {
  test("is there at once; the run under way is aborted and dropped, and what it tracked still counts", async () => {
    const id = signal(1);
    const { made, runs, run } = asked<string>(({ track }) => track(id));
    made.set("optimistic");
    assert.deepEqual(snapshot(made), ["optimistic", false, undefined]);
    assert.equal(run(0).context.signal.aborted, true);
    run(0).resolve("stale");
    await turn();
    assert.equal(made.peek(), "optimistic");
    made.update((value) => `${value}!`);
    assert.equal(made.peek(), "optimistic!");
    id.set(2);
    assert.equal(runs.length, 2);
    run(1).resolve("fresh");
    await turn();
    assert.deepEqual(snapshot(made), ["fresh", false, undefined]);
  });

  test("clears an error, and stops a retry that waits", async () => {
    vi.useFakeTimers();
    const { made, runs, run } = asked<string>(() => {}, { retry: { times: 3 } });
    run(0).reject(new Error("no"));
    await vi.advanceTimersByTimeAsync(0);
    assert.equal(vi.getTimerCount(), 1);
    made.set("mine");
    assert.equal(vi.getTimerCount(), 0);
    await vi.advanceTimersByTimeAsync(100_000);
    assert.equal(runs.length, 1);
    assert.deepEqual(snapshot(made), ["mine", false, undefined]);
  });
});

afterEach(() => vi.useRealTimers());

describe("retries", () => {
  test("wait twice as long each time, between half and all of it, at most the cap", async () => {
    vi.useFakeTimers();
    let attempts: number[] = [];
    const made = resource(
      ({ attempt }) => {
        attempts.push(attempt);
        return Promise.reject(new Error(`attempt ${attempt}`));
      },
      { retry: { times: 4, delayMs: 100, maxDelayMs: 300 }, random: () => 0 },
    );
    const at = async (ms: number): Promise<number> => {
      await vi.advanceTimersByTimeAsync(ms);
      return attempts.length;
    };
    assert.equal(await at(49), 1);
    assert.equal(await at(1), 2); // 50
    assert.equal(await at(99), 2);
    assert.equal(await at(1), 3); // 100
    assert.equal(await at(149), 3);
    assert.equal(await at(1), 4); // 150: half of the cap
    assert.deepEqual(snapshot(made), [undefined, true, undefined]);
    assert.equal(await at(150), 5);
    assert.deepEqual(attempts, [1, 2, 3, 4, 5]);
    assert.deepEqual(snapshot(made), [undefined, false, "attempt 5"]);
    assert.equal(vi.getTimerCount(), 0);
    attempts = [];
    made.reload();
    assert.deepEqual(attempts, [1]);
  });

  test("stop when delay says so, and it is asked with the attempt and the error", async () => {
    const asked: [number, unknown][] = [];
    const made = resource(({ attempt }) => Promise.reject(new Error(attempt === 2 ? "fatal" : "flaky")), {
      retry: {
        times: 9,
        delay(attempt, error) {
          asked.push([attempt, (error as Error).message]); // cast: made above
          return (error as Error).message === "fatal" ? undefined : 0; // cast: as above
        },
      },
    });
    await made.settled();
    assert.deepEqual(asked, [
      [1, "flaky"],
      [2, "fatal"],
    ]);
    assert.equal(made.error.peek()?.message, "fatal");
  });

  test("a delay that is no number, negative or endless stays within the cap, and one that throws is the error", async () => {
    const waits: number[] = [];
    const make = (delay: () => number) =>
      resource(() => Promise.reject(new Error("no")), {
        retry: { times: 1, delay, maxDelayMs: 500 },
        after: (ms) => {
          waits.push(ms);
          return () => {};
        },
      });
    for (const ms of [Number.NaN, -5, Number.POSITIVE_INFINITY, 20]) make(() => ms);
    const thrown = make(() => {
      throw new Error("in delay");
    });
    await turn();
    assert.deepEqual(waits, [500, 0, 500, 20]);
    assert.equal(thrown.error.peek()?.message, "in delay");
  });

  test("end with the run: a change of what it tracked clears the timer and starts anew", async () => {
    vi.useFakeTimers();
    const id = signal(1);
    const { made, runs, run } = asked<number>(({ track }) => track(id), { retry: { times: 1 } });
    run(0).reject(new Error("no"));
    await vi.advanceTimersByTimeAsync(0);
    assert.equal(vi.getTimerCount(), 1);
    id.set(2);
    assert.equal(vi.getTimerCount(), 0);
    assert.equal(runs.length, 2);
    assert.equal(run(1).context.attempt, 1);
    made.dispose();
  });

  test("a retry sees the same signal, and what it tracks counts", async () => {
    const a = signal(1);
    const late = signal(1);
    let runs = 0;
    const signals: AbortSignal[] = [];
    const made = resource(
      async ({ track, attempt, signal: own }) => {
        runs++;
        signals.push(own);
        track(a);
        if (attempt === 1) throw new Error("first");
        return track(late);
      },
      { retry: { times: 1, delay: () => 0 } },
    );
    await made.settled();
    assert.equal(made.peek(), 1);
    assert.equal(signals[0], signals[1]);
    late.set(2);
    assert.equal(runs, 3);
  });

  test("numbers out of range are refused when the resource is made", () => {
    for (const retry of [
      { times: -1 },
      { times: 101 },
      { times: 1.5 },
      { times: Number.NaN },
      { times: 1, delayMs: -1 },
      { times: 1, maxDelayMs: 0 },
      { times: 1, delayMs: 50_000 },
      { times: 1, maxDelayMs: 86_400_001 },
    ])
      assert.throws(() => resource(() => 1, { retry }), { code: "SIGNALS_BAD_RETRY" });
  });
});

describe("the end of a resource", () => {
  test("comes with its scope: aborted, no longer pending, and nothing later counts", async () => {
    const id = signal(1);
    let made: ReturnType<typeof asked<string>> | undefined;
    const own = scope(() => {
      made = asked<string>(({ track }) => track(id));
    });
    assert.ok(made);
    const settled = made.made.settled();
    const { signal: aborted } = made.run(0).context;
    own.dispose();
    await settled;
    assert.equal(aborted.aborted, true);
    assert.deepEqual(snapshot(made.made), [undefined, false, undefined]);
    made.run(0).resolve("late");
    await turn();
    id.set(2);
    made.made.reload();
    made.made.dispose();
    assert.equal(made.runs.length, 1);
    assert.deepEqual(snapshot(made.made), [undefined, false, undefined]);
  });

  test("a failure after it is no unhandled rejection, and a waiting retry is cleared", async () => {
    vi.useFakeTimers();
    const { made, run } = asked<string>(() => {}, { retry: { times: 5 } });
    run(0).reject(new Error("no"));
    await vi.advanceTimersByTimeAsync(0);
    assert.equal(vi.getTimerCount(), 1);
    made.dispose();
    assert.equal(vi.getTimerCount(), 0);
    const second = asked<string>(() => {});
    second.made.dispose();
    second.run(0).reject(new Error("late"));
    await vi.advanceTimersByTimeAsync(10);
  });

  test("its function can end it, and set it, while it runs", async () => {
    const over = signal(false);
    const made: { it?: Resource<boolean | undefined> } = {};
    made.it = resource(({ track }) => {
      if (track(over)) made.it?.dispose();
      return track(over);
    });
    over.set(true);
    over.set(false);
    assert.equal(made.it.peek(), false);
    const again = signal(0);
    const own: { it?: Resource<string | undefined> } = {};
    own.it = resource(async ({ track }) => {
      if (track(again) > 0) own.it?.set("by hand");
      return "by answer";
    });
    await own.it.settled();
    again.set(1);
    await turn();
    assert.deepEqual(snapshot(own.it), ["by hand", false, undefined]);
  });

  test("effects and scopes that its function makes end before the next run", () => {
    const id = signal(1);
    const other = signal(1);
    const seen: string[] = [];
    const made = resource(({ track }) => {
      const now = track(id);
      effect(() => {
        seen.push(`${now}.${other.get()}`);
        return () => seen.push(`end ${now}`);
      });
    });
    id.set(2);
    other.set(2);
    made.dispose();
    assert.deepEqual(seen, ["1.1", "end 1", "2.1", "end 2", "2.2", "end 2"]);
  });
});

describe("errors of effects that an answer sets off", () => {
  test("go to the onError round the resource when the effects have none", async () => {
    const heard: unknown[] = [];
    let made: Resource<number | undefined> | undefined;
    scope(
      () => {
        made = resource(async () => 1);
      },
      { onError: (error) => heard.push(error) },
    );
    const watched = made as Resource<number | undefined>; // cast: scope ran its function
    const stop = effect(() => {
      if (watched.get() === 1) throw new Error("in effect");
    });
    await watched.settled();
    await turn();
    assert.deepEqual(
      heard.map((error) => (error as Error).message), // cast: made above
      ["in effect"],
    );
    stop();
  });
});
