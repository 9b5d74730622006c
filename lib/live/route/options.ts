import type { Context } from "../../app/index.ts";
import type { ErrorCode } from "../../errors/index.ts";
import type { Html } from "../../html/index.ts";
import type { Bus } from "../../wire/index.ts";
import type { SessionLimits } from "../machine/instructions.ts";
import type { SnapshotStore } from "../persist/types.ts";
import type { LogSink } from "../session/log.ts";
import type { TelemetryHooks } from "../session/telemetry.ts";
import type { MultipartReader } from "../upload/posted-files.ts";
import type { SessionInfo } from "../view/context-types.ts";
import type { LayoutPage } from "./page.ts";

/** Options of {@link liveRoute}. @public */
export interface LiveRouteOptions extends Partial<SessionLimits> {
  /** Puts the view into a page: add the client script here. @defaultValue a bare document without script */
  readonly layout?: (content: Html, c: Context, page: LayoutPage) => Html;
  /** Reads forms with files of visitors without JavaScript: `readMultipart` of `busbar/multipart`. Without it they are answered with 415. */
  readonly multipart?: MultipartReader;
  /**
   * One state and one page for all visitors of the same address, or of the same key: mounted with the first, drawn and encoded once for each change,
   * ended with the last. Handlers still run for one visitor each; messages, uploads and commands of theirs are theirs alone, and are not for `render` to show.
   * @defaultValue false: a state for each visitor
   */
  readonly shared?: boolean | ((page: { readonly url: string; readonly params: unknown }) => string);
  /**
   * Signs session tokens. Give one that outlives the process, at least 32 random bytes, so that open pages survive a restart:
   * they mount again. @defaultValue random, for this process
   */
  readonly secret?: Uint8Array;
  /**
   * Name of the cookie that says who a visitor is, such as your login's: a token is good for who has the cookie the page was made for, so one that
   * is stolen, or kept beyond a logout, opens nothing. @defaultValue one of its own, `bus-visitor`, which the first page sets and which tells browsers apart
   */
  readonly tokenCookie?: string;
  /**
   * Neither sets nor asks for a cookie: whoever has a page's token, and passes the guards, may join its session.
   * @defaultValue false
   */
  readonly unsafeTokensWithoutCookie?: boolean;
  /** How long a page may still join or rejoin after it was loaded. @defaultValue 86_400_000 */
  readonly tokenMs?: number;
  /** Names the deployed version: pages of another one are sent anew instead of patched. @defaultValue "" */
  readonly build?: string;
  /**
   * Where a page has its templates: in itself, or at an address that never changes, which browsers keep. Take "url" where pages are loaded often and
   * have little else. @defaultValue "inline"
   */
  readonly templates?: "inline" | "url";
  /** Pages that were rendered and not joined, kept; beyond it the oldest go and mount again when joined. @defaultValue 1000 */
  readonly maxHeld?: number;
  /** How long the state of a visitor without JavaScript is kept after each request. @defaultValue 600_000 */
  readonly postedMs?: number;
  /**
   * A session without events and changes for this long sleeps: its page is let go of and its state is packed into some KiB, until something comes for it. Then `mount` runs again and gets
   * its values back; it also runs once before, to see that nothing is lost. 0: never. @defaultValue 120_000
   */
  readonly hibernateMs?: number;
  /**
   * Writes down each session's events and state, so that any process with the same store, `secret` and `namespace` can go on with it: two writes for each event. Needs `secret`.
   * @defaultValue none: a session ends with its process
   */
  readonly store?: SnapshotStore;
  /** How long a stored session outlives its last event. @defaultValue 3_600_000 */
  readonly snapshotMs?: number;
  /**
   * Brings what handlers `publish` to the sessions that `subscribe`, in other processes as well: `redisBus`. Messages travel on it, never patches.
   * @defaultValue one within this route
   */
  readonly bus?: Bus;
  /** Begins the keys in `store` and the topics on `bus`: applications that share one must differ in it, routes too. Printable ASCII, at most 100 characters. @defaultValue "live", for keys with the route's path */
  readonly namespace?: string;
  /** How long a socket may stay silent before its HELLO. @defaultValue 10_000 */
  readonly helloMs?: number;
  /**
   * After each render makes all rows of collections once more, and reports `PATCH_STALE_ROW` when one shows what is not in its item; of
   * components, all, and reports `LIVE_STALE_COMPONENT` when one shows what no signal has told of.
   * @defaultValue false
   */
  readonly development?: boolean;
  /**
   * Where the log of a session goes, if anywhere: what happened to it, all that was typed and shown included, so that
   * `npx busbar live replay` can do it again. Called once for each session.
   * @example
   * ```ts
   * log: ({ id }) => createWriteStream(`logs/${encodeURIComponent(id)}.log`)
   * ```
   */
  readonly log?: (session: SessionInfo) => LogSink | undefined;
  /** Hears how sessions fare: events with their latency, totals at the end. Without it nothing is counted. */
  readonly telemetry?: TelemetryHooks;
  /** Hears what went wrong in a session; without it, errors go to the platform's `report`. */
  readonly onReport?: (code: ErrorCode, error: unknown, url: string) => void;
}
