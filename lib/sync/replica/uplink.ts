import type { WireValue } from "../../wire/index.ts";

/** What a replica's edits leave by, and those of others come by: a connection of its own, or one shared with other tabs. */
export interface Uplink {
  /** The document holds what is stored on this device. */
  start(): void;
  retry(): void;
  /** Whether an update that entered the document is one that the hub may not have. */
  isPending(update: Uint8Array, origin: unknown): boolean;
  /** An update entered the document, from anywhere but the store. */
  edited(update: Uint8Array, origin: unknown): void;
  /** Says who this side is, and where. */
  say(state: WireValue): void;
  stop(): void;
  /** The document holds edits that the hub was not told of, and nobody says which. */
  restart(): void;
  /** The number of what is not acknowledged may be another. */
  counted?(): void;
  /** The store has these, or refused them. */
  written?(updates: readonly Uint8Array[], areStored: boolean): void;
}
