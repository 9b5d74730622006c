import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  createDoc,
  type DocFeature,
  epochOf,
  isCrdtNode,
  type MarksFeature,
  type MovesFeature,
  marks,
  moves,
  type RichDelta,
  type TreeFeature,
  type TreeNodeId,
  tree,
} from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore, type Replica } from "../../lib/sync/index.ts";
import { createNetwork, createTestPlatform } from "./world.ts";

const FEATURES: readonly [MarksFeature, MovesFeature, TreeFeature] = [marks({ link: "none" }), moves(), tree()];

function createWorld(features: readonly DocFeature[] = FEATURES) {
  const platform = createTestPlatform(5);
  const errors: unknown[] = [];
  const hub = createHub({ store: memoryStore(), platform, features, onError: (error) => void errors.push(error) });
  const network = createNetwork(platform, () => hub);
  const create = () => createDoc({ random: platform.random, features: FEATURES });
  return {
    platform,
    hub,
    errors,
    create,
    async join(user: string, doc = create()) {
      const replica = createReplica({ doc, name: "doc", platform, connect: () => network.connect(user) });
      await platform.advance(100);
      return { doc, replica };
    },
    async leave(...replicas: Replica[]) {
      network.up = false;
      network.cutAll();
      for (const replica of replicas) replica.stop();
      await platform.advance(100);
      network.up = true;
    },
    async cut() {
      const done = hub.documents.cut("doc");
      await platform.advance(2000);
      return done;
    },
  };
}

type Page = ReturnType<ReturnType<typeof createWorld>["create"]>;

function shown(doc: Page): unknown {
  const outline = doc.tree("outline");
  const below = (parent: TreeNodeId | null): unknown =>
    outline.children(parent).map((node) => [outline.data(node).get("title"), below(node)]);
  const todo = doc.list("todo").toArray();
  return {
    body: JSON.parse(JSON.stringify(doc.text("body").toDelta())) as unknown, // records as others
    todo: todo.map((value) => (isCrdtNode(value) ? String(value) : value)),
    outline: below(null),
  };
}

/** Two write at once, and much of it is gone in the end. */
function write(ada: Page, bob: Page): void {
  ada.text("body").insert(0, "Read all of the docs first");
  ada.text("body").delete(5, 7);
  ada.text("body").mark({ start: 5, end: 13 }, { link: "/docs" });
  ada.text("body").insertEmbed(0, { image: "a.png" });
  bob.list("todo").insert(0, "milk", "bread");
  bob.list("todo").insertChild(2, "text").insert(0, "eggs");
  bob.list("todo").move(2, 0);
  const outline = ada.tree("outline");
  const [one, two] = [outline.add(), outline.add()];
  outline.data(one).set("title", "One");
  outline.data(two).set("title", "Two");
  outline.delete(outline.add(one));
}

