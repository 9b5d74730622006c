// About six minutes for four subjects. Every figure is of one server process; the clients live in another. BENCH_ROUNDS takes more or fewer rounds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, start, stop } from "../live/processes.mjs";
import { medianOf } from "../measure.mjs";
import { plots, renderReport } from "./report.mjs";
import { SUBJECTS } from "./subjects.mjs";

const SERVER = "../sync/server.mjs";
const CLIENTS = "../sync/clients.mjs";
const SETTLE_MS = 3000; // longer than Hocuspocus waits before it stores
const REST_MS = 1500; // an open document that nobody edits is what is weighed

const FULL = {
  rounds: 3,
  joins: 7,
  sizes: [2, 20, 200],
  edits: 200,
  perSecond: 400,
  loadMs: 5000,
  writers: 20,
  documents: 8,
  idle: 1000,
};
const CHECK = {
  rounds: 1,
  joins: 1,
  sizes: [2, 5],
  edits: 3,
  perSecond: 50,
  loadMs: 200,
  writers: 2,
  documents: 1,
  idle: 5,
};

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options, save }) {
  const size = options.check
    ? CHECK
    : { ...FULL, rounds: Number(process.env.BENCH_ROUNDS ?? options.rounds ?? FULL.rounds) };
  const subjects = SUBJECTS.filter(({ name }) => name.includes(options.case ?? ""));
  const bare = await bareSocket(size);
  const rounds = new Map(subjects.map(({ name }) => [name, []]));
  const files = () => {
    const measured = subjects.flatMap((subject) => {
      const done = rounds.get(subject.name);
      return done.length === 0 ? [] : [{ ...subject, ...mediansOf(done) }];
    });
    const text = renderReport(area, measured, { ...facts, size, bare, command: "npm run bench -- sync" });
    return new Map([["sync.md", text], ...plots(measured)]);
  };
  const kept = mkdtempSync(join(tmpdir(), "busbar-bench-sync-content-"));
  try {
    for (let round = 0; round < size.rounds; round++) {
      for (const subject of subjects) {
        rounds.get(subject.name).push(await measure(subject, size, kept));
        console.error(`sync, ${subject.name}: round ${round + 1} of ${size.rounds}`);
      }
      save(files());
    }
  } finally {
    rmSync(kept, { recursive: true, force: true });
  }
  return files();
}

async function measure({ kind, name }, size, kept) {
  const folder = mkdtempSync(join(tmpdir(), "busbar-bench-sync-"));
  const workers = [];
  const begin = async (file, args, label) => {
    const worker = await start(file, args, label);
    workers.push(worker);
    return worker;
  };
  try {
    const clients = await begin(CLIENTS, [kind], `sync clients ${name}`);
    const tell = async (task, given = {}) => {
      const answer = await ask(clients, { task, ...given });
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    };
    let server = await begin(SERVER, [kind, folder], `sync server ${name}`);
    let { port } = server.ready;
    const names = Array.from({ length: size.documents }, (_, index) => `b4-${index}`);
    const { bytes } = await tell("fill", { port, names, kept });
    await sleep(SETTLE_MS);
    const join = await tell("join", { port, name: names[0], times: size.joins });

    // A new process over the same files: from its start to the first whole document.
    stop(server);
    await sleep(500);
    const from = performance.now();
    server = await begin(SERVER, [kind, folder], `sync server again ${name}`);
    port = server.ready.port;
    const started = performance.now();
    const first = await tell("join", { port, name: names[0], times: 1 });
    const restartMs = started - from + first.ms;

    // Memory of open documents: one client each.
    await sleep(REST_MS);
    const before = await ask(server, { task: "memory" });
    for (const document of names.slice(1)) await tell("connect", { port, name: document, count: 1 });
    await sleep(REST_MS);
    const withDocuments = await ask(server, { task: "memory" });
    await tell("close");
    const perDocument = (withDocuments.held - before.held) / Math.max(1, names.length - 1);

    // Connections that are idle.
    await tell("connect", { port, name: "idle", count: 1 });
    const alone = await ask(server, { task: "memory" });
    for (let left = size.idle; left > 0; left -= 100)
      await tell("connect", { port, name: "idle", count: Math.min(left, 100) });
    const crowded = await ask(server, { task: "memory" });
    await tell("close");
    const perConnection = (crowded.held - alone.held) / size.idle;

    const edits = [];
    for (const count of size.sizes) {
      await tell("connect", { port, name: `edits-${count}`, count });
      await tell("edits", { times: Math.min(20, size.edits) });
      edits.push({ count, ...(await tell("edits", { times: size.edits })) });
      await tell("close");
    }

    const count = size.sizes.at(-1);
    await tell("connect", { port, name: "load", count });
    const cpu = await ask(server, { task: "usage" });
    const load = await tell("load", { writers: size.writers, perSecond: size.perSecond, ms: size.loadMs });
    const spent = (await ask(server, { task: "usage" })).cpuMs - cpu.cpuMs;
    await tell("close");
    return {
      ...{ bytes, joinMs: join.ms, restartMs, perDocument, perConnection, edits },
      load: {
        ...load,
        count,
        serverCpuMs: spent,
        perCpuSecond: load.deliveries / (spent / 1000),
        editsPerCpuSecond: load.edits / (spent / 1000),
      },
    };
  } finally {
    for (const worker of workers) stop(worker);
    await sleep(200);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a connection costs before a protocol is spoken. */
async function bareSocket({ idle }) {
  const workers = [
    await start(SERVER, ["ws", ""], "sync bare server"),
    await start(CLIENTS, ["busbar"], "sync bare clients"),
  ];
  try {
    const [server, clients] = workers;
    await ask(clients, { task: "sockets", port: server.ready.port, count: 20 });
    const before = await ask(server, { task: "memory" });
    await ask(clients, { task: "sockets", port: server.ready.port, count: idle });
    return ((await ask(server, { task: "memory" })).held - before.held) / idle;
  } finally {
    for (const worker of workers) stop(worker);
  }
}

/** Of every number the median over the rounds. */
function mediansOf(rounds) {
  const [first] = rounds;
  if (typeof first === "number") return medianOf(rounds);
  if (Array.isArray(first)) return first.map((_, index) => mediansOf(rounds.map((round) => round[index])));
  return Object.fromEntries(Object.keys(first).map((key) => [key, mediansOf(rounds.map((round) => round[key]))]));
}
