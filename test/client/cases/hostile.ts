import type { Case } from "../harness/format.ts";

const STYLES = [
  "innerHTML",
  "outerHTML",
  "beforebegin",
  "afterbegin",
  "beforeend",
  "afterend",
  "before",
  "after",
  "append",
  "prepend",
] as const;

/** What fields are really called, or might be, and what forms are asked for by the client or by the ways to swap. */
const NAMES = (
  "action method submit id children target content before after append prepend remove replaceWith replaceChildren matches closest " +
  "elements name form title reset parentNode parentElement firstChild firstElementChild nextSibling style dataset contains select"
).split(" ");
const fields = NAMES.map((name) => `<input type="hidden" name="${name}" value="1">`).join("");
const sent = NAMES.map((name) => `${name}=1`).join("&");

/** A form's fields stand in the place of its own properties. */
const clobbering: readonly Case[] = [
  ...STYLES.map(
    (style): Case => ({
      name: `a form whose fields are called as its properties is a target of ${style} like any other`,
      body: `<main><form id="f" bus-post="/x" bus-swap="${style}" bus-trigger="tick">${fields}</form></main>`,
      routes: { "POST /x": "<b>new</b>" },
      steps: [{ fire: "tick", at: "#f" }],
      expect: { seen: [`POST /x ${sent}`], count: { "main b": 1, form: style === "outerHTML" ? 0 : 1 } },
    }),
  ),
  {
    name: "a form whose fields are called as its properties can be deleted",
    body: `<main><form id="f" bus-delete="/x" bus-swap="delete" bus-trigger="tick">${fields}</form></main>`,
    routes: { "*": "" },
    steps: [{ fire: "tick", at: "#f" }],
    expect: { count: { form: 0 } },
  },
  ...["innerMorph", "outerMorph"].map(
    (style): Case => ({
      name: `a form whose fields are called as its properties is a target of ${style} like any other`,
      needs: ["morph"],
      body: `<main><form id="f" bus-post="/x" bus-swap="${style}" bus-trigger="tick"><input name="matches"><input name="remove"><form id="old"></form></form></main>`,
      routes: {
        "POST /x":
          style === "outerMorph"
            ? `<form id="f" class="new"><input name="matches"><b>new</b></form>`
            : `<input name="matches"><b>new</b>`,
      },
      steps: [{ fire: "tick", at: "#f" }],
      expect: { count: { "form b": 1, input: 1, "form.new": style === "outerMorph" ? 1 : 0 } },
    }),
  ),
  {
    name: "a click in a form with a field called parentElement comes to an end, and asks",
    body: `<form bus-boost="true"><input type="hidden" name="parentElement"><p id="go" bus-get="/x">old</p></form>`,
    routes: { "GET /x": "new" },
    expect: { text: { "#go": "new" } },
  },
  {
    name: "what is in a field called content of a reply's form is content, not parts",
    body: `<p id="go" bus-get="/x" bus-target="#t"></p><div id="t"></div><i id="o">old</i>`,
    routes: { "GET /x": `<form><fieldset name="content"><i id="o" bus-swap-oob="true">new</i></fieldset></form>` },
    expect: { count: { "#t form fieldset i": 1 }, html: { "body > i": "old" } },
  },
  {
    name: "a form with a field called remove can be a part, and can hold one in a template",
    body: `<p id="go" bus-get="/x" bus-swap="none"></p><form id="f"></form><i id="o">old</i>`,
    routes: { "GET /x": `<form id="f" bus-swap-oob="innerHTML"><input name="remove"><input name="append"></form>` },
    expect: { count: { "#f input": 2 } },
  },
];

/** An id may be there twice; the first one in the document counts. */
const twice: readonly Case[] = [
  {
    name: "of two elements with one id the first is the target, and the one a part replaces",
    body: `<p id="go" bus-get="/x" bus-target="#t"></p><i id="t">1</i><i id="t">2</i><b id="o">1</b><b id="o">2</b>`,
    routes: { "GET /x": `new<b id="o" bus-swap-oob="true">new</b>` },
    expect: {
      body: `<p id="go" bus-get="/x" bus-target="#t"></p><i id="t">new</i><i id="t">2</i><b id="o">new</b><b id="o">2</b>`,
    },
  },
  {
    name: "focus returns to the first of two elements with the id of the one that had it",
    body: `<form id="f" bus-get="/x" bus-trigger="tick"><input id="a"></form>`,
    routes: { "GET /x": `<input id="a" name="1"><input id="a" name="2">` },
    steps: [
      { focus: "#a" },
      { fire: "tick", at: "#f" },
      { act: ({ equal, get }) => equal(document.activeElement === get("[name='1']"), true) },
    ],
    expect: {},
  },
  {
    name: "a morph with ids that stand twice makes the page what the reply says",
    needs: ["morph"],
    body: `<div id="go" bus-get="/x" bus-swap="innerMorph"><i id="a">1</i><i id="a">2</i><b id="b">3</b></div>`,
    routes: { "GET /x": `<b id="b">4</b><i id="a">5</i><i id="b">6</i><i id="a">7</i>` },
    expect: { html: { "#go": `<b id="b">4</b><i id="a">5</i><i id="b">6</i><i id="a">7</i>` } },
  },
];

const LONG = 100_000;

