import { DROPS_NEWLINE, failAt, type Site } from "./contexts.ts";
import { closeAmpersand } from "./escape.ts";
import { readScript } from "./script-end.ts";
import type { TokenSink } from "./token-sink.ts";

// Not \s: to a parser a no-break space is part of a name.
const SPACE = /[\t\n\f\r ]/;
const ENDS_STYLE = /^\s*<\/style(?=[\t\n\f\r />])/i;

type State = (t: Tokenizer) => void;

interface Tokenizer {
  readonly sink: TokenSink;
  readonly site: Site;
  state: State;
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

/**
 * Reads a template's statics as the HTML standard's tokenizer would, and tells what stands around every hole.
 * 1. Run the current state until the static ends.
 * 2. At the hole between two statics, the state decides: legal place, or refusal.
 * 3. At the end the state must be "between tags", or what follows the template would be read as part of it.
 */
export function tokenize(statics: readonly string[], sink: TokenSink, site: Site): void {
  const t: Tokenizer = {
    ...{
      sink,
      site,
      state: data,
      text: "",
      at: 0,
      copied: 0,
      tag: "",
      isEndTag: false,
      slash: false,
      attributeName: "",
    },
    ...{ nameStart: 0, quote: "", valueStart: 0, firstHole: -1, parts: [], textStart: 0, scriptDepth: 0 },
  };
  const last = statics.length - 1;
  for (let hole = 0; hole <= last; hole++) {
    t.text = statics[hole] ?? "";
    t.at = t.copied = t.valueStart = t.textStart = 0;
    while (t.at < t.text.length) t.state(t);
    if (hole < last) atHole(t, hole, statics[hole + 1] ?? "");
  }
  if (t.state !== data) throw failAt("HTML_UNFINISHED", `the template ends inside ${placeOf(t)}`, site);
  t.sink.copy(closeAmpersand(t.text.slice(t.copied)));
}

function atHole(t: Tokenizer, hole: number, next: string): void {
  switch (t.state) {
    case data:
      copyUpTo(t, t.text.length, true);
      t.sink.child(hole, t.text.slice(t.textStart));
      return;
    case escapedText: {
      const source = t.text.slice(t.textStart);
      if (/<[a-z/!?]|<$/i.test(source))
        throw failAt("HTML_RAW_TEXT_HOLE", `a hole after "<" in <${t.tag}>`, t.site, hole);
      copyUpTo(t, t.text.length, true);
      t.sink.escapedText(source, hole);
      return;
    }
    case script:
      copyUpTo(t, t.text.length, false);
      t.sink.scriptHole(hole, t.text.slice(t.textStart), next);
      return;
    case rawText:
      if (t.tag !== "style" || !/^\s*$/.test(t.text.slice(t.textStart)) || !ENDS_STYLE.test(next)) break;
      copyUpTo(t, t.text.length, false);
      t.sink.scriptHole(hole, "", next);
      return;
    case beforeName:
    case afterName:
      if (t.isEndTag || !SPACE.test(t.text.charAt(t.at - 1)) || !/^[\t\n\f\r />]/.test(next)) break;
      if (t.state === afterName) finishStaticName(t);
      copyUpTo(t, t.text.length, false);
      t.sink.spread(hole);
      return;
    case beforeValue:
      startValue(t, "");
      t.state = unquotedValue;
      valueHole(t, hole, next);
      return;
    case quotedValue:
    case unquotedValue:
      valueHole(t, hole, next);
      return;
  }
  throw refusal(t, hole);
}

function valueHole(t: Tokenizer, hole: number, next: string): void {
  if (t.isEndTag) throw refusal(t, hole);
  if (t.firstHole < 0) {
    t.firstHole = hole;
    copyUpTo(t, t.nameStart, false);
  }
  const part = closeAmpersand(t.text.slice(t.valueStart));
  t.parts.push(t.quote === "" ? part.replaceAll('"', "&quot;") : part);
  // `<img src=${url}/>` means to close the tag, although a parser would read `/` as part of the unquoted value.
  if (t.quote === "" && next.startsWith("/>")) finishAttribute(t, "");
}

function refusal(t: Tokenizer, hole: number): Error {
  const place = `a hole inside ${placeOf(t)}, after "${t.text.slice(-24)}"`;
  if (t.state === comment || t.state === declaration) return failAt("HTML_COMMENT_HOLE", place, t.site, hole);
  if (t.state === rawText || t.state === plainText) return failAt("HTML_RAW_TEXT_HOLE", place, t.site, hole);
  if (t.state === tagName || t.isEndTag) return failAt("HTML_TAG_HOLE", place, t.site, hole);
  return failAt("HTML_NAME_HOLE", place, t.site, hole);
}

function placeOf(t: Tokenizer): string {
  if (t.state === comment) return "a comment";
  if (t.state === declaration) return "a declaration";
  if (t.state === rawText || t.state === plainText || t.state === script || t.state === escapedText)
    return `<${t.tag}>`;
  if (t.state === tagName) return "a tag name";
  if (t.isEndTag) return `the end tag </${t.tag}>`;
  if (t.state === quotedValue || t.state === unquotedValue) return `the value of ${t.attributeName} in <${t.tag}>`;
  return `the attribute names of <${t.tag}>`;
}

function copyUpTo(t: Tokenizer, end: number, isText: boolean): void {
  const source = t.text.slice(t.copied, end);
  t.sink.copy(isText ? closeAmpersand(source) : source);
  t.copied = end;
}

// The states. Each reads from t.at, moves it, and sets the next state.

function data(t: Tokenizer): void {
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
function comment(t: Tokenizer): void {
  t.at = t.text.length;
}

function declaration(t: Tokenizer): void {
  t.at = t.text.length;
}

function plainText(t: Tokenizer): void {
  t.at = t.text.length;
}

function tagName(t: Tokenizer): void {
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

function beforeName(t: Tokenizer): void {
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

function attributeName(t: Tokenizer): void {
  const length = t.text.slice(t.at).search(/[\t\n\f\r />=]/);
  t.at = length < 0 ? t.text.length : t.at + length;
  t.attributeName = t.text.slice(t.nameStart, t.at);
  if (length >= 0) t.state = afterName;
}

function afterName(t: Tokenizer): void {
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

function finishStaticName(t: Tokenizer): void {
  startValue(t, "");
  finishAttribute(t, "");
}

function beforeValue(t: Tokenizer): void {
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

function startValue(t: Tokenizer, quote: string): void {
  t.quote = quote;
  t.valueStart = t.at;
  t.firstHole = -1;
  t.parts = [];
}

function quotedValue(t: Tokenizer): void {
  const end = t.text.indexOf(t.quote, t.at);
  t.at = end < 0 ? t.text.length : end;
  if (end < 0) return;
  const part = t.text.slice(t.valueStart, end);
  t.at = end + 1;
  finishAttribute(t, part);
}

function unquotedValue(t: Tokenizer): void {
  const length = t.text.slice(t.at).search(/[\t\n\f\r >]/);
  t.at = length < 0 ? t.text.length : t.at + length;
  if (length >= 0) finishAttribute(t, t.text.slice(t.valueStart, t.at));
}

function finishAttribute(t: Tokenizer, lastPart: string): void {
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

function rawText(t: Tokenizer): void {
  toEndTag(t, endTagStart(t));
}

function escapedText(t: Tokenizer): void {
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

function script(t: Tokenizer): void {
  const place = readScript(t.text, t.at, t.scriptDepth);
  t.scriptDepth = place.depth;
  if (place.ended) toEndTag(t, place.at);
  else t.at = place.at;
}
