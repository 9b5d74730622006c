import { type Html, html, json, unsafeRawHtml } from "../html/index.ts";
import type { PageSnapshot } from "./session.ts";

/** The root element of a live view, with all a browser needs to join. */
export function rootHtml(url: string, page: PageSnapshot, token: string, build: string): Html {
  const { render, styles, templates } = page;
  const data = json({ token, build, render, templates });
  return html`${styles}<div bus-live="${url}">${unsafeRawHtml(page.markup)}<script type="application/json" bus-live-data>${data}</script></div>`;
}

/** A document with nothing but the view, for pages that bring no layout of their own. */
export function plainLayout(content: Html): Html {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Live</title></head><body>${content}</body></html>`;
}
