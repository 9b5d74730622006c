import assert from "node:assert/strict";
import * as arrow from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCodedError } from "../../../lib/errors/index.ts";
import { cellsOf } from "../../../lib/signals/columns/column.ts";
import {
  bool,
  type Cell,
  type Column,
  col,
  dictionary,
  f64,
  fromArrow,
  i32,
  readArrow,
  table,
  writeArrow,
} from "../../../lib/signals/columns/index.ts";
import { runs } from "../../helpers/runs.ts";
import { codeOf } from "./codes.ts";

const FORMATS = ["stream", "file"] as const;

const mixed = fc.integer({ min: 0, max: 70 }).chain((length) => {
  const list = <T>(value: fc.Arbitrary<T>) =>
    fc.array(fc.option(value, { freq: 4 }), { minLength: length, maxLength: length });
  return fc.record({
    price: list(fc.double({ noNaN: true })),
    qty: list(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    open: list(fc.boolean()),
    city: list(fc.string({ unit: "grapheme", maxLength: 6 })),
  });
});

function columnsOf(data: {
  price: (number | null)[];
  qty: (number | null)[];
  open: (boolean | null)[];
  city: (string | null)[];
}) {
  return { price: f64(data.price), qty: i32(data.qty), open: bool(data.open), city: dictionary(data.city) };
}

function contents(columns: Readonly<Record<string, Column>>): Record<string, Cell[]> {
  return Object.fromEntries(Object.entries(columns).map(([name, each]) => [name, cellsOf(each)]));
}

function theirsOf(from: arrow.Table): Record<string, unknown[]> {
  return Object.fromEntries(from.schema.fields.map(({ name }, at) => [name, [...(from.getChildAt(at) ?? [])]]));
}

const theirTable = (data: {
  price: (number | null)[];
  qty: (number | null)[];
  open: (boolean | null)[];
  city: (string | null)[];
}) =>
  new arrow.Table({
    price: arrow.vectorFromArray(data.price, new arrow.Float64()),
    qty: arrow.vectorFromArray(data.qty, new arrow.Int32()),
    open: arrow.vectorFromArray(data.open, new arrow.Bool()),
    city: arrow.vectorFromArray(data.city, new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
  });

describe.each(FORMATS)("as a %s", (format) => {
  test("apache-arrow reads what we write", () => {
    fc.assert(
      fc.property(mixed, (data) => {
        const columns = columnsOf(data);
        assert.deepEqual(theirsOf(arrow.tableFromIPC(writeArrow(columns, { format }))), { ...data });
      }),
    );
  });

  test("we read what apache-arrow writes", () => {
    fc.assert(
      fc.property(mixed, (data) => {
        const bytes = arrow.tableToIPC(theirTable(data), format);
        assert.deepEqual(contents(readArrow(bytes)), { ...data });
      }),
    );
  });

  test("we read what we write", () => {
    fc.assert(
      fc.property(mixed, (data) => {
        assert.deepEqual(contents(readArrow(writeArrow(columnsOf(data), { format }))), { ...data });
      }),
    );
  });

  test("several batches become one, dictionaries that grow between them included", () => {
    const batch = (values: (number | null)[], words: (string | null)[], flags: (boolean | null)[]) =>
      new arrow.Table({
        n: arrow.vectorFromArray(values, new arrow.Float64()),
        s: arrow.vectorFromArray(words, new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
        b: arrow.vectorFromArray(flags, new arrow.Bool()),
      });
    const whole = batch([1, null], ["x", "y"], [true, null]).concat(
      batch([3], ["z"], [false]),
      batch([4, 5], [null, "x"], [true, true]),
    );
    const wanted = { n: [1, null, 3, 4, 5], s: ["x", "y", "z", null, "x"], b: [true, null, false, true, true] };
    expect(theirsOf(whole)).toEqual(wanted);
    expect(contents(fromArrow(whole))).toEqual(wanted);
    // A file may not replace a dictionary, says apache-arrow: there, all batches use the same words.
    const [x, y] = [batch([1, null], ["x", "y"], [true, null]), batch([3], ["x"], [false])];
    const bytes = arrow.tableToIPC(format === "file" ? x.concat(x) : x.concat(y), format);
    const again =
      format === "file" ? { n: [1, null], s: ["x", "y"], b: [true, null] } : { n: [3], s: ["x"], b: [false] };
    expect(contents(readArrow(bytes))).toEqual({
      n: [1, null, ...again.n],
      s: ["x", "y", ...again.s],
      b: [true, null, ...again.b],
    });
    if (format === "stream") expect(contents(readArrow(arrow.tableToIPC(whole, format)))).toEqual(wanted);
  });

  test("what is aligned stays where it is", () => {
    const data = { price: [1.5, null], qty: [1, 2], open: [true, false], city: ["a", null] };
    const bytes = arrow.tableToIPC(theirTable(data), format);
    const own = new Uint8Array(new ArrayBuffer(bytes.length));
    own.set(bytes);
    for (const each of Object.values(readArrow(own))) expect(each.values.buffer).toBe(own.buffer);
    const shifted = new Uint8Array(own.length + 1);
    shifted.set(own, 1);
    expect(contents(readArrow(shifted.subarray(1)))).toEqual(data);
  });
});

describe("a table of apache-arrow", () => {
  const theirs = theirTable({ price: [1, 2, 3], qty: [1, 2, 3], open: [true, false, true], city: ["a", "b", "a"] });

  test("shares its memory, and a write does not reach it", () => {
    const columns = fromArrow(theirs);
    for (const name of ["price", "qty", "open", "city"] as const) {
      const mine = columns[name]?.values.buffer;
      expect(mine).toBeInstanceOf(ArrayBuffer);
      expect(theirs.getChild(name)?.data[0]?.values.buffer).toBe(mine);
    }
    const tbl = table(columns);
    tbl.set("price", 0, 100);
    expect(tbl.select(col("price").sum()).get()).toBe(105);
    expect(theirs.getChild("price")?.get(0)).toBe(1);
  });

  test("may be a slice, on a byte or inside one", () => {
    const data = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? null : i));
    const flags = data.map((value) => (value === null ? null : value % 2 === 0));
    const words = data.map((value) => (value === null ? null : `w${value % 5}`));
    const whole = theirTable({ price: data, qty: data, open: flags, city: words });
    for (const [from, to] of [
      [0, 40],
      [8, 24],
      [3, 29],
      [39, 40],
      [5, 5],
    ] as const) {
      const slice = (list: readonly Cell[]) => list.slice(from, to);
      const wanted = { price: slice(data), qty: slice(data), open: slice(flags), city: slice(words) };
      expect(contents(fromArrow(whole.slice(from, to)))).toEqual(wanted);
    }
  });

  test("gives other numbers and texts as copies", () => {
    const other = new arrow.Table({
      i8: arrow.vectorFromArray([-128, null, 127], new arrow.Int8()),
      u16: arrow.vectorFromArray([0, 65535, null], new arrow.Uint16()),
      u32: arrow.vectorFromArray([2 ** 32 - 1, 0, null], new arrow.Uint32()),
      f32: arrow.vectorFromArray([0.5, null, -1], new arrow.Float32()),
      i64: arrow.vectorFromArray([2n ** 53n - 1n, null, -5n], new arrow.Int64()),
      text: arrow.vectorFromArray(["ä", null, "ä"], new arrow.Utf8()),
      narrow: arrow.vectorFromArray(["p", "q", null], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())),
    });
    const wanted = {
      i8: [-128, null, 127],
      u16: [0, 65535, null],
      u32: [2 ** 32 - 1, 0, null],
      f32: [0.5, null, -1],
      i64: [2 ** 53 - 1, null, -5],
      text: ["ä", null, "ä"],
      narrow: ["p", "q", null],
    };
    expect(contents(fromArrow(other))).toEqual(wanted);
    expect(contents(readArrow(arrow.tableToIPC(other, "file")))).toEqual(wanted);
  });

  test("with a type that has no place is refused by name, unless that column is left out", () => {
    const dated = new arrow.Table({
      day: arrow.vectorFromArray([new Date(0)], new arrow.DateMillisecond()),
      tags: arrow.vectorFromArray([["a", "b"]], new arrow.List(arrow.Field.new("item", new arrow.Utf8(), true))),
      n: arrow.vectorFromArray([7], new arrow.Int32()),
    });
    const bytes = arrow.tableToIPC(dated, "stream");
    expect(() => readArrow(bytes)).toThrow('"day" of type Date');
    expect(() => fromArrow(dated)).toThrow('"day" of type Date');
    expect(codeOf(() => readArrow(bytes))).toBe("SIGNALS_UNSUPPORTED_ARROW");
    expect(contents(readArrow(bytes, { columns: ["n"] }))).toEqual({ n: [7] });
    expect(contents(fromArrow(dated, ["n"]))).toEqual({ n: [7] });
    expect(codeOf(() => readArrow(bytes, { columns: ["m"] }))).toBe("SIGNALS_UNKNOWN_COLUMN");
    const big = new arrow.Table({ n: arrow.vectorFromArray([2n ** 60n], new arrow.Int64()) });
    expect(codeOf(() => fromArrow(big))).toBe("SIGNALS_UNSUPPORTED_ARROW");
  });
});

