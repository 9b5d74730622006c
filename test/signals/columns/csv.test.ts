import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isCodedError } from "../../../lib/errors/index.ts";
import { cellsOf } from "../../../lib/signals/columns/column.ts";
import { type ColumnKind, col, readCsv, table } from "../../../lib/signals/columns/index.ts";
import { runs } from "../../helpers/runs.ts";
import { codeOf } from "./codes.ts";

function read(text: string, options: Parameters<typeof readCsv>[1] = {}) {
  const entries = Object.entries<ReturnType<typeof readCsv>[string]>(readCsv(text, options));
  return Object.fromEntries(entries.map(([name, each]) => [name, { kind: each.kind, cells: cellsOf(each) }]));
}

/** A slow reader of one character at a time, with a state per character. */
function slowRecords(text: string): string[][] {
  const records: string[][] = [[]];
  let field = "";
  let state: "start" | "plain" | "quoted" | "closed" = "start";
  const endField = (): void => {
    records.at(-1)?.push(field);
    field = "";
    state = "start";
  };
  for (const character of text.replaceAll("\r\n", "\n")) {
    if (state === "quoted") {
      if (character === '"') state = "closed";
      else field += character;
    } else if (state === "closed" && character === '"') {
      field += '"';
      state = "quoted";
    } else if (character === ",") endField();
    else if (character === "\n") {
      endField();
      records.push([]);
    } else if (character === '"' && state === "start") state = "quoted";
    else {
      field += character;
      state = "plain";
    }
  }
  if (field !== "" || state !== "start" || records.at(-1)?.length) endField();
  return records.filter((record) => record.length > 0);
}

