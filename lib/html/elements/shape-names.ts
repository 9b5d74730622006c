import { failAt, type Site } from "../contexts.ts";

const MAX_CHARS = 256;
// What a parser would not read as one attribute name, or not as this one.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const BAD_ATTRIBUTE = /^$|[\x00-\x20"'`<>/=\\\x7f-\x9f\ufffe\uffff]|\p{Cs}|\p{Zs}|[\p{Zl}\p{Zp}]/u;
const PLAIN_TAG = /^[A-Za-z][\w.:-]*$/;
// A custom element: only there are letters beyond ASCII harmless, as parsers do not fold their case.
const CUSTOM_TAG = /^[a-z][-.\w\p{L}\p{M}\p{N}]*$/u;

/** Throws unless this is a name that can stand after `<`. */
export function checkTag(tag: string, origin: string): void {
  const isName = tag.length <= MAX_CHARS && (PLAIN_TAG.test(tag) || (tag.includes("-") && CUSTOM_TAG.test(tag)));
  if (!isName) throw failAt("HTML_BAD_NAME", "a tag name that no parser would read as one", siteOf(origin));
}

/** Throws unless this is a name that can stand between the attributes of the tag. */
export function checkAttributeName(tag: string, name: string, origin: string): void {
  if (name.length > MAX_CHARS || BAD_ATTRIBUTE.test(name) || name.toLowerCase() === "bus-slot") {
    throw failAt("HTML_BAD_NAME", `an attribute name that is not allowed on <${tag}>`, siteOf(origin));
  }
}

/** The place for a message, when it is known. */
export function siteOf(origin: string): Site | undefined {
  return origin === "" ? undefined : { origin };
}

// Where the value decides how others are written, it has to be known when the shape is parsed.
const DECIDING: ReadonlyMap<string, readonly string[]> = new Map([
  ["script", ["type"]],
  ["link", ["rel", "as"]],
  ["meta", ["http-equiv"]],
  ["annotation-xml", ["encoding"]],
]);
const PLAIN_VALUE = /^[\w/+.;=-]+(?: [\w/+.;=-]+)*$/;
const MAX_VALUE_CHARS = 100;

/** Tells whether an attribute's value decides how others of its tag are written. */
export function isDeciding(tag: string, name: string): boolean {
  return DECIDING.get(tag.toLowerCase())?.includes(name.toLowerCase()) === true;
}

/** Tells whether a value can become part of a template as it is. */
export function isPlainValue(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_VALUE_CHARS && PLAIN_VALUE.test(value);
}
