import { CodedError } from "../../errors/index.ts";
import type { Middleware } from "../handler-types.ts";
import { headerText } from "../headers.ts";
import { refusal } from "./around.ts";

/**
 * Options of `bodyLimit`.
 * @public
 */
export interface BodyLimitOptions {
  /** Of a request body, in bytes. */
  readonly maxBytes: number;
  /** Refuse bodies that do not announce their length (411), such as chunked ones. @defaultValue false */
  readonly requireLength?: boolean;
}

/**
 * Refuses longer bodies: at once (413) when the length is announced, else in whichever reader meets the byte too many, also one that
 * asked for more. It lowers caps and never raises them.
 * @remarks What reads `c.request.stream()` by itself is only bound by the announced length; `requireLength` closes that gap.
 * @throws CodedError `APP_BAD_GUARD` when made with a size that is none.
 * @example
 * ```ts
 * app.group("/api", (api) => { api.use(bodyLimit({ maxBytes: 16_384 })); ... });
 * ```
 * @public
 */
export function bodyLimit(options: BodyLimitOptions): Middleware {
  const { requireLength = false } = options;
  const maxBytes = checkCount("maxBytes", options.maxBytes);
  return (c, next) => {
    const { headers } = c.request;
    const length = headerText(headers["content-length"]);
    if (length !== undefined && !/^\d{1,15}$/.test(length))
      return refusal(400, "The length of the body is not a number.");
    if (length !== undefined && Number(length) > maxBytes) return refusal(413, "The body is too large.");
    if (requireLength && length === undefined && headers["transfer-encoding"] !== undefined) {
      return refusal(411, "The length of the body has to be announced.");
    }
    c.limitBody(maxBytes);
    return next();
  };
}

/**
 * Options of `headerLimit`.
 * @public
 */
export interface HeaderLimitOptions {
  /** Of all names and values together, in characters. @defaultValue 8192 */
  readonly maxBytes?: number;
  /** How many fields. @defaultValue 64 */
  readonly maxCount?: number;
  /** Of path and query, in characters. @defaultValue 8192 */
  readonly maxUrlLength?: number;
}

/**
 * Refuses requests with more or longer headers (431) or a longer address (414) than your pages ever send. The host's parser has its own,
 * wider caps (Node: 16 KiB in all); this one keeps what is kept per request small.
 * @remarks Time: O(headers). Repeated fields count once where the host has joined them.
 * @throws CodedError `APP_BAD_GUARD` when made with a size that is none.
 * @example
 * ```ts
 * app.use(headerLimit());
 * ```
 * @public
 */
export function headerLimit(options: HeaderLimitOptions = {}): Middleware {
  const maxBytes = checkCount("maxBytes", options.maxBytes ?? 8192);
  const maxCount = checkCount("maxCount", options.maxCount ?? 64);
  const maxUrlLength = checkCount("maxUrlLength", options.maxUrlLength ?? 8192);
  return (c, next) => {
    if (c.url.length > maxUrlLength) return refusal(414, "The address is too long.");
    let length = 0;
    let count = 0;
    const { headers } = c.request;
    for (const name in headers) {
      const value = headers[name];
      if (value === undefined) continue;
      count += typeof value === "string" ? 1 : value.length;
      length += name.length;
      if (typeof value === "string") length += value.length;
      else for (const one of value) length += one.length;
    }
    if (count > maxCount || length > maxBytes) return refusal(431, "The request's headers are too large.");
    return next();
  };
}

/** @throws CodedError `APP_BAD_GUARD` */
export function checkCount(name: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new CodedError("APP_BAD_GUARD", `${name} is ${value}, not a whole number from ${least}`, { value });
}
