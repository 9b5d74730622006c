/** Changes of a text with marks, done to another one. */
import type { WireValue } from "../../wire/index.ts";
import type { MarkValues, RichDelta } from "./rich-delta.ts";

/** A text with marks. */
export interface Dressed {
  insert(index: number, content: string): void;
  delete(index: number, count: number): void;
  mark(range: { readonly start: number; readonly end: number }, marks: MarkValues, isPart?: boolean): void;
  insertEmbed(index: number, value: WireValue): void;
  toDelta(): RichDelta;
}

/** Does to a text of the same content what its observers would be told. */
export function changeRich(text: Dressed, delta: RichDelta): void {
  let at = 0;
  for (const step of delta) {
    if ("delete" in step) {
      text.delete(at, step.delete);
      continue;
    }
    const { marks } = step;
    const count = "retain" in step ? step.retain : "embed" in step ? 1 : step.insert.length;
    if ("retain" in step) {
      if (marks !== undefined) text.mark({ start: at, end: at + count }, marks);
    } else {
      if ("embed" in step) text.insertEmbed(at, step.embed);
      else text.insert(at, step.insert);
      dress(text, at, count, marks ?? {});
    }
    at += count;
  }
}

/** New text takes marks from its neighbours, which may be others than they were. */
export function dress(text: Dressed, index: number, length: number, wanted: MarkValues): void {
  let at = 0;
  for (const step of text.toDelta()) {
    const count = "embed" in step ? 1 : "insert" in step ? step.insert.length : 0;
    const [start, end] = [Math.max(at, index), Math.min(at + count, index + length)];
    at += count;
    if (start >= end) continue;
    const has: MarkValues = ("marks" in step && step.marks) || {};
    const values = new Map<string, WireValue>(Object.keys(has).map((key) => [key, null])); // a map, as a kind may be called __proto__
    for (const [key, value] of Object.entries(wanted)) values.set(key, value);
    for (const [key, value] of Object.entries(has))
      if (JSON.stringify(value) === JSON.stringify(values.get(key))) values.delete(key);
    if (values.size > 0) text.mark({ start, end }, Object.fromEntries(values));
  }
}
