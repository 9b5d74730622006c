import { DROPS_NEWLINE, type Site } from "../contexts.ts";
import { closeAmpersand } from "../encode/escape.ts";
import { readScript } from "./script-end.ts";
import type { TokenSink } from "./token-sink.ts";

// Not \s: to a parser a no-break space is part of a name.
export const SPACE: RegExp = /[\t\n\f\r ]/;

/** What is known on the way through the statics. */
export interface Tokenizer {
  readonly sink: TokenSink;
  readonly site: Site;
  state: (t: Tokenizer) => void;
  /** The static being read, the position in it, and how much of it was copied. */
  text: string;
  at: number;
  copied: number;
  tag: string;
  isEndTag: boolean;
  /** The last character between attributes was `/`. */
  slash: boolean;
  attributeName: string;
  nameStart: number;
  quote: string;
  valueStart: number;
  firstHole: number;
  parts: string[];
  /** Where the text of the current raw element starts in this static. */
  textStart: number;
  scriptDepth: number;
}

/** Hands on what was read up to here. */
export function copyUpTo(t: Tokenizer, end: number, isText: boolean): void {
  const source = t.text.slice(t.copied, end);
  t.sink.copy(isText ? closeAmpersand(source) : source);
  t.copied = end;
}

// The states. Each reads from t.at, moves it, and sets the next state.

export function data(t: Tokenizer): void {
  const less = t.text.indexOf("<", t.at);
  if (less !== t.at) t.sink.content(t.text.slice(t.at, less < 0 ? undefined : less));
  if (less < 0) {
    t.at = t.text.length;
    return;
  }
  const next = t.text.charAt(less + 1);
  const isEnd = next === "/";
  if (/[a-z]/i.test(isEnd ? t.text.charAt(less + 2) : next) || less + (isEnd ? 2 : 1) === t.text.length) {
    t.isEndTag = isEnd;
    t.at = less + (isEnd ? 2 : 1);
    t.nameStart = t.at;
    t.state = tagName;
    if (t.at === t.text.length) return;
    tagName(t);
  } else if (isEnd || next === "!" || next === "?") {
    markup(t, less);
  } else {
    t.sink.content("<"); // a lone "<" is text
    t.at = less + 1;
  }
}

function markup(t: Tokenizer, start: number): void {
  const rest = t.text.slice(start);
  const isComment = rest.startsWith("<!--");
  const isData = rest.startsWith("<![CDATA[") && t.sink.inForeign();
  const end = isComment
    ? /^<!--(?:-?>|[\s\S]*?--!?>)/.exec(rest)?.[0].length
    : isData
      ? (rest.indexOf("]]>") + 1 || Number.NaN) + 2
      : rest.indexOf(">") + 1 || Number.NaN;
  if (isComment || isData) t.sink.content(""); // CDATA stands in SVG and MathML, where text is never misplaced
  if (end === undefined || Number.isNaN(end)) {
    t.state = isComment || !/^<!doctype/i.test(rest) ? comment : declaration;
    t.at = t.text.length;
  } else {
    t.at = start + end;
  }
}

// A comment or declaration that did not end before its hole: nothing can follow, the hole is refused.
export function comment(t: Tokenizer): void {
  t.at = t.text.length;
}

export function declaration(t: Tokenizer): void {
  t.at = t.text.length;
}

export function plainText(t: Tokenizer): void {
  t.at = t.text.length;
}

export function tagName(t: Tokenizer): void {
  const length = t.text.slice(t.at).search(/[\t\n\f\r />]/);
  if (length < 0) {
    t.at = t.text.length;
    return;
  }
  t.tag = t.text.slice(t.nameStart, t.at + length).toLowerCase();
  t.at += length;
  t.slash = false;
  t.state = beforeName;
  if (t.isEndTag) return;
  copyUpTo(t, t.at, false);
  t.sink.openTag(t.tag);
}

export function beforeName(t: Tokenizer): void {
  const char = t.text.charAt(t.at);
  if (char === ">") {
    closeTag(t);
    return;
  }
  t.slash = char === "/";
  if (t.slash || SPACE.test(char)) t.at++;
  else {
    t.nameStart = t.at++; // even "=" starts a name here
    t.state = attributeName;
    t.attributeName = "";
    if (t.at === t.text.length) t.attributeName = t.text.slice(t.nameStart);
  }
}

