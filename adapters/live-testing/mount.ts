import { type App, createApp, type Platform } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import { type LiveRouteOptions, liveRoute, type View } from "../../lib/live/index.ts";
import { nodePlatform } from "../node/index.ts";
import { createVirtualClock, type VirtualClock } from "./clock.ts";
import { createPage, type LivePage } from "./page.ts";
import { Shadow } from "./shadow.ts";
import { type SeenReport, type Site, Tab } from "./tab.ts";

/** What {@link mountView} and {@link openPage} have in common. @public */
export interface PageOptions {
  /** Without it the page is one in a browser whose JavaScript is off: forms are posted, links loaded. @defaultValue true */
  readonly javascript?: boolean;
  /** Headers of every request and socket, by lower-case name: a cookie, a language. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time of view, session and client. @defaultValue a clock of its own, at 2030-01-01 */
  readonly clock?: VirtualClock;
  /** Real milliseconds to wait for a handler, before `TESTING_TIMEOUT`. @defaultValue 5000 */
  readonly timeoutMs?: number;
}

/** Options of {@link mountView}. @public */
export interface MountOptions extends PageOptions {
  /** The route's pattern. @defaultValue "/" */
  readonly path?: string;
  /** Fill in the pattern. */
  readonly params?: Readonly<Record<string, string | number>>;
  /** Query of the address. */
  readonly query?: Readonly<Record<string, string>> | string;
  /** Options of the route: its layout, its limits. Rate limits are off unless given; `development` is on. */
  readonly route?: LiveRouteOptions;
  /** Adds middleware and further routes to the app, before the view's. */
  readonly setup?: (app: App) => void;
  /** Compares the page with the server's render after each step: off for views that render something else each time. @defaultValue true */
  readonly check?: boolean;
}

/**
 * Loads a view in memory through a real `liveRoute`, connects to it, and gives the page to a test. No port, no browser, no real time.
 * @throws CodedError `TESTING_NO_PAGE`, `TESTING_NOT_ADOPTED`; what mount and render throw.
 * @remarks After each step the page that patches have made is compared with the server's render, O(page).
 * @example
 * ```ts
 * const page = await mountView(counter);
 * await page.click("button", "Add");
 * assert.equal(page.text("output"), "1");
 * await page.close();
 * ```
 * @public
 */
export async function mountView(view: View, options: MountOptions = {}): Promise<LivePage> {
  const { path = "/", params = {}, query = "", javascript = true, clock = createVirtualClock() } = options;
  const app = createApp({ platform: testPlatform(clock), cookieSecrets: [new Uint8Array(32)] });
  const shadow = new Shadow(view);
  const reports: SeenReport[] = [];
  options.setup?.(app);
  const given = options.route ?? {};
  const route = liveRoute(app, path, shadow.view, {
    ...{ development: true, framesPerSecond: 1e9, frameBurst: 1e9, ...given },
    onReport(code, error, url) {
      reports.push({ code, error });
      given.onReport?.(code, error, url);
    },
  });
  const site = siteOf(app, clock, options, shadow, reports, options.check ?? true);
  const tab = new Tab(site, javascript);
  const search = new URLSearchParams(query).toString();
  try {
    await tab.load("GET", addressOf(app, path, params) + (search === "" ? "" : `?${search}`));
  } catch (error) {
    route.close();
    throw error;
  }
  const handlers = view.handlers.map(({ name }) => name);
  return createPage({ tab, handlers, dispose: () => route.close() });
}

/**
 * Opens a page of an app that stands already, with its guards, layouts and other pages.
 * @param app - Made with {@link testPlatform} and the clock of `options`, time is virtual; otherwise it is real.
 * @remarks Errors of handlers arrive as their codes: what they threw is heard by the app. The page is not compared with the server's render.
 * @throws as {@link mountView}.
 * @public
 */
export async function openPage(app: App, url: string, options: PageOptions = {}): Promise<LivePage> {
  const { javascript = true, clock = createVirtualClock() } = options;
  const tab = new Tab(siteOf(app, clock, options, undefined, [], false), javascript);
  await tab.load("GET", url);
  return createPage({ tab, handlers: undefined, dispose: () => {} });
}

/**
 * The platform of a test: time of a virtual clock, and random bytes that are the same in every run.
 * @param seed - Other bytes for another seed. @defaultValue 1
 * @public
 */
export function testPlatform(clock: VirtualClock, seed = 1): Platform {
  let state = seed >>> 0 || 1;
  const byte = (): number => {
    // xorshift32: even enough for ids, and unpredictable to nobody, which is what a test wants.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) & 255;
  };
  return {
    now: () => clock.now(),
    after: (ms, f) => clock.after(ms, f),
    random: (byteLength) => Uint8Array.from({ length: byteLength }, byte),
    hmac: nodePlatform.hmac,
    report: (error) => nodePlatform.report?.(error),
  };
}

function siteOf(
  app: App,
  clock: VirtualClock,
  options: PageOptions,
  shadow: Shadow | undefined,
  reports: SeenReport[],
  isChecking: boolean,
): Site {
  const { headers = {}, timeoutMs = 5_000 } = options;
  return { app, clock, shadow, headers, reports, isChecking, timeoutMs, tabs: new Set() };
}

function addressOf(app: App, path: string, params: Readonly<Record<string, string | number>>): string {
  const route = app.router.routes().find(({ pattern }) => pattern === path);
  if (route === undefined) throw new CodedError("TESTING_NO_PAGE", `the app has no route ${path}`);
  return (route.url as (given: object) => string)(params); // cast: the pattern is known here only
}
