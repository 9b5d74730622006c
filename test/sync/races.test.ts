import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { createDoc, encodeVersion } from "../../lib/crdt/index.ts";
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
  decodeSyncFrame,
  encodeSyncFrame,
  SYNC_PROTOCOL,
  type SyncFrame,
  type SyncLevel,
} from "../../lib/wire/index.ts";
import { bindStore, createTestPlatform, openIn, settle, type TestPlatform } from "./world.ts";

interface Scene {
  readonly platform: TestPlatform;
  readonly hub: Hub;
  readonly reported: unknown[];
  level: SyncLevel;
  readonly near: Channel[];
  replica(doc?: Replica["doc"]): Replica;
  /** A client of its own making. */
  stranger(): { readonly heard: SyncFrame[]; send(...frames: readonly SyncFrame[]): Promise<void> };
}

function createScene(store: Store = memoryStore(), limits: HubLimits = {}): Scene {
  const platform = createTestPlatform(7);
  const reported: unknown[] = [];
  const hub = createHub({
    store,
    platform,
    limits,
    authorize: (_connection, _name, asked) => scene.level === "write" || asked === "read",
    onError: (error) => reported.push(error),
  });
  const connect = (): Channel => {
    const [near, far] = createChannelPair();
    hub.accept(far, { user: null });
    scene.near.push(near);
    return near;
  };
  const scene: Scene = {
    platform,
    hub,
    reported,
    level: "write",
    near: [],
    replica: (doc = createDoc({ random: platform.random })) =>
      createReplica({ doc, name: "doc", platform: { ...platform, report: (error) => reported.push(error) }, connect }),
    stranger() {
      const channel = connect();
      const heard: SyncFrame[] = [];
      channel.onMessage((bytes) => heard.push(decodeSyncFrame(bytes)));
      return {
        heard,
        send(...frames) {
          for (const frame of frames) channel.send(encodeSyncFrame(frame));
          return settle();
        },
      };
    },
  };
  return scene;
}

const HELLO: SyncFrame = { kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] };
const EMPTY = encodeVersion(new Map());
const openFrame = (handle: number, name: string, version = EMPTY): SyncFrame => ({
  kind: "open",
  handle,
  name,
  version,
});
const bodyOf = ({ doc }: Replica): string => doc.text("body").toString();

/** A store whose appends wait until they are let through, or fail. */
function gated(durable: Store): { store: Store; waiting: { pass(): void; fail(): void }[]; open: boolean } {
  const gate = { store: durable, waiting: [] as { pass(): void; fail(): void }[], open: false };
  gate.store = {
    ...bindStore(durable),
    append: (name, update) =>
      gate.open
        ? durable.append(name, update)
        : new Promise((resolve, reject) => {
            gate.waiting.push({
              pass: () => durable.append(name, update).then(resolve, reject),
              fail: () => reject(new Error("disk full")),
            });
          }),
  };
  return gate;
}

describe("what is not durable yet", () => {
  test("is not called synced, though its writer comes back while the store still writes", async () => {
    const gate = gated(memoryStore());
    const scene = createScene(gate.store);
    const writer = scene.replica();
    await settle();
    writer.doc.text("body").insert(0, "draft");
    await settle();
    scene.near[0]?.close(1006);
    await scene.platform.advance(2000);
    assert.notEqual(writer.status.get(), "synced");
    for (const write of gate.waiting) write.pass();
    await settle();
    assert.equal(writer.status.get(), "synced");
  });

  test("is not shown to whoever opens the document meanwhile, and reaches them once it is", async () => {
    const gate = gated(memoryStore());
    const scene = createScene(gate.store);
    const writer = scene.replica();
    await settle();
    writer.doc.text("body").insert(0, "draft");
    await settle();
    const reader = scene.replica();
    await settle();
    assert.equal(bodyOf(reader), "");
    gate.waiting[0]?.pass();
    await settle();
    assert.equal(bodyOf(reader), "draft");
    assert.equal(reader.status.get(), "synced");
  });

  test("is not shown to a reader who says that something is missing", async () => {
    const gate = gated(memoryStore());
    const scene = createScene(gate.store);
    const stranger = scene.stranger();
    await stranger.send(HELLO, openFrame(1, "doc"));
    const writer = scene.replica();
    await settle();
    writer.doc.text("body").insert(0, "draft");
    await settle();
    const told = (): number => stranger.heard.filter(({ kind }) => kind === "update").length;
    await stranger.send({ kind: "missing", handle: 1, ref: 0, version: EMPTY });
    assert.equal(told(), 0);
    gate.waiting[0]?.pass();
    await settle();
    assert.ok(told() > 0);
  });

  test("leaves no hole that keeps a document closed, when an earlier write failed and a later one did not", async () => {
    const durable = memoryStore();
    const gate = gated(durable);
    const scene = createScene(gate.store);
    const writer = scene.replica();
    await settle();
    writer.doc.text("body").insert(0, "one ");
    await settle();
    writer.doc.text("body").insert(4, "two");
    await settle();
    gate.waiting[1]?.pass();
    await settle();
    gate.waiting[0]?.fail();
    await settle();
    assert.equal((await durable.load("doc")).updates.length, 1);
    gate.open = true;
    await scene.platform.advance(5000);
    assert.equal(writer.status.get(), "synced");
    const next = createScene(durable);
    const reader = next.replica();
    await settle();
    assert.equal(bodyOf(reader), "one two");
    assert.deepEqual(next.reported, []);
  });
});

