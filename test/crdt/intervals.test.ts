import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { addInterval, createDeleted, lengthOf, outside, unite } from "../../lib/crdt/intervals.ts";
import { runs } from "../helpers/runs.ts";

const interval = fc
  .tuple(fc.nat(300), fc.integer({ min: 1, max: 20 }))
  .map(([start, length]) => [start, start + length] as const);

/** Every counter by itself. */
class NaiveSet {
  readonly members = new Set<number>();
  add(start: number, end: number): number {
    const before = this.members.size;
    for (let at = start; at < end; at++) this.members.add(at);
    return this.members.size - before;
  }
  count(start: number, end: number): number {
    return [...this.members].filter((at) => at >= start && at < end).length;
  }
  bounds(): number[] {
    const sorted = [...this.members].sort((a, b) => a - b);
    return sorted.flatMap((at) => [
      ...(this.members.has(at - 1) ? [] : [at]),
      ...(this.members.has(at + 1) ? [] : [at + 1]),
    ]);
  }
}

describe("a set of intervals", () => {
  test("holds what a set of its members holds, and has one form", () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 60 }), interval, (added, [from, to]) => {
        const set = createDeleted();
        const naive = new NaiveSet();
        for (const [start, end] of added) assert.equal(addInterval(set, start, end), naive.add(start, end));
        assert.deepEqual([...set.all()], naive.bounds());
        assert.equal(to - from - lengthOf(outside(set, from, to)), naive.count(from, to));
        const rest = new NaiveSet();
        for (let at = from; at < to; at++) if (!naive.members.has(at)) rest.add(at, at + 1);
        assert.deepEqual(outside(set, from, to), rest.bounds());
        assert.deepEqual(unite(added.map((one) => [...one])), naive.bounds());
      }),
      { numRuns: runs(500) },
    );
  });

  test.each([
    ["upwards", (i: number) => i],
    ["downwards", (i: number) => 19_999 - i],
    ["in no order", (i: number) => (i * 7919) % 20_000],
  ])("of many thousands, added %s, is cut into pieces and joined again", (_, place) => {
    const set = createDeleted();
    for (let i = 0; i < 20_000; i++) assert.equal(addInterval(set, place(i) * 2, place(i) * 2 + 1), 1);
    assert.equal(lengthOf(outside(set, 0, 40_000)), 20_000);
    assert.equal(lengthOf(outside(set, 1001, 30_000)), 28_999 - 14_499);
    assert.deepEqual([...set.all()], Array.from({ length: 20_000 }, (_, i) => [i * 2, i * 2 + 1]).flat());
    assert.equal(addInterval(set, 101, 39_900), 19_900);
    assert.deepEqual(set.all().slice(98, 106), [98, 99, 100, 39_901, 39_902, 39_903, 39_904, 39_905]);
    addInterval(set, 0, 40_000);
    assert.deepEqual([...set.all()], [0, 40_000]);
  });
});
