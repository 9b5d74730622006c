import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import {
  createPresence,
  createReplica,
  type DocumentLog,
  demandOption,
  type Presence,
  type Replica,
  type TabSource,
} from "../../lib/sync/index.ts";
import type { Channel } from "../../lib/wire/index.ts";
import { browserPlatform } from "./platform.ts";
import { connectSocket } from "./socket.ts";

/**
 * Which document to open.
 * @public
 */
export interface OpenDocumentOptions {
  /** Where the server accepts sockets for its hub, absolute or relative to the page. */
  readonly url: string | URL;
  /** The document's name at the hub. */
  readonly name: string;
  /** A document with edits of its own, made offline. @defaultValue a new, empty one */
  readonly doc?: Doc;
  /** Keeps it in this browser, so that edits outlast the page: `indexedDbStore()`. Whoever made the store closes it. @defaultValue none */
  readonly store?: DocumentLog;
  /** Shares one connection with other tabs of this browser: `browserTabs(name)`. @defaultValue a connection for each tab */
  readonly tabs?: TabSource | undefined;
}

/**
 * A document that is open in this page.
 * @public
 */
export interface OpenDocument {
  readonly doc: Doc;
  readonly replica: Replica;
  readonly presence: Presence;
  /** Leaves the document. Closing twice is harmless. */
  close(): void;
}

/**
 * Opens a shared document: it fills as soon as the server answers, and can be edited at once.
 * @throws CodedError `SYNC_BAD_NAME`, `SYNC_BAD_OPTION`.
 * @example
 * ```ts
 * const { doc, replica, presence } = openDocument({ url: "/sync", name: "notes" });
 * bindTextarea(doc.text("body"), document.querySelector("textarea"));
 * ```
 * @public
 */
export function openDocument({ url, name, doc, store, tabs }: OpenDocumentOptions): OpenDocument {
  demandOption(typeof url === "string" || url instanceof URL, "url");
  const opened = doc ?? createDoc({ random: browserPlatform.random });
  const connect = (): Promise<Channel> => connectSocket(url);
  const options = { doc: opened, name, connect, platform: browserPlatform, tabs };
  const replica = createReplica(store === undefined ? options : { ...options, store });
  const presence = createPresence(replica, { platform: browserPlatform });
  const retry = (): void => replica.retry(); // the wait may be long, and the network is back now
  addEventListener("online", retry);
  return {
    doc: opened,
    replica,
    presence,
    close() {
      removeEventListener("online", retry);
      presence.stop();
      replica.stop();
    },
  };
}
