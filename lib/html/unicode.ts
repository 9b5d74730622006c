import { writeUtf8 } from "../pool/index.ts";

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

/** True when the text ends with the first half of a surrogate pair: its other half may be in what follows. */
export function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

/** The standard's toWellFormed where the engine has it (it is newer than the types we compile with). */
export function wellFormed(text: string): string {
  const own = (text as { readonly toWellFormed?: () => string }).toWellFormed; // cast: see above
  if (own !== undefined) return own.call(text);
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
