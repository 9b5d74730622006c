import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import {
  computed,
  effect,
  exportGraph,
  graphPage,
  inspect,
  type SignalGraph,
  scope,
  signal,
} from "../../lib/signals/index.ts";
import { launchBrowser } from "../helpers/chromium.ts";

const ORIGIN = "http://graph.test"; // answered here: no such host exists
const NONCE = "b64nonce+/=";
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'nonce-${NONCE}'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`;

let browser: Browser;
let page: Page;
let problems: string[];
interface Answer {
  readonly status?: number;
  readonly body: string;
}
let answer: () => Answer | Promise<Answer>;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  page = await browser.newPage({ baseURL: ORIGIN });
  problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
});
afterEach(() => page.close());

/** Opens the page over whatever `graph` gives each time it is asked. */
async function open(graph: () => SignalGraph, title = "Signals"): Promise<void> {
  answer = () => ({ body: JSON.stringify(graph()) });
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/graph.json") return route.fulfill({ contentType: "application/json", ...(await answer()) });
    if (pathname !== "/") return route.fulfill({ status: 204 });
    const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY };
    return route.fulfill({
      headers,
      body: graphPage({ url: "/graph.json?a=1&b=<2>", nonce: NONCE, intervalMs: 100, title }),
    });
  });
  await page.goto("/");
}

const nodes = () => page.locator("svg g");
const status = () => page.locator("#status");
const waitFor = (text: RegExp) => status().filter({ hasText: text }).waitFor();

describe("the page of a graph", () => {
  test("draws sources left of what reads them, with values, and draws again when they change", async () => {
    const stop = inspect();
    const price = signal(2, { name: "price" });
    const total = computed(() => price.get() * 3, { name: "total" });
    const own = scope(() => effect(() => void total.get(), { name: "show" }), { name: "page" });
    await open(() => exportGraph({ roots: [own] }));
    await waitFor(/4 nodes, 3 edges/);
    const lefts = await Promise.all(
      ["price", "total", "show"].map(
        async (name) => (await nodes().filter({ hasText: name }).first().boundingBox())?.x ?? 0,
      ),
    );
    assert.deepEqual(
      [...lefts].sort((a, b) => a - b),
      lefts,
    );
    assert.equal(new Set(lefts).size, 3);
    assert.equal(await nodes().filter({ hasText: "total" }).locator(".preview").textContent(), "6");
    assert.equal(await page.locator("svg g.computed.watched").count(), 1);
    assert.equal(await page.locator("svg path.owns").count(), 1);

    const before = answer;
    let goOn = (): void => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    answer = () => {
      answer = () => held.then(before); // so that what has run stays marked until it was looked at
      return before();
    };
    price.set(7);
    await page.locator("svg g.computed.ran .preview", { hasText: "21" }).waitFor();
    goOn();
    await page.locator("svg g.ran").first().waitFor({ state: "detached" }); // and it fades
    own.dispose();
    await waitFor(/1 nodes, 0 edges/);
    stop();
    assert.deepEqual(problems, []);
  });

  test("shows hostile names and values as text, runs none of them, and needs no more than its policy allows", async () => {
    const evil = `</script><script>document.title = "x"</script><img src=x onerror="document.title='x'">`;
    const value = signal(evil, { name: evil });
    const stop = effect(() => void value.get(), { name: "\u0000\ud800 &amp; <b>" });
    await open(() => exportGraph({ roots: [value] }), `<i>"Graph" & more</i>`);
    await waitFor(/2 nodes/);
    assert.equal(await page.title(), `<i>"Graph" & more</i>`);
    assert.equal(await page.locator("h1").textContent(), `<i>"Graph" & more</i>`);
    assert.equal(await page.locator("img, i, b").count(), 0);
    assert.equal(await page.locator("script").count(), 1);
    const title = await page.locator("svg g.signal title").textContent();
    assert.ok(title?.includes(evil));
    assert.deepEqual(problems, []);
    stop();
  });

  test("says when the server does not answer, keeps what it has drawn, and goes on when it does again", async () => {
    const count = signal(1, { name: "count" });
    await open(() => exportGraph({ roots: [count] }));
    await waitFor(/1 nodes/);
    const before = answer;
    answer = () => ({ status: 503, body: "down" });
    await waitFor(/Not up to date: the server answered 503/);
    assert.equal(await nodes().count(), 1);
    answer = () => ({ body: "{" });
    await waitFor(/Not up to date: (?!the server)/);
    answer = before;
    count.set(2);
    await page.locator("svg g .preview", { hasText: "2" }).waitFor();
    await waitFor(/^1 nodes/);
  });

  test("draws 500 nodes of a larger graph, a cycle among them, and says that there are more", async () => {
    const many: SignalGraph = {
      nodes: Array.from({ length: 600 }, (_, index) => ({
        id: `n${index}`,
        kind: "computed",
        name: `node ${index}`,
        watched: false,
        stale: true,
        holds: "nothing",
      })),
      edges: [
        { from: "n0", to: "n1", kind: "reads" },
        { from: "n1", to: "n0", kind: "reads" },
        { from: "n2", to: "n599", kind: "reads" },
      ],
      truncated: false,
    };
    await open(() => many);
    await waitFor(/500 nodes, 2 edges, more are not shown/);
    assert.equal(await nodes().count(), 500);
    assert.deepEqual(problems, []);
  });
});
