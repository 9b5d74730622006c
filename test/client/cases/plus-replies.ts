import type { Case } from "../harness/format.ts";

const plus = { needs: ["plus"] } as const;

const partial = (target: string, html: string): string =>
  `<bus-partial bus-target="${target}" bus-swap="beforeend">${html}</bus-partial>`;

export const plusReplies: readonly Case[] = [
  ...(
    [
      ["bus-status:404", 404, "t"],
      ["bus-status:40x", 404, "t"],
      ["bus-status:4xx", 404, "t"],
      ["bus-status:5xx", 503, "t"],
      ["bus-status:50x", 503, "t"],
      ["bus-status:201", 201, "t"],
      ["bus-status:5xx", 404, "none"],
      ["bus-status:41x", 404, "none"],
      ["bus-status:4x", 404, "none"],
    ] as const
  ).map(
    ([attribute, status, where]): Case => ({
      ...plus,
      name: `${attribute} for a reply with ${status}: ${where === "t" ? "it goes where the rule says" : "it does not count"}`,
      body: `<button id="go" bus-get="/x" ${attribute}="target:#t">?</button><i id="t">old</i>`,
      routes: { "GET /x": { status, body: "new" } },
      expect: { text: { "#t": where === "t" ? "new" : "old", "#go": "?" }, errors: status < 400 ? [] : [`${status}`] },
    }),
  ),
  {
    ...plus,
    name: "the most exact rule counts, in whichever order they are written",
    body: `<button id="go" bus-get="/x" bus-status:4xx="target:#c" bus-status:404="target:#a" bus-status:40x="target:#b">?</button><i id="a"></i><i id="b"></i><i id="c"></i>`,
    routes: {
      "GET /x": [
        { status: 404, body: "1" },
        { status: 403, body: "2" },
        { status: 410, body: "3" },
      ],
    },
    steps: [{ click: "#go" }, { click: "#go" }, { click: "#go" }],
    expect: { text: { "#a": "1", "#b": "2", "#c": "3" }, errors: ["404", "403", "410"] },
  },
  {
    ...plus,
    name: "a rule is inherited with :inherited only",
    body: `<div bus-status:404:inherited="target:#t" bus-status:500="target:#t"><button id="go" bus-get="/x"></button></div><i id="t"></i>`,
    routes: {
      "GET /x": [
        { status: 404, body: "a" },
        { status: 500, body: "b" },
      ],
    },
    steps: [{ click: "#go" }, { click: "#go" }],
    expect: { text: { "#t": "a" }, errors: ["404", "500"] },
  },
  {
    ...plus,
    name: "a rule's style, part and address",
    body: `<button id="go" bus-get="/x" bus-status:404="swap:beforeend target:#t select:.e push:/lost"></button><i id="t">!</i>`,
    routes: { "GET /x": { status: 404, body: `<p>no</p><p class="e">yes</p>` } },
    expect: { html: { "#t": `!<p class="e">yes</p>` }, errors: ["404"], address: "/lost" },
  },
  {
    ...plus,
    name: "swap:none keeps what would be swapped out of the page, push:false the address",
    body: `<button id="go" bus-get="/x" bus-push-url="true" bus-status:2xx="swap:none push:false">?</button>`,
    routes: { "GET /x": "new" },
    expect: { text: { "#go": "?" }, address: "/start" },
  },
  {
    ...plus,
    name: "a rule's style has modifiers in brackets",
    body: `<button id="go" bus-get="/x" bus-status:404="swap:(innerHTML delay:10ms)">?</button>`,
    routes: { "GET /x": { status: 404, body: "new" } },
    steps: [{ click: "#go" }, { expect: { text: { "#go": "?" } } }, { pass: 10 }],
    expect: { text: { "#go": "new" }, errors: ["404"] },
  },
  {
    ...plus,
    name: "a rule whose target is missing is an error",
    body: `<button id="go" bus-get="/x" bus-status:404="target:#none">?</button>`,
    routes: { "GET /x": { status: 404, body: "new" } },
    expect: { text: { "#go": "?" }, errors: ["404", "target"] },
  },
  {
    ...plus,
    name: "a cancelled bus:response:error keeps a rule's reply out of the page",
    body: `<button id="go" bus-get="/x" bus-status:404="swap:innerHTML">?</button>`,
    routes: { "GET /x": { status: 404, body: "new" } },
    cancel: ["bus:response:error"],
    expect: { text: { "#go": "?" }, errors: ["404"] },
  },
  {
    ...plus,
    name: "Bus-Location: a path is asked for, into the body and the address",
    body: `<button id="go" bus-post="/x" bus-target="#t"></button><i id="t"></i>`,
    routes: { "POST /x": { headers: { "Bus-Location": "/next" }, body: "unused" }, "GET /next": "<p>next</p>" },
    expect: {
      body: "<p>next</p>",
      seen: ["POST /x", "GET /next"],
      address: "/next",
      sent: { "Bus-Request-Type": "full" },
    },
  },
  {
    ...plus,
    name: "Bus-Location: JSON says where, how, what and with which headers",
    body: `<button id="go" bus-post="/x"></button><ul id="t"><li>1</li></ul>`,
    routes: {
      "POST /x": {
        headers: {
          "Bus-Location": JSON.stringify({
            path: "/next",
            target: "#t",
            swap: "beforeend",
            select: ".n",
            push: "false",
            headers: { "X-A": "1" },
          }),
        },
      },
      "GET /next": `<li>no</li><li class="n">2</li>`,
    },
    expect: {
      html: { "#t": `<li>1</li><li class="n">2</li>` },
      address: "/start",
      sent: { "X-A": "1", "Bus-Target": "ul#t" },
    },
  },
  ...["https://evil.example/", "javascript:alert(1)", "//evil.example/x"].map(
    (to): Case => ({
      ...plus,
      name: `Bus-Location to ${to} is an error, and nothing is asked`,
      body: `<button id="go" bus-post="/x">?</button>`,
      routes: { "POST /x": { headers: { "Bus-Location": to } } },
      expect: { seen: ["POST /x"], errors: ["origin"], text: { "#go": "?" } },
    }),
  ),
  {
    ...plus,
    name: "Bus-Location that is no JSON is an error",
    body: `<button id="go" bus-post="/x">?</button>`,
    routes: { "POST /x": { headers: { "Bus-Location": "{path" } } },
    expect: { errors: ["swap"], text: { "#go": "?" } },
  },
  {
    ...plus,
    name: "Bus-Location with a target that is missing is an error",
    body: `<button id="go" bus-post="/x">?</button>`,
    routes: { "POST /x": { headers: { "Bus-Location": `{"path":"/n","target":"#none"}` } } },
    expect: { seen: ["POST /x"], errors: ["target"] },
  },
  {
    ...plus,
    name: "each partial of a reply goes into the page as soon as it is complete",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: {
      "GET /x": {
        stream: [
          partial("#t", "<li>1</li>"),
          { hold: "a" },
          partial("#t", "<li>2</li>"),
          { hold: "b" },
          partial("#t", "<li>3</li>"),
        ],
      },
    },
    steps: [
      { click: "#go" },
      { expect: { html: { "#t": "<li>1</li>" } } },
      { release: "a" },
      { expect: { html: { "#t": "<li>1</li><li>2</li>" } } },
      { release: "b" },
    ],
    expect: { html: { "#t": "<li>1</li><li>2</li><li>3</li>" }, text: { "#go": "?" } },
  },
  {
    ...plus,
    name: "a partial that arrives in pieces waits for its end, wherever it is cut",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: {
      "GET /x": {
        stream: [
          "<bus-par",
          { hold: "a" },
          `tial bus-target="#t"><li>1</`,
          { hold: "b" },
          "li></bus-partial",
          { hold: "c" },
          ">",
          { hold: "d" },
          " ",
        ],
      },
    },
    steps: [
      { click: "#go" },
      { release: "a" },
      { release: "b" },
      { expect: { html: { "#t": "" } } },
      { release: "c" },
      { expect: { html: { "#t": "<li>1</li>" } } },
      { release: "d" },
    ],
    expect: { html: { "#t": "<li>1</li>" }, text: { "#go": "?" } },
  },
  {
    ...plus,
    name: "what follows the partials goes to the target at the end",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: { "GET /x": { stream: [partial("#t", "1"), "ma", { hold: "a" }, "in"] } },
    steps: [{ click: "#go" }, { expect: { text: { "#t": "1", "#go": "?" } } }, { release: "a" }],
    expect: { text: { "#t": "1", "#go": "main" } },
  },
  {
    ...plus,
    name: "a reply that begins with something else is put into the page as a whole",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: { "GET /x": { stream: ["main", partial("#t", "1"), { hold: "a" }, partial("#t", "2")] } },
    steps: [{ click: "#go" }, { expect: { text: { "#t": "", "#go": "?" } } }, { release: "a" }],
    expect: { text: { "#t": "12", "#go": "main" } },
  },
  {
    ...plus,
    name: "a partial with templates and another partial inside is taken as one",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: {
      "GET /x": {
        stream: [
          partial("#t", `<template>a</template><template>${partial("#t", "b")}</template>`),
          { hold: "a" },
          partial("#t", "2"),
        ],
      },
    },
    steps: [{ click: "#go" }, { release: "a" }],
    expect: { count: { "#t > template": 2 }, text: { "#go": "?", "#t": "2" } },
  },
  {
    ...plus,
    name: "a reply that is cut off in a partial is an error; what was complete stays, of the half nothing is shown",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: { "GET /x": { stream: [partial("#t", "1"), `<bus-partial bus-target="#t">2`] } },
    expect: { text: { "#t": "1", "#go": "?" }, errors: ["swap"], count: { ".bus-request,[aria-busy]": 0 } },
  },
  {
    ...plus,
    name: "text/plain that looks like partials is text",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: { "GET /x": { headers: { "content-type": "text/plain" }, body: partial("#t", "1") } },
    expect: { text: { "#t": "", "#go": partial("#t", "1") } },
  },
  {
    ...plus,
    name: "a newer request of the element ends a reply that is still arriving",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: { "GET /x": [{ stream: [partial("#t", "1"), { hold: "a" }, partial("#t", "2")] }, partial("#t", "3")] },
    steps: [{ click: "#go" }, { click: "#go" }, { release: "a" }],
    expect: { text: { "#t": "13" }, aborted: [0] },
  },
  {
    ...plus,
    name: "bus:before:swap is fired for each piece, and may keep it out of the page",
    body: `<button id="go" bus-get="/x">?</button><ul id="t"></ul>`,
    routes: { "GET /x": { stream: [partial("#t", "1"), { hold: "a" }, partial("#t", "2")] } },
    listen: ["bus:before:swap", "bus:after:swap"],
    steps: [
      { click: "#go" },
      { act: ({ on }) => on("document", "bus:before:swap", (event) => event.preventDefault()) },
      { release: "a" },
    ],
    expect: { text: { "#t": "1" } },
  },
  ...(
    [
      ["#a", "<p>main</p>", "A2", "B"],
      ["#a, #b", "<p>main</p>", "A2", "B2"],
      ["#b:beforeend", `<p>main</p><i id="a">A2</i>`, "A", "BB2"],
      ["#none", `<p>main</p><i id="a">A2</i><i id="b">B2</i>`, "A", "B"],
    ] as const
  ).map(
    ([value, main, a, b]): Case => ({
      ...plus,
      name: `bus-select-oob="${value}" takes that out of the reply, to where the page has the same`,
      body: `<i id="a">A</i><i id="b">B</i><div id="t"></div><button id="go" bus-get="/x" bus-target="#t" bus-select-oob="${value}"></button>`,
      routes: { "GET /x": `<p>main</p><i id="a">A2</i><i id="b">B2</i>` },
      expect: {
        ...(value === "#none" ? {} : { text: { "body > #a": a, "body > #b": b } }),
        ...(/none/.test(value) || value === "#a, #b" ? { html: { "#t": main } } : {}),
      },
    }),
  ),
  {
    ...plus,
    name: "bus-select-oob that takes all there is leaves the target as it is",
    body: `<i id="a">A</i><div id="t">old</div><button id="go" bus-get="/x" bus-target="#t" bus-select-oob="#a"></button>`,
    routes: { "GET /x": ` <b><i id="a">A2</i></b> `.replace(/<\/?b>/g, "") },
    expect: { text: { "#a": "A2", "#t": "old" } },
  },
  {
    ...plus,
    name: "bus-select-oob and bus-select: the one takes from the whole reply, the other from what remains",
    body: `<i id="a">A</i><div id="t">old</div><button id="go" bus-get="/x" bus-target="#t" bus-select=".m" bus-select-oob="#a"></button>`,
    routes: { "GET /x": `<section><i id="a">A2</i><p class="m">M</p></section>` },
    expect: { text: { "#a": "A2" }, html: { "#t": `<p class="m">M</p>` } },
  },
  {
    ...plus,
    name: "bus-select-oob of what the page does not have is an error",
    body: `<div id="t">old</div><button id="go" bus-get="/x" bus-target="#t" bus-select-oob="#a"></button>`,
    routes: { "GET /x": `<p>M</p><i id="a"></i>` },
    expect: { html: { "#t": "<p>M</p>" }, errors: ["target"] },
  },
  {
    ...plus,
    name: "textContent puts text in, whatever the reply is",
    body: `<div id="t">old</div><button id="go" bus-get="/x" bus-target="#t" bus-swap="textContent"></button>`,
    routes: { "GET /x": "<b>a</b> &lt;b&gt;" },
    expect: { html: { "#t": "a &lt;b&gt;" } },
  },
];
