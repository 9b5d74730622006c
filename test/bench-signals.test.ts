import { describe, expect, test } from "vitest";
import { batch, computed, effect, type ReadableSignal, type Signal, scope, signal } from "../lib/signals/index.ts";

interface Answer {
  readonly sum: number;
  readonly runs: number;
}

interface Shape {
  readonly name: string;
}

interface Family {
  readonly name: string;
  readonly shapes: readonly Shape[];
}

interface Verdict {
  readonly target: string;
  readonly value: string;
  readonly met: boolean;
  readonly miss: string;
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../bench/signals/${path}`, import.meta.url).href)) as Module;
const { FAMILIES } = await load<{ FAMILIES: readonly Family[] }>("shapes/index.mjs");
const { oracle } = await load<{ oracle: object }>("oracle.mjs");
const { answersOf, faultIn } = await load<{
  answersOf(shape: Shape, lib: object): readonly Answer[];
  faultIn(answers: readonly Answer[], expected: readonly Answer[], moreRuns: boolean): string | undefined;
}>("check.mjs");
const { judge } = await load<{ judge(measured: object): readonly Verdict[] }>("targets.mjs");

/** The subject of the bench, from the sources instead of the package. */
const subject = {
  signal,
  computed,
  effect,
  batch,
  read: (node: ReadableSignal<unknown>) => node.get(),
  write: (node: Signal<unknown>, value: unknown) => node.set(value),
  writeAndFlush: (node: Signal<unknown>, value: unknown) => node.set(value),
  build: (f: () => void) => scope(f).dispose,
};

describe("the shapes of the signals bench", () => {
  for (const { name, shapes } of FAMILIES) {
    test(`${name}: our sums and numbers of runs are those of the obvious graph`, () => {
      for (const shape of shapes) {
        expect([shape.name, answersOf(shape, subject)]).toEqual([shape.name, answersOf(shape, oracle)]);
      }
    });
  }

  test("a wrong sum and a run too many are faults, a run too many is none where memos are eager", () => {
    const expected = [{ sum: 1, runs: 2 }];
    expect(faultIn([{ sum: 1, runs: 2 }], expected, false)).toBe(undefined);
    expect(faultIn([{ sum: 2, runs: 2 }], expected, true)).toBe("step 0 yields 2, not 1");
    expect(faultIn([{ sum: 1, runs: 3 }], expected, false)).toBe("3 runs after step 0, not 2");
    expect(faultIn([{ sum: 1, runs: 3 }], expected, true)).toBe(undefined);
    expect(faultIn([{ sum: 1, runs: 1 }], expected, true)).toBe("1 runs after step 0, not 2");
  });
});

describe("the verdicts of the signals bench", () => {
  const ROUNDS = 11;
  const timed = (times: Readonly<Record<string, number>>): object[] =>
    Object.entries(times).map(([name, ns]) => ({ name, samples: Array<number>(ROUNDS).fill(ns) }));
  const judged = (target: string, measured: object): Verdict | undefined =>
    judge(measured).find((verdict) => verdict.target.includes(target));
  const family = (...shapes: Readonly<Record<string, number>>[]): object => ({
    core: [{ name: "kairo", shapes: shapes.map((times, i) => ({ name: `shape ${i}`, subjects: timed(times) })) }],
  });

  test("a family is judged by the geometric mean, against whoever is fastest in all of it", () => {
    const mixed = family({ busbar: 10, "alien-signals": 5, mobx: 8 }, { busbar: 10, "alien-signals": 30, mobx: 80 });
    const verdict = judged("kairo: at least", mixed);
    expect(verdict?.target).toContain("alien-signals");
    expect(verdict?.value).toMatch(/^1\.22 /); // the root of 150 over 10
    expect(verdict?.met).toBe(true);
    expect(judged("no shape below", mixed)).toMatchObject({ met: false, miss: "in 1 of 2" });
  });

  test("unwatched graphs are held to Preact's time", () => {
    const shapes = [{ name: "one", subjects: timed({ busbar: 12, "@preact/signals-core": 10 }) }];
    const verdict = judged("unwatched", { core: [{ name: "unwatched", shapes }] });
    expect(verdict).toMatchObject({ met: false, miss: "by 9 %" });
  });

  test("what weighs more than Preact's, and what is kept, is missed", () => {
    const bytes = { signal: 96, computed: 300, effect: 400, dropped: 0 };
    const heap = [
      { name: "busbar", bytes: { ...bytes, signal: 104, dropped: 2 } },
      { name: "@preact/signals-core", bytes },
    ];
    expect(judged("one signal", { heap })).toMatchObject({ met: false, miss: "by 8 %" });
    expect(judged("one computed", { heap })?.met).toBe(true);
    expect(judged("nothing is kept", { heap })?.met).toBe(false);
  });
});
