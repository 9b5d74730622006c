import {
  type Content,
  OP_INSERT_ROWS,
  OP_REMOVE_ROWS,
  OP_SPLICE,
  type Operation,
  type Path,
  type RowContent,
  type SpliceOperation,
} from "../wire/index.ts";
import { asColumns, FEW, fillsEnd } from "./columns.ts";
import { packPicks } from "./pack-picks.ts";

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

function isSamePath(one: Path, other: Path): boolean {
  return String(one) === String(other);
}
