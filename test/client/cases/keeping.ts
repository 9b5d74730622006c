import type { Case } from "../harness/format.ts";

const swapForm = `<b id="go" bus-get="/x" bus-target="#f" bus-swap="outerHTML"></b>`;
const form = `<form id="f"><input id="a" value="hello"><input id="b" type="checkbox"></form>`;
const COUNT = "document.body.dataset.runs = Number(document.body.dataset.runs ?? 0) + 1";

let titles: MutationObserver | undefined;
let focus: typeof HTMLElement.prototype.focus;

const NO_RANGE = "jsdom does not run the scripts of createContextualFragment";

/** What stays: focus, caret, preserved elements. */
const kept: readonly Case[] = [
  {
    name: "focus and caret stay on the element with the same id",
    body: form + swapForm,
    routes: { "GET /x": form },
    steps: [{ focus: "#a", caret: [1, 3] }, { click: "#go" }],
    expect: { focus: "a", caret: [1, 3] },
  },
  {
    name: "focus stays on a field without a caret",
    body: form + swapForm,
    routes: { "GET /x": form },
    steps: [{ focus: "#b" }, { click: "#go" }],
    expect: { focus: "b" },
  },
  {
    name: "focus stays where nothing was replaced",
    body: `<input id="o">${form}${swapForm}`,
    routes: { "GET /x": form },
    steps: [{ focus: "#o", caret: [0, 0] }, { click: "#go" }],
    expect: { focus: "o" },
  },
  {
    name: "a piece of a page writes nothing to the title",
    body: `<b id="go" bus-get="/x" bus-target="#t"></b><p id="t"></p>`,
    routes: { "GET /x": "<i>x</i>" },
    steps: [
      {
        act: ({ log }) => {
          titles = new MutationObserver(() => log.heard.push("the head has changed"));
          titles.observe(document.head, { childList: true, characterData: true, subtree: true });
        },
      },
      { click: "#go" },
      { act: () => titles?.disconnect() },
    ],
    expect: { html: { "#t": "<i>x</i>" }, heard: [] },
  },
  {
    name: "nothing is focused where nothing was: that would lay out all that is new",
    body: form + swapForm,
    routes: { "GET /x": form },
    steps: [
      {
        act: ({ log }) => {
          focus = HTMLElement.prototype.focus;
          HTMLElement.prototype.focus = function () {
            log.heard.push(`focus ${this.localName}`);
          };
        },
      },
      { click: "#go" },
      {
        act: () => {
          HTMLElement.prototype.focus = focus;
        },
      },
    ],
    expect: { html: { "#f": form.replace(/^<form[^>]*>|<.form>$/g, "") }, focus: "body", heard: [] },
  },
  {
    name: "focus is nowhere when its element is not in the reply",
    body: form + swapForm,
    routes: { "GET /x": `<form id="f"></form>` },
    steps: [{ focus: "#a" }, { click: "#go" }],
    expect: { focus: "body" },
  },
  {
    name: "focus and caret return to the only field of the same name, as after a refusal of a form whose fields have no ids",
    body: `<form id="f" bus-post="/x" bus-swap="outerHTML"><input name="a" value="abcd"><button id="go"></button></form>`,
    routes: {
      "POST /x": {
        status: 422,
        body: `<form id="f" bus-post="/x" bus-swap="outerHTML"><b>no</b><input name="a" value="abcd"><button></button></form>`,
      },
    },
    steps: [
      { focus: "[name=a]", caret: [1, 3] },
      { submit: "#f" },
      { act: ({ equal, get }) => equal(document.activeElement, get("[name=a]"), "focus") },
    ],
    expect: { caret: [1, 3], count: { "#f b": 1 }, errors: ["422"] },
  },
  {
    name: "focus returns to none of several fields of one name",
    body: `<form id="f" bus-post="/x"><input name="a"></form><p><input name="b"><input name="b"></p>`,
    routes: { "POST /x": `<input name="a"><input name="a">` },
    steps: [{ focus: "[name=a]" }, { submit: "#f" }],
    expect: { focus: "body" },
  },
  {
    name: "a field with autofocus in the reply does not take the focus from the one that has it",
    body: `<input id="o">${form}${swapForm}`,
    routes: { "GET /x": `<form id="f"><input id="n" autofocus></form>` },
    steps: [{ focus: "#o" }, { click: "#go" }],
    expect: { focus: "o" },
  },
  {
    name: "focus returns when an out-of-band part has replaced its element",
    body: `${form}<b id="go" bus-get="/x" bus-swap="none"></b>`,
    routes: { "GET /x": form.replace("<form", `<form bus-swap-oob="true"`) },
    steps: [{ focus: "#a", caret: [2, 2] }, { click: "#go" }],
    expect: { focus: "a", caret: [2, 2] },
  },
  {
    name: "bus-preserve keeps the very element, with what the reader did to it",
    body: `<form id="f"><input id="a" value="old" bus-preserve></form>${swapForm}`,
    routes: { "GET /x": `<form id="f"><input id="a" value="new" bus-preserve><i></i></form>` },
    steps: [
      { type: "#a", value: "typed" },
      {
        act: ({ get }) => {
          Object.assign(get("#a"), { mine: 1 });
        },
      },
      { click: "#go" },
      { act: ({ get, equal }) => equal("mine" in get("#a"), true, "the same element") },
    ],
    expect: { value: { "#a": "typed" }, count: { "#f i": 1, "#a": 1 } },
  },
  {
    name: "bus-preserve works also where only what is inside the target is replaced",
    body: `<div id="f"><p><video id="v" bus-preserve></video></p></div><b id="go" bus-get="/x" bus-target="#f"></b>`,
    routes: { "GET /x": `<section><video id="v" bus-preserve></video></section>` },
    steps: [
      {
        act: ({ get }) => {
          Object.assign(get("#v"), { mine: 1 });
        },
      },
      { click: "#go" },
      { act: ({ get, equal }) => equal("mine" in get("section #v"), true, "the same element") },
    ],
    expect: { count: { "#v": 1 } },
  },
  {
    name: "bus-preserve in a reply without an element of that id in the page is inserted",
    body: `<div id="f"></div><b id="go" bus-get="/x" bus-target="#f"></b>`,
    routes: { "GET /x": `<i id="n" bus-preserve>new</i>` },
    expect: { text: { "#f": "new" } },
  },
  {
    name: "a preserved element that the reply does not name leaves",
    body: `<div id="f"><i id="n" bus-preserve>old</i></div><b id="go" bus-get="/x" bus-target="#f"></b>`,
    routes: { "GET /x": "new" },
    expect: { html: { "#f": "new" } },
  },
  ...["innerHTML", "beforeend", "append", "afterbegin", "beforebegin", "after"].map(
    (style): Case => ({
      name: `bus-preserve with ${style}: there is one element of that id, the one that was there`,
      body: `<div id="f"><i id="n" bus-preserve>mine</i></div><b id="go" bus-get="/x" bus-target="#f" bus-swap="${style}"></b>`,
      routes: { "GET /x": `<p><i id="n" bus-preserve>new</i></p>` },
      expect: { ids: { "#n": ["n"], "p > #n": ["n"] }, text: { "#n": "mine" } },
    }),
  ),
  ...["none", "delete", "textContent"].map(
    (style): Case => ({
      name: `bus-preserve with ${style}: what is not in the target stays where it is`,
      ...(style === "textContent" && { needs: ["plus"] }),
      body: `<i id="n" bus-preserve>mine</i><div id="f"></div><b id="go" bus-get="/x" bus-target="#f" bus-swap="${style}"></b>`,
      routes: { "GET /x": `<i id="n" bus-preserve>new</i>` },
      expect: { text: { "body > #n": "mine" } },
    }),
  ),
  {
    name: "bus-preserve: the element stays in the page while a swap waits",
    body: `<div id="f"><i id="n" bus-preserve>mine</i></div><b id="go" bus-get="/x" bus-target="#f" bus-swap="innerHTML delay:1s"></b>`,
    routes: { "GET /x": `<p><i id="n" bus-preserve>new</i></p>` },
    steps: [{ click: "#go" }, { expect: { text: { "#f > #n": "mine" } } }, { pass: 1000 }],
    expect: { text: { "p > #n": "mine" } },
  },
  {
    name: "bus-preserve: a reply that is dropped as stale takes nothing away",
    body: `<b id="x" bus-get="/x" bus-target="#f"></b><b id="y" bus-get="/y" bus-target="#f"></b><i id="n" bus-preserve>mine</i><p id="f"></p>`,
    routes: { "GET /x": { hold: "x", body: `<i id="n" bus-preserve>new</i>` }, "GET /y": "new" },
    steps: [{ click: "#x" }, { click: "#y" }, { release: "x" }],
    expect: { text: { "#f": "new", "body > #n": "mine" } },
  },
  {
    name: "bus-preserve: what is around the target, or the target itself, is not put into itself",
    body: `<div id="n" bus-preserve><p id="f">old</p></div><b id="go" bus-get="/x" bus-target="#f"></b>`,
    routes: { "GET /x": `<u><i id="n" bus-preserve>new</i></u>` },
    expect: { text: { "#f": "new" }, count: { "body > #n > #f": 1 } },
  },
  {
    name: "bus-preserve keeps elements of parts",
    body: `<div id="f"><i id="n" bus-preserve>mine</i></div><b id="go" bus-get="/x" bus-swap="none"></b>`,
    routes: { "GET /x": `<div id="f" bus-swap-oob="true"><p><i id="n" bus-preserve>new</i></p></div>` },
    expect: { text: { "p > #n": "mine" } },
  },
  {
    name: "bus-preserve with a morph is the morph's: the element stays where the reply has it",
    needs: ["morph"],
    body: `<div id="f"><i id="n" bus-preserve>mine</i></div><b id="go" bus-get="/x" bus-target="#f" bus-swap="innerMorph"></b>`,
    routes: { "GET /x": `<p>1</p><i id="n" bus-preserve>new</i>` },
    expect: { text: { "#n": "mine" }, count: { "#n": 1, "#f > p": 1 } },
  },
];

