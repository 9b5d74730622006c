/*
 * Operators that keep their source's keys and order, and look at one row at a time.
 */

import { type Callback, callbackOf, type Live } from "./callback.ts";
import type { AnyCore, Core } from "./core.ts";
import { Cursor } from "./cursor.ts";
import { DerivedCore } from "./derived-core.ts";
import { freezeDeep } from "./freeze.ts";
import { type Chained, silently } from "./node.ts";
import { type AnyRow, Derived, type Row } from "./row.ts";

/** Keeps rows that follow rows of a source. */
export abstract class PassingCore<K, V, SV> extends DerivedCore<K, V> {
  declare readonly rows: Map<K, Derived<K, V, SV>>;

  protected enter(row: Row<K, SV>, value: V): void {
    this.add(new Derived(row.key, value, row, row.base));
  }

  /** Takes over what has become of a row's source. */
  protected keep(own: Derived<K, V, SV>, row: Row<K, SV>, value: V): void {
    own.src = row;
    own.seen = row.value;
    if (hasMoved(own, row)) {
      own.base = row.base;
      own.seenPlace = row.base.place;
      this.move(own);
    }
    if (!Object.is(own.value, value)) {
      own.value = value;
      this.touch(own);
    }
  }

  protected leave(own: Derived<K, V, SV>): void {
    this.drop(own);
    own.seen = undefined as SV; // cast: nobody reads it any more
  }
}

/** Whether the source's row stands elsewhere than when it was last seen. Places are never used twice, so this also tells one base from another. */
export function hasMoved(own: { readonly seenPlace: number }, row: AnyRow): boolean {
  return own.seenPlace !== row.base.place;
}

/** One source, one callback per row. */
abstract class RowwiseCore<K, V, SV, F> extends PassingCore<K, V, SV> {
  readonly sources: readonly Chained[];
  protected readonly source: Core<K, SV>;
  private readonly cursor: Cursor<K, SV>;
  private readonly callback: Callback<F>;

  constructor(name: string, source: Core<K, SV>, callback: Live<F>) {
    super(name, source.freezes, source.order as AnyCore);
    this.source = source;
    this.sources = [source];
    this.cursor = new Cursor(source);
    this.callback = callbackOf(callback);
  }

  protected advance(): void {
    this.cursor.track();
    const again = this.callback.refresh();
    const rows = this.cursor.touchedOf(this.rows, again);
    if (rows.length > 0) {
      const outcomes = silently(() => this.ask(rows, this.callback.current, again));
      let at = 0;
      for (const row of rows) this.apply(row, this.rows.get(row.key), outcomes, at++);
    }
    this.settle();
    this.callback.done();
    this.cursor.done();
  }

  /** Runs the callback where it has to run; changes nothing, as it may throw. */
  protected abstract ask(rows: readonly Row<K, SV>[], f: F, again: boolean): unknown[];

  /** Takes over one row and what came of it. */
  protected abstract apply(row: Row<K, SV>, own: Derived<K, V, SV> | undefined, outcomes: unknown[], at: number): void;
}

/** A predicate. */
export type Test<K, V> = (value: V, key: K) => boolean;

export class FilterCore<K, V> extends RowwiseCore<K, V, V, Test<K, V>> {
  constructor(source: Core<K, V>, test: Live<Test<K, V>>) {
    super("filter", source, test);
  }

  protected ask(rows: readonly Row<K, V>[], test: Test<K, V>, again: boolean): boolean[] {
    return rows.map((row) => {
      if (!row.alive) return false;
      const own = this.rows.get(row.key);
      return (own !== undefined && !again && Object.is(own.seen, row.value)) || Boolean(test(row.value, row.key));
    });
  }

  protected apply(row: Row<K, V>, own: Derived<K, V, V> | undefined, passes: unknown[], at: number): void {
    if (row.alive) {
      if (passes[at] !== true) {
        if (own !== undefined) this.leave(own);
      } else if (own === undefined) this.enter(row, row.value);
      else this.keep(own, row, row.value);
    } else if (own !== undefined) this.leave(own);
  }
}

/** Makes a value of one. */
export type Transform<K, V, T> = (value: V, key: K) => T;

export class MapCore<K, V, T> extends RowwiseCore<K, T, V, Transform<K, V, T>> {
  constructor(source: Core<K, V>, transform: Live<Transform<K, V, T>>) {
    super("map", source, transform);
  }

  protected ask(rows: readonly Row<K, V>[], transform: Transform<K, V, T>, again: boolean): (T | undefined)[] {
    return rows.map((row) => {
      if (!row.alive) return undefined;
      const own = this.rows.get(row.key);
      if (own !== undefined && !again && Object.is(own.seen, row.value)) return own.value;
      const made = transform(row.value, row.key);
      return this.freezes ? freezeDeep(made) : made;
    });
  }

  protected apply(row: Row<K, V>, own: Derived<K, T, V> | undefined, made: unknown[], at: number): void {
    if (row.alive) {
      const value = made[at] as T; // cast: ask ran the callback for what is alive
      if (own === undefined) this.enter(row, value);
      else this.keep(own, row, value);
    } else if (own !== undefined) this.leave(own);
  }
}
