import { failAt } from "../contexts.ts";
import { closeAmpersand } from "../encode/escape.ts";
import {
  afterName,
  beforeName,
  beforeValue,
  comment,
  copyUpTo,
  data,
  declaration,
  escapedText,
  finishAttribute,
  finishStaticName,
  plainText,
  quotedValue,
  rawText,
  SPACE,
  script,
  startValue,
  type Tokenizer,
  tagName,
  unquotedValue,
} from "./tokenizer-states.ts";

const ENDS_STYLE = /^\s*<\/style(?=[\t\n\f\r />])/i;

/** Hands a hole on when its place is legal where the state stands. @param next - The static behind it. */
export function atHole(t: Tokenizer, hole: number, next: string): void {
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

/** What the state stands inside, for messages. */
export function placeOf(t: Tokenizer): string {
  if (t.state === comment) return "a comment";
  if (t.state === declaration) return "a declaration";
  if (t.state === rawText || t.state === plainText || t.state === script || t.state === escapedText)
    return `<${t.tag}>`;
  if (t.state === tagName) return "a tag name";
  if (t.isEndTag) return `the end tag </${t.tag}>`;
  if (t.state === quotedValue || t.state === unquotedValue) return `the value of ${t.attributeName} in <${t.tag}>`;
  return `the attribute names of <${t.tag}>`;
}
