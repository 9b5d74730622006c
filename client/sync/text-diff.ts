import type { TextDelta } from "../../lib/crdt/index.ts";

/** One replacement that turns a text into another: at `start`, `deleted` units go and `inserted` comes. */
export interface Change {
  readonly start: number;
  readonly deleted: number;
  readonly inserted: string;
}

/**
 * The smallest single replacement that turns `before` into `after`. Typing an "a" into "aaa" could be anywhere: `caret`, the
 * end of the selection after the edit, says where. Surrogate pairs are replaced whole.
 */
export function diffText(before: string, after: string, caret: number = after.length): Change | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  const maxEnd = Math.min(shorter, Math.max(0, after.length - caret)); // what stands behind the caret was there before
  let end = 0;
  while (end < maxEnd && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++;
  let start = 0;
  while (start < shorter - end && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  // Without the caret's bound more may agree: a program changed the value, or the caret stands elsewhere.
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end++;
  }
  if (splitsPair(before, start) || splitsPair(after, start)) start--;
  if (splitsPair(before, before.length - end) || splitsPair(after, after.length - end)) end--;
  return { start, deleted: before.length - end - start, inserted: after.slice(start, after.length - end) };
}

function splitsPair(text: string, index: number): boolean {
  return isBetween(text.charCodeAt(index - 1), 0xd800, 0xdbff) && isBetween(text.charCodeAt(index), 0xdc00, 0xdfff);
}

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high; // false for NaN: beyond either end of the text
}

/** A change, moved over edits that were made meanwhile: what is left of the deleted part, and where the insertion goes. */
export interface Rebased {
  readonly at: number;
  /** Ranges to delete, from the front; none overlap. */
  readonly cuts: readonly (readonly [from: number, to: number])[];
}

/** Moves a change over edits made since. What others inserted into the deleted part is not part of it and stays. */
export function rebase({ start, deleted }: Change, edits: readonly TextDelta[]): Rebased {
  let at = start;
  let cuts: (readonly [number, number])[] = deleted > 0 ? [[start, start + deleted]] : [];
  for (const delta of edits) {
    let index = 0;
    for (const step of delta) {
      if ("retain" in step) index += step.retain;
      else if ("insert" in step) {
        const length = step.insert.length;
        if (index < at) at += length;
        cuts = cuts.flatMap((cut) => insertInto(cut, index, length));
        index += length;
      } else {
        const end = index + step.delete;
        at = at >= end ? at - step.delete : Math.min(at, index);
        cuts = cuts.flatMap(([from, to]) => {
          const left = from >= end ? from - step.delete : Math.min(from, index);
          const right = to >= end ? to - step.delete : Math.min(to, index);
          return right > left ? [[left, right] as const] : [];
        });
      }
    }
  }
  return { at, cuts };
}

function insertInto(
  [from, to]: readonly [number, number],
  index: number,
  length: number,
): (readonly [number, number])[] {
  if (index <= from) return [[from + length, to + length]];
  if (index >= to) return [[from, to]];
  return [
    [from, index],
    [index + length, to + length],
  ];
}

/** Where a selection is after edits. What comes in at one of its ends is not selected; what comes in at a caret stands behind it. */
export function moveSelection(
  [start, end]: readonly [start: number, end: number],
  edits: readonly TextDelta[],
): readonly [start: number, end: number] {
  let from = start;
  let to = end;
  for (const delta of edits) {
    let index = 0;
    for (const step of delta) {
      if ("retain" in step) index += step.retain;
      else if ("insert" in step) {
        const length = step.insert.length;
        if (from > index || (from === index && to > from)) from += length;
        if (to > index) to += length;
        index += length;
      } else {
        from = afterDelete(from, index, step.delete);
        to = afterDelete(to, index, step.delete);
      }
    }
  }
  return [from, to];
}

function afterDelete(place: number, index: number, count: number): number {
  return place > index + count ? place - count : Math.min(place, index);
}

/** The index after which `count` of the shown units lie behind: where a field's index is in the whole text. */
export function nthIndex(length: number, count: number, isShown: (index: number) => boolean): number {
  let index = 0;
  for (let seen = 0; index < length && seen < count; index++) if (isShown(index)) seen++;
  return index;
}
