import { type Doc, encodeVersion, epochOf } from "../../crdt/index.ts";
import { randomId, type SyncPlatform } from "../platform.ts";
import type { Connection } from "../replica/connection.ts";
import type { Unsaved } from "../replica/unsaved.ts";
import type { TabGroup } from "./group.ts";
import type { TabMessage } from "./types.ts";

const HELLO_MS = 100;

/** What a tab speaks of. */
export interface TabLineHost {
  readonly doc: Doc;
  readonly known: Unsaved;
  /** While the tab leads. */
  connection(): Connection | undefined;
  /** Edits that are on their way to the store. */
  waiting(): readonly Uint8Array[];
}

/** What a tab says to the others. */
export class TabLine {
  readonly tab: number;
  readonly #tabs: TabGroup;
  readonly #platform: SyncPlatform;
  readonly #host: TabLineHost;
  #outbox: Uint8Array[] = [];
  #areStored = true;
  /** Those that the others have: a store that fails takes them again and again. */
  readonly #told = new WeakSet<Uint8Array>();
  #isStale = false;
  #cancelHello: (() => void) | undefined;
  #ended = false;

  constructor(tabs: TabGroup, platform: SyncPlatform, host: TabLineHost) {
    this.#tabs = tabs;
    this.#platform = platform;
    this.#host = host;
    this.tab = randomId(platform);
  }

  post(message: TabMessage): void {
    if (!this.#ended) this.#tabs.post(message);
  }

  /** Here I am, with this. */
  hello(): void {
    const version = encodeVersion(this.#host.doc.version());
    this.post({ kind: "hello", tab: this.tab, version, leads: this.#host.connection() !== undefined });
  }

  /** In answer to what was heard: tabs that do not agree must not ask each other all the time. */
  helloSoon(): void {
    this.#cancelHello ??= this.#platform.after(HELLO_MS, () => {
      this.#cancelHello = undefined;
      this.hello();
    });
  }

  /** Says where the leader stands: once per turn, however often that changes. */
  tell(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    void Promise.resolve().then(() => {
      this.#isStale = false;
      const connection = this.#host.connection();
      if (connection === undefined) return;
      const { status, level, error } = connection;
      const unsaved = this.#host.known.encode();
      this.post({ kind: "state", state: { status, level, error: error && [error.code, error.message], unsaved } });
    });
  }

  /** Those of one turn in one message. */
  share(updates: readonly Uint8Array[], areStored: boolean): void {
    if (this.#outbox.length === 0) void Promise.resolve().then(() => this.#send());
    this.#add(updates, areStored);
  }

  /** It came from another tab. */
  told(update: Uint8Array): void {
    this.#told.add(update);
  }

  /** What was to be shared is no more. */
  drop(): void {
    this.#outbox = [];
  }

  /** Edits that are being stored are still to be shared: nobody else sends them while this tab sleeps. */
  part(): void {
    this.#add(this.#host.waiting(), false);
    this.#send();
  }

  /** The last word is `part`'s. */
  stop(): void {
    this.#cancelHello?.();
    this.#ended = true;
  }

  #add(updates: readonly Uint8Array[], areStored: boolean): void {
    for (const update of updates) {
      if (this.#told.has(update)) continue;
      this.#told.add(update);
      this.#outbox.push(update);
      this.#areStored &&= areStored;
    }
  }

  #send(): void {
    const updates = this.#outbox.splice(0);
    const areStored = this.#areStored;
    this.#areStored = true;
    if (updates.length === 0) return;
    const { doc, known } = this.#host;
    const [epoch, unsaved] = [epochOf(doc.version()), known.encode()];
    this.#tabs.post({ kind: "updates", to: undefined, epoch, whole: undefined, updates, unsaved, areStored });
  }
}
