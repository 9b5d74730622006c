// What a session of the page keeps while it is awake, and when it sleeps: heap and what lies beside it, sockets apart.
// npm run build && node --expose-gc bench/live/hibernate.mjs [rows] [sessions] [shared: the page follows a signal of all sessions, so it is kept packed beside the state]
import assert from "node:assert/strict";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { collections, live, html as markup, signals, wire } from "./busbar.mjs";
import { serve } from "./join.mjs";
import { rowsOf } from "./rows.mjs";

const HIBERNATE_MS = 200;
const [rows = 1000, count = 200] = process.argv.slice(2).map(Number);
const shared = process.argv[4] === "shared" ? signals.signal("news") : "news";
const { each, html } = markup;

let mounts = 0;
const view = live.defineView({
  mount: () => {
    mounts++;
    return { count: signals.signal(0), rows: collections.keyedList(rowsOf(rows), (row) => row.id) };
  },
  on: { add: (state) => state.count.update((n) => n + 1) },
  render: (state) =>
    html`<p>${shared}</p><p>${state.count}</p><table><tbody>${each(
      state.rows,
      (row) => row.id,
      ({ id, label, value }) => html`<tr><td>${id}</td><td>${label}</td><td>${value}</td></tr>`,
    )}</tbody></table>`,
});

async function kibNow() {
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await sleep(30);
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024;
}

const event = (ref) => wire.encodeLiveFrame([wire.EVENT, ref, 0, 0, {}]);

async function measure(hibernateMs) {
  const server = serve(view, { hibernateMs });
  const first = await server.join(); // what all have in common
  const before = await kibNow();
  mounts = 0;
  const clients = [];
  for (let n = 0; n < count; n++) {
    clients.push(await server.join());
    clients[n].receive(event(1));
  }
  // Each has mounted, and sleeps once it has mounted a second time, to look.
  while (hibernateMs > 0 && mounts < 2 * count) await sleep(50);
  if (hibernateMs > 0) await sleep(1000);
  for (const client of clients) client.last = undefined;
  const each = ((await kibNow()) - before) / count;
  // Both kinds go on from where they were.
  let startMs = performance.now();
  for (const client of clients) {
    const patch = new Promise((done) => {
      client.onFrame = done;
    });
    client.receive(event(2));
    assert.equal(wire.decodeLiveFrame(await patch)[3][2], "2");
  }
  startMs = performance.now() - startMs;
  assert.ok(first.first);
  server.close();
  return { each, eventMs: startMs / count };
}

const awake = await measure(0);
const asleep = await measure(HIBERNATE_MS);
const say = (name, { each, eventMs }) =>
  console.log(`${name}: ${each.toFixed(1)} KiB a session, first event ${eventMs.toFixed(2)} ms`);
console.log(
  `${count} sessions of a counter and ${rows} rows of 3 slots${shared === "news" ? "" : ", following something shared"}`,
);
say("awake", awake);
say("asleep", asleep);
process.exit(0);
