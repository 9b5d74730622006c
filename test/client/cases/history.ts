import type { Case } from "../harness/format.ts";

const page = (title: string, body: string): string =>
  `<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`;

const push = `<p id="go" bus-get="/x" bus-target="body" bus-push-url="true"></p>`;

export const historyCases: readonly Case[] = [
  {
    name: "Back asks for the page again, as a full page",
    body: push,
    routes: { "GET /x": "<h1>x</h1>", "GET /start": page("S", "<h1>start</h1>") },
    steps: [{ click: "#go" }, { expect: { address: "/x" } }, { go: -1 }],
    expect: {
      body: "<h1>start</h1>",
      title: "S",
      address: "/start",
      seen: ["GET /x", "GET /start"],
      sent: { "Bus-History-Restore-Request": "true", "Bus-Request-Type": "full" },
    },
  },
  {
    name: "Forward asks for the page again, too",
    body: push,
    routes: { "GET /x": "<h1>x</h1>", "GET /start": push },
    steps: [{ click: "#go" }, { go: -1 }, { go: 1 }],
    expect: { body: "<h1>x</h1>", address: "/x", seen: ["GET /x", "GET /start", "GET /x"] },
  },
  {
    name: "Back to a page that cannot be had loads it",
    body: push,
    routes: { "GET /x": "<h1>x</h1>", "GET /start": { status: 500 } },
    steps: [{ click: "#go" }, { go: -1 }],
    expect: { went: ["reload"], errors: ["500"], address: "/start" },
  },
  {
    name: "Back without a network loads the page",
    body: push,
    routes: { "GET /x": "<h1>x</h1>", "GET /start": { broken: true } },
    steps: [{ click: "#go" }, { go: -1 }],
    expect: { went: ["reload"], errors: ["network"], address: "/start" },
  },
  {
    name: "Back twice in a row shows where the reader has arrived",
    body: push,
    routes: {
      "GET /x": `<p id="go" bus-get="/z" bus-target="body" bus-push-url="true"></p>`,
      "GET /z": "<h1>z</h1>",
      "GET /start": "<h1>start</h1>",
    },
    steps: [{ click: "#go" }, { click: "#go" }, { go: -1 }, { go: -1 }],
    expect: { body: "<h1>start</h1>", address: "/start" },
  },
  {
    name: "an entry that another script made is that script's",
    body: push,
    steps: [{ act: () => history.pushState({ mine: 1 }, "", "/mine") }, { go: -1 }, { go: 1 }],
    expect: { seen: [], address: "/mine" },
  },
  {
    name: "going to another place of the same page asks for nothing",
    body: push,
    routes: { "GET /x": "<h1>x</h1>" },
    steps: [
      { click: "#go" },
      {
        act: () => {
          location.hash = "#place";
        },
      },
      { go: -1 },
    ],
    expect: { seen: ["GET /x"], address: "/x", body: "<h1>x</h1>" },
  },
  {
    name: "what the page has stored in its entry stays there",
    body: push,
    routes: { "GET /x": "<h1>x</h1>", "GET /start": "<h1>start</h1>" },
    steps: [
      { act: () => history.replaceState({ mine: 1 }, "") },
      { click: "#go" },
      { go: -1 },
      { act: ({ equal }) => equal(history.state.mine, 1, "state") },
    ],
    expect: { body: "<h1>start</h1>" },
  },
  {
    name: "bus-replace-url adds no entry",
    body: `<p id="go" bus-get="/x" bus-replace-url="/z"></p>`,
    routes: { "GET /x": "" },
    expect: { history: ["replace /z"], address: "/z" },
  },
  {
    name: "bus-push-url true is the address with its values",
    body: `<form id="f" bus-get="/x" bus-push-url="true" bus-swap="none"><input name="q" value="a b"></form>`,
    routes: { "GET /x": "" },
    steps: [{ submit: "#f" }],
    expect: { history: ["push /x?q=a+b"], address: "/x?q=a+b" },
  },
  {
    name: "bus-push-url of the present address adds no entry",
    body: `<p id="go" bus-get="/x" bus-push-url="/start"></p>`,
    routes: { "GET /x": "" },
    expect: { address: "/start", history: ["replace /start"] },
  },
  {
    name: "bus-push-url of false, and none, leave the address",
    body: `<p id="go" bus-get="/x" bus-push-url="false"></p>`,
    routes: { "GET /x": "" },
    expect: { history: [] },
  },
  {
    name: "a bus-push-url of another origin is an error, and the swap goes on",
    body: `<p id="go" bus-get="/x" bus-push-url="https://other.test/"></p>`,
    routes: { "GET /x": "new" },
    expect: { text: { "#go": "new" }, errors: ["origin"], history: [] },
  },
  {
    name: "nothing of a page is stored",
    body: push,
    routes: { "GET /x": "<h1>x</h1>" },
    steps: [
      { click: "#go" },
      {
        act: ({ equal }) => {
          equal(Object.keys(history.state ?? {}).length < 2, true, "one mark in the entry");
          // In jsdom on Node 26 there may be Node's own, which is nothing without a file.
          equal([localStorage?.length ?? 0, sessionStorage.length], [0, 0], "stored");
        },
      },
    ],
    expect: { body: "<h1>x</h1>" },
  },
  {
    name: "what was asked before the reader went back is too late, also when it is the first to arrive",
    body: `<p id="go" bus-get="/one" bus-target="body" bus-push-url="true"></p>`,
    routes: {
      "GET /one": `<p id="go" bus-get="/slow" bus-target="body" bus-push-url="true"></p>`,
      "GET /slow": { hold: "slow", body: "<i>slow</i>" },
      "GET /start": { hold: "back", body: "<b>before</b>" },
    },
    steps: [{ click: "#go" }, { click: "#go" }, { go: -1 }, { release: "slow" }, { release: "back" }],
    expect: { body: "<b>before</b>", address: "/start" },
  },
];
