import { Fragment, type Mark, type Node, type NodeType, type Schema } from "prosemirror-model";
import type { MarkExpand, MarkValues, RichText } from "../../lib/crdt/index.ts";
import type { WireMap, WireValue } from "../../lib/wire/index.ts";
import { type Ancestor, defaultBlock, keyOf, type Marker, type Unit, unitsOfDelta } from "./units.ts";

/** A document made of units. */
export interface Built {
  readonly doc: Node;
  /** True when the schema lacks a type of the text: what it holds cannot be shown, and must not be written over. */
  readonly isForeign: boolean;
}

/**
 * How the marks of a schema grow: `createDoc({ features: [marks(marksOf(schema))] })`. An inclusive mark takes in what is typed at its end.
 * @public
 */
export function marksOf(schema: Schema): Record<string, MarkExpand> {
  return Object.fromEntries(
    Object.entries(schema.marks).map(
      ([name, { spec }]) => [name, spec.inclusive === false ? "none" : "after"] as const,
    ),
  );
}

/**
 * The document a shared text holds: for a server that renders it, or for an editor's first state.
 * @remarks Any text yields a valid document: what the schema does not allow where it stands becomes plain paragraphs. O(n).
 * @public
 */
export function readDocument(text: RichText, schema: Schema): Node {
  return build(unitsOfDelta(text.toDelta()), schema).doc;
}

interface Frame {
  readonly ancestor: Ancestor;
  readonly content: Node[];
}

/** Builds as the markers say; where the schema refuses that, without what is around the blocks; and where it refuses that too, with paragraphs. */
export function build(units: readonly Unit[], schema: Schema): Built {
  let isForeign = false;
  for (const shape of ["nested", "flat", "plain"] as const) {
    const builder = new Builder(schema, shape);
    try {
      for (const unit of units) builder.take(unit);
      const doc = builder.end();
      doc.check();
      return { doc, isForeign: isForeign || builder.isForeign };
    } catch {
      isForeign ||= builder.isForeign; // the next shape is simpler
    }
  }
  return { doc: schema.topNodeType.createAndFill() as Node, isForeign }; // cast: a schema has an empty document
}

class Builder {
  isForeign = false;
  readonly #schema: Schema;
  readonly #shape: "nested" | "flat" | "plain";
  readonly #fallback: NodeType;
  readonly #top: Node[] = [];
  readonly #open: Frame[] = [];
  #type: NodeType | undefined;
  #attrs: WireMap = {};
  #inline: Node[] = [];
  #text = "";
  #marks: MarkValues = {};
  #marksKey = "";
  #hasBegun = false;

  constructor(schema: Schema, shape: "nested" | "flat" | "plain") {
    this.#schema = schema;
    this.#shape = shape;
    this.#fallback = defaultBlock(schema);
    this.#type = this.#fallback; // until a marker says otherwise
  }

