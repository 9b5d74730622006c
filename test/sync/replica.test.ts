import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { effect } from "../../lib/signals/index.ts";
import { createHub, createPresence, createReplica, type Hub, memoryStore, type Replica } from "../../lib/sync/index.ts";
import { type Channel, createChannelPair, encodeSyncFrame, type WireValue } from "../../lib/wire/index.ts";
import { createTestPlatform, settle, type TestPlatform } from "./world.ts";

type Level = "none" | "read" | "write";

interface Scene {
  readonly platform: TestPlatform;
  readonly hub: Hub<{ user: WireValue }>;
  /** What authorize grants from now on. */
  level: Level;
  /** Whether there is a network. */
  up: boolean;
  attempts: number;
  readonly open: Channel[];
  replica(user?: WireValue, doc?: Doc): Replica;
}

function createScene(level: Level = "write"): Scene {
  const platform = createTestPlatform(11);
  const hub = createHub<{ user: WireValue }>({
    store: memoryStore(),
    platform,
    authorize: (_connection, _name, asked) => scene.level === "write" || scene.level === asked,
  });
  const scene: Scene = { platform, hub, level, up: true, attempts: 0, open: [], replica };
  function replica(user: WireValue = null, doc: Doc = createDoc({ random: platform.random })): Replica {
    return createReplica({
      doc,
      name: "doc",
      platform,
      async connect() {
        scene.attempts++;
        if (!scene.up) throw new Error("no network");
        const [near, far] = createChannelPair();
        hub.accept(far, { user });
        scene.open.push(near);
        return near;
      },
    });
  }
  return scene;
}

function statusesOf(replica: Replica): string[] {
  const seen: string[] = [];
  effect(() => {
    seen.push(replica.status.get());
  });
  return seen;
}

describe("a replica above a limit of the hub", () => {
  function create(maxDocumentBytes: number) {
    const platform = createTestPlatform(12);
    const hub = createHub({ store: memoryStore(), platform, limits: { maxDocumentBytes } });
    let attempts = 0;
    let close = (): void => undefined;
    const replica = createReplica({
      doc: createDoc({ random: platform.random }),
      name: "doc",
      platform,
      connect() {
        attempts++;
        const [near, far] = createChannelPair();
        hub.accept(far, { user: null });
        close = () => near.close(1006, "cut");
        return near;
      },
    });
    return { replica, platform, attempts: () => attempts, close: () => close() };
  }

  test("says so after three tries, and tries again ever more rarely", async () => {
    const { replica, platform, attempts } = create(300);
    await settle();
    replica.doc.text("body").insert(0, "x".repeat(1000));
    await platform.advance(60_000);
    const seen = statusesOf(replica);
    const before = attempts();
    assert.ok(before < 15, `${before} tries in a minute`);
    await platform.advance(60_000);
    assert.ok(attempts() - before <= 8, `${attempts() - before} tries in a minute`);
    assert.ok(attempts() > before);
    assert.equal(replica.error.peek()?.code, "SYNC_LIMIT");
    assert.ok(seen.includes("refused"));
    assert.ok(!seen.includes("offline"));
    assert.ok(replica.unsaved.peek() > 0);
    replica.stop();
    await platform.advance(60_000);
    assert.equal(replica.status.peek(), "stopped");
  });

  test("is let in once what it brings fits", async () => {
    const { replica, platform, close } = create(300);
    await settle();
    const noise = Array.from({ length: 1000 }, () => String.fromCharCode(97 + platform.pick(26))).join("");
    const presence = createPresence(replica, { platform });
    presence.set(noise + noise); // longer than a presence may be
    await platform.advance(30_000);
    const status = replica.status.peek();
    presence.set(null);
    await platform.advance(30_000);
    assert.equal(replica.status.peek(), "synced");
    assert.equal(replica.error.peek(), undefined);
    assert.notEqual(status, "synced");
    await platform.advance(60_000);
    close();
    await platform.advance(1000); // like any other that was cut off
    assert.equal(replica.status.peek(), "synced");
  });
});

