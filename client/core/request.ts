import { collect, encode, formOf, submittedBy, usesQuery } from "./collect.ts";
import { address, attribute, doc, fail, idOf, jsonOf, ownerOf, tell } from "./dom.ts";
import { isStopped } from "./extensions.ts";
import { hold } from "./marks.ts";
import { reload, settle } from "./response.ts";
import { find, named } from "./selectors.ts";
import type { Marked, RequestContext, RequestStart } from "./types.ts";

export const VERBS: readonly string[] = ["get", "post", "put", "patch", "delete"];

let order = 0;

/** Asks as an element's attributes say. */
export const ask = (source: Marked, event?: Event, polled?: boolean): void => {
  const verb = VERBS.find((name) => source.hasAttribute(`bus-${name}`));
  if (verb && !(polled && source._ended))
    start(source, { method: verb.toUpperCase(), url: source.getAttribute(`bus-${verb}`) ?? "" }, event, polled);
};

/**
 * Starts a request, if it may. What `bus-sync` does not say is: a poll gives way; a GET replaces the older request; a click or submit that
 * would change something is dropped while another one runs; any other change waits, the last one only.
 */
export const start = (source: Element, given: RequestStart, event?: Event, polled?: boolean): void => {
  try {
    const { method } = given;
    // cast: it matches anything
    const [, where, said] = /^(.*?):?(drop|abort|replace|queue.*)?$/s.exec(attribute(source, "sync") ?? "") as string[];
    const place: Marked = (where && find(source, where, ownerOf(source, "sync"))[0]) || source;
    const isDropped = polled || /submit|click/.test(event?.type ?? "");
    const strategy = said ?? (method === "GET" && !polled ? "replace" : isDropped ? "drop" : "queue");
    const before = place._run;
    if (before && strategy !== "replace" && !before._yields) {
      const again = (): void => start(source, given, event, polled);
      const waiting = before._waiting;
      if (/all/.test(strategy)) waiting.push(again);
      else if (/^q/.test(strategy)) before._waiting = [(/first/.test(strategy) && waiting[0]) || again];
      return;
    }

    const ctx = gather(source, given, event);
    const question = attribute(source, "confirm");
    const wish = attribute(source, "validate");
    // A submit button with a verb of its own: the browser would have checked the form before sending it. casts: what is no form, field or
    // button has no such properties
    const form = (wish ? wish !== "false" && (formOf(source) ?? source) : !usesQuery(method) && submittedBy(source)) as
      | HTMLFormElement
      | false;
    const isUnchecked = !form || form.noValidate || (source as HTMLButtonElement).formNoValidate;
    const goes = isUnchecked || form.reportValidity?.() !== false;
    if (!ctx.target) fail("target", ctx);
    else if (goes && (!question || confirm(question)) && tell("config", ctx)) {
      const url = address(ctx.url);
      if (!url) fail("origin", ctx);
      else {
        if (usesQuery(method)) encode(ctx.data, url.searchParams);
        ctx.url = url.href;
        if (tell("before:request", ctx)) {
          // Found before anything is marked or sent: a selector that does not parse ends it here.
          const disabled = named(source, "disable") ?? [];
          hold(ctx, named(source, "indicator") ?? [source], "bus-request");
          hold(ctx, disabled, "disabled");
          hold(ctx, [ctx.target], "aria-busy");
          before?.controller.abort();
          ctx._yields = strategy === "abort";
          place._run = ctx;
          perform(ctx, place);
        }
      }
    }
  } catch (error) {
    fail("attribute", { source }, error);
  }
};

const gather = (source: Element, given: RequestStart, event: Event | undefined): RequestContext => {
  // cast: no target is an error, and the first thing looked at
  const target = (named(source, "target") ?? [given.target ?? source])[0] as Element;
  const select = attribute(source, "select") ?? given.select;
  return {
    ...given,
    source,
    event,
    order: ++order,
    headers: {
      Accept: "text/html",
      "Bus-Request": "true",
      "Bus-Request-Type": target === doc.body || select ? "full" : "partial",
      "Bus-Source": label(source),
      "Bus-Target": label(target),
      "Bus-Current-URL": location.href,
      ...(given.boosted && { "Bus-Boosted": "true" }),
      ...(given.restored && { "Bus-History-Restore-Request": "true" }),
      ...(jsonOf(source, "headers") as Record<string, string>), // cast: fetch makes strings of them
      ...given.headers,
    },
    // cast: undefined on other events
    data: collect(source, given.method, (event as SubmitEvent | undefined)?.submitter),
    multipart: /multi/.test(`${attribute(source, "encoding") ?? formOf(source)?.enctype}`),
    target,
    swap: attribute(source, "swap") || given.swap || "innerHTML",
    select,
    push: attribute(source, "push-url") ?? given.push,
    replace: attribute(source, "replace-url"),
    controller: new AbortController(),
    ends: [],
    _waiting: [],
  };
};

/** `tag#id`, in ASCII as headers have to be. */
const label = (el: Element | undefined): string =>
  el ? el.localName + (idOf(el) && `#${encodeURIComponent(idOf(el))}`) : "";

const perform = async (ctx: RequestContext, place: Marked): Promise<void> => {
  const { method, data } = ctx;
  const { signal } = ctx.controller;
  // Replies to what was asked before the reader went back are too late, whichever comes first.
  if (ctx.restored) (ctx.target as Marked)._order = ctx.order;
  try {
    if (!(await isStopped("request", ctx))) {
      const body = usesQuery(method) ? null : ctx.multipart ? data : encode(data, new URLSearchParams());
      // same-origin: a redirect to somewhere else is refused by the browser, before anything is sent there
      ctx.response ??= await fetch(ctx.url, { method, headers: ctx.headers, body, signal, mode: "same-origin" });
      (ctx.source as Marked)._ended = ctx.response.status === 286;
      await settle(ctx, ctx.response);
    }
  } catch (error) {
    if (!signal.aborted) {
      fail(ctx.response ? "swap" : "network", ctx, error);
      if (ctx.restored) reload(); // the address has changed already: the page must not stay behind
    }
  }
  ctx.controller.abort(); // a body that nobody wanted is not downloaded
  for (const end of ctx.ends) end();
  if (place._run === ctx) place._run = undefined;
  for (const again of ctx._waiting) again();
};
