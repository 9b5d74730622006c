import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createDoc, epochOf, updateRanges } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore, type Store } from "../../lib/sync/index.ts";
import { type Bus, createMemoryBus } from "../../lib/wire/index.ts";
import { bindStore, createNetwork, createTestPlatform } from "./world.ts";

/** A hub and whoever joins it, by the name of a document. */
function createWorld(store: Store = memoryStore(), withBus = false) {
  const platform = createTestPlatform(7);
  const errors: unknown[] = [];
  const bus = withBus ? { bus: createMemoryBus() } : {};
  const hub = createHub({ store, platform, ...bus, onError: (error) => void errors.push(error) });
  const network = createNetwork(platform, () => hub);
  const join = async (user: string, name = "doc") => {
    const doc = createDoc({ random: platform.random });
    const replica = createReplica({ doc, name, platform, connect: () => network.connect(user) });
    await platform.advance(500);
    return { doc, replica, text: () => doc.text("body").toString() };
  };
  /** Nobody is connected for a moment. */
  const blink = async () => {
    network.cutAll();
    await platform.advance(20_000);
  };
  /** Lets the clock run until it is done. */
  const run = async <T>(work: Promise<T>): Promise<T> => {
    await platform.advance(1000);
    return work;
  };
  return { platform, errors, hub, store, join, blink, run };
}

describe("what an operator does to documents that were cut", () => {
  test.each(["copy", "import"])(
    "%s: who edits the new one comes back to it, and nothing becomes a fork",
    async (way) => {
      const { hub, join, blink, run } = createWorld();
      const ada = await join("ada");
      ada.doc.text("body").insert(0, "Hello wide world");
      ada.doc.text("body").delete(5, 5);
      assert.equal(await run(hub.documents.cut("doc")), true);
      if (way === "copy") await run(hub.documents.copy("doc", "other"));
      else await run(hub.documents.import("other", await run(hub.documents.export("doc"))));
      const bob = await join("bob", "other");
      assert.equal(bob.text(), "Hello world");
      bob.doc.text("body").insert(0, "> ");
      await blink();
      assert.equal(bob.replica.status.peek(), "synced");
      assert.deepEqual(bob.replica.rebased.peek(), []);
      bob.doc.text("body").delete(0, 2);
      assert.equal(await run(hub.documents.cut("other")), true);
      assert.equal(bob.text(), "Hello world");
      assert.equal(epochOf(bob.doc.version()), 2);
      const late = await join("late", "other");
      assert.equal(late.text(), "Hello world");
    },
  );
});

describe("what an operator does while others are at it", () => {
  test.each([
    ["alone", false],
    ["over a bus", true],
  ])("import: who has the document open, empty, is shown it (%s)", async (_where, withBus) => {
    const { hub, join, run, platform } = createWorld(memoryStore(), withBus);
    const ada = await join("ada");
    const other = createDoc({ replicaId: 5 });
    other.text("body").insert(0, "imported");
    await run(hub.documents.import("doc", other.encode()));
    assert.equal(ada.text(), "imported");
    ada.doc.text("body").insert(0, "> ");
    await platform.advance(1000);
    assert.equal(ada.replica.status.peek(), "synced");
    assert.equal((await join("bob")).text(), "> imported");
  });

  test("import: of two at once one begins the document, and the other is told that there is one", async () => {
    const { hub, join, run } = createWorld();
    const bytes = ["one", "two"].map((content, index) => {
      const doc = createDoc({ replicaId: index + 1 });
      doc.text("body").insert(0, content);
      return doc.encode();
    });
    const results = await run(Promise.allSettled(bytes.map((each) => hub.documents.import("doc", each))));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected"],
    );
    assert.equal((await join("ada")).text(), "one");
  });

  test("remove: what was about to be opened does not stay in memory", async () => {
    const durable = memoryStore();
    const platform = createTestPlatform(3);
    const late: Store = {
      ...bindStore(durable),
      load: async (...args) => {
        const stored = await durable.load(...args);
        await new Promise<void>((done) => platform.after(500, done));
        return stored;
      },
    };
    const before = createDoc({ replicaId: 5 });
    before.text("body").insert(0, "removed");
    await durable.append("doc", before.encode(), { ranges: updateRanges(before.encode()) });
    const hub = createHub({ store: late, platform });
    const opened = hub.open("doc");
    const removed = hub.documents.remove("doc");
    await platform.advance(5000);
    await Promise.all([opened, removed]);
    const again = hub.open("doc");
    await platform.advance(1000);
    assert.equal((await again).doc.text("body").toString(), "");
    assert.equal((await durable.load("doc")).position, 0);
  });

  test("files: many added at once stay within what a document may have", async () => {
    const platform = { ...nodePlatform, ...createTestPlatform(1) };
    const limits = { maxFilesBytes: 100, maxFileBytes: 50 };
    const hub = createHub({ store: memoryStore(), platform, limits });
    const add = (_: unknown, index: number) => hub.documents.addFile("doc", new Uint8Array(50).fill(index));
    const results = await Promise.allSettled(Array.from({ length: 20 }, add));
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 2);
    assert.equal((await hub.documents.listFiles("doc")).length, 2);
  });
});

