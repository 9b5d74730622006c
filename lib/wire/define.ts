import { CodedError, type ErrorCode } from "../errors/index.ts";
import type { EncodeOptions } from "./encode.ts";
import type { Field } from "./fields.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import type { DecodeLimits, WireValue } from "./value.ts";

/**
 * The fields of a frame by name, in the order they travel in.
 * @public
 */
export interface FrameShape {
  readonly [name: string]: Field;
}

/**
 * What an object with the fields of a shape is.
 * @public
 */
export type FieldsOf<S extends FrameShape> = {
  readonly [N in keyof S]: S[N] extends Field<infer T> ? T : never;
};

/**
 * Writes and reads frames with fields of type `F`.
 * @public
 */
export interface FrameCodec<F> {
  /** Encodes a frame. What the types promise of the fields is not checked again. @throws CodedError as `encodeValue`. */
  encode(frame: F, options?: EncodeOptions): Uint8Array;
  /**
   * Decodes a frame and checks every field; there must be neither more nor less of them.
   * @throws CodedError `WIRE_BAD_FRAME` when it is another frame or a field is wrong, else as `decodeValue`.
   */
  decode(bytes: Uint8Array, limits?: DecodeLimits): F;
}

/**
 * What a frame is on the wire.
 * @public
 */
export interface FrameLayout<S extends FrameShape = FrameShape> {
  /** The type number it begins with. */
  readonly type: number;
  /** Its fields. */
  readonly shape: S;
}

/**
 * One kind of frame.
 * @public
 */
export interface FrameDefinition<S extends FrameShape = FrameShape> extends FrameLayout<S>, FrameCodec<FieldsOf<S>> {}

/**
 * What a definition or a table of them encodes and decodes.
 * @example `type Move = FrameOf<typeof MOVE>`
 * @public
 */
export type FrameOf<D extends { decode(bytes: Uint8Array): unknown }> = ReturnType<D["decode"]>;

/**
 * Any frame of a table, told apart by `kind`: the name it has there.
 * @public
 */
export type FramesOf<T extends FrameTable> = {
  readonly [K in keyof T]: { readonly kind: K } & FieldsOf<T[K]["shape"]>;
}[keyof T];

/**
 * Frames by name.
 * @public
 */
export interface FrameTable {
  readonly [kind: string]: FrameLayout;
}

/**
 * Defines a frame: its type number and its fields, typed for whoever encodes and checked for whoever decodes.
 * @param type - From 0 to 65,535; numbers below 64 are ours.
 * @throws CodedError `WIRE_BAD_DEFINITION` for any other number, and for a field that is none.
 * @example
 * ```ts
 * const MOVE = defineFrame(64, { piece: int, to: tupleOf(int, int) });
 * MOVE.decode(MOVE.encode({ piece: 3, to: [4, 5] })).to[1]; // 5
 * ```
 * @public
 */
export function defineFrame<const S extends FrameShape>(type: number, shape: S): FrameDefinition<S> {
  if (typeof type !== "number" || type !== (type & 0xffff))
    throw badDefinition(`Type ${typeof type === "number" ? type : typeof type}`);
  const fields: unknown[] = typeof shape === "object" && shape !== null ? Object.values(shape) : [undefined];
  if (!fields.every((field) => typeof field === "function")) throw badDefinition(`The fields of frame ${type}`);
  return {
    type,
    shape,
    encode: (frame, options) => encodeFields(type, shape, frame, options),
    decode(bytes, limits) {
      const [got, ...values] = decodeFrame(bytes, limits);
      if (got !== type) throw new CodedError("WIRE_BAD_FRAME", `Type ${got}, not ${type}`, { value: got });
      return readFields(type, shape, values, {}, "WIRE_BAD_FRAME") as FieldsOf<S>; // cast: every field was checked
    },
  };
}

/**
 * Puts the frames of a protocol in a table, so that whatever comes is decoded by its type number.
 * @throws CodedError `WIRE_BAD_DEFINITION` for what is no table, when two have the same number, or one has a field named `kind`.
 * @example
 * ```ts
 * const frames = defineFrames({ say: defineFrame(64, { words: text }), leave: defineFrame(65, {}) });
 * const frame = frames.decode(frames.encode({ kind: "say", words: "hi" }));
 * if (frame.kind === "say") frame.words; // "hi"
 * ```
 * @public
 */
export function defineFrames<const T extends FrameTable>(table: T): FrameCodec<FramesOf<T>> {
  const seen = new Set<number>();
  if (typeof table !== "object" || table === null) throw badDefinition("What should be a table of frames is none");
  for (const [kind, definition] of Object.entries(table)) {
    const { type, shape } = Object(definition) as FrameLayout; // cast: what is used of it is asked
    if (typeof type !== "number" || typeof shape !== "object" || shape === null) throw badDefinition(`Frame ${kind}`);
    if (seen.has(type) || "kind" in shape) throw badDefinition(`Frame ${kind}`);
    seen.add(type);
  }
  const { encode, decode } = createTable(table, "WIRE_BAD_FRAME");
  return {
    encode(frame, options) {
      const kind: unknown = Object(frame).kind;
      if (typeof kind !== "string" || !Object.hasOwn(table, kind))
        throw new CodedError("WIRE_BAD_FRAME", "No frame is of this kind");
      return encode(frame, options);
    },
    decode,
  };
}

function badDefinition(what: string): CodedError {
  return new CodedError("WIRE_BAD_DEFINITION", what);
}

/** A frame without a codec of its own: in a table of ours, the browser bundles carry less. */
/* @__NO_SIDE_EFFECTS__ */
export function layout<const S extends FrameShape>(type: number, shape: S): FrameLayout<S> {
  return { type, shape };
}

/** A table that refuses frames with a code of its own. */
/* @__NO_SIDE_EFFECTS__ */
export function createTable<const T extends FrameTable>(table: T, code: ErrorCode): FrameCodec<FramesOf<T>> {
  return {
    encode(frame, options) {
      const { type, shape } = table[frame.kind] as FrameLayout; // cast: kind is a key
      return encodeFields(type, shape, frame as FieldsOf<FrameShape>, options); // cast: it has the fields of its kind
    },
    decode(bytes, limits) {
      const [type, ...values] = decodeFrame(bytes, limits);
      for (const kind in table)
        if (table[kind]?.type === type)
          return readFields(type, table[kind].shape, values, { kind }, code) as FramesOf<T>; // cast: checked
      throw new CodedError(code, `No frame has type ${type}`, { value: type });
    },
  };
}

function encodeFields(
  type: number,
  shape: FrameShape,
  frame: FieldsOf<FrameShape>,
  options?: EncodeOptions,
): Uint8Array {
  const values: [number, ...WireValue[]] = [type];
  for (const name of Object.keys(shape)) values.push(frame[name] as WireValue); // cast: a field left out is refused as undefined
  return encodeFrame(values, options);
}

function readFields(
  type: number,
  shape: FrameShape,
  values: readonly WireValue[],
  into: Record<string, WireValue>,
  code: ErrorCode,
): Record<string, WireValue> {
  const names = Object.keys(shape);
  for (const [at, name] of names.entries()) {
    const value = values[at] as WireValue; // cast: one that is missing is refused by every field
    if (!shape[name]?.(value))
      throw new CodedError(code, `Frame ${type}: ${name} is wrong or missing`, { value: type });
    into[name] = value;
  }
  if (names.length < values.length) throw new CodedError(code, `Frame ${type} is too long`, { value: type });
  return into;
}
