import type { Case } from "../harness/format.ts";

const old = `<p id="go" bus-get="/x">old</p>`;
const post = `<p id="go" bus-post="/x">old</p>`;
const header = (name: string, value: string, more: object = {}) => ({
  headers: { [`Bus-${name}`]: value },
  body: "new",
  ...more,
});

export const replies: readonly Case[] = [
  ...[200, 201, 203, 206, 226].map(
    (status): Case => ({
      name: `${status} is swapped`,
      body: old,
      routes: { "GET /x": { status, body: "new" } },
      expect: { text: { "#go": "new" } },
    }),
  ),
  ...[204, 205, 400, 401, 403, 404, 409, 429, 500, 503].map(
    (status): Case => ({
      name: `${status} is not swapped`,
      body: old,
      routes: { "GET /x": { status, body: "new" } },
      expect: { text: { "#go": "old" }, errors: status < 400 ? [] : [`${status}`] },
    }),
  ),
  {
    name: "422 is swapped, and reported",
    body: post,
    routes: { "POST /x": { status: 422, body: "new" } },
    expect: { text: { "#go": "new" }, errors: ["422"] },
  },
  {
    name: "422 does not change the address",
    body: `<p id="go" bus-post="/x" bus-push-url="true">old</p>`,
    routes: { "POST /x": { status: 422, body: "new" } },
    expect: { text: { "#go": "new" }, errors: ["422"], history: [] },
  },
  {
    name: "bus:response:error, cancelled, keeps a 422 from being swapped",
    body: post,
    routes: { "POST /x": { status: 422, body: "new" } },
    cancel: ["bus:response:error"],
    expect: { text: { "#go": "old" }, errors: ["422"] },
  },
  {
    name: "an error with Bus-Retarget is swapped there",
    body: `${old}<i></i>`,
    routes: { "GET /x": header("Retarget", "i", { status: 500 }) },
    expect: { text: { i: "new", "#go": "old" }, errors: ["500"] },
  },
  {
    name: "an error with Bus-Reswap is swapped that way",
    body: old,
    routes: { "GET /x": header("Reswap", "beforeend", { status: 404 }) },
    expect: { text: { "#go": "oldnew" }, errors: ["404"] },
  },
  {
    name: "Bus-Reswap and Bus-Reselect decide how and what",
    body: old,
    routes: { "GET /x": { headers: { "Bus-Reswap": "beforeend", "Bus-Reselect": "b" }, body: "<i></i><b></b>" } },
    expect: { html: { "#go": "old<b></b>" } },
  },
  {
    name: "Bus-Reswap may carry modifiers",
    body: old,
    routes: { "GET /x": header("Reswap", "beforeend delay:1s") },
    steps: [{ click: "#go" }, { expect: { text: { "#go": "old" } } }, { pass: 1_000 }],
    expect: { text: { "#go": "oldnew" } },
  },
  {
    name: "Bus-Retarget is seen from the element that asked",
    body: `<ul><li id="a"></li><li id="b"><i id="go" bus-get="/x"></i></li></ul>`,
    routes: { "GET /x": header("Retarget", "closest li") },
    expect: { text: { "#a": "", "#b": "new" } },
  },
  {
    name: "a Bus-Retarget that finds nothing is an error, and nothing is swapped",
    body: old,
    routes: { "GET /x": header("Retarget", "#none") },
    expect: { text: { "#go": "old" }, errors: ["target"] },
  },
  ...["text/plain", "text/plain;charset=utf-8", "TEXT/PLAIN"].map(
    (type): Case => ({
      name: `${type} is swapped as text`,
      body: old,
      routes: { "GET /x": { headers: { "content-type": type }, body: "<img src=x onerror=alert(1)>" } },
      expect: { text: { "#go": "<img src=x onerror=alert(1)>" }, count: { "#go *": 0 } },
    }),
  ),
  ...["application/json", "text/css", "application/octet-stream", "image/svg+xml", "text/javascript"].map(
    (type): Case => ({
      name: `${type} is not swapped`,
      body: old,
      routes: { "GET /x": { headers: { "content-type": type }, body: "new" } },
      expect: { text: { "#go": "old" } },
    }),
  ),
  {
    name: "a text without a type is not swapped",
    body: old,
    routes: { "GET /x": { headers: { "content-type": "" }, body: "<b>new</b>" } },
    expect: { text: { "#go": "old" } },
  },
  {
    name: "an empty reply needs no type",
    body: old,
    routes: { "GET /x": { headers: { "content-type": "" } } },
    expect: { text: { "#go": "" } },
  },
  {
    name: "application/xhtml+xml is HTML",
    body: old,
    routes: { "GET /x": { headers: { "content-type": "application/xhtml+xml" }, body: "<b>new</b>" } },
    expect: { html: { "#go": "<b>new</b>" } },
  },
  {
    name: "a network failure is an error, and the page is left as it was",
    body: post,
    routes: { "POST /x": { broken: true } },
    expect: { errors: ["network"], body: post },
  },
  {
    name: "after a failure the element can ask again",
    body: post,
    routes: { "POST /x": [{ broken: true }, { status: 500 }, "new"] },
    steps: [{ click: "#go" }, { click: "#go" }, { click: "#go" }],
    expect: { errors: ["network", "500"], text: { "#go": "new" } },
  },
  {
    name: "Bus-Redirect goes to any http address, and nothing is swapped",
    body: post,
    routes: { "POST /x": header("Redirect", "https://other.test/a") },
    expect: { went: ["https://other.test/a"], text: { "#go": "old" } },
  },
  {
    name: "Bus-Redirect is not swapped even when the status is an error",
    body: post,
    routes: { "POST /x": header("Redirect", "https://other.test/a", { status: 401 }) },
    expect: { went: ["https://other.test/a"], text: { "#go": "old" } },
  },
  {
    name: "Bus-Refresh loads the page again, and nothing is swapped",
    body: post,
    routes: { "POST /x": header("Refresh", "true") },
    expect: { went: ["reload"], text: { "#go": "old" } },
  },
  {
    name: "Bus-Trigger fires names after the swap",
    body: post,
    routes: { "POST /x": header("Trigger", "one, two") },
    listen: ["bus:after:swap", "one", "two"],
    expect: { heard: ["bus:after:swap", "one", "two"] },
  },
  {
    name: "Bus-Trigger fires when nothing is swapped, too, with details as JSON",
    body: post,
    routes: { "POST /x": { status: 204, headers: { "Bus-Trigger": `{"saved":{"id":7},"closed":null}` } } },
    listen: ["saved", "closed"],
    expect: { heard: [`saved {"id":7}`, "closed"] },
  },
  {
    name: "Bus-Trigger of an element that has left is fired at the body",
    body: `<div id="d"><p id="go" bus-post="/x" bus-target="#d" bus-swap="outerHTML"></p></div>`,
    routes: { "POST /x": header("Trigger", "saved") },
    listen: ["bus:after:swap", "saved"],
    steps: [
      { act: (page) => page.on("body", "saved", () => page.log.heard.push("there")) }, // as `from:body` does
      { click: "#go" },
    ],
    expect: { heard: ["bus:after:swap", "there", "saved"], body: "new" },
  },
  {
    name: "Bus-Trigger that is no JSON is an error after the swap",
    body: post,
    routes: { "POST /x": header("Trigger", "{saved") },
    expect: { errors: ["swap"], text: { "#go": "new" } },
  },
  {
    name: "a listener of Bus-Trigger that throws keeps nothing from happening",
    body: post,
    routes: { "POST /x": header("Trigger", "one, two") },
    listen: ["two"],
    steps: [
      {
        act: ({ on }) =>
          on("#go", "one", () => {
            throw new Error("of the page");
          }),
      },
      { click: "#go" },
    ],
    expect: { heard: ["two"], errors: ["not caught: of the page"], count: { ".bus-request": 0 } },
  },
  ...["Push-Url", "Replace-Url"].flatMap((name): Case[] => [
    {
      name: `Bus-${name} changes the address`,
      body: old,
      routes: { "GET /x": header(name, "/there?a=1") },
      expect: { text: { "#go": "new" }, address: "/there?a=1" },
    },
    {
      name: `Bus-${name}: false forbids what the attribute asks for`,
      body: `<p id="go" bus-get="/x" bus-${name.toLowerCase()}="true">old</p>`,
      routes: { "GET /x": header(name, "false") },
      expect: { text: { "#go": "new" }, history: [] },
    },
    {
      name: `a Bus-${name} of another origin is an error, and the swap goes on`,
      body: old,
      routes: { "GET /x": header(name, "https://other.test/") },
      expect: { text: { "#go": "new" }, errors: ["origin"], history: [] },
    },
  ]),
  {
    name: "bus:before:swap, cancelled, leaves the page and its address as they are",
    body: `<p id="go" bus-get="/x" bus-push-url="/z">old</p>`,
    routes: { "GET /x": "new" },
    cancel: ["bus:before:swap"],
    expect: { text: { "#go": "old" }, history: [], count: { ".bus-request": 0 } },
  },
  {
    name: "bus:before:swap may change what is swapped, and where",
    body: `${old}<i id="t"></i>`,
    routes: { "GET /x": "new" },
    steps: [
      {
        act: ({ on, get }) =>
          on("#go", "bus:before:swap", ({ detail: { ctx } }) => {
            ctx.text = `<b>${ctx.text}</b>`;
            ctx.target = get("#t");
            ctx.swap = "outerHTML";
          }),
      },
      { click: "#go" },
    ],
    expect: { html: { "#go": "old" }, count: { "p + b": 1, i: 0 } },
  },
];
