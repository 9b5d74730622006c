import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createInterner } from "../../../lib/pool/index.ts";

const encoder = new TextEncoder();

describe("an interner", () => {
  test("gives what a decoder gives, for any texts under any bounds", () => {
    const texts = fc.array(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 12 }),
        fc.constantFrom("", "host", "cookie", "__proto__", "a\0", "a"),
      ),
      { maxLength: 80 },
    );
    const options = fc.record({
      maxEntries: fc.integer({ min: 0, max: 40 }),
      maxTextBytes: fc.integer({ min: 0, max: 70 }),
    });
    fc.assert(
      fc.property(texts, options, fc.nat(3), (all, bounds, offset) => {
        const interner = createInterner(bounds);
        for (const text of [...all, ...all]) {
          const bytes = encoder.encode(`${"#".repeat(offset)}${text}###`);
          assert.equal(interner.text(bytes, offset, bytes.length - 3), text);
        }
        const { hits, misses, entries, evictions } = interner.stats();
        assert.equal(hits + misses, all.length * 2);
        assert.ok(entries <= Math.max(4, 2 ** Math.ceil(Math.log2(Math.max(bounds.maxEntries, 1)))));
        assert.ok(entries + evictions <= misses);
      }),
      { numRuns: 1000 },
    );
  });

  test("decodes what comes again once only, as long as there is room", () => {
    const interner = createInterner({ maxEntries: 64 });
    const names = ["accept", "content-type", "host", "\u00e9t\u00e9"].map((name) => encoder.encode(name));
    for (let round = 0; round < 10; round++) for (const name of names) interner.text(name, 0, name.length);
    assert.deepEqual(interner.stats(), { hits: 36, misses: 4, evictions: 0, entries: 4 });
  });

  test("keeps no more than it may, and no long text, whatever strangers send", () => {
    const interner = createInterner({ maxEntries: 16, maxTextBytes: 8 });
    for (let i = 0; i < 10_000; i++) {
      const bytes = encoder.encode(`k${i}`);
      assert.equal(interner.text(bytes, 0, bytes.length), `k${i}`);
    }
    const full = interner.stats();
    assert.deepEqual([full.entries, full.misses, full.evictions], [16, 10_000, 9984]);
    const long = encoder.encode("123456789");
    for (let i = 0; i < 3; i++) assert.equal(interner.text(long, 0, 9), "123456789");
    assert.deepEqual(interner.stats(), { ...full, misses: 10_003 });
  });

  test("keeps nothing of what is not UTF-8", () => {
    const interner = createInterner();
    const bytes = Uint8Array.of(0xc3, 0x28);
    for (let i = 0; i < 2; i++) assert.throws(() => interner.text(bytes, 0, 2), TypeError);
    assert.equal(interner.stats().entries, 0);
  });
});