test("reads what a slow parser reads, whatever is quoted and however lines end", () => {
  const field = fc.string({ unit: fc.constantFrom("a", "1", '"', ",", "\n", " ", "é", ";"), maxLength: 5 });
  const shape = fc.record({ width: fc.integer({ min: 1, max: 4 }), fields: fc.array(field, { maxLength: 40 }) });
  fc.assert(
    fc.property(shape, fc.boolean(), fc.boolean(), fc.boolean(), ({ width, fields }, crlf, all, ended) => {
      const quoted = (text: string): string =>
        all || /[",\n]/.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text;
      const names = Array.from({ length: width }, (_, i) => `c${i}`);
      const rows = Array.from({ length: Math.floor(fields.length / width) }, (_, row) =>
        fields.slice(row * width, (row + 1) * width),
      );
      const end = crlf ? "\r\n" : "\n";
      const text =
        [names, ...rows.map((row) => row.map(quoted))].map((row) => row.join(",")).join(end) + (ended ? end : "");
      const [, ...slow] = slowRecords(text);
      const kinds = Object.fromEntries(names.map((name) => [name, "dictionary" as const]));
      const found = read(text, { kinds });
      const normal = (value: unknown): string => String(value).replaceAll("\r\n", "\n");
      for (const [at, name] of names.entries())
        assert.deepEqual(
          found[name]?.cells.map(normal),
          slow.map((row) => row[at]),
        );
    }),
    { numRuns: runs(500) },
  );
});

test("infers kinds from all fields, and keeps ids as texts", () => {
  const text = [
    "n,x,ok,id,big,mixed,none,sci",
    "1,1.5,true,007,9007199254740993,1,,1e3",
    "-2147483648,-0,FALSE,12,1,x,,-2.5E-3",
    ",,,,,,,",
  ].join("\n");
  expect(read(text)).toEqual({
    n: { kind: "i32", cells: [1, -2147483648, null] },
    x: { kind: "f64", cells: [1.5, -0, null] },
    ok: { kind: "bool", cells: [true, false, null] },
    id: { kind: "dictionary", cells: ["007", "12", null] },
    big: { kind: "dictionary", cells: ["9007199254740993", "1", null] },
    mixed: { kind: "dictionary", cells: ["1", "x", null] },
    none: { kind: "dictionary", cells: [null, null, null] },
    sci: { kind: "f64", cells: [1000, -0.0025, null] },
  });
});

test("keeps as texts what would lose digits before the point, or come to infinity", () => {
  expect(read("long,huge,fine\n12345678901234567890.5,1e400,4503599627370495.5\n1,2,1e300\n")).toEqual({
    long: { kind: "dictionary", cells: ["12345678901234567890.5", "1"] },
    huge: { kind: "dictionary", cells: ["1e400", "2"] },
    fine: { kind: "f64", cells: [4503599627370495.5, 1e300] },
  });
});

test("refuses lines that end by a carriage return alone, instead of taking them for one", () => {
  expect(codeOf(() => readCsv("a,b\r1,2\r3,4\r"))).toBe("SIGNALS_BAD_CSV");
  expect(read('a,b\r\n"x\ry",2\r')).toEqual({
    a: { kind: "dictionary", cells: ["x\ry"] },
    b: { kind: "i32", cells: [2] },
  });
});

test("takes the kinds it is given, typed, and tells which record does not fit", () => {
  const text = "price,city\n007,Oslo\n.5,Rome\n";
  const sales = table(readCsv(text, { kinds: { price: "f64", city: "dictionary" } }));
  expect(sales.select(col("price").sum()).get()).toBe(7.5);
  // @ts-expect-error a column of strings has no sum
  expect(() => sales.select(col("city").sum())).toThrow("sum takes a number");
  for (const [kind, field] of [
    ["i32", "1.5"],
    ["i32", "2147483648"],
    ["f64", "1,5"],
    ["f64", "0x10"],
    ["f64", " 1"],
    ["bool", "1"],
  ] as const) {
    const kinds: Record<string, ColumnKind> = { a: kind };
    expect(() => readCsv(`a\n"${field}"`, { kinds }), field).toThrow(`Column "a" holds no ${kind} in record 2`);
  }
});

test("tells null from an empty text by the quotes", () => {
  expect(read('a,b\n,""\n"NA",NA\n', { nulls: ["", "NA"] })).toEqual({
    a: { kind: "dictionary", cells: [null, "NA"] },
    b: { kind: "dictionary", cells: ["", null] },
  });
});

test("takes bytes, a byte order mark, another delimiter, and names like __proto__", () => {
  const bytes = new TextEncoder().encode("\ufeff__proto__;ü\n1;2\n");
  const columns = readCsv(bytes, { delimiter: ";" });
  expect(Object.keys(columns)).toEqual(["__proto__", "ü"]);
  expect(table(columns).select(col("__proto__").sum()).get()).toBe(1);
  expect(Object.getPrototypeOf(columns)).toBe(Object.prototype);
});

test("refuses what is no CSV, and what exceeds the caps", () => {
  for (const text of ['a\n"x', 'a\nx"y', 'a\n"x"y', "a,b\n1", "a\n1,2", "a,a\n1,2"])
    expect(
      codeOf(() => readCsv(text)),
      text,
    ).toBe("SIGNALS_BAD_CSV");
  expect(codeOf(() => readCsv("a", { kinds: { b: "f64" } }))).toBe("SIGNALS_BAD_CSV");
  expect(codeOf(() => readCsv("a", { delimiter: '"' }))).toBe("SIGNALS_BAD_CSV");
  expect(codeOf(() => readCsv(Uint8Array.of(0xff)))).toBe("SIGNALS_BAD_CSV");
  expect(codeOf(() => readCsv("a\n1\n2\n3", { maxRows: 2 }))).toBe("SIGNALS_TOO_LARGE");
  expect(codeOf(() => readCsv("a,b,c\n", { maxColumns: 2 }))).toBe("SIGNALS_TOO_LARGE");
  expect(codeOf(() => readCsv("a\n1\n", { maxLength: 2 }))).toBe("SIGNALS_TOO_LARGE");
  expect(table(readCsv("")).length.get()).toBe(0);
  expect(read("a,b\n")).toEqual({ a: { kind: "dictionary", cells: [] }, b: { kind: "dictionary", cells: [] } });
});

test("answers any text with columns or a code", () => {
  const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "1", ""), maxLength: 30 });
  fc.assert(
    fc.property(text, (text) => {
      try {
        read(text);
      } catch (error) {
        assert.ok(isCodedError(error), String(error));
      }
    }),
    { numRuns: runs(3000) },
  );
});
