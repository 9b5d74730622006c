// @vitest-environment node
import assert from "node:assert/strict";
import { test } from "vitest";
import { groups } from "./cases/index.ts";
import { casesFor, reasonNotToPlay } from "./harness/run.ts";
import { subjects } from "./harness/subjects.ts";

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

test("Chromium plays every case with the source, the minified build and, unless the case says why not, the build for htmx", () => {
  for (const subject of subjects) {
    if (subject.has.length === 0) continue; // its cases are those without `needs`
    const played = new Set(casesFor(groups, subject, true).flatMap(([, some]) => some.map(([, one]) => one)));
    const left = cases.filter((one) => !played.has(one));
    assert.deepEqual(
      left.filter(({ notForHx }) => subject.prefix !== "hx-" || !notForHx).map(({ name }) => name),
      [],
      subject.name,
    );
  }
});

test("what a subject does not play has a written reason", () => {
  for (const subject of subjects)
    for (const isBrowser of [true, false])
      for (const one of cases) assert.notEqual(reasonNotToPlay(one, subject, isBrowser), "", one.name);
});