/** What is very long is slow at worst. */
const huge: readonly Case[] = [
  {
    name: "values, ids and texts of 100,000 letters are sent and shown as they are",
    body: `<p id="${"x".repeat(LONG)}" class="go" bus-post="/x" bus-vals='{"a": "${"y".repeat(LONG)}"}'>old</p>`,
    routes: { "POST /x": ({ body }) => `<b title="${"z".repeat(LONG)}">${body.length}</b>` },
    steps: [{ click: ".go" }],
    expect: { text: { ".go": `${LONG + 2}` } },
  },
  {
    name: "a list of 5,000 selectors, of which the last is there",
    body: `<p id="go" bus-get="/x" bus-target="${"#a, ".repeat(5_000)}#t"></p><i id="t"></i>`,
    routes: { "GET /x": "new" },
    expect: { text: { "#t": "new" } },
  },
  {
    name: "a reply of 20,000 elements side by side, and one 500 deep",
    browserOnly: "jsdom takes minutes",
    body: `<p id="go" bus-get="/x" bus-target="#t"></p><div id="b" bus-get="/y" bus-target="#u"></div><div id="t"></div><div id="u"></div>`,
    routes: { "GET /x": "<i></i>".repeat(20_000), "GET /y": "<b>".repeat(500) },
    steps: [{ click: "#go" }, { click: "#b" }],
    expect: { count: { "#t i": 20_000, "#u b": 500 } },
  },
];

const SHADOW = "jsdom does not know declarative shadow roots";
const card = (text: string): string =>
  `<x-card><template shadowrootmode="open"><b>in the shade</b><slot></slot></template>${text}</x-card>`;
const isShown = (text: string, place = "x-card") => ({
  act: ({ equal, get }: { equal(a: unknown, b: unknown): void; get(css: string): HTMLElement }) =>
    equal([get(place).shadowRoot?.querySelector("b")?.textContent, get(place).innerHTML], ["in the shade", text]),
});

/** Declarative shadow roots, as the browser reads them in a page. */
const shadows: readonly Case[] = [
  ...["innerHTML", "outerHTML", "beforeend"].map(
    (style): Case => ({
      name: `a declarative shadow root in a reply is attached: ${style}`,
      browserOnly: SHADOW,
      body: `<p id="go" bus-get="/x" bus-target="#t" bus-swap="${style}"></p><div id="t"></div>`,
      routes: { "GET /x": card("light") },
      steps: [{ click: "#go" }, isShown("light")],
      expect: { count: { template: 0 } },
    }),
  ),
  {
    name: "a declarative shadow root in a whole page, in another one and in a part is attached",
    browserOnly: SHADOW,
    body: `<a id="go" href="/p" bus-boost="true">p</a>`,
    routes: {
      "GET /p": {
        body: `<!doctype html><title>p</title><main><x-a><template shadowrootmode="open">${card("in")}</template></x-a>${card("light")}</main><p id="b" bus-get="/x"></p>`,
        url: "/p",
      },
      "GET /x": `<p id="b" bus-swap-oob="true"><x-c id="c"><template shadowrootmode="open"><b>in the shade</b></template>part</x-c></p>`,
    },
    steps: [
      { click: "#go" },
      isShown("light"),
      {
        act: ({ equal, get }) =>
          equal(
            get("x-a").shadowRoot?.querySelector("x-card")?.shadowRoot?.querySelector("b")?.textContent,
            "in the shade",
          ),
      },
      { click: "#b" },
      isShown("part", "#c"),
    ],
    expect: { title: "p", address: "/p" },
  },
  {
    name: "a morph leaves the shadow root that is there, and takes that of what is new",
    browserOnly: SHADOW,
    needs: ["morph"],
    body: `<div id="go" bus-get="/x" bus-swap="innerMorph"></div>`,
    routes: { "GET /x": [card("1"), `${card("2")}<p>${card("3").replaceAll("x-card", "x-new")}</p>`] },
    steps: [
      { click: "#go" },
      { act: ({ get }) => Object.assign(get("x-card").shadowRoot?.querySelector("b") ?? {}, { title: "kept" }) },
      { click: "#go" },
      isShown("2"),
      isShown("3", "x-new"),
      { act: ({ equal, get }) => equal(get("x-card").shadowRoot?.querySelector("b")?.title, "kept") },
    ],
    expect: {},
  },
];

/** Scripts run here, so what is for others stays text. */
const others: readonly Case[] = [
  {
    name: "noscript in a piece stays without effect",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": "<div><noscript><style>p { display: none }</style></noscript></div>" },
    browserOnly: "jsdom reads noscript as where no scripts run",
    expect: { count: { style: 0, noscript: 1 } },
  },
  {
    name: "noscript in a whole page stays without effect",
    body: `<a id="go" href="/p" bus-boost="true">p</a>`,
    routes: {
      "GET /p": {
        body: `<!doctype html><title>p</title><noscript><style>p { display: none }</style></noscript><p>text</p><noscript><img src="/pixel"></noscript>`,
        url: "/p",
      },
    },
    expect: {
      count: { style: 0, "noscript img": 0 },
      text: { "body p": "text", "p + noscript": `<img src="/pixel">` },
      title: "p",
      address: "/p",
    },
  },
];

export const hostile: readonly Case[] = [...clobbering, ...twice, ...huge, ...shadows, ...others];
