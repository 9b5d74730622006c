import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createDoc, encodeVersion } from "../../lib/crdt/index.ts";
import {
  createHub,
  createReplica,
  type Hub,
  type HubOptions,
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
  type WireValue,
} from "../../lib/wire/index.ts";
import { createTestPlatform, settle, type TestPlatform } from "./world.ts";

interface Who {
  readonly user: WireValue;
  readonly author?: string;
}

interface Scene {
  readonly platform: TestPlatform;
  readonly store: Store;
  readonly hub: Hub<Who>;
  readonly reported: unknown[];
  connect(author?: string): Channel;
  replica(author?: string, doc?: Replica["doc"]): Replica;
  /** A client of its own making, which has said HELLO and opened the document. */
  stranger(author?: string): Promise<Stranger>;
}

interface Stranger {
  readonly heard: SyncFrame[];
  send(...frames: readonly SyncFrame[]): Promise<void>;
  update(...updates: readonly Uint8Array[]): Promise<void>;
  kinds(): string[];
  closed(): boolean;
}

function createScene(options: Partial<HubOptions<Who>> = {}): Scene {
  const platform = {
    ...createTestPlatform(11),
    sha256: (bytes: Uint8Array) => nodePlatform.sha256?.(bytes) ?? assert.fail(),
  };
  const store = options.store ?? memoryStore();
  const reported: unknown[] = [];
  const hub = createHub<Who>({ store, platform, onError: (error) => reported.push(error), ...options });
  const connect = (author?: string): Channel => {
    const [near, far] = createChannelPair();
    hub.accept(far, author === undefined ? { user: null } : { user: author, author });
    return near;
  };
  return {
    platform,
    store,
    hub,
    reported,
    connect,
    replica: (author, doc = createDoc({ random: platform.random })) =>
      createReplica({ doc, name: "doc", platform, connect: () => connect(author) }),
    async stranger(author) {
      const channel = connect(author);
      const heard: SyncFrame[] = [];
      let closed = false;
      channel.onMessage((bytes) => heard.push(decodeSyncFrame(bytes)));
      channel.onClose(() => {
        closed = true;
      });
      let ref = 0;
      const send = (...frames: readonly SyncFrame[]): Promise<void> => {
        for (const frame of frames) channel.send(encodeSyncFrame(frame));
        return settle();
      };
      await send(
        { kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] },
        { kind: "open", handle: 1, name: "doc", version: encodeVersion(new Map()) },
      );
      heard.length = 0;
      return {
        heard,
        send,
        update: (...updates) => send({ kind: "update", handle: 1, ref: ++ref, updates }),
        kinds: () => heard.splice(0).map((frame) => (frame.kind === "error" ? frame.code : frame.kind)),
        closed: () => closed,
      };
    },
  };
}

/** Updates of one replica, each a transaction that puts a letter at the end. */
function typed(replicaId: number, text: string): Uint8Array[] {
  const doc = createDoc({ replicaId });
  const updates: Uint8Array[] = [];
  doc.onUpdate((bytes) => updates.push(bytes));
  for (const letter of text) doc.text("body").insert(doc.text("body").length, letter);
  return updates;
}

async function bodyOf({ hub }: Scene, name = "doc"): Promise<string> {
  const handle = await hub.open(name);
  const body = handle.doc.text("body").toString();
  handle.release();
  return body;
}

