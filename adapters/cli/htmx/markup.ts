import { createHoles, type Holes } from "./holes.ts";
import { type Attribute, HOLE, type Tag } from "./types.ts";

/** A value in quotes that is longer is no value: the quote was something else. */
const MAX_VALUE = 10_000;

/** How many open elements are remembered. */
const MAX_OPEN = 512;

/** How far up an end tag looks for its start. */
const MAX_CLOSED = 64;

const TAG_NAME = /[A-Za-z][\w.:-]*/y;
const NAME_START = /[\w:@#*([.$-]/;
const NAME = /[^\s=<>"'`/{$#]+/y;
const SPACE = /\s*/y;
const UNQUOTED = /[^\s"'`<>={$#@]+/y;
const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

/**
 * Finds start tags and their attributes in any text: HTML, templates of any language, and code with markup in strings. What does not look like a tag is
 * passed over. It never throws.
 * @remarks Time: linear in the text, but for quotes that are never closed, which cost at most 10,000 characters each.
 */
export function scanMarkup(text: string): Tag[] {
  const holes = createHoles(text);
  const tags: Tag[] = [];
  const open: string[] = [];
  let at = text.indexOf("<");
  while (at >= 0) {
    let next = at + 1;
    if (text.startsWith("<!--", at)) next = endOfComment(text, at);
    else if (text[at + 1] === "/") close(open, match(TAG_NAME, text, at + 2));
    else {
      const name = match(TAG_NAME, text, at + 1);
      const kind = name.toLowerCase();
      if (name !== "") {
        const { attributes, end, isClosed } = readAttributes(text, at + 1 + name.length, holes);
        tags.push({
          name,
          at,
          attributes,
          inForm: open.includes("form") || open.includes("FORM"),
          parent: open[open.length - 1],
        });
        if (!isClosed && !VOID.has(kind) && open.length < MAX_OPEN) open.push(name);
        next = end;
      }
    }
    at = text.indexOf("<", next);
  }
  return tags;
}

function endOfComment(text: string, at: number): number {
  const end = text.indexOf("-->", at + 4);
  return end < 0 ? text.length : end + 3;
}

/** An end tag: elements that were left open inside are closed too. One without a start is passed over. */
function close(open: string[], name: string): void {
  const lowest = Math.max(0, open.length - MAX_CLOSED);
  const start = open.lastIndexOf(name);
  if (start >= lowest) open.length = start;
}

interface Attributes {
  readonly attributes: readonly Attribute[];
  /** Where the search for the next tag goes on. */
  readonly end: number;
  readonly isClosed: boolean;
}

/** Reads to the end of a tag, or to what cannot be in one: `a<b; c` is code. */
function readAttributes(text: string, start: number, holes: Holes): Attributes {
  const attributes: Attribute[] = [];
  let i = start;
  for (;;) {
    i += match(SPACE, text, i).length;
    const hole = holes.endOf(i, true);
    const unit = text[i];
    if (hole > i) i = hole;
    else if (unit === ">") return { attributes, end: i + 1, isClosed: text[i - 1] === "/" };
    else if (unit === "/" || unit === '"' || unit === "'" || unit === "\\") i++;
    else {
      const name = readName(text, i, holes);
      const value = name === undefined ? undefined : readValue(text, name.end, holes);
      if (name === undefined || value === undefined) return { attributes, end: i, isClosed: true };
      attributes.push({ name: name.text, at: i, end: value.end, value: value.text, raw: value.raw });
      i = value.end;
    }
  }
}

interface Read {
  readonly text: string;
  readonly end: number;
}

/** Undefined where no name can start. Holes may stand in names: `hx-{{ verb }}`. */
function readName(text: string, start: number, holes: Holes): Read | undefined {
  if (!NAME_START.test(text.charAt(start))) return undefined;
  let i = start;
  let name = "";
  for (;;) {
    const hole = holes.endOf(i, false);
    const unit = text[i];
    const part = hole > i ? HOLE : match(NAME, text, i) || (unit === "$" || unit === "#" ? unit : "");
    if (part === "") return { text: name, end: i };
    name += part;
    i = hole > i ? hole : i + part.length;
  }
}

interface ReadValue {
  readonly text: string | undefined;
  readonly raw: string;
  readonly end: number;
}

/** The value after a name; its text is undefined where there is none. Undefined when this was code. */
function readValue(text: string, start: number, holes: Holes): ReadValue | undefined {
  const before = start + match(SPACE, text, start).length;
  if (text[before] !== "=") return { text: undefined, raw: "", end: start };
  const at = before + 1 + match(SPACE, text, before + 1).length;
  if (at - start > 1 && /^["'`]\s?<[a-z]/i.test(text.slice(at, at + 4))) return undefined; // html = '<p ...
  const hole = holes.endOf(at, true);
  if (hole > at && text[at] === "{" && text[at + 1] !== "{" && text[at + 1] !== "%")
    return { ...literalIn(text.slice(at + 1, hole - 1)), end: hole };
  const isQuoted = /^\\?["'`]/.test(text.slice(at, at + 2));
  if (!isQuoted) return readUnquoted(text, at, holes);
  return readQuoted(text, at, holes) ?? { text: HOLE, raw: "", end: at }; // a quote that is never closed
}

/** What JSX has in braces: a string is one, everything else is not known. */
function literalIn(code: string): { readonly text: string; readonly raw: string } {
  const [, , text] = /^\s*(["'`])([^"'`\\$]*)\1\s*$/.exec(code.length > MAX_VALUE ? "" : code) ?? [];
  return { text: text ?? HOLE, raw: code };
}

function readQuoted(text: string, at: number, holes: Holes): ReadValue | undefined {
  const isEscaped = text[at] === "\\"; // in a string of code
  const quote = text.charAt(at + (isEscaped ? 1 : 0));
  if (quote !== '"' && quote !== "'" && !(quote === "`" && !isEscaped)) return undefined;
  const delimiter = isEscaped ? `\\${quote}` : quote;
  const start = at + delimiter.length;
  const limit = Math.min(text.length, start + MAX_VALUE);
  let value = "";
  let i = start;
  while (i < limit) {
    if (text.startsWith(delimiter, i)) {
      return { text: decode(withConcatenations(value)), raw: text.slice(start, i), end: i + delimiter.length };
    }
    const hole = holes.endOf(i, false);
    value += hole > i ? HOLE : text[i];
    i = hole > i ? hole : i + 1;
  }
  return undefined;
}

/** `"' + url + '"`: the value of an attribute in a string that is put together. */
function withConcatenations(value: string): string {
  return value.replace(/(["'`])\s*\+[^"'`]*\+\s*\1/g, HOLE);
}

function readUnquoted(text: string, at: number, holes: Holes): ReadValue {
  let i = at;
  let value = "";
  for (;;) {
    const hole = holes.endOf(i, false);
    const part = hole > i ? HOLE : match(UNQUOTED, text, i) || (/^[$={#@]/.test(text.charAt(i)) ? text.charAt(i) : "");
    if (part === "") return { text: decode(value), raw: text.slice(at, i), end: i };
    value += part;
    i = hole > i ? hole : i + part.length;
  }
}

const REFERENCES: ReadonlyMap<string, string> = new Map([
  ...(["quot", "#34", "#x22"] as const).map((name) => [name, '"'] as const),
  ...(["apos", "#39", "#x27"] as const).map((name) => [name, "'"] as const),
  ...(["amp", "#38", "#x26"] as const).map((name) => [name, "&"] as const),
  ["lt", "<"],
  ["gt", ">"],
]);

/** Decodes the references that values of htmx are written with. */
function decode(value: string): string {
  return value.replace(/&(#?\w{2,4});/g, (whole, name: string) => REFERENCES.get(name.toLowerCase()) ?? whole);
}

/** What a sticky expression matches at a place. */
function match(expression: RegExp, text: string, at: number): string {
  expression.lastIndex = at;
  return expression.exec(text)?.[0] ?? "";
}
