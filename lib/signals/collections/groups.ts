import { type Callback, callbackOf, type Live } from "./callback.ts";
import { type AnyCore, Core } from "./core.ts";
import { Cursor } from "./cursor.ts";
import { DerivedCore } from "./derived-core.ts";
import { type Chained, derivedNode, silently, type VersionNode } from "./node.ts";
import { hasMoved } from "./passing.ts";
import { Derived, Row } from "./row.ts";

class Member<K, V, G, C> extends Derived<K, V, V> {
  group: GroupCore<K, V, G, C>;

  constructor(row: Row<K, V>, group: GroupCore<K, V, G, C>) {
    super(row.key, row.value, row, row.base);
    this.group = group;
  }
}

/** One group: filled by the collection of groups, in the order of its source. */
export class GroupCore<K, V, G, C> extends Core<K, V> {
  readonly node: VersionNode;
  readonly sources: readonly Chained[];
  readonly row: Row<G, C>;

  constructor(groups: GroupByCore<K, V, G, C>, source: Core<K, V>, id: G, wrap: (core: Core<K, V>) => C) {
    super("group", source.freezes, source.order as AnyCore);
    this.sources = [groups];
    this.node = derivedNode(() => {
      this.warm = true;
      groups.pulse.get();
      return this.version;
    }, "group");
    this.row = new Row(id, wrap(this));
  }

  keep(own: Member<K, V, G, C>, row: Row<K, V>): void {
    own.src = row;
    own.seen = row.value;
    if (hasMoved(own, row)) {
      own.base = row.base;
      own.seenPlace = row.base.place;
      this.move(own);
    }
    if (Object.is(own.value, row.value)) return;
    own.value = row.value;
    this.touch(own);
  }
}

/** The rows of a source by group. Groups stand in the order in which they came; one with no rows left is gone. */
export class GroupByCore<K, V, G, C> extends DerivedCore<G, C> {
  /** Changes when anything in any group does, which the groups themselves need not. */
  declare readonly pulse: VersionNode;
  private pulses = 0;
  readonly sources: readonly Chained[];
  private readonly source: Core<K, V>;
  private readonly cursor: Cursor<K, V>;
  private readonly by: Callback<(value: V, key: K) => G>;
  private readonly wrap: (core: Core<K, V>) => C;
  private readonly groups: Map<G, GroupCore<K, V, G, C>> = new Map();
  private readonly members: Map<K, Member<K, V, G, C>> = new Map();

  /** @param wrap - Makes a group's value of its core. */
  constructor(source: Core<K, V>, by: Live<(value: V, key: K) => G>, wrap: (core: Core<K, V>) => C) {
    super("groupBy", false);
    this.source = source;
    this.sources = [source];
    this.cursor = new Cursor(source);
    this.by = callbackOf(by);
    this.wrap = wrap;
  }

  protected override makeNode(): VersionNode {
    const pulse = derivedNode(() => {
      this.warm = true;
      this.advance();
      return this.pulses;
    }, "groupBy");
    Object.assign(this, { pulse });
    return derivedNode(() => {
      pulse.get();
      return this.version;
    }, "groups");
  }

  protected advance(): void {
    this.cursor.track();
    const again = this.by.refresh();
    const rows = this.cursor.touchedOf(this.members, again);
    if (rows.length > 0) {
      const ids = silently(() => rows.map((row) => this.ask(row, again)));
      this.assign(rows, ids);
    }
    this.settle();
    this.by.done();
    this.cursor.done();
  }

  private ask(row: Row<K, V>, again: boolean): G | undefined {
    if (!row.alive) return undefined;
    const member = this.members.get(row.key);
    if (member !== undefined && !again && Object.is(member.seen, row.value)) return member.group.row.key;
    return this.by.current(row.value, row.key);
  }

  private assign(rows: readonly Row<K, V>[], ids: readonly (G | undefined)[]): void {
    const changed = new Set<GroupCore<K, V, G, C>>();
    for (const [at, row] of rows.entries()) {
      const member = this.members.get(row.key);
      if (!row.alive) {
        if (member !== undefined) this.leave(member, changed);
        continue;
      }
      const id = ids[at] as G; // cast: ask has one for what is alive
      const group = this.groups.get(id) ?? this.open(id);
      changed.add(group);
      if (member?.group === group) group.keep(member, row);
      else {
        if (member !== undefined) this.leave(member, changed);
        const fresh = new Member(row, group);
        this.members.set(row.key, fresh);
        group.add(fresh);
      }
    }
    for (const group of changed) {
      if (group.settle()) this.pulses++;
      if (group.rows.size > 0) continue;
      this.groups.delete(group.row.key);
      this.drop(group.row);
    }
  }

  private open(id: G): GroupCore<K, V, G, C> {
    const group = new GroupCore(this, this.source, id, this.wrap);
    this.groups.set(id, group);
    this.add(group.row);
    return group;
  }

  private leave(member: Member<K, V, G, C>, changed: Set<GroupCore<K, V, G, C>>): void {
    changed.add(member.group);
    this.members.delete(member.key);
    member.group.drop(member);
    member.seen = undefined as V; // cast: nobody reads it any more
  }
}
