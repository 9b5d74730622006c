import type { TemplateSource } from "../../lib/wire/index.ts";

// Fields that begin with `_` get short names in the bundle.

/** A template the browser can clone; its slots are marked in it. */
export interface LiveTemplate {
  readonly _hash: string;
  readonly _markup: string;
  /** Its nodes, by the name of the parent they are for: see `contentIn`. */
  readonly _contents: Record<string, ParentNode>;
  /** For each slot: an attribute's name, "" between tags, "#text" for the text of an element. */
  readonly _names: readonly string[];
}

/** The nodes of a piece of markup, in something that holds them: inside SVG and MathML the same markup means other elements, so there it is a copy of the parent. */
export const parse = (markup: string, parent: Node): ParentNode => {
  const isForeign = parent instanceof Element && !(parent instanceof HTMLElement);
  const element = (isForeign ? parent.cloneNode() : document.createElement("template")) as HTMLTemplateElement; // cast: no other element has content
  element.innerHTML = markup;
  return element.content ?? element;
};

/** Reads a template's source. */
export const compileTemplate = ([hash, markup, ...names]: TemplateSource): LiveTemplate => ({
  _hash: hash,
  // A row is found by its first and last node, so even an empty template needs one.
  _markup: markup || "<!---->",
  _contents: {},
  _names: names,
});

/** The nodes a template has as children of `parent`. Names of HTML's elements are upper case, so SVG's are others. */
export const contentIn = ({ _contents: contents, _markup: markup }: LiveTemplate, parent: Node): ParentNode =>
  (contents[parent.nodeName] ??= parse(markup, parent));

/** The slots a node of a template is marked with. */
export const slotsOf = (node: Node): readonly number[] => {
  const list = node instanceof Element ? node.getAttribute("bus-slot") : /^bus:(.+)/.exec(commentOf(node))?.[1];
  return list ? list.split(" ").map(Number) : [];
};

/** What a comment says; nothing for other nodes. */
export const commentOf = (node: Node | null): string => {
  return node instanceof Comment ? node.data : "";
};

/** Throws when the page is not what the server thinks. */
export const check = (fits: boolean): void => {
  if (!fits) throw new Error("parted");
};
