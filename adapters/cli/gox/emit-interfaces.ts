import type { Expr, FuncDeclaration, GoType, MethodSpec, TypeDeclaration } from "./ast.ts";
import { atom, type Code } from "./code.ts";
import { alikeStructs, emitTypeTest } from "./emit-assertions.ts";
import { type Env, emit, emitArgs, gapCode } from "./emit-env.ts";
import { promotedPath } from "./emit-promoted.ts";
import { bindParams, tsParams, tsResults, tsType, underlying } from "./emit-types.ts";
import { Scope, type Unit } from "./scope.ts";
import { block, list, safeName } from "./text.ts";

/** A type that has the methods of an interface: as a value, or by a pointer where one of them asks for that. */
interface Implementer {
  readonly name: string;
  readonly type: GoType;
}

/** An interface as the union of the structs that have its methods, and for each method a function that finds the struct's own. */
export function emitInterface(env: Env, { at, name, type, typeParams }: TypeDeclaration): string | undefined {
  const { unit } = env;
  if (type.kind !== "interface" || !(type.hasMethods || hasMethodsOf(unit, type.embedded))) return undefined;
  const methods = methodsOf(unit, type) ?? [];
  const reason = typeParams.length > 0 ? "it has type parameters" : whyNot(unit, methods);
  if (reason !== undefined) {
    unit.reporter.gap(at, `interfaces with methods are not ported where ${reason}: calls of ${name} are reported too`);
    return undefined;
  }
  const types = implementers(unit, methods);
  const union = [...types.map((one) => safeName(one.name)), "null"].join(" | ");
  const functions = methods.map((method) => emitDispatch(env, at, name, method, types));
  return [`export type ${safeName(name)} = ${union};`, ...functions].join("\n\n");
}

/** `s.Area()` where `s` is of an interface type; `undefined` for other types. */
export function emitInterfaceCall(
  env: Env,
  from: Code,
  name: string,
  expr: Extract<Expr, { kind: "call" }>,
): Code | undefined {
  const { unit } = env;
  const { type } = from;
  const methods = methodsOf(unit, type);
  const method = methods?.find((one) => one.name === name);
  if (underlying(unit, type)?.kind !== "interface") return undefined;
  const declared = type?.kind === "name" ? unit.types.get(type.name) : undefined;
  const isPorted = declared?.typeParams.length === 0 && methods !== undefined && whyNot(unit, methods) === undefined;
  if (!isPorted || method === undefined)
    return gapCode(env, expr.at, `${name} of this interface is not ported: call it on a struct`);
  const args = emitArgs(env, expr, method.params);
  const [result] = method.results;
  const code = atom(`${declared.name}${name}${list("(", [from.text, ...args], ")")}`, result);
  return {
    ...code,
    isVoid: result === undefined,
    ...(method.results.length > 1 ? { tuple: method.results } : {}),
  };
}

/** Whether an interface of this file with methods is among them, as there is none among the types of a constraint. */
function hasMethodsOf(unit: Unit, embedded: readonly GoType[]): boolean {
  return embedded.some((one) => (methodsOf(unit, one) ?? []).length > 0);
}

/** All methods, those of embedded interfaces among them; `undefined` where one of these is not known in this file. */
function methodsOf(unit: Unit, type: GoType | undefined): readonly MethodSpec[] | undefined {
  const found = underlying(unit, type);
  if (found?.kind !== "interface") return undefined;
  const methods = new Map<string, MethodSpec>();
  for (const one of found.embedded) {
    const own = methodsOf(unit, one);
    if (own === undefined) return undefined;
    for (const method of own) methods.set(method.name, method);
  }
  for (const method of found.methods) methods.set(method.name, method);
  return [...methods.values()];
}

/** Why values cannot be told apart here, if they cannot. */
function whyNot(unit: Unit, methods: readonly MethodSpec[]): string | undefined {
  const types = methods.length === 0 ? [] : implementers(unit, methods);
  if (types.length === 0) return "no type of this file has them";
  for (const { type } of types) {
    const struct = underlying(unit, type.kind === "pointer" ? type.element : type);
    if (struct?.kind !== "struct") return "a type that has them is no struct";
    if (
      alikeStructs(
        unit,
        struct.fields.map((field) => field.name),
      ) > 1
    )
      return "two structs have fields of the same names";
  }
  return undefined;
}

function implementers(unit: Unit, methods: readonly MethodSpec[]): Implementer[] {
  return [...unit.types.values()].flatMap(({ name, type: declared, typeParams }) => {
    if (declared.kind === "interface") return [];
    const type: GoType = { kind: "name", name, args: [] };
    const found = methods.map((method) => methodOf(unit, type, method.name));
    if (typeParams.length > 0 || found.includes(undefined)) return [];
    const isPointer = found.some((method) => method?.receiver?.type?.kind === "pointer");
    return [{ name, type: isPointer ? { kind: "pointer", element: type } : type }];
  });
}

/** The method of a type, its own or that of a struct embedded in it. */
function methodOf(unit: Unit, type: GoType, name: string): FuncDeclaration | undefined {
  let at: GoType | undefined = type;
  for (const step of promotedPath(unit, type, name) ?? []) {
    const struct = underlying(unit, at?.kind === "pointer" ? at.element : at);
    at = struct?.kind === "struct" ? struct.fields.find((field) => field.name === step)?.type : undefined;
  }
  const own = at?.kind === "pointer" ? at.element : at;
  return own?.kind === "name" ? unit.methods.get(`${own.name}.${name}`) : undefined;
}

/** The function that stands for a method of an interface. */
function emitDispatch(
  env: Env,
  at: number,
  owner: string,
  { name, params: given, results }: MethodSpec,
  types: readonly Implementer[],
): string {
  const { unit } = env;
  const params = given.map((param, index) => {
    const isUnnamed = param.name === "" || param.name === "_";
    return isUnnamed ? { ...param, name: `value${index + 1}` } : param;
  });
  const self = params.some((param) => param.name === "self") ? "receiver" : "self";
  const lines = types.map(({ type }) => {
    const own: Env = { ...env, scope: new Scope(unit.file) };
    bindParams(unit, own.scope, params, []);
    own.scope.set(self, { kind: "value", code: self, type, isPresent: true });
    const test = emitTypeTest(own, at, type, { value: self, seen: new Set(), isBeforeInts: false });
    return `if (${test.text}) return ${emit(own, callOf(at, self, name, params)).text};`;
  });
  const typed = [
    `${self}: ${tsType(unit, { kind: "name", name: owner, args: [] })}`,
    ...(params.length > 0 ? [tsParams(unit, params)] : []),
  ];
  return block(`export function ${owner}${name}(${typed.join(", ")}): ${tsResults(unit, results)} `, [
    ...lines,
    'throw new TypeError("nil pointer dereference");',
  ]);
}

function callOf(at: number, self: string, name: string, params: MethodSpec["params"]): Expr {
  return {
    kind: "call",
    at,
    callee: { kind: "select", at, target: { kind: "name", at, name: self }, name },
    args: params.map((param): Expr => ({ kind: "name", at, name: param.name })),
    spreads: params.some((param) => param.variadic),
  };
}
