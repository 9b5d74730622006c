import { CodedError } from "../../errors/index.ts";
import { failAt, isJavaScript, type Site } from "../contexts.ts";
import type { Operation } from "../program/operation.ts";
import type { Call, RawHtml } from "../types.ts";
import { isThenable } from "../unwrap.ts";

// `<` and `&` so that neither `</script` nor a reference can form, `>` against `-->`, and the two line ends old parsers know.
const RISKY = /[<>&\u2028\u2029]/g;
// In code also whatever ends a quoted text, a template literal, a comment or a regular expression. None of it is JSON's own.
const RISKY_IN_CODE = /['`$/]/g;

/** JSON that may stand in a script element and in an attribute alike. */
export function encodeJson(data: unknown): string {
  let text: string | undefined;
  if (typeof data === "object" && data !== null && isThenable(data)) {
    throw new CodedError("HTML_BAD_JSON", "json() was given a promise");
  }
  try {
    text = JSON.stringify(data);
  } catch (cause) {
    throw new CodedError("HTML_BAD_JSON", "json() was given a value that has no JSON form", { cause });
  }
  return text === undefined ? "null" : text.replace(RISKY, unicodeEscape);
}

/**
 * The same data as a JavaScript expression. Where the text would be read as source, a key `__proto__` sets the prototype instead of
 * a property; such data goes through `JSON.parse`, which does not.
 */
export function encodeExpression(data: unknown): string {
  const text = encodeJson(data);
  const expression = text.includes("__proto__") ? `JSON.parse(${encodeJson(text)})` : text;
  return expression.replace(RISKY_IN_CODE, unicodeEscape);
}

/** A call as JavaScript source. */
export function encodeCall(call: Call): string {
  return `${call.fn}(${call.args.map(encodeExpression).join(",")})`;
}

/** Tells whether the script around a hole runs as JavaScript, also where its `type` is a hole too. */
export function runsAsCode({ context, beside }: Operation, values: readonly unknown[]): boolean {
  const type = beside === undefined ? undefined : values[beside.hole];
  return typeof type === "string" ? isJavaScript(type) : context === "script";
}

/** Code that is all of its script, as it is: it neither ends the element nor, with the marks of old comments, hides the end. */
export function rawScript({ markup }: RawHtml, operation: Operation, site: Site): string {
  const comment = markup.indexOf("<!--");
  const isInside = !/<\/script/i.test(markup) && (comment < 0 || !/<script/i.test(markup.slice(comment)));
  if (isInside) return markup;
  throw failAt("HTML_BAD_HOLE", "code that could end its <script> or hide the end", site, operation.hole);
}

/** Tells whether a name may be called: identifiers joined by dots. */
export function isFunctionName(name: string): boolean {
  return /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/.test(name);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
