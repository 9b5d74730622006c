/*
 * The page as the browser's client has it: slots and instances over nodes, found by the markers in the HTML and changed by operations. A twin of
 * client/live over plain data; where the page is not what the server thinks, it throws.
 */
import type { Content, InstanceContent, Path, RowContent, TemplateSource } from "../../lib/wire/index.ts";
import { LIST_MIXED, LIST_STREAM, RAW } from "../../lib/wire/index.ts";
import {
  attributeOf,
  type Child,
  cloneNode,
  commentOf,
  type Element,
  insertBefore,
  isElement,
  isText,
  newComment,
  newText,
  nextOf,
  type Parent,
  parseInside,
  removeNode,
  setAttributeOf,
  type Text,
} from "./nodes.ts";

/** A template as it came, and its nodes by the kind of parent they are for. */
export interface PageTemplate {
  readonly hash: string;
  readonly markup: string;
  readonly names: readonly string[];
  readonly contents: Map<string, readonly Child[]>;
}

/** A template in the page: its first and last node stand as long as it does. */
export interface Instance {
  readonly template: PageTemplate;
  readonly slots: Slot[];
  readonly first: Child;
  readonly last: Child;
}

/** A place the server may change. */
export interface Slot {
  /** An attribute's name, `#text` for the text of an element, "" between tags. */
  readonly name: string;
  /** The element of an attribute or text; for a child slot without markers, its parent. */
  readonly element: Parent | undefined;
  /** Markers around a child slot. */
  readonly start: Child | undefined;
  readonly end: Child | undefined;
  held: Text | Instance | Instance[] | undefined;
  /** What makes its list a stream. */
  stream: Stream | undefined;
}

/** A list whose rows the server has forgotten: they are known by their keys. */
export interface Stream {
  readonly id: string;
  readonly limit: number;
  readonly keys: (string | number)[];
}

/** Hears what the server does to controls, whose state a person may have changed. */
export interface PageHooks {
  attribute(element: Element, name: string, value: string | undefined): void;
}

export function compileTemplate([hash, markup, ...names]: TemplateSource): PageTemplate {
  return { hash, markup: markup || "<!---->", names, contents: new Map() };
}

export function makeSlot(name: string, element?: Parent, start?: Child, end?: Child, held?: Slot["held"]): Slot {
  return { name, element, start, end, held, stream: undefined };
}

function contentIn(template: PageTemplate, parent: Parent): readonly Child[] {
  const key = isElement(parent) ? `${parent.namespaceURI} ${parent.tagName}` : "";
  const known = template.contents.get(key);
  if (known !== undefined) return known;
  const made = parseInside(template.markup, parent);
  template.contents.set(key, made);
  return made;
}

/** The slots a node of a template is marked with. */
function slotsOf(node: Child): number[] {
  const list = isElement(node) ? attributeOf(node, "bus-slot") : /^bus:(.+)/.exec(commentOf(node))?.[1];
  return list === undefined || list === "" ? [] : list.split(" ").map(Number);
}

function parted(what: string): never {
  throw new Error(what);
}

// Adopting: each template is walked beside the nodes it became.

