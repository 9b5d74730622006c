/** Takes back what a transaction did, around what others did since: their edits stay, and decide where they meet ours. */
import { childMark, containerName, unitName } from "./container-name.ts";
import { containerOf } from "./containers.ts";
import { inverterOf } from "./inverters.ts";
import { partAt } from "./leaves.ts";
import {
  type Container,
  type Content,
  type DocModel,
  type Editor,
  type Item,
  LIST,
  MAP,
  type MapContainer,
  type Recalled,
  type ReplicaLog,
  type Sequence,
  type Span,
  TEXT,
} from "./model.ts";
import type { Reborn } from "./reborn.ts";
import { type DeletedUnits, eachPart, type Part, type SequencePart, spanOf, type Units } from "./record.ts";
import { visibleBefore } from "./runs.ts";
import { insertAt, insertBehind } from "./sequence.ts";
import { shownIn } from "./shown.ts";
import type { CrdtList, CrdtText } from "./types.ts";

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
  for (const units of part.deleted) {
    if (home !== part.home) bringToEnd(editor, home, part.home, units);
    else bringBack(editor, home, units);
  }
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

/** Each stretch goes right behind where it was: others may have written between. */
function bringBack(editor: Editor, home: Sequence, units: DeletedUnits): void {
  const { log, counter, length, content, skip } = units;
  const stretches: { readonly counter: number; readonly length: number }[] = [];
  eachPart(log, counter, length, (run, from, to) =>
    stretches.push({ counter: run.span.counter + from, length: to - from }),
  );
  for (const { counter: at, length: count } of stretches) {
    let behind = { log, counter: at + count - 1 };
    const from = at - counter;
    const stretch = {
      ...units,
      counter: at,
      length: count,
      content: content.slice(from, from + count),
      skip: skip + from,
    };
    insert(editor, home, home, stretch, (to, piece) => {
      const span = spanOf(behind.log, behind.counter);
      insertBehind(home, to, span, behind.counter - span.counter, piece);
      behind = { log: to, counter: to.next - 1 };
    });
  }
}

/** The container is a new one: it stands for one that was in a deleted element, and has nothing else in it. */
function bringToEnd(editor: Editor, home: Sequence, oldHome: Sequence, units: DeletedUnits): void {
  insert(editor, home, oldHome, units, (log, piece) => insertAt(home, log, home.tree.root.visible, piece));
}

function insert(
  editor: Editor,
  home: Sequence,
  oldHome: Sequence,
  { log, counter, content, recalled, skip, element }: DeletedUnits,
  place: (log: Units["log"], piece: Content) => void,
): void {
  editor.edit(home, (own) => {
    for (let from = 0; from < content.length; ) {
      const to = home.type === TEXT ? content.length : endOfValues(content as readonly Item[], from); // cast: lists hold items
      let piece = content.slice(from, to);
      const child = typeof piece === "string" ? undefined : piece[0]?.child;
      if (child !== undefined) {
        const name = unitName(own.id, own.next);
        piece = [{ bytes: childMark(child.type), value: null, child: { type: child.type, name } }];
        const before = containerOf(editor.model, containerName(child.type, child.name, oldHome));
        editor.model.hooks.rehomed?.(before, containerName(child.type, name, home));
      }
      place(own, piece);
      editor.model.hooks.reborn?.(log, counter + from, to - from, own, own.next - (to - from));
      if (element !== undefined) editor.model.hooks.reborn?.(element.log, element.counter, 1, own, own.next - 1);
      if (recalled !== undefined) remind(editor, home, own, to - from, recalled, skip + from);
      from = to;
    }
  });
}

/** The units are the last ones of their replica. */
function remind(
  editor: Editor,
  home: Sequence,
  log: ReplicaLog,
  length: number,
  recalled: unknown,
  skip: number,
): void {
  const span = spanOf(log, log.next - length);
  const offset = log.next - length - span.counter;
  const run = partAt(span, offset);
  const index = visibleBefore(run) + offset - run.offset;
  (home.kind as Recalled).remind?.(editor, home, index, length, recalled, skip); // cast: who recalls reminds
}

/** Where a stretch of values, or one element that holds a container, ends. */
function endOfValues(items: readonly Item[], from: number): number {
  let to = from + 1;
  if (items[from]?.child === undefined) while (to < items.length && items[to]?.child === undefined) to++;
  return to;
}
