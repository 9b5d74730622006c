import type { Case } from "../harness/format.ts";

/** Each style, and what it makes of `<p><i id=t>old</i></p>` with the reply `<b></b>`. htmx 4's short names mean the same. */
const STYLES: Readonly<Record<string, string>> = {
  innerHTML: `<i id="t"><b></b></i>`,
  outerHTML: "<b></b>",
  beforebegin: `<b></b><i id="t">old</i>`,
  afterbegin: `<i id="t"><b></b>old</i>`,
  beforeend: `<i id="t">old<b></b></i>`,
  afterend: `<i id="t">old</i><b></b>`,
  before: `<b></b><i id="t">old</i>`,
  prepend: `<i id="t"><b></b>old</i>`,
  append: `<i id="t">old<b></b></i>`,
  after: `<i id="t">old</i><b></b>`,
  textContent: `<i id="t"></i>`,
  delete: "",
  none: `<i id="t">old</i>`,
};

const go = (swap: string, more = ""): string =>
  `<b id="go" bus-get="/x" bus-target="#t" bus-swap="${swap}" ${more}></b>`;

export const swaps: readonly Case[] = [
  ...Object.entries(STYLES).map(
    ([style, expected]): Case => ({
      name: `bus-swap="${style}"`,
      ...(style === "textContent" && { needs: ["plus"] }),
      body: `<p id="p"><i id="t">old</i></p>${go(style)}`,
      routes: { "GET /x": "<b></b>" },
      expect: { html: { "#p": expected } },
    }),
  ),
  {
    name: "textContent shows markup as its text",
    needs: ["plus"],
    body: `<i id="t">old</i>${go("textContent")}`,
    routes: { "GET /x": "<b>a</b> &amp; b" },
    expect: { html: { "#t": "a &amp; b" } },
  },
  {
    name: "an empty reply empties the target",
    body: `<i id="t">old</i>${go("innerHTML")}`,
    routes: { "GET /x": "" },
    expect: { html: { "#t": "" } },
  },
  {
    name: "outerHTML with an empty reply removes the target",
    body: `<p id="p"><i id="t">old</i></p>${go("outerHTML")}`,
    routes: { "GET /x": "" },
    expect: { html: { "#p": "" } },
  },
  {
    name: "outerHTML with several elements puts them all in its place, in order",
    body: `<p id="p"><i id="t">old</i></p>${go("outerHTML")}`,
    routes: { "GET /x": "a<b></b>c<u></u>" },
    expect: { html: { "#p": "a<b></b>c<u></u>" } },
  },
  {
    name: "outerHTML of the body keeps the body and replaces what is in it",
    body: `<p id="go" bus-get="/x" bus-target="body" bus-swap="outerHTML"></p>`,
    routes: { "GET /x": "<html><body><h1>new</h1></body></html>" },
    expect: { body: "<h1>new</h1>", count: { body: 1 } },
  },
  {
    name: "rows are a main of their own",
    body: `<table><tbody id="t"><tr id="go" bus-get="/x" bus-target="#t"></tr></tbody></table>`,
    routes: { "GET /x": "<tr><td>1</td></tr>" },
    expect: { html: { "#t": "<tr><td>1</td></tr>" } },
  },
  {
    name: "cells and options are a main of their own",
    body: `<table><tbody><tr id="r"></tr></tbody></table><select id="s"></select><b id="go" bus-get="/c" bus-target="#r"></b><b id="o" bus-get="/o" bus-target="#s"></b>`,
    routes: { "GET /c": "<td>1</td><th>2</th>", "GET /o": "<option>1</option><optgroup></optgroup>" },
    steps: [{ click: "#go" }, { click: "#o" }],
    expect: { html: { "#r": "<td>1</td><th>2</th>", "#s": "<option>1</option><optgroup></optgroup>" } },
  },
  {
    name: "text around elements stays",
    body: `<i id="t">old</i>${go("innerHTML")}`,
    routes: { "GET /x": "a <b>b</b> c" },
    expect: { html: { "#t": "a <b>b</b> c" } },
  },
  {
    name: "a whole page brings its title; its body is what is swapped",
    body: `<i id="t">old</i>${go("innerHTML")}`,
    routes: {
      "GET /x": "<!doctype html><html><head><title>New</title><meta name=a></head><body><b>1</b></body></html>",
    },
    expect: { html: { "#t": "<b>1</b>" }, title: "New" },
  },
  ...[
    "<!-- c --><!doctype html><title>T</title>",
    "\n <html><head><title>T</title></head><body>",
    "<head><title>T</title></head>",
  ].map(
    (start): Case => ({
      name: `${JSON.stringify(start.slice(0, 20))} begins a whole page`,
      body: `<i id="t">old</i>${go("innerHTML")}`,
      routes: { "GET /x": `${start}<b>1</b>` },
      expect: { html: { "#t": "<b>1</b>" }, title: "T" },
    }),
  ),
  {
    name: "a heading or a header is no whole page",
    body: `<i id="t">old</i>${go("innerHTML")}`,
    routes: { "GET /x": "<header>1</header>" },
    expect: { html: { "#t": "<header>1</header>" } },
  },
  {
    name: "bus-select takes a part of the reply",
    body: `<i id="t">old</i>${go("innerHTML", `bus-select="b, #u"`)}`,
    routes: { "GET /x": `<i>0</i><s><b>1</b></s><u id="u">2</u>` },
    expect: { html: { "#t": `<b>1</b><u id="u">2</u>` } },
  },
  {
    name: "bus-select that finds nothing empties the target",
    body: `<i id="t">old</i>${go("innerHTML", `bus-select=".none"`)}`,
    routes: { "GET /x": "<i>0</i>" },
    expect: { html: { "#t": "" } },
  },
  {
    name: "bus-select takes from a whole page, too",
    body: `<i id="t">old</i>${go("innerHTML", `bus-select="main"`)}`,
    routes: { "GET /x": "<html><body><nav></nav><main>1</main></body></html>" },
    expect: { html: { "#t": "<main>1</main>" } },
  },
  {
    name: "an unknown style is an error, and the target stays",
    body: `<i id="t">old</i>${go("sideways")}`,
    routes: { "GET /x": "new" },
    expect: { html: { "#t": "old" }, errors: ["swap"] },
  },
  ...["constructor", "__proto__", "toString", "hasOwnProperty"].map(
    (style): Case => ({
      name: `the style ${style}, which every object has, is unknown like any other`,
      body: `<i id="t">old</i>${go(style)}`,
      routes: { "GET /x": "new" },
      expect: { html: { "#t": "old" }, errors: ["swap"] },
    }),
  ),
  ...["delay", "swap"].map(
    (modifier): Case => ({
      name: `${modifier}:100ms waits that long before the reply goes in`,
      body: `<i id="t">old</i>${go(`innerHTML ${modifier}:100ms`)}`,
      routes: { "GET /x": "new" },
      steps: [{ click: "#go" }, { pass: 99 }, { expect: { text: { "#t": "old" } } }, { pass: 1 }],
      expect: { text: { "#t": "new" } },
    }),
  ),
  {
    name: "a request is under way until its delayed swap is done",
    body: `<i id="t">old</i><b id="go" bus-post="/x" bus-target="#t" bus-swap="innerHTML delay:1s"></b>`,
    routes: { "POST /x": "new" },
    steps: [
      { click: "#go" },
      { pass: 500 },
      { expect: { ids: { "[aria-busy]": ["t"] } } },
      { click: "#go" },
      { pass: 500 },
    ],
    expect: { seen: ["POST /x"], text: { "#t": "new" }, count: { "[aria-busy], .bus-request": 0 } },
  },
  {
    name: "modifiers go with every style, whatever their order",
    body: `<i id="t">old</i>${go("beforeend show:top delay:10ms focus-scroll:true")}`,
    routes: { "GET /x": "new" },
    steps: [{ click: "#go" }, { pass: 10 }],
    expect: { text: { "#t": "oldnew" } },
  },
  {
    name: "unlike in htmx 4, modifiers need a style before them: without one the swap is an error",
    body: `<i id="t">old</i>${go("delay:10ms")}`,
    routes: { "GET /x": "new" },
    steps: [{ click: "#go" }],
    expect: { text: { "#t": "old" }, errors: ["swap"] },
  },
];
