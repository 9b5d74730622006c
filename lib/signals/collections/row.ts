import type { ToldRow } from "./contents.ts";
import type { Block, Placed } from "./sequence.ts";

/**
 * A key and its value in one collection. It is the same object for as long as the key is there, or until it was taken out and put back. Fields are few, as there are
 * many rows: each takes 8 KiB of 1,000 (bench: live, "memory").
 */
export class Row<K, V> implements Placed, ToldRow<K, V> {
  readonly key: K;
  value: V;
  /** Of a base row: rises with its arrival and with each move, never the same twice in one collection. Odd once it has gone. */
  place = 0;
  block: Block | undefined = undefined;

  constructor(key: K, value: V) {
    this.key = key === 0 ? (0 as K) : key; // -0 and 0 are one key, as in a Map; cast: it is one of them
    this.value = value;
  }

  /** The row whose place orders this one: itself, or one further up. */
  get base(): AnyRow {
    return this;
  }

  get alive(): boolean {
    return this.place % 2 === 0;
  }

  isOther(later: unknown): boolean {
    return later !== this;
  }

  end(): void {
    if (this.alive) this.place++;
  }
}

export type AnyRow = Row<unknown, unknown>;

/** A row made from one of the source, with what was seen of that. */
export class Derived<K, V, SV> extends Row<K, V> {
  src: Row<unknown, SV>;
  seen: SV;
  seenPlace: number;
  private from: AnyRow | undefined;

  constructor(key: K, value: V, src: Row<unknown, SV>, base?: AnyRow) {
    super(key, value);
    this.src = src;
    this.seen = src.value;
    this.seenPlace = src.base.place;
    this.from = base;
  }

  override get base(): AnyRow {
    return this.from ?? this;
  }

  override set base(base: AnyRow) {
    this.from = base;
  }
}
