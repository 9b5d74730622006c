import { type Html, html, json, unsafeRawHtml } from "../../html/index.ts";
import type { PageSnapshot } from "../view/run-types.ts";
import type { View } from "../view/view.ts";

/** What `layout` is told of the page besides its content. @public */
export interface LayoutPage {
  /** As the view's `title` gives it; `undefined` for a view without. */
  readonly title: string | undefined;
}

/** The root element of a live view, with all a browser needs to join. */
export function rootHtml(
  view: View,
  url: string,
  page: PageSnapshot,
  token: string,
  build: string,
  templates: object,
): Html {
  const { render, styles } = page;
  const handlers = view.hasHooks === true ? { handlers: view.handlers.map(({ name }) => name) } : {};
  const data = json({ token, build, render, ...templates, ...handlers });
  return html`${styles}<div bus-live="${url}">${unsafeRawHtml(page.markup)}<script type="application/json" bus-live-data>${data}</script></div>`;
}

/** A document with nothing but the view, for pages that bring no layout of their own. */
export function plainLayout(content: Html, _c: unknown, { title = "Live" }: LayoutPage): Html {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head><body>${content}</body></html>`;
}
