import { escapeAttribute } from "./escape.ts";
import { flat } from "./flat.ts";
import { isJoined } from "./leads.ts";
import { ATTRIBUTE, type Operation, PLAIN_ATTRIBUTE } from "./operation.ts";
import { isWellFormed } from "./unicode.ts";

/**
 * What a template of JSX has printed for each of the attributes it starts with: every attribute is a hole there, and most values come
 * again (bench: html, "busbar JSX"). Undefined where more than the value decides.
 */
export type Heads = readonly (Known | undefined)[];

/** One attribute as it was printed for values that came before. */
export interface Known {
  readonly values: string[];
  /** With the chunk before; the last one of the head with the chunk behind too. */
  readonly texts: string[];
  hits: number;
  misses: number;
  /** How many misses it sits out, as its values did not come again; and how many it did the last time. */
  rest: number;
  lastRest: number;
}

/** What of a compiled template tells how an attribute is printed. */
interface Program {
  readonly chunks: readonly string[];
  readonly operations: readonly Operation[];
  readonly heads: Heads;
}

const MAX_KNOWN = 4;
const MAX_CHARS = 256; // what a template keeps of a value
const RELEARN = 256;
const MAX_REST = 1 << 20;

/** For a template's program: the attributes it starts with, unless the one behind them is printed together with the chunk between. */
export function createHeads(operations: readonly Operation[]): Heads {
  const other = operations.findIndex(({ kind, hole }, i) => hole !== i || !(kind === ATTRIBUTE || isJoined({ kind })));
  const behind = operations[other];
  if (behind !== undefined && isJoined(behind)) return [];
  return operations.slice(0, other < 0 ? undefined : other).map(({ kind }) => {
    if (kind !== PLAIN_ATTRIBUTE) return undefined;
    return { values: [], texts: [], hits: 0, misses: 0, rest: 0, lastRest: RELEARN };
  });
}

/** The attribute with the chunk before it, if this value was seen before. */
export function knownText(known: Known, value: unknown): string | undefined {
  const { values } = known;
  for (let k = 0; k < values.length; k++) {
    if (values[k] !== value) continue;
    known.hits++;
    return known.texts[k];
  }
  return undefined;
}

/** Keeps what is printed for this value, unless it is long, torn or no text, or values seldom come again. */
export function learn(known: Known, value: unknown, template: Program, index: number): void {
  if (known.rest > 0) known.rest--;
  else if (known.values.length < MAX_KNOWN && isKept(value)) {
    const { open, quote } = template.operations[index] as Operation; // cast: it is the one of this attribute
    known.values.push(value);
    const behind = index === template.heads.length - 1 ? template.chunks[index + 1] : "";
    known.texts.push(flat(template.chunks[index] + open + escapeAttribute(value) + quote + behind));
  } else if (++known.misses >= RELEARN) startOver(known);
}

/** A torn text is counted each time that it is written. */
function isKept(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_CHARS && isWellFormed(value);
}

/** A process lives long: what came first need not be what comes often. */
function startOver(known: Known): void {
  known.lastRest = known.hits > known.misses ? RELEARN : Math.min(known.lastRest * 4, MAX_REST);
  known.rest = known.hits > known.misses ? 0 : known.lastRest;
  known.hits = known.misses = known.values.length = known.texts.length = 0;
}
