import type { Expr, FuncDeclaration, GoType, Param } from "./ast.ts";
import { atom, type Code } from "./code.ts";
import { type Env, emit } from "./emit-env.ts";
import { underlying } from "./emit-types.ts";
import { assignedIn, changedIn, changingMethods, type Unit, walk } from "./scope.ts";
import { safeName } from "./text.ts";

type Select = Extract<Expr, { kind: "select" }>;

/** Whether an embedded type can be a field of its own name: a struct of this file, or a pointer to one. */
export function isPortedEmbedding(unit: Unit, type: GoType): boolean {
  const own = type.kind === "pointer" ? type.element : type;
  return (
    own.kind === "name" &&
    own.pkg === undefined &&
    own.args.length === 0 &&
    unit.types.get(own.name)?.type.kind === "struct"
  );
}

/**
 * The embedded fields on the way to a field or method, none for one of the struct's own: the shallowest counts. `undefined` where
 * there is no such name, or two at one depth, which Go refuses.
 */
export function promotedPath(unit: Unit, type: GoType | undefined, name: string): readonly string[] | undefined {
  let level: readonly Reached[] = type === undefined ? [] : [{ path: [], type }];
  const seen = new Set<string>();
  while (level.length > 0) {
    const found = level.filter((one) => hasOwn(unit, one.type, name));
    if (found.length > 0) return found.length === 1 ? found[0]?.path : undefined;
    level = level.flatMap((one) => embeddedIn(unit, one)).filter(({ type }) => isNew(seen, type));
  }
  return undefined;
}

interface Reached {
  readonly path: readonly string[];
  readonly type: GoType;
}

function embeddedIn(unit: Unit, { path, type }: Reached): Reached[] {
  const struct = underlying(unit, pointedAt(type));
  if (struct?.kind !== "struct") return [];
  return struct.fields
    .filter((field) => field.isEmbedded && isPortedEmbedding(unit, field.type))
    .map((field) => ({ path: [...path, field.name], type: field.type }));
}

/** A list of nodes may hold itself, by a pointer. */
function isNew(seen: Set<string>, type: GoType): boolean {
  const own = pointedAt(type);
  return own.kind !== "name" || seen.size !== seen.add(own.name).size;
}

function hasOwn(unit: Unit, type: GoType, name: string): boolean {
  const struct = underlying(unit, pointedAt(type));
  return (
    isMethod(unit, type, name) || (struct?.kind === "struct" && struct.fields.some((field) => field.name === name))
  );
}

/** Whether the type, or what it points at, has a method of this name itself. */
export function isMethod(unit: Unit, type: GoType | undefined, name: string): boolean {
  const own = type && pointedAt(type);
  return own?.kind === "name" && unit.methods.has(`${own.name}.${name}`);
}

function pointedAt(type: GoType): GoType {
  return type.kind === "pointer" ? type.element : type;
}

/** `x.ID` as `x.Base.ID`. */
export function withPath(expr: Select, path: readonly string[]): Select {
  const { at } = expr;
  const target = path.reduce<Expr>((inner, name) => ({ kind: "select", at, target: inner, name }), expr.target);
  return { ...expr, target };
}

/** What is assigned to, with every embedded field on the way written out. */
export function written(env: Env, expr: Expr): Expr {
  if (expr.kind === "index") return { ...expr, target: written(env, expr.target) };
  if (expr.kind !== "select") return expr;
  const own: Select = { ...expr, target: written(env, expr.target) };
  const { target } = own;
  const type = target.kind === "name" ? env.scope.find(target.name)?.type : emit(env, target).type;
  return withPath(own, promotedPath(env.unit, type, own.name) ?? []);
}

/** A struct that is changed in place by its methods, taken from where it stands: a copy, as all values are in Go. */
export function copied(unit: Unit, expr: Expr, { text, type }: Code): string {
  const isPlace = expr.kind === "name" || expr.kind === "select" || expr.kind === "index";
  const isStruct = type?.kind === "name" && type.pkg === undefined && underlying(unit, type)?.kind === "struct";
  return isPlace && isStruct && changesInPlace(unit, type.name) ? `{ ...${text} }` : text;
}

/** Copies of those parameters, or variables of a loop, that the body changes by methods: whoever gave them does not see that. */
export function copiesOf(unit: Unit, params: readonly Pick<Param, "name" | "type">[], body: unknown): string[] {
  const changed = changedIn(body, changingMethods(unit));
  return params.flatMap(({ name, type }) => {
    const code = safeName(name);
    const copy = copied(unit, { kind: "name", at: 0, name }, atom(code, type));
    return changed.has(name) && copy !== code ? [`${code} = ${copy};`] : [];
  });
}

function changesInPlace(unit: Unit, name: string): boolean {
  return [...unit.methods].some(([key, method]) => key.startsWith(`${name}.`) && mayChange(unit, method));
}

/** Whether a method with a pointer may change what it points at, or hand the pointer on. */
export function mayChange(unit: Unit, { receiver, body }: FuncDeclaration): boolean {
  if (receiver?.type?.kind !== "pointer") return false;
  const { name } = receiver;
  if (assignedIn(body).has(name) || changedIn(body, changingMethods(unit)).has(name)) return true;
  let uses = 0;
  walk(body, (node) => {
    const { kind, name: own, target } = node as Readonly<Record<string, unknown>>; // cast: any node may be asked
    if (kind === "name" && own === name) uses++;
    if (kind === "select" && (target as { readonly name?: unknown }).name === name) uses--; // cast: what a selector selects from
    return undefined;
  });
  return uses > 0;
}
