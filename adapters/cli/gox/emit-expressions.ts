import type { Expr, FuncLiteral, GoType } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import { emitAssertion } from "./emit-assertions.ts";
import { emitCall } from "./emit-calls.ts";
import { emitComposite } from "./emit-composites.ts";
import {
  type Emitters,
  type Env,
  emit,
  emitFunc,
  eventField,
  gapCode,
  hoistNullable,
  inner,
  jsxCode,
  pathOf,
} from "./emit-env.ts";
import { emitJsx, fragmentText } from "./emit-jsx.ts";
import { emitList } from "./emit-lists.ts";
import { emitBinary, emitUnary } from "./emit-operators.ts";
import { copiesOf, isMethod, promotedPath, withPath } from "./emit-promoted.ts";
import { emitBody, emitStatements } from "./emit-statements.ts";
import {
  BOOL,
  bindParams,
  FLOAT,
  foreign,
  foreignPackage,
  INT,
  isEvent,
  isNamed,
  isNode,
  NODE,
  STRING,
  tsParams,
  tsResults,
  tsType,
  UNTYPED,
  underlying,
  zeroOf,
} from "./emit-types.ts";
import { KNOWN_PACKAGES, portValue } from "./ports.ts";
import { type Binding, helper } from "./scope.ts";
import { safeName } from "./text.ts";

/** What writes expressions, for the places where code is emitted. */
export const EMITTERS: Emitters = Object.freeze({
  expression: emitExpression,
  fragment: fragmentText,
  func: emitFunction,
  statements: emitStatements,
});

function emitExpression(env: Env, expr: Expr, want: GoType | undefined): Code {
  switch (expr.kind) {
    case "name":
      return emitName(env, expr, want);
    case "number":
      return atom(numberText(expr.text), /[.eE]/.test(expr.text) && !/^0[xX]/.test(expr.text) ? FLOAT : UNTYPED);
    case "string":
      if (expr.isRaw && /\$\{[^}]+\}/.test(expr.value))
        env.unit.reporter.note(expr.at, "a placeholder in a raw string is text, as in Go: nothing is put in its place");
      return atom(JSON.stringify(expr.value), STRING);
    case "rune":
      return atom(String(expr.code), INT);
    case "call": {
      const rows = emitList(env, expr, true);
      return rows === undefined ? emitCall(env, expr, want) : atom(rows, NODE);
    }
    case "instance":
      return emit(env, expr.target);
    case "index":
      return emitIndex(env, expr);
    case "slice": {
      const target = emit(env, expr.target);
      const bounds = [expr.low ?? (expr.high && ({ kind: "number", at: expr.at, text: "0" } as const)), expr.high];
      const type = underlying(env.unit, target.type);
      env.unit.reporter.note(expr.at, isNamed(env.unit, type, "string") ? UNITS : COPY);
      const texts = bounds.flatMap((bound) => (bound === undefined ? [] : emit(env, bound).text));
      return atom(`${tight(target)}.slice(${texts.join(", ")})`, target.type);
    }
    case "select":
      return emitSelect(env, expr);
    case "assert":
      return emitAssertion(env, expr);
    case "unary":
      return emitUnary(env, expr, want);
    case "binary":
      return emitBinary(env, expr);
    case "ternary": {
      const yes = emit(env, expr.yes, want);
      return {
        text: `${tight(emit(env, expr.test), 4)} ? ${tight(yes, 3)} : ${tight(emit(env, expr.no, want), 3)}`,
        level: 3,
        type: yes.type,
      };
    }
    case "func":
      return emitFunc(env, expr, want);
    case "composite":
      return emitComposite(env, expr, want);
    case "element":
      return jsxCode(emitJsx(env, expr));
    case "gap":
      return gapCode(env, expr.at, expr.reason);
    case "type":
      return gapCode(env, expr.at, "a type is no value here");
  }
}

function numberText(text: string): string {
  if (/^0[0-7_]+$/.test(text)) return `0o${text.slice(1)}`;
  return text.startsWith(".") ? `0${text}` : text.replace(/\.$/, "");
}

/** What reading a name gives. */
export function readBinding(binding: Binding): Code {
  const { code, type } = binding;
  if (binding.kind === "signal" || binding.kind === "computed") return atom(`${code}.get()`, type);
  return atom(code, type);
}

function emitName(env: Env, expr: Extract<Expr, { kind: "name" }>, want: GoType | undefined): Code {
  const { unit, scope } = env;
  const binding = scope.find(expr.name);
  if (binding?.kind === "setter")
    return { text: `(value: ${tsType(unit, binding.type)}) => ${binding.code}.set(value)`, level: 2 };
  if (binding?.kind === "event") return atom(binding.code);
  if (binding !== undefined) return readBinding(binding);
  if (expr.name === "nil") {
    const wanted = underlying(unit, want);
    return atom(wanted?.kind === "slice" || wanted?.kind === "map" ? zeroOf(unit, wanted) : "null");
  }
  if (expr.name === "true" || expr.name === "false") return atom(expr.name, BOOL);
  if (expr.name === "_") return gapCode(env, expr.at, "_ has no value");
  if (/^(?:console|setInterval|clearInterval|setTimeout|clearTimeout)$/.test(expr.name)) return atom(expr.name);
  unit.reporter.gap(expr.at, `${expr.name} is not declared in this file: write it in ./${unit.packageName}.ts`);
  return atom(foreign(unit, expr.name, false));
}

