import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { ComponentTree } from "../../lib/live/component/tree.ts";
import type { HandlerAttributes } from "../../lib/live/component/types.ts";

const looks = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });

test("whatever a render binds and the one before has bound, the n-th of a look keeps its number, and nothing else is heard", () => {
  fc.assert(
    fc.property(fc.array(looks, { maxLength: 12 }), (renders) => {
      const tree = new ComponentTree(undefined);
      const numbers: number[] = [];
      tree.bind = (_event, id) => {
        numbers.push(id);
        return {} as HandlerAttributes; // cast: opaque, and nobody looks
      };
      const known = new Map<string, number>();
      for (const render of renders) {
        numbers.length = 0;
        tree.root.begin();
        for (const look of render) tree.root.register("click", () => {}, look);
        const counts = new Map<string, number>();
        const expected = render.map((look) => {
          const key = `${counts.get(look) ?? 0} ${look}`;
          counts.set(look, (counts.get(look) ?? 0) + 1);
          if (!known.has(key)) known.set(key, known.size);
          return known.get(key);
        });
        assert.deepEqual(numbers, expected);
        tree.root.sweep();
        assert.deepEqual(
          [...tree.handlers.keys()].sort((a, b) => a - b),
          expected.toSorted((a = 0, b = 0) => a - b),
        );
      }
      tree.root.end();
      assert.equal(tree.handlers.size, 0);
    }),
  );
});
