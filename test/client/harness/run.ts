import type { Case, Expected, Step } from "./format.ts";
import { equal, type PageUnderTest, placeOf, setStage, shared } from "./page.ts";
import { same, type Translate, toHx, translateAll } from "./translate.ts";

/** What cases run against. */
export interface Subject {
  readonly name: string;
  readonly prefix: "bus-" | "hx-";
  readonly has: readonly ("plus" | "page" | "morph")[];
}

/** Why a case says nothing about a subject; undefined when it does. */
export function reasonNotToPlay(one: Case, { prefix, has }: Subject, isBrowser: boolean): string | undefined {
  const absent = one.needs?.find((bundle) => !has.includes(bundle));
  if (absent) return `without ${absent}`;
  if (prefix === "hx-" && one.notForHx) return one.notForHx;
  return isBrowser ? undefined : one.browserOnly;
}

/** The cases that say something about a subject, in their groups, each with its place there. A group without any is left out. */
export function casesFor(
  groups: Readonly<Record<string, readonly Case[]>>,
  subject: Subject,
  isBrowser: boolean,
): readonly (readonly [group: string, played: readonly (readonly [index: number, one: Case])[]])[] {
  return Object.entries(groups).flatMap(([group, cases]) => {
    const numbered = cases.map((one, index) => [index, one] as const);
    const played = numbered.filter(([, one]) => reasonNotToPlay(one, subject, isBrowser) === undefined);
    return played.length === 0 ? [] : [[group, played] as const];
  });
}

/** Plays a case in this document, where the subject has been loaded. Throws when something is not as expected. */
export async function runCase(written: Case, { prefix }: Subject): Promise<void> {
  const translate: Translate = prefix === "hx-" ? toHx : same;
  const one = { ...translateAll(written, translate), routes: written.routes ?? {} }; // routes translate what they answer
  if (location.pathname + location.search + location.hash !== "/start") history.replaceState(null, "", "/start");
  const stage = setStage(one, translate);
  const restore = configure(one, stage.page.log.went);
  try {
    document.body.innerHTML = one.body;
    await stage.page.settle();
    for (const step of one.steps ?? [{ click: "#go" }]) {
      await take(step, stage.page);
      await stage.page.settle();
    }
    compare(one.expect, stage.page, true);
  } finally {
    await stage.strike();
    restore();
  }
}

/** Settings for one case. Nothing is inherited unless the case says so, whatever the build does by itself. */
function configure({ config = {}, extensions = [] }: Case, went: string[]): () => void {
  const settings = shared.busbarConfig;
  const before = { ...settings };
  Object.assign(settings, {
    navigate: (url: string) => went.push(url),
    reload: () => went.push("reload"),
    inherit: false,
    ...config,
    extensions: [...(before.extensions ?? []), ...extensions],
  });
  return () => {
    for (const name of Object.keys(settings)) if (!(name in before)) Reflect.deleteProperty(settings, name);
    Object.assign(settings, before);
  };
}

async function take(step: Step, page: PageUnderTest): Promise<void> {
  if ("click" in step) return void click(page.get(step.click), step.init);
  if ("fire" in step) return void fire(placeOf(page, step.at), step.fire, step.init);
  if ("type" in step || "choose" in step) return change(page, step);
  if ("submit" in step)
    return page.get<HTMLFormElement>(step.submit).requestSubmit(step.by ? page.get(step.by) : undefined);
  if ("focus" in step) {
    const control = page.get<HTMLInputElement>(step.focus);
    control.focus();
    if (step.caret) control.setSelectionRange(...step.caret);
    return;
  }
  if ("release" in step) return page.network.release(step.release);
  if ("pass" in step) return pass(page, step.pass);
  if ("remove" in step) return page.get(step.remove).remove();
  if ("append" in step) return page.get(step.to).insertAdjacentHTML("beforeend", step.append);
  if ("attribute" in step) {
    if (step.value === null) page.get(step.of).removeAttribute(step.attribute);
    else page.get(step.of).setAttribute(step.attribute, step.value);
    return;
  }
  if ("go" in step) return goTo(step.go, page);
  if ("expect" in step) return compare(step.expect, page, false);
  if ("until" in step) return until(step.until, page);
  await step.act(page);
}

