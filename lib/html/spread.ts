import { printAttribute } from "./attribute.ts";
import { CSS, kindOf, SPREAD } from "./brand.ts";
import { attributeContext, failAt, keyAttribute, type Site } from "./contexts.ts";
import { ATTRIBUTE, makeOperation, type Operation } from "./operation.ts";
import type { Css, Spread } from "./types.ts";
import { describe, unwrap } from "./unwrap.ts";
import { type Policy, STRICT } from "./url-policy.ts";

// Names may come from data: beyond this many per place they are not kept.
const MAX_NAMES = 256;

/** Writes the attributes of `spread`, each checked by its name, or those that a stylesheet of `css` marks its element with. */
export function printSpread(operation: Operation, given: unknown, site: Site, policy: Policy = STRICT): string {
  const value = unwrap(given, site, operation.hole);
  if (value === null || value === undefined || value === false) return "";
  const attributes = typeof value === "object" ? attributesOf(value) : undefined;
  if (attributes === undefined) {
    const message = `${describe(value)} among the attributes of <${operation.tag}>`;
    throw failAt("HTML_BAD_HOLE", message, site, operation.hole);
  }
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

function attributesOf(value: object): Readonly<Record<string, unknown>> | undefined {
  const kind = kindOf(value);
  // casts: its kind says so
  return kind === SPREAD || kind === CSS ? (value as Spread | Css).attributes : undefined;
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
