import { CodedError } from "../../errors/index.ts";
import { told } from "../arguments.ts";
import type { AggregateOperation, Operation, TracedAggregate, Tree } from "./expression.ts";
import type { ValueKind } from "./expression-types.ts";
import type { Store } from "./store.ts";

interface Typed {
  readonly type: ValueKind;
  readonly nullable: boolean;
}

/** One step of the typed intermediate form. Operands are numbers of earlier steps; equal steps are one. */
export type Step = Typed &
  (
    | { readonly op: "column"; readonly slot: number }
    | { readonly op: "number"; readonly index: number }
    | { readonly op: "bool"; readonly value: boolean }
    | { readonly op: "null" }
    | { readonly op: "inSet"; readonly args: readonly number[]; readonly from: number; readonly count: number }
    | { readonly op: "inTable"; readonly args: readonly number[]; readonly table: number }
    | { readonly op: Operation; readonly args: readonly number[] }
  );

export type FoldOperation = "sum" | "count" | "min" | "max";

/** One running value of a fold; without a step it counts the rows that pass. */
export interface Fold {
  readonly op: FoldOperation;
  readonly step: number;
}

/** The words of one set, looked up in a column's dictionary when a kernel is about to run. */
export interface WordSet {
  readonly slot: number;
  readonly words: readonly string[];
  /** Where its codes stand among all codes, or with `table` the number of its table. */
  readonly at: number;
  readonly isTable: boolean;
}

/**
 * What a kernel does with the rows it is given: fold all that pass into one value each, into one per group, or write one value per row.
 */
export type Mode = "fold" | "groups" | "map";

/** Expressions bound to the columns of one table. Names and constants are not in `key`: plans of one key share their kernels. */
export interface Plan {
  readonly key: string;
  readonly mode: Mode;
  readonly steps: readonly Step[];
  readonly inputs: readonly Store[];
  readonly numbers: readonly number[];
  readonly sets: readonly WordSet[];
  /** The step that says which rows pass, or -1. */
  readonly filter: number;
  readonly folds: readonly Fold[];
  /** Of mode "map": the step to write. */
  readonly output: number;
  /** Of mode "groups": the input whose codes are the groups. */
  readonly groupSlot: number;
}

/** Up to so many words are compared one by one, more are looked up in a table. */
const MAX_COMPARED_WORDS = 8;

/** Builds a plan step by step, checking names and kinds against the table. */
export class Planner {
  private readonly stores: ReadonlyMap<string, Store>;
  private readonly steps: Step[] = [];
  private readonly known = new Map<string, number>();
  private readonly inputs: Store[] = [];
  private readonly numbers: number[] = [];
  private readonly sets: WordSet[] = [];
  private readonly folds: Fold[] = [];
  private codes = 0;
  private tables = 0;

  constructor(stores: ReadonlyMap<string, Store>) {
    this.stores = stores;
  }

  /** The number of the running value that keeps `op` of an expression. */
  fold(op: FoldOperation, tree: Tree | undefined): number {
    const step = tree === undefined ? -1 : this.add(tree);
    if (op !== "count") this.expect(step, "number", op);
    // What is never null is counted by counting rows.
    const fold = { op, step: op === "count" && step >= 0 && this.steps[step]?.nullable !== true ? -1 : step };
    const at = this.folds.findIndex((other) => other.op === fold.op && other.step === fold.step);
    return at >= 0 ? at : this.folds.push(fold) - 1;
  }

  /** The number of the input that a named column is. */
  slot(name: string): number {
    const store = this.stores.get(name);
    if (store === undefined)
      throw new CodedError("SIGNALS_UNKNOWN_COLUMN", `The table has no column "${told(name)}"`, { value: name });
    const at = this.inputs.indexOf(store);
    return at >= 0 ? at : this.inputs.push(store) - 1;
  }

  /** The step of a test. */
  test(tree: Tree): number {
    const step = this.add(tree);
    this.expect(step, "bool", "filter");
    return step;
  }

  /** The step of a value to write out. */
  value(tree: Tree): number {
    const step = this.add(tree);
    if (this.typeOf(step) === "string") throw badExpression("select takes numbers and booleans, not strings");
    return step;
  }

  finish(mode: Mode, rest: Partial<Pick<Plan, "filter" | "output" | "groupSlot">>): Plan {
    const { steps, inputs, numbers, sets, folds } = this;
    const { filter = -1, output = -1, groupSlot = -1 } = rest;
    const kinds = inputs.map((store) => store.kind + (store.valid === undefined ? "" : "?"));
    const key = JSON.stringify([mode, kinds, steps, filter, folds, output, groupSlot]);
    return { key, mode, steps, inputs, numbers, sets, filter, folds, output, groupSlot };
  }

