import { CodedError } from "../../errors/index.ts";
import { checkFunction } from "../arguments.ts";
import { ExactSum } from "./exact-sum.ts";
import { PartialTree } from "./partial-tree.ts";
import type { Row } from "./row.ts";

/**
 * A result that can take a row back: O(1) per changed row. Both functions return the next accumulator; neither may change the one it is given.
 * @public
 */
export interface InvertibleReduction<K, V, A> {
  /** The result of no rows. */
  readonly initial: A;
  /** The accumulator with a row. The order in which rows come is not said. */
  readonly add: (accumulator: A, value: V, key: K) => A;
  /** The accumulator without a row that was added before. */
  readonly remove: (accumulator: A, value: V, key: K) => A;
}

/**
 * A result that cannot take rows back, put together from partial results: O(log n) calls of `combine` per changed row.
 * @public
 */
export interface AssociativeReduction<K, V, A> {
  /** The result of no rows. */
  readonly initial: A;
  /** The result of one row. */
  readonly map: (value: V, key: K) => A;
  /** The result of two neighbouring parts, the left one first. It must be associative: where the parts are cut is not said. */
  readonly combine: (left: A, right: A) => A;
}

/**
 * How rows become one result.
 * @public
 */
export type Reduction<K, V, A> = InvertibleReduction<K, V, A> | AssociativeReduction<K, V, A>;

/** A row as a reducer has seen it. */
export interface Counted<K, V> {
  src: Row<K, V>;
  seen: V;
  seenPlace: number;
}

/** What has become of one row. Both, when its value is another or it stands elsewhere. */
export interface Step<K, V> {
  readonly out: Counted<K, V> | undefined;
  readonly inn: Row<K, V> | undefined;
}

/** Keeps one result. */
export interface Reducer<K, V, A> {
  /** Takes over all of the steps, or throws with everything as it was. */
  advance(steps: readonly Step<K, V>[]): void;
  /** Ends the work. What it throws is thrown again until it succeeds. */
  result(): A;
}

export type MakeReducer<K, V, A> = (compare: (a: Row<K, V>, b: Row<K, V>) => number) => Reducer<K, V, A>;

export function reducerOf<K, V, A>(reduction: Reduction<K, V, A>): MakeReducer<K, V, A> {
  if (typeof reduction !== "object" || reduction === null)
    throw new CodedError("SIGNALS_BAD_ARGUMENT", "A reduction is no object", { value: typeof reduction });
  for (const f of "combine" in reduction ? [reduction.map, reduction.combine] : [reduction.add, reduction.remove])
    checkFunction(f);
  return "combine" in reduction
    ? (compare) => new TreeReducer(reduction, compare)
    : () => new InvertibleReducer(reduction);
}

class InvertibleReducer<K, V, A> implements Reducer<K, V, A> {
  private readonly reduction: InvertibleReduction<K, V, A>;
  private accumulator: A;

  constructor(reduction: InvertibleReduction<K, V, A>) {
    this.reduction = reduction;
    this.accumulator = reduction.initial;
  }

  result(): A {
    return this.accumulator;
  }

  advance(steps: readonly Step<K, V>[]): void {
    const { add, remove } = this.reduction;
    let next = this.accumulator;
    for (const { out, inn } of steps) {
      if (out !== undefined && inn !== undefined && Object.is(out.seen, inn.value)) continue; // only moved
      if (out !== undefined) next = remove(next, out.seen, out.src.key);
      if (inn !== undefined) next = add(next, inn.value, inn.key);
    }
    this.accumulator = next;
  }
}

class TreeReducer<K, V, A> implements Reducer<K, V, A> {
  private readonly reduction: AssociativeReduction<K, V, A>;
  private readonly tree: PartialTree<Row<K, V>, A>;

  constructor(reduction: AssociativeReduction<K, V, A>, compare: (a: Row<K, V>, b: Row<K, V>) => number) {
    this.reduction = reduction;
    this.tree = new PartialTree(reduction.combine, compare);
  }

  result(): A {
    return this.tree.total(this.reduction.initial);
  }

  advance(steps: readonly Step<K, V>[]): void {
    const inn: { readonly row: Row<K, V>; readonly part: A }[] = [];
    for (const { out, inn: row } of steps) {
      if (row === undefined) continue;
      const known = out !== undefined && Object.is(out.seen, row.value) ? this.tree.get(out.src) : undefined;
      inn.push({ row, part: known === undefined ? this.reduction.map(row.value, row.key) : known.part });
    }
    for (const { out } of steps) if (out !== undefined) this.tree.remove(out.src);
    this.tree.insertAll(inn);
  }
}

/** Adds numbers, exactly: see ExactSum. */
export function summing<K, V>(of: (value: V, key: K) => number): MakeReducer<K, V, number> {
  checkFunction(of);
  return () => new SumReducer(of);
}

class SumReducer<K, V> implements Reducer<K, V, number> {
  private readonly of: (value: V, key: K) => number;
  private readonly parts: Map<K, number> = new Map();
  private readonly sum: ExactSum = new ExactSum();

  constructor(of: (value: V, key: K) => number) {
    this.of = of;
  }

  result(): number {
    return this.sum.value;
  }

  advance(steps: readonly Step<K, V>[]): void {
    const { of, parts, sum } = this;
    const found = steps.map(({ inn }) => (inn === undefined ? 0 : Number(of(inn.value, inn.key))));
    for (const [at, { out, inn }] of steps.entries()) {
      if (out !== undefined) {
        sum.remove(parts.get(out.src.key) ?? 0);
        parts.delete(out.src.key);
      }
      if (inn === undefined) continue;
      const part = found[at] ?? 0;
      sum.add(part);
      parts.set(inn.key, part);
    }
  }
}

/** Counts rows, or those that pass. */
export function counting<K, V>(test: ((value: V, key: K) => boolean) | undefined): MakeReducer<K, V, number> {
  if (test === undefined) return summing(() => 1);
  checkFunction(test);
  return summing((value, key) => (test(value, key) ? 1 : 0));
}

/** The least or the greatest of some numbers. */
export function extreme<K, V>(
  of: (value: V, key: K) => number,
  choose: (a: number, b: number) => number,
): MakeReducer<K, V, number | undefined> {
  return reducerOf<K, V, number | undefined>({
    initial: undefined,
    map: of,
    combine: (a, b) => (a === undefined ? b : b === undefined ? a : choose(a, b)),
  });
}
