import type { ErrorCode } from "../errors/index.ts";
import { CALL, CLASSES, JSON_DATA, kindOf, SPREAD, STYLES } from "./brand.ts";
import { attributeContext, failAt, isWorded, type Site } from "./contexts.ts";
import { BLOCKED_CSS, checkCssValue } from "./css.ts";
import { escapeAttribute } from "./escape.ts";
import { ATTRIBUTE, makeOperation, type Operation } from "./operation.ts";
import { encodeCall, encodeExpression, encodeJson } from "./script.ts";
import type { Call, Classes, Json, Spread, Styles } from "./types.ts";
import { describe, isThenable, unwrap } from "./unwrap.ts";
import { BLOCKED_URL, checkSrcset, checkUrl, checkUrlList, encodeSrcsetPart, isSlash, leavesHost } from "./url.ts";

/** Writes one attribute with its holes: name, quotes and all, or nothing. */
export function printAttribute(operation: Operation, values: readonly unknown[], site: Site): string {
  const { hole, count, whole, parts } = operation;
  if (whole) {
    const value = wholeValue(operation, values[hole], site);
    if (value === null) return "";
    return value === true ? operation.name : operation.open + escapeAttribute(value) + operation.quote;
  }
  if (operation.context !== "attribute" && !(operation.context === "url" && operation.settled)) {
    const checked = joinedValue(operation, values, site);
    if (checked === BLOCKED_URL) return operation.open + checked + operation.quote;
  }
  let out = operation.open + (parts[0] ?? "");
  for (let i = 0; i < count; i++) {
    out += escapeAttribute(partValue(operation, values[hole + i], i, site)) + (parts[i + 1] ?? "");
  }
  return out + operation.quote;
}

/** The attribute's value as the parser will see it: `null` when it is absent, `true` when it is bare. */
export function attributeValue(operation: Operation, values: readonly unknown[], site: Site): string | true | null {
  return operation.whole ? wholeValue(operation, values[operation.hole], site) : joinedValue(operation, values, site);
}

