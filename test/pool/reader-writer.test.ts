import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type CodedError, isCodedError } from "../../lib/errors/index.ts";
import { createBufferPool, createReader, createWriter, type Reader, type Writer } from "../../lib/pool/index.ts";

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    assert.ok(isCodedError(error), String(error));
    return (error as CodedError).code;
  }
  return "no error";
};

/** One write and the read that answers it. */
type Step =
  | { readonly kind: NumberKind; readonly value: number }
  | { readonly kind: "string" | "utf8"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array };

const text = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 60 }),
);
const safe = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -70, max: 200 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("u8" as const), value: fc.nat(255) }),
  fc.record({ kind: fc.constant("u32" as const), value: fc.nat(0xffffffff) }),
  fc.record({ kind: fc.constant("f64" as const), value: fc.double() }),
  fc.record({ kind: fc.constant("varint" as const), value: safe.map(Math.abs) }),
  fc.record({ kind: fc.constant("svarint" as const), value: safe }),
  fc.record({ kind: fc.constantFrom("string" as const, "utf8" as const), value: text }),
  fc.record({ kind: fc.constant("bytes" as const), value: fc.uint8Array({ maxLength: 300 }) }),
);

type NumberKind = "u8" | "u32" | "f64" | "varint" | "svarint";

function write(out: Writer, each: Step): number {
  const before = out.length;
  if (each.kind === "string") out.string(each.value);
  else if (each.kind === "utf8") assert.equal(out.utf8(each.value), Buffer.byteLength(each.value));
  else if (each.kind === "bytes") out.bytes(each.value);
  else out[each.kind](Number(each.value));
  return out.length - before;
}

function read(from: Reader, each: Step, size: number): unknown {
  if (each.kind === "string") return from.string();
  if (each.kind === "utf8") return from.utf8(size);
  if (each.kind === "bytes") return Buffer.from(from.bytes(size));
  return from[each.kind]();
}

/** The bytes by the book, one value at a time. */
function oracle(each: Step): Uint8Array {
  const leb = (value: bigint): number[] => {
    const bytes: number[] = [];
    for (let rest = value; ; rest >>= 7n) {
      if (rest < 128n) return [...bytes, Number(rest)];
      bytes.push(Number(rest & 127n) | 128);
    }
  };
  const view = new DataView(new ArrayBuffer(8));
  switch (each.kind) {
    case "u8":
      return Uint8Array.of(each.value);
    case "u32":
      view.setUint32(0, each.value, true);
      return new Uint8Array(view.buffer, 0, 4);
    case "f64":
      view.setFloat64(0, each.value, true);
      return new Uint8Array(view.buffer);
    case "varint":
      return Uint8Array.from(leb(BigInt(each.value)));
    case "svarint": {
      const value = BigInt(each.value);
      return Uint8Array.from(leb(value < 0n ? -2n * value - 1n : 2n * value));
    }
    case "string":
      return Buffer.concat([Uint8Array.from(leb(BigInt(Buffer.byteLength(each.value)))), Buffer.from(each.value)]);
    case "utf8":
      return Buffer.from(each.value);
    case "bytes":
      return each.value;
  }
}

