import assert from "node:assert/strict";
import { Decoder } from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, test } from "vitest";
import { isCodedError } from "../../lib/errors/index.ts";
import { createBufferPool } from "../../lib/pool/index.ts";
import * as server from "../../lib/wire/codec.ts";
import * as browser from "../../lib/wire/codec-browser.ts";
import { decodeFrame, encodeFrame, type WireMap, type WireValue } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { toMap, wireValue } from "../helpers/wire-values.ts";
import { oracleDecode, oracleEncode } from "../oracle/messagepack.ts";

/** Equal down to the sign of zero, and to maps having no prototype. */
const same = (got: WireValue, wanted: WireValue): void => assert.deepEqual(got, wanted);

function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    assert.ok(isCodedError(error), String(error));
    return error.code;
  }
  return "no error";
}

/** The same with the entries of every map the other way round. */
function shuffled(value: WireValue): WireValue {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(shuffled);
  return toMap(
    Object.entries(value)
      .map(([key, item]) => [key, shuffled(item)] as const)
      .reverse(),
  );
}

/** The keys of a map in the order they travel in: an object would put those that look like integers first. */
function keysOnWire(bytes: Uint8Array): string[] {
  const keys: string[] = [];
  new Decoder({ mapKeyConverter: (key) => keys.push(String(key)) && String(key) }).decode(bytes);
  return keys;
}

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