/** Writes the attributes of `spread`, each checked by its name. */
export function printSpread(operation: Operation, given: unknown, site: Site): string {
  const value = unwrap(given, site, operation.hole);
  if (value === null || value === undefined || value === false) return "";
  if (typeof value !== "object" || kindOf(value) !== SPREAD) {
    throw failAt(
      "HTML_BAD_HOLE",
      `${describe(value)} among the attributes of <${operation.tag}>`,
      site,
      operation.hole,
    );
  }
  const { attributes } = value as Spread; // cast: its kind says so
  let out = "";
  const values: unknown[] = [];
  for (const name of Object.keys(attributes)) {
    values[operation.hole] = attributes[name];
    const printed = printAttribute(spreadOperation(operation, name, site), values, site);
    if (printed !== "") out += out === "" ? printed : ` ${printed}`;
  }
  return out;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const BAD_NAME = /^$|[\x00-\x20"'`<>/=\\\x7f-\x9f\ufffe\uffff]|\p{Cs}|\p{Zs}/u;

function spreadOperation(operation: Operation, name: string, site: Site): Operation {
  const lower = name.toLowerCase();
  const { tag, hole } = operation;
  const isRefused =
    lower === "srcdoc" || lower === "http-equiv" || lower === "bus-slot" || (lower === "content" && operation.refresh);
  if (BAD_NAME.test(name) || isRefused) {
    throw failAt("HTML_BAD_NAME", `spread() was given a name that is not allowed on <${tag}>`, site, hole);
  }
  const context = attributeContext(tag, lower);
  const open = `${name}="`;
  return makeOperation({
    kind: ATTRIBUTE,
    context,
    hole,
    tag,
    name,
    lower,
    open,
    quote: '"',
    parts: ["", ""],
    raw: ["", ""],
    whole: true,
  });
}

function wholeValue(operation: Operation, given: unknown, site: Site): string | true | null {
  const value = typeof given === "string" ? given : unwrap(given, site, operation.hole);
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") {
    if (isWorded(operation.lower)) return String(value);
    return value ? true : null;
  }
  if (typeof value === "object" && kindOf(value) === CLASSES && (value as Classes).text === "") return null; // cast: its kind says so
  const text = partValue(operation, value, -1, site);
  switch (operation.context) {
    case "url":
      return checkUrl(text);
    case "url-list":
      return checkUrlList(text);
    case "srcset":
      return checkSrcset(text);
    default:
      return text;
  }
}

function joinedValue(operation: Operation, values: readonly unknown[], site: Site): string {
  const { raw, hole, count, context } = operation;
  let text = raw[0] ?? "";
  let isRooted = isSlash(text);
  for (let i = 0; i < count; i++) {
    const part = partValue(operation, values[hole + i], i, site);
    text += part + (raw[i + 1] ?? "");
    // `${base}/${path}` with an empty base starts with the author's slash as `/${path}` does.
    isRooted ||= isSlash(raw[i + 1] ?? "") && isSlash(text);
  }
  if (context === "url" && !operation.settled) return isRooted && leavesHost(text) ? BLOCKED_URL : checkUrl(text);
  if (context === "url-list") return checkUrlList(text);
  return context === "srcset" ? checkSrcset(text) : text;
}

/** One hole's text within an attribute; `index` is -1 when the hole is the whole attribute. */
function partValue(operation: Operation, given: unknown, index: number, site: Site): string {
  const value = typeof given === "string" ? given : unwrap(given, site, operation.hole + index);
  if (value === null || value === undefined || value === false) return "";
  switch (operation.context) {
    case "handler":
      return codeValue(operation, value, index, site, "HTML_HANDLER_HOLE");
    case "code":
      return codeValue(operation, value, index, site, "HTML_CODE_HOLE");
    case "style":
      return styleValue(operation, value, index, site);
    case "srcset": {
      const text = plainValue(operation, value, index, site);
      return index < 0 ? text : encodeSrcsetPart(text);
    }
    default:
      return plainValue(operation, value, index, site);
  }
}

function plainValue(operation: Operation, value: unknown, index: number, site: Site): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      // The casts below: each kind has one shape.
      if (value !== null && kindOf(value) === JSON_DATA) return encodeJson((value as Json).data);
      if (value !== null && kindOf(value) === CLASSES) return (value as Classes).text;
  }
  throw badValue(operation, value, index, site);
}

function codeValue(operation: Operation, value: unknown, index: number, site: Site, code: ErrorCode): string {
  if (typeof value === "object" && value !== null) {
    // The casts below: each kind has one shape.
    if (kindOf(value) === JSON_DATA)
      return /-(?:vals|headers)$/.test(operation.lower)
        ? encodeJson((value as Json).data)
        : encodeExpression((value as Json).data);
    if (kindOf(value) === CALL && operation.context === "handler") return encodeCall(value as Call);
    if (isThenable(value)) throw badValue(operation, value, index, site);
  }
  throw failAt(
    code,
    `${describe(value)} in ${operation.lower} of <${operation.tag}>, whose value is code`,
    site,
    operation.hole + Math.max(index, 0),
  );
}

function styleValue(operation: Operation, value: unknown, index: number, site: Site): string {
  if (typeof value === "object" && value !== null && kindOf(value) === STYLES) {
    const { text } = value as Styles; // cast: its kind says so
    return index < 0 || operation.inValue[index] === false ? text : BLOCKED_CSS;
  }
  if (index >= 0 && operation.inValue[index] === true && (typeof value === "string" || typeof value === "number")) {
    return checkCssValue(String(value));
  }
  if (typeof value === "object" && value !== null && isThenable(value)) throw badValue(operation, value, index, site);
  throw failAt(
    "HTML_STYLE_HOLE",
    `${describe(value)} in place of declarations`,
    site,
    operation.hole + Math.max(index, 0),
  );
}

function badValue(operation: Operation, value: unknown, index: number, site: Site): Error {
  const isPromise = typeof value === "object" && value !== null && isThenable(value);
  const place = `in ${operation.lower} of <${operation.tag}>`;
  return failAt(
    isPromise ? "HTML_ASYNC_HOLE" : "HTML_BAD_HOLE",
    `${isPromise ? "a promise" : describe(value)} ${place}`,
    site,
    operation.hole + Math.max(index, 0),
  );
}
