/** Takes back what a transaction did, around what others did since: their edits stay, and decide where they meet ours. */
import { containerName, unitName } from "./container-name.ts";
import { containerOf } from "./containers.ts";
import { inverterOf } from "./inverters.ts";
import { partAt } from "./leaves.ts";
import {
  type Container,
  type Content,
  type DocModel,
  type Editor,
  LIST,
  MAP,
  type MapContainer,
  type Recalled,
  type ReplicaLog,
  type Run,
  type Sequence,
  type Span,
  TEXT,
} from "./model.ts";
import type { Reborn } from "./reborn.ts";
import { type DeletedUnits, eachPart, type Part, type SequencePart, spanOf, type Units } from "./record.ts";
import { runAfter, visibleBefore } from "./runs.ts";
import { insertAt, insertBehind } from "./sequence.ts";
import { shownIn } from "./shown.ts";
import type { CrdtList, CrdtText } from "./types.ts";
import { childOf, type Item, ItemChild } from "./values.ts";

/** What is outside comes first: a key or an element that comes back brings the container its content goes to. */
export function revertParts(editor: Editor, reborn: Reborn, parts: readonly Part[]): void {
  for (const part of [...parts].sort((a, b) => a.home.depth - b.home.depth)) {
    const home = reborn.homeOf(editor.model, part.home);
    if (!isAttached(editor.model, home)) continue;
    if (part.kind === "key") {
      const inverter = inverterOf(home);
      const key = inverter?.hasUnits ? unitNow(editor.model, reborn, part.key) : part.key;
      inverter?.restore(home, key, part.before, part.after, editor, reborn);
    } else revertSequence(editor, reborn, part, home as Sequence); // cast: it is of the part's type
  }
}

function unitNow({ logs }: DocModel, reborn: Reborn, name: string): string {
  const [replica, counter] = name.split(".").map(Number) as [number, number]; // cast: units are named so
  let now = name;
  const log = logs.get(replica);
  if (log !== undefined) reborn.follow(log, counter, 1, (to, at) => (now = unitName(to.id, at)));
  return now;
}

/** Whether a reader of the document comes to it. */
function isAttached(doc: DocModel, { type, name, parent }: Container): boolean {
  if (parent === null) return true;
  if (parent.type === MAP && shownIn(parent as MapContainer, name)?.child !== type) return false; // cast: its type says so
  if (parent.type === LIST && name !== "") {
    const [replica, counter] = name.split(".").map(Number) as [number, number]; // cast: elements are named so
    const log = doc.logs.get(replica);
    let isThere = false;
    if (log !== undefined && counter < log.next)
      eachPart(log, counter, 1, (run) => {
        isThere = run.content !== null || run.aside !== null;
      });
    if (!isThere) return false;
  }
  return isAttached(doc, parent);
}

function revertSequence(editor: Editor, reborn: Reborn, part: SequencePart, home: Sequence): void {
  const surface = editor.node(home) as CrdtText | CrdtList; // cast: sequences are one of these
  for (const { log, counter, length } of part.inserted)
    reborn.follow(log, counter, length, (at, from, count) =>
      removeUnits(editor, surface, { log: at, counter: from, length: count }),
    );
  if (home === part.home) for (const group of neighbours(home, part.deleted)) bringBack(editor, home, group);
  // The container is a new one: it stands for one that was in a deleted element, and has nothing else in it.
  else
    for (const units of part.deleted)
      insert(editor, home, part.home, [units], (log, piece) => insertAt(home, log, home.tree.root.visible, piece));
}

