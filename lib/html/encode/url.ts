import { ANY_IMAGE, NO_IMAGE } from "../contexts.ts";

/** What a refused URL is replaced by: a page that cannot exist. */
export const BLOCKED_URL = "about:invalid#blocked";

const PIXEL_TYPES = new Set(["png", "jpeg", "gif", "webp", "avif", "x-icon", "vnd.microsoft.icon"]);
const ALLOWED = new Set(["http", "https", "mailto", "tel", "ftp"]);
// What a browser skips or drops in front of and inside a scheme, and, to be strict, everything else that cannot be seen.
export const INVISIBLE: RegExp = /\p{C}|\p{Z}|\p{Variation_Selector}/gu;
/** What the static start of a URL says about the whole. */
export const CHECKED_EACH_TIME = 0;
export const SETTLED = 1;
export const DANGEROUS = 2;

/**
 * The scheme of a URL in lower case, "" for a relative one. Everything in front of the first colon counts as a scheme unless
 * `/`, `?` or `#` comes first, whatever it is made of: stricter than a browser, so no trick a browser knows gets past it.
 */
export function schemeOf(url: string): string {
  const colon = url.indexOf(":");
  if (colon < 0) return "";
  const stop = url.search(/[/?#]/);
  if (stop >= 0 && stop < colon) return "";
  return url.slice(0, colon).replace(INVISIBLE, "").toLowerCase() || ":";
}

// Of those that pass, nearly all are one of these two, seen at one look (bench: html, 20 KiB).
const USUAL = /^(?:https?:\/\/|\/(?![/\\]))[\x21-\x7e]*$/;

/** True for a URL that is seen to be safe at one look. */
export function isUsualUrl(url: string): boolean {
  return USUAL.test(url);
}

/** Tells whether a URL is relative or has an allowed scheme. */
export function isSafeUrl(url: string): boolean {
  if (USUAL.test(url)) return true;
  const scheme = schemeOf(url);
  return scheme === "" || ALLOWED.has(scheme);
}

/** The URL, or the blocked one. */
export function checkUrl(url: string): string {
  return isSafeUrl(url) ? url : BLOCKED_URL;
}

/** Tells whether a URL is an image in itself. */
export function isDataImage(url: string, images: number): boolean {
  const type = /^[\0-\x20]*data:image\/([a-z.+-]+)(?:;[a-z0-9=-]+)*,/i.exec(url)?.[1]?.toLowerCase() ?? "";
  return (images !== NO_IMAGE && PIXEL_TYPES.has(type)) || (images === ANY_IMAGE && type === "svg+xml");
}

/** What the static start of a URL attribute already says about the whole. */
export function judgePrefix(prefix: string): number {
  const visible = prefix.replace(INVISIBLE, "").toLowerCase();
  const colon = visible.indexOf(":");
  const stop = visible.search(/[/?#]/);
  if (stop >= 0 && (colon < 0 || stop < colon)) {
    // After "/" alone, a value that starts with "/" or "\" would name another host.
    return visible === "/" ? CHECKED_EACH_TIME : SETTLED;
  }
  if (colon < 0) return CHECKED_EACH_TIME;
  const scheme = visible.slice(0, colon);
  if (scheme === "data") return /^data:image\/(?:png|gif|jpeg|webp|avif)[;,]/.test(visible) ? SETTLED : DANGEROUS;
  // The author wrote this scheme out, so only those that run code are refused.
  return /^(?:javascript|vbscript|livescript|mocha|jar|view-source|blob|filesystem)$|\ufffd/.test(scheme)
    ? DANGEROUS
    : SETTLED;
}

/** True for a slash with nothing visible around it. */
export function isSlash(text: string): boolean {
  return text === "/" || (text !== "" && text.replace(INVISIBLE, "") === "/");
}

/** True when a URL that was written to stay on this host (`/${path}`) would leave it. */
export function leavesHost(url: string): boolean {
  return /^\/[/\\]/.test(url.replace(INVISIBLE, ""));
}

/** Checks each URL of a list separated by white space (`ping`) or by `;` (the values of an SVG animation). */
export function checkUrlList(urls: string): string {
  return urls.split(/[\s;]+/).every(isSafeUrl) ? urls : BLOCKED_URL;
}
