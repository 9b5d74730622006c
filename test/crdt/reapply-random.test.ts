import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, createUndo, reapplyUpdates } from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";
import { type AnyDoc, anyEdit, create, type Edit, edit, features, ROOTS } from "./edits.ts";
import { nameless } from "./mirror.ts";

const random = (byteLength: number): Uint8Array => new Uint8Array(byteLength).fill(7);

type Step = Edit & { readonly kind: (typeof ROOTS)[number] };

const edits: fc.Arbitrary<readonly Step[]> = fc.array(
  anyEdit([{ weight: 1, arbitrary: fc.constantFrom(...ROOTS, "text", "list", "list", "map", "tree") }]),
  { maxLength: 4 },
);
const step = fc.record({
  edits,
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant("edit" as const) },
    { weight: 2, arbitrary: fc.constantFrom("undo" as const, "redo" as const) },
  ),
  isRefused: fc.boolean(),
});

interface Made {
  readonly own: AnyDoc;
  readonly base: Uint8Array;
  readonly steps: readonly { readonly update: Uint8Array; readonly isRefused: boolean }[];
}

/** Transactions on a document that has something in it, each with the name of the root that it edits. */
function make(
  start: readonly Step[],
  all: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
  rootOf: (isRefused: boolean) => string,
): Made {
  const first = create(1);
  for (const each of start) for (const name of ["r", "s"]) edit(first, each, name);
  const own = create(2);
  own.apply(first.encode());
  const base = own.encode();
  const undo = createUndo(own, { origins: ["kept"] });
  const steps: { update: Uint8Array; isRefused: boolean }[] = [];
  for (const { edits: some, kind, isRefused } of all) {
    const stop = own.onUpdate((update) =>
      steps.push({ update: update.slice(), isRefused: isRefused && kind === "edit" }),
    );
    if (kind === "edit")
      own.transact(
        () => {
          for (const each of some) edit(own, each, rootOf(isRefused));
        },
        { origin: isRefused ? "refused" : "kept" },
      );
    else undo[kind]();
    stop();
  }
  return { own, base, steps };
}

const shown = (doc: AnyDoc, name: string): unknown => ROOTS.map((root) => [root, nameless(doc[root](name))]);

describe("transactions of every type made anew", () => {
  test("all of them show what they showed", () => {
    fc.assert(
      fc.property(fc.array(edits), fc.array(step, { maxLength: 25 }), (start, all) => {
        const { own, base, steps } = make(start.flat(), all, () => "r");
        const { doc, results } = reapplyUpdates(
          own,
          base,
          steps.map(({ update }) => ({ update })),
          random,
        );
        for (const { error } of results) if (error !== undefined) throw error;
        assert.deepEqual(shown(doc as AnyDoc, "r"), shown(own, "r"));
      }),
      { numRuns: runs(120) },
    );
  });

  test("without what was done to other roots they show what they showed", () => {
    fc.assert(
      fc.property(fc.array(edits), fc.array(step, { maxLength: 25 }), (start, all) => {
        const { own, base, steps } = make(start.flat(), all, (isRefused) => (isRefused ? "s" : "r"));
        const { doc, results } = reapplyUpdates(own, base, steps, random);
        for (const { error } of results) if (error !== undefined) throw error;
        assert.deepEqual(shown(doc as AnyDoc, "r"), shown(own, "r"));
        const before = create(3);
        before.apply(base);
        assert.deepEqual(shown(doc as AnyDoc, "s"), shown(before, "s"));
      }),
      { numRuns: runs(120) },
    );
  });

  test("without some of them are what others get of them, and fail only for nodes that are not there", () => {
    fc.assert(
      fc.property(fc.array(edits), fc.array(step, { maxLength: 25 }), (start, all) => {
        const { own, base, steps } = make(start.flat(), all, () => "r");
        const { doc, results } = reapplyUpdates(own, base, steps, random);
        for (const { error } of results)
          if (error !== undefined && (error as { code?: string }).code !== "CRDT_NO_NODE") throw error;
        const friend = createDoc({ features });
        friend.apply(base);
        for (const { update } of results) if (update !== undefined) friend.apply(update);
        assert.deepEqual(friend.encode(), doc.encode());
      }),
      { numRuns: runs(120) },
    );
  });

  test("go on from those that another session has made anew", () => {
    fc.assert(
      fc.property(fc.array(edits), fc.array(step, { maxLength: 25 }), fc.nat(25), (start, all, upTo) => {
        const { own, base, steps } = make(start.flat(), all, (isRefused) => (isRefused ? "s" : "r"));
        const { results: before } = reapplyUpdates(own, base, steps, random);
        const taken = steps.map((each, i) => (i < upTo ? { ...each, renewed: before[i]?.update ?? null } : each));
        const later = (byteLength: number): Uint8Array => new Uint8Array(byteLength).fill(9);
        const { doc, results } = reapplyUpdates(own, base, taken, later);
        for (const { error } of results) if (error !== undefined) throw error;
        assert.deepEqual(shown(doc as AnyDoc, "r"), shown(own, "r"));
      }),
      { numRuns: runs(120) },
    );
  });
});
