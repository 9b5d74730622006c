import { describe, expectTypeOf, test } from "vitest";
import {
  any,
  bool,
  bytes,
  createDecoder,
  defineFrame,
  defineFrames,
  type Field,
  type FrameOf,
  int,
  listOf,
  nullable,
  oneOf,
  text,
  tupleOf,
  type WireValue,
} from "../../lib/wire/index.ts";

const EVENT = defineFrame(64, { ref: int, name: text, level: oneOf("read", "write"), args: any });

describe("a frame definition", () => {
  test("types its fields for whoever decodes", () => {
    const frame = EVENT.decode(new Uint8Array());
    expectTypeOf(frame).toEqualTypeOf<{
      readonly ref: number;
      readonly name: string;
      readonly level: "read" | "write";
      readonly args: WireValue;
    }>();
    expectTypeOf<FrameOf<typeof EVENT>>().toEqualTypeOf<typeof frame>();
    // @ts-expect-error: a decoded frame is not changed
    frame.ref = 1;
  });

  test("types its fields for whoever encodes", () => {
    EVENT.encode({ ref: 1, name: "add", level: "read", args: null });
    // @ts-expect-error: a field of the wrong type
    EVENT.encode({ ref: "1", name: "add", level: "read", args: null });
    // @ts-expect-error: a field is missing
    EVENT.encode({ ref: 1, name: "add", level: "read" });
    // @ts-expect-error: a field nobody defined
    EVENT.encode({ ref: 1, name: "add", level: "read", args: null, more: 1 });
    // @ts-expect-error: not one of the values
    EVENT.encode({ ref: 1, name: "add", level: "admin", args: null });
  });

  test("knows lists, tuples, null and fields of one's own", () => {
    const isEven: Field<number> = (value): value is number => int(value) && value % 2 === 0;
    const FRAME = defineFrame(65, {
      list: listOf(tupleOf(int, nullable(text), bytes)),
      flag: nullable(bool),
      even: isEven,
    });
    expectTypeOf<FrameOf<typeof FRAME>>().toEqualTypeOf<{
      readonly list: readonly (readonly [number, string | null, Uint8Array])[];
      readonly flag: boolean | null;
      readonly even: number;
    }>();
  });

  test("takes no field that cannot travel", () => {
    // @ts-expect-error: a date is no wire value
    const isDate: Field<Date> = (value): value is Date => value instanceof Date;
    void isDate;
  });
});

describe("a table of frames", () => {
  const frames = defineFrames({ say: defineFrame(64, { words: text }), move: defineFrame(65, { to: int }) });

  test("decodes to a union told apart by kind", () => {
    const frame = frames.decode(new Uint8Array());
    expectTypeOf(frame.kind).toEqualTypeOf<"say" | "move">();
    if (frame.kind === "say") {
      expectTypeOf(frame.words).toEqualTypeOf<string>();
      // @ts-expect-error: that is another frame's field
      void frame.to;
    }
    expectTypeOf<FrameOf<typeof frames>>().toEqualTypeOf<typeof frame>();
  });

  test("encodes its own frames only", () => {
    frames.encode({ kind: "move", to: 3 });
    // @ts-expect-error: a kind that is not in the table
    frames.encode({ kind: "leave" });
    // @ts-expect-error: the field of another kind
    frames.encode({ kind: "say", to: 3 });
  });
});

test("a stream decoder gives wire values", () => {
  expectTypeOf(createDecoder({ maxItems: 5 }).push(new Uint8Array())).toEqualTypeOf<WireValue[]>();
  // @ts-expect-error: canonical form is of whole messages
  createDecoder({ canonical: true });
});
