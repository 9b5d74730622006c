import type { Context, Platform } from "../../app/index.ts";
import { CodedError, type ErrorCode, isCodedError } from "../../errors/index.ts";
import { createMemoryBus } from "../../wire/index.ts";
import { createBind, digestOf } from "../bind.ts";
import type { SessionLimits } from "../machine/instructions.ts";
import { SleepQueue } from "../persist/hibernation.ts";
import { type Found, Records } from "../persist/records.ts";
import { SessionRecord } from "../persist/session-record.ts";
import { WakeQueue } from "../persist/wake-queue.ts";
import { createSession } from "../session/session.ts";
import type { Session } from "../session/types.ts";
import { Rooms } from "../shared/shared.ts";
import { ViewRun, type ViewRunOptions } from "../view/run.ts";
import type { View } from "../view/view.ts";
import type { LiveRouteOptions } from "./options.ts";
import { TemplateSets } from "./template-sets.ts";
import { createTokens, fromText, newId, type Tokens, toText } from "./token.ts";
import { secureOf, visitorOf } from "./visitor.ts";

const COOKIE = "bus-live";
/** Different words about states that cannot be packed. */
const MAX_SAID = 100;

const defaults: SessionLimits = {
  windowFrames: 8,
  windowBytes: 65_536,
  stallMs: 30_000,
  holdMs: 30_000,
  detachedMs: 60_000,
  idleMs: 75_000,
  framesPerSecond: 50,
  frameBurst: 200,
  bytesPerSecond: 4_194_304,
  byteBurst: 16_777_216,
  waitingEvents: 128,
};

/** What the store knows of a session. */
export interface Recalled {
  readonly found?: Found | undefined;
  /** Who holds it, whether or not what that has left is of any use. */
  readonly holder?: string | undefined;
}

/** The sessions of one route. */
export interface SessionStore {
  readonly limits: SessionLimits;
  /** What pages say that they are of. */
  readonly build: string;
  readonly all: ReadonlyMap<string, Session>;
  /** Of its handlers, as pages name them. */
  readonly digest: string;
  /** Which templates pages have. */
  readonly templateSets: TemplateSets;
  /** Tokens for who makes this request. */
  tokens(c: Context): Tokens;
  /** Makes a session, not mounted. @param before - Who is known to have held it, and does no more. */
  add(id: string, url: string, params: unknown, platform: Platform, before?: string): Session;
  /** Counts a rendered session among those that wait; the oldest beyond the cap goes. */
  hold(session: Session): void;
  /** A session was joined: it waits no longer. */
  unhold(id: string): void;
  /**
   * The record of a session that is not here; nothing where there is none. What has been taken over by another process is ended.
   * @throws what the store throws.
   */
  recall(id: string, url: string, platform: Platform): Promise<Recalled>;
  /** Runs what belongs to one session one at a time. */
  inTurn<T>(id: string, f: () => Promise<T>): Promise<T>;
  /** Names the session of a visitor without JavaScript, if this request does. */
  idOfCookie(c: Context, url: string): string | undefined;
  setCookie(c: Context, session: Session, maxAgeMs: number): void;
  isClosed(): boolean;
  /** Ends every session and lets none join. */
  close(): void;
}

