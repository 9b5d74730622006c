import type { Case } from "../harness/format.ts";

const go = (swap: string, more = ""): string =>
  `<b id="go" bus-get="/x" bus-target="#t" bus-swap="${swap}" ${more}></b>`;

/** A box that scrolls in a page that scrolls. */
const tall = (swap: string, more = ""): string =>
  `${go(swap, more)}<div style="height: 3000px"></div><div id="t" style="height: 100px; overflow: auto"><p style="margin: 0; height: 1000px"></p></div><div id="low" style="height: 3000px"></div>`;
const REAL = "jsdom has no layout";
const higher = `<p style="margin: 0; height: 2000px" id="new"></p>`;

/** What scrolls, and what moves. */
export const moving: readonly Case[] = [
  {
    name: "scroll:bottom scrolls the target to its end",
    needs: ["page"],
    browserOnly: REAL,
    body: tall("innerHTML scroll:bottom"),
    routes: { "GET /x": higher },
    steps: [{ click: "#go" }, { act: ({ get, equal }) => equal(get("#t").scrollTop, 1900, "scrollTop") }],
    expect: {},
  },
  {
    name: "scroll:top scrolls the target to its start",
    needs: ["page"],
    browserOnly: REAL,
    body: tall("innerHTML scroll:top"),
    routes: { "GET /x": higher },
    steps: [
      {
        act: ({ get }) => {
          get("#t").scrollTop = 500;
        },
      },
      { click: "#go" },
      { act: ({ get, equal }) => equal(get("#t").scrollTop, 0, "scrollTop") },
    ],
    expect: {},
  },
  {
    name: "scroll with a selector scrolls that one",
    needs: ["page"],
    browserOnly: REAL,
    body: `<i id="u"></i>${tall("innerHTML scroll:#t:bottom").replace(`bus-target="#t"`, `bus-target="#u"`)}`,
    routes: { "GET /x": "new" },
    steps: [{ click: "#go" }, { act: ({ get, equal }) => equal(get("#t").scrollTop, 900, "scrollTop") }],
    expect: { text: { "#u": "new" } },
  },
  {
    name: "show:top brings the target into sight",
    needs: ["page"],
    browserOnly: REAL,
    body: tall("innerHTML show:top"),
    routes: { "GET /x": "new" },
    steps: [
      { click: "#go" },
      { act: ({ get, equal }) => equal(Math.round(get("#t").getBoundingClientRect().top), 0, "top of the target") },
    ],
    expect: { text: { "#t": "new" } },
  },
  {
    name: "show:window:top scrolls the page to its start",
    needs: ["page"],
    browserOnly: REAL,
    body: tall("innerHTML show:window:top"),
    routes: { "GET /x": "new" },
    steps: [{ act: () => scrollTo(0, 1000) }, { click: "#go" }, { act: ({ equal }) => equal(scrollY, 0, "scrollY") }],
    expect: { text: { "#t": "new" } },
  },
  {
    name: "without a modifier the page stays scrolled where it is",
    browserOnly: REAL,
    body: tall("innerHTML"),
    routes: { "GET /x": "new" },
    steps: [{ act: () => scrollTo(0, 700) }, { click: "#go" }, { act: ({ equal }) => equal(scrollY, 700, "scrollY") }],
    expect: { text: { "#t": "new" } },
  },
  {
    name: "transition:true changes the page in a view transition, once",
    needs: ["page"],
    browserOnly: "jsdom has no view transitions",
    body: `<i id="t">old</i>${go("innerHTML transition:true")}`,
    routes: { "GET /x": "new" },
    listen: ["bus:after:swap"],
    steps: [
      {
        act: ({ log }) => {
          const start = document.startViewTransition;
          document.startViewTransition = (...given) => {
            log.heard.push("transition");
            document.startViewTransition = start;
            return start.apply(document, given);
          };
        },
      },
      { click: "#go" },
      { until: ({ log }) => log.heard.includes("bus:after:swap") || log.heard.includes("htmx:after:swap") },
    ],
    expect: { text: { "#t": "new" }, heard: ["transition", "bus:after:swap"] },
  },
  {
    name: "transition:true changes the page without a transition for who prefers reduced motion",
    needs: ["page"],
    body: `<i id="t">old</i>${go("innerHTML transition:true")}`,
    routes: { "GET /x": "new" },
    steps: [
      {
        act: ({ log, translate }) => {
          const { matchMedia } = window;
          // cast: only this is asked
          window.matchMedia = (query) => ({ matches: /reduced-motion:\s*reduce/.test(query) }) as MediaQueryList;
          document.startViewTransition = () => {
            log.errors.push("moved");
            throw new Error("moved");
          };
          const restore = (): void => {
            window.matchMedia = matchMedia;
            Reflect.deleteProperty(document, "startViewTransition");
          };
          document.addEventListener(translate("bus:after:swap"), restore, { once: true });
        },
      },
      { click: "#go" },
    ],
    expect: { text: { "#t": "new" } },
  },
  {
    name: "transition:true where there are no view transitions swaps all the same",
    needs: ["page"],
    body: `<i id="t">old</i>${go("innerHTML transition:true")}`,
    routes: { "GET /x": "new" },
    steps: [
      { act: () => Object.assign(document, { startViewTransition: undefined }) },
      { click: "#go" },
      { act: () => void Reflect.deleteProperty(document, "startViewTransition") },
    ],
    expect: { text: { "#t": "new" } },
  },
];
