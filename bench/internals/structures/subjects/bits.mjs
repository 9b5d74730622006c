// 100,000 integers, a third of them in the set. Ways: bitset, set (a Set), sorted (a sorted list and a binary search).
import { createBitset } from "busbar/pool";
import { seeded, wayOf } from "./data.mjs";

const SIZE = 100_000;
const random = seeded(5);
const members = Array.from({ length: SIZE }, (_, i) => i).filter(() => random() < 1 / 3);
const asked = Array.from({ length: 4096 }, () => Math.floor(random() * SIZE));

export function setUp(caseName) {
  const ask = asking(caseName, wayOf(import.meta.url));
  return {
    answer: () => asked.slice(0, 500).map(ask).join(),
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += ask(asked[i & 4095]);
      return sum;
    },
  };
}

function asking(caseName, way) {
  if (way === "set") {
    const set = new Set(members);
    return (value) => Number(set.has(value));
  }
  if (way === "bitset") {
    const bits = createBitset(SIZE);
    for (const value of members) bits.add(value);
    if (caseName.startsWith("has")) return (value) => Number(bits.has(value));
    return caseName.startsWith("rank") ? (value) => bits.rank(value) : (value) => bits.select(value >> 2);
  }
  const sorted = Int32Array.from(members);
  if (caseName.startsWith("select")) return (value) => sorted[value >> 2] ?? -1;
  const rank = (value) => {
    let low = 0;
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return caseName.startsWith("rank") ? rank : (value) => Number(sorted[rank(value)] === value);
}
