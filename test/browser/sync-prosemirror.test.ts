import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { EditorView } from "prosemirror-view";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { RichText } from "../../lib/crdt/index.ts";
import type { Replica } from "../../lib/sync/index.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { prepareServer, type Server } from "../sync/server.ts";

/** What the page puts on its window. */
declare const pad: {
  readonly text: RichText;
  readonly replica: Replica;
  readonly view: EditorView;
  html(): string;
  mark(from: number, to: number, name: string): void;
  split(at: number): void;
  heading(at: number): void;
  type(at: number, content: string): void;
};

let browser: Browser;
let withServer: (run: (server: Server) => Promise<void>) => Promise<void>;

beforeAll(async () => {
  [browser, withServer] = await Promise.all([launchBrowser(), prepareServer("child-page-prosemirror.ts")]);
});
afterAll(() => browser.close());

async function joinPad(server: Server, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await page.goto(`/pad?name=${name}`);
  await page.waitForFunction(() => typeof pad !== "undefined" && pad.replica.status.peek() === "synced");
  return page;
}

const shows = async (pages: readonly Page[], wanted: string): Promise<void> => {
  for (const page of pages) {
    await page
      .waitForFunction((html) => pad.html() === html, wanted, { timeout: 60_000 })
      .catch(async () => {
        assert.equal(await page.evaluate(() => pad.html()), wanted);
      });
  }
};

describe("two ProseMirror editors on one text", () => {
  test("type, mark, split and change blocks at once, and show the same", () =>
    withServer(async (server) => {
      const [ada, bob] = (await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")])) as [Page, Page];
      const both = [ada, bob];
      await ada.evaluate(() => pad.view.focus());
      await ada.keyboard.type("one two three");
      await shows(both, "<p>one two three</p>");
      await ada.evaluate(() => pad.mark(5, 8, "strong"));
      await shows(both, "<p>one <strong>two</strong> three</p>");
      await bob.evaluate(() => pad.type(8, "!")); // at the end of bold: part of it, for both
      await shows(both, "<p>one <strong>two!</strong> three</p>");

      await server.kill(); // apart from each other
      await Promise.all(both.map((page) => page.waitForFunction(() => pad.replica.status.peek() === "offline")));
      await ada.evaluate(() => pad.split(5)); // before "two!"
      await ada.evaluate(() => pad.heading(1));
      await bob.evaluate(() => pad.type(15, " four"));
      await bob.evaluate(() => pad.mark(1, 4, "em"));
      await server.start();
      await Promise.all(both.map((page) => page.evaluate(() => dispatchEvent(new Event("online")))));
      await shows(both, "<h2><em>one</em> </h2><p><strong>two!</strong> three four</p>");
      await bob.evaluate(() => {
        const { tr } = pad.view.state;
        pad.view.dispatch(tr.join(6)); // the paragraph into the heading
      });
      await shows(both, "<h2><em>one</em> <strong>two!</strong> three four</h2>");
    }));

  test("put a letter where it is typed, and take the one that is deleted, in a run of equal ones", () =>
    withServer(async (server) => {
      const page = await joinPad(server, "ada");
      await page.evaluate(() => {
        pad.view.focus();
        pad.type(1, "x");
        pad.split(2);
      });
      await page.keyboard.press("Control+End");
      await page.keyboard.type("aaaaaa");
      for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
      await page.evaluate(() => {
        const heard: unknown[] = [];
        pad.text.observe((delta) => heard.push(delta));
        Object.assign(window, { heard });
      });
      await page.keyboard.type("a");
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Delete");
      const before = 1 + 1 + 2; // x, the marker of the second paragraph, and what stands before the caret
      await shows([page], "<p>x</p><p>aaaaa</p>");
      assert.deepEqual(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard), [
        [{ retain: before }, { insert: "a" }],
        [{ retain: before }, { delete: 1 }],
        [{ retain: before }, { delete: 1 }],
      ]);
    }));

  test("keep the selection, show each other's, and take nothing from a schema that lacks a type", () =>
    withServer(async (server) => {
      const [ada, bob] = (await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")])) as [Page, Page];
      await ada.evaluate(() => pad.view.focus());
      await ada.keyboard.type("hello there");
      await shows([bob], "<p>hello there</p>");
      await ada.keyboard.press("Shift+Home");
      await bob.waitForFunction(() => document.querySelector(".bus-selection")?.textContent === "hello there");
      assert.equal(await bob.locator(".bus-cursor-name").textContent(), "ada");
      await bob.evaluate(() => pad.type(1, "> "));
      await ada.waitForFunction(() => pad.view.state.doc.textContent === "> hello there");
      assert.equal(
        await ada.evaluate(() => {
          const { from, to } = pad.view.state.selection;
          return pad.view.state.doc.textBetween(from, to);
        }),
        "hello there",
      );
      await bob.evaluate(() => pad.text.insertEmbed(0, { node: "mention", attrs: {} })); // from a page of a later release
      await ada.waitForFunction(() => pad.text.length === 14);
      await ada.evaluate(() => pad.type(1, "x"));
      assert.equal(await ada.evaluate(() => pad.text.length), 14);
      assert.equal(await ada.evaluate(() => pad.view.state.doc.textContent), "> hello there");
    }));

  test("compose and delete by real keys, while another writes before and behind", () =>
    withServer(async (server) => {
      const [ada, bob] = (await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")])) as [Page, Page];
      const both = [ada, bob];
      const cdp = await ada.context().newCDPSession(ada);
      const compose = (text: string) =>
        cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
      await ada.evaluate(() => pad.view.focus());
      await ada.keyboard.type("one two");
      await shows(both, "<p>one two</p>");
      for (let i = 0; i < 4; i++) await ada.keyboard.press("ArrowLeft");
      await compose("に");
      await bob.evaluate(() => pad.type(1, "> "));
      await ada.waitForFunction(() => pad.html().startsWith("<p>&gt; ") || pad.html().startsWith("<p>> "));
      await compose("にほ");
      await bob.waitForFunction(() => pad.html().includes("にほ"));
      await bob.evaluate(() => pad.type(pad.view.state.doc.content.size - 1, " three"));
      await ada.waitForFunction(() => pad.html().includes("three"));
      await compose("にほん");
      await cdp.send("Input.insertText", { text: "日本" });
      await ada.waitForFunction(() => !pad.view.composing && pad.html().includes("日本"));
      const shown = await ada.evaluate(() => pad.html());
      await shows(both, shown);
      assert.match(shown, /^<p>(?:&gt;|>) one(?:日本) two three<\/p>$/);
      for (let i = 0; i < 4; i++) {
        await ada.keyboard.press("Backspace");
        await bob.evaluate(() => pad.type(1, "x"));
      }
      await shows(both, shown.replace("<p>", "<p>xxxx").replace("one日本", "o"));
    }));
});
