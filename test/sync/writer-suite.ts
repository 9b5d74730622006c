import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Store } from "../../lib/sync/index.ts";
import { bundle } from "./bundle.ts";

/** Processes that write until they are killed, and what they had acknowledged by then. */
export interface KilledWriters {
  /** Runs `count` writers at once, and kills each for real after so many acknowledgements. */
  live(count: number, acks: number, args: readonly string[]): Promise<void>;
  /** Nothing acknowledged is gone, nothing stands twice. */
  check(store: Store): Promise<void>;
}

/** @param kind - The store they write to, and its arguments after the index of the writer: see child-writer.ts. */
export async function createKilledWriters(kind: "level" | "redis" | "postgres"): Promise<KilledWriters> {
  const script = await bundle(join(import.meta.dirname, "child-writer.ts"));
  const last = new Map<string, number>();
  return {
    async live(count, acks, args) {
      const children = Array.from({ length: count }, (_, index) =>
        live(script, [kind, String(index), ...args], acks, last),
      );
      await Promise.all(children);
    },
    async check(store) {
      assert.ok(last.size > 0);
      for (const [key, number] of last) await checkReplica(store, key, number);
    },
  };
}

async function live(script: string, args: readonly string[], acks: number, last: Map<string, number>): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let heard = 0;
  let rest = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [key = "", number = ""] = line.split(" ");
      last.set(key, Math.max(last.get(key) ?? 0, Number(number)));
      if (++heard === acks) child.kill("SIGKILL");
    }
  });
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGKILL");
}

/** `key` is document/replica. Its numbers stand in the snapshot, which lists all of them, and in the log behind it. */
async function checkReplica(store: Store, key: string, acknowledged: number): Promise<void> {
  const [name = "", replica = ""] = key.split("/");
  const { snapshot, updates } = await store.load(name);
  const found = [...(snapshot === undefined ? [] : entriesOf(snapshot)), ...updates.flatMap(entriesOf)]
    .filter(([by]) => by === Number(replica))
    .map(([, number]) => number);
  assert.ok(found.length >= acknowledged, `${key}: ${acknowledged} acknowledged, ${found.length} found`);
  assert.deepEqual(
    found,
    found.map((_, index) => index + 1),
    key,
  );
}

function entriesOf(bytes: Uint8Array): [replica: number, number: number][] {
  const numbers = new Uint32Array(bytes.slice().buffer);
  return Array.from({ length: numbers.length / 2 }, (_, index) => [
    numbers[index * 2] ?? 0,
    numbers[index * 2 + 1] ?? 0,
  ]);
}
