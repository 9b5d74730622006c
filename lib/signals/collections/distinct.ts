import { type Callback, callbackOf, type Live } from "./callback.ts";
import type { Core } from "./core.ts";
import { Cursor } from "./cursor.ts";
import { DerivedCore } from "./derived-core.ts";
import { type Chained, silently } from "./node.ts";
import { Row } from "./row.ts";

/** The different values of a source, or of something made from them. They stand in the order in which they came. */
export class DistinctCore<K, V, D> extends DerivedCore<D, D> {
  readonly sources: readonly Chained[];
  private readonly cursor: Cursor<K, V>;
  private readonly by: Callback<(value: V, key: K) => D>;
  private readonly counts: Map<D, number> = new Map();
  private readonly members: Map<K, { src: Row<K, V>; seen: V; of: D }> = new Map();

  constructor(source: Core<K, V>, by: Live<(value: V, key: K) => D>) {
    super("distinct", source.freezes);
    this.sources = [source];
    this.cursor = new Cursor(source);
    this.by = callbackOf(by);
  }

  protected advance(): void {
    this.cursor.track();
    const again = this.by.refresh();
    const rows = this.cursor.touchedOf(this.members, again);
    if (rows.length > 0) {
      const found = silently(() => rows.map((row) => this.ask(row, again)));
      for (const [at, row] of rows.entries()) this.count(row, found[at]);
    }
    this.settle();
    this.by.done();
    this.cursor.done();
  }

  private ask(row: Row<K, V>, again: boolean): D | undefined {
    if (!row.alive) return undefined;
    const member = this.members.get(row.key);
    return member !== undefined && !again && Object.is(member.seen, row.value)
      ? member.of
      : this.by.current(row.value, row.key);
  }

  private count(row: Row<K, V>, found: D | undefined): void {
    const member = this.members.get(row.key);
    if (!row.alive) {
      if (member === undefined) return;
      this.members.delete(row.key);
      this.release(member.of);
      return;
    }
    const of = found as D; // cast: ask has one for what is alive
    this.members.set(row.key, { src: row, seen: row.value, of });
    this.counts.set(of, (this.counts.get(of) ?? 0) + 1);
    if (!this.rows.has(of)) this.add(new Row(of, of === 0 ? (0 as D) : of)); // cast: -0 is one with 0
    if (member !== undefined) this.release(member.of);
  }

  private release(of: D): void {
    const left = (this.counts.get(of) ?? 1) - 1;
    if (left > 0) {
      this.counts.set(of, left);
      return;
    }
    this.counts.delete(of);
    const row = this.rows.get(of);
    if (row !== undefined) this.drop(row);
  }
}
