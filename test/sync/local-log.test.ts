import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import { createHub, createReplica, type DocumentLog, memoryStore, type Replica } from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";
import { createTestPlatform, type TestPlatform } from "./world.ts";

interface Scene {
  readonly platform: TestPlatform;
  up: boolean;
  /** A page: a document and its replica over the store of the device. */
  page(store: DocumentLog, doc?: Doc): { readonly doc: Doc; readonly replica: Replica; readonly text: () => string };
}

function createScene(): Scene {
  const platform = createTestPlatform(3);
  const hub = createHub({ store: memoryStore(), platform });
  const scene: Scene = {
    platform,
    up: false,
    page(store, doc = createDoc({ random: platform.random })) {
      const connect = () => {
        if (!scene.up) throw new Error("no network");
        const [near, far] = createChannelPair();
        hub.accept(far, { user: null });
        return near;
      };
      const replica = createReplica({ doc, name: "doc", connect, platform, store });
      return { doc, replica, text: () => doc.text("body").toString() };
    },
  };
  return scene;
}

/** A store that refuses to append while it is full, and counts what it is asked. */
function limited(store: DocumentLog): DocumentLog & { full: boolean; appends: number } {
  const limits = {
    full: false,
    appends: 0,
    load: (name: string) => store.load(name),
    async append(name: string, update: Uint8Array) {
      if (limits.full) throw new CodedError("SYNC_STORE_FULL", "no room");
      limits.appends++;
      return store.append(name, update);
    },
    compact: (name: string, snapshot: Uint8Array, upTo: number) => store.compact(name, snapshot, upTo),
    close: () => store.close(),
  };
  return limits;
}

/** A store that somebody may empty behind whoever writes to it. */
function emptiableStore(): { readonly store: DocumentLog; empty(): void } {
  let inner = memoryStore();
  return {
    store: {
      load: (name) => inner.load(name),
      append: (name, update) => inner.append(name, update),
      compact: (name, snapshot, upTo) => inner.compact(name, snapshot, upTo),
      close: () => inner.close(),
    },
    empty() {
      inner = memoryStore();
    },
  };
}

