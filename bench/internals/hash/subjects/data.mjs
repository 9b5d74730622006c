// What is hashed: 64 different inputs, the same for every subject.
export const INPUTS = 64;

const BYTES = { "8 B": 8, "64 B": 64, "1 KiB": 1024, "16 KiB": 16_384, "1 MiB": 1_048_576 };
const TEXTS = { "16 characters": 16, "170 characters": 170, "2 KiB": 2048, "20 KiB": 20_480, "200 KiB": 204_800 };
const MARKUP = '<li class="row"><a href="/users/7">Ada Lovelace</a> wrote 12 notes</li>\n';

/** Bytes for "bytes, 64 B", text for "text, 2 KiB"; the large ones are fewer. */
export function inputsOf(caseName) {
  const [kind, size] = caseName.split(", ");
  const length = kind === "text" ? TEXTS[size] : BYTES[size];
  const count = length > 100_000 ? 4 : INPUTS;
  return Array.from({ length: count }, (_, seed) => (kind === "text" ? textOf(length, seed) : bytesOf(length, seed)));
}

function bytesOf(length, seed) {
  const bytes = new Uint8Array(length);
  let state = seed + 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** Flat, as text is that was read or encoded before. */
function textOf(length, seed) {
  const text = `${seed}${MARKUP.repeat(Math.ceil(length / MARKUP.length))}`.slice(0, length);
  return Buffer.from(text).toString("latin1");
}

/** A subject that hashes the inputs one after the other. What all must agree about: other inputs get other hashes, and the same the same. */
export function hashing(caseName, hash) {
  const inputs = inputsOf(caseName);
  const { length } = inputs;
  return {
    answer() {
      const all = inputs.map((one) => hash(one));
      const again = inputsOf(caseName).map((one) => hash(one));
      return `${new Set(all).size} hashes of ${length}, ${again.filter((one, i) => one === all[i]).length} again`;
    },
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const one = hash(inputs[i % length]);
        sum += typeof one === "number" ? one : one.length;
      }
      return sum;
    },
    bytes: inputs[0].length,
  };
}
