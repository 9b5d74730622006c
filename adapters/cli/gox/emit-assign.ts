import type { Expr, GoType, Stmt } from "./ast.ts";
import { tight } from "./code.ts";
import { emitAssertionPair } from "./emit-assertions.ts";
import { type Env, emit, gapCode } from "./emit-env.ts";
import { copied, written } from "./emit-promoted.ts";
import { isInteger, tsType, underlying } from "./emit-types.ts";

type Assign = Extract<Stmt, { kind: "assign" }>;

/** An assignment. Structs are values in Go: setting a field of one makes a new one, so that no other holder sees it change. */
export function emitAssign(env: Env, statement: Assign): string[] {
  const { values, op } = statement;
  const targets = statement.targets.map((one) => written(env, one));
  const [target] = targets as [Expr]; // cast: there is one at least
  if (targets.length === 1) {
    const value = values[0] as Expr; // cast: as many as targets
    if (target.kind === "name" && target.name === "_") return [`void ${tight(emit(env, value), 15)};`];
    if (op === "=") return [store(env, target, copied(env.unit, value, emit(env, value, typeOf(env, target))))];
    return [storeChanged(env, target, op, value)];
  }
  if (values.length === 1) {
    const [value] = values as [Expr]; // cast: there is one
    const call = value.kind === "assert" ? emitAssertionPair(env, value) : emit(env, value);
    if (targets.every((one) => isPlain(env, one))) return [`[${plainList(env, targets)}] = ${call.text};`];
    return [severalGap(env, statement.at)];
  }
  const given = values.map((value, i) => emit(env, value, typeOf(env, targets[i] as Expr)).text); // cast: as many as values
  if (targets.every((one) => isPlain(env, one))) return [`[${plainList(env, targets)}] = [${given.join(", ")}];`];
  return [severalGap(env, statement.at)];
}

function severalGap(env: Env, at: number): string {
  return gapText(env, at, "several assignments at once, to more than variables and elements");
}

/** What is assigned to, in a pattern: nothing stands for `_`. */
function plainList(env: Env, targets: readonly Expr[]): string {
  return targets.map((one) => (one.kind === "name" && one.name === "_" ? "" : plain(env, one))).join(", ");
}

function gapText(env: Env, at: number, reason: string): string {
  return `${gapCode(env, at, reason).text};`;
}

function typeOf(env: Env, target: Expr): GoType | undefined {
  return target.kind === "name" ? env.scope.find(target.name)?.type : emit(env, target).type;
}

/** Whether the target is one in TypeScript too. */
function isPlain(env: Env, target: Expr): boolean {
  if (target.kind === "name") return env.scope.find(target.name)?.kind === "value" || target.name === "_";
  if (target.kind === "index") return underlying(env.unit, emit(env, target.target).type)?.kind !== "map";
  return target.kind === "select" && !isStruct(env, target.target);
}

function plain(env: Env, target: Expr): string {
  if (target.kind === "index" && target.indexes[0] !== undefined)
    return `${writable(env, target.target)}[${emit(env, target.indexes[0]).text}]`;
  return emit(env, target).text;
}

/** Whether the expression is a struct itself, no pointer to one. */
function isStruct(env: Env, expr: Expr): boolean {
  return underlying(env.unit, emit(env, expr).type)?.kind === "struct";
}

function store(env: Env, target: Expr, value: string): string {
  if (target.kind === "name") {
    const binding = env.scope.find(target.name);
    if (binding?.kind === "signal") return `${binding.code}.set(${value});`;
    if (binding?.kind === "value" || binding === undefined) return `${emit(env, target).text} = ${value};`;
    return gapText(env, target.at, `${target.name} cannot be assigned: it is a prop, a hook's result or no variable`);
  }
  if (target.kind === "index" && target.indexes[0] !== undefined) {
    const list = writable(env, target.target);
    const index = emit(env, target.indexes[0]);
    const isMap = underlying(env.unit, emit(env, target.target).type)?.kind === "map";
    return isMap ? `${list}.set(${index.text}, ${value});` : `${list}[${index.text}] = ${value};`;
  }
  if (target.kind === "select") {
    if (isStruct(env, target.target)) {
      const holder = emit(env, target.target);
      return store(env, target.target, `{ ...${tight(holder)}, ${target.name}: ${value} }`);
    }
    return `${emit(env, target).text} = ${value};`;
  }
  return gapText(env, target.at, "assignments through pointers are not ported: set a field of what it points at");
}

/** A slice or map to write to. All that comes from elsewhere is `readonly` in the translation; Go lets it be changed. */
export function writable(env: Env, expr: Expr): string {
  const code = emit(env, expr);
  const binding = expr.kind === "name" ? env.scope.find(expr.name) : undefined;
  const type = underlying(env.unit, code.type);
  const isOwn = binding?.kind === "value" && binding.isWritable === true;
  if (isOwn || (type?.kind !== "slice" && type?.kind !== "map")) return tight(code);
  return `(${tight(code)} as ${tsType(env.unit, type, true)})`;
}

function storeChanged(env: Env, target: Expr, op: string, value: Expr): string {
  const sign = op.slice(0, -1);
  const now = emit(env, target);
  const given = emit(env, value, now.type);
  const isDivision = sign === "/" && isInteger(env.unit, now.type) && isInteger(env.unit, given.type);
  if (isPlain(env, target) && target.kind !== "index" && !isDivision && sign !== "&^") {
    const isOne = value.kind === "number" && value.text === "1" && value.at === statementStart(target);
    if (isOne && (sign === "+" || sign === "-")) return `${now.text}${sign}${sign};`;
    return `${now.text} ${op} ${given.text};`;
  }
  const level = sign === "*" || sign === "/" || sign === "%" ? 13 : 12;
  const changed =
    sign === "&^"
      ? `${tight(now, 8)} & ~${tight(given, 15)}`
      : `${tight(now, level)} ${sign} ${tight(given, level + 0.5)}`;
  return store(env, target, isDivision ? `Math.trunc(${changed})` : changed);
}

/** `x++` was read as `x += 1` whose 1 stands where the statement starts. */
function statementStart(target: Expr): number {
  return target.at;
}
