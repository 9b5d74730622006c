// The process that loads: opens sessions, then sends events at a steady rate to some of them and pings of all, and counts answers.
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../measure.mjs";
import { openSession } from "./client.mjs";
import { assertDescriptors } from "./descriptors.mjs";

const AT_ONCE = 24;
const PING_EVERY_MS = 25_000; // as the browser's client does
const PING_STEP_MS = 50;
const LAST_MS = 3000; // at most, for answers under way at the end
const LAST_STEP_MS = 20;

let sessions = [];
let lost = 0;
let latencies = [];
let pings = 0;

// Of all sessions, in turn and all the time: one that is silent for a minute is closed.
let owed = 0;
let pinged = 0;
setInterval(() => {
  for (owed += (PING_STEP_MS / PING_EVERY_MS) * sessions.length; owed >= 1; owed--) {
    sessions[pinged++ % sessions.length].ping();
    pings++;
  }
}, PING_STEP_MS).unref();

const tasks = {
  /** Opens sessions until there are as many, or time is up. */
  async open({ port, count, isLive, ms }) {
    assertDescriptors(count);
    const end = performance.now() + ms;
    let next = sessions.length;
    const failures = [];
    const worker = async () => {
      while (next < count && performance.now() < end && failures.length === 0) {
        const number = next++;
        const onAnswer = (taken) => latencies.push(taken);
        const onLost = () => lost++;
        await openSession({ port, number, isLive, onAnswer, onLost }).then(
          (session) => sessions.push(session),
          (error) => failures.push(error.message),
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return { open: sessions.length, failures };
  },

  /** Sends `perSecond` events to the first `active` sessions for some time. */
  async load({ active, perSecond, ms, handler }) {
    latencies = [];
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    let [events, lateMs] = [0, 0];
    pings = 0;
    for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - start) {
      const due = Math.floor((elapsed / 1000) * perSecond);
      if (due > events) lateMs = Math.max(lateMs, elapsed - ((events + 1) * 1000) / perSecond);
      while (events < due) sessions[events++ % active].send(handler);
      await sleep(1);
    }
    const { user, system } = process.cpuUsage(cpu);
    const wallMs = performance.now() - start;
    const countWaiting = () => sessions.reduce((sum, session) => sum + session.waiting(), 0);
    let waiting = countWaiting();
    for (let waited = 0; waiting > 0 && waited < LAST_MS; waited += LAST_STEP_MS) {
      await sleep(LAST_STEP_MS);
      waiting = countWaiting();
    }
    const at = (share) => (latencies.length === 0 ? Number.NaN : quantile(latencies, share));
    const spread = { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
    return {
      events,
      answers: latencies.length,
      waiting,
      lost,
      pings,
      lateMs,
      wallMs,
      cpuMs: (user + system) / 1000,
      ...spread,
    };
  },

  close() {
    for (const session of sessions) session.close();
    sessions = [];
    return {};
  },
};

process.on("message", ({ task, ...options }) => {
  Promise.resolve()
    .then(() => tasks[task](options))
    .then(
      (answer) => process.send(answer),
      (error) => process.send({ error: error.message }),
    );
});
process.on("disconnect", () => process.exit());
process.send({});
