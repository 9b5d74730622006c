// What one subject keeps, in a process of its own: heap and what lies beside it, per copy, of copies that nobody touches.
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { collections } from "./busbar.mjs";
import { SLEEPY_PLATFORM, serve, serveNothing } from "./join.mjs";
import { rowsOf } from "./rows.mjs";
import { viewOf } from "./view.mjs";

const SETTLE_MS = 60;
const SLEEP_MS = 30;
const STEADY_MS = 1200;
const STEADY_SHARE = 0.002;
const WARM_UPS = 20;
const PATIENCE_MS = 30_000;

/** It stands for the socket, and is taken off the sessions. */
export const CHANNEL = "the channel of the bench";
const byId = ({ id }) => id;
const MAKERS = {
  "a Map of the rows": (rows) => () => new Map(rowsOf(rows).map((row) => [row.id, row])),
  "a keyedList of the rows": (rows) => () => collections.keyedList(rowsOf(rows), byId),
  [CHANNEL]: () => serveNothing().join,
  "awake, collection": (rows) => sessionsOf("collection", rows),
  "awake, plain rows": (rows) => sessionsOf("plain", rows),
  "hibernated, collection": (rows) => sessionsOf("collection", rows, SLEEP_MS),
};
export const SUBJECTS = Object.keys(MAKERS);

function sessionsOf(kind, rows, hibernateMs = 0) {
  const server = serve(
    viewOf(kind, rows),
    hibernateMs === 0 ? { hibernateMs } : { hibernateMs, platform: SLEEPY_PLATFORM },
  );
  return () => server.join();
}

/** KiB of one copy, each of some divisions of the sessions by itself, so that a spread is seen. */
export async function kibOf(name, { rows, copies, divisions }) {
  const make = MAKERS[name](rows);
  const kept = [];
  for (let i = 0; i < Math.min(WARM_UPS, copies); i++) kept.push(await make()); // what all have in common: compiled code most of all
  const samples = [];
  const mayFall = name.startsWith("hibernated");
  for (let division = 0; division < divisions; division++) {
    const before = await steady(mayFall);
    for (let i = 0; i < copies; i++) kept.push(await make());
    samples.push(((await steady(mayFall)) - before) / copies / 1024);
  }
  if (kept.length < copies * divisions) throw new Error("every copy must still be there"); // keeps them alive
  return samples;
}

/** Bytes, for what sleeps once they stay the same: sessions go to sleep one after the other. */
async function steady(mayFall) {
  if (!mayFall) return held();
  const end = performance.now() + PATIENCE_MS;
  for (let before = await held(); performance.now() < end; ) {
    await sleep(STEADY_MS);
    const after = await held();
    if (Math.abs(after - before) < before * STEADY_SHARE) return after;
    before = after;
  }
  throw new Error("it never came to rest");
}

async function held() {
  await sleep(SETTLE_MS);
  for (let i = 0; i < 4; i++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage(); // buffers are part of external
  return heapUsed + external;
}

if (process.send !== undefined) {
  process.on("message", ({ name, ...options }) => kibOf(name, options).then((samples) => process.send({ samples })));
  process.on("disconnect", () => process.exit());
  process.send({});
}
