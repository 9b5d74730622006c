import { CodedError } from "../../errors/index.ts";
import { encodeValue, type WireValue } from "../../wire/index.ts";
import { demandOption } from "../options.ts";
import type { SyncPlatform } from "../platform.ts";
import type { Limits } from "./limits.ts";
import type { SyncConnection } from "./types.ts";

interface Use {
  readonly shares: Set<Share>;
  minuteFrom: number;
  bytes: number;
  /** In memory, but for what is unread. */
  held: number;
  /** When the last connection left. */
  leftAt: number;
}

const MINUTE_MS = 60_000;
/** One connection's share of what its author may use. */
export interface AuthorShare {
  /** Bytes that the connection has not read. */
  unread: () => number;
  /** @throws CodedError `SYNC_LIMIT`. */
  countBytes(byteLength: number, now: number): void;
  /**
   * Takes memory, until `letGo`: also after the connection has left, as what it sent may still be on its way to the store.
   * @throws CodedError `SYNC_LIMIT`; nothing is taken then.
   */
  hold(byteLength: number): void;
  letGo(byteLength: number): void;
  /** Whether the author's connections have more in memory than they may, and so many bytes. */
  isOver(beside: number): boolean;
  leave(): void;
}

/** What authors have used up, over all their connections. A connection without an author stands for itself. */
export class Authors {
  readonly #limits: Limits;
  readonly #platform: SyncPlatform;
  readonly #uses = new Map<string, Use>();
  /** Those without a connection, in the order in which they left: coming back begins no new minute. */
  readonly #idle = new Set<string>();

  constructor(limits: Limits, platform: SyncPlatform) {
    this.#limits = limits;
    this.#platform = platform;
  }

  /** undefined: the author has too many connections already. */
  join(author: string | undefined): AuthorShare | undefined {
    this.#forget();
    const use = (author === undefined ? undefined : this.#uses.get(author)) ?? {
      shares: new Set(),
      minuteFrom: 0,
      bytes: 0,
      held: 0,
      leftAt: 0,
    };
    if (use.shares.size >= this.#limits.maxConnectionsPerAuthor) return undefined;
    if (author === undefined) return new Share(use, this.#limits, () => undefined);
    this.#uses.set(author, use);
    this.#idle.delete(author);
    return new Share(use, this.#limits, () => {
      use.leftAt = this.#platform.now();
      this.#idle.add(author);
    });
  }

  #forget(): void {
    const now = this.#platform.now();
    for (const author of this.#idle) {
      const { leftAt = 0, held = 0 } = this.#uses.get(author) ?? {};
      if (Math.abs(now - leftAt) < MINUTE_MS) return; // a clock may be set back
      if (held > 0) continue; // on its way to the store
      this.#idle.delete(author);
      this.#uses.delete(author);
    }
  }
}

class Share implements AuthorShare {
  readonly #use: Use;
  readonly #limits: Limits;
  readonly #last: () => void;
  unread: () => number = () => 0;

  constructor(use: Use, limits: Limits, last: () => void) {
    this.#use = use;
    this.#limits = limits;
    this.#last = last;
    use.shares.add(this);
  }

  countBytes(byteLength: number, now: number): void {
    const use = this.#use;
    const { maxBytesPerMinute } = this.#limits;
    if (Math.abs(now - use.minuteFrom) >= MINUTE_MS) {
      // a clock may be set back
      use.minuteFrom = now;
      use.bytes = 0;
    }
    use.bytes += byteLength;
    if (use.bytes <= maxBytesPerMinute) return;
    throw new CodedError("SYNC_LIMIT", `more than ${maxBytesPerMinute} bytes of updates in a minute`);
  }

  hold(byteLength: number): void {
    const { held } = this.#use;
    const most = this.#most();
    if (held + byteLength > most) {
      throw new CodedError("SYNC_LIMIT", `${held} and ${byteLength} bytes of one author, where ${most} are allowed`);
    }
    this.#use.held += byteLength;
  }

  letGo(byteLength: number): void {
    this.#use.held -= byteLength;
  }

  isOver(beside: number): boolean {
    let all = this.#use.held;
    for (const share of this.#use.shares) all += share.unread();
    return all > this.#most() + beside;
  }

  leave(): void {
    this.#use.shares.delete(this);
    if (this.#use.shares.size === 0) this.#last();
  }

  /** A frame as long as any may be fits in, on its way and once more until it is durable. */
  #most(): number {
    const { maxBytesPerAuthor, maxFrameBytes } = this.#limits;
    return Math.max(maxBytesPerAuthor, 2 * maxFrameBytes);
  }
}

/**
 * Who a connection is, as the server says.
 * @throws CodedError `SYNC_BAD_OPTION`, or `WIRE_*` for a user that cannot be told to others: else whoever hears of them first would meet it.
 */
export function identityOf(connection: SyncConnection): { user: WireValue; author: string | undefined } {
  demandOption(typeof connection === "object" && connection !== null, "connection");
  const { user = null, author } = connection;
  encodeValue(user);
  demandOption(author === undefined || typeof author === "string", "author");
  return { user, author: author === "" ? undefined : author }; // "" is the server itself
}