/** Finds the slots of an instance that stands between markers. @throws Error saying where the page is another than its templates say. */
export function adoptInstance(start: Child, templates: readonly PageTemplate[]): Instance {
  const template = templates[Number(commentOf(start).slice(1))] ?? parted(`no template for <!--${commentOf(start)}-->`);
  const slots: Slot[] = [];
  const walk = (
    models: readonly Child[],
    isTop: boolean,
    into: Parent,
    first: Child | undefined,
  ): Child | undefined => {
    let node = first;
    for (const model of models) {
      const marks = slotsOf(model);
      if (!isElement(model) && marks.length > 0) {
        const index = marks[0] ?? 0;
        if (!isTop && models.length < 2 && commentOf(node) === "") {
          slots[index] = makeSlot(
            "",
            into,
            undefined,
            undefined,
            isText(node) && nextOf(node) === undefined ? node : undefined,
          );
          return undefined;
        }
        const slot = adoptSlot(node ?? parted("a slot has no marker"), templates);
        slots[index] = slot;
        node = slot.end;
      } else {
        if (isText(model) && model.value === "") continue;
        if (node?.nodeName !== model.nodeName)
          parted(`${describe(model)} is expected where ${describe(node)} stands: HTML's parser moved something`);
        for (const slot of marks) slots[slot] = makeSlot(template.names[slot] ?? "", node as Element); // cast: its model is an element
        if (isElement(model) && model.childNodes.length > 0) {
          const element = node as Element; // cast: so it is in the template
          const rest = walk(model.childNodes, false, element, element.childNodes[0]);
          if (rest !== undefined)
            parted(`${describe(rest)} stands in ${describe(element)} although no template has it`);
        }
      }
      node = node === undefined ? undefined : nextOf(node);
    }
    return node;
  };
  const parent = start.parentNode ?? parted("the root is gone");
  const last = walk(contentIn(template, parent), true, parent, nextOf(start));
  if (commentOf(last) !== "]" || last === undefined) return parted(`${describe(last)} stands behind a template's end`);
  return { template, slots, first: start, last };
}

function adoptSlot(start: Child, templates: readonly PageTemplate[]): Slot {
  const kind = commentOf(start);
  let node = nextOf(start) ?? parted("a slot has no end");
  let held: Slot["held"];
  if (kind === "[*") {
    const rows: Instance[] = [];
    while (commentOf(node) !== "]") {
      const row = adoptInstance(node, templates);
      rows.push(row);
      node = nextOf(row.last) ?? parted("a list has no end");
    }
    held = rows;
  } else if (kind === "[") {
    if (isText(node) && commentOf(nextOf(node)) === "]") held = node;
    while (commentOf(node) !== "]") node = nextOf(node) ?? parted("a slot has no end");
  } else {
    const inner = adoptInstance(start, templates);
    held = inner;
    node = inner.last;
  }
  return makeSlot("", undefined, start, node, held);
}

function describe(node: Child | undefined): string {
  if (node === undefined) return "nothing";
  if (isText(node)) return `the text ${JSON.stringify(node.value.slice(0, 30))}`;
  return isElement(node) ? `<${node.tagName}>` : `<!--${commentOf(node)}-->`;
}

// Filling.

/** Where a path leads. */
export function slotAt(root: Slot, path: Path): Slot {
  let slot = root;
  let held: Slot["held"] | Instance = root.held;
  for (const step of typeof path === "number" ? [path] : path) {
    if (Array.isArray(held)) held = held[step] ?? parted(`no row ${step} on the path ${path}`);
    else {
      const inner: Slot | undefined = held !== undefined && "slots" in held ? held.slots[step] : undefined;
      slot = inner ?? parted(`no slot ${step} on the path ${path}`);
      held = slot.held;
    }
  }
  return slot;
}

/** Puts a value into a slot; what is there and fits is kept. */
export function fill(slot: Slot, value: Content, templates: readonly PageTemplate[], hooks: PageHooks): void {
  const { held } = slot;
  if (slot.name !== "") {
    setAttribute(slot, value, hooks);
    return;
  }
  if (!Array.isArray(value)) {
    const text = value === null || value === true ? parted("an attribute's value stands between tags") : String(value);
    if (held !== undefined && !Array.isArray(held) && "nodeName" in held && held.parentNode !== null) held.value = text;
    else {
      const made = newText(text);
      replace(slot, [made]);
      slot.held = made;
    }
    return;
  }
  const [head, ...rest] = value as readonly [number, ...unknown[]]; // cast: content begins with a number
  if (head === RAW) {
    replace(slot, parseInside(String(rest[0]), parentOf(slot)));
  } else if (head === LIST_STREAM) {
    const [id, limit, template, ...rows] = rest as [string, number, number, ...(string | number | RowContent)[]]; // cast: so a stream is built
    if (slot.stream?.id !== id || !Array.isArray(held)) {
      replace(slot, []);
      slot.held = [];
      openStream(slot, { id, limit, keys: [] });
    }
    addToStream(slot, true, template, rows, templates, hooks);
  } else if (head < 0) {
    const template = head === LIST_MIXED ? -1 : Number(rest.shift());
    if (!Array.isArray(held)) {
      replace(slot, []);
      slot.held = [];
    }
    fillRows(slot, toRows(template, rest as readonly RowContent[]), templates, hooks); // cast: the rest of a list is rows
  } else if (held !== undefined && "slots" in held && held.template === templates[head]) {
    fillSlots(held, value as InstanceContent, templates, hooks); // cast: a number from 0 begins an instance
  } else {
    const made = create(slot, value as InstanceContent, templates, hooks); // cast: as above
    replace(slot, made.nodes);
    slot.held = made.instance;
  }
}

