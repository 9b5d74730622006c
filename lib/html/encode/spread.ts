import { CSS, kindOf, SPREAD } from "../brand.ts";
import { attributeContext, failAt, keyAttribute, type Site } from "../contexts.ts";
import { ATTRIBUTE, makeOperation, type Operation } from "../program/operation.ts";
import type { Css, Spread } from "../types.ts";
import { describe, unwrap } from "../unwrap.ts";
import { printAttribute } from "./attribute.ts";
import { type Policy, STRICT } from "./url-policy.ts";

// Names may come from data: beyond this many per place they are not kept.
const MAX_NAMES = 256;

/**
 * What is written in place of a hole among the attributes, and the stylesheets it brings.
 * @public
 */
export interface SpreadContent {
  /** The attributes, by name; their values are not checked yet. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The stylesheets of `css` it holds. */
  readonly styles: readonly Css[];
}

/**
 * Reads a hole among the attributes: what `spread` made, one stylesheet of `css`, or a list of those.
 * @throws CodedError `HTML_BAD_HOLE` for anything else but nothing.
 */
export function readSpread(operation: Operation, values: readonly unknown[], site: Site): SpreadContent {
  const value = unwrap(values[operation.hole], site, operation.hole);
  if (value === null || value === undefined || value === false) return NOTHING;
  if (typeof value === "object") {
    if (kindOf(value) === SPREAD) return { attributes: (value as Spread).attributes, styles: [] }; // cast: its kind says so
    const styles = stylesOf(value);
    if (styles !== undefined) return { attributes: markOf(styles, operation, values), styles };
  }
  throw failAt("HTML_BAD_HOLE", `${describe(value)} among the attributes of <${operation.tag}>`, site, operation.hole);
}

const NOTHING: SpreadContent = Object.freeze({ attributes: Object.freeze({}), styles: Object.freeze([]) });

/** The stylesheets that a value is, or is a list of; `undefined` when it is, or holds, something else. */
function stylesOf(value: unknown): readonly Css[] | undefined {
  if (isCss(value)) return [value];
  if (!Array.isArray(value)) return undefined;
  const styles: unknown[] = value.filter((item) => item !== null && item !== undefined && item !== false);
  return styles.every(isCss) ? styles : undefined;
}

function isCss(value: unknown): value is Css {
  return typeof value === "object" && value !== null && kindOf(value) === CSS;
}

/**
 * The attributes that mark an element for its stylesheets: the first hole of a tag lists their hashes in `data-s`. Of two attributes of
 * one name the parser takes the first, so those of later holes have names of their own, and `data-s` only where nothing before has set it.
 */
function markOf(
  styles: readonly Css[],
  operation: Operation,
  values: readonly unknown[],
): Readonly<Record<string, unknown>> {
  const hashes = styles.map((css) => css.attributes["data-s"]).filter((hash) => hash !== undefined);
  const own: Record<string, unknown> = {};
  if (hashes.length === 0) return own;
  if (operation.beside !== undefined) for (const hash of hashes) own[`data-s-${hash}`] = "";
  for (let at = operation.beside; at !== undefined; at = at.beside) {
    if (stylesOf(values[at.hole])?.some((css) => css.attributes["data-s"] !== undefined)) return own;
  }
  own["data-s"] = hashes.join(" ");
  return own;
}

/** Writes the attributes of a hole among them, each checked by its name. */
export function printSpread(
  operation: Operation,
  attributes: Readonly<Record<string, unknown>>,
  site: Site,
  policy: Policy = STRICT,
): string {
  let out = "";
  const values: unknown[] = [];
  const keyName = keyAttribute(operation.tag);
  const key = operation.ownKey && keyName !== undefined ? ownKeyOf(keyName, attributes) : operation.key;
  for (const name of Object.keys(attributes)) {
    values[operation.hole] = attributes[name];
    // Where another attribute decides, the name alone does not tell what to do.
    const own = keyName === undefined ? operationFor(operation, name, site) : makeNamed(operation, name, key, site);
    const printed = printAttribute(own, values, site, policy);
    if (printed !== "") out += out === "" ? printed : ` ${printed}`;
  }
  return out;
}

/** The value of the tag's key attribute in the spread itself: the first that is printed. */
function ownKeyOf(keyName: string, attributes: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (name.toLowerCase() !== keyName || value === null || value === undefined || value === false) continue;
    return typeof value === "string" ? value : undefined;
  }
  return undefined;
}

function operationFor(operation: Operation, name: string, site: Site): Operation {
  operation.byName ??= new Map();
  const known = operation.byName.get(name);
  if (known !== undefined) return known;
  const made = makeNamed(operation, name, undefined, site);
  if (operation.byName.size < MAX_NAMES) operation.byName.set(name, made);
  return made;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const BAD_NAME = /^$|[\x00-\x20"'`<>/=\\\x7f-\x9f\ufffe\uffff]|\p{Cs}|\p{Z}/u;
const REFUSED: ReadonlySet<string> = new Set(["srcdoc", "http-equiv", "bus-slot"]);

function makeNamed({ tag, hole }: Operation, name: string, key: string | undefined, site: Site): Operation {
  const lower = name.toLowerCase();
  if (BAD_NAME.test(name) || REFUSED.has(lower)) {
    throw failAt("HTML_BAD_NAME", `spread() was given a name that is not allowed on <${tag}>`, site, hole);
  }
  return makeOperation({
    ...{ kind: ATTRIBUTE, context: attributeContext(tag, lower, key), hole, tag, name, lower },
    ...{ open: `${name}="`, quote: '"', parts: ["", ""], raw: ["", ""], whole: true, key },
  });
}
