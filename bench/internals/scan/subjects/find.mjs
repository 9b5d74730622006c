// The first of four marks. Ways: set (createByteSet), loop, indexOf (one search for each), regex (on the text of the bytes).
import { createByteSet } from "busbar/pool";
import { buffersOf, MARKS, scanning } from "./data.mjs";

const isMark = Uint8Array.from({ length: 256 }, (_, byte) => (MARKS.includes(String.fromCharCode(byte)) ? 1 : 0));
const codes = Array.from(MARKS, (mark) => mark.charCodeAt(0));
const set = createByteSet(MARKS);

const ways = {
  set: (bytes) => set.find(bytes),
  loop(bytes) {
    for (let i = 0; i < bytes.length; i++) if (isMark[bytes[i]] === 1) return i;
    return -1;
  },
  indexOf(bytes) {
    let first = -1;
    for (const code of codes) {
      const at = (first < 0 ? bytes : bytes.subarray(0, first)).indexOf(code);
      if (at >= 0) first = at;
    }
    return first;
  },
  regex: (bytes) => bytes.latin1Slice().search(/[&<>"]/),
};

export function setUp(caseName) {
  return scanning(buffersOf(caseName), ways[new URL(import.meta.url).search.slice(1)]);
}
