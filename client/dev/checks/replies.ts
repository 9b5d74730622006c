import type { RequestContext } from "../../core/index.ts";
import { suggest } from "../distance.ts";
import { REPLY_HEADERS } from "../names.ts";
import type { Scene } from "../types.ts";
import { mistakesInSwap } from "./grammar.ts";
import { reason } from "./selectors.ts";
import { whyRefused } from "./values.ts";

const OURS = /^(bus|hx)-/;

/** A reply's headers, before its body is read. `seen` are the addresses that were shown as whole pages. */
export function checkHeaders(ctx: RequestContext, response: Response, scene: Scene): void {
  for (const [full, value] of response.headers) {
    const [prefix = ""] = OURS.exec(full) ?? [];
    if (prefix === "") continue;
    const name = full.slice(prefix.length);
    const report = (message: string): void => scene.report("reply-header", ctx.source, message, full);
    if (prefix === "hx-") {
      if (!scene.hasHtmx)
        report(
          `the reply has ${full}, which nothing reads${REPLY_HEADERS.includes(name) ? `; write Bus-${name}` : ""}`,
        );
    } else if (!REPLY_HEADERS.includes(name)) {
      report(`the reply has ${full}, which nothing reads${suggest(name, REPLY_HEADERS, "bus-")}`);
    } else {
      const message = mistakeInHeader(name, value, ctx, scene);
      if (message !== undefined) report(`${full}: ${value} ${message}`);
    }
  }
}

function mistakeInHeader(name: string, value: string, ctx: RequestContext, { kit }: Scene): string | undefined {
  if (name === "trigger" && value.startsWith("{")) return attempt(() => void JSON.parse(value));
  if (name === "reswap") {
    for (const [, message] of mistakesInSwap(value, { kit })) return `is not understood: ${message}`;
  } else if (name === "retarget") {
    return attempt(() => {
      if (kit.find(ctx.source, value).length === 0) throw new Error("nothing in the page matches");
    });
  } else if (name.endsWith("-url") && value !== "false" && value !== "true") {
    return whyRefused(value, document.baseURI);
  }
  return undefined;
}

function attempt(f: () => void): string | undefined {
  try {
    f();
    return undefined;
  } catch (error) {
    return `cannot be used: ${reason(error)}`;
  }
}

/** What came of it, once all is over and no swap has taken place. */
export function checkUnshown(ctx: RequestContext, response: Response, scene: Scene): void {
  const { status, headers } = response;
  const type = (headers.get("content-type") ?? "").toLowerCase();
  if (status >= 400 && !ctx.swaps) {
    const how = "send 422, Bus-Retarget or Bus-Reswap, write bus-status, or listen to bus:response:error";
    scene.report("reply-status", ctx.source, `the reply ${status} to ${pathOf(ctx)} is not shown: ${how}`, `${status}`);
  } else if (ctx.swaps && type !== "" && !/html|^text\/plain/.test(type) && !/^none\b/.test(ctx.swap)) {
    scene.report(
      "reply-type",
      ctx.source,
      `the reply to ${pathOf(ctx)} is ${type}: only HTML and text/plain are shown`,
      type,
    );
  }
}

/** Whether a text is a page: as the client tells it, any text before the first tag makes it a part. */
export function isWholePage(text: string): boolean {
  return /^(\s|<!--((?!-->).)*-->)*<(!doctype|html|head|title|body)\b/is.test(text);
}

/** What kinds of replies an address gave: a cache that knows of one only gives it out for the other. */
export interface Kinds {
  readonly full: Set<string>;
  readonly part: Set<string>;
}

const MAX_ADDRESSES = 1_000;

/** A part and a page at the same address, in a reply that caches may keep and that does not say so. */
export function checkVary(ctx: RequestContext, response: Response, isPage: boolean, kinds: Kinds, scene: Scene): void {
  if (ctx.method !== "GET" || !response.ok) return;
  const url = withoutPlace(ctx.url);
  const mine = isPage ? kinds.full : kinds.part;
  const other = isPage ? kinds.part : kinds.full;
  if (mine.size < MAX_ADDRESSES) mine.add(url);
  const href = ctx.source.getAttribute("href");
  const isLinked =
    !isPage &&
    href !== null &&
    URL.canParse(href, document.baseURI) &&
    withoutPlace(new URL(href, document.baseURI).href) === url;
  if (!other.has(url) && !isLinked) return;
  if (/no-store/.test(response.headers.get("cache-control") ?? "")) return;
  if (/\*|(bus|hx)-request/i.test(response.headers.get("vary") ?? "")) return;
  scene.report(
    "reply-vary",
    ctx.source,
    `${pathOf(ctx)} is a page and a part by turns, and a cache may mix them up: send Vary: Bus-Request, or Cache-Control: no-store`,
    url,
  );
}

export function withoutPlace(url: string): string {
  return url.replace(/#.*/s, "");
}

function pathOf({ method, url }: RequestContext): string {
  return `${method} ${URL.canParse(url) ? new URL(url).pathname : url}`;
}
