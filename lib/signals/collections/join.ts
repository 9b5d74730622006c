import type { Core } from "./core.ts";
import { DerivedCore } from "./derived-core.ts";
import { freezeDeep } from "./freeze.ts";
import { Half, type Side } from "./join-half.ts";
import { duplicate } from "./list-checks.ts";
import { type Chained, silently } from "./node.ts";
import { type AnyRow, Row } from "./row.ts";

/** How two collections are joined. */
export interface Joining<LK, LV, RK, RV, J, K, T> {
  readonly leftOn: (value: LV, key: LK) => J;
  readonly rightOn: (value: RV, key: RK) => J;
  readonly keyOf: (left: LK, right: RK | undefined, old: K | undefined) => K;
  readonly combine: (left: LV, right: RV | undefined, leftKey: LK, rightKey: RK | undefined) => T;
  /** A left row without a right one stands alone, instead of nowhere. */
  readonly outer: boolean;
}

/** All rows that meet at one value. */
interface Meeting<L, R> {
  readonly left: Set<L>;
  readonly right: Set<R>;
}

class Pair<LK, LV, RK, RV, J, K, T> extends Row<K, T> {
  left: Side<LK, LV, J>;
  right: Side<RK, RV, J> | undefined;
  seenLeft: LV;
  seenRight: RV | undefined;

  constructor(key: K, value: T, left: Side<LK, LV, J>, right: Side<RK, RV, J> | undefined) {
    super(key, value);
    this.left = left;
    this.right = right;
    this.seenLeft = left.src.value;
    this.seenRight = right?.src.value;
  }
}

/**
 * Rows of two collections that meet, in the order of the left one, then of the right.
 * 1. Sort what was touched on either side into meetings, and note each pair that this may have made, changed or parted.
 * 2. Combine the noted pairs that are to stand. Should that throw, they stay noted for the next time.
 * 3. Take them over.
 */
export class JoinCore<LK, LV, RK, RV, J, K, T> extends DerivedCore<K, T> {
  declare readonly rows: Map<K, Pair<LK, LV, RK, RV, J, K, T>>;
  readonly sources: readonly Chained[];
  private readonly left: Half<LK, LV, J>;
  private readonly right: Half<RK, RV, J>;
  private readonly joining: Joining<LK, LV, RK, RV, J, K, T>;
  private readonly meetings: Map<J, Meeting<Side<LK, LV, J>, Side<RK, RV, J>>> = new Map();
  private readonly pairs: Map<Side<LK, LV, J>, Map<Side<RK, RV, J> | undefined, Pair<LK, LV, RK, RV, J, K, T>>> =
    new Map();
  private readonly noted: Map<Side<LK, LV, J>, Set<Side<RK, RV, J> | undefined>> = new Map();
  private readonly movedSides: Set<object> = new Set();

  constructor(left: Core<LK, LV>, right: Core<RK, RV>, joining: Joining<LK, LV, RK, RV, J, K, T>) {
    super("join", left.freezes);
    this.sources = [left, right];
    this.left = new Half(left, joining.leftOn);
    this.right = new Half(right, joining.rightOn);
    this.joining = joining;
  }

  protected override get byArrival(): boolean {
    return false;
  }

  override comparePlaces(a: AnyRow, b: AnyRow): number {
    const one = a as unknown as Pair<LK, LV, RK, RV, J, K, T>; // casts: asked only about rows of its own
    const other = b as unknown as Pair<LK, LV, RK, RV, J, K, T>;
    if (one.left !== other.left) return this.left.source.compareRows(one.left.src, other.left.src);
    if (one.right === undefined || other.right === undefined) return 0;
    return this.right.source.compareRows(one.right.src, other.right.src);
  }

  protected advance(): void {
    this.left.cursor.track();
    this.right.cursor.track();
    silently(() => {
      const fromLeft = this.left.plan();
      const fromRight = this.right.plan();
      // From here to `combine` no user code runs, and what it yields outlives a throw of that.
      this.left.apply(fromLeft, (side, enters) => this.meetLeft(side, enters), this.movedSides);
      this.right.apply(fromRight, (side, enters) => this.meetRight(side, enters), this.movedSides);
      this.pairUp();
    });
    this.settle();
  }

  private meetLeft(side: Side<LK, LV, J>, enters: boolean): void {
    const meeting = this.meeting(side.on);
    for (const right of meeting.right) this.note(side, right);
    this.note(side, undefined);
    if (enters) meeting.left.add(side);
    else meeting.left.delete(side);
    this.forget(side.on, meeting);
  }

  private meetRight(side: Side<RK, RV, J>, enters: boolean): void {
    const meeting = this.meeting(side.on);
    const alone = this.joining.outer && meeting.right.size <= 1;
    for (const left of meeting.left) {
      this.note(left, side);
      if (alone) this.note(left, undefined);
    }
    if (enters) meeting.right.add(side);
    else meeting.right.delete(side);
    this.forget(side.on, meeting);
  }

  private meeting(on: J): Meeting<Side<LK, LV, J>, Side<RK, RV, J>> {
    let meeting = this.meetings.get(on);
    if (meeting === undefined) {
      meeting = { left: new Set(), right: new Set() };
      this.meetings.set(on, meeting);
    }
    return meeting;
  }

