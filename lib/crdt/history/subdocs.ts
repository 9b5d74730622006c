/** Documents in documents: a value that names another one, whose bytes are its own, and which is loaded when somebody asks for it. */
import { CodedError } from "../../errors/index.ts";
import type { WireValue } from "../../wire/index.ts";
import { demandFunction } from "../arguments.ts";
import { editorOf } from "../doc.ts";
import type { RichDelta } from "../marks/rich-delta.ts";
import { checkName } from "../names.ts";
import { isCrdtNode } from "../nodes.ts";
import { observeDoc } from "../observe.ts";
import type { CrdtMap, CrdtNode, Doc } from "../types.ts";

/**
 * A value that stands for another document, in a map, a list, a set, or an embed of a text.
 * @public
 */
export type SubdocRef = { readonly $doc: string };

/**
 * A reference to the document of that id, to be stored as any value is. What the id means is up to whoever loads it.
 * @throws CodedError `CRDT_BAD_NAME` for an ill-formed or over-long id.
 * @example doc.map("chapters").set("intro", subdocRef("5f0c…"));
 * @public
 */
export function subdocRef(id: string): SubdocRef {
  checkName(id);
  return { $doc: id };
}

/**
 * The id that a value refers to, or undefined when it is no reference. Others may have written any: check who may open it where it is loaded.
 * @public
 */
export function subdocIdOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || isCrdtNode(value)) return undefined;
  const { $doc: id } = value as Partial<SubdocRef>;
  return typeof id === "string" && Object.keys(value).length === 1 ? id : undefined;
}

/**
 * The ids of all documents that a document refers to now.
 * @remarks Time: O(document).
 * @public
 */
export function subdocIds(doc: Doc): Set<string> {
  const editor = editorOf(doc);
  const found = new Set<string>();
  for (const home of editor.model.containers.values()) {
    const root = home.parent === null ? editor.node(home) : undefined;
    if (root !== undefined) collect(root, found);
  }
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  const id = subdocIdOf(value);
  if (id !== undefined) found.add(id);
  else for (const part of isCrdtNode(value) ? partsOf(value) : Object.values(value)) collect(part, found);
}

/** What a node holds; each kind says it in its own way, features' too. */
function partsOf(node: CrdtNode): Iterable<unknown> {
  const known = node as Partial<Listing>; // cast: asked for what it has
  if (known.toDelta !== undefined) return known.toDelta();
  if (known.toArray !== undefined) return known.toArray();
  if (known.values !== undefined) return known.values();
  if (known.entries !== undefined) return known.entries();
  return known.children === undefined ? [] : below(known as Listing, null);
}

function* below(tree: Listing, parent: string | null): Generator<CrdtMap> {
  for (const id of tree.children(parent)) {
    yield tree.data(id);
    yield* below(tree, id);
  }
}

interface Listing {
  toDelta(): RichDelta;
  toArray(): readonly unknown[];
  values(): readonly WireValue[];
  entries(): readonly unknown[];
  children(parent: string | null): readonly string[];
  data(id: string): CrdtMap;
}

/**
 * Calls `listener` with the ids of documents that a transaction has brought in or taken out. Returns its stop.
 * @remarks Time: O(document) per transaction, but for those that only type or count.
 * @public
 */
export function observeSubdocs(
  doc: Doc,
  listener: (
    change: { readonly added: readonly string[]; readonly removed: readonly string[] },
    origin: unknown,
  ) => void,
): () => void {
  demandFunction(listener);
  let known = subdocIds(doc);
  return observeDoc(doc, (changes, origin) => {
    if (changes.every(({ type, change }) => type === "counter" || (type === "text" && isTyped(change as RichDelta))))
      return; // cast: texts are told so
    const before = known;
    known = subdocIds(doc);
    const added = [...known].filter((id) => !before.has(id));
    const removed = [...before].filter((id) => !known.has(id));
    if (added.length + removed.length > 0) listener({ added, removed }, origin);
  });
}

