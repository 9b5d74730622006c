import type { Signal } from "../index.ts";
import { Core, type Kept } from "./core.ts";
import { freezeDeep } from "./freeze.ts";
import { KeyReads } from "./key-reads.ts";
import { sourceNode, together } from "./node.ts";
import { Row } from "./row.ts";

/** What the cores of keyedMap and keyedList are told. */
export interface RootOptions<V> {
  readonly name: string;
  readonly freezes: boolean;
  readonly equals: (before: V, after: V) => boolean;
}

/** What a collection goes on with that others know already. */
export interface Begun<K, V> extends Kept<K, V> {
  readonly node: Signal<number>;
  readonly reads: KeyReads<K, V> | undefined;
}

/** A collection that is written to. Each write ends with `publish`. */
export abstract class RootCore<K, V> extends Core<K, V> {
  readonly node: Signal<number>;
  readonly sources: readonly [] = [];
  private readonly equals: (before: V, after: V) => boolean;
  private reads: KeyReads<K, V> | undefined;

  constructor({ name, freezes, equals }: RootOptions<V>, { node, reads, ...kept }: Partial<Begun<K, V>> = {}) {
    super(name, freezes, undefined, kept);
    this.node = node ?? sourceNode(name);
    this.equals = equals;
    this.reads = reads;
    this.warm = true;
    if (reads !== undefined) reads.contents = this;
  }

  /** Who reads single keys. */
  get keyReads(): KeyReads<K, V> {
    this.reads ??= new KeyReads(this);
    return this.reads;
  }

  override add(row: Row<K, V>): void {
    this.reads?.touch(row.key, false);
    super.add(row);
  }

  override drop(row: Row<K, V>): void {
    this.reads?.touch(row.key, true);
    super.drop(row);
  }

  protected write(row: Row<K, V>, value: V): void {
    if (this.equals(row.value, value)) return;
    this.reads?.touch(row.key, true);
    row.value = this.frozen(value);
    this.touch(row);
  }

  protected frozen(value: V): V {
    return this.freezes ? freezeDeep(value) : value;
  }

  /** Ends a write: everybody who reads this is told, now or at the end of the batch. */
  protected publish(): void {
    if (!this.settle()) return;
    const { reads } = this;
    if (reads?.isTouched) {
      together(() => {
        reads.publish();
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
