import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { ensureBuilt } from "./helpers/built.ts";
import { root } from "./helpers/imports.ts";

interface Subject {
  readonly name: string;
  readonly samples: readonly number[];
  readonly bytes?: number;
}

interface Case {
  readonly name: string;
  readonly ours: string | readonly string[];
  readonly tried?: readonly string[];
  readonly subjects: readonly Subject[] | Readonly<Record<string, string>>;
  readonly targets?: readonly object[];
}

interface Part {
  readonly name: string;
  readonly title?: string;
  readonly cases: readonly Case[];
  readonly targets?: readonly object[];
  readonly dropped?: readonly object[];
}

interface Verdict {
  readonly target: string;
  readonly value: string;
  readonly met: boolean;
  readonly miss: string;
  readonly aim: boolean;
}

interface Result {
  readonly part: Part;
  readonly cases: readonly Case[];
  readonly tables: readonly object[];
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../bench/internals/${path}`, import.meta.url).href)) as Module;
const { area } = await load<{ area: { readonly parts: readonly string[] } }>("area.mjs");
const { faultIn } = await load<{ faultIn(part: Part, folder: string): string | undefined }>("parts.mjs");
const { judge } = await load<{ judge(part: Part, result: { cases: readonly Case[] }): readonly Verdict[] }>(
  "targets.mjs",
);
const { assertEqual } = await load<{ assertEqual(part: Part, one: Case, answers: readonly object[]): void }>(
  "session.mjs",
);
const { renderReport } = await load<{
  renderReport(area: object, measured: readonly Result[], facts: object): string;
}>("report.mjs");
const { plots } = await load<{ plots(measured: readonly Result[]): readonly (readonly [string, string])[] }>(
  "plots.mjs",
);

const ROUNDS = 15;
const timed = (times: Readonly<Record<string, number>>, bytes = 1000): readonly Subject[] =>
  Object.entries(times).map(([name, ns]) => ({ name, samples: Array<number>(ROUNDS).fill(ns), bytes }));

describe("the internals bench", () => {
  test("gives equal answers in every case of every part", async () => {
    ensureBuilt();
    const { stderr } = await promisify(execFile)("node", ["bench/run.mjs", "internals", "--check"], { cwd: root });
    for (const name of area.parts)
      expect(stderr).toMatch(new RegExp(`^${name}: [1-9]\\d* cases with equal answers`, "m"));
  });

  test("stops at a subject whose answer is another", () => {
    const part = { name: "hash", cases: [] };
    const one = { name: "one", ours: "a", subjects: {} };
    expect(() => assertEqual(part, one, [{ name: "a", answer: "1" }])).not.toThrow();
    const answers = [
      { name: "a", answer: "1" },
      { name: "b", answer: "1" },
      { name: "c", answer: "2" },
    ];
    expect(() => assertEqual(part, one, answers)).toThrow(/a says 1, but c says 2/);
  });

  test("refuses a part whose cases share a name or name a subject that is not there", () => {
    const part = { name: "hash", title: "Hashes", cases: [{ name: "x", ours: "a", subjects: { a: "" } }] };
    expect(faultIn(part, "hash")).toBe(undefined);
    expect(faultIn(part, "scan")).toContain("hash");
    expect(faultIn({ ...part, cases: [...part.cases, ...part.cases] }, "hash")).toContain("two cases");
    expect(faultIn({ ...part, cases: [{ name: "x", ours: ["a", "b"], subjects: { a: "" } }] }, "hash")).toContain(
      '"b"',
    );
    expect(
      faultIn({ ...part, cases: [{ name: "x", ours: "a", tried: ["c"], subjects: { a: "" } }] }, "hash"),
    ).toContain('"c"');
  });
});

describe("the verdicts of the internals bench", () => {
  const judged = (cases: readonly Case[], targets: readonly object[] = []): readonly Verdict[] =>
    judge({ name: "hash", cases: [], targets }, { cases });

  test("the fastest peer is neither of ours nor one that was dropped", () => {
    const targets = [{ text: "as fast as the fastest", peer: "fastest peer", atLeast: 1 }];
    const subjects = timed({ a: 10, b: 5, trial: 4, peer: 15, slow: 90 });
    const [verdict] = judged([{ name: "x", ours: ["a", "b"], tried: ["trial"], subjects, targets }]);
    expect(verdict).toMatchObject({ target: "as fast as the fastest", met: true });
    expect(verdict?.value).toBe("1.50 (1.50–1.50) of peer");
  });

  test("a ratio is missed by what it lacks", () => {
    const targets = [{ text: "twice", peer: "peer", atLeast: 2 }];
    const [verdict] = judged([{ name: "x", ours: "a", subjects: timed({ a: 10, peer: 15 }), targets }]);
    expect(verdict).toMatchObject({ met: false, miss: "by 25 %" });
  });

  test("a median that reaches its target does not do alone", () => {
    const samples = [...Array<number>(8).fill(10), ...Array<number>(7).fill(30)];
    const subjects = [{ name: "a", samples }, ...timed({ peer: 20 })];
    const targets = [{ text: "as fast", peer: "peer", atLeast: 1 }];
    expect(judged([{ name: "x", ours: "a", subjects, targets }])[0]).toMatchObject({ met: false, miss: "not shown" });
  });

  test("times, operations and bytes per second are judged by themselves", () => {
    const targets = [
      { text: "10 ns", nsAtMost: 10, aim: true },
      { text: "11 ns", nsAtMost: 11 },
      { text: "100 million", opsAtLeast: 100e6 },
      { text: "90 million", opsAtLeast: 90e6 },
      { text: "99 GB/s", bytesPerSecondAtLeast: 99e9 },
      { text: "90 GB/s", bytesPerSecondAtLeast: 90e9 },
    ];
    const verdicts = judged([{ name: "x", ours: "a", subjects: timed({ a: 11 }), targets }]);
    expect(verdicts.map(({ met }) => met)).toEqual([false, true, false, true, false, true]);
    expect(verdicts.map(({ aim }) => aim)).toEqual([true, false, false, false, false, false]);
    expect(verdicts[4]?.value).toBe("90.9 GB/s (90.9–90.9)");
  });

  test("several cases are judged by their geometric mean, or by the worst of them", () => {
    const cases = [4, 9, 1].map((ns, i) => ({
      name: i === 2 ? "decode" : `encode ${i}`,
      ours: "a",
      subjects: timed({ a: 1, peer: ns }),
    }));
    const chosen = (name: string): boolean => name.startsWith("encode");
    const verdicts = judged(cases, [
      { text: "mean", cases: chosen, peer: "peer", atLeast: 6 },
      { text: "each", cases: chosen, peer: "peer", atLeast: 5, each: true },
      { text: "not measured", cases: () => false, peer: "peer", atLeast: 1 },
    ]);
    expect(verdicts).toHaveLength(2);
    expect(verdicts[0]).toMatchObject({ met: true, value: "6.00 (6.00–6.00), geometric mean of 2" });
    expect(verdicts[1]).toMatchObject({ met: false, miss: "in 1 of 2" });
    expect(verdicts[1]?.value).toBe("worst: encode 0, 4.00 (4.00–4.00) of peer");
  });
});

describe("the report of the internals bench", () => {
  const cases = [64, 1024].map((at) => ({
    name: `hash ${at}`,
    ours: "a",
    tried: ["trial"],
    subjects: timed({ a: 10, trial: 40, peer: 20 }),
    line: { plot: "hash", at },
    targets: [{ text: "twice as fast", peer: "peer", atLeast: 2 }],
  }));
  const dropped = [
    { what: "the trial", reason: "it is slow", from: { case: "hash 64", tried: "trial", over: "a" } },
    { what: "another", reason: "it is slow too", figure: "3 %" },
    { what: "a third", reason: "nobody asked", from: { case: "hash 65", tried: "trial", over: "a" } },
  ];
  const measured = [{ part: { name: "hash", title: "Hashes", cases, dropped }, cases, tables: [] }];
  const text = renderReport({ title: "Internals" }, measured, { rounds: ROUNDS });

  test("says what was dropped, by how much it lost in this run, and why", () => {
    expect(text).toContain("| hash | the trial | hash 64: a takes 0.25 (0.25–0.25) of its time | it is slow |");
    expect(text).toContain("| hash | another | 3 % | it is slow too |");
    expect(text).toContain("| a third | not measured in this run |");
  });

  test("says of each subject how long it takes, and compared with ours", () => {
    expect(text).toContain("| hash 64 | **a** | 10.0 | 100M | 100 |  |");
    expect(text).toContain("|  | peer | 20.0 | 50M | 50.0 | 2.00 (2.00–2.00) |");
    expect(text).toContain("trial (tried)");
    expect(text).toContain("| hash | twice as fast | 2.00 (2.00–2.00) of peer | met |");
  });

  test("names only plots that are drawn", () => {
    const drawn = plots(measured).map(([file]) => file);
    expect(drawn).toEqual(["internals-hash.svg", "internals-hash-hash.svg"]);
    expect([...text.matchAll(/\]\((internals-[^)]+)\)/g)].map(([, file]) => file)).toEqual(drawn);
  });
});
