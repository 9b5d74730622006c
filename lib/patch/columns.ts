import {
  type Content,
  LIST_STREAM,
  OP_ATTRIBUTE,
  OP_EDIT,
  OP_FILL,
  OP_REMOVE,
  OP_REPLACE,
  OP_TEXT,
  type Operation,
  type Path,
} from "../wire/index.ts";
import { packPicks } from "./pack-picks.ts";
import { wireBytes } from "./reorder.ts";

/** From so many on, one operation for all of them is smaller than they are, whatever is in them. */
export const FEW = 4;
/** With more than so many values among those of a column nobody looks which of them are the same. */
const MAX_VALUES = 8;

type Fill = Extract<
  Operation,
  readonly [typeof OP_TEXT | typeof OP_ATTRIBUTE | typeof OP_REPLACE | typeof OP_REMOVE, ...unknown[]]
>;

/*
 * Slots are told apart by numbers, never by texts made of them: so what is made of 1,000 texts is encoded, deflated and coalesced in the time in which the texts
 * by themselves are encoded and deflated.
 */

/** Where operations end that fill slots of which none lies in another: their order means nothing. */
export function fillsEnd(operations: readonly Operation[], start: number): number {
  const end = risingEnd(operations, start);
  return end - start < FEW ? apartEnd(operations, start) : end;
}

/** The same of slots that lie equally deep, in order, as most that are filled at once: they are told apart by a tenth of the work. */
function risingEnd(operations: readonly Operation[], start: number): number {
  let end = start;
  for (let last: readonly number[] | undefined; end < operations.length; end++) {
    const one = operations[end] as Operation; // cast: in range
    if (!isFill(one)) break;
    const steps = stepsOf(one[1]);
    if (last !== undefined && !isAfter(steps, last)) break;
    last = steps;
  }
  return end;
}

function isAfter(steps: readonly number[], last: readonly number[]): boolean {
  if (steps.length !== last.length) return false;
  for (let at = 0; at < steps.length; at++) {
    const by = (steps[at] as number) - (last[at] as number); // casts: in range
    if (by !== 0) return by > 0;
  }
  return false;
}

function apartEnd(operations: readonly Operation[], start: number): number {
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

/** Slots whose paths differ in one step, which rises. */
interface Column {
  /** The path of the first. */
  readonly first: readonly number[];
  readonly fills: Fill[];
  readonly steps: number[];
}

/** Fills as columns; what edits texts in between stays as it is. */
export function asColumns(run: readonly Operation[]): readonly Operation[] {
  const fills = run.filter(isFill);
  const at = variedStep(fills);
  const out: Operation[] = run.filter((one) => !isFill(one));
  for (const column of columnsOf(fills, at)) {
    out.push(...(column.steps.length < FEW ? column.fills : inForm(column, at)));
  }
  return out;
}

/** The step that takes the most values: that of the rows, where rows are filled. */
function variedStep(fills: readonly Fill[]): number {
  const values: Set<number>[] = [];
  for (const [, path] of fills) {
    const steps = stepsOf(path);
    for (let at = 0; at < steps.length; at++) {
      const known = values[at] ?? new Set();
      values[at] = known.add(steps[at] as number); // cast: in range
    }
  }
  return values.reduce((best, { size }, at) => (size > (values[best]?.size ?? 0) ? at : best), 0);
}

/** A slot that has not been found among so many columns begins another. */
const TRIES = 16;

function columnsOf(fills: readonly Fill[], at: number): readonly Column[] {
  const columns: Column[] = [];
  let next = 0; // rows are filled column by column, and then from the first one on
  for (const fill of fills) {
    const steps = stepsOf(fill[1]);
    let column: Column | undefined;
    for (let tries = Math.min(TRIES, columns.length); column === undefined && tries > 0; tries--) {
      const one = columns[next++ % columns.length] as Column; // cast: in range
      if (isIn(one, steps, at)) column = one;
    }
    if (column === undefined) {
      column = { first: steps, fills: [], steps: [] };
      columns.push(column);
      next = 0;
    }
    column.fills.push(fill);
    column.steps.push(steps[at] ?? -1);
  }
  return columns;
}

function isIn({ first, steps: known }: Column, steps: readonly number[], at: number): boolean {
  if (steps.length !== first.length || steps.length <= at) return false;
  for (let i = 0; i < steps.length; i++) if (i !== at && steps[i] !== first[i]) return false;
  return (steps[at] as number) > (known[known.length - 1] as number); // casts: in range; there is one
}

/** All values in order, or each value with the slots that get it, if that is smaller. */
function inForm({ first: all, fills, steps }: Column, at: number): readonly Operation[] {
  const [path, rest] = [pathOf(all.slice(0, at)), pathOf(all.slice(at + 1))];
  const values = fills.map(contentOf);
  let end = values.length;
  while (end > 1 && nameOf(values[end - 1]) === nameOf(values[end - 2])) end--;
  const [first = "", ...others] = values.slice(0, end);
  const fill = (rows: readonly number[], ...contents: readonly [Content, ...Content[]]): Operation => [
    OP_FILL,
    path,
    packPicks(rows),
    rest,
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
