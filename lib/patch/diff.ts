import type { Html } from "../html/index.ts";
import type { Operation } from "../wire/index.ts";
import { createPage } from "./page/page.ts";
import type { Templates } from "./templates.ts";
import { isTree, type TreeInstance, treeOf } from "./tree.ts";

/**
 * The operations that turn one page into the next. Equal templates are compared slot by slot, by value; lists by key, moving only rows outside the
 * longest rising run. Whoever has many changes of one page keeps a {@link createPage | page} instead.
 * @param templates - The templates the client knows; those it lacks are defined by the first operations, and known from then on.
 * @returns Empty when nothing changed.
 * @throws CodedError `HTML_*` when a new template cannot be used by a live view.
 * @remarks Time: linear in the slots, plus O(n log n) for a list that was reordered.
 * @example
 * ```ts
 * const templates = createTemplates();
 * const before = treeOf(page(1));
 * contentOf(before, templates);                       // the client gets this, and now knows its templates
 * diff(before, treeOf(page(2), before), templates);   // [[OP_TEXT, 0, "2"]]
 * ```
 * @public
 */
export function diff(previous: Html | TreeInstance, next: Html | TreeInstance, templates: Templates): Operation[] {
  if (previous === next) return [];
  const page = createPage(isTree(previous) ? previous : treeOf(previous), templates);
  page.update(next);
  return page.take();
}
