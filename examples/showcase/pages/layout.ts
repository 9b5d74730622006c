import { type Html, type HtmlValue, html } from "busbar/html";

export interface PageOptions {
  readonly title: string;
  readonly lead: string;
  /** The page's own path, to mark it in the navigation. */
  readonly path: string;
  /** Script tags. */
  readonly scripts: HtmlValue;
}

const PAGES = [
  { path: "/", name: "Start" },
  { path: "/board", name: "Board" },
  { path: "/live", name: "Live" },
  { path: "/letters/drafts", name: "Letters" },
  { path: "/talk", name: "Talk" },
  { path: "/pad", name: "Pad" },
];

export function layout({ title, lead, path, scripts }: PageOptions, content: HtmlValue): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · busbar showcase</title>
<link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/style.css">
${scripts}
</head>
<body>
<header class="site"><nav aria-label="Pages"><strong>busbar</strong>
${PAGES.map((page) => html`<a href=${page.path} aria-current=${page.path === path ? "page" : null}>${page.name}</a> `)}</nav></header>
<main><h1>${title}</h1>
<p class="lead">${lead}</p>
${content}</main>
</body>
</html>
`;
}
