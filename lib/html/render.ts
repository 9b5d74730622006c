import { printAttribute, printSpread } from "./attribute.ts";
import { CALL, EACH, HTML, JSON_DATA, kindOf, RAW } from "./brand.ts";
import { failAt, type Site } from "./contexts.ts";
import { escapeText } from "./escape.ts";
import { CHILD, NONCE, type Operation, SCRIPT, SPREAD, TEXT } from "./operation.ts";
import { encodeCall, encodeExpression, encodeJson } from "./script.ts";
import { type CompiledTemplate, compiled } from "./template.ts";
import type { Call, Each, Html, Json, RawHtml } from "./types.ts";
import { describe, isThenable, unwrap } from "./unwrap.ts";

/** How deep nodes may be nested: as deep as the common browsers nest elements. */
export const MAX_DEPTH = 512;

/** Where a render writes to. */
export interface Sink {
  text: string;
  /** Length of `text` from which `flush` is called. */
  readonly limit: number;
  flush(sink: Sink): void;
  /** ` nonce="…"`, or "". */
  readonly nonce: string;
  depth: number;
  /** The last flush: nothing follows. */
  done: boolean;
}

/** Renders one evaluation of a template. */
export function renderHtml(sink: Sink, node: Html): void {
  const template = compiled(node.template);
  const { chunks, operations } = template;
  const { values } = node;
  enter(sink, template);
  // Chunks and short values gather in a local text: it stays in a register while the sink's field would be stored each time.
  let text = chunks[0] as string; // cast: there is one chunk more than operations
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i] as Operation; // cast: i is below the length
    const value = values[operation.hole];
    if (operation.kind === CHILD) {
      if (typeof value === "string") text += escapeText(value);
      else if (typeof value === "number") text += value;
      else {
        sink.text += text;
        text = "";
        renderValue(sink, value, template, operation.hole);
      }
    } else text += printOperation(sink, operation, values, template);
    text += chunks[i + 1] as string; // cast: as above
  }
  sink.text += text;
  sink.depth--;
  if (sink.text.length >= sink.limit) sink.flush(sink);
}

/** Writes everything but children. */
export function printOperation(
  sink: Sink,
  operation: Operation,
  values: readonly unknown[],
  template: CompiledTemplate,
): string {
  switch (operation.kind) {
    case TEXT:
      return escapeText(textValue(values[operation.hole], template, operation.hole));
    case SCRIPT:
      return scriptValue(operation, values[operation.hole], template);
    case SPREAD:
      return printSpread(operation, values[operation.hole], template);
    case NONCE:
      return sink.nonce;
    default:
      return printAttribute(operation, values, template);
  }
}

/** Renders what stands between tags. */
export function renderValue(sink: Sink, given: unknown, site: Site | undefined, hole: number): void {
  const value = typeof given === "function" ? unwrap(given, site, hole) : given;
  switch (typeof value) {
    case "string":
      sink.text += escapeText(value);
      return;
    case "number":
    case "bigint":
      sink.text += String(value);
      return;
    case "boolean":
    case "undefined":
      return;
    case "object":
      if (value !== null) renderObject(sink, value, site, hole);
      return;
    default:
      throw badChild(value, site, hole);
  }
}

function renderObject(sink: Sink, value: object, site: Site | undefined, hole: number): void {
  // The casts below: each kind has one shape.
  switch (kindOf(value)) {
    case HTML:
      renderHtml(sink, value as Html);
      return;
    case EACH:
      renderEach(sink, value as Each, site, hole);
      return;
    case RAW:
      sink.text += (value as RawHtml).markup;
      return;
    case JSON_DATA:
      sink.text += escapeText(encodeJson((value as Json).data));
      return;
    case undefined:
      break;
    default:
      throw badChild(value, site, hole);
  }
  if (Array.isArray(value)) {
    renderArray(sink, value, site, hole);
    return;
  }
  const read = unwrap(value, site, hole);
  if (read === value) throw badChild(value, site, hole);
  enter(sink, site, hole);
  renderValue(sink, read, site, hole);
  sink.depth--;
}

function renderArray(sink: Sink, list: readonly unknown[], site: Site | undefined, hole: number): void {
  enter(sink, site, hole);
  for (let i = 0; i < list.length; i++) renderValue(sink, list[i], site, hole);
  sink.depth--;
}

function renderEach(sink: Sink, each: Each, site: Site | undefined, hole: number): void {
  const items = each.items();
  enter(sink, site, hole);
  for (let i = 0; i < items.length; i++) renderValue(sink, each.row(items[i], i), site, hole);
  sink.depth--;
}

function enter(sink: Sink, site: Site | undefined, hole?: number): void {
  if (++sink.depth > MAX_DEPTH)
    throw failAt("HTML_TOO_DEEP", `nodes are nested more than ${MAX_DEPTH} deep`, site, hole);
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

function scriptValue(operation: Operation, given: unknown, site: Site): string {
  const value = unwrap(given, site, operation.hole);
  if (typeof value === "object" && value !== null) {
    const isCode = operation.context === "script";
    const kind = kindOf(value);
    // The casts below: each kind has one shape.
    if (kind === JSON_DATA) return isCode ? encodeExpression((value as Json).data) : encodeJson((value as Json).data);
    if (kind === CALL && isCode) return encodeCall(value as Call);
    if (isThenable(value)) throw badChild(value, site, operation.hole);
  }
  throw failAt("HTML_SCRIPT_HOLE", `${describe(value)} in <script>`, site, operation.hole);
}

/** The error for a value that cannot be a child. */
export function badChild(value: unknown, site: Site | undefined, hole: number): Error {
  if (typeof value === "object" && value !== null && isThenable(value)) {
    return failAt("HTML_ASYNC_HOLE", "a promise in a synchronous render", site, hole);
  }
  return failAt("HTML_BAD_HOLE", `${describe(value)} cannot be written as HTML`, site, hole);
}
