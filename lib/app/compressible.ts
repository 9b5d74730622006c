import type { HeaderPair, Reply } from "./types.ts";

/** Below this the coding costs more than it saves: a reply of one packet is one packet compressed too. In bytes. */
export const MIN_BYTES = 1400;

// What is compressed already, as most images, sound and archives are, is left alone.
const COMPRESSIBLE =
  /^(?:text\/(?!event-stream)|(?:application|image|font)\/(?:[^;]*\+(?:json|xml)|json|xml|javascript|wasm|manifest|ttf|otf|vnd\.ms-fontobject|x-ndjson|bmp|x-icon)\b)/i;

/**
 * Whether the headers of a whole reply let it be compressed.
 * @param length - Of the body, in bytes; where it is not known, what the headers say.
 */
export function isCompressible(headers: readonly HeaderPair[], length?: number): boolean {
  let type = "";
  let announced = Number.POSITIVE_INFINITY;
  for (const [name, value] of headers) {
    switch (name.toLowerCase()) {
      case "content-encoding":
        return false;
      case "cache-control":
        if (NO_TRANSFORM.test(value)) return false;
        break;
      case "content-type":
        type = value;
        break;
      case "content-length":
        announced = Number(value);
    }
  }
  return (length ?? announced) >= MIN_BYTES && COMPRESSIBLE.test(type);
}

export const NO_TRANSFORM: RegExp = /\bno-transform\b/i;

/**
 * Whether the whole reply that a 206 or 304 stands for varies by `Accept-Encoding`, which caches have to hear from these two as well (RFC 9110,
 * sections 15.3.7 and 15.4.5). A 304 that says nothing of its content may stand for anything: it varies, unless it was marked.
 */
export function standsForCompressible(reply: Reply): boolean {
  const { status, headers } = reply;
  if (status === 206) return isCompressible(headers, lengthOfWhole(headers));
  if (plain304s.has(reply)) return false;
  const saysType = headers.some(([name]) => name.toLowerCase() === "content-type");
  return isCompressible(saysType ? headers : [...headers, SOME_TEXT], Number.POSITIVE_INFINITY);
}

const SOME_TEXT: HeaderPair = /* @__PURE__ */ Object.freeze(["content-type", "text/plain"] as const);

/** Of a part, `bytes 0-9/1234`. */
function lengthOfWhole(headers: readonly HeaderPair[]): number | undefined {
  const range = headers.find(([name]) => name.toLowerCase() === "content-range")?.[1];
  const total = /\/(\d+)$/.exec(range ?? "")?.[1];
  return total === undefined ? undefined : Number(total);
}

// No state: what is known of an object for as long as somebody has it.
const plain304s = new WeakSet<Reply>();

/** Notes it of a 304 when what it stands for, with these headers and of this length, is not compressed. */
export function mark304(reply: Reply, headers: readonly HeaderPair[], length?: number): Reply {
  if (!isCompressible(headers, length)) plain304s.add(reply);
  return reply;
}
