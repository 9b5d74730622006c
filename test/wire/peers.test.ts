import assert from "node:assert/strict";
import { decode, encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { isCodedError } from "../../lib/errors/index.ts";
import * as server from "../../lib/wire/codec.ts";
import * as browser from "../../lib/wire/codec-browser.ts";
import { createDecoder, type WireValue } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { toMap, wireValue } from "../helpers/wire-values.ts";

const packr = new Packr({ useRecords: false, variableMapSize: true, copyBuffers: true });

/** What a peer made of it, without prototypes of maps and with plain bytes: -0 is an integer to both, and msgpackr skips `__proto__`. */
function plain(value: unknown): WireValue {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return toMap(Object.entries(value).map(([key, item]) => [key, plain(item)] as const));
  return typeof value === "bigint" ? Number(value) : Object.is(value, -0) ? 0 : (value as WireValue); // cast: all else is one
}
const hasUnsafeKey = (value: WireValue): boolean =>
  typeof value === "object" &&
  value !== null &&
  !(value instanceof Uint8Array) &&
  Object.entries(value).some(([key, item]) => key === "__proto__" || hasUnsafeKey(item));

describe.each([
  ["server", server],
  ["browser", browser],
])("%s", (_build, { decodeValue, encodeValue }) => {
  test("@msgpack/msgpack reads what we write, and we what it writes", () => {
    fc.assert(
      fc.property(wireValue, (value) => {
        fc.pre(!hasUnsafeKey(value)); // it refuses such a key, to be safe
        const wanted = plain(value);
        assert.deepEqual(plain(decode(encodeValue(value))), wanted);
        assert.deepEqual(plain(decodeValue(encode(value))), wanted);
      }),
      { numRuns: runs(300) },
    );
  });

  test("msgpackr reads what we write, and we what it writes", () => {
    fc.assert(
      fc.property(wireValue, (value) => {
        fc.pre(!hasUnsafeKey(value)); // it renames such a key
        const wanted = plain(value);
        assert.deepEqual(plain(packr.unpack(encodeValue(value))), wanted);
        assert.deepEqual(plain(decodeValue(packr.pack(value))), wanted);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe.each([
  ["server", server.decodeValue],
  ["browser", browser.decodeValue],
  ["stream", (message: Uint8Array) => createDecoder().push(message)],
] as const)("spoilt messages, %s", (_build, decodeAny) => {
  test("20,000 mutations and every truncation end in a value within the caps or a refusal", () => {
    const messages = fc.sample(wireValue, { numRuns: 100, seed: 7 }).map((value) => server.encodeValue(value));
    let state = 12345;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let attempts = 0;
    let decoded = 0;
    const attempt = (message: Uint8Array, end: number): void => {
      // A wall of a byte that would be seen in the result stands behind the message, in the same memory.
      const walled = new Uint8Array(end + 64).fill(0x57);
      walled.set(message.subarray(0, end));
      attempts++;
      try {
        const value = decodeAny(walled.subarray(0, end)) as WireValue;
        decoded++;
        const size = sizeOf(value);
        expect(size.items).toBeLessThanOrEqual(end + 1); // an element takes a byte at least
        expect(size.bytes).toBeLessThanOrEqual(end); // text and bin are no longer than what they came from
      } catch (error) {
        if (!isCodedError(error)) throw error;
        assert.match(error.code, /^WIRE_/);
        // A size that is too large is named instead of the place.
        if (error.code !== "WIRE_FRAME_TOO_LARGE")
          assert.ok((error.value as number) <= end + 1, `refused at ${error.value} of ${end}`);
      }
    };
    for (const message of messages)
      for (let end = 0; end < message.length; end += message.length > 500 ? 7 : 1) attempt(message, end);
    for (let i = 0; i < 20_000; i++) {
      const message = Uint8Array.from(messages[random(messages.length)] ?? []);
      for (let changes = 1 + random(4); changes > 0; changes--) message[random(message.length)] = random(256);
      attempt(message, message.length);
    }
    assert.ok(attempts > 20_000 && decoded > 1000, `${decoded} of ${attempts} were values`);
  });

  test("allocates by what came, not by what it claims", () => {
    const claims = [
      "ddffffffff",
      "dfffffffff",
      "c6ffffffff",
      "dbffffffff",
      "dc ffff",
      "df00ffffff",
      "c600ffffff",
      "91".repeat(60),
    ];
    const before = process.memoryUsage();
    for (let i = 0; i < 2000; i++) {
      for (const claim of claims) {
        try {
          decodeAny(new Uint8Array(Buffer.from(claim.replaceAll(" ", ""), "hex")));
        } catch (error) {
          if (!isCodedError(error)) throw error;
        }
      }
    }
    // Sixteen thousand claims, of which one kept would be 4 GiB, and a thousand of the smallest 64 MiB.
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(32 << 20);
  });
});

interface Size {
  readonly items: number;
  readonly bytes: number;
}

function sizeOf(value: WireValue): Size {
  if (typeof value === "string") return { items: 1, bytes: Buffer.byteLength(value) };
  if (value instanceof Uint8Array) return { items: 1, bytes: value.length };
  if (typeof value !== "object" || value === null) return { items: 1, bytes: 0 };
  let items = 1;
  let bytes = 0;
  for (const [key, item] of Object.entries(value)) {
    const inner = sizeOf(item as WireValue); // cast: an entry of one
    items += inner.items;
    bytes += inner.bytes + (Array.isArray(value) ? 0 : Buffer.byteLength(key));
  }
  return { items, bytes };
}
