import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import { accessibilityProblems, type RunningPatterns, startPatterns, visit } from "../helpers/patterns.ts";
import { STORIES } from "../helpers/patterns-stories.ts";

let browser: Browser;
let server: RunningPatterns;

beforeAll(async () => {
  browser = await launchBrowser();
  server = await startPatterns();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

describe("without JavaScript", () => {
  for (const [name, { run }] of Object.entries(STORIES)) {
    test(`${name} works, page by page`, async () => {
      const visitor = await visit(browser, server.url, false);
      await run(visitor);
      expect(visitor.requests().filter((request) => / (partial|full)$/.test(request))).toEqual([]); // the script did not run
      expect(await accessibilityProblems(visitor.page)).toEqual([]);
      expect(visitor.problems).toEqual([]);
      await visitor.close();
    });
  }

  test("a refused form comes back with 422 and what was written", async () => {
    const { page, close } = await visit(browser, server.url, false);
    await page.goto("/modal/new");
    const [reply] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === "POST"),
      page.getByRole("button", { name: "Save" }).click(),
    ]);
    expect(reply.status()).toBe(422);
    expect(await page.title()).toBe("Modal · busbar patterns");
    await close();
  });

  test("a change is answered with a redirect, so that a reload does not repeat it", async () => {
    const { page, close, requests } = await visit(browser, server.url, false);
    await page.goto("/toast");
    await page.getByRole("button", { name: "Make a copy" }).click();
    await page.getByText("Copy 1 is made").waitFor();
    expect(requests()).toEqual(["GET /toast", "POST /toast", "GET /toast"]);
    await page.reload();
    expect(requests()).toEqual(["GET /toast"]);
    await close();
  });

  test("what the server refuses is said on a whole page", async () => {
    const { page, close } = await visit(browser, server.url, false);
    await page.goto("/optimistic-like");
    await page.getByRole("button", { name: "Like Book 3" }).click();
    await page.getByText("Book 3 cannot be liked").waitFor();
    await page.getByRole("button", { name: "Like Book 3", exact: true }).waitFor();
    await close();
  });

  for (const path of [
    "/",
    "/click-to-edit/edit",
    "/edit-row/3",
    "/modal/new",
    "/delete-row/2",
    "/infinite-scroll?page=3",
  ])
    test(`${path} has names, references and headings in order`, async () => {
      const { page, close } = await visit(browser, server.url, false);
      expect((await page.goto(path))?.status()).toBe(200);
      expect(await accessibilityProblems(page)).toEqual([]);
      await close();
    });

  test("the templates have nothing that the checks of development find", () => {
    expect(server.output().split("\n").filter(Boolean)).toHaveLength(1); // the address
  });
});
