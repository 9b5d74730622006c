import type { Core } from "./core.ts";
import { Cursor } from "./cursor.ts";
import { hasMoved } from "./passing.ts";
import type { Row } from "./row.ts";

/** A row of one side. */
export interface Side<K, V, J> {
  src: Row<K, V>;
  seen: V;
  seenPlace: number;
  on: J;
  alive: boolean;
}

/** What a half has to do about one row. */
interface SidePlan<K, V, J> {
  readonly row: Row<K, V>;
  readonly on: J | undefined;
}

/** One of the two collections, with where its rows meet the others. */
export class Half<K, V, J> {
  readonly source: Core<K, V>;
  readonly cursor: Cursor<K, V>;
  private readonly on: (value: V, key: K) => J;
  private readonly sides: Map<K, Side<K, V, J>> = new Map();

  constructor(source: Core<K, V>, on: (value: V, key: K) => J) {
    this.source = source;
    this.cursor = new Cursor(source);
    this.on = on;
  }

  /** Asks where the touched rows meet others. Changes nothing. */
  plan(): readonly SidePlan<K, V, J>[] {
    const rows = this.cursor.touchedOf(this.sides, false);
    return rows.map((row) => {
      if (!row.alive) return { row, on: undefined };
      const side = this.sides.get(row.key);
      const known = side !== undefined && Object.is(side.seen, row.value);
      return { row, on: known ? side.on : this.on(row.value, row.key) };
    });
  }

  apply(
    plans: readonly SidePlan<K, V, J>[],
    meet: (side: Side<K, V, J>, enters: boolean) => void,
    moved: Set<object>,
  ): void {
    for (const { row, on } of plans) {
      const side = this.sides.get(row.key);
      if (!row.alive) {
        if (side === undefined) continue;
        this.sides.delete(row.key);
        side.alive = false;
        meet(side, false);
        continue;
      }
      const meetsAt = on as J; // cast: plan has one for what is alive
      if (side === undefined) {
        const fresh: Side<K, V, J> = { src: row, seen: row.value, seenPlace: row.base.place, on: meetsAt, alive: true };
        this.sides.set(row.key, fresh);
        meet(fresh, true);
        continue;
      }
      if (hasMoved(side, row)) moved.add(side);
      const changed = !Object.is(side.seen, row.value);
      Object.assign(side, { src: row, seen: row.value, seenPlace: row.base.place });
      if (!sameKey(side.on, meetsAt)) {
        meet(side, false);
        side.on = meetsAt;
        meet(side, true);
      } else if (changed || moved.has(side)) meet(side, true);
    }
    this.cursor.done();
  }
}

function sameKey(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b)); // as maps compare
}
