import { MOST_COPIED } from "../bytes/byte-scratch.ts";
import { wordsOf } from "../bytes/words.ts";
import { escapeAttribute } from "../encode/escape.ts";
import { isWellFormed } from "../encode/unicode.ts";
import { flat } from "../flat.ts";
import { isJoined } from "./leads.ts";
import { ATTRIBUTE, type Operation, PLAIN_ATTRIBUTE } from "./operation.ts";

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
  /** The same as bytes: numbers of 64 bits, of which so many bytes count. */
  readonly words: Float64Array[];
  readonly lengths: number[];
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
    return { values: [], texts: [], words: [], lengths: [], hits: 0, misses: 0, rest: 0, lastRest: RELEARN };
  });
}

/** Which of the values that were seen before it is; -1 for none. */
export function knownIndex(known: Known, value: unknown): number {
  const { values } = known;
  for (let k = 0; k < values.length; k++) {
    if (values[k] !== value) continue;
    known.hits++;
    return k;
  }
  return -1;
}

/** Keeps what is printed for this value, unless it is long, torn or no text, or values seldom come again. */
export function learn(known: Known, value: unknown, template: Program, index: number): void {
  if (known.rest > 0) known.rest--;
  else if (known.values.length === MAX_KNOWN || !isKept(value) || !keep(known, value, template, index)) miss(known);
}

function keep(known: Known, value: string, { operations, chunks, heads }: Program, index: number): boolean {
  const { open, quote } = operations[index] as Operation; // cast: it is the one of this attribute
  const behind = index === heads.length - 1 ? chunks[index + 1] : "";
  const text = flat(chunks[index] + open + escapeAttribute(value) + quote + behind);
  const { words, length } = wordsOf(text);
  if (length > MOST_COPIED) return false;
  known.values.push(value);
  known.texts.push(text);
  known.words.push(words);
  known.lengths.push(length);
  return true;
}

/** A torn text is counted each time that it is written. */
function isKept(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_CHARS && isWellFormed(value);
}

/** A process lives long: what came first need not be what comes often. */
function miss(known: Known): void {
  if (++known.misses < RELEARN) return;
  const { values, texts, words, lengths, hits, misses } = known;
  known.lastRest = hits > misses ? RELEARN : Math.min(known.lastRest * 4, MAX_REST);
  known.rest = hits > misses ? 0 : known.lastRest;
  known.hits = known.misses = values.length = texts.length = words.length = lengths.length = 0;
}
