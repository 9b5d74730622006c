/**
 * How many letters are to be changed, added, taken away or swapped with their neighbour to make one word of another.
 * @remarks Time: O(a.length * b.length).
 */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (list: readonly number[], k: number): number => list[k] ?? Number.POSITIVE_INFINITY;
      const changed = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, changed, isSwapped ? at(before, j - 2) + 1 : changed));
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

const MAX_LENGTH = 40; // longer ones are no names, and strangers may write them

/** The word that was probably meant: one letter off in short words, two in words of six letters and more. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let least = Math.max(word.length, 3) >= 6 ? 2.5 : 1.5;
  for (const candidate of words) {
    const far = distance(word.toLowerCase(), candidate.toLowerCase());
    if (far < least && far < candidate.length / 2) {
      best = candidate;
      least = far;
    }
  }
  return best;
}

/** `; did you mean x?`, or nothing. */
export function suggest(word: string, words: Iterable<string>, prefix = ""): string {
  const found = nearest(word, words);
  return found === undefined ? "" : `; did you mean ${prefix}${found}?`;
}
