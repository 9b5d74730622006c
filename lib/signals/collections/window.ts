import { CodedError } from "../../errors/index.ts";
import { told } from "../arguments.ts";
import { type Callback, type Live, settingOf } from "./callback.ts";
import type { AnyCore, Core } from "./core.ts";
import { Cursor } from "./cursor.ts";
import type { Chained } from "./node.ts";
import { hasMoved, PassingCore } from "./passing.ts";
import type { Derived, Row } from "./row.ts";
import type { Sequence } from "./sequence.ts";

/** Which ranks are inside. */
export type Bounds =
  | { readonly kind: "start"; readonly offset: Live<number>; readonly count: Live<number> }
  | { readonly kind: "end"; readonly count: Live<number> }
  | { readonly kind: "between"; readonly from: Live<number>; readonly to: Live<number> };

/** The rows at some ranks of the source. */
export class WindowCore<K, V> extends PassingCore<K, V, V> {
  readonly sources: readonly Chained[];
  private readonly source: Core<K, V>;
  private readonly cursor: Cursor<K, V>;
  private readonly kind: Bounds["kind"];
  private readonly first: Callback<number>;
  private readonly second: Callback<number>;

  constructor(source: Core<K, V>, bounds: Bounds) {
    super("window", source.freezes, source.order as AnyCore);
    this.source = source;
    this.sources = [source];
    this.cursor = new Cursor(source);
    this.kind = bounds.kind;
    this.first = settingOf(bounds.kind === "start" ? bounds.offset : bounds.kind === "end" ? 0 : bounds.from);
    this.second = settingOf(bounds.kind === "between" ? bounds.to : bounds.count);
  }

  protected advance(): void {
    this.cursor.track();
    this.first.refresh();
    this.second.refresh();
    const first = checked(this.first.current);
    const second = checked(this.second.current);
    const ranks = this.source.positions();
    const { size } = ranks;
    const low = this.kind === "end" ? Math.max(0, size - second) : Math.min(first, size);
    const end = this.kind === "start" ? first + second : this.kind === "end" ? size : second;
    const high = Math.max(low, Math.min(size, end));
    this.slide(ranks, low, high, this.cursor.touched());
    this.settle();
    this.cursor.done();
  }

  /**
   * Makes the rows from rank `low` up to `high` those inside.
   * 1. Take out of the order what was touched; drop what has gone. What remains stands as it stood, so only its ends can be outside.
   * 2. Drop ends that are outside; let in what lies between the ends and the bounds.
   * 3. Let in or drop what was touched, by its rank.
   */
  private slide(
    ranks: Sequence<Row<K, V>>,
    low: number,
    high: number,
    touched: readonly Row<K, V>[] | undefined,
  ): void {
    const own = this.positions();
    const adrift = new Set<Derived<K, V, V>>();
    const rows = touched ?? this.cursor.touchedOf(this.rows, true);
    for (const row of rows) {
      const mine = this.rows.get(row.key);
      if (mine === undefined) continue;
      if (row.alive) {
        if (hasMoved(mine, row)) {
          this.move(mine);
          adrift.add(mine);
        } else this.keep(mine, row, row.value);
      } else this.leave(mine);
    }
    const admit = (index: number): void => {
      const row = ranks.at(index);
      if (row === undefined) return;
      const mine = this.rows.get(row.key);
      if (mine === undefined) this.enter(row, row.value);
      else if (adrift.delete(mine)) this.keep(mine, row, row.value);
    };
    const rankOf = (mine: Row<K, V>): number => ranks.indexOf((mine as Derived<K, V, V>).src as Row<K, V>); // casts: all rows are derived from the source
    let first = own.at(0);
    for (; first !== undefined && rankOf(first) < low; first = own.at(0)) this.leave(first as Derived<K, V, V>); // cast: as above
    let last = own.at(own.size - 1);
    for (; last !== undefined && rankOf(last) >= high; last = own.at(own.size - 1))
      this.leave(last as Derived<K, V, V>); // cast: as above
    first = own.at(0);
    last = own.at(own.size - 1);
    const start = first === undefined ? high : rankOf(first);
    for (let index = low; index < start; index++) admit(index);
    if (last !== undefined) for (let index = rankOf(last) + 1; index < high; index++) admit(index);
    const inside = (row: Row<K, V>): boolean => {
      const index = ranks.indexOf(row);
      return index >= low && index < high;
    };
    if (touched === undefined) for (let index = low; index < high; index++) admit(index);
    else
      for (const row of touched) {
        if (!row.alive) continue;
        const mine = this.rows.get(row.key);
        if (mine === undefined ? inside(row) : adrift.has(mine) && inside(row)) admit(ranks.indexOf(row));
      }
    for (const mine of adrift) this.leave(mine);
  }
}

function checked(value: number): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new CodedError("SIGNALS_BAD_INDEX", `A window cannot begin, end or count at ${told(value)}`, { value });
}
