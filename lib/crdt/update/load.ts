/** A whole document into an empty one. Its texts stand in the order of the sequence, so they are dealt out once that is known. */

import { containerOf } from "../containers.ts";
import { decodeUpdate } from "../encoding/decode.ts";
import { cut, dealText } from "../encoding/fill.ts";
import type { Update } from "../encoding/rows.ts";
import { type Container, type DocModel, type Kind, LIST, SET, type Sequence, TEXT, TEXT_RUN, WRITE } from "../model.ts";
import { HALVES } from "../names.ts";
import { bad } from "../refuse.ts";
import { Arrangement } from "../sequence/arrange.ts";
import { pack, type Runs, runsOf } from "../sequence/pack.ts";
import type { CrdtLimits } from "../types.ts";
import { commitRows } from "./commit.ts";
import { Stage, type Turn } from "./stage.ts";

export function createModel(kinds: ReadonlyMap<number, Kind>): DocModel {
  return { kinds, hooks: {}, logs: new Map(), containers: new Map(), clock: 0, touched: [], touchedCount: 0 };
}

/**
 * Reads what a document is to take. A whole document for one in use comes as an update: its texts are dealt out to its rows, in the order that an empty document
 * gives them. So does one with surrogate pairs, as whether each belongs to one run shows only in that order.
 * @throws CodedError CRDT_UNKNOWN_FORMAT, CRDT_BAD_CHECKSUM, CRDT_BAD_UPDATE, CRDT_LIMIT.
 */
export function readUpdate(doc: DocModel, bytes: Uint8Array, limits: Required<CrdtLimits>): Update {
  const update = decodeUpdate(bytes, limits);
  const { sections, containers, pairs, texts } = update;
  if (texts === undefined || (doc.logs.size === 0 && ![...texts.values()].some((text) => HALVES.test(text))))
    return update;
  for (const { rows, deleted } of sections)
    for (const row of rows) if (row.kind === TEXT_RUN) row.pieces = cut(row, deleted); // they are given their text
  const trial = createModel(doc.kinds);
  const { turns } = stage(trial, update, limits);
  const all = new Arrangement();
  commitRows(trial, update, turns, all.add, true);
  const settled = all.settle();
  all.deal(
    [...texts].map(([named, text]) => {
      const home = containerOf(trial, named) as Sequence; // cast: texts are sequences
      return [settled.get(home) ?? runsOf(home.tree), text];
    }),
  );
  const read = { sections, containers, pairs, texts: doc.logs.size > 0 ? undefined : texts };
  dealText(read);
  return read;
}

/** Checks an update against a document. A whole document waits for nothing. @throws CodedError CRDT_BAD_UPDATE, CRDT_LIMIT. */
export function stage(doc: DocModel, update: Update, limits: Required<CrdtLimits>): Stage {
  const staged = new Stage(doc, update, limits);
  if (staged.missing !== undefined && update.texts !== undefined) throw bad("not whole");
  return staged;
}

/** Carries out what has been staged. Whatever an empty document takes is put in order in one go. */
export function commit(doc: DocModel, update: Update, turns: readonly Turn[]): void {
  if (doc.logs.size > 0) {
    commitRows(doc, update, turns);
    return;
  }
  const { texts } = update;
  const settled = commitAll(doc, update, turns);
  const fill = (home: Container, text: string | undefined): void => {
    const { tree } = home as Sequence; // cast: texts and lists are
    pack(tree, settled?.get(home as Sequence) ?? runsOf(tree), text);
  };
  for (const [named, text] of texts ?? []) fill(containerOf(doc, named), text);
  for (const home of doc.containers.values())
    if (home.type === LIST || (home.type === TEXT && texts === undefined)) fill(home, undefined);
  for (const log of doc.logs.values()) log.entries = log.entries.slice(); // no longer than it is
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