describe("a replica", () => {
  test("tells where it stands", async () => {
    const scene = createScene();
    const replica = scene.replica();
    const seen = statusesOf(replica);
    await settle();
    replica.doc.text("body").insert(0, "x");
    await settle();
    scene.open[0]?.close(1006);
    await scene.platform.advance(1000);
    replica.stop();
    assert.deepEqual(seen, ["connecting", "synced", "syncing", "synced", "offline", "connecting", "synced", "stopped"]);
  });

  test("works without a network, and sends everything once there is one", async () => {
    const scene = createScene();
    scene.up = false;
    const replica = scene.replica();
    await scene.platform.advance(1000);
    for (const letter of "offline") replica.doc.text("body").insert(replica.doc.text("body").length, letter);
    assert.equal(replica.status.get(), "offline");
    assert.equal(replica.error.get()?.code, "SYNC_UNAVAILABLE");
    scene.up = true;
    replica.retry();
    await settle();
    assert.equal(replica.status.get(), "synced");
    assert.equal(replica.error.get(), undefined);
    const other = scene.replica();
    await settle();
    assert.equal(other.doc.text("body").toString(), "offline");
  });

  test("waits longer after each failure, never longer than the cap, and never all at the same time", async () => {
    const scene = createScene();
    scene.up = false;
    const replica = scene.replica();
    await scene.platform.advance(10_000);
    const early = scene.attempts;
    assert.ok(early >= 5 && early <= 10, `${early} attempts in 10 s`);
    await scene.platform.advance(150_000);
    const late = scene.attempts - early;
    assert.ok(late >= 10 && late <= 20, `${late} attempts in 150 s`);
    replica.stop();
    assert.equal(scene.platform.timers(), 0);
  });

  test("gives up when the hub refuses the document, until told to retry", async () => {
    const scene = createScene("none");
    const replica = scene.replica();
    await scene.platform.advance(100_000);
    assert.equal(replica.status.get(), "refused");
    assert.equal(replica.error.get()?.code, "SYNC_FORBIDDEN");
    assert.equal(scene.attempts, 1);
    scene.level = "write";
    replica.retry();
    await settle();
    assert.equal(replica.status.get(), "synced");
  });

  test("gives up when another writes under its id, as trying again would not help", async () => {
    const scene = createScene();
    const replicaOf = (text: string): Replica => {
      const doc = createDoc({ replicaId: 7 });
      doc.text("body").insert(0, text);
      return scene.replica("ada", doc);
    };
    const first = replicaOf("the first wrote more");
    await settle();
    const second = replicaOf("the second");
    await scene.platform.advance(60_000);
    assert.equal(first.status.get(), "synced");
    assert.equal(second.status.get(), "refused");
    assert.equal(second.error.get()?.code, "CRDT_REPLICA_REUSED");
    assert.equal(second.doc.text("body").toString(), "the second");
    assert.equal(scene.attempts, 2);
  });

  test("may read without writing; an edit stays here and is reported, and others' edits still arrive", async () => {
    const scene = createScene();
    const writer = scene.replica();
    await settle();
    scene.level = "read";
    const reader = scene.replica();
    await settle();
    assert.equal(reader.level.get(), "read");
    assert.equal(reader.status.get(), "synced");
    reader.doc.text("body").insert(0, "mine");
    assert.equal(reader.status.get(), "refused");
    assert.equal(reader.error.get()?.code, "SYNC_READ_ONLY");
    writer.doc.text("body").insert(0, "theirs");
    await settle();
    assert.equal(writer.doc.text("body").toString(), "theirs");
    assert.ok(reader.doc.text("body").toString().includes("theirs"));
  });

  test("notices a hub that never answers", async () => {
    const scene = createScene();
    const deaf = createChannelPair(); // the line is up, and nobody is at the other end
    const lonely = createReplica({
      doc: createDoc(),
      name: "doc",
      platform: scene.platform,
      connect: () => deaf[0],
    });
    await scene.platform.advance(20_000);
    assert.equal(lonely.error.get()?.code, "SYNC_SILENT");
    lonely.stop();
  });

  test("notices a hub that falls silent, and not one that only has nothing to say", async () => {
    const scene = createScene();
    const fine = scene.replica();
    let silent = false;
    const replica = createReplica({
      doc: createDoc(),
      name: "doc",
      platform: scene.platform,
      connect() {
        const [near, far] = createChannelPair();
        scene.hub.accept(far, { user: null });
        return {
          ...near,
          queuedBytes: 0,
          onMessage: (listener) => near.onMessage((bytes) => silent || listener(bytes)),
        };
      },
    });
    await scene.platform.advance(500_000);
    assert.deepEqual(
      [fine, replica].map((each) => each.status.get()),
      ["synced", "synced"],
    );
    silent = true;
    await scene.platform.advance(40_000);
    assert.equal(replica.error.get()?.code, "SYNC_SILENT");
    assert.equal(fine.status.get(), "synced");
    replica.stop();
  });

  test("closes a channel whose messages it cannot read, and comes back", async () => {
    const scene = createScene();
    const bad = createChannelPair();
    let good = false;
    const replica = createReplica({
      doc: createDoc({ random: scene.platform.random }),
      name: "doc",
      platform: scene.platform,
      connect() {
        if (!good) return bad[0];
        const [near, far] = createChannelPair();
        scene.hub.accept(far, { user: null });
        return near;
      },
    });
    await settle();
    bad[1].send(Uint8Array.of(0xc1));
    await settle();
    assert.equal(replica.status.get(), "offline");
    good = true;
    await scene.platform.advance(1000);
    assert.equal(replica.status.get(), "synced");
  });

  test("takes an update from the hub that does not fit as a reason to start anew, with its document as it was", async () => {
    const scene = createScene();
    const [near, far] = createChannelPair();
    const doc = createDoc({ random: scene.platform.random });
    doc.text("body").insert(0, "mine");
    const replica = createReplica({ doc, name: "doc", platform: scene.platform, connect: () => near });
    await settle();
    far.send(
      encodeSyncFrame({
        kind: "opened",
        handle: 1,
        level: "write",
        version: Uint8Array.of(0),
        update: Uint8Array.of(9),
      }),
    );
    await settle();
    assert.equal(replica.status.get(), "offline");
    assert.equal(doc.text("body").toString(), "mine");
  });

  test("takes nothing of a document that it has not opened", async () => {
    const scene = createScene();
    const [near, far] = createChannelPair();
    const doc = createDoc({ random: scene.platform.random });
    const replica = createReplica({ doc, name: "doc", platform: scene.platform, connect: () => near });
    await settle();
    const other = createDoc({ replicaId: 7 });
    other.text("body").insert(0, "not for you");
    far.send(encodeSyncFrame({ kind: "update", handle: 2, ref: 0, updates: [other.encode()] }));
    await settle();
    assert.equal(replica.status.get(), "offline");
    assert.equal(replica.error.get()?.code, "SYNC_BAD_FRAME");
    assert.equal(doc.text("body").toString(), "");
    replica.stop();
  });

  test("stopping closes the channel at once, forgets a connection under way, and twice is harmless", async () => {
    const scene = createScene();
    const early = scene.replica();
    early.stop();
    await settle();
    assert.deepEqual(scene.hub.stats().connections, 0);
    const late = scene.replica();
    await settle();
    late.stop();
    late.stop();
    late.doc.text("body").insert(0, "x");
    late.retry();
    await settle();
    assert.equal(late.status.get(), "stopped");
    assert.equal(scene.hub.stats().connections, 0);
  });
});

