import type { Part, Stmt } from "./ast.ts";
import { hookOf } from "./emit-hooks.ts";
import { assignedIn, changedIn, namesIn, type Unit } from "./scope.ts";

/** Variables that plain statements of the body assign or change, and everything made from them; a ref is the same at each render, whatever it holds. */
export function lateNames(parts: readonly Part[], changing: ReadonlySet<string>): Set<string> {
  const late = new Set<string>();
  const statements = parts.flatMap((part) => (part.kind === "statement" ? [part.statement] : []));
  for (const statement of statements)
    if (!isDefinition(statement)) for (const name of changedIn(statement, changing)) late.add(name);
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

/** The names of the methods that have a pointer to what they are called on. */
export function changingMethods({ methods }: Unit): Set<string> {
  const pointed = [...methods.values()].filter(({ receiver }) => receiver?.type?.kind === "pointer");
  return new Set(pointed.map(({ name }) => name));
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
