import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { clientScripts } from "../../adapters/node/index.ts";
import type { App } from "../../lib/app/index.ts";
import { type Html, html } from "../../lib/html/index.ts";
import { type LiveRoute, type LiveRouteOptions, liveRoute, type View } from "../../lib/live/index.ts";
import { ensureBuilt } from "./built.ts";
import { type LiveServer, startServer } from "./live.ts";
import { press, until } from "./live-page-tools.ts";

/** The two forms the browser's side of a live view comes in: its source, in one piece, and the minified scripts. */
export type LiveClient = "source" | "scripts";
export const LIVE_CLIENTS: readonly LiveClient[] = ["source", "scripts"];

export interface OpenOptions {
  /** Of the route. */
  readonly route?: LiveRouteOptions;
  /** More routes, or anything before them. */
  readonly app?: (app: App) => void;
  /** What stands in the page beside the view. */
  readonly head?: () => Html;
  /** Runs in the page before anything of it does. */
  readonly setup?: string | (() => void);
  readonly context?: BrowserContextOptions;
  /** Changes the page before its first request. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** Errors in the console are expected: a page that is broken on purpose says so. */
  readonly isBroken?: boolean;
  readonly path?: string;
  /** Do not wait for the connection. */
  readonly isEarly?: boolean;
}

/** A live view at `/view` of a real server, in a page of a real browser, under a policy that lets nothing else run. */
export interface OpenLive {
  readonly page: Page;
  server: LiveServer;
  route: LiveRoute;
  /** Names of the events of live views the page has fired. */
  seen(): Promise<string[]>;
  /** Waits until one of them has been fired so often. */
  saw(name: string, times?: number): Promise<unknown>;
  /** Waits until the page has a script that it loads on demand; the source has all from the beginning. */
  has(script: "back" | "nav" | "net"): Promise<unknown>;
  /** Another process in the place of the first. */
  restart(): Promise<void>;
  /** Paths of all requests. */
  readonly asked: string[];
}

const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; style-src 'unsafe-inline'";

let source: Promise<Uint8Array> | undefined;
/** The source of the browser's side in one piece; bundled once. */
export function liveSource(): Promise<Uint8Array> {
  source ??= bundle();
  return source;
}

async function bundle(): Promise<Uint8Array> {
  const entry = fileURLToPath(new URL("../../client/live/index.ts", import.meta.url));
  const options = { bundle: true, minify: true, format: "iife", target: "es2022", write: false } as const;
  const { outputFiles } = await build({ ...options, mangleProps: /^_[^_]/, entryPoints: [entry] });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

const NAMES = ["connected", "disconnected", "unknown", "error", "refused", "navigated", "upload", "command"];

/** Serves a view and opens it. */
export async function openLive(
  browser: Browser,
  client: LiveClient,
  view: View,
  options: OpenOptions = {},
): Promise<OpenLive> {
  const script = await liveSource();
  const scripts = clientScripts({ directory: pathToFileURL(`${ensureBuilt()}/client/`) });
  let route: LiveRoute | undefined;
  const serve = (port: number): Promise<LiveServer> =>
    startServer(
      (app) => {
        scripts.mount(app);
        app.get("/live.js", (c) => c.bytes(script, { type: "text/javascript" }));
        app.use(async (c, next) => {
          c.addHeader("content-security-policy", POLICY);
          return next();
        });
        options.app?.(app);
        const tag = client === "source" ? html`<script src="/live.js" defer></script>` : scripts.tag("busbar-live");
        route = liveRoute(app, "/view", view, {
          secret: new Uint8Array(32).fill(5),
          layout: (content) =>
            html`<!doctype html><html lang="en"><head><title>View</title>${tag}${options.head?.()}</head><body>${content}</body></html>`,
          ...options.route,
        });
      },
      { port },
    );
  const server = await serve(0);
  const context = await browser.newContext({ baseURL: server.url, ...options.context });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  page.on("pageerror", (error) => assert.fail(error));
  page.on("console", (message) => {
    const isExpected =
      options.isBroken === true || /Failed to load|WebSocket (connection|is already)/.test(message.text());
    assert.ok(message.type() !== "error" || isExpected, message.text());
  });
  await page.addInitScript((names) => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    for (const name of names) document.addEventListener(`bus:live:${name}`, () => seen.push(name));
  }, NAMES);
  await page.addInitScript(`Object.assign(globalThis, { until: ${until}, press: ${press} })`);
  if (options.setup !== undefined) await page.addInitScript(options.setup);
  await options.prepare?.(page);
  const live: OpenLive = {
    ...{ page, server, asked },
    route: route as LiveRoute, // cast: the server has been built
    seen: () => page.evaluate(() => (window as unknown as { seen: string[] }).seen),
    saw: (name, times = 1) =>
      page.waitForFunction(
        ([wanted, least]) =>
          (window as unknown as { seen: string[] }).seen.filter((one) => one === wanted).length >= Number(least),
        [name, times],
      ),
    has: (script) =>
      page.waitForFunction((name) => {
        const { busbarLive } = window as { busbarLive?: Partial<Record<string, unknown>> };
        return !busbarLive || busbarLive[name];
      }, script),
    async restart() {
      const { port } = live.server;
      await live.server.stop();
      live.server = await serve(port);
      live.route = route as LiveRoute; // cast: as above
    },
  };
  await page.goto(options.path ?? "/view");
  if (options.isEarly !== true) await live.saw("connected");
  return live;
}
