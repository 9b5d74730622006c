import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import {
  accessibilityProblems,
  focused,
  hold,
  isSame,
  mark,
  type RunningPatterns,
  startPatterns,
  type Visit,
  visit,
} from "../helpers/patterns.ts";
import { STORIES, says } from "../helpers/patterns-stories.ts";

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

describe("with the script", () => {
  for (const [name, { run, loads }] of Object.entries(STORIES)) {
    test(`${name} works by partial updates, without one page load`, async () => {
      const visitor = await visit(browser, server.url, true);
      visits.push(visitor);
      await run(visitor);
      const isLoad = (request: string): boolean => !/ (partial|full)$/.test(request);
      expect(visitor.requests().filter(isLoad)).toHaveLength(loads);
      expect(await accessibilityProblems(visitor.page)).toEqual([]);
    });
  }
});

describe("active search", () => {
  test("shows the newest answer only, keeps the focus, and says what it is busy with", async () => {
    const { page, requests } = await open("/active-search");
    const first = await hold(page, /q=b$/);
    await page.locator("#q").pressSequentially("b");
    await first.asked;
    expect(await page.locator("#results").getAttribute("aria-busy")).toBe("true");
    await page.getByText("Searching …").waitFor();
    await page.locator("#q").pressSequentially("erry");
    await says(page, "9 of 40 match");
    first.go();
    await page.getByText("Searching …").waitFor({ state: "hidden" });
    expect(await page.locator("#results li").count()).toBe(9);
    expect(await page.locator("#results").getAttribute("aria-busy")).toBeNull();
    expect(await focused(page)).toBe("Fruit");
    const asked = requests();
    expect(asked[0]).toBe("GET /active-search?q=b partial");
    expect(asked.at(-1)).toBe("GET /active-search?q=berry partial");
    expect(asked.length).toBeLessThanOrEqual(5); // fewer than keys when they come fast
  });
});

describe("inline validation", () => {
  test("leaves the button where it is being pressed, though the error above it goes meanwhile", async () => {
    const { page } = await open("/inline-validation");
    await page.locator("#shelf").fill("Novels");
    await page.locator("#books").fill("100");
    await page.locator("#shelf").focus(); // the number is left, and checked
    await page.getByText("Use a number from 1 to 99.").waitFor();
    await page.locator("#books").fill("12");
    const box = await page.locator("#add").boundingBox();
    if (box === null) throw new Error("the button is not shown");
    await page.mouse.move(box.x + 4, box.y + box.height - 4);
    await page.mouse.down(); // leaves the number
    await page.getByText("Use a number from 1 to 99.").waitFor({ state: "detached" });
    await page.mouse.up();
    await says(page, "Shelf Novels was added");
  });

  test("checks a field when it is left, and lets go on with the next one", async () => {
    const { page, requests } = await open("/inline-validation");
    const check = await hold(page, /inline-validation\/shelf/);
    await page.getByLabel("Name of the shelf").fill("Blue");
    await page.keyboard.press("Tab");
    await check.asked;
    await page.keyboard.type("12");
    check.go();
    await page.getByText("This name is taken.").waitFor();
    expect(requests()).toEqual(["GET /inline-validation/shelf?shelf=Blue partial"]);
    expect(await page.getByLabel("Name of the shelf").getAttribute("aria-invalid")).toBe("true");
    expect(await focused(page)).toBe("Number of books");
    expect(await page.getByLabel("Number of books").inputValue()).toBe("12");
  });

  test("gives a check up when the form is sent", async () => {
    const { page } = await open("/inline-validation");
    const check = await hold(page, /inline-validation\/shelf/);
    const ended = page.waitForEvent("requestfailed", (request) => request.url().includes("/shelf"));
    await page.getByLabel("Number of books").fill("12");
    await page.getByLabel("Name of the shelf").fill("Novels");
    await page.keyboard.press("Enter"); // changes the field and sends the form
    await says(page, "Shelf Novels was added");
    check.go();
    await ended;
    expect(await page.getByLabel("Name of the shelf").inputValue()).toBe("");
  });
});

describe("file upload", () => {
  test("is sent as multipart, with the button disabled meanwhile", async () => {
    const { page, requests } = await open("/file-upload");
    await page.getByLabel("Files").setInputFiles({ name: "a.bin", mimeType: "", buffer: Buffer.alloc(5) });
    const upload = await hold(page, "**/file-upload");
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.method() === "POST"),
      page.getByRole("button", { name: "Upload" }).click(),
    ]);
    await upload.asked;
    expect(request.headers()["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(await page.getByRole("button", { name: "Upload" }).isDisabled()).toBe(true);
    await page.getByText("Sending …").waitFor();
    upload.go();
    await page.getByText("a.bin 5 bytes").waitFor();
    expect(await page.getByRole("button", { name: "Upload" }).isDisabled()).toBe(false);
    expect(requests()).toEqual(["POST /file-upload partial"]);
  });
});

