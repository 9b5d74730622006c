import type { Doc } from "../crdt/index.ts";
import { CodedError } from "../errors/index.ts";
import type { Channel, SyncLevel, WireValue } from "../wire/index.ts";
import { HubConnection } from "./hub-connection.ts";
import { checkName, type HubLimits, withDefaults } from "./hub-limits.ts";
import { createShelf, type Shelf } from "./hub-shelf.ts";
import { every, randomFraction, type SyncPlatform } from "./platform.ts";
import type { Store } from "./store.ts";

/**
 * Who is at the other end of a channel, as the server knows it.
 * @public
 */
export interface SyncConnection {
  /** What the others in a document are told about this one: an id, a name, a colour. The client has no say in it. */
  readonly user: WireValue;
}

/**
 * What a hub needs.
 * @public
 */
export interface HubOptions<Connection extends SyncConnection = SyncConnection> {
  /** Where documents live. The hub does not close it. */
  readonly store: Store;
  /** Clock, timer and randomness: `nodePlatform` of `busbar/node` fits. */
  readonly platform: SyncPlatform;
  /**
   * Asked for "write" when a connection opens a document, then, unless granted, for "read". A throw refuses.
   * @defaultValue everyone may write
   */
  readonly authorize?: (connection: Connection, name: string, level: SyncLevel) => boolean | Promise<boolean>;
  readonly limits?: HubLimits;
  /** Hears what went wrong on this side: a store that fails, an authorize that throws. @defaultValue `platform.report` */
  readonly onError?: (error: unknown) => void;
}

/**
 * A document opened by the server itself.
 * @public
 */
export interface HubHandle {
  /** Edit it like any other: edits are stored and sent to everyone. It must not be used after `release`. */
  readonly doc: Doc;
  /** Resolves when every edit made so far is durable. @throws CodedError `SYNC_*` when the store failed. */
  saved(): Promise<void>;
  /** Lets the document leave memory when nobody else has it open. Releasing twice is harmless. */
  release(): void;
}

/**
 * Keeps documents between clients and a store.
 * @public
 */
export interface Hub<Connection extends SyncConnection = SyncConnection> {
  /** Serves a client on a channel, until either side closes it. */
  accept(channel: Channel, connection: Connection): void;
  /**
   * Opens a document for edits on the server.
   * @throws CodedError `SYNC_BAD_NAME`, `SYNC_CLOSED`, or what the store throws.
   */
  open(name: string): Promise<HubHandle>;
  /** What is open now. */
  stats(): { readonly connections: number; readonly documents: number };
  /**
   * Tells every client to come back later, waits until all that was received is durable and acknowledged, and closes
   * the channels. The store stays open. Closing twice is harmless.
   */
  close(): Promise<void>;
}

const GOING_AWAY = 1001; // WebSocket close code
const MAX_RETRY_AFTER_MS = 1000;

/**
 * Makes the server's end of sync: documents are loaded when somebody opens them, every update is checked, stored,
 * acknowledged and passed on, and a document nobody uses leaves memory.
 * @example
 * ```ts
 * const hub = createHub({ store: await levelStore("./data"), platform: nodePlatform });
 * app.socket("/sync", (c, channel) => hub.accept(channel, { user: { name: c.get(currentUser).name } }));
 * ```
 * @public
 */
export function createHub<Connection extends SyncConnection = SyncConnection>(
  options: HubOptions<Connection>,
): Hub<Connection> {
  const { platform } = options;
  const limits = withDefaults(options.limits);
  const report = options.onError ?? ((error: unknown): void => platform.report?.(error));
  const shelf = createShelf({ store: options.store, platform, limits, report });
  const connections = new Set<HubConnection>();
  let nextPeer = 1;
  let stopSweep: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  const sweep = (): void => {
    const { silentMs } = limits;
    for (const connection of [...connections]) {
      const silence = platform.now() - connection.heardAt;
      if (silence > silentMs) connection.fail(new CodedError("SYNC_SILENT", `nothing heard for ${silentMs} ms`));
      else if (silence > silentMs / 2) connection.ping(); // a page in the background gets messages, but hardly any timers
    }
  };
  const forget = (connection: HubConnection): void => {
    connections.delete(connection);
    if (connections.size > 0) return;
    stopSweep?.();
    stopSweep = undefined;
  };

  return {
    accept(channel, connection) {
      if (closing !== undefined) return channel.close(GOING_AWAY, "SYNC_CLOSED");
      const accepted: HubConnection = new HubConnection(channel, {
        limits,
        platform,
        report,
        user: connection.user,
        peer: nextPeer++,
        authorize: (name) => levelOf(options, connection, name),
        acquire: (name) => shelf.acquire(name),
        closed: () => forget(accepted),
      });
      connections.add(accepted);
      stopSweep ??= every(platform, limits.silentMs / 4, sweep);
    },
    async open(name) {
      checkName(name);
      const check = (): void => {
        if (closing !== undefined) throw new CodedError("SYNC_CLOSED", "the hub is closed");
      };
      check();
      const handle = await openHandle(shelf, name);
      check(); // what is edited from now on would be stored nowhere
      return handle;
    },
    stats: () => ({ connections: connections.size, documents: shelf.size }),
    close() {
      closing ??= drain([...connections], shelf, platform);
      return closing;
    },
  };
}

async function levelOf<Connection extends SyncConnection>(
  { authorize }: HubOptions<Connection>,
  connection: Connection,
  name: string,
): Promise<SyncLevel | undefined> {
  if (authorize === undefined || (await authorize(connection, name, "write"))) return "write";
  return (await authorize(connection, name, "read")) ? "read" : undefined;
}

async function openHandle(shelf: Shelf, name: string): Promise<HubHandle> {
  const { document, release } = await shelf.acquire(name);
  return { doc: document.doc, saved: () => document.durable(), release };
}

async function drain(connections: readonly HubConnection[], shelf: Shelf, platform: SyncPlatform): Promise<void> {
  // Each its own time to come back, so that the next process does not meet them all at once.
  for (const connection of connections) connection.drain(Math.round(randomFraction(platform) * MAX_RETRY_AFTER_MS));
  await shelf.quiet();
  await Promise.all(connections.map((connection) => connection.settled()));
  for (const connection of connections) connection.close(GOING_AWAY, "SYNC_UNAVAILABLE");
  shelf.dispose();
}
