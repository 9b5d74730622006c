import type { Reader } from "../pool/index.ts";
import { DELETE, INSERT } from "./model.ts";
import { bad } from "./refuse.ts";
import type { RootName, Section } from "./rows.ts";

/** Deals the text out to the units that no deletion in this update takes away. */
export function fillTexts(sections: readonly Section[], text: string, pairs: Reader): void {
  const deleted = deletedUnits(sections);
  let used = 0;
  let units = 0;
  let pair = pairs.remaining > 0 ? pairs.varint() : -1;
  for (const { replica, rows } of sections) {
    for (const row of rows) {
      if (row.kind !== INSERT) continue;
      const holes = deleted.get(row.root)?.get(replica) ?? [];
      const pieces: (string | number)[] = [];
      const high: number[] = [];
      for (let offset = 0; offset < row.length; ) {
        const start = row.counter + offset;
        const hole = holes[holeAfter(holes, start)];
        const isHole = hole !== undefined && hole.start <= start;
        const end = Math.min(
          row.length,
          hole === undefined ? row.length : (isHole ? hole.end : hole.start) - row.counter,
        );
        const length = end - offset;
        if (isHole) {
          for (; pair >= 0 && pair < units + end; pair = pairs.remaining > 0 ? nextPair(pairs, pair) : -1) {
            if (pair < units + offset || pair + 2 > units + end) throw bad("half a surrogate pair");
            high.push(pair - units);
          }
          pieces.push(length);
        } else {
          const piece = text.slice(used, used + length);
          if (piece.length < length) throw bad("text is missing");
          used += length;
          pieces.push(piece);
          notePairs(piece, offset, high);
        }
        offset = end;
      }
      row.pieces = pieces;
      row.pairs = high;
      units += row.length;
    }
  }
  if (used < text.length || pair >= 0) throw bad("bytes are left over");
}

function nextPair(pairs: Reader, before: number): number {
  const step = pairs.varint();
  if (step < 2) throw bad("surrogate pairs overlap");
  return before + step;
}

function notePairs(piece: string, offset: number, high: number[]): void {
  for (let i = 0; i < piece.length; i++) {
    const half = piece.charCodeAt(i) & 0xfc00;
    if (half === 0xdc00 || (half === 0xd800 && i + 1 === piece.length)) throw bad("half a surrogate pair");
    if (half === 0xd800) high.push(offset + i++); // the text is valid UTF-8, so a low one follows
  }
}

interface Interval {
  readonly start: number;
  end: number;
}

/** The units deleted by the update, per root and replica: sorted, apart from each other. */
function deletedUnits(sections: readonly Section[]): Map<RootName, Map<number, Interval[]>> {
  const found = new Map<RootName, Map<number, Interval[]>>();
  for (const { rows } of sections) {
    for (const row of rows) {
      if (row.kind !== DELETE) continue;
      const { replica, counter } = row.target;
      const start = row.back ? counter - row.length + 1 : counter;
      const lists = found.get(row.root) ?? new Map<number, Interval[]>();
      found.set(row.root, lists);
      const list = lists.get(replica);
      if (list === undefined) lists.set(replica, [{ start, end: start + row.length }]);
      else list.push({ start, end: start + row.length });
    }
  }
  for (const lists of found.values()) for (const list of lists.values()) unite(list);
  return found;
}

function unite(list: Interval[]): void {
  list.sort((a, b) => a.start - b.start);
  let kept = 0;
  for (const interval of list) {
    const last = kept > 0 ? list[kept - 1] : undefined;
    if (last !== undefined && interval.start <= last.end) last.end = Math.max(last.end, interval.end);
    else list[kept++] = interval;
  }
  list.length = kept;
}

/** Index of the first interval that ends after `counter`. */
function holeAfter(holes: readonly Interval[], counter: number): number {
  let low = 0;
  let high = holes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((holes[middle] as Interval).end <= counter)
      low = middle + 1; // cast: within the list
    else high = middle;
  }
  return low;
}
