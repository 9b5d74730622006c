const encoder = new TextEncoder();
// fatal: invalid bytes throw instead of becoming U+FFFD. ignoreBOM: a leading U+FEFF is text like any other, so strings survive the trip.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// Up to these many units a hand loop over ASCII beats the call into the platform (Node 20: 48 against 118 ns to write 16, 88 against 180 ns
// to read 8; even at 40 and 16).
const SHORT_WRITE = 40;
const SHORT_READ = 16;

/**
 * Writes `text` as UTF-8 at `at` and returns where it ended, or -1 when `target` is too short (what it then holds is unspecified).
 * Lone surrogates become U+FFFD. `3 * text.length` bytes are always enough.
 * @public
 */
export function writeUtf8(target: Uint8Array, at: number, text: string): number {
  const length = text.length;
  if (at + length > target.length) return -1;
  if (length <= SHORT_WRITE) {
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) break;
      target[at + i] = code;
    }
    if (i === length) return at + length;
  }
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
    let text = "";
    let i = start;
    for (; i < end; i++) {
      const byte = bytes[i] as number; // cast: the caller checked start and end
      if (byte > 127) break;
      text += String.fromCharCode(byte);
    }
    if (i === end) return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}
