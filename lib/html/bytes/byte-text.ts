import type { EncodedStyles } from "../brand.ts";
import { escapeAttribute, escapeText } from "../encode/escape.ts";
import { encoder, isFirstHalf, isSecondHalf } from "../encode/unicode.ts";
import { isUsualUrl } from "../encode/url.ts";
import type { ByteScratch } from "./byte-scratch.ts";
import { putWords } from "./words.ts";

/** Longer text is left to the platform: a call costs as much as some hundred characters by hand (bench: html, "to bytes"). */
const LONG = 96;
/** What a text of that length can take. */
export const MOST_OF_TEXT: number = 6 * LONG;

const ASCII = 128;
const SPACE = 32;
const SLASH = 47;
const DIGIT_0 = 48;
const BACKSLASH = 92;
const DELETE = 127;
const NOTHING = new Uint8Array(ASCII);
const IN_TEXT = marked((mark) => escapeText(mark));
const IN_ATTRIBUTE = marked((mark) => escapeAttribute(mark));
const ESCAPED = Array.from({ length: ASCII }, (_, code) => {
  return encoder.encode(escapeAttribute(String.fromCharCode(code)));
});

/** For each character of ASCII, whether it is written as something else. */
function marked(written: (mark: string) => string): Uint8Array {
  return Uint8Array.from({ length: ASCII }, (_, code) => {
    const mark = String.fromCharCode(code);
    return written(mark) === mark ? 0 : 1;
  });
}

/** Writes the text of a hole between two tags. @returns The place behind. */
export function putText(scratch: ByteScratch, at: number, text: string): number {
  const { length } = text;
  if (length > LONG) return scratch.text(at, escapeText(text));
  const { out } = scratch;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ASCII || IN_TEXT[code] !== 0) return putRest(scratch, at + i, text, i, IN_TEXT);
    out[at + i] = code;
  }
  return at + length;
}

/** Writes the text of a hole in an attribute. */
export function putAttribute(scratch: ByteScratch, at: number, text: string): number {
  const { length } = text;
  if (length > LONG) return scratch.text(at, escapeAttribute(text));
  const { out } = scratch;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ASCII || IN_ATTRIBUTE[code] !== 0) return putRest(scratch, at + i, text, i, IN_ATTRIBUTE);
    out[at + i] = code;
  }
  return at + length;
}

/** Writes a URL that is seen to be safe at one look. @returns The place behind, or -1 where it is not: then nothing counts as written. */
export function putUrl(scratch: ByteScratch, at: number, url: string): number {
  const { length } = url;
  if (length > LONG) return isUsualUrl(url) ? putAttribute(scratch, at, url) : -1;
  if (url.charCodeAt(0) === SLASH) {
    const second = url.charCodeAt(1);
    if (second === SLASH || second === BACKSLASH) return -1;
  } else if (!url.startsWith("https://") && !url.startsWith("http://")) return -1;
  const { out } = scratch;
  let end = at;
  for (let i = 0; i < length; i++) {
    const code = url.charCodeAt(i);
    if (code <= SPACE || code >= DELETE) return -1;
    if (IN_ATTRIBUTE[code] === 0) out[end++] = code;
    else end = putEscaped(out, end, code);
  }
  return end;
}

/** Writes text as it is. */
export function putMarkup(scratch: ByteScratch, at: number, text: string): number {
  const { length } = text;
  if (length > LONG) return scratch.text(at, text);
  const { out } = scratch;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ASCII) return putRest(scratch, at + i, text, i, NOTHING);
    out[at + i] = code;
  }
  return at + length;
}

/** Writes declarations in which nothing has to be escaped. */
export function putStyles(scratch: ByteScratch, at: number, { before, last }: EncodedStyles): number {
  const { text, words } = before;
  const end =
    words === undefined ? putMarkup(scratch, at, text) : putWords(scratch.view, at, words.words, words.length);
  return putMarkup(scratch, end, last);
}

/** Writes a number as a template literal would. */
export function putNumber(scratch: ByteScratch, at: number, value: number): number {
  if (value >>> 0 !== value) return putMarkup(scratch, at, String(value));
  const { out } = scratch;
  let end = at + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const next = Math.floor(rest / 10);
    out[i] = DIGIT_0 + rest - next * 10;
    rest = next;
  }
  return end;
}

/** From the first character on that is not written as it stands. */
function putRest(scratch: ByteScratch, start: number, text: string, from: number, marks: Uint8Array): number {
  const { out } = scratch;
  let at = start;
  for (let i = from; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < ASCII) {
      if (marks[code] === 0) out[at++] = code;
      else at = putEscaped(out, at, code);
      continue;
    }
    if (code < 0x800) {
      out[at++] = 0xc0 | (code >> 6);
      out[at++] = 0x80 | (code & 63);
      continue;
    }
    if (isFirstHalf(code)) {
      const second = text.charCodeAt(i + 1);
      if (isSecondHalf(second)) {
        at = putPair(out, at, code, second);
        i++;
        continue;
      }
      if (i === text.length - 1) scratch.wait(code, at + 3);
      code = 0xfffd;
    } else if (isSecondHalf(code)) {
      if (i === 0 && at === scratch.halfEnd) {
        at = putPair(out, at - 3, scratch.half, code);
        continue;
      }
      code = 0xfffd;
    }
    out[at++] = 0xe0 | (code >> 12);
    out[at++] = 0x80 | ((code >> 6) & 63);
    out[at++] = 0x80 | (code & 63);
  }
  return at;
}

function putEscaped(out: Uint8Array, start: number, code: number): number {
  const escaped = ESCAPED[code] as Uint8Array; // cast: there is one for each
  for (let i = 0; i < escaped.length; i++) out[start + i] = escaped[i] as number; // cast: i is below the length
  return start + escaped.length;
}

function putPair(out: Uint8Array, start: number, first: number, second: number): number {
  const code = ((first & 0x3ff) << 10) + (second & 0x3ff) + 0x10000;
  out[start] = 0xf0 | (code >> 18);
  out[start + 1] = 0x80 | ((code >> 12) & 63);
  out[start + 2] = 0x80 | ((code >> 6) & 63);
  out[start + 3] = 0x80 | (code & 63);
  return start + 4;
}
