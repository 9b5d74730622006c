import { collect, encode, formOf, SILENT, submittedBy, usesQuery } from "./collect.ts";
import { address, attribute, fail, idOf, jsonOf, lookUp, tell } from "./dom.ts";
import { keepFocus } from "./focus.ts";
import { hold } from "./marks.ts";
import { getAttribute, is, own } from "./members.ts";
import { perform } from "./perform.ts";
import { find, named } from "./selectors.ts";
import { doc } from "./settings.ts";
import type { Marked, RequestContext, RequestStart } from "./types.ts";
import { wantedBy } from "./wanted.ts";

let order = 0;

/**
 * Starts a request, if it may, as the element's attributes say or as is `known`. What `bus-sync` does not say is: a poll gives way; a GET
 * replaces the older request; a click or submit that would change something is dropped while another one runs; any other change waits, the
 * last one only.
 * 1. Find where it is coordinated, and whether it goes, waits or is dropped.
 * 2. Gather all it sends.
 * 3. Ask the reader, the page's listeners and the rule of origins.
 * 4. Set marks, end the one it replaces, and send it.
 *
 * One that is asked for ahead of time gives way as a poll does, asks the reader nothing, and is handed back in place of step 4.
 */
export const start = (
  source: Marked,
  known?: RequestStart,
  event?: Event,
  polled?: boolean,
  ahead?: boolean,
): unknown => {
  try {
    const given = known ?? wantedBy(source, event);
    if (!given || (polled && source._ended)) return;
    const method = given.method;
    const [sync = "", owner] = lookUp(source, "sync");
    const [where, said] = sync.split(/:?(drop|abort|replace|queue.*)$/);
    const place: Marked = (where && find(source, where, owner)[0]) || source;
    // cast: of none it is "undefined"
    const isDropped = polled || /ubmi|clic/.test(event?.type as string);
    const strategy = said ?? (method === "GET" && !polled ? "replace" : isDropped ? "" : "q");
    const before = place._run;
    if (before && strategy !== "replace" && !before._yields) {
      const again = (): unknown => start(source, known, event, polled, ahead);
      const waiting = before._waiting;
      // Of all strategies that get here only the queues have a q; then as many letters as tell one from another.
      return /ll/.test(strategy)
        ? waiting.push(again)
        : /q/.test(strategy) && (before._waiting = [(/f/.test(strategy) && waiting[0]) || again]);
    }

    const [target] = named(source, "target", [given.target ?? source]);
    if (!target) throw "target";
    const select = attribute(source, "select") ?? given.select;
    // cast: undefined on other events
    const submitter = (event as SubmitEvent | undefined)?.submitter ?? source;
    const ctx: RequestContext = {
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
        "Bus-Current-URL": doc.URL,
        ...(jsonOf(source, "headers") as Record<string, string>), // cast: fetch makes strings of them
        ...given.headers,
      },
      data: collect(source, method, submitter),
      // casts: undefined on what does not submit; of no encoding it is "undefined"
      multipart: /multi/i.test(
        (attribute(source, "encoding") ??
          ((submitter as HTMLButtonElement).formEnctype || getAttribute(formOf(source), "enctype"))) as string,
      ),
      target,
      swap: attribute(source, "swap") || given.swap || "innerHTML",
      select,
      push: attribute(source, "push-url") ?? given.push,
      replace: attribute(source, "replace-url") ?? given.replace,
      controller: new AbortController(),
      ends: [],
      _waiting: [],
      _yields: strategy === "abort",
    };
    const question = attribute(source, "confirm");
    // A submit button with a verb of its own: the browser would have checked the form before sending it. casts: what is in no form is a control, or
    // reports nothing; only a button submits
    const isAsked = (attribute(source, "validate") ?? "false") !== "false";
    const form = isAsked ? (formOf(source) ?? (source as HTMLFormElement)) : !usesQuery(method) && submittedBy(source);
    const isChecked = form && (isAsked || !(is(form, "[novalidate]") || (source as HTMLButtonElement).formNoValidate));
    let url: URL | undefined;
    if (
      (isChecked && (ahead || ((form as HTMLFormElement).reportValidity && own(form, "reportValidity") === false))) ||
      (question && (ahead || !confirm(question))) ||
      !tell("config", ctx) ||
      !(url = address(ctx.url, ctx))
    )
      return;
    if (usesQuery(method)) encode(ctx.data, url.searchParams);
    ctx.url = url.href;
    const isSent = tell("before:request", ctx);
    if (!isSent || ahead) return isSent && ctx;
    // Found before anything is marked or sent: a selector that does not parse ends it here.
    const disabled = named(source, "disable");
    hold(ctx, named(source, "indicator", [source]), "bus-request");
    const refocus = keepFocus();
    hold(ctx, disabled, "disabled");
    // Browsers take the focus from what is disabled, at once or later. cast: the body at least
    if (is(doc.activeElement as Element, SILENT)) ctx.ends.push(refocus);
    hold(ctx, [target], "aria-busy");
    before?.controller.abort();
    place._run = ctx;
    perform(ctx, place);
  } catch (error) {
    // cast: the reason, where it is known
    fail((error as string).at ? (error as "target") : "attribute", { source }, error);
  }
};

/** `tag#id`, in ASCII as headers have to be. */
const label = (el: Element): string => el.localName + (idOf(el) && `#${encodeURIComponent(idOf(el))}`);