/** Rows with their template, however they came. */
export function toRows(template: number, rows: readonly RowContent[]): readonly InstanceContent[] {
  return rows.map((row) => (template < 0 ? row : [template, ...row]) as InstanceContent); // cast: so a row is built
}

export function rowsOf(slot: Slot): Instance[] {
  return Array.isArray(slot.held) ? slot.held : parted("there is no list where rows change");
}

/** Takes rows out and puts rows in. */
export function spliceRows(
  slot: Slot,
  index: number,
  remove: number,
  added: readonly InstanceContent[],
  templates: readonly PageTemplate[],
  hooks: PageHooks,
): void {
  const rows = rowsOf(slot);
  if (index + remove > rows.length) parted(`rows ${index} to ${index + remove} change in a list of ${rows.length}`);
  const before = rowNode(slot, index + remove);
  const made = added.map((row) => {
    const { instance, nodes } = create(slot, row, templates, hooks);
    for (const node of nodes) insertBefore(parentOf(slot), node, before);
    return instance;
  });
  for (const row of rows.splice(index, remove, ...made)) for (const node of nodesOf(row)) removeNode(node);
}

/** The list in a slot is a stream from now on. */
export function openStream(slot: Slot, stream: Stream): void {
  if (stream.keys.length !== rowsOf(slot).length)
    parted(`${stream.keys.length} keys for a stream of ${rowsOf(slot).length} rows`);
  slot.stream = stream;
  Object.assign(parentOf(slot), { [STREAM]: true });
}

/** What an element in which a stream stands is marked with: its rows are no longer the server's. */
export const STREAM: unique symbol = Symbol("busbar.live.testing.stream");

export function streamOf(slot: Slot): Stream {
  return slot.stream ?? parted("there is no stream where one changes");
}

/** Puts keys and rows, which come by turns, at the end or the start; what is beyond the limit goes from the other end. */
export function addToStream(
  slot: Slot,
  isAtEnd: boolean,
  template: number,
  keysAndRows: readonly (string | number | RowContent)[],
  templates: readonly PageTemplate[],
  hooks: PageHooks,
): void {
  const { keys, limit } = streamOf(slot);
  let at = isAtEnd ? keys.length : 0;
  for (let index = 0; index < keysAndRows.length; index += 2) {
    const key = keysAndRows[index] as string | number; // casts: keys and rows come by turns
    const row = toRows(template, [keysAndRows[index + 1] as RowContent]);
    const known = keys.indexOf(key);
    spliceRows(slot, known < 0 ? at : known, known < 0 ? 0 : 1, row, templates, hooks);
    if (known < 0) keys.splice(at++, 0, key);
  }
  const extra = Math.max(0, keys.length - limit);
  removeFromStream(slot, isAtEnd ? keys.slice(0, extra) : keys.slice(keys.length - extra));
}

/** Takes rows out of a stream; keys that are not there are passed over. */
export function removeFromStream(slot: Slot, gone: readonly (string | number)[]): void {
  const { keys } = streamOf(slot);
  for (const key of gone) {
    const at = keys.indexOf(key);
    if (at < 0) continue;
    keys.splice(at, 1);
    for (const row of rowsOf(slot).splice(at, 1)) for (const node of nodesOf(row)) removeNode(node);
  }
}

/** The first node of a row, or what follows the last. */
export function rowNode(slot: Slot, index: number): Child | undefined {
  const rows = rowsOf(slot);
  return index === rows.length
    ? slot.end
    : (rows[index]?.first ?? parted(`no row ${index} in a list of ${rows.length}`));
}

