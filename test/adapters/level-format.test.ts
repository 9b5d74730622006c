import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ClassicLevel } from "classic-level";
import { describe, test } from "vitest";
import { levelStore } from "../../adapters/level/index.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createDoc, marks, moves, multiMap, tree } from "../../lib/crdt/index.ts";
import { createHub } from "../../lib/sync/index.ts";
import { encodeValue } from "../../lib/wire/index.ts";
import { withFolder } from "../helpers/folder.ts";

/**
 * A folder as release 0.1.0 left it when it was killed, before folders said how they are written: a document that was folded into a snapshot and has a version and a file,
 * one that was cut and edited since, and one that only the journal has.
 */
async function writeOld(folder: string): Promise<void> {
  const text = await readFile(join(import.meta.dirname, "level-folder.json"), "utf8");
  const files = JSON.parse(text) as Record<string, string>; // cast: names, and what they hold in Base64
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), gunzipSync(Buffer.from(bytes, "base64")));
  }
}

const features = [marks({ link: "none" }), moves(), tree(), multiMap()] as const;

/** All that stands in the folder of `writeOld`, read by a hub of this release. */
async function readOld(folder: string): Promise<unknown> {
  const store = await levelStore(folder);
  const hub = createHub({ store, platform: nodePlatform, features });
  const read = async (name: string) => {
    const doc = createDoc({ features });
    doc.apply(await hub.documents.export(name));
    return doc;
  };
  try {
    const names = await hub.documents.list();
    const [cut, late, notes] = await Promise.all([read("cut"), read("late"), read("notes/Größe 1")]);
    const version = createDoc();
    version.apply((await hub.documents.readVersion("notes/Größe 1", "first")) ?? new Uint8Array());
    return {
      names,
      cut: cut.text("body").toString(),
      late: late.text("body").toString(),
      body: notes.text("body").toDelta(),
      meta: notes.map("meta").entries(),
      todo: notes.list("todo").toArray(),
      votes: notes.counter("votes").value,
      tags: notes.set("tags").values(),
      outline: notes.tree("outline").children().length,
      due: notes.multiMap("due").all("day"),
      version: version.text("body").toString(),
      authors: [...((await store.load("notes/Größe 1")).authors?.values() ?? [])],
    };
  } finally {
    await hub.close();
    await store.close();
  }
}

describe("a LevelDB folder", () => {
  test("of the last release is read, again and again", () =>
    withFolder(async (folder) => {
      await writeOld(folder);
      const expected = {
        names: ["cut", "late", "notes/Größe 1"],
        cut: `after ${"x".repeat(200)}`,
        late: "only in the journal",
        body: [{ insert: "0 ", marks: { bold: true } }, { insert: "1 2 3 4 5 6 " }],
        meta: [
          ["k0", 6],
          ["k1", 4],
          ["k2", 5],
        ],
        todo: ["bread", "milk"],
        votes: 3,
        tags: ["new"],
        outline: 1,
        due: ["Monday"],
        version: "0 1 2 3 4 5 6 ",
        authors: ["ada"],
      };
      assert.deepEqual(await readOld(folder), expected);
      assert.deepEqual(await readOld(folder), expected);
    }));

  test("that a later release has written is refused, and left as it is", () =>
    withFolder(async (folder) => {
      await writeOld(folder);
      const before = await readOld(folder);
      const db = new ClassicLevel<string, Uint8Array>(folder, { valueEncoding: "view" });
      const write = async (format: Uint8Array): Promise<void> => {
        await db.open();
        await db.put("v", format);
        await db.close();
      };
      for (const format of [encodeValue(2), encodeValue(9_999), encodeValue("two"), Uint8Array.of(0xc1)]) {
        await write(format);
        for (const durability of ["disk", "process"] as const) {
          await assert.rejects(levelStore({ path: folder, durability }), { code: "SYNC_STORE_FORMAT" });
        }
      }
      await write(encodeValue(1));
      assert.deepEqual(await readOld(folder), before);
    }));
});
