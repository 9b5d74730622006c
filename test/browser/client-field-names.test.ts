import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { openPage, page, useClientPage } from "../helpers/client-page.ts";

// In a form, `form.name` is the field of that name, whatever else forms have under it. Whatever a field is called, the page does
// what it does with a field of a name that nothing has.

/** What stands in the page, what answers, and how it begins. */
interface Scene {
  readonly page: string;
  readonly reply?: string;
  /** What is clicked; nothing where it begins by itself. */
  readonly click?: string;
  /** What is focused before. */
  readonly focus?: string;
}

const FIELD = `<input name="NAME" value="v">`;
const form = (attributes: string, inside = ""): string =>
  `<form id="f" ${attributes}>${FIELD}${inside}<button id="b" name="by" value="1">go</button></form>`;
const asks = (attributes: string): string => `<button id="b" bus-get="/a" ${attributes}>go</button>`;
const swapped = (style: string): Scene => ({
  page: `<form id="f">${FIELD}<p>1</p></form>${asks(`bus-target="#f" bus-swap="${style}"`)}`,
  reply: `<i id="f">2</i>`,
});

const scenes: Readonly<Record<string, Scene>> = {
  "a form with a verb asks": { page: form(`bus-post="/a" bus-target="#out"`) },
  "a form that asks is replaced": { page: form(`bus-post="/a" bus-swap="outerHTML"`), reply: form(`bus-post="/b"`) },
  "a boosted form asks": {
    page: `<div bus-boost="true">${form(`action="/a" method="post" bus-target="#out"`)}</div>`,
  },
  "a boosted form that gets asks": { page: `<div bus-boost="true">${form(`action="/a" bus-target="#out"`)}</div>` },
  "a file form asks": { page: form(`bus-post="/a" enctype="multipart/form-data" bus-target="#out"`) },
  "a button in it asks": {
    page: `<form id="f">${FIELD}<button type="button" id="b" bus-post="/a" bus-target="#out">go</button></form>`,
  },
  "a submit button in it asks": {
    page: `<form id="f">${FIELD}<button id="b" bus-post="/a" bus-target="closest form">go</button></form>`,
  },
  "a click on it asks": { page: form(`bus-get="/a" bus-trigger="click" bus-target="this"`), click: "#f p" },
  "it asks when it is loaded": {
    page: form(`bus-get="/a" bus-trigger="load" bus-target="find p"`, "<p>1</p>"),
    click: "",
  },
  "it hears of another": {
    page: `${form(`bus-get="/a" bus-trigger="click from:#o" bus-target="#out"`)}<b id="o"></b>`,
    click: "#o",
  },
  "another hears of it": { page: `${form("")}<b bus-get="/a" bus-trigger="submit from:#f" bus-target="#out"></b>` },
  "it passes attributes on": {
    page: `<form id="f" bus-target:inherited="#out" bus-vals:inherited='{"a":1}'>${FIELD}<i><a id="b" bus-get="/a">go</a></i></form>`,
  },
  "a link in it is followed": {
    page: `<div bus-boost="true"><form id="f">${FIELD}<a id="b" href="/a" bus-target="#out">go</a></form></div>`,
  },
  "it is included": { page: `<form id="f">${FIELD}</form>${asks(`bus-include="#f" bus-target="#out"`)}` },
  "what is around it is included": {
    page: `<div id="d"><form>${FIELD}</form></div>${asks(`bus-include="#d" bus-target="#out"`)}`,
  },
  "it is marked": { page: `<form id="f">${FIELD}</form>${asks(`bus-indicator="#f" bus-target="#out"`)}` },
  "what is in it is disabled": { page: form(`bus-post="/a" bus-disable="find button" bus-target="#out"`), focus: "#b" },
  "it coordinates": {
    page: `<form id="f" bus-sync:inherited="closest form:queue all">${FIELD}<a id="b" bus-post="/a" bus-target="#out">go</a></form>`,
  },
  "it is checked": { page: form(`bus-post="/a" bus-target="#out"`, `<input name="r" required>`) },
  "it is checked when it says so": {
    page: form(`bus-get="/a" bus-validate="true" bus-trigger="click" bus-target="#out"`, `<input name="r" required>`),
  },
  "it is not checked when it says so": {
    page: form(`bus-post="/a" novalidate bus-target="#out"`, `<input name="r" required>`),
  },
  "its content is replaced": swapped("innerHTML"),
  "it is replaced": swapped("outerHTML"),
  "it goes": swapped("delete"),
  "something comes before it": swapped("beforebegin"),
  "something comes first in it": swapped("afterbegin"),
  "something comes last in it": swapped("beforeend"),
  "something comes behind it": swapped("afterend"),
  "it is a part": {
    page: `<form id="f"></form>${asks(`bus-target="#out"`)}`,
    reply: `main<form id="f" bus-swap-oob="true">${FIELD}</form>`,
  },
  "it is a part whose content counts": {
    page: `<form id="f"></form>${asks(`bus-target="#out"`)}`,
    reply: `<form id="f" bus-swap-oob="beforeend">${FIELD}</form>`,
  },
  "it is chosen": {
    page: asks(`bus-target="#out" bus-select="form"`),
    reply: `<div><form>${FIELD}</form></div>`,
  },
  "it is kept": {
    page: `<div id="d"><form id="k" bus-preserve><p>old</p>${FIELD}</form></div>${asks(`bus-target="#d"`)}`,
    reply: `<form id="k" bus-preserve>${FIELD}</form>`,
  },
};

