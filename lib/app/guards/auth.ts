import { CodedError } from "../../errors/index.ts";
import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { headerText } from "../headers.ts";
import { isPromise } from "../promise.ts";
import { equalSecrets } from "../signing.ts";
import type { StateKey } from "../state.ts";
import type { MaybePromise, Next, Reply } from "../types.ts";
import { isWebSocket, refusal } from "./around.ts";

/**
 * Options of `requireBearer`.
 * @public
 */
export interface RequireBearerOptions<User> {
  /** Who a token belongs to; `undefined` for nobody. Tokens have at most 4,096 characters. Compare with `equalSecrets`, or look up a hash. */
  readonly verify: (token: string, c: Context) => MaybePromise<User | undefined>;
  /** Where the user goes. */
  readonly key?: StateKey<User>;
  /** Named in `WWW-Authenticate`. @defaultValue "app" */
  readonly realm?: string;
}

/**
 * Asks for `Authorization: Bearer` (401 with `WWW-Authenticate` without).
 * @remarks Sync while `verify` is. Pages cannot give a WebSocket this header.
 * @throws CodedError `APP_BAD_GUARD` when made with a realm that cannot be quoted.
 * @example
 * ```ts
 * app.use(requireBearer({ verify: (token) => users.findByTokenHash(sha256(token)), key: currentUser }));
 * ```
 * @public
 */
export function requireBearer<User>(options: RequireBearerOptions<User>): Middleware {
  const { verify, key } = options;
  const realm = quoted(options.realm);
  return (c, next) => {
    const [scheme, token] = credentialsOf(c);
    if (scheme !== "bearer" || !/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) return unauthorized(`Bearer ${realm}`);
    return admit(c, next, verify(token, c), key, () => unauthorized(`Bearer ${realm}, error="invalid_token"`));
  };
}

/**
 * Options of `requireBasic`.
 * @public
 */
export interface RequireBasicOptions<User> {
  /** Who this is; `undefined` for nobody. Compare passwords by their slow hash, or with `equalSecrets`. */
  readonly verify: (name: string, password: string, c: Context) => MaybePromise<User | undefined>;
  /** Where the user goes. */
  readonly key?: StateKey<User>;
  /** What browsers show. @defaultValue "app" */
  readonly realm?: string;
}

/**
 * Asks for `Authorization: Basic`, in UTF-8 (401 with `WWW-Authenticate` without). For tools and staging sites; browsers keep the password
 * and send it along, so put `sameSite` in front.
 * @remarks Sync while `verify` is. Names and passwords together have at most 3,071 bytes.
 * @throws CodedError `APP_BAD_GUARD` when made with a realm that cannot be quoted.
 * @example
 * ```ts
 * app.use(requireBasic({ verify: knownUsers({ ann: process.env.ANN_PASSWORD }) }));
 * ```
 * @public
 */
export function requireBasic<User>(options: RequireBasicOptions<User>): Middleware {
  const { verify, key } = options;
  const challenge = `Basic ${quoted(options.realm)}, charset="UTF-8"`;
  return (c, next) => {
    const [scheme, token] = credentialsOf(c);
    const pair = scheme === "basic" ? decodePair(token) : undefined;
    if (pair === undefined) return unauthorized(challenge);
    return admit(c, next, verify(pair[0], pair[1], c), key, () => unauthorized(challenge));
  };
}

/**
 * A `verify` for `requireBasic` over a fixed list of names and passwords. Takes the same time for every name and password; gives the name.
 * @throws CodedError `APP_BAD_GUARD` when a password is missing or empty.
 * @public
 */
export function knownUsers(
  users: Readonly<Record<string, string | undefined>>,
): (name: string, password: string, c: Pick<Context, "platform">) => string | undefined {
  const known = new Map<string, string>();
  for (const [name, password] of Object.entries(users)) {
    if (password === undefined || password === "") throw new CodedError("APP_BAD_GUARD", `"${name}" has no password`);
    known.set(name, password);
  }
  return (name, password, c) => {
    const expected = known.get(name);
    const equal = equalSecrets(c.platform, password, expected ?? "");
    return equal && expected !== undefined ? name : undefined;
  };
}

/**
 * Options of `requireUser`.
 * @public
 */
export interface RequireUserOptions<User> {
  /** Who is logged in, such as `(c) => c.get(sessionKey).get("user")`; `undefined` for nobody. */
  readonly find: (c: Context) => MaybePromise<User | undefined>;
  /** Where the user goes. */
  readonly key?: StateKey<User>;
  /** Whether this user may go on; 403 if not. @defaultValue everyone may */
  readonly may?: (user: User, c: Context) => MaybePromise<boolean>;
  /** Sends browsers that want a page here, with the path they wanted as `next` in the query. A path of this origin. @defaultValue 401 for all */
  readonly loginPath?: string;
}

