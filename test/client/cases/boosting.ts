import type { Case } from "../harness/format.ts";

const page = (title: string, body: string): string =>
  `<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`;

export const boosting: readonly Case[] = [
  {
    name: "a boosted link is asked for into the body, with title and address",
    body: `<div bus-boost="true"><a id="go" href="/y">y</a></div>`,
    routes: { "GET /y": `<!-- a -->${page("Why", "<h1>y</h1>")}` },
    expect: {
      body: "<h1>y</h1>",
      title: "Why",
      address: "/y",
      history: ["push /y"],
      sent: { "Bus-Boosted": "true", "Bus-Request-Type": "full" },
    },
  },
  {
    name: "bus-boost on the link itself",
    body: `<a id="go" href="/y" bus-boost="true">y</a>`,
    routes: { "GET /y": "<h1>y</h1>" },
    expect: { body: "<h1>y</h1>", address: "/y" },
  },
  {
    name: "links that were inserted later are boosted like the others",
    body: `<div id="d" bus-boost="true"></div>`,
    routes: { "GET /y": "<h1>y</h1>" },
    steps: [{ append: `<a href="/y"><b id="go"></b></a>`, to: "#d" }, { click: "#go" }],
    expect: { body: "<h1>y</h1>", address: "/y" },
  },
  ...[
    "https://other.test/",
    "#top",
    "/start#top",
    "mailto:a@b.test",
    "tel:1",
    "javascript:void 0",
    "ftp://other.test/",
  ].map(
    (href): Case => ({
      name: `a boosted link to ${href} is the browser's`,
      body: `<div bus-boost="true"><a id="go" href="${href}"></a></div>`,
      expect: { seen: [], native: ["click"] },
    }),
  ),
  ...[`target="_blank"`, `target="frame"`, "download", `bus-boost="false"`, "bus-ignore"].map(
    (attribute): Case => ({
      name: `a boosted link with ${attribute} is the browser's`,
      body: `<div bus-boost="true"><a id="go" href="/y" ${attribute}></a></div>`,
      expect: { seen: [], native: ["click"] },
    }),
  ),
  ...(["ctrlKey", "metaKey", "shiftKey", "altKey"] as const).map(
    (key): Case => ({
      name: `a click with ${key} on a boosted link is the browser's`,
      body: `<div bus-boost="true"><a id="go" href="/y"></a></div>`,
      steps: [{ click: "#go", init: { [key]: true } }],
      expect: { seen: [], native: ["click"] },
    }),
  ),
  {
    name: "a click that the page has answered is not boosted",
    body: `<div bus-boost="true"><a id="go" href="/y"></a></div>`,
    steps: [
      { act: ({ get }) => get("#go").addEventListener("click", (event) => event.preventDefault()) },
      { click: "#go" },
    ],
    expect: { seen: [] },
  },
  {
    name: "true inside false is boosted again",
    body: `<div bus-boost="false"><p bus-boost="true"><a id="go" href="/y"></a></p></div>`,
    routes: { "GET /y": "<h1>y</h1>" },
    expect: { body: "<h1>y</h1>", address: "/y" },
  },
  {
    name: "a link with a verb of its own asks once, its own way",
    body: `<div bus-boost="true"><a id="go" href="/y" bus-get="/x" bus-swap="none"></a></div>`,
    routes: { "*": "" },
    expect: { seen: ["GET /x"] },
  },
  {
    name: "a boosted link may have a target and a part of its own",
    body: `<div bus-boost="true"><a id="go" href="/y" bus-target="#m" bus-select="main > *"></a></div><main id="m"></main><i id="i"></i>`,
    routes: { "GET /y": page("Y", "<nav></nav><main><h1>y</h1></main>") },
    expect: { html: { "#m": "<h1>y</h1>" }, count: { "#i": 1 }, address: "/y", title: "Y" },
  },
  {
    name: "bus-push-url:inherited of false keeps boosted links from changing the address",
    body: `<div bus-boost="true" bus-push-url:inherited="false"><a id="go" href="/y"></a></div>`,
    routes: { "GET /y": "<h1>y</h1>" },
    expect: { body: "<h1>y</h1>", history: [] },
  },
  {
    name: "the address is where redirects have led",
    body: `<div bus-boost="true"><a id="go" href="/y"></a></div>`,
    routes: { "GET /y": { body: "<h1>z</h1>", url: "/z" } },
    expect: { address: "/z" },
  },
  {
    name: "a GET form's values take the place of its query",
    body: `<form id="f" bus-boost="true" action="/y?old=1"><input name="q" value="a b"></form>`,
    routes: { "GET /y": "ok" },
    steps: [{ submit: "#f" }],
    expect: { address: "/y?q=a+b", seen: ["GET /y?q=a+b"] },
  },
  {
    name: "the address of a POST counts only where a redirect led",
    body: `<form id="f" bus-boost="true" method="post" action="/y"><input name="action" value="1"></form>`,
    routes: {
      "POST /y": { status: 422, body: `<form id="f" bus-boost="true" method="post" action="/z"></form>` },
      "POST /z": { body: "done", url: "/list" },
    },
    steps: [{ submit: "#f" }, { expect: { history: [] } }, { submit: "#f" }],
    expect: { address: "/list", errors: ["422"], seen: ["POST /y action=1", "POST /z"] },
  },
  {
    name: "a button may say where and how a boosted form goes",
    body: `<form bus-boost="true" action="/no"><input name="a" value="1"><button id="go" formaction="/y" formmethod="post" name="s" value="2"></button></form>`,
    routes: { "POST /y": "ok" },
    expect: { seen: ["POST /y a=1&s=2"] },
  },
  {
    name: "a boosted form of a dialog is the browser's",
    body: `<form id="f" bus-boost="true" method="dialog"></form>`,
    steps: [{ submit: "#f" }],
    expect: { seen: [], native: ["submit"] },
  },
  {
    name: "a boosted form to another origin is the browser's",
    body: `<form id="f" bus-boost="true" method="post" action="https://other.test/"></form>`,
    steps: [{ submit: "#f" }],
    expect: { seen: [], native: ["submit"] },
  },
  {
    name: "a boosted page that is no 2xx is not shown; its address is not either",
    body: `<div bus-boost="true"><a id="go" href="/y"></a></div>`,
    routes: { "GET /y": { status: 500, body: "<h1>oops</h1>" } },
    expect: { count: { h1: 0 }, errors: ["500"], history: [] },
  },
  ...["application/pdf", "text/csv", "image/png"].map(
    (type): Case => ({
      name: `a boosted link to a file is followed: ${type}`,
      body: `<a id="go" href="/file" bus-boost="true">file</a>`,
      routes: { "GET /file": { headers: { "content-type": type }, body: "%" } },
      steps: [
        { click: "#go" },
        {
          act: ({ equal, log }) =>
            equal(
              log.went.splice(0).map((url) => new URL(url).pathname),
              ["/file"],
            ),
        },
      ],
      expect: { text: { "#go": "file" }, history: [] },
    }),
  ),
  {
    name: "a boosted POST that is answered with a file shows nothing, and goes nowhere",
    body: `<form action="/x" method="post" bus-boost="true"><button id="go"></button></form>`,
    routes: { "POST /x": { headers: { "content-type": "application/pdf" }, body: "%" } },
    expect: { history: [] },
  },
];
