import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { computed, effect, type Scope, type ScopeOptions, scope, signal } from "../../lib/signals/index.ts";

describe("scopes", () => {
  test("dispose ends everything inside, children first and the latest first, once", () => {
    const log: string[] = [];
    const count = signal(0);
    const own = scope((own) => {
      own.onCleanup(() => log.push("first"));
      scope((inner) => inner.onCleanup(() => log.push("inner")));
      effect(() => {
        count.get();
        return () => log.push("effect");
      });
      own.onCleanup(() => log.push("last"));
    });
    own.dispose();
    own.dispose();
    count.set(1);
    assert.deepEqual(log, ["effect", "inner", "last", "first"]);
  });

  test("run enters the scope later, also after an await, and returns what its function does", async () => {
    const count = signal(0);
    const seen: number[] = [];
    const own = scope(() => {});
    await Promise.resolve();
    assert.equal(
      own.run(() => {
        effect(() => seen.push(count.get()));
        return "done";
      }),
      "done",
    );
    count.set(1);
    own.dispose();
    count.set(2);
    assert.deepEqual(seen, [0, 1]);
  });

  test("an ended scope takes nothing new: it refuses to run, and cleans up at once", () => {
    const own = scope(() => {}, { name: "session 7" });
    own.dispose();
    assert.throws(() => own.run(() => 1), { code: "SIGNALS_SCOPE_ENDED", message: /session 7/ });
    let cleaned = 0;
    own.onCleanup(() => cleaned++);
    assert.equal(cleaned, 1);
  });

  test("what a computed creates belongs to the effect whose read had it computed, and after a change to nobody but a scope of its own", () => {
    const count = signal(0);
    const log: string[] = [];
    let inner: Scope | undefined;
    const made = computed(() => {
      const value = count.get();
      inner?.dispose();
      inner = scope((own) => own.onCleanup(() => log.push(`scope of ${value}`)));
      return value;
    });
    const stop = effect(() => {
      made.get();
    });
    stop();
    assert.deepEqual(log, ["scope of 0"]);
    const again = effect(() => {
      made.get();
    });
    count.set(1);
    again();
    assert.deepEqual(log, ["scope of 0"]);
    inner?.dispose();
    assert.deepEqual(log, ["scope of 0", "scope of 1"]);
  });

  test("an effect created on the way out of a scope is refused", () => {
    const own = scope(() => {});
    assert.throws(
      () =>
        own.run(() => {
          own.dispose();
          effect(() => {});
        }),
      { code: "SIGNALS_SCOPE_ENDED" },
    );
  });

  test("its signal is aborted at the end, also when asked for afterwards", () => {
    const own = scope(() => {});
    const { signal: early } = own;
    assert.equal(early.aborted, false);
    own.dispose();
    assert.equal(early.aborted, true);
    assert.equal(own.signal, early);
    const silent = scope(() => {});
    silent.dispose();
    assert.equal(silent.signal.aborted, true);
  });

  test("listeners of its signal are not tracked by whoever ends it", () => {
    const count = signal(0);
    let runs = 0;
    const own = scope(() => {});
    own.signal.addEventListener("abort", () => count.get());
    const stop = effect(() => {
      runs++;
      own.dispose();
    });
    count.set(1);
    assert.equal(runs, 1);
    stop();
  });

  test("errors of effects go to the nearest onError, then outwards when that throws, and no writer sees them", () => {
    const count = signal(0);
    const heard: string[] = [];
    const outer = scope(
      () => {
        scope(
          () => {
            scope(() => {
              effect(() => {
                if (count.get() > 0) throw new Error(`effect ${count.get()}`);
              });
            });
          },
          {
            onError: (error) => {
              heard.push(`inner ${(error as Error).message}`);
              if (count.get() > 1) throw new Error("handler");
            },
          },
        );
      },
      { onError: (error) => heard.push(`outer ${(error as Error).message}`) },
    );
    count.set(1);
    count.set(2);
    assert.deepEqual(heard, ["inner effect 1", "inner effect 2", "outer handler"]);
    outer.dispose();
  });

  test("an effect whose first run throws stays when onError takes it", () => {
    const count = signal(0);
    const heard: unknown[] = [];
    const seen: number[] = [];
    const own = scope(
      () => {
        effect(() => {
          if (count.get() === 0) throw new Error("not yet");
          seen.push(count.get());
        });
      },
      { onError: (error) => heard.push(error) },
    );
    count.set(1);
    assert.deepEqual([heard.length, seen], [1, [1]]);
    own.dispose();
  });

  test("cleanups that throw all run, and dispose throws what nobody took", () => {
    const log: string[] = [];
    const failing = (own: Scope): void => {
      for (const name of ["a", "b"]) {
        own.onCleanup(() => {
          log.push(name);
          throw new Error(name);
        });
      }
    };
    const own = scope(failing);
    assert.throws(() => own.dispose(), AggregateError);
    assert.deepEqual(log, ["b", "a"]);
    const heard: unknown[] = [];
    scope(failing, { onError: (error) => heard.push(error) }).dispose();
    assert.equal(heard.length, 2);
  });

  test("a scope whose function throws has ended", () => {
    const log: string[] = [];
    assert.throws(
      () =>
        scope((own) => {
          own.onCleanup(() => log.push("cleaned"));
          throw new Error("setup");
        }),
      /setup/,
    );
    assert.deepEqual(log, ["cleaned"]);
  });

  test("a scope inside an effect ends with the effect's run, and its reads are its own", () => {
    const count = signal(0);
    const other = signal(0);
    const log: string[] = [];
    const stop = effect(() => {
      const now = count.get();
      scope((own) => {
        other.get();
        own.onCleanup(() => log.push(`end ${now}`));
      });
    });
    other.set(1);
    count.set(1);
    stop();
    assert.deepEqual(log, ["end 0", "end 1"]);
  });

  test("scopes share signals and nothing else", () => {
    const shared = signal(0);
    const seen: string[] = [];
    const open = (name: string): Scope => scope(() => effect(() => seen.push(`${name} ${shared.get()}`)));
    const a = open("a");
    const b = open("b");
    a.dispose();
    shared.set(1);
    b.dispose();
    assert.deepEqual(seen, ["a 0", "b 0", "b 1"]);
  });

  test("disposing a scope in the middle of a flush keeps its queued effects from running", () => {
    const count = signal(0);
    const seen: string[] = [];
    let inner: Scope | undefined;
    const stop = effect(() => {
      if (count.get() === 1) inner?.dispose();
    });
    inner = scope(() => effect(() => seen.push(`inner ${count.get()}`)));
    count.set(1);
    assert.deepEqual(seen, ["inner 0"]);
    stop();
  });

  test("an error that every onError on its way throws on comes out above 5,000 scopes", () => {
    const count = signal(0);
    const onError = (error: unknown): never => {
      throw error;
    };
    let own = scope(() => {}, { onError });
    for (let level = 0; level < 5000; level++) own = own.run(() => scope(() => {}, { onError }));
    const wrong = new Error("wrong");
    own.run(() =>
      effect(() => {
        if (count.get() > 0) throw wrong;
      }),
    );
    assert.throws(
      () => count.set(1),
      (error) => error === wrong,
    );
  });
});

test("a function that throws is heard, whatever the cleanups of its scope throw after it", () => {
  const [first, second] = [new Error("function"), new Error("cleanup")];
  const heard = (options?: ScopeOptions): unknown => {
    try {
      scope((own) => {
        own.onCleanup(() => {
          throw second;
        });
        throw first;
      }, options);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const both = heard();
  assert.ok(both instanceof AggregateError);
  assert.deepEqual(both.errors, [first, second]);
  const taken: unknown[] = [];
  assert.equal(heard({ onError: (error) => taken.push(error) }), first);
  assert.deepEqual(taken, [second]);
});
