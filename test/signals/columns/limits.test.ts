import assert from "node:assert/strict";
import { test } from "vitest";
import {
  bool,
  col,
  dictionary,
  f64,
  i32,
  readArrow,
  readCsv,
  table,
  writeArrow,
} from "../../../lib/signals/columns/index.ts";

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

const views = [
  (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  (bytes: Uint8Array) => new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2),
];

test.each(views)("another view of bytes (%#) is measured and read by its bytes", (viewOf) => {
  const csv = viewOf(new TextEncoder().encode("n\n1\n222\n")) as never; // cast: what the types forbid
  assert.throws(() => readCsv(csv, { maxLength: 7 }), { code: "SIGNALS_TOO_LARGE" });
  assert.equal(table(readCsv(csv)).get("n", 1), 222);
  const arrow = writeArrow({ n: i32([1, 2]) });
  const padded = new Uint8Array(arrow.length + 16).fill(7);
  padded.set(arrow, 8);
  const view = viewOf(padded.subarray(8, 8 + arrow.length)) as never; // cast: as above
  assert.throws(() => readArrow(view, { maxBytes: arrow.length - 1 }), { code: "SIGNALS_TOO_LARGE" });
  assert.equal(table(readArrow(view)).get("n", 1), 2);
});

test.each(["text", "", "toString", null, 5])(
  "a kind of %o is refused: it would be stored as whole numbers",
  (wrong) => {
    const kinds = { n: wrong as never }; // cast: what the types forbid
    assert.throws(() => readCsv("n\n1.5\n", { kinds }), bad);
  },
);

test.each([undefined, null, 5, "text", {}, true, new Set([1])])("%o as the cells of a column is refused", (wrong) => {
  const data = wrong as never; // cast: what the types forbid
  const makers = [f64, i32, bool, dictionary] as unknown as ((cells: never, options?: object) => unknown)[]; // cast: what is wrong for all
  for (const make of makers) {
    assert.throws(() => make(data), bad, make.name);
    assert.throws(() => make(data, { nullable: true }), bad, make.name);
  }
  assert.throws(() => col("city").inSet(data), { code: "SIGNALS_BAD_EXPRESSION" });
});