describe("an author", () => {
  test("cannot write as a replica of another, also not after a restart of the hub", async () => {
    const scene = createScene();
    const [first = assert.fail(), second = assert.fail()] = typed(99, "ab");
    const ada = await scene.stranger("ada");
    await ada.update(first);
    assert.deepEqual(ada.kinds(), ["ack"]);
    const bob = await scene.stranger("bob");
    await bob.update(second);
    assert.deepEqual(bob.kinds(), ["SYNC_REPLICA_TAKEN"]);
    assert.ok(bob.closed());
    const nobody = await scene.stranger();
    await nobody.update(second);
    assert.deepEqual(nobody.kinds(), ["SYNC_REPLICA_TAKEN"]);
    assert.equal(await bodyOf(scene), "a");
    const next = createScene({ store: scene.store });
    const again = await next.stranger("bob");
    await again.update(second);
    assert.deepEqual(again.kinds(), ["SYNC_REPLICA_TAKEN"]);
    const owner = await next.stranger("ada");
    await owner.update(second);
    assert.deepEqual(owner.kinds(), ["ack"]);
    assert.equal(await bodyOf(next), "ab");
  });

  test("may pass on what is there already, whoever wrote it", async () => {
    const scene = createScene();
    const updates = typed(99, "ab");
    const ada = await scene.stranger("ada");
    await ada.update(...updates);
    const bob = await scene.stranger("bob");
    await bob.update(...updates);
    assert.deepEqual(bob.kinds(), ["ack"]);
    assert.equal((await scene.store.load("doc")).updates.length, 2);
  });

  test("who comes back after the store was lost does not take the replicas of others", async () => {
    const scene = createScene();
    const [ada, bob] = [scene.replica("ada"), scene.replica("bob")];
    await settle();
    ada.doc.text("body").insert(0, "a");
    await settle();
    assert.equal(bob.doc.text("body").toString(), "a");
    for (const replica of [ada, bob]) replica.stop();
    const empty = createScene(); // as after a restart over memoryStore
    const back = empty.replica("bob", bob.doc);
    await settle();
    assert.equal(back.status.peek(), "synced");
    const owner = empty.replica("ada", ada.doc);
    await settle();
    owner.doc.text("body").insert(1, "b");
    back.doc.text("body").insert(0, "c");
    await settle();
    assert.deepEqual([owner.status.peek(), back.status.peek()], ["synced", "synced"]);
    assert.equal(owner.doc.text("body").toString(), "cab");
    const mallory = await empty.stranger("mallory");
    const forged = createDoc({ replicaId: ada.doc.replicaId });
    forged.text("body").insert(0, "xyz");
    await mallory.update(forged.encode());
    assert.deepEqual(mallory.kinds(), ["SYNC_REPLICA_TAKEN"]);
  });

  test("cannot write as the server did in an earlier life", async () => {
    const store = memoryStore();
    const scene = createScene({ store });
    const handle = await scene.hub.open("doc");
    handle.doc.text("body").insert(0, "a");
    await handle.saved();
    const replicaId = handle.doc.replicaId;
    const copy = createDoc({ replicaId });
    copy.apply(handle.doc.encode());
    await scene.hub.close();
    const next = createScene({ store });
    const forged = typed(replicaId, "ab")[1] ?? assert.fail();
    for (const author of ["ada", undefined, ""]) {
      const stranger = await next.stranger(author);
      await stranger.update(forged);
      assert.deepEqual(stranger.kinds(), ["SYNC_REPLICA_TAKEN"]);
    }
    assert.equal(await bodyOf(next), "a");
  });

  test("whose permissions are revoked loses every connection, and no other does", async () => {
    const scene = createScene();
    const [ada, also, bob] = [scene.replica("ada"), scene.replica("ada"), scene.replica("bob")];
    await settle();
    scene.hub.revoke("ada");
    await settle();
    for (const replica of [ada, also]) {
      assert.equal(replica.error.peek()?.code, "SYNC_REVOKED");
      assert.equal(replica.status.peek(), "offline"); // it comes back, and authorize is asked anew
    }
    assert.equal(bob.status.peek(), "synced");
    assert.equal(scene.hub.stats().connections, 1);
  });
});

