// What the subjects of this part write: the same in every process.
import { createHash } from "node:crypto";

const WORDS = "amber basket candle copper cotton daily dark extra fine garden glass green grey handle harbour".split(
  " ",
);
const OTHER = "café naïve über größe señor книга зеркало вода 東京 漢字 서울 한국어 🎈 🧶".split(" ");
const VARIANTS = 32;
const FEW = 4; // of what is larger than a cache anyway
const LARGE = 65_536;
const BLOCK = 1024; // a longer text is one of these again and again: what its characters are does not change any more
const OTHER_SHARE = 0.25; // of the texts

/** The part of a subject's address behind the "?": which way it goes. */
export function wayOf(url) {
  return decodeURIComponent(new URL(url).search.slice(1));
}

/** The size in a case's name: "lease of 64 KiB" is 65,536. */
export function bytesOf(caseName) {
  const [, number, unit] = /(\d+) (B|KiB|MiB)/.exec(caseName);
  return Number(number) * { B: 1, KiB: 1024, MiB: 1_048_576 }[unit];
}

/** Numbers from 0 to 1 from a seed. */
export function randomFrom(seed) {
  let state = seed * 2 + 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

function variantsOf(size) {
  return size < LARGE ? VARIANTS : FEW;
}

/** Texts of about so many UTF-16 units, a quarter of them not ASCII; copied, so that none is part of another. */
export function textsOf(units) {
  return Array.from({ length: variantsOf(units) }, (_, seed) => {
    const random = randomFrom(seed);
    const words = seed % 4 < OTHER_SHARE * 4 ? OTHER : WORDS;
    let text = "";
    while (text.length < Math.min(units, BLOCK)) text += `${words[Math.floor(random() * words.length)]} `;
    const block = text.slice(0, Math.min(units, BLOCK)).replace(/\p{Cs}/gu, "?");
    return structuredClone(block.repeat(units / block.length));
  });
}

/** Pages of about so many bytes as a renderer meets them: rows of short pieces, half of them fixed markup. */
export function pagesOf(bytes) {
  return Array.from({ length: 8 }, (_, seed) => {
    const random = randomFrom(seed);
    const rows = [];
    for (let length = 0; length < bytes; ) {
      const word = WORDS[Math.floor(random() * WORDS.length)];
      const row = ['<li class="item"><a href="/items/', `${rows.length}`, '">', `${word} ${word}`, "</a></li>\n"];
      rows.push(row);
      for (const piece of row) length += piece.length;
    }
    return rows;
  });
}

/** Messages of so many bytes in eight parts. */
export function partsOf(bytes) {
  return Array.from({ length: variantsOf(bytes) }, (_, seed) =>
    Array.from({ length: 8 }, (_, part) => new Uint8Array(bytes / 8).fill(seed * 8 + part)),
  );
}

/** A short fingerprint of bytes. */
export function fingerprint(bytes) {
  return `${bytes.length}:${createHash("sha1").update(bytes).digest("hex")}`;
}
