/*
 * The page as slots and instances over real nodes. What the server sends is not checked before it is used: where the page is not what the
 * server thinks, something here is undefined and throws, and the caller asks for the whole page. All casts below stand for that.
 */
import type { Content, InstanceContent, Path, RowContent } from "../../lib/wire/index.ts";
import { LIST_MIXED, RAW } from "../../lib/wire/index.ts";
import { contentIn, type LiveTemplate, parse, slotsOf } from "./template.ts";

/** A template in the page. Its first and last node never change while it stands: slots at its edges have markers. */
export interface Instance {
  readonly _template: LiveTemplate;
  readonly _slots: LiveSlot[];
  readonly _first: Node;
  readonly _last: Node;
}

/** A place the server may change. */
export interface LiveSlot {
  readonly _name: string;
  /** The element of an attribute or text; for a child slot without markers, the parent. */
  readonly _element: Element | null;
  /** Markers around a child slot; `null` where it begins or ends with its parent. */
  readonly _start: Node | null;
  readonly _end: Node | null;
  _held: Held | null | undefined;
}

type Held = Text | Instance | Instance[] | undefined;
/** The templates the server has numbered. */
export type Numbered = readonly LiveTemplate[];

export const makeSlot = (
  name: string,
  element: Element | null,
  start: Node | null = null,
  end: Node | null = null,
  held?: Held | null,
): LiveSlot => {
  return { _name: name, _element: element, _start: start, _end: end, _held: held };
};

/** Where a path leads. */
export const slotAt = (root: LiveSlot, path: Path): LiveSlot => {
  let slot = root;
  let held: unknown = root._held;
  for (const step of [path].flat()) {
    if (Array.isArray(held)) held = held[step];
    else {
      slot = (held as Instance)._slots[step] as LiveSlot;
      held = slot._held;
    }
  }
  return slot;
};

/** Puts a value into a slot of any kind. What is there and fits is kept, so that focus and drafts survive a whole mount. */
export const fill = (slot: LiveSlot, value: Content, templates: Numbered): void => {
  const { _name: name, _element: element, _held: held } = slot;
  if (name) setAttribute(element as HTMLInputElement, name, value as string | null | true);
  else if (!Array.isArray(value)) {
    const text = held as Partial<Text> | undefined;
    // Another script may have taken our text out; writing the same again would collapse a selection in it.
    if (!text?.parentNode) replace(slot, [new Text(value as string)], true);
    else if (text.data !== value) text.data = value as string;
  } else {
    const [head, ...rest] = value as [number, ...unknown[]];
    if (head === RAW) replace(slot, [...parse(rest[0] as string, parentOf(slot)).childNodes]);
    else if (head < 0) {
      const rows = toRows(head === LIST_MIXED ? -1 : (rest.shift() as number), rest as RowContent[]);
      if (!Array.isArray(held)) {
        replace(slot);
        slot._held = [];
      }
      fillRows(slot, rows, templates);
    } else if ((held as Instance | undefined)?._template === templates[head]) {
      fillSlots(held as Instance, value as InstanceContent, templates);
    } else {
      const [made, nodes] = create(slot, value as InstanceContent, templates);
      replace(slot, nodes);
      slot._held = made;
    }
  }
};

/** Rows with their template, however they came. */
export const toRows = (template: number, rows: readonly RowContent[]): readonly InstanceContent[] => {
  return (template < 0 ? rows : rows.map((row) => [template, ...row])) as InstanceContent[];
};

/** Takes rows out and puts rows in. */
export const splice = (
  slot: LiveSlot,
  index: number,
  remove: number,
  added: readonly InstanceContent[],
  templates: Numbered,
): void => {
  const rows = slot._held as Instance[];
  // The node after the place, looked up before anything leaves the page.
  const before = rowNode(slot, index + remove);
  const made = added.map((row) => {
    const [instance, nodes] = create(slot, row, templates);
    insert(slot, nodes, before);
    return instance;
  });
  for (const row of rows.splice(index, remove, ...made)) removeUntil(row._first, row._last.nextSibling);
};

/** The first node of a row, or what follows the last. */
export const rowNode = (slot: LiveSlot, index: number): Node | null => {
  const rows = slot._held as Instance[];
  return index === rows.length ? slot._end : (rows[index] as Instance)._first;
};

