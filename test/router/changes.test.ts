import fc from "fast-check";
import { expect, test } from "vitest";
import { createRouter, type Router } from "../../lib/router/index.ts";
import { runs } from "../helpers/runs.ts";
import { askedMethods, methods, needs, options, outcome, path, pattern } from "./generators.ts";
import { stateOf } from "./state.ts";

// A search makes the arrays of a method and gives its tree up; the next change has to build it anew.
const change = fc.record({
  method: methods,
  pattern,
  needs,
  kind: fc.constantFrom("add", "add", "add", "add", "remove", "mount"),
  asked: askedMethods,
});

test("a table that is searched between its changes is the one that is not", () => {
  const run = fc.tuple(fc.array(change, { minLength: 1, maxLength: 12 }), fc.array(path, { maxLength: 6 }), options);
  fc.assert(
    fc.property(run, ([changes, paths, chosen]) => {
      const [busy, quiet] = [createRouter<string>(chosen), createRouter<string>(chosen)];
      for (const [i, one] of changes.entries()) {
        const before = one.asked.length === 0 ? undefined : stateOf(busy);
        const done = outcome(() => apply(busy, one, i));
        expect(done).toEqual(outcome(() => apply(quiet, one, i)));
        if (typeof done === "string" && before !== undefined) expect(stateOf(busy)).toEqual(before);
        for (const method of one.asked) for (const text of paths) outcome(() => busy.find(method, text));
      }
      expect(stateOf(busy)).toEqual(stateOf(quiet));
      for (const text of paths) expect(outcome(() => busy.allowed(text))).toEqual(outcome(() => quiet.allowed(text)));
    }),
    { numRuns: runs(300) },
  );
});

function apply(
  router: Router<string>,
  one: typeof change extends fc.Arbitrary<infer Of> ? Of : never,
  i: number,
): unknown {
  if (one.kind === "remove") return router.remove(one.method, one.pattern);
  const constraints = one.needs && { constraints: one.needs };
  if (one.kind === "add") return router.add(one.method, one.pattern, `${i}`, constraints).methods;
  const inner = createRouter<string>(router.options);
  inner.add(one.method, one.pattern, `${i}`, constraints);
  inner.add("GET", "/m", `m${i}`);
  return router.mount(["", "/x", "/:y"][i % 3] ?? "", inner);
}