describe("a replica with a store of its device", () => {
  test("opens offline with what was edited offline, knows what is not acknowledged, and sends it", async () => {
    const scene = createScene();
    const store = memoryStore();
    const first = scene.page(store);
    first.doc.text("body").insert(0, "hello"); // before the store was read
    await scene.platform.advance(10);
    first.doc.text("body").delete(0, 1);
    assert.equal(await first.replica.saved(), true);
    assert.equal(first.replica.stored.get(), "saved");
    first.replica.stop(); // or the page is killed: everything was saved

    const second = scene.page(store);
    await scene.platform.advance(10);
    assert.equal(second.text(), "ello");
    assert.equal(second.replica.unsaved.get(), 6);
    assert.equal(second.replica.status.get(), "offline");
    second.doc.text("body").insert(0, "J");
    assert.equal(second.replica.unsaved.get(), 7);
    scene.up = true;
    await scene.platform.advance(60_000);
    assert.deepEqual([second.replica.status.get(), second.replica.unsaved.get()], ["synced", 0]);
    second.replica.stop();

    scene.up = false;
    const third = scene.page(store);
    await scene.platform.advance(10);
    assert.deepEqual([third.text(), third.replica.unsaved.get()], ["Jello", 0]);
    const elsewhere = scene.page(memoryStore());
    scene.up = true;
    await scene.platform.advance(60_000);
    assert.equal(elsewhere.text(), "Jello");
  });

  test("keeps what others wrote, too", async () => {
    const scene = createScene();
    scene.up = true;
    const store = memoryStore();
    const [here, there] = [scene.page(store), scene.page(memoryStore())];
    await scene.platform.advance(10);
    there.doc.text("body").insert(0, "theirs");
    await scene.platform.advance(500);
    await here.replica.saved();
    here.replica.stop();
    scene.up = false;
    const again = scene.page(store);
    await scene.platform.advance(10);
    assert.deepEqual([again.text(), again.replica.unsaved.get()], ["theirs", 0]);
  });

  test("reports a full store, loses nothing of it, and writes it once there is room", async () => {
    const scene = createScene();
    const inner = memoryStore();
    const store = limited(inner);
    const page = scene.page(store);
    await scene.platform.advance(10);
    store.full = true;
    page.doc.text("body").insert(0, "kept");
    assert.equal(await page.replica.saved(), false);
    assert.equal(page.replica.stored.get(), "failed");
    assert.equal((page.replica.storeError.get() as CodedError).code, "SYNC_STORE_FULL");
    page.doc.text("body").insert(4, "!");
    store.full = false;
    await scene.platform.advance(120_000);
    assert.equal(page.replica.stored.get(), "saved");
    assert.equal(page.replica.storeError.get(), undefined);
    page.replica.stop();
    const again = scene.page(inner);
    await scene.platform.advance(10);
    assert.equal(again.text(), "kept!");
  });

  test("takes edits that were made before it had a replica, once", async () => {
    const scene = createScene();
    const store = limited(memoryStore());
    const doc = createDoc({ random: scene.platform.random });
    doc.text("body").insert(0, "early");
    const page = scene.page(store, doc);
    assert.equal(page.replica.unsaved.get(), 5);
    await scene.platform.advance(10);
    await page.replica.saved();
    page.replica.stop();
    const before = store.appends;
    const again = scene.page(store, doc);
    await scene.platform.advance(10);
    again.replica.stop();
    assert.equal(store.appends, before);
    const fresh = scene.page(store);
    await scene.platform.advance(10);
    assert.equal(fresh.text(), "early");
    assert.equal(store.appends, before); // opening writes nothing
  });

  test("rewrites a long log as one snapshot that holds what other tabs wrote to it", async () => {
    const scene = createScene();
    const store = memoryStore();
    const [one, two] = [scene.page(store), scene.page(store)]; // without a word between them
    await scene.platform.advance(10);
    for (let i = 0; i < 1250; i++) {
      for (const page of [one, two]) page.doc.text("body").insert(0, "x");
      await scene.platform.advance(1);
    }
    await Promise.all([one.replica.saved(), two.replica.saved()]);
    const { updates, snapshot } = await store.load("doc");
    assert.ok(snapshot !== undefined && updates.length < 1250, `${updates.length} entries`);
    const again = scene.page(store);
    await scene.platform.advance(10);
    assert.equal(again.text().length, 2500);
    assert.equal(again.replica.unsaved.get(), 2500);
  });

  test("rewrites a long log though entries wait for what is not there, and keeps those", async () => {
    const scene = createScene();
    const store = memoryStore();
    const other = createDoc({ random: scene.platform.random });
    const made: Uint8Array[] = [];
    other.onUpdate((update) => made.push(update.slice()));
    for (const char of "abc") other.text("body").insert(other.text("body").length, char);
    const [first, ...later] = made;
    for (const update of later) await store.append("doc", update);
    const page = scene.page(store);
    await scene.platform.advance(10);
    for (let i = 0; i < 2100; i++) page.doc.text("body").insert(0, "x");
    await page.replica.saved();
    page.doc.text("body").insert(0, "x");
    await page.replica.saved();
    const { updates, snapshot } = await store.load("doc");
    assert.ok(snapshot !== undefined && updates.length < 2100 + later.length, `${updates.length} entries`);
    page.replica.stop();
    await store.append("doc", first ?? assert.fail());
    const again = scene.page(store);
    await scene.platform.advance(10);
    assert.equal([...again.text()].sort().join(""), `abc${"x".repeat(2101)}`);
    assert.equal(again.doc.pending().updates, 0);
  });

  test("puts everything back when somebody has emptied the store", async () => {
    const scene = createScene();
    const { store, empty } = emptiableStore();
    const page = scene.page(store);
    await scene.platform.advance(10);
    for (const letter of "abc") {
      page.doc.text("body").insert(page.doc.text("body").length, letter);
      await page.replica.saved();
    }
    empty();
    page.doc.text("body").insert(3, "d");
    await page.replica.saved();
    page.replica.stop();
    const again = scene.page(store);
    await scene.platform.advance(10);
    assert.deepEqual([again.text(), again.replica.unsaved.get()], ["abcd", 4]);
  });

  test("puts everything back too when somebody has emptied the store and much is written at once", async () => {
    const scene = createScene();
    const { store, empty } = emptiableStore();
    const page = scene.page(store);
    await scene.platform.advance(10);
    page.doc.text("body").insert(0, "a");
    await page.replica.saved();
    empty();
    for (const letter of "bcdef") page.doc.text("body").insert(page.doc.text("body").length, letter);
    await page.replica.saved();
    page.replica.stop();
    const again = scene.page(store);
    await scene.platform.advance(10);
    assert.deepEqual([again.text(), again.replica.unsaved.get()], ["abcdef", 6]);
  });

  test("reads what could not be read without waiting for an edit, and sends what the hub has not", async () => {
    const scene = createScene();
    const store = memoryStore();
    const first = scene.page(store);
    first.doc.text("body").insert(0, "made offline");
    await first.replica.saved();
    first.replica.stop();

    scene.up = true;
    let fails = true;
    const second = scene.page({
      load: (name) => (fails ? Promise.reject(new Error("not now")) : store.load(name)),
      append: (name, update) => store.append(name, update),
      compact: (name, snapshot, upTo) => store.compact(name, snapshot, upTo),
      close: () => store.close(),
    });
    await scene.platform.advance(500);
    assert.deepEqual([second.replica.stored.get(), second.replica.status.get()], ["failed", "synced"]);
    fails = false;
    await scene.platform.advance(60_000);
    assert.deepEqual([second.replica.stored.get(), second.replica.storeError.get()], ["saved", undefined]);
    assert.deepEqual(
      [second.text(), second.replica.status.get(), second.replica.unsaved.get()],
      ["made offline", "synced", 0],
    );
    const other = scene.page(memoryStore());
    await scene.platform.advance(1000);
    assert.equal(other.text(), "made offline");
  });

  test("counts what reached the hub through another page of this device as acknowledged", async () => {
    const scene = createScene();
    const store = memoryStore();
    const first = scene.page(store);
    first.doc.text("body").insert(0, "a");
    await first.replica.saved();
    const second = scene.page(store);
    scene.up = true;
    await scene.platform.advance(60_000);
    first.doc.text("body").insert(1, "b");
    await scene.platform.advance(1000);
    assert.equal(second.text(), "ab");
    assert.deepEqual([first.replica.unsaved.get(), second.replica.unsaved.get()], [0, 0]);
  });

  test("reads past an entry that is damaged, and works on when the store cannot be read", async () => {
    const scene = createScene();
    const reports: unknown[] = [];
    const platform = { ...scene.platform, report: (error: unknown) => reports.push(error) };
    const store = memoryStore();
    await store.append("doc", Uint8Array.of(1, 2, 3));
    const doc = createDoc({ random: platform.random });
    const other = createDoc({ random: platform.random });
    other.text("body").insert(0, "fine");
    await store.append("doc", other.encode());
    const options = { name: "doc", connect: () => Promise.reject(new Error("no network")), platform };
    const replica = createReplica({ ...options, doc, store });
    await scene.platform.advance(10);
    assert.equal(doc.text("body").toString(), "fine");
    assert.equal(reports.length, 1);
    replica.stop();

    const broken: DocumentLog = { ...memoryStore(), load: () => Promise.reject(new Error("gone")) };
    const alone = createReplica({ ...options, doc: createDoc({ random: platform.random }), store: broken });
    await scene.platform.advance(10);
    assert.equal(alone.stored.get(), "failed");
    alone.doc.text("body").insert(0, "x");
    assert.equal(alone.doc.text("body").toString(), "x");
    alone.stop();
  });
});