  take(unit: Unit): void {
    if (unit.char !== undefined) {
      if (unit.marksKey !== this.#marksKey) this.#flushText();
      this.#marks = unit.marks;
      this.#marksKey = unit.marksKey;
      this.#text += unit.char;
      return;
    }
    const marker = readMarker(unit.embed);
    if (marker === undefined) this.#embed(unit);
    else this.#begin(marker);
  }

  end(): Node {
    this.#endBlock(true);
    this.#close(0);
    return this.#schema.topNodeType.create(null, this.#top);
  }

  #begin(marker: Marker): void {
    this.#endBlock();
    const path = this.#shape === "nested" ? marker.in : [];
    let keep = 0;
    while (
      keep < Math.min(marker.from, path.length, this.#open.length) &&
      isSame(this.#open[keep]?.ancestor, path[keep])
    )
      keep++;
    this.#close(keep);
    for (const ancestor of path.slice(keep)) {
      if (this.#schema.nodes[ancestor[0]] === undefined) this.isForeign = true;
      else this.#open.push({ ancestor, content: [] });
    }
    const type = this.#schema.nodes[marker.block];
    if (type === undefined) this.isForeign = true;
    this.#type = this.#shape === "plain" || type === undefined || type.isInline ? this.#fallback : type;
    this.#attrs = this.#type === type ? marker.attrs : {};
  }

  #embed({ embed, marks }: Unit): void {
    this.#flushText();
    const { node, attrs } = (isMap(embed) ? embed : {}) as { node?: WireValue; attrs?: WireValue }; // cast: checked below
    const type = typeof node === "string" ? this.#schema.nodes[node] : undefined;
    if (type === undefined || !type.isInline) this.isForeign = true;
    else if (this.#shape !== "plain")
      this.#inline.push(type.create(isMap(attrs) ? attrs : null, null, this.#readMarks(marks)));
  }

  #flushText(): void {
    if (this.#text !== "") this.#inline.push(this.#schema.text(this.#text, this.#readMarks(this.#marks)));
    this.#text = "";
  }

  #readMarks(values: MarkValues): readonly Mark[] {
    const marks: Mark[] = [];
    if (this.#shape === "plain") return marks;
    for (const [name, value] of Object.entries(values)) {
      const type = this.#schema.marks[name];
      if (type === undefined) this.isForeign = true;
      else marks.push(type.create(isMap(value) ? value : null));
    }
    return marks.reduce<readonly Mark[]>((set, mark) => mark.addToSet(set), []);
  }

  #endBlock(isLast = false): void {
    this.#flushText();
    const inline = this.#inline;
    this.#inline = [];
    const type = this.#type;
    this.#type = undefined;
    if (type === undefined) return; // nothing since a block without text
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    if (isFirst && !isLast && inline.length === 0) return; // a marker comes first: there is no implicit block
    if (type.isTextblock) this.#add(type.create(this.#attrs, allowed(type, inline)));
    else {
      this.#add(type.createAndFill(this.#attrs) ?? this.#fallback.create());
      if (inline.length > 0) this.#add(this.#fallback.create(null, allowed(this.#fallback, inline)));
    }
  }

  #add(block: Node): void {
    (this.#open.at(-1)?.content ?? this.#top).push(block);
  }

  #close(depth: number): void {
    while (this.#open.length > depth) {
      const { ancestor, content } = this.#open.pop() as Frame; // cast: there is one
      const type = this.#schema.nodes[ancestor[0]] as NodeType; // cast: checked when it was opened
      this.#add(type.create(ancestor[1], Fragment.from(content)));
    }
  }
}

/** Inline content with only the marks and nodes its block may hold. */
function allowed(type: NodeType, inline: readonly Node[]): Fragment {
  const marked = inline.map((node) => node.mark(type.allowedMarks(node.marks)));
  const whole = Fragment.from(marked);
  return type.validContent(whole) ? whole : Fragment.from(marked.filter((node) => node.isText));
}

/** Undefined for an embed that begins no block. Texts come from strangers. */
function readMarker(value: WireValue): Marker | undefined {
  if (!isMap(value)) return undefined;
  const { block, attrs, in: path, from } = value as { [name: string]: WireValue }; // cast: checked here
  if (typeof block !== "string" || typeof from !== "number" || !Array.isArray(path)) return undefined;
  const ancestors = path.slice(0, MAX_DEPTH).flatMap((entry): Ancestor[] => {
    const [type, given] = Array.isArray(entry) ? (entry as readonly WireValue[]) : [];
    return typeof type === "string" ? [[type, isMap(given) ? given : {}]] : [];
  });
  return { block, attrs: isMap(attrs) ? attrs : {}, in: ancestors, from };
}

const MAX_DEPTH = 64;

function isMap(value: unknown): value is WireMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isSame(left: Ancestor | undefined, right: Ancestor | undefined): boolean {
  return keyOf(left) === keyOf(right);
}
