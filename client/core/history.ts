import { address, here } from "./dom.ts";
import { doc, isPage } from "./settings.ts";
import type { Marked, RequestContext } from "./types.ts";

let shown = isPage && here();

/** Whether a newer page is there, or asked for by the reader who went back. cast: undefined is not greater */
export const isLate = (ctx: RequestContext): boolean => ((doc.body as Marked)._order as number) > ctx.order;

/** Changes the address as a request says, without leaving the page: a new entry, or another address for the present one. */
export const changeAddress = (ctx: RequestContext): void => {
  const wish = [ctx.push, ctx.replace].find((text) => text && text !== "false");
  const last = ctx.response?.redirected && ctx.response.url;
  // What answered a boosted POST cannot be asked for again, unless a redirect led there.
  const isLost = wish === "true" && ctx.boosted && ctx.method !== "GET" && !last;
  const url = wish && !isLost && !isLate(ctx) && address(wish === "true" ? last || ctx.url : wish, ctx);
  if (url) {
    const href = url.href;
    const isSame = wish !== ctx.push || href === doc.URL;
    // Each entry of ours says how far the page was scrolled when it was left. The present one is marked as well, so that
    // going back to it is noticed.
    history.replaceState(
      { ...history.state, busbar: ctx.restored ? ctx.scroll : scrollY },
      "",
      isSame ? href : undefined,
    );
    if (!isSame) history.pushState({ busbar: 0 }, "", href);
    shown = here();
  }
};

/** Whether the entry the reader has gone to shows the same page: going to another place of it needs no request. */
export const isSamePage = (): boolean => shown === (shown = here());
