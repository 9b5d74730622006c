import type { Case } from "../harness/format.ts";

export const validation: readonly Case[] = [
  {
    name: "bus-validate on a field asks nothing while its value is not valid",
    body: `<input id="i" name="a" type="email" value="no" bus-get="/x" bus-trigger="tick" bus-validate="true" bus-swap="none">`,
    routes: { "GET /x": "" },
    steps: [
      { fire: "tick", at: "#i" },
      { expect: { seen: [] } },
      { type: "#i", value: "a@b.test" },
      { fire: "tick", at: "#i" },
    ],
    expect: { seen: ["GET /x?a=a%40b.test"] },
  },
  {
    name: "without bus-validate a field asks whatever its value",
    body: `<input id="i" name="a" type="email" value="no" bus-get="/x" bus-trigger="tick" bus-swap="none">`,
    routes: { "GET /x": "" },
    steps: [{ fire: "tick", at: "#i" }],
    expect: { seen: ["GET /x?a=no"] },
  },
  {
    name: "bus-validate on a form counts for triggers other than submit",
    body: `<form id="f" bus-post="/x" bus-trigger="tick" bus-validate="true"><input required></form>`,
    steps: [{ fire: "tick", at: "#f" }],
    expect: { seen: [] },
  },
  {
    name: "a form is checked by its button, once: the browser's own check is not repeated",
    body: `<form id="f" bus-post="/x" bus-swap="none"><input id="i" required><button id="go"></button></form>`,
    routes: { "POST /x": "" },
    steps: [{ act: ({ on, log }) => on("#i", "invalid", () => log.heard.push("invalid")) }, { click: "#go" }],
    expect: { seen: [], heard: ["invalid"] },
  },
  ...(
    [
      ["", `bus-validate`, 0],
      ["of its own", `form="f" bus-validate="true"`, 0],
      ["of none", "", 1],
      ["that is switched off", `bus-validate="false"`, 1],
    ] as const
  ).map(
    ([what, attributes, n]): Case => ({
      name: `a link or button in a form that is not valid, with a check ${what}: ${n} request`,
      body: `<form id="f"><input name="form" required>${what === "of its own" ? "</form>" : ""}<button type="button" id="go" bus-post="/x" bus-swap="none" ${attributes}></button>`,
      routes: { "POST /x": "" },
      expect: { seen: n ? ["POST /x form="] : [] },
    }),
  ),
  {
    name: "bus-validate is inherited, and marks nothing and ends nothing when it says no",
    body: `<div bus-validate:inherited="true" bus-sync:inherited="closest div:replace"><p id="a" bus-get="/a"></p><form id="f" bus-get="/x" bus-trigger="tick"><input required></form></div>`,
    routes: { "GET /a": { hold: "a", body: "a" } },
    steps: [
      { click: "#a" },
      { fire: "tick", at: "#f" },
      { expect: { ids: { ".bus-request": ["a"] }, aborted: [] } },
      { release: "a" },
    ],
    expect: { seen: ["GET /a"], text: { "#a": "a" } },
  },
  {
    name: "bus-validate on what is no form, and in none, asks",
    body: `<p id="go" bus-get="/x" bus-validate="true"></p>`,
    routes: { "GET /x": "1" },
    expect: { text: { "#go": "1" } },
  },
];
