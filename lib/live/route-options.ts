import type { Context } from "../app/index.ts";
import type { ErrorCode } from "../errors/index.ts";
import type { Html } from "../html/index.ts";
import type { SessionLimits } from "./instructions.ts";

/** Options of {@link liveRoute}. @public */
export interface LiveRouteOptions extends Partial<SessionLimits> {
  /** Puts the view into a page: add the client script here. @defaultValue a bare document without script */
  readonly layout?: (content: Html, c: Context) => Html;
  /**
   * Signs session tokens. Give one that outlives the process, at least 32 random bytes, so that open pages survive a restart:
   * they mount again. @defaultValue random, for this process
   */
  readonly secret?: Uint8Array;
  /** How long a page may still join or rejoin after it was loaded. @defaultValue 86_400_000 */
  readonly tokenMs?: number;
  /** Names the deployed version: pages of another one are sent anew instead of patched. @defaultValue "" */
  readonly build?: string;
  /** Pages that were rendered and not joined, kept; beyond it the oldest go and mount again when joined. @defaultValue 1000 */
  readonly maxHeld?: number;
  /** How long the state of a visitor without JavaScript is kept after each request. @defaultValue 600_000 */
  readonly postedMs?: number;
  /** How long a socket may stay silent before its HELLO. @defaultValue 10_000 */
  readonly helloMs?: number;
  /**
   * After each render makes all rows of collections once more, and reports `PATCH_STALE_ROW` when one shows what is not in its item.
   * @defaultValue false
   */
  readonly development?: boolean;
  /** Hears what went wrong in a session; without it, errors go to the platform's `report`. */
  readonly onReport?: (code: ErrorCode, error: unknown, url: string) => void;
}
