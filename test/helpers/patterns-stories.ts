import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { hold, seeMore, type Visit } from "./patterns.ts";

// What a visitor does with each pattern and then sees: the same with the script and without it.

type Story = (visit: Visit) => Promise<void>;

/** What the page's live region says. */
export async function says(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.locator("#status").textContent()).toBe(text);
  await page.waitForLoadState(); // without the script it stands before what it is about
}

const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const link = (page: Page, name: string): Locator => page.getByRole("link", { name, exact: true });
const textsOf = (locator: Locator): Promise<string[]> => locator.allInnerTexts();
const rowOf = (page: Page, title: string): Locator =>
  page.getByRole("row").filter({ has: page.getByRole("cell", { name: title, exact: true }) });
const countOf = (locator: Locator, count: number): Promise<void> => expect.poll(() => locator.count()).toBe(count);

async function activeSearch({ page, script }: Visit): Promise<void> {
  await page.goto("/active-search");
  const results = page.locator("#results li");
  await countOf(results, 40);
  await page.getByRole("searchbox", { name: "Fruit" }).fill("BERRY");
  if (!script) await page.keyboard.press("Enter");
  await says(page, "9 of 40 match");
  expect(await textsOf(results)).toContain("Bilberry blue");
  expect(page.url()).toContain("?q=BERRY");
  await page.reload();
  await countOf(results, 9);
}

async function inlineValidation({ page }: Visit): Promise<void> {
  await page.goto("/inline-validation");
  const shelf = page.getByRole("textbox", { name: "Name of the shelf" });
  const books = page.getByRole("textbox", { name: "Number of books" });
  await shelf.fill("Red");
  await books.fill("100");
  await button(page, "Add the shelf").click();
  await says(page, "The shelf was not added");
  for (const [field, value, error] of [
    [shelf, "Red", "This name is taken."],
    [books, "100", "Use a number from 1 to 99."],
  ] as const) {
    expect(await field.inputValue()).toBe(value);
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await page.locator(`[id="${await field.getAttribute("aria-describedby")}"]`, { hasText: error }).waitFor();
  }
  await shelf.fill("Novels");
  await books.fill("12");
  await button(page, "Add the shelf").click();
  await says(page, "Shelf Novels was added");
  expect(await shelf.inputValue()).toBe("");
}

async function cascadingSelects({ page, script }: Visit): Promise<void> {
  await page.goto("/cascading-selects");
  const fruit = page.getByRole("combobox", { name: "Fruit" });
  await page.getByRole("combobox", { name: "Colour" }).selectOption("blue");
  if (!script) await button(page, "Show its fruit").click();
  await expect.poll(() => textsOf(fruit.locator("option"))).toContain("Sloe");
  expect(await fruit.locator("option").count()).toBe(5);
  await fruit.selectOption("Sloe");
  await button(page, "Choose").click();
  await says(page, "You chose Sloe, which is blue");
  expect(await page.getByRole("combobox", { name: "Colour" }).inputValue()).toBe("blue");
}

async function fileUpload({ page }: Visit): Promise<void> {
  await page.goto("/file-upload");
  await button(page, "Upload").click();
  await says(page, "Choose a file first");
  await page.getByLabel("Files").setInputFiles([
    { name: "one.txt", mimeType: "text/plain", buffer: Buffer.alloc(10) },
    { name: "two.txt", mimeType: "text/plain", buffer: Buffer.alloc(90_000) },
  ]);
  await button(page, "Upload").click();
  await says(page, "Uploaded one.txt, two.txt");
  expect(await textsOf(page.locator("#uploads li"))).toEqual(["one.txt 10 bytes", "two.txt 90000 bytes"]);
}

async function clickToEdit({ page }: Visit): Promise<void> {
  await page.goto("/click-to-edit");
  await link(page, "Edit the book").click();
  const title = page.getByRole("textbox", { name: "Title" });
  expect(await title.inputValue()).toBe("Book 1");
  await title.fill("  ");
  await button(page, "Save").click();
  await page.getByText("Give the book a title.").waitFor();
  await says(page, "The book was not saved");
  expect(await title.getAttribute("aria-invalid")).toBe("true");
  await title.fill('A <b>title</b> & "more"');
  await page.getByRole("textbox", { name: "Pages" }).fill("321");
  await button(page, "Save").click();
  await says(page, "The book was saved");
  expect(await textsOf(page.getByRole("definition"))).toEqual(['A <b>title</b> & "more"', "321"]);
  await link(page, "Edit the book").click();
  await title.fill("Not kept");
  await link(page, "Cancel").click();
  await link(page, "Edit the book").waitFor();
  await page.reload();
  expect(await page.getByRole("definition").last().textContent()).toBe("321");
}

