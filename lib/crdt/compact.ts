/**
 * A document written anew from its content: no deleted units, no superseded writes, one replica. What is the same on all replicas that know the same
 * becomes the same bytes on all of them, so each does it by itself.
 */
import { compareContainers, containerName } from "./container-name.ts";
import { containerOf } from "./containers.ts";
import { createDoc, editorOf } from "./doc.ts";
import { forkDoc } from "./history.ts";
import { type Container, type Editor, SET, WRITE } from "./model.ts";
import { isCrdtNode, typeOf } from "./nodes.ts";
import type { CrdtCounter, CrdtList, CrdtMap, CrdtNode, CrdtSet, CrdtText, CrdtValue, Doc } from "./types.ts";

/**
 * The document's content as a document of its own, which begins an epoch: what was deleted and what lost is gone from it, and all of it is one replica's, whose
 * id the epoch gives. Operations of the epoch before cannot be applied to it; `carryOver` brings them.
 * @param epoch - From 1 on, one more at each cut.
 * @returns The same bytes on every replica that knows the same operations. undefined for a document that cannot be written anew: while updates wait, and where
 * features (marks, moves, trees) have written.
 * @remarks Time: O(document).
 * @public
 */
export function compactDoc(doc: Doc, epoch: number): Uint8Array | undefined {
  if (doc.pending().updates > 0 || hasFeatures(doc)) return undefined;
  const base = createDoc({ replicaId: Number.MAX_SAFE_INTEGER - epoch });
  const source = editorOf(doc);
  const target = editorOf(base);
  let fits = true;
  base.transact(() => {
    for (const home of [...source.model.containers.values()].sort(compareContainers)) {
      if (home.parent !== null || home.kind?.isEmpty(home) !== false) continue;
      const from = source.node(home);
      if (from !== undefined) fits = copy(from, target, rootIn(target, home)) && fits;
    }
  });
  return fits ? base.encode() : undefined;
}

/**
 * Brings what one document has beyond another over to a third that has the content of the other, but none of its operations: into the next epoch. What `before`
 * and `after` differ in is done to `onto` as edits of its own, in one transaction.
 * @param before - The document at the cut.
 * @param after - One that knows all of that, and more.
 * @param onto - What `compactDoc` made of `before`; it needs a replica id, or a random source.
 * @returns False when not all could be brought over: what features have written stays behind.
 * @throws CodedError `CRDT_NOT_NEWER` when `after` lacks something that `before` has.
 * @remarks Time: O(documents).
 * @public
 */
export function carryOver(before: Doc, after: Doc, onto: Doc): boolean {
  const copied = forkDoc(before);
  const source = editorOf(copied);
  const target = editorOf(onto);
  const known = [...source.model.containers.values()].filter(({ parent }) => parent === null);
  for (const home of known) {
    const from = source.node(home);
    if (from !== undefined) follow(from, target, rootIn(target, home));
  }
  onto.transact(() => {
    copied.apply(after.encode({ since: copied.version() }));
    for (const home of source.model.containers.values()) {
      if (home.parent !== null || known.includes(home)) continue;
      const from = source.node(home);
      if (from !== undefined) copy(from, target, rootIn(target, home));
    }
  });
  return !hasFeatures(after);
}

function rootIn({ model }: Editor, { type, name }: Container): Container {
  return containerOf(model, containerName(type, name, null));
}

function hasFeatures(doc: Doc): boolean {
  for (const { entries } of editorOf(doc).model.logs.values())
    for (const entry of entries) if (entry.kind === WRITE && entry.home.type > SET) return true;
  return false;
}

/** Gives an empty container the content of a node; false when it cannot hold that. */
function copy(from: CrdtNode, to: Editor, home: Container): boolean {
  const node = to.node(home);
  switch (from.type) {
    case "text": {
      const text = from.toString();
      if (text !== "") (node as CrdtText).insert(0, text); // casts: of the same type, here and below
      return true;
    }
    case "map":
      return from.entries().reduce((fits, [key, value]) => put(to, home, key, value) && fits, true);
    case "list":
      return insert(to, home, 0, from.toArray());
    case "counter":
      if (!Number.isFinite(from.value)) return false; // parts that are, whose sum is not
      if (from.value !== 0) (node as CrdtCounter).add(from.value);
      return true;
    case "set":
      for (const value of from.values()) (node as CrdtSet).add(value);
      return true;
  }
}

function put(to: Editor, home: Container, key: string, value: CrdtValue): boolean {
  if (!isCrdtNode(value)) {
    (to.node(home) as CrdtMap).set(key, value);
    return true;
  }
  const child = containerOf(to.model, containerName(typeOf(to.model, value.type), key, home));
  to.edit(child, () => undefined); // an empty one shows as well
  return copy(value, to, child);
}

function insert(to: Editor, home: Container, index: number, values: readonly CrdtValue[]): boolean {
  const list = to.node(home) as CrdtList;
  let fits = true;
  values.forEach((value, i) => {
    if (isCrdtNode(value)) fits = copy(value, to, childAt(to, home, list.insertChild(index + i, value.type))) && fits;
    else list.insert(index + i, value);
  });
  return fits;
}

function childAt({ model }: Editor, home: Container, { type, name }: CrdtNode): Container {
  return containerOf(model, containerName(typeOf(model, type), name, home));
}

/** From now on what happens to a node happens to a container of the same content. Children come first: what is deleted with its content must not be edited after that. */
function follow(from: CrdtNode, to: Editor, home: Container): void {
  switch (from.type) {
    case "text":
      from.observe((delta) => {
        const text = to.node(home) as CrdtText;
        let at = 0;
        for (const step of delta)
          if ("retain" in step) at += step.retain;
          else if ("delete" in step) text.delete(at, step.delete);
          else {
            text.insert(at, step.insert);
            at += step.insert.length;
          }
      });
      break;
    case "map":
      for (const [key, value] of from.entries())
        if (isCrdtNode(value))
          follow(value, to, containerOf(to.model, containerName(typeOf(to.model, value.type), key, home)));
      from.observe((changes) => {
        for (const [key, { before, after }] of changes) {
          if (after === undefined || isCrdtNode(before)) (to.node(home) as CrdtMap).delete(key);
          if (after !== undefined) put(to, home, key, after);
        }
      });
      break;
    case "list": {
      const list = to.node(home) as CrdtList;
      from.toArray().forEach((value, i) => {
        const child = list.get(i);
        if (isCrdtNode(value) && isCrdtNode(child)) follow(value, to, childAt(to, home, child));
      });
      from.observe((delta) => {
        let at = 0;
        for (const step of delta)
          if ("retain" in step) at += step.retain;
          else if ("delete" in step) list.delete(at, step.delete);
          else {
            insert(to, home, at, step.insert);
            at += step.insert.length;
          }
      });
      break;
    }
    case "counter":
      from.observe(({ before, after }) => (to.node(home) as CrdtCounter).add(after - before));
      break;
    case "set":
      from.observe(({ added, deleted }) => {
        const set = to.node(home) as CrdtSet;
        for (const value of added) set.add(value);
        for (const value of deleted) set.delete(value);
      });
  }
}
