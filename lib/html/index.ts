/**
 * HTML templates: contextual escaping, rendered to strings, bytes and streams; the same as JSX and as functions.
 * @packageDocumentation
 */
export { READ } from "../pool/index.ts";
export { type BoundaryOptions, boundary } from "./boundary.ts";
export { isHtml } from "./brand.ts";
export type { Finding, FindingKind } from "./checks/index.ts";
export type { Child, ChildContent, ChildPart, Scope } from "./child-types.ts";
export { childOf, childOrPart, readChild } from "./children.ts";
export { type Matchable, type MatchCases, type Matched, type MatchWord, match, when } from "./choices.ts";
export { css } from "./css-tag.ts";
export type {
  BusAttributes,
  BusInheritedAttributes,
  BusLiveAttributes,
  BusSharedAttributes,
  WordedAttribute,
} from "./elements/attributes-bus.ts";
export type { AriaAttributes, GlobalAttributes, HandlerAttributes } from "./elements/attributes-global.ts";
export type { HtmlElementAttributes } from "./elements/attributes-html.ts";
export type { MathAttributes, MathElementAttributes } from "./elements/attributes-mathml.ts";
export type { SvgAttributes, SvgElementAttributes } from "./elements/attributes-svg.ts";
export { attrs, doctype, el, element } from "./elements/el.ts";
export type {
  CustomAttributes,
  ElementAttributes,
  ElementExtras,
  ElementSpreads,
  Elements,
  VoidTag,
} from "./elements/types.ts";
export type {
  Attribute,
  AutofillAttribute,
  AutofillField,
  BooleanAttribute,
  ClassAttribute,
  CssAttribute,
  HandlerAttribute,
  NumberAttribute,
  OpenAttribute,
  SandboxAttribute,
  SandboxToken,
  StyleAttribute,
  TextAttribute,
  TokenList,
  UrlAttribute,
} from "./elements/values.ts";
export type { SpreadContent } from "./encode/spread.ts";
export type { UrlPolicy } from "./encode/url-policy.ts";
export { type ClassItem, call, classes, each, json, spread, styles, unsafeRawHtml } from "./helpers.ts";
export { html } from "./html.ts";
export {
  createMemoCache,
  headStyles,
  type MemoCache,
  type MemoCacheOptions,
  type MemoStats,
  memo,
  memoCache,
} from "./memo.ts";
export { eachKeys, eachRow, type NodeKind, nodeKind, rowOf } from "./nodes.ts";
export type { Hole, HoleContext, Slot, Template } from "./program/template-types.ts";
export {
  type HtmlChunks,
  renderToBytesAsync,
  renderToChunks,
  renderToStream,
  renderToStringAsync,
  type StreamOptions,
} from "./render/chunks.ts";
export { liveMarkup } from "./render/live-markup.ts";
export { renderToBytes, renderToString } from "./render/output.ts";
export { attributeOf, isDirect, spreadAttributes, spreadsOf } from "./render/slot-values.ts";
export { type ContextKey, contextKey, provide, use } from "./scope.ts";
export type {
  Call,
  Classes,
  Css,
  Each,
  Html,
  HtmlBrand,
  HtmlPart,
  HtmlSettled,
  HtmlValue,
  Json,
  KeyedSource,
  RawHtml,
  Readable,
  RenderOptions,
  Spread,
  SpreadAttributes,
  SpreadValue,
  StringOptions,
  Styles,
} from "./types.ts";
