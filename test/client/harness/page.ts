import type { ClientSettings, Kit } from "../../../client/core/extension-types.ts";
import { type Clock, installClock } from "./clock.ts";
import type { Case } from "./format.ts";
import { installNetwork, type Made, type Network } from "./network.ts";
import type { Translate } from "./translate.ts";

/** What the interpreter and the functions of a case see of the page. Selectors, events and HTML are translated here. */
export interface PageUnderTest {
  /** The requests so far. */
  readonly made: readonly Made[];
  readonly log: Log;
  readonly network: Network;
  readonly clock: Clock;
  readonly translate: Translate;
  /** The client's settings, which are also what extensions are given. */
  readonly client: Kit;
  /** The one element that is meant; throws when there is none. */
  get<T extends Element = HTMLElement>(selector: string): T;
  all(selector: string): readonly Element[];
  on(selector: string, event: string, listener: (event: CustomEvent) => void): void;
  /** Lets everything happen that needs nothing from outside. */
  settle(): Promise<void>;
  equal(actual: unknown, expected: unknown, what?: string): void;
}

/** What happened, as texts. */
export interface Log {
  readonly errors: string[];
  readonly heard: string[];
  readonly went: string[];
  readonly native: string[];
  readonly history: string[];
  readonly asked: string[];
}

// cast: the object that every bundle shares with its page
export const shared = globalThis as unknown as { busbarConfig: ClientSettings };

/** Puts everything around the page that a case needs, and takes it away again. */
export interface Stage {
  readonly page: PageUnderTest;
  strike(): Promise<void>;
}

export function setStage(one: Case, translate: Translate): Stage {
  const log: Log = { errors: [], heard: [], went: [], native: [], history: [], asked: [] };
  const listening = new AbortController();
  let activity = 0;
  const isActive = (): void => {
    activity++;
  };
  const nextTurn = taskQueue();
  const network = installNetwork(one, translate, isActive);
  const clock = installClock();
  const observer = new MutationObserver(isActive);
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const restoreWindow = replaceWindow(one, log);
  listen(one, log, translate, listening.signal);

  const settle = async (): Promise<void> => {
    for (let quiet = 0, turns = 0; quiet < QUIET_TURNS; turns++) {
      if (turns > MOST_TURNS) throw new Error("the page never comes to rest");
      const before = activity;
      await nextTurn();
      quiet = clock.runDue() || activity !== before || network.isBusy ? 0 : quiet + 1;
    }
  };
  const all = (selector: string): readonly Element[] => [...document.querySelectorAll(translate(selector))];
  const page: PageUnderTest = {
    made: network.made,
    log,
    network,
    clock,
    translate,
    client: shared.busbarConfig as Kit, // cast: the client has been loaded, which completes them
    all,
    // cast: the case says what it is
    get: <T extends Element>(selector: string) => (all(selector)[0] ?? missing(selector)) as T,
    on: (selector, name, listener) => {
      // cast: cases listen to the client's events and the server's, which are custom events
      const target = placeOf(page, selector);
      target.addEventListener(translate(name), listener as (event: Event) => void, listening);
    },
    settle,
    equal,
  };
  return {
    page,
    strike: async () => {
      listening.abort();
      network.finish();
      document.body.replaceChildren();
      await settle();
      for (const element of [document.body, document.documentElement])
        for (const { name } of [...element.attributes]) element.removeAttribute(name);
      observer.disconnect();
      clock.stop();
      network.restore();
      restoreWindow();
    },
  };
}

/** A page is at rest when this many turns in a row brought nothing: reading a body takes a few, in any engine. */
const QUIET_TURNS = 3;
const MOST_TURNS = 1_000;

/** Ends of tasks. In browsers: of the message queue, then of the timers, which are taken before the clock is stopped. */
function taskQueue(): () => Promise<void> {
  if (typeof setImmediate === "function") return () => new Promise((resolve) => setImmediate(resolve));
  const later = setTimeout;
  return async () => {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
    await new Promise((resolve) => later(resolve));
  };
}

/** `document`, `window` or a selector. */
export function placeOf(page: PageUnderTest, place: string): EventTarget {
  return place === "document" ? document : place === "window" ? window : page.get(place);
}

function missing(selector: string): never {
  throw new Error(`nothing matches ${selector} in ${document.body.innerHTML}`);
}

export function equal(actual: unknown, expected: unknown, what = "the value"): void {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
  if (is !== should) throw new Error(`${what}\n  expected ${should}\n  but was  ${is}`);
}

/** What of the window a case must not really do, or has to know about. */
function replaceWindow({ confirm: answers = [] }: Case, log: Log): () => void {
  const { pushState, replaceState } = history;
  const pathOf = (url?: string | URL | null): string => {
    const { pathname, search, hash } = new URL(url ?? location.href, location.href);
    return pathname + search + hash;
  };
  const { confirm, scrollTo } = window;
  let questions = 0;
  history.pushState = (state, title, url) => {
    log.history.push(`push ${pathOf(url)}`);
    pushState.call(history, state, title, url);
  };
  history.replaceState = (state, title, url) => {
    if (url !== undefined && url !== null) log.history.push(`replace ${pathOf(url)}`);
    replaceState.call(history, state, title, url);
  };
  window.confirm = (question) => {
    log.asked.push(`${question}`);
    return answers[questions++] ?? false;
  };
  // jsdom shows nothing, so it cannot scroll and prefers nothing.
  if (/jsdom/.test(navigator.userAgent)) {
    window.scrollTo = () => {};
    Element.prototype.scrollTo = () => {};
    Element.prototype.scrollIntoView = () => {};
    // cast: only this is asked
    window.matchMedia = () => ({ matches: false }) as MediaQueryList;
  }
  return () => {
    Object.assign(history, { pushState, replaceState });
    Object.assign(window, { confirm, scrollTo });
  };
}

function listen(one: Case, log: Log, translate: Translate, signal: AbortSignal): void {
  const at = (name: string, f: (event: CustomEvent) => void): void =>
    // cast: only events that carry a detail are asked for it
    document.addEventListener(translate(name), f as (event: Event) => void, { signal });
  at("bus:error", ({ detail }) => log.errors.push(detail.reason));
  at("bus:response:error", ({ detail }) => log.errors.push(`${detail.ctx.response?.status}`));
  for (const name of one.listen ?? [])
    at(name, ({ detail }) => {
      const { ctx: _, ...rest } =
        typeof detail === "object" && detail !== null ? detail : { ...(detail && { detail }) };
      log.heard.push(Object.keys(rest).length > 0 ? `${name} ${JSON.stringify(rest)}` : name);
    });
  for (const name of one.cancel ?? []) at(name, (event) => event.preventDefault());
  // What nobody has answered would leave this page; that it was left to the browser is noted instead.
  for (const type of ["click", "submit"])
    window.addEventListener(
      type,
      (event) => {
        const isNative = type === "submit" || (event.target instanceof Element && event.target.closest("a[href]"));
        if (isNative && !event.defaultPrevented) {
          log.native.push(type);
          event.preventDefault();
        }
      },
      { signal },
    );
  window.addEventListener(
    "error",
    (event) => {
      log.errors.push(`not caught: ${event.message.replace(/^Uncaught (Error: )?/, "")}`);
      event.preventDefault();
    },
    { signal },
  );
  window.addEventListener("unhandledrejection", ({ reason }) => log.errors.push(`not caught: ${reason}`), { signal });
}
