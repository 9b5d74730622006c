// What stood here before: 64-bit FNV-1a, in doubles that never exceed 2^42.
import { hashing } from "../subjects/data.mjs";

const PRIME_LOW = 0x1b3;
const TWO_32 = 0x1_0000_0000;
const encoder = new TextEncoder();

export function setUp(caseName) {
  return hashing(caseName, (data) => fnv(typeof data === "string" ? encoder.encode(data) : data));
}

function fnv(bytes) {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME_LOW;
    high = (high * PRIME_LOW + low * 0x100 + Math.floor(product / TWO_32)) % TWO_32;
    low = product % TWO_32;
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}
