import { collect, encode, formOf, submittedBy, usesQuery } from "./collect.ts";
import { HEADER_PREFIX, PREFIX } from "./constants.ts";
import { address, attribute, doc, fail, idOf, named, tell } from "./dom.ts";
import { hold, REQUEST_CLASS } from "./marks.ts";
import { settle } from "./response.ts";
import { finished, keyOf, newest, settings } from "./state.ts";
import { VERBS } from "./trigger.ts";
import type { Given, RequestContext } from "./types.ts";

/** What ends a request. Names with a leading _ are shortened in the bundle. */
interface Run extends AbortController {
  /** What its source asked for meanwhile: only the last is kept. */
  _next?: () => void;
}

/** Requests under way, by source: each source has at most one. */
const running: Map<Element, Run> = new Map();

let order = 0;

/** Asks as an element's attributes say. */
export const ask = (source: Element, event?: Event, polled?: boolean): void => {
  const verb = VERBS.find((name) => source.hasAttribute(PREFIX + name));
  if (!verb || (polled && (running.has(source) || finished.has(source)))) return; // a poll gives way
  start(source, event, { method: verb.toUpperCase(), url: source.getAttribute(PREFIX + verb) ?? "" });
};

/**
 * Starts a request. While another one of the same source is under way, a click or submit that would change something
 * is dropped, any other change waits, and a GET replaces the older request.
 */
export const start = (source: Element, event: Event | undefined, given: Given): void => {
  const before = running.get(source);
  const { method } = given;
  if (before && method !== "GET") {
    if (!/submit|click/.test(`${event?.type}`)) before._next = () => start(source, event, given);
    return;
  }
  try {
    const ctx = gather(source, event, given);
    const question = attribute(source, "confirm");
    // A submit button with a verb of its own: the browser would have checked the form before sending it.
    const form = !usesQuery(method) && submittedBy(source);
    // cast: what submits a form is a button
    const isChecked = !form || form.noValidate || (source as HTMLButtonElement).formNoValidate || form.reportValidity();
    if (!ctx.target) fail("target", ctx);
    else if (isChecked && (!question || confirm(question)) && tell("config", ctx)) {
      const url = address(ctx.url);
      if (!url) fail("origin", ctx);
      else {
        if (usesQuery(method)) encode(ctx.data, url.searchParams);
        ctx.url = url.href;
        if (tell("before:request", ctx)) {
          // Found before anything is marked or sent: a selector that does not parse ends it here.
          const disabled = named(source, "disable") ?? [];
          perform(ctx, before, [
            ...hold(named(source, "indicator") ?? [source], REQUEST_CLASS),
            ...hold(disabled, "disabled"),
            ...hold([ctx.target], "aria-busy"),
          ]);
        }
      }
    }
  } catch (error) {
    fail("attribute", { source }, error);
  }
};

const gather = (source: Element, event: Event | undefined, given: Given): RequestContext => {
  const { boosted, restored, method } = given;
  const read = (name: string): string | null | undefined => attribute(source, name);
  const submitter = (event as SubmitEvent | undefined)?.submitter; // cast: undefined on other events
  // cast: no target is an error, and the first thing looked at
  const target = (named(source, "target") ?? [given.target ?? source])[0] as Element;
  const select = read("select");
  return {
    ...given,
    source,
    event,
    order: ++order,
    headers: {
      Accept: "text/html",
      [`${HEADER_PREFIX}Request`]: "true",
      [`${HEADER_PREFIX}Request-Type`]: target === doc.body || select ? "full" : "partial",
      [`${HEADER_PREFIX}Source`]: label(source),
      [`${HEADER_PREFIX}Target`]: label(target),
      [`${HEADER_PREFIX}Current-URL`]: location.href,
      ...(boosted && { [`${HEADER_PREFIX}Boosted`]: "true" }),
      ...(restored && { [`${HEADER_PREFIX}History-Restore-Request`]: "true" }),
      ...JSON.parse(read("headers") || "{}"),
    },
    data: collect(source, method, submitter),
    multipart: /multi/.test(`${read("encoding") ?? formOf(source)?.enctype}`),
    target,
    swap: read("swap") || "innerHTML",
    select,
    push: read("push-url") ?? given.push,
    replace: read("replace-url"),
  };
};

/** `tag#id`, in ASCII as headers have to be. */
const label = (el: Element | undefined): string =>
  el ? el.localName + (idOf(el) && `#${encodeURIComponent(idOf(el))}`) : "";

const perform = async (
  ctx: RequestContext,
  before: Run | undefined,
  releases: readonly (() => void)[],
): Promise<void> => {
  const { source, method, data } = ctx;
  const run: Run = new AbortController();
  const { signal } = run;
  before?.abort();
  running.set(source, run);
  // Replies to what was asked before the reader went back are too late, whichever comes first.
  if (ctx.restored) newest.set(keyOf(ctx.target), ctx.order);
  try {
    const body = usesQuery(method) ? null : ctx.multipart ? data : encode(data, new URLSearchParams());
    // same-origin: a redirect to somewhere else is refused by the browser, before anything is sent there
    ctx.response = await fetch(ctx.url, { method, headers: ctx.headers, body, signal, mode: "same-origin" });
    await settle(ctx, ctx.response);
  } catch (error) {
    if (!signal.aborted) {
      fail(ctx.response ? "swap" : "network", ctx, error);
      if (ctx.restored) settings.reload(); // the address has changed already: the page must not stay behind
    }
  }
  run.abort(); // a body that nobody wanted is not downloaded
  for (const release of releases) release();
  if (running.get(source) === run) running.delete(source);
  if (!running.size) newest.clear(); // nothing older can still arrive
  run._next?.();
};
