/**
 * How a few characters of a path choose, among the static texts that may stand at a place, the one to compare with: no
 * segment is cut out or hashed whole.
 */
export interface Plan {
  /** The characters that choose: at two offsets from the start, or (`factor` 0) the length and some at the end. */
  readonly first: number;
  readonly second: number;
  readonly factor: number;
  slotOf(text: string): number;
}

// More texts are always told apart by their ends: names that are counted up differ there.
const MAX_BY_START = 64;
const MAX_OFFSET = 12;
const FACTORS = [1, 3, 7, 31];

/** The slot when the characters at two offsets choose. */
export function slotByStart(code: number, other: number, factor: number): number {
  return code * factor + other;
}

/** The slot when the end of a segment chooses. */
export function slotByEnd(text: string, from: number, end: number): number {
  const size = end - from;
  const last = text.charCodeAt(end - 1);
  const before = size > 1 ? text.charCodeAt(end - 2) : 0;
  const third = size > 2 ? text.charCodeAt(end - 3) : 0;
  return last + before * 11 + third * 103 + text.charCodeAt(from) * 29 + size * 47;
}

/** Looks for two offsets at which the texts differ; when none tell enough of them apart, the ends do. */
export function planSlots(texts: readonly string[], mask: number): Plan {
  const byEnd = (text: string): number => slotByEnd(text, 0, text.length) & mask;
  const end: Plan = { first: 0, second: 0, factor: 0, slotOf: byEnd };
  if (texts.length > MAX_BY_START) return end;
  const offsets = texts.reduce((size, text) => Math.min(size, text.length), MAX_OFFSET);
  let best = end;
  let fewest = clashes(texts, byEnd) * 2 + 1; // the end of a segment has to be found first
  for (let first = 0; first < offsets; first++) {
    for (let second = first; second < offsets; second++) {
      for (const factor of FACTORS) {
        const slotOf = (text: string): number =>
          slotByStart(text.charCodeAt(first), text.charCodeAt(second), factor) & mask;
        const found = clashes(texts, slotOf);
        if (found >= fewest) continue;
        fewest = found;
        best = { first, second, factor, slotOf };
        if (fewest === 0) return best;
      }
    }
  }
  return best;
}

function clashes(texts: readonly string[], slotOf: (text: string) => number): number {
  return texts.length - new Set(texts.map(slotOf)).size;
}
