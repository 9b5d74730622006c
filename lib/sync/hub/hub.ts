import { CodedError } from "../../errors/index.ts";
import type { Channel } from "../../wire/index.ts";
import { demandOption } from "../options.ts";
import { every, randomFraction, type SyncPlatform } from "../platform.ts";
import { Authors, identityOf } from "./authors.ts";
import { createHubBus, type HubBus } from "./bus.ts";
import { HubConnection } from "./connection.ts";
import type { ConnectionHost } from "./connection-types.ts";
import { createDocuments, type HubDocuments } from "./files.ts";
import { checkName, HELLO_BYTES, type Limits, withDefaults } from "./limits.ts";
import { Meter } from "./meter.ts";
import { allows, checkPresence, levelOf } from "./rules.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import { Silence } from "./silence.ts";
import type { Hub, HubHandle, HubHooks, HubOptions, SyncConnection } from "./types.ts";

const GOING_AWAY = 1001; // WebSocket close codes
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;
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
  const { store, platform, limits, bus, ...rest }: Partial<HubOptions<Connection>> = options ?? {};
  demandOption(typeof store?.append === "function", "store");
  demandOption(typeof platform?.after === "function", "platform");
  demandOption(bus === undefined || typeof bus?.subscribe === "function", "bus");
  for (const name of ["authorize", "comments", "authorizeUpdate", "onError"] as const)
    demandOption(rest[name] === undefined || typeof rest[name] === "function", name);
  demandOption(limits === undefined || (typeof limits === "object" && limits !== null), "limits");
  return new SyncHub(options);
}

class SyncHub<Connection extends SyncConnection> implements Hub<Connection> {
  readonly documents: HubDocuments;
  readonly #options: HubOptions<Connection>;
  readonly #platform: SyncPlatform;
  readonly #limits: Limits;
  readonly #shelf: Shelf;
  readonly #bus: HubBus | undefined;
  readonly #authors: Authors;
  readonly #meter = new Meter();
  readonly #connections = new Set<HubConnection<Connection>>();
  readonly #host: ConnectionHost<Connection>;
  readonly #stops: (() => void)[] = [];
  /** Those that have not said HELLO, the oldest first. */
  readonly #silent = new Set<HubConnection<Connection>>();
  #nextPeer: number;
  readonly #silence: Silence;
  #closing: Promise<void> | undefined;

