import type { Case } from "../harness/format.ts";

export const targets: readonly Case[] = [
  {
    name: "closest",
    body: `<ul><li><button id="go" bus-delete="/x" bus-target="closest li" bus-swap="outerHTML"></button></li></ul>`,
    routes: { "DELETE /x": "" },
    expect: { body: "<ul></ul>" },
  },
  {
    name: "closest finds the element itself, too",
    body: `<div><div id="go" bus-get="/x" bus-target="closest div"></div></div>`,
    routes: { "GET /x": "1" },
    expect: { html: { "#go": "1" } },
  },
  {
    name: "find",
    body: `<b>0</b><div id="go" bus-get="/x" bus-target="find b"><b></b></div>`,
    routes: { "GET /x": "1" },
    expect: { html: { "#go": "<b>1</b>" }, text: { b: "0" } },
  },
  {
    name: "this, inherited, is where it is written",
    body: `<p bus-target:inherited="this"><button id="go" bus-get="/x"></button></p>`,
    routes: { "GET /x": "1" },
    expect: { body: `<p bus-target:inherited="this">1</p>` },
  },
  {
    name: "closest and find, inherited, are seen from the element that asks",
    body: `<div bus-target:inherited="closest li"><li id="l"><b id="go" bus-get="/x"></b></li></div>`,
    routes: { "GET /x": "1" },
    expect: { html: { "#l": "1" } },
  },
  {
    name: "an attribute without :inherited stays on its element",
    body: `<p bus-target="#t"><button id="go" bus-get="/x"></button></p><i id="t"></i>`,
    routes: { "GET /x": "1" },
    expect: { html: { "#go": "1", "#t": "" } },
  },
  {
    name: "the nearest inherited attribute counts, the own one before it",
    body: `<div bus-target:inherited="#a"><div bus-target:inherited="#b"><b id="go" bus-get="/x"></b><b id="own" bus-get="/x" bus-target="#c"></b></div></div><i id="a"></i><i id="b"></i><i id="c"></i>`,
    routes: { "GET /x": "1" },
    steps: [{ click: "#go" }, { click: "#own" }],
    expect: { html: { "#a": "", "#b": "1", "#c": "1" } },
  },
  {
    name: ":inherited counts for the element that carries it as well",
    body: `<p id="go" bus-get="/x" bus-target:inherited="#t"></p><i id="t"></i>`,
    routes: { "GET /x": "1" },
    expect: { html: { "#t": "1" } },
  },
  ...(
    [
      ["bus-swap", "beforeend", { text: { "#t": "old1" } }],
      ["bus-select", "b", { html: { "#t": "" } }],
      ["bus-vals", `{"a": 1}`, { seen: ["GET /x?a=1"] }],
      ["bus-headers", `{"X-A": "1"}`, { sent: { "X-A": "1" } }],
      ["bus-include", "#f", { seen: ["GET /x?f=2"] }],
      ["bus-push-url", "/pushed", { address: "/pushed" }],
      ["bus-replace-url", "/replaced", { history: ["replace /replaced"] }],
      ["bus-confirm", "Sure?", { seen: [], asked: ["Sure?"] }],
    ] as const
  ).map(
    ([name, value, expect]): Case => ({
      name: `${name}:inherited counts for everything inside`,
      body: `<div ${name}:inherited='${value}'><p><b id="go" bus-get="/x" bus-target="#t"></b></p></div><i id="t">old</i><input id="f" name="f" value="2">`,
      routes: { "GET /x": "1" },
      expect,
    }),
  ),
  {
    name: "bus-trigger:inherited counts for everything inside, also for what comes later",
    body: `<div id="d" bus-trigger:inherited="tick"><b id="go" bus-get="/x"></b></div>`,
    routes: { "GET /x": "1" },
    steps: [
      { click: "#go" },
      { fire: "tick", at: "#go" },
      { append: `<b id="n" bus-get="/n"></b>`, to: "#d" },
      { fire: "tick", at: "#n" },
    ],
    expect: { seen: ["GET /x", "GET /n"], errors: ["404"] },
  },
  {
    name: "with config({ inherit: true }) attributes without a suffix count for everything inside",
    body: `<div bus-target="#t" bus-swap="beforeend"><p bus-swap="afterbegin"><b id="go" bus-get="/x"></b></p></div><i id="t">old</i>`,
    routes: { "GET /x": "1" },
    config: { inherit: true },
    expect: { text: { "#t": "1old" } },
  },
  {
    name: "with config({ inherit: true }) a verb still stays on its element",
    body: `<div id="d" bus-get="/x" bus-target="#t"><b id="go"></b><b id="n" bus-post="/y"></b></div><i id="t">old</i>`,
    routes: { "*": "1" },
    config: { inherit: true },
    steps: [
      {
        act: ({ get }) => get("#n").addEventListener("click", (event) => event.stopPropagation(), { once: true }),
      },
      { click: "#n" },
    ],
    expect: { seen: ["POST /y"] },
  },
  {
    name: "the first of several elements is the target",
    body: `<p id="go" bus-get="/x" bus-target="i"></p><i id="a"></i><i id="b"></i>`,
    routes: { "GET /x": "1" },
    expect: { html: { "#a": "1", "#b": "" } },
  },
  {
    name: "a target that is missing is an error, and nothing is sent",
    body: `<button id="go" bus-get="/x" bus-target="#none">old</button>`,
    expect: { errors: ["target"], seen: [], html: { "#go": "old" } },
  },
  ...["closest table", "find table"].map(
    (selector): Case => ({
      name: `a target that ${selector} does not find is an error, and nothing is sent`,
      body: `<button id="go" bus-get="/x" bus-target="${selector}">old</button>`,
      expect: { errors: ["target"], seen: [], html: { "#go": "old" } },
    }),
  ),
  {
    name: "a selector that does not parse is an error, and nothing is sent",
    body: `<button id="go" bus-get="/x" bus-target="#["></button>`,
    expect: { errors: ["attribute"], seen: [] },
  },
  {
    name: "selectors with commas inside quotes are one selector",
    body: `<p id="go" bus-get="/x" bus-target='[data-x="1,2"],i[title="],("]'></p><i id="t" data-x="1,2"></i><b data-x="1"></b>`,
    routes: { "GET /x": "1" },
    expect: { html: { "#t": "1" } },
  },
  {
    name: "selectors with commas inside brackets are one selector",
    body: `<p id="go" bus-get="/x" bus-target=":is(.none, #t)"></p><i id="t"></i>`,
    routes: { "GET /x": "1" },
    expect: { html: { "#t": "1" } },
  },
  {
    name: "what is found is looked for when the request starts, not before",
    body: `<p id="go" bus-get="/x" bus-target="#late"></p><div id="d"></div>`,
    routes: { "GET /x": "1" },
    steps: [{ append: `<i id="late"></i>`, to: "#d" }, { click: "#go" }],
    expect: { html: { "#late": "1" } },
  },
];
