import { wrong } from "../arguments.ts";
import { PAGE_SCRIPT, PAGE_STYLE } from "./page-script.ts";

/**
 * What the page of a graph may be given.
 * @public
 */
export interface GraphPageOptions {
  /** Where the JSON of `exportGraph` is found, as `fetch` takes it from that page. */
  readonly url: string;
  /** The nonce of the page's Content-Security-Policy, for its script and its style. */
  readonly nonce?: string;
  /** How long to wait between two looks, in milliseconds; at least 100. @defaultValue 1_000 */
  readonly intervalMs?: number;
  /** @defaultValue "Signals" */
  readonly title?: string;
}

/**
 * A page that draws the live graph: sources to the left, what reads them to the right, marked for a moment when it has run. It needs nothing but
 * the JSON, and works under `default-src 'none'; script-src 'nonce-…'; style-src 'nonce-…'; connect-src 'self'`, with Trusted Types too.
 * Names and values come into it as text.
 * @returns The text of the page, to be sent as `text/html; charset=utf-8`. Show it to those only who may see the values.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT` without a URL.
 * @remarks Draws at most 500 nodes.
 * @example
 * ```ts
 * app.get("/graph.json", (c) => c.json(exportGraph()));
 * app.get("/graph", (c) => c.bytes(new TextEncoder().encode(graphPage({ url: "/graph.json", nonce: c.nonce })), { type: "text/html; charset=utf-8" }));
 * ```
 * @public
 */
export function graphPage(input: GraphPageOptions): string {
  const { url, nonce, intervalMs = 1_000, title = "Signals" } = Object(input) as GraphPageOptions; // cast: what is used of it is asked
  const allowed = nonce === undefined ? "" : ` nonce="${escapeText(nonce)}"`;
  const wait = Math.max(100, Math.floor(intervalMs) || 1_000);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style${allowed}>${PAGE_STYLE}</style>
</head>
<body data-url="${escapeText(url)}" data-interval="${wait}">
<h1>${escapeText(title)}</h1>
<p id="status" role="status">Loading</p>
<div id="graph"></div>
<script${allowed}>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function escapeText(text: string): string {
  if (typeof text !== "string") throw wrong("A url, title or nonce is no text", text);
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
