import { CodedError } from "../errors/index.ts";
import type { Call } from "./types.ts";

// `<` and `&` so that neither `</script` nor a reference can form, `>` against `-->`, and the two line ends old parsers know.
const RISKY = /[<>&\u2028\u2029]/g;
// In code also whatever ends a quoted text, a template literal, a comment or a regular expression. None of it is JSON's own.
const RISKY_IN_CODE = /['`$/]/g;

/** JSON that may stand in a script element and in an attribute alike. */
export function encodeJson(data: unknown): string {
  let text: string | undefined;
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

/** Tells whether a name may be called: identifiers joined by dots. */
export function isFunctionName(name: string): boolean {
  return /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/.test(name);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
