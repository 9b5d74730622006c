import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, type Hub, memoryStore, type Replica } from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";
import { createTestPlatform, settle, type TestPlatform } from "./world.ts";

interface Scene {
  readonly platform: TestPlatform;
  readonly hub: Hub;
  readonly reported: unknown[];
  join(doc?: Doc): Replica;
}

function createScene(): Scene {
  const platform = createTestPlatform(4);
  const reported: unknown[] = [];
  const hub = createHub({ store: memoryStore(), platform, onError: (error) => reported.push(error) });
  return {
    platform,
    hub,
    reported,
    join: (doc = createDoc({ random: platform.random })) =>
      createReplica({
        doc,
        name: "doc",
        platform,
        connect() {
          const [near, far] = createChannelPair();
          hub.accept(far, { user: null });
          return near;
        },
      }),
  };
}

const read = (replica: Replica): string => replica.doc.text("body").toString();
const write = (replica: Replica, string: string): void => replica.doc.text("body").insert(0, string);

/** The hub's own document object, which is another one after a rest. */
async function docOf(hub: Hub): Promise<Doc> {
  const { doc, release } = await hub.open("doc");
  release();
  return doc;
}

describe("an open document", () => {
  test("that nobody edits rests, and goes on where it was when somebody does", async () => {
    const { platform, hub, join, reported } = createScene();
    const [ada, bob] = [join(), join()];
    await settle();
    write(ada, "one ");
    await settle();
    const before = await docOf(hub);
    await platform.advance(25_000);
    const late = join(); // reads what rests
    await settle();
    assert.equal(read(late), "one ");
    write(bob, "two ");
    await settle();
    assert.notEqual(await docOf(hub), before);
    for (const replica of [ada, bob, late]) assert.equal(read(replica), "two one ");
    await platform.advance(25_000);
    for (const replica of [ada, bob, late]) assert.equal(replica.status.get(), "synced");
    assert.deepEqual(reported, []);
  });

  test("stays the same object while the server has it open", async () => {
    const { platform, hub, join } = createScene();
    const ada = join();
    await settle();
    const { doc, release } = await hub.open("doc");
    await platform.advance(60_000);
    write(ada, "seen");
    await settle();
    assert.equal(doc.text("body").toString(), "seen");
    assert.equal(await docOf(hub), doc);
    release();
    release();
    await platform.advance(60_000);
    assert.notEqual(await docOf(hub), doc);
    assert.equal(hub.stats().documents, 1);
  });

  test("gives a replica that was away what it lacks, and no more, out of its rest", async () => {
    const { platform, join } = createScene();
    const doc = createDoc({ random: platform.random });
    const ada = join(doc);
    await settle();
    write(ada, "kept ");
    await settle();
    ada.stop();
    const bob = join();
    await settle();
    write(bob, "new ");
    await platform.advance(60_000);
    const again = join(doc);
    await settle();
    assert.equal(read(again), "new kept ");
    assert.equal(read(bob), "new kept ");
  });

  test("begins an epoch out of its rest", async () => {
    const { platform, hub, join, reported } = createScene();
    const ada = join();
    await settle();
    write(ada, "gone kept");
    ada.doc.text("body").delete(0, 5);
    await platform.advance(60_000);
    const done = hub.documents.cut("doc");
    await platform.advance(2000);
    assert.equal(await done, true);
    await platform.advance(60_000);
    assert.equal(read(ada), "kept");
    write(ada, "well ");
    await settle();
    assert.equal((await docOf(hub)).text("body").toString(), "well kept");
    assert.deepEqual(reported, []);
  });

  test("lets go of its timers when its hub closes", async () => {
    const { platform, hub, join } = createScene();
    const ada = join();
    await settle();
    write(ada, "one");
    await settle();
    ada.stop();
    await hub.close();
    await settle();
    assert.equal(platform.timers(), 0);
  });
});
