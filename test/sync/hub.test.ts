import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { effect } from "../../lib/signals/index.ts";
import {
  createHub,
  createReplica,
  type Hub,
  type HubLimits,
  memoryStore,
  type Replica,
  type Store,
} from "../../lib/sync/index.ts";
import {
  type Channel,
  createChannelPair,
  createMemoryBus,
  decodeSyncFrame,
  type SyncFrame,
} from "../../lib/wire/index.ts";
import { bindStore, createSlowStore, createTestPlatform, openIn, settle, type TestPlatform } from "./world.ts";

interface Scene {
  readonly platform: TestPlatform;
  readonly store: Store;
  readonly hub: Hub;
  readonly reported: unknown[];
  replica(name?: string, wrap?: (channel: Channel) => Channel): Replica;
}

function createScene(limits: HubLimits = {}, store: Store = memoryStore(), platform = createTestPlatform(5)): Scene {
  const reported: unknown[] = [];
  const hub = createHub({ store, platform, limits, onError: (error) => reported.push(error) });
  return {
    platform,
    store,
    hub,
    reported,
    replica: (name = "doc", wrap = (channel) => channel) =>
      createReplica({
        doc: createDoc({ random: platform.random }),
        name,
        platform,
        connect() {
          const [near, far] = createChannelPair();
          hub.accept(wrap(far), { user: null });
          return near;
        },
      }),
  };
}

const textOf = (replica: Replica): string => replica.doc.text("body").toString();

