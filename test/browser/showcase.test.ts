import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import { root } from "../helpers/imports.ts";
import { freePort } from "../helpers/ports.ts";
import { failShowcase, type RunningShowcase, startShowcase, temporaryFolder } from "../helpers/showcase.ts";

interface Session {
  readonly txns: readonly { readonly patches: readonly (readonly [at: number, removed: number, inserted: string])[] }[];
}

const recorded: Session = JSON.parse(
  gunzipSync(readFileSync(join(root, "examples/showcase/data/sveltecomponent.json.gz"))).toString(),
);
/** Hosts differ in their sockets, not in what is written over them: one carries the whole session, the others its beginning. */
const sessionOn = (host: string): Session => (host === "express" ? recorded : { txns: recorded.txns.slice(0, 4_000) });

function textOf({ txns }: Session): string {
  let text = "";
  for (const { patches } of txns)
    for (const [at, removed, inserted] of patches) text = text.slice(0, at) + inserted + text.slice(at + removed);
  return text;
}

let browser: Browser;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
});

/** A page of a browser profile of its own, which collects what went wrong in it. */
async function openPage(url: string, javaScriptEnabled = true): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({ javaScriptEnabled, baseURL: url });
  contexts.push(context);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    // A server that is killed on purpose makes the browser log failed connections; a violated policy or a thrown error is ours.
    if (message.type() === "error" && !/ERR_|WebSocket|Failed to load resource/.test(message.text()))
      problems.push(message.text());
  });
  return { page, problems };
}

/** What a visitor does on the board; the same with and without JavaScript. */
async function useBoard(page: Page): Promise<void> {
  const item = (title: string) => page.locator("#list li", { hasText: title });
  await page.goto("/board");
  for (const title of ["Measure twice", 'Cut <once> & "well"']) {
    await page.getByLabel("New to-do").fill(title);
    await page.getByRole("button", { name: "Add" }).click();
    await item(title).waitFor();
  }
  await expect.poll(() => page.locator("#count").textContent()).toBe("2 open");

  await page.getByLabel("New to-do").fill("   ");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("Write down what is to be done").waitFor();
  expect(await page.locator("#list li").count()).toBe(2);

  await item("Measure twice").getByRole("button", { name: "Done" }).click();
  await item("Measure twice").getByRole("button", { name: "Reopen" }).waitFor();
  await expect.poll(() => page.locator("#count").textContent()).toBe("1 open");

  await page.getByRole("link", { name: "Finished" }).click();
  await page.waitForURL("**/board?show=done");
  await expect.poll(() => page.locator("#list li").count()).toBe(1);
  await page.goBack();
  await page.waitForURL("**/board");
  await expect.poll(() => page.locator("#list li").count()).toBe(2);

  await item("Measure twice").getByRole("button", { name: "Delete" }).click();
  await item("Measure twice").waitFor({ state: "detached" });
  await page.reload();
  expect(await page.locator("#list li").allInnerTexts()).toHaveLength(1);
}

/** What a visitor does with letters; the same with and without JavaScript. */
async function useLetters(page: Page, to: string): Promise<void> {
  await page.goto("/letters/drafts");
  await page.getByLabel("To").fill(to);
  await page.getByLabel("Text").fill("   ");
  await page
    .getByLabel("Papers")
    .setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.alloc(70_000) });
  await page.getByRole("button", { name: "Keep" }).click();
  await page.getByText("Write something").waitFor();
  expect(await page.getByLabel("To").inputValue()).toBe(to);

  await page.getByLabel("Text").fill("Hello <b>you</b>");
  // Without JavaScript the page is another one, whose input is empty again.
  if ((await page.locator("#letter li").count()) === 0)
    await page
      .getByLabel("Papers")
      .setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.alloc(70_000) });
  await page.getByRole("button", { name: "Keep" }).click();
  const letter = page.locator("#letters li", { hasText: to });
  await letter.waitFor();
  expect(await letter.textContent()).toMatch(/Hello <b>you<\/b>.*a\.txt \(70000 bytes\)/);
  await page.locator("#flash", { hasText: `Kept the letter to ${to}` }).waitFor();

  await letter.getByRole("button", { name: "Send" }).click();
  await page.waitForURL("**/letters/sent");
  await page.locator("#flash", { hasText: `Sent the letter to ${to}` }).waitFor();
  await letter.waitFor();
  await page.getByRole("link", { name: "drafts" }).click();
  await page.waitForURL("**/letters/drafts");
  await expect.poll(() => letter.count()).toBe(0);
}

