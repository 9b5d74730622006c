import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createClient } from "redis";
import { test } from "vitest";
import { WebSocket } from "ws";
import { nodePlatform } from "../../adapters/node/index.ts";
import { redisDocuments } from "../../adapters/redis/index.ts";
import { createDoc } from "../../lib/crdt/index.ts";
import { createReplica, type Replica } from "../../lib/sync/index.ts";
import type { Channel } from "../../lib/wire/index.ts";
import { freePort } from "../helpers/ports.ts";
import { startRedis } from "../helpers/redis.ts";
import { bundle } from "./bundle.ts";

interface Trace {
  readonly numAgents: number;
  readonly txns: readonly {
    readonly agent: number;
    readonly patches: readonly [at: number, deleted: number, inserted: string][];
  }[];
}

const TRACE = join(import.meta.dirname, "../../bench/data/editing-traces/friendsforever.json.gz");
const EDITS_PER_TURN = 25;
const TURNS = 160;
const KILL_EVERY = 20;

/**
 * What two people typed in an hour, typed again against hubs that are killed one after the other, and a redis that is killed in between: real processes, real kills.
 * Their edits meet other content than when they were recorded, so places are taken within what is there.
 */
test("a recorded session loses nothing, though hubs and redis are killed all along", { timeout: 150_000 }, async () => {
  const { txns } = JSON.parse(gunzipSync(readFileSync(TRACE)).toString()) as Trace; // cast: the recorded form
  const redis = await startRedis("always");
  const prefix = `busbar-test:${process.pid}:killed:`;
  const script = await bundle(join(import.meta.dirname, "child-hub.ts"));
  const ports = [await freePort(), await freePort()];
  const hubs = await Promise.all(ports.map((port) => startHub(script, port, redis.url, prefix)));
  let place = 0;
  const replicas = Array.from({ length: 4 }, (_, index) =>
    createReplica({
      doc: createDoc({ random: nodePlatform.random }),
      name: "doc",
      platform: nodePlatform,
      minRetryMs: 20,
      maxRetryMs: 200,
      connect: () => connect(ports[place++ % 2] ?? 0, `author ${index}`),
    }),
  );
  try {
    await until(() => replicas.every(isSynced));
    for (let turn = 0; turn < TURNS; turn++) {
      for (const { agent, patches } of txns.slice(turn * EDITS_PER_TURN, (turn + 1) * EDITS_PER_TURN)) {
        const text = (replicas[agent] ?? assert.fail()).doc.text("body");
        for (const [at, deleted, inserted] of patches) {
          const from = Math.min(at, text.length);
          if (deleted > 0) text.delete(from, Math.min(deleted, text.length - from));
          if (inserted !== "") text.insert(from, inserted);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (turn % KILL_EVERY !== KILL_EVERY - 1) continue;
      const index = Math.floor(turn / KILL_EVERY) % 3;
      if (index === 2) await redis.crash();
      else {
        hubs[index]?.kill("SIGKILL");
        hubs[index] = await startHub(script, ports[index] ?? 0, redis.url, prefix);
      }
    }
    await until(() => replicas.every(isSynced) && new Set(replicas.map(textOf)).size === 1);
    const client = await createClient({ url: redis.url }).connect();
    const stored = await (await redisDocuments(client, { prefix, unchecked: true })).load("doc");
    const doc = createDoc();
    for (const bytes of [...(stored.snapshot === undefined ? [] : [stored.snapshot]), ...stored.updates])
      doc.apply(bytes);
    for (const replica of replicas) assert.deepEqual(replica.doc.encode(), doc.encode());
    assert.ok(doc.text("body").length > 1000);
    client.destroy();
  } finally {
    for (const replica of replicas) replica.stop();
    for (const hub of hubs) hub.kill("SIGKILL");
    await redis.stop();
  }
});

const isSynced = (replica: Replica): boolean => replica.status.peek() === "synced";
const textOf = (replica: Replica): string => replica.doc.text("body").toString();

async function startHub(script: string, port: number, url: string, prefix: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, String(port), url, prefix], { stdio: ["ignore", "pipe", "inherit"] });
  assert.ok(child.stdout);
  await once(child.stdout, "data");
  return child;
}

async function until(test: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !test(); ) {
    assert.ok(Date.now() < end, "in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function connect(port: number, author: string): Promise<Channel> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/sync?author=${encodeURIComponent(author)}`);
  socket.binaryType = "arraybuffer";
  let ended: number | undefined;
  socket.on("close", (code) => {
    ended = code;
  });
  const channel: Channel = {
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    send(bytes) {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    },
    onMessage(listener) {
      const hear = (data: ArrayBuffer): void => listener(new Uint8Array(data));
      socket.on("message", hear);
      return () => socket.off("message", hear);
    },
    onClose(listener) {
      const hear = (code: number): void => listener(code, "");
      socket.on("close", hear);
      if (ended !== undefined) queueMicrotask(() => hear(ended ?? 1006));
      return () => socket.off("close", hear);
    },
    close: (code) => socket.close(code === 1000 ? 1000 : 4000),
  };
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(channel));
    socket.once("error", reject);
  });
}
