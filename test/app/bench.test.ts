import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, test } from "vitest";

interface Round {
  readonly start: number;
  readonly perSecond: number;
  readonly serverNs: number;
  readonly serverShare: number;
  readonly generatorShare: number;
}

interface Subject {
  readonly name: string;
  readonly rounds: readonly Round[];
}

interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../../bench/http/${path}`, import.meta.url).href)) as Module;
const { assertAnswers } = await load<{
  assertAnswers(port: number, one: { timed: readonly object[]; refused: readonly object[] }): Promise<void>;
}>("check.mjs");
const { ratioInterval, timeRatio } = await load<{
  ratioInterval(a: readonly number[], b: readonly number[]): Interval;
  timeRatio(a: Subject, b: Subject): Interval;
}>("interval.mjs");
const { judge } = await load<{
  judge(measured: { cases: readonly object[]; pipeline: readonly object[] }): readonly {
    readonly target: string;
    readonly value: string;
    readonly met: boolean;
    readonly miss: string;
  }[];
}>("targets.mjs");
const { fastPathRows } = await load<{
  fastPathRows(one: object): readonly { readonly name: string; readonly verdict: string }[];
}>("gains.mjs");
const { orderOf } = await load<{ orderOf(count: number, round: number): readonly number[] }>("session.mjs");
const { coresOf } = await load<{ coresOf(list: string): readonly number[] }>("cores.mjs");

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("the check before the rounds", () => {
  const one = (body: string, type: string) => ({
    timed: [{ method: "GET", path: "/", expected: { status: 200, headers: { "content-type": type }, body } }],
    refused: [{ method: "GET", path: "/none", status: 404 }],
  });
  const answer =
    (body: string, type: string, missing = 404): RequestListener =>
    (req, res) => {
      if (req.url !== "/") res.writeHead(missing).end();
      else res.writeHead(200, { "content-type": type }).end(body);
    };

  test("takes equal answers, whatever the case of a type and whether JSON names a charset", async () => {
    const port = await listen(answer("{}", "Application/JSON;charset=UTF-8"));
    await expect(assertAnswers(port, one("{}", "application/json"))).resolves.toBeUndefined();
  });

  test.each([
    { what: "another body", listener: answer("b", "text/plain; charset=utf-8") },
    { what: "another type", listener: answer("a", "text/html; charset=utf-8") },
    { what: "another charset", listener: answer("a", "text/plain; charset=latin1") },
    { what: "an unknown path that is found", listener: answer("a", "text/plain; charset=utf-8", 200) },
  ])("refuses $what", async ({ listener }) => {
    const port = await listen(listener);
    await expect(assertAnswers(port, one("a", "text/plain; charset=utf-8"))).rejects.toThrow(/wrong/);
  });
});

describe("the intervals of the http bench", () => {
  test("are Student's, on the logarithms of paired ratios", () => {
    const { mean, low, high } = ratioInterval([110, 99, 104.5], [100, 100, 95]);
    const logs = [1.1, 0.99, 1.1].map(Math.log);
    const average = logs.reduce((sum, log) => sum + log, 0) / 3;
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - average) ** 2, 0) / 2);
    const half = (4.303 * deviation) / Math.sqrt(3);
    expect(mean).toBeCloseTo(Math.exp(average), 10);
    expect(low).toBeCloseTo(Math.exp(average - half), 10);
    expect(high).toBeCloseTo(Math.exp(average + half), 10);
  });

  test("are of the starts: in each the rounds are paired, and one that was disturbed does not count", () => {
    const of = (name: string, times: readonly (readonly number[])[]): Subject => ({
      name,
      rounds: times.flatMap((list, start) => list.map((serverNs) => round(start, serverNs))),
    });
    const ours = of("ours", [
      [10, 90, 10],
      [20, 20, 20],
    ]);
    const theirs = of("theirs", [
      [11, 11, 11],
      [18, 18, 90],
    ]);
    expect(timeRatio(ours, theirs)).toEqual(ratioInterval([1.1, 0.9], [1, 1]));
    expect(timeRatio(ours, ours)).toMatchObject({ mean: 1, low: 1, high: 1 });
  });

  test("are one point when all ratios are equal, and everything after one start", () => {
    expect(ratioInterval([2, 4, 6], [1, 2, 3]).low).toBeCloseTo(2, 10);
    expect(ratioInterval([2], [1])).toMatchObject({ mean: 2, low: 0, high: Number.POSITIVE_INFINITY });
  });
});

const round = (start: number, serverNs: number, perSecond = 1e9 / serverNs): Round => ({
  start,
  perSecond,
  serverNs,
  serverShare: 1,
  generatorShare: 0.5,
});
const subject = (name: string, rates: readonly number[]): Subject => ({
  name,
  rounds: rates.map((rate, start) => round(start, 1e9 / rate)),
});

describe("the verdicts of the http bench", () => {
  const verdict = (subjects: readonly Subject[], target: string) =>
    judge({ cases: [{ name: "hello text", subjects }], pipeline: [] }).find((one) => one.target.includes(target));

  test("need the whole interval above the target", () => {
    const bare = subject("node:http", [100, 100, 100]);
    expect(verdict([bare, subject("busbar on node", [99, 98, 99])], "0.97 of node:http")).toMatchObject({ met: true });
    expect(verdict([bare, subject("busbar on node", [120, 80, 110])], "0.97 of node:http")).toMatchObject({
      met: false,
      miss: "not shown",
    });
    expect(verdict([bare, subject("busbar on node", [90, 90, 91])], "0.97 of node:http")).toMatchObject({
      met: false,
      miss: expect.stringMatching(/^by \d+ %$/),
    });
  });

  test("are of the server's processor time, whatever its requests per second", () => {
    const of = (name: string, serverNs: number): Subject => ({
      name,
      rounds: [0, 1, 2].map((start) => round(start, serverNs, 100)),
    });
    const equal = [of("node:http", 10), of("busbar on node", 20)];
    expect(verdict(equal, "0.97 of node:http")).toMatchObject({ met: false, value: expect.stringContaining("0.50") });
  });

  test("leave out what was not measured, and judge bytes by their limits", () => {
    expect(judge({ cases: [{ name: "hello text", subjects: [] }], pipeline: [] })).toEqual([]);
    const bytes = (name: string, count: number) => ({ name, subjects: [{ name: "busbar", bytes: count }] });
    const pipeline = [
      bytes("static route", 90),
      bytes("one param", 201),
      bytes("static route, 5 sync middlewares", 210),
    ];
    expect(judge({ cases: [], pipeline }).map(({ met }) => met)).toEqual([true, false, true]);
  });
});

describe("the gains of ways to write a reply", () => {
  test("are told as gains, losses, none, and too wide to tell", () => {
    const subjects = [
      subject("first", [100, 100, 100]),
      subject("faster", [120, 121, 120]),
      subject("slower", [80, 81, 80]),
      subject("same", [100, 101, 99]),
      subject("wide", [100, 130, 80]),
    ];
    const variants = subjects.map(({ name }) => ({ name, baseline: "first" }));
    expect(fastPathRows({ subjects, variants }).map(({ verdict }) => verdict)).toEqual([
      "compared with",
      "gains 20 %",
      "costs 20 %",
      "no gain",
      "no gain shown",
    ]);
  });
});

describe("the rounds of the http bench", () => {
  test("time everyone once, start with another each time, and go both ways", () => {
    expect(orderOf(3, 0)).toEqual([0, 1, 2]);
    expect(orderOf(3, 1)).toEqual([0, 2, 1]);
    expect(orderOf(3, 2)).toEqual([2, 0, 1]);
  });

  test("read lists of processor cores", () => {
    expect(coresOf("0-2,8")).toEqual([0, 1, 2, 8]);
    expect(coresOf("5")).toEqual([5]);
  });
});
