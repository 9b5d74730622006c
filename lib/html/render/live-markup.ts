import { failAt } from "../contexts.ts";
import { CHILD, isTagMark } from "../program/operation.ts";
import { type CompiledTemplate, compiled } from "../program/template.ts";
import type { Template } from "../program/template-types.ts";

/** Source of a comment that a browser would take for a marker; `<!]>`, `</]>` and `<!--]--!>` are such comments too. */
export const MARKER: RegExp = /<(?:!(?:--)?|\/)(?:\[[\d*]*|\])(?:--!?>|>|$)|<!(?:--)?bus:/;

/**
 * The source a browser builds new copies of a template from: every child slot is a comment `<!--bus:i-->`, and an element with
 * attribute or text slots lists their indexes in `bus-slot="i j"`; the slots' attributes and texts themselves are left out.
 * @throws CodedError `HTML_UNBALANCED` when an element is not closed where it was opened; `HTML_NOT_LIVE` for `spread()`, holes in
 * scripts, in `<noscript>` and in `<template>`, and comments that look like markers.
 * @remarks Built anew on each call: keep it per template.
 * @public
 */
export function liveMarkup(template: Template): string {
  const own = compiled(template);
  refuse(own);
  let out = "";
  for (const part of own.parts) {
    if (typeof part === "string") out += part;
    else if (isTagMark(part)) out += part.slots.length === 0 ? "" : ` bus-slot="${part.slots.join(" ")}"`;
    else if (part.kind === CHILD) out += `<!--bus:${part.slot}-->`;
    else if (/^x(?:link|ml):/.test(part.lower))
      out += `${part.lower}=""`; // the parser alone gives these their namespace
    else if (out.endsWith(" ") && part.slot >= 0) out = out.trimEnd();
  }
  return out;
}

function refuse(template: CompiledTemplate): void {
  const { obstacle, statics } = template;
  if (obstacle !== undefined) throw failAt(obstacle.code, obstacle.message, template, obstacle.hole);
  if (MARKER.test(statics.join(""))) throw failAt("HTML_NOT_LIVE", "a comment that looks like a marker", template);
}
