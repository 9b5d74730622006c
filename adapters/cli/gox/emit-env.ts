import type { Child, Expr, FuncLiteral, GoType, Stmt } from "./ast.ts";
import { atom, type Code } from "./code.ts";
import { BOOL, isNullable, NODE, noZeroOf, STRING, zeroOf } from "./emit-types.ts";
import { freshName, helper, namesIn, Scope, type Unit, walk } from "./scope.ts";
import { capital, indent, safeName } from "./text.ts";

/** Where code is emitted. */
export interface Env {
  readonly unit: Unit;
  readonly scope: Scope;
  /** How expressions are written: they hold statements and markup, and those hold expressions. */
  readonly emitters: Emitters;
  /** The component around, if any. */
  readonly component?: ComponentEnv | undefined;
  /** What the `<select>` around has for its value. */
  readonly selected?: { readonly code: Code; readonly isMultiple: boolean } | undefined;
}

/** The ends of that circle which the other files need. */
export interface Emitters {
  readonly expression: (env: Env, expr: Expr, want: GoType | undefined) => Code;
  readonly fragment: (env: Env, children: readonly Child[]) => string;
  readonly func: (env: Env, func: FuncLiteral, want: GoType | undefined, annotated: boolean) => Code;
  readonly statements: (env: Env, statements: readonly Stmt[], results: readonly GoType[]) => string[];
}

/** What is gathered about a component while its parts are emitted. */
export interface ComponentEnv {
  readonly name: string;
  /** Its type parameters: of their values nothing is known. */
  readonly typeParams: ReadonlySet<string>;
  /** Names used of the second argument of its setup. */
  readonly used: Set<string>;
  /** How often each component stands in its render. */
  readonly children: ReadonlyMap<string, number>;
  /** Handlers made by a call, by the function called: those of one function need names to be told apart. */
  readonly handlers: Map<string, number>;
  /** Numbers for parts of the render that need an identity. */
  places: number;
}

/** A name of the second argument of a setup. */
export function ofOwn(env: Env, name: string): string {
  env.component?.used.add(name);
  return env.unit.words.has(name) ? `bus${capital(name)}` : name;
}

/** The same place with a scope of its own. */
export function inner(env: Env): Env {
  return { ...env, scope: new Scope(env.scope) };
}

/** What stands where something could not be ported: reported, and thrown when it is reached. */
export function gapCode(env: Env, at: number, reason: string): Code {
  env.unit.reporter.gap(at, reason);
  const text = `${helper(env.unit, "notPorted")}(${JSON.stringify(`${env.unit.reporter.place(at)} ${reason}`)})`;
  return { ...atom(text), isGap: true };
}

/** The arguments of a call, the last one spread where the source says so. */
export function emitArgs(
  env: Env,
  { args, spreads }: Extract<Expr, { kind: "call" }>,
  params: readonly { readonly type: GoType | undefined }[],
): string[] {
  return args.map((arg, index) => {
    const { text } = env.emitters.expression(env, arg, params[index]?.type);
    return spreads && index === args.length - 1 ? `...${text}` : text;
  });
}

/** What a variable of the type holds at first; reported where that is not known. */
export function zeroCode(env: Env, at: number, type: GoType | undefined): Code {
  const reason = noZeroOf(env.unit, type);
  return reason === undefined ? atom(zeroOf(env.unit, type), type) : gapCode(env, at, reason);
}

/** `user` or `user.Manager`, as written. */
export function pathOf(expr: Expr): string {
  if (expr.kind === "name") return expr.name;
  return expr.kind === "select" ? `${pathOf(expr.target)}.${expr.name}` : "?";
}

/** Whether nothing near says that a pointer points at something. */
export function isMaybeNil(env: Env, expr: Expr): boolean {
  const binding = expr.kind === "name" ? env.scope.find(expr.name) : undefined;
  if (expr.kind === "unary" || (binding?.kind === "value" && binding.isPresent === true)) return false;
  return !env.unit.checked.has(pathOf(expr));
}

/** Markup of several lines stands in parentheses. */
export function jsxCode(text: string): Code {
  return atom(text.includes("\n") ? `(\n${indent(text)}\n)` : text, NODE);
}

/** What a live event carries, in the forms it is asked for: `e.target.value`, `e.Value`, `e.Get("target").Get("value")`. */
export function eventField(env: Env, expr: Expr): Code | undefined {
  const path: string[] = [];
  let at = expr;
  for (;;) {
    if (at.kind === "select") {
      path.unshift(at.name.toLowerCase());
      at = at.target;
    } else if (
      at.kind === "call" &&
      at.callee.kind === "select" &&
      at.callee.name === "Get" &&
      at.args[0]?.kind === "string"
    ) {
      path.unshift(at.args[0].value.toLowerCase());
      at = at.callee.target;
    } else break;
  }
  const binding = at.kind === "name" ? env.scope.find(at.name) : undefined;
  if (binding?.kind !== "event" || path.length === 0) return undefined;
  const name = path.join(".").replace(/^(?:current)?target\./, "");
  if (name === "value") return atom(`${binding.code}.value`, STRING);
  if (name === "checked") return atom(`${binding.code}.checked`, BOOL);
  return gapCode(
    env,
    expr.at,
    `a live event carries value, checked and the fields of a form, and no ${path.join(".")}`,
  );
}

/**
 * State that may be nil is read once, at the top of a function, as Go has it: TypeScript then sees what a test for nil tells.
 * @returns The lines that do so.
 */
export function hoistNullable(env: Env, body: unknown): string[] {
  const set = new Set<string>();
  walk(body, (node) => {
    const { kind, name, target } = node as { kind?: string; name?: string; target?: { kind: string; name?: string } }; // cast: any node may be asked
    if (kind === "select" && name === "set" && target?.kind === "name") set.add(target.name ?? "");
    return undefined;
  });
  const lines: string[] = [];
  for (const name of namesIn(body)) {
    const binding = env.scope.find(name);
    const isState = binding?.kind === "signal" || binding?.kind === "computed";
    const isPart = binding?.kind === "value" && binding.code.includes(".get()"); // of what is computed together
    if ((!isState && !isPart) || !isNullable(env.unit, binding.type) || set.has(name)) continue;
    const code = freshName(env.scope, `${isState ? binding.code : safeName(name)}Now`);
    lines.push(`const ${code} = ${isState ? `${binding.code}.get()` : binding.code};`);
    env.scope.set(name, { kind: "value", code, type: binding.type });
  }
  return lines;
}

/** @param want - The type that is expected, for literals and nil. */
export function emit(env: Env, expr: Expr, want?: GoType): Code {
  return env.emitters.expression(env, expr, want);
}

/** A function as an arrow function: one expression where one is enough. */
export function emitFunc(env: Env, func: FuncLiteral, want?: GoType, annotated: boolean = !func.isArrow): Code {
  return env.emitters.func(env, func, want, annotated);
}

/** Statements of a block of their own, as lines. */
export function emitInner(env: Env, statements: readonly Stmt[], results: readonly GoType[]): string[] {
  return env.emitters.statements(inner(env), statements, results);
}

/** Nodes without an element around them. */
export function fragmentText(env: Env, children: readonly Child[]): string {
  return env.emitters.fragment(env, children);
}
