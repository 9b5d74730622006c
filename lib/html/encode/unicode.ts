import { writeUtf8 } from "../../pool/index.ts";

export const encoder: TextEncoder = new TextEncoder();

// Kept from one text to the next; what lies in it is never handed out.
const scratch = new Uint8Array(49_152);

/**
 * The text as UTF-8. How many bytes it takes is known afterwards, so it goes through memory that is kept: two thirds of the time of trying
 * memory for ASCII first (bench: html, "to bytes", 2 KiB, not ASCII). Longer text is tried as ASCII, half the time of `encode`.
 */
export function encodeText(text: string): Uint8Array {
  if (3 * text.length <= scratch.length) return ownBytes(scratch.subarray(0, writeUtf8(scratch, 0, text)));
  const bytes = new Uint8Array(text.length);
  return encoder.encodeInto(text, bytes).read === text.length ? bytes : encoder.encode(text);
}

// Node's memory is not filled with zeros first, and short buffers share some of it, which cannot be transferred away under the others.
const host: Pick<typeof Buffer, "allocUnsafe" | "allocUnsafeSlow"> | undefined = globalThis.Buffer;
/** V8 keeps typed arrays up to this length beside their object. */
const BESIDE = 64;
const SHARED_BELOW = 4096;

/** A copy for a caller to own (docs/decisions/0019): two thirds of the time of `slice` (bench: html, "to bytes", 2 KiB). */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  const count = bytes.length;
  if (host === undefined || count <= BESIDE) return bytes.slice();
  const { buffer, byteOffset } = count < SHARED_BELOW ? host.allocUnsafe(count) : host.allocUnsafeSlow(count);
  const own = new Uint8Array(buffer, byteOffset, count);
  own.set(bytes);
  return own;
}

/** Whether it is half a surrogate pair. */
export function isHalf(code: number): boolean {
  return (code & 0xf800) === 0xd800;
}

export function isFirstHalf(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

export function isSecondHalf(code: number): boolean {
  return (code & 0xfc00) === 0xdc00;
}

/** True when the text ends with the first half of a surrogate pair: its other half may be in what follows. */
export function endsInHalf(text: string): boolean {
  return isFirstHalf(text.charCodeAt(text.length - 1));
}

// What well-formed texts make together is well-formed: to look at each where it is escaped takes a quarter less of a page than to look over all of it
// in the end (bench: html, "to a flat string", not ASCII). Counted for all pages, as one that is looked over without need is merely slower.
let torn = 0;
let areStaticsTorn = false;

/** How many of the texts that were written so far held half a surrogate pair by themselves. */
export function tornTexts(): number {
  return torn;
}

/** Whether none has been written since then, and none is written without being looked at. */
export function areWhole(since: number): boolean {
  return torn === since && !areStaticsTorn;
}

/** The text, which is counted when it is torn. */
export function counted(text: string): string {
  if (!isWellFormed(text)) torn++;
  return text;
}

/** Looks at what a template will write again and again. */
export function learnStatics(statics: readonly string[]): void {
  areStaticsTorn ||= !statics.every(isWellFormed);
}

/** The standard's isWellFormed where the engine has it. */
export function isWellFormed(text: string): boolean {
  const own = (text as { readonly isWellFormed?: () => boolean }).isWellFormed; // cast: it is newer than the types we compile with
  return own === undefined ? !/\p{Surrogate}/u.test(text) : own.call(text);
}

/** The standard's toWellFormed where the engine has it (it is newer than the types we compile with). */
export function wellFormed(text: string): string {
  const own = (text as { readonly toWellFormed?: () => string }).toWellFormed; // cast: see above
  if (own !== undefined) return own.call(text);
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
