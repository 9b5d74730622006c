import { address, emit, fail, tell } from "./dom.ts";
import { isStopped } from "./extensions.ts";
import { find } from "./selectors.ts";
import { settings } from "./settings.ts";
import { changeAddress, swap } from "./swap.ts";
import type { RequestContext } from "./types.ts";

/**
 * Does what a reply says.
 * 1. Headers that send the reader elsewhere come first and end it.
 * 2. The status decides whether there is anything to swap, other headers decide where and how; extensions may decide otherwise.
 * 3. What is neither HTML nor text is not swapped.
 * 4. The server's events are fired last, when the page already shows what they are about.
 */
export const settle = async (ctx: RequestContext, response: Response): Promise<void> => {
  const header = (name: string): string => response.headers.get(`Bus-${name}`) ?? "";
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

  const isWanted = ok || tell("response:error", ctx);
  ctx.swaps = !!(isWanted && (ok ? !/20[45]/.test(`${status}`) : status === 422 || retarget || reswap));
  ctx.swap = reswap || ctx.swap;
  ctx.select = header("Reselect") || ctx.select;
  const isPage = ok && ctx.swaps; // the address is that of a page which can be shown
  ctx.push = header("Push-Url") || (isPage && ctx.push);
  ctx.replace = header("Replace-Url") || (isPage && ctx.replace);
  // cast: none is an error, right below
  if (retarget) ctx.target = find(source, retarget)[0] as Element;
  if (await isStopped("response", ctx)) return;
  if (!ctx.target) return fail("target", ctx);

  const type = response.headers.get("Content-Type") ?? "";
  ctx.isPlain = /^text\/plain/.test(type);
  const isShown = ctx.swaps && (ctx.isPlain || !type || /html/.test(type));
  if (isShown) ctx.text ??= await response.text();
  if (isShown && (type || !ctx.text)) {
    if (tell("before:swap", ctx)) await swap(ctx);
  } else if (ctx.restored) settings.reload();
  else changeAddress(ctx);
  announce(source, header("Trigger"));
};

/** Names, or JSON of names and details. */
const announce = (source: Element, value: string): void => {
  const details = value[0] === "{" ? JSON.parse(value) : {};
  for (const name of value[0] === "{" ? Object.keys(details) : value.split(","))
    if (name) emit(source, name.trim(), details[name]);
};
