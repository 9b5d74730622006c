import { address, doc, fail, idOf, tell } from "./dom.ts";
import { isStopped } from "./extensions.ts";
import { visit } from "./history.ts";
import { find, milliseconds, words } from "./selectors.ts";
import { settings } from "./settings.ts";
import type { RequestContext, SwapPart, Swaps } from "./types.ts";

/** Activates what was just put into the page, before its observer is called. */
export const page: { flush: () => void } = { flush: () => {} };

/** The newest request whose reply replaced a target, by the target's id or by itself. Empty while nothing runs. */
export const newest: Map<string | Element, number> = new Map();

/** What `newest` knows a target by. */
export const keyOf = (target: Element): string | Element => idOf(target) || target;

/** How content goes into the page: the method of its target, or a function. */
export const swaps: Swaps = {
  innerHTML: "replaceChildren",
  outerHTML: "replaceWith",
  delete: "remove",
  beforebegin: "before",
  afterbegin: "prepend",
  beforeend: "append",
  afterend: "after",
  before: "before",
  prepend: "prepend",
  append: "append",
  after: "after",
  textContent: (target, content) => {
    target.textContent = content.textContent;
  },
  none: () => {},
};

// Any text before the first tag that is not a comment makes it a fragment. Each comment is matched in one way only.
const WHOLE_PAGE = /^(\s|<!--((?!-->).)*-->)*<(!doctype|html|head|title|body)\b/is;

/**
 * Puts a reply into the page.
 * 1. Parse, and take out the parts that go elsewhere.
 * 2. Main goes first, and the address with it, unless a newer request has already replaced the target.
 * 3. Then each part, under the same rule. A reply of parts only has nothing to say about the target.
 */
export const swap = async (ctx: RequestContext, text: string = ctx.text ?? ""): Promise<void> => {
  const { isPlain, select } = ctx;
  const isWhole = !isPlain && WHOLE_PAGE.test(text);
  // Inside an unknown element the parser drops table rows; inside a template it keeps them.
  const html = text.replace(/<(\/?)bus-partial(?=[\s>])/gi, "<$1template bus-partial");
  const markup = isWhole ? html : `<template>${isPlain ? "" : html}`;
  const parsed = new DOMParser().parseFromString(trusted(markup), "text/html");
  // cast: put there right above
  const content = isWhole ? new DocumentFragment() : (parsed.head.firstChild as HTMLTemplateElement).content;
  content.append(...(isPlain ? [text] : isWhole ? parsed.body.childNodes : []));
  const others = extract(content);
  const isSilent = others[0] && !content.firstElementChild && !content.textContent?.trim();
  const main: SwapPart = { target: ctx.target, swap: isSilent ? "none" : ctx.swap, content };
  const plan = { document: parsed, parts: [main, ...others] };
  if (await isStopped("swap", ctx, plan)) return;
  if (select) content.replaceChildren(...content.querySelectorAll(select));

  const { delay, swap: wait = delay, transition, "focus-scroll": scrolls } = words(main.swap)[1];
  if (wait) await new Promise((go) => setTimeout(go, milliseconds(wait)));
  const update = (): void => {
    const focused = (doc.activeElement ?? doc.body) as HTMLInputElement; // cast: undefined where there is no caret
    const { id, selectionStart, selectionEnd } = focused;
    for (const part of plan.parts) {
      if (!put(ctx, part, part === main) || part !== main) continue;
      if (isWhole && parsed.title) doc.title = parsed.title;
      if (ctx.scroll != null) scrollTo(0, ctx.scroll);
    }
    if (!focused.isConnected) {
      const again = doc.getElementById(id) as typeof focused | null; // cast: as above
      again?.focus({ preventScroll: scrolls !== "true" });
      if (again?.selectionStart != null) again.setSelectionRange(selectionStart, selectionEnd);
    }
    page.flush();
    tell("after:swap", ctx);
  };
  const isMoving = transition && !matchMedia("(prefers-reduced-motion:reduce)").matches && doc.startViewTransition;
  if (isMoving) await doc.startViewTransition(update).updateCallbackDone;
  else update();
};

let policy: { createHTML(html: string): string } | undefined;

