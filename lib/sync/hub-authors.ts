import { CodedError } from "../errors/index.ts";
import { encodeValue, type WireValue } from "../wire/index.ts";
import type { Limits } from "./hub-limits.ts";
import type { SyncConnection } from "./hub-types.ts";
import { demandOption } from "./options.ts";

interface Use {
  connections: number;
  minuteFrom: number;
  bytes: number;
}

const MINUTE_MS = 60_000;

/** One connection's share of what its author may use. */
export interface AuthorShare {
  /** @throws CodedError `SYNC_LIMIT`. */
  countBytes(byteLength: number, now: number): void;
  leave(): void;
}

/** What authors have used up, over all their connections. A connection without an author stands for itself. */
export class Authors {
  readonly #limits: Limits;
  readonly #uses = new Map<string, Use>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** undefined: the author has too many connections already. */
  join(author: string | undefined): AuthorShare | undefined {
    const { maxConnectionsPerAuthor, maxBytesPerMinute } = this.#limits;
    const use = (author === undefined ? undefined : this.#uses.get(author)) ?? {
      connections: 0,
      minuteFrom: 0,
      bytes: 0,
    };
    if (use.connections >= maxConnectionsPerAuthor) return undefined;
    use.connections++;
    if (author !== undefined) this.#uses.set(author, use);
    return new Share(use, maxBytesPerMinute, author === undefined ? undefined : () => this.#uses.delete(author));
  }
}

class Share implements AuthorShare {
  readonly #use: Use;
  readonly #maxBytes: number;
  readonly #last: (() => void) | undefined;

  constructor(use: Use, maxBytes: number, last: (() => void) | undefined) {
    this.#use = use;
    this.#maxBytes = maxBytes;
    this.#last = last;
  }

  countBytes(byteLength: number, now: number): void {
    const use = this.#use;
    if (Math.abs(now - use.minuteFrom) >= MINUTE_MS) {
      // a clock may be set back
      use.minuteFrom = now;
      use.bytes = 0;
    }
    use.bytes += byteLength;
    if (use.bytes <= this.#maxBytes) return;
    throw new CodedError("SYNC_LIMIT", `more than ${this.#maxBytes} bytes of updates in a minute`);
  }

  leave(): void {
    if (--this.#use.connections === 0) this.#last?.();
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