function removeUnits(editor: Editor, surface: CrdtText | CrdtList, { log, counter, length }: Units): void {
  const shown: { readonly counter: number; readonly length: number }[] = [];
  const aside: { readonly span: Span; readonly offset: number }[] = [];
  eachPart(log, counter, length, (run, from, to) => {
    if (run.content !== null) shown.push({ counter: run.span.counter + from, length: to - from });
    if (run.aside !== null) aside.push({ span: run.span, offset: from });
  });
  for (const unit of aside) {
    const { home } = unit.span;
    editor.edit(home, (own) => (home.kind as Recalled).drop?.(editor, home, own, unit)); // cast: who puts aside has it
  }
  // One stretch after the other, each found anew: deleting cuts and joins runs.
  for (const units of shown) {
    const span = spanOf(log, units.counter);
    eachPart(log, units.counter, 1, (run) => {
      surface.delete(visibleBefore(run) + units.counter - span.counter - run.offset, units.length);
    });
  }
}

/** The stretches that units stand in, as others may have written between. Those of a text that follow each other come back together, as one insertion. */
function neighbours(home: Sequence, deleted: readonly DeletedUnits[]): DeletedUnits[][] {
  const groups: DeletedUnits[][] = [];
  let last: { readonly run: Run; readonly to: number } | undefined;
  for (const units of deleted) {
    eachPart(units.log, units.counter, units.length, (run, from, to) => {
      const counter = run.span.counter + from;
      const skipped = counter - units.counter;
      const content = units.content.slice(skipped, skipped + to - from);
      const stretch = { ...units, counter, length: to - from, content, skip: units.skip + skipped };
      const group = home.type === TEXT && last !== undefined && follows(run, from, last.run, last.to);
      if (group) groups[groups.length - 1]?.push(stretch);
      else groups.push([stretch]);
      last = { run, to };
    });
  }
  return groups;
}

function follows(run: Run, from: number, before: Run, to: number): boolean {
  if (run.leaf === before.leaf && run.at === before.at) return from === to;
  const next = to === before.offset + before.length && from === run.offset ? runAfter(before) : null;
  return next !== null && next.leaf === run.leaf && next.at === run.at;
}

/** They go right behind where they were. */
function bringBack(editor: Editor, home: Sequence, group: readonly DeletedUnits[]): void {
  const { log, counter, length } = group[group.length - 1] as DeletedUnits; // cast: no group is empty
  let behind = { log, counter: counter + length - 1 };
  insert(editor, home, home, group, (to, piece) => {
    const span = spanOf(behind.log, behind.counter);
    insertBehind(home, to, span, behind.counter - span.counter, piece);
    behind = { log: to, counter: to.next - 1 };
  });
}

function insert(
  editor: Editor,
  home: Sequence,
  oldHome: Sequence,
  group: readonly DeletedUnits[],
  place: (log: ReplicaLog, piece: Content) => void,
): void {
  editor.edit(home, (own) => {
    if (home.type === TEXT) {
      place(own, group.map(({ content }) => content).join(""));
      let from = own.next - group.reduce((sum, { length }) => sum + length, 0);
      for (const units of group) {
        comeBack(editor, home, own, from, units, 0, units.length);
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
        comeBack(editor, home, own, own.next - (to - from), units, from, to);
        from = to;
      }
    }
  });
}

/** Some of the units have come back, as those of `own` from `counter` on. */
function comeBack(
  editor: Editor,
  home: Sequence,
  own: ReplicaLog,
  counter: number,
  units: DeletedUnits,
  from: number,
  to: number,
): void {
  const { element, recalled, skip } = units;
  const { hooks } = editor.model;
  hooks.reborn?.(units.log, units.counter + from, to - from, own, counter);
  if (element !== undefined) hooks.reborn?.(element.log, element.counter, 1, own, counter);
  if (recalled === undefined) return;
  const span = spanOf(own, counter);
  const offset = counter - span.counter;
  const run = partAt(span, offset);
  const index = visibleBefore(run) + offset - run.offset;
  (home.kind as Recalled).remind?.(editor, home, index, to - from, recalled, skip + from); // cast: who recalls reminds
}

/** Where a stretch of values, or one element that holds a container, ends. */
function endOfValues(items: readonly Item[], from: number): number {
  let to = from + 1;
  if (childOf(items[from]) === undefined) while (to < items.length && childOf(items[to]) === undefined) to++;
  return to;
}
