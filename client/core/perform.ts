import { encode, usesQuery } from "./collect.ts";
import { address, emit, fail, tell } from "./dom.ts";
import { isStopped } from "./extensions.ts";
import { changeAddress } from "./history.ts";
import { find } from "./selectors.ts";
import { doc, settings } from "./settings.ts";
import { swap } from "./swap.ts";
import type { Marked, RequestContext } from "./types.ts";

/**
 * Sends a request and does what the reply says.
 * 1. Headers that send the reader elsewhere come first and end it.
 * 2. The status decides whether there is anything to swap, other headers decide where and how; extensions may decide otherwise.
 * 3. What is neither HTML nor text is not swapped.
 * 4. The server's events are fired when the page already shows what they are about.
 * 5. However it ended: marks are taken away, and what has waited may go.
 */
export const perform = async (ctx: RequestContext, place: Marked): Promise<void> => {
  const source = ctx.source;
  const method = ctx.method;
  // Replies to what was asked before the reader went back are too late, whichever comes first.
  if (ctx.restored) (ctx.target as Marked)._order = ctx.order;
  try {
    if (!(await isStopped("request", ctx))) {
      const response = (ctx.response ??= await send(ctx));
      const header = (name: string): string | null => response.headers.get(`Bus-${name}`);
      const { ok, status } = response;
      (source as Marked)._ended = status === 286;
      const away = header("Redirect");
      const retarget = header("Retarget");
      const reswap = header("Reswap");
      const url = away && address(away, ctx, true);
      if (url) goTo(url.href);
      else if (header("Refresh") === "true") reload();
      else if (!away) {
        ctx.swaps = ok ? status >> 1 !== 102 : tell("response:error", ctx) && (status === 422 || retarget || reswap);
        ctx.swap = reswap || ctx.swap;
        ctx.select = header("Reselect") || ctx.select;
        const isPage = ok && (ctx.swaps as boolean); // the address is that of a page which can be shown
        ctx.push = header("Push-Url") || (isPage && ctx.push);
        ctx.replace = header("Replace-Url") || (isPage && ctx.replace);
        // cast: none is an error, right below
        if (retarget) ctx.target = find(source, retarget)[0] as Element;
        if (await isStopped("response", ctx)) {
          // nothing more is wanted
        } else if (!ctx.target) fail("target", ctx);
        else {
          const type = response.headers.get("Content-Type") as string; // cast: of none it is "null"
          const isShown = ctx.swaps && /plain|html|^null$/i.test(type);
          if (isShown) ctx.text ??= await response.text();
          if (/plain/i.test(type)) ctx.text = new Option(ctx.text).innerHTML; // escaped, by the browser itself
          if (isShown && (type || !ctx.text)) {
            if (tell("before:swap", ctx)) await swap(ctx);
          } else if (ctx.restored) reload();
          // A file that a boosted link leads to.
          else if (ctx.boosted && isPage && method === "GET") goTo(ctx.url);
          else changeAddress(ctx);
          // Names, or JSON of names and details
          const events = header("Trigger") ?? "";
          for (const [name, detail] of events[0] === "{"
            ? Object.entries(JSON.parse(events))
            : events.split(/\s*,\s*/).map((name) => [name] as const)) // cast: a tuple
            if (name) emit(source, name, detail);
        }
      }
    }
  } catch (error) {
    if (!ctx.controller.signal.aborted) {
      fail(ctx.response ? "swap" : "network", ctx, error);
      if (ctx.restored) reload(); // the address has changed already: the page must not stay behind
    }
  }
  ctx.controller.abort(); // a body that nobody wanted is not downloaded
  if (place._run === ctx) place._run = undefined; // a property deleted would make the element a slow and large one
  [...ctx.ends, ...ctx._waiting].map((next) => next());
};

/** Sends a request. Method and headers are those of the context; of what else it has, `fetch` reads nothing. */
export const send = (ctx: RequestContext): Promise<Response> =>
  fetch(ctx.url, {
    ...ctx,
    // cast: it takes undefined for none
    body: (usesQuery(ctx.method)
      ? undefined
      : ctx.multipart
        ? ctx.data
        : encode(ctx.data, new URLSearchParams())) as FormData,
    signal: ctx.controller.signal,
    mode: "same-origin", // a redirect to somewhere else is refused by the browser, before anything is sent there
  });

const goTo = (href: string): unknown => (settings.navigate ? settings.navigate(href) : (doc.location = href));

const reload = (): void => (settings.reload ? (settings as Location) : location).reload(); // cast: it has that
