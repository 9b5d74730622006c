import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  any,
  bool,
  bytes,
  decodeFrame,
  defineFrame,
  defineFrames,
  encodeFrame,
  type Field,
  type FrameDefinition,
  int,
  listOf,
  nullable,
  number,
  oneOf,
  text,
  tupleOf,
  type WireValue,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { wireValue } from "../helpers/wire-values.ts";

const whole = fc.maxSafeNat();
const words = fc.string({ unit: "grapheme", maxLength: 20 });

/** For each field: values it takes, and some it does not. */
const FIELDS: Record<string, readonly [field: Field, right: fc.Arbitrary<WireValue>, wrong: readonly WireValue[]]> = {
  int: [int, whole, [-1, 0.5, 2 ** 53, null, "1", true, [1]]],
  number: [number, fc.double({ noNaN: true }), [null, "1", false, []]],
  text: [text, words, [1, null, ["a"], new Uint8Array(1)]],
  bool: [bool, fc.boolean(), [0, 1, null, "true"]],
  bytes: [bytes, fc.uint8Array({ maxLength: 20 }), [null, "", [1, 2]]],
  any: [any, wireValue, []],
  listOf: [listOf(int), fc.array(whole, { maxLength: 5 }), [null, 1, [1, -1], ["a"], { 0: 1, length: 1 }]],
  tupleOf: [tupleOf(int, text), fc.tuple(whole, words), [null, [], [1], [1, "a", null], ["a", 1]]],
  oneOf: [oneOf<string | number>("read", "write", 7), fc.constantFrom("read", "write", 7), ["rea", "", null, "7", 8]],
  nullable: [nullable(text), fc.option(words), [1, false, []]],
};

describe("defineFrame", () => {
  test.each(Object.entries(FIELDS))("takes what %s says, and nothing else", (_name, [field, right, wrong]) => {
    const FRAME = defineFrame(300, { before: int, field, after: bool });
    fc.assert(
      fc.property(right, (value) => {
        const frame = { before: 1, field: value, after: true };
        assert.deepEqual(FRAME.decode(FRAME.encode(frame)), FRAME.decode(encodeFrame([300, 1, value, true])));
        assert.deepEqual(decodeFrame(FRAME.encode(frame)), decodeFrame(encodeFrame([300, 1, value, true])));
      }),
      { numRuns: runs(50) },
    );
    for (const value of wrong)
      assert.throws(() => FRAME.decode(encodeFrame([300, 1, value, true])), { code: "WIRE_BAD_FRAME" }, String(value));
  });

  test("gives the fields by name, and as many as there are names", () => {
    const MOVE = defineFrame(64, { piece: int, to: tupleOf(int, int) });
    assert.deepEqual(MOVE.decode(encodeFrame([64, 3, [4, 5]])), { piece: 3, to: [4, 5] });
    for (const frame of [[64], [64, 3], [64, 3, [4, 5], null]] as const)
      assert.throws(() => MOVE.decode(encodeFrame(frame)), { code: "WIRE_BAD_FRAME" });
    assert.throws(() => MOVE.decode(encodeFrame([65, 3, [4, 5]])), { code: "WIRE_BAD_FRAME", value: 65 });
    assert.throws(() => MOVE.decode(encodeFrame([64, 3, [4, 5]]).subarray(1)), { code: /^WIRE_/ });
    // A field that plain JavaScript leaves out is not sent as something else.
    assert.throws(() => MOVE.encode({ piece: 3 } as never), { code: "WIRE_BAD_VALUE" }); // cast: what the types forbid
  });

  test("a frame without fields is its number", () => {
    const LEAVE = defineFrame(65, {});
    assert.deepEqual(LEAVE.decode(LEAVE.encode({})), {});
    assert.throws(() => LEAVE.decode(encodeFrame([65, null])), { code: "WIRE_BAD_FRAME" });
  });

  test("any field may be missing as little as others", () => {
    const FRAME = defineFrame(66, { state: any });
    assert.throws(() => FRAME.decode(encodeFrame([66])), { code: "WIRE_BAD_FRAME" });
  });

  test("holds the caps it is given", () => {
    const FRAME = defineFrame(66, { state: any });
    assert.throws(() => FRAME.decode(encodeFrame([66, [1, 2, 3]]), { maxItems: 4 }), { code: "WIRE_TOO_MANY_ITEMS" });
  });

  test.each([-1, 65_536, 1.5, Number.NaN])("refuses to define type %d", (type) => {
    assert.throws(() => defineFrame(type, {}), { code: "WIRE_BAD_DEFINITION" });
  });
});

describe("defineFrames", () => {
  const frames = defineFrames({
    say: defineFrame(64, { words: text }),
    move: defineFrame(65, { piece: int, to: tupleOf(int, int) }),
    leave: defineFrame(66, {}),
  });

  test("tells frames apart by their number", () => {
    for (const frame of [
      { kind: "say", words: "hi" },
      { kind: "move", piece: 1, to: [2, 3] },
      { kind: "leave" },
    ] as const)
      assert.deepEqual(frames.decode(frames.encode(frame)), frame);
    assert.deepEqual(decodeFrame(frames.encode({ kind: "move", piece: 1, to: [2, 3] })), [65, 1, [2, 3]]);
  });

  test.each<[string, readonly [number, ...WireValue[]]]>([
    ["another number", [67]],
    ["a field of another type", [64, 1]],
    ["a field too few", [65, 1]],
    ["a field too many", [66, null]],
    ["a name that every object has", [0, "constructor"]],
  ])("refuses %s", (_what, frame) => {
    assert.throws(() => frames.decode(encodeFrame(frame)), { code: "WIRE_BAD_FRAME" });
  });

  test.each<[string, Record<string, FrameDefinition>]>([
    ["one number twice", { a: defineFrame(64, {}), b: defineFrame(64, { words: text }) }],
    ["a field named kind", { a: defineFrame(64, { kind: text }) }],
  ])("refuses a table with %s", (_what, table) => {
    assert.throws(() => defineFrames(table), { code: "WIRE_BAD_DEFINITION" });
  });

  test("random frames are decoded or refused, and never half", () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 70 }), fc.array(wireValue, { maxLength: 3 }), (type, fields) => {
        const isRight =
          (type === 64 && fields.length === 1 && text(fields[0])) ||
          (type === 65 && fields.length === 2 && int(fields[0]) && tupleOf(int, int)(fields[1])) ||
          (type === 66 && fields.length === 0);
        const decode = () => frames.decode(encodeFrame([type, ...fields]));
        if (isRight) assert.deepEqual(decodeFrame(frames.encode(decode())), [type, ...fields]);
        else assert.throws(decode, { code: "WIRE_BAD_FRAME" });
      }),
      { numRuns: runs(500) },
    );
  });
});
