import { isPlainStyles } from "../brand.ts";
import { isSimpleCss } from "../encode/css.ts";
import { escapeAttribute, escapeText } from "../encode/escape.ts";
import { isUsualUrl } from "../encode/url.ts";
import type { Sink } from "../render/sink.ts";
import { CHILD, type Operation, PLAIN_PART, STYLE_ATTRIBUTE, STYLE_PART, URL_ATTRIBUTE } from "./operation.ts";
import type { Kit } from "./program.ts";
import type { CompiledTemplate } from "./template.ts";

/** Goes through the operations of a template one by one; once it is used often, code made for it does the same (twin: program.ts). */
export function runSteps(
  kit: Kit,
  sink: Sink,
  before: string,
  values: readonly unknown[],
  template: CompiledTemplate,
): string {
  const { operations, heads } = template;
  const { joined, opened, closed, bare } = template.leads;
  let text = heads.length === 0 ? before : before + kit.head(sink, template, values);
  let leads = heads.length === 0 ? joined : opened;
  for (let i = heads.length; i < operations.length; i++) {
    const operation = operations[i] as Operation; // cast: i is below the length
    const value = values[operation.hole];
    const { kind } = operation;
    if (kind === CHILD) {
      text += leads[i] as string; // cast: there is one chunk more than operations
      if (typeof value === "string") text += escapeText(value);
      else if (typeof value === "number") text += value;
      else if (operation.foreign === undefined) text = kit.child(sink, text, value, template, operation.hole);
      else text = kit.placed(sink, text, value, operation, template);
    } else if (kind >= PLAIN_PART && (typeof value === "string" || typeof value === "number")) {
      text += leads[i] as string; // cast: as above
      text += typeof value === "string" ? escapeAttribute(value) : value;
      leads = joined;
      // The three below are seen to be safe at one look: without the way through printOperation, a tenth of a page (bench: html, 2 KiB).
    } else if (kind === STYLE_PART && typeof value === "string" && isSimpleCss(value)) {
      text += leads[i] as string; // cast: as above
      text += value;
    } else if (kind === URL_ATTRIBUTE && typeof value === "string" && isUsualUrl(value)) {
      text += leads[i] as string; // cast: as above
      text += escapeAttribute(value);
      leads = joined;
    } else if (kind === STYLE_ATTRIBUTE && isPlainStyles(value)) {
      text += leads[i] as string; // cast: as above
      text += value.text;
      leads = joined;
    } else {
      text += (leads === joined ? closed : bare)[i] + kit.print(sink, operation, values, template);
      leads = opened;
    }
  }
  return text + (leads[operations.length] as string); // cast: as above
}