function isTyped(delta: RichDelta): boolean {
  return delta.every((step) => "insert" in step || ("retain" in step && step.marks === undefined));
}

/**
 * The documents that have been opened, each once.
 * @public
 */
export interface Subdocs<D extends Doc = Doc> {
  /** Those that are loaded, by their ids. */
  readonly loaded: ReadonlyMap<string, D>;
  /**
   * The document of a reference or an id: loaded at the first asking, the same object from then on. What fails is tried again at the next.
   * @throws CodedError `CRDT_BAD_NAME` for what is no reference; what `load` throws.
   */
  open(ref: unknown): Promise<D>;
  /** Forgets a document: the next `open` loads it again. Does nothing when it is not open. */
  close(ref: unknown): void;
  /** Calls `listener` with each update of a document that is loaded, as its own `onUpdate` does. Returns its stop. */
  onUpdate(listener: (id: string, bytes: Uint8Array, origin: unknown) => void): () => void;
  /** Closes all. */
  dispose(): void;
}

/**
 * Loads documents when they are asked for.
 * @param load - Gives the document of an id: made from stored bytes, or by whoever syncs it. Ids may come from strangers.
 * @example
 * ```ts
 * const subdocs = createSubdocs(async (id) => {
 *   const doc = createDoc({ random });
 *   doc.apply(await read(id));
 *   return doc;
 * });
 * const intro = await subdocs.open(book.map("chapters").get("intro"));
 * ```
 * @public
 */
export function createSubdocs<D extends Doc>(load: (id: string) => D | Promise<D>): Subdocs<D> {
  demandFunction(load);
  return new OpenSubdocs(load);
}

class OpenSubdocs<D extends Doc> implements Subdocs<D> {
  readonly loaded = new Map<string, D>();
  private readonly load: (id: string) => D | Promise<D>;
  private readonly opened = new Map<string, Promise<D>>();
  private readonly stops = new Map<string, () => void>();
  private readonly listeners = new Set<(id: string, bytes: Uint8Array, origin: unknown) => void>();

  constructor(load: (id: string) => D | Promise<D>) {
    this.load = load;
  }

  open(ref: unknown): Promise<D> {
    const id = idOf(ref);
    const known = this.opened.get(id);
    if (known !== undefined) return known;
    const opening: Promise<D> = this.start(id, () => this.opened.get(id) === opening);
    this.opened.set(id, opening);
    return opening;
  }

  close(ref: unknown): void {
    const id = idOf(ref);
    this.stops.get(id)?.();
    this.stops.delete(id);
    this.opened.delete(id);
    this.loaded.delete(id);
  }

  onUpdate(listener: (id: string, bytes: Uint8Array, origin: unknown) => void): () => void {
    demandFunction(listener);
    const own: typeof listener = (...told) => listener(...told); // so that one function may listen twice
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }

  dispose(): void {
    for (const id of [...this.opened.keys()]) this.close(id);
    this.listeners.clear();
  }

  /** `isWanted`: it has not been closed meanwhile. */
  private async start(id: string, isWanted: () => boolean): Promise<D> {
    await undefined; // whoever opens has noted it by then
    try {
      const doc = await this.load(id);
      editorOf(doc); // or it is no document
      if (isWanted()) {
        this.loaded.set(id, doc);
        this.stops.set(
          id,
          doc.onUpdate((bytes, origin) => this.tell(id, bytes, origin)),
        );
      }
      return doc;
    } catch (error) {
      if (isWanted()) this.opened.delete(id);
      throw error;
    }
  }

  private tell(id: string, bytes: Uint8Array, origin: unknown): void {
    for (const listener of [...this.listeners]) listener(id, bytes, origin);
  }
}

function idOf(ref: unknown): string {
  const id = typeof ref === "string" ? ref : subdocIdOf(ref);
  if (id === undefined) throw new CodedError("CRDT_BAD_NAME", "The value is no reference to a document");
  checkName(id);
  return id;
}
