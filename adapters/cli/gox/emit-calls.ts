import type { Expr, FuncDeclaration, GoType } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import { writable } from "./emit-assign.ts";
import { emitBuilderCall, emitPrintTo } from "./emit-builders.ts";
import { builtIn, conversion } from "./emit-builtins.ts";
import { type Env, emit, emitArgs, eventField, gapCode, isMaybeNil } from "./emit-env.ts";
import { emitInterfaceCall } from "./emit-interfaces.ts";
import { mayChange, promotedPath, withPath } from "./emit-promoted.ts";
import { emitSort } from "./emit-sorts.ts";
import { emitTimeCall } from "./emit-times.ts";
import { ERROR, FLOAT, foreignPackage, INT, isBuilder, isNamed, STRING, underlying } from "./emit-types.ts";
import { formatted } from "./format.ts";
import { typeOf } from "./parse-expressions.ts";
import { KNOWN_PACKAGES, portCall } from "./ports.ts";
import { helper, takesNil } from "./scope.ts";
import { list } from "./text.ts";

type Call = Extract<Expr, { kind: "call" }>;

/** 1. State setters. 2. What Go has built in. 3. Packages. 4. Methods. 5. Functions. */
export function emitCall(env: Env, expr: Call, want?: GoType): Code {
  const callee =
    expr.callee.kind === "instance" || (expr.callee.kind === "index" && isTypeArgument(expr.callee))
      ? expr.callee.target
      : expr.callee;
  if (callee.kind === "type") return conversion(env, expr, callee.type);
  const pointed = callee.kind === "unary" ? typeOf(callee) : undefined;
  if (pointed?.kind === "pointer" && isKnownType(env, pointed.element)) return conversion(env, expr, pointed);
  if (callee.kind === "name") {
    const binding = env.scope.find(callee.name);
    if (binding?.kind === "setter") return setState(env, binding.code, expr, binding.type);
    if (binding?.kind === "type") return conversion(env, expr, { kind: "name", name: callee.name, args: [] });
    if (binding === undefined) {
      const built = builtIn(env, callee.name, expr, want);
      if (built !== undefined) return built;
    }
  }
  if (callee.kind === "select") {
    const special = selected(env, callee, expr);
    if (special !== undefined) return special;
  }
  const target = emit(env, callee);
  // A function out of a map may be missing, and is called all the same, as in Go.
  const isMaybe = callee.kind === "index" && target.text.endsWith(" ?? null");
  return plainCall(
    env,
    isMaybe ? { ...atom(`${helper(env.unit, "deref")}(${target.text})`), type: target.type } : target,
    expr,
  );
}

/** Whether `(*T)(x)` converts, and calls no function a pointer leads to. */
function isKnownType(env: Env, type: GoType): boolean {
  return type.kind === "name" && env.unit.types.has(type.name);
}

function isTypeArgument(expr: Extract<Expr, { kind: "index" }>): boolean {
  const [first] = expr.indexes;
  return (
    expr.target.kind !== "call" &&
    (first?.kind === "type" ||
      (first?.kind === "name" && /^(?:string|bool|int\d*|float\d+|any|error|byte|rune)$/.test(first.name)))
  );
}

function plainCall(env: Env, target: Code, expr: Call): Code {
  const type = underlying(env.unit, target.type);
  const params = type?.kind === "func" ? type.params : [];
  const text = `${tight(target)}${list("(", emitArgs(env, expr, params), ")")}`;
  if (type?.kind !== "func") return atom(text);
  const [result] = type.results;
  return {
    ...atom(text, result),
    isVoid: result === undefined,
    ...(type.results.length > 1 ? { tuple: type.results } : {}),
  };
}

function setState(env: Env, signal: string, expr: Call, type: GoType | undefined): Code {
  const [value] = expr.args;
  if (value === undefined) return gapCode(env, expr.at, "a state is set to one value");
  const given = emit(env, value, type);
  // A function of the value before, where the state is none itself.
  const isUpdate = value.kind === "func" && underlying(env.unit, type)?.kind !== "func";
  return { ...atom(`${signal}.${isUpdate ? "update" : "set"}(${given.text})`), isVoid: true };
}

