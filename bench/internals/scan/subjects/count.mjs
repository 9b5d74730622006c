// How often a mark stands in 1 KiB, every 32nd byte being one. Ways: set, loop, indexOf.
import { createByteSet } from "busbar/pool";
import { buffersOf, MARKS, scanning } from "./data.mjs";

const MARK = MARKS.charCodeAt(0);
const set = createByteSet([MARK]);

const ways = {
  set: (bytes) => set.count(bytes),
  loop(bytes) {
    let sum = 0;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] === MARK) sum++;
    return sum;
  },
  indexOf(bytes) {
    let sum = 0;
    for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) sum++;
    return sum;
  },
};

export function setUp(caseName) {
  return scanning(buffersOf(caseName, 32), ways[new URL(import.meta.url).search.slice(1)]);
}
