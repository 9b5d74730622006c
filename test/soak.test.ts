import { describe, expect, test } from "vitest";
import { type Sample, slopeOf, verdictOn } from "../bench/soak/verdict.mjs";

const MIB = 1_048_576;
const rest: Sample = {
  ...{ heapUsed: 12 * MIB, external: 2 * MIB, rss: 90 * MIB },
  ...{ handles: { TCPServerWrap: 2, PipeWrap: 1 }, sockets: 0, streams: 0, failures: 0 },
};
const samples = (change: (i: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 14 }, (_, i) => ({ ...rest, ...change(i) }));

describe("the verdict of a soak test", () => {
  test("is silent when figures waver and do not grow", () => {
    expect(verdictOn(samples((i) => ({ heapUsed: 12 * MIB + (i % 3) * 400_000 })))).toEqual([]);
  });

  test("is silent when one late sample stands out", () => {
    expect(verdictOn(samples((i) => ({ heapUsed: (i === 13 ? 15 : 12) * MIB })))).toEqual([]);
  });

  test.each([
    [
      "heap that grows with every round",
      (i: number) => ({ heapUsed: 12 * MIB + i * 300_000 }),
      /heapUsed grew by 3\.7/,
    ],
    ["buffers that grow", (i: number) => ({ external: 2 * MIB + i * MIB }), /external grew/],
    ["memory of the process that grows", (i: number) => ({ rss: 90 * MIB + i * 10 * MIB }), /rss grew/],
    [
      "more handles than before",
      (i: number) => ({ handles: { TCPServerWrap: i < 13 ? 2 : 3 } }),
      /3 handles of TCPServerWrap, 2/,
    ],
    [
      "a kind of handle that was not there",
      (i: number) => ({ handles: i < 13 ? {} : { Timeout: 1 } }),
      /1 handles of Timeout, 0/,
    ],
    ["sockets", (i: number) => ({ sockets: i === 13 ? 4 : 0 }), /4 sockets are left/],
    ["streams", (i: number) => ({ streams: i === 13 ? 1 : 0 }), /1 streams are left/],
    ["failures", (i: number) => ({ failures: i }), /13 failures/],
  ])("names %s", (_what, change, expected) => {
    const [first = ""] = verdictOn(samples(change));
    expect(first).toMatch(expected);
  });

  test("fits its line as least squares do", () => {
    expect(slopeOf([1, 3, 5, 7])).toBe(2);
    expect(slopeOf([1, 2, 1, 2])).toBeCloseTo(0.2, 10);
    expect(slopeOf([5])).toBe(0);
  });
});