function selected(env: Env, callee: Extract<Expr, { kind: "select" }>, expr: Call): Code | undefined {
  const { unit, scope } = env;
  const { target, name } = callee;
  const binding = target.kind === "name" ? scope.find(target.name) : undefined;
  if (target.kind === "name") {
    if ((binding?.kind === "signal" || binding?.kind === "computed") && name === "set")
      return setState(env, binding.code, expr, binding.type);
    if (
      binding?.kind === "package" ||
      (binding === undefined && (KNOWN_PACKAGES.has(target.name) || target.name === "console"))
    ) {
      return packageCall(env, target.name, name, expr);
    }
    if (binding?.kind === "event" && /^(?:call|preventdefault|stoppropagation)$/i.test(name))
      return eventCall(env, expr, name);
  }
  const event = eventCallOf(env, callee, expr);
  if (event !== undefined) return event;
  const element = elementOf(env, target);
  if (element !== undefined) return elementCall(env, element, name, expr);
  const from = emit(env, target);
  const type = underlying(unit, from.type);
  if (isBuilder(type)) return emitBuilderCall(env, { ...from, isPresent: !isMaybeNil(env, target) }, name, expr);
  if (isNamed(unit, from.type, "error") && name === "Error") {
    const isSure = from.text.startsWith("new Error(") || !isMaybeNil(env, target);
    return atom(`${isSure ? tight(from) : `${helper(unit, "deref")}(${from.text})`}.message`, STRING);
  }
  if (type?.kind === "slice" && name === "map") return plainCall(env, atom(`${tight(from)}.map`), expr);
  const owner = from.type?.kind === "pointer" ? from.type.element : from.type;
  const method = owner?.kind === "name" ? unit.methods.get(`${owner.name}.${name}`) : undefined;
  const dispatched = emitInterfaceCall(env, from, name, expr);
  if (dispatched !== undefined) return dispatched;
  const timed = emitTimeCall(env, from, name, expr);
  if (timed !== undefined) return timed;
  if (owner?.kind === "name" && owner.pkg !== undefined && KNOWN_PACKAGES.has(owner.pkg))
    return gapCode(env, expr.at, `${name} of ${owner.pkg}.${owner.name} is not ported`);
  if (method === undefined) {
    const path = promotedPath(unit, from.type, name) ?? [];
    return path.length === 0 ? undefined : selected(env, withPath(callee, path), expr);
  }
  if (owner?.kind !== "name") return undefined;
  const isPointer = from.type?.kind === "pointer" && isMaybeNil(env, target);
  if (isPartOfValue(env, target, from, method)) {
    const reason = `${name} may change a struct that is part of another, of which there may be copies: set its fields`;
    return gapCode(env, expr.at, reason);
  }
  const self =
    isPointer && !takesNil(method) ? `${helper(unit, "deref")}(${from.text})` : ownElement(env, target, from, method);
  const args = [self, ...emitArgs(env, expr, method.params)];
  const [result] = method.results;
  return { ...atom(`${owner.name}${name}${list("(", args, ")")}`, result), isVoid: result === undefined };
}

/** Whether a method may change a struct that stands in another one in place, which Go would do in this one copy alone. */
function isPartOfValue(env: Env, target: Expr, from: Code, method: FuncDeclaration): boolean {
  if (target.kind !== "select" || from.type?.kind === "pointer" || !mayChange(env.unit, method)) return false;
  return underlying(env.unit, emit(env, target.target).type)?.kind === "struct";
}

/** A method changes an element of a slice, or a part of what a pointer leads to: no holder of a copy may see that, so it is copied first. */
function ownElement(env: Env, target: Expr, from: Code, method: FuncDeclaration): string {
  const isChanged = method.receiver?.type?.kind === "pointer" && from.type?.kind !== "pointer";
  if (isChanged && target.kind === "select" && mayChange(env.unit, method)) return `${from.text} = { ...${from.text} }`;
  const list = target.kind === "index" ? underlying(env.unit, emit(env, target.target).type) : undefined;
  const index = target.kind === "index" ? target.indexes[0] : undefined;
  if (!isChanged || target.kind !== "index" || list?.kind !== "slice" || index === undefined) return from.text;
  return `${writable(env, target.target)}[${emit(env, index).text}] = { ...${from.text} }`;
}

