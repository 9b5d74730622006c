import { dispatch, getAttribute, isConnected, parentOf } from "./members.ts";
import { doc, settings } from "./settings.ts";
import type { ClientErrorReason, RequestContext } from "./types.ts";

// This folder is written to be small once minified: arrows, and one short name for what is used often. The names of attributes, headers,
// events and classes stand in it as they are; the build for pages that come from htmx replaces their prefixes.

/** An element's id. */
export const idOf = (el: Element | null | undefined): string => getAttribute(el, "id") ?? "";

/**
 * An attribute that counts for `el`, and the element it is written on: itself, or the nearest around it that passes the attribute on (`boost`
 * always does). By hand, as not every engine of selectors knows attributes with a colon.
 */
export const lookUp = (
  el: Element,
  name: string,
  owner: Element | null = el,
  steps = 999, // No parser nests this deep
): [text?: string, owner?: Element] => {
  const full = `bus-${name}`;
  const counts = owner === el || settings.inherit || name === "boost";
  const text = (counts ? getAttribute(owner, full) : undefined) ?? getAttribute(owner, `${full}:inherited`);
  return !owner || !steps ? [] : text == null ? lookUp(el, name, parentOf(owner), steps - 1) : [text, owner];
};

/** An attribute that counts for `el`: the own one, else the nearest inherited one. */
export const attribute = (el: Element, name: string): string | undefined => lookUp(el, name)[0];

/**
 * The address, if it may be asked: same origin (unless `anywhere`), and http or https always. Else the request that it is for has failed.
 * None is this page's own, as in a form's action, whatever a `<base>` says.
 */
export const address = (text: string, ctx?: Pick<RequestContext, "source">, anywhere?: boolean): URL | undefined => {
  try {
    const url = new URL(text || here(), doc.baseURI);
    if (/^https?:/.test(url.href) && (anywhere || url.origin === origin)) return url;
  } catch {} // no address at all is treated like one that may not be asked
  if (ctx) fail("origin", ctx);
  return undefined;
};

/** What an attribute that counts for `el` says in JSON. */
export const jsonOf = (el: Element, name: string): Record<string, unknown> => JSON.parse(attribute(el, name) || "{}");

/** This page's address, without the place in it. */
export const here = (): string => doc.URL.replace(/#.*/, "");

/** Fires an event; false when a listener cancelled it. What has left the page cannot be heard, so the body is. */
export const emit = (source: Element, name: string, detail?: unknown): boolean =>
  dispatch(isConnected(source) ? source : doc.body, new CustomEvent(name, { bubbles: true, cancelable: true, detail }));

/** Fires an event of a request. */
export const tell = (name: string, ctx: Pick<RequestContext, "source">, more?: object): boolean =>
  emit(ctx.source, `bus:${name}`, { ctx, ...more });

/** Fires `bus:error`. */
export const fail = (reason: ClientErrorReason, ctx: Pick<RequestContext, "source">, error?: unknown): unknown =>
  tell("error", ctx, { reason, error });
