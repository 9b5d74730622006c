/** What a refused URL is replaced by: a page that cannot exist. */
export const BLOCKED_URL = "about:invalid#blocked";

const ALLOWED = new Set(["http", "https", "mailto", "tel", "ftp"]);
// What a browser skips or drops in front of and inside a scheme, and, to be strict, everything else that cannot be seen.
const INVISIBLE = /\p{C}|\p{Z}|\p{Variation_Selector}/gu;
const CHECKED_EACH_TIME = 0;
const SETTLED = 1;
const DANGEROUS = 2;

/**
 * Tells whether a URL is relative or has an allowed scheme. Everything in front of the first colon counts as a scheme unless
 * `/`, `?` or `#` comes first, whatever it is made of: stricter than a browser, so no trick a browser knows gets past it.
 */
export function isSafeUrl(url: string): boolean {
  const colon = url.indexOf(":");
  if (colon < 0) return true;
  const stop = url.search(/[/?#]/);
  if (stop >= 0 && stop < colon) return true;
  return ALLOWED.has(url.slice(0, colon).replace(INVISIBLE, "").toLowerCase());
}

/** The URL, or the blocked one. */
export function checkUrl(url: string): string {
  return isSafeUrl(url) ? url : BLOCKED_URL;
}

/** What the static start of a URL attribute already says about the whole: 0 nothing, 1 it is safe, 2 it runs code. */
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

/** Checks the URL of every candidate of a `srcset`. */
export function checkSrcset(srcset: string): string {
  // Every run between spaces and commas is checked, descriptors too: a descriptor has no colon, so nothing is lost.
  return srcset.split(/[\s,]+/).every(isSafeUrl) ? srcset : BLOCKED_URL;
}

/** Keeps a value inside its candidate when it is only part of a `srcset`. */
export function encodeSrcsetPart(text: string): string {
  return text.replace(/[\s,]/g, (char) => encodeURIComponent(char).replace(",", "%2C"));
}
