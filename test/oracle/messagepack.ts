import type { WireMap, WireValue } from "../../lib/wire/index.ts";

/**
 * MessagePack by the book, slow and obvious: one row per format of the specification, big integers, no fast paths.
 * Answers `undefined` for whatever lib/wire must refuse, without saying why.
 */
export function oracleDecode(bytes: Uint8Array, maxDepth = 64): WireValue | undefined {
  try {
    const [value, end] = decodeAt(bytes, 0, maxDepth);
    return end === bytes.length ? value : undefined;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

class Refused extends Error {}

type Read = readonly [value: WireValue, end: number];

function decodeAt(bytes: Uint8Array, at: number, depth: number): Read {
  const type = part(bytes, at, 1)[0] as number;
  const next = at + 1;
  const counted = (width: number): readonly [count: number, from: number] => [
    Number(bigEndian(part(bytes, next, width))),
    next + width,
  ];
  if (type <= 0x7f) return [type, next];
  if (type >= 0xe0) return [type - 256, next];
  if (type >= 0x80 && type <= 0x8f) return mapAt(bytes, type - 0x80, next, depth);
  if (type >= 0x90 && type <= 0x9f) return arrayAt(bytes, type - 0x90, next, depth);
  if (type >= 0xa0 && type <= 0xbf) return textAt(bytes, type - 0xa0, next);
  if (type === 0xc0) return [null, next];
  if (type === 0xc2) return [false, next];
  if (type === 0xc3) return [true, next];
  if (type === 0xc4) return binAt(bytes, ...counted(1));
  if (type === 0xc5) return binAt(bytes, ...counted(2));
  if (type === 0xc6) return binAt(bytes, ...counted(4));
  if (type === 0xca) return [Buffer.from(part(bytes, next, 4)).readFloatBE(), next + 4];
  if (type === 0xcb) return [Buffer.from(part(bytes, next, 8)).readDoubleBE(), next + 8];
  if (type >= 0xcc && type <= 0xcf) return integerAt(bytes, next, 2 ** (type - 0xcc), false);
  if (type >= 0xd0 && type <= 0xd3) return integerAt(bytes, next, 2 ** (type - 0xd0), true);
  if (type === 0xd9) return textAt(bytes, ...counted(1));
  if (type === 0xda) return textAt(bytes, ...counted(2));
  if (type === 0xdb) return textAt(bytes, ...counted(4));
  if (type === 0xdc) return arrayAt(bytes, ...counted(2), depth);
  if (type === 0xdd) return arrayAt(bytes, ...counted(4), depth);
  if (type === 0xde) return mapAt(bytes, ...counted(2), depth);
  if (type === 0xdf) return mapAt(bytes, ...counted(4), depth);
  throw new Refused(`type ${type}`);
}

function part(bytes: Uint8Array, from: number, count: number): Uint8Array {
  if (from + count > bytes.length) throw new Refused("cut short");
  return bytes.subarray(from, from + count);
}

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function integerAt(bytes: Uint8Array, at: number, width: number, signed: boolean): Read {
  const raw = bigEndian(part(bytes, at, width));
  const value = Number(signed ? BigInt.asIntN(width * 8, raw) : raw);
  if (!Number.isSafeInteger(value)) throw new Refused("unsafe");
  return [value, at + width];
}

function binAt(bytes: Uint8Array, count: number, from: number): Read {
  return [new Uint8Array(part(bytes, from, count)), from + count];
}

function textAt(bytes: Uint8Array, count: number, from: number): Read {
  const raw = Buffer.from(part(bytes, from, count));
  const text = raw.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(raw)) throw new Refused("utf8");
  return [text, from + count];
}

function arrayAt(bytes: Uint8Array, count: number, from: number, depth: number): Read {
  if (depth === 0) throw new Refused("too deep");
  const values: WireValue[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    const [value, end] = decodeAt(bytes, at, depth - 1);
    values.push(value);
    at = end;
  }
  return [values, at];
}

function mapAt(bytes: Uint8Array, count: number, from: number, depth: number): Read {
  if (depth === 0) throw new Refused("too deep");
  const entries = new Map<string, WireValue>();
  let at = from;
  for (let i = 0; i < count; i++) {
    const [key, valueFrom] = decodeAt(bytes, at, 1);
    if (typeof key !== "string" || entries.has(key)) throw new Refused("key");
    const [value, end] = decodeAt(bytes, valueFrom, depth - 1);
    entries.set(key, value);
    at = end;
  }
  return [toMap(entries), at];
}

function toMap(entries: Map<string, WireValue>): WireMap {
  const map: Record<string, WireValue> = Object.create(null);
  for (const [key, value] of entries)
    Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
  return map;
}

/**
 * Encodes in any valid form: `pick(n)` chooses among `n` forms, shortest first, so `() => 0` is the canonical encoding.
 */
export function oracleEncode(value: WireValue, pick: (forms: number) => number): Buffer {
  const choose = (forms: readonly Buffer[]): Buffer => forms[pick(forms.length)] as Buffer;
  const counted = (count: number, fix: readonly [base: number, most: number], types: readonly number[]): Buffer => {
    const forms: Buffer[] = count <= fix[1] ? [Buffer.from([fix[0] + count])] : [];
    for (const [i, type] of types.entries()) {
      const width = 2 ** (types.length === 2 ? i + 1 : i);
      if (count < 256 ** width) forms.push(Buffer.from([type, ...digits(BigInt(count), width)]));
    }
    return choose(forms);
  };
  if (value === null) return Buffer.from([0xc0]);
  if (typeof value === "boolean") return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === "number") return choose(numberForms(value));
  if (typeof value === "string") {
    const raw = Buffer.from(value);
    return Buffer.concat([counted(raw.length, [0xa0, 31], [0xd9, 0xda, 0xdb]), raw]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([counted(value.length, [0, -1], [0xc4, 0xc5, 0xc6]), value]);
  if (Array.isArray(value)) {
    const items = (value as WireValue[]).map((item) => oracleEncode(item, pick));
    return Buffer.concat([counted(items.length, [0x90, 15], [0xdc, 0xdd]), ...items]);
  }
  const entries = Object.entries(value as WireMap);
  const parts = entries.flatMap(([key, item]) => [oracleEncode(key, pick), oracleEncode(item, pick)]);
  return Buffer.concat([counted(entries.length, [0x80, 15], [0xde, 0xdf]), ...parts]);
}

function digits(value: bigint, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * (width - 1 - i))) & 255n));
}

function numberForms(value: number): Buffer[] {
  const double = Buffer.from([0xcb, 0, 0, 0, 0, 0, 0, 0, 0]);
  double.writeDoubleBE(value, 1);
  const single = Buffer.from([0xca, 0, 0, 0, 0]);
  single.writeFloatBE(value, 1);
  const floats = Object.is(Math.fround(value), value) ? [double, single] : [double];
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return floats;
  const forms: Buffer[] = [];
  const big = BigInt(value);
  if (value >= -32 && value < 128) forms.push(Buffer.from([value & 255]));
  for (const i of [0, 1, 2, 3]) {
    const width = 2 ** i;
    if (BigInt.asUintN(width * 8, big) === big) forms.push(Buffer.from([0xcc + i, ...digits(big, width)]));
    if (BigInt.asIntN(width * 8, big) === big) forms.push(Buffer.from([0xd0 + i, ...digits(big, width)]));
  }
  return [...forms, ...floats];
}
