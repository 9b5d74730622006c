import type { Expr, GoType, GoxFile, Stmt, TypeDeclaration } from "./ast.ts";
import { assignedIn, changedIn, type Fixed, type Unit, walk } from "./scope.ts";

/** Looks for what nobody changes. @param shared - Structs that are changed through pointers. */
export function fixedIn(
  file: GoxFile,
  types: ReadonlyMap<string, TypeDeclaration>,
  shared: ReadonlySet<string>,
  changing: ReadonlySet<string>,
): Fixed {
  const set = fieldsSet(file);
  const structs = new Set<string>();
  if (takesAddresses(file))
    for (const [name, { type }] of types)
      if (type.kind === "struct" && !shared.has(name) && type.fields.every((field) => !set.has(field.name)))
        structs.add(name);
  const assigned = new Set([...assignedIn(file.declarations), ...definedAgain(file)]);
  return { structs, assigned, changesElements: changedIn(file.declarations, changing).size > 0 };
}

/** Whether a pointer to the variable or element may be the value itself. */
export function isFixedStruct({ fixed, types }: Unit, expr: Expr, type: GoType | undefined): boolean {
  if (type?.kind !== "name" || type.pkg !== undefined || !types.has(type.name)) return false;
  if (!fixed.structs.has(type.name)) return false;
  return expr.kind === "name" ? !fixed.assigned.has(expr.name) : expr.kind === "index" && !fixed.changesElements;
}

/** The names of all fields that are set somewhere, and of those on the way there. */
function fieldsSet(file: GoxFile): Set<string> {
  const names = new Set<string>();
  walk(file.declarations, (node) => {
    if (node.kind !== "assign" || !("targets" in node)) return undefined;
    for (const target of node.targets as readonly Expr[]) {
      for (let at = target; at.kind === "select" || at.kind === "index"; at = at.target)
        if (at.kind === "select") names.add(at.name);
    }
    return undefined;
  });
  return names;
}

function takesAddresses(file: GoxFile): boolean {
  let found = false;
  walk(file.declarations, (node) => {
    const { op, operand } = node as Partial<Extract<Expr, { kind: "unary" }>>; // cast: any node may be asked
    found ||= node.kind === "unary" && op === "&" && operand?.kind !== "composite";
    return !found;
  });
  return found;
}

/** `x, ok := f()` where `x` was there already puts something into it. */
function definedAgain(file: GoxFile): Set<string> {
  const [known, again] = [new Set<string>(), new Set<string>()];
  walk(file.declarations, (node) => {
    if (node.kind !== "define") return undefined;
    const { names } = node as Extract<Stmt, { kind: "define" }>; // cast: its kind says so
    for (const name of names) if (known.size === known.add(name).size && names.length > 1) again.add(name);
    return undefined;
  });
  return again;
}
