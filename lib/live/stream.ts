import { CodedError } from "../errors/index.ts";
import type { KeyedSource } from "../html/index.ts";
import type { KeyedRow, StreamChange, StreamFeed, StreamSource } from "../patch/index.ts";
import { DELTAS, READ, STREAM } from "../pool/index.ts";
import { type Signal, signal } from "../signals/index.ts";

/**
 * A list of which the page keeps the rows and the server forgets them, as {@link stream} makes it.
 * @public
 */
export interface Stream<T> extends KeyedSource<string | number, T>, StreamSource {
  /** Puts rows at the end. One whose key the page has takes the place of that. Above the limit, rows go from the start. */
  append(...items: readonly T[]): void;
  /** Puts rows at the start, in this order. One whose key the page has takes the place of that. Above the limit, rows go from the end. */
  prepend(...items: readonly T[]): void;
  /** Takes rows out; keys the page does not have are passed over. */
  remove(...keys: readonly (string | number)[]): void;
  /** Takes all rows out, and puts these in. */
  reset(...items: readonly T[]): void;
}

/** What {@link stream} takes. @public */
export interface StreamOptions {
  /** Most rows the page keeps; the server holds as many until a page has joined, and at most twice as many that are not sent yet. @defaultValue 1_000 */
  readonly limit?: number;
}

/**
 * Makes a list that only grows, or is cut: messages, a log. The page keeps its rows, also through a reconnect; the server sends each and forgets it,
 * so a stream takes the same memory however long it is. What it forgets it cannot show again: a stream stands in one place, and where it is taken
 * off the page and put back it begins empty. Rows are made once, of their item: signals in them are read then, and not followed.
 * @param key - Gives an item's key, a text or a number.
 * @throws CodedError `LIVE_BAD_STREAM` for a limit that is no whole number above 0; `append` and the others throw it for a key that is no text or number.
 * @remarks Time: linear in the rows given. A view that is drawn whole (components) shows it as any list: it then holds `limit` rows.
 * @example
 * ```ts
 * const chat = defineView({
 *   mount: () => ({ messages: stream<Message>((message) => message.id, { limit: 200 }) }),
 *   on: { say: ({ messages }, { id, text }) => messages.append({ id, text }) },
 *   render: ({ messages }, bind) => html`<ul>${each(messages, (message) => html`<li>${message.text}</li>`)}</ul>`,
 * });
 * ```
 * @public
 */
export function stream<T>(key: (item: T) => string | number, { limit = 1_000 }: StreamOptions = {}): Stream<T> {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new CodedError("LIVE_BAD_STREAM", `a stream cannot keep ${limit} rows`, { value: limit });
  }
  return new RowStream(key, limit);
}

class RowStream<T> implements Stream<T> {
  private readonly key: (item: T) => string | number;
  private readonly limit: number;
  private readonly version: Signal<number> = signal(0);
  /** The rows, while nobody shows them. */
  private held: Map<string | number, T> = new Map();
  /** What whoever shows it has not taken. */
  private pending: StreamChange[] = [];
  private pendingRows = 0;
  private feed: StreamFeed | undefined = undefined;
  /** A page has its rows, and nobody shows it yet: what happens is told to that. */
  private isAwaited = false;

  constructor(key: (item: T) => string | number, limit: number) {
    this.key = key;
    this.limit = limit;
  }

  append(...items: readonly T[]): void {
    this.change({ kind: "append", rows: this.rowsOf(items) });
  }

  prepend(...items: readonly T[]): void {
    this.change({ kind: "prepend", rows: this.rowsOf(items) });
  }

  remove(...keys: readonly (string | number)[]): void {
    this.change({ kind: "remove", keys });
  }

  reset(...items: readonly T[]): void {
    const rows = this.rowsOf(items);
    this.change({ kind: "reset" }, { kind: "append", rows });
  }

  keys(): readonly (string | number)[] {
    return [...this.held.keys()];
  }

  /** The page of a session that has slept has its rows. */
  resume(): void {
    this.held.clear();
    this.isAwaited = true;
  }

  [READ](): readonly T[] {
    this.version.get();
    return [...this.held.values()];
  }

  /** It tells nobody but the page. */
  [DELTAS](): () => void {
    return () => {};
  }

  [STREAM](): StreamFeed {
    const feed: StreamFeed = {
      limit: this.limit,
      track: () => void this.version.get(),
      begin: () => {
        const rows = [...this.held].map(([key, value]) => ({ key, value }));
        this.held = new Map();
        this.isAwaited = false;
        this.feed = feed;
        return rows;
      },
      take: () => (this.feed === feed ? this.takePending() : []),
      putBack: (changes) => {
        this.pending.unshift(...changes);
        this.pendingRows += countOf(changes);
      },
      stop: () => {
        if (this.feed !== feed) return;
        this.feed = undefined;
        // What nobody was told of begins the next page.
        for (const change of this.takePending()) apply(this.held, change, this.limit);
      },
    };
    return feed;
  }

  private takePending(): readonly StreamChange[] {
    const { pending } = this;
    this.pending = [];
    this.pendingRows = 0;
    return pending;
  }

  private change(...changes: readonly StreamChange[]): void {
    if (this.feed === undefined && !this.isAwaited) for (const change of changes) apply(this.held, change, this.limit);
    else {
      this.pending.push(...changes);
      this.pendingRows += countOf(changes);
      if (this.pendingRows > 2 * this.limit) this.condense();
    }
    this.version.update((n) => n + 1);
  }

  /** A page that is so far behind is shown the latest rows, and nothing of what was before them. */
  private condense(): void {
    const rows = new Map<string | number, unknown>();
    for (const change of this.takePending()) apply(rows, change, this.limit);
    const left = [...rows].map(([key, value]): KeyedRow => ({ key, value }));
    this.pending = [{ kind: "reset" }, { kind: "append", rows: left }];
    this.pendingRows = left.length;
  }

  private rowsOf(items: readonly T[]): readonly KeyedRow[] {
    return items.map((value) => {
      const key = this.key(value);
      if (typeof key === "string" || typeof key === "number") return { key, value };
      throw new CodedError("LIVE_BAD_STREAM", "the key of a stream's row is no text or number");
    });
  }
}

/** What has happened to a stream is told to the page of a session that slept, which has its rows; those that `mount` has put in are among them. */
export function resumeStream(source: object): void {
  if (source instanceof RowStream) source.resume();
}

function countOf(changes: readonly StreamChange[]): number {
  let count = 0;
  for (const change of changes) count += "rows" in change ? change.rows.length : 1;
  return count;
}

/** What a page does with a change. */
function apply(rows: Map<string | number, unknown>, change: StreamChange, limit: number): void {
  if (change.kind === "reset") rows.clear();
  else if (change.kind === "remove") for (const key of change.keys) rows.delete(key);
  else if (change.kind === "append") {
    for (const { key, value } of change.rows) rows.set(key as string | number, value); // cast: keys are checked when they come
    for (const key of rows.keys()) {
      if (rows.size <= limit) break;
      rows.delete(key);
    }
  } else {
    const old = [...rows];
    const isOld = new Map(old);
    rows.clear();
    for (const { key, value } of change.rows)
      if (!isOld.has(key as string | number)) rows.set(key as string | number, value); // casts: as above
    for (const [key, value] of old) rows.set(key, value);
    for (const { key, value } of change.rows) rows.set(key as string | number, value);
    for (const key of [...rows.keys()].slice(limit)) rows.delete(key);
  }
}
