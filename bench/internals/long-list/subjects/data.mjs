// Inputs, the same in every process.
export const MANY = 1024; // a power of two: subjects go round by a mask

/** Numbers from 0 to below 1, by mulberry32. */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Integers as pages and frames have them: most are small. */
export function integers() {
  const random = seeded(7);
  return Array.from({ length: MANY }, (_, i) => {
    const most = [10, 1000, 100_000, 2_000_000_000, 9_000_000_000_000][i % 5];
    return Math.floor(random() * most) * (i % 9 === 0 ? -1 : 1) + 0; // no negative zero
  });
}

/** What a subject's module is asked for by its query, as in `free-lists.mjs?new`. */
export function wayOf(url) {
  return new URL(url).search.slice(1);
}