describe("a document", () => {
  test("leaves memory though somebody asked for it with a version that is none", async () => {
    const scene = createScene(memoryStore(), { idleMs: 1000, silentMs: 60_000 });
    const stranger = scene.stranger();
    await stranger.send(HELLO, openFrame(1, "doc", Uint8Array.of(255)));
    assert.ok(stranger.heard.some((frame) => frame.kind === "error" && frame.code === "CRDT_BAD_VERSION"));
    await scene.platform.advance(2000);
    assert.deepEqual(openIn(scene.hub), { connections: 1, documents: 0 });
  });

  test("is not loaded for a version longer than any document has", async () => {
    let loads = 0;
    const durable = memoryStore();
    const scene = createScene({ ...bindStore(durable), load: (name) => durable.load(name).finally(() => loads++) });
    const stranger = scene.stranger();
    await stranger.send(HELLO);
    const whole = encodeSyncFrame(openFrame(1, "doc", new Uint8Array(3_000_000)));
    for (let from = 0; from < whole.length; from += 100_000) {
      const to = Math.min(from + 100_000, whole.length);
      await stranger.send({ kind: "part", last: to === whole.length, bytes: whole.slice(from, to) });
    }
    assert.ok(stranger.heard.some((frame) => frame.kind === "error" && frame.code === "SYNC_LIMIT"));
    assert.equal(loads, 0);
  });

  test("of many that are opened and left again does not stay in memory with all the others", async () => {
    const scene = createScene(memoryStore(), { maxIdleDocuments: 10, maxFramesPerSecond: 100_000 });
    const stranger = scene.stranger();
    await stranger.send(HELLO);
    for (let i = 1; i <= 50; i++) {
      await stranger.send(openFrame(i, `doc ${i}`));
      await stranger.send({ kind: "leave", handle: i });
    }
    assert.ok(scene.hub.stats().documents <= 11, `${scene.hub.stats().documents} documents`);
  });

  test("counts as open while it loads, though its reader has left again", async () => {
    const durable = memoryStore();
    const scene = createScene({ ...bindStore(durable), load: () => new Promise(() => undefined) }, { maxDocuments: 4 });
    const stranger = scene.stranger();
    await stranger.send(HELLO);
    for (let i = 1; i <= 6; i++) {
      await stranger.send(openFrame(i, `doc ${i}`));
      await stranger.send({ kind: "leave", handle: i });
    }
    assert.ok(stranger.heard.some((frame) => frame.kind === "error" && frame.code === "SYNC_LIMIT"));
    assert.equal(scene.hub.stats().documents, 4);
  });

  test("opened while the hub closes is refused, not handed out without its store", async () => {
    const durable = memoryStore();
    let loaded: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    const scene = createScene({ ...bindStore(durable), load: (name) => gate.then(() => durable.load(name)) });
    const handle = scene.hub.open("doc");
    const refused = expect(handle).rejects.toMatchObject({ code: "SYNC_CLOSED" });
    const closing = scene.hub.close();
    loaded();
    await Promise.all([refused, closing]);
    assert.equal(scene.platform.timers(), 0);
  });

  test("whose compaction fails says so to the server's own edits, and the next to open it has all that was stored", async () => {
    const durable = memoryStore();
    const store: Store = { ...bindStore(durable), compact: () => Promise.reject(new Error("disk full")) };
    const scene = createScene(store, { compactAfter: 1 });
    const handle = await scene.hub.open("doc");
    handle.doc.text("body").insert(0, "stored");
    await settle();
    handle.doc.text("body").insert(0, "not ");
    await expect(handle.saved()).rejects.toMatchObject({ code: "SYNC_UNAVAILABLE" });
    const again = await scene.hub.open("doc");
    assert.equal(again.doc.text("body").toString(), "stored");
  });
});

