import { setImmediate as turn } from "node:timers/promises";
import { parse } from "parse5";
import type { App, SocketAcceptor } from "../../lib/app/index.ts";
import { CodedError, type ErrorCode, isCodedError } from "../../lib/errors/index.ts";
import type { Operation, TemplateSource, WireValue } from "../../lib/wire/index.ts";
import { adoptInstance } from "./adopt.ts";
import type { VirtualClock } from "./clock.ts";
import { compareWithServer } from "./compare.ts";
import { Connection, type PageData } from "./connection.ts";
import { Controls } from "./controls.ts";
import { fill } from "./fill.ts";
import { selectAll } from "./match.ts";
import {
  attributeOf,
  commentOf,
  type Document,
  type Element,
  elementsIn,
  isWithin,
  setAttributeOf,
  textIn,
} from "./nodes.ts";
import { applyOperation, type Target } from "./operations.ts";
import type { Sent } from "./outbox.ts";
import { type Loaded, Requests } from "./requests.ts";
import { parseSelector } from "./selector.ts";
import type { Shadow } from "./shadow.ts";
import { compileTemplate, makeSlot, type PageTemplate } from "./slots.ts";

/** A command that came with a patch. @public */
export interface SeenCommand {
  readonly name: string;
  readonly args: readonly WireValue[];
}

/** What went wrong on the server. @public */
export interface SeenReport {
  readonly code: ErrorCode;
  readonly error: unknown;
}

/** What all pages of a test have in common. */
export interface Site {
  readonly app: App;
  readonly clock: VirtualClock;
  readonly shadow: Shadow | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly reports: SeenReport[];
  readonly tabs: Set<Tab>;
  readonly isChecking: boolean;
  /** Real time to wait for a handler. */
  readonly timeoutMs: number;
}

const CALM_TURNS = 3;

/** One page in one visitor's browser: the document, its controls, and the connection of its live root. */
export class Tab {
  readonly site: Site;
  readonly requests: Requests;
  readonly hasScript: boolean;
  url = "/";
  loaded: Loaded = { url: "/", status: 0, headers: new Map(), text: "" };
  document: Document = parse("");
  controls: Controls = new Controls();
  focused: Element | undefined = undefined;
  root: Element | undefined = undefined;
  connection: Connection | undefined = undefined;
  commands: SeenCommand[] = [];
  unknown: WireValue[] = [];
  refusal: string | undefined = undefined;
  title: string | undefined = undefined;
  /** The server's last word on each upload. */
  readonly uploads: Map<number, { received: number; code: string }> = new Map();
  lastUpload = 0;
  #failures: unknown[] = [];
  #reported = 0;

  constructor(site: Site, hasScript: boolean) {
    this.site = site;
    this.hasScript = hasScript;
    this.requests = new Requests(site.app, site.headers, () => site.clock.now());
    this.#reported = site.reports.length;
    site.tabs.add(this);
  }

  /** Loads a page in place of the one that is there. */
  async load(
    method: "GET" | "POST",
    url: string,
    body?: { readonly type: string; readonly bytes: Uint8Array },
  ): Promise<void> {
    const loaded = await this.asPage(() => this.requests.load(method, url, body)).catch((error: unknown) => {
      this.#reported = this.site.reports.length; // the reason is thrown here
      throw error;
    });
    this.leave();
    this.loaded = loaded;
    this.url = loaded.url;
    this.document = parse(loaded.text);
    this.controls = new Controls();
    [this.focused, this.title, this.refusal, this.root] = [undefined, undefined, undefined, undefined];
    this.commands = [];
    this.root = [...elementsIn(this.document)].find((element) => attributeOf(element, "bus-live") !== undefined);
    if (this.hasScript && this.root !== undefined) await this.#join(this.root);
  }

