import type { Component } from "./ast.ts";
import { type ComponentEnv, type Env, emit, ofOwn } from "./emit-env.ts";
import { EMITTERS } from "./emit-expressions.ts";
import { hookOf } from "./emit-hooks.ts";
import type { Styles } from "./emit-root.ts";
import { emitSetup, type Setup } from "./emit-setup.ts";
import { isNode, NODE, tsType, tsTypeParams } from "./emit-types.ts";
import { imported, namesIn, Scope, type Unit, walk } from "./scope.ts";
import { rootsOf, scopeCss } from "./scope-css.ts";
import { block, capital, commentLines, indent, list, safeName, uncapital } from "./text.ts";

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
  return unit.words.has(name) ? `bus${capital(name)}` : name;
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
