// The most a batch could gain: 64 records hashed in one call, as if they were one. Ways: each, whole.
import { hash64Halves } from "busbar/pool";
import { inputsOf } from "../subjects/data.mjs";

export function setUp() {
  const records = inputsOf("bytes, 64 B");
  const joined = new Uint8Array(Buffer.concat(records));
  const isWhole = new URL(import.meta.url).search === "?whole";
  const work = () => {
    if (isWhole) return hash64Halves(joined)[0];
    let sum = 0;
    for (const record of records) sum += hash64Halves(record)[0];
    return sum;
  };
  return {
    answer: () => `${work() > 0}`,
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        joined[i & 4095] ^= 1;
        sum += work();
      }
      return sum;
    },
    bytes: joined.length,
  };
}
