import type { Doc } from "../crdt/index.ts";
import { CodedError } from "../errors/index.ts";
import { type ReadableSignal, type Signal, signal } from "../signals/index.ts";
import type { Channel, PeerChange, SyncLevel, WireValue } from "../wire/index.ts";
import { checkName } from "./hub-limits.ts";
import { randomFraction, type SyncPlatform } from "./platform.ts";
import { Session } from "./session.ts";

/**
 * Where a replica stands. `connecting`: asking the hub; `syncing`: connected, with edits not acknowledged yet; `synced`: the hub
 * has made everything durable; `offline`: waiting to try again, edits gather; `refused`: the hub does not accept this
 * document or these edits, see `error`; `stopped`: by `stop()`.
 * @public
 */
export type ReplicaStatus = "connecting" | "syncing" | "synced" | "offline" | "refused" | "stopped";

/**
 * What a replica needs. Times in milliseconds.
 * @public
 */
export interface ReplicaOptions {
  /** The document to keep equal with the hub's. Edit it at any time, offline too. */
  readonly doc: Doc;
  /** The document's name at the hub. */
  readonly name: string;
  /** Opens a channel to the hub; called again after every loss. */
  readonly connect: () => Channel | Promise<Channel>;
  /** Clock, timer and randomness: `browserPlatform` or `nodePlatform`. */
  readonly platform: SyncPlatform;
  /** The first wait after a loss; it doubles each time, and a random part of it is waited. @defaultValue 300 */
  readonly minRetryMs?: number;
  /** The longest wait. @defaultValue 15_000 */
  readonly maxRetryMs?: number;
  /** For `connect` to yield a channel, and from then on for the document to be open. @defaultValue 20_000 */
  readonly connectMs?: number;
  /** The largest frame taken from the hub, in bytes. @defaultValue 67_108_864 */
  readonly maxFrameBytes?: number;
}

/**
 * A document that stays equal with a hub's.
 * @public
 */
export interface Replica {
  readonly doc: Doc;
  readonly name: string;
  readonly status: ReadableSignal<ReplicaStatus>;
  /** Why the last connection ended or was refused; undefined once connected again. */
  readonly error: ReadableSignal<CodedError | undefined>;
  /** What the hub lets this side do; undefined until it has said so. */
  readonly level: ReadableSignal<SyncLevel | undefined>;
  /** The line `createPresence` speaks on. */
  readonly presence: PresenceLine;
  /** Tries now instead of waiting: when the browser says it is online again. Also after `refused`. */
  retry(): void;
  /** Ends the connection; the document stays as it is. Stopping twice is harmless. */
  stop(): void;
}

/**
 * Presence as frames: who says what, by connection number.
 * @public
 */
export interface PresenceLine {
  /** Sends this side's state now; nothing happens while not connected. */
  send(state: WireValue): void;
  /** Hears connections, changes and losses. Returns its stop. */
  listen(listener: PresenceListener): () => void;
}

/**
 * What a presence line tells.
 * @public
 */
export interface PresenceListener {
  /** The document is open at the hub: say who you are. */
  opened(): void;
  /** `full`: these are all the others; else what changed. */
  changed(full: boolean, changes: readonly PeerChange[]): void;
  /** The connection is gone, and with it the others. */
  lost(): void;
}

/**
 * Keeps a document equal with a hub's: sends edits, takes those of others, comes back after every loss and sends again what
 * was not acknowledged.
 * @throws CodedError `SYNC_BAD_NAME`.
 * @example
 * ```ts
 * const replica = createReplica({ doc, name: "notes", connect: () => connectSocket("/sync"), platform: browserPlatform });
 * effect(() => badge(replica.status.get()));
 * ```
 * @public
 */
export function createReplica(options: ReplicaOptions): Replica {
  checkName(options.name);
  return new ReplicaCore(options);
}

