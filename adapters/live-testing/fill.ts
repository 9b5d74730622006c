import {
  type Content,
  type InstanceContent,
  LIST_MIXED,
  LIST_STREAM,
  RAW,
  type RowContent,
} from "../../lib/wire/index.ts";
import {
  type Child,
  cloneNode,
  type Element,
  insertBefore,
  isElement,
  newComment,
  newText,
  nextOf,
  type Parent,
  parseInside,
  removeNode,
  setAttributeOf,
} from "./nodes.ts";
import {
  contentIn,
  type Instance,
  makeSlot,
  nodesOf,
  type PageHooks,
  type PageTemplate,
  parentOf,
  parted,
  rowsOf,
  type Slot,
  type Stream,
  slotsOf,
} from "./slots.ts";

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
