import type { Context } from "../context-types.ts";
import type { CookieOptions } from "../cookie-types.ts";
import type { Middleware } from "../handler-types.ts";
import { isPromise } from "../promise.ts";
import { toBase64Url } from "../signing.ts";
import { type StateKey, stateKey } from "../state.ts";
import type { MaybePromise, Reply } from "../types.ts";
import { around } from "./around.ts";
import { checkCount } from "./limits.ts";
import {
  createSession,
  decodeRecord,
  encodeRecord,
  encodeSuperseded,
  isSuperseded,
  type LiveSession,
  type Session,
} from "./session.ts";
import { createMemorySessionStore, type SessionStore } from "./session-store.ts";

/**
 * Where `sessions` puts the session, unless told otherwise.
 * @public
 */
export const sessionKey: StateKey<Session> = /* @__PURE__ */ stateKey("session");

/**
 * Options of `sessions`.
 * @public
 */
export interface SessionsOptions<Data extends object = Record<string, unknown>> {
  /** Where sessions are kept. @defaultValue `createMemorySessionStore()` */
  readonly store?: SessionStore;
  /** A key with the type of your data. @defaultValue sessionKey */
  readonly key?: StateKey<Session<Data>>;
  /** Over after so long without a request. In milliseconds. @defaultValue 7_200_000 */
  readonly idleMs?: number;
  /** Over so long after it began, whatever happens; `destroy` and a `set` after it begin anew, `rotate` does not. In milliseconds. @defaultValue 86_400_000 */
  readonly maxAgeMs?: number;
  /** Of the data as JSON, in bytes. @defaultValue 16_384 */
  readonly maxBytes?: number;
  /** The cookie's bare name. @defaultValue "session" */
  readonly cookie?: string;
  /** The cookie outlives the browser's windows, for `maxAgeMs`. @defaultValue false */
  readonly persistent?: boolean;
  /** Where else the cookie goes; signed and `HttpOnly` it always is. @defaultValue `__Host-`, `SameSite=Lax` */
  readonly cookieOptions?: Pick<CookieOptions, "domain" | "path" | "prefix" | "sameSite" | "partitioned">;
}

/**
 * Sessions: data on the server, a signed id of 192 random bits in a cookie. Nothing is stored or sent before the first `set`; an id that
 * the store does not know is never taken over. The session is loaded before the handler and saved with its reply, also when the handler throws.
 * @remarks Saved whole, and only when changed: of two requests at once that change one session the later wins, key by key nothing is merged.
 * A request that outlives a logout cannot bring the session back; one that comes with the id from before a `rotate`, for a minute after it, begins
 * no session in place of the new one. Needs `createApp({ cookieSecrets, platform })`. Sync with a sync store.
 * A socket's middleware may read a session and end it, not begin one or change its id, for want of a reply to carry the cookie.
 * @throws CodedError `APP_BAD_GUARD` when made with a number that is none; on a request `APP_SESSION_TOO_LARGE`, `APP_NO_COOKIE_SECRET`.
 * @example
 * ```ts
 * app.use(sessions());
 * app.post("/login", async (c) => {
 *   const session = c.get(sessionKey);
 *   session.rotate();
 *   session.set("user", await check(await c.readForm()));
 *   return c.redirect("/");
 * });
 * ```
 * @public
 */
export function sessions<Data extends object = Record<string, unknown>>(
  options: SessionsOptions<Data> = {},
): Middleware {
  const { store = createMemorySessionStore(), cookie = "session", cookieOptions = {}, persistent = false } = options;
  // cast: the data is what JSON gives back; its type is the caller's promise, as everywhere with stored data
  const key = (options.key ?? sessionKey) as StateKey<Session>;
  const limits = {
    idleMs: checkCount("idleMs", options.idleMs ?? 7_200_000),
    maxAgeMs: checkCount("maxAgeMs", options.maxAgeMs ?? 86_400_000),
    maxBytes: checkCount("maxBytes", options.maxBytes ?? 16_384),
  };
  const site: Site = { store, cookie, cookieOptions, persistent, ...limits };
  return (c, next) => {
    const run = (session: LiveSession): MaybePromise<Reply> => {
      c.set(key, session);
      return around(
        next,
        (reply) => {
          const saved = save(site, c, session, reply.status === 101);
          return isPromise(saved) ? saved.then(() => reply) : reply;
        },
        () => save(site, c, session, false),
      );
    };
    const session = open(site, c);
    return isPromise(session) ? session.then(run) : run(session);
  };
}

