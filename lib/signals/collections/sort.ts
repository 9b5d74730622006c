import { type Callback, callbackOf, type Live } from "./callback.ts";
import { type Core, merge } from "./core.ts";
import { Cursor } from "./cursor.ts";
import { DerivedCore } from "./derived-core.ts";
import { type Chained, silently } from "./node.ts";
import { hasMoved } from "./passing.ts";
import { type AnyRow, Derived, type Row } from "./row.ts";
import { Sequence } from "./sequence.ts";

/** By what rows are sorted, and which way. */
export interface Sorting<K, V, S> {
  readonly key: Live<(value: V, key: K) => S>;
  /** Below 0 if the first comes first. */
  readonly compare: (a: S, b: S) => number;
}

class SortRow<K, V, S> extends Derived<K, V, V> {
  rank: S;

  constructor(row: Row<K, V>, rank: S) {
    super(row.key, row.value, row);
    this.rank = rank;
  }
}

/** What is about to happen to one row. */
interface Plan<K, V, S> {
  readonly row: Row<K, V>;
  readonly own: SortRow<K, V, S> | undefined;
  readonly rank: S;
}

/** Rows out of place, and what to do should the comparator throw. */
interface Shift<K, V, S> {
  readonly out: {
    readonly own: SortRow<K, V, S>;
    readonly index: number;
    readonly rank: S;
    readonly src: Row<unknown, V>;
  }[];
  readonly inn: SortRow<K, V, S>[];
}

/**
 * Rows by a sort key, ties in the order of the source.
 * 1. Ask for the sort keys of what is new or has changed.
 * 2. Take out what has gone and what may stand elsewhere; then the rest is in order, and what is new or was taken out finds its place.
 * 3. Only then tell the log: had the comparator thrown, step 2 would have been taken back.
 */
export class SortCore<K, V, S> extends DerivedCore<K, V> {
  declare readonly rows: Map<K, SortRow<K, V, S>>;
  declare protected sequence: Sequence<Row<K, V>>;
  readonly sources: readonly Chained[];
  private readonly source: Core<K, V>;
  private readonly cursor: Cursor<K, V>;
  private readonly key: Callback<(value: V, key: K) => S>;
  private readonly compareRanks: (a: S, b: S) => number;

  constructor(source: Core<K, V>, sorting: Sorting<K, V, S>) {
    super("sortBy", source.freezes);
    this.source = source;
    this.sources = [source];
    this.cursor = new Cursor(source);
    this.key = callbackOf(sorting.key);
    this.compareRanks = sorting.compare;
    this.sequence = new Sequence<Row<K, V>>([]);
  }

  protected override get byArrival(): boolean {
    return false;
  }

  override comparePlaces(a: AnyRow, b: AnyRow): number {
    return this.sequence.compare(a as Row<K, V>, b as Row<K, V>); // casts: asked only about rows of its own
  }

  protected advance(): void {
    this.cursor.track();
    const again = this.key.refresh();
    const rows = this.cursor.touchedOf(this.rows, again);
    if (rows.length > 0) silently(() => this.take(rows, again));
    this.settle();
    this.key.done();
    this.cursor.done();
  }

  private take(rows: readonly Row<K, V>[], again: boolean): void {
    const plans: Plan<K, V, S>[] = [];
    const gone: SortRow<K, V, S>[] = [];
    for (const row of rows) {
      const own = this.rows.get(row.key);
      if (row.alive) {
        const asked = own === undefined || again || !Object.is(own.seen, row.value);
        plans.push({ row, own, rank: asked ? this.key.current(row.value, row.key) : own.rank });
      } else if (own !== undefined) gone.push(own);
    }
    const moved = this.shift(plans, gone);
    for (const own of gone) {
      this.drop(own);
      own.seen = undefined as V; // cast: nobody reads it any more
    }
    for (const { row, own } of plans) if (own !== undefined) this.keep(own, row);
    for (const own of moved) {
      if (this.rows.get(own.key) === own) this.shifted(own);
      else this.add(own);
    }
  }

  private keep(own: SortRow<K, V, S>, row: Row<K, V>): void {
    own.src = row;
    own.seen = row.value;
    own.seenPlace = row.base.place;
    if (Object.is(own.value, row.value)) return;
    own.value = row.value;
    this.touch(own);
  }

  /** Brings the sequence into the new order, or throws with everything as it was. */
  private shift(plans: readonly Plan<K, V, S>[], gone: readonly SortRow<K, V, S>[]): readonly SortRow<K, V, S>[] {
    const shift: Shift<K, V, S> = { out: [], inn: [] };
    const { sequence } = this;
    try {
      const back: SortRow<K, V, S>[] = [];
      for (const plan of plans) {
        if (plan.own === undefined) back.push(new SortRow(plan.row, plan.rank));
        else if (this.mayMove(plan.own, plan)) {
          if (plans.length === 1 && gone.length === 0 && this.fits(plan.own, plan)) continue;
          this.takeOut(plan.own, shift);
          back.push(plan.own);
          plan.own.rank = plan.rank;
          plan.own.src = plan.row;
        }
      }
      for (const own of gone) this.takeOut(own, shift);
      const remaining = sequence.size;
      if (back.length > 32 && back.length > remaining >> 3) {
        back.sort(this.bySorting);
        // casts: only rows of its own stand in it
        sequence.rebuild(merge(sequence.toArray() as SortRow<K, V, S>[], back, this.bySorting));
      } else {
        for (const own of back) {
          sequence.insertSorted(own, this.byRows);
          shift.inn.push(own);
        }
      }
      return back;
    } catch (error) {
      for (const own of shift.inn) sequence.remove(own);
      for (const { own, index, rank, src } of shift.out.reverse()) {
        own.rank = rank;
        own.src = src;
        sequence.insertAt(index, own);
      }
      throw error;
    }
  }

  private takeOut(own: SortRow<K, V, S>, shift: Shift<K, V, S>): void {
    shift.out.push({ own, index: this.sequence.takeOut(own), rank: own.rank, src: own.src });
  }

  private mayMove(own: SortRow<K, V, S>, { row, rank }: Plan<K, V, S>): boolean {
    if (own.src !== row || hasMoved(own, row)) return true;
    return !Object.is(own.rank, rank) && this.compareRanks(own.rank, rank) !== 0;
  }

  /** Whether the only row in doubt may stay where it is; it then has its new rank. */
  private fits(own: SortRow<K, V, S>, { row, rank }: Plan<K, V, S>): boolean {
    const { rank: oldRank, src: oldSrc } = own;
    own.rank = rank;
    own.src = row;
    let fits = false;
    try {
      fits = this.sequence.fits(own, this.byRows);
    } finally {
      if (!fits) {
        own.rank = oldRank;
        own.src = oldSrc;
      }
    }
    return fits;
  }

  private readonly bySorting = (a: SortRow<K, V, S>, b: SortRow<K, V, S>): number =>
    // cast: its sources are rows of the source
    this.compareRanks(a.rank, b.rank) || this.source.compareRows(a.src as Row<K, V>, b.src as Row<K, V>);

  private get byRows(): (a: Row<K, V>, b: Row<K, V>) => number {
    return this.bySorting as (a: Row<K, V>, b: Row<K, V>) => number; // cast: only rows of its own stand in the sequence
  }
}
