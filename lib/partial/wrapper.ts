import { type Html, type HtmlValue, isHtml } from "../html/index.ts";

/** Of elements that a parser drops anywhere else, the one they have to be in. */
const PARENTS: ReadonlyMap<string, string> = new Map([
  ...["caption", "colgroup", "thead", "tbody", "tfoot"].map((name): [string, string] => [name, "table"]),
  ["tr", "tbody"],
  ["td", "tr"],
  ["th", "tr"],
  ["col", "colgroup"],
]);

const MAX_DEPTH = 20;
const START_TAG = /^\s*(?:<!--[\s\S]*?-->\s*)*<([a-z]+)/i;

/**
 * What content can be wrapped in without losing its first element: `div`, or the part of a table that it belongs to.
 * @remarks It looks at templates and lists of them; what comes out of functions, promises and `each` counts as no part of a table.
 */
export function wrapperFor(content: Html): string {
  return PARENTS.get(firstTag(content, 0) ?? "") ?? "div";
}

function firstTag(value: HtmlValue, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return firstTag(value[0], depth + 1);
  if (!isHtml(value)) return undefined;
  const start = value.template.statics[0] ?? "";
  return start.trim() === "" ? firstTag(value.values[0], depth + 1) : START_TAG.exec(start)?.[1]?.toLowerCase();
}
