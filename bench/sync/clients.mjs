// The process of the clients. Started with the kind of server; every task answers with its figures.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { traceNamed } from "../crdt/traces.mjs";
import { quantile } from "../measure.mjs";
import { drivers } from "./drivers.mjs";

const [kind] = process.argv.slice(2);
const driver = await drivers[kind]();
const PATIENCE_MS = 60_000;
const open = [];

const tasks = {
  /** Stores a document that is B4's size, made by its edits. */
  async fill({ port, names, kept }) {
    const file = join(kept, kind);
    if (!existsSync(file)) writeFileSync(file, driver.make(trace())); // the same in every round, and seconds to make
    const fill = new Uint8Array(readFileSync(file));
    for (const name of names) {
      const client = driver.connect(port, name, { fill });
      await client.synced;
      await sleep(200);
      const witness = driver.connect(port, name);
      await waitFor(() => witness.length() === client.length());
      client.close();
      witness.close();
    }
    return { bytes: fill.length };
  },

  /** From the connection to the whole text in hand, one after the other. */
  async join({ port, name, times }) {
    const expected = trace().endContent;
    const ms = [];
    for (let i = 0; i < times; i++) {
      const from = performance.now();
      const client = driver.connect(port, name);
      await waitFor(() => client.length() === expected.length);
      ms.push(performance.now() - from);
      if (client.text() !== expected) throw new Error("another text than was stored");
      client.close();
      await sleep(20);
    }
    return { ms: quantile(ms, 0.5) };
  },

  async connect({ port, name, count }) {
    const fresh = Array.from({ length: count }, () => driver.connect(port, name));
    open.push(...fresh);
    await Promise.all(fresh.map((client) => client.synced));
    return { open: open.length };
  },

  /** A client for each of so many documents. */
  async connectEach({ port, prefix, count }) {
    const fresh = Array.from({ length: count }, (_, index) => driver.connect(port, `${prefix}-${index}`));
    open.push(...fresh);
    await Promise.all(fresh.map((client) => client.synced));
    return { open: open.length };
  },

  /** Each writes alone, so many edits a second together. */
  async editEach({ perSecond, ms }) {
    const from = performance.now();
    let edits = 0;
    while (performance.now() - from < ms) {
      const due = Math.floor(((performance.now() - from) * perSecond) / 1000);
      for (; edits < due; edits++) {
        const client = open[edits % open.length];
        client.insert(client.length(), "x");
      }
      await sleep(1);
    }
    await sleep(200);
    return { edits };
  },

  /** Sockets that say nothing. */
  async sockets({ port, count }) {
    for (let i = 0; i < count; i++) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
      await new Promise((opened) => socket.once("open", opened));
      open.push({ close: () => socket.close() });
    }
    return { open: open.length };
  },

  /** One edit at a time: from the edit until all others have it. */
  async edits({ times }) {
    const [writer, ...readers] = open;
    const ms = [];
    for (let i = 0; i < times; i++) {
      const wanted = writer.length() + 1;
      const from = performance.now();
      writer.insert(writer.length(), "x");
      await waitFor(() => readers.every((reader) => reader.length() === wanted));
      ms.push(performance.now() - from);
    }
    return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) };
  },

  /** `writers` clients write so many edits a second together; a letter's delay is taken at every reader. */
  async load({ writers, perSecond, ms }) {
    const seen = open.map((client) => client.length());
    const begin = seen[0];
    const written = [];
    const delays = [];
    let deliveries = 0;
    open.forEach((client, index) => {
      client.onChange(() => {
        const now = performance.now();
        const length = client.length();
        for (let at = seen[index]; at < length; at++) {
          deliveries++;
          // The n-th letter to arrive stands for the n-th written: order among writers is no matter here.
          const sent = written[at - begin];
          if (sent !== undefined && (deliveries & 15) === 0) delays.push(now - sent);
        }
        seen[index] = length;
      });
    });
    const from = performance.now();
    const cpu = process.cpuUsage();
    let due = 0;
    while (performance.now() - from < ms) {
      const wanted = Math.floor(((performance.now() - from) * perSecond) / 1000);
      for (; due < wanted; due++) {
        const writer = open[due % writers];
        written.push(performance.now());
        writer.insert(0, "y");
      }
      await sleep(1);
    }
    await waitFor(() => open.every((client) => client.length() === begin + written.length));
    const { user, system } = process.cpuUsage(cpu);
    return {
      edits: written.length,
      deliveries,
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
      wallMs: performance.now() - from,
      cpuMs: (user + system) / 1000,
    };
  },

  async close() {
    for (const client of open.splice(0)) client.close();
    await sleep(300);
    return {};
  },
};

let known;
function trace() {
  known ??= traceNamed("automerge-paper");
  return known;
}

async function waitFor(test) {
  const end = performance.now() + PATIENCE_MS;
  while (!test()) {
    if (performance.now() > end) throw new Error("waited too long");
    await new Promise(setImmediate);
  }
}

process.on("message", async ({ task, ...given }) => {
  try {
    process.send(await tasks[task](given));
  } catch (error) {
    process.send({ error: `${kind}, ${task}: ${error.message}` });
  }
});
process.on("disconnect", () => process.exit());
process.send({});
