// The server's side: replies of busbar/partial to one page of 50 rows, what they take to make, and their bytes.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { each, html, renderToBytes, renderToString } from "busbar/html";
import { fragments, keyed, reply } from "busbar/partial";
import { rowHtml, rowsOf } from "./rows.mjs";
import { subject } from "./subjects/busbar.mjs";

const ROWS = 50;
const DATASETS = 32;
const WARM_UPS = 300;
const TIMES = 1000;
const ASKED = { method: "GET", headers: { "bus-request": "true", "bus-request-type": "partial" } };
const OPENED = { method: "GET", headers: {} };

const link = (id) =>
  html`<a class="edit" href=${`/rows/${id}`} bus-get=${`/rows/${id}`} bus-target="closest li" bus-swap="outerHTML">Edit</a>`;

const ui = fragments({
  row: keyed(
    ({ id }) => id,
    ({ id, text, note }, name) =>
      html`<li id=${name} class="row"><span class="number">${id}</span><b>${text}</b><i>${note}</i>${link(id)}</li>`,
  ),
  list: (rows) =>
    html`<ul id="list" class="list">${each(
      rows,
      ({ id }) => id,
      (row) => ui.row.render(row),
    )}</ul>`,
  count: (count) => html`<p id="count">${count} entries</p>`,
  refused: (text) => html`<p id="refused" role="alert">${text}</p>`,
});

const page = (rows) => html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Entries</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/app.css"><script src="/busbar.min.js" defer></script></head>
<body><header><a href="/">Ledger</a><nav><a href="/entries">Entries</a> <a href="/people">People</a> <a href="/reports">Reports</a></nav></header>
<main><h1>Entries</h1>${ui.count.render(rows.length)}<form method="get" action="/entries" bus-get="/entries" bus-target="#list"><label>Search
<input name="q" type="search"></label><button>Search</button></form>${ui.list.render(rows)}<p id="refused"></p></main>
<footer><p>Ledger, a small example. <a href="/help">Help</a></p></footer></body></html>`;

/** The replies that are compared with the page. A reply of all rows saves the rest of the page only: it is shown, not judged. */
export const REPLIES = [
  { name: "one row of 50", isJudged: true, of: ([row]) => reply(ASKED).main(ui.row, row) },
  {
    name: "one row and the count",
    isJudged: true,
    of: ([row, ...rest]) => reply(ASKED).main(ui.row, row).oob(ui.count, rest.length),
  },
  { name: "a refusal", isJudged: true, of: () => reply(ASKED).invalid().main(ui.refused, "A name is needed.") },
  { name: "all 50 rows", isJudged: false, of: (rows) => reply(ASKED).main(ui.list, rows) },
];

/** Milliseconds for the reply of 50 rows, to bytes, and the bytes of every reply. */
export function measurePartial() {
  const datasets = Array.from({ length: DATASETS }, (_, round) => rowsOf(round, { count: ROWS }));
  const all = REPLIES.find(({ isJudged }) => !isJudged);
  for (const rows of datasets) {
    const expected = `<ul id="list" class="list">${rows.map((row) => rowHtml(row, subject.link(row.id), true)).join("")}</ul>`;
    assert.equal(textOf(all.of(rows)), expected, "the reply of 50 rows is not what the data says");
  }
  const samples = [];
  for (let i = 0; i < WARM_UPS + TIMES; i++) {
    const start = performance.now();
    renderToBytes(all.of(datasets[i % DATASETS]).body);
    if (i >= WARM_UPS) samples.push(performance.now() - start);
  }
  const whole = textOf(reply(OPENED).page(() => page(datasets[0])));
  const replies = REPLIES.map(({ name, isJudged, of }) => ({ name, isJudged, ...bytesOf(textOf(of(datasets[0]))) }));
  console.error("partials: the reply of 50 rows is what the data says");
  return { samples, page: bytesOf(whole), replies };
}

function textOf({ body }) {
  return renderToString(body);
}

function bytesOf(text) {
  return { bytes: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length };
}
