import type { Case } from "../harness/format.ts";

const click = { click: "#go" } as const;
export const triggers: readonly Case[] = [
  {
    name: "a form asks on submit",
    body: `<form id="f" bus-post="/x"><input name="a" value="1"></form>`,
    routes: { "POST /x": "" },
    steps: [{ submit: "#f" }],
    expect: { seen: ["POST /x a=1"] },
  },
  ...[`<input name="a" value="1"`, `<select name="a"><option>1</option></select`, `<textarea name="a">1</textarea`].map(
    (field): Case => ({
      name: `${field.slice(0, 7)}... asks on change`,
      body: `${field.replace(/ /, ` id="go" bus-get="/x" bus-target="#t" `)}><i id="t"></i>`,
      routes: { "GET /x": "ok" },
      steps: [
        { fire: "click", at: "#go" },
        { fire: "input", at: "#go" },
        { fire: "change", at: "#go" },
      ],
      expect: { seen: ["GET /x?a=1"], html: { "#t": "ok" } },
    }),
  ),
  ...[`<button`, `<a href="#x"`, `<div`, `<input type="submit"`, `<input type="button"`].map(
    (element): Case => ({
      name: `${element}> asks on click`,
      body: `${element} id="go" bus-get="/x" bus-swap="none">`,
      routes: { "GET /x": "" },
      steps: [{ fire: "change", at: "#go" }, click],
      expect: { seen: ["GET /x"] },
    }),
  ),
  {
    name: "a click on what is inside an element is a click on it",
    body: `<button id="b" bus-get="/x"><i id="go">i</i></button>`,
    routes: { "GET /x": "ok" },
    expect: { html: { "#b": "ok" } },
  },
  {
    name: "a click inside of two elements asks for both, the inner one first",
    body: `<div bus-get="/outer" bus-swap="none"><p id="go" bus-get="/inner" bus-swap="none"></p></div>`,
    routes: { "*": "" },
    expect: { seen: ["GET /inner", "GET /outer"] },
  },
  {
    name: "a listener of the page that stops a click keeps it from us",
    body: `<p id="go" bus-get="/x"><b id="b"></b></p>`,
    steps: [
      { act: ({ get }) => get("#b").addEventListener("click", (event) => event.stopPropagation()) },
      { click: "#b" },
    ],
    expect: { seen: [] },
  },
  {
    name: "load asks at once, also in what is inserted later",
    body: `<p id="go" bus-get="/a"></p>`,
    routes: { "GET /a": `<p bus-get="/b" bus-trigger="load"></p>`, "GET /b": "done" },
    expect: { text: { "#go": "done" }, seen: ["GET /a", "GET /b"] },
  },
  {
    name: "load with a delay asks later, and not at all when the element has left by then",
    body: `<p id="a" bus-get="/a" bus-trigger="load delay:1s"></p><p id="b" bus-get="/b" bus-trigger="load delay:1s"></p>`,
    routes: { "*": "" },
    steps: [{ remove: "#b" }, { pass: 999 }, { expect: { seen: [] } }, { pass: 1 }],
    expect: { seen: ["GET /a"] },
  },
  {
    name: "every asks again and again until 286, whose body still goes in",
    body: `<p id="p" bus-get="/x" bus-trigger="every 2s"></p>`,
    routes: { "GET /x": ["1", "2", { status: 286, body: "end" }] },
    steps: [{ expect: { seen: [] } }, { pass: 4_000 }, { expect: { text: { "#p": "2" } } }, { pass: 20_000 }],
    expect: { seen: ["GET /x", "GET /x", "GET /x"], text: { "#p": "end" } },
  },
  {
    name: "every ends when its element leaves, and leaves no timer",
    body: `<p id="p" bus-get="/x" bus-trigger="every 1s"></p>`,
    routes: { "GET /x": "" },
    steps: [
      { pass: 1_000 },
      { remove: "#p" },
      { pass: 10_000 },
      { act: ({ clock, equal }) => equal(clock.waiting, 0, "timers") },
    ],
    expect: { seen: ["GET /x"] },
  },
  {
    name: "every together with another trigger does both",
    body: `<p id="go" bus-get="/x" bus-trigger="click, every 1s"></p>`,
    routes: { "GET /x": "" },
    steps: [click, { pass: 1_000 }],
    expect: { seen: ["GET /x", "GET /x"] },
  },
  {
    name: "once",
    body: `<p id="go" bus-get="/x" bus-trigger="click once"></p>`,
    routes: { "GET /x": "" },
    steps: [click, click],
    expect: { seen: ["GET /x"] },
  },
  {
    name: "once counts for each trigger alone",
    body: `<p id="go" bus-get="/x" bus-trigger="click once, tick once"></p>`,
    routes: { "GET /x": "" },
    steps: [click, click, { fire: "tick", at: "#go" }, { fire: "tick", at: "#go" }],
    expect: { seen: ["GET /x", "GET /x"] },
  },
  {
    name: "delay waits until nothing has happened for that long",
    body: `<p id="go" bus-get="/x" bus-trigger="click delay:300ms"></p>`,
    routes: { "GET /x": "" },
    steps: [click, { pass: 200 }, click, { pass: 299 }, { expect: { seen: [] } }, { pass: 1 }, { pass: 1_000 }],
    expect: { seen: ["GET /x"] },
  },
  ...(
    [
      ["50ms", 50],
      ["50", 50],
      ["1s", 1_000],
      ["0.5s", 500],
      ["1m", 60_000],
    ] as const
  ).map(
    ([text, milliseconds]): Case => ({
      name: `delay:${text} is ${milliseconds} milliseconds`,
      body: `<p id="go" bus-get="/x" bus-trigger="click delay:${text}"></p>`,
      routes: { "GET /x": "" },
      steps: [click, { pass: milliseconds - 1 }, { expect: { seen: [] } }, { pass: 1 }],
      expect: { seen: ["GET /x"] },
    }),
  ),
  {
    name: "changed starts from the initial value",
    body: `<input id="i" value="a" bus-get="/x" bus-trigger="keyup changed" bus-swap="none">`,
    routes: { "GET /x": "" },
    steps: [
      { fire: "keyup", at: "#i" },
      { expect: { seen: [] } },
      { type: "#i", value: "b" },
      { fire: "keyup", at: "#i" },
      { fire: "keyup", at: "#i" },
    ],
    expect: { seen: ["GET /x"] },
  },
  {
    name: "changed with delay asks once for all that was typed",
    body: `<input id="i" name="q" bus-get="/x" bus-trigger="input changed delay:200ms" bus-swap="none">`,
    routes: { "GET /x": "" },
    steps: [{ type: "#i", value: "a" }, { pass: 100 }, { type: "#i", value: "ab" }, { pass: 200 }],
    expect: { seen: ["GET /x?q=ab"] },
  },
  {
    name: "from hears the document, a selector, and closest",
    body: `<i id="a"><b></b></i><div id="go"><p bus-get="/x" bus-trigger="tick from:document, tock from:(#a b), click from:closest div"></p></div>`,
    routes: { "GET /x": "" },
    steps: [{ fire: "tick", at: "#a b" }, { fire: "tock", at: "#a b" }, click],
    expect: { seen: ["GET /x", "GET /x", "GET /x"] },
  },
  {
    name: "from hears the window, and find",
    body: `<p bus-get="/x" bus-trigger="tick from:window, tock from:find b" bus-swap="none"><b id="b"></b></p>`,
    routes: { "GET /x": "" },
    steps: [
      { fire: "tick", at: "window" },
      { fire: "tock", at: "#b" },
    ],
    expect: { seen: ["GET /x", "GET /x"] },
  },
  {
    name: "from hears several elements",
    body: `<i id="a"></i><i id="b"></i><p bus-get="/x" bus-trigger="tick from:(#a, #b)"></p>`,
    routes: { "GET /x": "" },
    steps: [
      { fire: "tick", at: "#a" },
      { fire: "tick", at: "#b" },
    ],
    expect: { seen: ["GET /x", "GET /x"] },
  },
  {
    name: "events that the server has named trigger other elements",
    body: `<b id="go" bus-post="/add" bus-swap="none"></b><i id="n" bus-get="/count" bus-trigger="added from:body"></i>`,
    routes: { "POST /add": { headers: { "Bus-Trigger": "added" } }, "GET /count": "1" },
    expect: { seen: ["POST /add", "GET /count"], text: { "#n": "1" } },
  },
  {
    name: "a link elsewhere that is heard by from is still followed",
    body: `<a id="go" href="/there">there</a><p bus-get="/x" bus-trigger="click from:#go"></p>`,
    routes: { "GET /x": "" },
    expect: { seen: ["GET /x"], native: ["click"] },
  },
  {
    name: "listeners elsewhere end when their element has left",
    body: `<p id="p" bus-post="/x" bus-trigger="tick from:document"></p>`,
    steps: [{ remove: "#p" }, { fire: "tick", at: "document" }],
    expect: { seen: [] },
  },
  {
    name: "an element that is moved stays active, once",
    body: `<div id="a"><p id="go" bus-post="/x" bus-trigger="click"></p></div><div id="b"></div>`,
    routes: { "POST /x": "" },
    steps: [{ act: ({ get }) => get("#b").append(get("#go")) }, click],
    expect: { seen: ["POST /x"] },
  },
  {
    name: "an element that left and came back is active, once",
    body: `<div id="a"><p id="go" bus-post="/x" bus-trigger="click, tick from:document"></p></div>`,
    routes: { "POST /x": "" },
    steps: [
      {
        act: async ({ get, settle }) => {
          const el = get("#go");
          el.remove();
          await settle();
          document.dispatchEvent(new Event("tick"));
          get("#a").append(el);
        },
      },
      click,
      { fire: "tick", at: "document" },
    ],
    expect: { seen: ["POST /x", "POST /x"] },
  },
  {
    name: "an element that was clicked while it was away asks once for each click afterwards",
    body: `<div id="a"><button id="go" bus-post="/x"></button></div>`,
    routes: { "POST /x": "" },
    steps: [
      click,
      {
        act: ({ get }) => {
          const el = get("#go");
          el.remove();
          el.click();
          get("#a").append(el);
        },
      },
      click,
    ],
    expect: { seen: ["POST /x", "POST /x"] },
  },
  {
    name: "bus-ignore keeps all inside it inactive",
    body: `<div bus-ignore><p id="go" bus-get="/x"></p><p bus-get="/y" bus-trigger="load, tick from:document"></p><a id="a" href="/z" bus-boost="true">z</a></div>`,
    steps: [click, { fire: "tick", at: "document" }, { click: "#a" }],
    expect: { seen: [], native: ["click"] },
  },
  {
    name: "a custom event of the page is a trigger like any other",
    body: `<p id="go" bus-get="/x" bus-trigger="my-event"></p>`,
    routes: { "GET /x": "" },
    steps: [click, { fire: "my-event", at: "#go" }],
    expect: { seen: ["GET /x"] },
  },
  {
    name: "an event that does not bubble is heard at its element",
    body: `<p id="go" bus-get="/x" bus-trigger="focus"></p>`,
    routes: { "GET /x": "" },
    steps: [{ act: ({ get }) => get("#go").dispatchEvent(new Event("focus")) }],
    expect: { seen: ["GET /x"] },
  },
  {
    name: "process activates attributes that were set on elements of the page, once",
    body: `<p id="go"></p>`,
    routes: { "GET /x": "" },
    steps: [
      { attribute: "bus-get", of: "#go", value: "/x" },
      { attribute: "bus-trigger", of: "#go", value: "tick from:document" },
      { act: ({ client }) => client.process(document.body) },
      { act: ({ client }) => client.process(document.body) },
      { fire: "tick", at: "document" },
    ],
    expect: { seen: ["GET /x"] },
  },
];
