import { failAt, isJavaScript } from "../contexts.ts";
import { makeOperation, SCRIPT, STYLE_TEXT, TEXT } from "../program/operation.ts";
import type { HoleContext } from "../program/template-types.ts";
import { addSlot, type Builder, type Element, hinder, parentOf, pathOf } from "./builder-state.ts";
import { createCodeScanner, quotesAHole } from "./code-scan.ts";
import { decodeReferences } from "./entities.ts";

/** Text of a title or textarea, with the hole behind it; -1 for none. */
export function addText(b: Builder, source: string, hole: number): void {
  const element = parentOf(b);
  element.texts.push(source);
  if (hole >= 0) {
    b.parts.push(
      makeOperation({ kind: TEXT, context: "text", hole, tag: element.tag, slot: textSlot(b, element, hole) }),
    );
    return;
  }
  const operation = b.sources[element.lastSlot];
  if (operation === undefined) return;
  const decoded = element.texts.map((text, i) =>
    decodeReferences(i === 0 && element.tag === "textarea" ? text.replace(/^\n/, "") : text),
  );
  operation.raw = decoded.map((part) => part.text);
  if (!decoded.every((part) => part.exact)) {
    hinder(b, "HTML_NOT_LIVE", `a named reference in <${element.tag}>; write the character itself`, operation.hole);
  }
}

/** All holes of a title or textarea make one slot. */
function textSlot(b: Builder, element: Element, hole: number): number {
  const known = b.sources[element.lastSlot];
  const slot = b.slots[element.lastSlot];
  if (known !== undefined && slot !== undefined) {
    slot.count = ++known.count;
    return known.slot;
  }
  const operation = makeOperation({ kind: TEXT, context: "text", hole, tag: element.tag });
  addSlot(b, "text", operation, pathOf(b));
  element.mark.slots.push(operation.slot);
  element.lastSlot = operation.slot;
  return operation.slot;
}

/** A hole in a script. */
export function addScript(b: Builder, hole: number, before: string, after: string): void {
  const element = b.open.find((open) => open.tag === "script") ?? b.current;
  const type = b.attributes.get("type");
  const context: HoleContext = isJavaScript(type) ? "script" : "data-script";
  element.code ??= createCodeScanner(/^\s*module\s*$/i.test(type ?? ""));
  // Blocks of other languages never run, and their apostrophes may be just that.
  const isExpression =
    element.code.readTo(before) || (context === "data-script" && !/json|rules|map/i.test(type ?? ""));
  if (!isExpression || quotesAHole([before, after]) || /<[!/]\S*$/.test(before)) {
    throw failAt("HTML_SCRIPT_HOLE", "a hole between quotes or after a mark in <script>", b.site, hole);
  }
  element.tagLike ||= element.foreign === false && /<(?:[a-z/!?]|$)/i.test(before);
  const { tagLike } = element;
  const isAlone = /^\s*$/.test(before) && /^\s*<\/script(?=[\t\n\f\r />])/i.test(after);
  // Import maps name code to load: data alone. In SVG raw code would be read as markup.
  const whole = isAlone && element.contents++ === 0 && element.foreign === false && !/importmap/i.test(type ?? "");
  const beside = type === undefined ? b.operations.find((own) => own.lower === "type" && own.whole) : undefined;
  b.parts.push(makeOperation({ kind: SCRIPT, context, hole, tag: element.tag, whole, beside, tagLike }));
  hinder(b, "HTML_NOT_LIVE", "a hole in <script>", hole);
}

/** A hole that is all of the text of a style. */
export function addStyleText(b: Builder, hole: number): void {
  b.parts.push(makeOperation({ kind: STYLE_TEXT, context: "style-text", hole, tag: "style" }));
  hinder(b, "HTML_NOT_LIVE", "a hole in <style>", hole);
}

/** In SVG a script's text is read like any other: with references, comments, elements. */
export function addScriptInSvg(b: Builder, hole: number, before: string): void {
  const element = parentOf(b);
  const { text, exact } = decodeReferences(before);
  if (
    element.tag !== "script" ||
    element.elements > 0 ||
    before.includes("<") ||
    !exact ||
    /&\w+(?![\w;])/.test(before)
  ) {
    throw failAt("HTML_SCRIPT_HOLE", "a hole beside markup or references in <script> of SVG", b.site, hole);
  }
  addScript(b, hole, text, "");
}
