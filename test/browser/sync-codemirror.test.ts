import assert from "node:assert/strict";
import type { EditorView } from "@codemirror/view";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { CrdtText } from "../../lib/crdt/index.ts";
import type { Replica } from "../../lib/sync/index.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { prepareServer, type Server } from "../sync/server.ts";

/** What the page puts on its window. */
declare const pad: {
  readonly text: CrdtText;
  readonly replica: Replica;
  readonly view: EditorView;
  readonly undoable: boolean[];
};

let browser: Browser;
let withServer: (run: (server: Server) => Promise<void>) => Promise<void>;

beforeAll(async () => {
  [browser, withServer] = await Promise.all([launchBrowser(), prepareServer("child-page-codemirror.ts")]);
});
afterAll(() => browser.close());

async function joinPad(server: Server, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await page.goto(`/pad?name=${name}`);
  await page.waitForFunction(() => typeof pad !== "undefined" && pad.replica.status.peek() === "synced");
  return page;
}

const shows = (page: Page, wanted: string): Promise<unknown> =>
  page.waitForFunction(
    (value) => pad.view.state.doc.sliceString(0, undefined, "\n") === value && pad.text.toString() === value,
    wanted,
  );
const select = (page: Page, anchor: number, head = anchor): Promise<void> =>
  page.evaluate(
    ([from, to]) => {
      pad.view.focus();
      pad.view.dispatch({ selection: { anchor: from, head: to } });
    },
    [anchor, head] as const,
  );

describe("two CodeMirror editors on one text", () => {
  test("type at once, keep their selections, and undo only what is their own", () =>
    withServer(async (server) => {
      const [ada, bob] = (await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")])) as [Page, Page];
      await select(ada, 0);
      await ada.keyboard.type("one two three");
      await shows(bob, "one two three");
      await select(ada, 4, 7);
      await select(bob, 0);
      await bob.keyboard.type("zero ");
      await shows(ada, "zero one two three");
      assert.deepEqual(
        await ada.evaluate(() => {
          const { from, to } = pad.view.state.selection.main;
          return pad.view.state.sliceDoc(from, to);
        }),
        "two",
      );
      await ada.keyboard.type("2");
      await Promise.all([ada, bob].map((page) => shows(page, "zero one 2 three")));
      // As the commands of a keymap do it, which every real editor has for these keys.
      await ada.evaluate(() => {
        const { head } = pad.view.state.selection.main;
        pad.view.dispatch({ changes: { from: head - 1, to: head }, userEvent: "delete.backward" });
      });
      await bob.evaluate(() => {
        const { head } = pad.view.state.selection.main;
        pad.view.dispatch({ changes: { from: head, to: head + 1 }, userEvent: "delete.forward" });
      });
      await Promise.all([ada, bob].map((page) => shows(page, "zero ne  three")));
      const undoable = await ada.evaluate(() => pad.undoable);
      assert.equal(undoable.filter(Boolean).length, 15); // 13 typed, one replaced, one deleted
      assert.ok(undoable.length > 15);

      const typing = [ada, bob].map(async (page, i) => {
        await select(page, i === 0 ? 0 : await page.evaluate(() => pad.text.length));
        await page.keyboard.type((i === 0 ? "a" : "b").repeat(60), { delay: 3 });
      });
      await Promise.all(typing);
      await Promise.all([ada, bob].map((page) => page.waitForFunction(() => pad.text.length === 14 + 120)));
      assert.equal(
        await ada.evaluate(() => pad.view.state.doc.toString()),
        await bob.evaluate(() => pad.view.state.doc.toString()),
      );
    }));

  test("show each other's selection, by name, where it is in the text", () =>
    withServer(async (server) => {
      const [ada, bob] = (await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")])) as [Page, Page];
      await select(ada, 0);
      await ada.keyboard.type("first line\nsecond line");
      await shows(bob, "first line\nsecond line");
      await select(ada, 11, 17);
      await bob.waitForFunction(() => document.querySelector(".bus-selection")?.textContent === "second");
      assert.equal(await bob.locator(".bus-cursor-name").textContent(), "ada");
      assert.equal(await ada.locator(".bus-cursor").count(), 0);
      await bob.evaluate(() => pad.text.insert(11, "the "));
      await bob.waitForFunction(() => document.querySelector(".bus-selection")?.textContent === "second");
      await ada.close();
      await bob.locator(".bus-cursor").waitFor({ state: "detached" });
    }));

  test("hold the same places with carriage returns, pairs and several changes at once", () =>
    withServer(async (server) => {
      const [ada, bob] = (await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")])) as [Page, Page];
      await bob.evaluate(() => pad.text.insert(0, "a\r\nb😀c"));
      await shows(ada, "a\r\nb😀c");
      await ada.evaluate(() =>
        pad.view.dispatch({
          changes: [
            { from: 0, to: 1, insert: "A" },
            { from: 3, to: 4 },
            { from: 7, insert: "!\n" },
          ],
        }),
      );
      await Promise.all([ada, bob].map((page) => shows(page, "A\r\n😀c!\n")));
      // Half a pair, by a program: the text has the last word.
      await ada.evaluate(() => pad.view.dispatch({ changes: { from: 3, to: 4 } }));
      await ada.evaluate(() => pad.view.dispatch({ changes: { from: 0, insert: "\ud83d" } }));
      await bob.waitForFunction(() => pad.text.toString().startsWith("\ufffd"));
      await ada.waitForFunction(() => pad.view.state.doc.sliceString(0, undefined, "\n") === pad.text.toString());
      await shows(bob, await ada.evaluate(() => pad.text.toString()));
    }));

  test("compose and delete by real keys, while another writes before, behind and at the very place", () =>
    withServer(async (server) => {
      const [ada, bob] = (await Promise.all([joinPad(server, "ada"), joinPad(server, "bob")])) as [Page, Page];
      const cdp = await ada.context().newCDPSession(ada);
      const compose = (text: string) =>
        cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
      const write = async (at: number, what: string) => {
        const before = await ada.evaluate(() => pad.text.length);
        await bob.evaluate(([index, string]) => pad.text.insert(index, string), [at, what] as const);
        await ada.waitForFunction((length) => pad.text.length >= length, before + what.length);
      };
      await select(ada, 0);
      await ada.keyboard.type("one two");
      await shows(bob, "one two");
      await select(ada, 3);
      await compose("に");
      await write(0, "> ");
      await compose("にほ");
      await bob.waitForFunction(() => pad.text.toString().includes("にほ"));
      await write(await bob.evaluate(() => pad.text.length), " three");
      await compose("にほん");
      await cdp.send("Input.insertText", { text: "日本" });
      await Promise.all([ada, bob].map((page) => shows(page, "> one日本 two three")));
      await compose("か");
      await write(7, "!");
      await compose("かな");
      await cdp.send("Input.insertText", { text: "仮名" });
      await ada.waitForFunction(() => !pad.view.composing);
      const both = await ada.evaluate(() => pad.text.toString());
      // An edit at the very place ends the composition, as any change of its line by a program does: what was composed by then stays.
      assert.match(both, /^> one日本(?=.*!)(?=.*仮名)[か!仮名]{3,4} two three$/);
      await Promise.all([ada, bob].map((page) => shows(page, both)));

      await select(ada, both.length);
      for (let i = 0; i < 6; i++) {
        await ada.keyboard.press("Backspace");
        await bob.evaluate(() => pad.text.insert(0, "x"));
      }
      await Promise.all([ada, bob].map((page) => shows(page, `xxxxxx${both.slice(0, -6)}`)));
    }));
});
