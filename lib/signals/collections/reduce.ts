import type { ReadableSignal } from "../index.ts";
import { type Callback, callbackOf, type Live } from "./callback.ts";
import type { Core } from "./core.ts";
import { Cursor } from "./cursor.ts";
import { DerivedCore } from "./derived-core.ts";
import { freezeDeep } from "./freeze.ts";
import { type Chained, derivedNode, silently } from "./node.ts";
import { hasMoved } from "./passing.ts";
import type { Counted, MakeReducer, Reducer, Step } from "./reducers.ts";
import { Row } from "./row.ts";

/** One result of all rows. */
export class ReduceCore<K, V, A> implements Chained {
  readonly name: string;
  readonly node: ReadableSignal<A>;
  readonly sources: readonly Chained[];
  warm = false;
  private readonly cursor: Cursor<K, V>;
  private readonly reducer: Reducer<K, V, A>;
  private readonly members: Map<K, Counted<K, V>> = new Map();

  constructor(name: string, source: Core<K, V>, make: MakeReducer<K, V, A>, equals?: (before: A, after: A) => boolean) {
    this.name = name;
    this.sources = [source];
    this.cursor = new Cursor(source);
    this.reducer = make(source.compareRows);
    this.node = derivedNode(() => this.advance(), name, equals);
  }

  private advance(): A {
    this.warm = true;
    this.cursor.track();
    const rows = this.cursor.touchedOf(this.members, false);
    const steps: Step<K, V>[] = [];
    for (const row of rows) {
      const step = stepOf(row, this.members.get(row.key));
      if (step !== undefined) steps.push(step);
    }
    if (steps.length > 0) silently(() => this.reducer.advance(steps));
    for (const { out, inn } of steps) takeOver(this.members, out, inn);
    this.cursor.done();
    return silently(() => this.reducer.result());
  }
}

/** What has become of a row since it was counted, if anything. */
function stepOf<K, V>(row: Row<K, V>, member: Counted<K, V> | undefined): Step<K, V> | undefined {
  if (!row.alive) return member === undefined ? undefined : { out: member, inn: undefined };
  if (member !== undefined && member.src === row && Object.is(member.seen, row.value) && !hasMoved(member, row))
    return undefined;
  return { out: member, inn: row };
}

function takeOver<K, V>(
  members: Map<K, Counted<K, V>>,
  out: Counted<K, V> | undefined,
  inn: Row<K, V> | undefined,
): void {
  if (inn === undefined) {
    if (out !== undefined) members.delete(out.src.key);
  } else if (out === undefined) members.set(inn.key, { src: inn, seen: inn.value, seenPlace: inn.base.place });
  else Object.assign(out, { src: inn, seen: inn.value, seenPlace: inn.base.place });
}

interface Group<K, V, G, A> {
  readonly row: Row<G, A>;
  readonly reducer: Reducer<K, V, A>;
  size: number;
}

interface GroupMember<K, V, G, A> extends Counted<K, V> {
  group: Group<K, V, G, A>;
}

/** One result for each group. Groups stand in the order in which they came; one with no rows left is gone. */
export class GroupReduceCore<K, V, G, A> extends DerivedCore<G, A> {
  readonly sources: readonly Chained[];
  private readonly source: Core<K, V>;
  private readonly cursor: Cursor<K, V>;
  private readonly by: Callback<(value: V, key: K) => G>;
  private readonly make: MakeReducer<K, V, A>;
  private readonly groups: Map<G, Group<K, V, G, A>> = new Map();
  private readonly members: Map<K, GroupMember<K, V, G, A>> = new Map();
  /** Steps taken in by `members` that a reducer has not yet brought to its end, because a callback threw. */
  private readonly pending: Map<Group<K, V, G, A>, Map<K, Step<K, V>>> = new Map();

  constructor(source: Core<K, V>, by: Live<(value: V, key: K) => G>, make: MakeReducer<K, V, A>) {
    super("reduce", source.freezes);
    this.source = source;
    this.sources = [source];
    this.cursor = new Cursor(source);
    this.by = callbackOf(by);
    this.make = make;
  }

  protected advance(): void {
    this.cursor.track();
    const again = this.by.refresh();
    const rows = this.cursor.touchedOf(this.members, again);
    const results = silently(() => {
      const ids = rows.map((row) => this.ask(row, again));
      for (const [at, row] of rows.entries()) this.assign(row, ids[at]);
      this.by.done();
      this.cursor.done();
      for (const [group, steps] of this.pending) {
        if (steps.size === 0 || group.size === 0) continue; // an empty one is about to go, reducer and all
        group.reducer.advance([...steps.values()]);
        steps.clear();
      }
      return [...this.pending.keys()].map((group) => [group, group.reducer.result()] as const);
    });
    for (const [group, result] of results) this.publish(group, result);
    this.pending.clear();
    this.settle();
  }

  private ask(row: Row<K, V>, again: boolean): G | undefined {
    if (!row.alive) return undefined;
    const member = this.members.get(row.key);
    const known = member !== undefined && !again && Object.is(member.seen, row.value);
    return known ? member.group.row.key : this.by.current(row.value, row.key);
  }

  private assign(row: Row<K, V>, id: G | undefined): void {
    const member = this.members.get(row.key);
    const step = stepOf(row, member);
    if (!row.alive) {
      if (step !== undefined && member !== undefined) this.leave(member);
      return;
    }
    const group = this.groups.get(id as G) ?? this.open(id as G); // casts: ask has one for what is alive
    if (member?.group === group) {
      if (step === undefined) return;
      this.note(group, { ...member }, row);
      Object.assign(member, { src: row, seen: row.value, seenPlace: row.base.place });
      return;
    }
    if (member !== undefined) this.leave(member);
    this.members.set(row.key, { src: row, seen: row.value, seenPlace: row.base.place, group });
    group.size++;
    this.note(group, undefined, row);
  }

  private open(id: G): Group<K, V, G, A> {
    const reducer = this.make(this.source.compareRows);
    const group = { row: new Row<G, A>(id, reducer.result()), reducer, size: 0 };
    this.groups.set(id, group);
    return group;
  }

  private leave(member: GroupMember<K, V, G, A>): void {
    const { group } = member;
    this.members.delete(member.src.key);
    group.size--;
    this.note(group, member, undefined);
  }

  /** Composes a step with one of the same row that is still waiting: from what the reducer has to what is there now. */
  private note(group: Group<K, V, G, A>, out: Counted<K, V> | undefined, inn: Row<K, V> | undefined): void {
    const key = (inn ?? out?.src)?.key as K; // cast: one of the two is there
    const steps = this.pending.get(group) ?? new Map<K, Step<K, V>>();
    this.pending.set(group, steps);
    const waiting = steps.get(key);
    const step = { out: waiting === undefined ? out : waiting.out, inn };
    if (step.out === undefined && step.inn === undefined) steps.delete(key);
    else steps.set(key, step);
  }

  private publish({ row, size }: Group<K, V, G, A>, result: A): void {
    const present = this.rows.has(row.key);
    if (size === 0) {
      this.groups.delete(row.key);
      if (present) this.drop(row);
      return;
    }
    if (present && Object.is(row.value, result)) return;
    row.value = this.freezes ? freezeDeep(result) : result;
    if (present) this.touch(row);
    else this.add(row);
  }
}
