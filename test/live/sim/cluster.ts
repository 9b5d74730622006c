import { createHmac } from "node:crypto";
import { type App, createApp, type HostRequest, type Platform } from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { type Html, html } from "../../../lib/html/index.ts";
import { type LiveRoute, type LiveRouteOptions, type LogSink, liveRoute, type View } from "../../../lib/live/index.ts";
import { serveEvents, type Take } from "./events.ts";
import type { Run } from "./observe.ts";
import type { Random } from "./random.ts";
import { Owner, type Scheduler } from "./scheduler.ts";
import { type SimStore, StoreFailure } from "./store.ts";
import type { Link, Tap } from "./transport.ts";
import { createView, type Kind } from "./views.ts";

/** What a process of the simulation is told and tells. */
export interface NodeOptions {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly kind: Kind;
  /** Whether sessions may sleep: then nothing of the view waits for their end. */
  readonly mayKeep: boolean;
  readonly store: SimStore | undefined;
  /** Whether logs of its sessions are kept. */
  readonly isLogged: boolean;
  readonly options: LiveRouteOptions;
  /** Changes the view before it is served: a fault in the subject. */
  readonly change: (view: View) => View;
  ran(run: Run, node: SimNode): void;
  /** Something is written to the store. */
  wrote(): void;
  failed(what: string, error?: unknown): void;
  log(line: string): void;
}

/** A machine that runs one process at a time, each a real app with a real live route. */
export class SimNode {
  readonly name: string;
  /** Milliseconds its wall clock is ahead. */
  skewMs = 0;
  owner: Owner = new Owner();
  build = "";
  /** What each session of this process should show. */
  readonly pages: Map<string, () => string> = new Map();
  /** Logs of its sessions. */
  readonly logs: Uint8Array[][] = [];
  /** Timers of views that have not fired. */
  viewTimers = 0;
  /** Timers that the libraries hold. */
  timers = 0;
  private readonly options: NodeOptions;
  private app: App | undefined;
  private route: LiveRoute | undefined;
  private readonly links = new Set<Link>();

  constructor(options: NodeOptions) {
    this.options = options;
    this.name = options.name;
    this.owner.isDead = true;
  }

  get isUp(): boolean {
    return !this.owner.isDead;
  }

  get sessionCount(): number {
    return this.route?.sessionCount ?? 0;
  }

  boot(build: string): void {
    const { scheduler, random, kind, mayKeep, store, isLogged, options, failed, log } = this.options;
    if (this.isUp) return;
    log(`${this.name} boots ${build}`);
    const owner = new Owner();
    this.owner = owner;
    this.build = build;
    this.pages.clear();
    this.viewTimers = 0;
    this.timers = 0;
    const guarded = (f: () => void): void => {
      try {
        f();
      } catch (error) {
        failed("a timer of the server threw", error);
      }
    };
    const platform: Platform = {
      now: () => 1_700_000_000_000 + scheduler.nowMs + this.skewMs,
      random: (length) => random.bytes(length),
      hmac: (key, data) => new Uint8Array(createHmac("sha256", key).update(data).digest()),
      after: (ms, f) => {
        this.timers++;
        let isOver = false;
        const over = (): void => {
          if (!isOver) this.timers--;
          isOver = true;
        };
        const cancel = scheduler.after(
          ms,
          () => {
            over();
            guarded(f);
          },
          owner,
        );
        return () => {
          over();
          cancel();
        };
      },
      report: (error) => {
        if (!(error instanceof StoreFailure) && !isElsewhere(error)) failed("the server reports", error);
      },
    };
    const view = createView(
      kind,
      {
        after: (ms, f) => {
          this.viewTimers++;
          const fire = (): void => {
            this.viewTimers--;
            guarded(f);
          };
          return scheduler.after(ms, fire, owner);
        },
        ran: (run) => this.options.ran(run, this),
        mounted: (session, markup) => void this.pages.set(session, markup),
        ended: (session) => void this.pages.delete(session),
      },
      build,
      mayKeep,
    );
    this.app = createApp({ platform });
    this.route = liveRoute(this.app, `/${kind}`, this.options.change(view), {
      ...options,
      build,
      ...(store === undefined ? {} : { store: store.of(owner, () => this.options.wrote()) }),
      ...(kind === "lobby" ? { shared: () => "all" } : {}),
      ...(isLogged ? { log: () => this.log() } : {}),
      layout: (content): Html =>
        html`<!doctype html><html lang="en"><head><title>s</title></head><body>${content}</body></html>`,
      onReport: (code, error) => {
        log(`${this.name} reports ${code}`);
        if (error instanceof StoreFailure || isElsewhere(error)) return;
        const isBad = code === "LIVE_CRASHED" || code === "LIVE_BAD_SNAPSHOT" || code === "LIVE_NOT_STORED";
        // The state of components stays where it is.
        if (isBad || (code === "LIVE_UNPACKABLE" && kind !== "parts")) failed(code, error);
        if (code === "LIVE_HANDLER_FAILED" && !isAsked(error)) failed(code, error);
      },
    });
  }

