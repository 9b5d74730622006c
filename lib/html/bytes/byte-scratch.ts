import { type Writer, writeUtf8 } from "../../pool/index.ts";
import { isFirstHalf, isSecondHalf } from "../encode/unicode.ts";

/** From here on what was gathered is handed on: it is still in the nearest cache then. */
export const FULL = 16_384;
/** The most that may be written between two looks at how full it is. */
export const MOST_BETWEEN = 32_768;
/** Longer pieces of fixed text look by themselves. */
export const MOST_COPIED = 1_024;

const WORD_BYTES = 8; // the last word of a chunk is written whole
const PIECE_CHARS = 8_192;
const HALF_BYTES = 3; // of the U+FFFD that stands for half a pair

/**
 * Where a page becomes bytes: short pieces are written straight into memory, in half the time of joining them to a text that is converted then,
 * and without garbage (bench: html, "to bytes"). Who writes holds the place in a variable, and puts it back before others may write.
 */
export class ByteScratch {
  readonly out: Uint8Array = new Uint8Array(FULL + MOST_BETWEEN + WORD_BYTES);
  readonly view: DataView = new DataView(this.out.buffer);
  /** How far it is written. */
  at = 0;
  /** The first half of a surrogate pair with which a text ended, and where its U+FFFD ends: the other half may begin what follows. */
  half = 0;
  halfEnd = -1;
  private target: Writer | undefined = undefined;

  /** Begins a page. */
  start(target: Writer): void {
    this.target = target;
    this.at = 0;
    this.halfEnd = -1;
  }

  /** Hands on what was gathered. @returns The place to go on at. */
  spill(at: number): number {
    const kept = at === this.halfEnd ? HALF_BYTES : 0;
    this.target?.bytes(this.out.subarray(0, at - kept));
    if (kept > 0) this.out.copyWithin(0, at - kept, at);
    this.halfEnd = kept > 0 ? kept : -1;
    this.at = kept;
    return kept;
  }

  /** The same with a half that waits: what follows is no text. */
  spillAll(): void {
    this.halfEnd = -1;
    this.spill(this.at);
  }

  /** What has not been handed on. */
  written(): Uint8Array {
    return this.out.subarray(0, this.at);
  }

  /** The same without a half that waits. */
  whole(): Uint8Array {
    return this.out.subarray(0, this.at === this.halfEnd ? this.at - HALF_BYTES : this.at);
  }

  /** Writes bytes of whole characters, any number. @returns The place behind, which is not above `FULL`. */
  bytes(at: number, bytes: Uint8Array): number {
    if (bytes.length > MOST_BETWEEN) {
      this.at = at;
      this.spillAll();
      this.target?.bytes(bytes);
      return 0;
    }
    const start = at > FULL ? this.spill(at) : at;
    this.out.set(bytes, start);
    return this.room(start + bytes.length);
  }

  /** Writes text as it is, of any length. @returns The place behind, which is not above `FULL`. */
  text(at: number, text: string): number {
    if (text.length <= PIECE_CHARS) return this.piece(at, text);
    let end = this.spill(at);
    if (end === 0 && !isFirstHalf(text.charCodeAt(text.length - 1))) {
      this.target?.utf8(text);
      return 0;
    }
    for (let i = 0; i < text.length; i += PIECE_CHARS) end = this.piece(end, text.slice(i, i + PIECE_CHARS));
    return end;
  }

  /** A look at how full it is. */
  room(at: number): number {
    return at > FULL ? this.spill(at) : at;
  }

  private piece(at: number, text: string): number {
    let start = this.room(at);
    let whole = text;
    if (start === this.halfEnd && isSecondHalf(text.charCodeAt(0))) {
      start -= HALF_BYTES;
      whole = String.fromCharCode(this.half) + text;
    }
    const end = writeUtf8(this.out, start, whole);
    const last = text.charCodeAt(text.length - 1);
    if (isFirstHalf(last)) this.wait(last, end);
    return this.room(end);
  }

  /** Remembers the half that a text ended with; its U+FFFD ends at `end`. */
  wait(half: number, end: number): void {
    this.half = half;
    this.halfEnd = end;
  }
}
