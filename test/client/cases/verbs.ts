import type { Case } from "../harness/format.ts";

const VERBS = ["get", "post", "put", "patch", "delete"];

export const verbs: readonly Case[] = [
  ...VERBS.map(
    (verb): Case => ({
      name: `bus-${verb} asks with ${verb.toUpperCase()} and swaps the reply into the element`,
      body: `<button id="go" bus-${verb}="/x">?</button>`,
      routes: { [`${verb.toUpperCase()} /x`]: "<b>ok</b>" },
      expect: { html: { "#go": "<b>ok</b>" }, seen: [`${verb.toUpperCase()} /x`] },
    }),
  ),
  ...VERBS.map(
    (verb): Case => ({
      name: `bus-${verb} sends values ${/get|delete/.test(verb) ? "in the query, over no other part of it" : "in the body, URL-encoded"}`,
      body: `<p id="go" bus-${verb}="/x?q=0#place" bus-vals='{"a": "b c", "d": "&=ü"}'></p>`,
      routes: { "*": "" },
      expect: {
        seen: [
          /get|delete/.test(verb)
            ? `${verb.toUpperCase()} /x?q=0&a=b+c&d=%26%3D%C3%BC`
            : `${verb.toUpperCase()} /x?q=0 a=b+c&d=%26%3D%C3%BC`,
        ],
      },
    }),
  ),
  {
    name: "an element without a verb asks nothing",
    body: `<p id="go" bus-target="#go" bus-trigger="click">old</p>`,
    expect: { seen: [], text: { "#go": "old" } },
  },
  {
    name: "requests stay on their origin by mode, and can be ended",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": "" },
    steps: [
      { click: "#go" },
      {
        act: ({ made, equal }) => {
          equal(made[0]?.init.mode, "same-origin");
          equal(made[0]?.init.signal instanceof AbortSignal, true);
        },
      },
    ],
    expect: {},
  },
];
