import { counted, isHalf, isWellFormed } from "./unicode.ts";

// Halves of surrogate pairs are looked for on the way: whether a page has to be mended is known at its end.
const TEXT = /[&<>\r\0\ud800-\udfff]/;
const ATTRIBUTE = /[&<>"'\r\0\ud800-\udfff]/;
/** From this length on, five searches of the platform's for one character each are faster than a loop. */
const LONG = 40;

const ASCII = 128;
/** For each character of ASCII, whether it is written as something else. Not exported: what modules share is no constant to the engine (1.15 of a page). */
const IN_TEXT: Uint8Array = marked(TEXT);
const IN_ATTRIBUTE: Uint8Array = marked(ATTRIBUTE);

function marked(marks: RegExp): Uint8Array {
  return Uint8Array.from({ length: ASCII }, (_, code) => (marks.test(String.fromCharCode(code)) ? 1 : 0));
}

/**
 * Escapes a value for the place between two tags. A carriage return becomes a reference because the parser would turn it into a
 * line feed; NUL, which no document can hold, becomes U+FFFD. Nearly all values need nothing, so that is found out first; by length, as the
 * fastest of the ways that stay with strings (bench: html, "Ways to escape"). Twin: test/oracle/html.ts.
 */
export function escapeText(text: string): string {
  const first = text.length < LONG ? firstMark(text, IN_TEXT) : hasMarks(text) ? text.search(TEXT) : -1;
  return first < 0 ? text : escapeFrom(text, first, false);
}

/** Escapes a value for a quoted attribute, for either quote. `<` too: inside `<noscript>` it could close the element. */
export function escapeAttribute(text: string): string {
  const first =
    text.length < LONG ? firstMark(text, IN_ATTRIBUTE) : hasQuotesOrMarks(text) ? text.search(ATTRIBUTE) : -1;
  return first < 0 ? text : escapeFrom(text, first, true);
}

/** Where the first character stands that may not be written as it is; -1 for none. A regular expression takes a tenth more of a page that is not ASCII. */
function firstMark(text: string, marks: Uint8Array): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < ASCII ? marks[code] !== 0 : isHalf(code)) return i;
  }
  return -1;
}

function hasQuotesOrMarks(text: string): boolean {
  return text.indexOf('"') >= 0 || text.indexOf("'") >= 0 || hasMarks(text);
}

function hasMarks(text: string): boolean {
  return (
    text.indexOf("&") >= 0 ||
    text.indexOf("<") >= 0 ||
    text.indexOf(">") >= 0 ||
    text.indexOf("\r") >= 0 ||
    text.indexOf("\0") >= 0 ||
    !isWellFormed(text)
  );
}

function escapeFrom(text: string, first: number, quotes: boolean): string {
  let out = "";
  let done = 0;
  let hasHalves = false;
  for (let i = first; i < text.length; i++) {
    const code = text.charCodeAt(i);
    let escaped: string;
    switch (code) {
      case 38:
        escaped = "&amp;";
        break;
      case 60:
        escaped = "&lt;";
        break;
      case 62:
        escaped = "&gt;";
        break;
      case 34:
        if (!quotes) continue;
        escaped = "&quot;";
        break;
      case 39:
        if (!quotes) continue;
        escaped = "&#39;";
        break;
      case 13:
        escaped = "&#13;";
        break;
      case 0:
        escaped = "\uFFFD";
        break;
      default:
        hasHalves ||= isHalf(code);
        continue;
    }
    if (done < i) out += text.slice(done, i);
    out += escaped;
    done = i + 1;
  }
  if (hasHalves) counted(text);
  return done < text.length ? out + text.slice(done) : out;
}

/**
 * A static's `&` that no `;` closes before the hole would start a reference which the value completes:
 * `href="&${x}"` with `#106;avascript:…`. Such an ampersand is literal.
 */
export function closeAmpersand(text: string): string {
  return text.replace(/&(#?[0-9A-Za-z]*)$/, "&amp;$1");
}
