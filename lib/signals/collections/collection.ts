import { CHANGES, DELTAS, READ } from "../../pool/index.ts";
import { checkFunction } from "../arguments.ts";
import type { ReadableSignal } from "../index.ts";
import type { Live } from "./callback.ts";
import { compareKeys } from "./compare.ts";
import type { Core, Derivable } from "./core.ts";
import type { DeltaSink } from "./deltas.ts";
import { DistinctCore } from "./distinct.ts";
import { FlattenCore } from "./flatten.ts";
import { Follower } from "./follower.ts";
import { GroupByCore } from "./groups.ts";
import { placeOf } from "./list-checks.ts";
import { derivedRead, follow, warmUp } from "./node.ts";
import { FilterCore, MapCore } from "./passing.ts";
import { type KeyedReader, Reader } from "./reader.ts";
import { GroupReduceCore, ReduceCore } from "./reduce.ts";
import { counting, extreme, type MakeReducer, type Reduction, reducerOf, summing } from "./reducers.ts";
import { resultOf } from "./result.ts";
import { SortCore } from "./sort.ts";
import type {
  CollectionOperators,
  CollectionReads,
  FlattenOptions,
  Groups,
  KeyedCollection,
  ReduceOptions,
  SortOptions,
  TakeOptions,
} from "./types.ts";
import { WindowCore } from "./window.ts";

// biome-ignore lint/correctness/noUnusedVariables: it merges with the class, whose static block sets its members
interface Reads<K, V> extends CollectionReads<K, V> {}

/** What any collection can do, on top of its core. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see above
abstract class Reads<K, V> implements CollectionReads<K, V>, CollectionOperators<K, V> {
  /** What stands behind it; no part of the interface. */
  contents: Derivable<K, V>;

  constructor(contents: Derivable<K, V>) {
    this.contents = contents;
  }

  /** For who derives from it, `join` and each other. */
  get core(): Core<K, V> {
    const core = this.contents.unfolded();
    this.contents = core;
    return core;
  }

  get(): readonly V[];
  get(key: K): V | undefined;
  get(...keys: [] | [key: K]): readonly V[] | V | undefined {
    if (keys.length === 0) return this.read(() => this.contents.values());
    return this.valueOf(keys[0]);
  }

  peek(): readonly V[];
  peek(key: K): V | undefined;
  peek(...keys: [] | [key: K]): readonly V[] | V | undefined {
    this.contents.refresh();
    return keys.length === 0 ? this.contents.values() : this.contents.valueFor(keys[0]);
  }

  has(key: K): boolean {
    return this.read(() => this.contents.has(key));
  }

  at(index: number): V | undefined {
    return this.read(() => this.contents.valueAt(placeOf(index, this.contents.size)));
  }

  get size(): number {
    return this.read(() => this.contents.size);
  }

  keys(): readonly K[] {
    return this.read(() => this.contents.keys());
  }

  entries(): IterableIterator<[K, V]> {
    const values = this.get();
    const keys = this.keys();
    // cast: as many keys as values
    return keys.map((key, index): [K, V] => [key, values[index] as V])[Symbol.iterator]();
  }

  /** See `DELTAS`. */
  protected follow(sink: DeltaSink<K, V>): () => void {
    checkFunction(sink, "A sink");
    const follower = new Follower(this.core);
    return follow(
      () => this.contents.track(),
      () => {
        const deltas = follower.advance();
        if (deltas.length > 0) sink(deltas);
      },
    );
  }

  /** See `READ`, `DELTAS` and `CHANGES`. */
  static {
    // Declared by the interface of the same name, as isolated declarations know no members with computed names.
    Reads.prototype[READ] = function get<V>(this: Reads<unknown, V>): readonly V[] {
      return this.get();
    };
    Reads.prototype[DELTAS] = function follow<K, V>(this: Reads<K, V>, sink: DeltaSink<K, V>): () => void {
      return this.follow(sink);
    };
    Reads.prototype[CHANGES] = function changes<K, V>(this: Reads<K, V>): KeyedReader<K, V> {
      return new Reader(this);
    };
  }

  map<T>(transform: Live<(value: V, key: K) => T>): KeyedCollection<K, T> {
    return new Collection(new MapCore(this.core, transform));
  }

  filter<W extends V>(test: (value: V, key: K) => value is W): KeyedCollection<K, W>;
  filter(test: Live<(value: V, key: K) => boolean>): KeyedCollection<K, V>;
  filter(test: Live<(value: V, key: K) => boolean>): KeyedCollection<K, V> {
    return new Collection(new FilterCore(this.core, test));
  }

  sortBy<S>(key: Live<(value: V, key: K) => S>, options: SortOptions<S> = {}): KeyedCollection<K, V> {
    return new Collection(sorted(this.core, key, options));
  }

  take(count: Live<number>, { offset = 0 }: TakeOptions = {}): KeyedCollection<K, V> {
    return new Collection(new WindowCore(this.core, { kind: "start", offset, count }));
  }

  topK<S>(
    count: Live<number>,
    key: Live<(value: V, key: K) => S>,
    options: SortOptions<S> & TakeOptions = {},
  ): KeyedCollection<K, V> {
    const core = sorted(this.core, key, { descending: true, ...options });
    return new Collection(new WindowCore(core, { kind: "start", offset: options.offset ?? 0, count }));
  }

  last(count: Live<number>): KeyedCollection<K, V> {
    return new Collection(new WindowCore(this.core, { kind: "end", count }));
  }

  window(from: Live<number>, to: Live<number>): KeyedCollection<K, V> {
    return new Collection(new WindowCore(this.core, { kind: "between", from, to }));
  }

  groupBy<G>(by: Live<(value: V, key: K) => G>): Groups<G, K, V> {
    return new GroupedCollection(this.core, by);
  }

  distinct(): KeyedCollection<V, V>;
  distinct<D>(by: Live<(value: V, key: K) => D>): KeyedCollection<D, D>;
  distinct<D>(by?: Live<(value: V, key: K) => D>): KeyedCollection<D, D> | KeyedCollection<V, V> {
    if (by === undefined) return new Collection(new DistinctCore(this.core, (value: V) => value));
    return new Collection(new DistinctCore(this.core, by));
  }

  flatten<T>(items: Live<(value: V, key: K) => Iterable<T>>): KeyedCollection<readonly [K, number], T>;
  flatten<T, F>(
    items: Live<(value: V, key: K) => Iterable<T>>,
    options: { readonly key: (item: T, index: number, key: K) => F },
  ): KeyedCollection<F, T>;
  flatten<T, F>(
    items: Live<(value: V, key: K) => Iterable<T>>,
    options: FlattenOptions<K, T, F> = {},
  ): KeyedCollection<F, T> {
    return new Collection(new FlattenCore(this.core, { items, keyOf: options.key }));
  }

  /** The value of one key; the read is noted. */
  protected valueOf(key: K): V | undefined {
    return this.read(() => this.contents.valueFor(key));
  }

  /** Reads something of the collection as it is now; whoever notes the read hears only of changes of just that. */
  protected read<T>(f: () => T): T {
    warmUp(this.contents);
    return derivedRead(this.contents.node, f);
  }
}