export function createStore(view: View, options: LiveRouteOptions, path: string): SessionStore {
  const {
    development = false,
    hibernateMs = 120_000,
    maxHeld = 1000,
    tokenMs = 86_400_000,
    tokenCookie,
    secret,
    shared,
    onReport,
  } = options;
  const limits = limitsOf(options);
  const names = view.handlers.map((handler) => handler.name);
  const digest = digestOf(names);
  const build = options.build === undefined || options.build === "" ? digest : `${options.build} ${digest}`; // where other handlers stand it is another, whatever it is called
  const templateSets = new TemplateSets();
  const rooms = new Rooms();
  const all = new Map<string, Session>();
  const held = new Set<string>(); // oldest first
  let key = secret;
  let sleepQueue: SleepQueue | undefined;
  let wakeQueue: WakeQueue | undefined;
  const unpackable = new Set<string>();
  const bus = options.bus ?? createMemoryBus();
  const turns = new Map<string, Promise<unknown>>();
  let records: Records | undefined;
  if (options.store !== undefined && secret === undefined) {
    throw new CodedError("LIVE_NO_SECRET", `${path} has a store and no secret`, { value: path });
  }
  const recordsOf = (platform: Platform): Records | undefined => {
    const { store: snapshots, namespace = `live${path}`, snapshotMs: ttlMs = 3_600_000 } = options;
    if (snapshots === undefined || secret === undefined) return undefined;
    records ??= new Records({ store: snapshots, platform, secret, namespace: printable(namespace), ttlMs });
    return records;
  };
  const recordOf = (id: string, platform: Platform, before: string | undefined): SessionRecord | undefined => {
    const kept = recordsOf(platform);
    return kept && new SessionRecord(kept, id, before);
  };
  let isClosed = false;
  let latest: { readonly url: string; readonly bind: ReturnType<typeof createBind> } | undefined; // most visitors are at one address
  const store: SessionStore = {
    limits,
    build,
    digest,
    templateSets,
    all,
    tokens(c) {
      key ??= c.platform.random(32);
      return createTokens(c.platform, key, tokenMs, visitorOf(c, options), tokenCookie !== undefined);
    },
    add(id, url, params, platform, before) {
      sleepQueue ??= new SleepQueue(platform);
      wakeQueue ??= new WakeQueue(platform);
      const report = (code: ErrorCode, error?: unknown): void => {
        if (code === "LIVE_UNPACKABLE" && isKnown(unpackable, error)) return;
        try {
          if (onReport !== undefined) onReport(code, error, url);
          else if (error !== undefined) platform.report?.(error);
        } catch (failure) {
          platform.report?.(failure); // a broken logger must not keep a session from ending
        }
      };
      if (latest?.url !== url) latest = { url, bind: createBind(names, url) };
      const { bind } = latest;
      const topicPrefix = `${printable(options.namespace ?? "live")}:`;
      const enter: ViewRunOptions["enter"] = (visit) => {
        const key = typeof shared === "function" ? shared({ url, params: visit.params }) : url;
        return rooms.enter(key, (changed) => {
          const info = { id: newId(platform), url };
          const lead = { ...view, title: undefined }; // each session has its own
          return new ViewRun({
            ...{ view: lead, info, bind, platform, bus, topicPrefix, development, report, changed },
            ...visit,
          });
        });
      };
      const session = createSession({
        // Field by field: an object that begins with a spread gets a shape of its own, which takes 400 bytes (bench: live, "memory").
        view,
        params,
        build,
        platform,
        limits,
        development,
        templateSets,
        log: options.log?.({ id, url }),
        telemetry: options.telemetry,
        hibernateMs,
        sleepQueue,
        wakeQueue,
        info: { id, url },
        bind,
        bus,
        topicPrefix,
        // What is shared is nobody's own to move.
        record: shared === undefined || shared === false ? recordOf(id, platform, before) : undefined,
        enter: shared === undefined || shared === false ? undefined : enter,
        report,
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
    async recall(id, url, platform) {
      const known = all.get(id);
      if (known !== undefined) {
        if (await known.isMine()) return {};
        known.dispatch({ kind: "close" });
        all.delete(id);
      }
      const kept = recordsOf(platform);
      let holder: string | undefined;
      try {
        holder = await kept?.holderOf(id);
        const found = holder === undefined ? undefined : await kept?.find(id);
        return { holder, found: found?.url === url ? found : undefined };
      } catch (error) {
        if (!isCodedError(error) || error.code !== "LIVE_BAD_SNAPSHOT") throw error;
        (onReport ?? ((_, failure) => platform.report?.(failure)))(error.code, error, url);
        return { holder }; // it mounts anew
      }
    },
    inTurn(id, f) {
      if (options.store === undefined) return f();
      const mine = (turns.get(id) ?? Promise.resolve()).then(f);
      const over = mine
        .catch(() => {})
        .then(() => {
          if (turns.get(id) === over) turns.delete(id);
        });
      turns.set(id, over);
      return mine;
    },
    unhold: (id) => void held.delete(id),
    idOfCookie(c, url) {
      const text = c.cookies[COOKIE];
      return text === undefined ? undefined : store.tokens(c).read(fromText(text), url);
    },
    setCookie(c, { id, url }, maxAgeMs) {
      const path = url.split("?")[0]?.replaceAll(";", "%3B"); // else the address could add attributes of its own
      const value = toText(store.tokens(c).issue(id, url));
      const age = Math.ceil(maxAgeMs / 1000);
      c.addHeader(
        "set-cookie",
        `${COOKIE}=${value}; Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Lax${secureOf(c)}`,
      );
    },
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      for (const session of [...all.values()]) session.dispatch({ kind: "close" });
    },
  };
  return store;
}

/** Limits and nothing else: they stand in logs. */
function limitsOf(options: LiveRouteOptions): SessionLimits {
  const names = Object.keys(defaults) as (keyof SessionLimits)[]; // cast: it has no others
  const limits = { ...defaults } as { -readonly [N in keyof SessionLimits]: number }; // cast: all of them are numbers
  for (const name of names) limits[name] = options[name] ?? defaults[name];
  return limits;
}

/** What cannot be packed is said once, not once per session. */
function isKnown(said: Set<string>, error: unknown): boolean {
  const what = error instanceof Error ? error.message : String(error);
  if (said.has(what) || said.size >= MAX_SAID) return true;
  said.add(what);
  return false;
}

/** Keys of stores and topics of buses hold no spaces, and nothing that some engine takes for more than text. */
function printable(namespace: string): string {
  return namespace.replace(/[^!-~]/g, "_").slice(0, 100);
}
