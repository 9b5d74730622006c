import { type Html, type HtmlValue, html } from "busbar/html";
import type { Pattern } from "./site.ts";

export interface LayoutProps {
  /** The pattern that is shown; undefined for the start page. */
  readonly pattern: Pick<Pattern, "path" | "title" | "about"> | undefined;
  readonly patterns: readonly Pick<Pattern, "path" | "title">[];
  /** Script tags. */
  readonly scripts: HtmlValue;
  readonly message?: string | undefined;
}

export function layout({ pattern, patterns, scripts, message }: LayoutProps, content: HtmlValue): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${pattern === undefined ? "" : `${pattern.title} · `}busbar patterns</title>
<link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/style.css">
${scripts}<script src="/page.js" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the pattern</a>
<header class="site"><a href="/" aria-current=${pattern === undefined ? "page" : null}>busbar patterns</a></header>
<div class="columns">
<nav class="site" aria-label="Patterns"><ul>${patterns.map(
    ({ path, title }) =>
      html`<li><a href=${path} aria-current=${path === pattern?.path ? "page" : null}>${title}</a></li>`,
  )}</ul></nav>
<main id="main" tabindex="-1"><h1>${pattern?.title ?? "Patterns"}</h1>
<p class="lead">${pattern?.about ?? "Each works without JavaScript, and sends only what changes with it."}</p>
${content}
<p id="status" class="status" role="status">${message}</p>
</main>
</div>
</body>
</html>
`;
}
