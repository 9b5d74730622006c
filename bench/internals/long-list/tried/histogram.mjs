// A log-linear histogram: buckets are what a number's exponent and the first bits of its fraction say, so finding one is a shift.
// Its quantiles are wrong by at most 1 / 64 of themselves.
const FRACTION_BITS = 5;
const SHIFT = 20 - FRACTION_BITS;
const LOWEST = -30; // powers of two: a nanosecond in seconds
const HIGHEST = 34;
const BUCKETS = (HIGHEST - LOWEST) << FRACTION_BITS;
const FIRST = (1023 + LOWEST) << FRACTION_BITS;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
const HIGH_WORD = new Uint8Array(new Float64Array([1]).buffer)[7] === 0 ? 0 : 1; // the exponent's half, whatever the byte order

export function createHistogram() {
  const counts = new Float64Array(BUCKETS);
  let count = 0;
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;

  return {
    /** Counts a number from 0 on; what is beyond the buckets falls into the last one. */
    record(value) {
      if (!(value >= 0)) return;
      number[0] = value;
      const at = (words[HIGH_WORD] >>> SHIFT) - FIRST;
      counts[at < 0 ? 0 : at < BUCKETS ? at : BUCKETS - 1]++;
      count++;
      sum += value;
      if (value < least) least = value;
      if (value > most) most = value;
    },
    /** The value below which this share of what was counted lies; NaN when nothing was. */
    quantile(share) {
      const rank = Math.max(1, Math.ceil(share * count));
      let seen = 0;
      for (let at = 0; at < BUCKETS; at++) {
        seen += counts[at];
        if (seen >= rank) return Math.min(most, Math.max(least, middleOf(at)));
      }
      return Number.NaN;
    },
    mean: () => sum / count,
    add(other) {
      other.each((at, more) => {
        counts[at] += more;
        count += more;
      });
    },
    each(f) {
      for (let at = 0; at < BUCKETS; at++) if (counts[at] > 0) f(at, counts[at]);
    },
  };
}

function middleOf(at) {
  const power = 2 ** ((at >> FRACTION_BITS) + LOWEST);
  const part = at & ((1 << FRACTION_BITS) - 1);
  return power * (1 + (part + 0.5) / (1 << FRACTION_BITS));
}
