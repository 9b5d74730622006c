import { failAt, RAW_TEXT, VOID } from "../contexts.ts";
import type { Template } from "../program/template-types.ts";
import { isDeciding } from "./shape-names.ts";

const MAX_SHAPES = 2000;
const MAX_CUSTOM_SHAPES = 500;
export const MAX_ATTRIBUTES = 64;
/** More children than this go into one hole, as a list. */
export const MAX_CHILD_HOLES = 16;

/** How many shapes may still be made; caches share one. */
export interface Budget {
  left: number;
  /** Of elements that are no standard ones: their names may come from data, and must not use up the room of the others. */
  leftForCustom: number;
}

/** The shapes of one front end or, in development, of one place in the source. */
export interface Cache {
  readonly origin: string;
  readonly budget: Budget;
  readonly roots: Map<string, Shape>;
  /** The templates of fragments and components: nothing but holes. */
  readonly contents: (Template | undefined)[];
}

/** Makes an empty cache; messages name the `origin`, or the element when it is "". */
export function createCache(
  origin: string,
  budget: Budget = { left: MAX_SHAPES, leftForCustom: MAX_CUSTOM_SHAPES },
): Cache {
  return { origin, budget, roots: new Map(), contents: [] };
}

/**
 * A tag with attribute names in one order, as a node of a trie: the way from the root spells the names. A trie, as joining the names
 * to one key would cost more than rendering the element.
 */
export interface Shape {
  readonly tag: string;
  readonly parent: Shape | undefined;
  /** The attribute's name; "" for a root. */
  readonly name: string;
  /** The value, where it is part of the template. */
  readonly value: string | undefined;
  readonly depth: number;
  readonly isCustom: boolean;
  /** The value decides how other attributes are written. */
  readonly decides: boolean;
  readonly isVoid: boolean;
  /** A hole in its text takes code or nothing at all: there a child that is `undefined` is none. */
  readonly isCode: boolean;
  /** The next name looked up last, which is mostly the only one. */
  lastName: string;
  lastNext: Shape | undefined;
  readonly next: Map<string, Shape>;
  readonly byValue: Map<string, Shape>;
  /** By the number of child holes. */
  readonly templates: (Template | undefined)[];
  /** Of a root: the templates with a spread in place of each attribute, by how many holes they have. */
  readonly loose: Map<number, Template>;
  /** Of a root: how many shapes and templates belong to the tag. */
  count: number;
}

/** Makes a shape without templates. */
export function makeShape(tag: string, parent: Shape | undefined, name: string, value: string | undefined): Shape {
  return {
    tag,
    parent,
    name,
    value,
    depth: parent === undefined ? 0 : parent.depth + 1,
    isCustom: !STANDARD_TAG.test(tag),
    decides: value === undefined && isDeciding(tag, name),
    isVoid: VOID.has(tag.toLowerCase()),
    isCode: RAW_TEXT.has(tag.toLowerCase()),
    lastName: "",
    lastNext: undefined,
    next: new Map(),
    byValue: new Map(),
    templates: [],
    loose: new Map(),
    count: 0,
  };
}

/** What a standard element could be called: the longest is `feComponentTransfer`. */
const STANDARD_TAG = /^(?:[A-Za-z][A-Za-z0-9]{0,18}|annotation-xml)$/;

/** Attributes by name, `children` and `key` among them. */
export type Props = Readonly<Record<string, unknown>>;

/** Stands for a child that was not given; one that is `undefined` has a hole, as in every syntax, and may be a text the next time. */
export const NO_CHILD: unique symbol = Symbol("no child");

/** Puts the children behind the attributes; tells how many holes they take. */
export function addChildren(
  values: unknown[],
  root: Shape,
  children: readonly unknown[] | undefined,
  child: unknown,
): number {
  const isList = children !== undefined && children.length > 0;
  const isGiven = child !== NO_CHILD && (children === undefined || child !== children);
  const hasOne = isGiven && !(child === undefined && root.isCode);
  if (root.isVoid) refuseChildren(root.tag, isList ? children : hasOne ? [child] : []);
  else if (isList && (children.length <= MAX_CHILD_HOLES || TEXT_ONLY.has(root.tag))) {
    for (let i = 0; i < children.length; i++) values.push(children[i]);
    return children.length;
  } else if (isList || hasOne) {
    values.push(isList ? children : child);
    return 1;
  }
  return 0;
}

function refuseChildren(tag: string, children: readonly unknown[]): void {
  if (children.every((child) => child === undefined || child === null || typeof child === "boolean")) return;
  throw failAt("HTML_BAD_HOLE", `children in <${tag}>, which has no content`, undefined);
}

/** Elements in which a list has no meaning. */
const TEXT_ONLY: ReadonlySet<string> = new Set(["title", "textarea", "script"]);

/** What `html` would be given for the element, with a hole for each value and child. */
export function staticsOf(path: readonly Pick<Shape, "name" | "value">[], root: Shape, holes: number): string[] {
  const statics: string[] = [];
  let text = `<${root.tag}`;
  for (const { name, value } of path) {
    if (value !== undefined) text += ` ${name}="${value}"`;
    else {
      statics.push(name === "css" ? `${text} ` : `${text} ${name}=`);
      text = "";
    }
  }
  text += ">";
  if (root.isVoid) return statics.concat(text);
  for (let i = 0; i < holes; i++) {
    statics.push(text);
    text = "";
  }
  return statics.concat(`${text}</${root.tag}>`);
}

/** The shapes of the attributes, in order. */
export function pathOf(shape: Shape): Shape[] {
  const path: Shape[] = [];
  for (let at = shape; at.parent !== undefined; at = at.parent) path.unshift(at);
  return path;
}

/** What messages say of the place. */
export function originOf(cache: Cache, shape: Shape): string {
  if (cache.origin !== "") return cache.origin;
  const names = pathOf(shape).map(({ name }) => name);
  return `the element <${[shape.tag, ...names].join(" ")}>`;
}