describe("writer and reader", () => {
  test.each([
    ["without a pool", undefined],
    ["with a pool", createBufferPool()],
  ])("what is written matches the book and reads back, %s", (_name, pool) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(300), (steps, minBytes) => {
        const out = createWriter(pool === undefined ? { minBytes } : { pool, minBytes });
        const sizes = steps.map((each) => write(out, each));
        const bytes = out.toBytes();
        assert.equal(bytes.length, out.length);
        assert.deepEqual(Buffer.from(bytes), Buffer.concat(steps.map(oracle)));
        out.release();
        const from = createReader(bytes);
        steps.forEach((each, i) => {
          const wanted =
            each.kind === "string" || each.kind === "utf8" ? Buffer.from(each.value).toString() : each.value;
          const got = read(from, each, sizes[i] ?? 0);
          if (wanted instanceof Uint8Array) assert.deepEqual(got, Buffer.from(wanted));
          else assert.ok(Object.is(got, wanted) || got === wanted, `${String(got)} for ${String(wanted)}`);
        });
        assert.equal(from.remaining, 0);
      }),
    );
  });

  test("a cut or altered input throws a code or reads something, and a failed read moves nothing", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), fc.uint8Array({ maxLength: 64 }), (steps, bytes) => {
        const from = createReader(bytes);
        for (const each of steps) {
          const before = from.position;
          try {
            read(from, each, oracle(each).length);
            assert.ok(from.position <= bytes.length);
          } catch (error) {
            assert.ok(isCodedError(error), String(error));
            assert.equal(from.position, before);
          }
        }
      }),
    );
  });

  test.each([
    ["a two-byte zero", [0x80, 0x00], "POOL_BAD_VARINT"],
    ["a padded 1", [0x81, 0x80, 0x00], "POOL_BAD_VARINT"],
    ["2^54", [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20], "POOL_BAD_VARINT"],
    ["endless groups", new Array(40).fill(0xff), "POOL_BAD_VARINT"],
    ["nine empty groups", [...new Array(9).fill(0x80), 1], "POOL_BAD_VARINT"],
    ["a group cut off", [0x80], "POOL_READ_PAST_END"],
    ["nothing", [], "POOL_READ_PAST_END"],
  ])("varint refuses %s", (_name, bytes, code) => {
    const from = createReader(Uint8Array.from(bytes));
    assert.equal(
      codeOf(() => from.varint()),
      code,
    );
    assert.equal(
      codeOf(() => from.svarint()),
      code,
    );
  });

  test("varint covers every safe integer and nothing beyond", () => {
    const read = (last: number): number =>
      createReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, last)).varint();
    assert.equal(read(0x0f), Number.MAX_SAFE_INTEGER);
    const beyond = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10); // 2^53
    assert.equal(
      codeOf(() => createReader(beyond).varint()),
      "POOL_BAD_VARINT",
    );
  });

  test("svarint covers every safe integer and nothing beyond", () => {
    const out = createWriter();
    out.svarint(Number.MIN_SAFE_INTEGER);
    const bytes = out.toBytes();
    assert.equal(createReader(bytes).svarint(), Number.MIN_SAFE_INTEGER);
    // One below: zigzag 2^54 - 1.
    const beyond = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f);
    assert.equal(
      codeOf(() => createReader(beyond).svarint()),
      "POOL_BAD_VARINT",
    );
  });

  test.each([
    ["u8", -1],
    ["u8", 256],
    ["u8", 1.5],
    ["u32", -1],
    ["u32", 2 ** 32],
    ["u32", Number.NaN],
    ["varint", -1],
    ["varint", 2 ** 53],
    ["varint", 0.5],
    ["svarint", 2 ** 53],
    ["svarint", Number.POSITIVE_INFINITY],
  ] as const)("%s refuses to write %d", (kind, value) => {
    const out = createWriter();
    assert.equal(
      codeOf(() => out[kind](value)),
      "POOL_OUT_OF_RANGE",
    );
    assert.equal(out.length, 0);
  });

  test.each([
    ["a stray continuation byte", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a cut sequence", [0x61, 0xe2, 0x82]],
    ["a byte that never occurs", [0x61, 0xff]],
    ["a bad byte after much text", [...new Array(100).fill(0x61), 0xff]],
  ])("utf8 refuses %s", (_name, bytes) => {
    const from = createReader(Uint8Array.from(bytes));
    assert.equal(
      codeOf(() => from.utf8(bytes.length)),
      "POOL_BAD_UTF8",
    );
    assert.equal(from.position, 0);
  });

  test("a leading byte order mark survives, since it is text like any other", () => {
    const out = createWriter();
    out.string("\ufeffhi");
    assert.equal(createReader(out.toBytes()).string(), "\ufeffhi");
  });

  test("a claimed length is checked against what remains, never allocated", () => {
    const out = createWriter();
    out.varint(Number.MAX_SAFE_INTEGER);
    const from = createReader(out.toBytes());
    assert.equal(
      codeOf(() => from.string()),
      "POOL_READ_PAST_END",
    );
    for (const count of [-1, 0.5, Number.NaN, 9])
      assert.equal(
        codeOf(() => from.bytes(count)),
        "POOL_READ_PAST_END",
      );
  });

  test("a reader over a Buffer gives plain views of its part only", () => {
    const whole = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const from = createReader(whole.subarray(2, 11));
    assert.equal(from.u32(), 0x06050403);
    const rest = from.bytes(5);
    assert.equal(Object.getPrototypeOf(rest), Uint8Array.prototype);
    assert.deepEqual([...rest], [7, 8, 9, 10, 11]);
    assert.equal(
      codeOf(() => from.u8()),
      "POOL_READ_PAST_END",
    );
  });

  test("position can be set back, but never outside the bytes", () => {
    const from = createReader(Uint8Array.of(1, 2));
    from.position = 2;
    assert.equal(from.remaining, 0);
    from.position = 0;
    assert.equal(from.u8(), 1);
    for (const at of [-1, 3, 0.5, Number.NaN]) {
      assert.equal(
        codeOf(() => {
          from.position = at;
        }),
        "POOL_READ_PAST_END",
      );
    }
    assert.equal(from.position, 1);
  });

  test("a writer starts over after reset, lease and release", () => {
    const pool = createBufferPool();
    const out = createWriter({ pool });
    out.string("first");
    out.reset();
    out.u8(7);
    const lease = out.lease();
    assert.deepEqual([...lease.written()], [7]);
    assert.equal(out.length, 0);
    out.u8(8);
    assert.deepEqual([...lease.written()], [7]);
    assert.deepEqual([...out.toBytes()], [8]);
    lease.release();
    out.release();
    out.release();
    assert.equal(pool.stats().leases, 0);
    assert.deepEqual([...out.toBytes()], []);
    const empty = out.lease();
    assert.equal(empty.written().length, 0);
    empty.release();
  });

  test("a writer can fill the largest lease to its last byte", () => {
    const pool = createBufferPool({ maxLeaseBytes: 5000 });
    const out = createWriter({ pool });
    out.bytes(new Uint8Array(4999));
    out.u8(1);
    assert.equal(
      codeOf(() => out.u8(1)),
      "POOL_TOO_LARGE",
    );
    assert.equal(out.length, 5000);
    out.release();
  });
});
