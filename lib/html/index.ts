/**
 * HTML templates: contextual escaping, rendered to a string or to bytes.
 * @packageDocumentation
 */
export { READ } from "../pool/index.ts";
export { isHtml } from "./brand.ts";
export { attributeOf, childOf } from "./children.ts";
export { type ClassItem, call, classes, each, json, spread, styles, unsafeRawHtml, when } from "./helpers.ts";
export { html } from "./html.ts";
export { liveMarkup } from "./live-markup.ts";
export { renderToBytes, renderToString } from "./output.ts";
export type {
  BytesOptions,
  Call,
  Child,
  Classes,
  Each,
  Hole,
  HoleContext,
  Html,
  HtmlBrand,
  HtmlValue,
  Json,
  RawHtml,
  Readable,
  Slot,
  Spread,
  SpreadAttributes,
  SpreadValue,
  StringOptions,
  Styles,
  Template,
} from "./types.ts";