/**
 * Asks for a user who is logged in: 401 without, or the login page for browsers that navigate; 403 for one who may not go on.
 * @remarks Sync while `find` is. `next` is the path below the origin that was asked for (`c.base` in front), at most 2,048 characters; give it
 * to `c.redirect`, which refuses what leaves the origin. Sockets and requests other than GET and HEAD are never redirected.
 * @throws CodedError `APP_FOREIGN_REDIRECT` on a request when `loginPath` leaves the origin.
 * @example
 * ```ts
 * app.use(requireUser({ find: (c) => c.get(sessionKey).get("user"), key: currentUser, loginPath: "/login" }));
 * ```
 * @public
 */
export function requireUser<User>(options: RequireUserOptions<User>): Middleware {
  const { find, key, may, loginPath } = options;
  return (c, next) => {
    const refuse = (): Reply =>
      loginPath !== undefined && isNavigation(c) ? login(c, loginPath) : unauthorized(`Session ${quoted(undefined)}`);
    const judge = (user: User | undefined): MaybePromise<Reply> => {
      if (isNobody(user) || may === undefined) return admit(c, next, user, key, refuse);
      const allowed = may(user, c);
      const decide = (yes: boolean): MaybePromise<Reply> =>
        yes === true ? admit(c, next, user, key, refuse) : refusal(403, "You may not do this.");
      return isPromise(allowed) ? allowed.then(decide) : decide(allowed);
    };
    const user = find(c);
    return isPromise(user) ? user.then(judge) : judge(user);
  };
}

/** `null` and `false` count as nobody too: stores give them. */
function isNobody(user: unknown): user is undefined | null | false {
  return user === undefined || user === null || user === false;
}

/** Lets a user in, and nobody out. */
function admit<User>(
  c: Context,
  next: Next,
  user: MaybePromise<User | undefined>,
  key: StateKey<User> | undefined,
  refuse: () => Reply,
): MaybePromise<Reply> {
  if (isPromise(user)) return user.then((settled) => admit(c, next, settled, key, refuse));
  if (isNobody(user)) return refuse();
  if (key !== undefined) c.set(key, user);
  return next();
}

function login(c: Context, loginPath: string): Reply {
  const wanted = c.base + c.url;
  // `//host` is a way off this origin, which a redirect after the login would refuse.
  const isPath = wanted.length <= MAX_NEXT && !/^\/[/\\]/.test(wanted);
  const query = isPath ? `${loginPath.includes("?") ? "&" : "?"}next=${encodeURIComponent(wanted)}` : "";
  return c.redirect(loginPath + query, { headers: { "cache-control": "no-store" } });
}

const MAX_NEXT = 2048;
const MAX_CREDENTIALS = 4096;

/** Only a navigation shows a login page; to a script it would look like the answer it asked for. */
function isNavigation(c: Context): boolean {
  const { headers } = c.request;
  if ((c.method !== "GET" && c.method !== "HEAD") || isWebSocket(headerText(headers["upgrade"]))) return false;
  const mode = headerText(headers["sec-fetch-mode"]);
  if (mode !== undefined) return mode === "navigate";
  return /(?:^|,)[ ]?text\/html(?:[;,\s]|$)/i.test(headerText(headers["accept"]) ?? "");
}

function unauthorized(challenge: string): Reply {
  return refusal(401, "This needs a login.", [["www-authenticate", challenge]]);
}

function credentialsOf(c: Context): readonly [scheme: string, token: string] {
  const text = headerText(c.request.headers["authorization"]) ?? "";
  const at = text.indexOf(" ");
  if (at < 0 || text.length > MAX_CREDENTIALS + 8) return ["", ""];
  const token = text.slice(at + 1).trim();
  return token.length > MAX_CREDENTIALS ? ["", ""] : [text.slice(0, at).toLowerCase(), token];
}

/** Name and password; `undefined` for what is not base64 of UTF-8 with a colon and without control characters. */
function decodePair(token: string): readonly [name: string, password: string] | undefined {
  try {
    const bytes = Uint8Array.from(atob(token), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const at = text.indexOf(":");
    return at < 0 || /\p{Cc}/u.test(text) ? undefined : [text.slice(0, at), text.slice(at + 1)];
  } catch {
    return undefined;
  }
}

function quoted(realm = "app"): string {
  if (!/^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,256}$/.test(realm))
    throw new CodedError("APP_BAD_GUARD", "a realm cannot be quoted");
  return `realm="${realm}"`;
}
