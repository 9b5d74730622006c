import type { Component, Expr, Part, Stmt, Variable } from "./ast.ts";
import { settled } from "./emit-define.ts";
import { type ComponentEnv, type Env, emit, emitFunc, hoistNullable, inner, ofOwn, zeroCode } from "./emit-env.ts";
import { EMITTERS } from "./emit-expressions.ts";
import { effectCall, effectFunc, emitEffect, emitHook, emitState, hookOf, isElementType } from "./emit-hooks.ts";
import { emitRoot, type Styles } from "./emit-root.ts";
import { emitStatements, gapLines } from "./emit-statements.ts";
import { isNode, NODE, tsType, tsTypeParams } from "./emit-types.ts";
import { changingMethods, isDefinition, isLate, lateNames } from "./late-names.ts";
import { assignedIn, imported, namesIn, Scope, type Unit, walk } from "./scope.ts";
import { rootsOf, scopeCss } from "./scope-css.ts";
import { block, commentLines, indent, list, safeName, uncapital } from "./text.ts";

/** A component as its props, its styles and its function. */
export function emitComponent(unit: Unit, component: Component): string {
  const scope = new Scope(unit.file);
  const children = new Map<string, number>();
  walk(component.parts, (node) => {
    const { kind, tag } = node as { kind?: string; tag?: string }; // cast: any node may be asked
    if (kind === "element" && tag !== undefined) children.set(tag, (children.get(tag) ?? 0) + 1);
    return undefined;
  });
  const { name } = component;
  const typeParams = new Set(component.typeParams.map((param) => param.name));
  const own: ComponentEnv = { name, typeParams, used: new Set(), children, handlers: new Map(), places: 0 };
  const env: Env = { unit, scope, emitters: EMITTERS, component: own };
  const props = ofWords(unit, "props");
  for (const param of component.params)
    scope.set(param.name, { kind: "prop", code: `${props}.${param.name}`, type: param.type });
  const hasChildren = namesIn(component.parts).has("children") && scope.names.get("children") === undefined;
  if (hasChildren) scope.set("children", { kind: "prop", code: `${props}.children`, type: NODE });
  const contexts = bindContexts(env, component, props);
  const styles = emitStyles(env, component);
  const setup = emitSetup(env, component, styles);
  return [
    ...propsInterface(env, component, hasChildren),
    ...styles.declarations,
    commentLines(component.comments)
      .concat(emitFunction(env, component, contexts, setup, props, hasChildren))
      .join("\n"),
  ].join("\n\n");
}

function ofWords(unit: Unit, name: string): string {
  return unit.words.has(name) ? `bus${name.charAt(0).toUpperCase()}${name.slice(1)}` : name;
}

function propsInterface(env: Env, component: Component, hasChildren: boolean): string[] {
  const { unit } = env;
  const lines = component.params.map(({ name, type, initial }) => {
    const isOptional = initial !== undefined || type?.kind === "pointer" || isNode(unit, type);
    const canBeNil = initial?.kind === "name" && initial.name === "nil" && type?.kind === "func";
    const text = tsType(unit, type);
    return `readonly ${name}${isOptional ? "?" : ""}: ${canBeNil ? `(${text}) | null` : text};`;
  });
  if (hasChildren) lines.push(`readonly children?: ${imported(unit, "busbar/html", "HtmlValue", true)};`);
  if (lines.length === 0) return [];
  return [block(`export interface ${component.name}Props${tsTypeParams(component.typeParams)} `, lines)];
}

interface UsedContext {
  readonly name: string;
  readonly key: string;
}

/** Contexts arrive as props: they are looked up around the component, each time it is rendered. */
function bindContexts(env: Env, component: Component, props: string): UsedContext[] {
  const found: UsedContext[] = [];
  for (const part of component.parts) {
    const statement = part.kind === "statement" && part.statement.kind === "define" ? part.statement : undefined;
    const hook = hookOf(statement?.values[0]);
    const key = part.kind === "consume" ? part.key : hook?.name === "UseContext" ? hook.args[0] : undefined;
    const name = part.kind === "consume" ? part.name : statement?.names[0];
    if (key === undefined || name === undefined) continue;
    const code = emit(env, key);
    const type = code.type ?? hook?.types[0];
    found.push({ name, key: code.text });
    env.scope.set(name, { kind: "prop", code: `${props}.${name}`, type });
  }
  return found;
}

