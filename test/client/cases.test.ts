// @vitest-environment node
import assert from "node:assert/strict";
import { test } from "vitest";
import { groups } from "./cases/index.ts";

const cases = Object.values(groups).flat();

test("every case has a name of its own", () => {
  const names = cases.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
});

test("there are at least 300 cases that every subject plays, in jsdom, too", () => {
  assert.ok(cases.filter(({ needs, notForHx, browserOnly }) => !needs && !notForHx && !browserOnly).length >= 300);
});
