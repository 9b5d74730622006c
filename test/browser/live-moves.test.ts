import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { describe, test } from "vitest";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";
import { LIVE_CLIENTS } from "../helpers/live-page.ts";

/* What a reader has open, plays or composes in goes on when the rows around it, or its own, move. */

useLiveBrowser();

let order: ReturnType<typeof signal<readonly string[]>>;
const START = ["a", "b", "c", "d"];

const list = (row: (id: string) => Html, between: () => Html = () => html``): View =>
  defineView({
    mount: () => {
      order = signal<readonly string[]>(START);
      return {};
    },
    on: { hear: () => {} },
    render: (_state, bind): Html =>
      html`<input id="before" ${bind.hear("input")}><ul>${() => each(order.get(), (id) => id, row)}</ul>${between}`,
  });

async function reorder(page: Page, ids: readonly string[]): Promise<void> {
  order.set(ids);
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll("li")].map(({ id }) => id).join("") === wanted,
    ids.join(""),
  );
}

const WAYS = [
  ["with moveBefore", undefined],
  ["without moveBefore", "delete Element.prototype.moveBefore"],
] as const;

describe.each(LIVE_CLIENTS)("%s", (client) => {
  describe.each(WAYS)("%s", (_way, setup) => {
    const options = setup === undefined ? {} : { setup };

    test("a dialog, a popover and the focus in a shadow root stay as they are when their row moves", async () => {
      const view = list(
        (id) =>
          html`<li id=${id}><dialog>${id} <button type="button">ok</button></dialog><div popover>${id}</div><span></span></li>`,
      );
      for (const kind of ["dialog", "popover", "shadow"]) {
        const page = await openView(client, view, options);
        await page.evaluate((what) => {
          const row = document.querySelector("#d") as HTMLElement; // casts: the view has them
          const state = { dialog: false, popover: false, blurs: 0 };
          Object.assign(window, { state });
          if (what === "dialog") (row.querySelector("dialog") as HTMLDialogElement).showModal();
          if (what === "popover") (row.querySelector("[popover]") as HTMLElement).showPopover();
          if (what === "shadow") {
            const root = (row.querySelector("span") as HTMLElement).attachShadow({ mode: "open" });
            root.innerHTML = "<input>";
            const input = root.querySelector("input") as HTMLInputElement;
            input.focus();
            input.addEventListener("blur", () => state.blurs++);
          }
        }, kind);
        await reorder(page, ["d", "a", "b", "c"]);
        await reorder(page, ["d", "c", "b", "a"]);
        const found = await page.evaluate(() => {
          const root = document.querySelector("span")?.shadowRoot;
          return {
            dialog: document.querySelector("dialog:modal") !== null,
            popover: document.querySelector(":popover-open") !== null,
            shadow:
              root?.activeElement?.localName === "input" &&
              (window as unknown as { state: { blurs: number } }).state.blurs === 0,
          };
        });
        assert.deepEqual(found, { dialog: kind === "dialog", popover: kind === "popover", shadow: kind === "shadow" });
        await page.context().close();
        await live.server.stop();
      }
    });

    test("what an input method composes goes on when its row moves, and others come and go", async () => {
      const page = await openView(
        client,
        list((id) => html`<li id=${id}><input class="f${String(order.get().length)}"></li>`),
        options,
      );
      const cdp = await page.context().newCDPSession(page);
      await page.focus("#d input");
      await page.evaluate(() => {
        const ends: string[] = [];
        Object.assign(window, { ends });
        document.addEventListener("compositionend", ({ data }) => ends.push(data));
      });
      await cdp.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
      await reorder(page, ["d", "a", "b", "c"]);
      await reorder(page, ["e", "d", "c"]);
      await cdp.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
      assert.deepEqual(
        await page.evaluate(() => [
          (window as unknown as { ends: string[] }).ends,
          document.activeElement?.closest("li")?.id,
        ]),
        [[], "d"],
      );
      assert.equal(await page.inputValue("#d input"), "にほ");
      await cdp.send("Input.insertText", { text: "日本" });
      assert.equal(await page.inputValue("#d input"), "日本");
      await page.waitForFunction(() => document.querySelector("#d input")?.className === "f3");
    });
  });

  test("a reader who prefers reduced motion sees patches without transitions", async () => {
    const page = await openView(
      client,
      list((id) => html`<li id=${id} bus-transition>${id}</li>`),
      {
        context: { reducedMotion: "reduce" },
        setup: () => {
          const { startViewTransition } = Document.prototype;
          Object.assign(window, { transitions: 0 });
          Document.prototype.startViewTransition = function (this: Document, ...given) {
            (window as unknown as { transitions: number }).transitions++;
            return startViewTransition.apply(this, given);
          };
        },
      },
    );
    await reorder(page, ["b", "a"]);
    await reorder(page, ["a"]);
    assert.equal(await page.evaluate(() => (window as unknown as { transitions: number }).transitions), 0);
  });
});
