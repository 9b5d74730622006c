import assert from "node:assert/strict";
import { readMultipart } from "../../adapters/multipart/index.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { type App, createApp, type Platform, type Reply } from "../../lib/app/index.ts";
import { type LiveRoute, type LiveRouteOptions, liveRoute, type View } from "../../lib/live/index.ts";
import { ADOPT, createChannelPair, decodeLiveFrame, encodeLiveFrame, type LiveFrame } from "../../lib/wire/index.ts";
import { hostRequest } from "../app/requests.ts";
import { helloOf, type LivePage } from "../helpers/live.ts";

/** A platform whose clock stands until it is moved. */
export interface Clock extends Platform {
  /** Moves the clock, running what is due in order; between timers, promises settle. */
  advance(ms: number): Promise<void>;
  /** Sets the clock; timers go on counting from where they were. */
  set(byMs: number): void;
  readonly errors: unknown[];
}

export function createClock(): Clock {
  let nowMs = 1_000_000;
  const timers = new Map<number, { readonly atMs: number; readonly f: () => void }>();
  let next = 0;
  const errors: unknown[] = [];
  return {
    ...nodePlatform,
    errors,
    now: () => nowMs,
    report: (error) => void errors.push(error),
    after(ms, f) {
      const id = next++;
      timers.set(id, { atMs: nowMs + ms, f });
      return () => void timers.delete(id);
    },
    set(byMs) {
      nowMs += byMs;
      for (const [id, { atMs, f }] of [...timers]) timers.set(id, { atMs: atMs + byMs, f });
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const due = [...timers].filter(([, { atMs }]) => atMs <= endMs).sort(([, a], [, b]) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        nowMs = Math.max(nowMs, due[1].atMs);
        due[1].f();
        await settled();
      }
      nowMs = endMs;
    },
  };
}

/** Everything that is under way without a timer has had its turn. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((done) => setImmediate(done));
}

/** A page's side of a socket, in memory. */
export interface Visitor {
  readonly page: LivePage;
  send(...frames: LiveFrame[]): Promise<void>;
  /** Frames that came since the last call. */
  take(): LiveFrame[];
  /** How the socket ended. */
  closed(): string | undefined;
  leave(): Promise<void>;
}

/** A live route in an app, without a network. */
export interface Site {
  readonly app: App;
  readonly clock: Clock;
  readonly route: LiveRoute;
  readonly reports: [code: string, error: unknown][];
  get(url: string, headers?: Record<string, string>): Promise<Page>;
  post(
    url: string,
    fields: Record<string, string> | readonly (readonly [string, string])[],
    cookie?: string,
  ): Promise<Page>;
  postFiles(url: string, form: FormData, cookie?: string): Promise<Page>;
  /** Loads a page and joins it. */
  visit(url: string, headers?: Record<string, string>): Promise<Visitor>;
  join(url: string, page: LivePage, headers?: Record<string, string>, seq?: number, ref?: number): Promise<Visitor>;
}

/** A reply, read. */
export interface Page {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
  /** Set by this reply, as a browser would send it back. */
  readonly cookie: string;
  readonly headers: readonly (readonly [string, string])[];
}

export function startSite(
  view: View,
  options: LiveRouteOptions & {
    readonly path?: string;
    readonly build?: never;
    readonly prepare?: (app: App) => void;
  } = {},
): Site {
  const { path = "/x/:id?", prepare, ...rest } = options;
  const clock = createClock();
  const app = createApp({ platform: clock });
  prepare?.(app);
  const reports: [string, unknown][] = [];
  const onReport = (code: string, error: unknown): void => void reports.push([code, error]);
  const route = liveRoute(app, path, view, { onReport, multipart: readMultipart, ...rest });
  const site: Site = {
    ...{ app, clock, route, reports },
    get: async (url, headers = {}) => read(await app.handle(hostRequest("GET", url, { headers }))),
    async post(url, fields, cookie = "") {
      const body = new URLSearchParams(
        (Array.isArray(fields) ? fields : Object.entries(fields)) as string[][],
      ).toString(); // cast: pairs either way
      const headers = { "content-type": "application/x-www-form-urlencoded", cookie };
      return read(await app.handle(hostRequest("POST", url, { headers, body })));
    },
    async postFiles(url, form, cookie = "") {
      const request = new Request("http://x/", { method: "POST", body: form });
      const headers = { "content-type": request.headers.get("content-type") ?? "", cookie };
      const body = new Uint8Array(await request.arrayBuffer());
      return read(await app.handle(hostRequest("POST", url, { headers, body })));
    },
    async visit(url, headers = {}) {
      const page = pageOf((await site.get(url, headers)).text);
      const visitor = await site.join(url, page, headers);
      assert.equal(visitor.take()[0]?.[0], ADOPT);
      return visitor;
    },
    async join(url, page, headers = {}, seq = 0, ref = 0) {
      const accept = await app.connect(hostRequest("GET", url, { headers }));
      assert.ok(typeof accept === "function", "the socket is refused");
      const [mine, theirs] = createChannelPair();
      const frames: LiveFrame[] = [];
      let end: string | undefined;
      mine.onMessage((bytes) => void frames.push(decodeLiveFrame(bytes)));
      mine.onClose((code, reason) => {
        end = `${code} ${reason}`;
      });
      accept(theirs);
      mine.send(encodeLiveFrame(helloOf(page, seq, ref)));
      await settled();
      return {
        page,
        async send(...all) {
          for (const frame of all) mine.send(encodeLiveFrame(frame));
          await settled();
        },
        take: () => frames.splice(0),
        closed: () => end,
        async leave() {
          mine.close(1000, "");
          await settled();
        },
      };
    },
  };
  return site;
}

/** What a page carries for its client. */
export function pageOf(html: string): LivePage {
  const data = JSON.parse(/ bus-live-data>(.*?)<\/script>/s.exec(html)?.[1] ?? "null");
  return { ...data, html, token: new Uint8Array(Buffer.from(data.token, "base64")), headers: new Headers() };
}

function read(reply: Reply | undefined): Page {
  assert.ok(reply);
  const all = reply.headers;
  const valuesOf = (name: string): string[] =>
    all.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  return {
    status: reply.status,
    text: reply.body instanceof Uint8Array ? new TextDecoder().decode(reply.body) : String(reply.body ?? ""),
    location: valuesOf("location")[0],
    cookie: valuesOf("set-cookie")
      .map((line) => line.split(";")[0] ?? "")
      .join("; "),
    headers: all,
  };
}
