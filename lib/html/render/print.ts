import { CALL, JSON_DATA, kindOf, RAW } from "../brand.ts";
import { failAt, type Site, takesNonce } from "../contexts.ts";
import { printAttribute, printPart } from "../encode/attribute.ts";
import { escapeText } from "../encode/escape.ts";
import { encodeCall, encodeExpression, encodeJson, rawScript, runsAsCode } from "../encode/script.ts";
import { printSpread, readSpread } from "../encode/spread.ts";
import { styleText } from "../encode/style-text.ts";
import {
  ATTRIBUTE,
  NONCE,
  type Operation,
  PART,
  PLAIN_ATTRIBUTE,
  PLAIN_PART,
  SCRIPT,
  SPREAD,
  STYLE_ATTRIBUTE,
  STYLE_PART,
  STYLE_TEXT,
  TEXT,
  URL_ATTRIBUTE,
} from "../program/operation.ts";
import type { CompiledTemplate } from "../program/template.ts";
import type { Call, Json, RawHtml } from "../types.ts";
import { describe, isThenable, unwrap } from "../unwrap.ts";
import { isInForeign } from "./foreign-scope.ts";
import { addStyles, type Sink } from "./sink.ts";

/** Writes everything but children and documents. */
export function printPlain(
  sink: Sink,
  operation: Operation,
  values: readonly unknown[],
  template: CompiledTemplate,
): string {
  switch (operation.kind) {
    case ATTRIBUTE:
    case URL_ATTRIBUTE:
    case STYLE_ATTRIBUTE:
    case PLAIN_ATTRIBUTE:
      return printAttribute(operation, values, template, sink.page.policy);
    case PART:
    case STYLE_PART:
    case PLAIN_PART:
      return printPart(operation, values[operation.hole], template, sink.page.policy);
    case TEXT:
      return escapeText(textValue(values[operation.hole], template, operation.hole));
    case SCRIPT:
      if (operation.tagLike && isInForeign(sink.scope)) throw readAsMarkup(operation, template);
      return scriptValue(operation, values, template);
    case SPREAD:
      return spreadValue(sink, operation, values, template);
    case NONCE:
      // A link needs it when its rel, which may be a hole, says that it styles or preloads.
      return operation.beside === undefined || takesNonce(values[operation.beside.hole]) ? sink.page.nonce : "";
    case STYLE_TEXT:
      return styleText(operation, values[operation.hole], template);
    default:
      throw failAt("HTML_BAD_TEMPLATE", "the template was made by another version of this library", template);
  }
}

/** The value of a hole in a title or textarea. */
export function textValue(given: unknown, site: Site, hole: number): string {
  const value = unwrap(given, site, hole);
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
    case "undefined":
      return "";
    case "object":
      if (value === null) return "";
      if (kindOf(value) === JSON_DATA) return encodeJson((value as Json).data); // cast: its kind says so
  }
  throw badChild(value, site, hole);
}

function scriptValue(operation: Operation, values: readonly unknown[], site: Site): string {
  const value = unwrap(values[operation.hole], site, operation.hole);
  if (typeof value === "object" && value !== null) {
    const isCode = runsAsCode(operation, values);
    const kind = kindOf(value);
    // The casts below: each kind has one shape.
    if (kind === JSON_DATA) return isCode ? encodeExpression((value as Json).data) : encodeJson((value as Json).data);
    if (kind === CALL && isCode) return encodeCall(value as Call);
    if (kind === RAW && operation.whole) return rawScript(value as RawHtml, operation, site);
    if (isThenable(value)) throw badChild(value, site, operation.hole);
  }
  throw failAt("HTML_SCRIPT_HOLE", `${describe(value)} in <script>`, site, operation.hole);
}

function readAsMarkup({ hole }: Operation, site: Site): Error {
  const what = "in SVG, MathML or a frameset, what stands before this hole of a script is read as a tag";
  return failAt("HTML_AMBIGUOUS", what, site, hole);
}

function spreadValue(sink: Sink, operation: Operation, values: readonly unknown[], template: CompiledTemplate): string {
  const { attributes, styles } = readSpread(operation, values, template);
  for (const css of styles) addStyles(sink, css);
  return printSpread(operation, attributes, template, sink.page.policy);
}

/** The error for a value that cannot be a child. */
export function badChild(value: unknown, site: Site | undefined, hole: number): Error {
  if (typeof value === "object" && value !== null && isThenable(value)) {
    return failAt("HTML_ASYNC_HOLE", "a promise in a synchronous render", site, hole);
  }
  return failAt("HTML_BAD_HOLE", `${describe(value)} cannot be written as HTML`, site, hole);
}
