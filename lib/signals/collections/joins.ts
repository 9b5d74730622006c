import { CodedError } from "../../errors/index.ts";
import { Collection, coreOf } from "./collection.ts";
import { JoinCore } from "./join.ts";
import type { CollectionReads, KeyedCollection } from "./types.ts";

/**
 * A join to the right one's keys: each left row meets one row at most, and keeps its own key.
 * @public
 */
export interface JoinOptions<LK, LV, RK, RV, T> {
  /** The right key that a left row names. @defaultValue its own key */
  readonly on?: (value: LV, key: LK) => RK;
  /** Makes the value of two that meet. @defaultValue a frozen pair */
  readonly combine?: (left: LV, right: RV, leftKey: LK) => T;
}

/**
 * A join at any value of both: any number of rows may meet, and the key of each result is a frozen pair of theirs.
 * @public
 */
export interface MeetingOptions<LK, LV, RK, RV, J, T> {
  /** Where a left row meets others. */
  readonly on: (value: LV, key: LK) => J;
  /** Where a right row meets others. */
  readonly to: (value: RV, key: RK) => J;
  /** Makes the value of two that meet. @defaultValue a frozen pair */
  readonly combine?: (left: LV, right: RV, leftKey: LK) => T;
}

/**
 * The rows of two collections that meet, in the order of the left one.
 * @remarks O(pairs that change). Callbacks run for what has changed; signals they read are not noted.
 * @example
 * ```ts
 * join(orders, users, { on: (order) => order.user, combine: (order, user) => ({ ...order, name: user.name }) });
 * ```
 * @public
 */
export function join<LK, LV, RK, RV, T = readonly [LV, RV]>(
  left: CollectionReads<LK, LV>,
  right: CollectionReads<RK, RV>,
  options?: JoinOptions<LK, LV, RK, RV, T>,
): KeyedCollection<LK, T>;
/**
 * The same at any value of both.
 * @public
 */
export function join<LK, LV, RK, RV, J, T = readonly [LV, RV]>(
  left: CollectionReads<LK, LV>,
  right: CollectionReads<RK, RV>,
  options: MeetingOptions<LK, LV, RK, RV, J, T>,
): KeyedCollection<readonly [LK, RK], T>;
export function join(left: Reads, right: Reads, options: Options = {}): Joined {
  return joined(left, right, options, false);
}

/**
 * As `join`, and left rows that meet none stand alone: the right value is then undefined.
 * @public
 */
export function leftJoin<LK, LV, RK, RV, T = readonly [LV, RV | undefined]>(
  left: CollectionReads<LK, LV>,
  right: CollectionReads<RK, RV>,
  options?: JoinOptions<LK, LV, RK, RV | undefined, T>,
): KeyedCollection<LK, T>;
/**
 * The same at any value of both.
 * @public
 */
export function leftJoin<LK, LV, RK, RV, J, T = readonly [LV, RV | undefined]>(
  left: CollectionReads<LK, LV>,
  right: CollectionReads<RK, RV>,
  options: Omit<MeetingOptions<LK, LV, RK, RV, J, T>, "combine"> & {
    readonly combine?: (left: LV, right: RV | undefined, leftKey: LK) => T;
  },
): KeyedCollection<readonly [LK, RK | undefined], T>;
export function leftJoin(left: Reads, right: Reads, options: Options = {}): Joined {
  return joined(left, right, options, true);
}

// What the overloads say in types, without them.
type Reads = CollectionReads<unknown, unknown>;
type Joined = KeyedCollection<never, never>;
interface Options {
  readonly on?: ((value: never, key: never) => unknown) | undefined;
  readonly to?: ((value: never, key: never) => unknown) | undefined;
  readonly combine?: ((left: never, right: never, leftKey: never) => unknown) | undefined;
}
type Ask = (value: unknown, key: unknown) => unknown;

function joined(left: Reads, right: Reads, { on, to, combine }: Options, outer: boolean): Joined {
  const leftCore = coreOf(left);
  const rightCore = coreOf(right);
  if (leftCore === undefined || rightCore === undefined) {
    throw new CodedError(
      "SIGNALS_FOREIGN_COLLECTION",
      "Something was to be joined that is no collection of this copy of busbar",
    );
  }
  const ownKey: Ask = (_value, key) => key;
  const core = new JoinCore<unknown, unknown, unknown, unknown, unknown, unknown, unknown>(leftCore, rightCore, {
    leftOn: (on as Ask | undefined) ?? ownKey, // casts: the overloads have checked them
    rightOn: (to as Ask | undefined) ?? ownKey,
    keyOf: to === undefined ? (key) => key : (key, other, old) => old ?? Object.freeze([key, other]),
    combine:
      (combine as ((one: unknown, other: unknown, key: unknown) => unknown) | undefined) ??
      ((one, other) => Object.freeze([one, other])),
    outer,
  });
  return new Collection(core) as unknown as Joined; // cast: as above
}
