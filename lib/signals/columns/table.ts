import { CodedError } from "../../errors/index.ts";
import { checkObject, told } from "../arguments.ts";
import { batch, type ReadableSignal, type Signal, signal } from "../index.ts";
import type { Source } from "./aggregate.ts";
import { type Backend, Kernels } from "./backend.ts";
import { bitmapBytes } from "./bits.ts";
import type { Cell, Column } from "./column.ts";
import { checkColumn, column } from "./column.ts";
import { RowSet } from "./rows.ts";
import { Stamps } from "./stamps.ts";
import { Store } from "./store.ts";
import type { Columns, ColumnValues, Table } from "./table-types.ts";

/** Rows a table may have: numbers of rows are compared as 32-bit integers. */
export const MAX_ROWS: number = 2 ** 30;

/**
 * What a table may be given.
 * @public
 */
export interface TableOptions {
  /** Runs all kernels on one backend. For tests and benches: results are equal to the last bit. @defaultValue by size and measured gain */
  readonly backend?: Backend;
}

/**
 * Makes a table of columns of equal length.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT` for what is no column, `SIGNALS_BAD_COLUMN` when lengths differ, `SIGNALS_TOO_LARGE` beyond 2^30 rows.
 * @remarks Takes the columns' memory as it is. A table does not know who computes from it: an aggregate that is dropped is gone.
 * @example
 * ```ts
 * const sales = table({ price: f64([2, 3.5]), qty: i32([10, 4]), city: dictionary(["Oslo", "Rome"]) });
 * const revenue = sales.select(col("price").mul(col("qty")).sum());
 * revenue.get(); // 34
 * sales.set("qty", 1, 6);
 * revenue.get(); // 41
 * ```
 * @public
 */
export function table<S extends Columns>(columns: S, options: TableOptions = {}): Table<S> {
  return new ColumnTable(columns, options) as unknown as Table<S>; // cast: the class does at run time what the types promise
}

class ColumnTable implements Source {
  clock = 0;
  readonly names: readonly string[];
  readonly rowStamps: Stamps = new Stamps();
  readonly kernels: Kernels;
  readonly length: ReadableSignal<number>;
  private readonly columns: ReadonlyMap<string, Store>;
  private readonly all: RowSet;
  private readonly size: Signal<number>;
  /** Rises when rows come or go, also when as many go as come. */
  private readonly rowVersion: Signal<number> = signal(0);

  constructor(columns: Columns, options: TableOptions) {
    const rows = rowsOf(columns);
    this.columns = new Map(Object.entries(columns).map(([name, each]) => [name, new Store(name, each)]));
    this.all = new RowSet(this, this.columns, undefined);
    this.names = [...this.columns.keys()];
    this.kernels = new Kernels(options.backend);
    this.size = signal(rows);
    this.length = this.size;
  }

  select(wanted: unknown): ReadableSignal<unknown> {
    return this.all.select(wanted);
  }

  filter(test: unknown): RowSet {
    return this.all.filter(test);
  }

  groupBy(name: string): ReturnType<RowSet["groupBy"]> {
    return this.all.groupBy(name);
  }

  rows(): ReadableSignal<Uint32Array> {
    return this.all.rows();
  }

  map(expression: unknown): ReadableSignal<ColumnValues<number | boolean | null>> {
    return this.all.map(expression);
  }

  rowCount(): number {
    this.rowVersion.get();
    return this.size.peek();
  }

  column(name: string): Column {
    const store = this.store(name);
    store.version.get();
    const rows = this.rowCount();
    const length = store.kind === "bool" ? bitmapBytes(rows) : rows;
    const valid = store.valid?.subarray(0, bitmapBytes(rows));
    const { values, kind, words } = store;
    return column(kind, values.length === length ? values : values.subarray(0, length), rows, valid, words);
  }

  get(name: string, row: number): Cell {
    const store = this.store(name);
    store.version.get();
    this.check(row, this.rowCount());
    return store.get(row);
  }

  row(row: number): Readonly<Record<string, Cell>> {
    return Object.fromEntries(this.names.map((name) => [name, this.get(name, row)]));
  }

  set(name: string, row: number, value: unknown): void {
    const store = this.store(name);
    const rows = this.size.peek();
    this.check(row, rows);
    const code = store.encode(value);
    if (Object.is(store.get(row), value)) return;
    store.reserve(rows);
    store.put(row, code);
    store.stamps.mark(row, ++this.clock);
    store.version.set(this.clock);
  }

  append(added: object): void {
    const rows: readonly unknown[] = Array.isArray(added) ? added : [added];
    const before = this.size.peek();
    const after = before + rows.length;
    if (after > MAX_ROWS)
      throw new CodedError("SIGNALS_TOO_LARGE", `A table has at most ${MAX_ROWS} rows`, { value: after });
    const stores = [...this.columns.values()];
    const encoded = stores.map((store) => rows.map((row) => store.encode(cellOf(row, store.name)))); // all, before any is written
    for (const [at, store] of stores.entries()) {
      store.reserve(after);
      encoded[at]?.forEach((value, i) => {
        store.put(before + i, value);
      });
    }
    this.resize(after, before, after);
  }

  delete(row: number): void {
    const last = this.size.peek() - 1;
    this.check(row, last + 1);
    if (row !== last) {
      for (const store of this.columns.values()) {
        store.reserve(last + 1);
        store.move(last, row);
      }
      this.rowStamps.mark(row, this.clock + 1);
    }
    this.resize(last, last, last + 1);
  }

  /** Tells of rows `from` to `to` having come or gone. */
  private resize(rows: number, from: number, to: number): void {
    if (from === to) return;
    this.rowStamps.markRange(from, to, ++this.clock);
    batch(() => {
      this.size.set(rows);
      this.rowVersion.set(this.clock);
    });
  }

  private store(name: string): Store {
    const store = this.columns.get(name);
    if (store !== undefined) return store;
    throw new CodedError("SIGNALS_UNKNOWN_COLUMN", `The table has no column "${told(name)}"`, { value: name });
  }

  private check(row: number, rows: number): void {
    if (Number.isInteger(row) && row >= 0 && row < rows) return;
    throw new CodedError("SIGNALS_BAD_ROW", `There is no row ${told(row)}: the table has ${rows}`, { value: row });
  }
}

function cellOf(row: unknown, name: string): unknown {
  if (typeof row !== "object" || row === null || !Object.hasOwn(row, name)) return undefined;
  return (row as Readonly<Record<string, unknown>>)[name]; // cast: an object with that key
}

function rowsOf(columns: Columns): number {
  checkObject(columns, "What should be columns");
  for (const each of Object.values(columns)) checkColumn(each);
  const lengths = Object.entries(columns).map(([name, each]) => [name, each.length] as const);
  const [first] = lengths;
  const rows = first?.[1] ?? 0;
  const other = lengths.find(([, length]) => length !== rows);
  if (first !== undefined && other !== undefined)
    throw new CodedError("SIGNALS_BAD_COLUMN", `Column "${first[0]}" has ${rows} rows, "${other[0]}" has ${other[1]}`);
  if (rows > MAX_ROWS)
    throw new CodedError("SIGNALS_TOO_LARGE", `A table has at most ${MAX_ROWS} rows`, { value: rows });
  return rows;
}
