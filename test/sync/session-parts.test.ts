import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { nodePlatform as platform } from "../../adapters/node/index.ts";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore } from "../../lib/sync/index.ts";
import { Connection } from "../../lib/sync/replica/connection.ts";
import { loadRenewer } from "../../lib/sync/replica/core.ts";
import { Outgoing } from "../../lib/sync/replica/outgoing.ts";
import { Unsaved } from "../../lib/sync/replica/unsaved.ts";
import { createChannelPair } from "../../lib/wire/index.ts";

/** The part is the file's own: each test wants it loaded further. They run in this order. */
function createScene() {
  const hub = createHub<{ user: string; author: string }>({
    store: memoryStore(),
    platform,
    authorizeUpdate: (_connection, _name, { operations }) => operations.every(({ path }) => path[0] !== "locked"),
  });
  const scene = { hub, accepted: 0, connect };
  function connect() {
    const [near, far] = createChannelPair();
    scene.accepted++;
    hub.accept(far, { user: "ada", author: "ada" });
    return near;
  }
  return scene;
}

test("a session that hears a refusal without the part that follows it is offline until that is there, and loses nothing", async () => {
  const { hub, connect } = createScene();
  const doc = createDoc({ random: platform.random });
  let fails = true;
  const said: (string | undefined)[] = [];
  const connection: Connection = new Connection(
    { doc, name: "doc", connect, platform, minRetryMs: 5, maxRetryMs: 10 },
    {
      known: new Unsaved(doc),
      outgoing: new Outgoing(doc),
      get createAftermath() {
        return fails ? undefined : loadRenewer.peek()?.SessionAftermath;
      },
      async prepare() {
        if (fails) throw new Error("no network");
        await loadRenewer();
      },
      renew: async (known, { error }) => {
        said.push(error.code);
        doc.apply(known.encode());
      },
      cut: async () => false,
    },
    {
      changed: () => said.push(connection.error?.code),
      acknowledged: () => {},
      opened: () => {},
      peers: () => {},
      lost: () => {},
    },
  );
  doc.onUpdate((update, origin) => connection.push(update, origin));
  connection.start();
  await expect.poll(() => connection.status).toBe("synced");
  doc.map("locked").set("a", 1);
  await expect.poll(() => said.filter((code) => code === "SYNC_UNAVAILABLE").length).toBeGreaterThan(2); // it tries again
  assert.ok(!said.includes("SYNC_REFUSED"));
  fails = false;
  await expect.poll(() => said.includes("SYNC_REFUSED")).toBe(true);
  connection.stop();
  await hub.close();
});

test("a refusal and a cut are followed in the session in which they are heard, once what that takes is loaded", async () => {
  const scene = createScene();
  const { hub, connect } = scene;
  const replica = createReplica({ doc: createDoc({ random: platform.random }), name: "doc", connect, platform });
  await expect.poll(() => replica.status.get()).toBe("synced");
  replica.doc.map("locked").set("a", 1);
  replica.doc.text("body").insert(0, "kept, and much that goes");
  await expect.poll(() => replica.refused.get().length).toBe(1);
  await expect.poll(() => replica.status.get()).toBe("synced");
  const before = scene.accepted;
  replica.doc.text("body").delete(4, 20);
  await expect.poll(() => replica.status.get()).toBe("synced");
  assert.ok(await hub.documents.cut("doc"));
  await expect.poll(() => replica.rebased.get().length).toBe(0);
  await expect.poll(() => scene.accepted).toBe(before + 1); // a cut ends sessions
  await expect.poll(() => replica.status.get()).toBe("synced");
  const { doc, release } = await hub.open("doc");
  assert.deepEqual([`${doc.text("body")}`, `${replica.doc.text("body")}`], ["kept", "kept"]);
  release();
  replica.stop();
  await hub.close();
});
