import {
  attributeOf,
  type Child,
  type Css,
  childOf,
  childOrPart,
  type Each,
  type Html,
  type HtmlValue,
  nodeKind,
  type Slot,
} from "../../html/index.ts";
import type { Operation, Path } from "../../wire/index.ts";
import { OP_REPLACE, OP_STREAM } from "../../wire/index.ts";
import { nameSpreads } from "../spreads.ts";
import type { Templates } from "../templates.ts";
import { tellText } from "../text-edit.ts";
import { isTree, readBounded, type TreeValue } from "../tree.ts";
import { type Around, inHole, inScope, NOWHERE } from "./around.ts";
import { cellContent } from "./cell-content.ts";
import {
  type Cell,
  CollectionHole,
  compact,
  Hole,
  Instance,
  isPlain,
  List,
  pathOf,
  release,
  StreamHole,
  textOf,
} from "./cells.ts";
import { followCollection, goesOn, readCollection } from "./follow.ts";
import { showHole, showPart } from "./holes.ts";
import { collectionOf, isLate, settle, someLate, unhole } from "./late.ts";
import type { PageOptions } from "./page-options.ts";
import { planOf } from "./plan.ts";
import { EachRows, MadeRows, type Rows } from "./rows-source.ts";
import { updateList } from "./rows-walk.ts";
import { Soiled } from "./soiled.ts";
import { readStream, showStream, streamOf } from "./stream-hole.ts";
import type { StreamSource } from "./stream-source.ts";
import { tellValue } from "./tell-value.ts";
import type { Node, Walker } from "./walker.ts";
import type { Watching } from "./watching.ts";

/**
 * Brings what a page holds in line with what it is to show. An operation is written down in the moment what it says is done here, so it is true
 * where a client applies it, and stays so if what comes after it throws.
 * 1. An evaluation of the same template is compared slot by slot: `fill`.
 * 2. Anything else is made anew, by filling a blank with nothing written down, and replaces what was there.
 * 3. A slot that can be followed by itself becomes a hole, and is read inside of whoever watches it.
 */
export class Walk implements Walker {
  out: Operation[] = [];
  readonly path: number[] = [];
  readonly templates: Templates;
  /** Holes whose content may be another by now. */
  readonly dirty: Soiled = new Soiled();
  watching: Watching | undefined = undefined;
  onSoiled: (() => void) | undefined = undefined;
  readonly untold: Set<StreamHole> = new Set();
  readonly shown: Set<StreamHole> = new Set();
  /** How many were named. */
  streams = 0;
  private readonly streamIds: string;
  private readonly knownStreams: Map<StreamSource, string>;
  private readonly onStyle: ((css: Css) => void) | undefined;
  /** Above 0, what is done is not on the page yet. */
  private muted = 0;

  constructor(templates: Templates, options: PageOptions) {
    this.templates = templates;
    this.onStyle = options.onStyle;
    const { streamIds = "s", knownStreams = [] } = options;
    this.streamIds = streamIds;
    this.knownStreams = new Map(knownStreams);
    this.streams = this.knownStreams.size;
    this.watching = options.following?.watching;
    this.onSoiled = options.following?.onSoiled;
  }

  nameStream(source: StreamSource): { readonly id: string; readonly isKnown: boolean } {
    const known = this.knownStreams.get(source);
    this.knownStreams.delete(source);
    return { id: known ?? `${this.streamIds}${this.streams++}`, isKnown: known !== undefined };
  }

  still<T>(f: () => T): T {
    const { watching } = this;
    this.watching = undefined;
    try {
      return f();
    } finally {
      this.watching = watching;
    }
  }

  /** The client has all there was to tell. */
  told(): void {
    if (this.untold.size === 0) return; // clearing a set makes it anew, empty or not
    for (const hole of this.untold) {
      hole.forget();
      hole.untold = [];
    }
    this.untold.clear();
  }

  /** The client has the content of the page, in which streams stand as they began: what has happened to them since is told at its place of now. */
  retell(): void {
    this.takeOut();
    for (const hole of this.untold) {
      hole.forget();
      if (hole.isGone || hole.untold.length === 0) this.untold.delete(hole);
      else {
        const path = pathOf(hole.owner, hole.at);
        const address = path.length === 1 ? (path[0] ?? 0) : path;
        for (const body of hole.untold) this.out.push([OP_STREAM, address, ...body] as unknown as Operation); // cast: so they were made
      }
    }
  }

