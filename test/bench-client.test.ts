import { describe, expect, test } from "vitest";

interface Timed {
  readonly name: string;
  readonly samples: readonly number[];
}

interface Case {
  readonly name: string;
  readonly style: string;
  readonly count: number;
  readonly isAttributed?: boolean;
  readonly hasIds?: boolean;
  readonly moves?: boolean;
}

interface Row {
  readonly id: number;
  readonly text: string;
}

interface State {
  readonly nodes: number;
  readonly listeners: number;
  readonly detached: number;
}

interface Verdict {
  readonly target: string;
  readonly value: string;
  readonly met: boolean;
  readonly miss: string;
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../bench/client/${path}`, import.meta.url).href)) as Module;
const { area } = await load<{ area: object }>("area.mjs");
const { judge } = await load<{ judge(area: object, measured: object): readonly Verdict[] }>("targets.mjs");
const { medianRatio, rankOf } = await load<{
  medianRatio(a: readonly number[], b: readonly number[]): { median: number; low: number; high: number };
  rankOf(count: number): number;
}>("../interval.mjs");
const { contentOf, rowsOf } = await load<{
  contentOf(one: Case, round: number, link?: (id: number) => string, isInner?: boolean): string;
  rowsOf(round: number, one: { count: number; moves?: boolean }): readonly Row[];
}>("rows.mjs");
const { takes, USES } = await load<{ takes(name: string, one: Case): boolean; USES: Readonly<Record<string, object>> }>(
  "subjects/index.mjs",
);
const { SWAPS } = await load<{ SWAPS: readonly Case[] }>("cases.mjs");
const { pageText } = await load<{ pageText(subject: string, one: Case): string }>("site.mjs");

const ROUNDS = 11;
const timed = (name: string, ms: number): Timed => ({ name, samples: Array<number>(ROUNDS).fill(ms) });
const kept = (name: string, bytesPerSwap: number, after: Partial<State> = {}): object => {
  const before = { nodes: 900, listeners: 10, detached: 1 };
  return { name, before, after: { ...before, ...after }, bytesPerSwap };
};

function judged(target: string, measured: object): Verdict | undefined {
  const all = { swaps: [], startUps: [], kept: [], elements: [], partial: undefined, sizes: [], ...measured };
  return judge(area, all).find((verdict) => verdict.target.includes(target));
}

describe("the interval of the median", () => {
  test("has the ranks of the sign test", () => {
    // from the table of the binomial distribution with one half: 5 % in both tails together
    expect([5, 6, 8, 9, 11, 12, 15, 17, 20].map(rankOf)).toEqual([0, 1, 1, 2, 2, 3, 4, 5, 6]);
  });

  test("is everything with few rounds, and leaves single rounds out with many", () => {
    expect(medianRatio([1, 2, 3], [1, 1, 1])).toEqual({ median: 2, low: 0, high: Number.POSITIVE_INFINITY });
    const noisy = [1000, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2];
    expect(medianRatio(noisy, Array<number>(ROUNDS).fill(1))).toEqual({ median: 2, low: 2, high: 2 });
  });
});

describe("the verdicts of the client bench", () => {
  const plain = { name: "inner, plain", style: "inner", count: 1000 };
  const attributed = { name: "inner, attributed", style: "inner", count: 1000, isAttributed: true };
  const morph = { name: "morph", style: "morph", count: 1000 };

  test("hold plain rows against the browser's own way, and a frame", () => {
    const swaps = [{ ...plain, subjects: [timed("busbar", 20), timed("DOMParser + replaceChildren", 8)] }];
    expect(judged("at most 2 times", { swaps })).toMatchObject({ met: false, miss: "by 25 %" });
    expect(judged("under 16 ms", { swaps })).toMatchObject({ met: false, value: "20.00 ms", miss: "by 25 %" });
  });

  test("hold attributed rows and start-up against htmx 4", () => {
    const subjects = [timed("busbar", 4), timed("htmx 4", 9)];
    expect(judged("2 times as fast", { swaps: [{ ...attributed, subjects }] })).toMatchObject({ met: true });
    const startUps = [{ ...attributed, name: "start-up", count: 10_000, subjects: [timed("busbar", 5), subjects[1]] }];
    expect(judged("2 times as fast", { startUps })).toMatchObject({ met: false, miss: "by 10 %" });
  });

  test("hold morphs against whoever is fastest", () => {
    const subjects = [timed("busbar", 5), timed("htmx 4", 9), timed("morphdom", 4)];
    const verdict = judged("the fastest, morphdom", { swaps: [{ ...morph, subjects }] });
    expect(verdict).toMatchObject({ met: false, miss: "by 20 %", value: "0.80 (0.80–0.80)" });
  });

  test("call a miss not shown while the interval reaches the target", () => {
    const theirs = { name: "htmx 4", samples: [1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3] };
    const swaps = [{ ...attributed, subjects: [timed("busbar", 1), theirs] }];
    expect(judged("2 times as fast", { swaps })).toMatchObject({ met: false, miss: "not shown" });
  });

  test("count what swaps leave behind", () => {
    const raw = kept("DOMParser + replaceChildren", 50);
    expect(judged("detached", { kept: [kept("busbar", 60), raw] })).toMatchObject({ met: true });
    expect(judged("detached", { kept: [kept("busbar", 60, { detached: 3 }), raw] })).toMatchObject({ met: false });
    expect(judged("no listener", { kept: [kept("busbar", 60, { listeners: 12 }), raw] })).toMatchObject({ met: false });
    expect(judged("does not grow", { kept: [kept("busbar", 60), raw] })).toMatchObject({
      met: true,
      value: "10 bytes",
    });
    expect(judged("does not grow", { kept: [kept("busbar", 500), raw] })).toMatchObject({ met: false });
  });

  test("leave out what was not measured, and who could not be", () => {
    const refused = { name: "busbar", cannot: "busbar morph is not built" };
    expect(judged("", { swaps: [{ ...morph, subjects: [refused, timed("morphdom", 4)] }] })).toBeUndefined();
  });
});

describe("the data of the client bench", () => {
  test("is other text in every round", () => {
    for (const one of SWAPS) expect(contentOf(one, 1)).not.toBe(contentOf(one, 2));
  });

  test("moves on: a tenth leaves, a tenth enters, the rest keeps its text", () => {
    const [before, after] = [1, 2].map(
      (round) => new Map(rowsOf(round, { count: 100, moves: true }).map((row) => [row.id, row])),
    );
    const stayed = [...(before ?? [])].filter(([id]) => after?.has(id));
    expect([stayed.length, after?.size]).toEqual([90, 100]);
    for (const [id, row] of stayed) expect(after?.get(id)).toEqual(row);
  });

  test("gives each subject its own attributes, and none where rows are plain", () => {
    const [plain, attributed] = [false, true].map((isAttributed) => ({
      name: "x",
      style: "inner",
      count: 3,
      isAttributed,
    }));
    for (const name of Object.keys(USES)) {
      const [without, own] = [plain, attributed].map(
        (one) => one && pageText(name, one).match(/href="\/rows\/3"[^>]*>/)?.[0],
      );
      expect(without).toBe('href="/rows/3">');
      expect(own).not.toBe(without);
    }
  });

  test("is asked of those alone who have a way to do it", () => {
    const able = (style: string): string[] =>
      Object.keys(USES).filter((name) => takes(name, { name: "x", style, count: 1 }));
    expect(able("inner")).not.toContain("Datastar");
    expect(able("oob")).not.toContain("fixi");
    expect(able("morph")).toEqual([
      "busbar",
      "htmx 2",
      "htmx 4",
      "Turbo",
      "Datastar",
      "idiomorph",
      "morphdom",
      "micromorph",
    ]);
  });
});
