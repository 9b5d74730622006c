/** Text that an undo brings back has the marks it had: its own would be those of its neighbours. */
import type { WireValue } from "../../wire/index.ts";
import type { Editor, Sequence, Span } from "../model.ts";
import { partAt } from "../sequence/leaves.ts";
import { visibleBefore } from "../sequence/runs.ts";
import { knownMarks, lastMark, marksOf } from "./kind.ts";
import type { Dressed } from "./rich-change.ts";
import { type Held, pairs, stretchesOf } from "./stretches.ts";

export function recall(editor: Editor, span: Span, offset: number, length: number): readonly Held[] | undefined {
  const own = knownMarks(editor, span.home);
  if (own === undefined || own.marks.size === 0) return undefined;
  const run = partAt(span, offset);
  const from = visibleBefore(run) + offset - run.offset;
  return within(stretchesOf(span.home, own.marks.values(), [], { from, to: from + length }), from, length);
}

/** Units with other marks come back by themselves: between the units that stood there before, so that the ends of marks are where they were. */
export function alike(
  recalled: unknown,
  skip: number,
  length: number,
): { readonly length: number; readonly name: string }[] {
  return within(recalled as readonly Held[], skip, length).map((held) => ({
    length: held.length,
    name: [...held.marks.values()].map(({ register }) => register).join(),
  }));
}

export function remind(
  editor: Editor,
  home: Sequence,
  index: number,
  length: number,
  recalled: unknown,
  skip: number,
): void {
  const surface = editor.node(home) as unknown as Dressed; // cast: its kind has marks
  const own = marksOf(editor, home);
  const part = { from: index, to: index + length };
  const now = within(stretchesOf(home, own.marks.values(), [], part), index, length);
  let at = index;
  for (const [before, after, count] of pairs(within(recalled as readonly Held[], skip, length), now)) {
    const values: Record<string, WireValue> = Object.create(null);
    for (const [key, { value }] of after) if (value !== null && !before.has(key)) values[key] = null;
    surface.mark({ start: at, end: at + count }, values);
    for (const [key, { register, value, bytes, write }] of before) {
      const there = after.get(key);
      if (there?.register === register || (there === undefined && value === null)) continue;
      if (there !== undefined && there.bytes === bytes) continue;
      surface.mark({ start: at, end: at + count }, { [key]: value });
      editor.model.hooks.rewritten?.(write, lastMark(own).write);
    }
    at += count;
  }
}

function within(stretches: readonly Held[], from: number, length: number): Held[] {
  const found: Held[] = [];
  let at = -from;
  for (const stretch of stretches) {
    const count = Math.min(length, at + stretch.length) - Math.max(0, at);
    if (count > 0) found.push({ length: count, marks: stretch.marks });
    at += stretch.length;
  }
  return found;
}
