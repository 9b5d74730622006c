import type { Contents } from "./contents.ts";
import { History } from "./history.ts";
import { Log } from "./log.ts";
import { type Chained, type VersionNode, warmUp } from "./node.ts";
import type { AnyRow, Row } from "./row.ts";
import { Sequence, type Step } from "./sequence.ts";
import { Snapshot } from "./snapshot.ts";

// biome-ignore-start lint/suspicious/noExplicitAny: a collection is invariant in its types, and here nobody reads them
/** A collection of whatever. */
export type AnyCore = Core<any, any>;
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** Contents that can be derived from. */
export interface Derivable<K, V> extends Contents<K, V> {
  /** The same with an object a row. What is read from then on is read there. */
  unfolded(): Core<K, V>;
}

/** What a core goes on with that others know already. */
export interface Kept<K, V> {
  readonly version: number;
  readonly valueList: Snapshot<V>;
  readonly keyList: Snapshot<K>;
}

/**
 * A collection without its surface: rows by key, an order, a log of what was touched, and a node in the graph.
 *
 * Order: every row has a base row, the one whose place counts. A collection that keeps the order of its source (map, filter) takes the base over,
 * so comparing two rows costs the same however long the chain. Positions are kept from the first time somebody asks for one.
 *
 * Change: the owner of a collection calls `add`, `drop`, `move` and `touch` and then `settle`. No user code runs in between (sortBy, whose
 * comparator is the user's, takes care of itself), so a callback that throws leaves a collection as it was.
 */
export abstract class Core<K, V> implements Derivable<K, V> {
  readonly name: string;
  readonly rows: Map<K, Row<K, V>> = new Map();
  readonly log: Log<Row<K, V>> = new Log();
  warm = false;
  version: number;
  /** The collection that knows the places of the base rows. */
  readonly order: AnyCore;
  /** Deep-freeze values that callbacks make. */
  readonly freezes: boolean;
  protected sequence: Sequence<Row<K, V>> | undefined = undefined;
  private arrived: Row<K, V>[] = [];
  private touched = false;
  private places = 0;
  private writes: History<Row<K, V>> | undefined = undefined;
  private readonly valueList: Snapshot<V>;
  private readonly keyList: Snapshot<K>;

  constructor(name: string, freezes: boolean, order?: AnyCore, kept: Partial<Kept<K, V>> = {}) {
    this.name = name;
    this.freezes = freezes;
    this.order = order ?? this;
    this.version = kept.version ?? 0;
    this.valueList = kept.valueList ?? new Snapshot();
    this.keyList = kept.keyList ?? new Snapshot();
  }

  abstract readonly node: VersionNode;
  abstract readonly sources: readonly Chained[];

  /** Whether rows stand in the order in which they came. */
  protected get byArrival(): boolean {
    return this.order === this;
  }

  /** Below 0 if base row `a` stands before base row `b`. */
  comparePlaces(a: AnyRow, b: AnyRow): number {
    return a.place - b.place;
  }

  readonly compareRows = (a: Row<K, V>, b: Row<K, V>): number => this.order.comparePlaces(a.base, b.base);

  /** Brings it up to date and notes the read. @throws what a callback threw. */
  track(): void {
    warmUp(this);
    this.node.get();
  }

  /** Brings it up to date. @throws what a callback threw. */
  refresh(): void {
    warmUp(this);
    this.node.peek();
  }

  get size(): number {
    return this.rows.size;
  }

  has(key: K): boolean {
    return this.rows.has(key);
  }

  valueFor(key: K): V | undefined {
    return this.rows.get(key)?.value;
  }

  valueAt(index: number): V | undefined {
    return this.positions().at(index)?.value;
  }

  get steps(): History<Step<Row<K, V>>> {
    return this.positions().steps;
  }

  placeOf(row: Row<K, V>): number {
    return this.positions().indexOf(row);
  }

  all(): readonly Row<K, V>[] {
    return this.positions().toArray();
  }

  unfolded(): this {
    return this;
  }

  /** A row that nobody needs to be told of. */
  protected hold(row: Row<K, V>): void {
    this.rows.set(row.key, row);
    if (row.base === row) row.place = this.nextPlace();
  }

