import type { Context, Platform } from "../app/index.ts";
import { createBind } from "./bind.ts";
import type { SessionLimits } from "./instructions.ts";
import type { LiveRouteOptions } from "./route-options.ts";
import { createSession, type Session } from "./session.ts";
import { createTokens, fromText, type Tokens, toText } from "./token.ts";
import type { View } from "./view.ts";

const COOKIE = "bus-live";

const defaults: SessionLimits = {
  windowFrames: 8,
  windowBytes: 65_536,
  stallMs: 30_000,
  holdMs: 30_000,
  detachedMs: 60_000,
  idleMs: 75_000,
  framesPerSecond: 50,
  frameBurst: 200,
  waitingEvents: 128,
};

/** The sessions of one route. */
export interface SessionStore {
  readonly limits: SessionLimits;
  readonly all: ReadonlyMap<string, Session>;
  tokens(platform: Platform): Tokens;
  /** Makes a session, not mounted. */
  add(id: string, url: string, params: unknown, platform: Platform): Session;
  /** Counts a rendered session among those that wait; the oldest beyond the cap goes. */
  hold(session: Session): void;
  /** A session was joined: it waits no longer. */
  unhold(id: string): void;
  /** The rendered session of a visitor without JavaScript, if this request names one. */
  ofCookie(c: Context, url: string): Session | undefined;
  setCookie(c: Context, session: Session, maxAgeMs: number): void;
  isClosed(): boolean;
  /** Ends every session and lets none join. */
  close(): void;
}

export function createStore(view: View, options: LiveRouteOptions): SessionStore {
  const { development = false, maxHeld = 1000, tokenMs = 86_400_000, secret, onReport } = options;
  const limits: SessionLimits = { ...defaults, ...options };
  const names = view.handlers.map((handler) => handler.name);
  const all = new Map<string, Session>();
  const held = new Set<string>(); // oldest first
  let tokens: Tokens | undefined;
  let isClosed = false;
  const store: SessionStore = {
    limits,
    all,
    tokens: (platform) => (tokens ??= createTokens(platform, secret, tokenMs)),
    add(id, url, params, platform) {
      const session = createSession({
        ...{ view, params, platform, limits, development, info: { id, url }, bind: createBind(names, url) },
        report(code, error) {
          try {
            if (onReport !== undefined) onReport(code, error, url);
            else if (error !== undefined) platform.report?.(error);
          } catch (failure) {
            platform.report?.(failure); // a broken logger must not keep a session from ending
          }
        },
        ended() {
          held.delete(id);
          // A newer session may have taken the id over.
          if (all.get(id) === session) all.delete(id);
        },
      });
      all.set(id, session);
      return session;
    },
    hold(session) {
      const { id } = session;
      if (all.get(id) !== session) return;
      held.delete(id);
      held.add(id);
      for (const oldest of held) {
        if (held.size <= maxHeld) break;
        held.delete(oldest);
        all.get(oldest)?.dispatch({ kind: "close" });
      }
    },
    unhold: (id) => void held.delete(id),
    ofCookie(c, url) {
      const text = c.cookies[COOKIE];
      const id = text === undefined ? undefined : store.tokens(c.platform).read(fromText(text), url);
      const session = id === undefined ? undefined : all.get(id);
      return session?.kind === "rendered" ? session : undefined;
    },
    setCookie(c, { id, url }, maxAgeMs) {
      const path = url.split("?")[0]?.replaceAll(";", "%3B"); // else the address could add attributes of its own
      const value = toText(store.tokens(c.platform).issue(id, url));
      const age = Math.ceil(maxAgeMs / 1000);
      c.addHeader("set-cookie", `${COOKIE}=${value}; Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Lax`);
    },
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      for (const session of [...all.values()]) session.dispatch({ kind: "close" });
    },
  };
  return store;
}