interface Site {
  readonly store: SessionStore;
  readonly cookie: string;
  readonly cookieOptions: NonNullable<SessionsOptions["cookieOptions"]>;
  readonly persistent: boolean;
  readonly idleMs: number;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

function open(site: Site, c: Context): MaybePromise<LiveSession> {
  const newId = (): string => toBase64Url(c.platform.random(24));
  const id = c.request.headers["cookie"] === undefined ? undefined : c.signedCookie(site.cookie, site.cookieOptions);
  if (id === undefined) return createSession(undefined, newId);
  const now = c.platform.now();
  const start = (note: string | undefined): LiveSession => createSession(undefined, newId, isSuperseded(note, now));
  const read = (text: string | undefined): MaybePromise<LiveSession> => {
    if (text === undefined) return follow(site.store.load(noteOf(id), now, now + SUPERSEDED_MS), start);
    const record = decodeRecord(text);
    const over = record === undefined || now >= record.createdAt + site.maxAgeMs;
    return createSession(over ? undefined : { id, record }, newId);
  };
  return follow(site.store.load(id, now, now + site.idleMs), read);
}

/** Goes on with a value now or later, as a sync store keeps the request sync. */
function follow<T, U>(value: MaybePromise<T>, then: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(then) : then(value);
}

/** Where it is noted that an id has a newer one in its place. Not under the id itself: what is removed there tells who of two is first. */
function noteOf(id: string): string {
  return `${id}-old`;
}

/** How long a browser may take to learn of its new id. */
const SUPERSEDED_MS = 60_000;

/**
 * Writes down what the request has made of its session.
 * 1. A destroyed one leaves the store, and its cookie goes unless a new one follows.
 * 2. One under a new id moves there: see `move`.
 * 3. A new one is created and its cookie sent; a changed one is updated; all others are left alone.
 * Data that cannot be kept is told of before anything is written or removed, save for an end, which holds whatever was to follow it.
 */
function save(site: Site, c: Context, session: LiveSession, isSocket: boolean): MaybePromise<void> {
  const { stored, changed } = session;
  // A socket has no reply that could carry a cookie: a new id would only lock the client out.
  const ended = isSocket && session.ended === "rotated" ? undefined : session.ended;
  const holds = changed && session.data.size > 0;
  if (stored !== undefined && ended === undefined) {
    session.close(stored.id);
    return changed ? entryOf(site, c, session).put(stored.id, "update") : undefined;
  }
  const isLate = session.superseded && ended === undefined;
  const id = holds && !isSocket && !isLate ? session.id : undefined;
  session.close(id);
  const begin = (): MaybePromise<void> => {
    if (id === undefined) return;
    const entry = entryOf(site, c, session);
    entry.sendCookie(id); // first: where it cannot be signed nothing is written
    return entry.put(id, "create");
  };
  if (stored === undefined) return begin();
  if (ended === "rotated" && id !== undefined) return move(site, c, entryOf(site, c, session), stored.id, id);
  return follow(site.store.remove(stored.id), (wasThere) => {
    if (!wasThere && ended !== "destroyed") return;
    if (id === undefined && !isSocket) c.deleteCookie(site.cookie, site.cookieOptions);
    return begin();
  });
}

/**
 * Gives a session its new id, or leaves all as it was where the store fails.
 * 1. It is kept under the new id, which nobody knows yet.
 * 2. Before the old one goes, a note of that is left for a while: a request that set out with the old id would begin a session of its own, and its
 *    cookie would take the place of the new one.
 * 3. The old one goes. If somebody else has ended it meanwhile, so does the new one; else the client is told of it.
 */
function move(site: Site, c: Context, entry: Entry, old: string, id: string): MaybePromise<void> {
  const { store } = site;
  const settle = (wasThere: boolean): MaybePromise<void> => {
    if (wasThere) return entry.sendCookie(id);
    return follow(store.remove(id), () => {});
  };
  const steps = (): MaybePromise<void> =>
    follow(entry.put(id, "create"), () => follow(supersede(site, c, old), () => follow(store.remove(old), settle)));
  return orUndo(steps, [() => store.remove(id), () => store.remove(noteOf(old))]);
}

/** Undoes what was done when a step fails, as far as the store lets it; what is told is the failure of the step. */
function orUndo(
  steps: () => MaybePromise<void>,
  undoings: readonly (() => MaybePromise<unknown>)[],
): MaybePromise<void> {
  const undo = async (error: unknown): Promise<never> => {
    await Promise.allSettled(undoings.map(async (undoing) => undoing()));
    throw error;
  };
  try {
    const done = steps();
    return isPromise(done) ? done.catch(undo) : done;
  } catch (error) {
    return undo(error);
  }
}

function supersede({ store }: Site, c: Context, id: string): MaybePromise<void> {
  const now = c.platform.now();
  return store.create(noteOf(id), encodeSuperseded(now + SUPERSEDED_MS), now, now + SUPERSEDED_MS);
}

/** What is kept of a session, and what tells its client. */
interface Entry {
  put(id: string, how: "create" | "update"): MaybePromise<void>;
  sendCookie(id: string): void;
}

/** Looks whether the session can be kept. @throws CodedError `APP_SESSION_TOO_LARGE` */
function entryOf(site: Site, c: Context, session: LiveSession): Entry {
  const { store, maxBytes, idleMs, maxAgeMs, persistent, cookie, cookieOptions } = site;
  const now = c.platform.now();
  const kept = session.ended === "destroyed" ? undefined : session.stored;
  const createdAt = kept?.record.createdAt ?? now;
  const text = encodeRecord({ createdAt, data: session.data }, maxBytes);
  const over = createdAt + maxAgeMs;
  return {
    put: (id, how) => store[how](id, text, now, Math.min(over, now + idleMs)),
    sendCookie: (id) => {
      const age = persistent ? { maxAgeSeconds: Math.ceil((over - now) / 1000) } : {};
      c.setCookie(cookie, id, { ...cookieOptions, ...age, signed: true });
    },
  };
}
