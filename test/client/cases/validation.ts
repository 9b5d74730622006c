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
];
