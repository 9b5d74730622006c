import { CodedError } from "../errors/index.ts";
import type { Place } from "./types.ts";

/**
 * An address as a header can carry it: ASCII, no spaces, no line breaks. What is percent-encoded stays as it is.
 * @throws CodedError `PARTIAL_BAD_URL` for another scheme than http(s), for `//host`, and for another origin where that cannot be.
 */
export function urlValue(url: string, anywhere: boolean): string {
  const text = url.replace(/\p{Surrogate}/gu, "\ufffd").replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  // Browsers read a backslash as a slash.
  const isRefused =
    /^[/\\]{2}/.test(text) || (/^[a-z][a-z\d+.-]*:/i.test(text) && !(anywhere && /^https?:/i.test(text)));
  if (!isRefused) return text;
  const scheme = /^[^:/\\]*:?/.exec(text)?.[0] ?? ""; // the rest may be what a user typed
  throw new CodedError("PARTIAL_BAD_URL", `an address cannot start with ${JSON.stringify(scheme || "//")} here`);
}

/** Whether an address names its host. */
export function isAbsolute(url: string): boolean {
  return /^https?:/i.test(url);
}

/** A selector as a header can carry it: what is not ASCII becomes a CSS escape, which means the same everywhere. */
export function selectorValue(selector: string): string {
  return selector.replace(/[\r\n\f\t]/g, " ").replace(/[^\x20-\x7e]/gu, escaped);
}

/** JSON as a header can carry it. */
export function jsonValue(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The selector of an id, whatever is in it. */
export function selectorOf({ id }: Place): string {
  const name = id.replace(/[^\w-]/gu, escaped);
  // A digit, or a dash and a digit, cannot start a name; nor can a dash be one.
  return `#${name.replace(/^(-?)(\d)/, "$1\\3$2 ").replace(/^-$/, "\\-")}`;
}

/** A CSS escape: means the same as the character. */
function escaped(char: string): string {
  return `\\${(char.codePointAt(0) ?? 0).toString(16)} `;
}