describe("a hub", () => {
  test("drops a document nobody uses from memory, and loads all of it again", async () => {
    const scene = createScene({ idleMs: 1000 });
    const first = scene.replica();
    await settle();
    first.doc.text("body").insert(0, "kept");
    await settle();
    first.stop();
    await scene.platform.advance(900);
    assert.equal(scene.hub.stats().documents, 1);
    await scene.platform.advance(200);
    assert.deepEqual(openIn(scene.hub), { connections: 0, documents: 0 });
    const second = scene.replica();
    await settle();
    assert.equal(textOf(second), "kept");
  });

  test("keeps a document that is opened again in time, and drops it after the last user", async () => {
    const scene = createScene({ idleMs: 1000 });
    const first = scene.replica();
    await settle();
    first.stop();
    await scene.platform.advance(900);
    const second = scene.replica();
    await scene.platform.advance(5000);
    assert.equal(scene.hub.stats().documents, 1);
    second.stop();
    await scene.platform.advance(1100);
    assert.equal(scene.hub.stats().documents, 0);
  });

  test("rewrites a long log as one snapshot, again and again", async () => {
    const scene = createScene({ compactAfter: 10 });
    const replica = scene.replica();
    await settle();
    for (let i = 0; i < 57; i++) {
      replica.doc.text("body").insert(i, "x");
      await settle();
    }
    const stored = await scene.store.load("doc");
    assert.ok(stored.snapshot !== undefined && stored.updates.length < 10);
    const next = createScene({}, scene.store).replica();
    await settle();
    assert.equal(textOf(next), "x".repeat(57));
  });

  test("serves several documents at once, apart from each other", async () => {
    const scene = createScene();
    const names = ["a", "b", "a/b"];
    const writers = names.map((name) => scene.replica(name));
    await settle();
    for (const writer of writers) writer.doc.text("body").insert(0, writer.name);
    const readers = names.map((name) => scene.replica(name));
    await settle();
    assert.deepEqual(readers.map(textOf), names);
    assert.deepEqual(openIn(scene.hub), { connections: 6, documents: 3 });
  });

  test("brings edits of the server itself to everyone, and stores them", async () => {
    const scene = createScene();
    const replica = scene.replica();
    await settle();
    const handle = await scene.hub.open("doc");
    handle.doc.text("body").insert(0, "from the server");
    await handle.saved();
    await settle();
    assert.equal(textOf(replica), "from the server");
    replica.doc.text("body").insert(0, "and ");
    await settle();
    assert.equal(handle.doc.text("body").toString(), "and from the server");
    handle.release();
    handle.release();
    const next = createScene({}, scene.store).replica();
    await settle();
    assert.equal(textOf(next), "and from the server");
  });

  test("carries documents and updates far longer than one message", async () => {
    const scene = createScene({ maxMessageBytes: 4096 });
    const large = Array.from({ length: 60_000 }, (_, index) => `${index} `).join("");
    const writer = scene.replica();
    const messages: number[] = [];
    await settle();
    writer.doc.text("body").insert(0, large);
    const reader = scene.replica("doc", (channel) => ({
      ...channel,
      queuedBytes: 0,
      send(bytes) {
        messages.push(bytes.length);
        channel.send(bytes);
      },
    }));
    await settle();
    assert.equal(writer.status.get(), "synced");
    assert.equal(textOf(reader), large);
    assert.ok(messages.every((length) => length < 256 * 1024));
    reader.doc.text("body").delete(0, 10);
    await settle();
    assert.equal(textOf(writer), large.slice(10));
  });

  test("gathers updates for a reader that is slow, and sends them once it has caught up", async () => {
    const scene = createScene();
    const writer = scene.replica();
    let queuedBytes = 0;
    const frames: SyncFrame[] = [];
    const reader = scene.replica("doc", (channel) => ({
      onMessage: channel.onMessage,
      onClose: channel.onClose,
      close: channel.close,
      get queuedBytes() {
        return queuedBytes;
      },
      send(bytes) {
        frames.push(decodeSyncFrame(bytes));
        channel.send(bytes);
      },
    }));
    await settle();
    queuedBytes = 1_000_000;
    for (let i = 0; i < 20; i++) {
      writer.doc.text("body").insert(i, "x");
      await settle();
    }
    assert.equal(textOf(reader), "");
    assert.equal(textOf(writer), "x".repeat(20));
    queuedBytes = 0;
    await scene.platform.advance(100);
    assert.equal(textOf(reader), "x".repeat(20));
    assert.equal(frames.filter((frame) => frame.kind === "update").length, 1);
  });

  test("closes a reader that never reads, so that it costs no more memory, and takes it back later", async () => {
    const scene = createScene({ maxQueuedBytes: 300_000 });
    const writer = scene.replica();
    let queuedBytes = 0;
    const reader = scene.replica("doc", (channel) => ({
      onMessage: channel.onMessage,
      onClose: channel.onClose,
      close: channel.close,
      send: channel.send,
      get queuedBytes() {
        return queuedBytes;
      },
    }));
    await settle();
    queuedBytes = 290_000;
    for (let i = 0; i < 20; i++) {
      writer.doc.text("body").insert(0, "y".repeat(1000));
      await settle();
    }
    assert.equal(reader.status.get(), "offline");
    assert.equal(writer.status.get(), "synced");
    queuedBytes = 0;
    await scene.platform.advance(5000);
    assert.equal(textOf(reader), textOf(writer));
  });

  test("sends updates that became durable together as one frame per reader", async () => {
    const platform = createTestPlatform(5);
    const scene = createScene({}, createSlowStore(memoryStore(), platform).store, platform);
    const writer = scene.replica();
    const frames: SyncFrame[] = [];
    scene.replica("doc", (channel) => ({
      ...channel,
      queuedBytes: 0,
      send(bytes) {
        frames.push(decodeSyncFrame(bytes));
        channel.send(bytes);
      },
    }));
    await platform.advance(100);
    for (let i = 0; i < 4; i++) {
      writer.doc.text("body").insert(i, "z");
      await settle(); // a frame each to the hub
    }
    await platform.advance(100);
    assert.deepEqual(
      frames.flatMap((frame) => (frame.kind === "update" ? [frame.updates.length] : [])),
      [4],
    );
  });

  test("takes a burst of edits made in one turn as one frame", async () => {
    const scene = createScene({ maxPending: 1 });
    const writer = scene.replica();
    await settle();
    for (let i = 0; i < 1000; i++) writer.doc.text("body").insert(i, "q");
    assert.equal(writer.status.get(), "syncing");
    await settle();
    assert.equal(writer.status.get(), "synced");
  });

  test("asks for patience of whoever sends more than it can make durable", async () => {
    const platform = createTestPlatform(5);
    const never: Store = { ...bindStore(memoryStore()), append: () => new Promise(() => undefined) };
    const scene = createScene({ maxPending: 2 }, never, platform);
    const writer = scene.replica();
    await settle();
    for (let i = 0; i < 6; i++) {
      writer.doc.text("body").insert(i, "w");
      await settle();
    }
    assert.equal(writer.error.get()?.code, "SYNC_LIMIT");
    assert.equal(writer.status.get(), "offline");
  });
});

