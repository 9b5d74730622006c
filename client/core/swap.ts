import { PREFIX } from "./constants.ts";
import { doc, fail, idOf, tell } from "./dom.ts";
import { keyOf, newest, page, settings } from "./state.ts";
import type { RequestContext } from "./types.ts";

/** A piece of a reply that goes to a place of its own. */
type Part = readonly [selector: string | undefined, id: string, style: string, content: DocumentFragment];

const OOB = `${PREFIX}swap-oob`;
const PARTIAL = `${PREFIX}partial`;

// Any text before the first tag that is not a comment makes it a fragment. Each comment is matched in one way only.
const WHOLE_PAGE = /^(\s|<!--((?!-->).)*-->)*<(!doctype|html|head|title|body)\b/is;

const METHODS = {
  innerHTML: "replaceChildren",
  outerHTML: "replaceWith",
  delete: "remove",
  beforebegin: "before",
  afterbegin: "prepend",
  beforeend: "append",
  afterend: "after",
} as const;

/**
 * Puts a reply into the page.
 * 1. Parse, and take out the parts that go elsewhere.
 * 2. Main goes first, and the address with it, unless a newer request has already replaced the target.
 * 3. Then each part, under the same rule. A reply of parts only has nothing to say about the target.
 */
export const swap = (ctx: RequestContext, isText: boolean, changeAddress: (ctx: RequestContext) => void): void => {
  const { scroll, text = "", select } = ctx;
  const isWhole = !isText && WHOLE_PAGE.test(text);
  // Inside an unknown element the parser drops table rows; inside a template it keeps them.
  const html = text.replace(RegExp(`<(/?)${PARTIAL}(?=[\\s>])`, "gi"), `<$1template ${PARTIAL}`);
  const markup = isWhole ? html : `<template>${isText ? "" : html}`;
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  // cast: put there right above
  const main = isWhole ? new DocumentFragment() : (parsed.head.firstChild as HTMLTemplateElement).content;
  main.append(...(isText ? [text] : isWhole ? parsed.body.childNodes : []));
  const parts = extract(main);
  const isSilent = parts[0] && !main.firstElementChild && !main.textContent?.trim();
  if (select) main.replaceChildren(...main.querySelectorAll(select));
  const focused = (doc.activeElement ?? doc.body) as HTMLInputElement; // cast: undefined where there is no caret
  const { id, selectionStart, selectionEnd } = focused;

  if (put(ctx, ctx.target, isSilent ? "none" : ctx.swap, main, changeAddress)) {
    if (isWhole && parsed.title) doc.title = parsed.title;
    if (scroll != null) scrollTo(0, scroll);
  }
  for (const [selector, id, style, content] of parts)
    put(ctx, selector ? doc.querySelector(selector) : doc.getElementById(id), style, content);

  if (!focused.isConnected) {
    const again = doc.getElementById(id) as typeof focused | null; // cast: as above
    again?.focus({ preventScroll: true });
    if (again?.selectionStart != null) again.setSelectionRange(selectionStart, selectionEnd);
  }
  page.flush();
  tell("after:swap", ctx);
};

/** Takes out the parts: at the top level, or there in a template (a row cannot stand alone everywhere). */
const extract = (content: DocumentFragment): Part[] =>
  [...content.children].flatMap((el) => {
    const inside = el instanceof HTMLTemplateElement && el.content;
    const isPartial = inside && el.hasAttribute(PARTIAL);
    const read = (name: string): string => el.getAttribute(PREFIX + name) ?? "";
    if (!isPartial && !el.hasAttribute(OOB)) {
      const parts = inside ? extract(inside) : [];
      if (parts[0] && inside && !inside.firstElementChild) el.remove();
      return parts;
    }
    // `true`, a style, or `style:selector`
    const value = isPartial ? `${read("swap") || "innerHTML"}:${read("target")}` : read("swap-oob");
    const [word, selector] = value.split(/:(.*)/s);
    const style = word && word !== "true" ? word : "outerHTML";
    const own = isPartial ? inside : new DocumentFragment();
    el.remove();
    el.removeAttribute(OOB);
    if (!isPartial) own.append(...(style === "outerHTML" ? [el] : el.childNodes)); // other styles take what is in it
    return [[selector, idOf(el), style, own]];
  });

/** Puts content into, beside or in the place of a target. False if that would be wrong: then nothing was done. */
const put = (
  ctx: RequestContext,
  target: Element | null,
  value: string,
  content: DocumentFragment,
  changeAddress?: (ctx: RequestContext) => void,
): boolean => {
  const style = value.split(" ")[0] as string; // cast: split never returns an empty list
  const key = keyOf(target as Element); // cast: nothing is ever found under null
  const replaces = /^[iod]/.test(style); // innerHTML, outerHTML and delete: only these can be stale
  const last = newest.get(key);
  if (replaces) {
    if (last && last > ctx.order) return false; // a newer request has replaced it
    newest.set(key, ctx.order);
  }
  // Another request may have put one with the same id in its place.
  const place = target?.isConnected ? target : doc.getElementById(idOf(target));
  if (!place) {
    fail("target", ctx);
    return false;
  }
  changeAddress?.(ctx);
  if (settings.scripts) for (const script of content.querySelectorAll("script")) revive(script);
  // cast: what is in no table throws a TypeError, which is reported
  const known = (place === doc.body && style === "outerHTML" ? "innerHTML" : style) as keyof typeof METHODS;
  if (style !== "none") place[METHODS[known]](content);
  return true;
};

/** The parser marks scripts as run. A copy is not, so it runs when it enters the page: once. */
const revive = (script: HTMLScriptElement): void => {
  const copy = doc.createElement("script");
  for (const { name, value } of script.attributes) copy.setAttribute(name, value);
  copy.text = script.text;
  copy.async = script.async; // else scripts made by scripts run in the order they arrive
  script.replaceWith(copy);
};
