import assert from "node:assert/strict";
import fc from "fast-check";
import { afterAll, describe, test, vi } from "vitest";
import * as here from "../../lib/pool/utf8.ts";

// The same module as a browser loads it: there is no Buffer to ask. And one whose Buffer writes something else.
async function loadWith(host: unknown): Promise<typeof here> {
  vi.resetModules();
  vi.stubGlobal("Buffer", host);
  try {
    return await import("../../lib/pool/utf8.ts");
  } finally {
    vi.unstubAllGlobals();
  }
}
const wrong = {
  prototype: {
    utf8Write: () => 11,
    utf8Slice() {
      throw new Error("not for this array");
    },
  },
};
const subjects: readonly (readonly [string, typeof here])[] = [
  ["with Node's own writer", here],
  ["without a Buffer", await loadWith(undefined)],
  ["with a Buffer that does otherwise", await loadWith(wrong)],
];
afterAll(() => void vi.resetModules());

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Texts of every make: one and two bytes per unit, joined, cut out, with halves of pairs in them. */
const units = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 32, max: 126 }) },
  fc.constantFrom(0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfeff, 0xfffd, 0xffff),
  fc.nat(0xffff),
);
const piece = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.array(units, { maxLength: 40 }).map((codes) => String.fromCharCode(...codes)),
  fc.array(units, { maxLength: 4 }).map((codes) => String.fromCharCode(...codes).repeat(40)),
);
const text = fc.oneof(
  piece,
  fc.tuple(piece, piece).map(([a, b]) => a + b),
  fc.tuple(piece, fc.nat(20), fc.nat(20)).map(([a, from, less]) => a.slice(from, a.length - less)),
);

describe.each(subjects)("UTF-8, %s", (_name, { readUtf8, writeUtf8 }) => {
  test("reads short text of every length, with any byte at any place of it", () => {
    for (let length = 0; length <= 20; length++) {
      const around = Uint8Array.from({ length: length + 2 }, (_, i) => 64 + i);
      const bytes = around.subarray(1, length + 1);
      assert.equal(readUtf8(around, 1, length + 1), decoder.decode(bytes));
      for (let at = 0; at < length; at++) {
        const was = bytes[at];
        bytes[at] = 0x7f;
        assert.equal(readUtf8(around, 1, length + 1), decoder.decode(bytes));
        bytes[at] = 0x80; // stands for nothing by itself
        assert.throws(() => readUtf8(around, 1, length + 1), TypeError);
        bytes[at] = was ?? 0;
      }
    }
  });

  test("writes what TextEncoder writes, where it is told, and nothing else", () => {
    fc.assert(
      fc.property(text, fc.nat(20), fc.nat(200), (each, at, more) => {
        const wanted = encoder.encode(each);
        const target = new Uint8Array(at + wanted.length + more).fill(0x55);
        assert.equal(writeUtf8(target, at, each), at + wanted.length);
        assert.deepEqual(target.slice(at, at + wanted.length), wanted);
        assert.ok(target.subarray(0, at).every((byte) => byte === 0x55));
        // Behind the end it may have written, but only where three bytes per unit reach.
        assert.ok(target.subarray(at + 3 * each.length).every((byte) => byte === 0x55));
      }),
      { numRuns: 1000 },
    );
  });

  test("says so when the target is too short, wherever it ends", () => {
    fc.assert(
      fc.property(text, fc.nat(5), fc.nat(), (each, at, cut) => {
        const wanted = encoder.encode(each).length;
        const room = cut % (wanted + 1);
        const target = new Uint8Array(at + room);
        assert.equal(writeUtf8(target, at, each), room === wanted ? at + wanted : -1);
      }),
      { numRuns: 1000 },
    );
  });

  test("keeps to its part of a larger buffer", () => {
    const whole = new Uint8Array(64);
    assert.equal(writeUtf8(whole.subarray(10, 15), 0, "é".repeat(3)), -1);
    assert.equal(writeUtf8(whole.subarray(20, 26), 0, "é".repeat(3)), 6);
    assert.ok(whole.subarray(15, 20).every((byte) => byte === 0));
    assert.ok(whole.subarray(26).every((byte) => byte === 0));
  });

  test("reads what TextDecoder reads, and refuses what it refuses", () => {
    const bytes = fc.oneof(
      text.map((each) => encoder.encode(each)),
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(text, fc.nat(), fc.nat(255)).map(([each, at, byte]) => {
        const altered = encoder.encode(each);
        altered[at % Math.max(altered.length, 1)] = byte;
        return altered;
      }),
      fc.tuple(text, fc.nat()).map(([each, cut]) => {
        const whole = encoder.encode(each);
        return whole.subarray(0, cut % (whole.length + 1));
      }),
    );
    fc.assert(
      fc.property(bytes, fc.nat(20), (each, at) => {
        const inside = new Uint8Array(at + each.length + 5).fill(0xff);
        inside.set(each, at);
        const read = (): string => readUtf8(inside, at, at + each.length);
        assert.deepEqual(
          outcome(read),
          outcome(() => decoder.decode(each)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("agrees with TextDecoder on every sequence of up to four bytes from the edges of the format", () => {
    const edges = [
      0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbd, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
      0xff,
    ];
    const heads = edges.filter((byte) => byte > 0xdf && byte < 0xf5);
    const agree = (...sequence: readonly number[]): void => {
      // Also behind enough text that the hand loop is not used.
      const bytes = Uint8Array.from([...(sequence.length === 3 ? [] : LONG), ...sequence]);
      const [got, wanted] = [outcome(() => readUtf8(bytes, 0, bytes.length)), outcome(() => decoder.decode(bytes))];
      if (got !== wanted) assert.fail(`${sequence}: ${got} instead of ${wanted}`);
    };
    for (const a of edges) for (const b of edges) agree(a, b);
    for (const a of heads) for (const b of edges) for (const c of edges) agree(a, b, c);
    for (const a of heads) for (const b of edges) for (const c of edges) agree(a, b, c, 0x80);
  });
});

const LONG: readonly number[] = new Array<number>(30).fill(0x61);

function outcome(read: () => string): string {
  try {
    return `text ${read()}`;
  } catch (error) {
    assert.ok(error instanceof TypeError);
    return "refused";
  }
}
