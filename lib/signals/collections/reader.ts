import { longestRise } from "../../pool/index.ts";
import type { Contents, KeyedRow, ToldRow } from "./contents.ts";
import type { Step } from "./sequence.ts";

/**
 * A row, and where it stands.
 * @public
 */
export interface PlacedRow<K, V> {
  readonly index: number;
  readonly row: KeyedRow<K, V>;
}

/**
 * What has changed between two looks at a collection, however often it was written to: what came and went in between is left out.
 * @public
 */
export interface KeyedChange<K, V> {
  /** Where rows stood that are there no more, rising. */
  readonly gone: readonly number[];
  /** Rows that stand elsewhere, by rising `to`: all are taken out first. `from` counts once those that are gone are out, `to` before others come. */
  readonly moved: readonly { readonly from: number; readonly to: number }[];
  /** Rows that have come, and where they stand now, rising. */
  readonly fresh: readonly PlacedRow<K, V>[];
  /** Rows that were there and may have another value, and where they stand now. */
  readonly changed: readonly PlacedRow<K, V>[];
}

/**
 * Somebody's place in the changes of a collection.
 * @public
 */
export interface KeyedReader<K, V> {
  /** Brings the collection up to date and notes the read. @throws what a callback of the collection throws. */
  track(): void;
  /** What has changed since the last look, or undefined when it takes a look at everything to tell. */
  take(): KeyedChange<K, V> | undefined;
  /** All rows in order. What has happened until now is seen. */
  all(): readonly KeyedRow<K, V>[];
}

/** Whose contents are read. */
interface Home<K, V> {
  readonly contents: Contents<K, V>;
}

/** With more steps than this of which some take out and some put in, a look at everything is worth more: they are composed one by one. */
const MAX_STEPS = 64;
/** The same of steps that put in and do not go from the front to the back. */
const MAX_ARRIVALS = 512;

const NONE: readonly never[] = [];

/**
 * Reads a collection by its histories. It keeps two positions and nothing per row, so any number of readers costs next to nothing, and one that is
 * dropped leaves nothing behind.
 */
export class Reader<K, V> implements KeyedReader<K, V> {
  private readonly home: Home<K, V>;
  private seen: Contents<K, V> | undefined = undefined;
  private stepsSeen = -1;
  private writesSeen = -1;

  constructor(home: Home<K, V>) {
    this.home = home;
  }

  track(): void {
    this.home.contents.track();
  }

  take(): KeyedChange<K, V> | undefined {
    const { contents } = this.home;
    const isKnown = contents === this.seen;
    const steps = isKnown ? contents.steps.since(this.stepsSeen) : undefined;
    const written = isKnown ? contents.written.since(this.writesSeen) : undefined;
    this.see(contents);
    const [only] = written ?? NONE;
    if (steps?.length === 0 && written?.length === 1 && only !== undefined) {
      // What most changes are, and a tenth of the time of one (bench: live, "a text in a row").
      return only.alive
        ? { gone: NONE, moved: NONE, fresh: NONE, changed: [{ index: contents.placeOf(only), row: only }] }
        : UNMOVED;
    }
    const order = steps === undefined ? undefined : orderChange(steps);
    if (order === undefined || written === undefined) return undefined;
    const { gone, moved, fresh } = order;
    const changed = order.changed.slice();
    for (const row of new Map(written.map((one) => [one.key, one])).values()) {
      const isMade = (made: PlacedRow<K, V>): boolean => made.row.key === row.key;
      if (row.alive && !fresh.some(isMade) && !order.changed.some(isMade)) {
        changed.push({ index: contents.placeOf(row), row });
      }
    }
    return { gone, moved, fresh, changed };
  }

  all(): readonly KeyedRow<K, V>[] {
    const { contents } = this.home;
    const rows = contents.all();
    this.see(contents);
    return rows;
  }

  private see(contents: Contents<K, V>): void {
    const isKnown = contents === this.seen;
    this.seen = contents;
    this.stepsSeen = contents.steps.mark(isKnown ? this.stepsSeen : -1);
    this.writesSeen = contents.written.mark(isKnown ? this.writesSeen : -1);
  }
}

const UNMOVED: KeyedChange<never, never> = { gone: NONE, moved: NONE, fresh: NONE, changed: NONE };

