export const wayOf = (url) => new URL(url).search.slice(1);

/** Numbers from 0 to below 1. */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