  private add(tree: Tree): number {
    switch (tree.op) {
      case "column":
        return this.column(tree.name);
      case "number": {
        const at = this.numbers.findIndex((value) => Object.is(value, tree.value));
        const index = at >= 0 ? at : this.numbers.push(tree.value) - 1;
        return this.step({ op: "number", index, type: "number", nullable: false });
      }
      case "bool":
        return this.step({ op: "bool", value: tree.value, type: "bool", nullable: false });
      case "null":
        return this.step({ op: "null", type: "number", nullable: true });
      case "inSet":
        return this.set(
          tree.args.map((arg) => this.add(arg)),
          tree.words,
        );
      default:
        return this.operation(
          tree.op,
          tree.args.map((arg) => this.add(arg)),
        );
    }
  }

  private column(name: string): number {
    const slot = this.slot(name);
    const store = this.inputs[slot] as Store; // cast: slot() gives an index of inputs
    const type = store.kind === "dictionary" ? "string" : store.kind === "bool" ? "bool" : "number";
    return this.step({ op: "column", slot, type, nullable: store.valid !== undefined });
  }

  private set(args: readonly number[], words: readonly string[]): number {
    const [arg = -1] = args;
    const step = this.steps[arg];
    if (step?.op !== "column" || step.type !== "string")
      throw badExpression("only a column of strings is compared with strings");
    const { slot, nullable } = step;
    const isTable = words.length > MAX_COMPARED_WORDS;
    const at = isTable ? this.tables++ : this.codes;
    if (!isTable) this.codes += words.length;
    this.sets.push({ slot, words, at, isTable });
    return isTable
      ? this.step({ op: "inTable", args, table: at, type: "bool", nullable })
      : this.step({ op: "inSet", args, from: at, count: words.length, type: "bool", nullable });
  }

  private operation(op: Operation, args: readonly number[]): number {
    const nullable = args.some((arg) => this.steps[arg]?.nullable);
    const [a = -1, b = -1, c = -1] = args;
    switch (op) {
      case "isNull":
        return this.step({ op, args, type: "bool", nullable: false });
      case "and":
      case "or":
      case "not":
        for (const arg of args) this.expect(arg, "bool", op);
        return this.step({ op, args, type: "bool", nullable });
      case "fillNull":
        return this.step({ op, args, type: this.agree(a, b, op), nullable: this.steps[b]?.nullable ?? true });
      case "when": {
        this.expect(a, "bool", op);
        const isNullable = [b, c].some((arg) => this.steps[arg]?.nullable);
        return this.step({ op, args, type: this.agree(b, c, op), nullable: isNullable });
      }
      default:
        for (const arg of args) this.expect(arg, "number", op);
        return this.step({ op, args, type: COMPARISONS.has(op) ? "bool" : "number", nullable });
    }
  }

  private agree(a: number, b: number, op: string): ValueKind {
    const type = this.steps[a]?.op === "null" ? this.typeOf(b) : this.typeOf(a);
    if (type === "string") throw badExpression(`${op} takes numbers or booleans, not strings`);
    for (const arg of [a, b]) if (this.steps[arg]?.op !== "null") this.expect(arg, type, op);
    return type;
  }

  private expect(step: number, type: ValueKind, what: string): void {
    const found = this.typeOf(step);
    if (found !== type) throw badExpression(`${what} takes a ${type}, not a ${found}`);
  }

  private typeOf(step: number): ValueKind {
    return (this.steps[step] as Step).type; // cast: steps are numbered as they are added
  }

  private step(step: Step): number {
    const key = JSON.stringify(step);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, this.steps.length);
    return this.steps.push(step) - 1;
  }
}

/** What of a plan's running values makes one result. */
export interface Output {
  readonly name: string;
  readonly op: AggregateOperation;
  readonly value: number;
  /** How many values went in, so that nothing gives null. */
  readonly count: number;
}

/** Adds an aggregate to a plan. */
export function addAggregate(planner: Planner, name: string, { aggregate: op, tree }: TracedAggregate): Output {
  if (op === "distinct") throw badExpression("countDistinct stands alone: it is not folded with others or by group");
  const countAt = planner.fold("count", op === "rows" ? undefined : tree);
  if (op === "rows" || op === "count") return { name, op, value: countAt, count: countAt };
  return { name, op, value: planner.fold(op === "mean" ? "sum" : op, tree), count: countAt };
}

/** The result that running values from `at` on stand for. */
export function resultOf({ op, value, count }: Output, folded: Float64Array, at: number): number | null {
  const total = folded[at + value] as number; // casts: outputs are numbered by their plan
  const counted = folded[at + count] as number;
  if (op === "rows" || op === "count") return counted;
  if (counted === 0) return null;
  return op === "mean" ? total / counted : total;
}

const COMPARISONS: ReadonlySet<Operation> = new Set(["lt", "le", "gt", "ge", "eq", "ne"]);

export function badExpression(message: string): CodedError {
  return new CodedError("SIGNALS_BAD_EXPRESSION", message);
}
