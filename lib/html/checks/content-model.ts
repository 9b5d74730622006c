import { endsScope, FORM_ADVICE, outerForm } from "./in-body.ts";
import { isHtml, isOneOf, nearest, type State } from "./state.ts";
import type { StartToken } from "./structure.ts";
import { HEADINGS, IN_LIST, INTERACTIVE, LISTS } from "./tags.ts";
import type { Walker } from "./walker.ts";

/** Reports an element that the parser leaves where it is and the standard forbids there. */
export function judgeContent(w: Walker, token: StartToken): void {
  const { tag } = token;
  const parent = w.state;
  if (INTERACTIVE.has(tag) && judgeInteractive(w, token)) return;
  if (HEADINGS.has(tag)) {
    const outer = nearest(parent, (state) => isOneOf(state, HEADINGS), endsScope);
    if (outer !== undefined) forbid(w, `<${tag}> in <${outer.tag}>: a heading holds no heading`, outer);
    return;
  }
  const form = tag === "form" ? outerForm(w) : undefined;
  if (form !== undefined) forbid(w, `<form> in a <form>: ${FORM_ADVICE}`, form);
  if (tag === "option" || tag === "optgroup") {
    judgeOption(w, tag);
    return;
  }
  judgeList(w, tag, parent);
}

/** @returns True when it was reported. */
function judgeInteractive(w: Walker, { tag, attributes, spreads }: StartToken): boolean {
  if (tag === "input" && (attributes.has("type") || spreads.length > 0)) {
    const type = attributes.get("type")?.toLowerCase();
    if (type === undefined || type === "hidden") return false; // not known, or not there to act on
  }
  const outer = nearest(
    w.state,
    (state) => isHtml(state, "a") || isHtml(state, "button") || (tag === "label" && isHtml(state, "label")),
    (state) => isHtml(state, "template"),
  );
  if (outer === undefined) return false;
  forbid(
    w,
    `<${tag}> in <${outer.tag}>: what one can act on holds nothing else to act on; put them side by side`,
    outer,
  );
  return true;
}

function judgeOption(w: Walker, tag: string): void {
  const owner = nearest(
    w.state,
    (state) => isHtml(state, "select") || isHtml(state, "datalist"),
    (state) => isHtml(state, "template"),
  );
  const parent = isHtml(w.state, "optgroup") ? (w.state.parent ?? w.state) : w.state;
  if (owner !== undefined || isOpenEnded(parent)) return;
  forbid(w, `<${tag}> outside <select> and <datalist> does nothing; write one around it`, w.state);
}

function judgeList(w: Walker, tag: string, parent: State): void {
  if (parent.space !== "html" || isOpenEnded(parent)) return;
  if (tag === "li" && !LISTS.has(parent.tag)) {
    forbid(w, `<li> in <${parent.tag}>: an item stands directly in <ul>, <ol> or <menu>`, parent);
  } else if ((tag === "dt" || tag === "dd") && parent.tag !== "dl" && parent.tag !== "div") {
    forbid(w, `<${tag}> in <${parent.tag}>: it stands in <dl>, or in a <div> directly in one`, parent);
  } else if (LISTS.has(parent.tag) && !IN_LIST.has(tag) && !tag.includes("-")) {
    forbid(w, `<${tag}> in <${parent.tag}>: a list holds <li> alone; write <li> around it`, parent);
  }
}

/** What is around it is not known, or its author's own. */
function isOpenEnded(state: State): boolean {
  return state.parent === undefined || state.tag.includes("-") || state.tag === "template" || state.tag === "slot";
}

function forbid(w: Walker, message: string, about: State): void {
  w.fault("content-model", message, about);
}