/** `e.Get("target").Get("value").String()` */
function eventCallOf(env: Env, callee: Extract<Expr, { kind: "select" }>, expr: Call): Code | undefined {
  if (callee.name === "Get") return eventField(env, expr);
  if (!["String", "Bool", "Int", "Float"].includes(callee.name) || expr.args.length > 0) return undefined;
  const field = eventField(env, callee.target);
  if (field === undefined) return undefined;
  if (callee.name === "Int") return atom(`Math.trunc(Number(${field.text}))`, INT);
  return callee.name === "Float" ? atom(`Number(${field.text})`, FLOAT) : field;
}

function eventCall(env: Env, expr: Call, name: string): Code {
  const [method] = expr.args;
  const called = name.toLowerCase() === "call" ? (method?.kind === "string" ? method.value : "?") : name;
  if (/^preventDefault$/i.test(called))
    return { ...atom("/* preventDefault(): the live client does it for clicks and submits */"), isVoid: true };
  return gapCode(env, expr.at, `${called}() of an event is not ported: the page does not wait for the server`);
}

/** The element a DOM ref points at, in `ref.Current` or, in the newer draft, `ref` itself. */
function elementOf(env: Env, expr: Expr): string | undefined {
  const named = expr.kind === "select" && /^[cC]urrent$/.test(expr.name) ? expr.target : expr;
  const binding = named.kind === "name" ? env.scope.find(named.name) : undefined;
  return binding?.kind === "element" ? binding.code : undefined;
}

function elementCall(env: Env, element: string, name: string, expr: Call): Code {
  if (name === "IsNull" || name === "IsUndefined")
    return atom(`${element}.isNull()`, { kind: "name", name: "bool", args: [] });
  const isCall = name === "Call";
  if (!isCall && !/^(?:focus|blur|click|select|scrollIntoView)$/i.test(name))
    return gapCode(env, expr.at, `${name} of an element is not ported: only calls of its methods`);
  const args = expr.args.map((arg) => emit(env, arg).text);
  return {
    ...atom(
      `${element}.call(${(isCall ? args : [JSON.stringify(name.charAt(0).toLowerCase() + name.slice(1)), ...args]).join(", ")})`,
    ),
    isVoid: true,
  };
}

function packageCall(env: Env, pkg: string, name: string, expr: Call): Code {
  const { unit } = env;
  if (pkg === "gox")
    return gapCode(env, expr.at, `gox.${name} stands only at the top of a component, or is not ported`);
  const special = pkg === "fmt" ? emitPrintTo(env, name, expr) : emitSort(env, `${pkg}.${name}`, expr);
  if (special !== undefined) return special;
  const args = expr.args.map((arg) => emit(env, arg));
  if (pkg === "fmt" && ["Sprintf", "Printf", "Errorf"].includes(name)) return formatCall(env, name, expr, args);
  const ported = portCall(`${pkg}.${name}`, args, unit);
  if (ported !== undefined) return ported;
  if (KNOWN_PACKAGES.has(pkg)) return gapCode(env, expr.at, `${pkg}.${name} is not ported`);
  return atom(
    `${foreignPackage(unit, pkg)}.${name}${list(
      "(",
      args.map((arg) => arg.text),
      ")",
    )}`,
  );
}

/** What `%w` stands for. */
function wrapped(format: string, args: readonly Code[]): Code | undefined {
  const verbs = [...format.matchAll(/%[-+0 #]*\d*(?:\.\d+)?([a-zA-Z])/g)];
  const at = verbs.findIndex(([, verb]) => verb === "w");
  return at < 0 ? undefined : args[at];
}

function formatCall(env: Env, name: string, expr: Call, args: readonly Code[]): Code {
  const [format] = expr.args;
  const text =
    format?.kind === "string"
      ? formatted(name === "Printf" ? format.value.replace(/\n$/, "") : format.value, args.slice(1), env.unit)
      : undefined;
  if (text === undefined) return gapCode(env, expr.at, `fmt.${name} with a format that is not ported`);
  if (name === "Printf") return { ...atom(`console.log(${text})`), isVoid: true };
  if (name !== "Errorf") return atom(text, STRING);
  const cause = wrapped(format?.kind === "string" ? format.value : "", args.slice(1));
  const options = cause === undefined ? "" : `, { cause: ${cause.text} }`;
  return atom(`new Error(${text}${options})`, ERROR);
}