/** The mouse's click: what is disabled is not told. */
function click(element: HTMLElement, init?: MouseEventInit): void {
  if (element.matches(":disabled")) return;
  element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true, ...init }));
}

function fire(place: EventTarget, name: string, init: KeyboardEventInit & CustomEventInit = {}): void {
  const Kind = /^key/.test(name) ? KeyboardEvent : "detail" in init ? CustomEvent : Event;
  place.dispatchEvent(new Kind(name, { bubbles: true, cancelable: true, ...init }));
}

function change(page: PageUnderTest, step: Extract<Step, { type: string } | { choose: string }>): void {
  const control = page.get<HTMLInputElement>("type" in step ? step.type : step.choose);
  if (typeof step.value === "boolean") control.checked = step.value;
  else control.value = step.value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  if ("choose" in step) control.dispatchEvent(new Event("change", { bubbles: true }));
}

async function pass(page: PageUnderTest, milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; ) {
    left = page.clock.advance(left);
    await page.settle();
  }
}

/** The window's history needs a clock that goes on: jsdom's does. */
async function goTo(steps: number, { clock }: PageUnderTest): Promise<void> {
  const arrived = new Promise((resolve) => window.addEventListener("popstate", resolve, { once: true }));
  clock.stop();
  history.go(steps);
  await arrived;
  clock.start();
}

/** By the real clock: a browser that shows frames late under load takes many turns. */
const PATIENCE_MS = 30_000;

async function until(condition: (page: PageUnderTest) => boolean, page: PageUnderTest): Promise<void> {
  const start = performance.now();
  while (!condition(page)) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`never came true: ${condition}`);
    await page.settle();
  }
}

/** Compares what is expected with what is; at the end also what nobody mentioned: no errors, no other page. */
function compare(expected: Expected, page: PageUnderTest, isEnd: boolean): void {
  const { log, made } = page;
  const last = made.at(-1);
  const quiet = isEnd
    ? { errors: [], went: [], native: [], ...(log.history.length === 0 && { address: "/start" }) }
    : {};
  const should: Expected = { ...quiet, ...expected };
  const each = <T>(
    values: Readonly<Record<string, T>> | undefined,
    what: string,
    read: (key: string) => unknown,
  ): void => {
    for (const key in values) equal(read(key), values[key], `${what} of ${key}`);
  };
  const one = (value: unknown, what: string, read: () => unknown): void => {
    if (value !== undefined) equal(read(), value, what);
  };
  one(should.errors, "errors", () => log.errors);
  one(should.seen, "requests", () => made.map(({ method, path, body }) => `${method} ${path}${body && ` ${body}`}`));
  each(should.sent, "request header", (name) => last?.header(name) ?? null);
  one(should.aborted, "requests that were ended", () =>
    made.filter((each) => each.isAborted).map(({ index }) => index),
  );
  one(should.body, "body", () => plain(document.body.innerHTML));
  each(should.html, "HTML", (selector) => plain(page.get(selector).innerHTML));
  each(should.text, "text", (selector) => page.get(selector).textContent);
  each(should.ids, "ids", (selector) => page.all(selector).map(({ id }) => id));
  each(should.count, "number", (selector) => page.all(selector).length);
  each(should.value, "value", (selector) => page.get<HTMLInputElement>(selector).value);
  one(should.heard, "events", () => log.heard);
  one(should.went, "navigations", () => log.went);
  one(should.native, "left to the browser", () => log.native);
  one(should.asked, "questions", () => log.asked);
  one(should.history, "history", () => log.history);
  one(should.address, "address", () => location.pathname + location.search + location.hash);
  one(should.title, "title", () => document.title);
  one(should.focus, "focus", () => document.activeElement?.id || document.activeElement?.localName);
  one(should.caret, "caret", () => {
    const { selectionStart, selectionEnd } = document.activeElement as HTMLInputElement; // cast: undefined where there is no caret
    return [selectionStart, selectionEnd];
  });
}

const plain = (html: string): string => html.replace(/ ?\b(bus|htmx)-added\b/g, "").replace(/ class=""/g, "");