describe("a document with marks, moves and trees that is cut by a hub that has these features", () => {
  test("is the same for everyone who is online, as their observers hear it", async () => {
    const world = createWorld();
    const [ada, bob] = [await world.join("ada"), await world.join("bob")];
    let mirror: RichDelta = [];
    const twin = createDoc({ replicaId: 1, features: FEATURES }).text("mirror");
    bob.doc.text("body").observeDelta((delta) => {
      let at = 0;
      for (const step of delta)
        if ("delete" in step) twin.delete(at, step.delete);
        else if ("retain" in step) {
          if (step.marks !== undefined) twin.mark({ start: at, end: at + step.retain }, step.marks);
          at += step.retain;
        } else {
          const count = "embed" in step ? 1 : step.insert.length;
          if ("embed" in step) twin.insertEmbed(at, step.embed);
          else twin.insert(at, step.insert);
          twin.mark({ start: at, end: at + count }, { bold: null, link: null, ...step.marks });
          at += count;
        }
      mirror = twin.toDelta();
    });
    write(ada.doc, bob.doc);
    await world.platform.advance(200);
    const before = shown(ada.doc);
    assert.deepEqual(shown(bob.doc), before);
    assert.equal(await world.cut(), true);
    for (const { doc, replica } of [ada, bob]) {
      assert.deepEqual(shown(doc), before);
      assert.equal(epochOf(doc.version()), 1);
      assert.equal(replica.status.peek(), "synced");
      assert.deepEqual(replica.rebased.peek(), []);
      assert.ok(
        [...doc.version().keys()].every((key) => key > 0),
        "without deletions",
      );
    }
    assert.deepEqual(bob.doc.encode(), ada.doc.encode());
    ada.doc.text("body").mark({ start: 0, end: 5 }, { bold: true });
    ada.doc.list("todo").move(0, 1);
    bob.doc.tree("outline").move(bob.doc.tree("outline").children()[1] ?? assert.fail(), null, 0);
    await world.platform.advance(200);
    assert.deepEqual(shown(ada.doc), shown(bob.doc));
    assert.deepEqual(mirror, bob.doc.text("body").toDelta());
    const { doc, release } = await world.hub.open("doc");
    assert.deepEqual(doc.encode(), ada.doc.encode());
    release();
    assert.deepEqual(world.errors, []);
  });

  test("takes in what was marked, moved and put below another offline, at the places of now", async () => {
    const world = createWorld();
    const [ada, bob] = [await world.join("ada"), await world.join("bob")];
    write(ada.doc, bob.doc);
    await world.platform.advance(200);
    await world.leave(bob.replica, ada.replica);
    const outline = bob.doc.tree("outline");
    const [one, two] = outline.children();
    bob.doc.text("body").mark({ start: 1, end: 5 }, { bold: true });
    bob.doc.text("body").insert(14, "!");
    bob.doc.list("todo").move(0, 2); // the eggs
    outline.move(two ?? assert.fail(), one ?? assert.fail());
    outline.data(outline.add(two ?? null)).set("title", "Three");
    const back = await world.join("ada", ada.doc);
    back.doc.text("body").delete(6, 4);
    await world.platform.advance(200);
    assert.equal(await world.cut(), true);
    const eggs = back.doc.list("todo").get(0);
    assert.ok(isCrdtNode(eggs) && eggs.type === "text");
    eggs.insert(4, " (six)");
    back.doc.text("body").insertEmbed(0, { image: "b.png" });
    await world.platform.advance(200);
    const late = await world.join("bob", bob.doc);
    await world.platform.advance(500);
    assert.equal(late.replica.status.peek(), "synced");
    assert.deepEqual(late.replica.rebased.peek(), [{ epoch: 1, fork: undefined }]);
    assert.deepEqual(shown(late.doc), shown(back.doc));
    assert.deepEqual(late.doc.encode(), back.doc.encode());
    assert.deepEqual(shown(back.doc), {
      body: [
        { embed: { image: "b.png" } },
        { embed: { image: "a.png" } },
        { insert: "Read", marks: { bold: true } },
        { insert: " " },
        { insert: "docs", marks: { link: "/docs" } },
        { insert: "! first" },
      ],
      todo: ["milk", "bread", "eggs (six)"],
      outline: [["One", [["Two", [["Three", []]]]]]],
    });
    assert.equal(late.replica.unsaved.peek(), 0);
    assert.deepEqual(world.errors, []);
  });

  test("brings the server's own edits over as well, those made while it is cut", async () => {
    const world = createWorld();
    const ada = await world.join("ada");
    const { doc, saved, release } = await world.hub.open("doc");
    const page = doc as Page; // cast: the hub has these features
    page.text("body").insert(0, "from the server");
    await saved();
    const cut = world.hub.documents.cut("doc");
    page.text("body").mark({ start: 0, end: 4 }, { bold: true });
    await world.platform.advance(2000);
    assert.equal(await cut, true);
    assert.deepEqual(ada.doc.text("body").toDelta(), [
      { insert: "from", marks: { bold: true } },
      { insert: " the server" },
    ]);
    release();
    assert.deepEqual(world.errors, []);
  });

  test("is not cut by a hub without them", async () => {
    const world = createWorld([marks()]);
    const ada = await world.join("ada");
    ada.doc.text("body").insert(0, "abc");
    ada.doc.text("body").mark({ start: 0, end: 1 }, { bold: true });
    await world.platform.advance(100);
    assert.equal(await world.cut(), true);
    ada.doc.tree("outline").add();
    await world.platform.advance(100);
    assert.equal(await world.cut(), false);
    assert.equal(epochOf(ada.doc.version()), 1);
    assert.deepEqual(world.errors, []);
  });

  test("leaves a fork to a page that lacks a feature, and it goes on with the hub's document", async () => {
    const world = createWorld();
    const ada = await world.join("ada");
    const plain = createDoc({ random: world.platform.random });
    const bob = await world.join("bob", plain as Page); // cast: it has none of them
    ada.doc.text("body").insert(0, "abc");
    ada.doc.text("body").mark({ start: 0, end: 1 }, { bold: true });
    await world.platform.advance(100);
    assert.equal(await world.cut(), true);
    await world.platform.advance(500);
    assert.equal(plain.text("body").toString(), "abc");
    assert.deepEqual(plain.encode(), ada.doc.encode());
    assert.equal(bob.replica.status.peek(), "synced");
    assert.ok(bob.replica.rebased.peek()[0]?.fork);
    plain.text("body").insert(3, "d");
    await world.platform.advance(100);
    assert.equal(ada.doc.text("body").toString(), "abcd");
    assert.deepEqual(world.errors, []);
  });
});
