import type { ByteScratch } from "../bytes/byte-scratch.ts";
import type { Checks } from "../checks/index.ts";
import type { Scope } from "../child-types.ts";
import { failAt, type Site } from "../contexts.ts";
import { counted } from "../encode/unicode.ts";
import type { Policy } from "../encode/url-policy.ts";
import type { Css } from "../types.ts";

/** How deep nodes may be nested: as deep as the common browsers nest elements. */
export const MAX_DEPTH = 512;

/** What is the same all over one page. */
export interface Page {
  /** ` nonce="…"`, or "". */
  readonly nonce: string;
  readonly policy: Policy;
  /** In development alone. */
  readonly checks: Checks | undefined;
  /** Inside `memo`: the stylesheets asked for so far. Elsewhere undefined. */
  readonly sealed: Css[] | undefined;
  /** Texts of the stylesheets that are on the page already. */
  styles: Set<string> | undefined;
  /** `headStyles` was met and its place has not been sent: styles go there. */
  isHeadOpen: boolean;
  headStyles: string;
  /** Style elements to write when the template at `lateDepth` ends: its end is between tags, and so is a place for them. */
  late: string;
  lateDepth: number;
}

/** Where a render writes to. */
export interface Sink {
  text: string;
  /** Length of `text` from which `flush` is called. */
  limit: number;
  readonly flush: (sink: Sink) => void;
  /** Writes bytes behind the text, where the render is to bytes. */
  readonly append: ((sink: Sink, bytes: Uint8Array) => void) | undefined;
  /** Where the render is to bytes: what stands before the text. Undefined also where text may have to be taken back. */
  bytes: ByteScratch | undefined;
  /** Called where `headStyles` stands. */
  readonly openHead: (sink: Sink) => void;
  readonly page: Page;
  /** How many nodes are open. */
  depth: number;
  scope: Scope | undefined;
  /** Length of the texts that boundaries have put aside while they try their content. */
  base: number;
  /** Where in the text the styles will be inserted; -1 for nowhere. */
  headAt: number;
}

/** A page at its start. */
export function makePage(nonce: string, policy: Policy, checks: Checks | undefined, sealed?: Css[]): Page {
  const styles = undefined;
  return { nonce, policy, checks, sealed, styles, isHeadOpen: false, headStyles: "", late: "", lateDepth: 0 };
}

/** A sink that gathers all text, or hands it on in pieces of at least `limit`. */
export function makeSink(
  page: Page,
  limit: number = Number.POSITIVE_INFINITY,
  flush: (sink: Sink) => void = keepText,
  openHead: (sink: Sink) => void = markHead,
  append: Sink["append"] = undefined,
  bytes: Sink["bytes"] = undefined,
): Sink {
  const scope = undefined;
  return { text: "", limit, flush, append, bytes, openHead, page, depth: 0, scope, base: 0, headAt: -1 };
}

function keepText(): void {}

function markHead(sink: Sink): void {
  sink.headAt = sink.base + sink.text.length;
}

/** Puts a stylesheet on the page, once. */
export function addStyles(sink: Sink, css: Css): void {
  const { page } = sink;
  page.sealed?.push(css);
  page.styles ??= new Set();
  if (page.sealed !== undefined || css.text === "" || page.styles.size === page.styles.add(css.text).size) return;
  const markup = `<style${page.nonce}>${counted(css.text)}</style>`;
  if (page.isHeadOpen) page.headStyles += markup;
  else {
    if (page.late === "") page.lateDepth = sink.depth;
    page.late += markup;
  }
}

/** All of a sink's text, with the styles in their place. */
export function finishText(sink: Sink): string {
  const { text, page, headAt } = sink;
  return headAt < 0 ? text + page.late : text.slice(0, headAt) + page.headStyles + text.slice(headAt) + page.late;
}

/** Counts a node in; the caller counts it out. */
export function enter(sink: Sink, site: Site | undefined, hole?: number): void {
  if (++sink.depth > MAX_DEPTH) throw tooDeep(site, hole);
}

/** The error for nodes nested deeper than that. */
export function tooDeep(site: Site | undefined, hole?: number): Error {
  return failAt("HTML_TOO_DEEP", `nodes are nested more than ${MAX_DEPTH} deep`, site, hole);
}

/** The error for what `memo` must not hold. */
export function inMemo(what: string, site: Site | undefined, hole: number): Error {
  return failAt("HTML_MEMO", `${what} inside memo()`, site, hole < 0 ? undefined : hole);
}
