import { CodedError } from "../../errors/index.ts";
import type {
  Aggregate,
  BoolExpression,
  BoolOperand,
  ColumnExpression,
  NeedsOf,
  NumberExpression,
  NumberOperand,
} from "./expression-types.ts";

/** An expression as it was written: a tree, before any table is known. */
export type Tree =
  | { readonly op: "column"; readonly name: string }
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "bool"; readonly value: boolean }
  | { readonly op: "null" }
  | { readonly op: "inSet"; readonly args: readonly Tree[]; readonly words: readonly string[] }
  | { readonly op: Operation; readonly args: readonly Tree[] };

export type Arithmetic = "add" | "sub" | "mul" | "div" | "mod" | "least" | "greatest";
export type Comparison = "lt" | "le" | "gt" | "ge" | "eq" | "ne";
export type Operation = Arithmetic | Comparison | "neg" | "abs" | "and" | "or" | "not" | "isNull" | "fillNull" | "when";
export type AggregateOperation = "sum" | "min" | "max" | "mean" | "count" | "rows" | "distinct";

/** Nodes one expression may have, and words one set: kernels grow with them, and strangers may choose filters. */
const MAX_NODES = 1000;
const MAX_WORDS = 1024;

/**
 * A column of whatever table takes the expression.
 * @example
 * ```ts
 * const revenue = sales.select(col("price").mul(col("qty")).sum());
 * ```
 * @public
 */
export function col<C extends string>(name: C): ColumnExpression<C> {
  return new Traced({ op: "column", name }, 1) as unknown as ColumnExpression<C>; // cast: it has every method; types say which may be called
}

/**
 * How many rows there are, or pass the filter.
 * @public
 */
export function count(): Aggregate<unknown, number> {
  return new TracedAggregate("rows", undefined) as Aggregate<unknown, number>; // cast: "rows" is one of its words
}

/**
 * `yes` where the test is true, `otherwise` where it is false or null; without `otherwise` null.
 * One call, not `when(...).then(...)`: an object with a method `then` is taken for a promise.
 * @throws CodedError `SIGNALS_TOO_LARGE` beyond 1,000 nodes.
 * @public
 */
export function when<T extends BoolOperand, Y extends BoolExpression<never>, O extends BoolOperand = boolean>(
  test: T,
  yes: Y,
  otherwise?: O,
): BoolExpression<NeedsOf<T, "bool"> & NeedsOf<Y, "bool"> & NeedsOf<O, "bool">>;
/** The same for numbers. @public */
export function when<T extends BoolOperand, Y extends NumberOperand, O extends NumberOperand = number>(
  test: T,
  yes: Y,
  otherwise?: O,
): NumberExpression<NeedsOf<T, "bool"> & NeedsOf<Y, "number"> & NeedsOf<O, "number">>;
export function when(test: BoolOperand, yes: unknown, otherwise?: unknown): unknown {
  return traced("when", test, yes, otherwise === undefined ? new Traced({ op: "null" }, 1) : otherwise);
}

/** The tree of an expression; booleans and numbers stand for themselves. */
export function treeOf(expression: unknown): Tree {
  return tracedOf(expression).tree;
}

/** What an aggregate folds, or undefined for something else. */
export function aggregateOf(expression: unknown): TracedAggregate | undefined {
  return expression instanceof TracedAggregate ? expression : undefined;
}

export class TracedAggregate {
  readonly aggregate: AggregateOperation;
  readonly tree: Tree | undefined;

  constructor(aggregate: AggregateOperation, tree: Tree | undefined) {
    this.aggregate = aggregate;
    this.tree = tree;
  }
}

class Traced {
  readonly tree: Tree;
  readonly size: number;

  constructor(tree: Tree, size: number) {
    if (size > MAX_NODES) throw new CodedError("SIGNALS_TOO_LARGE", `An expression has more than ${MAX_NODES} nodes`);
    this.tree = tree;
    this.size = size;
  }

  get column(): string | undefined {
    return this.tree.op === "column" ? this.tree.name : undefined;
  }

  add(other: unknown): Traced {
    return traced("add", this, other);
  }

  sub(other: unknown): Traced {
    return traced("sub", this, other);
  }

  mul(other: unknown): Traced {
    return traced("mul", this, other);
  }

  div(other: unknown): Traced {
    return traced("div", this, other);
  }

  mod(other: unknown): Traced {
    return traced("mod", this, other);
  }

  least(other: unknown): Traced {
    return traced("least", this, other);
  }

  greatest(other: unknown): Traced {
    return traced("greatest", this, other);
  }

  lt(other: unknown): Traced {
    return traced("lt", this, other);
  }

  le(other: unknown): Traced {
    return traced("le", this, other);
  }

  gt(other: unknown): Traced {
    return traced("gt", this, other);
  }

  ge(other: unknown): Traced {
    return traced("ge", this, other);
  }

  and(other: unknown): Traced {
    return traced("and", this, other);
  }

  or(other: unknown): Traced {
    return traced("or", this, other);
  }

  fillNull(other: unknown): Traced {
    return traced("fillNull", this, other);
  }

  neg(): Traced {
    return traced("neg", this);
  }

  abs(): Traced {
    return traced("abs", this);
  }

  not(): Traced {
    return traced("not", this);
  }

  isNull(): Traced {
    return traced("isNull", this);
  }

  ne(other: unknown): Traced {
    return typeof other === "string" || typeof other === "boolean" ? this.eq(other).not() : traced("ne", this, other);
  }

  sum(): TracedAggregate {
    return new TracedAggregate("sum", this.tree);
  }

  min(): TracedAggregate {
    return new TracedAggregate("min", this.tree);
  }

  max(): TracedAggregate {
    return new TracedAggregate("max", this.tree);
  }

  mean(): TracedAggregate {
    return new TracedAggregate("mean", this.tree);
  }

  count(): TracedAggregate {
    return new TracedAggregate("count", this.tree);
  }

  countDistinct(): TracedAggregate {
    return new TracedAggregate("distinct", this.tree);
  }

  eq(other: unknown): Traced {
    if (typeof other === "string") return this.inSet([other]);
    if (typeof other !== "boolean") return traced("eq", this, other);
    // "and true" asks for a boolean on the left and changes nothing, null included
    const same = traced("and", this, true);
    return other ? same : same.not();
  }

  inSet(words: readonly string[]): Traced {
    if (!Array.isArray(words)) throw new CodedError("SIGNALS_BAD_EXPRESSION", "inSet takes a list");
    if (words.length > MAX_WORDS) throw new CodedError("SIGNALS_TOO_LARGE", `A set has more than ${MAX_WORDS} words`);
    if (words.some((word) => typeof word !== "string"))
      throw new CodedError("SIGNALS_BAD_EXPRESSION", "inSet takes strings");
    return new Traced({ op: "inSet", args: [this.tree], words: [...new Set(words)] }, this.size + 1);
  }
}

function traced(op: Operation, ...operands: readonly unknown[]): Traced {
  const args = operands.map(tracedOf);
  const size = args.reduce((sum, arg) => sum + arg.size, 1);
  return new Traced({ op, args: args.map((arg) => arg.tree) }, size);
}

function tracedOf(value: unknown): Traced {
  if (value instanceof Traced) return value;
  if (typeof value === "number") return new Traced({ op: "number", value }, 1);
  if (typeof value === "boolean") return new Traced({ op: "bool", value }, 1);
  throw new CodedError(
    "SIGNALS_BAD_EXPRESSION",
    `An expression cannot hold a ${value === null ? "null" : typeof value}`,
  );
}
