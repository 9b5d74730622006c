// Under seven minutes, and it stops by itself: connecting and loading are bounded in count and time. BENCH_SESSIONS, BENCH_EVENTS (a second) and BENCH_SECONDS take others.
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, start, stop } from "../live/processes.mjs";
import { handlerOf } from "../live/view.mjs";
import { assertDescriptors } from "./descriptors.mjs";
import { plots, renderReport } from "./report.mjs";

const SERVER = "../live-load/server.mjs";
const CLIENTS = "../live-load/clients.mjs";
const CONNECT_MS = 75_000;
const WARM_UP_MS = 2000;
const WAKINGS_PER_SECOND = 100;
const SETTLE_MS = 2500; // sessions that may sleep do
const HIBERNATE_MS = 3000; // more than lies between two events of one session
const SLEEP_SETTLE_MS = 5000;
const ASLEEP_MS = 150_000; // at most, until those that sleep do
const STEADY_SHARE = 0.004;
const number = (name, fallback) => Number(process.env[name] ?? fallback);

export const SUBJECTS = [
  { name: "ws alone", kind: "ws", rows: 0, note: "answers with the message it gets; no view, no session" },
  { name: "busbar/live, a counter", kind: "plain", rows: 0, note: "a counter and an empty list" },
  { name: "busbar/live, 1,000 rows", kind: "plain", rows: 1000, note: "the page of the issue, rows in plain data" },
  {
    name: "busbar/live, 1,000 rows, asleep",
    kind: "collection",
    rows: 1000,
    sleeps: true,
    note: "rows in a keyedList, sessions hibernated",
  },
];

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options, save }) {
  const load = {
    sessions: number("BENCH_SESSIONS", 10_000),
    active: number("BENCH_ACTIVE", 500),
    perSecond: number("BENCH_EVENTS", 1000),
    ms: number("BENCH_SECONDS", 10) * 1000,
  };
  if (options.check) Object.assign(load, { sessions: 20, active: 5, perSecond: 50, ms: 300 });
  assertDescriptors(load.sessions + load.active);
  const measured = [];
  const files = () => {
    const text = renderReport(area, measured, { ...facts, load, command: "npm run bench -- live-load" });
    return new Map([["live-load.md", text], ...plots(measured)]);
  };
  for (const subject of SUBJECTS.filter(({ name }) => name.includes(options.case ?? ""))) {
    measured.push(await measure(subject, load));
    save(files());
  }
  return files();
}

/** What the server holds, once that stays the same, or time is up. */
async function restOf(server, settleMs, patienceMs) {
  const end = performance.now() + patienceMs;
  for (let before; ; ) {
    await sleep(settleMs);
    const after = await ask(server, { task: "memory" });
    const isSteady = before !== undefined && Math.abs(after.held - before.held) < before.held * STEADY_SHARE;
    if (isSteady || performance.now() > end) return after;
    before = after;
  }
}

async function measure(subject, { sessions, active, perSecond, ms }) {
  const { name, kind, rows, sleeps } = subject;
  const workers = [];
  try {
    const server = await start(SERVER, [kind, rows, sleeps ? HIBERNATE_MS : 0], `live-load server ${name}`);
    workers.push(server);
    const clients = await start(CLIENTS, [], "live-load clients");
    workers.push(clients);
    const { port } = server.ready;
    const isLive = kind !== "ws";
    const tell = async (task, given) => {
      const answer = await ask(clients, { task, ...given });
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    };
    const open = (count) => tell("open", { port, count, isLive, ms: CONNECT_MS });
    const handler = handlerOf("click");
    // the active ones first, so that their code and what all have in common is not counted
    await open(active);
    await tell("load", { active, perSecond, ms: Math.min(WARM_UP_MS, ms), handler });
    const settleMs = Math.min(sleeps ? SLEEP_SETTLE_MS : SETTLE_MS, ms * 2);
    const rest = () => restOf(server, settleMs, sleeps ? Math.min(ASLEEP_MS, ms * 10) : 0);
    const before = await rest();
    const started = performance.now();
    const opened = await open(active + sessions);
    const connectMs = performance.now() - started;
    const underLoad = async () => {
      const from = await ask(server, { task: "usage" });
      const loaded = await tell("load", { active, perSecond, ms, handler });
      const to = await ask(server, { task: "usage" });
      const [cpuShare, clientShare] = [(to.cpuMs - from.cpuMs) / loaded.wallMs, loaded.cpuMs / loaded.wallMs];
      return { loaded, lagMs: to.lagMs, cpuShare, clientShare };
    };
    const warmUp = { active, perSecond, ms: Math.min(WARM_UP_MS, ms), handler };
    // Those that click fell asleep while the others came: waking is measured below, by itself.
    if (sleeps) await tell("load", warmUp);
    const falling = sleeps ? await underLoad() : undefined;
    const idle = await rest();
    // The first event of one that sleeps wakes it: measured by itself, at an easy rate. What is loaded then is awake.
    const wakingMs = Math.min(ms, (active * 1000) / WAKINGS_PER_SECOND);
    const waking = sleeps
      ? await tell("load", { active, perSecond: WAKINGS_PER_SECOND, ms: wakingMs, handler })
      : undefined;
    await tell("load", warmUp);
    const steady = await underLoad();
    const { loaded } = steady;
    const count = opened.open - active;
    console.error(`live-load, ${name}: ${count} idle sessions, ${loaded.answers} of ${loaded.events} events answered`);
    return {
      ...{ ...subject, count, connectMs, failures: opened.failures, active },
      keptKib: (idle.held - before.held) / count / 1024,
      rssKib: (idle.rss - before.rss) / count / 1024,
      rssMib: idle.rss / 1024 ** 2,
      ...{ ...steady, falling, waking },
    };
  } finally {
    for (const worker of workers) stop(worker);
  }
}
