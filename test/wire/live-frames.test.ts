import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { isCodedError } from "../../lib/errors/index.ts";
import {
  ADOPT,
  decodeClientFrame,
  decodeLiveFrame,
  EVENT,
  encodeFrame,
  encodeLiveFrame,
  HELLO,
  type HelloFrame,
  type LiveFrame,
  MOUNT,
  UPLOAD,
  type WireValue,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";

const token = new Uint8Array(32);

test.each<[string, readonly [number, ...WireValue[]]]>([
  ["a HELLO with text for a number", [HELLO, token, "", 0, 0, 0, "x"]],
  ["a HELLO that ends with text", [HELLO, token, "", 0, 0, 0, 0, "x"]],
  ["a HELLO with too much behind it", [HELLO, token, "", 0, 0, 0, 0, 1, 2, 3]],
  ["an event without arguments' place", [EVENT, 1, 0, 0]],
  ["an event with a negative ref", [EVENT, -1, 0, 0, null]],
  ["what a server says of an upload", [UPLOAD, 1, 5, "LIVE_NO_UPLOAD"]],
  ["what only a server sends", [ADOPT, 1, 0]],
  ["a type nobody has", [31, 1]],
])("%s is refused, with a code", (_, frame) => {
  assert.throws(() => decodeClientFrame(encodeFrame(frame)), { code: "WIRE_BAD_LIVE_FRAME" });
});

test("a HELLO says what its client can, or nothing of it", () => {
  const short: HelloFrame = [HELLO, token, "build", 1, 2, 3, 4];
  for (const hello of [short, [...short, 3] as const]) {
    assert.deepEqual(decodeClientFrame(encodeLiveFrame(hello)), hello);
  }
});

test("a MOUNT may say of which build its page is, and how its handlers are called", () => {
  for (const more of [["b2"], ["b2", ["add", "remove"]]]) {
    const frame = [MOUNT, 1, 2, null, [0], ...more] as unknown as LiveFrame; // cast: either may follow
    assert.deepEqual(decodeLiveFrame(encodeLiveFrame(frame)), frame);
  }
  for (const more of [[1], [["add"]], ["b2", "add"], ["b2", [1]], ["b2", [], 1]]) {
    assert.throws(() => decodeLiveFrame(encodeFrame([MOUNT, 1, 2, null, [0], ...more])), {
      code: "WIRE_BAD_LIVE_FRAME",
    });
  }
});

test("a MOUNT names templates by source and by number", () => {
  const frame = [MOUNT, 1, 2, [0, ["h", "<p></p>"], 7], [0]] as const;
  assert.deepEqual(decodeLiveFrame(encodeLiveFrame(frame)), frame);
  const bad = encodeFrame([MOUNT, 1, 2, [-1], [0]]);
  assert.throws(
    () => decodeLiveFrame(bad),
    (error) => isCodedError(error),
  );
});

test("whatever bytes come, they are a frame or an error with a code", () => {
  const value = fc.letrec<{ any: WireValue }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.string(),
      fc.uint8Array({ maxLength: 6 }),
      fc.array(tie("any"), { maxLength: 5 }),
    ),
  })).any;
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.tuple(fc.nat(16), fc.array(value, { maxLength: 9 })).map(([type, fields]) => encodeFrame([type, ...fields])),
  );
  fc.assert(
    fc.property(bytes, (message) => {
      try {
        const frame = decodeClientFrame(message);
        assert.deepEqual(decodeClientFrame(encodeLiveFrame(frame)), frame);
      } catch (error) {
        assert.ok(isCodedError(error) && error.code.startsWith("WIRE_"), String(error));
      }
    }),
    { numRuns: runs(3000) },
  );
});
