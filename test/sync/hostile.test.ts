import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, encodeVersion } from "../../lib/crdt/index.ts";
import {
  createHub,
  createPresence,
  createReplica,
  type Hub,
  type HubLimits,
  memoryStore,
  type Presence,
  type Replica,
} from "../../lib/sync/index.ts";
import {
  createChannelPair,
  decodeSyncFrame,
  encodeFrame,
  encodeSyncFrame,
  SYNC_PROTOCOL,
  type SyncFrame,
  type WireValue,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { createTestPlatform, settle, type TestPlatform } from "./world.ts";

const EMPTY = encodeVersion(new Map());
const HELLO: SyncFrame = { kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] };
const OPEN: SyncFrame = { kind: "open", handle: 1, name: "doc", version: EMPTY };

interface Stranger {
  send(frame: SyncFrame): Promise<void>;
  sendBytes(bytes: Uint8Array): Promise<void>;
  readonly heard: SyncFrame[];
  /** The code of the close, once closed. */
  closed(): number | undefined;
  /** The codes of the errors heard. */
  errors(): string[];
}

interface Scene {
  readonly hub: Hub;
  readonly platform: TestPlatform;
  readonly friend: Replica;
  readonly presence: Presence;
  readonly reported: unknown[];
  stranger(user?: string): Stranger;
  /** The friend is still connected, and an edit of theirs still arrives. */
  checkUntouched(): Promise<void>;
}

async function createScene(limits: HubLimits = {}): Promise<Scene> {
  const platform = createTestPlatform(3);
  const reported: unknown[] = [];
  const store = memoryStore();
  const hub = createHub<{ user: string }>({
    store,
    platform,
    limits,
    authorize: ({ user }, _name, level) => user !== "banned" && (level === "read" || user !== "reader"),
    onError: (error) => reported.push(error),
  });
  const connect = (user: string): ReturnType<typeof createChannelPair>[0] => {
    const [near, far] = createChannelPair();
    hub.accept(far, { user });
    return near;
  };
  const doc = createDoc({ random: platform.random });
  const friend = createReplica({ doc, name: "doc", connect: () => connect("friend"), platform });
  const presence = createPresence(friend, { platform });
  doc.text("body").insert(0, "hello");
  await settle();
  assert.equal(friend.status.get(), "synced");
  const lost: string[] = [];
  friend.presence.listen({ opened() {}, changed() {}, lost: () => lost.push("lost") });

  return {
    hub,
    platform,
    friend,
    presence,
    reported,
    stranger(user = "stranger") {
      const channel = connect(user);
      const heard: SyncFrame[] = [];
      let closed: number | undefined;
      channel.onMessage((bytes) => heard.push(decodeSyncFrame(bytes)));
      channel.onClose((code) => {
        closed = code;
      });
      const sendBytes = (bytes: Uint8Array): Promise<void> => {
        channel.send(bytes);
        return settle();
      };
      return {
        heard,
        sendBytes,
        send: (frame) => sendBytes(encodeSyncFrame(frame)),
        closed: () => closed,
        errors: () => heard.flatMap((frame) => (frame.kind === "error" ? [frame.code] : [])),
      };
    },
    async checkUntouched() {
      const text = doc.text("body");
      text.insert(text.length, "!");
      await settle();
      assert.deepEqual(lost, []);
      assert.equal(friend.status.get(), "synced");
      const handle = await hub.open("doc");
      assert.equal(handle.doc.text("body").toString(), text.toString());
      const stored = createDoc();
      const { snapshot, updates } = await store.load("doc");
      for (const update of [...(snapshot === undefined ? [] : [snapshot]), ...updates]) stored.apply(update);
      assert.equal(stored.text("body").toString(), text.toString());
      handle.release();
    },
  };
}

/** An update that inserts into a text, made by a document of its own. */
function updateOf(content: string, replicaId = 99): Uint8Array {
  const doc = createDoc({ replicaId });
  doc.text("body").insert(0, content);
  return doc.encode();
}

