import type { Core } from "./core.ts";
import { Cursor } from "./cursor.ts";
import type { Delta } from "./deltas.ts";
import { hasMoved } from "./passing.ts";
import type { Row } from "./row.ts";
import { type Block, type Placed, Sequence } from "./sequence.ts";

/** A row as it was last reported. */
class Reported<K, V> implements Placed {
  readonly key: K;
  src: Row<K, V>;
  seen: V;
  seenPlace: number;
  block: Block | undefined = undefined;

  constructor(row: Row<K, V>) {
    this.key = row.key;
    this.src = row;
    this.seen = row.value;
    this.seenPlace = row.base.place;
  }
}

/** A row that comes or moves. */
interface Arrival<K, V> {
  readonly own: Reported<K, V>;
  /** Its index in the end. */
  readonly index: number;
  /** Its place among those that move, by where they stood; undefined for one that is new. */
  readonly ordinal: number | undefined;
}

/** Turns what happens to a collection into deltas, from what it reported last to what there is now. */
export class Follower<K, V> {
  private readonly core: Core<K, V>;
  private readonly cursor: Cursor<K, V>;
  private readonly rows: Map<K, Reported<K, V>> = new Map();
  private readonly sequence: Sequence<Reported<K, V>> = new Sequence<Reported<K, V>>([]);

  constructor(core: Core<K, V>) {
    this.core = core;
    this.cursor = new Cursor(core);
  }

  /**
   * What has changed since the last call. The collection must be up to date.
   * 1. Updates in place, then deletes.
   * 2. What moves is taken out, so that the rest is in order; then it and what is new goes in, from the left to the right.
   * 3. From where each stood and where it ends follows each step, as if done one after another.
   */
  advance(): Delta<K, V>[] {
    const deltas: Delta<K, V>[] = [];
    const moved: Reported<K, V>[] = [];
    const fresh: Reported<K, V>[] = [];
    const gone: Reported<K, V>[] = [];
    for (const row of this.cursor.touchedOf(this.rows, false)) {
      const own = this.rows.get(row.key);
      if (!row.alive) {
        if (own !== undefined) gone.push(own);
      } else if (own === undefined) fresh.push(new Reported(row));
      else {
        if (hasMoved(own, row)) moved.push(own);
        this.update(own, row, deltas);
      }
    }
    for (const own of gone) this.remove(own, deltas);
    this.arrive(moved, fresh, deltas);
    this.cursor.done();
    return deltas;
  }

  private update(own: Reported<K, V>, row: Row<K, V>, deltas: Delta<K, V>[]): void {
    const previous = own.seen;
    own.src = row;
    own.seen = row.value;
    own.seenPlace = row.base.place;
    if (Object.is(previous, row.value)) return;
    deltas.push({ type: "update", index: this.sequence.indexOf(own), key: own.key, value: row.value, previous });
  }

  private remove(own: Reported<K, V>, deltas: Delta<K, V>[]): void {
    deltas.push({ type: "delete", index: this.sequence.takeOut(own), key: own.key, previous: own.seen });
    this.rows.delete(own.key);
  }

  private arrive(moved: readonly Reported<K, V>[], fresh: readonly Reported<K, V>[], deltas: Delta<K, V>[]): void {
    const count = moved.length + fresh.length;
    if (count === 0) return;
    if (count === 1) {
      this.arriveAlone(moved[0], fresh[0], deltas);
      return;
    }
    const { stays, ordinals } = this.takeOut(moved);
    const positions = this.core.positions();
    const arrivals = [...moved, ...fresh].map(
      (own): Arrival<K, V> => ({ own, index: positions.indexOf(own.src), ordinal: ordinals.get(own) }),
    );
    arrivals.sort((a, b) => a.index - b.index);
    for (const own of fresh) this.rows.set(own.key, own);
    if (arrivals.length > 32 && arrivals.length > this.sequence.size >> 3) this.refill(arrivals);
    else for (const { own, index } of arrivals) this.sequence.insertAt(index, own);
    if (moved.length === 0) {
      for (const { own, index } of arrivals) deltas.push(insertion(own, index));
    } else steps(arrivals, stays, deltas);
  }

