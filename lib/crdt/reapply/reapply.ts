/** Transactions that were made on one state of a document, made anew on another, which lacks some of them. */
import { CodedError } from "../../errors/index.ts";
import { demand } from "../arguments.ts";
import { createDoc, editorOf } from "../doc.ts";
import { inspectUpdate } from "../encoding/inspect.ts";
import { type ContainerChange, diffOf, type NodeDiff, observeContainers } from "../observe.ts";
import type { Doc } from "../types.ts";
import { Twin } from "./twin.ts";

/**
 * A transaction to be made anew.
 * @public
 */
export interface ReapplyStep {
  /** As it was made. */
  readonly update: Uint8Array;
  /** Leave it out. */
  readonly isRefused?: boolean;
  /** As it was made anew already, by another session: then that is taken. null: nothing of it remained. */
  readonly renewed?: Uint8Array | null | undefined;
  /** Where it needs nothing that was left out, it stays as it was made; else `"make"` makes it anew, and `"leave"` leaves that to whoever made it. */
  readonly otherwise?: "make" | "leave";
}

/**
 * What became of a transaction.
 * @public
 */
export interface ReapplyResult {
  /** Which one. */
  readonly step: ReapplyStep;
  /** As it was made anew; undefined when it was left out, or nothing of it remains. */
  readonly update: Uint8Array | undefined;
  /** What it changed, before. */
  readonly changes: readonly NodeDiff[];
  /** Why it, or a part of it, could not be made anew: what it was about is gone. */
  readonly error: unknown;
}

/**
 * Makes transactions anew on `base` as another replica, without those that are refused: each at the same place, next to the same units, as far as those are
 * there.
 * @param like - A document with the same features.
 * @param base - What all of them were made on: an encoded document; empty for none.
 * @returns The document that has them, and what became of each, in the order in which they were taken: what builds on a later step comes after it.
 * @throws CodedError `CRDT_*` for bytes that are none of `encode` or `onUpdate`.
 * @remarks Time: O(base + sum of the steps x pieces of what they edit).
 * @public
 */
export function reapplyUpdates(
  like: Doc,
  base: Uint8Array,
  steps: readonly ReapplyStep[],
  random: (byteLength: number) => Uint8Array,
): { readonly doc: Doc; readonly results: readonly ReapplyResult[] } {
  const { features = [], limits = {} } = editorOf(like).options;
  demand(base instanceof Uint8Array, "bytes: base");
  demand(
    Array.isArray(steps) && [...steps].every((step: Partial<ReapplyStep> | null) => step?.update instanceof Uint8Array),
    "a list of steps",
  );
  const [before, after] = [createDoc({ features, limits }), createDoc({ features, limits, random })];
  if (base.length > 0) for (const doc of [before, after]) doc.apply(base);
  const twin = new Twin(editorOf(before), editorOf(after));
  let changes: readonly ContainerChange[] = [];
  observeContainers(before, (told) => {
    changes = told;
  });
  let update: Uint8Array | undefined;
  after.onUpdate((bytes) => {
    update = bytes.slice();
  });
  const take = (step: ReapplyStep): ReapplyResult => {
    changes = [];
    update = undefined;
    before.apply(step.update);
    const renewed = step.otherwise === undefined || !fits(after, step.update) ? step.renewed : step.update;
    if (renewed) after.apply(renewed);
    const isLeft = step.isRefused === true || renewed === null || (renewed === undefined && step.otherwise === "leave");
    const error = after.transact(() =>
      twin.take(changes, isLeft ? "leave" : renewed === undefined ? "make" : "follow"),
    );
    return { step, update: renewed ?? update, changes: changes.map(diffOf), error };
  };
  const results: ReapplyResult[] = [];
  const waiting = [...steps];
  for (let next = waiting.findIndex((step) => fits(before, step.update)); next >= 0; ) {
    results.push(...waiting.splice(next, 1).map(take));
    next = waiting.findIndex((step) => fits(before, step.update));
  }
  for (const step of waiting) {
    const error = new CodedError("CRDT_BAD_UPDATE", "A step builds on what is not there");
    results.push({ step, update: undefined, changes: [], error });
  }
  return { doc: after, results };
}

function fits(doc: Doc, update: Uint8Array): boolean {
  try {
    return inspectUpdate(doc, update) !== undefined;
  } catch {
    return false;
  }
}
