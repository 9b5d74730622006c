import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import { root } from "../helpers/imports.ts";
import { startShowcase } from "../helpers/showcase.ts";

const ORIGIN = "http://dev.test"; // answered here: no such host exists
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'none'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types busbar";

let browser: Browser;
let scripts: Record<string, string>;
let page: Page;
let problems: string[];
let warnings: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  scripts = { "/dev.js": await bundle("client/dev/index.ts"), "/core.js": await bundle("client/core/client.ts") };
});
afterAll(() => browser?.close());
afterEach(() => page.close());

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    ignoreAnnotations: true, // package.json calls everything outside of dist free of side effects
    format: "iife",
    globalName: "busbarDev",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

type Reply = { readonly body?: string; readonly status?: number; readonly headers?: Record<string, string> };

async function open(body: string, replies: Readonly<Record<string, Reply>> = {}, loads = ["/dev.js"]): Promise<void> {
  page = await browser.newPage({ baseURL: ORIGIN, viewport: { width: 800, height: 600 } });
  problems = [];
  warnings = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "warning") warnings.push(message.text());
    if (message.type() === "error") problems.push(message.text());
  });
  const tags = loads.map((src) => `<script src="${src}" defer></script>`).join("");
  await page.route("**/*", (route) => {
    const path = new URL(route.request().url()).pathname;
    if (scripts[path] !== undefined) return route.fulfill({ contentType: "text/javascript", body: scripts[path] });
    const reply = replies[path] ?? {
      body: `<!doctype html><html><head><title>Dev</title>${tags}</head><body>${body}</body></html>`,
    };
    const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY, ...reply.headers };
    return route.fulfill({ status: reply.status ?? 200, headers, body: reply.body ?? "" });
  });
  await page.goto("/");
}

const button = `<button id="go" bus-get="/x" bus-target="#list" bus-swap="beforeend">go</button><ul id="list"></ul>`;
const replies = { "/x": { body: "<li>one</li>" } };
const entry = () => page.locator("busbar-dev .entry");
const box = (kind: string) => page.locator(`busbar-dev .box.${kind}`);

