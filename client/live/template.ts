import type { TemplateSource } from "../../lib/wire/index.ts";

// Fields that begin with `_` get short names in the bundle.

/** A template the browser can clone; its slots are marked in it. */
export interface LiveTemplate {
  readonly _hash: string;
  readonly _content: DocumentFragment;
  /** For each slot: an attribute's name, "" between tags, "#text" for the text of an element. */
  readonly _names: readonly string[];
}

/** The nodes of a piece of markup. */
export function parse(markup: string): DocumentFragment {
  const element = document.createElement("template");
  element.innerHTML = markup;
  return element.content;
}

/** Parses a template's source. */
export function compileTemplate([hash, markup, ...names]: TemplateSource): LiveTemplate {
  const content = parse(markup);
  // A row is found by its first and last node, so even an empty template needs one.
  if (!content.firstChild) content.append(new Comment());
  return { _hash: hash, _content: content, _names: names };
}

/** The slots a node of a template is marked with. */
export function slotsOf(node: Node): readonly number[] {
  const list = node instanceof Element ? node.getAttribute("bus-slot") : /^bus:(.+)/.exec(commentOf(node))?.[1];
  return list ? list.split(" ").map(Number) : [];
}

/** What a comment says; nothing for other nodes. */
export function commentOf(node: Node | null): string {
  return node instanceof Comment ? node.data : "";
}

/** Throws when the page is not what the server thinks. */
export function check(fits: boolean): void {
  if (!fits) throw new Error("parted");
}
