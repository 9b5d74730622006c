import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, epochOf, updateRanges } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore, type Store } from "../../lib/sync/index.ts";
import { createMemoryBus } from "../../lib/wire/index.ts";
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