/** The element that has the focus, in the panel or in the page. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    const outer = document.activeElement;
    const el = outer?.shadowRoot?.activeElement ?? outer;
    return `${el?.className || el?.id}`;
  });

describe("under a policy without inline styles and with Trusted Types", () => {
  test("requests are swapped, shown and found, and nothing is refused", async () => {
    await open(`${button}<p bus-taget="1"></p>`, replies);
    await page.click("#go");
    await page.waitForSelector("#list li");
    await page.locator("busbar-dev .toggle").click();
    await entry().filter({ hasText: "GET /x" }).waitFor();
    assert.match(
      (await entry().filter({ hasText: "GET /x" }).textContent()) ?? "",
      /200 12 B swapped .*wait .*swap .* ms · button#go → ul#list beforeend/,
    );
    await entry().filter({ hasText: "bus-taget" }).waitFor();
    assert.deepEqual(problems, []);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /nothing reads bus-taget; did you mean bus-target/);
  });

  test("the panel has its own style", async () => {
    await open(button);
    const host = page.locator("busbar-dev");
    await host.waitFor();
    assert.equal(await host.evaluate((el) => getComputedStyle(el).position), "fixed");
    assert.equal(await page.locator("busbar-dev .log").isVisible(), false);
    assert.equal(await page.locator("[style]").count(), 0);
  });

  test.each([
    ["core before it", ["/core.js", "/dev.js"]],
    ["core after it", ["/dev.js", "/core.js"]],
    ["itself twice", ["/dev.js", "/dev.js"]],
  ])("with %s each click asks once and is logged once", async (_name, loads) => {
    await open(button, replies, loads);
    await page.click("#go");
    await page.waitForSelector("#list li");
    await page.locator("busbar-dev .toggle").click();
    await entry().first().waitFor();
    assert.equal(await page.locator("busbar-dev").count(), 1);
    assert.equal(await entry().count(), 1);
    assert.equal(await page.locator("#list li").count(), 1);
    assert.deepEqual(problems, []);
  });
});

describe("the panel", () => {
  test("is used with the keyboard alone: unfold, walk, fold", async () => {
    await open(button, replies);
    for (let i = 1; i <= 3; i++) {
      await page.click("#go");
      await page.waitForFunction((n) => document.querySelectorAll("#list li").length === n, i);
    }
    await page.locator("busbar-dev .toggle").focus();
    await page.keyboard.press("Enter");
    await entry().nth(2).waitFor();
    assert.equal(await page.locator("busbar-dev .toggle").getAttribute("aria-expanded"), "true");
    await page.keyboard.press("Tab"); // Clear
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "entry");
    const at = (): Promise<number> =>
      page.evaluate(() => {
        const shadow = document.querySelector("busbar-dev")?.shadowRoot;
        return [...(shadow?.querySelectorAll(".entry") ?? [])].indexOf(shadow?.activeElement as Element); // cast: it has the focus
      });
    await page.keyboard.press("Home");
    assert.equal(await at(), 0);
    await page.keyboard.press("ArrowDown");
    assert.equal(await at(), 1);
    await page.keyboard.press("End");
    assert.equal(await at(), 2);
    await page.keyboard.press("ArrowUp");
    assert.equal(await at(), 1);
    await page.keyboard.press("Escape");
    assert.equal(await focused(), "toggle");
    assert.equal(await page.locator("busbar-dev .log").isVisible(), false);
  });

  test("draws boxes around source and target while an entry has the focus or the mouse", async () => {
    await open(button, replies);
    await page.click("#go");
    await page.waitForSelector("#list li");
    await page.locator("busbar-dev .toggle").click();
    await entry().first().waitFor();
    assert.equal(await box("source").isVisible(), false);
    await entry().first().focus();
    for (const [kind, selector] of [
      ["source", "#go"],
      ["target", "#list"],
    ] as const) {
      const [drawn, real] = [await box(kind).boundingBox(), await page.locator(selector).boundingBox()];
      assert.deepEqual(drawn, real, kind);
    }
    await page.locator("busbar-dev .toggle").focus();
    assert.equal(await box("source").isVisible(), false);
    await entry().first().hover();
    assert.equal(await box("target").isVisible(), true);
    await page.mouse.move(1, 1);
    await box("target").waitFor({ state: "hidden" });
    assert.equal(await page.locator("#go").getAttribute("style"), null);
  });

  test("a slow reply is marked in words", async () => {
    await open(button, replies);
    await page.evaluate(() =>
      (globalThis as unknown as { busbarDev: { configDev(o: object): void } }).busbarDev.configDev({ slowMs: -1 }),
    ); // cast: the script's name
    await page.click("#go");
    await page.locator("busbar-dev .toggle").click();
    await entry().filter({ hasText: "slow reply" }).waitFor();
    assert.match((await page.locator("busbar-dev .toggle").textContent()) ?? "", /1 requests · 1 slow/);
  });

  test("swaps of the whole body leave it, and the stop takes it away", async () => {
    await open(`<a href="/next" id="go" bus-get="/next" bus-target="body">go</a>`, {
      "/next": {
        body: "<!doctype html><title>Next</title><body><p id=next>next</p></body>",
        headers: { vary: "Bus-Request" },
      },
    });
    await page.click("#go");
    await page.waitForSelector("#next");
    assert.equal(await page.locator("busbar-dev").count(), 1);
    await page.evaluate(() => (globalThis as unknown as { busbarDev: { stopDev(): void } }).busbarDev.stopDev()); // cast: the script's name
    assert.equal(await page.locator("busbar-dev").count(), 0);
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, []);
  });
});

test("the showcase, in use, gives no finding", async () => {
  const data = mkdtempSync(join(tmpdir(), "busbar-dev-"));
  const showcase = await startShowcase("--host", "node", "--port", "0", "--data", data);
  try {
    page = await browser.newPage({ baseURL: showcase.url });
    await page.addInitScript({ content: `${scripts["/dev.js"]}; globalThis.busbarDev = busbarDev;` });
    const found: string[] = [];
    const collect = async (): Promise<void> => {
      // It looks when there is time. cast: the script's name
      const messages = await page.evaluate(async () => {
        await new Promise<void>((resolve) => requestIdleCallback(() => requestIdleCallback(() => resolve())));
        const { busbarDev } = globalThis as unknown as {
          busbarDev: { findings(): { code: string; message: string }[] };
        };
        return busbarDev.findings().map(({ code, message }) => `${code}: ${message}`);
      });
      found.push(...messages);
    };
    for (const path of ["/", "/live", "/pad", "/board"]) {
      await page.goto(path);
      await collect();
    }
    for (const title of ["Measure twice", "   "]) {
      await page.getByLabel("New to-do").fill(title);
      await page.getByRole("button", { name: "Add" }).click();
      await page
        .locator("busbar-dev .toggle")
        .filter({ hasText: title.trim() ? "1 requests" : "2 requests" })
        .waitFor();
    }
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Reopen" }).waitFor();
    await page.getByRole("link", { name: "Finished" }).click();
    await page.waitForURL("**/board?show=done");
    await collect();
    assert.deepEqual(found, []);
  } finally {
    await showcase.stop("SIGINT");
    rmSync(data, { recursive: true, force: true });
  }
});
