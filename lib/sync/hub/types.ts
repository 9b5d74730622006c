import type { StandardSchema } from "../../app/index.ts";
import type { CrdtOperation, Doc, DocFeature } from "../../crdt/index.ts";
import type { Bus, Channel, SyncLevel, WireValue } from "../../wire/index.ts";
import type { SyncPlatform } from "../platform.ts";
import type { Store } from "../store.ts";
import type { HubDocuments } from "./files.ts";
import type { HubLimits } from "./limits.ts";
import type { HubStats } from "./meter.ts";

/**
 * Who is at the other end of a channel, as the server knows it.
 * @public
 */
export interface SyncConnection {
  /** What the others in a document are told about this one: an id, a name, a colour. The client has no say in it. */
  readonly user: WireValue;
  /**
   * Who writes, as the server knows them: a user's id. A replica belongs to the author who first wrote as it, and nobody else can write as it later.
   * `revoke` and the limits of authors go by it. @defaultValue none: nobody in particular
   */
  readonly author?: string;
}

/**
 * A transaction a client sent, before it enters the document.
 * @public
 */
export interface SyncUpdate {
  /** As it came. */
  readonly bytes: Uint8Array;
  /** What in it is new here: what each operation does, and where. All are the connection's own: nobody writes as a replica of another author. */
  readonly operations: readonly CrdtOperation[];
  /** The document without it: to read, not to write. */
  readonly doc: Doc;
}

/**
 * What a hub tells the server it is in. A hook that throws is reported and changes nothing.
 * @public
 */
export interface HubHooks<Connection extends SyncConnection = SyncConnection> {
  /** A connection has opened a document. */
  opened?(name: string, connection: Connection, level: SyncLevel): void;
  left?(name: string, connection: Connection): void;
  /** An update is durable, from a client or from the server itself. `author`: undefined for a connection without one, "" for the server. */
  stored?(name: string, update: Uint8Array, author: string | undefined): void;
  /** A document came into memory, or left it. */
  loaded?(name: string): void;
  unloaded?(name: string): void;
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
   * What its documents are made with, as in `createDoc`. A hub needs none to keep and pass on what features write, and all that write to cut a document.
   * @defaultValue none
   */
  readonly features?: readonly DocFeature[];
  /**
   * To the other processes over the same store: what one stores, all show. It may lose messages; none is ever the only one to know something.
   * @defaultValue none: this process is the only one
   */
  readonly bus?: Bus;
  /**
   * Asked for "write" when a connection opens a document, then, unless granted, for "comment" (where `comments` is given) and "read". A throw refuses.
   * @defaultValue everyone may write
   */
  readonly authorize?: (connection: Connection, name: string, level: SyncLevel) => boolean | Promise<boolean>;
  /**
   * Which operations the level "comment" may make: those on the paths where comments are kept, and marks that stand for them.
   * @defaultValue none: there is no such level
   */
  readonly comments?: (operation: CrdtOperation, name: string) => boolean;
  /**
   * Asked about every transaction of a connection that may write. One that is refused enters the document not even in part, nobody else sees it, and what its
   * replica wrote after it is refused too. A throw refuses.
   * @defaultValue all are accepted
   */
  readonly authorizeUpdate?: (connection: Connection, name: string, update: SyncUpdate) => boolean;
  /** Checks every presence state, and may change it. A state that does not fit ends its connection. @defaultValue any state within `maxPresenceBytes` */
  readonly presence?: StandardSchema<unknown, WireValue>;
  readonly hooks?: HubHooks<Connection>;
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
  /** Documents as a whole: lists, copies, named versions, files. */
  readonly documents: HubDocuments;
  /**
   * Serves a client on a channel, until either side closes it.
   * @throws CodedError `SYNC_BAD_OPTION`, or `WIRE_*` for a user that cannot be told to others, as one with a date.
   */
  accept(channel: Channel, connection: Connection): void;
  /**
   * Opens a document for edits on the server.
   * @throws CodedError `SYNC_BAD_NAME`, `SYNC_CLOSED`, or what the store throws.
   */
  open(name: string): Promise<HubHandle>;
  /** Ends every connection of an author, on all hubs of the bus: those that a bus loses it on hear of it again for a minute. `authorize` is asked anew when they come back. */
  revoke(author: string): void;
  /** What is open now, and what was done since the hub began. */
  stats(): HubStats;
  /**
   * Tells every client to come back later, waits until all that was received is durable and acknowledged, and closes
   * the channels. The store stays open. Closing twice is harmless.
   */
  close(): Promise<void>;
}
