import type { Case, Step } from "../harness/format.ts";

const change = (value: string): Step => ({ choose: "#i", value });
const sync = (value: string): string =>
  `<form id="f"><b id="x" bus-get="/x" bus-swap="none"></b><b id="y" bus-get="/y" bus-swap="none" bus-sync="${value}"></b><b id="z" bus-get="/z" bus-swap="none" bus-sync="${value}"></b></form>`;
const held = { "GET /x": { hold: "x" }, "GET /y": { hold: "y" }, "GET /z": { hold: "z" } };
const x = { click: "#x" } as const;
const y = { click: "#y" } as const;
const z = { click: "#z" } as const;

/** `bus-sync`: elements that agree to take turns at one of them. */
export const syncing: readonly Case[] = [
  {
    name: "bus-sync with drop asks nothing while another of the same place runs",
    body: sync("closest form:drop"),
    routes: held,
    steps: [y, z, { release: "y" }],
    expect: { seen: ["GET /y"], aborted: [] },
  },
  {
    name: "bus-sync without a strategy lets the usual rules count at that place: a GET replaces",
    body: sync("closest form"),
    routes: held,
    steps: [y, z, { expect: { aborted: [0] } }, { release: "z" }],
    expect: { seen: ["GET /y", "GET /z"] },
  },
  {
    name: "bus-sync without a strategy lets the usual rules count at that place: a second change is dropped",
    body: `<form><b id="y" bus-post="/y" bus-sync="closest form" bus-swap="none"></b><b id="z" bus-post="/z" bus-sync="closest form" bus-swap="none"></b></form>`,
    routes: { "POST /y": { hold: "y" } },
    steps: [y, z, { release: "y" }],
    expect: { seen: ["POST /y"], aborted: [] },
  },
  {
    name: "bus-sync with replace ends the one that runs",
    body: sync("closest form:replace"),
    routes: held,
    steps: [y, z, { expect: { aborted: [0] } }, { release: "z" }],
    expect: { seen: ["GET /y", "GET /z"] },
  },
  {
    name: "bus-sync with abort gives way to one that comes later",
    body: `<form id="f"><b id="y" bus-get="/y" bus-swap="none" bus-sync="closest form:abort"></b><b id="z" bus-post="/z" bus-swap="none" bus-sync="closest form:drop"></b></form>`,
    routes: { "GET /y": { hold: "y" }, "POST /z": { hold: "z" } },
    steps: [y, z, { expect: { aborted: [0] } }, { release: "z" }],
    expect: { seen: ["GET /y", "POST /z"] },
  },
  {
    name: "bus-sync with abort asks nothing while another runs",
    body: `<form id="f"><b id="y" bus-get="/y" bus-swap="none" bus-sync="closest form:abort"></b><b id="z" bus-post="/z" bus-swap="none" bus-sync="closest form:drop"></b></form>`,
    routes: { "GET /y": { hold: "y" }, "POST /z": { hold: "z" } },
    steps: [z, y, { release: "z" }],
    expect: { seen: ["POST /z"], aborted: [] },
  },
  {
    name: "bus-sync with queue first keeps the first that waits",
    body: `${sync("closest form:queue first")}`,
    routes: held,
    steps: [y, z, y, { release: "y" }, { release: "z" }],
    expect: { seen: ["GET /y", "GET /z"], aborted: [] },
  },
  {
    name: "bus-sync with queue last keeps the last that waits",
    body: `${sync("closest form:queue last")}`,
    routes: { ...held, "GET /y": [{ hold: "y" }, ""] },
    steps: [y, z, y, { release: "y" }],
    expect: { seen: ["GET /y", "GET /y"], aborted: [] },
  },
  {
    name: "bus-sync with queue all keeps all, one after the other",
    body: `${sync("closest form:queue all")}`,
    routes: { ...held, "GET /y": [{ hold: "y" }, ""] },
    steps: [
      y,
      z,
      y,
      { expect: { seen: ["GET /y"] } },
      { release: "y" },
      { expect: { seen: ["GET /y", "GET /z"] } },
      { release: "z" },
    ],
    expect: { seen: ["GET /y", "GET /z", "GET /y"], aborted: [] },
  },
  {
    name: "bus-sync of another place does not wait",
    body: `<p><b id="y" bus-post="/y" bus-sync="closest p:drop" bus-swap="none"></b></p><p><b id="z" bus-post="/z" bus-sync="closest p:drop" bus-swap="none"></b></p>`,
    routes: { "POST /y": { hold: "y" }, "POST /z": "" },
    steps: [y, z, { release: "y" }],
    expect: { seen: ["POST /y", "POST /z"] },
  },
  {
    name: "bus-sync on the form itself: a field's check is ended when the form is sent",
    body: `<form id="f" bus-post="/save" bus-sync="this:replace" bus-swap="none"><input id="i" name="a" bus-get="/check" bus-sync="closest form:abort" bus-swap="none"></form>`,
    routes: { "GET /check": { hold: "check" }, "POST /save": "" },
    steps: [change("1"), { submit: "#f" }],
    expect: { seen: ["GET /check?a=1", "POST /save a=1"], aborted: [0] },
  },
  {
    name: "bus-sync:inherited counts for everything inside",
    body: `<form bus-sync:inherited="this:drop"><b id="y" bus-get="/y" bus-swap="none"></b><b id="z" bus-get="/z" bus-swap="none"></b></form>`,
    routes: held,
    steps: [y, z, { release: "y" }],
    expect: { seen: ["GET /y"] },
  },
  {
    name: "a strategy alone counts for the element itself",
    body: `<p id="x" bus-get="/x" bus-swap="none" bus-sync="drop"></p>`,
    routes: held,
    steps: [x, x, { release: "x" }],
    expect: { seen: ["GET /x"], aborted: [] },
  },
];
