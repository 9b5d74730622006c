// JSON straight into bytes: no string in between. Text without anything to escape is written as it is, unit by unit.
import { formatInteger } from "./integers.mjs";

const QUOTE = 34;
const BACKSLASH = 92;
const SHORT = 64; // units: longer ASCII is written faster by the engine
const encoder = new TextEncoder();
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Makes a writer over one growing buffer; `write(value)` yields a view that is good until the next call. */
export function createJsonWriter(capacity = 1024) {
  let out = new Uint8Array(capacity);
  let at = 0;

  function reserve(more) {
    if (out.length - at >= more) return;
    const grown = new Uint8Array(Math.max(out.length * 2, at + more));
    grown.set(out.subarray(0, at));
    out = grown;
  }

  function value(one) {
    if (typeof one === "string") return text(one);
    if (typeof one === "number") return number(one);
    if (one === null || one === undefined) return word("null");
    if (typeof one === "boolean") return word(one ? "true" : "false");
    if (Array.isArray(one)) return list(one);
    return object(one);
  }

  function list(items) {
    byte(91);
    for (let i = 0; i < items.length; i++) {
      if (i > 0) byte(44);
      value(items[i]);
    }
    byte(93);
  }

  function object(one) {
    byte(123);
    let first = true;
    for (const key in one) {
      if (one[key] === undefined) continue;
      if (!first) byte(44);
      first = false;
      text(key);
      byte(58);
      value(one[key]);
    }
    byte(125);
  }

  function number(one) {
    if (Number.isSafeInteger(one)) {
      reserve(20);
      at = formatInteger(out, at, one);
    } else word(Number.isFinite(one) ? String(one) : "null");
  }

  function word(ascii) {
    reserve(ascii.length);
    for (let i = 0; i < ascii.length; i++) out[at++] = ascii.charCodeAt(i);
  }

  function byte(one) {
    if (at === out.length) reserve(1);
    out[at++] = one;
  }

  function text(one) {
    reserve(one.length * 3 + 2);
    const start = at;
    if (one.length <= SHORT) {
      let to = at;
      out[to++] = QUOTE;
      for (let i = 0; i < one.length; i++) {
        const unit = one.charCodeAt(i);
        if (unit < 32 || unit > 126 || unit === QUOTE || unit === BACKSLASH) return escaped(one, start);
        out[to++] = unit;
      }
      out[to++] = QUOTE;
      at = to;
      return;
    }
    if (NEEDS_ESCAPE.test(one)) return escaped(one, start);
    out[at++] = QUOTE;
    at += encoder.encodeInto(one, out.subarray(at)).written;
    out[at++] = QUOTE;
  }

  function escaped(one, start) {
    at = start;
    const quoted = JSON.stringify(one);
    reserve(quoted.length * 3);
    at += encoder.encodeInto(quoted, out.subarray(at)).written;
  }

  return {
    write(one) {
      at = 0;
      value(one);
      return out.subarray(0, at);
    },
  };
}
