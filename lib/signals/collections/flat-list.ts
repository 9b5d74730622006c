import { longestRise } from "../../pool/index.ts";
import type { Signal } from "../index.ts";
import type { KeyedRow, ToldRow } from "./contents.ts";
import { FlatRow } from "./flat-row.ts";
import { freezeDeep } from "./freeze.ts";
import { History } from "./history.ts";
import { KeyReads } from "./key-reads.ts";
import { type KeyedBlock, KeyedBlocks } from "./keyed-blocks.ts";
import { badIndex, byKey, checkKey, duplicate, unknownKey } from "./list-checks.ts";
import { type ListContents, ListRoot } from "./list-root.ts";
import { silently, sourceNode, together } from "./node.ts";
import type { RootOptions } from "./roots.ts";
import type { Step } from "./sequence.ts";
import { Snapshot } from "./snapshot.ts";

/** More rows than this that come or move at once are laid out anew, and whoever reads changes looks at everything. */
const MANY = 32;

/**
 * A list as it begins: keys and values, and no object a row, until something derives from it. Most lists of sessions are shown and nothing else; a
 * row takes 16 bytes beside what it holds, and 80 with a `Row` (bench: live, "memory").
 * Twin: a plain array, in test/signals/collections/flat-list.test.ts.
 */
export class FlatList<K, V> extends KeyedBlocks<K, V> implements ListContents<K, V> {
  readonly name: string;
  readonly sources: readonly [] = [];
  readonly node: Signal<number>;
  warm = true;
  private readonly keyOf: (value: V) => K;
  private readonly options: RootOptions<V>;
  private version = 1;
  private isTouched = false;
  private reads: KeyReads<K, V> | undefined = undefined;
  private stepLog: History<Step<ToldRow<K, V>>> | undefined = undefined;
  private writeLog: History<ToldRow<K, V>> | undefined = undefined;
  private readonly valueList: Snapshot<V> = new Snapshot();
  private readonly keyList: Snapshot<K> = new Snapshot();

  constructor(items: Iterable<V>, keyOf: (value: V) => K, options: RootOptions<V>) {
    super();
    this.name = options.name;
    this.keyOf = keyOf;
    this.options = options;
    this.node = sourceNode(options.name);
    this.restart(byKey([...items], keyOf));
  }

  get keyReads(): KeyReads<K, V> {
    this.reads ??= new KeyReads(this);
    return this.reads;
  }

  get steps(): History<Step<ToldRow<K, V>>> {
    this.stepLog ??= new History();
    return this.stepLog;
  }

  get written(): History<ToldRow<K, V>> {
    this.writeLog ??= new History();
    return this.writeLog;
  }

  track(): void {
    this.node.get();
  }

  refresh(): void {}

  values(): readonly V[] {
    return this.valueList.at(this.version, () => this.blocks.flatMap((block) => block.values));
  }

  keys(): readonly K[] {
    return this.keyList.at(this.version, () => this.blocks.flatMap((block) => block.keys));
  }

  placeOf({ key }: ToldRow<K, V>): number {
    return this.indexOf(key);
  }

  all(): readonly KeyedRow<K, V>[] {
    // cast: as many values as keys
    return this.blocks.flatMap(({ keys, values }) => keys.map((key, at) => ({ key, value: values[at] as V })));
  }

  known(key: K): number {
    const index = this.indexOf(key);
    if (index < 0) throw unknownKey();
    return index;
  }

  unfolded(): ListRoot<K, V> {
    const { node, version, reads, valueList, keyList } = this;
    return new ListRoot(this.blocks, this.keyOf, this.options, { node, version, reads, valueList, keyList }); // what was told of rows is still looked up here, as it was
  }

  insertAll(index: number, items: readonly V[]): void {
    if (!Number.isSafeInteger(index) || index < 0 || index > this.count) throw badIndex(index, this.count);
    const fresh = byKey(items, this.keyOf);
    if (this.count > 0) for (const key of fresh.keys()) if (this.has(key)) throw duplicate(key);
    if (this.count === 0 && fresh.size > MANY) {
      this.restart(fresh);
      for (const key of fresh.keys()) this.reads?.touch(key, false);
    } else {
      let at = index;
      for (const [key, value] of fresh) {
        this.reads?.touch(key, false);
        this.insert(at++, key, this.frozen(value), this.telling(key));
      }
    }
    this.isTouched ||= fresh.size > 0;
    this.publish();
  }

  remove(key: K): boolean {
    const block = this.seek(key);
    if (block === undefined) return false;
    this.drop(block, this.rest);
    this.publish();
    return true;
  }

  moveTo(sought: K, to: number): void {
    if (!Number.isSafeInteger(to) || to < 0 || to >= this.count) throw badIndex(to, this.count);
    const from = this.indexOf(sought);
    const block = this.find(from);
    if (block === undefined || from === to) return;
    const key = block.keys[this.rest] as K; // cast: `find` has found it; not what was sought, which may be -0
    const value = block.values[this.rest] as V; // cast: `find` has found it
    const row = this.telling(key);
    this.take(block, this.rest, row);
    this.insert(to, key, value, row);
    this.isTouched = true;
    this.publish();
  }

