import { printAttribute, printPart } from "./attribute.ts";
import {
  BOUNDARY,
  CALL,
  type ComponentCall,
  CSS,
  EACH,
  HEAD_STYLES,
  isComponent,
  isEvaluation,
  JSON_DATA,
  kindOf,
  MEMO,
  PROVIDE,
  RAW,
  USE,
} from "./brand.ts";
import { failAt, type Site, takesNonce } from "./contexts.ts";
import { isSimpleCss } from "./css.ts";
import { escapeAttribute, escapeText } from "./escape.ts";
import { knownText, learn } from "./heads.ts";
import {
  ATTRIBUTE,
  CHILD,
  DOCUMENT,
  NONCE,
  type Operation,
  PART,
  PLAIN_ATTRIBUTE,
  PLAIN_PART,
  SCRIPT,
  SPREAD,
  STYLE_PART,
  STYLE_TEXT,
  TEXT,
  URL_ATTRIBUTE,
} from "./operation.ts";
import { renderBoundary, renderMemo, renderProvided, renderUsed } from "./render-parts.ts";
import { encodeCall, encodeExpression, encodeJson, rawScript, runsAsCode } from "./script.ts";
import { addStyles, enter, finishText, inMemo, makePage, makeSink, type Page, type Sink } from "./sink.ts";
import { printSpread, readSpread } from "./spread.ts";
import { styleText } from "./style-text.ts";
import { type CompiledTemplate, compiled } from "./template.ts";
import type { Call, Css, Each, Html, Json, RawHtml } from "./types.ts";
import { describe, isReadable, isThenable, unwrap } from "./unwrap.ts";
import { isUsualUrl } from "./url.ts";

/** Renders one evaluation of a template. */
export function renderHtml(sink: Sink, node: Html): void {
  const template = compiled(node.template);
  const { operations, heads } = template;
  const { joined, opened, closed, bare } = template.leads;
  const { values } = node;
  enter(sink, template);
  // Chunks and short values gather in a local text: it stays in a register while the sink's field would be stored each time.
  let text = heads.length === 0 ? "" : headText(sink, template, values);
  let leads = heads.length === 0 ? joined : opened;
  for (let i = heads.length; i < operations.length; i++) {
    const operation = operations[i] as Operation; // cast: i is below the length
    const value = values[operation.hole];
    const { kind } = operation;
    if (kind === CHILD) {
      text += leads[i] as string; // cast: there is one chunk more than operations
      if (typeof value === "string") text += escapeText(value);
      else if (typeof value === "number") text += value;
      else {
        sink.text += text;
        text = "";
        renderValue(sink, value, template, operation.hole);
      }
    } else if (kind >= PLAIN_PART && (typeof value === "string" || typeof value === "number")) {
      text += leads[i] as string; // cast: as above
      text += typeof value === "string" ? escapeAttribute(value) : value;
      leads = joined;
      // The two below are seen to be safe at one look: without the way through printOperation, a tenth of a page (bench: html, 2 KiB).
    } else if (kind === STYLE_PART && typeof value === "string" && isSimpleCss(value)) {
      text += leads[i] as string; // cast: as above
      text += value;
    } else if (kind === URL_ATTRIBUTE && typeof value === "string" && isUsualUrl(value)) {
      text += leads[i] as string; // cast: as above
      text += escapeAttribute(value);
      leads = joined;
    } else {
      text += (leads === joined ? closed : bare)[i] + printOperation(sink, operation, values, template);
      leads = opened;
    }
  }
  sink.text += text + (leads[operations.length] as string); // cast: as above
  if (sink.page.late !== "") writeLateStyles(sink);
  sink.depth--;
  if (sink.text.length >= sink.limit) sink.flush(sink);
}

