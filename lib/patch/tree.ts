import type { Child, ContextKey, Css, Html, HtmlValue, Scope, Slot, Template } from "../html/index.ts";
import {
  attributeOf,
  childOf,
  each,
  html as htmlTag,
  isHtml,
  provide,
  readChild,
  unsafeRawHtml,
} from "../html/index.ts";
import { nameSpreads, stringsOf } from "./spreads.ts";

/** One evaluation of a template with everything read: no functions, no signals. @public */
export interface TreeInstance {
  readonly kind: "html";
  readonly template: Template;
  /** What each slot holds, in the template's order. */
  readonly values: readonly TreeValue[];
  /** What it was made from. */
  readonly source: Html;
  /** The same with its spreads named, if it has any. */
  readonly named: Html;
  /** Whether something here or below was renamed, or need not give the same text when it is read again, or may fail: then `source` need not be what the tree describes. */
  readonly renamed: boolean;
  /** What was provided around it. */
  readonly scope: Scope | undefined;
  /** Nothing below was read from a function or a signal, so the same source always gives the same tree. */
  readonly stable: boolean;
}

/** The rows of a list. @public */
export interface TreeList {
  readonly kind: "list";
  readonly keys: readonly (string | number)[];
  readonly rows: readonly TreeInstance[];
}

/** Markup the application vouched for. @public */
export interface TreeRaw {
  readonly kind: "raw";
  readonly markup: string;
}

/** What one slot holds: text (`""` is nothing), an attribute's value, or something with a structure. @public */
export type TreeValue = string | true | null | TreeInstance | TreeList | TreeRaw;

/**
 * Reads a template's evaluation: every function is called and every readable read, once, now. Whoever wants to be told of changes
 * calls this inside an effect.
 * @param previous - The tree this one will be compared with; what cannot have changed is taken from it.
 * @param onStyle - Told of each stylesheet of `css` that is met; not of those in what is taken from `previous`.
 * @remarks Time: linear in the holes, except for evaluations that are the same object as last time and hold nothing to read.
 * @public
 */
export function treeOf(html: Html, previous?: TreeValue, scope?: Scope, onStyle?: (css: Css) => void): TreeInstance {
  return readTree(html, previous, scope, { onStyle, inBoundary: false });
}

/** Reads what a boundary holds, or what it shows instead: all of it at once, so that nothing of what throws is left. */
export function readBounded(child: Child, onStyle: ((css: Css) => void) | undefined): TreeValue {
  return readChild(child, (own) => childValue(own, undefined, { onStyle, inBoundary: true }));
}

/** What goes for all of a tree, or of a part of it. */
interface Reading {
  readonly onStyle: ((css: Css) => void) | undefined;
  readonly inBoundary: boolean;
}

function readTree(
  html: Html,
  previous: TreeValue | undefined,
  scope: Scope | undefined,
  reading: Reading,
): TreeInstance {
  const old = isInstance(previous) ? previous : undefined;
  if (old !== undefined && old.source === html && old.stable) return old;
  const named = nameSpreads(html, reading.onStyle);
  const { template } = named;
  const like = old?.template === template ? old : undefined;
  const values: TreeValue[] = [];
  let stable = true;
  let renamed = named !== html || reading.inBoundary;
  for (const [index, slot] of template.slots.entries()) {
    const child = slot.kind === "child" ? childOf(named.values[slot.first], scope) : undefined;
    const value =
      child === undefined
        ? attributeOf(template, slot, named.values)
        : readChild(child, (own) => childValue(own, like?.values[index], reading));
    values.push(value);
    const isSame = isStable(named, slot, value);
    stable &&= isSame;
    renamed ||= child !== undefined && (!isSame || isRenamed(value)); // a boundary is not stable
  }
  return { kind: "html", template, values, source: html, named, renamed, scope, stable };
}

/**
 * The tree as something to render: with the templates the tree has, and with what was read between tags. Read anew it could be another, and a component would look for
 * its place once more. Costs nothing where there is nothing to read and no spread.
 * @public
 */
