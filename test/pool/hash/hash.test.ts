import assert from "node:assert/strict";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { chooseLong } from "../../../lib/pool/hash/xxh64.ts";
import { type HashSeed, hash32, hash64, hash64Halves } from "../../../lib/pool/index.ts";
import { halfSipHashOracle, xxh64Oracle } from "../../oracle/hash.ts";
import { HALF_SIP_1_3, HALF_SIP_2_4, XXH64_VECTORS } from "./vectors.ts";

const upTo = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);
const bigOf = ([low, high]: HashSeed): bigint => (BigInt(high) << 32n) | BigInt(low);
const hexOf = (value: bigint): string => value.toString(16).padStart(16, "0");
const seeds = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 0xffffffff }));
const encoder = new TextEncoder();

describe("hash64 in a process that begins", () => {
  test("goes on in WebAssembly once there was much to hash, in the middle of texts and bytes, with the same outcome", () => {
    chooseLong();
    const lengths = [40, 60_000, 65_472, 70_000, 66_728, 200, 70_000, 33];
    for (const [i, length] of lengths.entries()) {
      const text = "\u00e9b".repeat(length).slice(i, i + length);
      const expected = hexOf(xxh64Oracle(encoder.encode(text)));
      assert.equal(hash64(text), expected, `${length} units`);
      assert.equal(hash64(encoder.encode(text)), expected, `${length} units in bytes`);
    }
    chooseLong();
  });
});

describe.each(["wasm", "javascript"] as const)("hash64, what is long in %s", (choice) => {
  beforeAll(() => assert.equal(chooseLong(choice), choice === "wasm"));
  afterAll(() => {
    chooseLong();
  });

  test("gives what the reference implementation of XXH64 gives for its own checks", () => {
    // The buffer of xxHash's sanity check: the upper byte of a number multiplied by a prime again and again.
    const buffer = new Uint8Array(2367);
    let generator = 2654435761n;
    for (let i = 0; i < buffer.length; i++) {
      buffer[i] = Number(generator >> 56n);
      generator = (generator * 11400714785074694797n) & 0xffff_ffff_ffff_ffffn;
    }
    for (const [length, seed, expected] of XXH64_VECTORS)
      assert.equal(hash64(buffer.subarray(0, length), [seed, 0]), hexOf(expected), `${length} bytes, seed ${seed}`);
  });

  test("gives what the oracle gives, for bytes, text and every seed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), seeds, (bytes, seed) => {
        const expected = xxh64Oracle(bytes, bigOf(seed));
        assert.equal(hash64(bytes, seed), hexOf(expected));
        assert.equal(bigOf(hash64Halves(bytes, seed)), expected);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), seeds, (text, seed) => {
        assert.equal(hash64(text, seed), hexOf(xxh64Oracle(encoder.encode(text), bigOf(seed))));
      }),
    );
  });

  test("gives what the oracle gives at every length around a stripe and a page, at any offset", () => {
    const bytes = Uint8Array.from({ length: 140_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255);
    const lengths = [...Array(200).keys(), 65_439, 65_440, 65_471, 65_472, 65_473, 65_535, 65_536, 131_008, 131_100];
    for (const length of lengths) {
      const from = length % 7;
      const part = bytes.subarray(from, from + length);
      assert.equal(hash64(part), hexOf(xxh64Oracle(part)), `${length} bytes`);
    }
    for (const times of [4000, 6000]) {
      const text = "long text \u00e9\u{1f600}".repeat(times); // 64,000 bytes fit into the page, 96,000 do not
      assert.equal(hash64(text), hexOf(xxh64Oracle(encoder.encode(text))));
    }
  });

  test("is of long text what it is of its UTF-8, wherever the pages of memory cut it", () => {
    const units = ["a", "\u00e9", "\u6771", "\u{1f600}", "\ud800"];
    for (const unit of units) {
      for (let before = 0; before < 36; before += 5) {
        for (const times of [21_800, 21_830, 32_730, 65_470, 140_000]) {
          const text = "x".repeat(before) + unit.repeat(times);
          assert.equal(hash64(text), hash64(encoder.encode(text)), `${before} before ${times} of ${unit.length} units`);
        }
      }
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 40, maxLength: 300 }), seeds, (text, seed) => {
        const long = text.repeat(600);
        assert.deepEqual(hash64Halves(long, seed), hash64Halves(encoder.encode(long), seed));
      }),
      { numRuns: 50 },
    );
  });
});