async function editRow({ page }: Visit): Promise<void> {
  await page.goto("/edit-row");
  await link(page, "Edit Book 7").click();
  const pages = page.getByRole("textbox", { name: "Pages of Book 7" });
  await pages.fill("none");
  await button(page, "Save").click();
  await says(page, "Book 7 was not saved");
  await page.getByText("Use a whole number from 1 to 9999.").waitFor();
  await pages.fill("700");
  await page.keyboard.press("Enter");
  await says(page, "Book 7 was saved");
  expect(await rowOf(page, "Book 7").getByRole("cell").nth(1).textContent()).toBe("700");
  await link(page, "Edit Book 8").click();
  await link(page, "Cancel").click();
  await link(page, "Edit Book 8").waitFor();
  await countOf(page.locator("tbody tr"), 20);
}

async function deleteRow({ page, script }: Visit): Promise<void> {
  await page.goto("/delete-row");
  const questions: string[] = [];
  page.on("dialog", async (dialog) => {
    questions.push(dialog.message());
    await (questions.length === 1 ? dialog.dismiss() : dialog.accept());
  });
  await button(page, "Delete Book 3").click();
  if (!script) await link(page, "Keep it").click();
  await countOf(page.locator("tbody tr"), 6);
  await button(page, "Delete Book 3").click();
  if (!script) {
    await page.getByText("Delete Book 3?").waitFor();
    await button(page, "Delete").click();
  }
  await says(page, "Book 3 is deleted");
  expect(questions).toEqual(script ? ["Delete Book 3?", "Delete Book 3?"] : []);
  await countOf(rowOf(page, "Book 3"), 0);
  await page.reload();
  await countOf(page.locator("tbody tr"), 5);
}

async function bulkUpdate({ page }: Visit): Promise<void> {
  await page.goto("/bulk-update");
  await button(page, "Mark as read").click();
  await says(page, "Choose a book first");
  for (const title of ["Book 2", "Book 5"]) await page.getByRole("checkbox", { name: title, exact: true }).check();
  await button(page, "Mark as read").click();
  await says(page, "2 marked as read");
  const states = page.locator("tbody td:last-child");
  const expected = ["unread", "read", "unread", "unread", "read", "unread", "unread", "unread"];
  expect(await textsOf(states)).toEqual(expected);
  await page.getByRole("checkbox", { name: "Book 2", exact: true }).check();
  await button(page, "Mark as unread").click();
  await says(page, "1 marked as unread");
  expect(await textsOf(states)).toEqual(expected.with(1, "unread"));
}

async function sortable({ page }: Visit): Promise<void> {
  await page.goto("/sortable");
  const names = async (): Promise<string[]> => (await textsOf(page.locator("ol .grow"))).slice(0, 3);
  const [first = "", second = "", third = ""] = await names();
  await button(page, `Move ${third} up`).click();
  await expect.poll(names).toEqual([first, third, second]);
  await button(page, `Move ${first} up`).press("Enter"); // it is at the top already
  await says(page, `Now: ${(await textsOf(page.locator("ol .grow"))).join(", ")}`);
  await button(page, `Move ${first} down`).click();
  await expect.poll(names).toEqual([third, first, second]);
  await page.reload();
  expect(await names()).toEqual([third, first, second]);
}

async function pagination({ page }: Visit): Promise<void> {
  await page.goto("/pagination");
  await link(page, "Page 10").click();
  await page.getByText("Page 10 of 10").waitFor();
  await countOf(page.locator("tbody tr"), 5);
  expect(page.url()).toContain("?page=10");
  expect(await link(page, "Page 10").getAttribute("aria-current")).toBe("page");
  await link(page, "Page 2").click();
  await page.getByText("Page 2 of 10").waitFor();
  await page.goBack();
  await page.getByText("Page 10 of 10").waitFor();
  await page.goBack();
  await page.getByText("Page 1 of 10").waitFor();
  await page.goForward();
  await page.getByText("Page 10 of 10").waitFor();
}

