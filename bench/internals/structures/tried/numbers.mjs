// A map from integers to integers, 10,000 of them, half of what is asked for is there. Ways: map, compact (two typed arrays, linear probing).
import { seeded, wayOf } from "../subjects/data.mjs";

const random = seeded(9);
const keys = Array.from({ length: 20_000 }, () => Math.floor(random() * 2 ** 30) + 1);
const asked = Array.from({ length: 8192 }, () => keys[Math.floor(random() * keys.length)]);

class CompactMap {
  #keys = new Int32Array(32_768);
  #values = new Int32Array(32_768);

  #place(key) {
    let at = Math.imul(key, 0x9e3779b1) >>> 17;
    while (this.#keys[at] !== 0 && this.#keys[at] !== key) at = (at + 1) & 32_767;
    return at;
  }

  get(key) {
    const at = this.#place(key);
    return this.#keys[at] === key ? this.#values[at] : undefined;
  }

  set(key, value) {
    const at = this.#place(key);
    this.#keys[at] = key;
    this.#values[at] = value;
  }
}

export function setUp() {
  const map = wayOf(import.meta.url) === "map" ? new Map() : new CompactMap();
  for (const [i, key] of keys.slice(0, 10_000).entries()) map.set(key, i);
  return {
    answer: () => asked.map((key) => map.get(key) ?? "-").join(),
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += map.get(asked[i & 8191]) ?? 0;
      return sum;
    },
  };
}
