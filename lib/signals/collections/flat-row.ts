import type { ToldRow } from "./contents.ts";
import type { KeyedBlocks } from "./keyed-blocks.ts";

/** A key that somebody is told of: what stands under it now. */
export class FlatRow<K, V> implements ToldRow<K, V> {
  readonly key: K;
  private readonly list: KeyedBlocks<K, V>;
  private readonly isEnd: boolean;

  constructor(list: KeyedBlocks<K, V>, key: K, isEnd: boolean) {
    this.list = list;
    this.key = key;
    this.isEnd = isEnd;
  }

  get value(): V {
    return this.list.valueFor(this.key) as V; // cast: asked only of rows that are there
  }

  get alive(): boolean {
    return this.list.has(this.key);
  }

  isOther(): boolean {
    return this.isEnd;
  }
}
