import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { ReadableSignal } from "../../lib/signals/index.ts";
import { bundledSignals } from "../helpers/bundled-signals.ts";

/*
 * The library as it is shipped, in one file: the runner turns every use of an import into a call of its own, which at the end of the stack gives
 * `undefined` where an engine would throw.
 */
const { computed, effect, scope, signal } = await bundledSignals("server");

const LENGTH = 100_000;

/** Calls `f` at the end of the stack, and again each time a call has been left, until it throws nothing. */
function atTheEnd(words: number, f: () => void): void {
  const filling = new Array(words).fill(0); // arguments take stack: a finer measure than calls
  const filled = (..._: unknown[]): void => f();
  let done = false;
  const descend = (): void => {
    try {
      descend();
    } catch {
      // out of stack, as it should be
    }
    if (done) return;
    filled(...filling);
    done = true;
  };
  descend();
}

const WORDS = 24;

describe("the end of the stack", () => {
  test("inside a flush, wherever it comes, loses no effect and stops no later flush", () => {
    // Several times, as engines compile what is under way: one round met the interrupted push in one run of ten.
    for (let words = 0; words < 4 * WORDS; words++) {
      const count = signal(0);
      const seen: number[][] = [[], [], []];
      const own = scope(() => {
        for (const list of seen) {
          const copy = computed(() => count.get());
          effect(() => list.push(copy.get()));
        }
      });
      let last = 0;
      atTheEnd(words, () => count.set(++last));
      count.set(-1);
      for (const list of seen) assert.equal(list.at(-1), -1, `${words} words`);
      count.set(-2);
      for (const list of seen) assert.deepEqual(list.slice(-2), [-1, -2], `${words} words`);
      own.dispose();
      count.set(-3);
      for (const list of seen) assert.equal(list.at(-1), -2);
    }
  });

  test("inside the first read of a chain is kept by nobody", () => {
    const first = signal(1);
    for (let words = 0; words < WORDS; words++) {
      const low = computed(() => first.get());
      const middle = computed(() => low.get());
      const high = computed(() => middle.get());
      atTheEnd(words, () => high.get());
      first.update((n) => n + 1);
      assert.equal(high.get(), first.get(), `${words} words`);
      const seen: number[] = [];
      const stop = effect(() => seen.push(high.get()));
      first.update((n) => n + 1);
      assert.equal(seen.at(-1), first.get());
      stop();
    }
  });

  test("inside the check of a chain leaves no old value, and hardly ever what has it computed for no reason", () => {
    const first = signal(1);
    const other = signal(1);
    let computedAnew = 0;
    for (let words = 0; words < WORDS; words++) {
      let runs = 0;
      let high = computed(() => first.get());
      for (let i = 0; i < 4; i++) {
        const below = high;
        high = computed(() => {
          runs++;
          return below.get() % 2;
        });
      }
      high.get();
      first.update((n) => n + 1);
      atTheEnd(words, () => high.get());
      assert.equal(high.get(), first.get() % 2, `${words} words`);
      runs = 0;
      other.update((n) => n + 1);
      high.get();
      if (runs > 0) computedAnew++;
    }
    // Compiled code may meet the end once more while it takes the walk back. It was two in three before that was done at all.
    assert.ok(computedAnew < WORDS / 4, `${computedAnew} of ${WORDS}`);
  });

  test("inside a computed hides no later change from an effect that caught it, itself or by another computed", () => {
    let deep = true;
    const exhaust = (): void => exhaust();
    const source = signal(1);
    const other = signal(1);
    const short = computed(() => {
      if (deep) exhaust();
      return source.get();
    });
    const calm = computed(() => {
      try {
        return short.get();
      } catch {
        return -1;
      }
    });
    const caught: number[] = [];
    const calmed: number[] = [];
    const own = scope(() => {
      effect(() => {
        try {
          caught.push(short.get());
        } catch {
          caught.push(-1);
        }
      });
      effect(() => calmed.push(calm.get()));
    });
    assert.deepEqual([caught.at(-1), calmed.at(-1)], [-1, -1]);
    deep = false;
    source.set(2);
    assert.deepEqual([caught.at(-1), calmed.at(-1)], [2, 2]);
    source.set(3);
    assert.deepEqual([caught.at(-1), calmed.at(-1)], [3, 3]);
    const runs = caught.length + calmed.length;
    other.set(2);
    assert.equal(caught.length + calmed.length, runs);
    own.dispose();
  });

  test("a cold chain too long for the stack is refused by name, and can be read once its beginning has been", () => {
    const first = signal(0);
    const links: ReadableSignal<number>[] = [first];
    for (let i = 1; i <= LENGTH; i++) {
      const below = links[i - 1] as ReadableSignal<number>; // cast: made in the round before
      links.push(computed(() => below.get() + 1));
    }
    const last = links[LENGTH] as ReadableSignal<number>; // cast: made last
    assert.throws(() => last.get(), { code: "SIGNALS_TOO_DEEP" });
    const seen: number[] = [];
    const stop = effect(() => seen.push(first.get())); // nothing was left running or held back
    first.set(1);
    assert.deepEqual(seen, [0, 1]);
    stop();
    for (const link of links) link.get();
    assert.equal(last.get(), LENGTH + 1);
  });

  test("reached by effects that make effects without end comes to an error, also when the outer one is there to stay", () => {
    let made = 0;
    const make = (): void => {
      effect(() => {
        made++;
        make();
      });
    };
    assert.throws(make, { code: "SIGNALS_TOO_DEEP" });
    const own = scope(() => {});
    assert.throws(() => own.run(make), { code: "SIGNALS_TOO_DEEP" });
    const first = signal(0);
    const seen: number[] = [];
    own.run(() => effect(() => seen.push(first.get())));
    const before = made;
    first.set(1); // the outermost is tried again, what it made before is not
    assert.ok(made > before);
    own.dispose();
    first.set(2);
    assert.deepEqual(seen, [0, 1]);
  }, 60_000);

  test("reached by effects in effects in one run is reached no more in the next, with more of the stack", () => {
    let limit = Number.POSITIVE_INFINITY;
    const again = signal(0);
    const make = (left: number): void => {
      effect(() => {
        if (left > 0) make(left - 1);
      });
    };
    const seen: number[] = [];
    const own = scope(() => {});
    assert.throws(
      () =>
        own.run(() =>
          effect(() => {
            seen.push(again.get());
            make(limit);
          }),
        ),
      { code: "SIGNALS_TOO_DEEP" },
    );
    limit = 3;
    again.set(1);
    assert.equal(seen.at(-1), 1);
    const runs = seen.length;
    signal(0).set(1);
    assert.equal(seen.length, runs);
    own.dispose();
  }, 60_000);
});
