import type { Html } from "../html/index.ts";
import type { Operation, Path } from "../wire/index.ts";
import { OP_ATTRIBUTE, OP_REMOVE, OP_REPLACE, OP_SPLICE, OP_TEMPLATE, OP_TEXT } from "../wire/index.ts";
import { attributeContent, contentOf, rowsContent } from "./content.ts";
import { diffRows } from "./rows.ts";
import type { Templates } from "./templates.ts";
import { isInstance, isList, type TreeInstance, type TreeList, type TreeValue, treeOf } from "./tree.ts";

/**
 * The operations that turn one page into the next. Equal templates are compared slot by slot, by identity and then by value;
 * lists by key, moving only rows outside the longest rising run.
 * @param templates - The templates the client knows; those it lacks are defined by the first operations, and known from then on.
 * @returns Empty when nothing changed.
 * @throws CodedError `HTML_*` when a new template cannot be used by a live view.
 * @remarks Time: linear in the slots that are not the same object, plus O(n log n) for a list that was reordered.
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
  const first = templates.size;
  const changes: Operation[] = [];
  diffValue(asTree(previous), asTree(next), [], templates, changes);
  const defined = templates.sources(first).map((source, at): Operation => [OP_TEMPLATE, first + at, ...source]);
  return defined.length === 0 ? changes : [...defined, ...changes];
}

function asTree(page: Html | TreeInstance): TreeInstance {
  return "kind" in page ? page : treeOf(page);
}

function diffValue(old: TreeValue, now: TreeValue, path: number[], templates: Templates, out: Operation[]): void {
  if (old === now) return;
  if (typeof now !== "object" || now === null) {
    if (now === "") out.push([OP_REMOVE, address(path)]);
    else out.push([OP_TEXT, address(path), String(now)]);
  } else if (isInstance(now) && isInstance(old) && now.template === old.template) {
    diffSlots(old, now, path, templates, out);
  } else if (isList(now) && isList(old)) {
    diffList(old, now, path, templates, out);
  } else if (now.kind !== "raw" || !isSameRaw(old, now.markup)) {
    out.push([OP_REPLACE, address(path), contentOf(now, templates)]);
  }
}

function diffSlots(old: TreeInstance, now: TreeInstance, path: number[], templates: Templates, out: Operation[]): void {
  for (const [index, slot] of now.template.slots.entries()) {
    const before = old.values[index];
    const after = now.values[index];
    if (before === undefined || after === undefined || before === after) continue;
    path.push(index);
    if (slot.kind === "child") diffValue(before, after, path, templates, out);
    else if (slot.kind === "attribute") out.push([OP_ATTRIBUTE, address(path), attributeContent(after)]);
    else out.push([OP_TEXT, address(path), String(after ?? "")]);
    path.pop();
  }
}

/** First the list takes its new order, then its rows are compared where they now stand. */
function diffList(old: TreeList, now: TreeList, path: number[], templates: Templates, out: Operation[]): void {
  const kept = diffRows(old.keys, now.keys, address(path), out, (first, end) =>
    rowsContent(now.rows.slice(first, end), templates),
  );
  for (const [index, row] of now.rows.entries()) {
    const before = old.rows[kept(index)];
    if (before === undefined || before === row) continue;
    if (before.template === row.template) {
      path.push(index);
      diffSlots(before, row, path, templates, out);
      path.pop();
    } else {
      const [template, rows] = rowsContent([row], templates);
      out.push([OP_SPLICE, address(path), index, 1, template, ...rows]);
    }
  }
}

function isSameRaw(old: TreeValue, markup: string): boolean {
  return typeof old === "object" && old !== null && old.kind === "raw" && old.markup === markup;
}

function address(path: readonly number[]): Path {
  const [only] = path;
  return path.length === 1 && only !== undefined ? only : [...path];
}
