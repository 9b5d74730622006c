import { readAscii } from "./ascii.ts";

export const encoder: TextEncoder = new TextEncoder();
// fatal: invalid bytes throw instead of becoming U+FFFD. ignoreBOM: a leading U+FEFF is text like any other, so strings survive the trip.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

interface Host {
  utf8Write(this: Uint8Array, text: string, at: number, most: number): number;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
}
const { utf8Write, utf8Slice } = findHost();

// Up to these many units a hand loop beats the call into the platform (Node 20, fresh strings of many kinds, ns for 8, 16 and 24 units of ASCII:
// loop 45, 65, 100; utf8Write 90, 95, 100; encodeInto into a view 130, 160, 190. Of CJK at 4, 8 and 16: loop 40, 114, 250; utf8Write 160, 189,
// 264). From there to 1 KiB utf8Write is 1.3 times as fast as encodeInto, then even. Asking Buffer.byteLength first and taking latin1Write for
// what is ASCII takes 1.6 to 2.8 times as long on texts of which a quarter is not: not done (bench: internals, "memory").
const SHORT_WRITE = utf8Write === undefined ? 40 : 16;
// Reading ASCII of 4, 8 and 16 bytes: by hand 13, 16, 25 ns, utf8Slice 55 to 60, and the decoder twice that; from there to 1 KiB utf8Slice takes
// half to two thirds of the time of the decoder.
const SHORT_READ = 16;

/**
 * Writes `text` as UTF-8 at `at` and returns where it ended, or -1 when `target` is too short (what it then holds is unspecified).
 * Lone surrogates become U+FFFD. `3 * text.length` bytes are always enough, and fastest.
 * @public
 */
export function writeUtf8(target: Uint8Array, at: number, text: string): number {
  const length = text.length;
  const room = target.length - at;
  const most = length * 3;
  if (length <= SHORT_WRITE && most <= room) return writeShort(target, at, text, length);
  if (utf8Write !== undefined && most <= room) return at + utf8Write.call(target, text, at, most);
  if (length > room) return -1;
  // utf8Write does not say whether all of a text has found room.
  const done = encoder.encodeInto(text, target.subarray(at));
  return done.read === length ? at + done.written : -1;
}

/**
 * Reads the UTF-8 in `bytes` from `start` up to `end`.
 * @throws TypeError on invalid UTF-8; callers give it their own code.
 * @public
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_READ) {
    const text = readAscii(bytes, start, end - start);
    if (text !== undefined) return text;
  }
  if (utf8Slice !== undefined) {
    // It puts U+FFFD in place of what is wrong: where there is none, nothing was.
    const text = utf8Slice.call(bytes, start, end);
    if (text.indexOf("\ufffd") < 0) return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}

function writeShort(target: Uint8Array, start: number, text: string, length: number): number {
  let at = start;
  for (let i = 0; i < length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      target[at++] = code;
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      code = text.codePointAt(i) as number; // cast: i < length
      if (code < 0x10000) code = 0xfffd;
      else i++;
    }
    if (code < 0x800) target[at++] = 0xc0 | (code >> 6);
    else {
      if (code < 0x10000) target[at++] = 0xe0 | (code >> 12);
      else {
        target[at++] = 0xf0 | (code >> 18);
        target[at++] = 0x80 | ((code >> 12) & 63);
      }
      target[at++] = 0x80 | ((code >> 6) & 63);
    }
    target[at++] = 0x80 | (code & 63);
  }
  return at;
}

/**
 * Node's own writer and reader, where there are any: they take places as numbers where encodeInto and decode want a view, and the writer makes
 * no object to answer. They are not documented, so they have to prove themselves first.
 */
function findHost(): Partial<Host> {
  const { Buffer: host } = globalThis as { readonly Buffer?: { readonly prototype: Partial<Host> } }; // cast: browsers have none
  const { utf8Write, utf8Slice } = host?.prototype ?? {};
  // Pairs of surrogates and a lone one, a byte order mark, and places.
  const bytes = new Uint8Array(16);
  try {
    const isRight =
      utf8Write?.call(bytes, "\ufeffa\ud800\ud83d\ude00", 1, 15) === 11 &&
      `${bytes}` === "0,239,187,191,97,239,191,189,240,159,152,128,0,0,0,0" &&
      utf8Slice?.call(bytes, 1, 11) === "\ufeffa\ufffd\ufffd";
    return isRight ? { utf8Write, utf8Slice } : {};
  } catch {
    return {};
  }
}
