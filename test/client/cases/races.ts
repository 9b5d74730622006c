import type { Case, Step } from "../harness/format.ts";

const go = { click: "#go" } as const;
const change = (value: string): Step => ({ choose: "#i", value });
const two = (x: string, y: string): string => `<b id="x" bus-get="/x" ${x}></b><b id="y" bus-get="/y" ${y}></b>`;
const first = { hold: "1", body: "first" };
const second = { hold: "2", body: "second" };

/** Requests of one element. */
const own: readonly Case[] = [
  ...["post", "put", "patch", "delete"].map(
    (verb): Case => ({
      name: `a second click on bus-${verb} while the first one runs is dropped`,
      body: `<p id="go" bus-${verb}="/x"></p>`,
      routes: { [`${verb.toUpperCase()} /x`]: [first, "second"] },
      steps: [go, go, go, { release: "1" }],
      expect: { seen: [`${verb.toUpperCase()} /x`], text: { "#go": "first" } },
    }),
  ),
  {
    name: "a form submitted twice is sent once",
    body: `<form id="f" bus-post="/x" bus-swap="none"><input name="a" value="1"><button id="go"></button></form>`,
    routes: { "POST /x": [first, ""] },
    steps: [go, go, { submit: "#f" }, { release: "1" }],
    expect: { seen: ["POST /x a=1"], native: [] },
  },
  {
    name: "a boosted form submitted twice is sent once",
    body: `<form bus-boost="true" action="/x" method="post"><button id="go"></button></form>`,
    routes: { "POST /x": [first, ""] },
    steps: [go, go, { release: "1" }],
    expect: { seen: ["POST /x"], native: [], body: "first" },
  },
  {
    name: "after the first one a second click is sent",
    body: `<p id="go" bus-post="/x"></p>`,
    routes: { "POST /x": ["first", "second"] },
    steps: [go, go],
    expect: { seen: ["POST /x", "POST /x"], text: { "#go": "second" } },
  },
  {
    name: "a GET replaces the older one, without an error",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": [first, second] },
    steps: [go, go, { expect: { aborted: [0] } }, { release: "2" }, { release: "1" }],
    expect: { text: { "#go": "second" }, seen: ["GET /x", "GET /x"], count: { ".bus-request": 0 } },
  },
  {
    name: "a GET that replaces another keeps the marks until it is done",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": [first, second] },
    steps: [go, go, { expect: { ids: { ".bus-request[aria-busy]": ["go"] } } }, { release: "2" }],
    expect: { ids: { ".bus-request": [], "[aria-busy]": [] } },
  },
  {
    name: "other changes wait, the last one only, with the values of then",
    body: `<input id="i" name="a" bus-post="/x" bus-swap="none">`,
    routes: { "POST /x": [first, ""] },
    steps: [change("1"), change("2"), change("3"), { release: "1" }],
    expect: { seen: ["POST /x a=1", "POST /x a=3"] },
  },
  {
    name: "what waits is sent also when the first one fails",
    body: `<input id="i" name="a" bus-post="/x" bus-swap="none">`,
    routes: { "POST /x": [{ hold: "1", broken: true }, ""] },
    steps: [change("1"), change("2"), { release: "1" }],
    expect: { seen: ["POST /x a=1", "POST /x a=2"], errors: ["network"] },
  },
  {
    name: "a poll gives way while one of its own runs",
    body: `<p id="p" bus-get="/x" bus-trigger="every 1s"></p>`,
    routes: { "GET /x": [first, "second"] },
    steps: [{ pass: 3_000 }, { expect: { seen: ["GET /x"] } }, { release: "1" }, { pass: 1_000 }],
    expect: { seen: ["GET /x", "GET /x"], text: { "#p": "second" }, aborted: [] },
  },
];