describe("a transaction that the server's rules refuse", () => {
  const refusing = (bad: string): Partial<HubOptions<Who>> => ({
    authorizeUpdate: (_connection, _name, { bytes }) => !Buffer.from(bytes).includes(bad),
  });

  test("enters in no part, is shown to nobody, and takes what its replica wrote after it along", async () => {
    const scene = createScene(refusing("X"));
    const friend = scene.replica("friend");
    await settle();
    const stranger = await scene.stranger("ada");
    const updates = typed(99, "abXcd");
    await stranger.update(...updates);
    const refused = stranger.heard.filter((frame) => frame.kind === "refused");
    assert.deepEqual(
      refused.map(({ ref, replica, from, code }) => ({ ref, replica, from, code })),
      [2, 3, 4].map((from) => ({ ref: 1, replica: 99, from, code: "SYNC_REFUSED" })),
    );
    assert.deepEqual(stranger.kinds(), ["refused", "refused", "refused", "ack"]); // the ACK is for the two before
    assert.equal(friend.doc.text("body").toString(), "ab");
    // Later frames of that replica too; others go on, and so does it under a fresh id.
    await stranger.update(updates[3] ?? assert.fail());
    assert.deepEqual(stranger.kinds(), ["refused", "ack"]);
    await stranger.update(...typed(100, "ok"));
    assert.deepEqual(stranger.kinds(), ["ack"]);
    assert.equal(friend.doc.text("body").length, 4);
    assert.equal(scene.hub.stats().updatesRefused, 4);
    const { updates: stored } = await scene.store.load("doc");
    assert.equal(stored.length, 4);
  });

  test("leaves its replica, and the document of the others is as it was", async () => {
    const scene = createScene(refusing("X"));
    const [writer, friend] = [scene.replica("ada"), scene.replica("bob")];
    await settle();
    writer.doc.text("body").insert(0, "X");
    await scene.platform.advance(1000);
    assert.equal(writer.status.peek(), "synced");
    assert.equal(writer.refused.peek()[0]?.error.code, "SYNC_REFUSED");
    assert.equal(writer.doc.text("body").toString(), "");
    assert.equal(friend.doc.text("body").toString(), "");
  });

  test("is refused too when the rule itself throws, and the server hears of it", async () => {
    const scene = createScene({
      authorizeUpdate: () => {
        throw new Error("a bug of the rule");
      },
    });
    const stranger = await scene.stranger("ada");
    await stranger.update(...typed(99, "a"));
    assert.deepEqual(stranger.kinds(), ["refused", "ack"]);
    assert.match(String(scene.reported[0]), /a bug of the rule/);
  });

  test("is told by its operations and its connection", async () => {
    const asked: unknown[] = [];
    const scene = createScene({
      authorizeUpdate: ({ author }, name, { operations, doc }) =>
        asked.push([author, name, doc.text("body").length, ...operations]) > 0,
    });
    await (await scene.stranger("ada")).update(...typed(99, "ab"));
    assert.deepEqual(asked, [
      ["ada", "doc", 0, { kind: "insert", type: "text", path: ["body"], replica: 99, from: 0, to: 1 }],
      ["ada", "doc", 1, { kind: "insert", type: "text", path: ["body"], replica: 99, from: 1, to: 2 }],
    ]);
  });

  test("of one who may comment is accepted on the paths of comments alone, as a whole", async () => {
    const scene = createScene({
      authorize: ({ author }, _name, level) => level !== "write" || author === "ada",
      comments: ({ path }) => path[0] === "comments",
    });
    const stranger = await scene.stranger("bob");
    const doc = createDoc({ replicaId: 5 });
    const updates: Uint8Array[] = [];
    doc.onUpdate((bytes) => updates.push(bytes));
    doc.map("comments").set("1", "nice");
    doc.transact(() => {
      doc.map("comments").set("2", "and");
      doc.text("body").insert(0, "smuggled");
    });
    await stranger.update(...updates);
    assert.deepEqual(stranger.kinds(), ["refused", "ack"]);
    const handle = await scene.hub.open("doc");
    assert.deepEqual([...handle.doc.map("comments").entries()], [["1", "nice"]]);
    assert.equal(handle.doc.text("body").length, 0);
    const commenter = scene.replica("bob");
    const writer = scene.replica("ada");
    await settle();
    assert.deepEqual([commenter.level.peek(), writer.level.peek()], ["comment", "write"]);
    commenter.doc.map("comments").set("3", "by a replica");
    await settle();
    assert.equal(writer.doc.map("comments").get("3"), "by a replica");
    assert.equal(commenter.status.peek(), "synced");
  });
});

