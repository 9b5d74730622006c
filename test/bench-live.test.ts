import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { ensureBuilt } from "./helpers/built.ts";
import { root } from "./helpers/imports.ts";

interface Page {
  readonly count: number;
  readonly next: number;
  readonly rows: readonly { readonly id: number }[];
}

interface Action {
  readonly name: string;
  plan(page: Page): object;
}

interface Verdict {
  readonly target: string;
  readonly value: string;
  readonly met: boolean;
  readonly miss: string;
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../bench/${path}`, import.meta.url).href)) as Module;
const { ACTIONS, apply, pageOf, shuffled, textsOf } = await load<{
  ACTIONS: readonly Action[];
  apply(page: Page, plan: object): void;
  pageOf(count: number): Page;
  shuffled(count: number, seed: number): readonly number[];
  textsOf(page: Page): readonly string[];
}>("live/rows.mjs");
const { applyTo, modelOf, textsIn } = await load<{
  applyTo(model: object, operations: readonly unknown[]): void;
  modelOf(content: unknown): object;
  textsIn(model: object): readonly string[];
}>("live/oracle.mjs");
const { httpMessages, webSocketMessages } = await load<{
  httpMessages(bytes: Buffer): readonly { head: Buffer; body: Buffer }[];
  webSocketMessages(bytes: Buffer): readonly { payload: Buffer; bytes: number }[];
}>("live/capture.mjs");
const { judge } = await load<{ judge(measured: object): readonly Verdict[] }>("live/targets.mjs");
const { judge: judgeLoad } = await load<{ judge(measured: readonly object[], load: object): readonly Verdict[] }>(
  "live-load/targets.mjs",
);
const { assertDescriptors, addressOf } = await load<{
  assertDescriptors(sockets: number, limit?: number): void;
  addressOf(number: number): string;
}>("live-load/descriptors.mjs");

const bench = (area: string): Promise<{ stdout: string; stderr: string }> => {
  ensureBuilt();
  return promisify(execFile)("node", ["bench/run.mjs", area, "--check"], { cwd: root });
};

describe("the bench of live views", () => {
  test("runs every part, with equal answers", { timeout: 300_000 }, async () => {
    const { stdout, stderr } = await bench("live");
    for (const part of ["change", "memory", "wire", "browser"]) expect(stderr).toMatch(new RegExp(`^${part}: `, "m"));
    expect(stderr).toMatch(/^change, a text in a row: \d+ subjects, equal answers$/m);
    const systems = [
      "busbar/live",
      "htmx 4, morph",
      "htmx 2 + idiomorph",
      "htmx 4, partials",
      "Turbo streams",
      "Datastar",
    ];
    for (const system of systems) {
      expect(stderr).toContain(`wire, ${system}/: the page shows what the data say after ${ACTIONS.length} actions`);
    }
    expect(stderr).toContain("browser: 5 subjects leave the expected page");
    expect(stdout).toContain("| busbar/live: click, 6 B | 6 B | met |");
  });

  test("loads a process with sessions, and stops by itself", { timeout: 300_000 }, async () => {
    const { stderr, stdout } = await bench("live-load");
    for (const name of ["ws alone", "busbar/live, a counter", "busbar/live, 1,000 rows"]) {
      const found = new RegExp(`^live-load, ${name}: 20 idle sessions, (\\d+) of (\\d+) events answered$`, "m").exec(
        stderr,
      );
      expect(found?.[1]).toBe(found?.[2]);
      expect(Number(found?.[1])).toBeGreaterThan(0);
    }
    expect(stdout).toContain("## Event to patch");
  });
});

describe("the oracle of the live bench", () => {
  const row = (id: string): readonly unknown[] => [1, id, "x", "y"];
  const page = (...ids: readonly string[]): readonly unknown[] => [0, "0", [-1, ...ids.map(row)]];
  const ids = (model: object): readonly string[] =>
    textsIn(model)
      .slice(1)
      .map((text) => text.split("|")[0] ?? "");
  const reordered = (...operations: readonly unknown[]): readonly string[] => {
    const model = modelOf(page("a", "b", "c", "d"));
    applyTo(model, operations);
    return ids(model);
  };

  test("reads lists of one template as it reads others", () => {
    expect(ids(modelOf([0, "0", [-2, 1, ["a", "x", "y"], ["b", "x", "y"]]]))).toEqual(["a", "b"]);
  });

  test("splices, moves runs and permutes", () => {
    expect(reordered([4, 1, 1, 2, 1, ["n", "x", "y"]])).toEqual(["a", "n", "d"]);
    expect(reordered([5, 1, -2, 2, 0])).toEqual(["c", "d", "a", "b"]);
    expect(reordered([5, 1, 3, 0, 0, 3])).toEqual(["d", "b", "c", "a"]);
    expect(reordered([6, 1, 0, 4, new Uint8Array([0b0_01_11])])).toEqual(["d", "c", "b", "a"]);
  });

  test("takes out, puts in and fills many rows at once, whichever way they are picked", () => {
    expect(reordered([11, 1, [0, 1]])).toEqual(["b", "d"]);
    expect(reordered([11, 1, [1, -2]])).toEqual(["a"]);
    expect(reordered([11, 1, [1, new Uint8Array([0b101])]])).toEqual(["a", "c"]);
    expect(reordered([12, 1, [0, 2], 1, ["m", "x", "y"], ["n", "x", "y"]])).toEqual(["m", "a", "b", "n", "c", "d"]);
    expect(reordered([12, 1, [4, -1], -1, row("m"), row("n")])).toEqual(["a", "b", "c", "d", "m", "n"]);
    expect(reordered([13, 1, [0, -1, 1], 0, "p", "q"])).toEqual(["p", "q", "c", "q"]);
  });

  test("sets texts where a path leads", () => {
    const model = modelOf(page("a", "b"));
    applyTo(model, [
      [0, 0, "7"],
      [0, [1, 1, 2], "new"],
    ]);
    expect(textsIn(model)).toEqual(["7", "a|x|y", "b|x|new"]);
  });
});

describe("the data of the live bench", () => {
  test("changes by every action but one, and keeps its rows apart", () => {
    const page = pageOf(40);
    for (const { name, plan } of ACTIONS) {
      const before = textsOf(page).join();
      apply(page, plan(page));
      expect(textsOf(page).join() === before, name).toBe(name === "nothing");
      expect(new Set(page.rows.map(({ id }) => id)).size).toBe(page.rows.length);
    }
  });

  test("is shuffled by the seed alone, into every place", () => {
    expect(shuffled(100, 3)).toEqual(shuffled(100, 3));
    expect(shuffled(100, 3)).not.toEqual(shuffled(100, 4));
    expect([...shuffled(100, 5)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at));
  });
});

describe("what is read from a socket", () => {
  test("is HTTP with bodies of a length, of chunks and of none", () => {
    const text =
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 204 No\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
    expect(httpMessages(Buffer.from(text)).map(({ body }) => body.length)).toEqual([2, 0, 11]);
  });

  test("is WebSocket with its masks undone", () => {
    const short = [0x82, 0x82, 1, 2, 3, 4, 5 ^ 1, 6 ^ 2];
    const long = [0x82, 126, 0, 200, ...Array<number>(200).fill(9)];
    const messages = webSocketMessages(Buffer.from([...short, ...long]));
    expect(messages.map(({ payload, bytes }) => [payload.length, bytes])).toEqual([
      [2, 8],
      [200, 204],
    ]);
    expect([...(messages[0]?.payload ?? [])]).toEqual([5, 6]);
  });
});

describe("the verdicts of the live bench", () => {
  const nothing = { wire: [], changes: [], memory: [], browser: [] };
  const find = (measured: object, target: string): Verdict | undefined =>
    judge({ ...nothing, ...measured }).find((verdict) => verdict.target.includes(target));

  test("take off what large numbers and texts take, and nothing else", () => {
    const action = (name: string, down: number, large = 0, text = 0): object => ({
      action: name,
      up: 6,
      down,
      large,
      text,
    });
    const actions = [
      action("click", 11),
      action("nothing", 3),
      action("head", 33, 0, 16),
      action("middle", 36, 2, 16),
      action("tail", 34, 2, 16),
      action("move", 14, 2),
      action("swap", 17, 4),
      action("shuffle", 1151),
    ];
    const one = { name: "busbar/live", actions, join: { up: 60, down: 10 }, mount: { down: 3000 }, mountPlain: 20_000 };
    const met = (target: string): boolean | undefined => find({ wire: [one] }, target)?.met;
    expect([met("click"), met("reply"), met("nothing"), met("head"), met("middle"), met("tail")]).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
    ]);
    expect([met("move"), met("swap"), met("shuffle"), met("HELLO"), met("MOUNT")]).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
    expect(find({ wire: [one] }, "swap")?.value).toBe("17 B: 13 and 4 for numbers from 128");
  });

  test("want the whole interval of a time below its limit", () => {
    const subject = (samples: readonly number[]): object => ({
      changes: [{ name: "a text in a row", subjects: [{ kind: "collection", rows: 1000, samples }] }],
    });
    const times = (ns: number): readonly number[] => Array<number>(15).fill(ns);
    expect(find(subject(times(4900)), "5 µs")).toMatchObject({ met: true });
    expect(find(subject(times(10_000)), "5 µs")).toMatchObject({ met: false, miss: "by 100 %" });
    const noisy = [...Array<number>(8).fill(4000), ...Array<number>(7).fill(9000)];
    expect(find(subject(noisy), "5 µs")).toMatchObject({ met: false, miss: "not shown" });
  });

  test("hold memory and the slowest patch against their limits", () => {
    const memory = [
      { name: "awake, plain rows", rows: 1000, samples: [140, 149, 190] },
      { name: "hibernated", rows: 1000, samples: [20] },
      { name: "awake, plain rows", rows: 1, samples: [900] },
    ];
    expect(judge({ ...nothing, memory }).map(({ met }) => met)).toEqual([true, false]);
    const subjects = (ms: number): object => ({ subjects: [{ name: "busbar/live", samples: [ms] }] });
    const browser = [
      { patch: "head", ...subjects(3) },
      { patch: "shuffle", ...subjects(17) },
    ];
    expect(find({ browser }, "16 ms")).toMatchObject({ met: false, value: "slowest: shuffle, 17.00 ms" });
  });

  test("of the load want all sessions, all answers, and the last hundredth in time", () => {
    const loaded = { events: 10_000, answers: 10_000, wallMs: 10_000, p99: 12 };
    const judged = (one: object, perSecond = 1000): Verdict | undefined =>
      judgeLoad([{ name: "ours", kind: "plain", count: 10_000, loaded, ...one }], { perSecond })[0];
    expect(judged({})).toMatchObject({ met: true, miss: "" });
    expect(judged({ count: 9000 })).toMatchObject({ met: false, miss: "1000 sessions too few" });
    expect(judged({ loaded: { ...loaded, answers: 9999 } })).toMatchObject({ met: false });
    expect(judged({ loaded: { ...loaded, p99: 30 } })).toMatchObject({ met: false, miss: "p99 by 50 %" });
    expect(judged({}, 500)).toMatchObject({ met: false });
    expect(judgeLoad([{ name: "ws alone", kind: "ws", count: 1, loaded }], { perSecond: 1000 })).toEqual([]);
  });
});

describe("the load on live views", () => {
  test("says how many files it needs when it may not open them", () => {
    expect(() => assertDescriptors(10_000, 20_000)).not.toThrow();
    expect(() => assertDescriptors(10_000, 4096)).toThrow(
      /10200 open files.*4096.*ulimit -n 10200.*BENCH_SESSIONS=3896/s,
    );
  });

  test("takes another loopback address where one has too few ports", () => {
    expect([0, 19_999, 20_000, 45_000].map(addressOf)).toEqual(["127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.3"]);
  });
});
