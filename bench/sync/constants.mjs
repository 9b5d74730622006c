// The constants of docs/scaling.md, measured: `node --expose-gc bench/sync/constants.mjs` writes constants.json, which capacity.mjs reads, and what the page says of it.
// After `npm run build`, with redis-server at hand; about two minutes on a quiet machine.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ClassicLevel } from "classic-level";
import { createClient } from "redis";
import { traceNamed } from "../crdt/traces.mjs";
import { ask, start, stop } from "../live/processes.mjs";
import { medianOf } from "../measure.mjs";
import { crdt, level, node, redis as redisAdapter, sync } from "./busbar.mjs";
import { statements } from "./capacity.mjs";

const FILE = new URL("constants.json", import.meta.url);
const PAGE = new URL("../../docs/scaling.md", import.meta.url);
const ROUNDS = 3;
const DOCUMENTS = 200;
const CONNECTIONS = 1000;
const REST_MS = 500;
const TYPED = 20_000; // letters of a document, typed one by one
const platform = node.nodePlatform;

const rounds = [];
for (let i = 0; i < ROUNDS; i++)
  rounds.push({ ...(await served()), ...typed(), ...(await heard()), ...(await written()) });
const before = JSON.parse(readFileSync(FILE, "utf8")).constants;
const constants = Object.fromEntries(
  Object.keys(rounds[0]).map((key) => [key, rounded(medianOf(rounds.map((round) => round[key])))]),
);
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
const measured = { commit, node: process.version, cpu: `${cpus()[0].model.trim()}, ${cpus().length} cores` };
writeFileSync(FILE, `${JSON.stringify({ measured, constants }, null, 2)}\n`);
console.log(readFileSync(FILE, "utf8"));
const now = statements(constants);
let page = readFileSync(PAGE, "utf8");
for (const [i, statement] of statements(before).entries()) page = page.replace(statement, now[i]);
writeFileSync(PAGE, page);
process.exit();