// One suite for both: the browsers' codec is another program.
describe.each([
  ["server", server],
  ["browser", browser],
])("values, %s", (_build, { decodeValue, encodeLease, encodeValue }) => {
  /** Decodes or refuses with a WIRE code, exactly as the oracle does. */
  function agrees(bytes: Uint8Array): void {
    const wanted = oracleDecode(bytes);
    if (wanted === undefined)
      assert.match(
        codeOf(() => decodeValue(bytes)),
        /^WIRE_/,
      );
    else same(decodeValue(bytes), wanted);
  }

  test("the encoding is the shortest of the forms in the book, with a pool and without", () => {
    const pool = createBufferPool();
    fc.assert(
      fc.property(wireValue, (value) => {
        const wanted = oracleEncode(value, () => 0);
        assert.deepEqual(Buffer.from(encodeValue(value)), wanted);
        assert.deepEqual(Buffer.from(encodeValue(value, { pool })), wanted);
        const lease = encodeLease(value, pool);
        assert.deepEqual(Buffer.from(lease.written()), wanted);
        lease.release();
      }),
    );
    assert.equal(pool.stats().leases, 0);
  });

  test("decodes every valid form of a value, as the oracle does", () => {
    fc.assert(
      fc.property(wireValue, fc.infiniteStream(fc.nat()), (value, stream) => {
        const bytes = oracleEncode(value, (forms) => (stream.next().value as number) % forms);
        same(decodeValue(bytes), value);
        same(oracleDecode(bytes) as WireValue, value);
      }),
    );
  });

  test("refuses every proper prefix of a message", () => {
    fc.assert(
      fc.property(wireValue, (value) => {
        const bytes = encodeValue(value);
        for (let length = 0; length < bytes.length; length++) {
          assert.match(
            codeOf(() => decodeValue(bytes.subarray(0, length))),
            /^WIRE_(CUT_SHORT|BAD_UTF8)$/,
          );
        }
        assert.equal(
          codeOf(() => decodeValue(Buffer.concat([bytes, Buffer.of(0xc0)]))),
          "WIRE_TRAILING_BYTES",
        );
      }),
      { numRuns: 60 },
    );
  });

  test("agrees with the oracle on altered messages", () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(wireValue, fc.array(change, { minLength: 1, maxLength: 4 }), (value, changes) => {
        const bytes = encodeValue(value);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        agrees(bytes);
      }),
      { numRuns: runs(3000) },
    );
  });

  test("agrees with the oracle on random bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), agrees), { numRuns: runs(5000) });
  });

  test("agrees with the oracle on every message of one and two bytes", () => {
    for (let first = 0; first < 256; first++) {
      agrees(Uint8Array.of(first));
      for (let second = 0; second < 256; second++) agrees(Uint8Array.of(first, second));
    }
  });

  test.each([
    ["long text", "x".repeat(70_000)],
    ["text that outgrows the head its length suggests", "é".repeat(31)],
    ["text that outgrows a two-byte head", "€".repeat(100)],
    ["text that outgrows a three-byte head", "€".repeat(30_000)],
    ["long bin", new Uint8Array(70_000).fill(7)],
    ["a long array", new Array<WireValue>(70_000).fill(1)],
    ["a large map", toMap(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i] as const))],
  ])("%s makes the round trip in its shortest form", (_name, value) => {
    const pool = createBufferPool();
    const bytes = encodeValue(value);
    assert.ok(oracleEncode(value, () => 0).equals(bytes));
    assert.ok(Buffer.from(encodeValue(value, { pool })).equals(bytes));
    same(decodeValue(bytes), value);
  });

  test.each([
    ["ext 8", "c7 01 05 00", "WIRE_BAD_TYPE"],
    ["fixext 1", "d4 05 00", "WIRE_BAD_TYPE"],
    ["a timestamp", "d6 ff 00 00 00 00", "WIRE_BAD_TYPE"],
    ["the unused type", "c1", "WIRE_BAD_TYPE"],
    ["nothing", "", "WIRE_CUT_SHORT"],
    ["4 GiB of text", "db ff ff ff ff 61", "WIRE_CUT_SHORT"],
    ["4 GiB of bin", "c6 ff ff ff ff 61", "WIRE_CUT_SHORT"],
    ["4 Gi elements", "dd ff ff ff ff c0", "WIRE_CUT_SHORT"],
    ["4 Gi entries", "df ff ff ff ff a0 c0", "WIRE_CUT_SHORT"],
    ["an array with one element too few", "92 c0", "WIRE_CUT_SHORT"],
    ["2^53 as uint64", "cf 00 20 00 00 00 00 00 00", "WIRE_BAD_NUMBER"],
    ["-2^53 as int64", "d3 ff e0 00 00 00 00 00 00", "WIRE_BAD_NUMBER"],
    ["the largest uint64", "cf ff ff ff ff ff ff ff ff", "WIRE_BAD_NUMBER"],
    ["an integer key", "81 01 c0", "WIRE_BAD_KEY"],
    ["a container as key", "81 90 c0", "WIRE_BAD_KEY"],
    ["a duplicate key", "82 a1 61 c0 a1 61 c0", "WIRE_BAD_KEY"],
    ["a duplicate key in another form", "82 a1 61 c0 d9 01 61 c0", "WIRE_BAD_KEY"],
    ["__proto__ twice", "82 a9 5f5f70726f746f5f5f c0 a9 5f5f70726f746f5f5f c0", "WIRE_BAD_KEY"],
    ["an empty key twice", "82 a0 01 a0 02", "WIRE_BAD_KEY"],
    ["an empty key twice among four", "84 a0 01 a1 61 02 a1 62 03 a0 04", "WIRE_BAD_KEY"],
    ["a surrogate in UTF-8", "a3 ed a0 80", "WIRE_BAD_UTF8"],
    ["an overlong form", "a2 c0 af", "WIRE_BAD_UTF8"],
    ["two values", "c0 c0", "WIRE_TRAILING_BYTES"],
  ])("refuses %s", (_name, bytes, code) => {
    assert.equal(
      codeOf(() => decodeValue(hex(bytes))),
      code,
    );
    assert.equal(oracleDecode(hex(bytes)), undefined);
  });

  test("int64 and uint64 are taken when they are safe", () => {
    assert.equal(decodeValue(hex("cf 00 1f ff ff ff ff ff ff")), Number.MAX_SAFE_INTEGER);
    assert.equal(decodeValue(hex("d3 ff e0 00 00 00 00 00 01")), Number.MIN_SAFE_INTEGER);
    assert.equal(decodeValue(hex("d3 ff ff ff ff ff ff ff ff")), -1);
  });

  test("a __proto__ key is an entry and touches no prototype", () => {
    const map = decodeValue(encodeValue(JSON.parse('{"__proto__":{"admin":true}}')));
    assert.equal(Object.getPrototypeOf(map), null);
    assert.deepEqual(Object.keys(map as WireMap), ["__proto__"]);
    assert.equal((map as { admin?: unknown }).admin, undefined);
    assert.equal(({} as { admin?: unknown }).admin, undefined);
  });

  test("a map is the same however often its keys have come, and a key that comes twice is always refused", () => {
    const key = fc.constantFrom("id", "title", "done", "__proto__", "constructor", "é", "0", "7", "", "x".repeat(40));
    const keys = fc.uniqueArray(key, { minLength: 1 });
    const pairs = fc.array(
      fc.tuple(keys, fc.array(fc.oneof(fc.integer(), fc.double(), fc.string()), { minLength: 10 })),
    );
    fc.assert(
      fc.property(pairs, (maps) => {
        for (const [names, values] of [...maps, ...maps, ...maps]) {
          const map = toMap(names.map((name, i) => [name, values[i] ?? null]));
          const bytes = encodeValue(map);
          const got = decodeValue(bytes) as WireMap;
          same(got, map);
          assert.deepEqual(Object.keys(got), Object.keys(map));
          assert.deepEqual(decodeValue(encodeValue(got)), map);
          // one entry more, whose key is there already, in the form that it has or in another
          const again = Buffer.from(names[names.length >> 1] ?? "");
          for (const head of [
            [0xd9, again.length],
            again.length < 32 ? [0xa0 + again.length] : [0xda, 0, again.length],
          ]) {
            const more = Buffer.concat([bytes, Buffer.from(head), again, Buffer.of(0xc0)]);
            more[0] = 0x80 + names.length + 1;
            assert.equal(
              codeOf(() => decodeValue(more)),
              "WIRE_BAD_KEY",
            );
          }
        }
      }),
    );
  });

  test("64 levels make the round trip and 65 are refused on both sides", () => {
    const nested = (levels: number): WireValue => (levels === 0 ? 1 : [nested(levels - 1)]);
    same(decodeValue(encodeValue(nested(64))), nested(64));
    assert.equal(
      codeOf(() => encodeValue(nested(65))),
      "WIRE_TOO_DEEP",
    );
    const deeper = Buffer.concat([Buffer.alloc(65, 0x91), Buffer.of(1)]);
    assert.equal(
      codeOf(() => decodeValue(deeper)),
      "WIRE_TOO_DEEP",
    );
    same(decodeValue(deeper, { maxDepth: 65 }), nested(65));
    assert.equal(
      codeOf(() => decodeValue(Buffer.alloc(100_000, 0x91), { maxDepth: 1e9 })),
      "WIRE_TOO_DEEP",
    );
    assert.equal(
      codeOf(() => decodeValue(Buffer.of(0x90), { maxDepth: 0 })),
      "WIRE_TOO_DEEP",
    );
  });

  test("a cycle is refused as too deep, and the lease it was written to comes back", () => {
    const loop: WireValue[] = [];
    loop.push(loop);
    const pool = createBufferPool();
    assert.equal(
      codeOf(() => encodeValue(loop, { pool })),
      "WIRE_TOO_DEEP",
    );
    assert.equal(pool.stats().leases, 0);
  });

  test("the caps on bytes and items hold exactly", () => {
    const bytes = encodeValue([1, { a: 2 }, [3]]); // three elements, one entry, one element
    same(decodeValue(bytes, { maxItems: 5, maxBytes: bytes.length }), decodeValue(bytes));
    assert.equal(
      codeOf(() => decodeValue(bytes, { maxItems: 4 })),
      "WIRE_TOO_MANY_ITEMS",
    );
    assert.equal(
      codeOf(() => decodeValue(bytes, { maxBytes: bytes.length - 1 })),
      "WIRE_FRAME_TOO_LARGE",
    );
    assert.equal(
      codeOf(() => decodeValue(Buffer.concat([hex("dd 00 03 d0 91"), Buffer.alloc(250_001)]))),
      "WIRE_TOO_MANY_ITEMS",
    );
  });

  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["an undefined entry", { a: undefined }],
    ["a hole", new Array(1)],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a bigint", 1n],
    ["a date", new Date(0)],
    ["a map", new Map()],
    [
      "an instance",
      new (class Point {
        x = 1;
      })(),
    ],
    ["an array buffer", new ArrayBuffer(1)],
    ["another typed array", new Float64Array(1)],
    ["a key with a lone surrogate", { "\ud800": 1 }],
  ])("refuses to encode %s", (_name, value) => {
    const foreign = value as WireValue; // cast: what the types forbid and plain JavaScript passes anyway
    assert.equal(
      codeOf(() => encodeValue(foreign)),
      "WIRE_BAD_VALUE",
    );
    assert.equal(
      codeOf(() => encodeValue([foreign])),
      "WIRE_BAD_VALUE",
    );
  });

  test("lone surrogates in text become U+FFFD", () => {
    assert.equal(decodeValue(encodeValue("a\ud800b")), "a\ufffdb");
  });

  test("a NaN with foreign bits is written as the one NaN", () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0] as number;
    assert.deepEqual(encodeValue(odd), hex("cb 7f f8 00 00 00 00 00 00"));
  });

  test("a decoded value shares no memory with the message", () => {
    const message = Buffer.from([0xc4, 2, 1, 2]);
    const value = decodeValue(message) as Uint8Array;
    message.fill(9);
    assert.deepEqual([...value], [1, 2]);
    assert.equal(Object.getPrototypeOf(value), Uint8Array.prototype);
  });

  test("canonical form sorts keys, at every level, and nothing else differs", () => {
    assert.deepEqual(
      encodeValue({ b: { d: 1, c: 2 }, a: [{ z: 1, y: 2 }] }, { canonical: true }),
      encodeValue({ a: [{ y: 2, z: 1 }], b: { c: 2, d: 1 } }),
    );
    // By UTF-16 units: the surrogates of U+1F600 stand before U+FF5E. Keys like integers, too, which objects keep apart.
    const keys = ["\uff5e", "\u{1f600}", "é", "z", "9", "10", ""];
    const bytes = encodeValue(toMap(keys.map((key) => [key, key])), { canonical: true });
    assert.deepEqual(keysOnWire(bytes), ["", "10", "9", "z", "é", "\u{1f600}", "\uff5e"]);
    fc.assert(
      fc.property(wireValue, (value) => {
        const canonical = encodeValue(value, { canonical: true });
        same(decodeValue(canonical, { canonical: true }), decodeValue(encodeValue(value)));
        assert.deepEqual(encodeValue(shuffled(value), { canonical: true }), canonical);
      }),
    );
  });

  test("a message in another form is refused where it must be canonical, at the byte that differs", () => {
    fc.assert(
      fc.property(wireValue, fc.infiniteStream(fc.nat()), (value, stream) => {
        const bytes = oracleEncode(value, (forms) => (stream.next().value as number) % forms);
        const canonical = Buffer.from(encodeValue(value, { canonical: true }));
        if (canonical.equals(bytes)) return;
        const at = canonical.findIndex((byte, index) => byte !== bytes[index]);
        assert.throws(() => decodeValue(bytes, { canonical: true }), { code: "WIRE_NOT_CANONICAL", value: at });
      }),
    );
  });

  test("a getter may encode and decode, and a result is never written again", () => {
    const results: [Uint8Array, string][] = [];
    const keep = (value: WireValue): WireValue => {
      const bytes = encodeValue(value);
      results.push([bytes, Buffer.from(bytes).toString("hex")]);
      return decodeValue(bytes);
    };
    fc.assert(
      fc.property(wireValue, wireValue, (left, right) => {
        const outer = {
          left,
          get inner() {
            return keep(right);
          },
        };
        same(
          keep(outer),
          toMap([
            ["left", decodeValue(encodeValue(left))],
            ["inner", decodeValue(encodeValue(right))],
          ]),
        );
      }),
      { numRuns: 200 },
    );
    for (const [bytes, hexed] of results) assert.equal(Buffer.from(bytes).toString("hex"), hexed);
  });

  test("bodies of any size, alone or among others, arrive, and a result is never written again", () => {
    const sizes = fc.constantFrom(0, 25, 16_383, 16_384, 20_000, 70_000, 1_048_560, 1_048_576);
    const body = sizes.map((size) => new Uint8Array(size).fill(size & 255));
    const item = fc.oneof(body, body, fc.constantFrom("text", "x".repeat(5000)), fc.integer());
    const kept: [Uint8Array, WireValue][] = [];
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (values) => {
        const bytes = encodeValue(values);
        assert.deepEqual(Buffer.from(bytes), Buffer.from(oracleEncode(values, () => 0)));
        kept.push([bytes, values]);
      }),
      { numRuns: 25 },
    );
    for (const [bytes, values] of kept) same(decodeValue(bytes), values);
  });

  test("what failed leaves nothing behind", () => {
    const long = "x".repeat(20_000);
    for (let i = 0; i < 50; i++) {
      assert.throws(() => encodeValue([long, i, () => 1] as never), { code: "WIRE_BAD_VALUE" }); // cast: what the types forbid
      same(decodeValue(encodeValue([i, "ok"])), [i, "ok"]);
    }
  });

  test.each([
    ["maxBytes", "WIRE_FRAME_TOO_LARGE"],
    ["maxDepth", "WIRE_TOO_DEEP"],
    ["maxItems", "WIRE_TOO_MANY_ITEMS"],
  ])("a %s that is no number allows nothing", (name, code) => {
    assert.equal(
      codeOf(() => decodeValue(encodeValue([1]), { [name]: Number.NaN })),
      code,
    );
  });

  test("a message in the middle of a larger buffer is read from its own bytes only", () => {
    const pool = Buffer.from([0x00, 0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0x00]);
    assert.equal(decodeValue(pool.subarray(1, 10)), 1.5);
    assert.equal(
      codeOf(() => decodeValue(pool.subarray(1, 9))),
      "WIRE_CUT_SHORT",
    );
  });
});

describe("frames", () => {
  test("make the round trip", () => {
    const fields = fc.array(wireValue, { maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(0xffff), fields, (type, rest) => {
        assert.deepEqual(decodeFrame(encodeFrame([type, ...rest])), [type, ...rest]);
      }),
    );
  });

  test.each([
    ["a map", "80"],
    ["a number", "01"],
    ["an empty array", "90"],
    ["a type that is text", "91 a1 61"],
    ["a negative type", "91 ff"],
    ["a fractional type", "91 cb 3f f8 00 00 00 00 00 00"],
    ["a type beyond 65,535", "91 ce 00 01 00 00"],
  ])("refuse %s", (_name, bytes) => {
    assert.equal(
      codeOf(() => decodeFrame(hex(bytes))),
      "WIRE_BAD_FRAME",
    );
  });
});
