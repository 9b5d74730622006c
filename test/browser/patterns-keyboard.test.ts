import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import { focused, hold, type RunningPatterns, startPatterns, tabTo, type Visit, visit } from "../helpers/patterns.ts";
import { says } from "../helpers/patterns-stories.ts";

// No pointer here: what can be done is done with Tab, Enter, Space, Escape and the letters.

let browser: Browser;
let server: RunningPatterns;
let visitor: Visit | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
  server = await startPatterns();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});
afterEach(async () => {
  expect(visitor?.problems).toEqual([]);
  await visitor?.close();
});

async function open(path: string, script: boolean): Promise<Page> {
  visitor = await visit(browser, server.url, script);
  await visitor.page.goto(path);
  return visitor.page;
}

const focusedId = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.id ?? "");

for (const script of [true, false]) {
  describe(`by keyboard, ${script ? "with" : "without"} the script`, () => {
    test("the pattern is reached past the menu", async () => {
      const page = await open("/tabs", script);
      await page.keyboard.press("Tab");
      expect(await focused(page)).toBe("Skip to the pattern");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      expect(await focused(page)).toBe("red");
    });

    test("a list is sorted", async () => {
      const page = await open("/sortable", script);
      const names = (): Promise<string[]> => page.locator("ol .grow").allInnerTexts();
      await tabTo(page, "button", "Move Banana up");
      await page.keyboard.press("Enter");
      await says(page, "Now: Apricot, Banana, Avocado, Bilberry, Blackberry, Blackcurrant");
      if (script) expect(await focused(page)).toBe("Move Banana up");
      else await tabTo(page, "button", "Move Banana up");
      await page.keyboard.press("Space");
      await expect.poll(names).toEqual(["Banana", "Apricot", "Avocado", "Bilberry", "Blackberry", "Blackcurrant"]);
      if (script) expect(await focused(page)).toBe("Move Banana up"); // at the end, and not lost
    });

    test("a book is edited", async () => {
      const page = await open("/click-to-edit", script);
      await tabTo(page, "link", "Edit the book");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Save" }).waitFor();
      await expect.poll(() => focused(page)).toBe("Title");
      await page.keyboard.press("Control+a");
      await page.keyboard.type("Book 2");
      await page.keyboard.press("Enter");
      await says(page, "The book was saved");
      if (script) expect(await focused(page)).toBe("Edit the book");
      expect(await page.getByRole("definition").first().textContent()).toBe("Book 2");
    });

    test("a refused form puts the focus on what is wrong", async () => {
      const page = await open("/click-to-edit/edit", script);
      await tabTo(page, "textbox", "Pages");
      await page.keyboard.type("x");
      await tabTo(page, "button", "Save");
      await page.keyboard.press("Enter");
      await says(page, "The book was not saved");
      await expect.poll(() => focused(page)).toBe("Pages");
    });

    test("a row is edited", async () => {
      const page = await open("/edit-row", script);
      await tabTo(page, "link", "Edit Book 2");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Save" }).waitFor();
      await expect.poll(() => focused(page)).toBe("Pages of Book 2");
      await page.keyboard.press("Control+a");
      await page.keyboard.type("222");
      await page.keyboard.press("Enter");
      await says(page, "Book 2 was saved");
      if (script) expect(await focused(page)).toBe("Edit Book 2");
    });

    test("a row is deleted", async () => {
      const page = await open("/delete-row", script);
      page.on("dialog", (dialog) => dialog.accept());
      await tabTo(page, "button", "Delete Book 2");
      await page.keyboard.press("Enter");
      if (!script) {
        await page.getByText("Delete Book 2?").waitFor();
        await tabTo(page, "button", "Delete");
        await page.keyboard.press("Enter");
      }
      await says(page, "Book 2 is deleted");
      if (script) expect(await focusedId(page)).toBe("books"); // not lost with the button
    });

    test("a job is watched", async () => {
      const page = await open("/progress-bar", script);
      const look = script ? await hold(page, /progress-bar$/, "GET") : undefined;
      await tabTo(page, "button", "Start");
      await page.keyboard.press("Enter");
      await says(page, "The job has started");
      look?.go();
      while (!script && (await page.getByRole("link", { name: "Look again" }).count()) > 0) await page.reload();
      await says(page, "The job is done");
      if (script) expect(await focusedId(page)).toBe("job"); // through all the updates
      await tabTo(page, "button", "Start again");
    });

    test("books are marked", async () => {
      const page = await open("/bulk-update", script);
      await tabTo(page, "checkbox", "Book 4");
      await page.keyboard.press("Space");
      await tabTo(page, "button", "Mark as read");
      await page.keyboard.press("Enter");
      await says(page, "1 marked as read");
      if (script) expect(await focused(page)).toBe("Mark as read");
    });

    test("a page is turned", async () => {
      const page = await open("/pagination", script);
      await tabTo(page, "link", "Page 4");
      await page.keyboard.press("Enter");
      await page.getByText("Page 4 of 10").waitFor();
      if (script) expect(await focused(page)).toBe("Page 4");
      await tabTo(page, "link", "Page 5");
    });

    test("more books come", async () => {
      const page = await open("/infinite-scroll", script);
      const seen = script ? await hold(page, /\?page=2$/) : undefined; // asked for when it is seen, and so when it has the focus
      await tabTo(page, "link", "More books");
      await page.keyboard.press("Enter");
      seen?.go();
      await page.locator("#book-40").waitFor({ state: "attached" });
    });

    test("a book is added in a dialog", async () => {
      const page = await open("/modal", script);
      await tabTo(page, "button", "Add a book");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Save" }).waitFor();
      await expect.poll(() => focused(page)).toBe("Title");
      await page.keyboard.type("Book 3");
      await page.keyboard.press("Enter");
      await says(page, "Book 3 was added");
      if (script) expect(await focused(page)).toBe("Add a book");
    });

    test("a message is dismissed", async () => {
      const page = await open("/toast", script);
      await tabTo(page, "button", "Make a copy");
      await page.keyboard.press("Enter");
      await page.getByText("Copy 1 is made").waitFor();
      await tabTo(page, "link", "Dismiss: copy 1 is made");
      await page.keyboard.press("Enter");
      await page.getByText("Copy 1 is made").waitFor({ state: "detached" });
    });

    test("a book is liked", async () => {
      const page = await open("/optimistic-like", script);
      await tabTo(page, "button", "Like Book 1");
      await page.keyboard.press("Space");
      await says(page, "Book 1: liked");
      await page.getByRole("button", { name: "Unlike Book 1", exact: true }).waitFor();
      if (script) expect(await focused(page)).toMatch(/Unlike\s+Book 1$/);
    });
  });
}
