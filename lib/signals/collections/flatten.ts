import { longestRise } from "../../pool/index.ts";
import { checkRows } from "../arguments.ts";
import { type Callback, callbackOf, type Live } from "./callback.ts";
import type { Core } from "./core.ts";
import { Cursor } from "./cursor.ts";
import { DerivedCore } from "./derived-core.ts";
import { freezeDeep } from "./freeze.ts";
import { duplicate } from "./list-checks.ts";
import { type Chained, silently } from "./node.ts";
import { hasMoved } from "./passing.ts";
import { type AnyRow, Row } from "./row.ts";

/** What is made of one row of the source. */
export interface Flattening<K, V, T, F> {
  readonly items: Live<(value: V, key: K) => Iterable<T>>;
  /** The key of an item; without it, a pair of the row's key and the index. */
  readonly keyOf: ((item: T, index: number, key: K) => F) | undefined;
}

class Item<K, V, T, F> extends Row<F, T> {
  parent: Parent<K, V, T, F>;
  index: number;

  constructor(key: F, value: T, parent: Parent<K, V, T, F>, index: number) {
    super(key, value);
    this.parent = parent;
    this.index = index;
  }
}

interface Parent<K, V, T, F> {
  src: Row<K, V>;
  seen: V;
  seenPlace: number;
  items: readonly Item<K, V, T, F>[];
}

/** A row of the source and the items it has now; none, when it has gone. */
interface Plan<K, V, T, F> {
  readonly row: Row<K, V>;
  readonly parent: Parent<K, V, T, F> | undefined;
  readonly entries: readonly (readonly [F, T])[] | undefined;
}

/** The items of all rows, in the order of the rows. */
export class FlattenCore<K, V, T, F> extends DerivedCore<F, T> {
  declare readonly rows: Map<F, Item<K, V, T, F>>;
  readonly sources: readonly Chained[];
  private readonly source: Core<K, V>;
  private readonly cursor: Cursor<K, V>;
  private readonly items: Callback<(value: V, key: K) => Iterable<T>>;
  private readonly keyOf: ((item: T, index: number, key: K) => F) | undefined;
  private readonly parents: Map<K, Parent<K, V, T, F>> = new Map();

  constructor(source: Core<K, V>, { items, keyOf }: Flattening<K, V, T, F>) {
    super("flatten", source.freezes);
    this.source = source;
    this.sources = [source];
    this.cursor = new Cursor(source);
    this.items = callbackOf(items);
    this.keyOf = keyOf;
  }

  protected override get byArrival(): boolean {
    return false;
  }

  override comparePlaces(a: AnyRow, b: AnyRow): number {
    const one = a as unknown as Item<K, V, T, F>; // casts: asked only about rows of its own
    const other = b as unknown as Item<K, V, T, F>;
    return one.parent === other.parent
      ? one.index - other.index
      : this.source.compareRows(one.parent.src, other.parent.src);
  }

  protected advance(): void {
    this.cursor.track();
    const again = this.items.refresh();
    const rows = this.cursor.touchedOf(this.parents, again);
    const plans = silently(() => rows.map((row) => this.plan(row, again)));
    this.refuseDuplicates(plans);
    for (const { parent, entries } of plans) if (parent !== undefined) this.dropMissing(parent, entries);
    for (const plan of plans) this.apply(plan);
    this.settle();
    this.items.done();
    this.cursor.done();
  }

  private plan(row: Row<K, V>, again: boolean): Plan<K, V, T, F> {
    const parent = this.parents.get(row.key);
    if (!row.alive) return { row, parent, entries: [] };
    if (parent !== undefined && !again && Object.is(parent.seen, row.value)) return { row, parent, entries: undefined };
    const items = this.items.current(row.value, row.key);
    checkRows(items, "Items to flatten");
    const entries = Array.from(items, (item, index): [F, T] => [
      this.keyFor(row, parent, item, index),
      this.freezes ? freezeDeep(item) : item,
    ]);
    return { row, parent, entries };
  }

  private keyFor(row: Row<K, V>, parent: Parent<K, V, T, F> | undefined, item: T, index: number): F {
    if (this.keyOf !== undefined) return this.keyOf(item, index, row.key);
    // cast: without a key function F is a pair; the same object as before where there is one, as maps know objects by identity
    return parent?.items[index]?.key ?? (Object.freeze([row.key, index]) as F);
  }

  private refuseDuplicates(plans: readonly Plan<K, V, T, F>[]): void {
    const changed = new Set<Parent<K, V, T, F>>();
    for (const { parent, entries } of plans) if (parent !== undefined && entries !== undefined) changed.add(parent);
    const seen = new Set<F>();
    for (const { entries } of plans) {
      for (const [key] of entries ?? []) {
        const old = this.rows.get(key);
        if (seen.has(key) || (old !== undefined && !changed.has(old.parent))) throw duplicate(key);
        seen.add(key);
      }
    }
  }

  private dropMissing(parent: Parent<K, V, T, F>, entries: Plan<K, V, T, F>["entries"]): void {
    if (entries === undefined) return;
    const keys = new Set(entries.map(([key]) => key));
    for (const item of parent.items) if (!keys.has(item.key)) this.drop(item);
  }

  private apply({ row, parent, entries }: Plan<K, V, T, F>): void {
    if (!row.alive) {
      if (parent !== undefined) this.parents.delete(row.key);
      return;
    }
    const own: Parent<K, V, T, F> = parent ?? { src: row, seen: row.value, seenPlace: row.base.place, items: [] };
    if (parent === undefined) this.parents.set(row.key, own);
    const moved = hasMoved(own, row);
    own.src = row;
    own.seen = row.value;
    own.seenPlace = row.base.place;
    if (entries !== undefined) this.fill(own, entries);
    if (moved) for (const item of own.items) this.move(item);
  }

  /** Gives a row its items. Those of other rows that had the same keys have gone. */
  private fill(own: Parent<K, V, T, F>, entries: readonly (readonly [F, T])[]): void {
    const kept: Item<K, V, T, F>[] = [];
    const ranks: number[] = [];
    own.items = entries.map(([key, value], index) => {
      const old = this.rows.get(key);
      if (old === undefined) {
        const item = new Item(key, value, own, index);
        this.add(item);
        return item;
      }
      kept.push(old);
      ranks.push(old.index);
      old.index = index;
      if (!Object.is(old.value, value)) {
        old.value = value;
        this.touch(old);
      }
      return old;
    });
    const stays = longestRise(ranks);
    for (const [at, item] of kept.entries()) if (stays[at] === 0) this.move(item);
  }
}