describe("a store that fails", () => {
  test("costs nothing that was typed: what is not durable is not acknowledged, and sent again", async () => {
    const durable = memoryStore();
    let broken = false;
    const store: Store = {
      ...bindStore(durable),
      append: (name, update) => (broken ? Promise.reject(new Error("disk full")) : durable.append(name, update)),
    };
    const scene = createScene({}, store);
    const writer = scene.replica();
    const other = scene.replica("another");
    await settle();
    broken = true;
    writer.doc.text("body").insert(0, "precious");
    await settle();
    assert.equal(writer.status.get(), "offline");
    assert.equal(writer.error.get()?.code, "SYNC_UNAVAILABLE");
    assert.equal(other.status.get(), "synced");
    assert.equal(scene.reported.length, 1);
    broken = false;
    await scene.platform.advance(5000);
    assert.equal(writer.status.get(), "synced");
    const next = createScene({}, durable).replica();
    await settle();
    assert.equal(textOf(next), "precious");
  });

  test("says so to the server's own edits", async () => {
    const store: Store = { ...bindStore(memoryStore()), append: () => Promise.reject(new Error("disk full")) };
    const scene = createScene({}, store);
    const handle = await scene.hub.open("doc");
    handle.doc.text("body").insert(0, "x");
    await expect(handle.saved()).rejects.toThrow("disk full");
    handle.release();
  });

  test("keeps a document that cannot be loaded closed, without harm to others", async () => {
    const durable = memoryStore();
    const store: Store = {
      ...bindStore(durable),
      load: (name) => (name === "bad" ? Promise.reject(new Error("I/O")) : durable.load(name)),
    };
    const scene = createScene({}, store);
    const bad = scene.replica("bad");
    const good = scene.replica("good");
    await settle();
    assert.equal(bad.status.get(), "offline");
    assert.equal(good.status.get(), "synced");
    await expect(scene.hub.open("bad")).rejects.toThrow("I/O");
    assert.equal(scene.hub.stats().documents, 1);
  });
});

describe("a store whose content is damaged", () => {
  test("is reported here, and tells strangers nothing but that it is unavailable", async () => {
    const store = memoryStore();
    await store.append("doc", Uint8Array.of(1, 2, 3));
    const scene = createScene({}, store);
    const replica = scene.replica();
    await settle();
    assert.equal(replica.error.get()?.code, "SYNC_UNAVAILABLE");
    assert.equal(replica.error.get()?.message, "the document cannot be opened now");
    assert.match(String(scene.reported[0]), /CodedError/);
    assert.deepEqual((await store.load("doc")).updates, [Uint8Array.of(1, 2, 3)]);
  });

  test("leaves nothing behind in memory, however often it is asked for", async () => {
    const platform = createTestPlatform();
    const store = memoryStore();
    await store.append("doc", Uint8Array.of(1, 2, 3));
    const hub = createHub({ store, platform, bus: createMemoryBus(), onError: () => undefined });
    const before = platform.timers();
    for (let i = 0; i < 5; i++) await assert.rejects(hub.open("doc"));
    assert.equal(platform.timers(), before);
    assert.equal(hub.stats().documents, 0);
  });
});

describe("hub.close", () => {
  test("acknowledges what it has received, then lets everyone go; the next hub has it all", async () => {
    const platform = createTestPlatform(5);
    const durable = memoryStore();
    const scene = createScene({}, createSlowStore(durable, platform).store, platform);
    const writer = scene.replica();
    await platform.advance(50);
    writer.doc.text("body").insert(0, "last words");
    await settle();
    assert.equal(writer.status.get(), "syncing");
    const statuses: string[] = [];
    const stop = effect(() => {
      statuses.push(writer.status.get());
    });
    const closing = scene.hub.close();
    await platform.advance(20);
    await Promise.all([closing, scene.hub.close()]);
    stop();
    assert.deepEqual(statuses, ["syncing", "synced", "offline"]);
    const next = createScene({}, durable).replica();
    await settle();
    assert.equal(textOf(next), "last words");
  });

  test("leaves no timer and no connection, and refuses what comes later", async () => {
    const scene = createScene();
    const replica = scene.replica();
    await settle();
    await scene.hub.close();
    await settle();
    assert.equal(replica.status.get(), "offline");
    replica.stop();
    assert.equal(scene.platform.timers(), 0);
    assert.deepEqual(openIn(scene.hub), { connections: 0, documents: 0 });
    await expect(scene.hub.open("doc")).rejects.toMatchObject({ code: "SYNC_CLOSED" });
    const [near, far] = createChannelPair();
    scene.hub.accept(far, { user: null });
    let code = 0;
    near.onClose((closed) => {
      code = closed;
    });
    await settle();
    assert.equal(code, 1001);
  });

  test("the store is the caller's: it stays open", async () => {
    const scene = createScene();
    await scene.hub.close();
    assert.equal(await scene.store.append("doc", Uint8Array.of(1)), 1);
  });
});

test.each([
  ["", "empty"],
  ["x".repeat(513), "too long"],
  ["\ud800", "half a pair"],
])("a name is refused: %j", async (name) => {
  await expect(createScene().hub.open(name)).rejects.toMatchObject({ code: "SYNC_BAD_NAME" });
  assert.throws(() => createScene().replica(name), { code: "SYNC_BAD_NAME" });
});
