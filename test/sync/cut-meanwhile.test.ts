import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore, type Store } from "../../lib/sync/index.ts";
import { createMemoryBus } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { bindStore, createNetwork, createTestPlatform, type TestPlatform } from "./world.ts";

/** Every call takes its time, before the store does it and after. */
function slow(store: Store, platform: TestPlatform): Store {
  const wait = (): Promise<void> => new Promise((done) => void platform.after(platform.pick(9), done));
  const late =
    <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await wait();
      const result = await call(...args);
      await wait();
      return result;
    };
  const direct = bindStore(store);
  const { load, cut, list, remove, putFile, getFile, listFiles, removeFile } = direct;
  return {
    ...direct, // appends keep their order
    load: late(load),
    cut: late(cut),
    list: late(list),
    remove: late(remove),
    putFile: late(putFile),
    getFile: late(getFile),
    listFiles: late(listFiles),
    removeFile: late(removeFile),
  };
}

async function createScene(seed: number) {
  const platform = createTestPlatform(seed);
  const store = memoryStore();
  const bus = createMemoryBus();
  const errors: unknown[] = [];
  const names = { isGone: false };
  const hubs = [0, 1].map(() =>
    createHub<{ user: string; author: string }>({
      store: slow(store, platform),
      bus,
      platform,
      limits: { compactAfter: 5, idleMs: 40 },
      authorize: () => !names.isGone, // else whoever did not hear of it brings a removed document back, as documented
      onError: (error) => void errors.push(error),
    }),
  );
  const [here = assert.fail(), there = assert.fail()] = hubs;
  const replicas = hubs.map((hub, index) => {
    const network = createNetwork(platform, () => hub);
    const connect = () => network.connect(`user ${index}`);
    return createReplica({ doc: createDoc({ random: platform.random }), name: "doc", platform, connect });
  });
  await platform.advance(500);
  const tokens: string[] = [];
  const write = (who: number): void => {
    const { doc } = replicas[who] ?? assert.fail();
    tokens.push(`${who}.${tokens.length}`);
    doc.list("made").insert(0, tokens.at(-1) ?? "");
    doc.text("body").insert(0, "some words that go");
    doc.text("body").delete(0, 18);
  };
  for (let i = 0; i < 12; i++) write(i % 2);
  await platform.advance(2000);
  return { platform, store, errors, names, here, there, replicas, tokens, write };
}

const made = (doc: Doc): string[] => [...doc.list("made").toArray()].map(String).sort();

function read(bytes: Uint8Array): string[] {
  const doc = createDoc();
  doc.apply(bytes);
  assert.equal(doc.pending().updates, 0);
  return made(doc);
}

/** All that was there before, and nothing that was made later. */
function check(found: readonly string[], before: readonly string[], after: readonly string[]): void {
  assert.equal(new Set(found).size, found.length, "each once");
  for (const token of before) assert.ok(found.includes(token), `${token} was there`);
  for (const token of found) assert.ok(after.includes(token), `${token} came later`);
}

const property = (run: (waitMs: number, seed: number, isSame: boolean) => Promise<void>) =>
  fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.integer(), fc.boolean(), run), { numRuns: runs(25) });

describe("while a document is being cut", () => {
  test("its copies, exports and named versions have all that was there, once, and nothing of later", async () => {
    let cuts = 0;
    await property(async (waitMs, seed, isSame) => {
      const { platform, errors, here, there, replicas, tokens, write } = await createScene(seed);
      const { documents } = isSame ? here : there;
      const cut = here.documents.cut("doc");
      await platform.advance(waitMs);
      const before = [...tokens];
      const done = Promise.all([
        documents.export("doc"),
        documents.copy("doc", "copy").then(() => documents.export("copy")),
        documents.saveVersion("doc", "now").then(() => documents.readVersion("doc", "now")),
      ]);
      for (let i = 0; i < 5; i++) {
        await platform.advance(3);
        write(i % 2);
      }
      const after = [...tokens];
      await platform.advance(2000);
      for (const bytes of await done) check(read(bytes ?? assert.fail()), before, after);
      if (await cut) cuts++;
      await platform.advance(20_000);
      for (const { doc, status } of replicas) {
        assert.equal(status.get(), "synced");
        assert.deepEqual(made(doc), [...tokens].sort());
      }
      assert.deepEqual(
        read(await finished(platform, documents.export("copy"))),
        read((await done)[1]),
        "a copy stays as it is",
      );
      // Versions of before a cut can still be shown, and started from.
      await finished(platform, documents.import("again", (await done)[2] ?? assert.fail()));
      assert.deepEqual(errors, []);
      for (const replica of replicas) replica.stop();
    });
    assert.ok(cuts > 0);
  });

  test("it can be removed, and nothing of it stays or comes back", () =>
    property(async (waitMs, seed, isSame) => {
      const { platform, store, names, here, there, replicas, write } = await createScene(seed);
      const { documents } = isSame ? here : there;
      await finished(platform, documents.saveVersion("doc", "old"));
      const cut = here.documents.cut("doc").catch(() => false);
      if (waitMs > 20) write(0);
      await platform.advance(waitMs);
      names.isGone = true;
      const removed = documents.remove("doc");
      await platform.advance(2000);
      await removed;
      await cut;
      await platform.advance(20_000);
      for (const { error } of replicas) assert.match(error.get()?.code ?? "", /^SYNC_(REMOVED|FORBIDDEN)$/);
      const { snapshot, updates, position } = await store.load("doc");
      assert.deepEqual([snapshot, updates, position], [undefined, [], 0]);
      assert.deepEqual(await store.listFiles("doc"), []);
      assert.deepEqual(await store.list(), []);
      for (const replica of replicas) replica.stop();
    }));
});

async function finished<T>(platform: TestPlatform, work: Promise<T>): Promise<T> {
  await platform.advance(500);
  return work;
}
