/** The obvious twin of busbar/signals/columns: rows as objects, one row at a time, null as null. */
export type Plain = number | boolean | string | null;
export type PlainRow = Readonly<Record<string, Plain>>;

export type Formula =
  | { readonly op: "col"; readonly name: string }
  | { readonly op: "lit"; readonly value: number | boolean }
  | { readonly op: "inSet"; readonly name: string; readonly words: readonly string[] }
  | { readonly op: string; readonly args: readonly Formula[] };

export function evaluate(formula: Formula, row: PlainRow): Plain {
  if ("name" in formula) {
    const cell = row[formula.name] ?? null;
    if (!("words" in formula)) return cell;
    return cell === null ? null : formula.words.includes(String(cell));
  }
  if ("value" in formula) return formula.value;
  const [a = null, b = null, c = null] = formula.args.map((arg) => evaluate(arg, row));
  switch (formula.op) {
    case "and":
      if (a === false || b === false) return false;
      return a === null || b === null ? null : true;
    case "or":
      if (a === true || b === true) return true;
      return a === null || b === null ? null : false;
    case "isNull":
      return a === null;
    case "fillNull":
      return a === null ? b : a;
    case "when":
      return a === true ? b : c;
  }
  if (a === null || (formula.args.length > 1 && b === null)) return null;
  return plain(formula.op, a, b);
}

function plain(op: string, left: Plain, right: Plain): Plain {
  const a = Number(left);
  const b = Number(right);
  switch (op) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "mod":
      return a % b;
    case "neg":
      return -a;
    case "abs":
      return Math.abs(a);
    case "least":
      return Math.min(a, b);
    case "greatest":
      return Math.max(a, b);
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    case "ge":
      return a >= b;
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    case "not":
      return left === false;
    default:
      throw new Error(`no such operation: ${op}`);
  }
}

export interface Aggregated {
  readonly sum: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly count: number;
  readonly rows: number;
}

/** All aggregates of a number, over the rows that pass. */
export function aggregate(rows: readonly PlainRow[], formula: Formula, test?: Formula): Aggregated {
  const passing = rows.filter((row) => test === undefined || evaluate(test, row) === true);
  const values = passing.map((row) => evaluate(formula, row)).filter((value) => value !== null);
  const numbers = values.map(Number);
  const nothing = numbers.length === 0;
  const sum = numbers.reduce((total, value) => total + value, 0);
  return {
    sum: nothing ? null : sum,
    min: nothing ? null : numbers.reduce((a, b) => Math.min(a, b)),
    max: nothing ? null : numbers.reduce((a, b) => Math.max(a, b)),
    mean: nothing ? null : sum / numbers.length,
    count: numbers.length,
    rows: passing.length,
  };
}

/** Rows by the string of a column, null a group of its own. */
export function grouped(rows: readonly PlainRow[], name: string): Map<Plain, PlainRow[]> {
  const groups = new Map<Plain, PlainRow[]>();
  for (const row of rows) {
    const key = row[name] ?? null;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/**
 * How far a sum in any order may lie from another: the usual bound for adding n numbers, for each of the two.
 */
export function sumBound(values: readonly number[]): number {
  return 2 * values.length * Number.EPSILON * values.reduce((total, value) => total + Math.abs(value), 0);
}
