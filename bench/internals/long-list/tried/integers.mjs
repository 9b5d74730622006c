// Integers as ASCII digits, straight into bytes and out of them.
const ZERO = 48;
const MINUS = 45;
const LONGEST = 15; // digits; what is longer may not be exact

/** Pairs of digits: one division makes two of them. */
const PAIRS = new Uint8Array(200);
for (let i = 0; i < 100; i++) {
  PAIRS[2 * i] = ZERO + Math.floor(i / 10);
  PAIRS[2 * i + 1] = ZERO + (i % 10);
}

/** Writes a safe integer at `at` and returns its end. */
export function formatInteger(out, at, value) {
  let start = at;
  let rest = value;
  if (value < 0) {
    out[start++] = MINUS;
    rest = -value;
  }
  if (rest <= 0x7fffffff) return formatSmall(out, start, rest | 0);
  const high = Math.floor(rest / 1e8);
  const low = (rest - high * 1e8) | 0;
  const end = high <= 0x7fffffff ? formatSmall(out, start, high | 0) : formatInteger(out, start, high);
  writeDigits(out, end + 8, low, end);
  return end + 8;
}

function formatSmall(out, start, value) {
  const end = start + digitsOf(value);
  writeDigits(out, end, value, start);
  return end;
}

/** Fills the digits that end at `end`, from the last one to `start`. */
function writeDigits(out, end, value, start) {
  let at = end;
  let rest = value;
  while (at - start >= 2) {
    const next = (rest / 100) | 0;
    const pair = (rest - next * 100) << 1;
    out[--at] = PAIRS[pair + 1];
    out[--at] = PAIRS[pair];
    rest = next;
  }
  if (at > start) out[start] = ZERO + rest;
}

function digitsOf(value) {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4;
  if (value < 100_000_000) return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8;
  return value < 1_000_000_000 ? 9 : 10;
}

/** Reads decimal digits with an optional sign from `start` to `end`; NaN when there is anything else, or more than 15 of them. */
export function parseInteger(bytes, start, end) {
  let at = start;
  const negative = at < end && bytes[at] === MINUS;
  if (negative) at++;
  const count = end - at;
  if (count === 0 || count > LONGEST) return Number.NaN;
  let value = 0;
  const cut = Math.min(end, at + 9);
  for (; at < cut; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  let whole = value;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    whole = whole * 10 + digit;
  }
  return negative ? -whole : whole;
}
