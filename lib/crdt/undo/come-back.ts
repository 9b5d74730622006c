/** Brings back what a transaction deleted from texts and lists, as new units where the old ones stood. */
import { containerName, unitName } from "../container-name.ts";
import { containerOf } from "../containers.ts";
import {
  type Content,
  type Editor,
  type Recalled,
  type ReplicaLog,
  type Returned,
  type Run,
  type Sequence,
  TEXT,
} from "../model.ts";
import { partAt } from "../sequence/leaves.ts";
import { runAfter, visibleBefore } from "../sequence/runs.ts";
import { insertAt, insertBehind } from "../sequence/sequence.ts";
import { eachPart, spanOf } from "../sequence/units.ts";
import { childOf, type Item, ItemChild } from "../values.ts";
import type { Reborn } from "./reborn.ts";
import type { DeletedUnits, SequencePart } from "./record.ts";

/** @param home - What stands for the part's container now: another one where that was in a deleted element. */
export function bringUnitsBack(editor: Editor, reborn: Reborn, part: SequencePart, home: Sequence): void {
  const back: Back[] = [];
  for (const group of neighbours(part.home, part.deleted))
    back.push(...bringBack(editor, reborn, home, part.home, group));
  // Once all are there: else a mark that ends between two would reach to the end
  const returned = back.filter(({ recalled }) => recalled !== undefined).map(placed);
  if (returned.length === 0) return;
  editor.isReminding = true;
  (home.kind as Recalled).remind?.(editor, home, returned); // cast: who recalls reminds
  editor.isReminding = false;
}

/** Units that came back as those of a log from `counter` on. */
interface Back extends Omit<Returned, "index"> {
  readonly log: ReplicaLog;
  readonly counter: number;
}

function placed({ log, counter, ...back }: Back): Returned {
  const span = spanOf(log, counter);
  const offset = counter - span.counter;
  const run = partAt(span, offset);
  return { ...back, index: visibleBefore(run) + offset - run.offset };
}

/** The stretches that units stand in, as others may have written between. Those of a text that follow each other come back together, as one insertion. */
function neighbours(home: Sequence, deleted: readonly DeletedUnits[]): DeletedUnits[][] {
  const groups: DeletedUnits[][] = [];
  let last: { readonly run: Run; readonly to: number; readonly name: string } | undefined;
  for (const all of deleted) {
    for (const { units, name } of alike(home, all))
      eachPart(units.log, units.counter, units.length, (run, from, to) => {
        const stretch = partOf(units, run.span.counter + from - units.counter, to - from);
        const isNext = home.type === TEXT && last?.name === name && follows(run, from, last.run, last.to);
        if (isNext) groups[groups.length - 1]?.push(stretch);
        else groups.push([stretch]);
        last = { run, to, name };
      });
  }
  return groups;
}

function alike({ kind }: Sequence, all: DeletedUnits): { readonly units: DeletedUnits; readonly name: string }[] {
  const { recalled, skip, length } = all;
  if (recalled === undefined) return [{ units: all, name: "" }];
  let from = 0;
  const stretches = (kind as Recalled).alike?.(recalled, skip, length) ?? []; // cast: who recalls has it
  return stretches.map(({ length: count, name }) => {
    from += count;
    return { units: partOf(all, from - count, count), name };
  });
}

function partOf(units: DeletedUnits, from: number, length: number): DeletedUnits {
  const content = units.content.slice(from, from + length);
  return { ...units, counter: units.counter + from, length, content, skip: units.skip + from };
}

function follows(run: Run, from: number, before: Run, to: number): boolean {
  if (run.leaf === before.leaf && run.at === before.at) return from === to;
  const next = to === before.offset + before.length && from === run.offset ? runAfter(before) : null;
  return next !== null && next.leaf === run.leaf && next.at === run.at;
}

/** They go right behind where they were. */
function bringBack(
  editor: Editor,
  reborn: Reborn,
  home: Sequence,
  oldHome: Sequence,
  group: readonly DeletedUnits[],
): Back[] {
  const { log, counter, length } = group[group.length - 1] as DeletedUnits; // cast: no group is empty
  let behind =
    home === oldHome ? { log, counter: counter + length - 1 } : reborn.lastBefore(home, oldHome, log, counter);
  return insert(editor, home, oldHome, group, (to, piece) => {
    const span = behind && spanOf(behind.log, behind.counter);
    if (behind === undefined || span === undefined) insertAt(home, to, 0, piece);
    else insertBehind(home, to, span, behind.counter - span.counter, piece);
    behind = { log: to, counter: to.next - 1 };
  });
}

function insert(
  editor: Editor,
  home: Sequence,
  oldHome: Sequence,
  group: readonly DeletedUnits[],
  place: (log: ReplicaLog, piece: Content) => void,
): Back[] {
  const back: Back[] = [];
  editor.edit(home, (own) => {
    if (home.type === TEXT) {
      place(own, group.map(({ content }) => content).join(""));
      let from = own.next - group.reduce((sum, { length }) => sum + length, 0);
      for (const units of group) {
        back.push(comeBack(editor, own, from, units, 0, units.length));
        from += units.length;
      }
      return;
    }
    for (const units of group) {
      const items = units.content as readonly Item[]; // cast: lists hold items
      for (let from = 0; from < items.length; ) {
        const to = endOfValues(items, from);
        const child = childOf(items[from]);
        let piece = items.slice(from, to);
        if (child !== undefined) {
          const name = unitName(own.id, own.next);
          piece = [new ItemChild(child.type, name)];
          const before = containerOf(editor.model, containerName(child.type, child.name, oldHome));
          editor.model.hooks.rehomed?.(before, containerName(child.type, name, home));
        }
        place(own, piece);
        back.push(comeBack(editor, own, own.next - (to - from), units, from, to));
        from = to;
      }
    }
  });
  return back;
}

/** Some of the units have come back, as those of `own` from `counter` on. */
function comeBack(
  editor: Editor,
  own: ReplicaLog,
  counter: number,
  units: DeletedUnits,
  from: number,
  to: number,
): Back {
  const { element, recalled, skip } = units;
  const { hooks } = editor.model;
  hooks.reborn?.(units.log, units.counter + from, to - from, own, counter);
  if (element !== undefined) hooks.reborn?.(element.log, element.counter, 1, own, counter);
  return { log: own, counter, length: to - from, recalled, skip: skip + from };
}

/** Where a stretch of values, or one element that holds a container, ends. */
function endOfValues(items: readonly Item[], from: number): number {
  let to = from + 1;
  if (childOf(items[from]) === undefined) while (to < items.length && childOf(items[to]) === undefined) to++;
  return to;
}