function emitStyles(env: Env, component: Component): Styles {
  const { unit } = env;
  const parts = component.parts.flatMap((part) => (part.kind === "style" ? [part] : []));
  const styles: { scoped: string[]; global: string[]; declarations: string[] } = {
    scoped: [],
    global: [],
    declarations: [],
  };
  for (const { css, isGlobal, comments } of parts) {
    const list = isGlobal ? styles.global : styles.scoped;
    const name = `${uncapital(component.name)}${isGlobal ? "Global" : "Style"}${list.length === 0 ? "" : list.length + 1}`;
    list.push(name);
    const tag = `${imported(unit, "busbar/html", "css")}${isGlobal ? ".global" : ""}`;
    // Spelled as CSS escapes, since the tag reads what is written between its backticks.
    const scoped = isGlobal ? dedentCss(css) : scopeCss(dedentCss(css), rootsOf(component));
    const text = scoped.replaceAll("`", "\\60 ").replaceAll("${", "\\24 {");
    styles.declarations.push(
      [...commentLines(comments), `export const ${name} = ${tag}\`\n${indent(text)}\n\`;`].join("\n"),
    );
  }
  return styles;
}

function dedentCss(css: string): string {
  const lines = css.replaceAll("\t", "  ").split("\n");
  const depth = Math.min(
    ...lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0),
    80,
  );
  return lines
    .map((line) => line.slice(depth).trimEnd())
    .join("\n")
    .trim();
}

interface Setup {
  readonly lines: readonly string[];
  readonly render: string;
}

/** What runs once stands before the render function; what Go would run at each render, and what needs that, inside it. */
function emitSetup(env: Env, component: Component, styles: Styles): Setup {
  const late = lateNames(component.parts, changingMethods(env.unit));
  const lines: string[] = [];
  const renders: Stmt[] = [];
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
        lines.push(...lateHook(env, statement));
      else lines.push(...withComments(comments, emitPart(env, statement, hook, component)));
    } else lines.push(...withComments(comments, emitDraft(env, part)));
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