describe("edit row", () => {
  test("sends and replaces one row, in a tenth of the page's bytes", async () => {
    const { page, requests } = await open("/edit-row");
    const whole = Buffer.byteLength(await (await page.request.get("/edit-row")).body());
    for (const row of ["#row-6", "#row-7", "#row-8"]) await mark(page, row);
    await page.getByRole("link", { name: "Edit Book 7" }).click();
    await page.getByRole("textbox", { name: "Pages of Book 7" }).fill("700");
    const [reply] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === "PUT"),
      page.getByRole("button", { name: "Save" }).click(),
    ]);
    await says(page, "Book 7 was saved");
    expect(requests()).toEqual(["GET /edit-row/7 partial", "PUT /edit-row/7 partial"]);
    expect([await isSame(page, "#row-6"), await isSame(page, "#row-7"), await isSame(page, "#row-8")]).toEqual([
      true,
      false,
      true,
    ]);
    expect(Number(reply.headers()["content-length"])).toBeLessThan(whole / 10);
  });
});

describe("delete row", () => {
  test("asks the server with DELETE, disables the button meanwhile, and leaves the other rows as they are", async () => {
    const { page, requests } = await open("/delete-row");
    page.on("dialog", (dialog) => dialog.accept());
    await mark(page, "#row-3");
    const deletion = await hold(page, "**/delete-row/2");
    await page.getByRole("button", { name: "Delete Book 2" }).click();
    await deletion.asked;
    expect(await page.getByRole("button", { name: "Delete Book 2" }).isDisabled()).toBe(true);
    deletion.go();
    await says(page, "Book 2 is deleted");
    expect(requests()).toEqual(["DELETE /delete-row/2 partial"]);
    expect(await isSame(page, "#row-3")).toBe(true);
  });
});

describe("pagination", () => {
  test("goes back by asking for the whole page again, without loading it", async () => {
    const { page, requests } = await open("/pagination");
    await page.getByRole("link", { name: "Page 3" }).click();
    await page.getByText("Page 3 of 10").waitFor();
    await page.goBack();
    await page.getByText("Page 1 of 10").waitFor();
    expect(requests()).toEqual(["GET /pagination?page=3 partial", "GET /pagination full"]);
  });
});

describe("modal", () => {
  test("is modal, stays open for what is refused, and gives the focus back", async () => {
    const { page, requests } = await open("/modal");
    const opener = page.getByRole("button", { name: "Add a book" });
    const dialog = page.getByRole("dialog", { name: "A new book" });
    await opener.click();
    await dialog.waitFor();
    expect(await dialog.evaluate((element) => element.matches(":modal"))).toBe(true);
    await expect.poll(() => focused(page)).toBe("Title");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").getByText("Give the book a title.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => focused(page)).toBe("Add a book");
    expect(requests()).toEqual(["GET /modal/new partial", "POST /modal partial"]);
  });
});

describe("progress bar", () => {
  test("polls until the job is done, and not any more then", async () => {
    const { page, requests } = await open("/progress-bar");
    const look = await hold(page, /progress-bar$/, "GET");
    await page.getByRole("button", { name: "Start" }).click();
    await page.locator("[bus-trigger^=every]").waitFor();
    look.go();
    await says(page, "The job is done");
    expect(await page.locator("[bus-trigger]").count()).toBe(0);
    const asked = requests();
    expect(asked.shift()).toBe("POST /progress-bar partial");
    expect(new Set(asked)).toEqual(new Set(["GET /progress-bar partial"]));
  });
});

describe("what goes wrong", () => {
  test("is said when the server refuses", async () => {
    const { page } = await open("/optimistic-like");
    await page.getByRole("button", { name: "Like Book 3" }).click();
    await says(page, "The server did not accept that");
    await page.getByRole("button", { name: "Like Book 3", exact: true }).waitFor();
  });

  test("is said when the server cannot be reached", async () => {
    const { page } = await open("/bulk-update");
    await page.route("**/bulk-update", (route) => route.abort());
    await page.getByRole("button", { name: "Mark as read" }).click();
    await says(page, "The server cannot be reached");
  });
});
