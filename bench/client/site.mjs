// Serves the pages of the bench: one for each subject and case, the modules that run in them, and the scripts of the subjects.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { scriptsOf, sourceOf } from "./libraries.mjs";
import { contentOf } from "./rows.mjs";
import { USES } from "./subjects/index.mjs";

const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
// without other origins beside it a page has a clock of microseconds
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Starts it. `pageUrl(subject, case)`: where a page is; `stop()` ends it. */
export async function startSite() {
  const pages = new Map();
  const scripts = new Map();
  const server = createServer(async ({ url }, response) => {
    const answer = async () => {
      if (pages.has(url)) return [HTML, pages.get(url)];
      const script = /^\/scripts\/(.*)\.js$/.exec(url)?.[1];
      if (script === undefined) return [SCRIPT, moduleText(url)];
      const name = decodeURIComponent(script);
      if (!scripts.has(name)) scripts.set(name, await sourceOf(name));
      return [SCRIPT, scripts.get(name)];
    };
    const [type, body] = await answer().catch(() => ["text/plain", undefined]);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": type, ...ISOLATED }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    pageUrl(subject, one) {
      const path = `/page/${encodeURIComponent(subject)}/${encodeURIComponent(one.name)}`;
      if (!pages.has(path)) pages.set(path, pageText(subject, one));
      return `http://127.0.0.1:${server.address().port}${path}`;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A page as it is before the first swap: round 0. */
export function pageText(subject, one) {
  const { link, control, list } = USES[subject];
  const scripts = scriptsOf(subject, one.style).map((name) => `/scripts/${encodeURIComponent(name)}.js`);
  const content = contentOf(one, 0, link).replace(`<ul id="list"`, `<ul id="list" ${list?.[one.style] ?? ""}`);
  return `<!doctype html><html lang="en"><head><title>bench</title>
<script type="application/json" id="bench-case">${JSON.stringify({ one, name: subject, scripts })}</script></head>
<body><a id="control" href="/list" ${control?.[one.style] ?? ""}>Show</a>${content}
<script type="module" src="/page/harness.mjs"></script></body></html>`;
}

function moduleText(url) {
  return /^\/(page|subjects)\/[\w-]+\.mjs$|^\/rows\.mjs$/.test(url)
    ? readFileSync(new URL(`.${url}`, import.meta.url), "utf8")
    : undefined;
}
