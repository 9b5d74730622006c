import { collect, encode, formOf, submittedBy, usesQuery } from "./collect.ts";
import { address, attribute, doc, fail, idOf, ownerOf, tell } from "./dom.ts";
import { isStopped } from "./extensions.ts";
import { hold } from "./marks.ts";
import { settle } from "./response.ts";
import { find, named } from "./selectors.ts";
import { settings } from "./settings.ts";
import { keyOf, newest } from "./swap.ts";
import type { RequestContext, RequestStart } from "./types.ts";

export const VERBS: readonly string[] = ["get", "post", "put", "patch", "delete"];

/** Requests under way, by where they are coordinated: there is at most one each. */
const running: Map<Element, RequestContext> = new Map();

/** Polls that the server has ended. */
const finished: WeakSet<Element> = new WeakSet();

let order = 0;

/** Asks as an element's attributes say. */
export const ask = (source: Element, event?: Event, polled?: boolean): void => {
  const verb = VERBS.find((name) => source.hasAttribute(`bus-${name}`));
  if (verb && !(polled && finished.has(source)))
    start(source, event, { method: verb.toUpperCase(), url: source.getAttribute(`bus-${verb}`) ?? "" }, polled);
};

/**
 * Starts a request, if it may. What `bus-sync` does not say is: a poll gives way; a GET replaces the older request; a click or submit that
 * would change something is dropped while another one runs; any other change waits, the last one only.
 */
export const start = (source: Element, event: Event | undefined, given: RequestStart, polled?: boolean): void => {
  try {
    const { method } = given;
    const sync = /^(.*?):?(drop|abort|replace|queue.*)?$/s.exec(attribute(source, "sync") ?? "");
    const place = (sync?.[1] && find(source, sync[1], ownerOf(source, "sync"))[0]) || source;
    const usual = method === "GET" ? "replace" : /submit|click/.test(`${event?.type}`) ? "drop" : "queue last";
    const strategy = sync?.[2] ?? (polled ? "drop" : usual);
    const before = running.get(place);
    if (before && /^q/.test(strategy)) {
      const again = (): void => start(source, event, given, polled);
      if (/all/.test(strategy)) before._waiting.push(again);
      else if (!/first/.test(strategy) || !before._waiting[0]) before._waiting = [again];
      return;
    }
    if (before && strategy !== "replace" && !before._yields) return;

    const ctx = gather(source, event, given);
    const question = attribute(source, "confirm");
    const wish = attribute(source, "validate");
    // A submit button with a verb of its own: the browser would have checked the form before sending it.
    const form = wish ? wish !== "false" && (formOf(source) ?? source) : !usesQuery(method) && submittedBy(source);
    if (!ctx.target) {
      fail("target", ctx);
      return;
    }
    if (form && !isValid(form as HTMLFormElement, source as HTMLButtonElement)) return; // casts: see there
    if ((question && !confirm(question)) || !tell("config", ctx)) return;
    const url = address(ctx.url);
    if (!url) {
      fail("origin", ctx);
      return;
    }
    if (usesQuery(method)) encode(ctx.data, url.searchParams);
    ctx.url = url.href;
    if (!tell("before:request", ctx)) return;
    // Found before anything is marked or sent: a selector that does not parse ends it here.
    const disabled = named(source, "disable") ?? [];
    hold(ctx, named(source, "indicator") ?? [source], "bus-request");
    hold(ctx, disabled, "disabled");
    hold(ctx, [ctx.target], "aria-busy");
    before?.controller.abort();
    ctx._yields = strategy === "abort";
    running.set(place, ctx);
    perform(ctx, place);
  } catch (error) {
    fail("attribute", { source }, error);
  }
};

/** Shows what is wrong with the values, if something is. What is not a form or a field, or no button, has no such properties. */
const isValid = (form: HTMLFormElement, button: HTMLButtonElement): boolean =>
  form.noValidate || button.formNoValidate || form.reportValidity?.() !== false;

const gather = (source: Element, event: Event | undefined, given: RequestStart): RequestContext => {
  const { boosted, restored, method } = given;
  const read = (name: string): string | null | undefined => attribute(source, name);
  // cast: undefined on other events
  const submitter = (event as SubmitEvent | undefined)?.submitter;
  // cast: no target is an error, and the first thing looked at
  const target = (named(source, "target") ?? [given.target ?? source])[0] as Element;
  const select = read("select") ?? given.select;
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
      ...(boosted && { "Bus-Boosted": "true" }),
      ...(restored && { "Bus-History-Restore-Request": "true" }),
      ...JSON.parse(read("headers") || "{}"),
      ...given.headers,
    },
    data: collect(source, method, submitter),
    multipart: /multi/.test(`${read("encoding") ?? formOf(source)?.enctype}`),
    target,
    swap: read("swap") || given.swap || "innerHTML",
    select,
    push: read("push-url") ?? given.push,
    replace: read("replace-url"),
    controller: new AbortController(),
    ends: [],
    _waiting: [],
  };
};

/** `tag#id`, in ASCII as headers have to be. */
const label = (el: Element | undefined): string =>
  el ? el.localName + (idOf(el) && `#${encodeURIComponent(idOf(el))}`) : "";

const perform = async (ctx: RequestContext, place: Element): Promise<void> => {
  const { source, method, data, controller } = ctx;
  const { signal } = controller;
  // Replies to what was asked before the reader went back are too late, whichever comes first.
  if (ctx.restored) newest.set(keyOf(ctx.target), ctx.order);
  try {
    if (!(await isStopped("request", ctx))) {
      const body = usesQuery(method) ? null : ctx.multipart ? data : encode(data, new URLSearchParams());
      // same-origin: a redirect to somewhere else is refused by the browser, before anything is sent there
      ctx.response ??= await fetch(ctx.url, { method, headers: ctx.headers, body, signal, mode: "same-origin" });
      if (ctx.response.status === 286) finished.add(source);
      await settle(ctx, ctx.response);
    }
  } catch (error) {
    if (!signal.aborted) {
      fail(ctx.response ? "swap" : "network", ctx, error);
      if (ctx.restored) settings.reload(); // the address has changed already: the page must not stay behind
    }
  }
  controller.abort(); // a body that nobody wanted is not downloaded
  for (const end of ctx.ends) end();
  if (running.get(place) === ctx) running.delete(place);
  if (!running.size) newest.clear(); // nothing older can still arrive
  for (const again of ctx._waiting) again();
};