  /** What most changes come to, without the lists that several need (bench: signals, collections). */
  private arriveAlone(
    moved: Reported<K, V> | undefined,
    fresh: Reported<K, V> | undefined,
    deltas: Delta<K, V>[],
  ): void {
    const own = (moved ?? fresh) as Reported<K, V>; // cast: one of them is there
    const from = this.sequence.takeOut(own);
    const to = this.core.positions().indexOf(own.src);
    this.sequence.insertAt(to, own);
    if (moved === undefined) {
      this.rows.set(own.key, own);
      deltas.push(insertion(own, to));
    } else if (from !== to) deltas.push({ type: "move", from, to, key: own.key, value: own.seen });
  }

  /** Takes rows out; `stays` says for each of them, by ordinal, how many of those that stay stand before it. */
  private takeOut(moved: readonly Reported<K, V>[]): {
    readonly stays: readonly number[];
    readonly ordinals: ReadonlyMap<Reported<K, V>, number>;
  } {
    const stood = moved.map((own) => ({ own, index: this.sequence.indexOf(own) })).sort((a, b) => a.index - b.index);
    for (const own of moved) this.sequence.remove(own);
    return {
      stays: stood.map(({ index }, ordinal) => index - ordinal),
      ordinals: new Map(stood.map(({ own }, ordinal) => [own, ordinal])),
    };
  }

  private refill(arrivals: readonly Arrival<K, V>[]): void {
    const rest = this.sequence.toArray();
    const all: Reported<K, V>[] = [];
    let next = 0;
    for (const { own, index } of arrivals) {
      while (all.length < index && next < rest.length) all.push(rest[next++] as Reported<K, V>); // cast: in range
      all.push(own);
    }
    while (next < rest.length) all.push(rest[next++] as Reported<K, V>); // cast: in range
    this.sequence.rebuild(all);
  }
}

/**
 * From the left to the right, each row goes right behind what ends before it. Those that have yet to move still stand where they stood: behind
 * their number of staying rows, and behind whatever has come to that gap.
 */
function steps<K, V>(arrivals: readonly Arrival<K, V>[], stays: readonly number[], deltas: Delta<K, V>[]): void {
  const waiting = new Waiting(stays.length);
  const gaps = arrivals.map(({ index }, done) => index - done); // for each, the rows that stay and end before it
  for (const [done, { own, index, ordinal }] of arrivals.entries()) {
    if (ordinal !== undefined) waiting.leave(ordinal);
    const to = index + waiting.before(countBelow(stays, gaps[done] ?? 0));
    if (ordinal === undefined) {
      deltas.push(insertion(own, to));
      continue;
    }
    const stood = stays[ordinal] ?? 0;
    const from = stood + Math.min(done, countBelow(gaps, stood + 1)) + waiting.before(ordinal);
    if (from !== to) deltas.push({ type: "move", from, to, key: own.key, value: own.seen });
  }
}

function insertion<K, V>(own: Reported<K, V>, index: number): Delta<K, V> {
  return { type: "insert", index, key: own.key, value: own.seen };
}

/** How many of the rising numbers are below a limit. */
function countBelow(rising: readonly number[], limit: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Which of some ordinals are still waiting: a Fenwick tree of those that have left. */
class Waiting {
  private readonly left: Int32Array;

  constructor(count: number) {
    this.left = new Int32Array(count + 1);
  }

  leave(ordinal: number): void {
    for (let at = ordinal + 1; at < this.left.length; at += at & -at) this.left[at] = (this.left[at] ?? 0) + 1;
  }

  /** How many that wait have a lower ordinal. */
  before(ordinal: number): number {
    let left = 0;
    for (let at = ordinal; at > 0; at -= at & -at) left += this.left[at] ?? 0;
    return ordinal - left;
  }
}
