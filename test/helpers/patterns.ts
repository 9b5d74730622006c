import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { ensureBuilt } from "./built.ts";

export interface RunningPatterns {
  readonly url: string;
  /** What the server has printed: the checks of the templates report here. */
  output(): string;
  stop(): Promise<void>;
}

/** Runs the built example as `npm run patterns` does, on a port of its own. */
export async function startPatterns(): Promise<RunningPatterns> {
  const child = spawn(process.execPath, [join(ensureBuilt(), "patterns/main.js"), "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  const url = await new Promise<string>((found, failed) => {
    child.stdout.on("data", () => {
      const address = /http:\/\/localhost:\d+/.exec(output)?.[0];
      if (address !== undefined) found(address);
    });
    child.once("exit", () => failed(new Error(`the example ended: ${output}`)));
  });
  return {
    url,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGINT");
      await once(child, "exit");
    },
  };
}

/** A page of a visitor of its own, and what happened in it. */
export interface Visit {
  readonly page: Page;
  /** Whether the script runs. */
  readonly script: boolean;
  /** Errors, violations of the policy among them. */
  readonly problems: readonly string[];
  /** The requests since the last call: `GET /tabs` for pages, `GET /tabs?colour=red partial` for what the script asks for. */
  requests(): string[];
  close(): Promise<void>;
}

export async function visit(browser: Browser, url: string, script: boolean): Promise<Visit> {
  const context: BrowserContext = await browser.newContext({ javaScriptEnabled: script, baseURL: url });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  let requests: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    // Replies of 4xx and 5xx are part of the stories.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) problems.push(message.text());
  });
  page.on("request", (request) => {
    const kind = request.headers()["bus-request-type"];
    if (request.isNavigationRequest() || kind !== undefined)
      requests.push([request.method(), request.url().slice(url.length), ...(kind ? [kind] : [])].join(" "));
  });
  return {
    page,
    script,
    problems,
    requests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    close: () => context.close(),
  };
}

/** Keeps replies back: the next request to the address, or the next by that method, waits until it is let go. */
export async function hold(
  page: Page,
  address: string | RegExp,
  method?: string,
): Promise<{ asked: Promise<void>; go: () => void }> {
  let go = (): void => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  let isAsked = (): void => {};
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  let isOver = false;
  const keep = async (route: Route): Promise<void> => {
    if (isOver || (method !== undefined && route.request().method() !== method)) return route.fallback();
    isOver = true;
    isAsked();
    await gone;
    return route.continue().catch(() => {}); // the client may have given it up
  };
  await page.route(address, keep);
  return { asked, go };
}

/** Marks an element, in a way no update can see, to tell later whether it is still the same one. */
export const mark = (page: Page, css: string): Promise<void> =>
  page.locator(css).evaluate((element) => {
    Object.assign(element, { marked: true });
  });
export const isSame = (page: Page, css: string): Promise<boolean> =>
  page.locator(css).evaluate((element) => "marked" in element);

/** Moves on to the link at the end of a list that grows when it is seen, wherever it is by now. */
export const seeMore = (page: Page): Promise<void> =>
  page.evaluate(() => document.querySelector("#more")?.scrollIntoView());

/** Presses Tab until the element with this accessible role and name has the focus. */
export async function tabTo(page: Page, role: Parameters<Page["getByRole"]>[0], name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true });
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    // Looked for and compared in one step: an update may put another element in its place at any time.
    if (await wanted.evaluateAll((elements) => elements.includes(document.activeElement as HTMLElement))) return; // cast: null is in no list
  }
  throw new Error(`Tab does not lead to ${role} ${name}`);
}

/** The accessible text of what has the focus: its label, or what is in it. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
    return (element?.getAttribute("aria-label") ?? label ?? element?.textContent ?? "").trim();
  });

/** What anybody can check of a page's accessibility by its markup: names, references, structure. */
export const accessibilityProblems = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const all = (css: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(css)];
    const describe = (element: Element): string => (element.cloneNode(false) as Element).outerHTML; // cast: a clone of an element
    const textOf = (ids: string | null): string =>
      (ids ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "")
        .join(" ");
    const nameOf = (element: HTMLElement): string =>
      [
        element.getAttribute("aria-label"),
        textOf(element.getAttribute("aria-labelledby")),
        ...("labels" in element
          ? [...((element.labels as NodeList | null) ?? [])].map((label) => label.textContent)
          : []), // cast: what has labels has them so
        /^(A|BUTTON)$/.test(element.tagName) ? element.textContent : "",
      ]
        .join(" ")
        .trim();

    const controls =
      "a[href], button, input:not([type=hidden]), select, textarea, progress, section, dialog[open], nav";
    for (const element of all(controls)) if (nameOf(element) === "") found.push(`no name: ${describe(element)}`);
    const ids = all("[id]").map(({ id }) => id);
    for (const [index, id] of ids.entries()) if (ids.indexOf(id) !== index) found.push(`id twice: ${id}`);
    for (const attribute of ["aria-describedby", "aria-labelledby", "aria-controls", "for", "form"])
      for (const element of all(`[${attribute}]`)) {
        if (element.matches("dialog:not([open])")) continue; // its title comes with its content
        for (const id of (element.getAttribute(attribute) ?? "").split(" "))
          if (document.getElementById(id) === null) found.push(`${attribute} leads nowhere: ${describe(element)}`);
      }
    for (const css of ["h1", "main", "#status[role=status]"])
      if (all(css).length !== 1) found.push(`${all(css).length} times ${css}`);
    if (document.documentElement.lang === "") found.push("no language");
    if (document.title === "") found.push("no title");
    for (const element of all("th:not([scope])")) found.push(`no scope: ${describe(element)}`);
    for (const element of all("[tabindex]")) if (element.tabIndex > 0) found.push(`tab order: ${describe(element)}`);
    for (const form of all("form"))
      if (
        form.querySelector("button[type=submit]") === null &&
        document.querySelector(`[form="${form.id}"][type=submit]`) === null
      )
        found.push(`no button: ${describe(form)}`);
    const levels = all("main :is(h1, h2, h3, h4)").map(({ tagName }) => Number(tagName[1]));
    for (const [index, level] of levels.entries())
      if (level > (levels[index - 1] ?? 0) + 1) found.push(`heading ${level} is skipped to`);
    for (const element of all("[style], [onclick], script:not([src]), style"))
      found.push(`inline code: ${describe(element)}`);
    return found;
  });
