import { expect, test } from "vitest";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";

/*
 * What the first script does by itself: a page of clicks and patches needs no other one, however long they take.
 */

const counter: View = defineView({
  mount: () => ({ count: signal(0), rows: signal<readonly number[]>([]) }),
  on: {
    add(state, event) {
      state.count.update((n) => n + 1);
      state.rows.update((rows) => [...rows, Number(event["n"])]);
    },
    clear: (state) => state.rows.set([]),
  },
  render: (state, bind): Html => html`<output>${state.count}</output>
    <form method="post"><button id="add" ${bind.add("click", { n: 7 })}>+</button><button id="clear" ${bind.clear("click")}>-</button></form>
    <ul>${each(
      state.rows.get(),
      (_row, index) => index,
      (row) => html`<li>${row}</li>`,
    )}</ul>`,
});

useLiveBrowser();

const step = async (text: string): Promise<void> => expect.poll(() => live.page.textContent("ul")).toBe(text);

test("a page of clicks loads no script for forms, moves, navigation or other networks", async () => {
  await openView("scripts", counter);
  await live.page.click("#add");
  await step("7");
  await live.page.click("#clear");
  await step("");
  const names = live.asked.map((path) => /busbar-live(-[a-z]+)?-[0-9a-f]+\.min/.exec(path)?.[1] ?? "");
  expect(names.filter((name) => name !== "")).toEqual(["-back"]);
});

test("where no other script can be had the page still connects, sends clicks and follows", async () => {
  await openView("scripts", counter, {
    prepare: (page) => page.route(/busbar-live-(back|form|more|nav|net)-/, (route) => route.abort()),
  });
  for (const text of ["7", "77", "777"]) {
    await live.page.click("#add");
    await step(text);
  }
  await live.page.click("#clear");
  await step("");
  expect(await live.page.textContent("output")).toBe("3");
});
