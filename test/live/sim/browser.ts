import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { parse } from "./dom/elements.ts";
import { listenerErrors, SimEvent } from "./dom/events.ts";
import { SimElement, type SimNode, SimText } from "./dom/nodes.ts";
import { type SimDocument, SimWindow } from "./dom/window.ts";
import type { PageSource } from "./events.ts";
import type { Random } from "./random.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

const entry = fileURLToPath(new URL("../../../client/live/index.ts", import.meta.url));
let bundled: string | undefined;

/** The client's own source as one script that leaves its exports in `live`. */
function bundle(): string {
  bundled ??= buildSync({
    entryPoints: [entry],
    ...{ bundle: true, format: "iife", globalName: "live", target: "es2022", write: false },
  }).outputFiles[0]?.text;
  return bundled ?? "";
}

/** What a page of the simulation is given instead of the machine's. */
export interface PageHost {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly owner: Owner;
  /** Milliseconds the page's wall clock is ahead. */
  readonly skewMs: () => number;
  readonly path: string;
  /** `new WebSocket(url)`. */
  connect(url: string, socket: PageSocket): SocketLink;
  /** `new EventSource(url)`. @returns its close. */
  listen(source: PageSource): () => void;
  /** `fetch` with a body, as all of them are. @returns the status. */
  post(headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<number>;
  reload(): void;
  /** The script logged an error. */
  complained(parts: readonly unknown[]): void;
  /** A callback of the script threw. */
  threw(error: unknown): void;
}

/** The network behind a page's WebSocket. */
export interface SocketLink {
  send(bytes: Uint8Array): void;
  close(code: number, reason: string): void;
}

/** One loaded page of a tab: a document that holds what the server sent, and the client's script in a world of its own. */
export class BrowserPage {
  readonly document: SimDocument;
  private readonly window: SimWindow = new SimWindow();

  constructor(body: string, host: PageHost) {
    this.document = this.window.document;
    this.document.URL = `http://sim.test${host.path}`;
    this.document.body.innerHTML = body;
    listenerErrors.length = 0;
    runScript(this.window, host);
  }

  /** What the page shows, without what only the client needs. */
  markup(): string {
    const root = this.document.querySelector("[bus-live]");
    return root === null ? "" : normalised(root);
  }

  setVisibility(visibility: "visible" | "hidden"): void {
    this.document.visibilityState = visibility;
    this.document.dispatchEvent(new SimEvent("visibilitychange", { bubbles: true }));
  }

  setOnLine(isOnLine: boolean): void {
    if (this.window.navigator.onLine === isOnLine) return;
    this.window.navigator.onLine = isOnLine;
    this.window.dispatchEvent(new SimEvent(isOnLine ? "online" : "offline"));
  }

