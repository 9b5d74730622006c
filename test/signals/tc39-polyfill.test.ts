/*
 * The tests that signal-polyfill ships, imported from its package and run against our classes. All of them use the public shape alone.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as vitest from "vitest";
import { Signal } from "../../lib/signals/tc39/index.ts";
import { packageFolder, runForeign } from "../helpers/foreign-tests.ts";

const folder = join(packageFolder("signal-polyfill"), "tests");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .sort();

let count = 0;
const it = (...given: Parameters<typeof vitest.it>): void => {
  count++;
  vitest.it(...given);
};

for (const file of files)
  await runForeign(join(folder, file), { vitest: { ...vitest, it }, "src/wrapper.js": { Signal } });

vitest.test("signal-polyfill ships as many tests as are run here", () => assert.equal(count, 39));
