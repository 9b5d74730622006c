/*
 * The page as the browser's client has it: slots and instances over nodes, found by the markers in the HTML and changed by operations. A twin of
 * client/live over plain data; where the page is not what the server thinks, it throws.
 */
import type { Path, TemplateSource } from "../../lib/wire/index.ts";
import {
  attributeOf,
  type Child,
  commentOf,
  type Element,
  isElement,
  type Parent,
  parseInside,
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

/** Its nodes for that kind of parent. */
export function contentIn(template: PageTemplate, parent: Parent): readonly Child[] {
  const key = isElement(parent) ? `${parent.namespaceURI} ${parent.tagName}` : "";
  const known = template.contents.get(key);
  if (known !== undefined) return known;
  const made = parseInside(template.markup, parent);
  template.contents.set(key, made);
  return made;
}

/** The slots a node of a template is marked with. */
export function slotsOf(node: Child): number[] {
  const list = isElement(node) ? attributeOf(node, "bus-slot") : /^bus:(.+)/.exec(commentOf(node))?.[1];
  return list === undefined || list === "" ? [] : list.split(" ").map(Number);
}

/** The page is not what the server thinks. */
export function parted(what: string): never {
  throw new Error(what);
}

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

export function rowsOf(slot: Slot): Instance[] {
  return Array.isArray(slot.held) ? slot.held : parted("there is no list where rows change");
}

/** The nodes of a row, first to last. */
export function nodesOf({ first, last }: Instance): Child[] {
  const siblings = first.parentNode?.childNodes ?? [];
  return siblings.slice(siblings.indexOf(first), siblings.indexOf(last) + 1);
}

export function parentOf(slot: Slot): Parent {
  return slot.end?.parentNode ?? slot.element ?? parted("a slot has left the page");
}
