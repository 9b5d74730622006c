/** Takes back what a transaction did, around what others did since: their edits stay, and decide where they meet ours. */

import { unitName } from "../container-name.ts";
import {
  type Container,
  type DocModel,
  type Editor,
  LIST,
  MAP,
  type MapContainer,
  type Recalled,
  type Sequence,
  type Span,
} from "../model.ts";
import { visibleBefore } from "../sequence/runs.ts";
import { eachPart, spanOf } from "../sequence/units.ts";
import { shownIn } from "../shown.ts";
import type { CrdtList, CrdtText } from "../types.ts";
import { bringUnitsBack } from "./come-back.ts";
import { inverterOf } from "./inverters.ts";
import type { Reborn } from "./reborn.ts";
import type { Part, SequencePart, Units } from "./record.ts";

/**
 * What is under a key or in an element that is there loses or gets its content before that does. Else what is outside comes first: a key or an element that comes back
 * brings the container its content goes to. Content that another container of its key hides is taken back as well, and stays hidden: a step before may show it again.
 */
export function revertParts(editor: Editor, reborn: Reborn, parts: readonly Part[]): void {
  editor.isReverting = true;
  try {
    revertInOrder(editor, reborn, parts);
  } finally {
    editor.isReverting = false;
  }
}

function revertInOrder(editor: Editor, reborn: Reborn, parts: readonly Part[]): void {
  const { model } = editor;
  const isThere = ({ home }: Part): boolean => isAttached(model, reborn.homeOf(model, home));
  const ranks = new Map(parts.map((part) => [part, isThere(part) ? -depthInMaps(part.home) : 1]));
  const rank = (part: Part): number => ranks.get(part) as number; // cast: each has one
  for (const part of [...parts].sort((a, b) => rank(a) - rank(b) || compareParts(a, b))) {
    if (!isThere(part)) continue;
    const home = reborn.homeOf(model, part.home);
    if (part.kind === "key") {
      const inverter = inverterOf(home);
      const key = inverter?.hasUnits ? unitNow(model, reborn, part.key) : part.key;
      inverter?.restore(home, key, part.before, part.after, editor, reborn);
    } else revertSequence(editor, reborn, part, home as Sequence); // cast: it is of the part's type
  }
}

function compareParts(a: Part, b: Part): number {
  return a.home.depth - b.home.depth || rankOf(a) - rankOf(b);
}

function rankOf(part: Part): number {
  return part.kind === "sequence" ? 0 : (inverterOf(part.home)?.rank?.(part.before) ?? 1);
}

/** How deep the key of a map is that shows the container, or what it is in; 0 for none. */
function depthInMaps(home: Container): number {
  let at = home;
  while (at.parent !== null && at.parent.type !== MAP) at = at.parent;
  return at.depth;
}

function unitNow({ logs }: DocModel, reborn: Reborn, name: string): string {
  const [replica, counter] = name.split(".").map(Number) as [number, number]; // cast: units are named so
  let now = name;
  const log = logs.get(replica);
  if (log !== undefined) reborn.follow(log, counter, 1, (to, at) => (now = unitName(to.id, at)));
  return now;
}

/** Whether a reader of the document comes to it, or may once its key shows something else; not where the key or the element is deleted. */
function isAttached(doc: DocModel, { name, parent }: Container): boolean {
  if (parent === null) return true;
  if (parent.type === MAP && shownIn(parent as MapContainer, name) === undefined) return false; // cast: its type says so
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
  bringUnitsBack(editor, reborn, part, home);
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
