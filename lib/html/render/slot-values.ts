import { kindOf, SPREAD as SPREAD_VALUE } from "../brand.ts";
import { failAt } from "../contexts.ts";
import { attributeValue } from "../encode/attribute.ts";
import { readSpread, type SpreadContent } from "../encode/spread.ts";
import type { UrlPolicy } from "../encode/url-policy.ts";
import { ATTRIBUTE, DOCUMENT, SPREAD, TEXT } from "../program/operation.ts";
import { type CompiledTemplate, compiled } from "../program/template.ts";
import type { Slot, Template } from "../program/template-types.ts";
import type { HtmlValue, Spread, SpreadAttributes } from "../types.ts";
import { unwrap } from "../unwrap.ts";
import { documentText } from "./documents.ts";
import { knownPolicy } from "./page-options.ts";
import { textValue } from "./print.ts";
import { renderValue } from "./render.ts";
import { makePage, makeSink } from "./sink.ts";

/**
 * The value of an attribute slot, or the text of a title or textarea, checked but not escaped: as the parser would see it.
 * @param urls - Which URLs pass, as in a render.
 * @returns `null` when the attribute is absent, `true` when it stands without a value.
 * @throws CodedError `HTML_BAD_HOLE` and the refusals of the attribute's context.
 * @public
 */
export function attributeOf(
  template: Template,
  slot: Slot,
  values: readonly HtmlValue[],
  urls?: UrlPolicy,
): string | true | null {
  const own = compiled(template);
  const source = sourceOf(own, slot);
  if (source?.kind === ATTRIBUTE) return attributeValue(source, values, own, knownPolicy(urls));
  if (source?.kind === DOCUMENT)
    return documentText(
      source,
      values[source.hole],
      own,
      makeSink(makePage("", knownPolicy(urls), undefined)),
      renderValue,
    );
  if (source?.kind !== TEXT) throw failAt("HTML_NOT_LIVE", "this slot is not an attribute of the template", own);
  let text = source.raw[0] ?? "";
  for (let i = 0; i < source.count; i++) {
    text += textValue(values[source.hole + i], own, source.hole + i) + (source.raw[i + 1] ?? "");
  }
  return text;
}

/**
 * For each hole of a template what stands there among the attributes; `undefined` for holes elsewhere.
 * @throws CodedError `HTML_BAD_HOLE` when it is neither the outcome of `spread` nor of `css`.
 * @public
 */
export function spreadsOf(template: Template, values: readonly HtmlValue[]): readonly (SpreadContent | undefined)[] {
  const own = compiled(template);
  const known: unknown[] = values.slice();
  const contents: (SpreadContent | undefined)[] = values.map(() => undefined);
  for (const operation of own.operations) {
    if (operation.kind !== SPREAD) continue;
    // Called and read here, so that a stylesheet knows of those before it.
    known[operation.hole] = unwrap(known[operation.hole], own, operation.hole);
    contents[operation.hole] = readSpread(operation, known, own);
  }
  return contents;
}

/**
 * Whether an attribute slot holds what its one hole is given: where that was a text which stands there now, and is the same text again, nothing
 * has changed, and where nothing stands it is enough that the hole is given nothing. For those who compare before they ask {@link attributeOf}.
 * @public
 */
export function isDirect(template: Template, slot: Slot): boolean {
  const source = sourceOf(compiled(template), slot);
  if (source?.kind !== ATTRIBUTE || !source.whole || source.worded || source.beside !== undefined) return false;
  return source.context === "attribute" || source.context === "url";
}

/**
 * The attributes of what `spread` has made; `undefined` for anything else.
 * @public
 */
export function spreadAttributes(value: unknown): SpreadAttributes | undefined {
  if (typeof value !== "object" || value === null || kindOf(value) !== SPREAD_VALUE) return undefined;
  return (value as Spread).attributes; // cast: its kind says so
}

function sourceOf(template: CompiledTemplate, slot: Slot): CompiledTemplate["sources"][number] | undefined {
  return template.sources[template.holes[slot.first]?.slot ?? -1];
}
