import { CodedError } from "../../errors/index.ts";
import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { isPromise } from "../promise.ts";
import { toBase64Url } from "../signing.ts";
import type { Platform, Reply } from "../types.ts";
import { addressKey } from "./address-key.ts";
import { refusal } from "./around.ts";
import type { LimitDecision, Limiter } from "./limiter.ts";
import { checkCount } from "./limits.ts";
import { createMemoryLimiter } from "./memory-limiter.ts";

/**
 * Options of `rateLimit`.
 * @public
 */
export interface RateLimitOptions {
  /** How much a key may spend within any stretch of `windowMs`. */
  readonly limit: number;
  /** In milliseconds. */
  readonly windowMs: number;
  /** Whose quota a request spends; `undefined` lets it pass uncounted. @defaultValue the client's address, of IPv6 the first 64 bits */
  readonly key?: (c: Context) => string | undefined;
  /** How much a request spends, a whole number from 1. @defaultValue 1 */
  readonly cost?: (c: Context) => number;
  /** Counts in place of this process's memory. @defaultValue `createMemoryLimiter` with this limit and window */
  readonly limiter?: Limiter;
  /** Names the policy in the headers; letters, digits, `-` and `_`. @defaultValue "default" */
  readonly name?: string;
}

/**
 * Answers 429 with `Retry-After` to keys that ask too often, and tells every client where it stands by `RateLimit` and `RateLimit-Policy`
 * (draft-ietf-httpapi-ratelimit-headers-10).
 * @remarks Requests whose host does not say the client's address share one quota. Sync with a sync limiter. What a limiter throws goes to the
 * app's error handlers: wrap it to let requests pass instead. Needs a platform.
 * @throws CodedError `APP_BAD_GUARD` when made with a number or name that is none.
 * @example
 * ```ts
 * app.use(rateLimit({ limit: 100, windowMs: 60_000 }));
 * ```
 * @public
 */
export function rateLimit(options: RateLimitOptions): Middleware {
  const { limit, windowMs, name = "default", cost } = options;
  const limiter = options.limiter ?? createMemoryLimiter({ limit, windowMs });
  const key = options.key ?? ((c: Context) => addressKey(c.address));
  const windowSeconds = Math.ceil(checkCount("windowMs", windowMs) / 1000);
  if (!/^[\w-]{1,64}$/.test(name))
    throw new CodedError("APP_BAD_GUARD", "the name of a rate limit is not a plain word");
  const policy = `"${name}";q=${checkCount("limit", limit)};w=${windowSeconds}`;

  const judge = (c: Context, decision: LimitDecision): Reply | undefined => {
    const seconds = Math.max(1, Math.ceil(decision.resetMs / 1000));
    c.addHeader("ratelimit-policy", policy);
    c.addHeader("ratelimit", `"${name}";r=${Math.max(0, Math.floor(decision.remaining))};t=${seconds}`);
    if (decision.allowed) return undefined;
    return refusal(429, "Too many requests. Try again later.", [["retry-after", String(seconds)]]);
  };

  return (c, next) => {
    const whose = key(c);
    if (whose === undefined) return next();
    const spent = cost === undefined ? 1 : checkCount("cost", cost(c));
    const decision = limiter.take(shortKey(c.platform, whose), spent, c.platform.now());
    if (isPromise(decision)) return decision.then((settled) => judge(c, settled) ?? next());
    return judge(c, decision) ?? next();
  };
}

const MAX_KEY_LENGTH = 256;

/** A key made of what a stranger sent may be of any length: what limiters remember is not. */
function shortKey(platform: Platform, key: string): string {
  if (key.length <= MAX_KEY_LENGTH) return key;
  const bytes = new TextEncoder();
  return toBase64Url(platform.hmac(bytes.encode("busbar rate limit key"), bytes.encode(key)));
}