/** A collection that follows from others. */
export class Collection<K, V> extends Reads<K, V> implements KeyedCollection<K, V> {
  reduce<A>(reduction: Reduction<K, V, A>, { equals }: ReduceOptions<A> = {}): ReadableSignal<A> {
    return this.reduced("reduce", reducerOf(reduction), equals);
  }

  count(test?: (value: V, key: K) => boolean): ReadableSignal<number> {
    return this.reduced("count", counting(test));
  }

  sum(of: (value: V, key: K) => number): ReadableSignal<number> {
    return this.reduced("sum", summing(of));
  }

  min(of: (value: V, key: K) => number): ReadableSignal<number | undefined> {
    return this.reduced("min", extreme(of, Math.min));
  }

  max(of: (value: V, key: K) => number): ReadableSignal<number | undefined> {
    return this.reduced("max", extreme(of, Math.max));
  }

  private reduced<A>(
    name: string,
    make: MakeReducer<K, V, A>,
    equals?: (before: A, after: A) => boolean,
  ): ReadableSignal<A> {
    return resultOf(new ReduceCore(name, this.core, make, equals));
  }
}

/** Groups, and what can be said of each. */
class GroupedCollection<G, K, V> extends Reads<G, KeyedCollection<K, V>> implements Groups<G, K, V> {
  private readonly source: Core<K, V>;
  private readonly by: Live<(value: V, key: K) => G>;

  constructor(source: Core<K, V>, by: Live<(value: V, key: K) => G>) {
    super(new GroupByCore(source, by, (core): KeyedCollection<K, V> => new Collection(core)));
    this.source = source;
    this.by = by;
  }

  reduce<A>(reduction: Reduction<K, V, A>): KeyedCollection<G, A> {
    return this.reduced(reducerOf(reduction));
  }

  count(test?: (value: V, key: K) => boolean): KeyedCollection<G, number> {
    return this.reduced(counting(test));
  }

  sum(of: (value: V, key: K) => number): KeyedCollection<G, number> {
    return this.reduced(summing(of));
  }

  min(of: (value: V, key: K) => number): KeyedCollection<G, number> {
    return this.reduced(extreme(of, Math.min)) as KeyedCollection<G, number>; // cast: a group has a row
  }

  max(of: (value: V, key: K) => number): KeyedCollection<G, number> {
    return this.reduced(extreme(of, Math.max)) as KeyedCollection<G, number>; // cast: a group has a row
  }

  private reduced<A>(make: MakeReducer<K, V, A>): KeyedCollection<G, A> {
    return new Collection(new GroupReduceCore(this.source, this.by, make));
  }
}

function sorted<K, V, S>(
  source: Core<K, V>,
  key: Live<(value: V, key: K) => S>,
  { compare = compareKeys, descending = false }: SortOptions<S>,
): SortCore<K, V, S> {
  checkFunction(compare);
  return new SortCore(source, { key, compare: descending ? (a, b) => compare(b, a) : compare });
}

/** What stands behind a collection; undefined for one that is not of this module. */
export function coreOf<K, V>(collection: CollectionReads<K, V>): Core<K, V> | undefined {
  return collection instanceof Reads ? (collection as Reads<K, V>).core : undefined;
}