  private forget(on: J, { left, right }: Meeting<unknown, unknown>): void {
    if (left.size + right.size === 0) this.meetings.delete(on);
  }

  private note(left: Side<LK, LV, J>, right: Side<RK, RV, J> | undefined): void {
    const rights = this.noted.get(left);
    if (rights === undefined) this.noted.set(left, new Set([right]));
    else rights.add(right);
  }

  private isWanted(left: Side<LK, LV, J>, right: Side<RK, RV, J> | undefined): boolean {
    if (!left.alive) return false;
    const meeting = this.meetings.get(left.on);
    if (right === undefined) return this.joining.outer && (meeting?.right.size ?? 0) === 0;
    return right.alive && (meeting?.right.has(right) ?? false);
  }

  private pairUp(): void {
    const wanted: {
      readonly left: Side<LK, LV, J>;
      readonly right: Side<RK, RV, J> | undefined;
      readonly key: K;
      readonly value: T;
    }[] = [];
    const parted: Pair<LK, LV, RK, RV, J, K, T>[] = [];
    for (const [left, rights] of this.noted) {
      const present = this.pairs.get(left);
      for (const right of rights) {
        const pair = present?.get(right);
        if (!this.isWanted(left, right)) {
          if (pair !== undefined) parted.push(pair);
        } else if (pair === undefined || !this.isCurrent(pair)) {
          wanted.push({ left, right, key: this.keyOf(left, right, pair?.key), value: this.combine(left, right) });
        } else if (this.movedSides.has(left) || (right !== undefined && this.movedSides.has(right))) {
          wanted.push({ left, right, key: pair.key, value: pair.value });
        }
      }
    }
    const vacant = this.vacate(parted, wanted);
    for (const { left, right, key, value } of wanted) {
      const old = this.rows.get(key);
      if (old === undefined) this.enter(new Pair(key, value, left, right));
      else this.retake(old, left, right, value);
      vacant.delete(key);
    }
    for (const pair of vacant.values()) this.part(pair);
    this.noted.clear();
    this.movedSides.clear();
  }

  /** The rows that are to go unless another pair takes their key. @throws when two pairs want one key. */
  private vacate(
    parted: readonly Pair<LK, LV, RK, RV, J, K, T>[],
    wanted: readonly { readonly key: K; readonly left: Side<LK, LV, J>; readonly right: Side<RK, RV, J> | undefined }[],
  ): Map<K, Pair<LK, LV, RK, RV, J, K, T>> {
    const vacant = new Map(parted.map((pair) => [pair.key, pair]));
    const taken = new Set<K>();
    for (const { key, left, right } of wanted) {
      const old = this.rows.get(key);
      const isOwn = old === undefined || vacant.has(key) || (old.left === left && old.right === right);
      if (taken.has(key) || !isOwn) throw duplicate(key);
      taken.add(key);
    }
    return vacant;
  }

  private isCurrent({ left, right, seenLeft, seenRight }: Pair<LK, LV, RK, RV, J, K, T>): boolean {
    return Object.is(seenLeft, left.src.value) && (right === undefined || Object.is(seenRight, right.src.value));
  }

  private keyOf(left: Side<LK, LV, J>, right: Side<RK, RV, J> | undefined, old: K | undefined): K {
    return this.joining.keyOf(left.src.key, right?.src.key, old);
  }

  private combine(left: Side<LK, LV, J>, right: Side<RK, RV, J> | undefined): T {
    const value = this.joining.combine(left.src.value, right?.src.value, left.src.key, right?.src.key);
    return this.freezes ? freezeDeep(value) : value;
  }

  private enter(pair: Pair<LK, LV, RK, RV, J, K, T>): void {
    this.add(pair);
    this.link(pair);
  }

  private link(pair: Pair<LK, LV, RK, RV, J, K, T>): void {
    const rights = this.pairs.get(pair.left);
    if (rights === undefined) this.pairs.set(pair.left, new Map([[pair.right, pair]]));
    else rights.set(pair.right, pair);
  }

  private unlink(pair: Pair<LK, LV, RK, RV, J, K, T>): void {
    const rights = this.pairs.get(pair.left);
    if (rights?.get(pair.right) === pair) rights.delete(pair.right);
    if (rights?.size === 0) this.pairs.delete(pair.left);
  }

  private retake(
    pair: Pair<LK, LV, RK, RV, J, K, T>,
    left: Side<LK, LV, J>,
    right: Side<RK, RV, J> | undefined,
    value: T,
  ): void {
    const isOther = pair.left !== left || pair.right !== right;
    if (isOther) {
      this.unlink(pair);
      pair.left = left;
      pair.right = right;
      this.link(pair);
    }
    if (isOther || this.movedSides.has(left) || (right !== undefined && this.movedSides.has(right))) this.move(pair);
    pair.seenLeft = left.src.value;
    pair.seenRight = right?.src.value;
    if (Object.is(pair.value, value)) return;
    pair.value = value;
    this.touch(pair);
  }

  private part(pair: Pair<LK, LV, RK, RV, J, K, T>): void {
    this.unlink(pair);
    this.drop(pair);
    pair.seenLeft = undefined as LV; // cast: nobody reads it any more
    pair.seenRight = undefined;
  }
}
