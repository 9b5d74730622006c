import { failAt, type Site } from "../contexts.ts";
import { readScript } from "./script-end.ts";

const RAW = "script|style|title|textarea|xmp|iframe|noembed|noframes|noscript";
const DOUBTFUL = new RegExp(`<(?:${RAW})[\\t\\n\\f\\r />]|<!\\[CDATA\\[|</noscript[\\t\\n\\f\\r />]`, "i");
const RAW_START = new RegExp(`^<(${RAW})[\\t\\n\\f\\r />]`, "i");
const ENDS_NOSCRIPT = /<\/noscript(?=[\t\n\f\r />])/gi;
const NAME_END = /[\t\n\f\r />]/g;
const BETWEEN = /[^\t\n\f\r /]/g;
const ATTRIBUTE_END = /[\t\n\f\r />=]/g;
const NO_SPACE = /[^\t\n\f\r ]/g;
const UNQUOTED_END = /[\t\n\f\r >]/g;

/**
 * Refuses a template that parsers read in two ways. Whether `<style>` begins raw text, or `<![CDATA[` text, depends on what is open
 * around it, maybe in another template, and on the parser: one from before 2025 ignores `<style>` in a select, every one does in a frameset
 * or beside the columns of a template, SVG reads its text as markup, and `<noscript>` goes by whether scripts run.
 * 1. Read the statics as if no element held raw text.
 * 2. Wherever the other reading of such an element ends, this one must be between tags. Then all are, whichever elements they take for
 *    raw: each of them parts from this reading at a start tag, and is back at the end tag.
 * 3. `</noscript` within a tag or comment ends the raw text of one that is open around the template: the same is asked from there.
 */
export function checkReadings(statics: readonly string[], site: Site): void {
  const text = statics.join("x"); // a hole is text that completes no tag
  if (!DOUBTFUL.test(text)) return;
  let meetings: { readonly at: number; readonly what: string }[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf("<", at);
    if (start < 0) return;
    at = tokenEnd(text, start);
    const end = at < 0 ? Number.POSITIVE_INFINITY : at;
    if (meetings.length > 0) meetings = meetings.filter((meeting) => meeting.at > start);
    const parted = meetings.findIndex((meeting) => meeting.at < end);
    if (parted >= 0) {
      const { at: met = 0, what = "" } = meetings[parted] ?? {};
      // Scripts of old hide in `<!--`: a parser that takes it for a comment must meet the others where that ends.
      if (what !== "<script>" || !text.startsWith("<!--", start)) throw ambiguous(what, site);
      meetings[parted] = { at, what: "<!--" };
      at = met;
      continue;
    }
    if (at < 0) throw ambiguous(text.slice(start, start + 24), site);
    const token = text.slice(start, at);
    const tag = RAW_START.exec(token)?.[1]?.toLowerCase();
    const other = tag !== undefined ? rawEnd(text, at, tag) : cdataEnd(text, start);
    if (other >= 0) meetings.push({ at: other, what: tag === undefined ? "<![CDATA[" : `<${tag}>` });
    for (const { index } of token.matchAll(ENDS_NOSCRIPT)) {
      if (index > 0 && !(isBetweenTags(text, start + index, at) && !hasHole(statics, start + index, at)))
        throw ambiguous("</noscript", site);
    }
  }
}

function ambiguous(what: string, site: Site): Error {
  return failAt("HTML_AMBIGUOUS", `what follows ${what} is read in two ways`, site);
}

/** Where the end tag of a raw element ends; -1 when it has none. */
function rawEnd(text: string, from: number, tag: string): number {
  let end = -1;
  if (tag === "script") {
    let place = { at: from, depth: 0, ended: false };
    while (!place.ended && place.at < text.length) place = readScript(text, place.at, place.depth);
    if (place.ended) end = place.at;
  } else {
    const found = text.slice(from).search(new RegExp(`</${tag}(?=[\\t\\n\\f\\r />])`, "i"));
    if (found >= 0) end = from + found;
  }
  return end < 0 ? -1 : tokenEnd(text, end);
}

function cdataEnd(text: string, start: number): number {
  const end = text.startsWith("<![CDATA[", start) ? text.indexOf("]]>", start) : -1;
  return end < 0 ? -1 : end + 3;
}

/** A parser that begins at `from` is between tags at `to`. */
function isBetweenTags(text: string, from: number, to: number): boolean {
  for (let at = from; at >= 0 && at <= to; ) {
    const start = text.indexOf("<", at);
    if (start < 0 || start >= to) return true;
    at = tokenEnd(text, start);
  }
  return false;
}

function hasHole(statics: readonly string[], from: number, to: number): boolean {
  let at = -1;
  for (const part of statics.slice(0, -1)) {
    at += part.length + 1;
    if (at >= from && at < to) return true;
  }
  return false;
}

/** Where the tag or comment that begins with this `<` ends; behind the `<` when it is text, -1 when there is no end. */
function tokenEnd(text: string, start: number): number {
  const next = text.charAt(start + 1);
  if (/[a-z]/i.test(next === "/" ? text.charAt(start + 2) : next)) return tagEnd(text, find(NAME_END, text, start + 2));
  if (next !== "/" && next !== "!" && next !== "?") return start + 1;
  if (text.startsWith("<!--", start)) {
    const length = /^<!--(?:-?>|[\s\S]*?--!?>)/.exec(text.slice(start))?.[0].length;
    return length === undefined ? -1 : start + length;
  }
  return text.indexOf(">", start) + 1 || -1;
}

function tagEnd(text: string, nameEnd: number): number {
  let at = nameEnd;
  while (at >= 0) {
    at = find(BETWEEN, text, at);
    if (at < 0 || text.charAt(at) === ">") return at < 0 ? -1 : at + 1;
    at = find(ATTRIBUTE_END, text, at + 1); // even "=" starts a name
    if (at >= 0) at = find(NO_SPACE, text, at);
    if (at < 0 || text.charAt(at) !== "=") continue;
    at = find(NO_SPACE, text, at + 1);
    const quote = text.charAt(at);
    if (quote === '"' || quote === "'") at = text.indexOf(quote, at + 1) + 1 || -1;
    else if (at >= 0) at = find(UNQUOTED_END, text, at);
  }
  return -1;
}

function find(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}
