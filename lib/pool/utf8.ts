const encoder = new TextEncoder();
// fatal: invalid bytes throw instead of becoming U+FFFD. ignoreBOM: a leading U+FEFF is text like any other, so strings survive the trip.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type Utf8Write = (this: Uint8Array, text: string, at: number, most: number) => number;
const utf8Write = findUtf8Write();

// Up to these many units a hand loop beats the call into the platform (Node 20, fresh strings of many kinds, ns for 8, 16 and 24 units of ASCII:
// loop 45, 65, 100; utf8Write 90, 95, 100; encodeInto into a view 130, 160, 190. Of CJK at 4, 8 and 16: loop 40, 114, 250; utf8Write 160, 189,
// 264). From there to 1 KiB utf8Write is 1.3 times as fast as encodeInto, then even. Asking Buffer.byteLength first and taking latin1Write for
// what is ASCII gains 8 % above 4 KiB and costs up to half more everywhere else: not done (bench: internals, "memory").
const SHORT_WRITE = utf8Write === undefined ? 40 : 16;
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
 * Node's own writer, where there is one: it takes the place to write to as a number and gives a number back, where encodeInto wants a view
 * and makes an object. It is not documented, so it has to prove itself first.
 */
function findUtf8Write(): Utf8Write | undefined {
  const { Buffer: host } = globalThis as {
    readonly Buffer?: { readonly prototype: { readonly utf8Write?: Utf8Write } };
  }; // cast: browsers have none
  const found = host?.prototype.utf8Write;
  const bytes = new Uint8Array(12);
  try {
    // A lone surrogate, one in pairs, and the place.
    const end = found?.call(bytes, "a\ud800\ud83d\ude00", 1, 11);
    return end === 8 && `${bytes}` === "0,97,239,191,189,240,159,152,128,0,0,0" ? found : undefined;
  } catch {
    return undefined;
  }
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
