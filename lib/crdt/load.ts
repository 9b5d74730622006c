/** A whole document into an empty one. Its texts stand in the order of the sequence, so they are dealt out once that is known. */
import { commitRows } from "./commit.ts";
import { containerOf } from "./containers.ts";
import { notePairs } from "./fill.ts";
import type { ContainerName, DocModel, Kind, Leaf, Sequence, Span } from "./model.ts";
import { bad } from "./refuse.ts";
import type { Update } from "./rows.ts";
import { stageUpdate } from "./stage.ts";
import type { CrdtLimits } from "./types.ts";

export function createModel(kinds: ReadonlyMap<number, Kind>): DocModel {
  return { kinds, hooks: {}, logs: new Map(), containers: new Map(), clock: 0, touched: [], touchedCount: 0 };
}

/** @throws CodedError CRDT_BAD_UPDATE, CRDT_LIMIT: then the model is as it was. */
export function loadDocument(
  doc: DocModel,
  update: Update,
  texts: ReadonlyMap<ContainerName, string>,
  limits: Required<CrdtLimits>,
): void {
  const staged = stageUpdate(doc, update, limits);
  if (staged.kind === "waiting") throw bad("not whole");
  doc.hooks.staged?.(update);
  if ([...texts.values()].some((text) => /[\ud800-\udfff]/.test(text))) {
    // Whether each pair belongs to one run shows only in the order, so one that nobody knows is made first.
    const trial = createModel(doc.kinds);
    commitRows(trial, update, staged.rows);
    dealTexts(trial, texts);
  }
  commitRows(doc, update, staged.rows);
  dealTexts(doc, texts);
}

function dealTexts(doc: DocModel, texts: ReadonlyMap<ContainerName, string>): void {
  for (const [named, text] of texts) {
    const { tree } = containerOf(doc, named) as Sequence; // cast: texts are sequences
    const paired = new Set<Span>();
    let at = 0;
    for (let leaf: Leaf | null = tree.first; leaf !== null; leaf = leaf.next) {
      const { spans, offsets, lengths, contents } = leaf;
      for (let i = 0; i < lengths.length; i++) {
        const length = lengths[i] as number; // casts: within the leaf
        if (length < 0) continue;
        const content = text.slice(at, at + length);
        at += length;
        contents[i] = content;
        const high = notePairs(content, offsets[i] as number, undefined);
        if (high === undefined) continue;
        const span = spans[i] as Span;
        span.pairs ??= [];
        span.pairs.push(...high);
        paired.add(span);
      }
    }
    for (const { pairs } of paired) pairs?.sort((a, b) => a - b);
  }
}
