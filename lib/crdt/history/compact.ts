/**
 * A document written anew from its content: no deleted units, no superseded writes, one replica. What is the same on all replicas that know the same
 * becomes the same bytes on all of them, so each does it by itself.
 */
import { demand } from "../arguments.ts";
import { compareContainers, containerName } from "../container-name.ts";
import { containerOf } from "../containers.ts";
import { createDoc, editorOf } from "../doc.ts";
import {
  type Container,
  type DocModel,
  type Editor,
  type FeatureParts,
  LIST,
  MAP,
  type Register,
  type Sequence,
  WRITE,
} from "../model.ts";
import { ContentCarrier } from "../reapply/carrier.ts";
import { allRuns } from "../sequence/runs.ts";
import type { Doc, DocOptions } from "../types.ts";
import { childOf, type Item } from "../values.ts";
import { MAX_EPOCH } from "../version.ts";

/**
 * An empty document that can hold what another one holds: with those of its features that bring types or ways with them.
 * @param options - As for `createDoc`.
 * @public
 */
export function docLike(doc: Doc, options: DocOptions = {}): Doc {
  const features = (editorOf(doc).options.features ?? []).filter(
    ({ parts }) => (parts as FeatureParts).kinds !== undefined, // cast: the library made it
  );
  return createDoc({ features, ...options });
}

/**
 * The document's content as a document of its own, which begins an epoch: what was deleted and what lost is gone from it, and all of it is one replica's, whose
 * id the epoch gives. Marks stand on the units they are on now, moved elements where they are now, and a tree's nodes get new ids in preorder. Operations of the
 * epoch before must not be applied to it, as they would bring the same content again; `carryOver` brings them.
 * @param epoch - From 1 on, one more at each cut.
 * @returns The same bytes on every replica that knows the same operations. undefined for a document that cannot be written anew: while updates wait, where
 * features have written that it was not made with, and where trees are deeper than 1,000 levels or marks times kinds of marks are more than ten million.
 * @remarks Time: O(document).
 * @public
 */
export function compactDoc(doc: Doc, epoch: number): Uint8Array | undefined {
  const source = editorOf(doc);
  demand(Number.isSafeInteger(epoch) && epoch > 0 && epoch < MAX_EPOCH, "the number of an epoch");
  if (doc.pending().updates > 0 || hasUnknown(source.model)) return undefined;
  const base = docLike(doc, { replicaId: Number.MAX_SAFE_INTEGER - epoch });
  const target = editorOf(base);
  const carrier = new ContentCarrier(source, target);
  base.transact(() => {
    for (const home of [...source.model.containers.values()].sort(compareContainers)) {
      if (home.parent !== null || home.kind?.isEmpty(home) !== false) continue;
      const from = source.node(home);
      if (from !== undefined) carrier.copy(from, rootIn(target, home));
    }
  });
  return carrier.isWhole ? base.encode() : undefined;
}

/**
 * Brings what one document has beyond another over to a third that has the content of the other, but none of its operations: into the next epoch. What `before`
 * and `after` differ in is done to `onto` as edits of its own, in one transaction: marks, moves and trees too, where `onto` has the features.
 * @param before - The document at the cut.
 * @param after - One that knows all of that, and more.
 * @param onto - What `compactDoc` made of `before`; it needs a replica id, or a random source, and the features of the others.
 * @returns False when not all could be brought over: what features have written that `onto` was not made with stays behind, and what is more
 * than `compactDoc` takes.
 * @remarks Time: O(documents).
 * @public
 */
export function carryOver(before: Doc, after: Doc, onto: Doc): boolean {
  for (const doc of [before, after, onto]) editorOf(doc); // or it is no document
  const copied = docLike(onto);
  copied.apply(before.encode());
  const source = editorOf(copied);
  const target = editorOf(onto);
  const carrier = new ContentCarrier(source, target);
  const known = new Set([...source.model.containers.values()].filter(({ parent }) => parent === null));
  for (const home of known) {
    const from = source.node(home);
    if (from !== undefined) carrier.follow(from, rootIn(target, home));
  }
  onto.transact(() => {
    copied.apply(after.encode({ since: copied.version() }));
    for (const home of source.model.containers.values()) {
      if (home.parent !== null || known.has(home)) continue;
      const from = source.node(home);
      if (from !== undefined) carrier.copy(from, rootIn(target, home));
    }
  });
  return carrier.isWhole && !hasUnknown(source.model);
}

function rootIn({ model }: Editor, { type, name }: Container): Container {
  return containerOf(model, containerName(type, name, null));
}

/** Whether some of it is of a feature that is not loaded: whoever has that would write other bytes. */
function hasUnknown({ logs, containers, kinds }: DocModel): boolean {
  for (const { entries } of logs.values())
    for (const entry of entries) {
      if (entry.kind !== WRITE) continue;
      const child = entry.home.type === MAP ? (entry.body as Register).child : 0; // cast: a map's
      if (entry.home.kind === undefined || (child > 0 && !kinds.has(child))) return true;
    }
  for (const home of containers.values())
    if (home.type === LIST)
      for (const { content } of allRuns((home as Sequence).tree)) // casts: lists are sequences of items
        for (const item of (content ?? []) as readonly Item[]) {
          const child = childOf(item);
          if (child !== undefined && !kinds.has(child.type)) return true;
        }
  return false;
}