/** Requests of several elements into one target. */
const shared: readonly Case[] = [
  {
    name: "a reply older than the newest that replaced the target is dropped, with its address",
    body: `${two(`bus-target="#t" bus-push-url="true"`, `bus-target="#t" bus-swap="outerHTML" bus-push-url="true"`)}<p id="t"></p>`,
    routes: { "GET /x": { hold: "x", body: "old" }, "GET /y": `<p id="t">new</p>` },
    steps: [{ click: "#x" }, { click: "#y" }, { release: "x" }],
    expect: { text: { "#t": "new" }, address: "/y" },
  },
  {
    name: "replies in the order of their requests are all shown",
    body: `${two(`bus-target="#t"`, `bus-target="#t"`)}<p id="t"></p>`,
    routes: { "GET /x": { hold: "x", body: "x" }, "GET /y": { hold: "y", body: "y" } },
    steps: [{ click: "#x" }, { click: "#y" }, { release: "x" }, { expect: { text: { "#t": "x" } } }, { release: "y" }],
    expect: { text: { "#t": "y" } },
  },
  {
    name: "an older reply is dropped for its part only: other targets still get theirs",
    body: `${two(`bus-target="#t"`, `bus-target="#t"`)}<p id="t"></p><i id="a">0</i>`,
    routes: { "GET /x": { hold: "x", body: `old<i id="a" bus-swap-oob="true">x</i>` }, "GET /y": "new" },
    steps: [{ click: "#x" }, { click: "#y" }, { release: "x" }],
    expect: { text: { "#t": "new", "#a": "x" } },
  },
  {
    name: "an older out-of-band part does not overwrite a newer one",
    body: `${two(`bus-swap="none"`, `bus-swap="none"`)}<i id="a">0</i>`,
    routes: {
      "GET /x": { hold: "x", body: `<i id="a" bus-swap-oob="true">old</i>` },
      "GET /y": `<i id="a" bus-swap-oob="true">new</i>`,
    },
    steps: [{ click: "#x" }, { click: "#y" }, { release: "x" }],
    expect: { text: { "#a": "new" } },
  },
  {
    name: "an older reply does not overwrite what a newer part has put into its target",
    body: `${two(`bus-target="#t"`, `bus-swap="none"`)}<p id="t">0</p>`,
    routes: { "GET /x": { hold: "x", body: "old" }, "GET /y": `<p id="t" bus-swap-oob="true">new</p>` },
    steps: [{ click: "#x" }, { click: "#y" }, { release: "x" }],
    expect: { text: { "#t": "new" } },
  },
  {
    name: "a newer request that failed does not make the older reply stale",
    body: `${two(`bus-target="#t"`, `bus-target="#t"`)}<p id="t">0</p>`,
    routes: { "GET /x": { hold: "x", body: "x" }, "GET /y": { status: 500 } },
    steps: [{ click: "#x" }, { click: "#y" }, { release: "x" }],
    expect: { text: { "#t": "x" }, errors: ["500"] },
  },
  {
    name: "a target that was replaced meanwhile is found again by its id",
    body: `${two(`bus-target="#t"`, `bus-target="#t" bus-swap="outerHTML"`)}<p id="t"></p>`,
    routes: { "GET /x": { hold: "x", body: "new" }, "GET /y": { hold: "y", body: `<p id="t">old</p>` } },
    steps: [{ click: "#y" }, { click: "#x" }, { release: "y" }, { release: "x" }],
    expect: { text: { "#t": "new" } },
  },
  {
    name: "a target that left meanwhile, without another of its id, is an error",
    body: `<b id="go" bus-get="/x" bus-target="#t"></b><p id="t"></p>`,
    routes: { "GET /x": { hold: "x", body: "new" } },
    steps: [go, { remove: "#t" }, { release: "x" }],
    expect: { errors: ["target"], count: { ".bus-request": 0 } },
  },
  ...["beforeend", "afterbegin", "beforebegin", "afterend", "append", "prepend", "before", "after"].map(
    (style): Case => ({
      name: `${style} only adds and is never stale`,
      body: `${two(`bus-target="#t" bus-swap="${style}"`, `bus-target="#t"`)}<div id="d"><p id="t"></p></div>`,
      routes: { "GET /x": { hold: "x", body: "x" }, "GET /y": "y" },
      steps: [{ click: "#x" }, { click: "#y" }, { release: "x" }],
      expect: {
        text: {
          "#d": /^(afterbegin|before|prepend)(?!end|$)|^(afterbegin|beforebegin|before|prepend)$/.test(style)
            ? "xy"
            : "yx",
        },
      },
    }),
  ),
  {
    name: "a reply for an element that has left meanwhile still goes into its target",
    body: `<div id="d"><b id="go" bus-get="/x" bus-target="#t"></b></div><p id="t"></p>`,
    routes: { "GET /x": { hold: "x", body: "new" } },
    steps: [go, { remove: "#go" }, { release: "x" }],
    expect: { text: { "#t": "new" } },
  },
  {
    name: "stale means older by request, whichever element asked; nothing is remembered when nothing runs",
    body: `${two(`bus-target="#t"`, `bus-target="#t"`)}<p id="t"></p>`,
    routes: { "GET /x": "x", "GET /y": "y" },
    steps: [{ click: "#y" }, { click: "#x" }, { click: "#y" }, { click: "#x" }],
    expect: { text: { "#t": "x" } },
  },
  {
    name: "a delayed swap is stale when a newer one has come before its time",
    body: `${two(`bus-target="#t" bus-swap="innerHTML delay:1s"`, `bus-target="#t"`)}<p id="t"></p>`,
    routes: { "GET /x": "old", "GET /y": "new" },
    steps: [{ click: "#x" }, { pass: 500 }, { click: "#y" }, { pass: 500 }],
    expect: { text: { "#t": "new" } },
  },
];

