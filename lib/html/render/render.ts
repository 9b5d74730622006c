import {
  BOUNDARY,
  type ComponentCall,
  CSS,
  EACH,
  HEAD_STYLES,
  isComponent,
  isEvaluation,
  isPlainStyles,
  JSON_DATA,
  kindOf,
  MEMO,
  PROVIDE,
  RAW,
  USE,
} from "../brand.ts";
import { type ByteKit, type ByteProgram, generateByteProgram, learnLengths } from "../bytes/byte-program.ts";
import type { ByteScratch } from "../bytes/byte-scratch.ts";
import { failAt, type Site } from "../contexts.ts";
import { usualAttribute } from "../encode/attribute.ts";
import { isSimpleCss } from "../encode/css.ts";
import { escapeAttribute, escapeText } from "../encode/escape.ts";
import { encodeJson } from "../encode/script.ts";
import { counted } from "../encode/unicode.ts";
import { isUsualUrl } from "../encode/url.ts";
import { knownIndex, learn } from "../program/heads.ts";
import { DOCUMENT, type Operation } from "../program/operation.ts";
import { generateProgram, HOT_RENDERS, type Kit, type Program } from "../program/program.ts";
import { runSteps } from "../program/steps.ts";
import { type CompiledTemplate, compiled } from "../program/template.ts";
import type { Css, Each, Html, Json, RawHtml } from "../types.ts";
import { unwrap } from "../unwrap.ts";
import { documentText, printDocument } from "./documents.ts";
import { foreignScope } from "./foreign-scope.ts";
import { renderBoundary, renderMemo, renderProvided, renderUsed } from "./parts.ts";
import { badChild, printPlain } from "./print.ts";
import { sealedItems, sealedValues } from "./sealed.ts";
import { addStyles, enter, inMemo, MAX_DEPTH, type Sink, tooDeep } from "./sink.ts";

// Text is handed from function to function and stays in a register; a field of the sink would be stored each time. What can do more
// than add text (`renderValue`) finds all of it in the sink, and leaves all of it there.

/** The longest text that may wait before a template which is written as bytes: a doctype, a tag. */
const MOST_WAITING = 24;

/** Renders one evaluation of a template behind `before`, and returns both. */
export function renderHtml(sink: Sink, before: string, { template: given, values }: Html): string {
  const template = compiled(given);
  const { bytes } = sink;
  if (++sink.depth > MAX_DEPTH) throw tooDeep(template);
  let text =
    bytes === undefined || before.length > MOST_WAITING || sink.headAt >= 0
      ? renderText(sink, before, values, template)
      : renderBytes(sink, bytes, before, values, template);
  if (sink.page.late !== "") {
    sink.text = text;
    writeLateStyles(sink);
    text = sink.text;
  }
  sink.depth--;
  return text.length < sink.limit ? text : flushed(sink, text);
}

function renderText(sink: Sink, before: string, values: readonly unknown[], template: CompiledTemplate): string {
  const program = template.hot.program as Program | undefined; // cast: made in `runCounted`, and nowhere else
  return program === undefined ? runCounted(sink, before, values, template) : program(sink, before, values);
}

function runCounted(sink: Sink, before: string, values: readonly unknown[], template: CompiledTemplate): string {
  const { hot } = template;
  if (++hot.renders === HOT_RENDERS) hot.program = generateProgram(template, KIT);
  return runSteps(KIT, sink, before, values, template);
}

/** Whether a template is written as bytes where it can be, or may be once it is known better. */
export function mayWriteBytes({ template }: Html): boolean {
  const { hot } = compiled(template);
  return hot.byteProgram !== undefined || hot.byteRenders < HOT_RENDERS;
}

/** Writes a template into the scratch, behind the text that waits; one that is not used often yet is rendered as text. */
function renderBytes(
  sink: Sink,
  scratch: ByteScratch,
  before: string,
  values: readonly unknown[],
  template: CompiledTemplate,
): string {
  const { hot } = template;
  if (hot.byteRenders < HOT_RENDERS) {
    learnLengths(hot, values);
    if (++hot.byteRenders === HOT_RENDERS) hot.byteProgram = generateByteProgram(template, BYTE_KIT);
  }
  const program = hot.byteProgram as ByteProgram | undefined; // cast: see above
  if (program === undefined) return renderText(sink, before, values, template);
  settle(sink, before);
  program(sink, scratch, values);
  return "";
}

/** In a render to bytes: puts the text, and the mark that may be in it, behind what was written. */
function settle(sink: Sink, text: string): void {
  if (text === "" && sink.headAt < 0) return;
  sink.text = text;
  sink.flush(sink);
}

function flushed(sink: Sink, text: string): string {
  sink.text = text;
  sink.flush(sink);
  return sink.text;
}

/** Renders behind `text` what stands between tags and is neither text nor number, and returns both. */
function renderChild(sink: Sink, text: string, value: unknown, site: Site, hole: number): string {
  // Nearly all are templates and lists: the way through renderValue costs 4 % of a page (bench: html, "to bytes").
  if (sink.page.checks === undefined) {
    if (isEvaluation(value)) return renderHtml(sink, text, value);
    if (Array.isArray(value)) return renderArray(sink, text, value, site, hole);
    if (isComponent(value)) return renderComponent(sink, text, value, site, hole);
  }
  sink.text = text;
  renderValue(sink, value, site, hole);
  return sink.text;
}

