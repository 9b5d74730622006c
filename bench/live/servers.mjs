// Small servers of the page: ours, and those that send HTML.
import { once } from "node:events";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { sourceOf } from "../client/libraries.mjs";
import { app as apps, CLIENT_SCRIPT, clientScripts, live, html as markup, node, ws } from "./busbar.mjs";
import { NO_LIMITS } from "./join.mjs";
import { ACTIONS, apply, pageOf } from "./rows.mjs";
import { bodyHtml, SYSTEMS } from "./systems.mjs";
import { viewOf } from "./view.mjs";

const HOST = "127.0.0.1";
const SCRIPT = "text/javascript; charset=utf-8";
const HTML = "text/html; charset=utf-8";
const ICON = `<link rel="icon" href="data:,">`; // else browsers ask for one

/** Serves the page in a system that sends HTML. `isZipped`: replies under gzip, for those who take it. */
export async function serveSystem(name, rows, isZipped) {
  const system = SYSTEMS[name];
  const page = pageOf(rows);
  const sources = await Promise.all(system.scripts.map(sourceOf));
  const tags = sources.map((_, at) => `<script src="/script-${at}.js" defer></script>`).join("");
  const document = () =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bench</title>${ICON}${tags}</head><body>${bodyHtml(system, page)}</body></html>`;
  const answerOf = (method, url) => {
    const script = /^\/script-(\d)\.js$/.exec(url)?.[1];
    if (script !== undefined) return { status: 200, type: SCRIPT, body: sources[script] };
    const action = ACTIONS.find((one) => url === `/${one.name}`);
    if (action === undefined || method !== "POST") return { status: 200, type: HTML, body: document() };
    const plan = action.plan(page);
    const removed = page.rows[plan.remove];
    apply(page, plan);
    return system.reply(page, plan, removed);
  };
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const { status, type, body } = answerOf(request.method, request.url);
      const bytes = isZipped && body !== "" ? gzipSync(body) : Buffer.from(body);
      const coding = isZipped && body !== "" ? { "content-encoding": "gzip" } : {};
      response.writeHead(status, {
        "content-type": type,
        ...(status === 204 ? {} : { "content-length": bytes.length }),
        ...coding,
      });
      response.end(bytes);
    });
  });
  return listen(server);
}

/** Serves the page as a live view. `?parted` is a page that the browser has changed before the script came, so that it is sent again. */
export async function serveLive(kind, rows, options = {}) {
  const { html, unsafeRawHtml } = markup;
  const app = apps.createApp({ platform: node.nodePlatform });
  const parted = `<script>document.querySelector("[bus-live]").firstChild.remove()</script>`;
  for (const [file, script] of clientScripts)
    app.get(`/${file}`, (c) => c.text(script, 200, [["content-type", SCRIPT]]));
  const route = live.liveRoute(app, "/", viewOf(kind, rows, true), {
    ...NO_LIMITS,
    onReport: (code, error) => console.error(code, error),
    layout: (content, c) =>
      html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bench</title>${unsafeRawHtml(ICON)}<script src="/${CLIENT_SCRIPT}" defer></script></head><body>${content}${unsafeRawHtml(c.url.includes("parted") ? parted : "")}</body></html>`,
    ...options,
  });
  const server = createServer(node.nodeHandler(app));
  const stopSockets = ws.acceptSockets(server, app);
  const { port, stop } = await listen(server);
  return {
    port,
    stop() {
      stopSockets();
      route.close();
      stop();
    },
  };
}

async function listen(server) {
  server.listen(0, HOST);
  await once(server, "listening");
  return {
    port: server.address().port,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
