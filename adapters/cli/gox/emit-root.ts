import type { Component, Element, Expr, GoType } from "./ast.ts";
import { tight } from "./code.ts";
import { type Env, emit, gapCode, jsxCode } from "./emit-env.ts";
import { emitJsx } from "./emit-jsx.ts";
import { imported } from "./scope.ts";
import { indent, isComponent } from "./text.ts";

/** Names of a component's style objects. */
export interface Styles {
  readonly scoped: readonly string[];
  readonly global: readonly string[];
  readonly declarations: readonly string[];
}

/** What a component renders: its root with its styles, and around that what it provides. */
export function emitRoot(
  env: Env,
  component: Component,
  root: Expr | undefined,
  styles: Styles,
  provides: readonly { readonly key: Expr; readonly value: Expr }[],
): string {
  if (root === undefined) {
    const reason = `${component.name} renders nothing`;
    if (component.parts.some(({ kind }) => kind === "style" || kind === "statement"))
      env.unit.reporter.note(component.at, reason);
  }
  let code = root === undefined ? "null" : rootCode(env, root, styles.scoped);
  if (styles.global.length > 0) {
    const [only] = styles.global;
    const inside = isMarkup(code) ? stripped(code) : `{${code}}`;
    code =
      root === undefined && styles.global.length === 1 && only !== undefined
        ? only
        : jsxCode(`<>\n${indent([...styles.global.map((name) => `{${name}}`), inside].join("\n"))}\n</>`).text;
  }
  for (const { key, value } of provides.toReversed()) {
    code = `${imported(env.unit, "busbar/html", "provide")}(${emit(env, key).text}, ${emit(env, value, contextType(env, key)).text}, () => ${code})`;
  }
  return code;
}

function contextType(env: Env, key: Expr): GoType | undefined {
  return key.kind === "name" ? env.scope.find(key.name)?.type : undefined;
}

function isMarkup(code: string): boolean {
  return code.startsWith("<") || code.startsWith("(\n  <");
}

function stripped(code: string): string {
  return code.startsWith("(\n") ? code.slice(2, -2).replace(/^ {2}/gm, "") : code;
}

function rootCode(env: Env, root: Expr, css: readonly string[]): string {
  if (css.length === 0) return emit(env, root).text;
  if (root.kind === "ternary") {
    return `${tight(emit(env, root.test), 4)} ? ${rootCode(env, root.yes, css)} : ${rootCode(env, root.no, css)}`;
  }
  if (root.kind === "binary" && root.op === "&&")
    return `${tight(emit(env, root.left), 5)} && ${rootCode(env, root.right, css)}`;
  if (root.kind !== "element") {
    return gapCode(env, root.at, "a scoped style needs an element at the root of the component").text;
  }
  if (root.tag === "") return fragmentCode(env, root, css);
  if (!isComponent(root.tag)) return jsxCode(emitJsx(env, root, css)).text;
  return wrapped(env, root, css);
}

/** Each element of a fragment is a root. */
function fragmentCode(env: Env, root: Element, css: readonly string[]): string {
  const isPlain = root.children.every(
    (child) =>
      child.kind === "note" ||
      (child.kind === "text" && child.text.trim() === "") ||
      (child.kind === "element" && child.tag !== "" && !isComponent(child.tag)),
  );
  if (!isPlain) return wrapped(env, root, css);
  const texts = root.children.flatMap((child) => (child.kind === "element" ? [emitJsx(env, child, css)] : []));
  return jsxCode(`<>\n${indent(texts.join("\n"))}\n</>`).text;
}

function wrapped(env: Env, root: Element, css: readonly string[]): string {
  env.unit.reporter.note(root.at, "a scoped style needs an element at the root: a <div> was put around");
  return jsxCode(
    emitJsx(
      env,
      {
        kind: "element",
        at: root.at,
        tag: "div",
        typeArgs: [],
        attributes: [],
        children: root.tag === "" ? root.children : [root],
      },
      css,
    ),
  ).text;
}
