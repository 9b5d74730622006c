import type { Case } from "../harness/format.ts";

const plus = { needs: ["plus"] } as const;

const fragment = (html: string): DocumentFragment => document.createRange().createContextualFragment(html);

/** Preloading, heads, scrolling. Each case preloads from an address of its own: replies are kept from one to the next. */
export const pageCases: readonly Case[] = [
  {
    ...plus,
    name: "bus-preload asks when the pointer is pressed; the click takes that reply, once",
    body: `<button id="go" bus-get="/pre-1" bus-preload>?</button>`,
    routes: { "GET /pre-1": ["1", "2"] },
    steps: [
      { fire: "pointerdown", at: "#go" },
      { expect: { seen: ["GET /pre-1"], text: { "#go": "?" }, count: { ".bus-request,[aria-busy]": 0 } } },
      { click: "#go" },
      { expect: { seen: ["GET /pre-1"], text: { "#go": "1" } } },
      { click: "#go" },
    ],
    expect: { seen: ["GET /pre-1", "GET /pre-1"], text: { "#go": "2" } },
  },
  ...(
    [
      ["", "mouseover", 0],
      ["", "pointerdown", 1],
      ["mouseover", "mouseover", 1],
      ["mouseover", "pointerdown", 1],
    ] as const
  ).map(
    ([value, event, n]): Case => ({
      ...plus,
      name: `bus-preload="${value}" and ${event}: ${n} request`,
      body: `<button bus-get="/pre-${event}-${value}" bus-preload="${value}"><b id="go">?</b></button>`,
      routes: { "*": "" },
      steps: [{ fire: event, at: "#go" }],
      expect: { seen: Array.from({ length: n }, () => `GET /pre-${event}-${value}`) },
    }),
  ),
  {
    ...plus,
    name: "bus-preload: several presses ask once",
    body: `<button id="go" bus-get="/pre-3" bus-preload="mouseover">?</button>`,
    routes: { "*": "" },
    steps: [
      { fire: "mouseover", at: "#go" },
      { fire: "pointerdown", at: "#go" },
      { fire: "pointerdown", at: "#go" },
    ],
    expect: { seen: ["GET /pre-3"] },
  },
  {
    ...plus,
    name: "bus-preload: a reply is kept for five seconds, and then ended",
    body: `<button id="go" bus-get="/pre-4" bus-preload>?</button>`,
    routes: { "GET /pre-4": [{ body: "1", hold: "a" }, "2"] },
    steps: [{ fire: "pointerdown", at: "#go" }, { pass: 5000 }, { expect: { aborted: [0] } }, { click: "#go" }],
    expect: { seen: ["GET /pre-4", "GET /pre-4"], text: { "#go": "2" }, aborted: [0] },
  },
  {
    ...plus,
    name: "bus-preload: a click before the reply is there waits for it",
    body: `<button id="go" bus-get="/pre-5" bus-preload>?</button>`,
    routes: { "GET /pre-5": { body: "1", hold: "a" } },
    steps: [
      { fire: "pointerdown", at: "#go" },
      { click: "#go" },
      { expect: { count: { ".bus-request": 1 } } },
      { release: "a" },
    ],
    expect: { seen: ["GET /pre-5"], text: { "#go": "1" } },
  },
  {
    ...plus,
    name: "bus-preload: other values, another address: the reply is not taken",
    body: `<input id="go" name="q" value="a" bus-get="/pre-6" bus-trigger="click" bus-swap="none" bus-preload>`,
    routes: { "*": "" },
    steps: [{ fire: "pointerdown", at: "#go" }, { type: "#go", value: "b" }, { click: "#go" }],
    expect: { seen: ["GET /pre-6?q=a", "GET /pre-6?q=b"] },
  },
  {
    ...plus,
    name: "bus-preload: when it fails, the click asks",
    body: `<button id="go" bus-get="/pre-7" bus-preload>?</button>`,
    routes: { "GET /pre-7": [{ broken: true }, "2"] },
    steps: [{ fire: "pointerdown", at: "#go" }, { click: "#go" }],
    expect: { text: { "#go": "2" } },
  },
  {
    ...plus,
    name: "bus-preload is nothing for other methods, without the attribute, or where a question is asked",
    body: `<button id="a" bus-post="/pre-8" bus-preload></button><button id="b" bus-get="/pre-8"></button><button id="c" bus-get="/pre-8" bus-preload bus-confirm="?"></button>`,
    steps: ["#a", "#b", "#c"].map((at) => ({ fire: "pointerdown", at })),
    expect: { seen: [], asked: [] },
  },
  {
    ...plus,
    name: "bus-preload for boosted links, inherited; the click shows the page",
    body: `<nav bus-boost="true" bus-preload:inherited><a id="go" href="/p">p</a></nav>`,
    routes: { "GET /p": "<title>P</title><p>page</p>" },
    steps: [{ fire: "pointerdown", at: "#go" }, { expect: { seen: ["GET /p"] } }, { click: "#go" }],
    expect: { seen: ["GET /p"], body: "<p>page</p>", address: "/p", title: "P" },
  },
  {
    ...plus,
    name: "bus-preload gives way to a request of the element that is under way",
    body: `<button id="go" bus-get="/pre-10" bus-preload>?</button>`,
    routes: { "GET /pre-10": { body: "1", hold: "a" } },
    steps: [{ click: "#go" }, { fire: "pointerdown", at: "#go" }, { release: "a" }],
    expect: { seen: ["GET /pre-10"], text: { "#go": "1" }, aborted: [] },
  },
  {
    ...plus,
    name: "with a whole page comes its head: equal stays, new is added, gone is removed, bus-preserve is left alone",
    body: `<nav bus-boost="true"><a id="go" href="/p">p</a></nav>`,
    routes: {
      "GET /p": `<!doctype html><html><head><title>P</title><meta name="keep" content="1"><meta name="new" content="2"></head><body>page</body></html>`,
    },
    steps: [
      {
        act: ({ get }) => {
          get("head").replaceChildren(
            fragment(`<title>S</title><meta name="keep" content="1"><meta name="gone"><meta name="mine">`),
          );
          Object.assign(get("meta[name=keep]"), { mine: 1 });
        },
      },
      { attribute: "bus-preserve", of: "meta[name=mine]", value: "" },
      { click: "#go" },
      {
        act: ({ get, equal }) =>
          equal((get("meta[name=keep]") as Element & { mine?: number }).mine, 1, "the same element"),
      },
    ],
    expect: {
      html: {
        head: `<title>P</title><meta name="keep" content="1"><meta name="mine" bus-preserve=""><meta name="new" content="2">`,
      },
      title: "P",
      address: "/p",
    },
  },
  {
    ...plus,
    name: "the head of a page that came too late is not taken",
    body: `<b id="one" bus-get="/1" bus-target="body"></b><b id="go" bus-get="/2" bus-target="body"></b>`,
    routes: {
      "GET /1": { body: `<!doctype html><head><title>1</title><meta name="one"></head><body>1</body>`, hold: "late" },
      "GET /2": `<!doctype html><head><title>2</title><meta name="two"></head><body>2</body>`,
    },
    steps: [{ click: "#one" }, { click: "#go" }, { release: "late" }],
    expect: { body: "2", count: { "meta[name=one]": 0, "meta[name=two]": 1 }, title: "2" },
  },
  {
    ...plus,
    name: "the head stays as it is when only a part of a page is shown",
    body: `<button id="go" bus-get="/p" bus-target="#t" bus-select="b"></button><p id="t"></p>`,
    routes: {
      "GET /p": `<!doctype html><html><head><title>P</title><meta name="new"></head><body><b>b</b></body></html>`,
    },
    steps: [{ act: ({ get }) => get("head").replaceChildren(fragment(`<meta name="old">`)) }, { click: "#go" }],
    expect: { html: { "#t": "<b>b</b>" }, count: { "meta[name=old]": 1, "meta[name=new]": 0 } },
  },
  {
    ...plus,
    name: "a fragment in the body leaves the head alone",
    body: `<button id="go" bus-get="/p" bus-target="body"></button>`,
    routes: { "GET /p": "<p>b</p>" },
    steps: [{ act: ({ get }) => get("head").replaceChildren(fragment(`<meta name="old">`)) }, { click: "#go" }],
    expect: { count: { "meta[name=old]": 1 }, body: "<p>b</p>" },
  },
  {
    ...plus,
    name: "nonces do not make elements of the head different",
    body: `<nav bus-boost="true"><a id="go" href="/p">p</a></nav>`,
    routes: {
      "GET /p": `<!doctype html><html><head><title>P</title><style nonce="b">i{}</style></head><body>page</body></html>`,
    },
    steps: [
      { act: ({ get }) => get("head").replaceChildren(fragment(`<style nonce="a">i{}</style>`)) },
      { click: "#go" },
    ],
    expect: { count: { "head style": 1, "head style[nonce=a]": 1 }, address: "/p" },
  },
  ...(
    [
      ["scroll:top", "scrollTo the start"],
      ["scroll:bottom", "scrollTo the end"],
      ["show:top", "show true"],
      ["show:bottom", "show false"],
    ] as const
  ).map(
    ([modifier, expected]): Case => ({
      needs: ["page"],
      name: `the swap modifier ${modifier}`,
      body: `<button id="go" bus-get="/x" bus-target="#t" bus-swap="outerHTML ${modifier}"></button><p id="t"></p>`,
      routes: { "*": `<p id="t">new</p>` },
      steps: [
        {
          act: ({ log, get }) => {
            const proto = Object.getPrototypeOf(get("#t"));
            proto.scrollTo = function (this: Element, _x: number, y: number) {
              const end = modifier === "scroll:bottom" && y === this.scrollHeight;
              log.asked.push(`scrollTo ${end ? "the end" : y === 0 ? "the start" : y} ${this.textContent}`);
            };
            proto.scrollIntoView = function (this: Element, isTop: boolean) {
              log.asked.push(`show ${!!isTop} ${this.textContent}`);
            };
          },
        },
        { click: "#go" },
        {
          act: ({ get }) => ["scrollTo", "scrollIntoView"].map((name) => delete Object.getPrototypeOf(get("#t"))[name]),
        },
      ],
      expect: { asked: [`${expected} new`] },
    }),
  ),
  {
    ...plus,
    name: "bus-preload on an element that asks when the pointer is pressed: it asks, once",
    body: `<button id="go" bus-get="/pre-11" bus-trigger="pointerdown" bus-preload>?</button>`,
    routes: { "GET /pre-11": ["1", "2"] },
    steps: [{ fire: "pointerdown", at: "#go" }],
    expect: { seen: ["GET /pre-11"], text: { "#go": "1" } },
  },
  {
    ...plus,
    name: "bus-preload asks for nothing where a form has to be valid, and the form is not checked yet",
    body: `<form><input required><button type="button" id="go" bus-get="/x" bus-preload bus-validate></button></form>`,
    steps: [{ fire: "pointerdown", at: "#go" }],
    expect: { seen: [] },
  },
  {
    ...plus,
    name: "bus-preload asks for nothing when a listener says no",
    body: `<button id="go" bus-get="/pre-12" bus-preload>?</button>`,
    cancel: ["bus:before:request"],
    steps: [{ fire: "pointerdown", at: "#go" }, { click: "#go" }],
    expect: { seen: [] },
  },
  {
    ...plus,
    name: "bus-preload does not end another request of the same place",
    body: `<div bus-sync:inherited="closest div:replace"><button id="a" bus-get="/a"></button><button id="go" bus-get="/pre-13" bus-preload>?</button></div>`,
    routes: { "GET /a": { body: "a", hold: "a" }, "GET /pre-13": "1" },
    steps: [{ click: "#a" }, { fire: "pointerdown", at: "#go" }, { release: "a" }, { click: "#go" }],
    expect: { text: { "#a": "a", "#go": "1" }, aborted: [] },
  },
  {
    ...plus,
    name: "a preloaded reply for a request that was replaced is not shown",
    body: `<input id="go" name="q" value="a" bus-get="/pre-14" bus-trigger="click" bus-target="#t" bus-preload><p id="t"></p>`,
    routes: { "GET /pre-14": [{ body: "a", hold: "a" }, "b"] },
    steps: [{ fire: "pointerdown", at: "#go" }, { click: "#go" }, { type: "#go", value: "b" }, { click: "#go" }],
    expect: { seen: ["GET /pre-14?q=a", "GET /pre-14?q=b"], text: { "#t": "b" } },
  },
  {
    name: "what a template showed is not shown by a pressed pointer",
    needs: ["plus"],
    body: `<button id="go" bus-get="/pre-15" bus-preload bus-optimistic="tpl">?</button><template id="tpl">wait</template>`,
    routes: { "GET /pre-15": { body: "1", hold: "a" } },
    steps: [
      { fire: "pointerdown", at: "#go" },
      { expect: { text: { "#go": "?" } } },
      { click: "#go" },
      { expect: { text: { "#go": "wait" } } },
      { release: "a" },
    ],
    expect: { seen: ["GET /pre-15"], text: { "#go": "1" } },
  },
  {
    name: "what is in a new head is not announced",
    needs: ["plus"],
    body: `<nav bus-boost="true" bus-announce:inherited><a id="go" href="/p">p</a></nav>`,
    routes: { "GET /p": "<!doctype html><title>P</title><style>i{}</style><body><p>page</p></body>" },
    steps: [{ click: "#go" }, { pass: 99 }],
    expect: { text: { "[aria-live=polite]": "page" }, count: { "head .bus-added": 0 }, title: "P", address: "/p" },
  },
];