  update(key: K, f: (value: V) => V): void {
    const block = this.seek(key);
    if (block === undefined) throw unknownKey();
    const before = block.values[this.rest] as V; // cast: `seek` has found it
    const value = silently(() => f(before));
    checkKey(this.keyOf(value), key);
    if (this.seek(key) === undefined) throw unknownKey(); // `f` has taken it out
    this.write(key, value);
    this.publish();
  }

  replaceAll(items: Iterable<V>): void {
    const next = byKey([...items], this.keyOf);
    const { equals } = this.options;
    const ranks = new Map<K, number>();
    const gone: K[] = [];
    const changed: K[] = [];
    for (const { keys, values } of this.blocks) {
      for (const [at, key] of keys.entries()) {
        const value = next.get(key) as V; // casts: where there is none nothing is done with it; as many values as keys
        if (!next.has(key)) gone.push(key);
        else {
          ranks.set(key, ranks.size);
          if (equals(values[at] as V, value)) next.set(key, values[at] as V);
          else changed.push(key);
        }
      }
    }
    const staying = [...next.keys()].filter((key) => ranks.has(key));
    const rise = longestRise(staying.map((key) => ranks.get(key) ?? 0));
    const moved = new Set(staying.filter((_, at) => rise[at] === 0));
    // Where nobody is owed a step all is laid out anew, as when a session wakes: 0.8 of the time for 1,000 rows (bench: live/hibernate.mjs).
    const isFollowed = this.stepLog?.isKept === true || this.writeLog?.isKept === true;
    const isFew = isFollowed || gone.length + changed.length <= MANY;
    if (isFew && moved.size + next.size - ranks.size <= MANY) {
      for (const key of gone) this.drop(this.seek(key) as KeyedBlock<K, V>, this.rest); // cast: it stands here
      for (const key of changed) this.put(this.seek(key), next.get(key) as V); // cast: it is there
      this.arrange(next, ranks, moved);
    } else {
      for (const key of [...gone, ...changed]) this.reads?.touch(key, true);
      for (const key of next.keys()) if (!ranks.has(key)) this.reads?.touch(key, false);
      this.restart(next);
      this.isTouched = true;
    }
    this.publish();
  }

  /** Puts few rows where they belong among those that stay: from the first to the last, so each finds all before it in place. */
  private arrange(next: ReadonlyMap<K, V>, ranks: ReadonlyMap<K, number>, moved: ReadonlySet<K>): void {
    const told = new Map<K, FlatRow<K, V> | undefined>();
    for (const key of moved) {
      const row = this.telling(key);
      told.set(key, row);
      this.take(this.seek(key) as KeyedBlock<K, V>, this.rest, row); // cast: it stands here
    }
    let index = 0;
    for (const [key, value] of next) {
      if (!ranks.has(key)) {
        this.reads?.touch(key, false);
        this.insert(index, key, this.frozen(value), this.telling(key));
        this.isTouched = true;
      } else if (moved.has(key)) {
        this.insert(index, key, this.frozen(value), told.get(key));
        this.isTouched = true;
      }
      index++;
    }
  }

  /** Everything anew. */
  private restart(rows: ReadonlyMap<K, V>): void {
    this.stepLog?.lose();
    this.layOut(
      [...rows.keys()],
      Array.from(rows.values(), (value) => this.frozen(value)),
    );
  }

  private write(key: K, value: V): void {
    const block = this.seek(key) as KeyedBlock<K, V>; // cast: whoever calls has seen it
    if (this.options.equals(block.values[this.rest] as V, value)) return; // cast: as above
    this.put(this.seek(key), value); // anew: comparing is the user's, and may have written here
  }

  private put(block: KeyedBlock<K, V> | undefined, value: V): void {
    if (block === undefined) return;
    const key = block.keys[this.rest] as K; // cast: it was sought
    block.values[this.rest] = this.frozen(value);
    this.reads?.touch(key, true);
    if (this.writeLog?.isKept) this.writeLog.add(new FlatRow(this, key, false), this.count);
    this.isTouched = true;
  }

  private frozen(value: V): V {
    return this.options.freezes ? freezeDeep(value) : value;
  }

  private drop(block: KeyedBlock<K, V>, at: number): void {
    const key = block.keys[at] as K; // cast: in range
    this.reads?.touch(key, true);
    this.take(block, at, this.telling(key, true));
    this.isTouched = true;
  }

  /** A row as those who read steps are told of it, if anybody does. */
  private telling(key: K, isEnd = false): FlatRow<K, V> | undefined {
    return this.stepLog?.isKept ? new FlatRow(this, key, isEnd) : undefined;
  }

  private take(block: KeyedBlock<K, V>, at: number, row: FlatRow<K, V> | undefined): void {
    if (row !== undefined) this.steps.add({ row, index: this.before(block.no) + at, comes: false }, this.count);
    this.takeOut(block, at);
  }

  private insert(index: number, key: K, value: V, row: FlatRow<K, V> | undefined): void {
    if (row !== undefined) this.steps.add({ row, index, comes: true }, this.count);
    this.putIn(index, key, value);
  }

  /** Ends a write: everybody who reads this is told, now or at the end of the batch. */
  private publish(): void {
    if (!this.isTouched) return;
    this.isTouched = false;
    this.version++;
    const { reads } = this;
    if (reads?.isTouched) {
      together(() => {
        reads.publish();
        this.node.set(this.version);
      });
    } else this.node.set(this.version);
  }
}
