import { describe, expect, test } from "vitest";

interface Sampled {
  readonly name: string;
  readonly samples?: readonly number[];
  readonly bytes?: number;
  readonly cannotBuild?: string;
  readonly coldMs?: number;
  readonly buildMs?: number;
  readonly firstMs?: number;
}

interface Measured {
  readonly cases: readonly { name: string; table: string; kind: string; subjects: readonly Sampled[] }[];
  readonly tables: readonly { table: string; routes: number; subjects: readonly Sampled[] }[];
}

interface Verdict {
  readonly target: string;
  readonly value: string;
  readonly met: boolean;
  readonly miss: string;
}

interface Area {
  judge(area: Area, measured: Measured): readonly Verdict[];
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../../bench/${path}`, import.meta.url).href)) as Module;
const { area } = await load<{ area: Area }>("router/area.mjs");
const { renderReport } = await load<{
  renderReport(area: Area, measured: Measured, facts: Readonly<Record<string, unknown>>): string;
}>("report.mjs");
const { renderPlots } = await load<{ renderPlots(area: Area, measured: Measured): (readonly [string, string])[] }>(
  "plot.mjs",
);
const { ratio } = await load<{
  ratio(rival: Sampled, ours: Sampled): { readonly median: number; readonly low: number; readonly high: number };
}>("compare.mjs");

const TABLES: readonly (readonly [table: string, routes: number])[] = [
  ["12 routes", 12],
  ["203 routes", 203],
  ["203 generated", 203],
  ["1000 routes", 1000],
  ["10000 routes", 10_000],
];

function measured(compiledNs: number, bytes: number): Measured {
  const samples = (ns: number): readonly number[] => [ns, ns * 1.1, ns * 0.9];
  const subjects = (table: string): readonly Sampled[] => [
    { name: "busbar", samples: samples(100), bytes: 80 },
    { name: "busbar compiled", samples: samples(compiledNs), bytes },
    { name: "memoirist", samples: samples(150), bytes: 90 },
    { name: "find-my-way", samples: samples(300), bytes: 99 },
    { name: "rou3 compiled", samples: samples(120), bytes: 99 },
    { name: "koa-tree-router", cannotBuild: "it has a reason" },
    ...(table === "12 routes" ? [{ name: "hand-written", samples: samples(40), bytes: 0 }] : []),
  ];
  const built = { coldMs: 1, buildMs: 1, firstMs: 1 };
  return {
    cases: TABLES.flatMap(([table]) =>
      ["static", "misses", "mixed", "four segments"].map((kind) => ({
        name: `${table}, ${kind}`,
        table,
        kind,
        subjects: subjects(table),
      })),
    ),
    tables: TABLES.map(([table, routes]) => ({
      table,
      routes,
      subjects: [
        { name: "busbar", ...built, bytes: 240 },
        { name: "busbar compiled", ...built, bytes: 500 },
        { name: "find-my-way", ...built, bytes: 1000 },
      ],
    })),
  };
}

function verdict(target: string, from: Measured): Verdict | undefined {
  return area.judge(area, from).find((one) => one.target.includes(target));
}

describe("the verdicts of the router bench", () => {
  test("compare with the fastest peer, and with the fastest that generates no code", () => {
    const from = measured(50, 0);
    const compiled = verdict("busbar compiled at least 1.5 times as fast as the fastest peer: 203", from);
    expect(compiled).toMatchObject({ met: true, value: "2.40 (2.40–2.40), rou3 compiled" });
    const tree = verdict("busbar at least 1.4 times as fast as the fastest interpreted peer: 203", from);
    expect(tree).toMatchObject({ met: true, value: "1.50 (1.50–1.50), memoirist" });
  });

  test("say by how much a target is missed", () => {
    const from = measured(100, 12);
    expect(verdict("fastest peer: 12 routes", from)).toMatchObject({ met: false, miss: "by 20 %" });
    expect(verdict("ceiling: 12 routes", from)).toMatchObject({ met: false, miss: "by 50 %" });
    expect(verdict("busbar compiled allocates nothing: 203 routes, misses", from)?.miss).toBe("by 12.0 bytes");
    expect(verdict("busbar compiled keeps at most 25 %", from)).toMatchObject({ met: false, miss: "by 100 %" });
  });

  test("see that the cost is flat, and that nothing is allocated", () => {
    const from = measured(50, 0.2);
    expect(verdict("flat", from)).toMatchObject({ met: true, value: "1.00: 50 / 50 / 50 ns" });
    expect(verdict("busbar compiled allocates nothing: 1000 routes, static", from)?.met).toBe(true);
    expect(verdict("busbar keeps at most 25 %", from)?.met).toBe(true);
  });

  test("leave out what was not measured", () => {
    expect(area.judge(area, { cases: [], tables: [] })).toEqual([]);
  });
});

test("ratios are taken round by round, so that a slow moment of the machine cancels out", () => {
  const rival = { name: "a", samples: [200, 2000, 200] };
  const ours = { name: "b", samples: [100, 1000, 100] };
  expect(ratio(rival, ours)).toEqual({ median: 2, low: 2, high: 2 });
});

describe("the report of the router bench", () => {
  const from = measured(100, 12);
  const text = renderReport(area, from, { commit: "abc", node: "v20", cpu: "some", rounds: 3, command: "bench" });

  test("names missed targets, refused tables and every plot", () => {
    expect(text).toContain("**missed** by 20 %");
    expect(text).toContain("koa-tree-router cannot build this table: it has a reason.");
    for (const [file] of renderPlots(area, from)) expect(text).toContain(`(${file})`);
  });

  test("has tables of one width each", () => {
    const widths = text.split(/\n\n/).filter((block) => block.startsWith("|"));
    expect(widths.length).toBeGreaterThan(5);
    for (const block of widths) {
      const columns = block.split("\n").map((line) => line.split("|").length);
      expect(new Set(columns).size).toBe(1);
    }
  });
});

describe("the plots of the router bench", () => {
  const plots = new Map(renderPlots(area, measured(50, 0)));
  const mixed = plots.get("router-mixed.svg") ?? "";

  test("draw a line for each subject and a point where there is but one", () => {
    expect(mixed.match(/<polyline /g)).toHaveLength(5);
    expect(mixed).toContain("hand-written, 40 ns");
    expect(mixed).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("bring their own background and no script, font or picture from elsewhere", () => {
    expect(mixed).toContain('fill="#ffffff"/>');
    expect(mixed).not.toMatch(/<script|<image|href|@import|url\(/);
  });

  test("are empty when nothing was measured", () => {
    for (const [, text] of renderPlots(area, { cases: [], tables: [] })) expect(text).toBe("");
  });
});
