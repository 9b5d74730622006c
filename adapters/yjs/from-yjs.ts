import * as Y from "yjs";
import type {
  CrdtList,
  CrdtMap,
  CrdtNode,
  CrdtNodes,
  CrdtText,
  Doc,
  MarkValues,
  RichText,
} from "../../lib/crdt/index.ts";
import { docLike, subdocRef } from "../../lib/crdt/index.ts";
import { CodedError } from "../../lib/errors/index.ts";

/**
 * What a Yjs document cannot say of itself.
 * @public
 */
export interface FromYjsOptions {
  /**
   * What the roots are, by name. Yjs knows only when its own code asks for them: a root without content, or with a list of values, may be either.
   * @defaultValue what their content looks like: letters, formats and embeds make a text, values a list, keys alone a map
   */
  readonly roots?: Readonly<Record<string, "text" | "map" | "list">>;
}

/**
 * Writes the content of a Yjs document into a document of busbar, under the same names: `Y.Text` becomes a text (formats become marks and embeds in documents
 * made with `marks()`, and are left out in others), `Y.Map` a map, `Y.Array` a list; XML becomes lists of maps with `name`, `attributes` and `children`, or texts.
 *
 * Content is carried over, not history: convert once, on one machine, and give the result to everyone.
 * @param update - What `Y.encodeStateAsUpdate` or `Y.encodeStateAsUpdateV2` gave.
 * @throws CodedError `CRDT_BAD_YJS` when Yjs cannot read it or it lacks something it builds on, `CRDT_LIMIT` for types nested deeper than 32, `CRDT_BAD_NAME` for
 * names and keys of more than 1,024 bytes; then `doc` has not been changed.
 * @example
 * ```ts
 * const doc = createDoc({ random: nodePlatform.random, features: [marks()] });
 * fromYjs(await oldStore.get(name), doc);
 * ```
 * @public
 */
export function fromYjs(update: Uint8Array, doc: Doc, { roots = {} }: FromYjsOptions = {}): void {
  const from = new Y.Doc();
  try {
    if (isSecondVersion(update)) Y.applyUpdateV2(from, update);
    else Y.applyUpdate(from, update);
  } catch (cause) {
    throw new CodedError("CRDT_BAD_YJS", "Yjs cannot read the update", { cause });
  }
  if (from.store.pendingStructs !== null || from.store.pendingDs !== null)
    throw new CodedError("CRDT_BAD_YJS", "The update builds on others that it does not hold");
  const fill = (to: Doc): void => {
    for (const name of [...from.share.keys()].sort()) {
      const kind = Object.hasOwn(roots, name) ? roots[name] : guess(from, name);
      if (kind === "map") fillMap(from.getMap(name), to.map(name));
      else if (kind === "list") fillList(from.getArray(name), to.list(name));
      else fillText(from.getText(name), to.text(name));
    }
  };
  fill(docLike(doc, { replicaId: 0 })); // what cannot be carried over fails before anything has changed
  doc.transact(() => fill(doc), { origin: "yjs" });
  from.destroy();
}

/** Those begin with a zero; the first version with how many clients have written, and where that is none, nothing is in it. */
function isSecondVersion(update: Uint8Array): boolean {
  return update[0] === 0 && update.length > 2;
}

/** A root that nobody has asked for yet has its content, and no type. */
function guess(from: Y.Doc, name: string): "text" | "map" | "list" {
  const root = from.share.get(name) as Y.AbstractType<unknown> | undefined; // cast: they are of some type
  if (root === undefined || root instanceof Y.Text) return "text";
  // A text may have keys too (its attributes), and a type before its first letter.
  let isList = root instanceof Y.Array;
  for (let item = root._start; item !== null; item = item.right) {
    const { content, deleted } = item;
    if (deleted) continue;
    if ([Y.ContentString, Y.ContentFormat, Y.ContentEmbed].some((kind) => content instanceof kind)) return "text";
    isList = true;
  }
  if (isList) return "list";
  return root instanceof Y.Map || root._map.size > 0 ? "map" : "text";
}

function fillText(from: Y.Text, text: CrdtText): void {
  const marked: { readonly start: number; readonly end: number; readonly marks: MarkValues }[] = []; // last: what is typed at the end of a mark takes it on
  const rich = "mark" in text ? (text as RichText) : undefined; // cast: only those have it
  for (const { insert, attributes } of from.toDelta() as { insert: unknown; attributes?: MarkValues }[]) {
    // cast: what Yjs documents
    const start = text.length;
    if (typeof insert === "string") text.insert(start, wellFormed(insert));
    else if (insert instanceof Y.AbstractType)
      continue; // a type in a text has no counterpart
    else rich?.insertEmbed(start, plain(insert));
    if (attributes === undefined || text.length === start) continue;
    const marks = Object.entries(attributes).map(([key, value]): [string, MarkValues[string]] => [key, plain(value)]);
    marked.push({ start, end: text.length, marks: Object.fromEntries(marks) });
  }
  for (const { start, end, marks } of marked) rich?.mark({ start, end }, marks);
}

/** Yjs lets a surrogate pair be cut in two; half of one cannot be encoded. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

function fillMap(from: Y.Map<unknown>, map: CrdtMap): void {
  for (const key of [...from.keys()].sort()) {
    const value = from.get(key);
    if (value instanceof Y.AbstractType) fillChild(value, map, key);
    else if (value !== undefined) map.set(key, plain(value));
  }
}

function fillChild(from: Y.AbstractType<unknown>, map: CrdtMap, key: string): void {
  let child: CrdtNode | undefined;
  fillNode(from, (type) => {
    const made = map.child(type, key);
    child = made;
    return made;
  });
  if (child !== undefined && !map.has(key)) show(child);
}

/** A child that nobody has edited is not there. */
function show(child: CrdtNode): void {
  if (child.type === "map") {
    child.set("", null);
    child.delete("");
  } else if (child.type === "text" || child.type === "list") {
    child.insert(0, " ");
    child.delete(0, 1);
  }
}

function fillList(from: { toArray(): unknown[] }, list: CrdtList): void {
  for (const value of from.toArray()) {
    if (value instanceof Y.AbstractType) fillNode(value, (type) => list.insertChild(list.length, type));
    else list.insert(list.length, plain(value));
  }
}

function fillNode(from: Y.AbstractType<unknown>, make: <T extends keyof CrdtNodes>(type: T) => CrdtNodes[T]): void {
  if (from instanceof Y.XmlElement) {
    const map = make("map");
    map.set("name", from.nodeName);
    const attributes = Object.entries(from.getAttributes() as Record<string, unknown>); // cast: any that was set
    map.set("attributes", Object.fromEntries(attributes.map(([key, value]) => [key, plain(value)])));
    const children = map.child("list", "children");
    fillList(from, children);
    if (!map.has("children")) show(children);
  } else if (from instanceof Y.XmlFragment) fillList(from, make("list"));
  else if (from instanceof Y.Text) fillText(from, make("text"));
  else if (from instanceof Y.Map) fillMap(from, make("map"));
  else if (from instanceof Y.Array) fillList(from, make("list"));
}

/** Values of Yjs are what JSON has, bytes, undefined and big integers; subdocuments become references to their ids. */
function plain(value: unknown): MarkValues[string] {
  if (value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string") return wellFormed(value);
  if (value instanceof Y.Doc) return subdocRef(wellFormed(value.guid));
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value as MarkValues[string]; // cast: see above
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [wellFormed(key), plain(part)]));
}