export function attributeName(t: Tokenizer): void {
  const length = t.text.slice(t.at).search(/[\t\n\f\r />=]/);
  t.at = length < 0 ? t.text.length : t.at + length;
  t.attributeName = t.text.slice(t.nameStart, t.at);
  if (length >= 0) t.state = afterName;
}

export function afterName(t: Tokenizer): void {
  const char = t.text.charAt(t.at);
  if (char === "=") {
    t.at++;
    t.state = beforeValue;
  } else if (SPACE.test(char)) {
    t.at++;
  } else {
    finishStaticName(t);
  }
}

export function finishStaticName(t: Tokenizer): void {
  startValue(t, "");
  finishAttribute(t, "");
}

export function beforeValue(t: Tokenizer): void {
  const char = t.text.charAt(t.at);
  if (SPACE.test(char)) {
    t.at++;
  } else if (char === ">") {
    finishStaticName(t);
  } else {
    const isQuote = char === '"' || char === "'";
    if (isQuote) t.at++;
    startValue(t, isQuote ? char : "");
    t.state = isQuote ? quotedValue : unquotedValue;
  }
}

export function startValue(t: Tokenizer, quote: string): void {
  t.quote = quote;
  t.valueStart = t.at;
  t.firstHole = -1;
  t.parts = [];
}

export function quotedValue(t: Tokenizer): void {
  const end = t.text.indexOf(t.quote, t.at);
  t.at = end < 0 ? t.text.length : end;
  if (end < 0) return;
  const part = t.text.slice(t.valueStart, end);
  t.at = end + 1;
  finishAttribute(t, part);
}

export function unquotedValue(t: Tokenizer): void {
  const length = t.text.slice(t.at).search(/[\t\n\f\r >]/);
  t.at = length < 0 ? t.text.length : t.at + length;
  if (length >= 0) finishAttribute(t, t.text.slice(t.valueStart, t.at));
}

export function finishAttribute(t: Tokenizer, lastPart: string): void {
  const hasHole = t.firstHole >= 0;
  t.parts.push(hasHole && t.quote === "" ? lastPart.replaceAll('"', "&quot;") : lastPart);
  t.state = beforeName;
  if (!t.isEndTag) {
    t.sink.attribute({ name: t.attributeName, quote: t.quote === "'" ? "'" : '"', first: t.firstHole, parts: t.parts });
  }
  // An attribute with holes is printed by its operation.
  if (hasHole) t.copied = t.at;
}

function closeTag(t: Tokenizer): void {
  t.at++;
  if (t.isEndTag) {
    t.isEndTag = false;
    t.state = data;
    t.sink.endTag(t.tag);
    return;
  }
  const mode = t.sink.closeStartTag(t.slash);
  if (mode === "empty") {
    copyUpTo(t, t.at - 2, false);
    t.sink.copy(`></${t.tag}>`);
    t.copied = t.at;
  }
  t.state =
    mode === "data" || mode === "empty"
      ? data
      : mode === "escaped"
        ? escapedText
        : mode === "raw"
          ? rawText
          : mode === "script"
            ? script
            : plainText;
  t.textStart = t.at;
  t.scriptDepth = 0;
  // The parser drops a line feed here; this one gives it ours, so that a value that starts with one keeps it.
  if (t.at === t.text.length && DROPS_NEWLINE.has(t.tag) && (mode === "escaped" || t.tag !== "textarea")) {
    copyUpTo(t, t.at, false);
    t.sink.copy("\n");
  }
}

export function rawText(t: Tokenizer): void {
  toEndTag(t, endTagStart(t));
}

export function escapedText(t: Tokenizer): void {
  const end = endTagStart(t);
  if (end >= 0) t.sink.escapedText(t.text.slice(t.textStart, end), -1);
  toEndTag(t, end);
}

function endTagStart(t: Tokenizer): number {
  const found = t.text.slice(t.at).search(new RegExp(`</${t.tag}(?=[\\t\\n\\f\\r />])`, "i"));
  return found < 0 ? -1 : t.at + found;
}

function toEndTag(t: Tokenizer, start: number): void {
  if (start < 0) {
    t.at = t.text.length;
    return;
  }
  t.at = start + 2 + t.tag.length;
  t.isEndTag = true;
  t.state = beforeName;
}

export function script(t: Tokenizer): void {
  const place = readScript(t.text, t.at, t.scriptDepth);
  t.scriptDepth = place.depth;
  if (place.ended) toEndTag(t, place.at);
  else t.at = place.at;
}
