import { CodedError } from "../errors/index.ts";
import { hash64 } from "../pool/index.ts";
import { CSS, makeMarked } from "./brand.ts";
import { checkCssPart } from "./encode/css.ts";
import type { Css } from "./types.ts";

/**
 * The styles of one component. Set the outcome among the attributes of the component's root element: its rules then apply to that
 * element (`:scope`) and to what is inside, except inside other components with styles of their own. An element may have several.
 * @returns Make it once, beside the component: equal texts are one stylesheet with one hashed attribute, `data-s`.
 * @throws CodedError `HTML_BAD_CSS` when the text could end its `<style>` or leaves a bracket or quote open. A value in a hole that is not plain
 * CSS becomes `blocked`, which no property takes.
 * @remarks Scoping is the browser's own `@scope`. The styles are collected by `headStyles`.
 * @example
 * ```ts
 * const card = css`:scope { padding: 1rem } h2 { color: ${brand} }`;
 * const Card = (title: string) => html`<article ${card}><h2>${title}</h2></article>`;
 * ```
 * @public
 */
export const css: {
  (statics: TemplateStringsArray, ...values: readonly (string | number)[]): Css;
  /** The same for rules that apply to the whole page: it has no attribute, and may stand in any hole of the page. */
  readonly global: (statics: TemplateStringsArray, ...values: readonly (string | number)[]) => Css;
} = Object.freeze(
  Object.assign(
    (statics: TemplateStringsArray, ...values: readonly (string | number)[]): Css => {
      const text = cssText(statics, values);
      const hash = hash64(text).slice(0, 8);
      const own = `[data-s~="${hash}"],[data-s-${hash}]`; // the second where another stylesheet has taken `data-s`: see spread.ts
      // Whatever carries the attribute for other stylesheets alone is the root of another component: there this one ends.
      return makeMarked<Css>(CSS, {
        text: `@scope (${own}) to ([data-s]:not(${own})) {${text}}`,
        attributes: Object.freeze({ "data-s": hash }),
      });
    },
    {
      global: (statics: TemplateStringsArray, ...values: readonly (string | number)[]): Css =>
        makeMarked<Css>(CSS, { text: cssText(statics, values), attributes: Object.freeze({}) }),
    },
  ),
);

function cssText(statics: TemplateStringsArray, values: readonly (string | number)[]): string {
  if (!Array.isArray(statics) || !Array.isArray(statics.raw)) {
    throw new CodedError("HTML_BAD_CSS", "css was called as a function, not as the tag of a template");
  }
  // Raw, so that CSS escapes (`\2014`) are written once, as in a stylesheet.
  let text = statics.raw[0] ?? "";
  for (const [i, value] of values.entries()) {
    const after = statics.raw[i + 1] ?? "";
    text += checkCssPart(String(value), statics.raw[i] ?? "", after) + after;
  }
  text = text.trim();
  if (/<\/?style|<!--/i.test(text))
    throw new CodedError("HTML_BAD_CSS", "the styles hold markup that could end their <style>");
  if (!isBalanced(text)) throw new CodedError("HTML_BAD_CSS", "the styles leave a bracket, a quote or a comment open");
  return text;
}

/** Tells whether all that opens is closed in its order, so that nothing leaks out of the `@scope` around. */
function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "\\") i++;
    else if (char === '"' || char === "'") {
      i = endOfString(text, i);
      if (i < 0) return false;
    } else if (char === "/" && text.charAt(i + 1) === "*") {
      i = text.indexOf("*/", i + 2) + 1;
      if (i === 0) return false;
    } else if (char === "{" || char === "(" || char === "[") open.push(char === "{" ? "}" : char === "(" ? ")" : "]");
    else if ((char === "}" || char === ")" || char === "]") && open.pop() !== char) return false;
  }
  return open.length === 0;
}

/** Index of the closing quote; -1 when the line ends first. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "\\") i++;
    else if (char === text.charAt(start)) return i;
    else if (char === "\n" || char === "\r" || char === "\f") return -1;
  }
  return -1;
}