/** The nodes of a row, first to last. */
export function nodesOf({ first, last }: Instance): Child[] {
  const siblings = first.parentNode?.childNodes ?? [];
  return siblings.slice(siblings.indexOf(first), siblings.indexOf(last) + 1);
}

export function parentOf(slot: Slot): Parent {
  return slot.end?.parentNode ?? slot.element ?? parted("a slot has left the page");
}

function fillRows(
  slot: Slot,
  contents: readonly InstanceContent[],
  templates: readonly PageTemplate[],
  hooks: PageHooks,
): void {
  const rows = rowsOf(slot);
  for (const [index, content] of contents.entries()) {
    const row = rows[index];
    if (row !== undefined && row.template === templates[content[0]]) fillSlots(row, content, templates, hooks);
    else spliceRows(slot, index, row === undefined ? 0 : 1, [content], templates, hooks);
  }
  spliceRows(slot, contents.length, rows.length - contents.length, [], templates, hooks);
}

function fillSlots(
  instance: Instance,
  [, ...values]: InstanceContent,
  templates: readonly PageTemplate[],
  hooks: PageHooks,
): void {
  if (values.length !== instance.slots.length) parted(`${values.length} values for ${instance.slots.length} slots`);
  for (const [index, slot] of instance.slots.entries()) fill(slot, values[index] ?? null, templates, hooks);
}

function create(
  slot: Slot,
  content: InstanceContent,
  templates: readonly PageTemplate[],
  hooks: PageHooks,
): { instance: Instance; nodes: Child[] } {
  const template = templates[content[0]] ?? parted(`template ${content[0]} has not been sent`);
  const top = { nodeName: "#document-fragment", childNodes: [] } as Parent; // cast: all a fragment has
  for (const node of contentIn(template, parentOf(slot))) insertBefore(top, cloneNode(node), undefined);
  const slots: Slot[] = [];
  const find = (parent: Parent): void => {
    for (const node of [...parent.childNodes]) {
      if (isElement(node)) find(node);
      for (const index of slotsOf(node)) slots[index] = placeSlot(template.names[index] ?? "", node, top);
      if (isElement(node)) setAttributeOf(node, "bus-slot", undefined);
    }
  };
  find(top);
  const nodes = top.childNodes;
  const [first = parted("an empty template"), last = first] = [nodes[0], nodes[nodes.length - 1]];
  const instance: Instance = { template, slots, first, last };
  fillSlots(instance, content, templates, hooks);
  return { instance, nodes: [...top.childNodes] };
}

/** A child slot that is all there is in its element needs no markers; else its placeholder and a new comment are those. */
function placeSlot(name: string, node: Child, top: Parent): Slot {
  if (name !== "") return makeSlot(name, node as Element); // cast: only elements have attributes and text
  const parent = node.parentNode ?? top;
  if (parent !== top && parent.childNodes.length === 1) {
    removeNode(node);
    return makeSlot("", parent);
  }
  const end = newComment("]");
  insertBefore(parent, end, nextOf(node));
  return makeSlot("", undefined, node, end);
}

function replace(slot: Slot, nodes: readonly Child[]): void {
  const { start, end } = slot;
  const parent = parentOf(slot);
  const siblings = parent.childNodes;
  const from = start === undefined ? 0 : siblings.indexOf(start) + 1;
  const to = end === undefined ? siblings.length : siblings.indexOf(end);
  for (const node of siblings.slice(from, to)) removeNode(node);
  for (const node of nodes) insertBefore(parent, node, end);
  slot.held = undefined;
  slot.stream = undefined;
}

function setAttribute(slot: Slot, value: Content, hooks: PageHooks): void {
  const element = isElement(slot.element) ? slot.element : parted("an attribute has no element");
  if (typeof value === "object" && value !== null) parted("content stands where an attribute's value does");
  const text = value === true ? "" : value === null ? undefined : String(value);
  if (slot.name !== "#text") setAttributeOf(element, slot.name, text);
  else {
    for (const node of [...element.childNodes]) removeNode(node);
    if (text !== undefined && text !== "") insertBefore(element, newText(text), undefined);
  }
  hooks.attribute(element, slot.name, text);
}