  /** What has been written down since the last time. */
  takeOut(): Operation[] {
    const { out } = this;
    if (out.length > FEW) {
      this.out = [];
      return out;
    }
    const taken = out.slice();
    empty(out);
    return taken;
  }

  /** Where a walk begins. */
  start(path: readonly number[]): void {
    empty(this.path);
    for (const step of path) this.path.push(step);
    this.muted = 0;
  }

  address(): Path {
    const [only] = this.path;
    return this.path.length === 1 && only !== undefined ? only : this.path.slice();
  }

  get isMuted(): boolean {
    return this.muted > 0;
  }

  named(node: Node): Node {
    return isTree(node) || !planOf(node.template).hasSpread ? node : nameSpreads(node, this.onStyle);
  }

  make(node: Node, around: Around): Instance {
    const instance = new Instance(node.template, planOf(node.template).blank.slice());
    try {
      this.apart(() => this.fill(instance, node, around));
    } catch (error) {
      release(instance);
      throw error;
    }
    return instance;
  }

  fill(instance: Instance, node: Node, around: Around): void {
    const { cells, template } = instance;
    const { path } = this;
    const { values } = node;
    const inline = around.tracked && nodeKind(node) === "component";
    for (let at = 0; at < template.slots.length; at++) {
      const slot = template.slots[at] as Slot; // cast: in range
      const cell = cells[at] as Cell; // cast: there is one per slot
      path.push(at);
      if (isTree(node)) cells[at] = this.setTree(cell, instance, at, node.values[at] ?? null, slot.kind);
      else if (slot.kind !== "child") cells[at] = this.setAttribute(cell, instance, at, slot, node, around);
      else cells[at] = this.setChild(cell, instance, at, values[slot.first] as HtmlValue, around, inline); // cast: values of Html
      path.pop();
    }
  }

  /** Who follows whatever can be followed. */
  private get following(): Watching | undefined {
    return this.watching?.onlyParts === true ? undefined : this.watching;
  }

  /** See `HoleHome`: called by whoever watches the hole. What reading changes may soil it again. */
  read(hole: Hole): void {
    const wasDirty = this.dirty.delete(hole);
    try {
      this.readHole(hole);
    } catch (error) {
      if (wasDirty) this.dirty.add(hole); // what is shown is not what it was given
      throw error;
    }
  }

  private readHole(hole: Hole): void {
    const { owner, at, given, around } = hole;
    const slot = owner.template.slots[at] as Slot; // cast: a hole is made for a slot
    if (hole instanceof CollectionHole) {
      if (this.watching !== undefined) readCollection(this, this.watching, hole);
    } else if (hole instanceof StreamHole) {
      if (this.watching !== undefined) readStream(this, this.watching, hole);
    } else if (slot.kind !== "child") {
      // cast: what an attribute's hole is given
      const value = attributeOf(owner.template, slot, given as readonly HtmlValue[]);
      hole.held = this.setValue(hole.held, slot.kind, value);
    } else hole.held = this.setNode(hole.held, owner, at, given as HtmlValue, inHole(around)); // cast: it stood between tags
  }

  soil(hole: Hole): void {
    this.dirty.add(hole);
    this.onSoiled?.();
  }

  /** Brings the root in line. @returns what it is from now on. */
  setRoot(root: Instance, node: Node): Instance {
    return this.setHtml(root, undefined, 0, node, NOWHERE);
  }

  setText(cell: Cell, text: string | number): Cell {
    if (cell === text) return text;
    const before = textOf(cell);
    const now = String(text);
    if (before === now) return text; // a number, where it is one by now
    if (this.muted === 0) tellText(this.out, this.address(), before, now);
    if (before === undefined) release(cell);
    return text;
  }

  setList(cell: Cell, owner: Instance, at: number, rows: Rows, around: Around): List {
    if (cell instanceof List) {
      updateList(this, cell, rows, around);
      return cell;
    }
    const list = new List(owner, at);
    try {
      this.apart(() => updateList(this, list, rows, around));
    } catch (error) {
      release(list);
      throw error;
    }
    return this.replace(cell, list);
  }

  /** Runs `f` with nothing written down: on what is not on the page yet. */
  private apart(f: () => void): void {
    this.muted++;
    try {
      f();
    } finally {
      this.muted--;
    }
  }

  private replace<C extends Cell>(cell: Cell, made: C): C {
    if (this.muted === 0) {
      try {
        this.out.push([OP_REPLACE, this.address(), cellContent(made, this.templates)]);
      } catch (error) {
        release(made);
        throw error;
      }
    }
    release(cell);
    return made;
  }

