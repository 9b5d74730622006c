import type { Part, Stmt } from "./ast.ts";
import { type Env, hoistNullable, inner } from "./emit-env.ts";
import { handedOver, isDefinition } from "./late-names.ts";
import { assignedIn, changedIn, changingMethods, freshName, imported, namesIn, walk } from "./scope.ts";
import { block, joinedName } from "./text.ts";

/** Statements of the body that belong together, as what an effect needs is made by them. */
interface Bundle {
  readonly statements: readonly Stmt[];
  readonly names: readonly string[];
  readonly rest: Stmt[];
}

/**
 * What effects need of variables that statements of the body change: those statements, as one computed value. The variables are read from
 * there from then on, by what is rendered too.
 * @returns The lines, and the statements that stay in the render; undefined where more than those statements changes the variables.
 */
export function emitBundle(
  env: Env,
  parts: readonly Part[],
  renders: readonly Stmt[],
  needed: ReadonlySet<string>,
): { readonly lines: string[]; readonly renders: Stmt[] } | undefined {
  const bundle = bundleOf(env, parts, renders, needed);
  if (bundle === undefined) return undefined;
  const own = inner(env);
  const first = hoistNullable(own, bundle.statements);
  const { names } = bundle;
  const body = env.emitters.statements(own, bundle.statements, []);
  const codes = names.map((name) => own.scope.find(name)?.code ?? name);
  const [only = ""] = codes;
  const result = codes.length === 1 ? only : `{ ${codes.join(", ")} }`;
  const code = freshName(env.scope, joinedName(names));
  names.forEach((name, i) => {
    const type = own.scope.find(name)?.type;
    if (codes.length === 1) env.scope.set(name, { kind: "computed", code, type });
    else env.scope.set(name, { kind: "value", code: `${code}.get().${codes[i]}`, type });
  });
  const computed = imported(env.unit, "busbar/signals", "computed");
  const lines = [block(`const ${code} = ${computed}(() => `, [...first, ...body, `return ${result};`]).concat(");")];
  return { lines, renders: bundle.rest };
}

function bundleOf(
  env: Env,
  parts: readonly Part[],
  renders: readonly Stmt[],
  needed: ReadonlySet<string>,
): Bundle | undefined {
  const changing = changingMethods(env.unit);
  const defined = new Set(renders.flatMap((one) => (isDefinition(one) ? one.names : [])));
  const wanted = new Set(needed);
  const taken = new Set<Stmt>();
  for (let size = -1; size !== taken.size; ) {
    size = taken.size;
    for (const one of renders) {
      if (taken.has(one) || ![...touchedBy(one, changing)].some((name) => wanted.has(name))) continue;
      taken.add(one);
      for (const name of namesIn(one)) if (defined.has(name)) wanted.add(name);
      if (isDefinition(one)) for (const name of one.names) wanted.add(name);
    }
  }
  const statements = renders.filter((one) => taken.has(one));
  const rest = renders.filter((one) => !taken.has(one));
  if (statements.some(leavesOrShows) || changedElsewhere([parts, rest], statements, wanted, changing)) return undefined;
  const names = [...new Set(statements.flatMap((one) => (isDefinition(one) ? one.names : [])))];
  return { statements, rest, names: names.filter((name) => name !== "_") };
}

function touchedBy(one: Stmt, changing: ReadonlySet<string>): Set<string> {
  const names = isDefinition(one) ? one.names : [];
  return new Set([...names, ...assignedIn(one), ...changedIn(one, changing), ...handedOver(one)]);
}

/** Whether a statement ends the render, or holds markup: neither belongs into a computed value. */
function leavesOrShows(one: Stmt): boolean {
  let found = false;
  walk(one, (node) => {
    if (node.kind === "return" || node.kind === "element" || node.kind === "gap") found = true;
    return !found && node.kind !== "func";
  });
  return found;
}

/** Whether functions, which run later, change the variables. */
function changedElsewhere(
  others: unknown,
  statements: readonly Stmt[],
  names: ReadonlySet<string>,
  changing: ReadonlySet<string>,
): boolean {
  let found = false;
  walk(others, (node) => {
    if (statements.includes(node as Stmt)) return false; // cast: only compared
    if (node.kind === "func")
      for (const name of [...assignedIn(node), ...changedIn(node, changing)]) if (names.has(name)) found = true;
    return !found;
  });
  return found;
}
