import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, test } from "vitest";
import { levelStore } from "../../adapters/level/index.ts";
import { bundle } from "../sync/bundle.ts";

/** Above this a file of the process takes nothing more: of a write it takes what fits, as a full disk does. */
const FULL_BYTES = 100_000;

let script: string;
beforeAll(async () => {
  script = await bundle(join(import.meta.dirname, "child-full-disk.ts"));
});

describe.each(["disk", "process"] as const)("a disk that is full for a while, with durability %s", (durability) => {
  test("costs nothing that was acknowledged, before or behind that, though the process is killed then", async () => {
    const path = await mkdtemp(join(tmpdir(), "busbar-full-"));
    const child = spawn(process.execPath, [script, path, durability], { stdio: ["ignore", "pipe", "inherit"] });
    const limit = (soft: string): void => {
      execFileSync("prlimit", [`--pid=${child.pid}`, `--fsize=${soft}:unlimited`]);
    };
    let acknowledged = 0;
    let wasFull = false;
    try {
      for await (const line of createInterface(child.stdout)) {
        if (line === "open") limit(String(FULL_BYTES));
        else if (line === "full") {
          wasFull = true;
          setTimeout(limit, 100, "unlimited"); // it is refused a few times
        } else if (line === "enough") break;
        else acknowledged = Number(line);
      }
      child.kill("SIGKILL");
      await once(child, "close");
      assert.ok(wasFull);
      const store = await levelStore(path);
      const { updates } = await store.load("doc");
      await store.close();
      assert.deepEqual(
        updates.map(([low = 0, high = 0]) => low + high * 256).slice(0, acknowledged),
        Array.from({ length: acknowledged }, (_, index) => index + 1),
      );
    } finally {
      child.kill("SIGKILL");
      await rm(path, { recursive: true, force: true });
    }
  });
});
