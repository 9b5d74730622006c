import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { askedHost, headerText } from "../headers.ts";
import { isSafe, refusal } from "./around.ts";

/**
 * Options of `sameSite`.
 * @public
 */
export interface SameSiteOptions {
  /** Origins that may send unsafe requests besides this one: `["https://app.example"]`, or a test of one. @defaultValue [] */
  readonly allow?: readonly string[] | ((origin: string, c: Context) => boolean);
  /** Also let in other hosts of the same registrable domain (`Sec-Fetch-Site: same-site`), which must all be yours. @defaultValue false */
  readonly siblings?: boolean;
}

/**
 * Refuses unsafe requests, and WebSocket upgrades, that a page of another site has made (403): the one guard against cross-site request
 * forgery that all current browsers need. GET, HEAD and OPTIONS pass, so they must change nothing.
 * @remarks `Sec-Fetch-Site` decides where a browser sent it (over TLS and on localhost), else `Origin` against the host asked for. A request
 * with neither comes from no current browser and passes; `csrfToken` covers browsers from before 2020. Sync, no allocation when it passes.
 * @example
 * ```ts
 * app.use(sameSite());
 * ```
 * @public
 */
export function sameSite(options: SameSiteOptions = {}): Middleware {
  const { allow = [], siblings = false } = options;
  return (c, next) => {
    const { headers } = c.request;
    if (isSafe(c.method, headerText(headers["upgrade"]))) return next();
    const origin = headerText(headers["origin"]);
    if (origin !== undefined && isAllowed(origin, allow, c)) return next();
    return isOurs(c, origin, siblings) ? next() : refusal(403, "The request comes from another site.");
  };
}

function isOurs(c: Context, origin: string | undefined, siblings: boolean): boolean {
  const { headers } = c.request;
  const site = headerText(headers["sec-fetch-site"]);
  if (site !== undefined) return site === "same-origin" || site === "none" || (siblings && site === "same-site");
  if (origin === undefined) return true;
  return isSameHost(origin, askedHost(headers), c.secure);
}

/** `null` is the origin of every sandbox and file, so no list lets it in. */
function isAllowed(origin: string, allow: NonNullable<SameSiteOptions["allow"]>, c: Context): boolean {
  if (origin === "null") return false;
  return typeof allow === "function" ? allow(origin, c) : allow.includes(origin);
}

/** The scheme counts only where the host is sure of it: behind a proxy an https page seems to talk to an http server. */
function isSameHost(origin: string, host: string | undefined, secure: boolean | undefined): boolean {
  if (host === undefined || !/^https?:\/\/[^/\\?#@]+$/i.test(origin) || /[/\\?#@]/.test(host)) return false;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (secure === true && from.protocol !== "https:") return false;
  const here = `${from.protocol}//${host}`; // parsed too: proxies write names in capitals and ports that go without saying
  return URL.canParse(here) && new URL(here).host === from.host;
}