function count(slots: Uint32Array, slot: number): void {
  slots[slot] = (slots[slot] ?? 0) + 1;
}

describe("hash64", () => {
  test("takes lone surrogates for U+FFFD, as UTF-8 does", () => {
    assert.equal(hash64("a\ud800"), hash64("a\ufffd"));
  });

  test("of a sequence depends on where its parts end", () => {
    const both = (first: string, second: string): string => hash64(second, hash64Halves(first));
    assert.notEqual(both("ab", "c"), both("a", "bc"));
    assert.notEqual(both("abc", ""), both("", "abc"));
  });

  test("changes half of its bits when one bit of the input or the seed changes", () => {
    for (const length of [1, 8, 31, 32, 100]) {
      const bytes = upTo(length);
      const before = bigOf(hash64Halves(bytes));
      let changed = 0;
      for (let bit = 0; bit < length * 8; bit++) changed += ones(before ^ bigOf(hash64Halves(flipped(bytes, bit))));
      assert.ok(Math.abs(changed / (length * 8) - 32) < 4, `${length} bytes: ${changed / (length * 8)} bits`);
      assert.ok(ones(before ^ bigOf(hash64Halves(bytes, [1, 0]))) > 16);
    }
  });

  test("gives 100,000 short names 100,000 hashes", () => {
    assert.equal(new Set(names(100_000).map((name) => hash64(name))).size, 100_000);
  });
});

describe("hash32", () => {
  const key: HashSeed = [0x03020100, 0x07060504];

  test("gives the vectors of HalfSipHash-1-3 that Linux tests itself against", () => {
    for (const [length, expected] of HALF_SIP_1_3.entries())
      assert.equal(hash32(upTo(length), key), expected, `${length} bytes`);
  });

  test("differs only in its rounds from what gives the vectors of the authors, with two and four", () => {
    for (const [length, expected] of HALF_SIP_2_4.entries())
      assert.equal(halfSipHashOracle(upTo(length), key, [2, 4]), expected, `${length} bytes`);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), seeds, (bytes, seed) => {
        assert.equal(hash32(bytes, seed), halfSipHashOracle(bytes, seed, [1, 3]));
      }),
    );
  });

  test("is of a text what it is of its UTF-8, short or long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), seeds, (text, seed) => {
        assert.equal(hash32(text, seed), hash32(encoder.encode(text), seed));
      }),
    );
    const long = "h\u00e4lt ".repeat(10_000);
    assert.equal(hash32(long), hash32(encoder.encode(long)));
  });

  test("spreads names evenly over a table, and differently for another key", () => {
    const all = names(65_536);
    for (const seed of [[0, 0], key] as const) {
      const slots = new Uint32Array(4096);
      for (const name of all) count(slots, hash32(name, seed) & 4095);
      // Sixteen to a slot: by chance, none of 4,096 slots gets more than forty in a thousand tries.
      assert.ok(Math.max(...slots) < 45, `${Math.max(...slots)} in one slot`);
    }
    const together = all.filter((name) => hash32(name) === hash32("0"));
    const elsewhere = new Set(together.map((name) => hash32(name, key)));
    assert.equal(elsewhere.size, together.length);
  });

  test("scatters names that a seedless hash puts into one slot", () => {
    // Chosen as an attacker does who knows the function: all have the same lower bits without a key.
    const chosen = names(400_000).filter((name) => (hash32(name) & 1023) === 7);
    assert.ok(chosen.length > 300);
    const slots = new Uint32Array(1024);
    for (const name of chosen) count(slots, hash32(name, [0x12345678, 0x9abcdef0]) & 1023);
    assert.ok(Math.max(...slots) < 8);
  });

  test("changes half of its bits when one bit of the input or the key changes", () => {
    for (const length of [1, 4, 9, 40]) {
      const bytes = upTo(length);
      let changed = 0;
      for (let bit = 0; bit < length * 8; bit++)
        changed += ones(BigInt(hash32(bytes, key) ^ hash32(flipped(bytes, bit), key)) & 0xffffffffn);
      assert.ok(Math.abs(changed / (length * 8) - 16) < 3, `${length} bytes: ${changed / (length * 8)} bits`);
    }
  });
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => i.toString(36));
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

function ones(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}
