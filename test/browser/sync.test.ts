import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import type { CrdtText } from "../../lib/crdt/index.ts";
import type { Replica } from "../../lib/sync/index.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { prepareServer, type Server } from "../sync/server.ts";

declare const pad: { readonly text: CrdtText; readonly replica: Replica }; // what the page puts on its window

let browser: Browser;
let withServer: (run: (server: Server) => Promise<void>) => Promise<void>;

beforeAll(async () => {
  [browser, withServer] = await Promise.all([launchBrowser(), prepareServer("child-page.ts")]);
});
afterAll(() => browser.close());

/** Errors of the pages, and whatever their policy forbade. */
const problems: string[] = [];
afterEach(() => assert.deepEqual(problems.splice(0), []));

/** A browser of one's own: nothing is shared with the others, not even the cache. */
async function joinPad(server: Server, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url });
  const opened = await context.newPage();
  opened.on("pageerror", (error) => problems.push(String(error)));
  opened.on(
    "console",
    (message) => message.text().includes("Content Security Policy") && problems.push(message.text()),
  );
  await opened.goto(`/pad?name=${name}`);
  await synced(opened);
  return opened;
}

const synced = async (opened: Page): Promise<void> => {
  await opened.waitForFunction(() => pad.replica.status.peek() === "synced");
};
const shownIn = (opened: Page): Promise<string> => opened.locator("textarea").inputValue();

/** Waits until all show the same, and everything is acknowledged. */
async function agree(pages: readonly Page[], expected: (value: string) => boolean): Promise<string> {
  const patience = AbortSignal.timeout(60_000);
  for (;;) {
    await Promise.all(pages.map(synced));
    const values = await Promise.all(pages.map(shownIn));
    const first = values[0] ?? "";
    if (values.every((value) => value === first) && expected(first)) return first;
    assert.ok(!patience.aborted, `synced, but they show ${JSON.stringify(values)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What each of them types, letter after letter. */
async function typeAtOnce(pages: readonly Page[], letters: string, times: number): Promise<void> {
  await Promise.all(
    pages.map((opened, index) =>
      opened.locator("textarea").pressSequentially((letters[index] ?? "").repeat(times), { delay: 15 }),
    ),
  );
}

const count = (text: string, letter: string): number => text.split(letter).length - 1;

describe("two browsers and a server", () => {
  test("type at once into one text, through a kill and a restart of the server, and lose nothing", () =>
    withServer(async (server) => {
      const [ada, bob] = await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")]);
      const online = typeAtOnce([ada, bob], "ab", 75);
      await ada.waitForFunction(() => pad.text.length > 60);
      await server.kill();
      await ada.waitForFunction(() => pad.replica.status.peek() !== "synced");
      await online;
      const offline = typeAtOnce([ada, bob], "ab", 75);
      await ada.waitForFunction((before) => pad.text.length > before + 20, await ada.evaluate(() => pad.text.length));
      await server.start();
      await offline;
      const text = await agree([ada, bob], (value) => value.length === 300);
      assert.deepEqual([count(text, "a"), count(text, "b")], [150, 150]);

      // A newcomer after another restart reads it from the disk alone.
      await Promise.all([ada.close(), bob.close()]);
      await server.kill();
      await server.start();
      const cyd = await joinPad(server, "cyd");
      assert.equal(await agree([cyd], (value) => value !== ""), text);
      await cyd.close();
    }));

  test("keep caret and selection where they belong while the other types", () =>
    withServer(async (server) => {
      const [ada, bob] = await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")]);
      await ada.locator("textarea").fill("one two three");
      await agree([ada, bob], (value) => value === "one two three");
      await ada.locator("textarea").evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(4, 7));
      await bob.locator("textarea").evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(0, 0));
      await bob.locator("textarea").pressSequentially("zero ");
      await agree([ada, bob], (value) => value === "zero one two three");
      const selected = await ada
        .locator("textarea")
        .evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd));
      assert.equal(selected, "two");
      await ada.keyboard.type("2");
      await agree([ada, bob], (value) => value === "zero one 2 three");
      await Promise.all([ada.close(), bob.close()]);
    }));

  test("show each other's cursors by name, at the place in the text, and follow it as the text grows", () =>
    withServer(async (server) => {
      const [ada, bob] = await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")]);
      await ada.locator("textarea").fill("first line\nsecond line");
      await agree([ada, bob], (value) => value.length === 22);
      await ada.locator("textarea").evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(11, 17));
      const caret = bob.locator(".bus-cursor");
      await bob.locator(".bus-selection").first().waitFor();
      assert.equal(await bob.locator(".bus-cursor-name").textContent(), "ada");
      assert.equal(await ada.locator(".bus-cursor").count(), 0); // bob has not touched the field
      // 16px monospace, lines of 20px, 3px border and 10px padding around the text.
      const field = await bob.locator("textarea").boundingBox();
      const before = await caret.boundingBox();
      assert.ok(field && before);
      assert.ok(Math.abs(before.y - (field.y + 13 + 20)) < 3, `${before.y} in ${field.y}`);
      const letter = (before.x + 1 - field.x - 13) / 6;
      assert.ok(letter > 8 && letter < 11, `letters ${letter}px wide`);
      await ada.locator("textarea").evaluate(() => pad.text.insert(0, "a new line\n"));
      await bob.waitForFunction(
        (y) => (document.querySelector(".bus-cursor")?.getBoundingClientRect().y ?? 0) > y + 15,
        before.y,
      );
      const after = await caret.boundingBox();
      assert.ok(after && Math.abs(after.y - before.y - 20) < 1 && Math.abs(after.x - before.x) < 1);
      await ada.close();
      await caret.waitFor({ state: "detached" });
      await bob.close();
    }));

  test("edit apart while the network is gone, and meet when it is back", () =>
    withServer(async (server) => {
      const [ada, bob] = await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")]);
      await ada.locator("textarea").fill("base");
      await agree([ada, bob], (value) => value === "base");
      await server.kill();
      await Promise.all(
        [ada, bob].map((opened) => opened.waitForFunction(() => pad.replica.status.peek() === "offline")),
      );
      await ada.locator("textarea").pressSequentially("AAA");
      await bob.locator("textarea").evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(0, 0));
      await bob.locator("textarea").pressSequentially("BBB");
      await server.start();
      await Promise.all([ada, bob].map((opened) => opened.evaluate(() => dispatchEvent(new Event("online")))));
      assert.equal(await agree([ada, bob], (value) => value.length === 10), "BBBbaseAAA");
      await Promise.all([ada.close(), bob.close()]);
    }));

  test("undo and repeat what is one's own, and leave alone what the other wrote meanwhile", () =>
    withServer(async (server) => {
      const [ada, bob] = await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")]);
      await ada.locator("textarea").pressSequentially("mine");
      await agree([ada, bob], (value) => value === "mine");
      await bob.locator("textarea").evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(2, 2));
      await bob.locator("textarea").pressSequentially("THEIRS");
      await agree([ada, bob], (value) => value === "miTHEIRSne");
      await ada.locator("textarea").press("Control+z");
      await agree([ada, bob], (value) => value === "THEIRS");
      await ada.locator("textarea").press("Control+Shift+z");
      await agree([ada, bob], (value) => value === "miTHEIRSne");
      await bob.locator("textarea").press("Control+z");
      await agree([ada, bob], (value) => value === "mine");
      await Promise.all([ada.close(), bob.close()]);
    }));
});
