/**
 * Where a cookie lives: what has to be said again to read it signed, or to delete it.
 * @public
 */
export interface CookiePlace {
  /** Also sent to the hosts below this one. @defaultValue this host alone */
  readonly domain?: string;
  /** Sent below this path only; no protection, since other paths of the host can read it. At most 1,024 characters. @defaultValue "/" */
  readonly path?: string;
  /** Sent over TLS only. @defaultValue true */
  readonly secure?: boolean;
  /**
   * What browsers enforce by the name: `__Host-` (set by this very host, over TLS, for every path) or `__Secure-` (set over TLS).
   * @defaultValue "host"; "secure" with a domain or another path; "none" when not secure
   */
  readonly prefix?: "host" | "secure" | "none";
  /** One jar for each site this one is embedded in. Needs `secure`. @defaultValue false */
  readonly partitioned?: boolean;
}

/**
 * Options of `c.setCookie`.
 * @public
 */
export interface CookieOptions extends CookiePlace {
  /** Kept for so long, in whole seconds; browsers cap it at 400 days. @defaultValue until the browser closes */
  readonly maxAgeSeconds?: number;
  /** Kept until then; `maxAgeSeconds` wins. */
  readonly expires?: Date;
  /** Out of the page's scripts' reach. @defaultValue true */
  readonly httpOnly?: boolean;
  /** Which requests made by other sites carry it: none, navigations only, or all (`"none"` needs `secure`). @defaultValue "lax" */
  readonly sameSite?: "strict" | "lax" | "none";
  /** Which cookies Chromium gives up first when there are too many. */
  readonly priority?: "low" | "medium" | "high";
  /** Signed with the newest of the app's `cookieSecrets`; read it with `c.signedCookie`. @defaultValue false */
  readonly signed?: boolean;
}
