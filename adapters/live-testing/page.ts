import { CodedError } from "../../lib/errors/index.ts";
import type { ClientFrame, WireMap, WireValue } from "../../lib/wire/index.ts";
import {
  changed,
  click,
  controlOf,
  defaultButton,
  type FieldValue,
  type FormFields,
  fillControls,
  fillForm,
  fire,
  hears,
  navigate,
  post,
  submitForm,
} from "./actions.ts";
import type { SeenFrame } from "./connection.ts";
import { formOf, isListed, type TestFile } from "./controls.ts";
import { elementOf, findIn, nodeOf, queryIn, type Target, type TestElement } from "./element.ts";
import {
  attributeOf,
  describeElement,
  type Element,
  elementsIn,
  innerHtml,
  isWithin,
  outerHtml,
  visibleText,
} from "./nodes.ts";
import { pathOf } from "./requests.ts";
import { type SeenCommand, type SeenReport, Tab } from "./tab.ts";

/**
 * A live page as a test sees it. Whatever acts is async: it is over when the event has been handled and nothing travels any more. It rejects with what
 * a handler, a mount or a render threw meanwhile, with the code of an event that was refused, and with `TESTING_PARTED` when the page is no longer what
 * the server would render.
 * @public
 */
export interface LivePage {
  /** Path and query in the address bar. */
  readonly url: string;
  /** HTTP status of the page that was loaded. */
  readonly status: number;
  /** Headers of that page, by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly title: string;
  /** "static" is a page without a live root, or without JavaScript. */
  readonly state: "static" | "connecting" | "live" | "disconnected" | "refused" | "closed";
  /** Commands that came, oldest first. Those that bring stylesheets are not among them. */
  readonly commands: readonly SeenCommand[];
  /** All frames of this page, oldest first. */
  readonly frames: readonly SeenFrame[];
  /** What the sessions of this test have reported. Empty for pages of {@link openPage}. */
  readonly reports: readonly SeenReport[];
  /** Arguments of events whose fate nobody knows: the session they were sent to is gone. */
  readonly unknown: readonly WireValue[];
  /** Events that wait for the connection, or for the server. */
  readonly pendingCount: number;

  /** Markup of the live root, or of the body where there is none; of an element, with the element itself. Without comments and markers. */
  html(target?: Target, text?: string | RegExp): string;
  /** The text people read, white space drawn together. */
  text(target?: Target, text?: string | RegExp): string;
  /** The texts of all elements a selector means. */
  texts(selector: string): readonly string[];
  /** The one element a selector means, and whose text holds `text`. @throws CodedError `TESTING_NO_MATCH`, `TESTING_AMBIGUOUS`, `TESTING_BAD_SELECTOR`. */
  get(target: Target, text?: string | RegExp): TestElement;
  /** That element, if there is one. @throws CodedError `TESTING_AMBIGUOUS`, `TESTING_BAD_SELECTOR`. */
  query(selector: string, text?: string | RegExp): TestElement | undefined;
  /** All of them, in document order. */
  queryAll(selector: string, text?: string | RegExp): readonly TestElement[];
  /** The control that a label names. @throws CodedError `TESTING_NO_MATCH`, `TESTING_AMBIGUOUS`. */
  getByLabel(text: string | RegExp): TestElement;

  /** Clicks: a bound handler runs; otherwise boxes tick, buttons send their form, links are followed. @returns what the handler returned. */
  click(target: Target, text?: string | RegExp): Promise<WireValue | undefined>;
  /** Fills in a form and sends it, as Enter does. Rules of the controls (`required`, `pattern`) are not checked: the server must. */
  submit(form: Target, fields?: FormFields): Promise<WireValue | undefined>;
  /** Fills in a form and sends nothing but the `input` and `change` of the controls that hear them. */
  fill(form: Target, fields: FormFields): Promise<void>;
  /** Puts a text into a control in place of what it held: one `input`. */
  type(control: Target, text: string): Promise<WireValue | undefined>;
  /** Changes a control as a whole: `input`, then `change`. */
  change(control: Target, value: FieldValue): Promise<WireValue | undefined>;
  /** Chooses files: the change of a file input. */
  upload(input: Target, files: TestFile | readonly TestFile[]): Promise<WireValue | undefined>;
  /** Sends a form as a browser without JavaScript does, and loads what comes back. */
  postForm(form: Target, fields?: FormFields): Promise<void>;
  /** Runs a handler by its name with any arguments, as `pushEvent` of a hook, or a stranger, would. */
  pushEvent(handler: string, args?: WireMap): Promise<WireValue | undefined>;
  /** Follows a `bus-nav` link to this address. */
  navigate(url: string): Promise<void>;
  /** Loads a page, as typing its address does. */
  load(url: string): Promise<void>;
  /** Loads this page once more. */
  reload(): Promise<void>;

