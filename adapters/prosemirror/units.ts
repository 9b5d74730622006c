/**
 * A ProseMirror document as a flat text with marks. Each textblock, and each block without content, begins with an embed that names its type, its
 * attributes and the blocks around it; then its inline content follows. Whatever two people do to such a text at once, the result is a
 * document again: splitting a paragraph is one insertion, joining two is one deletion, and no text is moved.
 */
import type { Node, NodeType, Schema } from "prosemirror-model";
import type { MarkValues, RichDelta } from "../../lib/crdt/index.ts";
import type { WireMap, WireValue } from "../../lib/wire/index.ts";

/** One unit: a UTF-16 unit of text, or an embed. Equal contents have equal `key`s, equal marks equal `marksKey`s. */
export interface Unit {
  readonly key: string;
  readonly char: string | undefined;
  readonly embed: WireValue;
  readonly marks: MarkValues;
  readonly marksKey: string;
}

/** A block around another: type and attributes. */
export type Ancestor = readonly [type: string, attrs: WireMap];

/** What begins a block: its type, the blocks around it, and from which of those on they are not the ones of the block before. */
export interface Marker {
  readonly block: string;
  readonly attrs: WireMap;
  readonly in: readonly Ancestor[];
  readonly from: number;
}

const NO_MARKS: MarkValues = {};

/** The textblock that needs no marker where it is the first: a paragraph. */
export function defaultBlock(schema: Schema): NodeType {
  const found = Object.values(schema.nodes).find((type) => type.isTextblock && !type.hasRequiredAttrs());
  return schema.topNodeType.contentMatch.defaultType?.isTextblock === true
    ? schema.topNodeType.contentMatch.defaultType
    : (found ?? schema.topNodeType);
}

/** All units of a document. */
export function unitsOf(doc: Node): Unit[] {
  return doc.children.flatMap((_child, index) => unitsOfChild(doc, index));
}

/** The units of one child of the document: they depend on nothing around it, save that the first may need no marker. */
export function unitsOfChild(doc: Node, index: number): Unit[] {
  const out: Unit[] = [];
  flatten(doc.child(index), [], 0, out);
  return index === 0 && isUnmarked(doc) ? out.slice(1) : out;
}

/** True when the first block has no marker: a paragraph with content, or the only one. An empty text is an empty paragraph. */
export function isUnmarked(doc: Node): boolean {
  const { firstChild } = doc;
  if (firstChild === null || (firstChild.childCount === 0 && doc.childCount > 1)) return false;
  return firstChild.type === defaultBlock(doc.type.schema) && isDefault(firstChild);
}

function isDefault({ type, attrs }: Node): boolean {
  return Object.entries(type.spec.attrs ?? {}).every(([name, spec]) => keyOf(attrs[name]) === keyOf(spec.default));
}

/** The units of a delta: the text as the document holds it. */
export function unitsOfDelta(delta: RichDelta): Unit[] {
  const units: Unit[] = [];
  for (const step of delta) {
    if ("insert" in step) pushText(step.insert, step.marks ?? NO_MARKS, units);
    else if ("embed" in step) units.push(embedUnit(step.embed, step.marks ?? NO_MARKS));
  }
  return units;
}

function flatten(block: Node, path: readonly Ancestor[], from: number, out: Unit[]): void {
  const attrs = plainAttrs(block.attrs);
  if (block.isTextblock || block.childCount === 0 || block.isAtom) {
    const marker: Marker = { block: block.type.name, attrs, in: path, from };
    out.push(embedUnit(marker as unknown as WireValue, NO_MARKS)); // cast: plain values all the way down
    if (block.isTextblock) for (const inline of block.children) pushInline(inline, out);
    return;
  }
  const inside = [...path, [block.type.name, attrs] as const];
  for (const [index, child] of block.children.entries())
    flatten(child, inside, index === 0 ? from : inside.length, out);
}

function pushInline(node: Node, out: Unit[]): void {
  const marks: Record<string, WireValue> = {};
  for (const mark of node.marks)
    marks[mark.type.name] = Object.keys(mark.attrs).length === 0 ? true : plainAttrs(mark.attrs);
  if (node.isText) pushText(node.text ?? "", marks, out);
  else out.push(embedUnit({ node: node.type.name, attrs: plainAttrs(node.attrs) }, marks));
}

function pushText(text: string, marks: MarkValues, out: Unit[]): void {
  const marksKey = keyOf(marks);
  for (const char of text.split("")) out.push({ key: char, char, embed: null, marks, marksKey });
}

function embedUnit(embed: WireValue, marks: MarkValues): Unit {
  return { key: `\uFFFC${keyOf(embed)}`, char: undefined, embed, marks, marksKey: keyOf(marks) };
}

/** Attributes as they travel; those that are no plain values stay behind. */
function plainAttrs(attrs: Readonly<Record<string, unknown>>): WireMap {
  const plain: Record<string, WireValue> = {};
  for (const [name, value] of Object.entries(attrs)) {
    if (value !== undefined && typeof value !== "function") plain[name] = value as WireValue; // cast: wire refuses what it cannot carry
  }
  return plain;
}

/** Equal for equal values, in whatever order their keys stand. */
export function keyOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
