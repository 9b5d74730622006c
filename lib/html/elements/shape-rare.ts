import { makeHtml } from "../brand.ts";
import { keyAttribute } from "../contexts.ts";
import { spread } from "../helpers.ts";
import { compileTemplate } from "../program/template.ts";
import type { Html, HtmlValue, Spread, SpreadAttributes } from "../types.ts";
import {
  addChildren,
  type Cache,
  MAX_ATTRIBUTES,
  MAX_CHILD_HOLES,
  NO_CHILD,
  originOf,
  type Props,
  type Shape,
  staticsOf,
} from "./shape.ts";
import { checkAttributeName, isDeciding, isPlainValue } from "./shape-names.ts";

/**
 * What the cache has no room for. Most elements still share a template by their number of attributes, each of which is a spread; the
 * few that have an attribute no spread takes are parsed each time.
 */
export function makeRare(cache: Cache, root: Shape, props: Props, children: readonly unknown[] | undefined): Html {
  const { tag } = root;
  const entries = Object.entries(props).filter(([name]) => name !== "children" && name !== "key");
  for (const [name] of entries) checkAttributeName(tag, name, cache.origin);
  const child = Object.hasOwn(props, "children") ? props["children"] : NO_CHILD;
  const key = keyAttribute(tag.toLowerCase());
  if (
    entries.some(([name]) => NO_SPREAD.has(name.toLowerCase()) || name.toLowerCase() === key || isDeciding(tag, name))
  ) {
    return makeUncached(cache, root, entries, child, children);
  }
  const values: unknown[] = entries.length > MAX_ATTRIBUTES ? [spreadOf(entries)] : entries.map(looseValue);
  const attributes = values.length;
  const holes = addChildren(values, root, children, child);
  const size = attributes * (MAX_CHILD_HOLES + 1) + holes;
  let template = root.loose.get(size);
  if (template === undefined) {
    template = compileTemplate(staticsOf(Array(attributes).fill(LOOSE), root, holes), originOf(cache, root));
    if (holes <= MAX_CHILD_HOLES && root.loose.size < MAX_LOOSE) root.loose.set(size, template);
  }
  return makeHtml(template, values as HtmlValue[]); // cast: checked when they are written
}

/** A hole among the attributes. */
const LOOSE = { name: "css", value: undefined };
const MAX_LOOSE = 100;
const NO_SPREAD: ReadonlySet<string> = new Set(["srcdoc", "http-equiv", "content"]);

function looseValue(entry: readonly [string, unknown]): unknown {
  return entry[0] === "css" ? entry[1] : spreadOf([entry]);
}

function spreadOf(entries: readonly (readonly [string, unknown])[]): Spread {
  const attributes: Record<string, unknown> = Object.create(null);
  for (const [name, value] of entries) attributes[name] = value;
  return spread(attributes as SpreadAttributes); // cast: checked when they are written
}

function makeUncached(
  cache: Cache,
  root: Shape,
  entries: readonly (readonly [string, unknown])[],
  child: unknown,
  children: readonly unknown[] | undefined,
): Html {
  const values: unknown[] = [];
  const path = entries.map(([name, value]) => {
    if (isDeciding(root.tag, name) && isPlainValue(value)) return { name, value };
    values.push(value);
    return { name, value: undefined };
  });
  const holes = addChildren(values, root, children, child);
  const template = compileTemplate(staticsOf(path, root, holes), originOf(cache, root));
  return makeHtml(template, values as HtmlValue[]); // cast: as above
}
