import type { Expr, GoType } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import { type Env, emit, gapCode, pathOf } from "./emit-env.ts";
import { BOOL, isBuilder, isInteger, UNTYPED, underlying } from "./emit-types.ts";
import { isFixedStruct } from "./fixed-structs.ts";
import { helper } from "./scope.ts";

const LEVELS: Readonly<Record<string, number>> = {
  "||": 4,
  "&&": 5,
  "|": 6,
  "^": 7,
  "&": 8,
  "==": 9,
  "!=": 9,
  "<": 10,
  "<=": 10,
  ">": 10,
  ">=": 10,
  "<<": 11,
  ">>": 11,
  "+": 12,
  "-": 12,
  "*": 13,
  "/": 13,
  "%": 13,
};

/** An operator before one value; `&` of what has no address here is a gap. */
export function emitUnary(env: Env, expr: Extract<Expr, { kind: "unary" }>, want: GoType | undefined): Code {
  const { op, operand } = expr;
  if (op === "&") {
    const value = emit(env, operand, want?.kind === "pointer" ? want.element : undefined);
    const isFixed = isFixedText(env, operand, value.type) || isFixedStruct(env.unit, operand, value.type);
    if (operand.kind !== "composite" && !isBuilder(value.type) && !isFixed)
      return gapCode(env, expr.at, "addresses of variables are not ported: only those of literals, &T{}");
    return { ...value, type: value.type && { kind: "pointer", element: value.type }, isPresent: true };
  }
  const value = emit(env, operand, want);
  if (op === "*") {
    const type = value.type?.kind === "pointer" ? value.type.element : undefined;
    const text = env.unit.checked.has(pathOf(operand)) ? tight(value) : `${helper(env.unit, "deref")}(${value.text})`;
    // Structs are values: what is set through the pointer later is not seen in the copy.
    if (underlying(env.unit, type)?.kind === "struct") return { text: `{ ...${text} }`, level: 19, type };
    return atom(text, type);
  }
  return { text: `${op === "^" ? "~" : op}${tight(value, 15)}`, level: 15, type: op === "!" ? BOOL : value.type };
}

/** A text, number or bool that never changes is as good as its address. */
function isFixedText(env: Env, expr: Expr, type: GoType | undefined): boolean {
  const binding = expr.kind === "name" ? env.scope.find(expr.name) : undefined;
  const found = underlying(env.unit, type);
  if (binding?.kind !== "value" || binding.isFixed !== true || found?.kind !== "name") return false;
  return ["string", "bool", "float64", "float32"].includes(found.name) || isInteger(env.unit, found);
}

const POINTERS_NOT_COMPARED =
  "pointers to structs whose addresses are taken are not compared by ==: compare fields that tell them apart";

/** Copies that nobody changes are one object here, and have addresses of their own in Go. */
function isPointedAt({ unit }: Env, type: GoType | undefined): boolean {
  return type?.kind === "pointer" && type.element.kind === "name" && unit.fixed.structs.has(type.element.name);
}

/** An operator between two values. */
export function emitBinary(env: Env, expr: Extract<Expr, { kind: "binary" }>): Code {
  const { op, left, right } = expr;
  const isEquality = op === "==" || op === "!=";
  if (isEquality && (isNil(env, left) || isNil(env, right))) return nilTest(env, isNil(env, left) ? right : left, op);
  const a = emit(env, left);
  const b = emit(env, right, a.type);
  const level = op === "&^" ? 8 : (LEVELS[op] ?? 4);
  if (isEquality) {
    if (isPointedAt(env, a.type)) return gapCode(env, expr.at, POINTERS_NOT_COMPARED);
    const struct = underlying(env.unit, a.type);
    if (struct?.kind === "struct") {
      if (!struct.fields.every((field) => isCompared(env, field.type))) return gapCode(env, expr.at, NOT_COMPARED);
      const same = `${helper(env.unit, "sameFields")}(${a.text}, ${b.text})`;
      return op === "==" ? atom(same, BOOL) : { text: `!${same}`, level: 15, type: BOOL };
    }
  }
  const type = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&^"].includes(op)
    ? arithmetic(a.type, b.type)
    : op === "&&" || op === "||"
      ? (b.type ?? BOOL)
      : BOOL;
  const text = `${tight(a, level)} ${OPERATORS.get(op) ?? op} ${tight(b, level + 0.5)}`;
  if (
    op === "<<" &&
    !(left.kind === "number" && right.kind === "number" && Number(left.text) * 2 ** Number(right.text) < 2 ** 31)
  )
    env.unit.reporter.note(expr.at, "bits are shifted within 32 here, within 64 in Go");
  if (op === "&^") return { text: `${tight(a, 8)} & ~${tight(b, 15)}`, level: 8, type };
  if (op === "/" && isInteger(env.unit, a.type) && isInteger(env.unit, b.type))
    return atom(`Math.trunc(${text})`, type);
  return { text, level, type };
}

const NOT_COMPARED =
  "structs that hold more than texts, numbers, bools and pointers are not compared by ==: compare their fields";

/** Whether `===` compares values of the type as Go does. */
function isCompared(env: Env, type: GoType): boolean {
  const found = underlying(env.unit, type);
  if (found?.kind === "pointer") return true;
  if (found?.kind !== "name" || found.pkg !== undefined) return false;
  return ["string", "bool", "float64", "float32"].includes(found.name) || isInteger(env.unit, found);
}

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["==", "==="],
  ["!=", "!=="],
]);

function arithmetic(a: GoType | undefined, b: GoType | undefined): GoType | undefined {
  return a === UNTYPED ? b : a;
}

function isNil(env: Env, expr: Expr): boolean {
  return expr.kind === "name" && expr.name === "nil" && env.scope.find("nil") === undefined;
}

function nilTest(env: Env, expr: Expr, op: string): Code {
  const value = emit(env, expr);
  const type = underlying(env.unit, value.type);
  const equals = op === "==" ? "===" : "!==";
  if (type?.kind === "slice") return { text: `${tight(value)}.length ${equals} 0`, level: 9, type: BOOL };
  if (type?.kind === "map") return { text: `${tight(value)}.size ${equals} 0`, level: 9, type: BOOL };
  return { text: `${tight(value, 10)} ${equals} null`, level: 9, type: BOOL };
}
