import {
  type Content,
  LIST_STREAM,
  OP_ATTRIBUTE,
  OP_EDIT,
  OP_FILL,
  OP_INSERT_ROWS,
  OP_REMOVE,
  OP_REMOVE_ROWS,
  OP_REPLACE,
  OP_SPLICE,
  OP_TEXT,
  type Operation,
  type Path,
  type RowContent,
  type SpliceOperation,
} from "../wire/index.ts";
import { packPicks } from "./pack-picks.ts";
import { wireBytes } from "./reorder.ts";

/** From so many on, one operation for all of them is smaller than they are, whatever is in them. */
const FEW = 4;
/** With more than so many values among those of a column nobody looks which of them are the same. */
const MAX_VALUES = 8;

type Fill = Extract<
  Operation,
  readonly [typeof OP_TEXT | typeof OP_ATTRIBUTE | typeof OP_REPLACE | typeof OP_REMOVE, ...unknown[]]
>;

/**
 * The same as fewer operations, which a client must know of: rows that go or come at many places of a list, and slots that are filled in many rows.
 * 1. Splices of one list that follow each other become the rows that go, and then those that come.
 * 2. Slots that are filled one after another, none of them in another, become columns: those whose paths differ in one step.
 * @remarks Time: linear. A list with few operations is given back as it is.
 * @public
 */
export function coalesce(operations: readonly Operation[]): readonly Operation[] {
  if (operations.length < FEW) return operations;
  const out: Operation[] = [];
  for (let at = 0; at < operations.length; ) {
    const end = Math.max(splicesEnd(operations, at), fillsEnd(operations, at));
    const run = operations.slice(at, Math.max(end, at + 1));
    if (run.length < FEW) out.push(...run);
    else out.push(...(run[0]?.[0] === OP_SPLICE ? asRows(run as SpliceOperation[]) : asColumns(run))); // cast: it ends where another kind begins
    at += run.length;
  }
  return out;
}

/** Where splices of one list end that go on in one direction. */
function splicesEnd(operations: readonly Operation[], start: number): number {
  const first = operations[start];
  if (first?.[0] !== OP_SPLICE) return start;
  const isDown = isBelow(operations[start + 1], first);
  let end = start + 1;
  for (let last: SpliceOperation = first; end < operations.length; end++) {
    const one = operations[end];
    if (one?.[0] !== OP_SPLICE || !isSamePath(one[1], first[1])) break;
    if (isDown ? !isBelow(one, last) : one[2] < last[2] + rowsOf(last).length) break;
    last = one;
  }
  return end;
}

/** Rows that go before others went. */
function isBelow(one: Operation | undefined, last: SpliceOperation): boolean {
  return one?.[0] === OP_SPLICE && one.length === 4 && last.length === 4 && one[2] + one[3] <= last[2];
}

function rowsOf(splice: SpliceOperation): readonly RowContent[] {
  return splice.slice(5) as readonly RowContent[]; // cast: what follows the template
}

function asRows(splices: readonly SpliceOperation[]): readonly Operation[] {
  const [, path] = splices[0] as SpliceOperation; // cast: there are some
  const [first, second] = splices;
  const isDown = first !== undefined && isBelow(second, first);
  const gone: number[] = [];
  const places: number[] = [];
  for (const splice of isDown ? splices.toReversed() : splices) {
    const [, , index, remove] = splice;
    const before = isDown ? index : index + gone.length - places.length;
    for (let row = 0; row < remove; row++) gone.push(before + row);
    for (let row = 0; row < splice.length - 5; row++) places.push(index + row);
  }
  const come = splices.filter((splice) => splice.length > 5);
  const template = come[0]?.[4] ?? -1;
  const isMixed = come.some((splice) => splice[4] !== template);
  if (isMixed && places.length > 2 * come.length) return splices; // to name the template of each row would take more than is won
  const rows = come.flatMap((splice) => (isMixed ? instances(splice) : rowsOf(splice)));
  const out: Operation[] = [];
  if (gone.length > 0) out.push([OP_REMOVE_ROWS, path, packPicks(gone)]);
  if (rows.length > 0) out.push([OP_INSERT_ROWS, path, packPicks(places), isMixed ? -1 : template, ...rows]);
  return out;
}

function instances(splice: SpliceOperation): readonly RowContent[] {
  const template = splice[4] ?? -1;
  return template < 0
    ? rowsOf(splice)
    : rowsOf(splice).map((row): RowContent => [template, ...(row as readonly Content[])]); // cast: its slots
}

