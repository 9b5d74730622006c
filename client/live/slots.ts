// Fields that begin with `_` get short names in the bundle.

export const isArray: typeof Array.isArray = Array.isArray;

/** The page; undefined on a server, which may import what it shares with the page, and never used there. */
export const doc: Document = globalThis.document;

/** A template the browser can clone; its slots are marked in it. */
export interface LiveTemplate {
  readonly _hash: string;
  readonly _markup: string;
  /** Its nodes, by the name of the parent they are for: see `contentIn`. */
  readonly _contents: Record<string, DocumentFragment>;
  /** For each slot: an attribute's name, "" between tags, "#text" for the text of an element. */
  readonly _names: readonly string[];
}

/** A template in the page. It stands between two comments, which never change while it stands. */
export interface Instance {
  readonly _template: LiveTemplate;
  readonly _slots: readonly LiveSlot[];
  _first: Node;
  _last: Node;
}

/** What a slot holds: an attribute's value as the server has it, a text, an instance, or rows. */
export type Held = string | null | undefined | Text | Instance | Instance[];

/** A place the server may change. */
export interface LiveSlot {
  readonly _name: string;
  /** The element of an attribute or text; of a child slot the parent, or in a fragment what will be. */
  readonly _element: Element;
  /** Markers around a child slot; nothing where it begins or ends with its parent. */
  readonly _start: Node | null | undefined;
  readonly _end: Node | null;
  _held: Held;
}

export const makeSlot = (
  name: string,
  element: Element,
  held?: Held,
  start?: Node | null,
  end: Node | null = null,
): LiveSlot => {
  return { _name: name, _element: element, _start: start, _end: end, _held: held };
};

type Asked<T> = T extends (...args: infer A) => infer R ? (...args: A) => R : () => T;

/**
 * What a node has, or what it answers when it is called so. A form has its fields, whatever they are called, before all it has and can do itself: so it is asked
 * by way of what all elements are. Of all nodes that would take four times as long.
 */
export const ask = <K extends keyof Element>(
  node: Node,
  name: K,
  ...args: Parameters<Asked<Element[K]>>
): ReturnType<Asked<Element[K]>> => {
  // casts: `name` is one of its; forms alone have elements, or a field of that name
  const found: unknown = (node as HTMLFormElement).elements
    ? Reflect.get(Element.prototype, name, node)
    : (node as Element)[name];
  return (typeof found === "function" ? found.call(node, ...args) : found) as ReturnType<Asked<Element[K]>>; // cast: so it is called
};

/** Where a slot's nodes stand. */
export const parentOf = (slot: LiveSlot): Element => {
  return (slot._end?.parentNode ?? slot._element) as Element; // cast: or a fragment, which has the same methods
};

interface Trusting {
  busbarConfig?: { policy?: Policy | undefined };
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
}
type Policy = Record<"createHTML" | "createScriptURL", (text: string) => string>;

/** Makes markup, or the address of a script, pass under Trusted Types. The policy is the one of client/core, whichever of the two needs it first. */
export const trust = (text: string, how: keyof Policy = "createHTML"): string =>
  // casts: the types of this TypeScript do not know them
  // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
  (((globalThis as Trusting).busbarConfig ??= {}).policy ??= (globalThis as Trusting).trustedTypes?.createPolicy(
    "busbar",
    { createHTML: (made) => made, createScriptURL: (made) => made },
  ))?.[how](text) ?? text;

/** The nodes of a piece of markup: inside SVG and MathML the same markup means other elements, so there a copy of the parent reads it. */
export const parse = (markup: string, parent: Element): DocumentFragment => {
  const template = doc.createElement("template");
  // casts: those have it too; undefined where there is none
  const reader = /svg|Math/.test(parent.namespaceURI as string) ? (parent.cloneNode() as Element) : template;
  reader.innerHTML = trust(markup);
  template.content.append(...reader.childNodes); // of a template: none
  return template.content;
};

/** The nodes a template has as children of `parent`. Names of HTML's elements are upper case, so SVG's are others. */
export const contentIn = ({ _contents: contents, _markup: markup }: LiveTemplate, parent: Element): DocumentFragment =>
  (contents[parent.nodeName] ??= parse(`<!--[-->${markup}<!--]-->`, parent));

/** What a comment says; nothing for other nodes. */
export const commentOf = (node: Node | null): string => {
  return node instanceof Comment ? node.data : "";
};

/** Throws when the page is not what the server thinks. */
export const check = (fits: unknown): void => {
  fits || (fits as () => void)(); // cast: what is nothing cannot be called, and that throws
};

/** The address of a root's session. */
export const urlOf = (root: Element): string =>
  new URL(root.getAttribute("bus-live") as string, location as unknown as URL).href; // casts: roots have it; it says where it is
