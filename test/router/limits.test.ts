import assert from "node:assert/strict";
import { test } from "vitest";
import { canonicalPath, createQueryParser, createRouter } from "../../lib/router/index.ts";

test.each([Number.NaN, -1, "5", {}, null])("a limit of %o, which would be none, is refused", (wrong) => {
  const bad = { code: "ROUTER_BAD_LIMIT" };
  const value = wrong as never; // cast: what the types forbid
  for (const name of ["maxPathLength", "maxParamLength"])
    assert.throws(() => createRouter({ limits: { [name]: value } }), bad, name);
  assert.throws(() => canonicalPath("/a", { limits: { maxPathLength: value } }), bad);
  for (const name of ["maxPairs", "maxLength"])
    assert.throws(() => createQueryParser({}, { limits: { [name]: value } }), bad, name);
});

test("Infinity is no limit, and undefined the default", () => {
  const { POSITIVE_INFINITY: endless } = Number;
  const free = createRouter<number>({ limits: { maxPathLength: endless, maxParamLength: endless } });
  const usual = createRouter<number>({ limits: { maxParamLength: undefined as never } }); // cast: as plain JavaScript may give it
  for (const router of [free, usual]) router.add("GET", "/:id", 1);
  const path = `/${"x".repeat(5000)}`;
  assert.equal(free.find("GET", path)?.value, 1);
  assert.throws(() => usual.find("GET", path), { code: "ROUTER_PARAM_TOO_LONG" });
});
