import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openTree, type Told } from "../helpers/accessibility.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { focused, hold, type RunningPatterns, startPatterns, tabTo, type Visit, visit } from "../helpers/patterns.ts";
import { STORIES, says } from "../helpers/patterns-stories.ts";

// What a screen reader is told, from the browser's own tree of accessibility: names, states, order, and what of it changes with an update.

let browser: Browser;
let server: RunningPatterns;
let visitor: Visit;
let page: Page;
let tree: () => Promise<Told[]>;

beforeAll(async () => {
  browser = await launchBrowser();
  server = await startPatterns();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});
afterEach(async () => {
  expect(visitor.problems).toEqual([]);
  await visitor.close();
});

async function open(path: string, script = true): Promise<void> {
  visitor = await visit(browser, server.url, script);
  page = visitor.page;
  await page.goto(path);
  tree = await openTree(page);
}

const find = (told: readonly Told[], role: string, name?: string): Told | undefined =>
  told.find((one) => one.role === role && (name === undefined || one.name === name));
const named =
  /^(button|link|textbox|searchbox|combobox|checkbox|radio|progressbar|dialog|table|navigation|image|heading|option)$/;
const PATHS = Object.keys(STORIES).map((name) => `/${name.replaceAll(" ", "-")}`);

/** What is wrong with what is told. */
function problemsOf(told: readonly Told[]): string[] {
  const problems = told
    .filter(({ role, name }) => named.test(role) && name === "")
    .map(({ role }) => `${role} without a name`);
  for (const { role, states } of told)
    if (states["focusable"] === true && /^(generic|none|paragraph|StaticText)$/.test(role))
      problems.push(`a ${role} has the focus`);
  for (const role of ["main", "banner"]) {
    const count = told.filter((one) => one.role === role).length;
    if (count !== 1) problems.push(`${count} times ${role}`);
  }
  return problems;
}

test.each(["/", ...PATHS])("%s: everything has a name and a role, before and without any update", async (path) => {
  await open(path);
  const told = await tree();
  expect(problemsOf(told)).toEqual([]);
  // A region that enters the tree together with its text is not read by all: it has to be there before.
  expect(find(told, "status")?.states).toMatchObject({ live: "polite" });
});

test.each(Object.entries(STORIES))(
  "%s: after all updates of its story it is as well told, and the focus is somewhere",
  async (name, { run }) => {
    visitor = await visit(browser, server.url, true);
    page = visitor.page;
    await run(visitor);
    tree = await openTree(page);
    const told = await tree();
    expect(problemsOf(told)).toEqual([]);
    expect(find(told, "status")).toBeDefined();
    // Stories that end with a page load have it nowhere yet.
    if (name !== "infinite scroll" && name !== "lazy load")
      expect(await page.evaluate(() => document.activeElement?.isConnected)).toBe(true);
  },
);

describe("Tab", () => {
  test.each(PATHS)(
    "%s: goes to all that can have the focus, in the order of the tree, and leaves at the end",
    async (path) => {
      await open(path, !/lazy|infinite/.test(path)); // what replaces itself meanwhile would be another page
      const expected = await page.evaluate(() =>
        [
          ...document.querySelectorAll<HTMLElement>(
            "a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled",
          ),
        ]
          .filter((element) => element.tabIndex >= 0 && element.checkVisibility())
          .map((element, index) => {
            element.dataset["order"] = `${index}`;
            return `${index}`;
          }),
      );
      const went: string[] = [];
      for (let presses = 0; presses <= expected.length; presses++) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset["order"]); // cast: an element of HTML
        if (at === undefined) break;
        went.push(at);
      }
      expect(went).toEqual(expected);
    },
  );
});

describe("an update", () => {
  test("is said by the region that was there before, and by no other", async () => {
    await open("/click-to-edit");
    const before = find(await tree(), "status");
    await tabTo(page, "link", "Edit the book");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save" }).waitFor();
    await page.keyboard.press("Enter");
    await says(page, "The book was saved");
    const told = await tree();
    const after = told.filter(({ role }) => role === "status");
    expect(after.map(({ element }) => element)).toEqual([before?.element]);
    expect(told[told.indexOf(after[0] as Told) + 1]?.name).toBe("The book was saved"); // cast: it is there
  });

  test("makes its target busy while it is waited for, and the button disabled", async () => {
    await open("/file-upload");
    const { asked, go } = await hold(page, /file-upload/);
    await page.getByRole("button", { name: "Upload" }).click();
    await asked;
    const during = await tree();
    expect(find(during, "button", "Upload")?.states).toMatchObject({ disabled: true });
    expect(during.some(({ states }) => states["busy"])).toBe(true);
    go();
    await says(page, "Choose a file first");
    const after = await tree();
    expect(find(after, "button", "Upload")?.states["disabled"]).toBeUndefined();
    expect(after.some(({ states }) => states["busy"])).toBe(false);
    expect(await focused(page)).toBe("Upload");
  });

  test("a field that is refused is told as invalid, with what is wrong, and has the focus", async () => {
    await open("/inline-validation");
    await page.getByRole("textbox", { name: "Name of the shelf" }).fill("Red");
    await page.getByRole("textbox", { name: "Number of books" }).fill("100");
    await page.keyboard.press("Enter");
    await says(page, "The shelf was not added");
    const told = await tree();
    for (const [name, error] of [
      ["Name of the shelf", "This name is taken."],
      ["Number of books", "Use a number from 1 to 99."],
    ] as const) {
      const field = find(told, "textbox", name);
      expect(field?.states["invalid"]).toBe("true");
      expect(field?.description).toContain(error);
    }
    expect(told.filter(({ role, states }) => role === "textbox" && states["focused"])).toHaveLength(1);
  });

  test("a job is told by a bar with a name and its value", async () => {
    await open("/progress-bar");
    const look = await hold(page, /progress-bar$/, "GET");
    await page.getByRole("button", { name: "Start" }).click();
    await says(page, "The job has started");
    await page.getByRole("progressbar").waitFor();
    look.go();
    const bar = find(await tree(), "progressbar");
    expect(bar?.name).toBe("Progress of the job");
    await says(page, "The job is done");
  });
});

