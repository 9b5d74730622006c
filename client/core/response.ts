import { HEADER_PREFIX } from "./constants.ts";
import { address, emit, fail, find, tell } from "./dom.ts";
import { visit } from "./history.ts";
import { finished, settings } from "./state.ts";
import { swap } from "./swap.ts";
import type { RequestContext } from "./types.ts";

/**
 * Does what a reply says.
 * 1. Headers that send the reader elsewhere come first and end it.
 * 2. The status decides whether there is anything to swap, other headers decide where and how.
 * 3. What is neither HTML nor text is not swapped.
 * 4. The server's events are fired last, when the page already shows what they are about.
 */
export const settle = async (ctx: RequestContext, response: Response): Promise<void> => {
  const header = (name: string): string => response.headers.get(HEADER_PREFIX + name) ?? "";
  const { ok, status } = response;
  const { source } = ctx;
  const away = header("Redirect");
  const retarget = header("Retarget");
  const reswap = header("Reswap");
  if (away) {
    const url = address(away, true);
    return url ? settings.navigate(url.href) : fail("origin", ctx);
  }
  if (header("Refresh")) return settings.reload();

  if (status === 286) finished.add(source);
  const wanted = ok || tell("response:error", ctx);
  const swaps = wanted && (ok ? !/20[45]/.test(`${status}`) : status === 422 || retarget || reswap);
  ctx.swap = reswap || ctx.swap;
  ctx.select = header("Reselect") || ctx.select;
  const keeps = ok && swaps; // the address is that of a page which can be shown
  ctx.push = header("Push-Url") || (keeps && ctx.push);
  ctx.replace = header("Replace-Url") || (keeps && ctx.replace);
  // cast: none is an error, right below
  if (retarget) ctx.target = find(source, retarget)[0] as Element;
  if (!ctx.target) return fail("target", ctx);

  const type = response.headers.get("Content-Type") ?? "";
  const isText = /^text\/plain/.test(type);
  const isShown = swaps && (isText || !type || /html/.test(type));
  if (isShown) ctx.text = await response.text();
  if (isShown && (type || !ctx.text)) {
    if (tell("before:swap", ctx)) swap(ctx, isText, changeAddress);
  } else if (ctx.restored) settings.reload();
  else changeAddress(ctx);
  announce(source, header("Trigger"));
};

const changeAddress = (ctx: RequestContext): void => {
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

/** Names, or JSON of names and details. */
const announce = (source: Element, value: string): void => {
  const details = value[0] === "{" ? JSON.parse(value) : {};
  for (const name of value[0] === "{" ? Object.keys(details) : value.split(","))
    if (name) emit(source, name.trim(), details[name]);
};
