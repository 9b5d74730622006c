import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { effect } from "../../lib/signals/index.ts";
import { createHub, createReplica, memoryStore, type Replica } from "../../lib/sync/index.ts";
import { type Channel, createChannelPair } from "../../lib/wire/index.ts";
import { createTabs } from "./tab-world.ts";
import { createTestPlatform } from "./world.ts";

type Refuses = "what is locked" | "everything of ada's";

/** A hub at which nobody may write what is locked, or ada nothing at all. */
function createScene(seed: number, refuses: Refuses) {
  const platform = createTestPlatform(seed);
  const hub = createHub<{ user: string; author: string }>({
    store: memoryStore(),
    platform,
    authorizeUpdate: ({ author }, _name, { operations }) =>
      refuses === "what is locked" ? operations.every(({ path }) => path[0] !== "locked") : author !== "ada",
  });
  const createTab = createTabs(platform, 1);
  const lines = new Set<Channel>();
  const join = (user: string, inTab = false) => {
    const doc = createDoc({ random: platform.random });
    const connect = () => {
      const [near, far] = createChannelPair();
      lines.add(near);
      near.onClose(() => lines.delete(near));
      hub.accept(far, { user, author: user });
      return near;
    };
    const options = { doc, name: "doc", platform, connect };
    const replica = createReplica(inTab ? { ...options, tabs: createTab() } : options);
    return { doc, replica, text: doc.text("body") };
  };
  const cutLines = () => {
    for (const line of lines) line.close(1006, "cut");
  };
  return { platform, hub, join, cutLines };
}

/** Programs that put back what was refused whenever it is taken out. */
const stubborn: readonly (readonly [name: string, (doc: Doc, replica: Replica) => () => void])[] = [
  ["in an observer", (doc) => doc.map("locked").observe(() => insist(doc))],
  [
    "in an observer, with something that is taken",
    (doc) =>
      doc.map("locked").observe(() => {
        if (doc.map("locked").has("a")) return;
        doc.counter("tries").add(1);
        insist(doc);
      }),
  ],
  [
    "a moment after an observer",
    (doc) => doc.map("locked").observe(() => void Promise.resolve().then(() => insist(doc))),
  ],
  [
    "a moment after, with something that is taken first",
    (doc) =>
      doc.map("locked").observe(async () => {
        if (doc.map("locked").has("a")) return;
        await Promise.resolve();
        doc.counter("tries").add(1);
        for (let i = 0; i < 50; i++) await Promise.resolve();
        insist(doc);
      }),
  ],
  ["when it is told of it", (doc, replica) => effect(() => void (replica.refused.get().length > 0 && insist(doc)))],
];

function insist(doc: Doc): void {
  if (!doc.map("locked").has("a")) doc.map("locked").set("a", 1);
}

for (const inTab of [false, true])
  for (const refuses of ["what is locked", "everything of ada's"] as const)
    describe(`a program ${inTab ? "in a tab " : ""}that writes what was refused again, where ${refuses} is refused,`, () => {
      test.each(stubborn)("%s: does so ever more rarely, while all else goes on", async (_name, begin) => {
        const { platform, hub, join } = createScene(5, refuses);
        const [ada, bob] = [join("ada", inTab), join("bob")];
        await platform.advance(1000);
        const stop = begin(ada.doc, ada.replica);
        insist(ada.doc);
        await platform.advance(60_000);
        const inAMinute = hub.stats().updatesRefused;
        assert.ok(inAMinute < 120, `${inAMinute} were refused in a minute`);
        await platform.advance(600_000);
        const inTenMore = hub.stats().updatesRefused - inAMinute;
        assert.ok(inTenMore < 500, `${inTenMore} were refused in ten more`);
        bob.text.insert(0, "b");
        await platform.advance(20_000);
        assert.equal(ada.text.toString(), "b");
        stop();
        ada.text.insert(1, "a");
        await platform.advance(60_000);
        const kept = refuses === "what is locked" ? "ba" : "b";
        for (const { text, replica } of [ada, bob]) {
          assert.equal(text.toString(), kept);
          assert.equal(replica.status.get(), "synced");
          assert.equal(replica.unsaved.get(), 0);
        }
        assert.deepEqual(ada.doc.encode(), bob.doc.encode());
        assert.equal(bob.doc.map("locked").has("a"), false);
        if (refuses === "what is locked") {
          const since = hub.stats().updatesRefused;
          ada.text.insert(0, "x");
          await platform.advance(1000);
          assert.equal(bob.text.toString(), "xba");
          assert.equal(hub.stats().updatesRefused, since);
        }
      });
    });

for (let seed = 1; seed <= 5; seed++)
  test(`a program that writes again what was refused loses nothing that is taken, through cuts of the line and of the document (seed ${seed})`, async () => {
    const { platform, hub, join, cutLines } = createScene(seed, "what is locked");
    const [, begin] = stubborn[seed % stubborn.length] ?? assert.fail();
    const pages = [join("ada", seed % 2 === 0), join("ada", seed % 2 === 0), join("bob")] as const;
    await platform.advance(1000);
    const stop = begin(pages[0].doc, pages[0].replica);
    insist(pages[0].doc);
    const written: string[] = [];
    let cuts = 0;
    for (let step = 0; step < 60; step++) {
      const action = platform.pick(10);
      const { text } = pages[platform.pick(3)] ?? pages[0];
      if (action < 5) {
        const char = String.fromCharCode(0x4e00 + step);
        text.insert(platform.pick(text.length + 1), char);
        written.push(char);
      } else if (action === 5) cutLines();
      else if (action === 6 && seed % 3 === 0) {
        cuts++;
        void hub.documents.cut("doc");
      } else await platform.advance(platform.pick(4) * 400);
    }
    stop();
    await platform.advance(120_000);
    const told = JSON.stringify(pages.flatMap(({ replica }) => replica.refused.get().map(({ changes }) => changes)));
    const kept = cuts === 0 ? written : written.filter((char) => !told.includes(char)); // what a cut carries over is one transaction
    for (const { doc, text, replica } of pages) {
      assert.equal(replica.status.get(), "synced");
      assert.deepEqual([...text.toString()].sort(), kept);
      assert.deepEqual(doc.encode(), pages[2].doc.encode());
    }
  });

test("many transactions that are refused, one after the other, are each sent a few times only", async () => {
  const { platform, hub, join, cutLines } = createScene(3, "what is locked");
  const [ada, bob] = [join("ada"), join("bob")];
  await platform.advance(1000);
  cutLines();
  for (let i = 0; i < 300; i++) ada.doc.map(i % 100 === 50 ? "open" : "locked").set(`${i}`, i);
  await platform.advance(60_000);
  assert.equal(ada.replica.status.get(), "synced");
  assert.equal(ada.replica.refused.get().length, 297);
  assert.deepEqual([...bob.doc.map("open").entries()].length, 3);
  const { updatesRefused } = hub.stats();
  assert.ok(updatesRefused < 3000, `${updatesRefused}`);
});