const COPY = "a part of a slice is a copy here, and shares its elements in Go";
const UNITS = "places in a text count UTF-16 units here, bytes in Go: the same in ASCII alone";

function emitIndex(env: Env, expr: Extract<Expr, { kind: "index" }>): Code {
  const target = emit(env, expr.target);
  const type = underlying(env.unit, target.type);
  const [first] = expr.indexes;
  if (first === undefined || expr.indexes.length > 1) return target; // a function and its type arguments
  const index = emit(env, first);
  if (type?.kind === "map") {
    const zero = zeroOf(env.unit, type.value);
    return { text: `${tight(target)}.get(${index.text}) ?? ${zero}`, level: 3.5, type: type.value };
  }
  if (isNamed(env.unit, type, "string")) {
    env.unit.reporter.note(expr.at, UNITS);
    return atom(`${tight(target)}.charCodeAt(${index.text})`, INT);
  }
  if (type?.kind === "func") return gapCode(env, expr.at, "this index of a function is not ported");
  const element = type?.kind === "slice" ? type.element : undefined;
  return atom(`${helper(env.unit, "at")}(${target.text}, ${index.text})`, element);
}

function emitSelect(env: Env, expr: Extract<Expr, { kind: "select" }>): Code {
  const { unit, scope } = env;
  const { name } = expr;
  const target = expr.target.kind === "unary" && expr.target.op === "*" ? expr.target.operand : expr.target; // a field of a copy is that of the original
  const binding = target.kind === "name" ? scope.find(target.name) : undefined;
  if (
    binding?.kind === "package" ||
    (target.kind === "name" && binding === undefined && KNOWN_PACKAGES.has(target.name))
  ) {
    const pkg = target.kind === "name" ? target.name : "";
    const value = portValue(`${pkg}.${name}`);
    if (value !== undefined && name === "MaxInt")
      unit.reporter.note(expr.at, "the largest whole number is 2^53 - 1 here, 2^63 - 1 in Go");
    if (value !== undefined) return value;
    if (KNOWN_PACKAGES.has(pkg)) return gapCode(env, expr.at, `${pkg}.${name} is not ported`);
    return atom(`${foreignPackage(unit, pkg)}.${name}`);
  }
  if (target.kind === "name" && (binding?.kind === "signal" || binding?.kind === "computed") && name === "set") {
    return { text: `(value: ${tsType(unit, binding.type)}) => ${binding.code}.set(value)`, level: 2 };
  }
  const event = eventField(env, expr);
  if (event !== undefined) return event;
  const from = emit(env, target);
  const type = underlying(unit, from.type);
  if (type?.kind === "name" && type.name === "$ref") return atom(`${tight(from)}.current`, type.args[0]);
  const struct = type?.kind === "pointer" ? underlying(unit, type.element) : type;
  const field = struct?.kind === "struct" ? struct.fields.find((one) => one.name === name) : undefined;
  if (field === undefined && struct?.kind === "struct") {
    const path = promotedPath(unit, from.type, name) ?? [];
    if (path.length > 0) return emitSelect(env, withPath({ ...expr, target }, path));
    if (isMethod(unit, from.type, name))
      return gapCode(env, expr.at, "a method as a value is not ported: write a function that calls it");
  }
  if (type?.kind === "interface" && type.hasMethods)
    return gapCode(env, expr.at, "a method as a value is not ported: write a function that calls it");
  const isPresent = binding?.kind === "value" && binding.isPresent === true;
  const isUnchecked = type?.kind === "pointer" && !isPresent && !unit.checked.has(pathOf(target));
  const text = isUnchecked ? `${helper(unit, "deref")}(${from.text})` : tight(from);
  return atom(`${text}.${name}`, field?.type);
}

function emitFunction(env: Env, func: FuncLiteral, want: GoType | undefined, annotated: boolean): Code {
  const { unit } = env;
  const wanted = underlying(unit, want);
  const params = func.params.map((param, index) => ({
    ...param,
    type: param.type ?? (wanted?.kind === "func" ? wanted.params[index]?.type : undefined),
  }));
  const own = inner(env);
  bindParams(unit, own.scope, params, func.body);
  const hoisted = [...hoistNullable(own, func.body), ...copiesOf(unit, params, func.body)];
  const isUntyped = params.some(({ type }) => type === undefined);
  const returns =
    annotated && !isUntyped && !func.results.some((type) => isNode(unit, type))
      ? `: ${tsResults(unit, func.results)}`
      : "";
  const body = emitBody(own, func, hoisted);
  const last = params[params.length - 1];
  const isUnread =
    last !== undefined && isEvent(unit, last.type) && !new RegExp(`\\b${safeName(last.name)}\\b`).test(body);
  const shown = isUnread ? params.slice(0, -1) : params;
  const names = isUntyped ? shown.map(({ name }) => safeName(name)).join(", ") : tsParams(unit, shown);
  const type: GoType = { kind: "func", params, results: func.results };
  return { text: `(${names})${returns} => ${body}`, level: 2, type };
}