  private setHtml(cell: Cell, owner: Instance | undefined, at: number, node: Node, around: Around): Instance {
    const named = this.named(node);
    if (cell instanceof Instance && cell.template === named.template) {
      this.fill(cell, named, around);
      return cell;
    }
    const made = this.make(named, around);
    made.parent = owner;
    made.at = at;
    return this.replace(cell, made);
  }

  private setRaw(cell: Cell, markup: string): Cell {
    if (!isPlain(cell) && "markup" in cell && cell.markup === markup) return cell;
    return this.replace(cell, { kind: "raw", markup });
  }

  private setValue(cell: Cell, kind: Slot["kind"], value: string | true | null): Cell {
    if (cell === value) return cell;
    if (this.muted === 0) tellValue(this.out, this.address(), kind, value);
    return value;
  }

  private setChild(cell: Cell, owner: Instance, at: number, value: HtmlValue, around: Around, inline: boolean): Cell {
    if (typeof value === "string" || typeof value === "number") return this.setText(unhole(cell), value);
    if (cell instanceof Hole && goesOn(cell, value, around)) return cell;
    const { following } = this;
    if (following === undefined || !isLate(value, around, inline)) {
      return this.setNode(cell, owner, at, value, around);
    }
    if (collectionOf(value) === undefined && streamOf(value) === undefined)
      return showHole(this, following, { cell, owner, at, around }, value);
    return this.setNode(cell, owner, at, value, around);
  }

  private setAttribute(cell: Cell, owner: Instance, at: number, slot: Slot, node: Html, around: Around): Cell {
    const { template, values } = node;
    const { following } = this;
    if (following !== undefined && someLate(slot, values))
      return showHole(this, following, { cell, owner, at, around }, values);
    return this.setValue(unhole(cell), slot.kind, attributeOf(template, slot, values));
  }

  /** Reads what stands between tags, here and now. */
  private setNode(cell: Cell, owner: Instance, at: number, given: HtmlValue, around: Around): Cell {
    const value = settle(given) as HtmlValue; // cast: what a hole may hold yields what a hole may hold
    const { following } = this;
    const source = following === undefined ? undefined : collectionOf(value);
    if (source !== undefined && following !== undefined) {
      // cast: it has a source
      return followCollection(this, following, { cell, owner, at, around, source, each: value as Each });
    }
    const stream = following === undefined ? undefined : streamOf(value);
    if (stream !== undefined && following !== undefined) {
      // cast: it has a stream
      return showStream(this, following, { cell, owner, at, around, source: stream, each: value as Each });
    }
    // cast: its kind says so
    if (nodeKind(value) === "each") return this.setList(unhole(cell), owner, at, new EachRows(value as Each), around);
    const { watching } = this;
    const child = watching === undefined ? childOf(value, around.scope) : childOrPart(value, around.scope);
    if (child.kind === "part") {
      // Only who follows is given one.
      return watching === undefined ? cell : showPart(this, watching, { cell, owner, at, around }, child);
    }
    const held = unhole(cell);
    if (child.recover !== undefined) return this.setTree(held, owner, at, readBounded(child, this.onStyle), "child");
    return this.setRead(held, owner, at, child, around);
  }

  private setRead(cell: Cell, owner: Instance, at: number, child: Child, around: Around): Cell {
    switch (child.kind) {
      case "empty":
        if (child.css !== undefined) this.onStyle?.(child.css);
        return this.setText(cell, "");
      case "text":
        return this.setText(cell, child.text);
      case "html":
        return this.setHtml(cell, owner, at, child.html, inScope(around, child.scope));
      case "raw":
        return this.setRaw(cell, child.html);
      default:
        return this.setList(cell, owner, at, new MadeRows(child.keys, child.items), inScope(around, child.scope));
    }
  }

  private setTree(cell: Cell, owner: Instance, at: number, value: TreeValue, kind: Slot["kind"]): Cell {
    const held = unhole(cell);
    if (typeof value !== "object" || value === null) {
      return kind === "child" ? this.setText(held, compact(String(value ?? ""))) : this.setValue(held, kind, value);
    }
    if (value.kind === "html") return this.setHtml(held, owner, at, value, NOWHERE);
    if (value.kind === "raw") return this.setRaw(held, value.markup);
    return this.setList(held, owner, at, new MadeRows(value.keys, value.rows), NOWHERE);
  }
}

/** Up to so many operations are handed over as a copy: to make room for the next ones takes longer. */
const FEW = 16;

/** Keeps the memory of a list, which setting its length does not. */
function empty(list: unknown[]): void {
  while (list.length > 0) list.pop();
}
