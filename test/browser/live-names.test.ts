import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { each, type Html, html, renderToString } from "../../lib/html/index.ts";
import { defineView, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";
import { LIVE_CLIENTS } from "../helpers/live-page.ts";

/*
 * A form answers with its fields where it is asked for what they are called, before all it can do and is. So whatever a field is called, its form is
 * found, filled, moved, taken out and sent like any other.
 */

useLiveBrowser();

/** All that a form can do and is, as the browser has it. */
async function namesOfForms(): Promise<string[]> {
  const page = await openView("scripts", defineView({ mount: () => ({}), render: () => html`<p></p>` }));
  const names = await page.evaluate(() => {
    const all = new Set(["_m", "_v", "0", "call"]);
    for (let at = document.createElement("form"); at; at = Object.getPrototypeOf(at))
      for (const name of Object.getOwnPropertyNames(at)) all.add(name);
    return [...all];
  });
  await page.close();
  await live.server.stop();
  return names;
}

/** Forms with a field of this name, in every place where a view may change something about them. */
const draw = (name: string, n: number): Html => html`<section>
  <form title=${n}><input name=${name}></form>
  <form><input name=${name}>${n}<i></i></form>
  <form id=${`text-${name}`}>${n % 2 ? html`<b>${n}</b>` : n}</form><input form=${`text-${name}`} name=${name}>
  <form>${each(
    [n, 7, n + 1],
    (key) => key,
    (key) => html`<input name=${name} title=${key}>`,
  )}</form>
  ${n % 2 ? html`<form title=${n}><input name=${name} title=${n}></form>` : html`<p>${n}</p>`}
  <div>${n % 2 ? html`<b></b>` : html`<form><input name=${name}>${n}</form>`}</div>
  <form bus-ignore><input name=${name} value="kept"></form>
</section>
<div>${each(
  [1, 2, 3, 4, 5].map((row) => (row * (n + 1)) % 7),
  (row) => row,
  (row) => html`<form title=${n}><input name=${name} title=${row}></form>`,
)}</div>`;

const drawn = (names: readonly string[]): View =>
  defineView({
    mount: () => ({ n: signal(0) }),
    on: { next: (state) => state.n.update((n) => n + 1) },
    render: (state, bind): Html => html`<button id="next" ${bind.next("click")}></button>
      <div id="drawn">${each(
        names,
        (name) => name,
        (name) => html`<div>${draw(name, state.n.get())}</div>`,
      )}</div>`,
  });

const sent = (names: readonly string[]): View =>
  defineView({
    mount: () => ({ heard: new Set<string>(), count: signal(0) }),
    on: {
      hear(state, event) {
        for (const pair of Object.entries(event)) state.heard.add(pair.join());
        state.count.set(state.heard.size);
      },
    },
    render: (state, bind): Html =>
      html`<output>${state.count}</output>${each(
        names,
        (name) => name,
        (name) => html`<form ${bind.hear("submit")}><input name=${name} value="sent"><button>send</button></form>
        <form ${bind.hear("change")}><input name=${name} value="changed"></form>`,
      )}`,
  });

describe.each(LIVE_CLIENTS)("%s", (client) => {
  test("forms whose fields are named after what forms can do are patched like others", async () => {
    const names = await namesOfForms();
    expect(names.length).toBeGreaterThan(300);
    const page = await openView(client, drawn(names));
    for (let n = 0; n < 3; n++) {
      const wanted = names.map((name) => renderToString(html`<div>${draw(name, n)}</div>`)).join("");
      await page.evaluate(
        async ([markup, n]) => {
          const plain = (text: string | undefined): string => (text ?? "").replace(/<!--.*?-->/g, "");
          const model = document.createElement("div");
          model.innerHTML = markup;
          const wanted = plain(model.innerHTML);
          const drawn = document.querySelector("#drawn");
          const last = `#drawn > div:last-child > div:last-child > form[title="${n}"]`; // all is compared once that is there: it takes long
          await globalThis.until(() => document.querySelector(last) && plain(drawn?.innerHTML) === wanted);
          document.querySelector<HTMLElement>("#next")?.click();
        },
        [wanted, n] as const,
      );
    }
    assert.deepEqual(await live.seen(), ["connected"]);
    // Mounted anew, with what was typed.
    const fields = (typed?: string): Promise<string[]> =>
      page.evaluate((text) => {
        const found = [...document.querySelectorAll<HTMLInputElement>("section > form:nth-of-type(2) > input")];
        for (const field of found) field.value = text ?? field.value;
        return found.map(({ value }) => value);
      }, typed);
    await fields("typed");
    await live.restart();
    await live.saw("connected", 2);
    assert.deepEqual([...new Set(await fields())], ["typed"]);
    assert.deepEqual(await live.seen(), ["connected", "disconnected", "connected"]);
  });

  test("forms whose fields are named after what forms can do are sent like others, and tell their changes", async () => {
    const names = (await namesOfForms()).filter((name) => name !== "__proto__"); // no server takes that
    const page = await openView(client, sent(names), { route: { framesPerSecond: 1e4, frameBurst: 1e4 } });
    await page.evaluate(async (names) => {
      const output = document.querySelector("output");
      let count = 0;
      for (const field of document.querySelectorAll("input")) {
        if (field.value === "changed") field.dispatchEvent(new Event("change", { bubbles: true }));
        else HTMLFormElement.prototype.requestSubmit.call(field.form);
        count++;
        // As many at once as a page may ask for.
        if (count % 40 === 0) await globalThis.until(() => Number(output?.textContent) === count);
      }
      await globalThis.until(() => Number(output?.textContent) === names.length * 2);
    }, names);
    assert.deepEqual(await live.seen(), ["connected"]);
  });
});
