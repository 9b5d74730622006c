import { flat } from "./flat.ts";
import { type Operation, PLAIN_ATTRIBUTE } from "./operation.ts";

/** Start tags as they were printed for values that came before: of JSX, where every attribute is a hole, most come again. */
export interface Heads {
  /** How many of the first holes are whole plain attributes; 0 turns all this off. */
  readonly count: number;
  readonly known: { readonly values: readonly unknown[]; readonly text: string }[];
  misses: number;
}

const MAX_KNOWN = 4;
const MAX_CHARS = 256; // what a template keeps of values
const RELEARN = 256;

/** For a template's program. Only attributes whose text depends on nothing but their value count. */
export function createHeads(operations: readonly Operation[]): Heads {
  let count = 0;
  for (const { kind, hole } of operations) {
    if (kind !== PLAIN_ATTRIBUTE || hole !== count) break;
    count++;
  }
  return { count, known: [], misses: 0 };
}

/** The text up to the first hole that is no such attribute, if these values were seen before. */
export function knownHead(heads: Heads, values: readonly unknown[]): string | undefined {
  const { known, count } = heads;
  for (let k = 0; k < known.length; k++) {
    const head = known[k] as Heads["known"][number]; // cast: k is below the length
    let i = 0;
    while (i < count && values[i] === head.values[i]) i++;
    if (i === count) return head.text;
  }
  return undefined;
}

/** Keeps what was printed for these values, unless it is long or not made of text alone. */
export function keepHead(heads: Heads, values: readonly unknown[], text: string): void {
  if (heads.known.length >= MAX_KNOWN) {
    if (++heads.misses < RELEARN) return;
    heads.misses = 0; // a process lives long: what came first need not be what comes often
    heads.known.length = 0;
  }
  const own = values.slice(0, heads.count);
  if (text.length > MAX_CHARS || !own.every((value) => typeof value === "string")) return;
  heads.known.push({ values: own, text: flat(text) });
}
