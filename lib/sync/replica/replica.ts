import type { WireValue } from "../../wire/index.ts";
import { checkName } from "../names.ts";
import { demandOption, numbersOf } from "../options.ts";
import { Connection } from "./connection.ts";
import { loadRenewer, ReplicaCore } from "./core.ts";
import { later } from "./later.ts";
import type { Replica, ReplicaOptions } from "./types.ts";
import type { Uplink } from "./uplink.ts";

/**
 * Keeps a document equal with a hub's: sends edits, takes those of others, comes back after every loss and sends again what
 * was not acknowledged.
 *
 * With `tabs`, one tab of a browser leads and is connected, the others speak through it. When it is closed, crashes or freezes, another takes over. Every tab has
 * the whole document, and edits reach the others whether there is a network or not.
 * @throws CodedError `SYNC_BAD_NAME`, `SYNC_BAD_OPTION`.
 * @remarks What only some replicas need (a store, tabs, following a refusal or a cut) is loaded when they do: bundlers give it scripts of its own.
 * @example
 * ```ts
 * const replica = createReplica({ doc, name: "notes", connect: () => connectSocket("/sync"), platform: browserPlatform });
 * effect(() => badge(replica.status.get()));
 * ```
 * @public
 */
export function createReplica(options: ReplicaOptions): Replica {
  const { doc, name, connect, platform, store, tabs, ...rest }: Partial<ReplicaOptions> = options ?? {};
  checkName(name as string); // cast: it says what else is none
  demandOption(typeof doc?.onUpdate === "function", "doc");
  demandOption(typeof connect === "function", "connect");
  demandOption(typeof platform?.after === "function", "platform");
  demandOption(store === undefined || typeof store?.load === "function", "store");
  demandOption(tabs === undefined || typeof tabs === "function" || typeof tabs?.lead === "function", "tabs");
  numbersOf(rest);
  if (store === undefined && tabs === undefined) return new ReplicaCore(options, { uplink: lone(options) });
  return new ReplicaCore(options, async () => {
    const joined = typeof tabs === "function" ? tabs() : tabs;
    const [log, shared, renewing, group] = await Promise.all([
      store && loadLog(),
      tabs && loadTabs(),
      tabs && loadRenewer(), // not by an import of those: pages do not ask again for what was imported in vain
      joined,
    ]);
    return {
      ...(store && log ? { log: (host) => new log.LocalLog(host, store) } : {}),
      uplink:
        group && shared && renewing
          ? (core) => new shared.TabUplink(core, options, group, renewing.Renewer)
          : lone(options),
    };
  });
}

const loadLog = /* @__PURE__ */ later(() => import("../device/local-log.ts"));
const loadTabs = /* @__PURE__ */ later(() => import("../tabs/tabs.ts"));

const lone =
  (options: ReplicaOptions) =>
  (core: ReplicaCore): Uplink =>
    new Lone(core, options);

/** A connection of its own. */
class Lone implements Uplink {
  readonly #core: ReplicaCore;
  readonly #connection: Connection;

  constructor(core: ReplicaCore, options: ReplicaOptions) {
    const { presence } = core;
    this.#core = core;
    this.#connection = new Connection(options, core, {
      changed: () => core.show(this.#connection),
      acknowledged: () => core.acknowledged(),
      opened: () => presence.opened(),
      peers: (full, changes) => presence.changed(full, changes),
      lost: () => presence.lost(),
    });
  }

  start(): void {
    this.#connection.start();
  }

  retry(): void {
    this.#connection.retry();
  }

  isPending(_update: Uint8Array, origin: unknown): boolean {
    return !this.#connection.isFromHub(origin);
  }

  edited(update: Uint8Array, origin: unknown): void {
    if (!this.#connection.isFromHub(origin)) this.#core.claim();
    this.#core.log?.append(update);
    this.#connection.push(update, origin);
  }

  say(state: WireValue): void {
    this.#connection.setPresence(state);
  }

  stop(): void {
    this.#connection.stop();
  }

  restart(): void {
    this.#connection.restart();
  }
}
