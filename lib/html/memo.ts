import { CodedError } from "../errors/index.ts";
import { createLru, type Lru } from "../pool/index.ts";
import { HEAD_STYLES, MEMO, makeMarked } from "./brand.ts";
import type { Policy } from "./encode/url-policy.ts";
import type { Css, HtmlPart, HtmlValue } from "./types.ts";

/**
 * The bounds of a memo cache.
 * @public
 */
export interface MemoCacheOptions {
  /** Entries kept; beyond, the one not used for longest goes. @defaultValue 1_000 */
  readonly maxEntries?: number;
  /** UTF-16 units of markup kept in all entries together. An entry above an eighth of it is not kept. @defaultValue 8_388_608 */
  readonly maxChars?: number;
}

/**
 * Counts of a memo cache since it was made.
 * @public
 */
export interface MemoStats {
  /** Renders spared. */
  readonly hits: number;
  /** Renders made. */
  readonly misses: number;
  /** Entries held now. */
  readonly entries: number;
  /** UTF-16 units held now. */
  readonly chars: number;
}

/**
 * Keeps the rendered parts of `memo`.
 * @public
 */
export interface MemoCache {
  /** How it has done so far. */
  stats(): MemoStats;
  /** Forgets one part. @returns Whether it was there. */
  delete(key: string): boolean;
  /** Forgets all parts; counts go on. */
  clear(): void;
}

/** One rendered part. */
export interface MemoEntry {
  readonly text: string;
  /** It holds half a surrogate pair. */
  readonly isTorn: boolean;
  /** What it asked of the head. */
  readonly styles: readonly Css[];
  /** URLs were judged by this. */
  readonly policy: Policy;
  /** Its UTF-8 bytes, once a render to bytes has asked. */
  bytes: Uint8Array | undefined;
}

/** What `memo` makes. */
export interface Memoized {
  readonly key: string;
  readonly children: () => HtmlValue;
  readonly cache: LruCache;
}

/**
 * Makes a cache for `memo`, for parts that should be bounded or counted apart from the others.
 * @throws CodedError `HTML_BAD_LIMIT` when a bound is no positive integer.
 * @public
 */
export function createMemoCache(options: MemoCacheOptions = {}): MemoCache {
  return new LruCache(
    bound("maxEntries", options.maxEntries ?? 1_000),
    bound("maxChars", options.maxChars ?? 8_388_608),
  );
}

/**
 * Renders a part once and keeps its markup: for what is the same for everyone.
 * @param key - Unique among the parts of the cache. Never take it from a request: strangers would push the other entries out.
 * @param children - Called when the cache has no such part. The part must depend on nothing but its key: a nonce, `use`, readables and
 * promises in it are refused.
 * @param options - The cache; all calls without one share one of the default size, `memoCache`.
 * @throws CodedError `HTML_MEMO`, at render, for what is refused.
 * @example
 * ```ts
 * html`<body>${memo("footer", () => Footer())}</body>`;
 * ```
 * @public
 */
export function memo(key: string, children: () => HtmlValue, options: { readonly cache?: MemoCache } = {}): HtmlPart {
  const cache = options.cache ?? memoCache;
  if (!(cache instanceof LruCache))
    throw new CodedError("HTML_BAD_LIMIT", "memo() was given a cache that createMemoCache did not make");
  return makeMarked<HtmlPart>(MEMO, { key: String(key), children, cache } satisfies Memoized);
}

/**
 * Where the styles of all components on the page go: set it into the `<head>`. Without it each stylesheet stands right behind the first
 * template that uses it; so do, in a stream, those that turn up after the head has been sent.
 * @example
 * ```ts
 * html`<head><title>Users</title>${headStyles()}</head>`;
 * ```
 * @public
 */
export function headStyles(): HtmlPart {
  return makeMarked<HtmlPart>(HEAD_STYLES, {});
}

/** The cache itself, with what it counts. */
export class LruCache implements MemoCache {
  readonly #entries: Lru<string, MemoEntry>;
  readonly #maxChars: number;
  #hits = 0;
  #misses = 0;

  constructor(maxEntries: number, maxChars: number) {
    this.#entries = createLru({ maxEntries, maxBytes: maxChars });
    this.#maxChars = maxChars;
  }

  get(key: string, policy: Policy): MemoEntry | undefined {
    const isHit = this.#entries.peek(key)?.policy === policy;
    if (isHit) this.#hits++;
    else this.#misses++;
    return isHit ? this.#entries.get(key) : undefined;
  }

  set(key: string, entry: MemoEntry): void {
    const chars = entry.text.length;
    if (chars > this.#maxChars / 8) this.#entries.delete(key);
    else this.#entries.set(key, entry, chars);
  }

  stats(): MemoStats {
    return { hits: this.#hits, misses: this.#misses, entries: this.#entries.size, chars: this.#entries.bytes };
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}

/**
 * The cache that `memo` uses when it is given none.
 * @public
 */
export const memoCache: MemoCache = createMemoCache();

function bound(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new CodedError("HTML_BAD_LIMIT", `${name} of createMemoCache is not a positive integer`, { value });
  }
  return value;
}