  constructor(options: HubOptions<Connection>) {
    const { platform, store, bus } = options;
    this.#options = options;
    this.#platform = platform;
    this.#limits = withDefaults(options.limits);
    this.#authors = new Authors(this.#limits, platform);
    this.#silence = new Silence(platform, this.#limits.silentMs, this.#connections);
    const number = Math.floor(randomFraction(platform) * 2 ** 32);
    const report = (error: unknown): void => this.#report(error);
    this.#bus = bus === undefined ? undefined : createHubBus(bus, number, report);
    this.#nextPeer = bus === undefined ? 1 : number * 2 ** 20; // peers of two hubs never have one number
    this.#shelf = createShelf({
      store,
      platform,
      limits: this.#limits,
      features: options.features ?? [],
      meter: this.#meter,
      bus: this.#bus,
      report,
      stored: (...args) => this.#hook((hooks) => hooks.stored?.(...args)),
      loaded: (name) => this.#hook((hooks) => hooks.loaded?.(name)),
      unloaded: (name) => this.#hook((hooks) => hooks.unloaded?.(name)),
    });
    this.documents = createDocuments({
      store,
      platform,
      limits: this.#limits,
      withDocument: async (name, read) => {
        const handle = await this.open(name);
        try {
          await handle.saved();
          return read(handle.doc);
        } finally {
          handle.release();
        }
      },
      dropped: (name) => this.#drop(name),
      begun: async (name, position, bytes, epoch) => {
        this.#bus?.appended(name, position, bytes, undefined, epoch);
        await (await this.#shelf.peek(name))?.log.catchUp();
      },
      cut: async (name) => {
        checkName(name);
        this.#checkOpen();
        const { document, release } = await this.#shelf.acquire(name);
        try {
          return await document.log.cut();
        } finally {
          release();
        }
      },
    });
    this.#host = this.#createHost();
    if (this.#bus === undefined) return;
    this.#stops.push(
      this.#bus.hearRevoked((author) => this.#end(author)),
      every(platform, this.#limits.compareMs, () => {
        this.#bus?.remind();
        for (const document of this.#shelf.documents()) void document.log.catchUp();
      }),
    );
  }

  accept(channel: Channel, connection: Connection): void {
    demandOption(typeof channel?.onMessage === "function", "channel");
    if (this.#closing !== undefined) {
      channel.close(GOING_AWAY, "SYNC_CLOSED");
      return;
    }
    const { user, author } = identityOf(connection);
    const share = this.#authors.join(author);
    if (share === undefined) {
      channel.close(TRY_AGAIN_LATER, "SYNC_LIMIT");
      return;
    }
    const self = { connection, user, author, peer: this.#nextPeer++, share };
    const opened = new HubConnection(channel, this.#host, self);
    this.#connections.add(opened);
    if (!opened.isGreeted) this.#silent.add(opened);
    if (this.#silent.size > this.#limits.maxSilentConnections) this.#endSilent();
    this.#silence.watch();
  }

  async open(name: string): Promise<HubHandle> {
    checkName(name);
    this.#checkOpen();
    const { document, release } = await this.#shelf.acquire(name);
    this.#checkOpen(); // what is edited from now on would be stored nowhere
    const { content, log } = document;
    const unpin = content.pin();
    return {
      doc: content.doc,
      saved: () => log.saved(),
      release() {
        unpin();
        release();
      },
    };
  }

  revoke(author: string): void {
    demandOption(typeof author === "string", "author");
    this.#bus?.revoked(author);
    this.#end(author);
  }

  stats(): ReturnType<Hub["stats"]> {
    return { ...this.#meter, connections: this.#connections.size, documents: this.#shelf.size };
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  /** One for all connections. */
  #createHost(): ConnectionHost<Connection> {
    const { presence } = this.#options;
    const { maxMessageBytes, maxFrameBytes } = this.#limits;
    return {
      limits: this.#limits,
      platform: this.#platform,
      meter: this.#meter,
      silent: { messageBytes: HELLO_BYTES, frameBytes: 0 },
      greeted: { messageBytes: maxMessageBytes, frameBytes: maxFrameBytes },
      report: (error) => this.#report(error),
      authorize: (connection, name) => levelOf(this.#options, connection, name),
      allows: (...transaction) => allows(this.#options, (error) => this.#report(error), ...transaction),
      readPresence: (state) => (presence === undefined ? state : checkPresence(presence, state)),
      acquire: (name) => this.#shelf.acquire(name),
      store: this.#options.store,
      saidHello: (connection) => {
        this.#silent.delete(connection as HubConnection<Connection>); // cast: it has made no others
      },
      opened: (connection, name, level) => this.#hook((hooks) => hooks.opened?.(name, connection, level)),
      left: (connection, name) => this.#hook((hooks) => hooks.left?.(name, connection)),
      closed: (connection) => this.#forget(connection as HubConnection<Connection>), // cast: as above
    };
  }

  #forget(connection: HubConnection<Connection>): void {
    if (!this.#connections.delete(connection)) return;
    connection.share.leave();
    this.#silent.delete(connection);
    if (this.#connections.size === 0) this.#silence.rest();
  }

  /** Of those who said nothing yet the one that has had most time. */
  #endSilent(): void {
    const [first] = this.#silent;
    first?.close(TRY_AGAIN_LATER, "SYNC_LIMIT");
  }

  #end(author: string): void {
    for (const connection of [...this.#connections]) {
      if (connection.author !== author) continue;
      connection.refuse(0, 0, new CodedError("SYNC_REVOKED", "the permissions of this connection were taken back"));
      connection.close(POLICY_VIOLATION, "SYNC_REVOKED");
    }
  }

  async #drop(name: string): Promise<void> {
    this.#bus?.removed(name);
    const document = await this.#shelf.peek(name);
    document?.fail(new CodedError("SYNC_REMOVED", "the document was removed"));
    await document?.log.quiet();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new CodedError("SYNC_CLOSED", "the hub is closed");
  }

  #report(error: unknown): void {
    const { onError, platform } = this.#options;
    if (onError !== undefined) onError(error);
    else platform.report?.(error);
  }

  #hook(call: (hooks: HubHooks<Connection>) => void): void {
    const { hooks } = this.#options;
    if (hooks === undefined) return;
    try {
      call(hooks);
    } catch (error) {
      this.#report(error);
    }
  }

  async #drain(): Promise<void> {
    const connections = [...this.#connections];
    // Each its own time to come back, so that the next process does not meet them all at once.
    for (const each of connections) each.drain(Math.round(randomFraction(this.#platform) * MAX_RETRY_AFTER_MS));
    await this.#shelf.quiet();
    await Promise.all(connections.map((connection) => connection.settled()));
    for (const connection of connections) connection.close(GOING_AWAY, "SYNC_UNAVAILABLE");
    for (const stop of this.#stops) stop();
    this.#shelf.dispose();
  }
}
