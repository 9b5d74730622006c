/** A whole document into an empty one. Its texts stand in the order of the sequence, so they are dealt out once that is known. */
import { Arrangement } from "./arrange.ts";
import { commitRows } from "./commit.ts";
import { containerOf } from "./containers.ts";
import { notePairs, pairUp } from "./fill.ts";
import {
  type ContainerName,
  type DocModel,
  type Kind,
  LIST,
  type RunTree,
  SET,
  type Sequence,
  type Span,
  TEXT_RUN,
  WRITE,
} from "./model.ts";
import { HALVES } from "./names.ts";
import { pack, type Runs, runsOf } from "./pack.ts";
import { bad } from "./refuse.ts";
import type { Update } from "./rows.ts";
import { allRuns } from "./runs.ts";
import { Stage, type Turn } from "./stage.ts";
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
  const staged = new Stage(doc, update, limits);
  if (staged.missing !== undefined) throw bad("not whole");
  doc.hooks.staged?.(update);
  if ([...texts.values()].some((text) => HALVES.test(text))) {
    // Whether each pair belongs to one run shows only in the order, so one that nobody knows is made first.
    const trial = createModel(doc.kinds);
    dealTexts(trial, texts, commitAll(trial, update, staged.turns));
    for (const section of update.sections) section.log = undefined;
  }
  dealTexts(doc, texts, commitAll(doc, update, staged.turns));
  for (const log of doc.logs.values()) log.entries = log.entries.slice(); // no longer than it is
}

/**
 * The same as an update, for a document in use: its texts are dealt out to its rows, in the order that an empty document gives them.
 * @throws CodedError CRDT_BAD_UPDATE, CRDT_LIMIT.
 */
export function unfold(doc: DocModel, update: Update, limits: Required<CrdtLimits>): Update {
  const { sections, containers, pairs, texts = new Map<ContainerName, string>() } = update;
  const trial = createModel(doc.kinds);
  const staged = new Stage(trial, update, limits);
  if (staged.missing !== undefined) throw bad("not whole");
  if (texts.size > 0) {
    const all = new Arrangement();
    commitRows(trial, update, staged.turns, all.add, true);
    const settled = all.settle();
    let hasPairs = false;
    for (const [named, text] of texts) {
      const home = containerOf(trial, named) as Sequence; // cast: texts are sequences
      all.deal(settled.get(home) ?? runsOf(home.tree), text);
      hasPairs ||= HALVES.test(text);
    }
    if (hasPairs) for (const { rows } of sections) for (const row of rows) if (row.kind === TEXT_RUN) pairUp(row);
  }
  return { sections, containers, pairs, texts: undefined };
}

/** Answers the runs of sequences that have none yet. */
function commitAll(doc: DocModel, update: Update, turns: readonly Turn[]): Map<Sequence, Runs> | undefined {
  // What looks at units while rows are taken in needs each in its place at once.
  if (
    doc.hooks.inserted !== undefined ||
    update.sections.some(({ rows }) => rows.some((row) => row.kind === WRITE && row.home.type > SET))
  ) {
    commitRows(doc, update, turns);
    return undefined;
  }
  const all = new Arrangement();
  commitRows(doc, update, turns, all.add);
  return all.settle();
}

function dealTexts(
  doc: DocModel,
  texts: ReadonlyMap<ContainerName, string>,
  settled: Map<Sequence, Runs> | undefined,
): void {
  const fill = (home: Sequence, text: string | undefined): void =>
    pack(home.tree, settled?.get(home) ?? runsOf(home.tree), text);
  for (const [named, text] of texts) {
    const home = containerOf(doc, named) as Sequence; // cast: texts are sequences
    fill(home, text);
    if (HALVES.test(text)) findPairs(home.tree, text);
  }
  for (const home of doc.containers.values()) if (home.type === LIST) fill(home as Sequence, undefined); // cast: see above
}

function findPairs(tree: RunTree, text: string): void {
  const paired = new Set<Span>();
  let at = 0;
  for (const { span, offset, length, content } of allRuns(tree)) {
    if (content === null) continue;
    const high = notePairs(text.slice(at, at + length), offset, undefined);
    at += length;
    if (high === undefined) continue;
    span.pairs ??= [];
    span.pairs.push(...high);
    paired.add(span);
  }
  for (const { pairs } of paired) pairs?.sort((a, b) => a - b);
}
