export const encoder: TextEncoder = new TextEncoder();

// Kept from one text to the next; what lies in it is never handed out.
const scratch = new Uint8Array(49_152);

/**
 * The text as UTF-8. How many bytes it takes is known afterwards, so it goes through memory that is kept: two thirds of the time of trying
 * memory for ASCII first (bench: html, "to bytes", 2 KiB, not ASCII). Longer text is tried as ASCII, half the time of `encode`.
 */
export function encodeText(text: string): Uint8Array {
  if (3 * text.length <= scratch.length) return scratch.slice(0, encoder.encodeInto(text, scratch).written);
  const bytes = new Uint8Array(text.length);
  return encoder.encodeInto(text, bytes).read === text.length ? bytes : encoder.encode(text);
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
