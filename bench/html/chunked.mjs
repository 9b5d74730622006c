// The chunked writer without a template engine around it: 16 KiB of text per conversion, into memory that is kept.
import { Buffer } from "node:buffer";

const FLUSH_CHARS = 16_384;
const MAX_BYTES_PER_CHAR = 3;
const encoder = new TextEncoder();

/** Turns a page that hands its text over piece by piece into one that yields bytes of its own. */
export function chunked(page) {
  let scratch = new Uint8Array(FLUSH_CHARS * MAX_BYTES_PER_CHAR);
  let length = 0;

  const write = (text) => {
    const needed = length + text.length * MAX_BYTES_PER_CHAR;
    if (needed > scratch.length) {
      const grown = new Uint8Array(Math.max(needed, scratch.length * 2));
      grown.set(scratch.subarray(0, length));
      scratch = grown;
    }
    length += encoder.encodeInto(text, scratch.subarray(length)).written;
  };
  const out = (text) => {
    if (text.length < FLUSH_CHARS) return text;
    write(text);
    return "";
  };

  return (data) => {
    length = 0;
    write(page(data, out));
    return Buffer.from(scratch.subarray(0, length)); // a copy: the scratch is overwritten by the next page
  };
}
