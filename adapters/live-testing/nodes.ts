import { type DefaultTreeAdapterMap, html as names, parseFragment, serialize, serializeOuter } from "parse5";

/** Nodes as parse5 makes them. */
export type Document = DefaultTreeAdapterMap["document"];
export type Element = DefaultTreeAdapterMap["element"];
export type Text = DefaultTreeAdapterMap["textNode"];
export type Comment = DefaultTreeAdapterMap["commentNode"];
export type Parent = DefaultTreeAdapterMap["parentNode"];
export type Child = DefaultTreeAdapterMap["childNode"];
export type Node = DefaultTreeAdapterMap["node"];

export function isElement(node: Node | null | undefined): node is Element {
  return node != null && "tagName" in node;
}

export function isText(node: Node | null | undefined): node is Text {
  return node != null && node.nodeName === "#text";
}

/** What a comment says; "" for other nodes. */
export function commentOf(node: Node | null | undefined): string {
  return node != null && node.nodeName === "#comment" ? (node as Comment).data : ""; // cast: the name says so
}

/** The value of an attribute; `undefined` when it is not there. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => nameOf(attribute) === name)?.value;
}

export function setAttributeOf(element: Element, name: string, value: string | undefined): void {
  const at = element.attrs.findIndex((attribute) => nameOf(attribute) === name);
  if (value === undefined) {
    if (at >= 0) element.attrs.splice(at, 1);
  } else if (at >= 0) element.attrs[at] = { ...element.attrs[at], name: element.attrs[at]?.name ?? name, value };
  else element.attrs.push({ name, value });
}

/** In SVG the parser splits `xlink:href` into a prefix and a name. */
function nameOf({ prefix, name }: { readonly name: string; readonly prefix?: string }): string {
  return prefix ? `${prefix}:${name}` : name;
}

/** The elements inside a node, in document order; those in a `<template>` are none of the page. */
export function* elementsIn(node: Parent): Generator<Element, void, void> {
  for (const child of node.childNodes) {
    if (!isElement(child)) continue;
    yield child;
    yield* elementsIn(child);
  }
}

/** The text a node holds, as it stands. */
export function textIn(node: Node): string {
  if (isText(node)) return node.value;
  return "childNodes" in node ? node.childNodes.map(textIn).join("") : "";
}

const UNSEEN = ["script", "style", "template", "noscript", "head", "title"];

/** The text people read: without scripts and styles, white space drawn together. */
export function visibleText(node: Node): string {
  const read = (part: Node): string => {
    if (isText(part)) return part.value;
    if (!("childNodes" in part)) return "";
    return isElement(part) && part !== node && UNSEEN.includes(part.tagName) ? "" : part.childNodes.map(read).join("");
  };
  return read(node).replace(/\s+/g, " ").trim();
}

export function nextOf(node: Child): Child | undefined {
  const siblings = node.parentNode?.childNodes ?? [];
  return siblings[siblings.indexOf(node) + 1];
}

export function removeNode(node: Child): void {
  const siblings = node.parentNode?.childNodes;
  const at = siblings?.indexOf(node) ?? -1;
  if (at >= 0) siblings?.splice(at, 1);
  node.parentNode = null;
}

/** Puts a node before another one of the parent, or last. */
export function insertBefore(parent: Parent, node: Child, before: Child | undefined): void {
  removeNode(node);
  const at = before === undefined ? parent.childNodes.length : parent.childNodes.indexOf(before);
  if (at < 0) throw new Error("the node to insert before is not here");
  parent.childNodes.splice(at, 0, node);
  node.parentNode = parent;
}

export function newText(value: string): Text {
  return { nodeName: "#text", value, parentNode: null };
}

export function newComment(data: string): Comment {
  return { nodeName: "#comment", data, parentNode: null };
}

/** A copy of a node and all in it, without a parent. */
export function cloneNode<N extends Node>(node: N): N {
  const copy = { ...node, parentNode: null };
  if ("attrs" in copy) Object.assign(copy, { attrs: (node as Element).attrs.map((attribute) => ({ ...attribute })) }); // cast: it has attributes
  if ("childNodes" in node) {
    const childNodes = node.childNodes.map((child) => Object.assign(cloneNode(child), { parentNode: copy }));
    Object.assign(copy, { childNodes });
  }
  return copy as N; // cast: what is not a link is as it was
}

/** Parses what stands inside `parent`: the same markup means other elements in SVG and MathML; elsewhere as in a `<template>`. */
export function parseInside(markup: string, parent: Parent): Child[] {
  const isForeign = isElement(parent) && parent.namespaceURI !== names.NS.HTML;
  const { childNodes } = isForeign ? parseFragment({ ...parent, childNodes: [] }, markup, {}) : parseFragment(markup);
  for (const node of childNodes) node.parentNode = null;
  return childNodes;
}

/** Whether a node stands in another one, or is it. */
export function isWithin(node: Node, ancestor: Node): boolean {
  for (let at: Node | null = node; at !== null; at = "parentNode" in at ? at.parentNode : null) {
    if (at === ancestor) return true;
  }
  return false;
}

/** A copy without comments, and with neighbouring texts as one: what two pages that look the same have in common. */
export function plainCopy<N extends Parent>(node: N): N {
  const copy = cloneNode(node);
  strip(copy);
  return copy;
}

function strip(node: Parent): void {
  const kept: Child[] = [];
  for (const child of node.childNodes) {
    const last = kept[kept.length - 1];
    if (child.nodeName === "#comment" || (isText(child) && child.value === "")) continue;
    if (isElement(child) && attributeOf(child, "bus-live-data") !== undefined) continue;
    if (isText(child) && isText(last)) last.value += child.value;
    else kept.push(child);
    if (isElement(child)) strip(child);
  }
  node.childNodes = kept;
}

export function innerHtml(node: Parent): string {
  return serialize(plainCopy(node));
}

export function outerHtml(element: Element): string {
  return serializeOuter(plainCopy(element));
}

/** One line that names an element: its tag, what tells it from others, and how its text begins. */
export function describeElement(element: Element): string {
  const telling = ["id", "class", "name", "type", "href", "for", "role", "aria-label"];
  const attributes = telling.flatMap((name) => {
    const value = attributeOf(element, name);
    return value === undefined || value.startsWith("bus:") ? [] : [` ${name}="${shorten(value, 40)}"`];
  });
  const text = shorten(visibleText(element), 40);
  return `<${element.tagName}${attributes.join("")}>${text === "" ? "" : ` "${text}"`}`;
}

function shorten(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
