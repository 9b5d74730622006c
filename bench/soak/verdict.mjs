const MIB = 1_048_576;
/** What the line through the samples may gain from its start to its end. In bytes. */
const MAX_GROWTH = { heapUsed: 2 * MIB, external: 4 * MIB, rss: 96 * MIB };

/**
 * Judges samples taken at rest, warm-up left out: heap by the slope of a fitted line, what is counted by its first value.
 * @returns What is wrong, empty when nothing is.
 */
export function verdictOn(samples) {
  const wrong = [];
  for (const [name, most] of Object.entries(MAX_GROWTH)) {
    const growth = slopeOf(samples.map((sample) => sample[name])) * (samples.length - 1);
    if (growth > most) wrong.push(`${name} grew by ${(growth / MIB).toFixed(1)} MiB, at most ${most / MIB} allowed`);
  }
  const last = samples.at(-1);
  for (const [name, count] of Object.entries(last.handles)) {
    const before = samples[0].handles[name] ?? 0;
    if (count > before) wrong.push(`${count} handles of ${name}, ${before} after the warm-up`);
  }
  for (const name of ["sockets", "streams", "failures"])
    if (last[name] > 0) wrong.push(`${last[name]} ${name} are left`);
  return wrong;
}

/** Of the line with the least squares, per sample. */
export function slopeOf(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  let over = 0;
  let under = 0;
  for (const [i, value] of values.entries()) {
    over += (i - middle) * (value - mean);
    under += (i - middle) ** 2;
  }
  return under === 0 ? 0 : over / under;
}
