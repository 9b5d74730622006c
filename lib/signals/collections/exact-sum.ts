const SCALE = 2 ** 100;
/** Fewer than 2^100 numbers below this cannot overflow. */
const LARGE = 2 ** 920;

/**
 * A sum of doubles without error: what it holds is a list of doubles that do not overlap and add up to the sum exactly (Shewchuk's expansions),
 * so taking a number out leaves what there was before it came, in any order. Reading it rounds once.
 * NaN and the infinities are counted apart, as they could not be taken out again.
 * Twin: whole numbers of 2^-1074, in test/oracle/exact-sum.ts.
 */
export class ExactSum {
  private partials: readonly number[] = [];
  /** Numbers so large that adding them could overflow on the way, divided by SCALE. */
  private large: readonly number[] = [];
  private nans = 0;
  private infinities = 0;
  private negatives = 0;

  add(value: number): void {
    this.change(value, 1);
  }

  remove(value: number): void {
    this.change(value, -1);
  }

  get value(): number {
    if (this.nans > 0 || (this.infinities > 0 && this.negatives > 0)) return Number.NaN;
    if (this.infinities > 0) return Number.POSITIVE_INFINITY;
    if (this.negatives > 0) return Number.NEGATIVE_INFINITY;
    if (this.large.length === 0) return rounded(this.partials);
    return rounded(grown(this.large, rounded(this.partials) / SCALE)) * SCALE;
  }

  private change(value: number, by: 1 | -1): void {
    if (Math.abs(value) < LARGE) this.partials = grown(this.partials, value * by);
    else if (Number.isFinite(value)) this.large = grown(this.large, (value * by) / SCALE);
    else if (Number.isNaN(value)) this.nans += by;
    else if (value > 0) this.infinities += by;
    else this.negatives += by;
  }
}

/** The partials with one number more. */
function grown(partials: readonly number[], value: number): number[] {
  const next: number[] = [];
  let high = value;
  for (const partial of partials) {
    const sum = high + partial;
    const back = sum - high;
    const low = high - (sum - back) + (partial - back);
    if (low !== 0) next.push(low);
    high = sum;
  }
  if (high !== 0) next.push(high);
  return next;
}

/** The partials' sum, rounded to nearest, ties to even. They rise in size and do not overlap. */
function rounded(partials: readonly number[]): number {
  let at = partials.length - 1;
  let high = partials[at] ?? 0;
  let low = 0;
  while (at > 0 && low === 0) {
    at--;
    const before = high;
    const partial = partials[at] ?? 0;
    high = before + partial;
    low = partial - (high - before);
  }
  // Exactly between two doubles by `low`: what lies below decides.
  const below = partials[at - 1] ?? 0;
  if (at > 0 && ((low < 0 && below < 0) || (low > 0 && below > 0))) {
    const twice = low * 2;
    const next = high + twice;
    if (twice === next - high) high = next;
  }
  return high;
}
