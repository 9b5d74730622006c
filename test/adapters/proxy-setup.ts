import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { createProxy, type ProxyOptions, type ReverseProxy } from "../../adapters/proxy/index.ts";
import { createApp, type Middleware } from "../../lib/app/index.ts";

/** What a test has started; ended in reverse after it. */
export const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

export async function start(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // cast: a TCP server has an address
}

export interface Setup {
  readonly front: string;
  readonly behind: string;
  readonly proxy: ReverseProxy;
  readonly server: Server;
}

/** A server behind, and an app in front that passes everything on. */
export async function setUp(
  listener: RequestListener,
  options: ProxyOptions = {},
  ...use: Middleware[]
): Promise<Setup> {
  const back = createServer(listener);
  const behind = await start(back);
  const proxy = createProxy(behind, options);
  ends.push(() => proxy.close());
  const app = createApp({ platform: nodePlatform });
  for (const middleware of use) app.use(middleware);
  app.all("/", proxy.handler);
  app.all("/*", proxy.handler);
  const server = createServer(nodeHandler(app));
  server.on("upgrade", (request, socket, head) => {
    if (!proxy.handleUpgrade(request, socket, head)) socket.destroy();
  });
  return { front: await start(server), behind, proxy, server };
}

/** Tells what it was asked. */
export const mirror: RequestListener = async (req, res) => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of req) chunks.push(chunk as Buffer); // cast: no encoding is set
  } catch {
    return; // the front gave up
  }
  const told = { method: req.method, url: req.url, headers: req.headers, body: Buffer.concat(chunks).toString() };
  res.setHeader("content-type", "application/json").end(JSON.stringify(told));
};

export interface Told {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export async function told(front: string, path: string, init?: RequestInit): Promise<Told> {
  return (await (await fetch(front + path, init)).json()) as Told; // cast: what the mirror says
}