describe("limits", () => {
  test("of connections that say nothing: the one that has waited longest makes room", async () => {
    const scene = createScene({ limits: { maxSilentConnections: 3 } });
    const friend = scene.replica("friend");
    await settle();
    const closed: number[] = [];
    for (let i = 0; i < 5; i++) scene.connect(`user ${i}`).onClose(() => closed.push(i));
    await settle();
    assert.deepEqual(closed, [0, 1]);
    assert.equal(friend.status.peek(), "synced");
    assert.equal(scene.hub.stats().connections, 4);
  });

  test("of one author's connections hold for that author alone, and end with them", async () => {
    const scene = createScene({ limits: { maxConnectionsPerAuthor: 2 } });
    const first = await scene.stranger("ada");
    await scene.stranger("ada");
    assert.ok((await scene.stranger("ada")).closed());
    assert.ok(!(await scene.stranger("bob")).closed());
    assert.ok(!(await scene.stranger()).closed());
    assert.ok(!first.closed());
    scene.hub.revoke("ada");
    await settle();
    assert.ok(!(await scene.stranger("ada")).closed());
  });

  test("of bytes in a minute count over all connections of an author", async () => {
    const scene = createScene({ limits: { maxBytesPerMinute: 130, silentMs: 10_000_000 } });
    const [first, second] = [await scene.stranger("ada"), await scene.stranger("ada")];
    const updates = typed(99, "abcdefgh");
    await first.update(...updates.slice(0, 2));
    await second.update(...updates.slice(2, 4));
    assert.deepEqual(
      [...first.kinds(), ...second.kinds()].filter((kind) => kind !== "update"),
      ["ack", "ack"],
    );
    await second.update(...updates.slice(4, 8));
    assert.ok(second.kinds().includes("SYNC_LIMIT"));
    await scene.platform.advance(60_001);
    await first.update(...updates.slice(4, 6));
    assert.ok(first.kinds().includes("ack"));
  });

  test("of a document's bytes stop clients, not the server, and not other documents", async () => {
    const scene = createScene({ limits: { maxDocumentBytes: 300 } });
    const stranger = await scene.stranger("ada");
    await stranger.update(...typed(99, "abcdefghijklmnopqrstuvwxyz"));
    assert.ok(stranger.kinds().includes("SYNC_LIMIT"));
    const handle = await scene.hub.open("doc");
    handle.doc.text("body").insert(0, "x".repeat(1000));
    await handle.saved();
    const { updates } = await scene.store.load("doc");
    assert.ok(updates.reduce((sum, update) => sum + update.length, 0) < 2000);
    const other = await scene.hub.open("other");
    other.doc.text("body").insert(0, "x");
    await other.saved();
  });

  test("of a document's operations stop who would make it one that no client can load", async () => {
    const scene = createScene();
    for (const [author, id, isTaken] of [
      ["ada", 98, true],
      ["bob", 99, false],
    ] as const) {
      const stranger = await scene.stranger(author);
      await stranger.update(writtenAndDeleted(id));
      assert.equal(stranger.kinds().includes("SYNC_LIMIT"), !isTaken);
    }
    const cyd = scene.replica("cyd");
    await scene.platform.advance(100);
    assert.equal(cyd.status.peek(), "synced");
    cyd.doc.text("body").insert(0, "here");
    await scene.platform.advance(100);
    assert.equal(cyd.status.peek(), "synced");
    cyd.stop();
  });

  test("of operations do not keep a hub from what its store has, so that it can be cut", async () => {
    const scene = createScene({ limits: { compactAfter: 3 } });
    const handle = await scene.hub.open("doc");
    for (const id of [98, 99]) handle.doc.apply(writtenAndDeleted(id));
    handle.doc.text("body").insert(0, "kept");
    await handle.saved();
    await scene.hub.close();
    assert.ok((await scene.store.load("doc")).snapshot);
    const next = createScene({ store: scene.store });
    assert.equal(await bodyOf(next), "kept");
    assert.ok(await next.hub.documents.cut("doc"));
    assert.equal(createDoc().apply((await next.store.load("doc")).snapshot ?? assert.fail()).pending, false);
  });
});