describe("bytes from strangers", () => {
  const data = { price: [1.5, null, 3], qty: [1, 2, 3], open: [true, false, null], city: ["a", "b", null] };
  const seeds = FORMATS.flatMap((format) => [
    writeArrow(columnsOf(data), { format }),
    arrow.tableToIPC(theirTable(data), format),
  ]);

  /** Reads or refuses with one of our codes; anything else fails. */
  function readOrRefuse(bytes: Uint8Array): void {
    try {
      for (const each of Object.values(readArrow(bytes, { maxRows: 10_000 }))) {
        assert.equal(cellsOf(each).length, each.length);
        if (each.kind === "dictionary")
          for (const cell of cellsOf(each)) assert.ok(cell === null || typeof cell === "string");
      }
    } catch (error) {
      assert.ok(isCodedError(error), String(error));
    }
  }

  test("may be cut anywhere", () => {
    for (const seed of seeds) for (let end = 0; end < seed.length; end++) readOrRefuse(seed.subarray(0, end));
  });

  test("may differ in any byte", () => {
    for (const seed of seeds) {
      for (let at = 0; at < seed.length; at++) {
        for (const value of [0, 1, 127, 128, 255]) {
          const bytes = seed.slice();
          bytes[at] = value;
          readOrRefuse(bytes);
        }
      }
    }
  });

  test("may be anything, or differ in many places", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), readOrRefuse), { numRuns: runs(2000) });
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 8 }), (seed, changes) => {
        const bytes = seed.slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        readOrRefuse(bytes);
      }),
      { numRuns: runs(3000) },
    );
  });

  test("are refused beyond the caps", () => {
    const [seed = new Uint8Array(0)] = seeds;
    expect(codeOf(() => readArrow(seed, { maxRows: 2 }))).toBe("SIGNALS_TOO_LARGE");
    expect(codeOf(() => readArrow(seed, { maxBytes: 100 }))).toBe("SIGNALS_TOO_LARGE");
    expect(codeOf(() => readArrow(new Uint8Array(0)))).toBe("SIGNALS_BAD_ARROW");
  });

  test("do not reach a column by a code the dictionary has not", () => {
    const bad = columnsOf(data).city;
    const bytes = writeArrow({ city: { ...bad, values: Int32Array.of(0, 7, 0) } });
    expect(codeOf(() => readArrow(bytes))).toBe("SIGNALS_BAD_ARROW");
  });
});
