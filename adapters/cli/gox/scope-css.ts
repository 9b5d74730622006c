import type { Component, Element, Expr } from "./ast.ts";
import { skipCss } from "./parser.ts";

/** What is known of the elements a component has at its root. */
export interface Roots {
  /** Tags, `.classes` and `#ids` they have. */
  readonly names: ReadonlySet<string>;
  /** Their classes may be others than those. */
  readonly isOpen: boolean;
}

/**
 * GoX marks every element of a component, its root among them; `@scope` reads a selector as one of what is below the root. So a selector that
 * can start at the root is written for it too, by `:scope`.
 */
export function scopeCss(css: string, roots: Roots): string {
  let out = "";
  let start = 0;
  const skip = skipCss(css);
  for (let at = 0; at < css.length; ) {
    const jump = skip(at);
    if (jump !== undefined) {
      at = jump;
      continue;
    }
    const char = css[at];
    if (char === "{") {
      const prelude = css.slice(start, at);
      const close = closeOf(css, at, skip);
      const inside = css.slice(at + 1, close);
      const name = prelude.replace(/\/\*[\s\S]*?\*\//g, "").trim();
      const isGroup = /^@(?:media|supports|container|layer)\b/.test(name);
      out += name.startsWith("@") ? prelude : scopePrelude(prelude, roots);
      out += `{${isGroup ? scopeCss(inside, roots) : inside}}`;
      at = close + 1;
      start = at;
    } else {
      at++;
      if (char === ";" || char === "}") {
        out += css.slice(start, at);
        start = at;
      }
    }
  }
  return out + css.slice(start);
}

function closeOf(css: string, open: number, skip: (at: number) => number | undefined): number {
  let depth = 0;
  for (let at = open; at < css.length; ) {
    const jump = skip(at);
    if (jump !== undefined) {
      at = jump;
      continue;
    }
    if (css[at] === "{") depth++;
    else if (css[at] === "}" && --depth === 0) return at;
    at++;
  }
  return css.length;
}

function scopePrelude(prelude: string, roots: Roots): string {
  const [, before = "", list = "", after = ""] = /^((?:\s|\/\*[\s\S]*?\*\/)*)([\s\S]*?)(\s*)$/.exec(prelude) ?? [];
  const selectors = list.split(/,(?![^([]*[)\]])/).map((selector) => selector.trim());
  return before + selectors.flatMap((selector) => scopeSelector(selector, roots)).join(", ") + after;
}

function scopeSelector(selector: string, { names, isOpen }: Roots): string[] {
  const first = /^(?:[a-zA-Z][\w-]*|\*)?(?:[.#][\w-]+|\[[^\]]*\])*/.exec(selector)?.[0] ?? "";
  if (/:scope|&/.test(selector)) return [selector];
  const parts = first.match(/^[a-zA-Z][\w-]*|[.#][\w-]+/g) ?? [];
  const fits = parts.every((part) => names.has(part) || (isOpen && /^[.#]/.test(part)));
  if (!fits) return [selector];
  return [selector, `${first}:scope${selector.slice(first.length)}`];
}

/** The elements a component's styles are set on. */
export function rootsOf(component: Component): Roots {
  const names = new Set<string>();
  let isOpen = false;
  for (const part of component.parts) {
    const root =
      part.kind === "render"
        ? part.root
        : part.kind === "statement" && part.statement.kind === "return"
          ? part.statement.values[0]
          : undefined;
    for (const element of rootElements(root)) {
      names.add(element.tag);
      for (const { name, value } of element.attributes) {
        if (!["class", "className", "id"].includes(name)) continue;
        if (typeof value === "string")
          for (const word of value.split(/\s+/)) names.add(`${name === "id" ? "#" : "."}${word}`);
        else isOpen = true;
      }
    }
  }
  return { names, isOpen };
}

function rootElements(root: Expr | undefined): Element[] {
  if (root === undefined) return [];
  if (root.kind === "ternary") return [...rootElements(root.yes), ...rootElements(root.no)];
  if (root.kind === "binary") return rootElements(root.right);
  if (root.kind !== "element") return [];
  return root.tag === "" ? root.children.flatMap((child) => (child.kind === "element" ? [child] : [])) : [root];
}
