import { CodedError } from "../errors/index.ts";
import { encodeValue, type WireValue } from "../wire/index.ts";
import { removeWrite } from "./clear.ts";
import { childName, containerName } from "./container-name.ts";
import { containerOf, Home, write } from "./containers.ts";
import { Node } from "./editor.ts";
import type { Inverter } from "./inverters.ts";
import { partAt } from "./leaves.ts";
import { entryAt } from "./log.ts";
import { nextTime } from "./map-kernel.ts";
import { copyMarks } from "./marks-anew.ts";
import {
  type Anchor,
  checkMark,
  commitMark,
  MARKS,
  type Mark,
  type MarksContainer,
  markBody,
  removeMark,
} from "./marks-kernel.ts";
import { checkPair, edge, unitBefore } from "./marks-places.ts";
import type { Carried, Container, Editor, Kind, Recalled, Sequence, Span } from "./model.ts";
import { checkIndex, checkName, hasLoneSurrogate } from "./names.ts";
import type { Reborn } from "./reborn.ts";
import { changeRich } from "./rich-change.ts";
import { deltaOf, EMBED, type MarkValues, type RichDelta } from "./rich-delta.ts";
import { watchRich } from "./rich-watch.ts";
import { visibleBefore } from "./runs.ts";
import { insertBehind } from "./sequence.ts";
import { type Held, pairs, type Stretch, stretchesOf } from "./stretches.ts";
import { TextSurface, textKind } from "./text.ts";
import type { CrdtText, DocFeature } from "./types.ts";

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
  const expands = new Map(Object.entries(kinds));
  expands.set(EMBED, "none");
  const rich: Kind & Recalled & Carried = {
    ...textKind,
    surface: (home, editor) => new RichTextSurface(home as Sequence, editor, expands), // cast: as in textKind
    recall,
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

class MarksHome extends Home implements MarksContainer {
  readonly marks: MarksContainer["marks"] = new Map();
  readonly repeats: MarksContainer["repeats"] = new Map();
  last = "";
  isChanged = false;
}

/** Casts in this: its kind's `home` made it. */
const marksKind: Kind & { readonly inverter: Inverter } = {
  type: MARKS,
  label: "marks",
  home: MarksHome,
  surface: (home, editor) => editor.node(home.parent as Container) as CrdtText, // what it marks
  check: checkMark,
  commit: commitMark,
  remove: removeMark,
  isEmpty: () => true,
  clear: () => undefined,
  inverter: {
    read: (home, key) => (home as MarksContainer).marks.get(key),
    isSame: (before, after) => before === after,
    restore(home, key, before, after, editor, reborn) {
      const own = home as MarksContainer;
      const repeats = own.repeats.get(key) ?? [];
      own.repeats.delete(key); // marks may repeat each other
      for (const repeat of repeats) {
        const now = own.marks.get(repeat);
        const old = before as Mark | undefined;
        if (now === undefined || now.isRemoved || now.write.log !== (after as Mark).write.log) continue;
        const held =
          old === undefined ? { ...now, isRemoved: true } : { ...now, bytes: old.bytes, isRemoved: old.isRemoved };
        marksKind.inverter.restore(home, repeat, held, now, editor, reborn);
      }
      if (repeats.length > 0) own.repeats.set(key, repeats);
      const now = own.marks.get(key);
      const old = before as Mark | undefined;
      if (now === undefined || now.write.log !== (after as Mark).write.log) return; // another has marked the same since
      editor.edit(own, (log) => {
        const start = anchorNow(reborn, old?.start ?? null);
        const end = anchorNow(reborn, old?.end ?? null);
        const isElsewhere = start !== (old?.start ?? null) || end !== (old?.end ?? null);
        if (old === undefined || old.isRemoved || isElsewhere) removeWrite(editor.model, log, now.write);
        if (old !== undefined && !old.isRemoved) {
          const { bytes } = old;
          write(editor.model, log, own, markBody(log.id, nextTime(editor.model), start, end, old.key, bytes));
        }
      });
    },
  },
};

/** The unit may have come back as another one. */
function anchorNow(reborn: Reborn, anchor: Anchor | null): Anchor | null {
  if (anchor === null) return null;
  const { span, offset, after } = anchor;
  let now = anchor;
  reborn.follow(span.log, span.counter + offset, 1, (log, counter) => {
    const found = entryAt(log, counter) as Span; // cast: units come back as units
    if (found !== span || counter !== span.counter + offset)
      now = { span: found, offset: counter - found.counter, after };
  });
  return now;
}

function knownMarks({ model }: Editor, text: Sequence): MarksContainer | undefined {
  return model.containers.get(containerName(MARKS, "", text).key) as MarksContainer | undefined; // cast: its kind is loaded
}

function marksOf(editor: Editor, text: Sequence): MarksContainer {
  return containerOf(editor.model, childName(MARKS, "", text)) as MarksContainer; // cast: its kind is loaded
}

class RichTextSurface extends TextSurface implements RichText {
  private readonly expands: ReadonlyMap<string, MarkExpand>;

  constructor(home: Sequence, editor: Editor, expands: ReadonlyMap<string, MarkExpand>) {
    super(home, editor, "text");
    this.expands = expands;
  }

  /** Where marks begin or end at deleted units, text goes to that side of them on which their kinds want it. */
  override insert(index: number, content: string): void {
    const { home, editor } = this;
    const own = knownMarks(editor, home);
    const isPlain =
      own === undefined || own.marks.size === 0 || !Number.isInteger(index) || index < 1 || content.length === 0;
    const unit = isPlain || hasLoneSurrogate(content) ? undefined : unitBefore(home, own.marks.values(), index);
    if (unit === undefined) super.insert(index, content);
    else editor.edit(home, (log) => insertBehind(home, log, unit.span, unit.offset, content));
  }

  mark({ start, end }: { readonly start: number; readonly end: number }, values: MarkValues): void {
    const { home, editor } = this;
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
        const expand = this.expands.get(key) ?? "after";
        const from = edge(home, start, expand === "before" || expand === "both");
        const to = edge(home, end, expand !== "after" && expand !== "both");
        write(editor.model, log, own, markBody(log.id, nextTime(editor.model), from, to, key, bytes));
      }
    });
  }

  insertEmbed(index: number, value: WireValue): void {
    if (value === null) throw new CodedError("CRDT_BAD_NAME", "An embed is a value other than null");
    const { home, editor } = this;
    encodeValue(value); // where it cannot be encoded, nothing is inserted
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

/** Text that an undo brings back has the marks it had: its own would be those of its neighbours. */
function recall(editor: Editor, span: Span, offset: number, length: number): readonly Held[] | undefined {
  const own = knownMarks(editor, span.home);
  if (own === undefined || own.marks.size === 0) return undefined;
  const run = partAt(span, offset);
  const from = visibleBefore(run) + offset - run.offset;
  return within(stretchesOf(span.home, own.marks.values(), [], { from, to: from + length }), from, length);
}

function remind(editor: Editor, home: Sequence, index: number, length: number, recalled: unknown, skip: number): void {
  const surface = editor.node(home) as RichTextSurface; // cast: this is its kind's
  const own = marksOf(editor, home);
  const part = { from: index, to: index + length };
  const now = within(stretchesOf(home, own.marks.values(), [], part), index, length);
  let at = index;
  for (const [before, after, count] of pairs(within(recalled as readonly Held[], skip, length), now)) {
    const values: Record<string, WireValue> = Object.create(null);
    for (const [key, { value }] of after) if (value !== null && !before.has(key)) values[key] = null;
    surface.mark({ start: at, end: at + count }, values);
    for (const [key, { register, value, bytes }] of before) {
      const there = after.get(key);
      if (there?.register === register || (there === undefined && value === null)) continue;
      if (there !== undefined && there.bytes === bytes) continue;
      surface.mark({ start: at, end: at + count }, { [key]: value });
      own.repeats.set(register, [...(own.repeats.get(register) ?? []), own.last]);
    }
    at += count;
  }
}

function within(stretches: readonly Held[], from: number, length: number): Held[] {
  const found: Held[] = [];
  let at = -from;
  for (const stretch of stretches) {
    const count = Math.min(length, at + stretch.length) - Math.max(0, at);
    if (count > 0) found.push({ length: count, marks: stretch.marks });
    at += stretch.length;
  }
  return found;
}