class ReplicaCore implements Replica {
  readonly doc: Doc;
  readonly name: string;
  readonly status: Signal<ReplicaStatus> = signal<ReplicaStatus>("connecting");
  readonly error: Signal<CodedError | undefined> = signal<CodedError | undefined>(undefined);
  readonly level: Signal<SyncLevel | undefined> = signal<SyncLevel | undefined>(undefined);
  readonly presence: PresenceLine;
  readonly #options: ReplicaOptions;
  readonly #listeners = new Set<PresenceListener>();
  readonly #stopUpdates: () => void;
  #session: Session | undefined;
  #attempt = 0; // rises with every try: a channel that arrives late belongs to an earlier one
  #failures = 0;
  /** Cancels the one timer: the next try, or the patience with the one under way. */
  #cancelRetry: () => void = nothing;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.doc = options.doc;
    this.name = options.name;
    this.presence = {
      send: (state) => this.#session?.setPresence(state),
      listen: (listener) => {
        this.#listeners.add(listener);
        return () => {
          this.#listeners.delete(listener);
        };
      },
    };
    this.#stopUpdates = this.doc.onUpdate((update, origin) => this.#edited(update, origin));
    this.#connect();
  }

  retry(): void {
    const status = this.status.peek();
    if (status === "offline" || (status === "refused" && this.#session === undefined)) this.#connect();
  }

  stop(): void {
    if (this.status.peek() === "stopped") return;
    this.#attempt++;
    this.#cancelRetry();
    this.#stopUpdates();
    this.#session?.stop();
    this.#session = undefined;
    this.status.set("stopped");
    for (const listener of [...this.#listeners]) listener.lost();
  }

  #edited(update: Uint8Array, origin: unknown): void {
    const session = this.#session;
    if (session === undefined || origin === session) return;
    session.push(update);
    if (this.level.peek() === "read") this.#refuseEdits();
    else if (this.status.peek() === "synced") this.status.set("syncing");
  }

  /** Edits of a reader stay here: the hub would refuse them. What others write still arrives. */
  #refuseEdits(): void {
    this.error.set(new CodedError("SYNC_READ_ONLY", "this connection may only read"));
    this.status.set("refused");
  }

  #connect(): void {
    this.#cancelRetry();
    const attempt = ++this.#attempt;
    this.status.set("connecting");
    const { connect, connectMs = 20_000, platform } = this.#options;
    const channel = new Promise<Channel>((resolve) => resolve(connect()));
    this.#cancelRetry = platform.after(connectMs, () => {
      this.#attempt++; // the channel may still come
      this.#lost(new CodedError("SYNC_SILENT", `no connection within ${connectMs} ms`), false, undefined);
    });
    channel.then(
      (open) => {
        if (attempt !== this.#attempt) return open.close();
        this.#cancelRetry();
        this.#begin(open);
      },
      (cause: unknown) => {
        if (attempt !== this.#attempt) return;
        this.#cancelRetry();
        this.#lost(new CodedError("SYNC_UNAVAILABLE", "the hub cannot be reached", { cause }), false, undefined);
      },
    );
  }

  #begin(channel: Channel): void {
    const { doc, name, platform, connectMs = 20_000, maxFrameBytes = 67_108_864 } = this.#options;
    this.#session = new Session(channel, {
      doc,
      name,
      platform,
      connectMs,
      maxFrameBytes,
      opened: (level, lacks) => this.#opened(level, lacks),
      acknowledged: () => {
        if (this.status.peek() === "syncing") this.status.set("synced");
      },
      peers: (full, changes) => {
        for (const listener of [...this.#listeners]) listener.changed(full, changes);
      },
      lost: (error, final, retryAfterMs) => this.#lost(error, final, retryAfterMs),
    });
  }

  #opened(level: SyncLevel, lacks: boolean): void {
    const session = this.#session;
    this.#failures = 0;
    this.level.set(level);
    if (session === undefined || this.#session !== session) return; // an observer stopped it
    if (level === "read" && lacks) this.#refuseEdits();
    else {
      this.error.set(undefined);
      this.status.set(session.isSettled ? "synced" : "syncing"); // an observer may have edited
    }
    for (const listener of [...this.#listeners]) listener.opened();
  }

  #lost(error: CodedError, final: boolean, retryAfterMs: number | undefined): void {
    this.#session = undefined;
    this.error.set(error);
    this.status.set(final ? "refused" : "offline");
    for (const listener of [...this.#listeners]) listener.lost();
    if (final || this.status.peek() !== "offline") return; // an observer may have called stop or retry
    this.#cancelRetry = this.#options.platform.after(retryAfterMs ?? this.#retryMs(), () => this.#connect());
  }

  /** Doubles, up to a cap, and half of it is random: clients that were cut off together do not come back together. */
  #retryMs(): number {
    const { platform, minRetryMs = 300, maxRetryMs = 15_000 } = this.#options;
    const full = Math.min(maxRetryMs, minRetryMs * 2 ** this.#failures++);
    return full / 2 + (randomFraction(platform) * full) / 2;
  }
}

function nothing(): void {}
