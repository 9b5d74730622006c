import type { Expr, Part, Stmt } from "./ast.ts";
import { hookOf } from "./emit-hooks.ts";
import { assignedIn, changedIn, namesIn, walk } from "./scope.ts";

/** Variables that plain statements of the body assign or change, and everything made from them; a ref is the same at each render, whatever it holds. */
export function lateNames(parts: readonly Part[], changing: ReadonlySet<string>): Set<string> {
  const late = new Set<string>();
  const statements = parts.flatMap((part) => (part.kind === "statement" ? [part.statement] : []));
  for (const statement of statements)
    if (!isDefinition(statement)) for (const name of changedIn(statement, changing)) late.add(name);
  // What is handed to a function that gives nothing is filled by it.
  const made = new Set(statements.flatMap((one) => (isDefinition(one) && isMade(one) ? one.names : [])));
  for (const statement of statements) for (const name of handedOver(statement)) if (made.has(name)) late.add(name);
  // A function that was made by a call may have state of its own: it is made anew where it is called, at each render.
  const madeByCall = new Set(
    statements.flatMap((one) => (isDefinition(one) && one.values[0]?.kind === "call" ? one.names : [])),
  );
  for (const name of calledIn(statements)) if (madeByCall.has(name)) late.add(name);
  // What a hook keeps is the same at each render, whatever is put into it.
  for (const statement of statements)
    if (statement.kind === "define" && hookOf(statement.values[0]) !== undefined)
      for (const name of statement.names) late.delete(name);
  for (const statement of statements)
    if (!isDefinition(statement)) for (const name of assignedIn(statement)) late.add(name);
  for (const statement of statements)
    if (statement.kind === "define" && hookOf(statement.values[0])?.name === "UseRef")
      for (const name of statement.names) late.delete(name);
  for (let size = -1; size !== late.size; ) {
    size = late.size;
    for (const statement of statements) {
      if (isDefinition(statement) && [...namesIn(statement.values)].some((name) => late.has(name)))
        for (const name of statement.names) late.add(name);
    }
  }
  return late;
}

/** Whether a definition makes something that can be changed in place: a pointer, a slice or a map. */
function isMade(statement: Extract<Stmt, { kind: "define" }> | Extract<Stmt, { kind: "var" }>): boolean {
  const [value] = statement.values;
  if (value === undefined) return true;
  if (value.kind === "composite") return true;
  if (value.kind === "unary") return value.op === "&";
  return value.kind === "call" && value.callee.kind === "name" && /^(?:make|new)$/.test(value.callee.name);
}

/** The variables that a call of a function of the package gets, which stands as a statement. */
export function handedOver(statement: Stmt): string[] {
  if (statement.kind !== "expr" || statement.value.kind !== "call" || statement.value.callee.kind !== "name") return [];
  return statement.value.args.flatMap((arg) => (arg.kind === "name" ? [arg.name] : []));
}

/** The names that statements call where they stand; what is called in a function is called later. */
function calledIn(statements: readonly Stmt[]): Set<string> {
  const names = new Set<string>();
  walk(statements, (node) => {
    const { callee } = node as { readonly callee?: Expr }; // cast: any node may be asked
    if (node.kind === "call" && callee?.kind === "name") names.add(callee.name);
    return node.kind !== "func";
  });
  return names;
}

export function isDefinition(
  statement: Stmt,
): statement is Extract<Stmt, { kind: "define" }> | Extract<Stmt, { kind: "var" }> {
  return statement.kind === "define" || statement.kind === "var";
}

export function isLate(statement: Stmt, late: ReadonlySet<string>): boolean {
  if (isDefinition(statement)) return statement.names.some((name) => late.has(name));
  return statement.kind !== "gap";
}