for (const host of ["express", "fastify", "koa", "node"]) {
  describe(`the showcase on ${host}`, () => {
    const data = temporaryFolder();
    let port: number;
    let showcase: RunningShowcase;
    const start = () => startShowcase("--host", host, "--port", String(port), "--data", data);

    beforeAll(async () => {
      port = await freePort();
      showcase = await start();
    });
    afterAll(() => showcase.stop("SIGKILL"));

    test("leaves the host's own pages, and its own 404, to the host", async () => {
      const { page, problems } = await openPage(showcase.url);
      await page.goto("/");
      expect(await page.locator("h1").textContent()).toMatch(/^An ordinary /);
      expect((await page.goto("/nowhere"))?.status()).toBe(404);
      // Malformed encoding is nobody's route: what the host itself answers reaches the visitor.
      const malformed = await fetch(`${showcase.url}/board/%zz`);
      expect([400, 404]).toContain(malformed.status);
      await malformed.text();
      expect(problems).toEqual([]);
    });

    test("answers every link of every page", async () => {
      const paths = new Set(["/"]);
      const failed: string[] = [];
      for (const path of paths) {
        const reply = await fetch(showcase.url + path);
        const text = await reply.text();
        if (reply.status !== 200) failed.push(`${path} ${reply.status}`);
        if (reply.headers.get("content-type")?.includes("text/html") !== true) continue;
        for (const [, link = ""] of text.matchAll(/(?:href|src)="([^"#]+)"/g)) {
          const { origin, pathname, search } = new URL(link.replaceAll("&amp;", "&"), showcase.url + path);
          if (origin === showcase.url) paths.add(pathname + search); // which this loop goes on to
        }
      }
      expect(failed).toEqual([]);
      expect([...paths]).toEqual(expect.arrayContaining(["/board", "/live/graph", "/letters/sent", "/talk", "/pad"]));
    });

    test("refuses a body over 1 MiB with 413 and goes on serving", async () => {
      const body = new URLSearchParams({ title: "x".repeat((1 << 20) + 1) });
      const reply = await fetch(`${showcase.url}/board`, { method: "POST", body });
      expect(reply.status).toBe(413);
      expect((await fetch(`${showcase.url}/board`)).status).toBe(200);
    });

    test("keeps a board without JavaScript", async () => {
      const { page } = await openPage(showcase.url, false);
      await useBoard(page);
    });

    test("keeps a board by partial updates, without one page load", async () => {
      const { page, problems } = await openPage(showcase.url);
      await clearBoard(showcase.url);
      await page.goto("/board");
      let loads = 0;
      page.on("request", (request) => {
        if (request.isNavigationRequest()) loads++;
      });
      await useBoard(page);
      expect(loads).toBe(2); // the visit and the reload of the story itself
      expect(problems).toEqual([]);
    });

    test("keeps letters with papers without JavaScript", async () => {
      const { page } = await openPage(showcase.url, false);
      await useLetters(page, "plain@example.com");
    });

    test("keeps letters with papers live, without a page load", async () => {
      const { page, problems } = await openPage(showcase.url);
      let loads = 0;
      page.on("request", (request) => {
        if (request.isNavigationRequest()) loads++;
      });
      await useLetters(page, "live@example.com");
      expect(loads).toBe(1);
      expect(problems).toEqual([]);
    });

    test("carries what is said to everyone on the page, to who comes later, and without JavaScript", async () => {
      const { page, problems } = await openPage(showcase.url);
      const other = await openPage(showcase.url);
      for (const each of [page, other.page]) {
        await each.goto("/talk");
        await each.locator(".status[data-status='synced']").waitFor({ state: "attached" });
      }
      await page.getByLabel("Message").fill("Mind the <live> rail");
      await page.getByRole("button", { name: "Say" }).click();
      for (const each of [page, other.page])
        await each.locator("#talk li", { hasText: "Mind the <live> rail" }).waitFor();
      await expect.poll(() => page.getByLabel("Message").inputValue()).toBe("");

      const plain = await openPage(showcase.url, false);
      await plain.page.goto("/talk");
      await plain.page.locator("#talk li", { hasText: "Mind the <live> rail" }).waitFor();
      await plain.page.getByLabel("Message").fill("By hand");
      await plain.page.getByRole("button", { name: "Say" }).click();
      for (const each of [plain.page, page, other.page])
        await each.locator("#talk li", { hasText: "By hand" }).waitFor();
      expect(await other.page.locator("#talk li").count()).toBe(2);
      expect([...problems, ...other.problems]).toEqual([]);
    });

    test("counts and keeps a list of 1,000 rows live in two browsers, through a lost connection", async () => {
      const { page, problems } = await openPage(showcase.url);
      const other = await openPage(showcase.url);
      for (const each of [page, other.page]) {
        await each.goto("/live");
        await each.locator(".status[data-status='synced']").waitFor({ state: "attached" });
        expect(await each.locator("#rows tr").count()).toBe(1000);
      }
      const count = Number(await page.locator("#count").textContent());
      await page.getByRole("button", { name: "Add one" }).click();
      for (const each of [page, other.page])
        await expect.poll(() => each.locator("#count").textContent()).toBe(String(count + 1));

      const second = page.locator("#rows tr").nth(1);
      const label = await second.locator("td").nth(1).textContent();
      await second.evaluate((row) => row.setAttribute("data-kept", "yes"));
      await page.locator("#rows tr").first().getByRole("button", { name: "Remove" }).click();
      for (const each of [page, other.page]) await expect.poll(() => each.locator("#rows tr").count()).toBe(999);
      expect(await page.locator("#rows tr").first().getAttribute("data-kept")).toBe("yes"); // moved up, not drawn anew
      expect(await other.page.locator("#rows tr").first().locator("td").nth(1).textContent()).toBe(label);

      await showcase.stop("SIGKILL");
      await page.locator(".status[data-status='offline']").waitFor({ state: "attached" });
      showcase = await start();
      await page.locator(".status[data-status='synced']").waitFor({ state: "attached", timeout: 20_000 });
      const fresh = Number(await page.locator("#count").textContent());
      await page.getByRole("button", { name: "Add one" }).click();
      await expect.poll(() => page.locator("#count").textContent()).toBe(String(fresh + 1));
      expect([...problems, ...other.problems]).toEqual([]);
    });

    test("draws the signals behind the live page, and the effects of who has it open", async () => {
      const [visitor, watcher] = [await openPage(showcase.url), await openPage(showcase.url)];
      await visitor.page.goto("/live");
      await visitor.page.locator(".status[data-status='synced']").waitFor({ state: "attached" });
      await watcher.page.goto("/live/graph");
      await watcher.page.locator("svg .signal", { hasText: "count" }).waitFor();
      await watcher.page.locator("svg .computed", { hasText: "votes" }).waitFor();
      await watcher.page.locator("svg .effect").first().waitFor();
      expect([...visitor.problems, ...watcher.problems]).toEqual([]);
    });

    test("counts without JavaScript", async () => {
      const { page } = await openPage(showcase.url, false);
      await page.goto("/live");
      const count = Number(await page.locator("#count").textContent());
      await page.getByRole("button", { name: "Add one" }).click();
      await page.waitForLoadState();
      expect(await page.locator("#count").textContent()).toBe(String(count + 1));
    });

    test("replays a recorded text to two browsers while the server is killed and restarted", async () => {
      const session = sessionOn(host);
      const written = textOf(session);
      const writer = await openPage(showcase.url);
      const reader = await openPage(showcase.url);
      await writer.page.route("**/pad/trace.json", (route) => route.fulfill({ json: session }));
      for (const { page } of [writer, reader]) {
        await page.goto("/pad");
        await page.locator(".status[data-status='synced']").waitFor();
      }
      const lengthIn = ({ page }: typeof writer) =>
        page.locator("#pad").evaluate((pad: HTMLTextAreaElement) => pad.value.length);
      await writer.page.getByRole("button", { name: "Replay" }).click();
      await expect.poll(() => lengthIn(reader), { timeout: 30_000 }).toBeGreaterThan(500);

      await showcase.stop("SIGKILL");
      await reader.page.locator(".status[data-status='offline'], .status[data-status='connecting']").waitFor();
      showcase = await start();

      for (const { page } of [writer, reader])
        await expect
          .poll(
            () =>
              page
                .locator("#pad")
                .inputValue()
                .then((text) => text === written),
            { timeout: 120_000, interval: 500 },
          )
          .toBe(true);

      await showcase.stop("SIGKILL");
      showcase = await start();
      const late = await openPage(showcase.url);
      await late.page.goto("/pad");
      await expect
        .poll(
          () =>
            late.page
              .locator("#pad")
              .inputValue()
              .then((text) => text === written),
          { timeout: 30_000 },
        )
        .toBe(true);
      expect([...writer.problems, ...reader.problems, ...late.problems]).toEqual([]);
    });

    test("shows where the other people write", async () => {
      const here = await openPage(showcase.url);
      const there = await openPage(showcase.url);
      for (const { page } of [here, there]) {
        await page.goto("/pad");
        await page.locator(".status[data-status='synced']").waitFor();
      }
      await there.page.locator("#pad").click();
      await there.page.keyboard.press("Control+End");
      await there.page.keyboard.type("!");
      await expect.poll(() => here.page.locator(".people li").count()).toBe(1);
      await here.page.locator(".bus-cursor").first().waitFor({ state: "attached" });
      await there.page.close();
      await expect.poll(() => here.page.locator(".people li").count()).toBe(0);
    });

    test("ends cleanly on Ctrl-C", async () => {
      expect(await showcase.stop("SIGINT")).toBe(0);
    });
  });
}

/** Leaves an empty board, by the forms of the page. */
async function clearBoard(url: string): Promise<void> {
  const html = await (await fetch(`${url}/board`)).text();
  for (const [, action] of html.matchAll(/action="(\/board\/\d+\/delete)"/g)) {
    const reply = await fetch(`${url}${action}`, { method: "POST", body: new URLSearchParams() });
    await reply.text();
  }
}

describe("a showcase that cannot start", () => {
  test("says in one line that the port is in use", async () => {
    const taken = createServer().listen(0);
    const { port } = taken.address() as { port: number }; // cast: a TCP server that listens has this shape
    const { code, output } = await failShowcase("--port", String(port));
    taken.close();
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toHaveLength(1);
    expect(output).toContain(String(port));
  });

  test("says in one line that the data folder cannot be written", async () => {
    const { code, output } = await failShowcase("--port", "0", "--data", join(root, "package.json/below"));
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toHaveLength(1);
    expect(output).toContain("data folder");
  });

  test("says which hosts there are", async () => {
    const { code, output } = await failShowcase("--host", "apache");
    expect(code).toBe(1);
    expect(output).toContain("express, fastify, koa, node");
  });
});