/** Sixty million operations in some bytes. */
function writtenAndDeleted(replicaId: number): Uint8Array {
  const doc = createDoc({ replicaId });
  const text = doc.text("body");
  text.insert(0, "x".repeat(30_000_000));
  text.delete(0, text.length);
  return doc.encode();
}

describe("hooks and figures", () => {
  test("say what happens, and one that throws changes nothing", async () => {
    const said: string[] = [];
    const scene = createScene({
      limits: { idleMs: 1000 },
      hooks: {
        loaded: (name) => said.push(`loaded ${name}`),
        unloaded: (name) => said.push(`unloaded ${name}`),
        opened: (name, { author }, level) => said.push(`opened ${name} ${author} ${level}`),
        left: (name, { author }) => said.push(`left ${name} ${author}`),
        stored: (name, update, author) => {
          said.push(`stored ${name} ${update.length > 0} ${author}`);
          throw new Error("a bug of the hook");
        },
      },
    });
    const [writer, reader] = [scene.replica("ada"), scene.replica("bob")];
    await settle();
    writer.doc.text("body").insert(0, "x");
    await settle();
    assert.equal(writer.status.peek(), "synced");
    assert.equal(reader.doc.text("body").toString(), "x");
    writer.stop();
    reader.stop();
    await scene.platform.advance(2000);
    assert.deepEqual(said, [
      "loaded doc",
      "opened doc ada write",
      "opened doc bob write",
      "stored doc true ada",
      "left doc ada",
      "left doc bob",
      "unloaded doc",
    ]);
    assert.equal(scene.reported.length, 1);
    const { updatesReceived, updatesStored, updatesDelivered, pending, bytesStored } = scene.hub.stats();
    assert.deepEqual([updatesReceived, updatesStored, updatesDelivered, pending], [1, 1, 1, 0]);
    assert.ok(bytesStored > 0);
  });

  test("presence that does not fit its schema ends its connection, and one that fits may be changed by it", async () => {
    const presence = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          typeof value === "object" && value !== null && "at" in value && typeof value.at === "number"
            ? { value: { at: Math.min(value.at, 10) } as WireValue }
            : { issues: [{ message: "no place" }] },
      },
    };
    const scene = createScene({ presence });
    const [ada, bob] = [await scene.stranger("ada"), await scene.stranger("bob")];
    await ada.send({ kind: "presence", handle: 1, state: { at: 99, extra: "x" } });
    await scene.platform.advance(100);
    const peers = bob.heard.find((frame) => frame.kind === "peers");
    assert.equal(JSON.stringify(peers?.kind === "peers" && peers.changes), '[[1,"ada",{"at":10}]]');
    await ada.send({ kind: "presence", handle: 1, state: { nowhere: true } });
    assert.ok(ada.kinds().includes("SYNC_BAD_FRAME"));
    assert.ok(!bob.closed());
  });
});

