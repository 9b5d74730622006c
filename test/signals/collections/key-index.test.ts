import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { keyedList } from "../../../lib/signals/collections/index.ts";
import { KeyIndex } from "../../../lib/signals/collections/key-index.ts";
import { runs } from "../../helpers/runs.ts";

const FAR = 2 ** 53 - 12;

/** Keys that lie close together, those that go on from there, and those that a table must not take for one of them. */
const key = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -1, max: 120 }) },
  { weight: 2, arbitrary: fc.integer({ min: FAR, max: FAR + 11 }) },
  fc.constantFrom<unknown>(
    Number.NaN,
    0,
    -0,
    1e-20,
    0.5,
    1e300,
    -1e300,
    Number.POSITIVE_INFINITY,
    2 ** 53 + 2,
    "0",
    "7",
    7n,
    null,
  ),
  fc.integer({ min: 120, max: 5000 }),
);

describe("an index of keys", () => {
  test("holds what a map holds, whatever keys it was made for and whatever came and went", () => {
    const steps = fc.array(fc.record({ key, code: fc.nat(9) }), { maxLength: 150 });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), steps, (first, changes) => {
        const index = new KeyIndex<unknown>(first);
        const twin = new Map<unknown, number>();
        for (const { key, code } of changes) {
          if (code === 0) {
            index.delete(key);
            twin.delete(key);
          } else {
            index.set(key, code);
            twin.set(key, code);
          }
          assert.equal(index.get(key), twin.get(key));
        }
        for (const { key } of changes) assert.equal(index.get(key), twin.get(key));
      }),
      { numRuns: runs(300) },
    );
  });

  test("stays small where keys are few and far between", () => {
    const index = new KeyIndex([1, 2, 3]);
    for (let key = 4, code = 1; key < 2 ** 40; key = Math.ceil(key * 1.4), code++) index.set(key, code);
    const bytes = (index as unknown as { readonly table: Int32Array }).table.byteLength; // cast: what it is about
    assert.ok(bytes < 4096, `${bytes} bytes`);
  });
});

test("rows of a list are found while blocks of it come and go for long", () => {
  const list = keyedList(
    Array.from({ length: 200 }, (_, id) => ({ id })),
    ({ id }) => id,
  );
  for (let id = 200; id < 20_000; id++) {
    list.push({ id });
    assert.equal(list.indexOf(id), 200);
    assert.equal(list.removeAt(0)?.id, id - 200);
    assert.equal(list.indexOf(id - 200), -1);
    if (id % 97 === 0) for (let at = 0; at < 200; at++) assert.equal(list.indexOf(id - 199 + at), at);
  }
});
