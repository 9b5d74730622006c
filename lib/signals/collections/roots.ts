import { wrong } from "../arguments.ts";
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

/** A row that is to be given another value. */
export interface Written<K, V> {
  readonly row: Row<K, V>;
  readonly value: V;
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

  /** The row with the value it is to have, unless that equals what it has. Changes nothing, so that an `equals` that throws leaves all as it was. */
  protected differing(row: Row<K, V>, value: V): Written<K, V> | undefined {
    return this.equals(row.value, value) ? undefined : { row, value: this.frozen(value) };
  }

  protected write({ row, value }: Written<K, V>): void {
    if (!row.alive) return; // comparing is the user's, and may have taken it out
    this.reads?.touch(row.key, true);
    row.value = value;
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
    for (const [key, value] of pairsOf(entries)) this.put(key, value);
    this.settle();
  }

  set(key: K, value: V): void {
    this.put(key, value);
    this.publish();
  }

  setAll(entries: Iterable<readonly [K, V]>): void {
    this.putAll(new Map(pairsOf(entries)));
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
    const next = new Map(pairsOf(entries));
    const gone: Row<K, V>[] = [];
    for (const row of this.rows.values()) if (!next.has(row.key)) gone.push(row);
    this.putAll(next, gone);
  }

  private put(key: K, value: V): void {
    const row = this.rows.get(key);
    if (row === undefined) this.add(new Row(key, this.frozen(value)));
    else {
      const one = this.differing(row, value);
      if (one !== undefined) this.write(one);
    }
  }

  /** First all that may throw, then all that changes something. */
  private putAll(entries: Iterable<readonly [K, V]>, gone: readonly Row<K, V>[] = []): void {
    const fresh: Row<K, V>[] = [];
    const written: Written<K, V>[] = [];
    for (const [key, value] of entries) {
      const row = this.rows.get(key);
      if (row === undefined) fresh.push(new Row(key, this.frozen(value)));
      else {
        const one = this.differing(row, value);
        if (one !== undefined) written.push(one);
      }
    }
    for (const row of gone) this.drop(row);
    for (const one of written) this.write(one);
    for (const row of fresh) this.add(row);
    this.publish();
  }
}

/** All of them, before anything has changed. @throws CodedError `SIGNALS_BAD_ARGUMENT` for what is no pair. */
function pairsOf<K, V>(entries: Iterable<readonly [K, V]>): readonly (readonly [K, V])[] {
  const pairs = Array.isArray(entries) ? entries : [...entries];
  for (const pair of pairs) if (!Array.isArray(pair)) throw wrong("An entry is no pair of key and value", pair);
  return pairs;
}
