// Ways to escape fields between fixed pieces into bytes. Each takes fields and writes them, one fixed piece after each,
// into memory of its own; it yields the bytes, which are good until it is called again.
import { encoders } from "../encoders.mjs";
import { escapedSlowly } from "./cases.mjs";
import { simdModule } from "./simd.mjs";

/** What stands after every field. */
export const PIECE = '</div><div class="name">';
const MEMORY_BYTES = 4 << 20;
const FLUSH_CHARS = 16_384;
const encoder = new TextEncoder();
const pieceBytes = encoder.encode(PIECE);
const ENTITIES = new Map([
  [38, "&amp;"],
  [60, "&lt;"],
  [62, "&gt;"],
  [13, "&#13;"],
  [0, "\ufffd"],
]);
const ENTITY_BYTES = Array.from({ length: 64 }, (_, code) =>
  ENTITIES.has(code) ? encoder.encode(ENTITIES.get(code)) : undefined,
);

/** By name: each makes its writer. */
export const ALTERNATIVES = {
  "by length: loop or indexOf, then char codes and slices": () => asText(encoders.text),
  "by length: regex test or indexOf, then char codes and slices": () => asText(byLengthWithoutTable),
  "regex test, then char codes and slices": () => asText(byTest),
  "by length: table, regex test or indexOf, then char codes and slices": () => asText(byLength),
  "char codes and slices": () => asText((text) => escapeFrom(text, 0)),
  "indexOf per character, then char codes and slices": () => asText(byIndexOf),
  "one replace with a callback": () => asText(byReplace),
  "replaceAll per character": () => asText(escapedSlowly),
  "encodeInto, then a loop over the bytes": byBytes,
  "encodeInto, then WASM SIMD over the bytes": bySimd,
};

/** Escapes text, gathers 16 KiB of it, and converts that at once. */
function asText(escaped) {
  const memory = new Uint8Array(MEMORY_BYTES);
  return (fields) => {
    let length = 0;
    let text = "";
    for (const field of fields) {
      text += escaped(field) + PIECE;
      if (text.length < FLUSH_CHARS) continue;
      length += encoder.encodeInto(text, memory.subarray(length)).written;
      text = "";
    }
    length += encoder.encodeInto(text, memory.subarray(length)).written;
    return memory.subarray(0, length);
  };
}

function escapeFrom(text, first) {
  let out = "";
  let done = 0;
  for (let i = first; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 62) continue;
    const entity =
      code === 38 || code === 60 || code === 62 || code === 13 || code === 0 ? ENTITIES.get(code) : undefined;
    if (entity === undefined) continue;
    out += text.slice(done, i) + entity;
    done = i + 1;
  }
  return done === 0 ? text : out + text.slice(done);
}

const ANY = /[&<>\r\0]/;

function byTest(text) {
  return ANY.test(text) ? escapeFrom(text, 0) : text;
}

const SHORT_CHARS = 8;
const LONG_CHARS = 60;
const IS_ESCAPED = Uint8Array.from({ length: 1 << 16 }, (_, code) => (ENTITIES.has(code) ? 1 : 0));

function byLength(text) {
  if (text.length > LONG_CHARS) return byIndexOf(text);
  if (text.length > SHORT_CHARS) return byTest(text);
  for (let i = 0; i < text.length; i++) if (IS_ESCAPED[text.charCodeAt(i)] !== 0) return escapeFrom(text, i);
  return text;
}

function byLengthWithoutTable(text) {
  return text.length < 40 ? byTest(text) : byIndexOf(text);
}

function byIndexOf(text) {
  const isPlain =
    text.indexOf("&") < 0 &&
    text.indexOf("<") < 0 &&
    text.indexOf(">") < 0 &&
    text.indexOf("\r") < 0 &&
    text.indexOf("\0") < 0;
  return isPlain ? text : escapeFrom(text, 0);
}

const ALL = /[&<>\r\0]/g;
const entityOf = (char) => ENTITIES.get(char.charCodeAt(0));

function byReplace(text) {
  return text.replace(ALL, entityOf);
}

function byBytes() {
  const memory = new Uint8Array(MEMORY_BYTES);
  const scratch = new Uint8Array(MEMORY_BYTES);
  return (fields) => {
    let length = 0;
    for (const field of fields) {
      length = escapeBytes(
        memory,
        length,
        length + encoder.encodeInto(field, memory.subarray(length)).written,
        scratch,
      );
      memory.set(pieceBytes, length);
      length += pieceBytes.length;
    }
    return memory.subarray(0, length);
  };
}

/** Escapes in place: nothing moves before the first byte that needs it. */
function escapeBytes(memory, start, end, scratch) {
  let at = start;
  while (at < end && (memory[at] > 62 || ENTITY_BYTES[memory[at]] === undefined)) at++;
  if (at === end) return end;
  const rest = end - at;
  scratch.set(memory.subarray(at, end));
  for (let i = 0; i < rest; i++) {
    const byte = scratch[i];
    const entity = byte > 62 ? undefined : ENTITY_BYTES[byte];
    if (entity === undefined) memory[at++] = byte;
    else for (let k = 0; k < entity.length; k++) memory[at++] = entity[k];
  }
  return at;
}

function bySimd() {
  const { memory, escape: escapeBlock } = new WebAssembly.Instance(new WebAssembly.Module(simdModule())).exports;
  const bytes = new Uint8Array(memory.buffer);
  const input = bytes.subarray(0, 1 << 20);
  const start = input.length;
  return (fields) => {
    let at = start;
    for (const field of fields) {
      at = escapeBlock(0, encoder.encodeInto(field, input).written, at);
      bytes.set(pieceBytes, at);
      at += pieceBytes.length;
    }
    return bytes.subarray(start, at);
  };
}
