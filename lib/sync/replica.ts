import type { Doc } from "../crdt/index.ts";
import type { Channel, WireValue } from "../wire/index.ts";
import { Connection } from "./connection.ts";
import { checkName } from "./names.ts";
import type { SyncPlatform } from "./platform.ts";
import { ReplicaCore } from "./replica-core.ts";
import type { Replica } from "./replica-types.ts";
import type { DocumentLog } from "./store.ts";

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
  /** Keeps the document on this device: edits made offline outlast the page or process. @defaultValue none: they live in memory */
  readonly store?: DocumentLog;
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
  return new LoneReplica(options);
}

/** A replica with a connection of its own. */
class LoneReplica extends ReplicaCore {
  readonly #connection: Connection;

  constructor(options: ReplicaOptions) {
    super(options);
    this.#connection = new Connection(options, {
      unsaved: this.known,
      outgoing: this.outgoing,
      renew: (hub, refusal) => this.renew(hub, refusal),
      cut: (steps) => this.cut(steps),
      changed: () => this.show(this.#connection),
      acknowledged: () => this.acknowledged(),
      opened: () => this.presence.opened(),
      peers: (full, changes) => this.presence.changed(full, changes),
      lost: () => this.presence.lost(),
    });
    this.open(() => this.#connection.start());
  }

  retry(): void {
    this.#connection.retry();
  }

  protected isPending(_update: Uint8Array, origin: unknown): boolean {
    return !this.#connection.isFromHub(origin);
  }

  protected edited(update: Uint8Array, origin: unknown): void {
    if (!this.#connection.isFromHub(origin)) this.claim();
    this.log?.append(update);
    this.#connection.push(update, origin);
  }

  protected say(state: WireValue): void {
    this.#connection.setPresence(state);
  }

  protected end(): void {
    this.#connection.stop();
  }
}
