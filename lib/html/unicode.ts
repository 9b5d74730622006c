export const encoder: TextEncoder = new TextEncoder();

/**
 * The text as UTF-8. Nearly all of it is ASCII: memory for just that is tried first, half the time of TextEncoder's `encode`
 * (bench: html, "to bytes", 2 KiB).
 */
export function encodeText(text: string): Uint8Array {
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
