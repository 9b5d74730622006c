/**
 * Values as documents keep them: most have one encoding only, which need not stand beside them then. An array of bytes takes ten times the room of a number
 * (bench: `crdt`, "objects").
 */
import { decodeValue, encodeValue, type WireValue } from "../wire/index.ts";
import { areSame, Reader, type Writer } from "./encoding/bytes.ts";
import { hasLoneSurrogate } from "./names.ts";
import { bad } from "./refuse.ts";
import type { CrdtNode } from "./types.ts";

export type Plain = null | boolean | number | string;

/** A value that is no plain one, or that came in another form than the shortest: what came is what is written again. */
export class Encoded {
  readonly bytes: Uint8Array;
  readonly value: WireValue;

  constructor(bytes: Uint8Array, value: WireValue) {
    this.bytes = bytes;
    this.value = value;
  }
}

/** The container that an element holds: its type, and its name in the list. */
export class ItemChild {
  readonly type: number;
  readonly name: string;
  /** Its surface, once somebody has asked. */
  node: CrdtNode | null = null;

  constructor(type: number, name: string) {
    this.type = type;
    this.name = name;
  }
}

/** An element of a list. */
export type Item = Plain | Encoded | ItemChild;

export function childOf(item: Item | undefined): ItemChild | undefined {
  return item instanceof ItemChild ? item : undefined;
}

export function contentOf(item: Plain | Encoded): WireValue {
  return item instanceof Encoded ? item.value : item;
}

/** Encoded at once: what others will see, and out of reach of whoever holds `value`. @throws CodedError WIRE_*. */
export function keep(value: WireValue): Plain | Encoded {
  if (isPlain(value) && !(typeof value === "string" && hasLoneSurrogate(value))) return value;
  const bytes = encodeValue(value);
  const known = decodeValue(bytes);
  return isPlain(known) ? known : new Encoded(bytes, known);
}

function isPlain(value: WireValue): value is Plain {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** In a value's place: the element or key holds a container, whose type follows. No encoded value begins with it. */
const CHILD_MARK = 0xc1;

export function putChild(out: Writer, type: number): void {
  out.u8(CHILD_MARK);
  out.u8(type);
}

/** The type of the child that the rest stands for; 0 when it is a value. */
export function takeChild(from: Reader): number {
  if (from.peek() !== CHILD_MARK) return 0;
  from.u8();
  const type = from.u8();
  if (type === 0 || type > 127 || from.remaining > 0) throw bad("child");
  return type;
}

const SHORT_TEXT = 0xa0;
const TEXT_BITS = 31;

/** In the shortest form, as `encodeValue` has it; the short ones without its help. */
export function putValue(out: Writer, item: Plain | Encoded): void {
  if (item instanceof Encoded) out.bytes(item.bytes);
  else if (typeof item === "string" && item.length * 3 <= TEXT_BITS) {
    const start = out.length;
    out.u8(SHORT_TEXT);
    out.utf8(item);
    out.buffer[start] = SHORT_TEXT + out.length - start - 1;
  } else if (typeof item === "number" && item >>> 0 === item && !Object.is(item, -0)) {
    if (item > 127) out.u8(item < 256 ? 0xcc : item < 65536 ? 0xcd : 0xce);
    if (item > 65535) out.uint(item >>> 16, 2);
    out.uint(item & 65535, item < 256 ? 1 : 2);
  } else out.bytes(encodeValue(item));
}

/** From where on an integer needs one byte, two, four. */
const LEAST: readonly number[] = [128, 256, 65536];

/** All that is left. */
export function takeValue(from: Reader): Plain | Encoded {
  const count = from.remaining;
  const first = from.peek();
  if (count === 1 && first < 128) return from.u8();
  if (first >> 5 === SHORT_TEXT >> 5 && count === 1 + (first & TEXT_BITS)) {
    from.u8();
    return from.utf8(count - 1);
  }
  const bytes = from.bytes(count);
  if (count > 1 && first >= 0xcc && first <= 0xce && count === 1 + (1 << (first & 3))) {
    let value = 0;
    for (let i = 1; i < count; i++) value = value * 256 + (bytes[i] as number); // cast: within the bytes
    if (value >= (LEAST[first & 3] as number)) return value; // cast: one of three
  }
  const value = decodeValue(bytes);
  return isPlain(value) && areSame(encodeValue(value), bytes) ? value : new Encoded(bytes.slice(), value);
}

/** An element's bytes, and back: going in, `bytes` may be changed later. */
export function putItem(out: Writer, item: Item): void {
  if (item instanceof ItemChild) putChild(out, item.type);
  else putValue(out, item);
}

export function itemOf(bytes: Uint8Array, name: () => string): Item {
  const from = new Reader(bytes);
  const type = takeChild(from);
  return type > 0 ? new ItemChild(type, name()) : takeValue(from);
}
