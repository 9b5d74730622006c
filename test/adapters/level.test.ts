import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { levelStore } from "../../adapters/level/index.ts";
import { bundle } from "../sync/bundle.ts";
import { storeSuite } from "../sync/store-suite.ts";

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "busbar-level-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("levelStore", () => {
  storeSuite((run) => withFolder((folder) => run({ open: () => levelStore(join(folder, "db")), lasting: true })));

  test("takes the folder as an option as well, and creates the folders above it", () =>
    withFolder(async (folder) => {
      const path = join(folder, "deep", "er", "db");
      const store = await levelStore({ path });
      await store.append("a", Uint8Array.of(1));
      await store.close();
      const again = await levelStore(path);
      assert.equal((await again.load("a")).updates.length, 1);
      await again.close();
    }));

  test("a second store in the same folder is refused, and the first goes on", () =>
    withFolder(async (folder) => {
      const store = await levelStore(folder);
      await expect(levelStore(folder)).rejects.toMatchObject({
        code: "SYNC_STORE_IN_USE",
        message: `${folder} is already open`,
      });
      assert.equal(await store.append("a", Uint8Array.of(1)), 1);
      await store.close();
      await (await levelStore(folder)).close();
    }));

  test("a folder that cannot be made says so in one line that names it", () =>
    withFolder(async (folder) => {
      const file = join(folder, "file");
      await writeFile(file, "not a folder");
      for (const path of [file, join(file, "below"), "/proc/busbar"]) {
        const error = await levelStore(path).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(error).toMatchObject({ code: "SYNC_STORE_UNAVAILABLE" });
        assert.ok(
          error instanceof Error && error.message.includes(path) && !error.message.includes("\n"),
          String(error),
        );
      }
    }));

  test("positions stay right when more documents are in use than the store remembers", () =>
    withFolder(async (folder) => {
      const store = await levelStore(folder);
      const names = Array.from({ length: 5000 }, (_, index) => `doc ${index}`);
      assert.ok((await Promise.all(names.map((name) => store.append(name, Uint8Array.of(1))))).every((at) => at === 1));
      assert.ok((await Promise.all(names.map((name) => store.append(name, Uint8Array.of(2))))).every((at) => at === 2));
      assert.deepEqual(
        (await store.load("doc 0")).updates.map((update) => [...update]),
        [[1], [2]],
      );
      await store.close();
    }));
});

describe("a process killed while it writes", () => {
  test("has lost nothing it acknowledged, in any of several lives", { timeout: 60_000 }, () =>
    withFolder(async (folder) => {
      const script = await bundle(join(import.meta.dirname, "../sync/child-writer.ts"));
      const acknowledged = new Map<string, number>();
      for (let life = 0; life < 6; life++) {
        const killAfter = 20 + life * 35;
        await writeUntilKilled(script, join(folder, "db"), killAfter, acknowledged);
        const store = await levelStore(join(folder, "db"));
        for (const [name, position] of acknowledged) await checkDocument(store, name, position);
        await store.close();
      }
      assert.ok(acknowledged.size > 0);
    }),
  );
});

/** Runs the writer, kills it for real after so many acknowledgements, and notes the last position of each document. */
async function writeUntilKilled(
  script: string,
  folder: string,
  acks: number,
  last: Map<string, number>,
): Promise<void> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let heard = 0;
  let rest = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [name = "", position = ""] = line.split(" ");
      last.set(name, Math.max(last.get(name) ?? 0, Number(position)));
      if (++heard === acks) child.kill("SIGKILL");
    }
  });
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGKILL");
}

// The writer's update at position n is the number n; its snapshot up to n is all numbers up to n.
async function checkDocument(
  store: Awaited<ReturnType<typeof levelStore>>,
  name: string,
  acknowledged: number,
): Promise<void> {
  const { snapshot, updates } = await store.load(name);
  const numbers = [...(snapshot === undefined ? [] : toNumbers(snapshot)), ...updates.flatMap(toNumbers)];
  assert.ok(numbers.length >= acknowledged, `${name}: ${acknowledged} acknowledged, ${numbers.length} found`);
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
}

function toNumbers(bytes: Uint8Array): number[] {
  return [...new Uint32Array(bytes.slice().buffer)];
}
