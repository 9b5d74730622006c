import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CodedError, type ErrorCode, HINTS, isCodedError } from "../../lib/errors/index.ts";
import { root, sourceFiles } from "../helpers/imports.ts";

const codes = Object.keys(HINTS) as ErrorCode[]; // cast: the keys of the table are the codes by definition
const page = readFileSync(join(root, "docs/errors.md"), "utf8");

describe("CodedError", () => {
  test("carries its code, hint, value and cause", () => {
    const cause = new Error("below");
    const error = new CodedError("POOL_TOO_LARGE", "9 bytes", { value: 9, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "CodedError", code: "POOL_TOO_LARGE", message: "9 bytes", value: 9, cause });
    expect(error.hint).toBe(HINTS.POOL_TOO_LARGE);
  });

  test("has no cause of its own when none is given", () => {
    expect("cause" in new CodedError("POOL_TOO_LARGE", "9 bytes")).toBe(false);
  });

  test("is recognised across copies of the package, and nothing else is", () => {
    expect(isCodedError(new CodedError("POOL_TOO_LARGE", "9 bytes"))).toBe(true);
    const foreign = Object.assign(new Error("x"), { name: "CodedError", code: "POOL_TOO_LARGE" });
    expect(isCodedError(foreign)).toBe(true);
    for (const other of [new Error("x"), { name: "CodedError", code: "X" }, null, "CodedError"])
      expect(isCodedError(other)).toBe(false);
  });
});

describe("the table of codes", () => {
  test("names each code AREA_WHAT with an area that exists", () => {
    const folders = new Set(["lib", "client", "adapters"].flatMap(sourceFiles).map((file) => file.split("/")[1]));
    const areas = [...folders].map((folder) => folder?.replace(/^.*-/, "")); // adapters/live-testing is the area "testing"
    for (const code of codes) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
      expect(areas).toContain(code.split("_")[0]?.toLowerCase());
    }
  });

  test("equals docs/errors.md both ways, hints included", () => {
    const sections = page.split(/^### /m).slice(1);
    const documented = sections.map((section) => section.split("\n", 1)[0]?.trim());
    expect(documented.toSorted()).toEqual(codes.toSorted());
    for (const section of sections) {
      const [code, happened] = section.split("\n");
      const hint = /^Hint: (.*)$/m.exec(section)?.[1];
      expect(hint, `hint of ${code}`).toBe(HINTS[code?.trim() as ErrorCode]); // cast: the set was compared above
      expect(happened?.length, `what happened, of ${code}`).toBeGreaterThan(10);
    }
  });

  test("holds no code that nothing throws", () => {
    const sources = ["lib", "client", "adapters"].flatMap(sourceFiles).filter((file) => file !== "lib/errors/hints.ts");
    const text = sources.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
    expect(codes.filter((code) => !text.includes(`"${code}"`))).toEqual([]);
  });
});
