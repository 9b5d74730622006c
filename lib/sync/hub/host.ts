import type { DocFeature } from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { SyncPlatform } from "../platform.ts";
import type { Store } from "../store.ts";
import type { HubBus } from "./bus.ts";
import type { Limits } from "./limits.ts";
import type { Meter } from "./meter.ts";

/** What a document needs from its hub. */
export interface DocumentHost {
  readonly store: Store;
  readonly platform: SyncPlatform;
  readonly limits: Limits;
  /** What its documents are made with. */
  readonly features: readonly DocFeature[];
  readonly meter: Meter;
  /** Other hubs over the same store; undefined when this is the only one. */
  readonly bus: HubBus | undefined;
  /** An update is durable: for the server's own hooks. */
  stored(name: string, update: Uint8Array, author: string | undefined): void;
  /** An error of the server's own code. */
  report(error: unknown): void;
  /** The document must not be used again. */
  failed(document: { readonly name: string }, error: CodedError): void;
}
