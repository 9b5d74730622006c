// Signals: the public benchmark's shapes, memory, collections, columns, and a page that a slider drives.
const OURS = "ours";
const PEERS = "peers";
const BROWSER = ["-C", "browser"]; // Node's own conditions lead to builds for servers, which do not react

export const NAMES = { ours: "busbar", preact: "@preact/signals-core" };

export const area = {
  name: "signals",
  title: "Signals: time, memory, collections, columns",
  worker: new URL("./worker.mjs", import.meta.url),
  subjects: {
    [NAMES.ours]: { file: "busbar.mjs", group: OURS },
    "alien-signals": { file: "alien.mjs", group: PEERS },
    [NAMES.preact]: { file: "preact.mjs", group: PEERS },
    "@vue/reactivity": { file: "vue.mjs", group: PEERS },
    "solid-js": {
      file: "solid.mjs",
      group: PEERS,
      execArgv: BROWSER,
      moreRuns: "its memos run although nobody reads them",
      cannot: { unwatched: "its memos are never unwatched" },
    },
    mobx: {
      file: "mobx.mjs",
      group: PEERS,
      cannot: { unwatched: "it computes anew at each read that nobody watches" },
    },
    "signal-polyfill": { file: "polyfill.mjs", group: PEERS },
    "@angular/core": { file: "angular.mjs", group: PEERS },
    svelte: {
      file: "svelte.mjs",
      group: PEERS,
      execArgv: BROWSER,
      cannot: {
        unwatched: "it computes some anew that others have read already: a graph of 100 ran functions a million times",
      },
    },
  },

  async run(session) {
    // not at the top: the workers read this module too
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
