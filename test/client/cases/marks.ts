import type { Case } from "../harness/format.ts";

const MARKED = ".bus-request, [aria-busy=true], :disabled";
const held = { hold: "x", body: "ok" };

export const marks: readonly Case[] = [
  {
    name: "indicator, disabled and aria-busy while it runs, and only then; what was disabled before stays so",
    body: `<button id="go" bus-get="/x" bus-target="#t" bus-indicator="#i" bus-disable="this, #d, #o"></button><i id="i"></i><button id="d"></button><button id="o" disabled></button><p id="t"></p>`,
    routes: { "GET /x": held },
    steps: [{ click: "#go" }, { expect: { ids: { [MARKED]: ["go", "i", "d", "o", "t"] } } }, { release: "x" }],
    expect: { ids: { [MARKED]: ["o"] }, text: { "#t": "ok" } },
  },
  {
    name: "without bus-indicator the element itself carries the class",
    body: `<button id="go" bus-get="/x" class="mine"></button>`,
    routes: { "GET /x": held },
    steps: [{ click: "#go" }, { expect: { ids: { ".mine.bus-request": ["go"] } } }, { release: "x" }],
    expect: { ids: { ".mine": ["go"], ".bus-request": [] } },
  },
  {
    name: "marks that two requests share last as long as both",
    body: `<p id="i"></p><p id="t"></p><b id="a" bus-get="/a" bus-indicator="#i" bus-disable="#d" bus-target="#t" bus-swap="beforeend"></b><b id="b" bus-get="/b" bus-indicator="#i" bus-disable="#d" bus-target="#t" bus-swap="beforeend"></b><input id="d">`,
    routes: { "GET /a": { hold: "a", body: "a" }, "GET /b": { hold: "b", body: "b" } },
    steps: [
      { click: "#a" },
      { click: "#b" },
      { release: "a" },
      { expect: { ids: { [MARKED]: ["i", "t", "d"] } } },
      { release: "b" },
    ],
    expect: { ids: { [MARKED]: [] }, text: { "#t": "ab" } },
  },
  ...(
    [
      ["is dropped by 204", { status: 204 }, []],
      ["fails on the network", { broken: true }, ["network"]],
      ["is refused", { status: 500 }, ["500"]],
      ["is of no use", { headers: { "content-type": "application/json" }, body: "{}" }, []],
      ["cannot be swapped", { headers: { "Bus-Reswap": "sideways" }, body: "1" }, ["swap"]],
      ["goes elsewhere without a place", { headers: { "Bus-Retarget": "#none" }, body: "1" }, ["target"]],
      ["leads to a bad address", { headers: { "Bus-Redirect": "javascript:1" } }, ["origin"]],
    ] as const
  ).map(
    ([what, answer, errors]): Case => ({
      name: `marks are gone when the reply ${what}`,
      body: `<button id="go" bus-post="/x" bus-disable="this"></button>`,
      routes: { "POST /x": { ...answer, hold: "x" } },
      steps: [{ click: "#go" }, { expect: { ids: { [MARKED]: ["go"] } } }, { release: "x" }],
      expect: { ids: { [MARKED]: [] }, errors },
    }),
  ),
  {
    name: "aria-busy that the page has set is left alone",
    body: `<p id="go" bus-get="/x" aria-busy="true"></p>`,
    routes: { "GET /x": "ok" },
    expect: { ids: { "[aria-busy=true]": ["go"] } },
  },
  ...["indicator", "disable"].map(
    (name): Case => ({
      name: `bus-${name} that does not parse is an error, nothing is sent, and nothing is left marked`,
      body: `<p id="go" bus-post="/x" bus-${name}="((">old</p>`,
      steps: [{ click: "#go" }, { click: "#go" }],
      expect: {
        body: `<p id="go" bus-post="/x" bus-${name}="((">old</p>`,
        errors: ["attribute", "attribute"],
        seen: [],
      },
    }),
  ),
  {
    name: "bus-disable finds a field that is sent all the same",
    body: `<form id="f" bus-post="/x" bus-disable="find input" bus-swap="none"><input id="a" name="a" value="1"></form>`,
    routes: { "POST /x": { hold: "x", body: "" } },
    steps: [{ submit: "#f" }, { expect: { ids: { [MARKED]: ["f", "a"] } } }, { release: "x" }],
    expect: { seen: ["POST /x a=1"], ids: { [MARKED]: [] } },
  },
];
