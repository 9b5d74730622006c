import assert from "node:assert/strict";
import { test } from "vitest";
import { i32, readArrow, readCsv, writeArrow } from "../../../lib/signals/columns/index.ts";

const bad = { code: "SIGNALS_BAD_ARGUMENT" };

test.each([Number.NaN, -1, "5", {}, null])("a limit of %o, which would be none, is refused", (wrong) => {
  const bytes = writeArrow({ n: i32([1, 2]) });
  const value = wrong as never; // cast: what the types forbid
  for (const name of ["maxRows", "maxColumns", "maxLength"])
    assert.throws(() => readCsv("n\n1\n2", { [name]: value }), bad, name);
  for (const name of ["maxRows", "maxBytes"]) assert.throws(() => readArrow(bytes, { [name]: value }), bad, name);
});

test.each([new ArrayBuffer(4), undefined, null, 5, {}])("%o as an input is refused", (wrong) => {
  const input = wrong as never; // cast: what the types forbid
  for (const read of [readCsv, readArrow]) assert.throws(() => read(input), bad);
});