  /** Lets go of the page. */
  leave(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  async #join(root: Element): Promise<void> {
    const script = root.childNodes[root.childNodes.length - 1];
    if (script === undefined) throw new CodedError("TESTING_NO_PAGE", "the live root holds nothing");
    const data: PageData = JSON.parse(textIn(script));
    const sources = data.templates ?? JSON.parse((await this.requests.load("GET", data.templatesUrl ?? "")).text);
    const templates = (sources as readonly TemplateSource[]).map(compileTemplate); // cast: so the server writes them
    const slot = makeSlot("", root, undefined, script);
    const target: Target = {
      ...{ root: slot, templates },
      command: (name, args) => this.#command(name, args),
      attribute: (element, name, value) => this.controls.follow(element, name, value, this.focused),
    };
    const first = root.childNodes[0];
    try {
      if (first === undefined || !/^\[\d+$/.test(commentOf(first)))
        throw new Error("the live root begins with no marker");
      slot.held = adoptInstance(first, templates);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CodedError("TESTING_NOT_ADOPTED", `${this.url}: ${why}`, { cause });
    }
    const connection = new Connection(data, true, this.site.clock, () => this.#open(), {
      mount: ([, , , sources, content]) => {
        if (sources !== null) {
          const known = target.templates.splice(0);
          const compile = (source: TemplateSource): PageTemplate =>
            known.find(({ hash }) => hash === source[0]) ?? compileTemplate(source);
          const made = sources.map((source) => (typeof source === "number" ? known[source] : compile(source)));
          for (const template of made) if (template !== undefined) target.templates.push(template);
          if (made.length !== target.templates.length)
            throw new Error("a template is named that the page does not have");
        }
        fill(slot, content, target.templates, target);
      },
      patch: (operations: readonly Operation[]) => {
        for (const operation of operations) applyOperation(target, operation);
        if (this.focused !== undefined && !isWithin(this.focused, this.document)) this.focused = undefined;
      },
      templates: () => target.templates.map((template) => template.hash),
      uploaded: ([, entry, received, code]) => void this.uploads.set(entry, { received, code }),
      refused: (code) => {
        this.refusal = code;
      },
      unknown: (events) => void this.unknown.push(...events),
      failed: (cause) => {
        const why = cause instanceof Error ? cause.message : String(cause);
        this.#failures.push(
          isCodedError(cause)
            ? cause
            : new CodedError("TESTING_PARTED", `a patch did not fit the page: ${why}`, { cause }),
        );
      },
    });
    this.connection = connection;
    await this.act(() => void this.asPage(() => connection.connect()));
  }

  async #open(): Promise<SocketAcceptor | number> {
    const answer = await this.requests.connect(attributeOf(this.root ?? this.#gone(), "bus-live") ?? this.url);
    if (typeof answer === "function") return (channel) => this.asPage(() => answer(channel));
    return answer?.status ?? 404;
  }

  #gone(): never {
    throw new CodedError("TESTING_NO_PAGE", "the page has been left");
  }

  #command(name: string, args: readonly WireValue[]): void {
    if (name === "bus:style") return;
    this.commands.push({ name, args });
    if (name === "bus:title") this.title = String(args[0]);
  }

  /** What a page without a selector means: the live root, else the body. */
  top(): Element {
    const body = [...elementsIn(this.document)].find(({ tagName }) => tagName === "body");
    return this.root ?? body ?? this.#gone();
  }

  /** The session shows another address now. */
  moveTo(url: string): void {
    this.url = url;
    if (this.root !== undefined) setAttributeOf(this.root, "bus-live", url);
  }

  /** Gives the focus to what a command names, if it is there: in the live root first. */
  focus(selector: string): void {
    const list = parseSelector(selector);
    const isChecked = (control: Element): boolean => this.controls.isChecked(control);
    const found = this.root === undefined ? undefined : selectAll(this.root, list, isChecked)[0];
    this.focused = found ?? selectAll(this.document, list, isChecked)[0] ?? this.focused;
  }

  /** Runs something that asks the server: what is mounted meanwhile is this page's. */
  asPage<T>(f: () => T): T {
    const { shadow } = this.site;
    return shadow === undefined ? f() : shadow.run(this, f);
  }

  /**
   * Does something, waits until all is handled and quiet, and checks the page.
   * @throws what a handler, mount or render threw meanwhile.
   */
  async act(f: () => void): Promise<void> {
    this.asPage(f);
    await this.#handled(undefined);
    await this.quiet();
    this.check();
  }

  /** Sends an event, and acts. @throws CodedError with the code of an event that was refused. */
  async send(f: () => Sent): Promise<Sent> {
    const sent = this.asPage(f);
    await this.#handled(sent);
    await this.quiet();
    this.check(sent);
    return sent;
  }

  /** Until the events that were sent are handled, for as long as there is a connection. */
  async #handled(sent: Sent | undefined): Promise<void> {
    const deadline = performance.now() + this.site.timeoutMs;
    const isOpen = (): boolean => this.connection?.state === "live" || this.connection?.state === "connecting";
    while (isOpen() && (this.connection?.state === "connecting" || (sent !== undefined && !sent.isSettled))) {
      if (this.#failures.length > 0) return; // nothing more will come that fits
      if (performance.now() > deadline) {
        const what = sent === undefined ? "the page has not joined" : "the event has not been handled";
        throw new CodedError("TESTING_TIMEOUT", `${what} after ${this.site.timeoutMs} ms`);
      }
      await turn();
    }
  }

  /** Until nothing has travelled for some turns of the event loop. */
  async quiet(): Promise<void> {
    const traffic = (): number => {
      let sum = 0;
      for (const tab of this.site.tabs) sum += tab.connection?.traffic ?? 0;
      return sum;
    };
    for (let calm = 0, before = traffic(); calm < CALM_TURNS; ) {
      await turn();
      const now = traffic();
      calm = now === before ? calm + 1 : 0;
      before = now;
    }
  }

  /** Throws what went wrong since the last time, and compares the page with the server's. */
  check(sent?: Sent): void {
    const reports = this.site.reports.slice(this.#reported);
    for (const tab of this.site.tabs) tab.#reported = this.site.reports.length;
    for (const { error } of reports) if (error !== undefined) throw error;
    if (sent?.failure !== undefined && sent.failure !== "unknown")
      throw new CodedError(sent.failure as ErrorCode, "the server refused the event"); // cast: the server sends codes of the same table
    for (const tab of this.site.tabs) tab.#compare();
  }

  #compare(): void {
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
    const { site, root, connection } = this;
    if (!site.isChecking || root === undefined || connection?.state !== "live" || connection.pending.length > 0) return;
    const markup = site.shadow?.markupOf(this);
    if (markup !== undefined) compareWithServer(root, markup);
  }
}