/** What becomes active, and what runs. */
const active: readonly Case[] = [
  {
    name: "what is inserted by other scripts is active, too",
    body: `<p id="p"></p>`,
    routes: { "GET /x": "ok" },
    steps: [{ append: `<i id="go" bus-get="/x"></i>`, to: "#p" }, { click: "#go" }],
    expect: { text: { "#go": "ok" } },
  },
  {
    name: "elements of a reply are active when bus:after:swap is fired",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": `<i id="n" bus-get="/n" bus-trigger="tick"></i>`, "GET /n": "" },
    steps: [
      {
        act: ({ on, get }) =>
          on("#go", "bus:after:swap", ({ target }) => {
            if (target === get("#go")) get("#n").dispatchEvent(new Event("tick"));
          }),
      },
      { click: "#go" },
    ],
    expect: { seen: ["GET /x", "GET /n"] },
  },
  {
    name: "an element swapped in asks once per click, however often it was swapped",
    body: `<div id="d"><b id="go" bus-get="/x" bus-target="#d"></b></div>`,
    routes: { "GET /x": `<b id="go" bus-get="/x" bus-target="#d"></b>` },
    steps: [{ click: "#go" }, { click: "#go" }, { click: "#go" }],
    expect: { seen: ["GET /x", "GET /x", "GET /x"] },
  },
  {
    name: "a removed button in its own row still fires, at the body",
    body: `<p id="p"><b id="go" bus-delete="/x" bus-target="#p" bus-swap="delete"></b></p>`,
    routes: { "DELETE /x": "" },
    listen: ["bus:after:swap"],
    expect: { heard: ["bus:after:swap"], body: "" },
  },
  ...(
    [
      ["in main", `<script>${COUNT}</script>`],
      ["below main", `<div><p><script>${COUNT}</script></p></div>`],
      ["in a part", `<div id="a" bus-swap-oob="true"><script>${COUNT}</script></div>`],
      ["in a bus-partial", `<bus-partial bus-target="#a"><script>${COUNT}</script></bus-partial>`],
      ["that is an old module's fallback", `<script type="text/javascript">${COUNT}</script>`],
    ] as const
  ).map(
    ([where, reply]): Case => ({
      name: `a script ${where} runs once`,
      browserOnly: NO_RANGE,
      body: `<p id="go" bus-get="/x"></p><div id="a"></div>`,
      routes: { "GET /x": reply },
      steps: [{ click: "#go" }, { act: ({ equal }) => equal(document.body.dataset["runs"], "1", "runs") }],
      expect: {},
    }),
  ),
  {
    name: "scripts run in the order they arrive, each once",
    browserOnly: NO_RANGE,
    body: `<p id="go" bus-get="/x"></p>`,
    routes: {
      "GET /x": `<script>document.body.dataset.runs = "a"</script><b><script>document.body.dataset.runs += "b"</script></b><script>document.body.dataset.runs += "c"</script>`,
    },
    steps: [{ click: "#go" }, { act: ({ equal }) => equal(document.body.dataset["runs"], "abc", "runs") }],
    expect: {},
  },
  {
    name: "a script finds what stands behind it in the reply",
    browserOnly: "jsdom runs scripts before what stands behind them is inserted",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: {
      "GET /x": `<script>document.body.dataset.runs = String(document.querySelector("#later") !== null)</script><i id="later"></i>`,
    },
    steps: [{ click: "#go" }, { act: ({ equal }) => equal(document.body.dataset["runs"], "true", "runs") }],
    expect: {},
  },
  {
    name: "a script of data does not run, and stays as it is",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": `<script type="application/json" id="s">{"a":1}</script>` },
    expect: { text: { "#s": `{"a":1}` } },
  },
  {
    name: "with config({ scripts: false }) none of a reply's scripts runs",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": `<script>${COUNT}</script><b>1</b>` },
    config: { scripts: false },
    steps: [{ click: "#go" }, { act: ({ equal }) => equal(document.body.dataset["runs"], undefined, "runs") }],
    expect: { count: { "#go b": 1 } },
  },
  {
    name: "a script that bus-select leaves out does not run",
    body: `<p id="go" bus-get="/x" bus-select="b"></p>`,
    routes: { "GET /x": `<script>${COUNT}</script><b>1</b>` },
    steps: [{ click: "#go" }, { act: ({ equal }) => equal(document.body.dataset["runs"], undefined, "runs") }],
    expect: {},
  },
  {
    name: "a script of a reply that is dropped as stale does not run",
    body: `<b id="x" bus-get="/x" bus-target="#t"></b><b id="y" bus-get="/y" bus-target="#t"></b><p id="t"></p>`,
    routes: { "GET /x": { hold: "x", body: `<script>${COUNT}</script>` }, "GET /y": "new" },
    steps: [
      { click: "#x" },
      { click: "#y" },
      { release: "x" },
      { act: ({ equal }) => equal(document.body.dataset["runs"], undefined, "runs") },
    ],
    expect: { text: { "#t": "new" } },
  },
  {
    name: "a script in text/plain does not run",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": { headers: { "content-type": "text/plain" }, body: `<script>${COUNT}</script>` } },
    steps: [{ click: "#go" }, { act: ({ equal }) => equal(document.body.dataset["runs"], undefined, "runs") }],
    expect: { count: { "#go *": 0 } },
  },
];

export const keeping: readonly Case[] = [...kept, ...active];
