import { type Html, html } from "../html/index.ts";
import type { Operation } from "../wire/index.ts";
import { createPage } from "./page/page.ts";
import type { Templates } from "./templates.ts";
import { isTree, type TreeInstance, type TreeValue, treeOf } from "./tree.ts";

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
  const before = isTree(previous) ? previous : treeOf(previous);
  const [from, to] = isTree(next) ? withoutShared(before, next) : [before, next];
  const page = createPage(from, templates);
  page.update(to);
  return page.take();
}

/** Two trees without what both hold as one and the same object: where neither can differ there is nothing to walk. */
function withoutShared(before: TreeInstance, next: TreeInstance): [TreeInstance, TreeInstance] {
  if (before.template !== next.template) return [before, next];
  const from = [...before.values];
  const to = [...next.values];
  for (const [at, value] of before.values.entries()) [from[at], to[at]] = bothWithout(value, next.values[at] ?? null);
  return [
    { ...before, values: from },
    { ...next, values: to },
  ];
}

function bothWithout(before: TreeValue, next: TreeValue): [TreeValue, TreeValue] {
  if (typeof before !== "object" || typeof next !== "object" || before === null || next === null) return [before, next];
  if (before === next) return [null, null];
  if (before.kind === "html" && next.kind === "html") return withoutShared(before, next);
  if (before.kind !== "list" || next.kind !== "list" || before.keys.some((key, at) => key !== next.keys[at]))
    return [before, next];
  // Rows of the same keys in the same places, but for those that were added behind them.
  const rows = before.rows.map((row, at) => bothRows(row, next.rows[at] ?? row));
  return [
    { ...before, rows: rows.map(([row]) => row) },
    { ...next, rows: next.rows.map((row, at) => rows[at]?.[1] ?? row) },
  ];
}

function bothRows(before: TreeInstance, next: TreeInstance): [TreeInstance, TreeInstance] {
  return before === next ? [NOTHING, NOTHING] : withoutShared(before, next);
}

/** Stands for a row that is the same on both sides. */
const NOTHING = treeOf(html``);
