import type { Operation, Path, RowContent } from "../wire/index.ts";
import { OP_SPLICE } from "../wire/index.ts";
import { reorderOperations } from "./reorder.ts";

type Key = string | number;
/** The rows from `first` up to `end` of the new list, as they travel. */
type RowsContent = (first: number, end: number) => [template: number, rows: RowContent[]];

/** Rows of the new list, from `first` up to `end`, that take the place of `remove` others. From left to right, so those before it are done. */
export interface RowsGap {
  readonly first: number;
  readonly remove: number;
  readonly end: number;
}

/** What has become of the rows of a list. */
export interface RowsDiff {
  /** For an index in the new list, the row's index in the old one, or -1. */
  readonly sourceOf: (index: number) => number;
  /** All there is to do, where the rows that stay are in order. */
  readonly gaps: readonly RowsGap[] | undefined;
}

const itself = (index: number): number => index;

/**
 * Emits what turns one list of keys into another.
 * 1. Walk in from both ends while keys agree.
 * 2. If the rows that stay are in order, one splice per gap between them.
 * 3. Else take out what is gone, reorder what stays in the smallest way, and put in what is new.
 */
export function diffRows(
  old: readonly Key[],
  now: readonly Key[],
  path: Path,
  out: Operation[],
  content: RowsContent,
): RowsDiff {
  if (old === now) return { sourceOf: itself, gaps: [] }; // a keyed collection gives the same list while its rows stand as they stood
  let start = 0;
  const shorter = Math.min(old.length, now.length);
  while (start < shorter && old[start] === now[start]) start++;
  let oldEnd = old.length;
  let end = now.length;
  while (oldEnd > start && end > start && old[oldEnd - 1] === now[end - 1]) {
    oldEnd--;
    end--;
  }
  const shift = oldEnd - end;
  if (oldEnd === start && end === start) return { sourceOf: itself, gaps: [] };
  const sources = findSources(old, now, start, oldEnd, end);
  const gaps = isRising(sources) ? gapsOf(sources, start, oldEnd, end) : undefined;
  if (gaps === undefined) reorder(sources, start, oldEnd, path, out, content);
  else for (const { first, remove, end } of gaps) emitSplice(path, first, remove, end, out, content);
  const sourceOf = (index: number): number => {
    if (index < start) return index;
    return index < end ? (sources[index - start] ?? -1) : index + shift;
  };
  return { sourceOf, gaps };
}

/** For each new row between the ends, the old index of its key, or -1. A repeated key finds each old row once at most. */
function findSources(old: readonly Key[], now: readonly Key[], start: number, oldEnd: number, end: number): number[] {
  const places = new Map<Key, number>();
  for (let index = oldEnd - 1; index >= start; index--) places.set(old[index] ?? index, index);
  const sources: number[] = [];
  for (let index = start; index < end; index++) {
    const key = now[index] ?? index;
    sources.push(places.get(key) ?? -1);
    places.delete(key);
  }
  return sources;
}

function isRising(sources: readonly number[]): boolean {
  let last = -1;
  for (const source of sources) {
    if (source === -1) continue;
    if (source < last) return false;
    last = source;
  }
  return true;
}

/** Left to right, everything before a gap is final, so new indexes address it. */
function gapsOf(sources: readonly number[], start: number, oldEnd: number, end: number): readonly RowsGap[] {
  const gaps: RowsGap[] = [];
  let oldNext = start;
  let first = start;
  for (let index = start; index <= end; index++) {
    const source = index === end ? oldEnd : (sources[index - start] ?? -1);
    if (source === -1) continue;
    if (source > oldNext || index > first) gaps.push({ first, remove: source - oldNext, end: index });
    oldNext = source + 1;
    first = index + 1;
  }
  return gaps;
}

function reorder(
  sources: readonly number[],
  start: number,
  oldEnd: number,
  path: Path,
  out: Operation[],
  content: RowsContent,
): void {
  const stays = new Uint8Array(oldEnd - start);
  for (const source of sources) if (source >= 0) stays[source - start] = 1;
  // Ranks: where each old row stands once those that are gone are out.
  const ranks: number[] = [];
  let count = 0;
  for (const stay of stays) ranks.push(stay === 1 ? count++ : -1);
  for (let at = stays.length; at > 0; ) {
    const last = at;
    while (at > 0 && stays[at - 1] === 0) at--;
    if (at < last) out.push([OP_SPLICE, path, start + at, last - at]);
    at--;
  }
  const order: number[] = [];
  for (const source of sources) if (source >= 0) order.push(ranks[source - start] ?? 0);
  out.push(...reorderOperations(order, start, path));
  let first = 0;
  while (first < sources.length) {
    let last = first;
    while (last < sources.length && sources[last] === -1) last++;
    emitSplice(path, start + first, 0, start + last, out, content);
    first = last + 1;
  }
}

function emitSplice(
  path: Path,
  first: number,
  remove: number,
  end: number,
  out: Operation[],
  content: RowsContent,
): void {
  if (end > first) {
    const [template, rows] = content(first, end);
    out.push([OP_SPLICE, path, first, remove, template, ...rows]);
  } else if (remove > 0) out.push([OP_SPLICE, path, first, remove]);
}
