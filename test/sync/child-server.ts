import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { levelStore } from "../../adapters/level/index.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { acceptSockets } from "../../adapters/ws/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { createHub } from "../../lib/sync/index.ts";

// A whole server, as small as one can be. Arguments: port, data folder, script of the page. It prints a line once it listens.
const [port, folder = "", script = ""] = process.argv.slice(2);

const files: Readonly<Record<string, readonly [type: string, content: string]>> = {
  "/pad": [
    "text/html; charset=utf-8",
    `<!doctype html><title>pad</title><link rel="stylesheet" href="/page.css"><textarea></textarea><script type="module" src="/page.js"></script>`,
  ],
  "/blank": ["text/html; charset=utf-8", "<!doctype html><title>blank</title>"],
  "/page.css": [
    "text/css",
    "body{margin:40px} textarea{width:400px;height:200px;font:16px/20px monospace;padding:10px;border:3px solid}",
  ],
  "/page.js": ["text/javascript", readFileSync(script, "utf8")],
};

const hub = createHub<{ user: { name: string } }>({
  store: await levelStore(folder),
  platform: nodePlatform,
  onError: (error) => console.error(error),
});
const app = createApp();
app.socket("/sync", (c, channel) => hub.accept(channel, { user: { name: String(c.query["name"]) } }));

const server = createServer((request, response) => {
  const [type, content] = files[new URL(request.url ?? "/", "http://localhost").pathname] ?? [
    "text/plain",
    "not found",
  ];
  // The strictest policy a page can have: no inline style, no inline script, no eval.
  const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";
  response.writeHead(200, { "content-type": type, "content-security-policy": policy }).end(content);
});
acceptSockets(server, app);
server.listen(Number(port), "127.0.0.1", () => console.log("listening"));
