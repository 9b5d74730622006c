import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { openPage, page, site, useClientPage } from "../helpers/client-page.ts";

// Sizes no page should have: all of it works, and what is read more than a few times would not come to an end before the test does.

useClientPage();

const files = ["", "-plus", "-page", "-morph"].map(
  (part) => `<script src="/dist/client/busbar${part}.min.js" defer></script>`,
);

async function open(body: string): Promise<void> {
  await openPage(body, files.join(""));
  await page.evaluate(() => {
    window.errors = [];
    document.addEventListener("bus:error", ({ detail }) => window.errors.push(`${detail.reason}: ${detail.error}`));
  });
}

declare global {
  interface Window {
    errors: string[];
  }
}

const errors = (): Promise<string[]> => page.evaluate(() => window.errors);
const count = (css: string): Promise<number> => page.locator(css).count();

describe("parts", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => i);

  test.each([
    ["by their ids", (i: number) => `<p id="t${i}" bus-swap-oob="true">${i}</p>`],
    ["by selectors", (i: number) => `<bus-partial bus-target="#t${i}">${i}</bus-partial>`],
    ["that are morphed", (i: number) => `<p id="t${i}" bus-swap-oob="outerMorph">${i}</p>`],
  ])("ten thousand find their places %s", async (_, part) => {
    await open(`<button bus-post="/x" bus-swap="none">go</button>${many.map((i) => `<p id="t${i}"></p>`).join("")}`);
    site.routes["POST /x"] = many.map(part).join("");
    await page.click("button");
    await page.waitForFunction(() => document.querySelector("#t9999")?.textContent === "9999");
    assert.equal(
      await page.evaluate(() => [...document.querySelectorAll("p")].filter((p, i) => p.textContent === `${i}`).length),
      10_000,
    );
    assert.deepEqual(await errors(), []);
  });

  test("one goes to ten thousand places", async () => {
    await open(`<button bus-post="/x" bus-swap="none">go</button>${many.map(() => "<p></p>").join("")}`);
    site.routes["POST /x"] = `<bus-partial bus-target="p" bus-swap="beforeend"><b bus-get="/y">new</b></bus-partial>`;
    await page.click("button");
    await page.waitForFunction(() => document.querySelectorAll("p > b").length === 10_000);
    assert.deepEqual(await errors(), []);
  });
});

describe("depth", () => {
  /** Ten thousand elements in each other, which no parser makes. */
  const nest = (): Promise<void> =>
    page.evaluate(() => {
      let at: Element = document.querySelector("main") as Element; // cast: it is there
      for (let i = 0; i < 10_000; i++) {
        const next = document.createElement(i % 2 ? "div" : "section");
        if (i % 100 === 0) next.setAttribute("bus-trigger", "ping");
        if (i % 100 === 0) next.setAttribute("bus-post", "/x");
        at.append(next);
        at = next;
      }
      at.innerHTML = `<button bus-post="/x" bus-target="main">go</button>`;
    });

  test.each(["innerHTML", "outerMorph"])(
    "elements nested ten thousand deep ask, and are replaced by %s",
    async (style) => {
      await open(`<main hidden></main>`); // shown, Chromium ends of it by itself
      await nest();
      await page.evaluate((swap) => document.querySelector("button")?.setAttribute("bus-swap", swap), style);
      site.routes["POST /x"] = style === "outerMorph" ? "<main hidden><p>done</p></main>" : "<p>done</p>";
      await page.evaluate(() => document.querySelector("button")?.click());
      await page.waitForSelector("main > p", { state: "attached" });
      assert.equal(await count("main *"), 1);
      assert.deepEqual(await errors(), []);
    },
  );

  test("a reply nested deeper than any parser goes arrives as the parser reads it", async () => {
    await open(`<button bus-post="/x" bus-target="main">go</button><main></main>`);
    site.routes["POST /x"] = "<div>".repeat(3000) + "<template>".repeat(5000);
    await page.click("button");
    await page.waitForSelector("main > div", { state: "attached" });
    assert.deepEqual(await errors(), []);
  });
});

describe("texts", () => {
  test("many brackets in any attribute are an error, or nothing", async () => {
    await open("<main></main>");
    const names = [
      "target",
      "trigger",
      "swap",
      "include",
      "vals",
      "headers",
      "sync",
      "indicator",
      "disable",
      "select",
      "confirm",
      "push-url",
      "status:200",
      "optimistic",
      "focus",
      "announce",
      "select-oob",
    ];
    site.routes["POST /x"] = "ok";
    await page.evaluate((given) => {
      window.confirm = () => true;
      for (const name of given)
        for (const unit of ["(", "[", "\"'", "{", "a(", "this "]) {
          const p = document.createElement("p");
          p.setAttribute("bus-post", "/x");
          p.setAttribute(`bus-${name}`, unit.repeat(2e5 / unit.length));
          document.querySelector("main")?.append(p);
        }
    }, names);
    await page.evaluate(() => {
      for (const p of document.querySelectorAll("p")) p.click();
    });
    await page.waitForFunction(() => !document.querySelector(".bus-request"));
    for (const error of await errors()) assert.match(error, /^(attribute|swap|target): /);
  });

  test("values in ten thousand names, and one of a megabyte, are sent", async () => {
    await open("<main></main>");
    let body = 0;
    site.routes["POST /x"] = (_request, response, bytes) => {
      body = bytes.length;
      response.end("ok");
    };
    await page.evaluate(() => {
      const values = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`name${i}`, i]));
      const p = document.createElement("p");
      p.setAttribute("bus-post", "/x");
      p.setAttribute("bus-vals", JSON.stringify({ ...values, long: "x".repeat(1_000_000) }));
      document.querySelector("main")?.append(p);
      p.click();
    });
    await page.waitForSelector("p:text-is('ok')");
    assert.ok(body > 1_000_000);
    assert.deepEqual(await errors(), []);
  });

  test.each([
    ["spaces", " ".repeat(8_000_000)],
    ["a comment", `<!--${"x".repeat(8_000_000)}-->`],
  ])("a reply that begins with megabytes of %s is shown", async (_, before) => {
    await open(`<button bus-post="/x" bus-target="main">go</button><main>old</main>`);
    site.routes["POST /x"] = `${before}<p>new</p>`;
    await page.click("button");
    await page.waitForFunction(() => document.querySelector("main")?.firstChild?.nodeValue !== "old");
    assert.deepEqual(await errors(), []);
  });

  test("headers of a reply as long as browsers take them are read", async () => {
    await open(`<button bus-post="/x" bus-target="main">go</button><main></main>`);
    site.routes["POST /x"] = (_request, response) => {
      response.writeHead(200, {
        "bus-trigger": Array.from({ length: 20_000 }, (_, i) => `e${i}`).join(", "),
        "bus-retarget": `main${":not(b)".repeat(5000)}`,
      });
      response.end("ok");
    };
    const last = page.evaluate(
      () => new Promise((resolve) => document.addEventListener("e19999", () => resolve(true))),
    );
    await page.click("button");
    assert.equal(await last, true);
    assert.deepEqual(await errors(), []);
  });
});