/** The same where the template tells whether a script would be one there. */
function renderPlaced(sink: Sink, before: string, value: unknown, operation: Operation, site: Site): string {
  const outer = sink.scope;
  enter(sink, site, operation.hole);
  sink.scope = foreignScope(outer, operation.foreign === true);
  const text = renderChild(sink, before, value, site, operation.hole);
  sink.scope = outer;
  sink.depth--;
  return text;
}

/** The attributes that an element of JSX starts with, and the chunks around them. */
function headText(sink: Sink, template: CompiledTemplate, values: readonly unknown[]): string {
  const { chunks, operations, heads } = template;
  const last = heads.length - 1;
  let text = "";
  for (let i = 0; i <= last; i++) {
    const known = heads[i];
    const value = values[i];
    const k = known === undefined ? -1 : knownIndex(known, value);
    if (known !== undefined && k >= 0) text += known.texts[k];
    else {
      const operation = operations[i] as Operation; // casts: i is below the length
      text += chunks[i] as string;
      text += usualAttribute(operation, value) ?? printOperation(sink, operation, values, template);
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
  const known = sink.page.sealed === undefined ? values : sealedValues(operation, values, template);
  if (operation.kind !== DOCUMENT) return counted(printPlain(sink, operation, known, template));
  return printDocument(operation, documentText(operation, known[operation.hole], template, sink, renderValue));
}

/** Renders what stands between tags. */
export function renderValue(sink: Sink, given: unknown, site: Site | undefined, hole: number): void {
  const value = typeof given === "function" ? unwrap(given, site, hole, sink.page.sealed !== undefined) : given;
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
    if (sink.page.checks === undefined) sink.text = renderHtml(sink, sink.text, value);
    else renderChecked(sink, value, site, hole);
    return;
  }
  if (isComponent(value)) {
    sink.text = renderComponent(sink, sink.text, value, site, hole);
    return;
  }
  if (Array.isArray(value)) {
    sink.text = renderArray(sink, sink.text, value, site, hole);
    return;
  }
  const kind = kindOf(value);
  if (kind === EACH) {
    sink.text = renderEach(sink, sink.text, value as Each, site, hole); // cast: its kind says so
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
  const read = unwrap(value, site, hole, sink.page.sealed !== undefined);
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
      sink.text += counted((value as RawHtml).markup);
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

function renderComponent(
  sink: Sink,
  before: string,
  node: ComponentCall,
  site: Site | undefined,
  hole: number,
): string {
  enter(sink, site, hole);
  const text = renderItem(sink, before, node.component(node.props), site, hole);
  sink.depth--;
  return text;
}

function renderChecked(sink: Sink, node: Html, site: Site | undefined, hole: number): void {
  const { checks } = sink.page;
  // cast: the site of a hole is its template
  checks?.enter(node, site as CompiledTemplate | undefined, hole);
  sink.text = renderHtml(sink, sink.text, node);
  checks?.leave();
}

function renderArray(
  sink: Sink,
  before: string,
  list: readonly unknown[],
  site: Site | undefined,
  hole: number,
): string {
  enter(sink, site, hole);
  const { length } = list;
  let text = before;
  for (let i = 0; i < length; i++) {
    text = renderItem(sink, text, list[i], site, hole);
    if (list.length !== length) throw failAt("HTML_LIST_CHANGED", "a list changed while it was rendered", site, hole);
  }
  sink.depth--;
  return text;
}

/** Renders one of a list, or what a component returned: nearly all are templates, or components that return one. */
function renderItem(sink: Sink, text: string, item: unknown, site: Site | undefined, hole: number): string {
  if (sink.page.checks === undefined && typeof item === "object" && item !== null) {
    if (isEvaluation(item)) return renderHtml(sink, text, item);
    if (isComponent(item)) return renderComponent(sink, text, item, site, hole);
  }
  sink.text = text;
  renderValue(sink, item, site, hole);
  return sink.text;
}

function renderEach(sink: Sink, before: string, each: Each, site: Site | undefined, hole: number): string {
  const items = sink.page.sealed === undefined ? each.items() : sealedItems(each, site, hole);
  enter(sink, site, hole);
  let text = before;
  for (let i = 0; i < items.length; i++) {
    text = renderItem(sink, text, each.row(items[i], i), site, hole);
  }
  sink.depth--;
  return text;
}

/** The same as `renderChild` and `renderPlaced`, for code that writes bytes. */
function writeChild(sink: Sink, at: number, value: unknown, site: Site, hole: number): number {
  const scratch = sink.bytes as ByteScratch; // cast: such code runs where there is one
  scratch.at = at;
  settle(sink, renderChild(sink, "", value, site, hole));
  return scratch.room(scratch.at);
}

function writePlaced(sink: Sink, at: number, value: unknown, operation: Operation, site: Site): number {
  const scratch = sink.bytes as ByteScratch; // cast: as above
  scratch.at = at;
  settle(sink, renderPlaced(sink, "", value, operation, site));
  return scratch.room(scratch.at);
}

const BYTE_KIT: ByteKit = {
  child: writeChild,
  placed: writePlaced,
  print: printOperation,
  isPlainStyles,
  isSimpleCss,
};

// What the code of a program calls.
const KIT: Kit = {
  child: renderChild,
  placed: renderPlaced,
  head: headText,
  print: printOperation,
  escapeText,
  escapeAttribute,
  isPlainStyles,
  isSimpleCss,
  isUsualUrl,
};