describe("an observer that throws", () => {
  test("on the server is reported there, and no client's fault", async () => {
    const scene = createScene();
    const handle = await scene.hub.open("doc");
    handle.doc.text("body").observe(() => {
      throw new Error("a bug of the page");
    });
    const writer = scene.replica();
    await settle();
    writer.doc.text("body").insert(0, "x");
    await settle();
    assert.equal(writer.status.get(), "synced");
    assert.equal(writer.error.get(), undefined);
    assert.match(String(scene.reported[0]), /a bug of the page/);
  });

  test("in a page does not cost it the connection", async () => {
    const scene = createScene();
    const [writer, reader] = [scene.replica(), scene.replica()];
    await settle();
    reader.doc.text("body").observe(() => {
      throw new Error("a bug of the page");
    });
    writer.doc.text("body").insert(0, "x");
    await settle();
    assert.equal(bodyOf(reader), "x");
    assert.equal(reader.status.get(), "synced");
    assert.equal(scene.near.length, 2);
    assert.match(String(scene.reported[0]), /a bug of the page/);
  });
});

describe("the status", () => {
  test("of a reader with edits of its own is refused from the start, and after a reconnect", async () => {
    const scene = createScene();
    scene.level = "read";
    const reader = scene.replica();
    reader.doc.text("body").insert(0, "mine");
    await settle();
    assert.equal(reader.status.get(), "refused");
    assert.equal(reader.error.get()?.code, "SYNC_READ_ONLY");
    scene.near[0]?.close(1006);
    await scene.platform.advance(2000);
    assert.equal(scene.near.length, 2);
    assert.equal(reader.status.get(), "refused");
  });

  test("is not synced while an edit made on hearing of the connection is under way", async () => {
    const gate = gated(memoryStore());
    const scene = createScene(gate.store);
    const replica = scene.replica();
    effect(() => {
      if (replica.level.get() === "write") replica.doc.text("body").insert(0, "hello");
    });
    await settle();
    assert.equal(gate.waiting.length, 1);
    assert.equal(replica.status.get(), "syncing");
    gate.waiting[0]?.pass();
    await settle();
    assert.equal(replica.status.get(), "synced");
  });

  test("is offline when connecting takes longer than connectMs, and a channel that comes later is closed", async () => {
    const platform = createTestPlatform(3);
    const late: ((channel: Channel) => void)[] = [];
    const replica = createReplica({
      doc: createDoc({ random: platform.random }),
      name: "doc",
      platform,
      connectMs: 5000,
      minRetryMs: 60_000,
      connect: () => new Promise((resolve) => late.push(resolve)),
    });
    await platform.advance(6000);
    assert.equal(replica.status.get(), "offline");
    assert.equal(replica.error.get()?.code, "SYNC_SILENT");
    const [near, far] = createChannelPair();
    let closed = false;
    far.onClose(() => {
      closed = true;
    });
    late[0]?.(near);
    await settle();
    assert.equal(closed, true);
    replica.stop();
    assert.equal(platform.timers(), 0);
  });
});

test("a connection whose page gets no timers is asked whether it is there, and stays", async () => {
  const scene = createScene();
  const stranger = scene.stranger();
  await stranger.send(HELLO);
  for (let i = 0; i < 20; i++) {
    await scene.platform.advance(5000);
    const nonces = stranger.heard.splice(0).flatMap((frame) => (frame.kind === "ping" ? [frame.nonce] : []));
    for (const nonce of nonces) await stranger.send({ kind: "pong", nonce });
  }
  assert.equal(scene.hub.stats().connections, 1);
});

test("a document longer than sixteen mebibytes opens", async () => {
  const store = memoryStore();
  const doc = createDoc({ replicaId: 1 });
  doc.text("body").insert(0, "x".repeat(17 * 1024 * 1024));
  await store.append("doc", doc.encode());
  const replica = createScene(store).replica();
  await settle();
  assert.equal(replica.doc.text("body").length, doc.text("body").length);
});

test("twenty thousand edits made in one turn arrive, in frames of bounded length", async () => {
  const scene = createScene();
  const writer = scene.replica();
  await settle();
  for (let i = 0; i < 20_000; i++) writer.doc.map("m").set("k", i);
  await settle();
  await settle();
  await settle();
  assert.equal(writer.status.get(), "synced");
  const reader = scene.replica();
  await settle();
  assert.equal(reader.doc.map("m").get("k"), 19_999);
});
