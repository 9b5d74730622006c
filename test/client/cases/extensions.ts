import type { Act } from "../../../client/core/extension-types.ts";
import type { Case } from "../harness/format.ts";

const old = `<p id="go" bus-get="/x">old</p>`;
const quiet = { count: { ".bus-request, [aria-busy]": 0 } };

export const extensions: readonly Case[] = [
  ...(["request", "response", "swap"] as const).flatMap((hook): Case[] => [
    {
      name: `an extension's ${hook} that is false ends it, and leaves nothing marked`,
      body: old,
      routes: { "GET /x": "new" },
      extensions: [{ [hook]: () => false }],
      expect: { ...quiet, text: { "#go": "old" }, seen: hook === "request" ? [] : ["GET /x"] },
    },
    {
      name: `an extension's ${hook} may wait`,
      body: old,
      routes: { "GET /x": "new" },
      extensions: [{ [hook]: () => new Promise((resolve) => setTimeout(resolve, 1_000)) }],
      steps: [
        { click: "#go" },
        { pass: 999 },
        { expect: { text: { "#go": "old" }, ids: { ".bus-request[aria-busy]": ["go"] } } },
        { pass: 1 },
      ],
      expect: { ...quiet, text: { "#go": "new" } },
    },
  ]),
  {
    name: "extensions are asked in order, until one is false",
    body: old,
    routes: { "GET /x": "new" },
    extensions: [
      {
        request: (ctx) => {
          ctx.headers["X-A"] = "1";
        },
      },
      {
        response: (ctx) => {
          ctx.text = "one";
        },
      },
      {
        response: (ctx) => {
          ctx.text += "+two";
        },
      },
    ],
    expect: { text: { "#go": "one+two" }, sent: { "X-A": "1" } },
  },
  {
    name: "a request hook may answer by itself: nothing is fetched",
    body: old,
    extensions: [
      {
        request: (ctx) => {
          ctx.response = new Response("<b>by itself</b>", { headers: { "content-type": "text/html" } });
        },
      },
    ],
    expect: { html: { "#go": "<b>by itself</b>" }, seen: [] },
  },
  {
    name: "a swap hook may change where the parts go, and add some",
    body: `${old}<i id="t"></i><i id="u"></i>`,
    routes: { "GET /x": "main" },
    extensions: [
      {
        swap: (_ctx, { parts }) => {
          const [main] = parts;
          if (main) main.target = "#t";
          const content = new DocumentFragment();
          content.append("more");
          parts.push({ target: "#u", swap: "beforeend", content });
        },
      },
    ],
    expect: { text: { "#go": "old", "#t": "main", "#u": "more" } },
  },
  {
    name: "a hook that throws is an error, and leaves nothing marked",
    body: old,
    routes: { "GET /x": "new" },
    extensions: [
      {
        swap: () => {
          throw new Error("of the extension");
        },
      },
    ],
    expect: { ...quiet, text: { "#go": "old" }, errors: ["swap"] },
  },
  {
    name: "a swap style, a selector and a trigger's modifier that an extension adds are words like the others",
    body: `<div id="d"></div><i id="a"></i><i id="b"></i>`,
    routes: { "GET /x": "new" },
    steps: [
      {
        act: ({ client }) => {
          const { vocabulary } = client;
          vocabulary["upper"] = (target: Element, content: DocumentFragment) => {
            target.textContent = (content.textContent ?? "").toUpperCase();
          };
          vocabulary["second"] = (_el: Element, css: string) => [...document.querySelectorAll(css)].slice(1);
          vocabulary["twice"] = (act: Act) => {
            let n = 0;
            return (event?: Event) => {
              if (++n % 2 === 0) act(event);
            };
          };
        },
      },
      {
        append: `<p id="go" bus-get="/x" bus-trigger="click twice" bus-target="second i" bus-swap="upper"></p>`,
        to: "#d",
      },
      { click: "#go" },
      { expect: { seen: [] } },
      { click: "#go" },
      {
        act: ({ client }) => {
          for (const word of ["upper", "second", "twice"]) Reflect.deleteProperty(client.vocabulary, word);
        },
      },
    ],
    expect: { text: { "#a": "", "#b": "NEW" } },
  },
];
