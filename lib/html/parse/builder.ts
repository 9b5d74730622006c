import { BREAKS_OUT, ESCAPED_TEXT, failAt, HOLDS_HTML, RAW_TEXT, type Site, takesNonce, VOID } from "../contexts.ts";
import { CHILD, makeOperation, SPREAD } from "../program/operation.ts";
import { makeAttribute, makeKey, noteKey, settleAttributes } from "./attribute-plan.ts";
import {
  addSlot,
  type Builder,
  type Built,
  type Element,
  hinder,
  isForeign,
  makeElement,
  parentOf,
  pathOf,
} from "./builder-state.ts";
import { addScript, addScriptInSvg, addStyleText, addText } from "./builder-text.ts";
import { decodeReferences } from "./entities.ts";
import { isForeignTag } from "./foreign-names.ts";
import { checkReadings } from "./readings.ts";
import type { AttributeToken, TextMode, TokenSink } from "./token-sink.ts";
import { tokenize } from "./tokenizer.ts";

/**
 * Turns statics into the parts of a program.
 * 1. The tokenizer tells what stands around each hole.
 * 2. A stack of open elements gives each its path, its parser mode and whether it is alone.
 * 3. What keeps the template from live views is noted, not thrown: plain rendering does not care.
 */
export function buildParts(statics: readonly string[], site: Site): Built {
  const root = makeElement("", false, 0);
  const b: Builder = {
    ...{
      site,
      parts: [],
      slots: [],
      sources: [],
      root,
      open: [],
      current: root,
      attributes: new Map(),
      operations: [],
    },
    ...{ key: makeKey(""), obstacle: undefined },
  };
  tokenize(statics, sinkOf(b), site);
  checkReadings(statics, site);
  const unclosed = b.open[b.open.length - 1];
  if (unclosed !== undefined) hinder(b, "HTML_UNBALANCED", `<${unclosed.tag}> is not closed`);
  return { parts: b.parts, slots: b.slots, sources: b.sources, obstacle: b.obstacle };
}

function sinkOf(b: Builder): TokenSink {
  return {
    copy: (source) => {
      if (source !== "") b.parts.push(source);
    },
    content: () => void parentOf(b).contents++,
    child: (hole, before) => addChild(b, hole, before),
    openTag: (name) => openTag(b, name),
    attribute: (token) => addAttribute(b, token),
    spread: (hole) => addSpread(b, hole),
    closeStartTag: (selfClosing) => closeStartTag(b, selfClosing),
    endTag: (name) => endTag(b, name),
    escapedText: (source, hole) => addText(b, source, hole),
    scriptHole: (hole, before, after) =>
      parentOf(b).tag === "style" ? addStyleText(b, hole) : addScript(b, hole, before, after),
    inForeign: () => isForeign(parentOf(b)),
  };
}

function addChild(b: Builder, hole: number, before: string): void {
  const parent = parentOf(b);
  parent.contents++;
  // Only SVG gets here with these: there their text is read like any other.
  if (b.open.some((element) => element.tag === "style"))
    throw failAt("HTML_RAW_TEXT_HOLE", "a hole in <style>", b.site, hole);
  if (b.open.some((element) => element.tag === "script")) {
    addScriptInSvg(b, hole, before);
    return;
  }
  const fixed = isForeign(parent) || b.open.some((element) => element.tag === "template");
  const operation = makeOperation({
    kind: CHILD,
    context: "child",
    hole,
    tag: parent.tag,
    fixed,
    foreign: foreignPlace(b),
  });
  addSlot(b, "child", operation, pathOf(b));
  parent.lastSlot = operation.slot;
  b.parts.push(operation);
}

function foreignPlace(b: Builder): boolean | undefined {
  const parent = parentOf(b);
  if (isForeign(parent) || b.open.some((element) => element.tag === "frameset")) return true;
  return b.open.some((element) => element.foreign !== false) ? false : undefined;
}

function openTag(b: Builder, tag: string): void {
  if (isForeign(parentOf(b)) && BREAKS_OUT.has(tag)) leaveForeign(b, tag);
  const parent = parentOf(b);
  parent.contents++;
  const inherited = isForeign(parent) ? parent.foreign : false;
  const foreign = tag === "svg" ? "svg" : inherited || (tag === "math" && "math");
  b.current = makeElement(tag, foreign, parent.elements++);
  b.attributes = new Map();
  b.operations = [];
  b.key = makeKey(tag);
  b.parts.push(b.current.mark);
}