/** Many steps as one change, or undefined when there are too many. Changed are rows that were taken out and came back as others. */
function orderChange<K, V>(steps: readonly Step<ToldRow<K, V>>[]): KeyedChange<K, V> | undefined {
  if (steps.length === 0) return UNMOVED;
  if (steps.every(({ comes }) => comes)) {
    const fresh = arrivals(steps);
    return fresh === undefined ? undefined : { ...UNMOVED, fresh };
  }
  if (steps.length > MAX_STEPS) return undefined;
  const ends = endsOf(steps);
  const gone: number[] = [];
  const fresh: PlacedRow<K, V>[] = [];
  const changed: PlacedRow<K, V>[] = [];
  const stays: { from: number; to: number }[] = [];
  for (const { before, after, row, isOther } of ends) {
    if (before < 0 && after >= 0) fresh.push({ index: after, row });
    else if (before >= 0 && after < 0) gone.push(before);
    else if (before >= 0) {
      stays.push({ from: before, to: after });
      if (isOther) changed.push({ index: after, row });
    }
  }
  gone.sort((a, b) => a - b);
  fresh.sort((a, b) => a.index - b.index);
  for (const stay of stays) {
    stay.from -= countBelow(gone, stay.from);
    stay.to -= fresh.filter(({ index }) => index < stay.to).length;
  }
  return { gone, moved: movedOf(stays), fresh, changed };
}

/** Rows that have come one after another, when nothing else has happened. */
function arrivals<K, V>(steps: readonly Step<ToldRow<K, V>>[]): readonly PlacedRow<K, V>[] | undefined {
  const placed: { index: number; row: ToldRow<K, V> }[] = [];
  let isRising = true;
  for (const { row, index } of steps) {
    const last = placed[placed.length - 1];
    isRising &&= last === undefined || last.index < index;
    placed.push({ row, index });
  }
  if (isRising) return placed;
  if (steps.length > MAX_ARRIVALS) return undefined;
  // From the last step to the first: each stands where it was put, among the places that later ones have left.
  const sorted: { index: number; row: ToldRow<K, V> }[] = [];
  for (const one of placed) {
    for (const before of sorted) if (before.index >= one.index) before.index++;
    sorted.push(one);
  }
  return sorted.sort((a, b) => a.index - b.index);
}

interface Ends<K, V> {
  /** Where it stood before all steps, or -1. */
  before: number;
  /** Where it stands after all of them, or -1. */
  after: number;
  row: ToldRow<K, V>;
  /** Not the row it was at first. */
  isOther: boolean;
}

/** For each row of some steps, where it stood before and where it stands after all of them. Rows of one key are one. */
function endsOf<K, V>(steps: readonly Step<ToldRow<K, V>>[]): Iterable<Ends<K, V>> {
  const ends = new Map<K, Ends<K, V>>();
  for (const [at, { row, index, comes }] of steps.entries()) {
    let own = ends.get(row.key);
    if (own === undefined) {
      own = { before: comes ? -1 : placeBefore(steps, at, index), after: -1, row, isOther: false };
      ends.set(row.key, own);
    }
    own.isOther ||= own.row.isOther(row);
    own.row = row;
    own.after = comes ? placeAfter(steps, at, index) : -1;
  }
  return ends.values();
}

/** Where what stands at an index before step `at` stood before all steps. */
function placeBefore(steps: readonly Step<unknown>[], at: number, index: number): number {
  let place = index;
  for (let i = at - 1; i >= 0; i--) {
    const step = steps[i] as Step<unknown>; // cast: in range
    if (step.comes) place -= step.index < place ? 1 : 0;
    else place += step.index <= place ? 1 : 0;
  }
  return place;
}

/** Where what stands at an index after step `at` stands after all of them. */
function placeAfter(steps: readonly Step<unknown>[], at: number, index: number): number {
  let place = index;
  for (let i = at + 1; i < steps.length; i++) {
    const step = steps[i] as Step<unknown>; // cast: in range
    if (step.comes) place += step.index <= place ? 1 : 0;
    else place -= step.index < place ? 1 : 0;
  }
  return place;
}

/**
 * The rows that have to move. What was taken out and put back between the same rows that were never touched need not; of those in one gap, only
 * the ones outside the longest run that keeps its order.
 */
function movedOf(stays: { from: number; to: number }[]): { from: number; to: number }[] {
  if (stays.length === 0) return stays;
  stays.sort((a, b) => a.to - b.to);
  const froms = stays.map(({ from }) => from).sort((a, b) => a - b);
  const still = stays.filter(({ from, to }, at) => from - countBelow(froms, from) === to - at);
  const rise = longestRise(still.map(({ from }) => from));
  const kept = new Set(still.filter((_, at) => rise[at] === 1));
  return stays.filter((stay) => !kept.has(stay));
}

/** How many of the rising numbers are below a limit. */
function countBelow(rising: readonly number[], limit: number): number {
  let count = 0;
  for (const value of rising) if (value < limit) count++;
  return count;
}
