import type { Context } from "../context-types.ts";
import { firstOf } from "../fields.ts";
import type { Middleware } from "../handler-types.ts";
import { headerText } from "../headers.ts";
import { isPromise } from "../promise.ts";
import { toBase64Url } from "../signing.ts";
import { type StateKey, stateKey } from "../state.ts";
import type { MaybePromise } from "../types.ts";
import { isSafe, refusal } from "./around.ts";

/**
 * Options of `csrfToken`.
 * @public
 */
export interface CsrfTokenOptions {
  /**
   * What a token is bound to, such as the id of a session: it fits no other. While it gives `undefined`, the cookie is used.
   * @defaultValue a random, signed cookie of this browser
   */
  readonly binding?: (c: Context) => string | undefined;
  /** The cookie's name. @defaultValue "csrf" */
  readonly cookie?: string;
  /** The request header that carries a token. @defaultValue "x-csrf-token" */
  readonly header?: string;
  /** The field of an urlencoded form that carries it. @defaultValue "_csrf" */
  readonly field?: string;
}

/** Makes the token of one request. */
type TokenMaker = () => string;

const makerKey: StateKey<TokenMaker> = /* @__PURE__ */ stateKey("csrf token, of the guard csrfToken()");
const PURPOSE = "busbar csrf";
const TOKEN = /^([\w-]{24})\.([\w-]{43})$/;

/**
 * Asks unsafe requests for a token of this browser (403 without): a signed double submit, for browsers too old for `sameSite`, which
 * belongs in front of it all the same. The token comes in a header or in an urlencoded form; other bodies need the header.
 * WebSocket upgrades pass, since pages cannot give them headers: `sameSite` guards those.
 * @remarks Needs `createApp({ cookieSecrets, platform })`.
 * @example
 * ```ts
 * app.use(csrfToken());
 * app.get("/form", (c) => html`<form method="post"><input type="hidden" name="_csrf" value=${csrfTokenOf(c)}></form>`);
 * ```
 * @public
 */
export function csrfToken(options: CsrfTokenOptions = {}): Middleware {
  const { cookie = "csrf", header = "x-csrf-token", field = "_csrf", binding } = options;
  const headerName = header.toLowerCase();

  return (c, next) => {
    // The strict name alone: with a cookie that a sibling host tossed would come tokens that host can fetch itself.
    let seed = binding?.(c) ?? (c.request.headers["cookie"] === undefined ? undefined : c.signedCookie(cookie));
    c.set(makerKey, () => {
      // A login may have begun a session since this request came in: the token is for the requests that follow.
      seed = binding?.(c) ?? seed ?? plant(c, cookie);
      const nonce = toBase64Url(c.platform.random(18));
      return `${nonce}.${c.sign(PURPOSE, nonce + seed)}`;
    });
    if (isSafe(c.method, undefined)) return next();
    const judge = (token: string | undefined): ReturnType<Middleware> => {
      const fits = seed !== undefined && isToken(c, seed, token);
      return fits ? next() : refusal(403, "The form is too old or comes from elsewhere. Load its page again.");
    };
    const token = tokenIn(c, headerName, field);
    return isPromise(token) ? token.then(judge) : judge(token);
  };
}

/**
 * A token for the page being made; each call gives another, all of them fit. Call it in the handler, not in a stream that runs after
 * it: the first one may set a cookie.
 * @throws CodedError `APP_MISSING_STATE` outside of `csrfToken`.
 * @public
 */
export function csrfTokenOf(c: Pick<Context, "get">): string {
  return c.get(makerKey)();
}

function isToken(c: Context, seed: string, token: string | undefined): boolean {
  const [, nonce, signature] = TOKEN.exec(token ?? "") ?? [];
  return nonce !== undefined && signature !== undefined && c.isSigned(PURPOSE, nonce + seed, signature);
}

function tokenIn(c: Context, header: string, field: string): MaybePromise<string | undefined> {
  const sent = headerText(c.request.headers[header]);
  if (sent !== undefined) return sent;
  const type = headerText(c.request.headers["content-type"]) ?? "";
  if (!/^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(type)) return undefined;
  return c.peekForm().then((fields) => firstOf(fields[field]));
}

function plant(c: Context, name: string): string {
  const value = toBase64Url(c.platform.random(24));
  c.setCookie(name, value, { signed: true });
  return value;
}
