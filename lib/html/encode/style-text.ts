import { CSS, kindOf, RAW } from "../brand.ts";
import { failAt, type Site } from "../contexts.ts";
import type { Operation } from "../program/operation.ts";
import type { Css, RawHtml } from "../types.ts";
import { describe, isThenable, unwrap } from "../unwrap.ts";

/** The text of a `<style>` that is one hole: a stylesheet of `css`, or raw text. */
export function styleText(operation: Operation, given: unknown, site: Site): string {
  const value = unwrap(given, site, operation.hole);
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "object") {
    const kind = kindOf(value);
    // The casts below: each kind has one shape.
    if (kind === CSS) return insideStyle((value as Css).text, operation, site);
    if (kind === RAW) return insideStyle((value as RawHtml).markup, operation, site);
    if (isThenable(value)) throw failAt("HTML_ASYNC_HOLE", "a promise in a synchronous render", site, operation.hole);
  }
  throw failAt("HTML_RAW_TEXT_HOLE", `${describe(value)} in <style>`, site, operation.hole);
}

function insideStyle(text: string, operation: Operation, site: Site): string {
  if (!/<\/style/i.test(text)) return text;
  throw failAt("HTML_BAD_HOLE", "text that could end its <style>", site, operation.hole);
}
