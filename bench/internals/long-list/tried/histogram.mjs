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

export class Histogram {
  count = 0;
  sum = 0;
  least = Number.POSITIVE_INFINITY;
  most = 0;
  counts = new Float64Array(BUCKETS);

  /** Counts a number from 0 on; what is beyond the buckets falls into the first or the last one. */
  record(value) {
    if (!(value >= 0)) return;
    number[0] = value;
    const at = (words[HIGH_WORD] >>> SHIFT) - FIRST;
    this.counts[at < 0 ? 0 : at < BUCKETS ? at : BUCKETS - 1]++;
    this.count++;
    this.sum += value;
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
  }

  /** The value below which this share of what was counted lies; NaN when nothing was. */
  quantile(share) {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let at = 0; at < BUCKETS; at++) {
      seen += this.counts[at];
      if (seen >= rank) return Math.min(this.most, Math.max(this.least, middleOf(at)));
    }
    return Number.NaN;
  }

  mean() {
    return this.sum / this.count;
  }

  /** Counts what another one has counted. */
  add(other) {
    for (let at = 0; at < BUCKETS; at++) this.counts[at] += other.counts[at];
    this.count += other.count;
    this.sum += other.sum;
    this.least = Math.min(this.least, other.least);
    this.most = Math.max(this.most, other.most);
  }
}

function middleOf(at) {
  const power = 2 ** ((at >> FRACTION_BITS) + LOWEST);
  const part = at & ((1 << FRACTION_BITS) - 1);
  return power * (1 + (part + 0.5) / (1 << FRACTION_BITS));
}
