import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./helpers/imports.ts";

const page = readFileSync(join(root, "docs/security.md"), "utf8");
const rows = page.split("\n").filter((line) => /^\| (?!Threat|---)/.test(line));

describe("the threats of docs/security.md", () => {
  test("are many", () => expect(rows.length).toBeGreaterThan(20));

  test.each(rows.map((row) => [row.split("|")[1]?.trim() ?? "", row]))(
    "%s: the test that is named exists",
    (_, row) => {
      const [, file = "", name = ""] = /`(test\/[^`]+)`: "([^"]+)" \|$/.exec(row) ?? [];
      expect(existsSync(join(root, file)), `${file} in ${row}`).toBe(true);
      expect(readFileSync(join(root, file), "utf8")).toContain(name);
    },
  );
});
