/**
 * The order of sort keys: numbers (also big ones, truth values and dates; NaN last), then text by code units, then lists by their first
 * difference, then anything else as text, then null and undefined. Total: any two keys compare, and equal ones are ties.
 */
export function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b);
  const classOfA = classOf(a);
  const classOfB = classOf(b);
  if (classOfA !== classOfB) return classOfA - classOfB;
  if (classOfA === NUMBER) return compareNumbers(plainNumber(a), plainNumber(b));
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b);
  if (classOfA === NOTHING) return 0;
  const textOfA = String(a);
  const textOfB = String(b);
  return textOfA < textOfB ? -1 : textOfA > textOfB ? 1 : 0;
}

const NUMBER = 0;
const TEXT = 1;
const LIST = 2;
const OTHER = 3;
const NOTHING = 4;

function classOf(key: unknown): number {
  if (key === null || key === undefined) return NOTHING;
  if (typeof key === "string") return TEXT;
  if (typeof key === "number" || typeof key === "bigint" || typeof key === "boolean" || key instanceof Date)
    return NUMBER;
  return Array.isArray(key) ? LIST : OTHER;
}

function plainNumber(key: unknown): number | bigint {
  return typeof key === "bigint" ? key : Number(key);
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** Lists in lists are compared by walking, not by recursion: depth is the user's. */
function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  const waiting: [unknown, unknown][] = [[a, b]];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [one, other] = pair;
    if (!Array.isArray(one) || !Array.isArray(other)) {
      const order = compareKeys(one, other);
      if (order !== 0) return order;
      continue;
    }
    const shorter = Math.min(one.length, other.length);
    waiting.push([one.length, other.length]);
    for (let index = shorter - 1; index >= 0; index--) waiting.push([one[index], other[index]]);
  }
  return 0;
}