  add(row: Row<K, V>): void {
    this.hold(row);
    if (this.sequence !== undefined) this.arrived.push(row);
    this.mention(row);
  }

  drop(row: Row<K, V>): void {
    this.rows.delete(row.key);
    row.end();
    this.sequence?.remove(row);
    this.mention(row);
    // The log may hold the row for a while, but it holds nobody's value.
    row.value = undefined as V; // cast: nobody reads the value of a row that has gone
  }

  /** The row's base has moved, or is another one, or it is its own base and moves. */
  move(row: Row<K, V>): void {
    if (this.sequence !== undefined && row.block !== undefined) {
      this.sequence.remove(row);
      this.arrived.push(row);
    }
    this.shifted(row);
  }

  /** A row stands elsewhere, and has been put there. */
  protected shifted(row: Row<K, V>): void {
    if (row.base === row) row.place = this.nextPlace();
    this.mention(row);
  }

  /** A row has another value. */
  touch(row: Row<K, V>): void {
    if (this.writes?.isKept) this.writes.add(row, this.rows.size);
    this.mention(row);
  }

  /** The rows that were given values, for who reads them from now on: order has a history of its own. */
  get written(): History<Row<K, V>> {
    this.writes ??= new History();
    return this.writes;
  }

  private nextPlace(): number {
    this.places += 2; // even: see `place`
    return this.places;
  }

  private mention(row: Row<K, V>): void {
    this.touched = true;
    this.log.add(row, this.rows.size);
  }

  /** Ends a change. @returns whether there was one. */
  settle(): boolean {
    if (!this.touched) return false;
    this.touched = false;
    this.version++;
    const { arrived, sequence } = this;
    if (sequence !== undefined && arrived.length > 0) {
      this.arrived = [];
      this.place(sequence, arrived);
    }
    return true;
  }

  /** Positions, kept from now on. The collection must be up to date. */
  positions(): Sequence<Row<K, V>> {
    this.sequence ??= new Sequence(this.inOrder());
    return this.sequence;
  }

  /** All rows in order. */
  inOrder(): Row<K, V>[] {
    if (this.sequence !== undefined) return this.sequence.toArray();
    const rows = [...this.rows.values()];
    if (this.byArrival) return rows; // as the map has them
    const { order } = this;
    if (order === this) return rows.sort(this.compareRows);
    // Few of many: sort them. Many: walk the order.
    if (rows.length * 8 < order.rows.size) return rows.sort(this.compareRows);
    const all: Row<K, V>[] = [];
    for (const base of order.inOrder()) {
      const row = this.rows.get(base.key as K); // cast: keeping an order means keeping its keys
      if (row?.base === base) all.push(row);
    }
    return all;
  }

  /** The values in order, frozen: the same list until something changes. The collection must be up to date. */
  values(): readonly V[] {
    return this.valueList.at(this.version, () => this.rowsForReading().map((row) => row.value));
  }

  /** The keys in order, frozen: the same list until it changes. The collection must be up to date. */
  keys(): readonly K[] {
    return this.keyList.at(this.version, () => this.rowsForReading().map((row) => row.key));
  }

  private rowsForReading(): Row<K, V>[] {
    return this.byArrival ? this.inOrder() : this.positions().toArray();
  }

  private place(sequence: Sequence<Row<K, V>>, arrived: Row<K, V>[]): void {
    const rows = arrived.filter((row) => row.alive && row.block === undefined);
    if (rows.length > 32 && rows.length > sequence.size >> 3) {
      rows.sort(this.compareRows);
      sequence.rebuild(merge(sequence.toArray(), rows, this.compareRows));
    } else for (const row of rows) sequence.insertSorted(row, this.compareRows);
  }
}

/** Puts two sorted lists together; of equals, those of `a` first. */
export function merge<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all: T[] = [];
  let next = 0;
  for (const item of b) {
    for (; next < a.length; next++) {
      const other = a[next] as T; // cast: in range
      if (compare(item, other) < 0) break;
      all.push(other);
    }
    all.push(item);
  }
  for (; next < a.length; next++) all.push(a[next] as T); // cast: in range
  return all;
}
