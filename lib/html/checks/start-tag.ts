import { BREAKS_OUT, VOID } from "../contexts.ts";
import { judgeContent } from "./content-model.ts";
import { bodyStart } from "./in-body.ts";
import { headStart, pageStart } from "./in-page.ts";
import { selectStart } from "./in-select.ts";
import { cellStart, columnsStart, tableStart, templateStart } from "./in-table.ts";
import { isOneOf, nearest, push, ROW, type State, TABLE, TABLE_BODY } from "./state.ts";
import type { StartToken } from "./structure.ts";
import { ANCHORS, BODIES, TABLE_PARTS } from "./tags.ts";
import { isLost, type Walker } from "./walker.ts";

/**
 * Reads a start tag: reports what the parser would do other than what is written, and goes on as written.
 * 1. In SVG and MathML only the tags that end them matter.
 * 2. Elsewhere the nearest element with rules of its own decides: a table's, a select's, the head's, the page's; or else the body's.
 */
export function startTag(w: Walker, token: StartToken): void {
  if (isLost(w)) return;
  const { tag } = token;
  if (isForeign(w.state, tag)) {
    const isFine = !endsForeign(token);
    if (!isFine) w.fault("nesting", `<${tag}> ends the <${w.state.tag}> around it; ${FOREIGN_ADVICE}`, w.state);
    open(w, token, isFine && w.state.space);
    return;
  }
  if (htmlStart(w, token)) judgeContent(w, token);
  open(w, token, tag === "svg" || tag === "math" ? tag : "html");
}

const FOREIGN_ADVICE = "HTML stands in <foreignObject> of SVG, and in <mtext> of MathML";
const FONT_STYLES = ["color", "face", "size"];

function endsForeign({ tag, attributes }: StartToken): boolean {
  return BREAKS_OUT.has(tag) || (tag === "font" && FONT_STYLES.some((name) => attributes.has(name)));
}

/** Tells whether a start tag is read by the rules of SVG and MathML. */
export function isForeign(state: State, tag: string): boolean {
  if (state.space === "html") return false;
  if (state.space === "svg") return !state.holdsHtml;
  if (state.tag === "annotation-xml") return !state.holdsHtml && tag !== "svg";
  return !state.holdsHtml || tag === "mglyph" || tag === "malignmark";
}

function open(w: Walker, token: StartToken, space: State["space"] | false): void {
  const isInHtml = space === "html" || space === false;
  const isEmpty = isInHtml ? VOID.has(token.tag) || token.tag === "image" : token.isSelfClosing;
  if (!isEmpty) w.state = push(w.state, token, space === false ? "html" : space);
}

/** @returns False when there was something to report. */
function htmlStart(w: Walker, token: StartToken): boolean {
  const anchor = anchorOf(w.state);
  const again = (): boolean => htmlStart(w, token);
  switch (anchor.tag) {
    case "":
    case "html":
      return pageStart(w, token, anchor);
    case "template":
      return templateStart(w, token, anchor);
    case "head":
      return headStart(w, token, anchor, again);
    case "frameset":
      return framesetStart(w, token);
    case "select":
      return selectStart(w, token, anchor, again);
    case "caption":
    case "td":
    case "th":
      return cellStart(w, token, anchor, again);
  }
  // Something that may not stand in a table was reported when it began.
  if (anchor !== w.state) return TABLE_PARTS.has(token.tag) || bodyStart(w, token);
  if (anchor.tag === "colgroup") return columnsStart(w, token, anchor, again);
  const phase = anchor.tag === "table" ? TABLE : BODIES.has(anchor.tag) ? TABLE_BODY : ROW;
  return tableStart(w, token, { anchor, phase, isOpen: false, again });
}

function anchorOf(state: State): State {
  const found = nearest(
    state,
    (open) => isOneOf(open, ANCHORS) || open.parent === undefined,
    () => false,
  );
  return found ?? state; // the top is always found
}

function framesetStart(w: Walker, { tag }: StartToken): boolean {
  if (tag === "frameset" || tag === "frame" || tag === "noframes") return true;
  w.fault("nesting", `<${tag}> in <frameset> is dropped; only <frame>, <frameset> and <noframes> may stand there`);
  return false;
}
