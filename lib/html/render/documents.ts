import type { Site } from "../contexts.ts";
import { escapeAttribute } from "../encode/escape.ts";
import type { Operation } from "../program/operation.ts";
import { unwrap } from "../unwrap.ts";
import { foreignScope } from "./foreign-scope.ts";
import type { RenderValue } from "./parts.ts";
import { finishText, makePage, makeSink, type Sink } from "./sink.ts";

// A `srcdoc` is a document of its own, escaped once more as the value of an attribute.

/** The text of a document, rendered within the page of `around`; `null` when there is none. */
export function documentText(
  operation: Operation,
  given: unknown,
  site: Site,
  around: Sink,
  render: RenderValue,
): string | null {
  const value = unwrap(given, site, operation.hole);
  if (value === null || value === undefined || value === false) return null;
  const { nonce, policy, sealed } = around.page;
  const sink = makeSink(makePage(nonce, policy, undefined, sealed));
  sink.depth = around.depth;
  sink.scope = foreignScope(around.scope, false);
  render(sink, value, site, operation.hole);
  return finishText(sink);
}

/** The attribute with the text of its document, or nothing. */
export function printDocument(operation: Operation, text: string | null): string {
  return text === null ? "" : operation.open + escapeAttribute(text) + operation.quote;
}
