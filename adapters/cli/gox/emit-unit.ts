import type { Declaration, FuncDeclaration, GoType, GoxFile, Param, Stmt, TypeDeclaration } from "./ast.ts";
import type { Reporter } from "./diagnostics.ts";
import { hookOf } from "./emit-hooks.ts";
import { fixedIn } from "./fixed-structs.ts";
import { assignedIn, changingMethods, Scope, type Unit, walk } from "./scope.ts";
import { safeName } from "./text.ts";

/** What is known of the file before any of it is written. */
export function createUnit(file: GoxFile, source: string, reporter: Reporter): Unit {
  const types = new Map<string, TypeDeclaration>();
  const functions = new Map<string, FuncDeclaration>();
  const methods = new Map<string, FuncDeclaration>();
  const scope = new Scope();
  for (const [name, { path, at }] of file.imports)
    scope.set(name, { kind: "package", code: name, path, at, type: undefined });
  for (const declaration of file.declarations) {
    if (declaration.kind === "type") types.set(declaration.name, declaration);
    if (declaration.kind === "func") {
      const receiver = declaration.receiver?.type;
      const owner = receiver?.kind === "pointer" ? receiver.element : receiver;
      if (owner?.kind === "name") methods.set(`${owner.name}.${declaration.name}`, declaration);
      else functions.set(declaration.name, declaration);
    }
    bindDeclaration(scope, declaration);
  }
  const checked = new Set<string>();
  for (const [, path] of source.matchAll(/([\w.]+)\s*[!=]=\s*nil\b/g)) checked.add(path ?? "");
  const words = declaredIn(file);
  const shared = sharedIn(file, methods);
  return {
    reporter,
    types,
    functions,
    methods,
    words,
    file: scope,
    packageName: file.packageName,
    imports: new Map(),
    helpers: new Set(),
    shared,
    fixed: fixedIn(file, types, shared, changingMethods({ methods })),
    checked,
  };
}

/** Structs that are changed through pointers, by their names: all who have such a pointer see it. */
function sharedIn(file: GoxFile, methods: ReadonlyMap<string, FuncDeclaration>): Set<string> {
  const names = new Set<string>();
  const add = (type: GoType | undefined): void => {
    if (type?.kind === "pointer" && type.element.kind === "name") names.add(type.element.name);
  };
  for (const { receiver } of methods.values()) add(receiver?.type);
  const assigned = assignedIn(file.declarations);
  walk(file.declarations, (node) => {
    const found = node as Partial<Extract<Stmt, { kind: "define" }>> & { readonly params?: readonly Param[] }; // cast: any node may be asked
    if ("isEmbedded" in node && node.isEmbedded === true && "type" in node) add(node.type as GoType); // cast: it is a field
    for (const { name, type } of found.params ?? []) if (assigned.has(name)) add(type);
    for (const [i, value] of (found.kind === "define" ? (found.values ?? []) : []).entries())
      if (
        value.kind === "unary" &&
        value.op === "&" &&
        value.operand.kind === "composite" &&
        assigned.has(found.names?.[i] ?? "")
      )
        add(value.operand.type && { kind: "pointer", element: value.operand.type });
    return undefined;
  });
  return names;
}

/** Every name the translation may hold besides ours: declared ones, and those of other files. */
function declaredIn(file: GoxFile): Set<string> {
  const words = new Set(file.imports.keys());
  walk(file.declarations, (node) => {
    const { kind, name, names, index, item, before, now, binds } = node as Readonly<Record<string, unknown>>; // cast: any node may be asked
    const isField =
      kind === "select" ||
      kind === "element" ||
      "isEmbedded" in node ||
      ("value" in node && kind === undefined && !("type" in node));
    if (!isField && typeof name === "string") words.add(name);
    for (const word of [index, item, before, now, binds]) if (typeof word === "string") words.add(word);
    if (Array.isArray(names)) for (const word of names) words.add(String(word));
    return undefined;
  });
  return words;
}

function bindDeclaration(scope: Scope, declaration: Declaration): void {
  switch (declaration.kind) {
    case "func": {
      const { name, params, results } = declaration;
      if (declaration.receiver === undefined)
        scope.set(name, { kind: "value", code: safeName(name), type: { kind: "func", params, results } });
      return;
    }
    case "component":
      scope.set(declaration.name, { kind: "component", code: declaration.name, type: undefined });
      return;
    case "type":
      scope.set(declaration.name, { kind: "type", code: safeName(declaration.name), type: undefined });
      return;
    case "context":
      scope.set(declaration.name, {
        kind: "context",
        code: declaration.name,
        type: { kind: "struct", fields: declaration.fields },
      });
      return;
    case "variables": {
      const { statement } = declaration;
      if (statement.kind !== "var") return;
      const hook = hookOf(statement.values[0]);
      const isContext = hook?.name === "CreateContext";
      for (const name of statement.names) {
        const type = isContext ? hook.types[0] : statement.type;
        scope.set(name, { kind: isContext ? "context" : "value", code: safeName(name), type });
      }
    }
  }
}
