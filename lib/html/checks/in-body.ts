import { isHtml, isOneOf, nearest, type State } from "./state.ts";
import type { StartToken } from "./structure.ts";
import { CLOSES_P, HEADINGS, IMPLIED, MARKERS, NOT_IN_BODY, SCOPE, SPECIAL, TABLE_PARTS } from "./tags.ts";
import { closeThrough, type Walker } from "./walker.ts";

/** A start tag in flow content. @returns False when there was something to report. */
export function bodyStart(w: Walker, token: StartToken): boolean {
  const { tag } = token;
  if (NOT_IN_BODY.has(tag)) return drop(w, tag);
  switch (tag) {
    case "image":
      w.fault("nesting", "<image> becomes <img>; write <img>");
      return false;
    case "li":
    case "dd":
    case "dt":
      return closeItem(w, tag) && closeParagraph(w, tag);
    case "option":
    case "optgroup":
      return !isHtml(w.state, "option") || close(w, tag, w.state);
    case "a":
      return isAlone(w, tag, (open) => isOneOf(open, MARKERS));
    case "nobr":
    case "button":
      return isAlone(w, tag, endsScope);
    case "form":
      return isOnlyForm(w) && closeParagraph(w, tag);
    case "rb":
    case "rp":
    case "rt":
    case "rtc":
      return closeRuby(w, tag);
  }
  if (!CLOSES_P.has(tag)) return true;
  if (!closeParagraph(w, tag)) return false;
  return !(HEADINGS.has(tag) && isOneOf(w.state, HEADINGS)) || close(w, tag, w.state);
}

/** Reports a tag that the parser skips. */
export function drop(w: Walker, tag: string): false {
  const advice = TABLE_PARTS.has(tag)
    ? `outside a table is dropped; write it ${PLACES[tag] ?? "in a <table>"}`
    : tag === "frame" || tag === "frameset"
      ? "in the body is dropped; write <iframe>"
      : "is dropped here; a page has one, and it stands at its start";
  w.fault("nesting", `<${tag}> ${advice}`);
  return false;
}

const PLACES: Readonly<Record<string, string>> = {
  td: "in a <tr> of a <table>",
  th: "in a <tr> of a <table>",
  col: "in a <colgroup> of a <table>",
};

/** @returns True when the element is closed, as it should be. */
function close(w: Walker, tag: string, target: State): boolean {
  if (closeThrough(w, target)) return true;
  const advice =
    target.tag === "p"
      ? `a <p> holds text and phrasing elements alone: close it before, or write <div> for <p>`
      : `close it before`;
  w.fault("nesting", `<${tag}> closes the <${target.tag}> around it; ${advice}`, target);
  return false;
}

function closeParagraph(w: Walker, tag: string): boolean {
  const open = nearest(
    w.state,
    (state) => isHtml(state, "p"),
    // What closes a paragraph was reported where it began: what it holds is no second mistake.
    (state) => endsScope(state) || isHtml(state, "button") || isOneOf(state, CLOSES_P),
  );
  return open === undefined || close(w, tag, open);
}

/** An open item ends where the next begins, unless a list is between them. */
function closeItem(w: Walker, tag: string): boolean {
  const isItem = (state: State): boolean =>
    tag === "li" ? isHtml(state, "li") : isHtml(state, "dd") || isHtml(state, "dt");
  const open = nearest(w.state, isItem, (state) => isSpecial(state) && !isOneOf(state, SEEN_THROUGH));
  return open === undefined || close(w, tag, open);
}

const SEEN_THROUGH: ReadonlySet<string> = new Set(["address", "div", "p"]);

/** Elements that cannot stand in one of their own, at any depth. */
function isAlone(w: Walker, tag: string, ends: (state: State) => boolean): boolean {
  const open = nearest(w.state, (state) => isHtml(state, tag), ends);
  if (open === undefined) return true;
  w.fault("nesting", `<${tag}> closes the <${tag}> around it; put them next to each other`, open);
  return false;
}

/** A form in a form is dropped, but for the content of templates. */
export function isOnlyForm(w: Walker): boolean {
  const open = outerForm(w);
  if (open === undefined || isInTemplate(w.state)) return true;
  w.fault("nesting", `<form> in a <form> is dropped; ${FORM_ADVICE}`, open);
  return false;
}

export function isInTemplate(from: State): boolean {
  const never = (): boolean => false;
  return nearest(from, (state) => isHtml(state, "template"), never) !== undefined;
}

export const FORM_ADVICE = "put them next to each other, or give the controls a form attribute";

export function outerForm(w: Walker): State | undefined {
  return nearest(
    w.state,
    (state) => isHtml(state, "form"),
    (state) => isHtml(state, "template"),
  );
}

function closeRuby(w: Walker, tag: string): boolean {
  const ruby = nearest(w.state, (state) => isHtml(state, "ruby"), endsScope);
  if (ruby === undefined) return true;
  const kept = tag === "rt" || tag === "rp" ? "rtc" : "";
  while (isOneOf(w.state, IMPLIED) && w.state.tag !== kept) if (!close(w, tag, w.state)) return false;
  return true;
}

/** The parser does not look further out for something to close. */
export function endsScope(state: State): boolean {
  return state.space === "html" ? SCOPE.has(state.tag) : isBoundary(state);
}

export function isSpecial(state: State): boolean {
  return state.space === "html" ? SPECIAL.has(state.tag) : isBoundary(state);
}

/** Where SVG and MathML may hold HTML. */
function isBoundary(state: State): boolean {
  return state.holdsHtml || state.tag === "annotation-xml";
}