  private log(): LogSink {
    const parts: Uint8Array[] = [];
    this.logs.push(parts);
    return { write: (bytes) => parts.push(bytes) };
  }

  /** The page at a path, or `undefined` when nobody answers. */
  async get(url: string): Promise<string | undefined> {
    const { owner, app } = this;
    if (owner.isDead || app === undefined) return undefined;
    const reply = await app.handle(requestOf(url));
    if (owner.isDead || reply?.status !== 200 || typeof reply.body !== "string") return undefined;
    return reply.body;
  }

  /** Lets a link in, as the ws adapter does. */
  accept(url: string, link: Link): boolean {
    const answer = this.app?.connect(requestOf(url));
    if (typeof answer !== "function") return false;
    this.links.add(link);
    link.channel.onClose(() => this.links.delete(link));
    answer(link.channel);
    return true;
  }

  /** Opens a stream of events over a link, as `node:http` does. @returns whether somebody is there. */
  listen(url: string, link: Link, tap: Tap): boolean {
    const { app, owner } = this;
    if (app === undefined) return false;
    this.links.add(link);
    const gone = new AbortController();
    link.channel.onClose(() => {
      this.links.delete(link);
      gone.abort();
    });
    const failed = (error: unknown): void => this.options.failed("a stream of events threw", error);
    const take: Take = async (headers, body) => {
      const reply = await app.handle(requestOf(url, { method: "POST", headers, body }));
      return owner.isDead ? undefined : reply;
    };
    const open = async (): Promise<void> => {
      const reply = await app.handle(requestOf(url, { headers: { accept: "text/event-stream" }, signal: gone.signal }));
      if (owner.isDead) return;
      if (reply?.status === 200) serveEvents(link, tap, reply, take, failed);
      else link.channel.close(1000, "refused");
    };
    open().catch(failed);
    return true;
  }

  drain(retryAfterMs: number): void {
    if (this.isUp) this.route?.drain("deploy", retryAfterMs);
  }

  /**
   * The process ends at once.
   * @param isSudden - What it has sent and what was not yet delivered is lost too; else that still arrives.
   * @param clientsHearMs - When the other ends of its sockets notice; never without a number.
   */
  crash(isSudden: boolean, clientsHearMs: number | undefined): void {
    if (!this.isUp) return;
    this.options.log(`${this.name} crashes`);
    this.owner.isDead = true;
    for (const link of this.links) {
      if (isSudden) link.cut(clientsHearMs, undefined);
      else link.die(clientsHearMs);
    }
    this.links.clear();
  }

  /** Ends in good order: its sockets are closed. */
  stop(): void {
    if (!this.isUp) return;
    this.options.log(`${this.name} stops`);
    this.route?.close();
    for (const link of [...this.links]) link.channel.close(1001, "stopped");
    this.owner.isDead = true;
    this.links.clear();
  }

  /** Ends its sessions and sees that nothing of them is left. */
  close(): void {
    if (!this.isUp) return;
    this.route?.close();
    for (const link of [...this.links]) link.channel.close(1001, "stopped");
  }
}

/** Failing as the test wants it. */
export function isAsked(error: unknown): boolean {
  return error instanceof Error && error.message === "as asked";
}

/** What a process is told that had a session when another one took it over. */
/** Another process has taken the session over, or was first to write it. */
function isElsewhere(error: unknown): boolean {
  return isCodedError(error) && (error.code === "LIVE_TAKEN_OVER" || error.code === "LIVE_NOT_STORED");
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

function requestOf(url: string, { method = "GET", headers, body, signal }: Asked = {}): HostRequest {
  return {
    ...{ method, url, signal: signal ?? new AbortController().signal, raw: undefined },
    headers: { host: "sim.test", origin: "http://sim.test", "sec-fetch-site": "same-origin", ...headers },
    async *stream() {
      if (body !== undefined) yield body;
    },
  };
}
