import { BLOCKED_URL, CHECKED_EACH_TIME, DANGEROUS, INVISIBLE, SETTLED, schemeOf } from "./url.ts";
import { joinOrigin, type Policy } from "./url-policy.ts";

/**
 * The URL of something that runs in the page, or the blocked one. Allowed is what stays on the page's own origin, and the origins
 * the render lists. A URL counts as relative only if no way of reading it makes it leave, so the page's own origin need not be known.
 */
export function checkResourceUrl(url: string, policy: Policy): string {
  return isRelative(url) || policy.origins.has(originOf(url)) ? url : BLOCKED_URL;
}

/** The same for each value of an SVG animation, and for all of them taken as one. */
export function checkResourceValues(values: string, policy: Policy): string {
  const isAllowed = [...values.split(";"), values].every((value) => checkResourceUrl(value, policy) !== BLOCKED_URL);
  return isAllowed ? values : BLOCKED_URL;
}

function isRelative(url: string): boolean {
  return schemeOf(url) === "" && !/^[/\\]{2}/.test(url.replace(INVISIBLE, ""));
}

/**
 * The origin of an absolute http(s) URL, "" for others. It is compared with listed ones, so whatever a browser would still have to
 * convert (user names, percent codes, other scripts) may stay unconverted: it matches nothing.
 */
function originOf(url: string): string {
  // What a URL parser drops first.
  const text = url.replace(/^[\0-\x20]+|[\t\n\r]+/g, "");
  const match = /^(https?):\/\/([^/\\?#@:[\]]+|\[[^\]/\\?#@]*\])(?::(\d{0,5}))?(?=[/\\?#]|$)/i.exec(text);
  if (match === null) return "";
  return joinOrigin((match[1] ?? "").toLowerCase(), (match[2] ?? "").toLowerCase(), match[3]);
}

/** What the static start of a resource URL already says about the whole: the author may name any origin, and settles it with a `/`. */
export function judgeResourcePrefix(prefix: string): number {
  if (prefix.includes("\ufffd")) return DANGEROUS; // a reference we do not know
  const visible = prefix.replace(INVISIBLE, "").toLowerCase();
  const scheme = schemeOf(visible);
  if (scheme !== "" && scheme !== "http" && scheme !== "https") return DANGEROUS;
  const isFixed = scheme === "" ? FIXED_RELATIVE.test(visible) : /^https?:\/\/[^/\\?#]+[/\\?#]/.test(visible);
  return isFixed ? SETTLED : CHECKED_EACH_TIME;
}

// `/a`, `a/`, `?`, `#`, `//host/`: whatever follows stays on that host.
const FIXED_RELATIVE = /^(?:\/[^/\\]|[^/\\:?#]*[?#]|[^/\\:?#]+\/|\/\/[^/\\?#]+[/\\?#])/;