/** What the test calls in the page: what a scene came to, for each name. */
declare const played: (scene: Scene, name: string) => Promise<string>;

const player = `
  let seen;
  globalThis.fetch = async (url, { method, headers, body }) => {
    seen.push(Object.prototype.toString.call(body));
    const sent = [...(body ?? [])].map(([name, value]) => name + "=" + (value.name ?? value)).join("&");
    seen.push([method, String(url).replace(location.origin, ""), headers["Bus-Source"], headers["Bus-Target"], sent].join(" "));
    seen.push(document.querySelector("main").innerHTML);
    return new Response(globalThis.reply ?? "<i>2</i>", { headers: { "content-type": "text/html" } });
  };
  for (const type of ["bus:error", "bus:after:swap"])
    document.addEventListener(type, ({ detail }) => seen.push(type + " " + (detail.reason ?? "") + (detail.error ?? "")));
  addEventListener("submit", (event) => event.preventDefault());
  addEventListener("error", ({ message }) => seen.push(message));
  addEventListener("unhandledrejection", ({ reason }) => seen.push(String(reason)));
  const task = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  globalThis.played = async ({ page, reply, click, focus }, name) => {
    seen = [];
    globalThis.reply = reply?.replaceAll("NAME", name);
    document.title = "t";
    const main = document.querySelector("main");
    main.innerHTML = page.replaceAll("NAME", name) + "<p id=out></p>";
    await task();
    if (focus) main.querySelector(focus).focus();
    if (click !== "") (main.querySelector(click ?? "#b") ?? main.querySelector("#b")).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    for (let turns = 12; turns--; ) await task();
    const told = [...seen, document.title, document.activeElement.localName, main.innerHTML].join("\\n").replaceAll(' class=""', "");
    return told.replaceAll('name="' + name + '"', 'name="NAME"').replaceAll(name + "=v", "NAME=v");
  };`;

describe("whatever a field is called", () => {
  useClientPage();

  test.each(Object.entries(scenes))("%s", async (_what, scene) => {
    await openPage("<main></main>");
    await page.addScriptTag({ content: player });
    const wrong = await page.evaluate(async (scene) => {
      const names = new Set<string>();
      for (let one = HTMLFormElement.prototype; one; one = Object.getPrototypeOf(one))
        for (const name of Object.getOwnPropertyNames(one)) names.add(name);
      // What elements have is read from the first; the others the core asks for behind a dot.
      for (const name of ["__proto__", "classList", "localName"]) names.delete(name);
      const wanted = await played(scene, "nothing");
      const wrong: unknown[] = [];
      for (const name of names) {
        const got = await played(scene, name);
        if (got !== wanted) wrong.push([name, wrong.length < 2 ? [got, wanted] : 0]);
      }
      return wrong;
    }, scene);
    assert.deepEqual(wrong, []);
  });
});
