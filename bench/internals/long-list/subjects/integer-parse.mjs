// Reads integers from digits in bytes. Ways: ours, latin1 (Buffer, then Number), decoder (TextDecoder, then Number).
import { formatInteger, parseInteger } from "../tried/integers.mjs";
import { integers, MANY, wayOf } from "./data.mjs";

const decoder = new TextDecoder();

export function setUp() {
  const bytes = Buffer.alloc(MANY * 20);
  const starts = [0];
  for (const number of integers()) starts.push(formatInteger(bytes, starts.at(-1), number));
  const read = {
    ours: (start, end) => parseInteger(bytes, start, end),
    latin1: (start, end) => Number(bytes.latin1Slice(start, end)),
    decoder: (start, end) => Number(decoder.decode(bytes.subarray(start, end))),
  }[wayOf(import.meta.url)];
  return {
    answer: () =>
      starts
        .slice(1)
        .map((end, i) => read(starts[i], end))
        .join(),
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const at = i & (MANY - 1);
        sum += read(starts[at], starts[at + 1]);
      }
      return sum;
    },
  };
}
