import { Blocks } from "./blocks.ts";
import { KeyIndex } from "./key-index.ts";
import { MAX_BLOCK } from "./sequence.ts";

/** A run of rows: their keys, and their values beside them. */
export interface KeyedBlock<K, V> {
  keys: K[];
  values: V[];
  no: number;
  /** Its number in the index, from 1; 0 without one. */
  id: number;
}

/** Up to so many rows a key is looked for from row to row: that is as fast as a map. */
const SMALL = 64;
/**
 * How often keys are looked for from row to row before they get an index. By then it has cost what making the index costs; the index of keys that are
 * no integers takes more memory than keys and values together (28 KiB of 1,000 rows, which take 16).
 */
const MAX_SCANS = 64;
/** In a code of the index the block's id is followed by so many bits of a place in it, of which there are up to `MAX_BLOCK` and one. */
const PLACE_BITS = 8;
const PLACES: number = (1 << PLACE_BITS) - 1;
/** Ids that were given, for each block and a few more, before all are given anew. */
const MAX_USED = 2;
const FEW_IDS = 64;

/**
 * Keys and values in order, each found by index and by key. A key is looked for from row to row until that has been done often; from then on keys have an
 * index. Putting in, taking out and finding an index: as in `Sequence`.
 */
export class KeyedBlocks<K, V> extends Blocks<KeyedBlock<K, V>> {
  /** For each key the id of its block and its place there, which is where it stood once: seeking puts it right. */
  private index: KeyIndex<K> | undefined = undefined;
  private byId: (KeyedBlock<K, V> | undefined)[] = [];
  private scanned = 0;
  /** What was sought last, until rows come, go or move: a change seeks its row several times. */
  private sought: KeyedBlock<K, V> | undefined = undefined;
  private soughtKey: K | undefined = undefined;
  private soughtAt = 0;

  protected lengthOf(block: KeyedBlock<K, V>): number {
    return block.keys.length;
  }

  has(key: K): boolean {
    return this.seek(key) !== undefined;
  }

  valueFor(key: K): V | undefined {
    return this.seek(key)?.values[this.rest];
  }

  valueAt(index: number): V | undefined {
    return this.find(index)?.values[this.rest];
  }

  keyAt(index: number): K | undefined {
    return this.find(index)?.keys[this.rest];
  }

  indexOf(key: K): number {
    const block = this.seek(key);
    return block === undefined ? -1 : this.before(block.no) + this.rest;
  }

  /** Everything anew, in blocks with room to insert. */
  protected layOut(keys: readonly K[], values: readonly V[]): void {
    const step = MAX_BLOCK - (MAX_BLOCK >> 2);
    const blocks: KeyedBlock<K, V>[] = [];
    for (let start = 0; start < keys.length; start += step) {
      const end = start + step;
      blocks.push({ keys: keys.slice(start, end), values: values.slice(start, end), no: blocks.length, id: 0 });
    }
    this.index = undefined;
    this.byId = [];
    this.forget();
    this.begin(blocks, keys.length);
  }

  protected takeOut(block: KeyedBlock<K, V>, at: number): void {
    this.index?.delete(block.keys[at] as K); // cast: in range
    this.forget();
    block.keys.splice(at, 1);
    block.values.splice(at, 1);
    if (block.keys.length === 0 && this.index !== undefined) this.byId[block.id] = undefined;
    this.shrink(block);
  }

  protected putIn(index: number, key: K, value: V): void {
    this.forget();
    if (this.blocks.length === 0) {
      const only: KeyedBlock<K, V> = { keys: [key], values: [value], no: 0, id: 0 };
      this.begin([only], 1);
      this.number(only);
      return;
    }
    const found = this.find(index);
    const block = found ?? (this.blocks[this.blocks.length - 1] as KeyedBlock<K, V>); // cast: there is one
    const at = found === undefined ? block.keys.length : this.rest;
    block.keys.splice(at, 0, key);
    block.values.splice(at, 0, value);
    this.index?.set(key, codeOf(block, at));
    if (block.keys.length <= MAX_BLOCK) {
      this.grow(block);
      return;
    }
    const middle = MAX_BLOCK >> 1;
    const half: KeyedBlock<K, V> = {
      keys: block.keys.splice(middle),
      values: block.values.splice(middle),
      no: 0,
      id: 0,
    };
    this.split(block, half);
    this.number(half);
  }

  /** The block of a key, and in `rest` its place there. */
  protected seek(key: K): KeyedBlock<K, V> | undefined {
    if (this.sought === undefined || this.soughtKey !== key) {
      this.sought = this.search(key);
      this.soughtKey = key;
      this.soughtAt = this.rest;
    } else this.rest = this.soughtAt;
    return this.sought;
  }

  private forget(): void {
    this.sought = undefined;
    this.soughtKey = undefined;
  }

  private search(key: K): KeyedBlock<K, V> | undefined {
    const index = this.index ?? this.mayIndex();
    if (index !== undefined) {
      const code = index.get(key);
      const block = code === undefined ? undefined : this.byId[code >> PLACE_BITS];
      if (code === undefined || block === undefined) return undefined;
      this.rest = code & PLACES;
      if (block.keys[this.rest] === key) return block;
      this.rest = placeIn(block.keys, key);
      index.set(key, codeOf(block, this.rest));
      return block;
    }
    for (const block of this.blocks) {
      const at = placeIn(block.keys, key);
      if (at < 0) continue;
      this.rest = at;
      return block;
    }
    return undefined;
  }

  /** The index, made once it has been missed often. */
  private mayIndex(): KeyIndex<K> | undefined {
    if (this.count <= SMALL || ++this.scanned <= MAX_SCANS) return undefined;
    this.index = new KeyIndex(this.blocks.flatMap(({ keys }) => keys));
    this.byId = [undefined];
    for (const block of this.blocks) this.number(block);
    return this.index;
  }

  /** Gives a block an id, and notes what stands in it. */
  private number(block: KeyedBlock<K, V>): void {
    const { index, byId } = this;
    if (index === undefined) return;
    if (byId.length > MAX_USED * this.blocks.length + FEW_IDS) {
      this.index = undefined; // made anew when next sought
      this.byId = [];
      return;
    }
    block.id = byId.length;
    byId.push(block);
    for (const [at, key] of block.keys.entries()) index.set(key, codeOf(block, at));
  }
}

function codeOf({ id }: KeyedBlock<unknown, unknown>, at: number): number {
  return (id << PLACE_BITS) | at;
}

function placeIn(keys: readonly unknown[], key: unknown): number {
  return Number.isNaN(key) ? keys.findIndex(Number.isNaN) : keys.indexOf(key); // as maps find NaN
}
