import type { MarkValues, RichText } from "../../lib/crdt/index.ts";
import type { WireValue } from "../../lib/wire/index.ts";
import { keyOf, type Unit, unitsOfDelta } from "./units.ts";

/**
 * Turns what stands in a text from `at` on into something else, by the smallest edit.
 * @param caret - Where the selection is afterwards, among `after`: an "a" typed into "aaa" could be anywhere.
 */
export function writeUnits(
  text: RichText,
  at: number,
  before: readonly Unit[],
  after: readonly Unit[],
  caret: number = after.length,
): void {
  const most = Math.min(before.length, after.length);
  const behind = Math.min(most, Math.max(0, after.length - caret)); // what stands behind the caret was there before
  let end = 0;
  while (end < behind && before.at(-1 - end)?.key === after.at(-1 - end)?.key) end++;
  let start = 0;
  while (start < most - end && before[start]?.key === after[start]?.key) start++;
  while (end < most - start && before.at(-1 - end)?.key === after.at(-1 - end)?.key) end++; // more may agree, where the caret stands elsewhere
  if (isSplit(before, start) || isSplit(after, start)) start--;
  if (isSplit(before, before.length - end) || isSplit(after, after.length - end)) end--;
  const deleted = before.length - end - start;
  if (deleted > 0) text.delete(at + start, deleted);
  const inserted = after.slice(start, after.length - end);
  insert(text, at + start, inserted);
  // What is inserted may take on marks even of text that is deleted by now.
  if (inserted.length > 0 || [...before, ...after].some((unit) => unit.marksKey !== "{}")) mark(text, at, after);
}

/** Whether a place lies inside a surrogate pair. */
function isSplit(units: readonly Unit[], index: number): boolean {
  return /^[\ud800-\udbff]$/.test(units[index - 1]?.char ?? "") && /^[\udc00-\udfff]$/.test(units[index]?.char ?? "");
}

function insert(text: RichText, at: number, units: readonly Unit[]): void {
  let index = at;
  let run = "";
  const flush = (): void => {
    if (run !== "") text.insert(index, run);
    index += run.length;
    run = "";
  };
  for (const { char, embed } of units) {
    if (char !== undefined) run += char;
    else {
      flush();
      text.insertEmbed(index++, embed);
    }
  }
  flush();
}

/**
 * Gives units the marks they are to have. What is inserted takes on marks of its neighbours, more or less as an editor would do it: only what the
 * text does not have by itself is written.
 */
function mark(text: RichText, at: number, wanted: readonly Unit[]): void {
  const found = unitsOfDelta(text.toDelta()).slice(at, at + wanted.length);
  for (let from = 0; from < wanted.length; ) {
    const change = difference(found[from]?.marks ?? {}, wanted[from]?.marks ?? {});
    const key = keyOf(change);
    let to = from + 1;
    while (to < wanted.length && keyOf(difference(found[to]?.marks ?? {}, wanted[to]?.marks ?? {})) === key) to++;
    if (key !== "{}") text.mark({ start: at + from, end: at + to }, change);
    from = to;
  }
}

function difference(before: MarkValues, after: MarkValues): MarkValues {
  const change: Record<string, WireValue> = {};
  for (const kind of Object.keys(before)) if (!Object.hasOwn(after, kind)) change[kind] = null;
  for (const [kind, value] of Object.entries(after)) if (keyOf(before[kind]) !== keyOf(value)) change[kind] = value;
  return change;
}
