import { CodedError } from "../../errors/index.ts";

/**
 * What a client's session holds, for one request.
 * @public
 */
export interface Session<Data extends object = Record<string, unknown>> {
  /** The id in the client's cookie, from the first `set` on; `undefined` where nothing is stored. A secret: whoever has it with its signature is the client. */
  readonly id: string | undefined;
  /** A value, as JSON gives it back. An object that came from here is saved only when it is `set` again. */
  get<Key extends keyof Data & string>(key: Key): Data[Key] | undefined;
  /** Keeps a value that JSON can hold; `undefined` forgets it. The first one begins the session. @throws CodedError `APP_SESSION_OVER`. */
  set<Key extends keyof Data & string>(key: Key, value: Data[Key]): void;
  /** Forgets a value. @throws CodedError `APP_SESSION_OVER`. */
  delete(key: keyof Data & string): void;
  /** Gives the session a new id; the old one is void. Call it at login and wherever rights change. @throws CodedError `APP_SESSION_OVER`. */
  rotate(): void;
  /** Ends the session, here and in the store. What is set afterwards begins a new one. @throws CodedError `APP_SESSION_OVER`. */
  destroy(): void;
}

/** What is written down of a session. */
export interface SessionRecord {
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  readonly data: ReadonlyMap<string, unknown>;
}

/** A session with what the guard has to know of it. */
export interface LiveSession extends Session {
  readonly stored: { readonly id: string; readonly record: SessionRecord } | undefined;
  readonly changed: boolean;
  /** The client has been given a newer id than the one it came by: what is set here is not kept, unless `rotate` or `destroy` is called first. */
  readonly superseded: boolean;
  /** What is stored under the old id must go: all of it, or to a new id. */
  readonly ended: "destroyed" | "rotated" | undefined;
  readonly data: ReadonlyMap<string, unknown>;
  /** From now on it cannot be changed. */
  close(id: string | undefined): void;
}

export function createSession(
  stored: LiveSession["stored"],
  newId: () => string,
  superseded: boolean = false,
): LiveSession {
  const data = new Map(stored?.record.data);
  let changed = false;
  let ended: LiveSession["ended"];
  let closed = false;
  let id = stored?.id;
  const change = (): void => {
    if (closed) throw new CodedError("APP_SESSION_OVER", "the session was saved already");
    changed = true;
  };
  return {
    stored,
    superseded,
    data,
    get id() {
      return id;
    },
    get changed() {
      return changed;
    },
    get ended() {
      return ended;
    },
    get: (key) => data.get(key),
    set(key, value) {
      change();
      id ??= newId();
      if (value === undefined) data.delete(key);
      else data.set(key, value);
    },
    delete(key) {
      change();
      data.delete(key);
    },
    rotate() {
      change();
      ended ??= "rotated";
      if (id !== undefined) id = newId();
    },
    destroy() {
      change();
      ended = "destroyed";
      id = undefined;
      data.clear();
    },
    close(newId) {
      closed = true;
      id = newId;
    },
  };
}

/** @throws CodedError `APP_SESSION_TOO_LARGE` */
export function encodeRecord(record: SessionRecord, maxBytes: number): string {
  const text = JSON.stringify([record.createdAt, [...record.data]]);
  const { length } = new TextEncoder().encode(text);
  if (length <= maxBytes) return text;
  throw new CodedError("APP_SESSION_TOO_LARGE", `a session of ${length} bytes, at most ${maxBytes}`, { value: length });
}

/** The note of an id that a newer one has taken the place of, for as long as requests may be on their way with it. */
export function encodeSuperseded(until: number): string {
  return `superseded until ${until}`;
}

export function isSuperseded(note: string | undefined, now: number): boolean {
  const until = /^superseded until (\d+)$/.exec(note ?? "")?.[1];
  return until !== undefined && now < Number(until);
}

/** What a store gave back; `undefined` when it is not ours. */
export function decodeRecord(text: string): SessionRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [createdAt, pairs]: readonly unknown[] = value;
  if (typeof createdAt !== "number" || !Array.isArray(pairs)) return undefined;
  const data = new Map<string, unknown>();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || typeof pair[0] !== "string") return undefined;
    data.set(pair[0], pair[1]);
  }
  return { createdAt, data };
}
