import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDeque } from "../../../lib/pool/index.ts";

describe("a deque", () => {
  test("gives what an array gives, whatever is done to both ends", () => {
    const many = fc.record({ kind: fc.constantFrom("push" as const, "unshift" as const), count: fc.nat(40) });
    const fewer = fc.record({ kind: fc.constantFrom("shift" as const, "pop" as const), count: fc.nat(60) });
    const clear = fc.record({ kind: fc.constant("clear" as const), count: fc.constant(0) });
    const actions = fc.array(fc.oneof({ arbitrary: many, weight: 6 }, { arbitrary: fewer, weight: 6 }, clear));
    fc.assert(
      fc.property(actions, (all) => {
        const deque = createDeque<number>();
        const array: number[] = [];
        let next = 0;
        for (const { kind, count } of all) {
          if (kind === "clear") {
            deque.clear();
            array.length = 0;
          }
          for (let i = 0; i < count; i++) {
            if (kind === "push" || kind === "unshift") {
              deque[kind](next);
              array[kind](next++);
            } else if (kind !== "clear") assert.equal(deque[kind](), array[kind]());
          }
          assert.equal(deque.length, array.length);
          for (const at of [-1, 0, 1, array.length >> 1, array.length - 1, array.length])
            assert.equal(deque.at(at), array[at]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("holds undefined as an item like any other", () => {
    const deque = createDeque<number | undefined>();
    deque.push(undefined);
    deque.push(1);
    assert.deepEqual([deque.length, deque.shift(), deque.length, deque.shift()], [2, undefined, 1, 1]);
  });

  test("comes back from a hundred thousand items to a small ring", () => {
    const deque = createDeque<number>();
    for (let i = 0; i < 100_000; i++) deque.push(i);
    for (let i = 0; i < 99_999; i++) assert.equal(deque.shift(), i);
    assert.deepEqual([deque.length, deque.at(0)], [1, 99_999]);
  });
});
