import type { Case } from "../harness/format.ts";

export const requests: readonly Case[] = [
  {
    name: "headers say who asks, for what, and from where",
    body: `<button id="go" bus-get="/x" bus-target="#é" bus-headers='{"X-A": "1"}'></button><p id="é"></p>`,
    routes: { "GET /x": "" },
    steps: [{ click: "#go" }, { act: ({ made, equal }) => equal(made[0]?.header("Bus-Current-URL"), location.href) }],
    expect: {
      sent: {
        "Bus-Request": "true",
        "Bus-Request-Type": "partial",
        "Bus-Source": "button#go",
        "Bus-Target": "p#%C3%A9",
        "X-A": "1",
        Accept: "text/html",
        "Bus-Boosted": null,
        "Bus-History-Restore-Request": null,
      },
    },
  },
  {
    name: "an element without an id is named by its tag",
    body: `<p><button id="go"><b id="b"></b></button></p><i bus-get="/x" bus-trigger="click from:#go"></i>`,
    routes: { "GET /x": "" },
    expect: { sent: { "Bus-Source": "i", "Bus-Target": "i" } },
  },
  {
    name: "a selection asks for the full page",
    body: `<p id="go" bus-get="/x" bus-select="b"></p>`,
    routes: { "GET /x": "<i>0</i><u><b>1</b></u>" },
    expect: { sent: { "Bus-Request-Type": "full" }, html: { "#go": "<b>1</b>" } },
  },
  {
    name: "what goes into the body asks for the full page",
    body: `<p id="go" bus-get="/x" bus-target="body"></p>`,
    routes: { "GET /x": "<b></b>" },
    expect: { sent: { "Bus-Request-Type": "full" }, body: "<b></b>" },
  },
  {
    name: "no address is this page's own, whatever base says; a relative one is below base",
    body: `<base href="/below/"><p id="a" bus-get="" bus-swap="none"></p><p id="b" bus-get="x" bus-swap="none"></p><form bus-boost="true" method="post"><button id="c"></button></form>`,
    routes: { "*": "" },
    steps: [
      { act: () => history.replaceState(null, "", "/start#here") },
      { click: "#a" },
      { click: "#b" },
      { click: "#c" },
    ],
    expect: { seen: ["GET /start", "GET /below/x", "POST /start"] },
  },
  {
    name: "bus:config may change the request",
    body: `<p id="go" bus-post="/x"></p><i id="t"></i>`,
    routes: { "POST /y": "new" },
    steps: [
      {
        act: ({ on, get }) =>
          on("#go", "bus:config", ({ detail: { ctx } }) => {
            ctx.url = "/y";
            ctx.data.set("a", "1");
            ctx.headers["X-A"] = "1";
            ctx.target = get("#t");
            ctx.swap = "beforeend";
          }),
      },
      { click: "#go" },
    ],
    expect: { seen: ["POST /y a=1"], sent: { "X-A": "1" }, html: { "#t": "new" } },
  },
  ...["bus:config", "bus:before:request"].map(
    (name): Case => ({
      name: `${name}, cancelled, sends nothing and leaves nothing marked`,
      body: `<p id="go" bus-post="/x">old</p>`,
      cancel: [name],
      expect: { seen: [], body: `<p id="go" bus-post="/x">old</p>` },
    }),
  ),
  {
    name: "the events come in order, and bubble",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": "new" },
    listen: [
      "bus:config",
      "bus:before:request",
      "bus:before:swap",
      "bus:after:swap",
      "bus:error",
      "bus:response:error",
    ],
    expect: { heard: ["bus:config", "bus:before:request", "bus:before:swap", "bus:after:swap"] },
  },
  {
    name: "an event of the client is no prefix of another, and carries its request",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": "new" },
    steps: [
      {
        act: ({ on, equal, get }) =>
          on("document", "bus:after:swap", ({ detail: { ctx }, target }) => {
            equal(target === get("#go"), true, "fired at the element that asked");
            equal([ctx.method, ctx.text, ctx.swap, ctx.response.status], ["GET", "new", "innerHTML", 200]);
          }),
      },
      { click: "#go" },
    ],
    expect: {},
  },
  {
    name: "an address that bus:config sets is checked like any other",
    body: `<p id="go" bus-get="/x"></p>`,
    steps: [
      {
        act: ({ on }) =>
          on("#go", "bus:config", ({ detail }) => {
            detail.ctx.url = "https://other.test/";
          }),
      },
      { click: "#go" },
    ],
    expect: { seen: [], errors: ["origin"] },
  },
  {
    name: "bus-confirm asks first; no sends nothing",
    body: `<p id="go" bus-post="/x" bus-confirm="Sure?"></p>`,
    routes: { "POST /x": "" },
    confirm: [false, true],
    steps: [{ click: "#go" }, { expect: { seen: [] } }, { click: "#go" }],
    expect: { seen: ["POST /x"], asked: ["Sure?", "Sure?"] },
  },
  {
    name: "bus-confirm asks before a form is sent, and the browser does not send it when the answer is no",
    body: `<form id="f" action="/there" method="post" bus-post="/x" bus-confirm="Sure?"></form>`,
    confirm: [false],
    steps: [{ submit: "#f" }],
    expect: { seen: [], asked: ["Sure?"], native: [] },
  },
];