describe("the dialog", () => {
  test("is told as one, by its title, alone while it is open; Escape closes it, and the focus returns", async () => {
    await open("/modal");
    await tabTo(page, "button", "Add a book");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save" }).waitFor();
    await expect.poll(() => focused(page)).toBe("Title");
    const during = await tree();
    expect(find(during, "dialog", "A new book")?.states).toMatchObject({ modal: true });
    expect(during.filter(({ role }) => /navigation|banner/.test(role))).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(() => focused(page)).toBe("Add a book");
    const after = await tree();
    expect(find(after, "dialog")).toBeUndefined();
    expect(find(after, "navigation")).toBeDefined();
  });

  test("what is refused in it is told in it, where the focus is", async () => {
    await open("/modal");
    await page.getByRole("button", { name: "Add a book" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("dialog [aria-invalid]").waitFor();
    await expect.poll(() => focused(page)).toBe("Title");
    const told = await tree();
    const field = find(told, "textbox", "Title");
    expect(field?.states).toMatchObject({ invalid: "true", focused: true });
    expect(field?.description).not.toBe("");
    expect(find(told, "dialog", "A new book")).toBeDefined();
  });
});

describe("a click with a key, which asks for another tab", () => {
  test.each([
    ["/pagination", "Page 4"],
    ["/tabs", "blue"],
    ["/click-to-edit", "Edit the book"],
  ])("%s: asks for the whole page there, and leaves this one", async (path, name) => {
    await open(path);
    visitor.requests();
    const asked = page.context().waitForEvent("request", (request) => request.isNavigationRequest());
    await page.getByRole("link", { name, exact: true }).click({ modifiers: ["Control"] });
    expect((await asked).headers()["bus-request"]).toBeUndefined();
    expect(visitor.requests().filter((request) => !/partial/.test(request) || path !== "/tabs")).toEqual([]);
    expect(new URL(page.url()).pathname).toBe(path);
  });
});

test("who prefers reduced motion sees none", async () => {
  await open("/toast");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Make a copy" }).click();
  await page.getByText("Copy 1 is made").waitFor();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  expect(
    await page.evaluate(() => getComputedStyle(document.querySelector(".toast") ?? document.body).animationName),
  ).toBe("none");
});

describe("colours", () => {
  test.each(["light", "dark"] as const)(
    "in %s every text stands out from what is behind it by 4.5 to 1",
    async (colorScheme) => {
      await open("/");
      await page.emulateMedia({ colorScheme });
      const found: string[] = [];
      for (const path of ["/", ...PATHS]) {
        await page.goto(path);
        found.push(...(await page.evaluate(lowContrast)).map((problem) => `${path}: ${problem}`));
      }
      expect(found).toEqual([]);
    },
  );
});

/** Runs in the page: texts whose colour is too near to their background's, by WCAG 2.2. */
function lowContrast(): string[] {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!context) return ["no canvas"];
  const over = (colors: readonly string[]): number[] => {
    context.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb: readonly number[]): number => {
    const [r = 0, g = 0, b = 0] = rgb.map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = new Set<string>();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!element?.checkVisibility({ visibilityProperty: true }) || !/\S/.test(node.nodeValue ?? "")) continue;
    if (element.closest(":disabled, [aria-hidden=true], option")) continue;
    const behind: string[] = [];
    for (let at: Element | null = element; at; at = at.parentElement)
      behind.unshift(getComputedStyle(at).backgroundColor);
    const [light = 0, dark = 0] = [
      over(["white", ...behind]),
      over(["white", ...behind, getComputedStyle(element).color]),
    ]
      .map(luminance)
      .sort((a, b) => b - a);
    if ((light + 0.05) / (dark + 0.05) < 4.5)
      found.add(`${element.localName}.${element.className} ${node.nodeValue?.trim().slice(0, 30)}`);
  }
  return [...found];
}
