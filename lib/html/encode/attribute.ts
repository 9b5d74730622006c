import type { ErrorCode } from "../../errors/index.ts";
import { CALL, CLASSES, isPlainStyles, JSON_DATA, kindOf, STYLES } from "../brand.ts";
import { attributeContext, failAt, imagesOf, type Site } from "../contexts.ts";
import { type Operation, PLAIN_ATTRIBUTE, URL_ATTRIBUTE } from "../program/operation.ts";
import type { Call, Classes, Json, Styles } from "../types.ts";
import { describe, isThenable, unwrap } from "../unwrap.ts";
import { BLOCKED_CSS, checkCssPart } from "./css.ts";
import { escapeAttribute } from "./escape.ts";
import { checkRefresh, checkRefreshParts } from "./refresh.ts";
import { checkResourceUrl, checkResourceValues } from "./resource-url.ts";
import { encodeCall, encodeExpression, encodeJson } from "./script.ts";
import { checkSrcset, encodeSrcsetPart } from "./srcset.ts";
import { BLOCKED_URL, checkUrl, checkUrlList, isDataImage, isSlash, isUsualUrl, leavesHost } from "./url.ts";
import { type Policy, STRICT } from "./url-policy.ts";

/** Writes one attribute with its holes: name, quotes and all, or nothing. */
export function printAttribute(
  operation: Operation,
  values: readonly unknown[],
  site: Site,
  policy: Policy = STRICT,
): string {
  const { hole, count, parts } = operation;
  if (operation.whole) {
    const given = values[hole];
    // Half the time of a style (bench: html, "JSX precompiled").
    if (operation.context === "style" && isPlainStyles(given)) return operation.open + given.text + operation.quote;
    const isText = typeof given === "string" && operation.context === "attribute";
    const value = isText ? given : wholeValue(operation, values, site, policy);
    if (value === null) return "";
    return value === true ? operation.name : operation.open + escapeAttribute(value) + operation.quote;
  }
  const texts = operation.settled ? undefined : partTexts(operation, values, site, policy);
  if (texts !== undefined && judgeParts(operation, texts, values, policy) === BLOCKED_URL) {
    return operation.open + BLOCKED_URL + operation.quote;
  }
  let out = operation.open + (parts[0] ?? "");
  for (let i = 0; i < count; i++) {
    const text = texts === undefined ? partValue(operation, values[hole + i], i, site, policy) : (texts[i] ?? "");
    out += escapeAttribute(text) + (parts[i + 1] ?? "");
  }
  return out + operation.quote;
}

/** An attribute with a value such as most have, printed at one look; `undefined` for others (5 % of a page; bench: html, "busbar JSX"). */
export function usualAttribute(operation: Operation, value: unknown): string | undefined {
  const { kind, open, quote, name, worded } = operation;
  const isPlain = kind === PLAIN_ATTRIBUTE;
  if (typeof value === "string" && (isPlain || (kind === URL_ATTRIBUTE && isUsualUrl(value)))) {
    return open + escapeAttribute(value) + quote;
  }
  if (isPlain && typeof value === "number") return open + value + quote;
  return isPlain && !worded && typeof value === "boolean" ? (value ? name : "") : undefined;
}

/** Writes one hole of an attribute whose other text stands in the chunks. */
export function printPart({ source, index }: Operation, value: unknown, site: Site, policy: Policy): string {
  return source === undefined ? "" : escapeAttribute(partValue(source, value, index, site, policy));
}

/** The attribute's value as the parser will see it: `null` when it is absent, `true` when it is bare. */
export function attributeValue(
  operation: Operation,
  values: readonly unknown[],
  site: Site,
  policy: Policy = STRICT,
): string | true | null {
  if (operation.whole) return wholeValue(operation, values, site, policy);
  return judgeParts(operation, partTexts(operation, values, site, policy), values, policy);
}

function wholeValue(
  operation: Operation,
  values: readonly unknown[],
  site: Site,
  policy: Policy,
): string | true | null {
  const given = values[operation.hole];
  const value = typeof given === "string" ? given : unwrap(given, site, operation.hole);
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") {
    if (operation.worded) return String(value);
    return value ? true : null;
  }
  if (typeof value === "object" && kindOf(value) === CLASSES && (value as Classes).text === "") return null; // cast: its kind says so
  return judge(operation, partValue(operation, value, -1, site, policy), values, policy);
}

/** The texts of the holes: each value is read once, so that what is judged is what is printed. */
function partTexts(operation: Operation, values: readonly unknown[], site: Site, policy: Policy): string[] {
  const texts: string[] = [];
  for (let i = 0; i < operation.count; i++) {
    texts.push(partValue(operation, values[operation.hole + i], i, site, policy));
  }
  return texts;
}

function judgeParts(
  operation: Operation,
  texts: readonly string[],
  values: readonly unknown[],
  policy: Policy,
): string {
  const { raw, context } = operation;
  let text = raw[0] ?? "";
  let isRooted = isSlash(text);
  for (const [i, part] of texts.entries()) {
    text += part + (raw[i + 1] ?? "");
    // `${base}/${path}` with an empty base starts with the author's slash as `/${path}` does.
    isRooted ||= isSlash(raw[i + 1] ?? "") && isSlash(text);
  }
  if (operation.settled) return text;
  if (context === "refresh") return checkRefreshParts(raw, texts) === BLOCKED_URL ? BLOCKED_URL : text;
  if (context === "url" && isRooted && leavesHost(text)) return BLOCKED_URL;
  return judge(operation, text, values, policy);
}

/** The whole value, or the blocked URL. */
function judge(operation: Operation, text: string, values: readonly unknown[], policy: Policy): string {
  const { beside, context, tag, lower } = operation;
  if (context === "attribute") return text;
  const key = beside === undefined ? operation.key : keyText(values[beside.hole]);
  switch (beside === undefined ? context : attributeContext(tag, lower, key)) {
    case "url":
      if (policy.dataImages && isDataImage(text, imagesOf(tag, lower, key))) return text;
      return checkUrl(text);
    case "url-list":
      return checkUrlList(text);
    case "srcset":
      return checkSrcset(text, policy);
    case "resource-url":
      return lower === "values" ? checkResourceValues(text, policy) : checkResourceUrl(text, policy);
    case "refresh":
      return checkRefresh(text);
    case "handler":
      return context === "handler" ? text : BLOCKED_URL; // named by a hole just now: the value was written as text, not as a call
    default:
      return text;
  }
}

/** What a hole says about the attribute beside; of what is not plain text nothing is known, as it might change until it is printed. */
function keyText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** One hole's text within an attribute; `index` is -1 when the hole is the whole attribute. */
function partValue(operation: Operation, given: unknown, index: number, site: Site, policy: Policy): string {
  const value = typeof given === "string" ? given : unwrap(given, site, operation.hole + index);
  if (value === null || value === undefined || value === false) return "";
  switch (operation.context) {
    case "handler":
      return codeValue(operation, value, index, site, "HTML_HANDLER_HOLE");
    case "code":
      return codeValue(operation, value, index, site, "HTML_CODE_HOLE");
    case "style":
      return styleValue(operation, value, index, site);
    case "srcdoc":
      // A document is rendered, never printed as a text: a text would be parsed as markup.
      throw failAt("HTML_SRCDOC_HOLE", `${describe(value)} in ${operation.lower}`, site, operation.hole);
    case "srcset": {
      const text = plainValue(operation, value, index, site);
      return index < 0 ? text : encodeSrcsetPart(text, policy);
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
    return checkCssPart(String(value), operation.raw[index] ?? "", operation.raw[index + 1] ?? "");
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
