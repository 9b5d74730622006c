import type { Case } from "../harness/format.ts";

const plus = { needs: ["plus"] } as const;

const form = (more: string): string =>
  `<form id="f" bus-post="/x" bus-target="#t" bus-optimistic="tpl" ${more}><input name="title" value="<b>&amp;"></form><ul id="t"><li>1</li></ul><template id="tpl"><li class="o"><slot name="title"></slot><slot name="none"></slot></li></template>`;

const OPTIMISTIC: Readonly<Record<string, readonly [shown: string, after: string]>> = {
  beforeend: [`<li>1</li><li class="o">&lt;b&gt;&amp;</li>`, "<li>1</li><li>R</li>"],
  afterbegin: [`<li class="o">&lt;b&gt;&amp;</li><li>1</li>`, "<li>R</li><li>1</li>"],
  innerHTML: [`<li class="o">&lt;b&gt;&amp;</li>`, "<li>R</li>"],
  none: ["<li>1</li>", "<li>1</li>"],
};

const frames = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((done) => requestAnimationFrame(done));
};

const live = (mode: string): string => `[aria-live=${mode}]`;

export const plusPage: readonly Case[] = [
  ...Object.entries(OPTIMISTIC).map(
    ([style, [shown, after]]): Case => ({
      ...plus,
      name: `bus-optimistic with ${style}: the template is shown until the reply comes, with values as text`,
      body: form(`bus-swap="${style}"`),
      routes: { "POST /x": { body: "<li>R</li>", hold: "a" } },
      steps: [{ submit: "#f" }, { expect: { html: { "#t": shown } } }, { release: "a" }],
      expect: { html: { "#t": after } },
    }),
  ),
  ...Object.entries(OPTIMISTIC).map(
    ([style, [shown]]): Case => ({
      ...plus,
      name: `bus-optimistic with ${style}: after an error the page is as before`,
      body: form(`bus-swap="${style}"`),
      routes: { "POST /x": { status: 500, body: "no", hold: "a" } },
      steps: [
        { act: ({ get }) => Object.assign(get("#t").firstElementChild ?? {}, { mine: 1 }) },
        { submit: "#f" },
        { expect: { html: { "#t": shown } } },
        { release: "a" },
        {
          act: ({ get, equal }) =>
            equal((get("#t").firstElementChild as Element & { mine?: number }).mine, 1, "the same element"),
        },
      ],
      expect: { html: { "#t": "<li>1</li>" }, errors: ["500"] },
    }),
  ),
  ...(["outerHTML", "delete", "beforebegin", "afterend"] as const).map(
    (style): Case => ({
      ...plus,
      name: `bus-optimistic with ${style}: when no reply comes the page is as before`,
      body: form(`bus-swap="${style}"`),
      routes: { "POST /x": { broken: true, hold: "a" } },
      steps: [{ submit: "#f" }, { expect: { count: { ".o": 1 } } }, { release: "a" }],
      expect: { count: { ".o": 0, "body > #t:nth-child(2) > li": 1 }, errors: ["network"] },
    }),
  ),
  {
    ...plus,
    name: "bus-optimistic: a request that replaces another one takes back what that has shown",
    body: `<button id="go" bus-get="/x" bus-target="#t" bus-optimistic="tpl"></button><p id="t">old</p><template id="tpl">wait</template>`,
    routes: {
      "GET /x": [
        { body: "1", hold: "a" },
        { status: 500, hold: "b" },
      ],
    },
    steps: [{ click: "#go" }, { click: "#go" }, { expect: { text: { "#t": "wait" } } }, { release: "b" }],
    expect: { text: { "#t": "old" }, errors: ["500"] },
  },
  ...(
    [
      ["a", "b"],
      ["b", "a"],
    ] as const
  ).map(
    ([first, second]): Case => ({
      ...plus,
      name: `bus-optimistic: two elements with one target fail, ${first} before ${second}: the page is as before`,
      body: `<button id="a" bus-get="/a" bus-target="#t" bus-optimistic="tpl"></button><button id="b" bus-get="/b" bus-target="#t" bus-optimistic="tpl"></button><p id="t">old</p><template id="tpl">wait</template>`,
      routes: { "GET /a": { status: 500, hold: "a" }, "GET /b": { status: 500, hold: "b" } },
      steps: [{ click: "#a" }, { click: "#b" }, { release: first }, { release: second }],
      expect: { html: { "#t": "old" }, errors: ["500", "500"] },
    }),
  ),
  {
    ...plus,
    name: "bus-optimistic without its template shows nothing, and the request goes on",
    body: `<button id="go" bus-get="/x" bus-optimistic="none">?</button>`,
    routes: { "GET /x": "new" },
    expect: { text: { "#go": "new" } },
  },
  {
    ...plus,
    name: "the same GET for the same target from another element is not sent again; its marks end with the first",
    body: `<button id="a" bus-get="/x" bus-target="#t"></button><button id="b" bus-get="/x" bus-target="#t"></button><p id="t"></p>`,
    routes: { "GET /x": { body: "1", hold: "a" } },
    steps: [{ click: "#a" }, { click: "#b" }, { expect: { count: { ".bus-request": 2 } } }, { release: "a" }],
    expect: { seen: ["GET /x"], text: { "#t": "1" }, count: { ".bus-request,[aria-busy]": 0 } },
  },
  ...(
    [
      ["another target", `bus-get="/x" bus-target="#u"`],
      ["another style", `bus-get="/x" bus-target="#t" bus-swap="beforeend"`],
      ["another part", `bus-get="/x" bus-target="#t" bus-select="b"`],
      ["other headers", `bus-get="/x" bus-target="#t" bus-headers='{"a":"1"}'`],
      ["another address", `bus-get="/y" bus-target="#t"`],
      ["the address in the history", `bus-get="/x" bus-target="#t" bus-replace-url="/start"`],
    ] as const
  ).map(
    ([what, attributes]): Case => ({
      ...plus,
      name: `${what}: it is another request, and is sent`,
      body: `<button id="a" bus-get="/x" bus-target="#t"></button><button id="b" ${attributes}></button><p id="t"></p><p id="u"></p>`,
      routes: { "*": { body: "1", hold: "a" } },
      steps: [{ click: "#a" }, { click: "#b" }, { act: ({ made, equal }) => equal(made.length, 2) }],
      expect: { address: "/start" },
    }),
  ),
  {
    ...plus,
    name: "two POSTs of different elements are both sent",
    body: `<button id="a" bus-post="/x" bus-target="#t"></button><button id="b" bus-post="/x" bus-target="#t"></button><p id="t"></p>`,
    routes: { "*": { hold: "a" } },
    steps: [{ click: "#a" }, { click: "#b" }],
    expect: { seen: ["POST /x", "POST /x"] },
  },
  {
    ...plus,
    name: "the second is sent after all when nothing came of the first",
    body: `<button id="a" bus-get="/x" bus-target="#t"></button><button id="b" bus-get="/x" bus-target="#t"></button><p id="t"></p>`,
    routes: { "GET /x": [{ broken: true, hold: "a" }, "2"] },
    steps: [{ click: "#a" }, { click: "#b" }, { release: "a" }],
    expect: { seen: ["GET /x", "GET /x"], text: { "#t": "2" }, errors: ["network"] },
  },
  {
    ...plus,
    name: "bus-timeout ends a request that has no reply in time",
    body: `<button id="go" bus-get="/x" bus-timeout="2s">?</button>`,
    routes: { "GET /x": { body: "1", hold: "a" } },
    steps: [
      { click: "#go" },
      { pass: 1999 },
      { expect: { errors: [] } },
      { pass: 1 },
      { expect: { errors: ["timeout"] } },
      { release: "a" },
    ],
    expect: { text: { "#go": "?" }, errors: ["timeout"], aborted: [0], count: { ".bus-request,[aria-busy]": 0 } },
  },
  {
    ...plus,
    name: "config({ timeout }) counts for all, bus-timeout over it; 0 is none",
    body: `<button id="a" bus-get="/a" bus-timeout="0"></button><button id="b" bus-get="/b"></button>`,
    config: { timeout: 1000 },
    routes: { "*": { hold: "a" } },
    steps: [{ click: "#a" }, { click: "#b" }, { pass: 1000 }],
    expect: { errors: ["timeout"], aborted: [1] },
  },
  {
    ...plus,
    name: "no timer is left behind by a reply that came in time",
    body: `<button id="go" bus-get="/x" bus-timeout="2s">?</button>`,
    routes: { "*": "1" },
    steps: [{ click: "#go" }, { act: ({ clock, equal }) => equal(clock.waiting, 0) }],
    expect: { text: { "#go": "1" } },
  },
  {
    ...plus,
    name: "a stream has time once something of it is shown",
    body: `<button id="go" bus-get="/x" bus-timeout="2s">?</button><ul id="t"></ul>`,
    routes: {
      "*": {
        stream: [
          `<bus-partial bus-target="#t">1</bus-partial>`,
          { hold: "a" },
          `<bus-partial bus-target="#t">2</bus-partial>`,
        ],
      },
    },
    steps: [{ click: "#go" }, { pass: 5000 }, { release: "a" }],
    expect: { text: { "#t": "2" } },
  },
  {
    ...plus,
    name: "a timeout takes back what was shown before the reply",
    body: `<button id="go" bus-get="/x" bus-timeout="2s" bus-optimistic="tpl">?</button><template id="tpl">wait</template>`,
    routes: { "*": { hold: "a" } },
    steps: [{ click: "#go" }, { expect: { text: { "#go": "wait" } } }, { pass: 2000 }],
    expect: { text: { "#go": "?" }, errors: ["timeout"], aborted: [0] },
  },
  {
    ...plus,
    name: "bus-announce says its text after the swap, politely, in one hidden region outside of the body",
    body: `<button id="go" bus-get="/x" bus-announce="Saved">?</button>`,
    routes: { "*": "1" },
    steps: [{ click: "#go" }, { pass: 99 }, { click: "#go" }, { pass: 99 }],
    expect: { text: { [`html > ${live("polite")}`]: "Saved" }, count: { "[aria-live]": 1, "body [aria-live]": 0 } },
  },
  {
    ...plus,
    name: "bus-announce without a text, on the target, says what is new",
    body: `<button id="go" bus-get="/x" bus-target="#t" bus-swap="beforeend"></button><ul id="t" bus-announce><li>old</li></ul>`,
    routes: { "*": "<li>new</li>" },
    steps: [{ click: "#go" }, { pass: 99 }],
    expect: { text: { [live("polite")]: "new" } },
  },
  {
    ...plus,
    name: "bus-announce keeps silent about errors, bus-announce-error says them at once",
    body: `<button id="go" bus-get="/x" bus-announce="Saved" bus-announce-error="Not saved">?</button>`,
    routes: { "*": { status: 422, body: "no" } },
    steps: [{ click: "#go" }, { pass: 99 }],
    expect: { text: { [live("assertive")]: "Not saved", "#go": "no" }, errors: ["422"] },
  },
  {
    ...plus,
    name: "bus-announce-error is said when no reply comes",
    body: `<button id="go" bus-get="/x" bus-announce-error="Offline">?</button>`,
    routes: { "*": { broken: true } },
    steps: [{ click: "#go" }, { pass: 99 }],
    expect: { text: { [live("assertive")]: "Offline" }, errors: ["network"] },
  },
  {
    ...plus,
    name: "what is announced is text",
    body: `<button id="go" bus-get="/x" bus-announce="<b>x</b>">?</button>`,
    routes: { "*": "1" },
    steps: [{ click: "#go" }, { pass: 99 }],
    expect: { html: { [live("polite")]: "&lt;b&gt;x&lt;/b&gt;" } },
  },
  {
    ...plus,
    name: "bus-focus moves focus there after the swap, and makes it focusable",
    body: `<button id="go" bus-get="/x" bus-target="#t" bus-focus="#h"></button><div id="t"></div>`,
    routes: { "*": `<h2 id="h">Done</h2>` },
    expect: { focus: "h", count: { "#h[tabindex='-1']": 1 } },
  },
  {
    ...plus,
    name: "bus-focus leaves a field as it is",
    body: `<button id="go" bus-get="/x" bus-target="#t" bus-focus="#h"></button><div id="t"></div>`,
    routes: { "*": `<input id="h">` },
    expect: { focus: "h", count: { "#h[tabindex]": 0 } },
  },
  {
    ...plus,
    name: "bus-focus to nothing leaves focus where it is",
    body: `<button id="go" bus-get="/x" bus-swap="none" bus-focus="#none"></button>`,
    routes: { "*": "1" },
    steps: [{ focus: "#go" }, { click: "#go" }],
    expect: { focus: "go" },
  },
  {
    ...plus,
    name: "the target has the class bus-swapping while the swap waits",
    body: `<button id="go" bus-get="/x" bus-target="#t" bus-swap="innerHTML delay:100ms"></button><p id="t">old</p>`,
    routes: { "*": "new" },
    steps: [{ click: "#go" }, { expect: { count: { "#t.bus-swapping": 1 }, text: { "#t": "old" } } }, { pass: 100 }],
    expect: { count: { ".bus-swapping": 0 }, text: { "#t": "new" } },
  },
  {
    ...plus,
    name: "what is new has the class bus-added until it was painted, what was there has not",
    browserOnly: "jsdom paints nothing",
    body: `<button id="go" bus-get="/x" bus-target="#t" bus-swap="beforeend"></button><ul id="t"><li></li></ul>`,
    routes: { "*": `<li id="n"><b></b></li><bus-partial bus-target="#t"><li id="p"></li></bus-partial>` },
    steps: [
      {
        act: ({ on, all, equal }) =>
          on("document", "bus:after:swap", () =>
            equal(
              all(".bus-added").map(({ id }) => id),
              ["p"],
            ),
          ),
      },
      { click: "#go" },
      { act: () => frames(4) },
      { expect: { count: { ".bus-added": 0 } } },
    ],
    expect: { ids: { "#t > li": ["p"] } },
  },
  {
    ...plus,
    // The event itself, and not a way back: the headless Chromium that comes as a package has no cache of pages (BackForwardCacheDisabledForDelegate).
    name: "pagehide ends what is under way: no mark goes into the browser's cache of pages",
    body: `<button id="go" bus-get="/x" bus-disable="this">?</button>`,
    routes: { "*": { hold: "a" } },
    steps: [
      { click: "#go" },
      { expect: { count: { ".bus-request:disabled[aria-busy]": 1 } } },
      { fire: "pagehide", at: "window" },
    ],
    expect: { count: { ".bus-request,:disabled,[aria-busy]": 0 }, aborted: [0] },
  },
];
