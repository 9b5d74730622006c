import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { ensureBuilt } from "./built.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** A server for pages that load the client, with what it was asked. */
export interface ClientSite {
  readonly origin: string;
  /** `GET /path`: HTML, or what answers. */
  routes: Record<string, Handler | string>;
  /** Requests but those for scripts: `POST /x a=1`. */
  readonly seen: string[];
  /** Response headers of every page. */
  headers: Record<string, string>;
  /** A page that loads the client as a classic script, or as said. */
  page(body: string, head?: string): string;
  reset(): void;
  close(): Promise<void>;
}

const CLASSIC = `<script src="/dist/client/busbar.min.js" defer></script>`;

/** Serves dist under `/dist/` and answers everything else by its routes. */
export async function openClientSite(): Promise<ClientSite> {
  const dist = ensureBuilt();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const site: ClientSite = {
    // cast: it listens on a port
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes: {},
    seen: [],
    headers: {},
    page: (body, head = CLASSIC) =>
      `<!doctype html><html><head><title>Test</title>${head}</head><body>${body}</body></html>`,
    reset: () => {
      site.routes = {};
      site.headers = {};
      site.seen.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", site.origin);
    if (pathname.startsWith("/dist/")) {
      const file = join(dist, normalize(pathname.slice("/dist".length)));
      const code = await readFile(file).catch(() => undefined);
      response.setHeader("content-type", "text/javascript").end(code);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (pathname !== "/favicon.ico")
      site.seen.push(`${request.method} ${request.url}${body.length > 0 && body.length < 200 ? ` ${body}` : ""}`);
    const route = site.routes[`${request.method} ${pathname}`];
    response.setHeader("content-type", "text/html; charset=utf-8");
    for (const [name, value] of Object.entries(site.headers)) response.setHeader(name, value);
    if (route === undefined) response.writeHead(404).end("nothing here");
    else if (typeof route === "string") response.end(route);
    else route(request, response, body);
  }

  return site;
}

/** A reply that is held until it is released. */
export function held(text: string): { readonly handler: Handler; release(): void } {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { handler: (_request, response) => void released.then(() => response.end(text)), release: () => release() };
}

export const redirect =
  (to: string, status = 303): Handler =>
  (_request, response) => {
    response.writeHead(status, { location: to }).end();
  };
