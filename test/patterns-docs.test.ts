import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./helpers/imports.ts";

const folder = "examples/patterns/patterns";
const page = readFileSync(join(root, "docs/patterns.md"), "utf8");
const files = readdirSync(join(root, folder)).filter((name) => name !== "index.ts");
const sections = page.split(/^## /m).filter((section) => section.includes(`(../${folder}/`));

describe("docs/patterns.md", () => {
  test("has a section with code for every pattern of the example", () => {
    const linked = sections.map((section) => /patterns\/patterns\/([\w-]+\.ts)\)/.exec(section)?.[1] ?? "");
    expect(linked.sort()).toEqual(files.sort());
    for (const section of sections) expect(section).toContain("```ts\n");
  });

  for (const section of sections) {
    const title = section.slice(0, section.indexOf("\n"));
    test(`${title}: the title and the code are those of the file`, () => {
      const path = /\(\.\.\/(examples\/patterns\/patterns\/[\w-]+\.ts)\)/.exec(section)?.[1] ?? "";
      const source = readFileSync(join(root, path), "utf8");
      expect(source).toContain(`title: "${title}"`);
      for (const [, code = ""] of section.matchAll(/```ts\n([\s\S]*?)```/g)) expect(source).toContain(code.trimEnd());
    });
  }

  test("leads to files that are there", () => {
    for (const [, path = ""] of page.matchAll(/\]\(([^)#]+)[^)]*\)/g))
      expect(() => readFileSync(join(root, "docs", path))).not.toThrow();
  });
});
