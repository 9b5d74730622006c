import { HOLE, type Use } from "./types.ts";

/** Languages that write attributes without angle brackets. */
const INDENTED = /^(?:pug|jade|slim|haml)$/;

const PLAIN = /(?<![\w-])(?:data-)?hx-[a-z][\w:.-]*/g;
const UNDERSCORED = /(?<![\w-])(?:data_)?hx_[a-z_]+/g;
const LITERAL = /["'`]/;
const MAX_LITERAL = 2_000;

/**
 * Attributes that are written in code: `button(hx-get="/x")` in Pug, `{ "hx-get": "/x" }`, `setAttribute("hx-get", "/x")`, and the keyword arguments
 * `hx_get="/x"` of Python and `hx_get: "/x"` of Ruby.
 */
export function looseAttributes(text: string, extension: string): Use[] {
  const isIndented = INDENTED.test(extension);
  const found: Use[] = [];
  for (const { 0: name, index } of text.matchAll(PLAIN)) {
    const value = isIndented
      ? valueAfter(text, index + name.length, /^["'`]?\s?(?:!?=>?|:)\s?/)
      : quotedName(text, index, name);
    if (value !== undefined) found.push({ kind: "attribute", at: index, name, value, tag: undefined });
  }
  if (!/^(?:py|rb|erb|haml|slim)$/.test(extension)) return found;
  const separator = extension === "py" ? /^\s?=\s?(?!=)/ : /^:\s?/;
  for (const { 0: written, index } of text.matchAll(UNDERSCORED)) {
    const name = written.replaceAll("_", "-");
    const value = valueAfter(text, index + written.length, separator);
    if (value !== undefined && value !== HOLE)
      found.push({ kind: "attribute", at: index, name, value, tag: undefined });
  }
  return found;
}

/** A name in quotes before `:`, `=>`, `=` or `,`; anything else in quotes may be a selector. */
function quotedName(text: string, at: number, name: string): string | undefined {
  const quote = text.charAt(at - 1);
  if (!LITERAL.test(quote) || text[at + name.length] !== quote) return undefined;
  return valueAfter(text, at + name.length + 1, /^\]?\s?(?:=>|[:,]|=(?!=))\s?/);
}

/** The string after a separator, `HOLE` for an expression; undefined where no separator is. */
function valueAfter(text: string, at: number, separator: RegExp): string | undefined {
  const head = separator.exec(text.slice(at, at + 8))?.[0];
  if (head === undefined) return undefined;
  const start = at + head.length;
  const quote = text.charAt(start);
  if (!LITERAL.test(quote)) return HOLE;
  const end = text.slice(start, start + MAX_LITERAL).indexOf(quote, 1);
  if (end < 0) return HOLE;
  const value = text.slice(start + 1, start + end).replace(/#?\$?\{[^}]*\}/g, HOLE);
  return /^\s*\+/.test(text.slice(start + end + 1, start + end + 8)) ? value + HOLE : value;
}