  /** Cuts the connection without a word. Events wait from now on. */
  disconnect(): Promise<void>;
  /** Connects again, and sends what waited. */
  reconnect(): Promise<void>;
  /** Lets time pass: timers of view, session and client run, one after the other. */
  advance(ms: number): Promise<void>;
  /** Waits until nothing travels. For changes that come from outside of the page. */
  settle(): Promise<void>;
  /** Tries a check, in real time, until it no longer throws. @throws what it threw last. */
  waitFor<T>(check: () => T, options?: { readonly timeoutMs?: number }): Promise<T>;
  /** Sends any frame: what a stranger's client may do. */
  send(frame: ClientFrame): Promise<void>;
  /** Opens another page: of another visitor, who has cookies of their own. @param url - Default: this page's. */
  visit(url?: string): Promise<LivePage>;
  /** Leaves the page. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a page knows of how it came to be. */
export interface PageSetup {
  readonly tab: Tab;
  /** Names of the view's handlers, in order; `undefined` where the view is not known. */
  readonly handlers: readonly string[] | undefined;
  /** Ends what was made for the test. */
  dispose(): void;
}

/** Makes the surface of a tab. */
export function createPage({ tab, handlers, dispose }: PageSetup): LivePage {
  const { site } = tab;
  const find = (target: Target, text?: string | RegExp): Element => nodeOf(tab, target, text);
  const connection = (): NonNullable<Tab["connection"]> => {
    if (tab.connection !== undefined) return tab.connection;
    throw new CodedError(
      "TESTING_NOT_LIVE",
      `${tab.url} has no connection: it has no live root, or runs without JavaScript`,
    );
  };
  const control = (target: Target): Element => {
    const element = find(target);
    if (isListed(element)) return element;
    throw new CodedError("TESTING_BAD_FIELD", `${describeElement(element)} is no control`);
  };
  const formFor = (target: Target): Element => {
    const element = find(target);
    const form = element.tagName === "form" ? element : formOf(element, tab.document);
    if (form !== undefined) return form;
    throw new CodedError("TESTING_BAD_FIELD", `${describeElement(element)} is no form, and in none`);
  };
  const change = async (target: Target, value: FieldValue): Promise<WireValue | undefined> => {
    const element = control(target);
    fillControls(tab, [element], value);
    return await changed(tab, element);
  };
  const page: LivePage = {
    get url() {
      return tab.url;
    },
    get status() {
      return tab.loaded.status;
    },
    get headers() {
      return tab.loaded.headers;
    },
    get title() {
      const title = [...elementsIn(tab.document)].find(({ tagName }) => tagName === "title");
      return tab.title ?? (title === undefined ? "" : visibleText(title));
    },
    get state() {
      return tab.connection?.state ?? "static";
    },
    get commands() {
      return tab.commands;
    },
    get frames() {
      return tab.connection?.frames ?? [];
    },
    get reports() {
      return site.reports;
    },
    get unknown() {
      return tab.unknown;
    },
    get pendingCount() {
      return tab.connection?.pending.length ?? 0;
    },
    html: (target, text) => (target === undefined ? innerHtml(tab.top()) : outerHtml(find(target, text))),
    text: (target, text) => visibleText(target === undefined ? tab.top() : find(target, text)),
    texts: (selector) => findIn(tab, tab.document, selector).map(visibleText),
    get: (target, text) => elementOf(tab, find(target, text)),
    query: (selector, text) => queryIn(tab, tab.document, selector, text),
    queryAll: (selector, text) => findIn(tab, tab.document, selector, text).map((node) => elementOf(tab, node)),
    getByLabel(text) {
      const label = find("label", text);
      const found = controlOf(tab, label);
      if (found === undefined) throw new CodedError("TESTING_NO_MATCH", `${describeElement(label)} names no control`);
      return elementOf(tab, found);
    },
    click: (target, text) => run(() => click(tab, find(target, text))),
    submit: (target, fields = {}) =>
      run(async () => {
        const form = formFor(target);
        fillForm(tab, form, fields);
        const button = defaultButton(tab, form);
        // Enter presses the first button: one that has a handler of its own runs that.
        if (button !== undefined && hears(tab, button, "click") === button) return await click(tab, button);
        return await submitForm(tab, form, button);
      }),
    fill: (target, fields) =>
      run(async () => {
        const form = formFor(target);
        for (const [name, value] of Object.entries(fields)) {
          fillForm(tab, form, { [name]: value });
          const one = [...elementsIn(tab.document)].find(
            (element) =>
              isListed(element) && attributeOf(element, "name") === name && formOf(element, tab.document) === form,
          );
          if (one !== undefined && isWithin(one, tab.document)) await changed(tab, one);
        }
      }),
    type: (target, text) =>
      run(async () => {
        const element = control(target);
        fillControls(tab, [element], text);
        tab.focused = element;
        return await fire(tab, "input", element);
      }),
    change: (target, value) => run(() => change(target, value)),
    upload: (target, files) => run(() => change(target, files)),
    postForm: (target, fields = {}) =>
      run(async () => {
        const form = formFor(target);
        fillForm(tab, form, fields);
        await post(tab, form, defaultButton(tab, form));
      }),
    pushEvent: (handler, args = {}) =>
      run(async () => {
        const index = handlers?.indexOf(handler) ?? -1;
        if (index < 0) {
          const known =
            handlers === undefined
              ? "the view is not known here: open it by mountView"
              : `it has ${handlers.join(", ") || "none"}`;
          throw new CodedError("TESTING_NOT_BOUND", `the view has no handler "${handler}"; ${known}`);
        }
        return (await tab.send(() => connection().event(index, args))).reply;
      }),
    navigate: (url) => run(() => navigate(tab, pathOf(url, tab.url))),
    load: (url) => run(() => tab.load("GET", pathOf(url, tab.url))),
    reload: () => run(() => tab.load("GET", tab.url)),
    async disconnect() {
      connection().disconnect();
      await tab.act(() => {});
    },
    async reconnect() {
      await tab.act(() => void connection().connect());
    },
    async advance(ms) {
      const untilMs = site.clock.now() + ms;
      while (tab.asPage(() => site.clock.step(untilMs))) await tab.quiet();
      await tab.act(() => {});
    },
    async settle() {
      await tab.act(() => {});
    },
    async waitFor(check, { timeoutMs = site.timeoutMs } = {}) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        await tab.act(() => {});
        try {
          return check();
        } catch (error) {
          if (performance.now() > deadline) throw error;
        }
      }
    },
    async send(frame) {
      await tab.act(() => connection().send(frame));
    },
    async visit(url = tab.url) {
      const other = new Tab(site, tab.hasScript);
      await other.load("GET", pathOf(url, tab.url));
      return createPage({ tab: other, handlers, dispose: () => {} });
    },
    async close() {
      tab.leave();
      site.tabs.delete(tab);
      dispose();
      await tab.quiet();
    },
    [Symbol.asyncDispose]: () => page.close(),
  };
  return page;

  /** What a command asks the page to do is done once the event that brought it is over. */
  async function run<T>(f: () => Promise<T>): Promise<T> {
    const seen = tab.commands.length;
    const result = await f();
    for (const { name, args } of tab.commands.slice(seen)) {
      if (name === "bus:navigate") {
        const [url, , flash] = args;
        await navigate(tab, pathOf(String(url), tab.url), typeof flash === "string" ? flash : undefined);
      }
      if (name === "bus:focus") tab.focus(String(args[0]));
    }
    return result;
  }
}
