import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { ExactSum } from "../../../lib/signals/collections/exact-sum.ts";
import { Log } from "../../../lib/signals/collections/log.ts";
import { PartialTree } from "../../../lib/signals/collections/partial-tree.ts";
import { type Block, type Placed, Sequence } from "../../../lib/signals/collections/sequence.ts";
import { runs } from "../../helpers/runs.ts";
import { exactSum } from "../../oracle/exact-sum.ts";

class Item implements Placed {
  readonly rank: number;
  block: Block | undefined = undefined;

  constructor(rank: number) {
    this.rank = rank;
  }
}

describe("a sequence", () => {
  const operations = fc.array(
    fc.tuple(fc.constantFrom("insert", "sorted", "remove"), fc.nat(), fc.integer({ min: 1, max: 300 })),
    { maxLength: 40 },
  );

  test("does what a plain array does", () => {
    fc.assert(
      fc.property(fc.nat(900), operations, fc.boolean(), (size, steps, bySort) => {
        const compare = (a: Item, b: Item): number => a.rank - b.rank;
        let plain = Array.from({ length: size }, (_, i) => new Item(i));
        const sequence = new Sequence<Item>(plain);
        for (const [kind, pick, count] of steps) {
          for (let i = 0; i < count; i++) {
            const at = (pick + i * 7) % (plain.length + 1);
            if (kind === "remove") {
              const [gone] = plain.splice(at, 1);
              if (gone !== undefined && at % 2 === 0) sequence.remove(gone);
              else if (gone !== undefined) assert.equal(sequence.takeOut(gone), at);
            } else if (bySort) {
              const item = new Item(at);
              const place = plain.findIndex((other) => other.rank > at);
              plain.splice(place < 0 ? plain.length : place, 0, item);
              sequence.insertSorted(item, compare);
            } else {
              const item = new Item(0);
              plain.splice(at, 0, item);
              sequence.insertAt(at, item);
            }
          }
        }
        assert.deepEqual(sequence.toArray(), plain);
        assert.equal(sequence.size, plain.length);
        for (let at = 0; at < plain.length; at += 13) {
          const item = plain[at] as Item; // cast: in range
          assert.equal(sequence.at(at), item);
          assert.equal(sequence.indexOf(item), at);
          assert.equal(Math.sign(sequence.compare(item, plain[0] as Item)), Math.sign(at)); // cast: as above
          const [before, after] = [plain[at - 1], plain[at + 1]];
          const fits =
            (before === undefined || compare(before, item) < 0) && (after === undefined || compare(item, after) < 0);
          assert.equal(sequence.fits(item, compare), fits);
        }
        assert.equal(sequence.at(plain.length), undefined);
        assert.equal(sequence.at(-1), undefined);
        plain = [];
      }),
      { numRuns: runs(300) },
    );
  });
});

describe("an exact sum", () => {
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0.1, 0.2, 0.3, 1e308, -1e308, 5e-324, 2 ** 53),
  );

  test("is what rational arithmetic rounds to, whatever was taken out again", () => {
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 30 }), fc.array(numbers, { maxLength: 30 }), (kept, gone) => {
        const sum = new ExactSum();
        for (const value of [...gone, ...kept]) sum.add(value);
        for (const value of gone) sum.remove(value);
        assert.equal(sum.value, exactSum(kept));
      }),
      { numRuns: runs(3000) },
    );
  });

  test("gets rid of NaN and of the infinities", () => {
    const sum = new ExactSum();
    for (const value of [1, Number.NaN, Number.POSITIVE_INFINITY]) sum.add(value);
    assert.ok(Number.isNaN(sum.value));
    sum.remove(Number.NaN);
    assert.equal(sum.value, Number.POSITIVE_INFINITY);
    sum.add(Number.NEGATIVE_INFINITY);
    assert.ok(Number.isNaN(sum.value));
    sum.remove(Number.POSITIVE_INFINITY);
    assert.equal(sum.value, Number.NEGATIVE_INFINITY);
    sum.remove(Number.NEGATIVE_INFINITY);
    assert.equal(sum.value, 1);
  });
});

describe("a tree of partial results", () => {
  test("is what putting all together from the left gives, with few calls", () => {
    const operations = fc.array(fc.tuple(fc.boolean(), fc.nat(199)), { maxLength: 200 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(199)), operations, (first, steps) => {
        let calls = 0;
        const tree = new PartialTree<Item, string>(
          (a, b) => {
            calls++;
            return `${a} ${b}`;
          },
          (a, b) => a.rank - b.rank,
        );
        const items = Array.from({ length: 200 }, (_, rank) => new Item(rank));
        const entry = (rank: number) => ({ row: items[rank] as Item, part: String(rank) }); // cast: in range
        const inside = new Set(first);
        tree.insertAll(first.map(entry));
        tree.total("");
        for (const [add, rank] of steps) {
          if (add && !inside.has(rank)) {
            inside.add(rank);
            tree.insertAll([entry(rank)]);
          } else if (!add && inside.delete(rank)) tree.remove(entry(rank).row);
          calls = 0;
          assert.equal(tree.total(""), [...inside].sort((a, b) => a - b).join(" "));
          assert.ok(calls <= 80, `${calls} calls`);
        }
      }),
      { numRuns: runs(200) },
    );
  });
});

describe("a log", () => {
  const entry = (): object => ({});

  test("tells each reader what was touched since it came, each row once", () => {
    const log = new Log<object>();
    const [a, b] = [entry(), entry()];
    log.add(a, 0);
    assert.equal(log.since(-1), undefined);
    const start = log.mark();
    assert.deepEqual(log.since(start), []);
    for (let i = 0; i < 1000; i++) log.add(a, 0); // one mention
    log.add(b, 0);
    const middle = log.mark();
    log.add(a, 0);
    assert.deepEqual(
      [log.since(start), log.since(middle)].map((rows) => rows?.length),
      [2, 1],
    );
  });

  test("forgets readers that stay away, and grows no further for them", () => {
    const log = new Log<object>();
    const start = log.mark();
    const rows = Array.from({ length: 10_000 }, entry);
    for (const row of rows) log.add(row, 400);
    assert.equal(log.since(start), undefined);
    const held = Object.values(log).find((value) => Array.isArray(value));
    assert.ok(Array.isArray(held) && held.length <= 100);
    const late = log.mark();
    log.add(entry(), 400);
    assert.equal(log.since(late)?.length, 1);
  });
});
