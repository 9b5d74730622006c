import { makeHtml } from "../brand.ts";
import { compileTemplate } from "../program/template.ts";
import type { Template } from "../program/template-types.ts";
import type { Html, HtmlValue } from "../types.ts";
import {
  addChildren,
  type Cache,
  MAX_ATTRIBUTES,
  MAX_CHILD_HOLES,
  makeShape,
  NO_CHILD,
  originOf,
  type Props,
  pathOf,
  type Shape,
  staticsOf,
} from "./shape.ts";
import { checkAttributeName, checkTag, isPlainValue } from "./shape-names.ts";
import { makeRare } from "./shape-rare.ts";

// Within for-in the engine answers this from the object's shape, and calls Object.hasOwn: 4 % of a page (bench: html, "busbar JSX").
const hasOwn = Object.prototype.hasOwnProperty;
const MAX_SHAPES_PER_TAG = 250; // so that one element with a stranger's attribute names does not use up what the others need
const MAX_TAGS = 400; // twice the standard ones

/**
 * One element. Every attribute is a hole, so that its context and encoder are those of `html`.
 * @param children - Given as a list, each gets its own hole; a property `children` is one child.
 */
export function makeElement(
  cache: Cache,
  tag: string,
  props: Props | null | undefined,
  children: readonly unknown[] | undefined,
): Html {
  const root = cache.roots.get(tag) ?? addRoot(cache, tag);
  const values: unknown[] = [];
  let shape = root;
  let child: unknown = NO_CHILD;
  for (const name in props) {
    if (!hasOwn.call(props, name)) continue;
    const value = props[name];
    if (name === "children") {
      child = value;
      continue;
    }
    if (name === "key") continue;
    const next = shape.lastName === name ? shape.lastNext : step(cache, root, shape, name);
    if (next === undefined) return makeRare(cache, root, props, children);
    if (next.decides && isPlainValue(value)) {
      const decided = stepValue(cache, root, next, value);
      if (decided === undefined) return makeRare(cache, root, props, children);
      shape = decided;
      continue;
    }
    shape = next;
    values.push(value);
  }
  const holes = addChildren(values, root, children, child);
  const template = shape.templates[holes] ?? addTemplate(cache, root, shape, holes);
  if (template === undefined) return makeRare(cache, root, props ?? {}, children);
  return makeHtml(template, values as HtmlValue[]); // cast: values are checked where they are written
}

function addRoot(cache: Cache, tag: string): Shape {
  checkTag(tag, cache.origin);
  const root = makeShape(tag, undefined, "", undefined);
  if (cache.roots.size < MAX_TAGS && (!root.isCustom || takes(cache, root))) cache.roots.set(tag, root);
  else root.count = MAX_SHAPES_PER_TAG; // used once: nothing is kept for it
  return root;
}

function step(cache: Cache, root: Shape, shape: Shape, name: string): Shape | undefined {
  let next = shape.next.get(name);
  if (next === undefined) {
    checkAttributeName(shape.tag, name, cache.origin);
    if (shape.depth >= MAX_ATTRIBUTES || !takes(cache, root)) return undefined;
    next = makeShape(shape.tag, shape, name, undefined);
    shape.next.set(name, next);
  }
  shape.lastName = name;
  shape.lastNext = next;
  return next;
}

function stepValue(cache: Cache, root: Shape, shape: Shape, value: string): Shape | undefined {
  let next = shape.byValue.get(value);
  if (next === undefined) {
    if (!takes(cache, root)) return undefined;
    next = makeShape(shape.tag, shape.parent, shape.name, value);
    shape.byValue.set(value, next);
  }
  return next;
}

/** Takes one from the budget, if there is one left. */
function takes(cache: Cache, root: Shape): boolean {
  const { budget } = cache;
  if (root.count >= MAX_SHAPES_PER_TAG || (root.isCustom ? budget.leftForCustom : budget.left) <= 0) return false;
  if (root.isCustom) budget.leftForCustom--;
  else budget.left--;
  root.count++;
  return true;
}

function addTemplate(cache: Cache, root: Shape, shape: Shape, holes: number): Template | undefined {
  const isRare = holes > MAX_CHILD_HOLES;
  // What is plain comes with its shape, so that it stays fast when strangers' names have used up the rest.
  const isFree = shape === root || holes <= 1;
  if (!isRare && !isFree && !takes(cache, root)) return undefined;
  const template = compileTemplate(staticsOf(pathOf(shape), root, holes), originOf(cache, shape), { repeats: true });
  if (!isRare) shape.templates[holes] = template;
  return template;
}

/** Nodes side by side, without an element around them. */
export function makeContent(cache: Cache, children: readonly unknown[]): Html {
  const isList = children.length > MAX_CHILD_HOLES;
  const values = isList ? [children] : children;
  const template = cache.contents[values.length] ?? addContent(cache, values.length);
  return makeHtml(template, values as HtmlValue[]); // cast: as above
}

function addContent(cache: Cache, holes: number): Template {
  const template = compileTemplate(Array(holes + 1).fill(""), cache.origin === "" ? "a fragment of JSX" : cache.origin);
  cache.contents[holes] = template;
  return template;
}
