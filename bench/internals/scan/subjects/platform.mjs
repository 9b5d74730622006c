// What the platform does by vectors already. Ways: equals (Buffer), isUtf8 (node:buffer).
import { isUtf8 } from "node:buffer";
import { buffersOf, scanning } from "./data.mjs";

export function setUp(caseName) {
  const buffers = buffersOf(caseName);
  const others = buffersOf(caseName);
  const ways = { equals: (bytes, i) => Number(bytes.equals(others[i])), isUtf8: (bytes) => Number(isUtf8(bytes)) };
  return scanning(buffers, ways[new URL(import.meta.url).search.slice(1)]);
}
