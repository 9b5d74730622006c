import { CodedError } from "../errors/index.ts";
import type { Place } from "./place.ts";

/**
 * An address as a header can carry it: ASCII, no spaces, no line breaks. What is percent-encoded stays as it is.
 * @throws CodedError `PARTIAL_BAD_URL` for an empty one, for another scheme than http(s), for `//host`, for a host that is none, and for
 * another origin where that cannot be.
 */
export function urlValue(url: string, anywhere: boolean): string {
  if (url === "") throw new CodedError("PARTIAL_BAD_URL", "an address cannot be empty"); // the script takes that for none
  const text = percentEncoded(url, /[^\x21-\x7e]/gu);
  const hasScheme = /^[a-z][a-z\d+.-]*:/i.test(text);
  // Browsers read a backslash as a slash, and `https:path` as a path of a page that is itself https.
  const isTaken = hasScheme
    ? anywhere && /^https?:\/\/[^/\\]/i.test(text) && URL.canParse(text)
    : !/^[/\\]{2}/.test(text);
  if (isTaken) return text;
  const scheme = /^[^:/\\]*:?/.exec(text)?.[0] ?? ""; // the rest may be what a user typed
  throw new CodedError("PARTIAL_BAD_URL", `an address cannot start with ${JSON.stringify(scheme || "//")} here`);
}

/**
 * What a history header can carry: an address of this origin, or `false`.
 * @throws CodedError `PARTIAL_BAD_URL`
 */
export function historyValue(url: string | false): string {
  if (url === false) return "false";
  const text = urlValue(url, false);
  return text === "true" || text === "false" ? `./${text}` : text; // these two words mean something else
}

/** Whether an address names its host. */
export function isAbsolute(url: string): boolean {
  return /^https?:/i.test(url);
}

/**
 * A selector as a header can carry it: what is not ASCII becomes a CSS escape, which means the same everywhere. The space ends the escape:
 * without it the escape would swallow one that means something.
 */
export function selectorValue(selector: string): string {
  return selector.replace(/[\r\n\f\t]/g, " ").replace(/[^\x20-\x7e]/gu, (char) => `\\${hexOf(char)} `);
}

/** JSON as a header can carry it. What has no form in JSON is null. */
export function jsonValue(value: unknown): string {
  const text: string | undefined = JSON.stringify(value); // undefined for functions, whatever its type says
  return (text ?? "null").replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The selector of an id, whatever is in it. It has no white space, so that it may stand among the words of `bus-swap`. */
export function selectorOf({ id }: Place): string {
  const name = id.replace(/[^\w-]/gu, escaped);
  // A digit, or a dash and a digit, cannot start a name; nor can a dash be one.
  return `#${name.replace(/^(-?)(\d)/, "$1\\00003$2").replace(/^-$/, "\\-")}`;
}

/** A target as it was given: a selector, or a place. */
export function targetValue(target: Place | string): string {
  return typeof target === "string" ? selectorValue(target) : selectorOf(target);
}

/** What stands between the quotes of an entity tag. A semicolon separates what others add to it. */
export function tagValue(version: string | number): string {
  return percentEncoded(String(version), /[^\x21\x23\x24\x26-\x3a\x3c-\x7e]/gu);
}

/** Half a character has no encoding: it becomes U+FFFD, as in every other place of the web. */
function percentEncoded(text: string, which: RegExp): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd").replace(which, (char) => {
    const encoded = encodeURIComponent(char);
    return encoded === char ? `%${hexOf(char).padStart(2, "0")}` : encoded;
  });
}

/** A CSS escape of six digits, which needs no space behind it: means the same as the character. */
function escaped(char: string): string {
  return `\\${hexOf(char).padStart(6, "0")}`;
}

function hexOf(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16);
}
