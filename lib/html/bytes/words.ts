import { encoder } from "../encode/unicode.ts";

export const WORD = 8;

/** A text as numbers of 64 bits, of which so many bytes count. */
export interface Words {
  readonly words: Float64Array;
  readonly length: number;
}

/** The last number has zeros behind the text's bytes. UTF-8 has no NaN, whose bits would be lost: no byte is 0xff, and none from 0xf0 on has 0x7f behind it. */
export function wordsOf(text: string): Words {
  const bytes = encoder.encode(text);
  const { length } = bytes;
  const padded = new Uint8Array(Math.ceil(length / WORD) * WORD);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  return {
    words: Float64Array.from({ length: padded.length / WORD }, (_, i) => view.getFloat64(i * WORD, true)),
    length,
  };
}

/** Writes them. @returns The place behind. */
export function putWords(view: DataView, at: number, words: Float64Array, length: number): number {
  for (let i = 0; i < words.length; i++) view.setFloat64(at + i * WORD, words[i] as number, true); // cast: i is below the length
  return at + length;
}