describe("a hub and a stranger", () => {
  const beforeHello: readonly (readonly [name: string, bytes: Uint8Array, code: string | RegExp])[] = [
    ["nothing at all", new Uint8Array(), /^(WIRE|POOL)_/],
    ["bytes that are no MessagePack", Uint8Array.of(0xc1, 1, 2), /^WIRE_/],
    ["text", new TextEncoder().encode('{"type":"hello"}'), /^(WIRE|SYNC)_/],
    ["an array that claims more than it has", Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff), /^(WIRE|POOL)_/],
    [
      "a string that claims more than it has",
      Uint8Array.of(0x92, 32, 0xdb, 0x7f, 0xff, 0xff, 0xff, 1),
      /^(WIRE|POOL)_/,
    ],
    ["a live frame", encodeFrame([1, "x"]), "SYNC_BAD_FRAME"],
    ["a hello with a field too few", encodeFrame([32, 1]), "SYNC_BAD_FRAME"],
    ["a hello with a field of the wrong type", encodeFrame([32, "1", []]), "SYNC_BAD_FRAME"],
    ["an open before hello", encodeSyncFrame(OPEN), "SYNC_BAD_FRAME"],
    ["a ping before hello", encodeSyncFrame({ kind: "ping", nonce: 1 }), "SYNC_BAD_FRAME"],
    [
      "a part before hello",
      encodeSyncFrame({ kind: "part", last: false, bytes: new Uint8Array(800) }),
      "SYNC_BAD_FRAME",
    ],
    ["more than 1 KiB before hello", encodeFrame([32, 1, ["x".repeat(2000)]]), "SYNC_LIMIT"],
    ["another protocol", encodeSyncFrame({ ...HELLO, protocol: 99 }), "SYNC_PROTOCOL"],
  ];
  test.each(beforeHello)("%s before anything else: ERROR, closed, all others untouched", async (_name, bytes, code) => {
    const scene = await createScene();
    const stranger = scene.stranger();
    await stranger.sendBytes(bytes);
    assert.equal(stranger.errors().length, 1);
    assert.match(stranger.errors()[0] ?? "", typeof code === "string" ? new RegExp(`^${code}$`) : code);
    assert.equal(stranger.closed(), 1008);
    await stranger.send(HELLO);
    assert.equal(stranger.heard.length, 1); // nobody listens any more
    assert.deepEqual(scene.reported, []);
    await scene.checkUntouched();
  });

  const whileOpen: readonly (readonly [name: string, frames: readonly SyncFrame[], code: string])[] = [
    ["a second hello", [HELLO], "SYNC_BAD_FRAME"],
    ["a frame only hubs send", [{ kind: "ack", handle: 1, ref: 1 }], "SYNC_BAD_FRAME"],
    ["a handle twice", [OPEN], "SYNC_BAD_FRAME"],
    ["handle 0", [{ ...OPEN, handle: 0 }], "SYNC_BAD_FRAME"],
    [
      "an update of garbage",
      [{ kind: "update", handle: 1, ref: 1, updates: [Uint8Array.of(1, 2, 3)] }],
      "SYNC_BAD_UPDATE",
    ],
    ["an empty update", [{ kind: "update", handle: 1, ref: 1, updates: [new Uint8Array()] }], "SYNC_BAD_UPDATE"],
    ["a version of garbage", [{ kind: "missing", handle: 1, ref: 0, version: Uint8Array.of(255) }], "CRDT_BAD_VERSION"],
    ["a presence too large", [{ kind: "presence", handle: 1, state: "x".repeat(2000) }], "SYNC_LIMIT"],
    ["a flood of pings", Array.from({ length: 10_001 }, (_, nonce) => ({ kind: "ping", nonce })), "SYNC_LIMIT"],
    [
      "a flood of questions for what is missing",
      Array.from({ length: 101 }, () => ({ kind: "missing", handle: 1, ref: 0, version: EMPTY }) as const),
      "SYNC_LIMIT",
    ],
    [
      "the same document, opened and left all the time",
      Array.from({ length: 202 }, (_, i) => (i % 2 === 0 ? ({ kind: "leave", handle: 1 } as const) : OPEN)),
      "SYNC_LIMIT",
    ],
    ["tiny parts", [{ kind: "part", last: false, bytes: new Uint8Array(1) }], "SYNC_BAD_FRAME"],
    [
      "parts within parts",
      [{ kind: "part", last: true, bytes: encodeSyncFrame({ kind: "part", last: true, bytes: new Uint8Array(1) }) }],
      "SYNC_BAD_FRAME",
    ],
    [
      "more parts than a frame may have",
      Array.from({ length: 20 }, () => ({ kind: "part", last: false, bytes: new Uint8Array(60_000) }) as const),
      "SYNC_LIMIT",
    ],
    ["a message too large", [{ kind: "part", last: false, bytes: new Uint8Array(300_000) }], "SYNC_LIMIT"],
    [
      "more documents than allowed",
      Array.from({ length: 40 }, (_, index) => ({ ...OPEN, handle: index + 2, name: `doc ${index}` })),
      "SYNC_LIMIT",
    ],
  ];
  test.each(whileOpen)("%s in an open document: ERROR, closed, all others untouched", async (_name, frames, code) => {
    const scene = await createScene({ maxFrameBytes: 1_000_000 });
    const stranger = scene.stranger();
    await stranger.send(HELLO);
    await stranger.send(OPEN);
    for (const frame of frames) await stranger.send(frame);
    assert.deepEqual(stranger.errors(), [code]);
    assert.equal(stranger.closed(), 1008);
    assert.deepEqual(scene.reported, []);
    await scene.checkUntouched();
  });

  test("as many documents as are allowed are opened at once, and asked again for what is missing", async () => {
    const scene = await createScene({ maxDocuments: 300 });
    const stranger = scene.stranger();
    await stranger.send(HELLO);
    for (let handle = 1; handle <= 300; handle++) await stranger.send({ ...OPEN, handle, name: `doc ${handle}` });
    for (let handle = 1; handle <= 300; handle++)
      await stranger.send({ kind: "missing", handle, ref: 0, version: EMPTY });
    assert.deepEqual(stranger.errors(), []);
    assert.equal(stranger.closed(), undefined);
  });

  test("a valid update with one changed byte is refused whole", async () => {
    const good = updateOf("from a stranger");
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (index, flip) => {
        const scene = await createScene();
        const before = scene.friend.doc.text("body").toString();
        const stranger = scene.stranger();
        await stranger.send(HELLO);
        await stranger.send(OPEN);
        const bad = good.slice();
        bad[index] = (bad[index] ?? 0) ^ flip;
        await stranger.send({ kind: "update", handle: 1, ref: 1, updates: [bad] });
        assert.deepEqual(stranger.errors(), ["SYNC_BAD_UPDATE"]);
        assert.equal(scene.friend.doc.text("body").toString(), before);
        await scene.checkUntouched();
      }),
      { numRuns: 60 },
    );
  });

  test("any bytes at all, before and after hello, never reach anyone else", async () => {
    const scene = await createScene();
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.uint8Array({ maxLength: 64 }),
        fc.integer({ min: 30, max: 50 }),
        async (greet, bytes, type) => {
          const stranger = scene.stranger();
          if (greet) for (const frame of [HELLO, OPEN]) await stranger.send(frame);
          await stranger.sendBytes(bytes);
          await scene.stranger().sendBytes(Uint8Array.of(0x92, type, ...bytes));
        },
      ),
      { numRuns: runs(200) },
    );
    assert.deepEqual(scene.reported, []);
    await scene.checkUntouched();
  });

  test("a connection that never says hello is closed after helloMs", async () => {
    const scene = await createScene({ helloMs: 500 });
    const stranger = scene.stranger();
    await scene.platform.advance(499);
    assert.equal(stranger.closed(), undefined);
    await scene.platform.advance(2);
    assert.deepEqual(stranger.errors(), ["SYNC_SILENT"]);
    assert.equal(stranger.closed(), 1008);
  });

  test("a connection that falls silent is closed, and its presence goes with it", async () => {
    const scene = await createScene();
    const stranger = scene.stranger("sleepy");
    for (const frame of [HELLO, OPEN]) await stranger.send(frame);
    await stranger.send({ kind: "presence", handle: 1, state: "here" });
    await scene.platform.advance(100);
    assert.deepEqual(
      scene.presence.others.get().map(({ user, state }) => [user, state]),
      [["sleepy", "here"]],
    );
    await scene.platform.advance(60_000);
    assert.deepEqual(stranger.errors(), ["SYNC_SILENT"]);
    assert.deepEqual(scene.presence.others.get(), []);
    await scene.checkUntouched();
  });

  test("nobody speaks for another: the hub names the user, whatever the state claims", async () => {
    const scene = await createScene();
    const stranger = scene.stranger("mallory");
    for (const frame of [HELLO, OPEN]) await stranger.send(frame);
    await stranger.send({ kind: "presence", handle: 1, state: { user: "friend", peer: 1 } });
    await scene.platform.advance(100);
    assert.deepEqual(
      scene.presence.others.get().map((peer) => peer.user),
      ["mallory"],
    );
    // A frame of the form hubs send, naming someone else, is no frame a hub takes.
    await stranger.send({ kind: "peers", handle: 1, full: true, changes: [[1, "friend", null]] });
    assert.deepEqual(stranger.errors(), ["SYNC_BAD_FRAME"]);
    await scene.checkUntouched();
  });

  test.each([58, 59, 60, 61, 62, 63])(
    "a presence of %i lists in each other reaches the others, or nobody, and harms none",
    async (depth) => {
      const scene = await createScene();
      const stranger = scene.stranger("mallory");
      for (const frame of [HELLO, OPEN]) await stranger.send(frame);
      let state: WireValue = "here";
      for (let i = 0; i < depth; i++) state = [state];
      await stranger.send({ kind: "presence", handle: 1, state });
      await scene.platform.advance(100);
      const seen = scene.presence.others.get().length;
      const newcomer = scene.stranger();
      for (const frame of [HELLO, OPEN]) await newcomer.send(frame);
      const told = newcomer.heard.flatMap((frame) => (frame.kind === "peers" ? frame.changes : []));
      assert.deepEqual([newcomer.errors(), told.length], [[], seen]);
      assert.deepEqual(stranger.errors(), seen === 1 ? [] : ["WIRE_TOO_DEEP"]);
      assert.deepEqual(scene.reported, []);
      await scene.checkUntouched();
    },
  );

  test("a reader reads, and what a reader writes is refused and seen by nobody", async () => {
    const scene = await createScene();
    const reader = scene.stranger("reader");
    for (const frame of [HELLO, OPEN]) await reader.send(frame);
    assert.ok(
      reader.heard.some((frame) => frame.kind === "opened" && frame.level === "read" && frame.update.length > 0),
    );
    await reader.send({ kind: "update", handle: 1, ref: 1, updates: [updateOf("graffiti")] });
    assert.deepEqual(reader.errors(), ["SYNC_READ_ONLY"]);
    assert.equal(scene.friend.doc.text("body").toString(), "hello");
    await scene.checkUntouched();
  });

  test("whom authorize refuses learns nothing of the document, not even whether it exists", async () => {
    const scene = await createScene();
    const banned = scene.stranger("banned");
    await banned.send(HELLO);
    await banned.send(OPEN);
    await banned.send({ ...OPEN, handle: 2, name: "no such document" });
    const answers = banned.heard.slice(1).map((frame) => ({ ...frame, handle: 0 }));
    assert.deepEqual(answers[0], answers[1]);
    assert.deepEqual(banned.errors(), ["SYNC_FORBIDDEN", "SYNC_FORBIDDEN"]);
    assert.equal(scene.hub.stats().documents, 1);
    await scene.checkUntouched();
  });

  test.each([
    ["empty", ""],
    ["over 512 bytes", "é".repeat(257)],
  ])("a name that is %s is refused", async (_what, name) => {
    const scene = await createScene();
    const stranger = scene.stranger();
    await stranger.send(HELLO);
    await stranger.send({ ...OPEN, name });
    assert.deepEqual(stranger.errors(), ["SYNC_BAD_NAME"]);
    assert.equal(stranger.closed(), undefined);
  });

  test("an update whose predecessors are missing is asked for again, and none is kept", async () => {
    const scene = await createScene();
    const doc = createDoc({ replicaId: 77 });
    const made: Uint8Array[] = [];
    doc.onUpdate((bytes) => made.push(bytes));
    for (const letter of "abc") doc.text("body").insert(doc.text("body").length, letter);
    const stranger = scene.stranger();
    for (const frame of [HELLO, OPEN]) await stranger.send(frame);
    for (let i = 0; i < 300; i++) {
      await stranger.send({ kind: "update", handle: 1, ref: i, updates: made.slice(2) });
    }
    assert.equal(stranger.heard.filter((frame) => frame.kind === "missing").length, 300);
    const handle = await scene.hub.open("doc");
    assert.deepEqual(handle.doc.pending().updates, 0);
    await stranger.send({ kind: "update", handle: 1, ref: 300, updates: [doc.encode()] });
    assert.ok(stranger.heard.some((frame) => frame.kind === "ack" && frame.ref === 300));
    assert.ok(handle.doc.text("body").toString().includes("abc"));
    await scene.checkUntouched();
  });
});
