import type { Child, Scope } from "../child-types.ts";
import { childAt, readChild } from "../children.ts";
import { failAt, type Site } from "../contexts.ts";
import { escapeText } from "../encode/escape.ts";
import { CHILD } from "../program/operation.ts";
import { compiled } from "../program/template.ts";
import type { Template } from "../program/template-types.ts";
import type { Html, HtmlValue } from "../types.ts";
import { MARKER } from "./live-markup.ts";
import { printOperation } from "./render.ts";
import { enter, type Sink } from "./sink.ts";

type Numbering = (template: Template) => number;

/**
 * Renders with the markers a live view updates by: `<!--[-->` text or raw markup, `<!--[7-->` an evaluation of template 7,
 * `<!--[*-->` a list of such, each up to its `<!--]-->`. Children that are alone in their element and plain text need none.
 */
export function renderLive(sink: Sink, node: HtmlValue, number: Numbering): void {
  const child = childAt(node, undefined, 0, sink.scope);
  renderBounded(sink, child, (own) => {
    if (own.kind === "html") renderScoped(sink, own.html, own.scope, number);
    else renderChild(sink, own, number, true, undefined);
  });
}

/** Renders a child; what it has written until it throws is taken back. */
function renderBounded(sink: Sink, child: Child, render: (child: Child) => void): void {
  if (child.recover === undefined) {
    render(child);
    return;
  }
  const { text, depth, scope } = sink;
  readChild(child, (own) => {
    Object.assign(sink, { text, depth, scope });
    render(own);
  });
}

function renderScoped(sink: Sink, node: Html, scope: Scope | undefined, number: Numbering): void {
  const outer = sink.scope;
  sink.scope = scope;
  renderTemplate(sink, node, number);
  sink.scope = outer;
}

function renderTemplate(sink: Sink, node: Html, number: Numbering): void {
  const template = compiled(node.template);
  enter(sink, template);
  for (const [i, operation] of template.operations.entries()) {
    sink.text += template.chunks[i] ?? "";
    if (operation.kind === CHILD) {
      const child = childAt(node.values[operation.hole], template, operation.hole, sink.scope);
      const alone = template.slots[operation.slot]?.alone === true;
      renderBounded(sink, child, (own) => renderChild(sink, own, number, alone, template));
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
      renderMarked(sink, child.html, child.scope, number);
      return;
    case "list":
      sink.text += "<!--[*-->";
      for (const item of child.items) renderMarked(sink, item, child.scope, number);
      sink.text += "<!--]-->";
  }
}

function renderMarked(sink: Sink, node: Html, scope: Scope | undefined, number: Numbering): void {
  sink.text += `<!--[${number(node.template)}-->`;
  renderScoped(sink, node, scope, number);
  sink.text += "<!--]-->";
}
