import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCodedError } from "../../lib/errors/index.ts";
import {
  createDecoder,
  type DecodeLimits,
  decodeValue,
  encodeValue,
  type WireMap,
  type WireValue,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { wireValue } from "../helpers/wire-values.ts";

type Outcome = readonly [values: readonly WireValue[], code: string, at: unknown];

/** What comes out of the pieces, up to the first refusal; `at` is its offset in the value it refuses. */
function outcomeOf(pieces: readonly Uint8Array[], limits?: DecodeLimits): Outcome {
  const decoder = createDecoder(limits);
  const values: WireValue[] = [];
  try {
    for (const piece of pieces) {
      values.push(...decoder.push(piece));
      piece.fill(0xc1); // it keeps nothing of what it was given
    }
    decoder.end();
  } catch (error) {
    assert.ok(isCodedError(error), String(error));
    assert.throws(() => decoder.push(new Uint8Array(0)), { code: error.code }); // it stays refused
    return [values, error.code, error.value];
  }
  return [values, "", undefined];
}

function wholeOutcome(bytes: Uint8Array): Outcome {
  try {
    return [[decodeValue(bytes)], "", undefined];
  } catch (error) {
    assert.ok(isCodedError(error), String(error));
    return [[], error.code, error.value];
  }
}

/** Copies: what is pushed is overwritten. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.slice(cuts[index], end));
}
const single = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte));

const places = fc.array(fc.nat(100_000), { maxLength: 12 });
const change = fc.tuple(fc.nat(100_000), fc.nat(255));

describe("a stream decoder", () => {
  test("gives the values that were sent, however they are cut and joined", () => {
    fc.assert(
      fc.property(fc.array(wireValue, { maxLength: 5 }), places, (sent, where) => {
        const bytes = new Uint8Array(Buffer.concat(sent.map((value) => encodeValue(value))));
        const values = sent.map((value) => decodeValue(encodeValue(value)));
        assert.deepEqual(outcomeOf(cut(bytes, where)), [values, "", undefined]);
        assert.deepEqual(outcomeOf(single(bytes)), [values, "", undefined]);
      }),
      { numRuns: runs(300) },
    );
  });

  test("refuses altered streams at the same place with the same code, however they are cut", () => {
    fc.assert(
      fc.property(
        fc.array(wireValue, { minLength: 1, maxLength: 3 }),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        places,
        (sent, changes, where) => {
          const bytes = new Uint8Array(Buffer.concat(sent.map((value) => encodeValue(value))));
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          const wanted = outcomeOf(cut(bytes, []));
          assert.deepEqual(outcomeOf(cut(bytes, where)), wanted);
          assert.deepEqual(outcomeOf(single(bytes)), wanted);
        },
      ),
      { numRuns: runs(2000) },
    );
  });

  test("agrees with decodeValue on what is one message, or refused other than for its end", () => {
    fc.assert(
      fc.property(wireValue, fc.array(change, { maxLength: 3 }), places, (sent, changes, where) => {
        const bytes = encodeValue(sent);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const wanted = wholeOutcome(bytes);
        // Where a message ends, and that more than there is was claimed, a stream learns later or never.
        if (wanted[1] === "WIRE_TRAILING_BYTES" || wanted[1] === "WIRE_CUT_SHORT") return;
        assert.deepEqual(outcomeOf(cut(bytes, where)), wanted);
        assert.deepEqual(outcomeOf(single(bytes)), wanted);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("holds the caps of each value exactly, and says what is too large before it has come", () => {
    const bytes = encodeValue([1, { a: "xyz" }, [3]]); // three elements, one entry, one element
    const fits = { maxItems: 5, maxBytes: bytes.length, maxDepth: 2 };
    const twice = new Uint8Array(Buffer.concat([bytes, bytes]));
    for (const pieces of [cut(twice, []), single(twice), cut(twice, [3, 7, bytes.length + 5])])
      assert.equal(outcomeOf(pieces, fits)[0].length, 2);
    for (const [limits, code] of [
      [{ ...fits, maxItems: 4 }, "WIRE_TOO_MANY_ITEMS"],
      [{ ...fits, maxBytes: bytes.length - 1 }, "WIRE_FRAME_TOO_LARGE"],
      [{ ...fits, maxDepth: 1 }, "WIRE_TOO_DEEP"],
    ] as const) {
      const wanted = outcomeOf(cut(bytes, []), limits);
      assert.equal(wanted[1], code);
      assert.deepEqual(outcomeOf(single(bytes), limits), wanted);
    }
    for (const claim of [
      "dd ff ff ff ff",
      "df ff ff ff ff",
      "c6 ff ff ff ff",
      "db ff ff ff ff",
      "92 c0 c6 01 00 00 00",
    ])
      assert.equal(
        outcomeOf(single(new Uint8Array(Buffer.from(claim.replaceAll(" ", ""), "hex"))))[1],
        "WIRE_FRAME_TOO_LARGE",
      );
  });

  test.each([
    ["maxBytes", "WIRE_FRAME_TOO_LARGE"],
    ["maxDepth", "WIRE_TOO_DEEP"],
    ["maxItems", "WIRE_TOO_MANY_ITEMS"],
  ])("a %s that is no number allows nothing", (name, code) => {
    for (const wrong of [Number.NaN, -1, "many", {}, [1, 2]]) {
      const limits = { [name]: wrong };
      const bytes = encodeValue([1]);
      for (const pieces of [cut(bytes, []), single(bytes)]) assert.equal(outcomeOf(pieces, limits)[1], code);
    }
  });

  test.each([encodeValue([1]).buffer, "text", 5, undefined, null])("%o are no bytes, and change nothing", (wrong) => {
    const decoder = createDecoder();
    for (const call of [() => decoder.push(wrong as never), () => decodeValue(wrong as never)]) // casts: what the types forbid
      assert.throws(call, { code: "WIRE_BAD_ARGUMENT" });
    assert.deepEqual(decoder.push(Uint8Array.of(1)), [1]);
  });

  test("counts what it holds back, and knows where the stream may end", () => {
    const decoder = createDecoder();
    decoder.end();
    assert.deepEqual(decoder.push(Uint8Array.of(1, 0x93, 2)), [1]);
    assert.equal(decoder.pendingBytes, 2);
    assert.deepEqual(decoder.push(Uint8Array.of(0xd9)), []);
    assert.equal(decoder.pendingBytes, 3);
    assert.deepEqual(decoder.push(Uint8Array.of(1, 0x61, 0xc0, 7)), [[2, "a", null], 7]);
    assert.equal(decoder.pendingBytes, 0);
    decoder.end();
    decoder.push(Uint8Array.of(0x91));
    assert.throws(() => decoder.end(), { code: "WIRE_CUT_SHORT" });
    assert.throws(() => decoder.push(Uint8Array.of(1)), { code: "WIRE_CUT_SHORT" });
  });

  test("gives the values before a bad one first", () => {
    const decoder = createDecoder();
    assert.deepEqual(decoder.push(Uint8Array.of(1, 2, 0xc1)), [1, 2]);
    assert.throws(() => decoder.push(new Uint8Array(0)), { code: "WIRE_BAD_TYPE" });
  });

  test("a __proto__ key that is cut is an entry like any other", () => {
    const bytes = encodeValue(JSON.parse('{"__proto__":{"admin":true}}'));
    const [[map]] = outcomeOf(single(bytes));
    assert.equal(Object.getPrototypeOf(map), null);
    assert.deepEqual(Object.keys(map as WireMap), ["__proto__"]);
  });

  test("keeps no more than twice the bytes of cut text, however much is claimed", () => {
    // 8 MiB claimed, 64 KiB sent in small pieces: what is held follows what has come.
    const decoder = createDecoder();
    decoder.push(Uint8Array.of(0xc6, 0x00, 0x80, 0, 0));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 64; i++) decoder.push(new Uint8Array(1024));
    assert.equal(decoder.pendingBytes, 5 + 65_536);
    // Each growth, not yet collected, counts: 64 KiB doubled from nothing comes to four times that at most, and the pieces to once.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  test("a long value in many pieces costs as many steps as it has bytes, not their square", () => {
    // 200,000 bytes one at a time: with a second look at all of them per piece these would be twenty billion steps, hours.
    const value = [
      new Uint8Array(100_000).fill(7),
      Array.from({ length: 50_000 }, (_, i) => i % 100),
      "x".repeat(50_000),
    ];
    assert.deepEqual(outcomeOf(single(encodeValue(value)))[0], [value]);
  });
});