export function htmlOf(tree: TreeInstance): Html {
  return htmlInside(tree, undefined);
}

/** @param scope - Provided around what stands in the slots: around a row it would be a template more. */
function htmlInside(tree: TreeInstance, scope: Scope | undefined): Html {
  if (!tree.renamed && scope === undefined) return tree.source;
  const { named, template } = tree;
  const values = [...named.values];
  for (const [index, slot] of template.slots.entries()) {
    const value = tree.values[index];
    if (slot.kind === "child" && value !== undefined) values[slot.first] = provideAgain(scope, childHtml(value));
  }
  return htmlTag(stringsOf(template), ...values);
}

function childHtml(value: TreeValue): HtmlValue {
  if (typeof value !== "object" || value === null) return value;
  if (value.kind === "html") return provideAgain(value.scope, htmlOf(value));
  if (value.kind === "raw") return unsafeRawHtml(value.markup);
  const { keys, rows } = value;
  return each(
    rows,
    (_row, index) => keys[index] ?? index,
    (row) => htmlInside(row, row.scope),
  );
}

/** The parts that provided for a node were read with everything else: what they gave is put around it once more. */
function provideAgain(scope: Scope | undefined, node: HtmlValue): HtmlValue {
  if (scope === undefined) return node;
  return provideAgain(
    scope.outer,
    provide(scope.key as ContextKey<unknown>, scope.value, () => node), // cast: a scope is made from a key
  );
}

function isRenamed(value: TreeValue): boolean {
  if (typeof value !== "object" || value === null || value.kind === "raw") return false;
  return value.kind === "html" ? value.renamed : value.rows.some((row) => row.renamed);
}

function childValue(child: Child, previous: TreeValue | undefined, reading: Reading): TreeValue {
  const inside = child.recover === undefined ? reading : { ...reading, inBoundary: true };
  switch (child.kind) {
    case "empty":
      if (child.css !== undefined) reading.onStyle?.(child.css);
      return "";
    case "text":
      return child.text;
    case "html":
      return readTree(child.html, previous, child.scope, inside);
    case "raw":
      return { kind: "raw", markup: child.html };
    default:
      return listOf(child.keys, child.items, previous, child.scope, inside);
  }
}

function listOf(
  keys: readonly (string | number)[],
  items: readonly Html[],
  previous: TreeValue | undefined,
  scope: Scope | undefined,
  reading: Reading,
): TreeList {
  const old = isList(previous) ? previous : undefined;
  const rows: TreeInstance[] = [];
  let byKey: Map<string | number, TreeInstance> | undefined;
  for (const [index, item] of items.entries()) {
    const key = keys[index] ?? index;
    let like = old?.rows[index];
    if (old !== undefined && old.keys[index] !== key) {
      byKey ??= rowsByKey(old);
      like = byKey.get(key);
    }
    rows.push(readTree(item, like, scope, reading));
  }
  return { kind: "list", keys, rows };
}

function rowsByKey(list: TreeList): Map<string | number, TreeInstance> {
  const rows = new Map<string | number, TreeInstance>();
  for (const [index, row] of list.rows.entries()) rows.set(list.keys[index] ?? index, row);
  return rows;
}

function isStable(html: Html, slot: Slot, value: TreeValue): boolean {
  for (let at = slot.first; at < slot.first + slot.count; at++) {
    const hole: unknown = html.values[at];
    if (isHtml(hole)) {
      if (!isInstance(value) || !value.stable) return false;
    } else if ((typeof hole === "object" && hole !== null) || typeof hole === "function") return false;
  }
  return true;
}

/** Tells what is read from what is not. */
export function isTree(node: Html | TreeInstance): node is TreeInstance {
  return "kind" in node;
}

export function isInstance(value: TreeValue | undefined): value is TreeInstance {
  return typeof value === "object" && value !== null && value.kind === "html";
}

export function isList(value: TreeValue | undefined): value is TreeList {
  return typeof value === "object" && value !== null && value.kind === "list";
}
