// Bytes compared, bytes counted, numbers hashed, 4 KiB each. Ways: native (Buffer), loop, simd (in the module's memory), copied (into it).
import { createSimd } from "../tried/simd.mjs";
import { seeded, wayOf } from "./data.mjs";

const SIZE = 4096;
const VARIANTS = 8; // of each side: 64 KiB in all
const WAY = wayOf(import.meta.url);
const NEEDLE = 60;

export function setUp(caseName) {
  const simd = createSimd(2);
  const place = (i) => i * SIZE;
  const random = seeded(9);
  const inputs = Array.from({ length: 2 * VARIANTS }, (_, i) => simd.bytes.subarray(place(i), place(i + 1)));
  for (const input of inputs.slice(0, VARIANTS)) for (let i = 0; i < SIZE; i++) input[i] = random() * 256;
  for (let i = 0; i < VARIANTS; i++) inputs[VARIANTS + i].set(inputs[i]);
  inputs[VARIANTS + 3][SIZE - 1] ^= 1;
  const outside = inputs.map((input) => Buffer.from(input));
  const scratch = [2 * VARIANTS, 2 * VARIANTS + 1].map(place);
  const kind = ["equal", "count", "hash"].find((name) => caseName.startsWith(name));
  const work = works[kind](WAY, { simd, place, outside, scratch });
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum = (sum + work(i & (VARIANTS - 1))) | 0;
    return sum;
  };
  return { answer: () => `${run(VARIANTS)} of ${VARIANTS}`, run, bytes: SIZE };
}

const works = {
  equal: (way, { simd, place, outside, scratch }) =>
    ({
      native: (i) => (outside[i].equals(outside[VARIANTS + i]) ? 1 : 0),
      loop: (i) => equalByLoop(outside[i], outside[VARIANTS + i]),
      simd: (i) => simd.equal(place(i), place(VARIANTS + i), SIZE),
      copied(i) {
        simd.bytes.set(outside[i], scratch[0]);
        simd.bytes.set(outside[VARIANTS + i], scratch[1]);
        return simd.equal(scratch[0], scratch[1], SIZE);
      },
    })[way],

  count: (way, { simd, place, outside, scratch }) =>
    ({
      loop: (i) => countByLoop(outside[i]),
      simd: (i) => simd.count(place(i), NEEDLE, SIZE),
      copied(i) {
        simd.bytes.set(outside[i], scratch[0]);
        return simd.count(scratch[0], NEEDLE, SIZE);
      },
    })[way],

  hash(way, { simd, outside, scratch }) {
    const numbers = outside.map(
      ({ buffer, byteOffset }) => new Int32Array(buffer.slice(byteOffset, byteOffset + SIZE)),
    );
    const scratchNumbers = new Int32Array(simd.bytes.buffer, scratch[0]);
    const hashes = new Int32Array(SIZE / 4);
    return {
      loop(i) {
        const from = numbers[i];
        for (let at = 0; at < hashes.length; at++) hashes[at] = mixed(from[at]);
        return hashes[i] + hashes[SIZE / 4 - 1];
      },
      copied(i) {
        scratchNumbers.set(numbers[i]);
        simd.mix(scratch[0], 0, SIZE);
        return scratchNumbers[i] + scratchNumbers[SIZE / 4 - 1];
      },
    }[way];
  },
};

function equalByLoop(a, b) {
  for (let i = 0; i < SIZE; i++) if (a[i] !== b[i]) return 0;
  return 1;
}

function countByLoop(bytes) {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === NEEDLE) count++;
  return count;
}

/** MurmurHash3's finalizer. */
function mixed(value) {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
