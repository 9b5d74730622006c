import type { MaybePromise } from "../types.ts";
import { checkCount } from "./limits.ts";

/**
 * Keeps texts under ids for a time: the seam for sessions that several processes share. Times are in milliseconds since 1970.
 * @public
 */
export interface SessionStore {
  /** The text under an id, kept until `expiresAt` from now on; `undefined` when there is none or its time is over. */
  load(id: string, now: number, expiresAt: number): MaybePromise<string | undefined>;
  /** Keeps a new text until `expiresAt`. */
  create(id: string, text: string, now: number, expiresAt: number): MaybePromise<void>;
  /** Replaces a text that is there. Must do nothing when it is not: a slow request would bring a session back that a logout has ended. */
  update(id: string, text: string, now: number, expiresAt: number): MaybePromise<void>;
  /** Forgets a text. Says whether there was one, to one caller only when two ask at once. */
  remove(id: string): MaybePromise<boolean>;
}

/**
 * Options of `createMemorySessionStore`.
 * @public
 */
export interface MemorySessionStoreOptions {
  /** Sessions kept; beyond it those whose time is over go, then the one unused for longest. @defaultValue 10_000 */
  readonly maxSessions?: number;
}

/**
 * Sessions in this process, gone when it ends: for development and single processes.
 * @remarks Time: O(1) amortised. Memory: at most `maxSessions` times `maxBytes` of `sessions()`. Strangers who can begin sessions can push out
 * those of others by beginning many: begin them at login only, or use a store with room.
 * @throws CodedError `APP_BAD_GUARD` when made with a number that is none.
 * @public
 */
export function createMemorySessionStore(options: MemorySessionStoreOptions = {}): SessionStore {
  const maxSessions = checkCount("maxSessions", options.maxSessions ?? 10_000);
  const kept = new Map<string, { readonly text: string; readonly expiresAt: number }>(); // the longest unused first
  const put = (id: string, text: string, expiresAt: number): void => {
    kept.delete(id);
    kept.set(id, { text, expiresAt });
  };
  return {
    load(id, now, expiresAt) {
      const entry = kept.get(id);
      kept.delete(id);
      if (entry === undefined || entry.expiresAt <= now) return undefined;
      kept.set(id, { text: entry.text, expiresAt });
      return entry.text;
    },
    create(id, text, now, expiresAt) {
      sweep(kept, now);
      if (kept.size >= maxSessions) kept.delete(kept.keys().next().value ?? "");
      put(id, text, expiresAt);
    },
    update(id, text, now, expiresAt) {
      const entry = kept.get(id);
      if (entry !== undefined && now < entry.expiresAt) put(id, text, expiresAt);
    },
    remove: (id) => kept.delete(id),
  };
}

/** A few of the oldest per new one keeps up with any number, and never stops the process for long. */
function sweep(kept: Map<string, { readonly expiresAt: number }>, now: number): void {
  let looked = 0;
  for (const [id, { expiresAt }] of kept) {
    if (++looked > 8) return;
    if (expiresAt <= now) kept.delete(id);
  }
}
