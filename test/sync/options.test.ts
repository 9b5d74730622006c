import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore } from "../../lib/sync/index.ts";
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
