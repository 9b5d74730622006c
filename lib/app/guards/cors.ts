import { CodedError } from "../../errors/index.ts";
import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { checkHeader, headerText } from "../headers.ts";
import { checkCount } from "./limits.ts";

/**
 * Options of `cors`.
 * @public
 */
export interface CorsOptions {
  /** Whose pages may read replies: `"*"`, exact origins, or a test of one. */
  readonly origins: "*" | readonly string[] | ((origin: string, c: Context) => boolean);
  /** Methods that pages may use. @defaultValue GET, HEAD, PUT, PATCH, POST, DELETE */
  readonly methods?: readonly string[];
  /** Request headers that pages may send. @defaultValue those they ask for, up to 1,024 characters */
  readonly headers?: readonly string[];
  /** Reply headers that pages may read besides the plain ones. @defaultValue [] */
  readonly exposed?: readonly string[];
  /** Requests may carry cookies. Not together with `"*"`. @defaultValue false */
  readonly credentials?: boolean;
  /** How long browsers keep a preflight's answer. In seconds. @defaultValue the browser's own, 5 */
  readonly maxAgeSeconds?: number;
}

/**
 * Lets pages of other origins read replies, and answers their preflights (204). It protects nothing: requests from origins that are not
 * listed are answered too, only without the headers, and the browser keeps the answer from the page.
 * @remarks Preflights are OPTIONS requests, which reach the app below prefixes it owns (`app.own`); give it to the app or a group, not to a
 * route. Also on replies of error handlers. Sync.
 * @throws CodedError `APP_BAD_GUARD` when made with `"*"` and credentials or an age that is none, `APP_BAD_HEADER` with a name that is none.
 * @example
 * ```ts
 * api.own(); api.use(cors({ origins: ["https://app.example"], credentials: true }));
 * ```
 * @public
 */
export function cors(options: CorsOptions): Middleware {
  const { origins, credentials = false, headers, exposed = [], maxAgeSeconds } = options;
  if (origins === "*" && credentials) {
    throw new CodedError("APP_BAD_GUARD", 'cors was given credentials and "*": any site could act as the user');
  }
  if (maxAgeSeconds !== undefined) checkCount("maxAgeSeconds", maxAgeSeconds, 0);
  const methods = (options.methods ?? ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]).join(", ");
  const fixedHeaders = headers?.join(", ");
  const exposedHeaders = exposed.join(", ");
  for (const value of [methods, fixedHeaders ?? "", exposedHeaders]) checkHeader("access-control-list", value);

  const preflight = (c: Context): void => {
    c.addHeader("access-control-allow-methods", methods);
    const asked = headerText(c.request.headers["access-control-request-headers"]);
    const allowed = fixedHeaders ?? (asked !== undefined && LIST.test(asked) ? asked : undefined);
    if (fixedHeaders === undefined) c.addHeader("vary", "Access-Control-Request-Headers");
    if (allowed !== undefined && allowed !== "") c.addHeader("access-control-allow-headers", allowed);
    if (maxAgeSeconds !== undefined) c.addHeader("access-control-max-age", String(maxAgeSeconds));
  };

  return (c, next) => {
    const origin = headerText(c.request.headers["origin"]);
    const isPreflight = c.method === "OPTIONS" && c.request.headers["access-control-request-method"] !== undefined;
    if (origins !== "*") c.addHeader("vary", "Origin"); // also without one: a cache must not serve this to a page that sends it
    if (origin === undefined) return next();
    if (isAllowed(origin, origins, c)) {
      c.addHeader("access-control-allow-origin", origins === "*" ? "*" : origin);
      if (credentials) c.addHeader("access-control-allow-credentials", "true");
      if (isPreflight) preflight(c);
      else if (exposedHeaders !== "") c.addHeader("access-control-expose-headers", exposedHeaders);
    }
    return isPreflight ? c.empty() : next();
  };
}

const LIST = /^[!#$%&'*+\-.^_`|~0-9A-Za-z, ]{1,1024}$/;
const ORIGIN =
  /^(?:null|[a-z][a-z0-9+.-]{0,31}:\/\/[\x21\x24-\x2b\x2d-\x2e\x30-\x3b\x3d\x41-\x5a\x5b\x5d\x5f\x61-\x7a\x7e]{1,255})$/i;

function isAllowed(origin: string, origins: CorsOptions["origins"], c: Context): boolean {
  if (!ORIGIN.test(origin)) return false;
  if (origins === "*") return true;
  return typeof origins === "function" ? origins(origin, c) : origins.includes(origin);
}