/** An HTML element that may not stand in SVG or MathML ends it, as the parser does it. */
function leaveForeign(b: Builder, tag: string): void {
  hinder(b, "HTML_UNBALANCED", `<${tag}> ends the <${parentOf(b).tag}> around it`);
  while (isForeign(parentOf(b))) b.open.pop();
}

function addAttribute(b: Builder, token: AttributeToken): void {
  const lower = token.name.toLowerCase();
  const isFirst = !b.attributes.has(lower);
  const decoded = token.parts.map(decodeReferences);
  if (isFirst) b.attributes.set(lower, token.first < 0 ? decoded[0]?.text : undefined);
  if (lower === "bus-slot") hinder(b, "HTML_NOT_LIVE", "an attribute bus-slot, which marks the places of a live view");
  const operation = token.first < 0 ? undefined : makeAttribute(b.current.tag, token, lower, decoded);
  if (lower === b.key.name) noteKey(b.key, decoded[0]?.text ?? "", operation);
  if (operation === undefined) return;
  addSlot(b, "attribute", operation, [...pathOf(b), b.current.index]);
  b.current.mark.slots.push(operation.slot);
  if (!operation.exact)
    hinder(b, "HTML_NOT_LIVE", `a named reference in ${token.name}; write the character itself`, token.first);
  if (!isFirst) hinder(b, "HTML_NOT_LIVE", `${token.name} stands twice in <${b.current.tag}>`, token.first);
  b.operations.push(operation);
  b.parts.push(operation);
}

function addSpread(b: Builder, hole: number): void {
  const beside = b.operations.findLast((before) => before.kind === SPREAD);
  const operation = makeOperation({ kind: SPREAD, context: "spread", hole, tag: b.current.tag, beside });
  if (b.current.tag !== "meta") b.key.spreads++; // spread() refuses http-equiv
  b.operations.push(operation);
  hinder(b, "HTML_NOT_LIVE", "spread()", hole);
  b.parts.push(operation);
}

function closeStartTag(b: Builder, selfClosing: boolean): TextMode {
  const { attributes } = b;
  if (b.current.tag === "font" && isForeign(parentOf(b)) && FONT_STYLES.some((name) => attributes.has(name))) {
    leaveForeign(b, "font");
    b.current = { ...b.current, foreign: false };
  }
  settleAttributes(b.operations, b.key, b.site);
  const { current } = b;
  const { tag } = current;
  const isLoading = tag === "link" && (takesNonce(attributes.get("rel")) || b.key.beside !== undefined);
  current.mark.nonce = (tag === "script" || tag === "style" || isLoading) && !attributes.has("nonce");
  current.mark.beside = tag === "link" ? b.key.beside : undefined;
  if (current.foreign ? selfClosing : VOID.has(tag)) return "data";
  // A piece of a picture in a template of its own: its slash ends the element where it will stand.
  if (selfClosing && isForeignTag(tag) && b.open.every((element) => isForeignTag(element.tag))) return "empty";
  current.holdsHtml = holdsHtml(current, attributes.get("encoding"));
  b.open.push(current);
  if (current.foreign) return "data";
  if (tag === "script") return "script";
  if (tag === "plaintext") return "plain";
  return RAW_TEXT.has(tag) ? "raw" : ESCAPED_TEXT.has(tag) ? "escaped" : "data";
}

/** A `<font>` with one of these ends SVG and MathML; one without is an element of theirs. */
const FONT_STYLES = ["color", "face", "size"];

export function holdsHtml({ foreign, tag }: Element, encoding: string | undefined): boolean {
  if (foreign === false) return false;
  // MathML's <annotation-xml> holds HTML when it says so.
  const isHtml = tag === "annotation-xml" && /^(?:text\/html|application\/xhtml\+xml)$/i.test(encoding ?? "");
  return isHtml || HOLDS_HTML[foreign].has(tag);
}

function endTag(b: Builder, tag: string): void {
  if (isForeign(parentOf(b)) && (tag === "p" || tag === "br")) leaveForeign(b, `/${tag}`);
  const top = b.open[b.open.length - 1];
  if (top?.tag === tag) {
    b.open.pop();
    const slot = b.slots[top.lastSlot];
    if (slot !== undefined && top.contents === 1) slot.alone = true;
    return;
  }
  hinder(b, "HTML_UNBALANCED", top === undefined ? `</${tag}> closes nothing` : `</${tag}> while <${top.tag}> is open`);
  const found = b.open.findLastIndex((element) => element.tag === tag);
  if (found >= 0) b.open.length = found;
}