/** Moves the nodes of a row before another node; `moveBefore` keeps focus, frames and media where it exists. */
export const placeRow = (slot: LiveSlot, row: Instance, before: Node | null): void => {
  const parent = parentOf(slot) as Node & { moveBefore?: Node["insertBefore"] }; // newer than the DOM types
  const move = parent.moveBefore ?? parent.insertBefore;
  for (let node = row._first, next: Node | null; ; node = next as Node) {
    next = node.nextSibling;
    move.call(parent, node, before);
    if (node === row._last) return;
  }
};

const parentOf = (slot: LiveSlot): Node => {
  return (slot._end?.parentNode ?? slot._element) as Node;
};

const fillRows = (slot: LiveSlot, contents: readonly InstanceContent[], templates: Numbered): void => {
  const rows = slot._held as Instance[];
  contents.forEach((content, index) => {
    const row = rows[index];
    if (row?._template === templates[content[0]]) fillSlots(row as Instance, content, templates);
    else splice(slot, index, row ? 1 : 0, [content], templates);
  });
  splice(slot, contents.length, rows.length - contents.length, [], templates);
};

const fillSlots = (instance: Instance, content: InstanceContent, templates: Numbered): void => {
  instance._slots.forEach((slot, index) => {
    fill(slot, content[index + 1] as Content, templates);
  });
};

/** Clones a template for a slot and fills it. */
const create = (slot: LiveSlot, content: InstanceContent, templates: Numbered): [Instance, Node[]] => {
  const template = templates[content[0]] as LiveTemplate;
  const nodes = document.importNode(contentIn(template, parentOf(slot)) as Node, true);
  const slots: LiveSlot[] = [];
  const find = (parent: Node): void => {
    for (const node of [...parent.childNodes] as Element[]) {
      find(node);
      for (const index of slotsOf(node)) slots[index] = placeSlot(template._names[index] as string, node, nodes);
      node.removeAttribute?.("bus-slot");
    }
  };
  find(nodes);
  const instance = {
    _template: template,
    _slots: slots,
    _first: nodes.firstChild as Node,
    _last: nodes.lastChild as Node,
  };
  fillSlots(instance, content, templates);
  return [instance, [...nodes.childNodes]];
};

/** A child slot that is all there is in its element needs no markers; else its placeholder and a new comment are those. */
const placeSlot = (name: string, node: Element, top: Node): LiveSlot => {
  const parent = node.parentNode as Element;
  if (name) return makeSlot(name, node);
  if (parent !== top && parent.childNodes.length === 1) {
    node.remove();
    return makeSlot(name, parent);
  }
  const end = new Comment("]");
  node.after(end);
  return makeSlot(name, null, node, end);
};

/** Takes out what a child slot holds and puts something else in. */
const replace = (slot: LiveSlot, nodes: Node[] = [], isHeld?: boolean): void => {
  const { _start: start, _end: end } = slot;
  removeUntil(start ? start.nextSibling : (slot._element as Element).firstChild, end);
  insert(slot, nodes, end);
  slot._held = isHeld ? (nodes[0] as Text) : undefined;
};

const insert = (slot: LiveSlot, nodes: Node[], before: Node | null): void => {
  for (const node of nodes) parentOf(slot).insertBefore(node, before);
};

const removeUntil = (first: Node | null, end: Node | null): void => {
  for (let node = first; node && node !== end; ) {
    const next: Node | null = node.nextSibling;
    (node as ChildNode).remove();
    node = next;
  }
};

/** Sets an attribute or an element's text, and the property behind it that users change, except under the user's hands. */
const setAttribute = (element: HTMLInputElement, name: string, value: string | null | true): void => {
  const text = value === true ? "" : value;
  const isText = name === "#text";
  if (text === (isText ? element.textContent : element.getAttribute(name))) return;
  // The property first: where it is the attribute by another name, the attribute has the last word.
  if (name === "checked" || name === "selected")
    (element as HTMLInputElement & { selected: boolean })[name] = text !== null;
  else if ((isText || name === "value") && "value" in element && element !== document.activeElement)
    element.value = text ?? "";
  if (isText) element.textContent = text;
  else if (text === null) element.removeAttribute(name);
  else element.setAttribute(name, text);
};
