import type { Positions, Refusal } from "./automaton.ts";
import { contains, type Ranges } from "./ranges.ts";

const MAX_STATES = 512;
export const DEAD = 0;
export const START = 1;

/** A deterministic automaton as a table: one look-up per unit of text, whatever the expression. */
export interface Dfa {
  readonly states: number;
  readonly classes: number;
  /** `table[state * classes + class]` is the next state; 0 is dead, 1 the start. */
  readonly table: Uint16Array;
  /** 1 where a text may end. The start does not count: a parameter is never empty. */
  readonly accepts: Uint8Array;
  readonly alphabet: Alphabet;
}

/** Maps units to classes. */
export interface Alphabet {
  /** The classes of the ASCII units. */
  readonly ascii: Uint16Array;
  /** Units at which another class begins, sorted, and those classes. */
  readonly starts: readonly number[];
  readonly classAt: readonly number[];
}

/** Units grouped so that no set of the automaton tells the members of a group apart. */
interface CharacterClasses {
  readonly count: number;
  readonly alphabet: Alphabet;
  /** For each set its classes, as bits. */
  readonly members: readonly bigint[];
}

export function characterClasses(sets: readonly Ranges[]): CharacterClasses {
  const starts = [...new Set(sets.flatMap((set) => set.map((unit, i) => (i % 2 === 0 ? unit : unit + 1))).concat(0))]
    .filter((unit) => unit <= 0xffff)
    .sort((a, b) => a - b);
  const ids = new Map<string, number>();
  const members = sets.map(() => 0n);
  const classAt = starts.map((unit) => {
    const inside = sets.map((set) => contains(set, unit));
    const signature = inside.map((is) => (is ? "1" : "0")).join("");
    const known = ids.get(signature);
    if (known !== undefined) return known;
    const id = ids.size;
    ids.set(signature, id);
    for (const [i, is] of inside.entries()) if (is) members[i] = (members[i] ?? 0n) | (1n << BigInt(id));
    return id;
  });
  const ascii = new Uint16Array(128).map((_, unit) => searchClass(starts, classAt, unit));
  return { count: ids.size, alphabet: { ascii, starts, classAt }, members };
}

/** Subset construction, or why it is refused. */
export function buildDfa(positions: Positions): Dfa | Refusal {
  const { count, alphabet, members } = characterClasses(positions.sets);
  const subsets: (readonly number[])[] = [[], []];
  const ids = new Map<string, number>([["", DEAD]]);
  const rows: number[] = new Array<number>(count).fill(DEAD); // the dead state's row
  for (let state = START; state < subsets.length; state++) {
    const options = nextPositions(positions, state === START ? undefined : subsets[state]);
    for (let symbol = 0; symbol < count; symbol++) {
      const bit = 1n << BigInt(symbol);
      const target = options.filter((id) => ((members[id] ?? 0n) & bit) !== 0n);
      const key = target.join();
      let id = ids.get(key);
      if (id === undefined) {
        id = subsets.push(target) - 1;
        ids.set(key, id);
      }
      rows.push(id);
    }
    if (subsets.length > MAX_STATES) return { reason: `its table needs more than ${MAX_STATES} states` };
  }
  const accepts = Uint8Array.from(subsets, (subset) => (subset.some((id) => positions.last.has(id)) ? 1 : 0));
  return { states: subsets.length, classes: count, table: Uint16Array.from(rows), accepts, alphabet };
}

/** Whether the whole of `text` from `from` to `to` is accepted. Time: one look-up per unit. */
export function dfaMatches(dfa: Dfa, text: string, from: number, to: number): boolean {
  let state = START;
  for (let i = from; i < to; i++) {
    state = dfaStep(dfa, state, text.charCodeAt(i));
    if (state === DEAD) return false;
  }
  return dfa.accepts[state] === 1;
}

/** The state after one more unit; 0 when nothing can follow. */
export function dfaStep(dfa: Dfa, state: number, unit: number): number {
  const { ascii, starts, classAt } = dfa.alphabet;
  const symbol = unit < 128 ? (ascii[unit] ?? 0) : searchClass(starts, classAt, unit);
  return dfa.table[state * dfa.classes + symbol] ?? DEAD;
}

/** Whether an automaton accepts no text at all. */
export function isEmptyLanguage(dfa: Dfa): boolean {
  return !dfa.accepts.includes(1); // subset construction makes reachable states only
}

/** How the texts of one automaton stand to those of another. */
export type Relation = "equal" | "narrower" | "wider" | "disjoint" | "overlapping";

export function compareLanguages(left: Dfa, right: Dfa): Relation {
  // between two neighbouring starts both automata behave alike, so these units stand for all
  const units = [...new Set([...left.alphabet.starts, ...right.alphabet.starts])];
  const seen = new Set<number>([START * right.states + START]);
  let onlyLeft = false;
  let onlyRight = false;
  let both = false;
  for (const pair of seen) {
    const b = pair % right.states;
    const a = (pair - b) / right.states;
    const inLeft = left.accepts[a] === 1;
    const inRight = right.accepts[b] === 1;
    both ||= inLeft && inRight;
    onlyLeft ||= inLeft && !inRight;
    onlyRight ||= inRight && !inLeft;
    for (const unit of units) seen.add(dfaStep(left, a, unit) * right.states + dfaStep(right, b, unit));
  }
  if (!both) return "disjoint";
  if (onlyLeft) return onlyRight ? "overlapping" : "wider";
  return onlyRight ? "narrower" : "equal";
}

function nextPositions(positions: Positions, subset: readonly number[] | undefined): readonly number[] {
  if (subset === undefined) return positions.first;
  const next = new Set<number>();
  for (const id of subset) for (const to of positions.follow[id] ?? []) next.add(to);
  return [...next].sort((a, b) => a - b);
}

// The class of the last start at or below a unit.
function searchClass(starts: readonly number[], classAt: readonly number[], unit: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= unit) low = middle;
    else high = middle - 1;
  }
  return classAt[low] ?? 0;
}