  /** What listeners of any page have thrown since this was asked. */
  takeErrors(): readonly unknown[] {
    return listenerErrors.splice(0);
  }
}

/** How markup would look as a page. */
export function normalise(markup: string): string {
  return normalised(parse(markup));
}

type Compiled = (...values: readonly unknown[]) => { startLive(node: ParentNode): () => void };
let compiled: { readonly names: readonly string[]; readonly run: Compiled } | undefined;

/** Every global name the bundle mentions and a window or `virtual` has becomes a parameter: nothing of this process's is reached. */
function compile(window: object, virtual: object): NonNullable<typeof compiled> {
  if (compiled !== undefined) return compiled;
  const text = bundle();
  const words = new Set(text.match(/[A-Za-z_$][\w$]*/g));
  const names = [...words].filter((name) => name in virtual || (name in window && !(name in Object.prototype)));
  const run = new Function(...names, `"use strict"; return (() => { ${text}; return live; })();`) as Compiled; // cast: what the bundle exports
  compiled = { names, run };
  return compiled;
}

function runScript(realWindow: SimWindow, host: PageHost): void {
  const window = realWindow as unknown as Record<string, unknown>; // cast: looked up by name
  const virtual = virtualGlobals(window, host);
  const { names, run } = compile(window, virtual);
  const values = names.map((name) => {
    if (Object.hasOwn(virtual, name)) return virtual[name];
    const value = window[name];
    return typeof value === "function" && !/^[A-Z]/.test(name) ? value.bind(window) : value;
  });
  run(...values);
}

function virtualGlobals(real: Record<string, unknown>, host: PageHost): Record<string, unknown> {
  const { scheduler, owner, random } = host;
  const timers = new Map<number, () => void>();
  let lastTimer = 0;
  const guarded = (f: () => void): void => {
    try {
      f();
    } catch (error) {
      host.threw(error);
    }
  };
  const setTimeout = (f: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): number => {
    const id = ++lastTimer;
    timers.set(
      id,
      scheduler.after(
        Math.max(1, Math.round(ms)),
        () => {
          timers.delete(id);
          guarded(() => f(...args));
        },
        owner,
      ),
    );
    return id;
  };
  const setInterval = (f: () => void, ms: number): number => {
    const id = ++lastTimer;
    const again = (): void => {
      timers.set(
        id,
        scheduler.after(
          Math.max(4, Math.round(ms)),
          () => {
            again();
            guarded(f);
          },
          owner,
        ),
      );
    };
    again();
    return id;
  };
  const clear = (id: number): void => {
    timers.get(id)?.();
    timers.delete(id);
  };
  const now = (): number => 1_700_000_000_000 + scheduler.nowMs + host.skewMs();
  class VirtualDate extends Date {
    constructor(...args: []) {
      if (args.length === 0) super(now());
      else super(...args);
    }
    static override now(): number {
      return now();
    }
  }
  const math = Object.create(null, Object.getOwnPropertyDescriptors(Math));
  Object.defineProperty(math, "random", { value: () => random.next() });
  const location = {
    href: `http://sim.test${host.path}`,
    origin: "http://sim.test",
    host: "sim.test",
    pathname: host.path.split("?")[0],
    search: host.path.includes("?") ? host.path.slice(host.path.indexOf("?")) : "",
    hash: "",
    toString: () => `http://sim.test${host.path}`,
    reload: () => host.reload(),
    assign: () => host.reload(),
    replace: () => host.reload(),
  };
  const virtual: Record<string, unknown> = {
    ...{ setTimeout, setInterval, clearTimeout: clear, clearInterval: clear, location, Math: math, Date: VirtualDate },
    requestAnimationFrame: (f: (atMs: number) => void) => setTimeout(() => f(scheduler.nowMs), 16),
    cancelAnimationFrame: clear,
    requestIdleCallback: (f: () => void) => setTimeout(f, 1),
    queueMicrotask: (f: () => void) => queueMicrotask(() => owner.isDead || guarded(f)),
    performance: { now: () => scheduler.nowMs },
    crypto: {
      getRandomValues(into: Uint8Array) {
        into.set(random.bytes(into.length));
        return into;
      },
    },
    fetch: async (_url: string, { headers, body }: { headers: Record<string, string>; body: VirtualBlob }) => {
      const status = await host.post(headers, body.bytes);
      return { status, ok: status >= 200 && status < 300 };
    },
    Blob: VirtualBlob,
    WebSocket: webSocketFor(host),
    EventSource: eventSourceFor(host),
    history: { pushState() {}, replaceState() {}, state: null },
    console: { error: (...parts: unknown[]) => host.complained(parts), warn() {}, log() {}, info() {} },
    process: undefined,
    require: undefined,
  };
  const facade: unknown = new Proxy(real, {
    get(target, name) {
      if (typeof name === "string" && Object.hasOwn(virtual, name)) return virtual[name];
      const value = Reflect.get(target, name, target);
      return typeof value === "function" && !/^[A-Z]/.test(String(name)) ? value.bind(target) : value;
    },
  });
  for (const name of ["window", "self", "globalThis", "top", "parent"]) virtual[name] = facade;
  return virtual;
}

/** The page's end of a WebSocket, as the standard has it: a socket that is closing hands over nothing and sends nothing. */
export class PageSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  binaryType = "blob";
  readyState = 0;
  bufferedAmount = 0;
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: unknown) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  readonly url: string;
  private readonly link: SocketLink;
  private readonly host: PageHost;
  private readonly listeners = new Map<string, Set<(event: unknown) => void>>();

  constructor(url: string | URL, host: PageHost) {
    this.url = String(url);
    this.host = host;
    this.link = host.connect(this.url, this);
  }

  addEventListener(name: string, listener: (event: unknown) => void): void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
  }

  removeEventListener(name: string, listener: (event: unknown) => void): void {
    this.listeners.get(name)?.delete(listener);
  }

  send(data: Uint8Array | ArrayBuffer): void {
    if (this.readyState === 0) throw new Error("a connecting socket sends nothing");
    this.link.send(new Uint8Array(data as ArrayBuffer)); // cast: either is taken
  }

  close(code = 1000, reason = ""): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.link.close(code, reason);
  }

  opened(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.fire("open", {});
  }

  message(bytes: Uint8Array): void {
    if (this.readyState !== 1) return;
    this.fire("message", { data: bytes.slice().buffer });
  }

  closed(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    if (code === 1006) this.fire("error", {});
    this.fire("close", { code, reason, wasClean: code !== 1006 });
  }

  private fire(name: "open" | "message" | "close" | "error", event: object): void {
    const listeners = [this[`on${name}`], ...(this.listeners.get(name) ?? [])];
    for (const listener of listeners) {
      try {
        listener?.({ type: name, target: this, ...event });
      } catch (error) {
        this.host.threw(error);
      }
    }
  }
}

