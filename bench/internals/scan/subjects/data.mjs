// What is scanned: 16 different buffers of text without a single mark, or with some.
const SIZES = { "64 B": 64, "256 B": 256, "1 KiB": 1024, "16 KiB": 16_384, "1 MiB": 1_048_576 };
export const MARKS = '&<>"';

export function sizeOf(caseName) {
  return SIZES[caseName.split(", ")[1]];
}

/** @param every - A mark stands at every so many bytes; none for 0. */
export function buffersOf(caseName, every = 0) {
  const size = sizeOf(caseName);
  return Array.from({ length: 16 }, (_, seed) => {
    const bytes = Buffer.alloc(size);
    for (let i = 0; i < size; i++) bytes[i] = 97 + ((i * 7 + seed) % 26);
    for (let i = every + (seed & 3); every > 0 && i < size; i += every) bytes[i] = MARKS.charCodeAt(0);
    return bytes;
  });
}

/** A subject that asks for one number about each buffer in turn. */
export function scanning(buffers, ask) {
  return {
    answer: () => buffers.map((bytes, i) => ask(bytes, i)).join(),
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += ask(buffers[i & 15], i & 15);
      return sum;
    },
    bytes: buffers[0].length,
  };
}
