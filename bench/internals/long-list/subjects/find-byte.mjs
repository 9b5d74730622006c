// Finds the one line end in 64 KiB of text. Ways: buffer (Buffer.indexOf), array (Uint8Array's), loop.
import { seeded, wayOf } from "./data.mjs";

const SIZE = 65_536;
const VARIANTS = 16;
const LINE_END = 10;

export function setUp() {
  const random = seeded(5);
  const texts = Array.from({ length: VARIANTS }, (_, i) => {
    const text = Buffer.allocUnsafeSlow(SIZE).map(() => 32 + Math.floor(random() * 95));
    text[SIZE - 1 - i] = LINE_END;
    return text;
  });
  const find = {
    buffer: (text) => text.indexOf(LINE_END),
    array: (text) => Uint8Array.prototype.indexOf.call(text, LINE_END),
    loop,
  }[wayOf(import.meta.url)];
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += find(texts[i & (VARIANTS - 1)]);
    return sum;
  };
  return { answer: () => String(run(VARIANTS)), run, bytes: SIZE };
}

function loop(text) {
  for (let i = 0; i < text.length; i++) if (text[i] === LINE_END) return i;
  return -1;
}
