import { CodedError } from "../../errors/index.ts";
import { encodeValue, type WireValue } from "../../wire/index.ts";
import { demand } from "../arguments.ts";
import { write } from "../containers.ts";
import { Node } from "../editor.ts";
import { nextTime } from "../map/kernel.ts";
import type { Carried, Editor, Kind, Recalled, Sequence } from "../model.ts";
import { checkIndex, checkName, hasLoneSurrogate } from "../names.ts";
import { checkPair, insertBehind } from "../sequence/sequence.ts";
import { TextSurface, textKind } from "../sequence/text.ts";
import type { CrdtText, DocFeature } from "../types.ts";
import { copyMarks } from "./anew.ts";
import { markBody } from "./kernel.ts";
import { knownMarks, marksKind, marksOf } from "./kind.ts";
import { edge, unitBefore } from "./places.ts";
import { alike, recall, remind } from "./recall.ts";
import { changeRich } from "./rich-change.ts";
import { deltaOf, EMBED, type MarkValues, type RichDelta } from "./rich-delta.ts";
import { watchRich } from "./rich-watch.ts";
import { type Stretch, stretchesOf } from "./stretches.ts";

/**
 * What takes on a mark when it is inserted at an end of it: text at its start (`"before"`), at its end (`"after"`), `"both"` or `"none"`.
 * @public
 */
export type MarkExpand = "before" | "after" | "both" | "none";

/**
 * A text with marks (bold, links, comments) and embeds (images, mentions), in documents made with `marks()`.
 * @public
 */
export interface RichText extends CrdtText {
  /**
   * Marks the units from `start` up to, not including, `end`: with each kind's value, or null to take it away.
   * @throws CodedError `CRDT_BAD_INDEX`, `CRDT_SPLIT_PAIR`, `CRDT_BAD_NAME`, `CRDT_NO_REPLICA_ID`, `WIRE_*` for a value wire cannot carry.
   */
  mark(range: { readonly start: number; readonly end: number }, marks: MarkValues): void;
  /** Inserts a value that counts as one unit, U+FFFC in `toString()`. @throws CodedError as `insert` does, `WIRE_*` for a value wire cannot carry. */
  insertEmbed(index: number, value: WireValue): void;
  /** The whole text with its marks: steps that insert. O(n + m log n) for m marks. */
  toDelta(): RichDelta;
  /**
   * Calls `listener` once per transaction that changed this text or its marks, after it. Returns its stop.
   * @remarks `observe` tells the text alone.
   */
  observeDelta(listener: (delta: RichDelta, origin: unknown) => void): () => void;
}

/**
 * What a document has by `marks()`.
 * @public
 */
export interface MarksFeature extends DocFeature {
  /** For the type of the document. */
  readonly adds?: { text(name: string): RichText };
}

/**
 * Marks on texts, by Peritext: `createDoc({ features: [marks({ link: "none" })] })` makes every text of the document a `RichText`.
 * @param kinds - How the marks of each kind grow. @defaultValue `"after"`: as bold does in most editors
 * @public
 */
export function marks(kinds: Readonly<Record<string, MarkExpand>> = {}): MarksFeature {
  demand(typeof kinds === "object" && kinds !== null, "kinds of marks");
  const expands = new Map(Object.entries(kinds));
  expands.set(EMBED, "none");
  const rich: Kind & Recalled & Carried = {
    ...textKind,
    surface: (home, editor) => new RichTextSurface(home as Sequence, editor, expands), // cast: as in textKind
    recall,
    alike,
    remind,
    copy(from, home, { source, target }) {
      const [text, to] = [Node.homeOf(from) as Sequence, home as Sequence]; // casts: texts are sequences
      const content = from.toString();
      if (content !== "") (target.node(home) as RichText).insert(0, content); // casts: this is its kind's surface, here and below
      const known = knownMarks(source, text);
      return known === undefined || copyMarks(text, known, target, to, () => marksOf(target, to));
    },
    follow(from, home, { target }) {
      (from as RichText).observeDelta((delta) => changeRich(target.node(home) as RichText, delta));
    },
  };
  return { name: "marks", parts: { kinds: [rich, marksKind] } };
}

class RichTextSurface extends TextSurface implements RichText {
  private readonly expands: ReadonlyMap<string, MarkExpand>;

  constructor(home: Sequence, editor: Editor, expands: ReadonlyMap<string, MarkExpand>) {
    super(home, editor);
    this.expands = expands;
  }

  /** Where marks begin or end at deleted units, text goes to that side of them on which their kinds want it. */
  override insert(index: number, content: string): void {
    const { home, editor } = this;
    const own = knownMarks(editor, home);
    const isPlain =
      own === undefined ||
      own.marks.size === 0 ||
      !Number.isInteger(index) ||
      index < 1 ||
      !content?.length ||
      typeof content !== "string";
    const unit = isPlain || hasLoneSurrogate(content) ? undefined : unitBefore(home, own.marks.values(), index);
    if (unit === undefined) super.insert(index, content);
    else editor.edit(home, (log) => insertBehind(home, log, unit.span, unit.offset, content));
  }

  /** @param isPart - It stands for others, on units that came back: it does not grow, so that it takes no place that may be another's. */
  mark(range: { readonly start: number; readonly end: number }, values: MarkValues, isPart = false): void {
    const { home, editor } = this;
    demand(typeof range === "object" && range !== null, "a range");
    demand(typeof values === "object" && values !== null, "values of marks");
    const { start, end } = range;
    checkIndex(end, 0, this.length);
    checkIndex(start, 0, end);
    for (const index of [start, end]) checkPair(home, index);
    const encoded = Object.entries(values).map(([key, value]) => {
      checkName(key);
      return [key, encodeValue(value)] as const;
    });
    if (start === end || encoded.length === 0) return;
    const own = marksOf(editor, home);
    editor.edit(own, (log) => {
      for (const [key, bytes] of encoded) {
        const expand = isPart ? "none" : (this.expands.get(key) ?? "after");
        const from = edge(home, start, expand === "before" || expand === "both");
        const to = edge(home, end, expand !== "after" && expand !== "both");
        write(editor.model, log, own, markBody(log.id, nextTime(editor.model), from, to, key, bytes));
      }
    });
  }

  insertEmbed(index: number, value: WireValue): void {
    if (value === null) throw new CodedError("CRDT_BAD_NAME", "An embed is a value other than null");
    const { home, editor } = this;
    // Where it cannot be encoded or stand, nothing is inserted.
    encodeValue(value);
    checkIndex(index, 0, this.length);
    checkPair(home, index);
    editor.begin(home);
    try {
      this.insert(index, EMBED);
      this.mark({ start: index, end: index + 1 }, { [EMBED]: value });
    } finally {
      editor.end();
    }
  }

  toDelta(): RichDelta {
    return deltaOf(this.toString(), this.stretches());
  }

  observeDelta(listener: (delta: RichDelta, origin: unknown) => void): () => void {
    const { home, editor } = this;
    const own = marksOf(editor, home);
    return editor.observe(own, watchRich(home, own), listener);
  }

  private stretches(): Stretch[] {
    const own = knownMarks(this.editor, this.home);
    return stretchesOf(this.home, own?.marks.values() ?? []);
  }
}
