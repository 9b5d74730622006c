// MessagePack over the Writer of busbar/pool: a method for each byte and text, in place of an encoder that holds its buffer itself.
import { createBufferPool, createWriter } from "busbar/pool";
import { decodeValue } from "busbar/wire";
import { subjectOf } from "../subjects/subject.mjs";

const out = createWriter({ pool: createBufferPool() });
const double = new DataView(new ArrayBuffer(8));
const doubleBytes = new Uint8Array(double.buffer);

function put(item) {
  if (typeof item === "string") putText(item);
  else if (typeof item === "number") putNumber(item);
  else if (typeof item === "boolean") out.u8(item ? 0xc3 : 0xc2);
  else if (item === null) out.u8(0xc0);
  else if (item instanceof Uint8Array) {
    head(item.length, 0, 0, 0xc4);
    out.bytes(item);
  } else if (Array.isArray(item)) {
    head(item.length, 0x90, 16, 0xdb);
    for (const one of item) put(one);
  } else {
    const keys = Object.keys(item);
    head(keys.length, 0x80, 16, 0xdd);
    for (const key of keys) {
      putText(key);
      put(item[key]);
    }
  }
}

function putText(text) {
  // as wide as for ASCII, filled in afterwards; longer text that outgrows it does not occur here
  const at = out.claim(text.length < 32 ? 1 : text.length < 256 ? 2 : 3);
  const from = out.length;
  const count = out.utf8(text);
  const { buffer } = out;
  if (from - at === 1 && count < 32) buffer[at] = 0xa0 + count;
  else if (from - at === 1) {
    out.reset(at);
    head(count, 0xa0, 32, 0xd9);
    out.utf8(text);
  } else if (from - at === 2 && count < 256) {
    buffer[at] = 0xd9;
    buffer[at + 1] = count;
  } else {
    out.reset(at);
    head(count, 0xa0, 32, 0xd9);
    out.utf8(text);
  }
}

/** The head of anything with a size, `first` the type with one byte for it; arrays and maps have none. */
function head(count, fix, limit, first) {
  if (count < limit) out.u8(fix + count);
  else if (count < 256 && first !== 0xdb && first !== 0xdd) {
    out.u8(first);
    out.u8(count);
  } else if (count < 65_536) {
    out.u8(first + 1);
    out.u8(count >> 8);
    out.u8(count & 255);
  } else {
    out.u8(first + 2);
    for (let shift = 24; shift >= 0; shift -= 8) out.u8((count >> shift) & 255);
  }
}

function putNumber(number) {
  if (Number.isInteger(number) && number >= 0 && number < 128) out.u8(number);
  else if (Number.isInteger(number) && number < 0 && number >= -32) out.u8(number & 255);
  else if (Number.isInteger(number) && number >= 0 && number <= 0xffffffff) head(number, 0, 0, 0xcc);
  else {
    double.setFloat64(0, number);
    out.u8(0xcb);
    out.bytes(doubleBytes);
  }
}

export const setUp = subjectOf({
  encode(value) {
    put(value);
    return out.lease();
  },
  decode: (bytes) => decodeValue(bytes),
  written: (lease) => lease.written(),
  done: (lease) => lease.release(),
});