const slow = (style: string, more = ""): string =>
  `<b id="x" bus-get="/x" bus-target="#t" bus-swap="${style}" bus-push-url="true">x</b><a id="y" href="/y" bus-boost="true">y</a><p id="t"${more}>0</p>`;
const leave: Case["steps"] = [{ click: "#x" }, { click: "#y" }, { release: "x" }];

/** Requests of a page that was left meanwhile. */
const left: readonly Case[] = [
  ...["innerHTML", "outerHTML", "beforeend", "afterend", "delete"].map(
    (style): Case => ({
      name: `${style}: a reply for a page that was left does not go into the next one, where something has the same id`,
      body: slow(style),
      routes: { "GET /x": { hold: "x", body: "old" }, "GET /y": `<p id="t">next</p>` },
      steps: leave,
      expect: { body: `<p id="t">next</p>`, address: "/y" },
    }),
  ),
  {
    name: "a reply for a page that was left is no error where the next one has no place for it",
    body: slow("innerHTML"),
    routes: { "GET /x": { hold: "x", body: "old" }, "GET /y": "<h1>next</h1>" },
    steps: leave,
    expect: { body: "<h1>next</h1>", address: "/y" },
  },
  {
    name: "what asked for its own place and has left with it, as when a list is filtered while more of it is asked for, is no error",
    body: `<b id="f" bus-get="/y" bus-target="#list"></b><ul id="list"><li id="x" bus-get="/x" bus-swap="outerHTML"></li></ul>`,
    routes: { "GET /x": { hold: "x", body: "<li>more</li>" }, "GET /y": "<li>filtered</li>" },
    steps: [{ click: "#x" }, { click: "#f" }, { release: "x" }],
    expect: { text: { "#list": "filtered" } },
  },
  {
    name: "a part without a place is an error also when what asked has left",
    body: `<b id="x" bus-get="/x" bus-target="#t"></b><p id="t"></p>`,
    routes: { "GET /x": { hold: "x", body: `x<i id="none" bus-swap-oob="true">i</i>` } },
    steps: [{ click: "#x" }, { remove: "#x" }, { release: "x" }],
    expect: { text: { "#t": "x" }, errors: ["target"] },
  },
  {
    name: "a reply for what the next page has kept is shown",
    body: slow("innerHTML", " bus-preserve"),
    routes: { "GET /x": { hold: "x", body: "played" }, "GET /y": `<p id="t" bus-preserve>next</p>` },
    steps: leave,
    expect: { text: { "#t": "played" } },
  },
  {
    name: "a whole page that comes late to what a newer page has kept does not set the title",
    body: `<p id="k" bus-preserve bus-get="/slow"></p><b id="go" bus-get="/new" bus-target="body" bus-push-url="true"></b>`,
    routes: {
      "GET /slow": { hold: "slow", body: "<!doctype html><title>slow</title>slow" },
      "GET /new": `<!doctype html><title>new</title><h1>new</h1><p id="k" bus-preserve></p>`,
    },
    steps: [{ click: "#k" }, { click: "#go" }, { release: "slow" }],
    expect: { text: { "#k": "slow", h1: "new" }, title: "new", address: "/new" },
  },
  {
    name: "what was asked before the reader went back does not go into that page",
    body: `<p id="go" bus-get="/1" bus-target="body" bus-push-url="true"></p>`,
    routes: {
      "GET /1": `<form id="t" bus-post="/2" bus-target="this" bus-swap="outerHTML"><button id="save"></button></form>`,
      "POST /2": { hold: "x", body: `<form id="t">2</form>`, headers: { "Bus-Push-Url": "/2" } },
      "GET /start": `<form id="t">start</form>`,
    },
    steps: [{ click: "#go" }, { submit: "#t", by: "#save" }, { go: -1 }, { release: "x" }],
    expect: { text: { "#t": "start" }, address: "/start" },
  },
  {
    name: "what was asked before the reader went back does not change the address, also when it is the first to arrive",
    body: `<p id="go" bus-get="/1" bus-target="body" bus-push-url="true"></p>`,
    routes: {
      "GET /1": `<form id="t" bus-post="/2" bus-target="this" bus-swap="outerHTML"><button id="save"></button></form>`,
      "POST /2": { hold: "x", body: `<form id="t">2</form>`, headers: { "Bus-Push-Url": "/2" } },
      "GET /start": { hold: "back", body: `<form id="t">start</form>` },
    },
    steps: [{ click: "#go" }, { submit: "#t", by: "#save" }, { go: -1 }, { release: "x" }, { release: "back" }],
    expect: { text: { "#t": "start" }, address: "/start" },
  },
];

export const races: readonly Case[] = [...own, ...shared, ...left];
