import { EVENT_PREFIX, INHERITED, PREFIX } from "./constants.ts";
import type { ClientErrorReason, RequestContext } from "./types.ts";

// This folder is written to be small once minified: arrows, and one short name for what is used often.

/** The page. Undefined, and never used, where there is none. */
export const doc: Document = globalThis.document;

/** An element's id. Not `el.id`: of a form that may be a field of this name. */
export const idOf = (el: Element | null): string => el?.getAttribute("id") ?? "";

/** This page's address, without the place in it. */
export const here = (): string => location.href.replace(/#.*/, "");

/** The element around `el`, or `el` itself, that passes an attribute on. */
const passerOf = (el: Element | null, name: string): Element | null =>
  !el || el.hasAttribute(PREFIX + name + INHERITED) ? el : passerOf(el.parentElement, name);

/** An attribute that counts for `el`: the own one, else the nearest inherited one. */
export const attribute = (el: Element, name: string): string | null | undefined =>
  el.getAttribute(PREFIX + name) ?? passerOf(el, name)?.getAttribute(PREFIX + name + INHERITED);

/** The elements that the selectors in an attribute find, seen from `el`. Undefined when there is no such attribute. */
export const named = (
  el: Element,
  name: string,
  text: string | null | undefined = attribute(el, name),
): Element[] | undefined =>
  text ? find(el, text, el.hasAttribute(PREFIX + name) ? el : passerOf(el, name)) : undefined;

/** Splits at commas outside of brackets, two levels deep. */
export const split = (text: string): string[] =>
  // cast: never empty, as only attributes with text get here
  (text.match(/(\((\([^)]*\)|[^()])*\)|[^,])+/g) as string[]).map((part) => part.trim());

/** Selectors in the extended grammar: CSS, `this` (where it is written), `closest <CSS>`, `find <CSS>`. */
export const find = (el: Element, text: string, owner: Element | null = el): Element[] =>
  split(text).flatMap((part) => {
    const css = part.replace(/^(closest|find) /, "");
    if (part === "this") return owner ?? [];
    return part === `closest ${css}` ? (el.closest(css) ?? []) : [...(css === part ? doc : el).querySelectorAll(css)];
  });

/**
 * The address, if it may be asked: same origin (unless `anywhere`), and http or https always. None is this page's own, as in a form's
 * action, whatever a `<base>` says.
 */
export const address = (text: string, anywhere?: boolean): URL | undefined => {
  try {
    const url = new URL(text || here(), doc.baseURI);
    if (/^https?:/.test(url.href) && (anywhere || url.origin === location.origin)) return url;
  } catch {} // no address at all is treated like one that may not be asked
};

/** Fires an event; false when a listener cancelled it. What has left the page cannot be heard, so the document is. */
export const emit = (source: Element, name: string, detail?: unknown): boolean =>
  (source.isConnected ? source : doc).dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }));

/** Fires an event of a request. */
export const tell = (name: string, ctx: Pick<RequestContext, "source">, more?: object): boolean =>
  emit(ctx.source, EVENT_PREFIX + name, { ctx, ...more });

/** Fires `bus:error`. */
export const fail = (reason: ClientErrorReason, ctx: Pick<RequestContext, "source">, error?: unknown): void => {
  tell("error", ctx, { reason, error });
};
