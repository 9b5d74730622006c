import { numberOf } from "../arguments.ts";
import { readUtf8 } from "../utf8.ts";

/**
 * How much an interner keeps.
 * @public
 */
export interface InternerOptions {
  /** Texts kept; rounded up to a power of two from 4. @defaultValue 1_024 */
  readonly maxEntries?: number;
  /** The longest text kept, in bytes of UTF-8, at most 64: longer ones are decoded each time, which is sooner done. @defaultValue 24 */
  readonly maxTextBytes?: number;
}

/**
 * What an interner has done so far.
 * @public
 */
export interface InternerStats {
  /** Texts that were there already. */
  readonly hits: number;
  /** Texts that had to be decoded, those too long to be kept among them. */
  readonly misses: number;
  /** Texts that gave way to others. */
  readonly evictions: number;
  readonly entries: number;
}

/**
 * Gives the same string for the same bytes.
 * @public
 */
export interface Interner {
  /**
   * The UTF-8 from `from` up to `to` as text, without allocating when it is known.
   * @throws TypeError on invalid UTF-8, of which nothing is kept; callers give it their own code.
   */
  text(bytes: Uint8Array, from: number, to: number): string;
  stats(): InternerStats;
}

/**
 * Makes an interner, for the few short names that come again and again in what is decoded: keys of maps, names of headers, segments of paths.
 * @remarks Memory is bounded: entries times (`maxTextBytes` + 12), and the texts. Each text has four places it may take, so whatever strangers send
 * costs a look at four places and a decode at most. Time for a known name: half of `latin1Slice`, a third with a `Map` asked afterwards.
 * @example
 * ```ts
 * const names = createInterner();
 * const name = names.text(bytes, at, at + length);
 * ```
 * @public
 */
export function createInterner(options: InternerOptions = {}): Interner {
  const entries = Math.min(Math.max(numberOf("maxEntries", options.maxEntries, 1024) || WAYS, WAYS), 1 << 20);
  const width = Math.min(Math.max(numberOf("maxTextBytes", options.maxTextBytes, 24) || 1, 1), 64);
  return new BucketInterner(2 ** Math.ceil(Math.log2(entries)), Math.trunc(width));
}

const WAYS = 4;

/** Buckets of four places, filled in turn. */
class BucketInterner implements Interner {
  readonly #mask: number;
  readonly #width: number;
  readonly #texts: (string | undefined)[];
  readonly #hashes: Int32Array;
  readonly #lengths: Uint8Array;
  readonly #kept: Uint8Array;
  /** For each bucket, the place that is filled next. */
  readonly #turns: Uint8Array;
  #hits = 0;
  #misses = 0;
  #evictions = 0;
  #entries = 0;

  constructor(places: number, width: number) {
    this.#mask = places - WAYS;
    this.#width = width;
    this.#texts = new Array<string | undefined>(places).fill(undefined);
    this.#hashes = new Int32Array(places);
    this.#lengths = new Uint8Array(places);
    this.#kept = new Uint8Array(places * width);
    this.#turns = new Uint8Array(places / WAYS);
  }

  text(bytes: Uint8Array, from: number, to: number): string {
    const length = to - from;
    if (length > this.#width) {
      this.#misses++;
      return readUtf8(bytes, from, to);
    }
    let hash = length;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193); // cast: callers stay inside
    hash ^= hash >>> 15;
    const first = hash & this.#mask;
    for (let place = first; place < first + WAYS; place++) {
      if (this.#hashes[place] !== hash || this.#lengths[place] !== length || !this.#holds(place, bytes, from, to))
        continue;
      const text = this.#texts[place];
      if (text === undefined) continue;
      this.#hits++;
      return text;
    }
    this.#misses++;
    const text = readUtf8(bytes, from, to);
    this.#keep(first, hash, text, bytes.subarray(from, to));
    return text;
  }

  stats(): InternerStats {
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions, entries: this.#entries };
  }

  #holds(place: number, bytes: Uint8Array, from: number, to: number): boolean {
    const kept = this.#kept;
    for (let i = from, at = place * this.#width; i < to; i++, at++) if (kept[at] !== bytes[i]) return false;
    return true;
  }

  #keep(first: number, hash: number, text: string, bytes: Uint8Array): void {
    const turn = this.#turns[first / WAYS] as number; // cast: one for each bucket
    this.#turns[first / WAYS] = (turn + 1) % WAYS;
    const place = first + turn;
    if (this.#texts[place] === undefined) this.#entries++;
    else this.#evictions++;
    this.#texts[place] = text;
    this.#hashes[place] = hash;
    this.#lengths[place] = bytes.length;
    this.#kept.set(bytes, place * this.#width);
  }
}