/** Under Trusted Types, what the parser takes. The policy is made when it is needed: a second copy of the script makes none. */
const trusted = (html: string): string => {
  // cast: the types of this TypeScript do not know it
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: object): typeof policy };
  };
  policy ??= trustedTypes?.createPolicy("busbar", { createHTML: (text: string) => text });
  return policy?.createHTML(html) ?? html;
};

/** Takes out the parts: at the top level, or there in a template (a row cannot stand alone everywhere). */
const extract = (content: DocumentFragment): SwapPart[] =>
  [...content.children].flatMap((el) => {
    const inside = el instanceof HTMLTemplateElement && el.content;
    const isPartial = inside && el.hasAttribute("bus-partial");
    const read = (name: string): string => el.getAttribute(`bus-${name}`) ?? "";
    if (!isPartial && !el.hasAttribute("bus-swap-oob")) {
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
    el.removeAttribute("bus-swap-oob");
    if (!isPartial) own.append(...(/^outer/.test(style) ? [el] : el.childNodes)); // other styles take what is in it
    return [{ target: selector ?? "", id: idOf(el), swap: style, content: own }];
  });

/** Puts content into, beside or in the place of a target. False if that would be wrong: then nothing was done. */
const put = (ctx: RequestContext, part: SwapPart, isMain: boolean): boolean => {
  const { target, id, content } = part;
  const [style, { scroll, show }] = words(part.swap);
  const wanted =
    typeof target !== "string" ? target : target ? doc.querySelector(target) : doc.getElementById(id ?? "");
  const key = keyOf(wanted as Element); // cast: nothing is ever found under null
  const last = newest.get(key);
  // innerHTML, outerHTML, textContent, delete: only what replaces can be stale
  if (/^[iodt]/.test(style)) {
    if (last && last > ctx.order) return false; // a newer request has replaced it
    newest.set(key, ctx.order);
  }
  // Another request may have put one with the same id in its place.
  const there = (): Element | null => (wanted?.isConnected ? wanted : doc.getElementById(idOf(wanted)));
  const place = there();
  if (!place) {
    fail("target", ctx);
    return false;
  }
  if (isMain) changeAddress(ctx);
  for (const el of content.querySelectorAll("[bus-preserve]")) el.replaceWith(doc.getElementById(idOf(el)) ?? el);
  if (settings.scripts) for (const script of content.querySelectorAll("script")) revive(script);
  const how = swaps[place === doc.body && style === "outerHTML" ? "innerHTML" : style];
  if (typeof how === "function") how(place, content, ctx);
  else place[how as "append"](content); // cast: what is in no table throws a TypeError, which is reported
  reveal(ctx, there() ?? place, { scroll, show });
  return true;
};

/** `top`, `bottom`, or one of them for another element: `scroll` moves what is in it, `show` brings it into view. */
const reveal = (
  { source }: RequestContext,
  place: Element,
  { scroll, show }: Record<string, string | undefined>,
): void => {
  const [, selector, end] = /^(?:(.+):)?(\w+)$/s.exec(scroll ?? show ?? "") ?? [];
  const el = selector ? find(source, selector)[0] : place;
  const isTop = end === "top";
  if (scroll) el?.scrollTo(0, isTop ? 0 : el.scrollHeight);
  else if (show) el?.scrollIntoView(isTop);
};

/** The parser marks scripts as run. A copy is not, so it runs when it enters the page: once. */
const revive = (script: HTMLScriptElement): void => {
  const copy = doc.createElement("script");
  for (const { name, value } of script.attributes) copy.setAttribute(name, value);
  copy.text = script.text;
  copy.async = script.async; // else scripts made by scripts run in the order they arrive
  script.replaceWith(copy);
};

export const changeAddress = (ctx: RequestContext): void => {
  const { push, replace, response } = ctx;
  const isPush = push && push !== "false";
  const wish = isPush ? push : replace;
  const last = response?.redirected && response.url;
  // What answered a boosted POST cannot be asked for again, unless a redirect led there.
  if (!wish || wish === "false" || (wish === "true" && ctx.boosted && ctx.method !== "GET" && !last)) return;
  const url = address(wish === "true" ? last || ctx.url : wish);
  if (url) visit(url.href, !isPush);
  else fail("origin", ctx);
};