describe("a bus that throws", () => {
  test("is reported, and takes no part in whether an edit is stored", async () => {
    const platform = createTestPlatform(1);
    const errors: unknown[] = [];
    const bus: Bus = {
      publish: () => {
        throw new Error("the line is down");
      },
      subscribe: () => () => undefined,
    };
    const hub = createHub({ store: memoryStore(), platform, bus, onError: (error) => errors.push(error) });
    const network = createNetwork(platform, () => hub);
    const doc = createDoc({ random: platform.random });
    const replica = createReplica({ doc, name: "doc", platform, connect: () => network.connect("ada") });
    await platform.advance(100);
    doc.text("body").insert(0, "kept");
    await platform.advance(100);
    assert.equal(replica.status.peek(), "synced");
    assert.equal(hub.stats().storeFailures, 0);
    assert.ok(errors.length > 0);
  });
});

describe("a store that fails", () => {
  test("while a document is cut before it leaves memory: it leaves all the same", async () => {
    const store: Store = { ...bindStore(memoryStore()), cut: () => Promise.reject(new Error("the store is down")) };
    const { hub, join, platform, errors } = createWorld(store);
    const ada = await join("ada");
    ada.doc.text("body").insert(0, "x".repeat(20_000));
    ada.doc.text("body").delete(0, 15_000);
    await platform.advance(1000);
    ada.replica.stop();
    await platform.advance(120_000);
    assert.equal(hub.stats().documents, 0);
    assert.equal(errors.length, 1);
  });

  test("to take what a deletion builds on, and takes that: it is there when its author has sent both again, though the log was rewritten meanwhile", async () => {
    const store = memoryStore();
    const platform = createTestPlatform(9);
    const hub = createHub({ store, platform, limits: { compactAfter: 5 } });
    const network = createNetwork(platform, () => hub);
    const ada = createDoc({ random: platform.random });
    const made: Uint8Array[] = [];
    ada.onUpdate((update) => void made.push(update));
    for (const edit of ["a", "x"]) ada.text("body").insert(0, edit);
    ada.text("body").delete(0, 1);
    const [first, lost, deletion] = made.map((update) => () => {
      const ranges = updateRanges(update);
      return store.append("doc", update, { ranges, author: "ada", epoch: 0 });
    });
    await first?.();
    await deletion?.();
    const bob = createDoc({ random: platform.random });
    const replica = createReplica({ doc: bob, name: "doc", platform, connect: () => network.connect("bob") });
    for (let i = 0; i < 12; i++) {
      await platform.advance(500);
      bob.text("body").insert(0, "b");
    }
    await platform.advance(500);
    replica.stop();
    await platform.advance(120_000);
    assert.equal(hub.stats().documents, 0);
    await lost?.();
    await deletion?.(); // the store believes that it has it
    const { snapshot, updates } = await store.load("doc");
    const stored = createDoc();
    for (const bytes of [snapshot, ...updates]) if (bytes !== undefined) stored.apply(bytes);
    assert.equal(stored.text("body").toString(), `${"b".repeat(12)}a`);
  });

  test("by being set back, while hubs hear of it: clients come back and bring what it lost", async () => {
    let store = memoryStore();
    const backup = memoryStore();
    const view: Store = {
      ...bindStore(store),
      load: (...args) => store.load(...args),
      append: (...args) => store.append(...args),
    };
    const { hub, join, platform } = createWorld(view, true);
    const ada = await join("ada");
    for (let i = 0; i < 3; i++) {
      ada.doc.text("body").insert(i, `${i}`);
      await platform.advance(100);
    }
    const [first = assert.fail()] = (await store.load("doc")).updates;
    await backup.append("doc", first, { ranges: updateRanges(first), author: "ada", epoch: 0 });
    store = backup;
    await platform.advance(60_000);
    assert.equal(ada.replica.status.peek(), "synced");
    assert.equal((await join("bob")).text(), "012");
    assert.equal(ada.text(), "012");
    assert.ok(hub.stats().storeSetBacks > 0);
  });
});
