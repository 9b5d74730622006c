import { longestRise } from "../../pool/index.ts";
import type { Derivable } from "./core.ts";
import type { KeyReads } from "./key-reads.ts";
import { badIndex, byKey, checkKey, duplicate, unknownKey } from "./list-checks.ts";
import { silently } from "./node.ts";
import { type Begun, RootCore, type RootOptions, type Written } from "./roots.ts";
import { type AnyRow, Row } from "./row.ts";
import { Sequence } from "./sequence.ts";

/** What stands behind a list. */
export interface ListContents<K, V> extends Derivable<K, V> {
  readonly keyReads: KeyReads<K, V>;
  /** @throws CodedError `SIGNALS_UNKNOWN_KEY` */
  known(key: K): number;
  indexOf(key: K): number;
  keyAt(index: number): K | undefined;
  insertAll(index: number, items: readonly V[]): void;
  remove(key: K): boolean;
  moveTo(key: K, to: number): void;
  update(key: K, f: (value: V) => V): void;
  replaceAll(items: Iterable<V>): void;
}

/** Rows to begin with, in runs. */
type Runs<K, V> = readonly { readonly keys: readonly K[]; readonly values: readonly V[] }[];

/** A list that something derives from. It was a `FlatList` before. */
export class ListRoot<K, V> extends RootCore<K, V> implements ListContents<K, V> {
  declare protected sequence: Sequence<Row<K, V>>;
  private readonly keyOf: (value: V) => K;

  constructor(runs: Runs<K, V>, keyOf: (value: V) => K, options: RootOptions<V>, begun: Begun<K, V>) {
    super(options, begun);
    this.keyOf = keyOf;
    this.sequence = new Sequence<Row<K, V>>([]);
    // cast: as many values as keys
    const rows = runs.flatMap(({ keys, values }) => keys.map((key, at) => new Row(key, values[at] as V)));
    this.sequence.rebuild(rows);
    for (const row of rows) this.hold(row);
  }

  protected override get byArrival(): boolean {
    return false;
  }

  override comparePlaces(a: AnyRow, b: AnyRow): number {
    return this.sequence.compare(a as Row<K, V>, b as Row<K, V>); // casts: asked only about rows of its own
  }

  keyAt(index: number): K | undefined {
    return this.sequence.at(index)?.key;
  }

  insertAll(index: number, items: readonly V[]): void {
    if (!Number.isSafeInteger(index) || index < 0 || index > this.rows.size) throw badIndex(index, this.rows.size);
    const fresh = byKey(items, this.keyOf);
    for (const key of fresh.keys()) if (this.rows.has(key)) throw duplicate(key);
    const rows = Array.from(fresh, ([key, value]) => new Row(key, this.frozen(value)));
    let at = index;
    for (const row of rows) {
      this.sequence.insertAt(at++, row);
      this.add(row);
    }
    this.publish();
  }

  remove(key: K): boolean {
    const row = this.rows.get(key);
    if (row === undefined) return false;
    this.drop(row);
    this.publish();
    return true;
  }

  moveTo(key: K, to: number): void {
    const row = this.row(key);
    if (!Number.isSafeInteger(to) || to < 0 || to >= this.rows.size) throw badIndex(to, this.rows.size);
    if (this.sequence.indexOf(row) === to) return;
    this.sequence.remove(row);
    this.sequence.insertAt(to, row);
    this.shifted(row);
    this.publish();
  }

  indexOf(key: K): number {
    const row = this.rows.get(key);
    return row === undefined ? -1 : this.sequence.indexOf(row);
  }

  known(key: K): number {
    return this.sequence.indexOf(this.row(key));
  }

  update(key: K, f: (value: V) => V): void {
    const row = this.row(key);
    const value = silently(() => f(row.value));
    checkKey(this.keyOf(value), key);
    const written = this.differing(this.row(key), value);
    if (written === undefined) return;
    this.write(written);
    this.publish();
  }

  /**
   * Makes `items` the whole content with as few changes as there can be: rows of keys that stay are updated, and of those only the ones outside
   * a longest run that keeps its order are moved.
   */
  replaceAll(items: Iterable<V>): void {
    const next = byKey([...items], this.keyOf);
    const ranks = new Map<Row<K, V>, number>();
    const gone: Row<K, V>[] = [];
    for (const [rank, row] of this.sequence.toArray().entries()) {
      if (next.has(row.key)) ranks.set(row, rank);
      else gone.push(row);
    }
    const kept: Row<K, V>[] = [];
    const rows: Row<K, V>[] = [];
    const fresh: Row<K, V>[] = [];
    const changed: Written<K, V>[] = [];
    for (const [key, value] of next) {
      const old = this.rows.get(key);
      const row = old ?? new Row(key, this.frozen(value));
      rows.push(row);
      if (old === undefined) fresh.push(row);
      else {
        kept.push(old);
        const written = this.differing(old, value);
        if (written !== undefined) changed.push(written);
      }
    }
    for (const row of gone) this.drop(row); // from here on nothing is asked of the user
    for (const one of changed) this.write(one);
    const stays = longestRise(kept.map((row) => ranks.get(row) ?? 0));
    const moved = kept.filter((_row, index) => stays[index] === 0);
    if (fresh.length > 0 || moved.length > 0) this.sequence.rebuild(rows);
    for (const row of moved) this.shifted(row);
    for (const row of fresh) this.add(row);
    this.publish();
  }

  private row(key: K): Row<K, V> {
    const row = this.rows.get(key);
    if (row === undefined) throw unknownKey();
    return row;
  }
}
