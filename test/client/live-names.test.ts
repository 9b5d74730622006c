import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../helpers/imports.ts";

test("every private name that the scripts of live views share has one short name in all of them", () => {
  const folder = join(root, "client/live");
  const used = readdirSync(folder).flatMap(
    (file) => readFileSync(join(folder, file), "utf8").match(/(?<![\w$`#"'-])_[a-z]\w*/gi) ?? [],
  );
  const table: Record<string, string> = JSON.parse(readFileSync(join(root, ".ci/live-names.json"), "utf8"));
  expect([...new Set(used)].sort()).toEqual(Object.keys(table).sort());
  expect(new Set(Object.values(table)).size).toBe(Object.keys(table).length);
});