describe("documents as a whole", () => {
  async function createFilled(): Promise<Scene> {
    const scene = createScene();
    const handle = await scene.hub.open("doc");
    handle.doc.text("body").insert(0, "one");
    await handle.saved();
    handle.release();
    return scene;
  }

  test("are listed, exported, imported and copied", async () => {
    const scene = await createFilled();
    const { documents } = scene.hub;
    await documents.copy("doc", "copy");
    await documents.import("imported", await documents.export("doc"));
    assert.deepEqual(await documents.list(), ["copy", "doc", "imported"]);
    assert.deepEqual(await documents.list({ prefix: "d" }), ["doc"]);
    assert.equal(await bodyOf(scene, "copy"), "one");
    await expect(documents.copy("doc", "imported")).rejects.toMatchObject({ code: "SYNC_BAD_NAME" });
    await expect(documents.import("bad", Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: "CRDT_UNKNOWN_FORMAT",
    });
    // A copy is a document of its own: whoever wrote the first may go on in both.
    const handle = await scene.hub.open("copy");
    handle.doc.text("body").insert(3, " more");
    await handle.saved();
    assert.equal(await bodyOf(scene), "one");
    assert.equal(await bodyOf(createScene({ store: scene.store }), "copy"), "one more");
  });

  test("that are not there are empty, and a copy of nothing is nothing", async () => {
    const { documents } = (await createFilled()).hub;
    await documents.copy("nobody's", "copy");
    await documents.import("imported", await documents.export("nobody's"));
    assert.deepEqual(await documents.list(), ["doc"]);
    await documents.import("copy", await documents.export("doc"));
    assert.deepEqual(await documents.list(), ["copy", "doc"]);
  });

  test("keep named versions, which later edits leave alone", async () => {
    const scene = await createFilled();
    const { documents } = scene.hub;
    await documents.saveVersion("doc", "first");
    const handle = await scene.hub.open("doc");
    handle.doc.text("body").insert(3, " two");
    await documents.saveVersion("doc", "second");
    assert.deepEqual(await documents.listVersions("doc"), ["first", "second"]);
    const first = createDoc();
    first.apply((await documents.readVersion("doc", "first")) ?? assert.fail());
    assert.equal(first.text("body").toString(), "one");
    await documents.import("restored", (await documents.readVersion("doc", "first")) ?? assert.fail());
    assert.equal(await bodyOf(scene, "restored"), "one");
    await documents.removeVersion("doc", "first");
    assert.equal(await documents.readVersion("doc", "first"), undefined);
  });

  test("keep files by their content, once and within limits", async () => {
    const scene = createScene({ limits: { maxFileBytes: 100, maxFilesBytes: 150 } });
    const { documents } = scene.hub;
    const picture = new Uint8Array(100).fill(7);
    const file = await documents.addFile("doc", picture);
    assert.match(file.hash, /^[0-9a-f]{64}$/);
    assert.deepEqual(await documents.addFile("doc", picture.slice()), file);
    assert.deepEqual(await documents.listFiles("doc"), [{ hash: file.hash, size: 100 }]);
    assert.deepEqual(await documents.readFile("doc", file.hash), picture);
    assert.equal(await documents.readFile("other", file.hash), undefined);
    await expect(documents.addFile("doc", new Uint8Array(101))).rejects.toMatchObject({ code: "SYNC_LIMIT" });
    await expect(documents.addFile("doc", new Uint8Array(51))).rejects.toMatchObject({ code: "SYNC_LIMIT" });
    await documents.removeFile("doc", file.hash);
    await documents.addFile("doc", new Uint8Array(51));
  });

  test("that are removed end for whoever has them open, and their names are free", async () => {
    const scene = await createFilled();
    const replica = scene.replica("ada");
    await settle();
    await scene.hub.documents.addFile("doc", Uint8Array.of(1));
    await scene.hub.documents.remove("doc");
    await settle();
    assert.equal(replica.error.peek()?.code, "SYNC_REMOVED");
    assert.equal(replica.status.peek(), "refused"); // it does not bring the document back by itself
    assert.deepEqual(await scene.hub.documents.list(), []);
    assert.deepEqual(await scene.hub.documents.listFiles("doc"), []);
    assert.equal(await bodyOf(scene), "");
    assert.deepEqual(scene.reported, []); // it was asked for
    await scene.hub.documents.remove("doc"); // nobody has it open now
    replica.stop();
    await scene.hub.close();
    assert.equal(scene.platform.timers(), 0);
  });
});