function webSocketFor(host: PageHost): unknown {
  return class extends PageSocket {
    constructor(url: string | URL) {
      super(url, host);
    }
  };
}

/** A blob whose bytes are there at once: reading a real one takes time that no scheduler knows of. */
class VirtualBlob {
  readonly bytes: Uint8Array;

  constructor(parts: readonly Uint8Array[]) {
    this.bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  }

  get size(): number {
    return this.bytes.length;
  }
}

function eventSourceFor(host: PageHost): unknown {
  return class implements PageSource {
    onmessage: ((event: { readonly data: string }) => void) | null = null;
    onerror: (() => void) | null = null;
    private readonly listeners = new Map<string, (event: { readonly data?: string }) => void>();
    private readonly leave: () => void;
    private isOver = false;

    constructor() {
      this.leave = host.listen(this);
    }

    addEventListener(name: string, listener: (event: { readonly data?: string }) => void): void {
      this.listeners.set(name, listener);
    }

    close(): void {
      this.isOver = true;
      this.leave();
    }

    /** The browser's own event, which has no data. */
    opened(): void {
      this.guarded(() => this.listeners.get("open")?.({}));
    }

    heard(name: string, data: string): void {
      this.guarded(() => (name === "message" ? this.onmessage?.({ data }) : this.listeners.get(name)?.({ data })));
    }

    failed(): void {
      this.guarded(() => this.onerror?.());
    }

    private guarded(f: () => void): void {
      if (this.isOver) return;
      try {
        f();
      } catch (error) {
        host.threw(error);
      }
    }
  };
}

/** Elements, attributes by name and texts; no comments, no data script, nothing the client marks elements with while it works. */
function normalised(node: SimNode): string {
  let out = "";
  let text = "";
  const flush = (): void => {
    if (text !== "") out += JSON.stringify(text);
    text = "";
  };
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child instanceof SimText) text += child.data;
    if (!(child instanceof SimElement) || child.hasAttribute("bus-live-data")) continue;
    flush();
    const attributes = child.attributes.flatMap(({ name, value }) => {
      const kept = name === "class" ? value.replace(/(^| )bus-\S+/g, "").trim() : value;
      return kept === "" && name === "class" ? [] : `${name}=${JSON.stringify(kept)}`;
    });
    out += `<${[child.localName, ...attributes.sort()].join(" ")}>${normalised(child)}</>`;
  }
  flush();
  return out;
}
