import type { Logged } from "./log.ts";
import type { Block, Placed } from "./sequence.ts";

/** A key and its value in one collection. It is the same object for as long as the key is there, or until it was taken out and put back. */
export class Row<K, V> implements Placed, Logged {
  readonly key: K;
  value: V;
  /** The row whose place orders this one: itself, or one further up. */
  base: AnyRow;
  /** Of a base row: the number of its arrival or of its last move, never used twice in one collection. */
  place = 0;
  alive = true;
  logged = -1;
  block: Block | undefined = undefined;

  constructor(key: K, value: V, base?: AnyRow) {
    this.key = key === 0 ? (0 as K) : key; // -0 and 0 are one key, as in a Map; cast: it is one of them
    this.value = value;
    this.base = base ?? this;
  }
}

export type AnyRow = Row<unknown, unknown>;

/** A row made from one of the source, with what was seen of that. */
export class Derived<K, V, SV> extends Row<K, V> {
  src: Row<unknown, SV>;
  seen: SV;
  seenPlace: number;

  constructor(key: K, value: V, src: Row<unknown, SV>, base?: AnyRow) {
    super(key, value, base);
    this.src = src;
    this.seen = src.value;
    this.seenPlace = src.base.place;
  }
}
