import type { Case } from "../harness/format.ts";

const click = { click: "#go" } as const;

/** What is left to the browser, and what is not. */
export const native: readonly Case[] = [
  ...(["ctrlKey", "metaKey", "shiftKey", "altKey"] as const).map(
    (key): Case => ({
      name: `a click on a link with ${key} is the browser's`,
      body: `<a id="go" href="#x" bus-get="/x"></a>`,
      steps: [{ click: "#go", init: { [key]: true } }],
      expect: { seen: [], native: ["click"] },
    }),
  ),
  {
    name: "a click with the middle button is the browser's",
    body: `<a id="go" href="#x" bus-get="/x"></a>`,
    steps: [{ click: "#go", init: { button: 1 } }],
    expect: { seen: [], native: ["click"] },
  },
  {
    name: "a click with a modifier on what is no link asks, as there is nothing the browser would do",
    body: `<div id="go" bus-get="/x"></div>`,
    routes: { "GET /x": "" },
    steps: [{ click: "#go", init: { ctrlKey: true } }],
    expect: { seen: ["GET /x"] },
  },
  {
    name: "a click on a link or a submit that asks is not followed",
    body: `<a id="go" href="/there" bus-get="/x" bus-swap="none"></a><form id="f" action="/there" bus-post="/y"><button id="b">go</button></form>`,
    routes: { "*": "" },
    steps: [click, { click: "#b" }],
    expect: { seen: ["GET /x", "POST /y"], native: [] },
  },
  {
    name: "an event that was prevented is not ours",
    body: `<form id="f" bus-post="/x"></form>`,
    steps: [
      {
        act: ({ get }) => get("#f").addEventListener("submit", (event) => event.preventDefault(), { capture: true }),
      },
      { submit: "#f" },
    ],
    expect: { seen: [] },
  },
];
