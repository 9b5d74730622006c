import type { Version } from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { PeerChange, SyncFrame, WireValue } from "../../wire/index.ts";
import type { ConnectionSelf } from "./connection-types.ts";
import type { Watcher } from "./fan-out.ts";

/** What a watcher needs of its connection. */
export interface WatcherOwner<Connection> {
  readonly self: ConnectionSelf<Connection>;
  send(frame: SyncFrame): void;
  /** A frame that others are sent too. */
  sendEncoded(encoded: Uint8Array): void;
  refuse(handle: number, ref: number, error: CodedError): void;
  /** Sends durable updates, at once or when the reader has caught up. */
  deliver(handle: number, updates: readonly Uint8Array[], encoded: Uint8Array): void;
}

/** One connection's ear at one document. It holds back what it hears until `begin`: OPENED comes first. A class, as there is one for each open document of each connection. */
export class ConnectionWatcher<Connection> implements Watcher {
  readonly brought: Version | undefined;
  readonly #owner: WatcherOwner<Connection>;
  readonly #documents: { leave(handle: number): void };
  readonly #handle: number;
  #held: (() => void)[] | undefined = [];

  constructor(
    owner: WatcherOwner<Connection>,
    documents: { leave(handle: number): void },
    handle: number,
    brought: Version | undefined,
  ) {
    this.#owner = owner;
    this.#documents = documents;
    this.#handle = handle;
    this.brought = brought;
  }

  get peer(): number {
    return this.#owner.self.peer;
  }

  get user(): WireValue {
    return this.#owner.self.user;
  }

  get author(): string | undefined {
    return this.#owner.self.author;
  }

  begin(): void {
    const waiting = this.#held ?? [];
    this.#held = undefined;
    for (const each of waiting) each();
  }

  peers(full: boolean, changes: readonly PeerChange[], encode?: (handle: number) => Uint8Array): void {
    if (encode === undefined) this.#owner.send({ kind: "peers", handle: this.#handle, full, changes });
    else this.#owner.sendEncoded(encode(this.#handle));
  }

  deliver(updates: readonly Uint8Array[], encode: (handle: number) => Uint8Array): void {
    if (this.#held === undefined) this.#owner.deliver(this.#handle, updates, encode(this.#handle));
    else this.#held.push(() => this.deliver(updates, encode));
  }

  lost(error: CodedError): void {
    this.#documents.leave(this.#handle);
    this.#owner.refuse(this.#handle, 0, error);
  }
}
