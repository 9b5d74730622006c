import type { SyncLevel, WireValue } from "../../wire/index.ts";
import type { LinkLimits } from "../link.ts";
import type { SyncPlatform } from "../platform.ts";
import type { Store } from "../store.ts";
import type { AuthorShare } from "./authors.ts";
import type { HubDocument } from "./document.ts";
import type { Limits } from "./limits.ts";
import type { Meter } from "./meter.ts";
import type { Held } from "./shelf.ts";

/** What connections need from their hub: one object for all, as there are many of them. */
export interface ConnectionHost<Connection> {
  readonly limits: Limits;
  readonly platform: SyncPlatform;
  readonly meter: Meter;
  readonly store: Store;
  /** What a connection takes before and after its HELLO. */
  readonly silent: LinkLimits;
  readonly greeted: LinkLimits;
  /** Whether a transaction may enter a document; a throw is the server's own fault and refuses too. */
  allows(connection: Connection, document: HubDocument, level: SyncLevel, update: Uint8Array): boolean;
  /** The state others see, or a throw for one that does not fit the schema. */
  readPresence(state: WireValue): WireValue;
  /** What it may do with a document; undefined refuses it. */
  authorize(connection: Connection, name: string): Promise<SyncLevel | undefined>;
  acquire(name: string): Promise<Held>;
  /** Something that is not the other side's fault. */
  report(error: unknown): void;
  saidHello(connection: object): void;
  opened(connection: Connection, name: string, level: SyncLevel): void;
  left(connection: Connection, name: string): void;
  closed(connection: object): void;
}

/** Who a connection is. */
export interface ConnectionSelf<Connection> {
  readonly connection: Connection;
  readonly user: WireValue;
  /** Whose replicas it may write as. */
  readonly author: string | undefined;
  /** Its number, by which others see its presence. */
  readonly peer: number;
  readonly share: AuthorShare;
}
