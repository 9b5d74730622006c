import { readFile } from "node:fs/promises";
import type { App } from "busbar/app";
import { each, html } from "busbar/html";
import { defineView, liveRoute } from "busbar/live";
import type { ClientScripts } from "busbar/node";
import { computed, exportGraph, graphPage, signal } from "busbar/signals";
import { z } from "zod";
import { layout } from "./layout.ts";

interface Row {
  readonly id: number;
  readonly name: string;
  readonly votes: number;
}

// Made outside the view: everyone who has the page open shares them.
const count = signal(0, { name: "count" });
const rows = signal<readonly Row[]>(
  Array.from({ length: 1_000 }, (_, index) => makeRow(index + 1)),
  { name: "rows" },
);
const votes = computed(() => rows.get().reduce((sum, row) => sum + row.votes, 0), { name: "votes" });
let nextId = 1_001;

function makeRow(id: number): Row {
  return { id, name: `Circuit ${id}`, votes: 0 };
}

const rowEvent = z.object({ id: z.coerce.number().int() });

const board = defineView({
  events: { vote: rowEvent, remove: rowEvent },
  mount: () => ({ count, rows }),
  on: {
    addOne: (state) => state.count.update((n) => n + 1),
    takeOne: (state) => state.count.update((n) => n - 1),
    insert: (state) => state.rows.update((list) => (list.length < 2_000 ? [makeRow(nextId++), ...list] : list)),
    reverse: (state) => state.rows.update((list) => list.toReversed()),
    sort: (state) => state.rows.update((list) => list.toSorted((a, b) => b.votes - a.votes || a.id - b.id)),
    vote: (state, { id }) =>
      state.rows.update((list) => list.map((row) => (row.id === id ? { ...row, votes: row.votes + 1 } : row))),
    remove: (state, { id }) => state.rows.update((list) => list.filter((row) => row.id !== id)),
  },
  render: (state, bind) => html`<form method="post">
<div class="card row"><button type="submit" class="quiet" aria-label="Take one" ${bind.takeOne("click")}>−</button>
<output id="count" class="big">${state.count}</output>
<button type="submit" aria-label="Add one" ${bind.addOne("click")}>+</button>
<span class="grow"></span></div>
<div class="card"><div class="row"><button type="submit" class="quiet" ${bind.insert("click")}>Insert at the top</button>
<button type="submit" class="quiet" ${bind.reverse("click")}>Reverse</button>
<button type="submit" class="quiet" ${bind.sort("click")}>Sort by votes</button>
<span class="count">${() => state.rows.get().length} rows, ${votes} votes</span></div>
<div class="scroll"><table><tbody id="rows">${each(
    state.rows.get(),
    (row) => row.id,
    (row) =>
      html`<tr><td>${row.id}</td><td>${row.name}</td><td>${row.votes} <button type="submit" class="quiet" ${bind.vote("click", { id: row.id })}>Vote</button> <button type="submit" class="quiet" ${bind.remove("click", { id: row.id })}>Remove</button></td></tr>`,
  )}</tbody></table></div></div></form>`,
});

/** A counter and 1,000 rows: a click travels as a few bytes, and so does what it changes, in every open window. */
export async function addLive(app: App, scripts: ClientScripts, secret: Uint8Array): Promise<void> {
  const script = await readFile(new URL("browser/live.js", import.meta.url));
  app.get("/live.js", (c) => c.bytes(script, { type: "text/javascript; charset=utf-8" }));
  liveRoute(app, "/live", board, {
    secret, // outlives the process, so pages that are open join again after a restart
    layout: (content) =>
      layout(
        {
          title: "Live",
          lead: "State on the server, shared by everyone here. Only what changes is sent.",
          path: "/live",
          scripts: html`<script src="/live.js" defer></script>${scripts.tag("busbar-live")}`,
        },
        html`${content}<p class="status" data-status="connecting" role="status">not connected: each click loads the page</p>
<p><a href="/live/graph">The signals behind this page, as they run</a></p>`,
      ),
  });
  app.get("/live/graph.json", (c) => c.json(exportGraph({ roots: [count, rows, votes] })));
  app.get("/live/graph", (c) => {
    const page = graphPage({ url: "/live/graph.json", nonce: c.nonce, title: "The signals of the live page" });
    const policy = `default-src 'none'; script-src 'nonce-${c.nonce}'; style-src 'nonce-${c.nonce}'; connect-src 'self'`;
    const headers = [["content-security-policy", policy]] as const; // in place of the host's, which knows no nonce
    return c.bytes(new TextEncoder().encode(page), { type: "text/html; charset=utf-8", headers });
  });
}
