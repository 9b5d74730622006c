import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import {
  createHub,
  createPresence,
  createReplica,
  memoryStore,
  type Replica,
  signalOf,
  TextCursors,
} from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";
import { createTestPlatform } from "./world.ts";

const WRONG: readonly unknown[] = [null, {}, [], "x", true, Symbol("s"), new Date(0)];
const NO_NUMBERS: readonly unknown[] = [...WRONG, Number.NaN, -1, "5", 5n];

const hubWith = (more: object): unknown =>
  createHub({ store: memoryStore(), platform: createTestPlatform(), ...more } as never); // cast: callers without types

const replicaWith = (more: object): unknown =>
  createReplica({
    doc: createDoc({ replicaId: 1 }),
    name: "doc",
    platform: createTestPlatform(),
    connect: () => createChannelPair()[0],
    ...more,
  } as never); // cast: as above

describe("what callers without types pass", () => {
  test.each(["store", "platform", "limits"])("to a hub as %s is refused with a code", (name) => {
    const takesAny = name === "limits" ? [null, "x", true] : [undefined, ...WRONG];
    for (const wrong of takesAny) assert.throws(() => hubWith({ [name]: wrong }), { code: "SYNC_BAD_OPTION" });
  });

  test("to a hub as a limit is refused, as what is no number would limit nothing", () => {
    for (const name of ["maxMessageBytes", "maxDocuments", "helloMs", "offlineMs"])
      for (const wrong of NO_NUMBERS)
        assert.throws(() => hubWith({ limits: { [name]: wrong } }), { code: "SYNC_BAD_OPTION" });
  });

  test.each(["doc", "platform", "connect", "minRetryMs", "maxRetryMs", "connectMs", "maxFrameBytes"])(
    "to a replica as %s is refused with a code",
    (name) => {
      const isNumber = name.endsWith("Ms") || name.endsWith("Bytes");
      for (const wrong of isNumber ? NO_NUMBERS : [undefined, ...WRONG])
        assert.throws(() => replicaWith({ [name]: wrong }), { code: "SYNC_BAD_OPTION" });
    },
  );

  test.each(["bus", "authorize", "comments", "authorizeUpdate", "onError"])(
    "to a hub as %s is refused with a code",
    (name) => {
      for (const wrong of WRONG) assert.throws(() => hubWith({ [name]: wrong }), { code: "SYNC_BAD_OPTION" });
    },
  );

  test.each(["store", "tabs"])("to a replica as %s is refused with a code", (name) => {
    for (const wrong of WRONG) assert.throws(() => replicaWith({ [name]: wrong }), { code: "SYNC_BAD_OPTION" });
  });

  test("to a hub as a connection is refused before it is one of them", () => {
    const hub = createHub({ store: memoryStore(), platform: createTestPlatform() });
    const [channel] = createChannelPair();
    const accept = hub.accept as (...wrong: readonly unknown[]) => void; // cast: callers without types
    for (const wrong of [undefined, ...WRONG]) {
      assert.throws(() => accept.call(hub, wrong, { user: "ann" }), { code: "SYNC_BAD_OPTION" });
      if (typeof wrong !== "object" || wrong === null)
        assert.throws(() => accept.call(hub, channel, wrong), { code: "SYNC_BAD_OPTION" });
      if (wrong !== undefined && wrong !== "x") {
        assert.throws(() => accept.call(hub, channel, { user: "ann", author: wrong }), { code: "SYNC_BAD_OPTION" });
        assert.throws(() => hub.revoke(wrong as never), { code: "SYNC_BAD_OPTION" });
      }
    }
    for (const user of [Symbol("s"), new Date(0), { since: new Date(0) }, { id: undefined }, 5n])
      assert.throws(() => accept.call(hub, channel, { user }), { code: "WIRE_BAD_VALUE" });
    assert.equal(hub.stats().connections, 0);
    accept.call(hub, channel, {}); // nobody in particular
    assert.equal(hub.stats().connections, 1);
  });

  test("to a presence is refused with a code", () => {
    const replica = replicaWith({}) as Replica;
    const platform = createTestPlatform();
    const create = (...wrong: readonly unknown[]): unknown =>
      createPresence(...(wrong as Parameters<typeof createPresence>)); // cast: as above
    for (const wrong of [undefined, ...WRONG]) {
      assert.throws(() => create(wrong, { platform }), { code: "SYNC_BAD_OPTION" });
      assert.throws(() => create(replica, wrong), { code: "SYNC_BAD_OPTION" });
      assert.throws(() => create(replica, { platform: wrong }), { code: "SYNC_BAD_OPTION" });
    }
    for (const throttleMs of NO_NUMBERS)
      assert.throws(() => create(replica, { platform, throttleMs }), { code: "SYNC_BAD_OPTION" });
  });

  test("to TextCursors is refused with a code", () => {
    const replica = replicaWith({}) as Replica;
    const { doc } = replica;
    const presence = createPresence(replica, { platform: createTestPlatform() });
    const right = { doc, text: doc.text("body"), presence, changed: () => {} };
    const create = (more: object): TextCursors => new TextCursors({ ...right, ...more } as never); // cast: as above
    for (const name of ["doc", "text", "presence", "changed", "describe", "publish"])
      for (const wrong of [...WRONG, ...(name in right ? [undefined] : [])])
        assert.throws(() => create({ [name]: wrong }), { code: "SYNC_BAD_OPTION" });
    assert.throws(() => new TextCursors(undefined as never), { code: "SYNC_BAD_OPTION" }); // cast: as above
    const cursors = create({});
    right.text.insert(0, "text");
    for (const wrong of [undefined, ...WRONG, { anchor: 1 }, { anchor: "1", head: 1 }])
      assert.throws(() => cursors.share(wrong as never), { code: "SYNC_BAD_OPTION" }); // cast: as above
    for (const anchor of [Number.NaN, 0.5])
      assert.throws(() => cursors.share({ anchor, head: 0 }), { code: "CRDT_BAD_INDEX" });
    cursors.stop();
  });

  test("to signalOf is refused with a code", () => {
    for (const wrong of [undefined, ...WRONG, { type: "toString" }, { type: ["text"] }])
      assert.throws(() => signalOf(wrong as never), { code: "SYNC_BAD_OPTION" }); // cast: as above
  });

  test("to a hub or a replica as a name is refused with a code", async () => {
    const hub = createHub({ store: memoryStore(), platform: createTestPlatform() });
    for (const wrong of [undefined, 5, ...WRONG].filter((name) => name !== "x")) {
      await expect(hub.open(wrong as never)).rejects.toMatchObject({ code: "SYNC_BAD_NAME" }); // casts: as above
      await expect(hub.documents.export(wrong as never)).rejects.toMatchObject({ code: "SYNC_BAD_NAME" });
      assert.throws(() => replicaWith({ name: wrong }), { code: "SYNC_BAD_NAME" });
    }
    assert.throws(() => createHub(undefined as never), { code: "SYNC_BAD_OPTION" });
    assert.throws(() => createReplica(undefined as never), { code: "SYNC_BAD_NAME" });
  });
});

test("a limit that is undefined is not given: the default holds", async () => {
  const limits = { maxConnectionsPerAuthor: undefined as never }; // cast: callers without types
  const hub = createHub({ store: memoryStore(), platform: createTestPlatform(), limits });
  let closed = 0;
  for (let i = 0; i <= 100; i++) {
    const [near, far] = createChannelPair();
    near.onClose(() => closed++);
    hub.accept(far, { user: { name: "ann" }, author: "ann" });
  }
  await expect.poll(() => closed).toBe(1);
});
