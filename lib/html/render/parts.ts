import { isCodedError } from "../../errors/index.ts";
import type { Bounded } from "../boundary.ts";
import type { Scope } from "../child-types.ts";
import type { Site } from "../contexts.ts";
import { counted, encodeText, isFirstHalf, isSecondHalf, isWellFormed } from "../encode/unicode.ts";
import type { MemoEntry, Memoized } from "../memo.ts";
import { lookUp, type Provided, type Used } from "../scope.ts";
import type { Css } from "../types.ts";
import { silence } from "./promises.ts";
import { addStyles, enter, finishText, inMemo, makePage, makeSink, type Page, type Sink } from "./sink.ts";

/** From this length on, bytes that are there are copied faster than text is converted. */
const WORTH_BYTES = 2_048;

/** How the content of a part is rendered. */
export type RenderValue = (sink: Sink, value: unknown, site: Site | undefined, hole: number) => void;

/** Renders `provide`. */
export function renderProvided(
  sink: Sink,
  part: object,
  site: Site | undefined,
  hole: number,
  render: RenderValue,
): void {
  const outer = sink.scope;
  const children = provided(sink, part);
  enter(sink, site, hole);
  render(sink, children(), site, hole);
  sink.depth--;
  sink.scope = outer;
}

/** Sets the scope that `provide` asks for. */
export function provided(sink: Sink, part: object): Provided["children"] {
  const { key, value, children } = part as Provided; // cast: its kind says so
  sink.scope = { key, value, outer: sink.scope } satisfies Scope;
  return children;
}

/** Renders `use`. */
export function renderUsed(sink: Sink, part: object, site: Site | undefined, hole: number, render: RenderValue): void {
  enter(sink, site, hole);
  render(sink, usedValue(sink, part, site, hole), site, hole);
  sink.depth--;
}

/** Calls the function of `use`. */
export function usedValue(sink: Sink, part: object, site: Site | undefined, hole: number): unknown {
  if (sink.page.sealed !== undefined) throw inMemo("use()", site, hole);
  const { key, render } = part as Used; // cast: its kind says so
  return render(lookUp(sink.scope, key));
}

/** Renders `boundary`: its text is put together apart, and thrown away when the content throws. */
export function renderBoundary(
  sink: Sink,
  part: object,
  site: Site | undefined,
  hole: number,
  render: RenderValue,
): void {
  const { children, failed } = part as Bounded; // cast: its kind says so
  const { text, limit, bytes, scope, depth, headAt } = sink;
  const before = styleState(sink.page);
  const mark = sink.page.checks?.mark();
  sink.base += text.length;
  sink.text = "";
  sink.limit = Number.POSITIVE_INFINITY; // nothing may leave before it is known to be whole
  sink.bytes = undefined;
  let content: unknown;
  try {
    enter(sink, site, hole);
    content = children();
    render(sink, content, site, hole);
  } catch (error) {
    silence(content);
    if (failed === undefined || isAsyncHole(error) || (sink.page.sealed !== undefined && isForMemo(error))) throw error;
    if (mark !== undefined) sink.page.checks?.unwind(mark);
    Object.assign(sink.page, before);
    Object.assign(sink, { text: "", scope, depth, headAt });
    enter(sink, site, hole);
    render(sink, failed(error), site, hole);
  } finally {
    Object.assign(sink, { text: text + sink.text, limit, bytes, scope, depth, base: sink.base - text.length });
  }
}

type StyleState = Pick<Page, "styles" | "isHeadOpen" | "headStyles" | "late" | "lateDepth">;

/** What of the page a failed boundary must put back: styles that went with its text have to be written again. */
export function styleState({ styles, isHeadOpen, headStyles, late, lateDepth }: Page): StyleState {
  return { styles: styles && new Set(styles), isHeadOpen, headStyles, late, lateDepth };
}

/** Tells whether the mistake is the caller's, who chose a render that cannot wait; the content itself has not failed. */
export function isAsyncHole(error: unknown): boolean {
  return isCodedError(error) && error.code === "HTML_ASYNC_HOLE";
}

/** The same inside `memo`: what stood in for the content would be kept for everyone. */
function isForMemo(error: unknown): boolean {
  return isCodedError(error) && error.code === "HTML_MEMO";
}

/** Renders `memo`: from the cache, or once into it. */
export function renderMemo(sink: Sink, part: object, render: RenderValue): void {
  const entry = memoEntry(sink, part as Memoized, render); // cast: its kind says so
  for (const css of entry.styles) addStyles(sink, css);
  if (sink.append !== undefined && sink.bytes !== undefined && isWorthBytes(entry.text)) {
    entry.bytes ??= encodeText(entry.text);
    sink.append(sink, entry.bytes);
  } else sink.text += entry.isTorn ? counted(entry.text) : entry.text;
}

/** Half a character at an end may be made whole by what is beside it. */
function isWorthBytes(text: string): boolean {
  if (text.length < WORTH_BYTES) return false;
  return !isSecondHalf(text.charCodeAt(0)) && !isFirstHalf(text.charCodeAt(text.length - 1));
}

function memoEntry(sink: Sink, { key, children, cache }: Memoized, render: RenderValue): MemoEntry {
  const { policy } = sink.page;
  const known = cache.get(key, policy);
  if (known !== undefined) return known;
  const styles: Css[] = [];
  const inner = makeSink(makePage("", policy, undefined, styles));
  inner.depth = sink.depth;
  render(inner, children(), undefined, 0);
  const text = finishText(inner);
  const entry: MemoEntry = { text, isTorn: !isWellFormed(text), styles, policy, bytes: undefined };
  cache.set(key, entry);
  return entry;
}