async function infiniteScroll({ page, script }: Visit): Promise<void> {
  await page.goto("/infinite-scroll");
  for (const number of [2, 3]) {
    if (script)
      await seeMore(page); // who moves there to click has seen it
    else await link(page, "More books").click();
    await page.locator(`#book-${number * 20}`).waitFor();
  }
  await page.locator("#book-60").scrollIntoViewIfNeeded();
  if (script) await page.locator("#book-1").waitFor();
  else await link(page, "Books before these").waitFor();
}

async function lazyLoad({ page, script }: Visit): Promise<void> {
  await page.goto("/lazy-load");
  if (!script) await link(page, "Show the report").click();
  await page.getByRole("region", { name: "Fruit by colour" }).getByRole("row").nth(6).waitFor();
  await countOf(link(page, "Show the report"), 0);
}

async function tabs({ page }: Visit): Promise<void> {
  await page.goto("/tabs");
  await link(page, "green").click();
  const region = page.getByRole("region", { name: "Fruit that is green" });
  await region.getByText("Gooseberry").waitFor();
  expect(await link(page, "green").getAttribute("aria-current")).toBe("true");
  expect(page.url()).toContain("?colour=green");
  await page.goBack();
  await page.getByRole("region", { name: "Fruit that is red" }).waitFor();
}

async function modal({ page, script }: Visit): Promise<void> {
  await page.goto("/modal");
  const dialog = page.getByRole("dialog", { name: "A new book" });
  await button(page, "Add a book").click();
  await link(page, "Cancel").click();
  await button(page, "Add a book").click();
  if (script) await dialog.waitFor();
  await button(page, "Save").click();
  await page.getByText("Give the book a title.").waitFor();
  await page.getByRole("textbox", { name: "Title" }).fill("Book <3>");
  await button(page, "Save").click();
  await says(page, "Book <3> was added");
  await countOf(dialog, 0);
  expect(await textsOf(page.locator("#books li"))).toEqual(["Book 1", "Book 2", "Book <3>"]);
}

async function toast({ page }: Visit): Promise<void> {
  await page.goto("/toast");
  await button(page, "Make a copy").click();
  const region = page.getByRole("status", { name: "Messages" });
  await region.getByText("Copy 1 is made").waitFor();
  await link(page, "Dismiss: copy 1 is made").click();
  await countOf(region.locator(".toast"), 0);
  await button(page, "Make a copy").click();
  await region.getByText("Copy 2 is made").waitFor();
}

async function progressBar({ page, script }: Visit): Promise<void> {
  await page.goto("/progress-bar");
  const look = script ? await hold(page, /progress-bar$/, "GET") : undefined; // else it may be over before anybody sees that it runs
  await button(page, "Start").click();
  await says(page, "The job has started");
  const bar = page.getByRole("progressbar", { name: "Progress of the job" });
  await bar.waitFor();
  look?.go();
  while (!script && (await link(page, "Look again").count()) > 0) await link(page, "Look again").click();
  await says(page, "The job is done");
  expect(await bar.getAttribute("value")).toBe("100");
  await button(page, "Start again").waitFor();
}

async function optimisticLike({ page }: Visit): Promise<void> {
  await page.goto("/optimistic-like");
  await button(page, "Like Book 2").click();
  await says(page, "Book 2: liked");
  await button(page, "Unlike Book 2").click();
  await says(page, "Book 2: no longer liked");
  await button(page, "Like Book 2").waitFor();
}

/** By pattern: the story, and how many pages it loads by itself, by address or anew. */
export const STORIES: Readonly<Record<string, { readonly run: Story; readonly loads: number }>> = {
  "active search": { run: activeSearch, loads: 2 },
  "inline validation": { run: inlineValidation, loads: 1 },
  "cascading selects": { run: cascadingSelects, loads: 1 },
  "file upload": { run: fileUpload, loads: 1 },
  "click to edit": { run: clickToEdit, loads: 2 },
  "edit row": { run: editRow, loads: 1 },
  "delete row": { run: deleteRow, loads: 2 },
  "bulk update": { run: bulkUpdate, loads: 1 },
  sortable: { run: sortable, loads: 2 },
  pagination: { run: pagination, loads: 1 },
  "infinite scroll": { run: infiniteScroll, loads: 1 },
  "lazy load": { run: lazyLoad, loads: 1 },
  tabs: { run: tabs, loads: 1 },
  modal: { run: modal, loads: 1 },
  toast: { run: toast, loads: 1 },
  "progress bar": { run: progressBar, loads: 1 },
  "optimistic like": { run: optimisticLike, loads: 1 },
};
