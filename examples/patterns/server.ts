import { fileURLToPath } from "node:url";
import { createApp, sameSite } from "busbar/app";
import { expressHandler, send } from "busbar/express";
import { html } from "busbar/html";
import { clientScripts, nodePlatform } from "busbar/node";
import express, { type Express } from "express";
import { layout } from "./layout.ts";
import { PATTERNS } from "./patterns/index.ts";
import { createPages } from "./site.ts";
import { rememberVisitors } from "./visitors.ts";

/** Runs from `dist/patterns`; files that are not compiled stay where they are. */
const publicFolder = fileURLToPath(new URL("../../examples/patterns/public", import.meta.url));
const scriptFolder = fileURLToPath(new URL("browser", import.meta.url));

// No inline scripts or styles, nothing from elsewhere, and no markup from strings but by the client's own policy.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types busbar",
].join("; ");

export function createServerApp(): Express {
  // An Express app as it was before: middleware, a static folder, a route.
  const host = express();
  host.disable("x-powered-by");
  host.use((_request, response, next) => {
    response.set({ "content-security-policy": CONTENT_SECURITY_POLICY, "x-content-type-options": "nosniff" });
    next();
  });
  host.use(express.static(publicFolder));
  host.get("/page.js", (_request, response) => response.sendFile("page.js", { root: scriptFolder }));

  // + busbar: every pattern, with a copy of its data for each visitor. Over plain HTTP, as this example is served on one's own machine.
  const app = createApp({ platform: nodePlatform, insecureCookiesForPlainHttp: true });
  const scripts = clientScripts();
  scripts.mount(app);
  app.use(sameSite(), rememberVisitors(1_000));
  const pageOf = createPages(scripts, PATTERNS);
  for (const pattern of PATTERNS) pattern.add(app, pageOf(pattern));

  // A route of Express's own can send what busbar makes, too.
  host.get("/", (_request, response) => {
    const list = html`<dl>${PATTERNS.map(({ path, title, about }) => html`<dt><a href=${path}>${title}</a></dt><dd>${about}</dd>`)}</dl>`;
    const page = layout({ pattern: undefined, patterns: PATTERNS, scripts: scripts.tag("busbar") }, list);
    return send(response, { status: 200, headers: [["content-type", "text/html; charset=utf-8"]], body: page });
  });
  host.use(expressHandler(app));

  host.use((_request, response) => {
    response.status(404).type("text").send("Express has no such page");
  });
  return host;
}
