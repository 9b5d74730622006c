import { CodedError } from "../../errors/index.ts";
import { longestRise } from "../../pool/index.ts";
import type { Signal } from "../index.ts";
import { Core } from "./core.ts";
import { freezeDeep } from "./freeze.ts";
import { KeyReads } from "./key-reads.ts";
import { sourceNode, together } from "./node.ts";
import { type AnyRow, Row } from "./row.ts";
import { Sequence } from "./sequence.ts";

/** What the cores of keyedMap and keyedList are told. */
export interface RootOptions<V> {
  readonly name: string;
  readonly freezes: boolean;
  readonly equals: (before: V, after: V) => boolean;
}

/** A collection that is written to. Each write ends with `publish`. */
abstract class RootCore<K, V> extends Core<K, V> {
  readonly node: Signal<number>;
  readonly sources: readonly [] = [];
  /** Who reads single keys. */
  readonly keyReads: KeyReads<K, V> = new KeyReads(this.rows);
  private readonly equals: (before: V, after: V) => boolean;

  constructor({ name, freezes, equals }: RootOptions<V>) {
    super(name, freezes);
    this.node = sourceNode(name);
    this.equals = equals;
    this.warm = true;
  }

  override add(row: Row<K, V>): void {
    this.keyReads.touch(row.key, false);
    super.add(row);
  }

  override drop(row: Row<K, V>): void {
    this.keyReads.touch(row.key, true);
    super.drop(row);
  }

  protected write(row: Row<K, V>, value: V): void {
    if (this.equals(row.value, value)) return;
    this.keyReads.touch(row.key, true);
    row.value = this.frozen(value);
    this.touch(row);
  }

  protected frozen(value: V): V {
    return this.freezes ? freezeDeep(value) : value;
  }

  /** Ends a write: everybody who reads this is told, now or at the end of the batch. */
  protected publish(): void {
    if (!this.settle()) return;
    if (this.keyReads.isTouched) {
      together(() => {
        this.keyReads.publish();
        this.node.set(this.version);
      });
    } else this.node.set(this.version);
  }
}

export class MapRoot<K, V> extends RootCore<K, V> {
  constructor(entries: Iterable<readonly [K, V]>, options: RootOptions<V>) {
    super(options);
    for (const [key, value] of entries) this.put(key, value);
    this.settle();
  }

  set(key: K, value: V): void {
    this.put(key, value);
    this.publish();
  }

  setAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of [...entries]) this.put(key, value);
    this.publish();
  }

  delete(key: K): boolean {
    const row = this.rows.get(key);
    if (row === undefined) return false;
    this.drop(row);
    this.publish();
    return true;
  }

  clear(): void {
    for (const row of this.rows.values()) this.drop(row);
    this.publish();
  }

  /** Makes the entries the whole content: what is not among them goes. Keys that stay keep their place. */
  replaceAll(entries: Iterable<readonly [K, V]>): void {
    const next = new Map(entries);
    for (const row of this.rows.values()) if (!next.has(row.key)) this.drop(row);
    for (const [key, value] of next) this.put(key, value);
    this.publish();
  }

  private put(key: K, value: V): void {
    const row = this.rows.get(key);
    if (row === undefined) this.add(new Row(key, this.frozen(value)));
    else this.write(row, value);
  }
}

export class ListRoot<K, V> extends RootCore<K, V> {
  declare protected sequence: Sequence<Row<K, V>>;
  private readonly keyOf: (value: V) => K;

  constructor(items: Iterable<V>, keyOf: (value: V) => K, options: RootOptions<V>) {
    super(options);
    this.keyOf = keyOf;
    this.sequence = new Sequence<Row<K, V>>([]);
    const rows = [...this.byKey([...items])].map(([key, value]) => new Row(key, this.frozen(value)));
    this.sequence.rebuild(rows);
    for (const row of rows) this.add(row);
    this.settle();
  }

  protected override get byArrival(): boolean {
    return false;
  }

  override comparePlaces(a: AnyRow, b: AnyRow): number {
    return this.sequence.compare(a as Row<K, V>, b as Row<K, V>); // casts: asked only about rows of its own
  }

  at(index: number): Row<K, V> | undefined {
    return this.sequence.at(index);
  }

  insertAll(index: number, items: readonly V[]): void {
    if (!Number.isSafeInteger(index) || index < 0 || index > this.rows.size) throw badIndex(index, this.rows.size);
    const fresh = this.byKey(items);
    for (const key of fresh.keys()) if (this.rows.has(key)) throw duplicate(key);
    let at = index;
    for (const [key, value] of fresh) {
      const row = new Row(key, this.frozen(value));
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

  moveTo(row: Row<K, V>, to: number): void {
    if (!Number.isSafeInteger(to) || to < 0 || to >= this.rows.size) throw badIndex(to, this.rows.size);
    if (this.sequence.indexOf(row) === to) return;
    this.sequence.remove(row);
    this.sequence.insertAt(to, row);
    this.shifted(row);
    this.publish();
  }

  indexOf(row: Row<K, V>): number {
    return this.sequence.indexOf(row);
  }

  row(key: K): Row<K, V> {
    const row = this.rows.get(key);
    if (row === undefined) throw new CodedError("SIGNALS_UNKNOWN_KEY", "The list has no row of this key");
    return row;
  }

  update(key: K, value: V): void {
    const row = this.row(key);
    if (!sameKey(this.keyOf(value), key)) {
      throw new CodedError("SIGNALS_KEY_CHANGED", "A row was to be updated to a value of another key");
    }
    this.write(row, value);
    this.publish();
  }

  clear(): void {
    this.replaceAll([]);
  }

  /**
   * Makes `items` the whole content with as few changes as there can be: rows of keys that stay are updated, and of those only the ones outside
   * a longest run that keeps its order are moved.
   */
  replaceAll(items: Iterable<V>): void {
    const next = this.byKey([...items]);
    const ranks = new Map<Row<K, V>, number>();
    for (const [rank, row] of this.sequence.toArray().entries()) {
      if (next.has(row.key)) ranks.set(row, rank);
      else this.drop(row);
    }
    const kept: Row<K, V>[] = [];
    const rows: Row<K, V>[] = [];
    const fresh: Row<K, V>[] = [];
    for (const [key, value] of next) {
      const old = this.rows.get(key);
      const row = old ?? new Row(key, this.frozen(value));
      rows.push(row);
      if (old === undefined) fresh.push(row);
      else {
        kept.push(old);
        this.write(old, value);
      }
    }
    const stays = longestRise(kept.map((row) => ranks.get(row) ?? 0));
    const moved = kept.filter((_row, index) => stays[index] === 0);
    if (fresh.length > 0 || moved.length > 0) this.sequence.rebuild(rows);
    for (const row of moved) this.shifted(row);
    for (const row of fresh) this.add(row);
    this.publish();
  }

  /** The items by key, in order. @throws when two have the same. */
  private byKey(items: readonly V[]): Map<K, V> {
    const found = new Map<K, V>();
    for (const item of items) {
      const key = this.keyOf(item);
      if (found.has(key)) throw duplicate(key);
      found.set(key, item);
    }
    return found;
  }
}

function sameKey(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b)); // as maps compare
}

export function duplicate(key: unknown): CodedError {
  const shown = typeof key === "number" ? ` ${key}` : "";
  return new CodedError("SIGNALS_DUPLICATE_KEY", `Two rows would have the same key${shown}`);
}

function badIndex(index: number, size: number): CodedError {
  return new CodedError("SIGNALS_BAD_INDEX", `There is no place ${index} in a list of ${size}`, { value: index });
}