/** The attributes that an element of JSX starts with, and the chunks around them. */
function headText(sink: Sink, template: CompiledTemplate, values: readonly unknown[]): string {
  const { chunks, operations, heads } = template;
  const last = heads.length - 1;
  let text = "";
  for (let i = 0; i <= last; i++) {
    const known = heads[i];
    const value = values[i];
    const before = known === undefined ? undefined : knownText(known, value);
    if (before !== undefined) text += before;
    else {
      const operation = operations[i] as Operation; // casts: i is below the length
      text += chunks[i] as string;
      if (known !== undefined && (typeof value === "string" || typeof value === "number")) {
        text += operation.open + (typeof value === "string" ? escapeAttribute(value) : value) + operation.quote;
      } else text += printOperation(sink, operation, values, template);
      if (i === last) text += chunks[i + 1] as string;
      if (known !== undefined) learn(known, value, template, i);
    }
  }
  return text;
}

/** Writes the stylesheets of the template that ends here. */
export function writeLateStyles(sink: Sink): void {
  const { page } = sink;
  if (sink.depth > page.lateDepth) return;
  sink.text += page.late;
  page.late = "";
}

/** Writes everything but children. */
export function printOperation(
  sink: Sink,
  operation: Operation,
  values: readonly unknown[],
  template: CompiledTemplate,
): string {
  if (sink.page.sealed !== undefined) refuseInMemo(operation, values, template);
  switch (operation.kind) {
    case ATTRIBUTE:
    case URL_ATTRIBUTE:
    case PLAIN_ATTRIBUTE:
      return printAttribute(operation, values, template, sink.page.policy);
    case PART:
    case STYLE_PART:
    case PLAIN_PART:
      return printPart(operation, values[operation.hole], template, sink.page.policy);
    case TEXT:
      return escapeText(textValue(values[operation.hole], template, operation.hole));
    case SCRIPT:
      return scriptValue(operation, values, template);
    case SPREAD:
      return spreadValue(sink, operation, values, template);
    case NONCE:
      // A link needs it when its rel, which may be a hole, says that it styles or preloads.
      return operation.beside === undefined || takesNonce(values[operation.beside.hole]) ? sink.page.nonce : "";
    case DOCUMENT:
      return documentValue(sink, operation, values[operation.hole], template);
    case STYLE_TEXT:
      return styleText(operation, values[operation.hole], template);
    default:
      throw failAt("HTML_BAD_TEMPLATE", "the template was made by another version of this library", template);
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
  if (isEvaluation(value)) {
    if (sink.page.checks === undefined) renderHtml(sink, value);
    else renderChecked(sink, value, site, hole);
    return;
  }
  if (isComponent(value)) {
    renderComponent(sink, value, site, hole);
    return;
  }
  const kind = kindOf(value);
  // The casts: each kind has one shape.
  if (kind === EACH) {
    renderEach(sink, value as Each, site, hole);
    return;
  }
  if (Array.isArray(value)) {
    renderArray(sink, value, site, hole);
    return;
  }
  if (renderLeaf(sink, value, kind)) return;
  switch (kind) {
    case PROVIDE:
      renderProvided(sink, value, site, hole, renderValue);
      return;
    case USE:
      renderUsed(sink, value, site, hole, renderValue);
      return;
    case BOUNDARY:
      renderBoundary(sink, value, site, hole, renderValue);
      return;
  }
  if (kind !== undefined) throw badChild(value, site, hole);
  if (sink.page.sealed !== undefined && isReadable(value)) throw inMemo("a readable", site, hole);
  const read = unwrap(value, site, hole);
  if (read === value) throw badChild(value, site, hole);
  enter(sink, site, hole);
  renderValue(sink, read, site, hole);
  sink.depth--;
}

/** Renders what holds no other node. @returns False when the value is none of those. */
export function renderLeaf(sink: Sink, value: object, kind: number | undefined): boolean {
  // The casts: each kind has one shape.
  switch (kind) {
    case RAW:
      sink.text += (value as RawHtml).markup;
      return true;
    case JSON_DATA:
      sink.text += escapeText(encodeJson((value as Json).data));
      return true;
    case MEMO:
      renderMemo(sink, value, renderValue);
      return true;
    case CSS:
      addStyles(sink, value as Css);
      return true;
    case HEAD_STYLES:
      if (sink.page.sealed !== undefined) throw inMemo("headStyles()", undefined, 0);
      sink.openHead(sink);
      sink.page.isHeadOpen = true;
      return true;
    default:
      return false;
  }
}

function renderComponent(sink: Sink, node: ComponentCall, site: Site | undefined, hole: number): void {
  enter(sink, site, hole);
  renderValue(sink, node.component(node.props), site, hole);
  sink.depth--;
}

function renderChecked(sink: Sink, node: Html, site: Site | undefined, hole: number): void {
  const { checks } = sink.page;
  // cast: the site of a hole is its template
  checks?.enter(node, site as CompiledTemplate | undefined, hole);
  renderHtml(sink, node);
  checks?.leave();
}

function renderArray(sink: Sink, list: readonly unknown[], site: Site | undefined, hole: number): void {
  enter(sink, site, hole);
  const { length } = list;
  const isChecked = sink.page.checks !== undefined;
  for (let i = 0; i < length; i++) {
    const item = list[i];
    if (!isChecked && isEvaluation(item)) renderHtml(sink, item);
    else renderValue(sink, item, site, hole);
    if (list.length !== length) throw failAt("HTML_LIST_CHANGED", "a list changed while it was rendered", site, hole);
  }
  sink.depth--;
}

function renderEach(sink: Sink, each: Each, site: Site | undefined, hole: number): void {
  const items = each.items();
  enter(sink, site, hole);
  const isChecked = sink.page.checks !== undefined;
  for (let i = 0; i < items.length; i++) {
    const row: unknown = each.row(items[i], i);
    // Nearly all rows are templates: the way through renderValue costs 4 % of a page (bench: html, "to bytes").
    if (!isChecked && isEvaluation(row)) renderHtml(sink, row);
    else renderValue(sink, row, site, hole);
  }
  sink.depth--;
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

function spreadValue(sink: Sink, operation: Operation, values: readonly unknown[], template: CompiledTemplate): string {
  const { attributes, styles } = readSpread(operation, values, template);
  for (const css of styles) addStyles(sink, css);
  return printSpread(operation, attributes, template, sink.page.policy);
}

/** A `srcdoc`: a document of its own, escaped once more as the value of an attribute. */
function documentValue(sink: Sink, operation: Operation, given: unknown, template: CompiledTemplate): string {
  const { nonce, policy, sealed } = sink.page;
  const text = documentText(operation, given, template, makePage(nonce, policy, undefined, sealed), sink);
  return text === null ? "" : printDocument(operation, text);
}

/** The text of a `srcdoc`; `null` when there is none. */
export function documentText(
  operation: Operation,
  given: unknown,
  site: Site,
  page: Page,
  around?: Sink,
): string | null {
  const value = unwrap(given, site, operation.hole);
  if (value === null || value === undefined || value === false) return null;
  const sink = makeSink(page);
  sink.depth = around?.depth ?? 0;
  sink.scope = around?.scope;
  renderValue(sink, value, site, operation.hole);
  return finishText(sink);
}

/** The attribute with the text of its document. */
export function printDocument(operation: Operation, text: string): string {
  return operation.open + escapeAttribute(text) + operation.quote;
}

/** What differs from request to request must not get into a cache. */
function refuseInMemo(operation: Operation, values: readonly unknown[], template: CompiledTemplate): void {
  if (operation.kind === NONCE || operation.lower === "nonce") throw inMemo("a nonce", template, operation.hole);
  for (let i = 0; i < operation.count; i++) {
    const value = values[operation.hole + i];
    if (isReadable(value)) throw inMemo("a readable", template, operation.hole + i);
  }
}

/** The error for a value that cannot be a child. */
export function badChild(value: unknown, site: Site | undefined, hole: number): Error {
  if (typeof value === "object" && value !== null && isThenable(value)) {
    return failAt("HTML_ASYNC_HOLE", "a promise in a synchronous render", site, hole);
  }
  return failAt("HTML_BAD_HOLE", `${describe(value)} cannot be written as HTML`, site, hole);
}