/** What a server process with LevelDB takes. */
async function served() {
  const folder = mkdtempSync(join(tmpdir(), "busbar-constants-"));
  const server = await start(
    "../sync/server.mjs",
    ["busbar", folder, JSON.stringify({ restMs: REST_MS })],
    "constants server",
  );
  const clients = await start("../sync/clients.mjs", ["busbar"], "constants clients");
  const { port } = server.ready;
  const held = async () => (await ask(server, { task: "memory" })).held;
  const tell = async (task, given) => {
    const answer = await ask(clients, { task, ...given });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  const spentIn = async (task, given) => {
    const before = (await ask(server, { task: "usage" })).cpuMs;
    const answer = await tell(task, given);
    return { ...answer, cpuMs: (await ask(server, { task: "usage" })).cpuMs - before };
  };
  try {
    const processBytes = (await ask(server, { task: "memory" })).rss;

    await tell("connect", { port, name: "idle", count: 1 });
    const alone = await held();
    for (let i = 0; i < CONNECTIONS; i += 100) await tell("connect", { port, name: "idle", count: 100 });
    const connectionBytes = ((await held()) - alone) / CONNECTIONS;
    await tell("close");

    await sleep(4 * REST_MS);
    const empty = await held();
    await tell("connectEach", { port, prefix: "tiny", count: DOCUMENTS });
    await tell("editEach", { perSecond: DOCUMENTS, ms: 1100 });
    await sleep(4 * REST_MS);
    const open = await held();
    await tell("close");

    await tell("connectEach", { port, prefix: "alone", count: 20 });
    const edits = await spentIn("editEach", { perSecond: 400, ms: 3000 });
    await tell("close");
    await tell("connect", { port, name: "crowd", count: 200 });
    const crowd = await spentIn("load", { writers: 20, perSecond: 50, ms: 4000 });
    return {
      processBytes,
      connectionBytes,
      documentBytes: (open - empty) / DOCUMENTS - connectionBytes,
      editsPerCpuSecond: (edits.edits / edits.cpuMs) * 1000,
      deliveriesPerCpuSecond: (crowd.deliveries / crowd.cpuMs) * 1000,
    };
  } finally {
    stop(server);
    stop(clients);
    await sleep(300);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Memory of a text that somebody types, letter by letter, for each byte of its snapshot. */
function typed() {
  const source = crdt.createDoc({ random: platform.random });
  const updates = [];
  source.onUpdate((update) => updates.push(update));
  for (const { patches } of traceNamed("automerge-paper").txns.slice(0, TYPED))
    for (const [at, deleted, inserted] of patches) {
      if (deleted > 0) source.text("body").delete(at, deleted);
      if (inserted !== "") source.text("body").insert(at, inserted);
    }
  const held = () => {
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  };
  const empty = held();
  const docs = Array.from({ length: 10 }, () => {
    const doc = crdt.createDoc();
    for (const update of updates) doc.apply(update);
    return doc;
  });
  const bytes = held() - empty;
  return { textFactor: bytes / docs.length / docs[0].encode().length };
}

/** What a process takes for an edit that another one stored: the difference that a second hub on the bus makes. */
async function heard() {
  const edits = 2000;
  const port = 20_000 + (process.pid % 20_000);
  const redis = spawn("redis-server", ["--port", port, "--save", "", "--appendonly", "no"], { stdio: "ignore" });
  const clients = [];
  const spent = async (hubs) => {
    const store = sync.memoryStore();
    const all = [];
    for (let i = 0; i < hubs; i++) {
      const client = createClient({ url: `redis://127.0.0.1:${port}` });
      client.on("error", () => {}); // until it is up
      clients.push(await client.connect());
      all.push(sync.createHub({ store, platform, bus: redisAdapter.redisBus(client, { onError: console.error }) }));
    }
    const [first, ...others] = await Promise.all(all.map((hub) => hub.open("text")));
    await sleep(200); // subscribed
    const body = first.doc.text("body");
    const from = process.cpuUsage();
    for (let i = 0; i < edits; i++) {
      body.insert(i, "x");
      await sleep(1); // each in a message of its own, as edits of many documents come
    }
    for (const { doc } of others) while (doc.text("body").length < edits) await sleep(5);
    const { user, system } = process.cpuUsage(from);
    for (const { release } of [first, ...others]) release();
    await Promise.all(all.map((hub) => hub.close()));
    return (user + system) / 1e6;
  };
  try {
    await spent(2);
    const alone = await spent(1);
    return { heardPerCpuSecond: (3 * edits) / ((await spent(4)) - alone) };
  } finally {
    for (const client of clients) client.destroy();
    redis.kill();
  }
}

/** Bytes of an edit of three letters, and around it: on the wire, on the bus, in the store. */
async function written() {
  const folder = mkdtempSync(join(tmpdir(), "busbar-constants-"));
  const doc = crdt.createDoc({ random: platform.random });
  const edits = traceNamed("automerge-paper").txns.slice(0, 3000);
  const updates = [];
  doc.onUpdate((update) => updates.push(update));
  for (let i = 0; i + 3 <= edits.length; i += 3)
    doc.transact(() => {
      for (const { patches } of edits.slice(i, i + 3))
        for (const [at, deleted, inserted] of patches) {
          if (deleted > 0) doc.text("body").delete(at, deleted);
          if (inserted !== "") doc.text("body").insert(at, inserted);
        }
    });
  const sum = (all) => all.reduce((total, { length }) => total + length, 0);
  const updateBytes = sum(updates) / updates.length;

  const said = [];
  const store = await level.levelStore(folder);
  const hub = sync.createHub({
    store,
    platform,
    bus: { publish: (topic, bytes) => said.push(topic.length + bytes.length), subscribe: () => () => {} },
  });
  const { doc: served, release } = await hub.open("a document");
  const before = said.length;
  for (const update of updates) served.apply(update, {});
  while (said.length < before + updates.length) await sleep(50);
  const busBytes = said.slice(before).reduce((total, bytes) => total + bytes, 0) / updates.length - updateBytes;
  release();
  await hub.close();
  await store.close();

  const files = new ClassicLevel(folder, { valueEncoding: "view" });
  let stored = 0;
  let entries = 0;
  for await (const [key, value] of files.iterator()) {
    if (!key.startsWith("u/")) continue;
    stored += key.length + value.length;
    entries++;
  }
  await files.close();
  rmSync(folder, { recursive: true, force: true });
  return { updateBytes, busBytes, storeBytes: stored / Math.max(1, entries) - updateBytes };
}

/** Two digits: more would say more than was measured. */
function rounded(value) {
  return Number(value.toPrecision(2));
}
