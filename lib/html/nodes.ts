import { BOUNDARY, EACH, HTML, isComponent, isEvaluation, kindOf, MEMO, PROVIDE, USE } from "./brand.ts";
import { itemOf, keysOf } from "./children.ts";
import type { Each, Html, HtmlValue } from "./types.ts";

/**
 * What stands in a hole, to those who follow a page node by node: `part` is decided while it is read, `component` is the call of a JSX component.
 * @public
 */
export type NodeKind = "each" | "html" | "component" | "part" | "other";

/**
 * Tells the kinds of nodes apart, without reading any.
 * @public
 */
export function nodeKind(value: unknown): NodeKind {
  if (typeof value !== "object" || value === null) return "other";
  switch (kindOf(value)) {
    case EACH:
      return "each";
    case HTML:
      return isComponent(value) ? "component" : "html";
    case PROVIDE:
    case USE:
    case MEMO:
    case BOUNDARY:
      return "part";
    default:
      return "other";
  }
}

/**
 * The keys of the rows that `each` makes of these items.
 * @throws CodedError `HTML_DUPLICATE_KEY` when two are the same, or one is no text or number.
 * @public
 */
export function eachKeys(each: Each, items: readonly unknown[]): readonly (string | number)[] {
  return keysOf(each, items, undefined, 0);
}

/**
 * The row that `each` makes of one item, always `Html`.
 * @public
 */
export function eachRow(each: Each, item: unknown, index: number): Html {
  return rowOf(each.row(item, index));
}

/**
 * What the function of a row has given, as `Html`.
 * @public
 */
export function rowOf(value: HtmlValue): Html {
  return isEvaluation(value) ? value : itemOf(value);
}
