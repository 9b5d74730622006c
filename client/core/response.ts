import { address, emit, fail, tell } from "./dom.ts";
import { isStopped } from "./extensions.ts";
import { changeAddress } from "./history.ts";
import { find } from "./selectors.ts";
import { settings } from "./settings.ts";
import { swap } from "./swap.ts";
import type { RequestContext } from "./types.ts";

/**
 * Does what a reply says.
 * 1. Headers that send the reader elsewhere come first and end it.
 * 2. The status decides whether there is anything to swap, other headers decide where and how; extensions may decide otherwise.
 * 3. What is neither HTML nor text is not swapped.
 * 4. The server's events are fired last, when the page already shows what they are about.
 */
export const settle = async (ctx: RequestContext): Promise<void> => {
  const response = ctx.response as Response; // cast: this is what is called for
  const header = (name: string): string | null => response.headers.get(`Bus-${name}`);
  const { ok, status } = response;
  const { source } = ctx;
  const away = header("Redirect");
  const retarget = header("Retarget");
  const reswap = header("Reswap");
  if (away) {
    const url = address(away, ctx, true);
    if (url)
      if (settings.navigate) settings.navigate(url.href);
      else location.href = url.href;
    return;
  }
  if (header("Refresh")) return reload();

  ctx.swaps =
    (ok || tell("response:error", ctx)) &&
    (ok ? status !== 204 && status !== 205 : status === 422 || retarget || reswap);
  ctx.swap = reswap || ctx.swap;
  ctx.select = header("Reselect") || ctx.select;
  const isPage = ok && !!ctx.swaps; // the address is that of a page which can be shown
  ctx.push = header("Push-Url") || (isPage && ctx.push);
  ctx.replace = header("Replace-Url") || (isPage && ctx.replace);
  // cast: none is an error, right below
  if (retarget) ctx.target = find(source, retarget)[0] as Element;
  if (await isStopped("response", ctx)) return;
  if (!ctx.target) fail("target", ctx);
  else {
    const type = response.headers.get("Content-Type") ?? "";
    const isShown = ctx.swaps && /^text\/plain|html|^$/.test(type);
    if (isShown) ctx.text ??= await response.text();
    if (/plain/.test(type)) ctx.text = new Option(ctx.text).innerHTML; // escaped, by the browser itself
    if (isShown && (type || !ctx.text)) {
      if (tell("before:swap", ctx)) await swap(ctx);
    } else if (ctx.restored) reload();
    else changeAddress(ctx);
    // Names, or JSON of names and details
    const events = header("Trigger") ?? "";
    const isJson = events[0] === "{";
    const details = isJson ? JSON.parse(events) : {};
    for (const name of isJson ? Object.keys(details) : events.split(","))
      if (name) emit(source, name.trim(), details[name]);
  }
};

/** Loads this page again. */
export const reload = (): void => (settings.reload ? settings.reload() : location.reload());
