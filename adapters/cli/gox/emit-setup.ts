import type { Component, Expr, Stmt } from "./ast.ts";
import { emitDerived, isConstant } from "./emit-derived.ts";
import { emitDraft } from "./emit-draft.ts";
import { type Env, gapCode, hoistNullable, inner } from "./emit-env.ts";
import { emitEffect, emitHook, type Hook, hookOf } from "./emit-hooks.ts";
import { emitBundle } from "./emit-late.ts";
import { emitRoot, type Styles } from "./emit-root.ts";
import { emitStatements, gapLines } from "./emit-statements.ts";
import { NODE } from "./emit-types.ts";
import { isDefinition, isLate, lateNames } from "./late-names.ts";
import { assignedIn, changingMethods, namesIn } from "./scope.ts";
import { block, commentLines, list, safeName } from "./text.ts";

/** A component without its head. */
export interface Setup {
  readonly lines: readonly string[];
  readonly render: string;
}

/** What runs once stands before the render function; what Go would run at each render, and what needs that, inside it. */
export function emitSetup(env: Env, component: Component, styles: Styles): Setup {
  const late = lateNames(component.parts, changingMethods(env.unit));
  const lines: string[] = [];
  let renders: Stmt[] = [];
  const effects: Stmt[] = [];
  let root: Expr | undefined;
  const provides: { readonly key: Expr; readonly value: Expr }[] = [];
  for (const part of component.parts) {
    const comments = commentLines(part.comments);
    if (part.kind === "render") root = part.root;
    else if (part.kind === "provide") provides.push(...part.entries);
    else if (part.kind === "statement") {
      const { statement } = part;
      const hook = hookOf(
        statement.kind === "define" ? statement.values[0] : statement.kind === "expr" ? statement.value : undefined,
      );
      if (statement.kind === "return") root = statement.values[0] ?? root;
      else if (hook === undefined && isLate(statement, late)) renders.push(statement);
      else if (hook !== undefined && [...namesIn(hook.args)].some((name) => late.has(name)))
        if (hook.name === "UseEffect" || hook.name === "UseLayoutEffect") effects.push(statement);
        else {
          const made = madeAtRender(env, statement, hook);
          if (made === undefined) lines.push(...lateHook(env, statement));
          else renders.push(made);
        }
      else lines.push(...withComments(comments, emitPart(env, statement, hook, component)));
    } else lines.push(...withComments(comments, emitDraft(env, part)));
  }
  if (effects.length > 0) {
    const made = emitLateEffects(env, component, { effects, renders, late });
    lines.push(...made.lines);
    ({ renders } = made);
  }
  const own = inner(env);
  const hoisted = hoistNullable(own, [renders, root]);
  const first = [...hoisted, ...emitStatements(own, renders, [NODE])];
  const node = emitRoot(own, component, root, styles, provides);
  return {
    lines,
    render:
      first.length === 0 ? `return () => ${node};` : block("return () => ", [...first, `return ${node};`]).concat(";"),
  };
}

function withComments(comments: readonly string[], lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...comments, ...lines];
}

/** Effects that need what statements of the body change, and the statements that stay in the render. */
function emitLateEffects(
  env: Env,
  component: Component,
  {
    effects,
    renders,
    late,
  }: { readonly effects: Stmt[]; readonly renders: Stmt[]; readonly late: ReadonlySet<string> },
): { readonly lines: string[]; readonly renders: Stmt[] } {
  const needed = new Set([...namesIn(effects)].filter((name) => late.has(name)));
  const bundle = emitBundle(env, component.parts, renders, needed);
  if (bundle === undefined) return { lines: effects.flatMap((statement) => lateHook(env, statement)), renders };
  const lines = effects.flatMap((statement) => withComments(statement.comments, lateEffect(env, statement)));
  return { lines: [...bundle.lines, ...lines], renders: bundle.renders };
}

/** Written last, as it reads what all of the body has made. */
function lateEffect(env: Env, statement: Stmt): string[] {
  const hook = statement.kind === "expr" ? hookOf(statement.value) : undefined;
  return hook === undefined ? [] : emitEffect(env, hook);
}

/** A memo or callback that needs what the body changes: made where it stands, at each render, as nothing tells when that has changed. */
function madeAtRender(env: Env, statement: Stmt, { name, args, at }: Hook): Stmt | undefined {
  const [made] = args;
  if (statement.kind !== "define" || made === undefined || (name !== "UseMemo" && name !== "UseCallback"))
    return undefined;
  const value: Expr = name === "UseMemo" ? { kind: "call", at, callee: made, args: [], spreads: false } : made;
  const what = `${name} runs at each render here, as it needs a variable which the component's body changes`;
  env.unit.reporter.note(at, what);
  return { ...statement, values: [value] };
}

/** A hook cannot follow a variable that statements of the body change at each render. */
function lateHook(env: Env, statement: Stmt): string[] {
  const reason =
    "a hook that needs a variable which the component's body changes is not ported: compute it with UseMemo";
  if (statement.kind !== "define") return [gapLines(env, statement.at, reason, "")];
  const names = statement.names.map(safeName);
  for (const name of statement.names) env.scope.set(name, { kind: "value", code: safeName(name), type: undefined });
  return [
    `const ${names.length === 1 ? names[0] : list("[", names, "]")}: any = ${gapCode(env, statement.at, reason).text};`,
  ];
}

function emitPart(env: Env, statement: Stmt, hook: ReturnType<typeof hookOf>, component: Component): string[] {
  if (hook !== undefined) {
    if (hook.name === "UseContext") return [];
    if (hook.name === "UseEffect" || hook.name === "UseLayoutEffect") return emitEffect(env, hook);
    return emitHook(env, hook, statement.kind === "define" ? statement.names : []);
  }
  if (!isDefinition(statement) || statement.values.length === 0) return emitStatements(env, [statement]);
  const [value] = statement.values as [Expr]; // cast: just asked
  const changed = assignedIn(component.parts);
  const isVariable = statement.names.some((name) => changed.has(name));
  if (isVariable) {
    env.unit.reporter.note(
      statement.at,
      `${statement.names.join(", ")} keeps its value between renders, where Go starts anew`,
    );
    const word = emitStatements(env, [statement]);
    return word.map((line) => line.replace(/^const /, "let "));
  }
  if (
    statement.values.length === statement.names.length &&
    statement.values.every((one) => one.kind === "func" || isConstant(env, one))
  )
    return emitStatements(env, [statement]);
  return emitDerived(env, statement.names, value, statement.values);
}
