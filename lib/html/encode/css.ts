import { CodedError } from "../../errors/index.ts";
import { makeStyles, type StylesStart } from "../brand.ts";
import { wordsOf } from "../bytes/words.ts";
import { flat } from "../flat.ts";
import type { Styles } from "../types.ts";

/** What a refused CSS value is replaced by: no property has such a value, so the browser drops the declaration. */
export const BLOCKED_CSS = "blocked";

const FUNCTIONS = new Set(
  (
    "rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark calc min max clamp round mod rem abs sign sin cos tan " +
    "asin acos atan atan2 pow sqrt hypot log exp progress var env minmax repeat fit-content translate translatex translatey translatez translate3d rotate rotatex rotatey " +
    "rotatez rotate3d scale scalex scaley scalez scale3d skew skewx skewy matrix matrix3d perspective cubic-bezier steps linear " +
    "linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient " +
    "blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia circle ellipse inset polygon rect xywh anchor anchor-size counter counters"
  ).split(" "),
);
// Space, number with unit, colour, name or function start, quoted text without escapes, bracket, operator.
const TOKEN =
  /\s+|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?:%|[a-z]+)?|#[\w-]+|-{0,2}[a-z_\p{L}][\w\p{L}\p{M}-]*\(?|"[^"\\\n\r\f<>&{};]*"|'[^'\\\n\r\f<>&{};]*'|[,+*/()[\]!-]/iuy;
const BY_BROWSERS = /^(?:expression|behaviou?r|javascript|mozbinding)$/i;

// One number or colour, which most values are: twice as fast as reading tokens (bench: html, 2 KiB).
const SIMPLE_NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:%|[a-z]{1,4})?$/i;
const HASH = 35;
const IS_HEX: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\da-f]/i.test(String.fromCharCode(code)) ? 1 : 0,
);

/** True for a value that is one number or colour: nothing in it needs a check or an escape. */
export function isSimpleCss(value: string): boolean {
  const { length } = value;
  if (value.charCodeAt(0) !== HASH) return SIMPLE_NUMBER.test(value);
  if (length < 4 || length > 9) return false;
  // Half the time of a regular expression (bench: html, 2 KiB).
  for (let i = 1; i < length; i++) if (IS_HEX[value.charCodeAt(i)] !== 1) return false;
  return true;
}

/**
 * Checks one CSS value by reading it token by token: only known functions, no `url()`, no escapes, no comment, nothing that ends
 * the declaration, every bracket closed.
 */
export function checkCssValue(value: string): string {
  if (isSimpleCss(value)) return value;
  const text = value.trim();
  if (/^[/*]|[/*]$|\/[*/]/.test(text)) return BLOCKED_CSS; // half a comment mark: its neighbour might be the other half
  let open = ""; // the brackets that are still to come, innermost first
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return BLOCKED_CSS;
    if (token.endsWith("(")) {
      if (token !== "(" && !FUNCTIONS.has(token.slice(0, -1).toLowerCase())) return BLOCKED_CSS;
      open = `)${open}`;
    } else if (token === "[") open = `]${open}`;
    else if (token === ")" || token === "]") {
      if (!open.startsWith(token)) return BLOCKED_CSS;
      open = open.slice(1);
    }
    if (BY_BROWSERS.test(token.replace(/[^a-z]/gi, ""))) return BLOCKED_CSS;
  }
  return open === "" ? text : BLOCKED_CSS;
}

const LAST_NAME = /[\w\p{L}\p{M}-]*$/u;

/**
 * Checks one CSS value that stands between other text: together they must not name a function that no value may. A hole right before
 * another one may hold any name.
 */
export function checkCssPart(value: string, before: string, after: string): string {
  const checked = checkCssValue(value);
  const isCalled = after.startsWith("(");
  if (!isCalled && !checked.startsWith("(")) return checked;
  const text = isCalled ? before + checked : before;
  const name = LAST_NAME.exec(text)?.[0] ?? "";
  const isKnown = name !== "" && FUNCTIONS.has(name.toLowerCase());
  const isWhole = name === text && before === "";
  return isWhole || (name !== "" && !isKnown) ? BLOCKED_CSS : checked;
}

// Within for-in the engine answers this from the object's shape.
const hasOwn = Object.prototype.hasOwnProperty;

/** Writes a map of declarations; camel case becomes hyphens. */
export function encodeStyles(
  declarations: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Styles {
  let before = NOTHING;
  let last = "";
  let isPlain = true;
  for (const key in declarations) {
    if (!hasOwn.call(declarations, key)) continue;
    const value = declarations[key];
    if (value === null || value === undefined || typeof value === "boolean" || value === "") continue;
    const start = starts.get(key) ?? startOf(key);
    let checked = typeof value === "string" ? value : String(value);
    if (!isSimpleCss(checked)) {
      checked = checkCssValue(checked);
      isPlain &&= isSimpleCss(checked);
    }
    before = before === NOTHING ? start : { text: `${before.text}${last}; ${start.text}`, words: undefined };
    last = checked;
  }
  return makeStyles(before, last, isPlain);
}

// A cache, not state. Keys are written in the program; the bound is for those that are not.
const starts = new Map<string, StylesStart>();
const MAX_STARTS = 1_000;
const MOST_IN_WORDS = 64; // names of custom properties may have any length
const NOTHING: StylesStart = { text: "", words: undefined };

/** The name of the property with what stands behind it. */
function startOf(key: string): StylesStart {
  const name = key.startsWith("--") ? key : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (!/^(?:--[\w-]+|-?[a-z][a-z-]*)$/.test(name) || /^behaviou?r$|-binding$/.test(name)) {
    throw new CodedError("HTML_BAD_NAME", "styles() was given a key that is no CSS property name");
  }
  const text = flat(`${name}: `);
  const start = { text, words: text.length > MOST_IN_WORDS ? undefined : wordsOf(text) };
  if (starts.size < MAX_STARTS) starts.set(key, start);
  return start;
}

/**
 * Where in a style attribute the static text so far ends: in a declaration's value, or somewhere a value cannot be checked
 * (a property name, a quoted text, `url(`, a comment).
 */
export function endsInCssValue(style: string): boolean {
  const text = style.replace(/"[^"]*"|'[^']*'|\/\*.*?\*\/|[\w-]+\([^()"']*\)/gs, "0"); // what is complete cannot matter
  const declaration = text.slice(text.lastIndexOf(";") + 1);
  if (/["'\\]|\/\*|@|url\(|image\(|image-set\(|src\(|element\(|expression\(/i.test(text)) return false;
  return /^\s*(?:--[\w-]+|-?[a-z][a-z-]*)\s*:/i.test(declaration) && !/(?:behaviou?r|binding)\s*:/i.test(declaration);
}
