// Pages over node:http, rendered into leases of a pool or into memory of their own: what a pool is worth where the bytes go to a socket.
import { get } from "node:http";
import { findCores, pin } from "../../http/cores.mjs";
import { startLoader } from "../../http/load/loader.mjs";
import { orderOf } from "../../http/session.mjs";
import { medianOf } from "../../measure.mjs";
import { ask, startWorker } from "../../session.mjs";

const SERVER = new URL("./server.mjs", import.meta.url);
const AREA = { name: "internals", subjects: {} };
const WAYS = { "into a lease": "leased", "into memory of its own": "own" };
const [LEASED, OWN] = Object.keys(WAYS);
const SIZES = { "2 KiB": 2048, "20 KiB": 20_480, "170 KiB": 174_080 };
const WARM_UP_MS = 800;
const ROUND_MS = 200;
const MORE_ROUNDS = 5; // servers differ from one moment to the next by more than loops do
const HIT_RATE = 0.99;
const NOISE = 0.98; // what two equal servers differ by here
const REQUESTS = [{ method: "GET", path: "/" }];

export const part = {
  name: "http",
  title: "Pages over HTTP, from leases and from memory of their own",
  notes: [
    "`renderToBytes` with a pool and without, sent by `node:http` to 50 connections; leases are released when the response has been handed to the system. Times are of the wall, per request; the table below says what the server's processor took.",
  ],
  cases: [],

  async measure({ rounds, wants }) {
    const sizes = Object.keys(SIZES).filter((size) => wants(nameOf(size)));
    if (sizes.length === 0) return {};
    const cores = findCores();
    const loader = await startLoader(AREA, cores);
    try {
      const measured = [];
      for (const size of sizes) measured.push(await measureSize(size, rounds * MORE_ROUNDS, loader, cores));
      return {
        cases: measured.map(caseOf),
        verdicts: rounds > 0 ? measured.map(hitVerdict) : [],
        tables: rounds > 0 ? [usageTable(measured)] : [],
      };
    } finally {
      loader.stop();
    }
  },
};

function nameOf(size) {
  return `a page of ${size}`;
}

async function measureSize(size, rounds, loader, cores) {
  const servers = [];
  try {
    for (const [name, way] of Object.entries(WAYS)) servers.push(await start(name, way, size));
    const [a, b] = await Promise.all(servers.map(({ port }) => textFrom(port)));
    if (a !== b) throw new Error(`${size}: the pages differ; nothing is written`);
    for (const { child } of cores === undefined ? [] : servers) pin(child.pid, cores.server);
    for (const { port } of rounds > 0 ? servers : []) await loader.own({ port, ms: WARM_UP_MS, requests: REQUESTS });
    for (const server of servers) server.before = await ask(server, { task: "usage" });
    for (let round = 0; round < rounds; round++) {
      for (const at of orderOf(servers.length, round)) await time(servers[at], loader);
    }
    for (const server of servers) server.after = await ask(server, { task: "usage" });
    return { size, bytes: Buffer.byteLength(a), servers: servers.map(({ child, ...server }) => server) };
  } finally {
    for (const { child } of servers) child.kill();
  }
}

async function start(name, way, size) {
  const child = await startWorker(AREA, name, [], SERVER);
  const server = { name, child, samples: [], cpu: [] };
  const { port } = await ask(server, { task: "listen", way, size: SIZES[size] });
  return { ...server, port };
}

async function time(server, loader) {
  const before = await ask(server, { task: "usage" });
  const { count, ns, total } = await loader.own({ port: server.port, requests: REQUESTS, ms: ROUND_MS });
  const after = await ask(server, { task: "usage" });
  server.samples.push(ns / count);
  server.cpu.push((after.user - before.user + after.system - before.system) / total);
}

function textFrom(port) {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, agent: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("end", () => resolve(Buffer.concat(chunks).toString()));
    }).on("error", reject);
  });
}

function caseOf({ size, bytes, servers }) {
  return {
    name: nameOf(size),
    ours: LEASED,
    subjects: servers.map(({ name, samples }) => ({ name, samples, bytes })),
    targets: [
      { text: `pool over HTTP, ${size}: no loss of throughput (at least ${NOISE})`, peer: OWN, atLeast: NOISE },
    ],
  };
}

function hitVerdict({ size, servers }) {
  const { before, after } = servers.find(({ name }) => name === LEASED);
  const [hits, misses] = [after.hits - before.hits, after.misses - before.misses];
  const rate = hits / (hits + misses);
  const miss = `by ${((HIT_RATE - rate) * 100).toFixed(1)} points`;
  const value = `${(rate * 100).toFixed(2)} % of ${(hits + misses).toLocaleString("en-US")}`;
  return { target: `pool over HTTP, ${size}: 99 % hits after warm-up`, value, met: rate >= HIT_RATE, miss };
}

function usageTable(measured) {
  const rows = measured.flatMap(({ size, servers }) =>
    servers.map(({ name, cpu, after }) => [
      size,
      name,
      medianOf(cpu).toFixed(1),
      after.leases === undefined ? "" : String(after.leases),
    ]),
  );
  return { title: "The server's processor", head: ["Page", "Rendered", "µs per request", "leases left"], rows };
}