/** A hook cannot follow a variable that statements of the body change at each render. */
function lateHook(env: Env, statement: Stmt): string[] {
  const reason =
    "a hook that needs a variable which the component's body changes is not ported: compute it with UseMemo";
  env.unit.reporter.gap(statement.at, reason);
  return [gapLines(env, statement.at, reason, "")];
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

/** Nothing that could have another value at the next render. */
function isConstant(env: Env, value: Expr): boolean {
  let constant = true;
  walk(value, (node) => {
    if (node.kind === "call" || node.kind === "func") constant = false;
    const name = node.kind === "name" ? (node as { name?: unknown }).name : undefined; // cast: a name has one
    const binding = typeof name === "string" ? env.scope.find(name) : undefined;
    if (binding?.kind === "signal" || binding?.kind === "computed" || binding?.kind === "prop") constant = false;
    return constant;
  });
  return constant;
}

/** A local that is computed from props and state. */
function emitDerived(env: Env, names: readonly string[], value: Expr, values: readonly Expr[]): string[] {
  const computed = imported(env.unit, "busbar/signals", "computed");
  if (values.length < names.length) {
    const made = emit(env, value);
    const code = names
      .filter((name) => name !== "_")
      .map((name, i) => (i === 0 ? name : name.charAt(0).toUpperCase() + name.slice(1)))
      .join("And");
    names.forEach((name, i) => {
      env.scope.set(name, { kind: "value", code: `${code}.get()[${i}]`, type: made.tuple?.[i] });
    });
    return [`const ${code} = ${computed}(()${made.isGap ? ": any" : ""} => ${made.text});`];
  }
  return names.flatMap((name, i) => emitComputed(env, { at: value.at, name, type: undefined, value: values[i] }));
}

function emitComputed(env: Env, { at, name, type, value }: Variable): string[] {
  const computed = imported(env.unit, "busbar/signals", "computed");
  const given = value ?? { kind: "gap", at, reason: "a computed value needs an expression", text: "" };
  const code = emitFunc(
    env,
    {
      kind: "func",
      at,
      params: [],
      results: type ? [type] : [],
      isArrow: true,
      body: [{ kind: "return", at, comments: [], values: [given] }],
    },
    undefined,
    type !== undefined,
  );
  const made = type ?? settled(emit(env, given).type);
  env.scope.set(name, { kind: "computed", code: safeName(name), type: made });
  return [`const ${safeName(name)} = ${computed}(${code.text});`];
}

/** The blocks of the newer draft. */
function emitDraft(env: Env, part: Part): string[] {
  const { unit, scope } = env;
  switch (part.kind) {
    case "state":
      return part.variables.flatMap(({ at, name, type, value }) =>
        emitState(env, { at, name, setter: "_", type, initial: value }),
      );
    case "compute":
      return part.variables.flatMap((variable) => emitComputed(env, variable));
    case "effect":
      return [
        effectCall(
          env,
          effectFunc(env, literal(part.at, withCleanup(part.body))),
          part.dependencies.map((one) => emit(env, one).text),
        ),
      ];
    case "mount":
      return [effectCall(env, effectFunc(env, literal(part.at, part.body)), [])];
    case "unmount":
      return [`${ofOwn(env, "onCleanup")}(${emitFunc(env, literal(part.at, part.body), undefined, false).text});`];
    case "watch":
      return emitWatch(env, part);
    case "ref": {
      const { at, name, type, value } = part.variable;
      const code = safeName(name);
      if (isElementType(type)) {
        scope.set(name, { kind: "element", code, type: undefined });
        return [`const ${code} = ${ofOwn(env, "elementRef")}();`];
      }
      const initial = (value === undefined ? zeroCode(env, at, type) : emit(env, value, type)).text;
      scope.set(name, { kind: "value", code: `${code}.current`, type });
      return [`const ${code}: { current: ${tsType(unit, type)} } = { current: ${initial} };`];
    }
    default:
      return [];
  }
}

function literal(at: number, body: readonly Stmt[]): Extract<Expr, { kind: "func" }> {
  return { kind: "func", at, params: [], results: [], body, isArrow: false };
}

/** `cleanup { ... }` is what the effect returns. */
function withCleanup(body: readonly Stmt[]): Stmt[] {
  const cleanup = body.find((one) => one.kind === "cleanup");
  if (cleanup?.kind !== "cleanup") return [...body];
  const rest = body.filter((one) => one !== cleanup);
  return [
    ...rest,
    { kind: "return", at: cleanup.at, comments: cleanup.comments, values: [literal(cleanup.at, cleanup.body)] },
  ];
}

/** Not at first, and with the value before. */
function emitWatch(env: Env, part: Extract<Part, { kind: "watch" }>): string[] {
  const { before, now, subject, body } = part;
  const value = emit(env, subject);
  const own = inner(env);
  const [old, current] = [safeName(before), safeName(now)];
  own.scope.set(before, { kind: "value", code: old, type: value.type });
  own.scope.set(now, { kind: "value", code: current, type: value.type });
  const lines = emitStatements(own, body);
  return [`${ofOwn(env, "watch")}(() => ${value.text}, ${block(`(${old}, ${current}) => `, lines)});`];
}

/** The function: contexts around, setup inside. */
function emitFunction(
  env: Env,
  component: Component,
  contexts: readonly UsedContext[],
  setup: Setup,
  props: string,
  hasChildren: boolean,
): string {
  const { unit } = env;
  const types = tsTypeParams(component.typeParams);
  const hasProps = component.params.length > 0 || hasChildren;
  const given = "input"; // what the setup declares may hide it: it is read outside
  const param = hasProps
    ? `${given}: ${component.name}Props${component.typeParams.length === 0 ? "" : `<${component.typeParams.map(({ name }) => name).join(", ")}>`}`
    : "";
  const body = [...setup.lines, setup.render];
  const used = [...(env.component?.used ?? [])].map((name) =>
    unit.words.has(name) ? `${name}: ${ofOwn(env, name)}` : name,
  );
  const usesProps = new RegExp(`\\b${props}\\.`).test(body.join("\n"));
  const own = used.length === 0 ? "" : `, { ${used.join(", ")} }`;
  const params = used.length === 0 ? (usesProps ? props : "") : `${usesProps ? props : `_${props}`}${own}`;
  const call = `${imported(unit, "busbar/live", "component")}(${component.name}, ${propsText(env, component, contexts, hasProps ? given : undefined)}, ${block(`(${params}) => `, body)})`;
  const wrapped = contexts.reduceRight(
    (code, { key, name }) =>
      `${imported(unit, "busbar/html", "use")}(${key}, (${safeName(name)}) =>\n${indent(code)},\n)`,
    call,
  );
  const root = contexts.length === 0 ? wrapped : `(\n${indent(`<>\n${indent(`{${wrapped}}`)}\n</>`)}\n)`;
  return block(`export function ${component.name}${types}(${param}): ${imported(unit, "busbar/html", "Html", true)} `, [
    `return ${root};`,
  ]);
}

function propsText(
  env: Env,
  component: Component,
  contexts: readonly UsedContext[],
  given: string | undefined,
): string {
  const defaults = component.params.flatMap(({ name, type, initial }) => {
    if (initial !== undefined) return [`${name}: ${emit({ ...env, scope: env.unit.file }, initial, type).text}`];
    return type?.kind === "pointer" || isNode(env.unit, type) ? [`${name}: null`] : [];
  });
  const parts = [
    ...defaults,
    ...(given === undefined ? [] : [`...${given}`]),
    ...contexts.map(({ name }) => (safeName(name) === name ? name : `${name}: ${safeName(name)}`)),
  ];
  if (defaults.length === 0 && contexts.length === 0) return given ?? "{}";
  return list("{", parts, "}", true);
}
