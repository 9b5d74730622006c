import { CodedError } from "../../errors/index.ts";
import type { Middleware } from "../handler-types.ts";
import { headerText } from "../headers.ts";
import { toBase64Url } from "../signing.ts";
import { type StateKey, stateKey } from "../state.ts";

/**
 * Where `requestId` puts the id.
 * @public
 */
export const requestIdKey: StateKey<string> = /* @__PURE__ */ stateKey("request id");

/**
 * Options of `requestId`.
 * @public
 */
export interface RequestIdOptions {
  /** The header that carries the id, both ways. @defaultValue "x-request-id" */
  readonly header?: string;
  /** Take the id that came, if it has 1 to 64 letters, digits, `-`, `_` or `.`. Only behind a proxy that sets it. @defaultValue false */
  readonly trustIncoming?: boolean;
}

/**
 * Gives each request an id of 128 random bits, in `c.get(requestIdKey)` and on its reply.
 * @remarks Needs a platform. Sync.
 * @throws CodedError `APP_BAD_GUARD` when made with a header name that is none.
 * @example
 * ```ts
 * app.use(requestId());
 * app.onError((error, c) => { log(c.get(requestIdKey), error); return undefined; });
 * ```
 * @public
 */
export function requestId(options: RequestIdOptions = {}): Middleware {
  const { header = "x-request-id", trustIncoming = false } = options;
  if (!/^[a-z0-9-]+$/i.test(header)) throw new CodedError("APP_BAD_GUARD", `"${header}" is not the name of a header`);
  const name = header.toLowerCase();
  return (c, next) => {
    const sent = trustIncoming ? headerText(c.request.headers[name]) : undefined;
    const id = sent !== undefined && /^[\w.-]{1,64}$/.test(sent) ? sent : toBase64Url(c.platform.random(16));
    c.set(requestIdKey, id);
    c.addHeader(name, id);
    return next();
  };
}
