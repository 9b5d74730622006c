import assert from "node:assert/strict";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { chooseScanner } from "../../../lib/pool/bytes/byte-set.ts";
import { createByteSet } from "../../../lib/pool/index.ts";
import { countBytes, findByte } from "../../oracle/byte-set.ts";

const byte = fc.integer({ min: 0, max: 255 });

describe.each(["wasm", "javascript"] as const)("a byte set in %s", (choice) => {
  beforeAll(() => {
    assert.equal(chooseScanner(choice) !== undefined, choice === "wasm");
  });
  afterAll(() => chooseScanner());

  test("finds and counts what the oracle does, in any bytes, set and bounds", () => {
    const sets = fc.oneof(fc.uniqueArray(byte, { maxLength: 6 }), fc.uniqueArray(byte, { maxLength: 200 }));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.integer({ min: 96, max: 100 }), { maxLength: 300 }).map((list) => Uint8Array.from(list)),
    );
    const bound = fc.integer({ min: -20, max: 320 });
    fc.assert(
      fc.property(sets, bytes, bound, bound, fc.nat(5), (values, all, from, to, offset) => {
        const set = createByteSet(values);
        const expected = new Set(values);
        const padded = new Uint8Array(all.length + offset);
        padded.set(all, offset);
        const part = padded.subarray(offset);
        assert.equal(set.find(part, from, to), findByte(expected, part, from, to));
        assert.equal(set.count(part, from, to), countBytes(expected, part, from, to));
        assert.equal(set.find(part), findByte(expected, part, 0, part.length));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["few", [0, 10, 255]],
    ["many", [0, 1, 2, 3, 10, 255]],
  ])(
    "finds each of %s bytes wherever it stands, across chunks, and nothing of what another search left behind",
    (_, values) => {
      const set = createByteSet(values);
      const other = createByteSet("a");
      for (const length of [1, 31, 32, 33, 47, 48, 1023, 1024, 1025, 16_384, 40_000]) {
        const bytes = new Uint8Array(length).fill(97);
        assert.equal(other.count(bytes), length);
        assert.equal(set.find(bytes), -1);
        assert.equal(set.count(bytes), 0);
        for (const at of [
          0,
          1,
          15,
          16,
          17,
          31,
          1023,
          1024,
          4095,
          4096,
          5119,
          5120,
          20_479,
          20_480,
          length - 17,
          length - 1,
        ]) {
          if (at < 0 || at >= length) continue;
          bytes[at] = 255;
          assert.equal(set.find(bytes), at);
          assert.equal(set.find(bytes, at + 1), -1);
          assert.equal(set.find(bytes, 0, at), -1);
          assert.equal(set.count(bytes), 1);
          if (at + 40 < length) {
            bytes[at + 40] = 10; // what another value has further on
            assert.equal(set.find(bytes), at);
            bytes[at + 40] = 97;
          }
          bytes[at] = 97;
        }
      }
    },
  );

  test("knows every single byte from every other", () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (let value = 0; value < 256; value++) {
      const set = createByteSet([value]);
      assert.equal(set.find(all), value);
      assert.equal(set.count(all), 1);
    }
    assert.equal(createByteSet(all).count(all), 256);
    assert.equal(createByteSet([]).find(all), -1);
  });
});

describe("createByteSet", () => {
  test("takes ASCII text, and refuses what is no byte or not ASCII", () => {
    assert.equal(createByteSet("&<").find(new TextEncoder().encode("a < b")), 2);
    for (const wrong of [[256], [-1], [1.5], [Number.NaN], "\u00e9", "\u{1f600}"])
      assert.throws(() => createByteSet(wrong), { code: "POOL_OUT_OF_RANGE" });
  });
});
