/*
 * The suite fifteen libraries are compared by, imported from its package. A case that skips itself fails here: we have all it asks for.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "vitest";
import { batch, computed, effect, scope, signal, untracked } from "../../lib/signals/index.ts";
import { packageFolder, runForeign } from "../helpers/foreign-tests.ts";

type Case = (framework: object) => unknown;
interface Section {
  readonly section: string;
  readonly cases: Readonly<Record<string, Case>>;
  readonly type?: "behavioral";
}

const NAME = "reactive-framework-test-suite";
// cast: the package's own types are those of sources that our settings refuse
const { testSuite } = (await runForeign(join(packageFolder(NAME), "src/index.ts"))) as {
  testSuite: readonly Section[];
};

const framework = {
  name: "busbar",
  signal<T>(value: T) {
    const made = signal(value);
    return { read: () => made.get(), write: (next: T) => made.set(next) };
  },
  computed<T>(f: () => T) {
    const made = computed(f);
    return { read: () => made.get() };
  },
  effect: (f: () => undefined | (() => void)) => effect(f),
  run(f: () => void) {
    const own = scope(f);
    try {
      own.dispose();
    } catch {
      // a case about cleanups that throw leaves one behind
    }
  },
  batch,
  untracked,
};

/** What we answer where libraries may differ, by the number of the case. */
const ANSWERS: Readonly<Record<string, string>> = {
  "#17": "lazy",
  "#15": "no subscription",
  "#146": "single recompute",
  "#29": "Object.is",
  "#167": "Object.is",
  "#30": "skips",
  "#176": "returns value",
  "#173": "post-write",
  "#174": "post-write",
  "#88": "keeps subscribed",
  "#106": "continues",
  "#86": "caches error",
  "#107": "caches error",
  "#49": "runs 2x per write",
  "#62": "cycle detected",
  "#175": "batched",
};

const must = testSuite.filter(({ type }) => type === undefined);
const may = testSuite.filter(({ type }) => type === "behavioral");

/** As the suite's own runner does: each case in a scope. */
function answer(run: Case): unknown {
  let result: unknown;
  framework.run(() => {
    result = run(framework);
  });
  return result;
}

test("the suite has the cases it is known for", () => {
  assert.equal(must.flatMap(({ cases }) => Object.keys(cases)).length, 163);
  assert.equal(may.flatMap(({ cases }) => Object.keys(cases)).length, Object.keys(ANSWERS).length);
});

for (const { section, cases } of must)
  describe(section, () => {
    for (const [name, run] of Object.entries(cases)) test(name, () => void answer(run));
  });

for (const { section, cases } of may)
  describe(section, () => {
    for (const [name, run] of Object.entries(cases))
      test(name, () => assert.equal(answer(run), ANSWERS[name.split(" ")[0] ?? ""]));
  });
