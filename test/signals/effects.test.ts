import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { batch, computed, effect, rerunEffects, scope, signal } from "../../lib/signals/index.ts";

describe("effects", () => {
  test("run at once, after each change, and not after the stop", () => {
    const count = signal(0);
    const seen: number[] = [];
    const stop = effect(() => seen.push(count.get()));
    count.set(1);
    stop();
    stop();
    count.set(2);
    assert.deepEqual(seen, [0, 1]);
  });

  test("clean up before each run and at the end, with reads unnoted", () => {
    const count = signal(0);
    const other = signal(0);
    const log: string[] = [];
    const stop = effect(() => {
      const now = count.get();
      log.push(`run ${now}`);
      return () => log.push(`clean ${now} ${other.get()}`);
    });
    count.set(1);
    other.set(5);
    stop();
    assert.deepEqual(log, ["run 0", "clean 0 0", "run 1", "clean 1 5"]);
  });

  test("that are handed their run while they run take it afterwards, and lose nothing they read", () => {
    const first = signal(0);
    const last = signal(0);
    const seen: string[] = [];
    const runs: (() => void)[] = [];
    const known = new Set<() => void>();
    const runAll = (): void => {
      for (let run = runs.shift(); run !== undefined; run = runs.shift()) run();
    };
    const stop = effect(
      () => {
        const value = first.get();
        if (value === 1) {
          first.set(2);
          for (const run of known) run();
        }
        seen.push(`${value} ${last.get()}`);
      },
      {
        schedule(run) {
          runs.push(run);
          known.add(run);
        },
      },
    );
    first.set(1);
    runAll();
    assert.deepEqual(seen, ["0 0", "1 0", "2 0"]);
    last.set(1);
    runAll();
    assert.equal(seen.at(-1), "2 1");
    stop();
  });

  test("that run the effects of their scope anew run again themselves, and lose nothing they read", () => {
    const first = signal(0);
    const last = signal(0);
    const seen: string[] = [];
    const own = scope((mine) => {
      effect(() => {
        const value = first.get();
        if (seen.length === 1) rerunEffects(mine);
        seen.push(`${value} ${last.get()}`);
      });
    });
    first.set(1);
    assert.deepEqual(seen, ["0 0", "1 0", "1 0"]);
    last.set(1);
    assert.equal(seen.at(-1), "1 1");
    own.dispose();
  });

  test("inner effects belong to the outer one and end before its next run", () => {
    const outer = signal(0);
    const inner = signal(0);
    const log: string[] = [];
    const stop = effect(() => {
      const o = outer.get();
      effect(() => {
        log.push(`inner ${o} ${inner.get()}`);
        return () => log.push(`end ${o}`);
      });
    });
    batch(() => {
      inner.set(1); // queues the inner one first: the outer one must run before it, and end it
      outer.set(1);
    });
    inner.set(2);
    stop();
    inner.set(3);
    assert.deepEqual(log, ["inner 0 0", "end 0", "inner 1 1", "end 1", "inner 1 2", "end 1"]);
  });

  test("an effect that writes what others read is settled within one set", () => {
    const celsius = signal(0);
    const fahrenheit = signal(32);
    const seen: number[] = [];
    const stops = [effect(() => seen.push(fahrenheit.get())), effect(() => fahrenheit.set(celsius.get() * 1.8 + 32))];
    celsius.set(100);
    assert.deepEqual(seen, [32, 212]);
    for (const stop of stops) stop();
  });

  test("an effect that writes before it reads does not run again for that", () => {
    const input = signal(1);
    const copy = signal(0);
    let runs = 0;
    const stop = effect(() => {
      runs++;
      copy.set(input.get());
      copy.get();
    });
    input.set(2);
    assert.equal(runs, 2);
    stop();
  });

  test("an effect that changes what it has read runs again until it settles", () => {
    const count = signal(0);
    let runs = 0;
    const stop = effect(() => {
      runs++;
      if (count.get() < 5) count.update((n) => n + 1);
    });
    assert.deepEqual([count.get(), runs], [5, 6]);
    stop();
  });

  test("an effect that never settles is stopped after 100 runs, named, and alive for the next change", () => {
    const armed = signal(false);
    const count = signal(0);
    let runs = 0;
    const stop = effect(
      () => {
        runs++;
        if (armed.get()) count.set(count.get() + 1);
      },
      { name: "runaway" },
    );
    runs = 0;
    assert.throws(() => armed.set(true), { code: "SIGNALS_LOOP", message: /runaway/ });
    assert.equal(runs, 100);
    runs = 0;
    armed.set(false);
    assert.equal(runs, 1);
    stop();
  });

  test("a loop is named by its whole path: signals, computeds and effects", () => {
    const armed = signal(false, { name: "armed" });
    const a = signal(0, { name: "a" });
    const b = signal(0, { name: "b" });
    const twice = computed(() => b.get() * 2, { name: "twice" });
    const stops = [
      effect(
        () => {
          if (armed.get()) b.set(a.get() + 1);
        },
        { name: "ping" },
      ),
      effect(
        () => {
          if (armed.get()) a.set(twice.get() + 1);
        },
        { name: "pong" },
      ),
    ];
    const path = /ping -> b -> twice -> pong -> a -> ping|pong -> a -> ping -> b -> twice -> pong/;
    assert.throws(
      () => armed.set(true),
      (error: Error) =>
        path.test(error.message) ||
        (error instanceof AggregateError && error.errors.every((each) => path.test(each.message))),
    );
    armed.set(false);
    const count = signal(0, { name: "count" });
    const self = (): void => count.set(count.get() + 1);
    assert.throws(() => effect(self), { code: "SIGNALS_LOOP", message: /: self -> count -> self$/ });
    for (const stop of stops) stop();
  });

  test("computeds that write and set off each other's effects for ever are stopped, and heard again once they no longer do", () => {
    const [a, b, go] = [signal(0), signal(0), signal(false)];
    let runs = 0;
    const writing = (from: typeof a, to: typeof a) =>
      computed(() => {
        if (++runs > 5000) throw new Error("without end");
        const next = from.get() + 1;
        if (go.get()) to.set(next);
        return next < 0; // so nothing tells that it has changed
      });
    const [first, second] = [writing(a, b), writing(b, a)];
    const seen: boolean[] = [];
    const stops = [effect(() => void first.get()), effect(() => void seen.push(second.get()))];
    assert.throws(
      () => go.set(true),
      (error: Error) => {
        const errors: readonly { code?: string }[] = error instanceof AggregateError ? error.errors : [error];
        return errors.every(({ code }) => code === "SIGNALS_LOOP");
      },
    );
    assert.ok(runs < 5000);
    go.set(false);
    b.set(-2);
    assert.equal(seen.at(-1), true);
    for (const stop of stops) stop();
  });

  test("two hundred effects that each set off the next are no loop", () => {
    const cells = Array.from({ length: 201 }, () => signal(0));
    const own = scope(() => {
      for (let i = 0; i < 200; i++) effect(() => cells[i + 1]?.set(cells[i]?.get() ?? 0));
    });
    cells[0]?.set(7);
    assert.equal(cells[200]?.get(), 7);
    own.dispose();
  });

  test("two effects that set each other off are stopped, and others still run", () => {
    const a = signal(0);
    const b = signal(0);
    const go = signal(false);
    const seen: number[] = [];
    const stops = [
      effect(() => {
        if (go.get()) b.set(a.get() + 1);
      }),
      effect(() => {
        if (go.get()) a.set(b.get() + 1);
      }),
      effect(() => seen.push(go.get() ? 1 : 0)),
    ];
    assert.throws(() => go.set(true), { code: "SIGNALS_LOOP" });
    assert.deepEqual(seen, [0, 1]);
    for (const stop of stops) stop();
  });

  test("a flush finishes its other effects and throws one error as itself", () => {
    const count = signal(0);
    const failure = new Error("first");
    const seen: number[] = [];
    const stops = [
      effect(() => {
        if (count.get() === 1) throw failure;
      }),
      effect(() => seen.push(count.get())),
    ];
    assert.throws(() => count.set(1), failure);
    assert.deepEqual(seen, [0, 1]);
    count.set(2); // the one that threw is still subscribed, and has recovered
    assert.throws(() => count.set(1), failure);
    for (const stop of stops) stop();
  });

  test("several errors come as an AggregateError, one error met twice as itself", () => {
    const count = signal(0);
    const stops = ["a", "b"].map((name) =>
      effect(() => {
        if (count.get() === 1) throw new Error(name);
      }),
    );
    assert.throws(
      () => count.set(1),
      (error: AggregateError) => error.errors.map((each: Error) => each.message).join() === "a,b",
    );
    for (const stop of stops) stop();
    const failed = computed(() => {
      if (count.get() === 2) throw new TypeError("shared");
    });
    const readers = [effect(() => failed.get()), effect(() => failed.get())];
    assert.throws(() => count.set(2), TypeError);
    for (const stop of readers) stop();
  });

  test("an effect whose first run throws stays subscribed when something around it can end it", () => {
    const count = signal(0);
    const seen: number[] = [];
    const own = scope(() => {});
    const start = (): unknown =>
      effect(() => {
        if (count.get() === 0) throw new Error("not yet");
        seen.push(count.get());
      });
    assert.throws(() => own.run(start), /not yet/);
    count.set(1);
    own.dispose();
    count.set(2);
    assert.deepEqual(seen, [1]);
  });

  test("an effect whose first run throws, with nothing around it, has ended", () => {
    const count = signal(0);
    let runs = 0;
    assert.throws(
      () =>
        effect(() => {
          runs++;
          throw new Error(`at ${count.get()}`);
        }),
      /at 0/,
    );
    count.set(1);
    assert.equal(runs, 1);
  });

  test("an effect can stop itself while it runs, and its cleanup still runs", () => {
    const count = signal(0);
    const log: string[] = [];
    const stop = effect(() => {
      log.push(`run ${count.get()}`);
      if (count.get() === 1) stop();
      count.get();
      return () => log.push("clean");
    });
    count.set(1);
    count.set(2);
    assert.deepEqual(log, ["run 0", "clean", "run 1", "clean"]);
  });

  test("a cleanup that throws does not keep the effect from running", () => {
    const count = signal(0);
    const seen: number[] = [];
    const stop = effect(() => {
      seen.push(count.get());
      return () => {
        if (count.peek() === 1) throw new Error("cleanup");
      };
    });
    assert.throws(() => count.set(1), /cleanup/);
    count.set(2);
    assert.deepEqual(seen, [0, 1, 2]);
    stop();
  });

  test("a scheduled effect never runs on the writer's stack, and is scheduled once until it runs", () => {
    const count = signal(0);
    const waiting: (() => void)[] = [];
    const seen: number[] = [];
    const stop = effect(() => seen.push(count.get()), { schedule: (run) => waiting.push(run) });
    assert.deepEqual(seen, [0]);
    count.set(1);
    count.set(2);
    assert.deepEqual([seen, waiting.length], [[0], 1]);
    const run = waiting.shift();
    run?.();
    run?.();
    assert.deepEqual(seen, [0, 2]);
    count.set(3);
    count.set(2); // back to what it saw last, but changed since: versions tell, not values
    assert.equal(waiting.length, 1);
    stop();
    waiting.shift()?.();
    assert.deepEqual(seen, [0, 2]);
  });

  test("a scheduled run finds that nothing changed after all, and can be scheduled again", () => {
    const count = signal(0);
    const parity = computed(() => count.get() % 2);
    const waiting: (() => void)[] = [];
    const seen: number[] = [];
    const stop = effect(() => seen.push(parity.get()), { schedule: (run) => waiting.push(run) });
    count.set(2);
    waiting.shift()?.();
    count.set(3);
    waiting.shift()?.();
    assert.deepEqual([seen, waiting.length], [[0, 1], 0]);
    stop();
  });

  test("a scheduler that throws tells the writer, and the next change tries again", () => {
    const count = signal(0);
    let broken = true;
    const seen: number[] = [];
    const stop = effect(() => seen.push(count.get()), {
      schedule: (run) => {
        if (broken) throw new Error("no room");
        run();
      },
    });
    assert.throws(() => count.set(1), /no room/);
    broken = false;
    count.set(2);
    assert.deepEqual(seen, [0, 2]);
    stop();
  });

  test("what a scheduled run throws goes to onError, else to whoever runs it", () => {
    const count = signal(0);
    const waiting: (() => void)[] = [];
    const schedule = (run: () => void): unknown => waiting.push(run);
    const fail = (): void => {
      if (count.get() > 0) throw new Error("scheduled");
    };
    const heard: unknown[] = [];
    const own = scope(() => effect(fail, { schedule }), { onError: (error) => heard.push(error) });
    const stop = effect(fail, { schedule });
    count.set(1);
    waiting.shift()?.();
    assert.equal(heard.length, 1);
    assert.throws(() => waiting.shift()?.(), /scheduled/);
    stop();
    own.dispose();
  });
});