/** Where operations end that fill slots of which none lies in another: their order means nothing. */
function fillsEnd(operations: readonly Operation[], start: number): number {
  const paths = new Set<string>();
  const around = new Set<string>();
  let end = start;
  for (; end < operations.length; end++) {
    const one = operations[end] as Operation; // cast: in range
    if (!isFill(one) && one[0] !== OP_EDIT) break;
    const steps = stepsOf(one[1]);
    const before: string[] = [];
    for (let at = 0, path = ""; at < steps.length - 1; at++) {
      path += `${steps[at]},`;
      before.push(path);
    }
    const path = `${steps.join()},`;
    if (paths.has(path) || around.has(path) || before.some((outer) => paths.has(outer))) break;
    paths.add(path);
    for (const outer of before) around.add(outer);
  }
  return end;
}

/** Slots whose paths differ in one step. */
interface Column {
  readonly path: readonly number[];
  readonly rest: readonly number[];
  readonly fills: Fill[];
  readonly steps: number[];
}

function asColumns(run: readonly Operation[]): readonly Operation[] {
  const fills = run.filter(isFill);
  const depth = Math.max(...fills.map(([, path]) => stepsOf(path).length));
  let best: readonly Column[] = [];
  for (let at = 0; at < depth; at++) {
    const columns = columnsAt(fills, at);
    if (at === 0 || columns.length < best.length) best = columns;
  }
  const out: Operation[] = run.filter((one) => !isFill(one));
  for (const column of best) out.push(...(column.steps.length < FEW ? column.fills : inForm(column)));
  return out;
}

/** Columns whose paths differ in the step `at`: rising, as they are when rows are compared in order. */
function columnsAt(fills: readonly Fill[], at: number): readonly Column[] {
  const columns = new Map<string, Column>();
  const all: Column[] = [];
  for (const fill of fills) {
    const steps = stepsOf(fill[1]);
    const step = steps[at] ?? -1;
    const [path, rest] = [steps.slice(0, at), steps.slice(at + 1)];
    const name = `${path.join()}|${steps.length > at ? rest.join() : "-"}`;
    let column = columns.get(name);
    if (column === undefined || (column.steps.at(-1) ?? -1) >= step) {
      column = { path, rest, fills: [], steps: [] };
      columns.set(name, column);
      all.push(column);
    }
    column.fills.push(fill);
    column.steps.push(step);
  }
  return all;
}

/** All values in order, or each value with the slots that get it, if that is smaller. */
function inForm({ path, rest, fills, steps }: Column): readonly Operation[] {
  const values = fills.map(contentOf);
  let end = values.length;
  while (end > 1 && nameOf(values[end - 1]) === nameOf(values[end - 2])) end--;
  const [first = "", ...others] = values.slice(0, end);
  const fill = (rows: readonly number[], ...contents: readonly [Content, ...Content[]]): Operation => [
    OP_FILL,
    pathOf(path),
    packPicks(rows),
    pathOf(rest),
    ...contents,
  ];
  const listed: Operation[] = [fill(steps, first, ...others)];
  const byValue = new Map<unknown, { readonly value: Content; readonly rows: number[] }>();
  for (const [at, value] of values.entries()) {
    const name = nameOf(value);
    const known = byValue.get(name);
    if (known !== undefined)
      known.rows.push(steps[at] as number); // casts: as many as values
    else if (byValue.size === MAX_VALUES) return listed;
    else byValue.set(name, { value, rows: [steps[at] as number] });
  }
  const apart = [...byValue.values()].map(({ value, rows }) => fill(rows, value));
  return bytesOf(apart) < bytesOf(listed) ? apart : listed;
}

/** About what values take: texts that are not ASCII a little more. */
function bytesOf(values: readonly unknown[]): number {
  let bytes = 1;
  for (const value of values) {
    if (typeof value === "string") bytes += value.length + (value.length < 32 ? 1 : 2);
    else if (Array.isArray(value)) bytes += bytesOf(value);
    else bytes += value instanceof Uint8Array || typeof value === "number" ? wireBytes(value) : 1;
  }
  return bytes;
}

function contentOf(fill: Fill): Content {
  return fill[0] === OP_REMOVE ? "" : fill[2];
}

/** Tells a value from others: no text has a NUL. */
function nameOf(value: Content | undefined): unknown {
  return typeof value === "object" && value !== null ? `\0${JSON.stringify(value)}` : value;
}

function isFill(operation: Operation): operation is Fill {
  const [code] = operation;
  if (code === OP_REPLACE) return !holdsStream(operation[2]);
  return code === OP_TEXT || code === OP_ATTRIBUTE || code === OP_REMOVE;
}

/** A stream may be shown elsewhere just before: then the order means something. */
function holdsStream(content: unknown): boolean {
  return Array.isArray(content) && (content[0] === LIST_STREAM || content.some(holdsStream));
}

function stepsOf(path: Path): readonly number[] {
  return typeof path === "number" ? [path] : path;
}

function pathOf(steps: readonly number[]): Path {
  const [only] = steps;
  return steps.length === 1 && only !== undefined ? only : steps;
}

function isSamePath(one: Path, other: Path): boolean {
  return String(one) === String(other);
}
