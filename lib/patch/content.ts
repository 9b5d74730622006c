import type { Content, InstanceContent, RowContent } from "../wire/index.ts";
import { LIST_MIXED, LIST_UNIFORM, RAW } from "../wire/index.ts";
import { shownText } from "./shown-text.ts";
import type { Templates } from "./templates.ts";
import type { TreeInstance, TreeValue } from "./tree.ts";

/**
 * What a slot holds, as it travels.
 * @param templates - Gives each template its number, and learns the new ones.
 * @public
 */
export function contentOf(value: TreeValue, templates: Templates): Content {
  if (typeof value === "string") return shownText(value);
  if (typeof value !== "object" || value === null) return value;
  if (value.kind === "html") return instanceContent(value, templates);
  if (value.kind === "raw") return [RAW, value.markup];
  const [template, rows] = rowsContent(value.rows, templates);
  if (template >= 0) return [LIST_UNIFORM, template, ...rows];
  return [LIST_MIXED, ...(rows as readonly InstanceContent[])]; // cast: rows of template -1 are instances
}

/** Rows as they travel: one template and the values of each, or -1 and an instance each. */
export function rowsContent(
  rows: readonly TreeInstance[],
  templates: Templates,
): [template: number, rows: RowContent[]] {
  const shared = rows[0]?.template;
  if (shared === undefined || rows.some((row) => row.template !== shared)) {
    return [-1, rows.map((row) => instanceContent(row, templates))];
  }
  const number = templates.number(shared);
  return [number, rows.map((row) => row.values.map((value) => contentOf(value, templates)))];
}

function instanceContent(row: TreeInstance, templates: Templates): InstanceContent {
  // The outer template first, so that numbers follow the order in which a page names them.
  const number = templates.number(row.template);
  return [number, ...row.values.map((value) => contentOf(value, templates))];
}
