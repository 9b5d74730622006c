const PRIME_LOW = 0x1b3; // the 64-bit FNV prime is 2^40 + 0x1b3
const TWO_32 = 0x1_0000_0000;

/**
 * 64-bit FNV-1a over texts, as 16 hexadecimal digits. Each text is preceded by its length, so that `["a", "b"]` and `["ab"]`
 * differ whatever characters they hold; code units go in low byte first, so that every machine agrees.
 */
export function hashTexts(texts: readonly string[]): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const add = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    // (high * 2^32 + low) * (2^40 + 0x1b3) mod 2^64, in doubles: no product exceeds 2^42.
    const product = low * PRIME_LOW;
    high = (high * PRIME_LOW + low * 0x100 + Math.floor(product / TWO_32)) % TWO_32;
    low = product % TWO_32;
  };
  for (const text of texts) {
    for (let shift = 0; shift < 32; shift += 8) add((text.length >>> shift) & 0xff);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      add(unit & 0xff);
      add(unit >>> 8);
    }
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}
