import { childAt } from "./children.ts";
import { failAt, type Site } from "./contexts.ts";
import { escapeText } from "./escape.ts";
import { MARKER } from "./live-markup.ts";
import { CHILD } from "./operation.ts";
import { MAX_DEPTH, printOperation, type Sink } from "./render.ts";
import { compiled } from "./template.ts";
import type { Child, Html, HtmlValue, Template } from "./types.ts";

type Numbering = (template: Template) => number;

/**
 * Renders with the markers a live view updates by: `<!--[-->` text or raw markup, `<!--[7-->` an evaluation of template 7,
 * `<!--[*-->` a list of such, each up to its `<!--]-->`. Children that are alone in their element and plain text need none.
 */
export function renderLive(sink: Sink, node: HtmlValue, number: Numbering): void {
  const child = childAt(node, undefined, 0);
  if (child.kind === "html") renderTemplate(sink, child.html, number);
  else renderChild(sink, child, number, true, undefined);
}

function renderTemplate(sink: Sink, node: Html, number: Numbering): void {
  const template = compiled(node.template);
  if (++sink.depth > MAX_DEPTH) throw failAt("HTML_TOO_DEEP", `nodes are nested more than ${MAX_DEPTH} deep`, template);
  for (const [i, operation] of template.operations.entries()) {
    sink.text += template.chunks[i] ?? "";
    if (operation.kind === CHILD) {
      const child = childAt(node.values[operation.hole], template, operation.hole);
      renderChild(sink, child, number, template.slots[operation.slot]?.alone === true, template);
    } else {
      sink.text += printOperation(sink, operation, node.values, template);
    }
  }
  sink.text += template.chunks[template.chunks.length - 1] ?? "";
  sink.depth--;
}

function renderChild(sink: Sink, child: Child, number: Numbering, alone: boolean, site: Site | undefined): void {
  switch (child.kind) {
    case "empty":
      sink.text += alone ? "" : "<!--[--><!--]-->";
      return;
    case "text":
      sink.text += alone ? escapeText(child.text) : `<!--[-->${escapeText(child.text)}<!--]-->`;
      return;
    case "raw":
      if (MARKER.test(child.html)) {
        throw failAt("HTML_NOT_LIVE", "raw markup with comments that look like the markers of a live view", site);
      }
      sink.text += `<!--[-->${child.html}<!--]-->`;
      return;
    case "html":
      renderMarked(sink, child.html, number);
      return;
    case "list":
      sink.text += "<!--[*-->";
      for (const item of child.items) renderMarked(sink, item, number);
      sink.text += "<!--]-->";
  }
}

function renderMarked(sink: Sink, node: Html, number: Numbering): void {
  sink.text += `<!--[${number(node.template)}-->`;
  renderTemplate(sink, node, number);
  sink.text += "<!--]-->";
}
