import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import {
  focused,
  hold,
  isSame,
  mark,
  type RunningPatterns,
  seeMore,
  startPatterns,
  type Visit,
  visit,
} from "../helpers/patterns.ts";
import { says } from "../helpers/patterns-stories.ts";

// What the patterns take from busbar-plus.min.js and busbar-morph.min.js.

let browser: Browser;
let server: RunningPatterns;
let visits: Visit[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  server = await startPatterns();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});
afterEach(async () => {
  const mine = visits;
  visits = [];
  await Promise.all(mine.map(({ close }) => close()));
  for (const { problems } of mine) expect(problems).toEqual([]);
});

/** A visitor on the page of a pattern, whose requests are counted from now on. */
async function open(path: string): Promise<Visit> {
  const visitor = await visit(browser, server.url, true);
  visits.push(visitor);
  await visitor.page.goto(path);
  visitor.requests();
  return visitor;
}

describe("infinite scroll", () => {
  test("brings each page once, when its end is seen", async () => {
    const { page, requests } = await open("/infinite-scroll");
    await page.locator("#book-1").waitFor();
    expect(requests()).toEqual([]); // the end is not seen yet
    for (const last of [40, 60, 80, 100]) {
      await seeMore(page);
      await page.locator(`#book-${last}`).waitFor({ state: "attached" });
    }
    expect(await page.locator("#books li").count()).toBe(100);
    expect(await page.locator("#more").count()).toBe(0);
    expect(requests()).toEqual([2, 3, 4, 5].map((number) => `GET /infinite-scroll?page=${number} partial`));
  });
});

describe("tabs", () => {
  test("are asked for when the pointer goes down, and only once", async () => {
    const { page, requests } = await open("/tabs");
    await page.getByRole("link", { name: "blue" }).hover();
    await page.mouse.down();
    await expect.poll(requests).toEqual(["GET /tabs?colour=blue partial"]);
    expect(await page.getByRole("region", { name: "Fruit that is red" }).count()).toBe(1); // nothing is shown yet
    await page.mouse.up();
    await page.getByRole("region", { name: "Fruit that is blue" }).waitFor();
    expect(requests()).toEqual([]);
    expect(page.url()).toContain("?colour=blue");
  });
});

describe("optimistic like", () => {
  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

  test("shows what the click will do before the server has answered", async () => {
    const { page } = await open("/optimistic-like");
    const answer = await hold(page, "**/optimistic-like/1");
    await button(page, "Like Book 1").click();
    await answer.asked;
    await button(page, "Unlike Book 1").waitFor();
    expect(await focused(page)).toContain("Unlike");
    answer.go();
    await says(page, "Book 1: liked");
    await button(page, "Unlike Book 1").waitFor();
    expect(await page.locator("template").count()).toBe(4); // the next click has something to show again
  });

  test("takes it back when the server refuses", async () => {
    const { page } = await open("/optimistic-like");
    const answer = await hold(page, "**/optimistic-like/3");
    await button(page, "Like Book 3").click();
    await answer.asked;
    await button(page, "Unlike Book 3").waitFor();
    answer.go();
    await button(page, "Like Book 3").waitFor();
    await says(page, "The server did not accept that");
    expect(await focused(page)).toContain("Like");
  });

  test("takes it back when the server cannot be reached", async () => {
    const { page } = await open("/optimistic-like");
    await page.route("**/optimistic-like/2", (route) => route.abort());
    await button(page, "Like Book 2").click();
    await says(page, "The server cannot be reached");
    await button(page, "Like Book 2").waitFor();
  });
});

describe("sortable", () => {
  test("is sorted by dragging, and sends the new order once", async () => {
    const { page, requests } = await open("/sortable");
    await page.locator("#item-Blackcurrant").dragTo(page.locator("#item-Apricot"), { targetPosition: { x: 20, y: 2 } });
    await says(page, "Now: Blackcurrant, Apricot, Avocado, Banana, Bilberry, Blackberry");
    expect(requests()).toEqual(["POST /sortable partial"]);
    await page.reload();
    expect(await page.locator("ol .grow").first().textContent()).toBe("Blackcurrant");
  });

  test("moves items and keeps them", async () => {
    const { page } = await open("/sortable");
    for (const item of ["#item-Apricot", "#item-Avocado"]) await mark(page, item);
    await page.getByRole("button", { name: "Move Avocado up" }).click();
    await says(page, "Now: Avocado, Apricot, Banana, Bilberry, Blackberry, Blackcurrant");
    for (const item of ["#item-Apricot", "#item-Avocado"]) expect(await isSame(page, item)).toBe(true);
    expect(await focused(page)).toBe("Move Avocado up");
  });
});
