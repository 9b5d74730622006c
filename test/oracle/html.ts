import { type DefaultTreeAdapterTypes, parse, parseFragment } from "parse5";
import { xxh64Oracle } from "./hash.ts";

/** A parsed document as plain data: elements as [tag, attributes, ...children], comments as { comment }, texts as strings. */
export type Tree = string | { comment: string } | readonly [string, Record<string, string>, ...Tree[]];

/** What a browser makes of the source: without scripting the content of `<noscript>` is parsed, with scripting it is raw text. */
export function treeOf(source: string, scriptingEnabled = false): Tree[] {
  const isDocument = /^\s*<(?:!doctype|html)/i.test(source);
  const root = isDocument ? parse(source, { scriptingEnabled }) : parseFragment(source, { scriptingEnabled });
  return root.childNodes.map(simplify);
}

function simplify(node: DefaultTreeAdapterTypes.ChildNode): Tree {
  if (node.nodeName === "#text") return (node as DefaultTreeAdapterTypes.TextNode).value;
  if (node.nodeName === "#comment") return { comment: (node as DefaultTreeAdapterTypes.CommentNode).data };
  if (node.nodeName === "#documentType") return ["!doctype", {}];
  const element = node as DefaultTreeAdapterTypes.Element;
  const attributes: Record<string, string> = Object.create(null);
  for (const { name, prefix, value } of element.attrs) attributes[prefix ? `${prefix}:${name}` : name] = value;
  const children =
    "content" in element ? (element as DefaultTreeAdapterTypes.Template).content.childNodes : element.childNodes;
  return [element.tagName, attributes, ...children.map(simplify)];
}

/**
 * What a template must come to: the statics are joined by harmless words and parsed, then each word in the tree is replaced by the
 * value. Whatever the value is, it cannot change the structure. `null` in place of a whole attribute removes it.
 */
export function expectedTree(statics: readonly string[], values: readonly (string | null)[]): Tree[] {
  const source = statics.reduce((text, part, i) => `${text}${word(i - 1)}${part}`);
  return treeOf(source)
    .map((node) => fill(node, values))
    .filter((node) => node !== "");
}

function word(index: number): string {
  return `zq${index}qz`;
}

function fill(node: Tree, values: readonly (string | null)[]): Tree {
  if (typeof node === "string") return fillText(node, values);
  if ("comment" in node) return node;
  const [tag, attributes, ...children] = node;
  const filled: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(attributes)) {
    const whole = /^zq(\d+)qz$/.exec(text)?.[1];
    if (whole !== undefined && values[Number(whole)] === null) continue;
    filled[name] = fillText(text, values);
  }
  return [tag, filled, ...children.map((child) => fill(child, values)).filter((child) => child !== "")];
}

function fillText(text: string, values: readonly (string | null)[]): string {
  return text.replace(/zq(\d+)qz/g, (_, index: string) => representable(values[Number(index)] ?? ""));
}

/** What no document can hold becomes U+FFFD. */
export function representable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, "\uFFFD");
}

/** The escaper, without any cleverness. */
export function escapeOracle(text: string, quotes: boolean): string {
  const plain = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    .replaceAll("\0", "\uFFFD");
  return quotes ? plain.replaceAll('"', "&quot;").replaceAll("'", "&#39;") : plain;
}

/** XXH64 of the statics as JSON. */
export function hashOracle(texts: readonly string[]): string {
  return xxh64Oracle(new TextEncoder().encode(JSON.stringify(texts)))
    .toString(16)
    .padStart(16, "0");
}

/** Of a tree the elements, the names of their attributes, and that there are comments: where text is not at stake, as some places drop it. */
export function bare(node: Tree): unknown {
  if (typeof node === "string") return "";
  if ("comment" in node) return "comment";
  const [tag, attributes, ...children] = node;
  return [tag, Object.keys(attributes), ...children.map(bare).filter((child) => child !== "")];
}