describe("presence", () => {
  const seen = (replica: ReturnType<typeof createPresence>): unknown[] =>
    replica.others.get().map(({ user, state }) => [user, state]);

  test("shows everyone else, under the name the hub gives them", async () => {
    const scene = createScene();
    const { platform } = scene;
    const [ada, bob] = ["ada", "bob"].map((user) => createPresence(scene.replica(user), { platform }));
    assert.ok(ada && bob);
    await settle();
    ada.set({ typing: true });
    await platform.advance(200);
    assert.deepEqual(seen(bob), [["ada", Object.assign(Object.create(null), { typing: true })]]);
    assert.deepEqual(seen(ada), []);
    const cyd = createPresence(scene.replica("cyd"), { platform });
    await settle();
    assert.equal(seen(cyd).length, 1); // a newcomer is told at once
    ada.set(null);
    await platform.advance(200);
    assert.deepEqual([seen(bob), seen(cyd)], [[], []]);
  });

  test("sends at most one state per throttle, and always the last", async () => {
    const scene = createScene();
    const { platform } = scene;
    const ada = createPresence(scene.replica("ada"), { platform, throttleMs: 100 });
    const bob = createPresence(scene.replica("bob"), { platform });
    await settle();
    const changes: unknown[] = [];
    effect(() => {
      changes.push(...bob.others.get().map((peer) => peer.state));
    });
    for (let i = 0; i <= 100; i++) {
      ada.set(i);
      await platform.advance(5);
    }
    await platform.advance(500);
    assert.ok(changes.length <= 7, `${changes.length} states`);
    assert.equal(changes.at(-1), 100);
  });

  test("refuses a state that cannot be sent when it is set, and goes on with the one before", async () => {
    const scene = createScene();
    const { platform } = scene;
    const replica = scene.replica("ada");
    const ada = createPresence(replica, { platform });
    const bob = createPresence(scene.replica("bob"), { platform });
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    let deep: unknown = 1;
    for (let i = 0; i < 62; i++) deep = [deep];
    const setAll = (): void => {
      for (const wrong of [undefined, Symbol("s"), () => {}, new Date(0), 5n, { at: undefined }, cyclic, deep])
        for (const set of [ada.set, replica.presence.send])
          assert.throws(() => set.call(ada, wrong as never), { code: /^WIRE_/ }); // cast: callers without types
    };
    setAll(); // not connected yet
    await settle();
    setAll();
    ada.set("a");
    setAll(); // while the throttle holds back
    await platform.advance(200);
    assert.deepEqual(seen(bob), [["ada", "a"]]);
    for (const channel of scene.open) channel.close(1006);
    await platform.advance(10_000);
    assert.deepEqual(seen(bob), [["ada", "a"]]);
    assert.equal(replica.status.get(), "synced");
  });

  test("is gone while offline, and back with the connection", async () => {
    const scene = createScene();
    const { platform } = scene;
    const ada = createPresence(scene.replica("ada"), { platform });
    const bob = createPresence(scene.replica("bob"), { platform });
    await settle();
    ada.set("a");
    bob.set("b");
    await platform.advance(200);
    scene.up = false;
    for (const channel of scene.open) channel.close(1006);
    await settle();
    assert.deepEqual([seen(ada), seen(bob)], [[], []]);
    scene.up = true;
    await platform.advance(10_000);
    assert.deepEqual([seen(ada), seen(bob)], [[["bob", "b"]], [["ada", "a"]]]);
  });

  test("stops showing when it stops, while the document goes on", async () => {
    const scene = createScene();
    const { platform } = scene;
    const replica = scene.replica("ada");
    const ada = createPresence(replica, { platform });
    const bob = createPresence(scene.replica("bob"), { platform });
    await settle();
    ada.set("a");
    await platform.advance(200);
    ada.stop();
    ada.stop();
    ada.set("again");
    await platform.advance(200);
    assert.deepEqual(seen(bob), []);
    assert.equal(replica.status.get(), "synced");
  });

  test("keeps a state as it was sent, though the channel reuses its buffers", async () => {
    const scene = createScene();
    const { platform } = scene;
    const buffer = new Uint8Array(4096);
    const [near, far] = createChannelPair();
    const reusing: Channel = {
      ...far,
      queuedBytes: 0,
      onMessage: (listener) =>
        far.onMessage((bytes) => {
          buffer.set(bytes);
          listener(buffer.subarray(0, bytes.length));
          buffer.fill(0);
        }),
    };
    scene.hub.accept(reusing, { user: "ada" });
    const replica = createReplica({
      doc: createDoc({ random: platform.random }),
      name: "doc",
      platform,
      connect: () => near,
    });
    const ada = createPresence(replica, { platform });
    const bob = createPresence(scene.replica("bob"), { platform });
    await settle();
    ada.set(Uint8Array.of(1, 2, 3));
    replica.doc.map("m").set("bytes", Uint8Array.of(4, 5, 6));
    replica.doc.text("body").insert(0, "text");
    await platform.advance(200);
    assert.deepEqual(seen(bob), [["ada", Uint8Array.of(1, 2, 3)]]);
    const handle = await scene.hub.open("doc");
    assert.deepEqual(handle.doc.map("m").get("bytes"), Uint8Array.of(4, 5, 6));
    assert.equal(handle.doc.text("body").toString(), "text");
    handle.release();
  });
});
