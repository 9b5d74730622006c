import { makeHtml } from "./brand.ts";
import { failAt } from "./contexts.ts";
import { ByStatics } from "./parse/by-statics.ts";
import { compileTemplate } from "./program/template.ts";
import type { Template } from "./program/template-types.ts";
import type { Html, HtmlValue } from "./types.ts";

const templates = /* @__PURE__ */ new ByStatics<Template>();

/**
 * Makes a piece of HTML. The text between the holes is parsed once, at first use; each hole gets the encoder of its place.
 * @throws CodedError `HTML_*`, naming file and line, when a hole stands where no value is safe: in a tag or attribute name, a
 * comment, a `<style>`. Holes in `<script>`, in event handlers and in `style` are open to `json`, `call` and `styles` alone.
 * @remarks Cost after the first use: one object. Values are neither read nor checked before rendering.
 * @example
 * ```ts
 * renderToString(html`<a href=${"/users/7"} class=${null}>${"Ada & Bob"}</a>`); // <a href="/users/7">Ada &amp; Bob</a>
 * ```
 * @public
 */
export function html(statics: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return makeHtml(templates.get(statics) ?? addTemplate(statics), values);
}

function addTemplate(statics: TemplateStringsArray): Template {
  if (!Array.isArray(statics) || !Array.isArray(statics.raw)) {
    throw failAt("HTML_BAD_TEMPLATE", "html was called as a function, not as the tag of a template", {
      origin: callerOf(html),
    });
  }
  const template = compileTemplate(statics, callerOf(html));
  templates.set(statics, template);
  return template;
}

/**
 * Where a function was called from, as `file:line:column`. Read at once, 10 µs per template: an unread stack would keep the
 * caller's variables alive as long as the template.
 */
function callerOf(callee: (...args: never[]) => unknown): string {
  const trace: { stack?: string } = {};
  if (typeof Error.captureStackTrace === "function") Error.captureStackTrace(trace, callee);
  const line = trace.stack?.split("\n").find((text) => text.startsWith("    at ")) ?? "";
  return /\(([^()]+)\)$/.exec(line)?.[1] ?? line.replace(/^ +at (?:async )?/, "");
}
