import type { Case } from "../harness/format.ts";

/** Addresses that are never asked and never put into the history. */
const FOREIGN = [
  "https://other.test/x",
  "//other.test/x",
  "http://other.test:80/x",
  "/\\other.test/x",
  "\\\\other.test\\x",
];
const EVIL = [
  "javascript:document.body.id='hit'",
  " javascript:document.body.id='hit'",
  "java\tscript:document.body.id='hit'",
  "JAVASCRIPT:document.body.id='hit'",
  "data:text/html,<script>1</script>",
  "blob:x",
  "file:///etc/passwd",
  "http-evil:x",
  "vbscript:x",
];
const quoted = (text: string): string => text.replace(/"/g, "&quot;");
const unhit = { count: { "#hit": 0 } };

/** Each attribute that takes an address. */
const attributes: readonly Case[] = [...FOREIGN, ...EVIL].flatMap((url): Case[] => [
  {
    name: `bus-get and bus-post never ask ${JSON.stringify(url)}`,
    body: `<p id="go" bus-get="${quoted(url)}"></p><p id="b" bus-post="${quoted(url)}"></p>`,
    steps: [{ click: "#go" }, { click: "#b" }],
    expect: { ...unhit, seen: [], errors: ["origin", "origin"] },
  },
  {
    name: `bus-push-url and bus-replace-url never show ${JSON.stringify(url)}`,
    body: `<p id="go" bus-get="/x" bus-push-url="${quoted(url)}"></p><p id="b" bus-get="/x" bus-replace-url="${quoted(url)}"></p>`,
    routes: { "GET /x": "new" },
    steps: [{ click: "#go" }, { click: "#b" }],
    expect: { ...unhit, text: { "#go": "new", "#b": "new" }, errors: ["origin", "origin"], history: [] },
  },
]);

/** What fits into a header: no control characters. */
const inHeader = (url: string): boolean => !/[\t]/.test(url);

/** Each header that takes an address. */
const headers: readonly Case[] = [
  ...EVIL.filter(inHeader).map(
    (url): Case => ({
      name: `Bus-Redirect does not go to ${JSON.stringify(url)}`,
      body: `<p id="go" bus-post="/x">old</p>`,
      routes: { "POST /x": { headers: { "Bus-Redirect": url }, body: "new" } },
      expect: { ...unhit, went: [], errors: ["origin"], text: { "#go": "old" } },
    }),
  ),
  ...[...FOREIGN, ...EVIL].filter(inHeader).map(
    (url): Case => ({
      name: `Bus-Push-Url and Bus-Replace-Url never show ${JSON.stringify(url)}`,
      body: `<p id="go" bus-get="/x">old</p><p id="b" bus-get="/y">old</p>`,
      routes: {
        "GET /x": { headers: { "Bus-Push-Url": url }, body: "new" },
        "GET /y": { headers: { "Bus-Replace-Url": url }, body: "new" },
      },
      steps: [{ click: "#go" }, { click: "#b" }],
      expect: { ...unhit, text: { "#go": "new", "#b": "new" }, errors: ["origin", "origin"], history: [] },
    }),
  ),
  ...[...FOREIGN, ...EVIL].filter(inHeader).map(
    (url): Case => ({
      name: `Bus-Location never asks ${JSON.stringify(url)}`,
      needs: ["plus"],
      body: `<p id="go" bus-post="/x">old</p>`,
      routes: { "POST /x": { headers: { "Bus-Location": url } } },
      expect: { ...unhit, seen: ["POST /x"], errors: ["origin"], history: [] },
    }),
  ),
];

/** Nothing that pages or replies say is ever run as code. */
const strings: readonly Case[] = [
  {
    name: "no attribute is ever evaluated",
    body: `<p id="go" bus-get="/x" bus-on:click="hit()" bus-on="click: hit()" bus-trigger="click" onbus:config="hit()" bus-swap="none"></p>`,
    routes: { "GET /x": "" },
    steps: [
      {
        act: ({ log }) => {
          Object.assign(globalThis, { hit: () => log.heard.push("hit") });
        },
      },
      { click: "#go" },
    ],
    expect: { heard: [], seen: ["GET /x"] },
  },
  {
    name: "neither eval nor Function is called, nor a timer with a string",
    body: `<form id="f" bus-post="/x" bus-vals='{"a": 1}' bus-headers='{"X-A": "1"}' bus-trigger="submit delay:1s" bus-target="#t" bus-swap="innerHTML swap:1s" bus-indicator="closest form"><button id="go"></button></form><p id="t"></p>`,
    routes: { "POST /x": { headers: { "Bus-Trigger": `{"saved":{"id":1}}` }, body: "new" } },
    listen: ["saved"],
    steps: [
      {
        act: ({ log }) => {
          const { eval: evaluate, Function: make } = globalThis;
          const refuse = (): never => {
            log.errors.push("evaluated");
            throw new Error("evaluated");
          };
          Object.assign(globalThis, { eval: refuse, Function: new Proxy(make, { apply: refuse, construct: refuse }) });
          Object.assign(log, { restore: () => Object.assign(globalThis, { eval: evaluate, Function: make }) });
        },
      },
      { click: "#go" },
      { pass: 2_000 },
      // cast: put there in the first step
      { act: ({ log }) => (log as unknown as { restore(): void }).restore() },
    ],
    expect: { text: { "#t": "new" }, heard: [`saved {"id":1}`], seen: ["POST /x a=1"] },
  },
  {
    name: "a selector from a reply is only a selector",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": { headers: { "Bus-Retarget": "<img src=x onerror=alert(1)>" }, body: "new" } },
    expect: { text: { "#go": "old" }, errors: ["swap"] },
  },
  {
    name: "an id with markup or selectors in it is only an id",
    body: `<p id="x&quot;],body,[a=&quot;" class="go" bus-get="/x">old</p>`,
    routes: { "GET /x": "new" },
    steps: [{ click: ".go" }],
    expect: { text: { ".go": "new" }, sent: { "Bus-Source": "p#x%22%5D%2Cbody%2C%5Ba%3D%22" } },
  },
  {
    name: "a header value that no header may have is an error, and nothing is sent",
    body: `<p id="go" bus-get="/x" bus-headers='{"X-A": "1\\nX-B: 2"}'></p>`,
    routes: { "GET /x": "new" },
    expect: { text: { "#go": "" }, seen: [], errors: ["network"] },
  },
];

export const safety: readonly Case[] = [...attributes, ...headers, ...strings];
