import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc, epochOf, type TextDelta } from "../../lib/crdt/index.ts";
import {
  createHub,
  createReplica,
  type DocumentLog,
  memoryStore,
  type RefusedEdit,
  type Replica,
} from "../../lib/sync/index.ts";
import { createTabs, type TestTab } from "./tab-world.ts";
import { createNetwork, createTestPlatform } from "./world.ts";

/** What nobody may write, of so many bytes that it does not stand in numbers by chance. */
const BAD = "\u{1F480}";

interface Page {
  readonly doc: Doc;
  readonly replica: Replica;
}

/** A hub that refuses every transaction in which that is written. */
function createWorld() {
  const platform = createTestPlatform(11);
  const errors: unknown[] = [];
  const hub = createHub({
    store: memoryStore(),
    platform,
    authorizeUpdate: (_connection, _name, { bytes }) => !Buffer.from(bytes).includes(BAD),
    onError: (error) => void errors.push(error),
  });
  const network = createNetwork(platform, () => hub);
  const lines = new Map<string, boolean>();
  async function join(user: string, store?: DocumentLog, tabs?: TestTab): Promise<Page> {
    const doc = createDoc({ random: platform.random });
    const connect = () => {
      if (lines.get(user) === false) throw new Error("no network");
      return network.connect(user);
    };
    const options = { doc, name: "doc", platform, connect, ...(store === undefined ? {} : { store }) };
    const replica = createReplica(tabs === undefined ? options : { ...options, tabs });
    await platform.advance(3000);
    return { doc, replica };
  }
  return {
    platform,
    errors,
    join,
    async line(user: string, isUp: boolean) {
      lines.set(user, isUp);
      if (!isUp) network.cutAll();
      await platform.advance(isUp ? 30_000 : 3000);
    },
    allow: (user: string) => void lines.set(user, true),
    async cut({ doc }: Page) {
      doc.text("body").insert(0, "gone");
      doc.text("body").delete(0, 4);
      await platform.advance(100);
      const done = hub.documents.cut("doc");
      await platform.advance(2000);
      assert.equal(await done, true);
    },
  };
}

const text = ({ doc }: Page): string => doc.text("body").toString();
const write = ({ doc }: Page, what: string): void => doc.text("body").insert(doc.text("body").length, what);
const told = ({ replica }: Page): string[] => replica.refused.get().map(wrote);

/** The text that an edit inserted. */
function wrote({ changes }: RefusedEdit): string {
  const deltas = changes.map(({ change }) => change as TextDelta);
  return deltas.flatMap((delta) => delta.flatMap((step) => ("insert" in step ? [step.insert] : []))).join("");
}

describe("of what a device had not sent when the document was cut", () => {
  test.each([1, 2])("only what is refused is taken out (cuts: %i)", async (cuts) => {
    const world = createWorld();
    const [ada, bob] = [await world.join("ada"), await world.join("bob")];
    write(ada, "start");
    await world.platform.advance(100);
    await world.line("bob", false);
    write(bob, " one");
    write(bob, BAD);
    bob.doc.map("meta").set("by", "bob");
    for (let i = 0; i < cuts; i++) await world.cut(ada);
    await world.line("bob", true);
    assert.equal(text(bob), "start one");
    assert.deepEqual(told(bob), [BAD]);
    assert.equal(text(ada), "start one");
    assert.equal(ada.doc.map("meta").get("by"), "bob");
    assert.deepEqual(ada.doc.encode(), bob.doc.encode());
    assert.equal(bob.replica.status.get(), "synced");
    assert.equal(bob.replica.unsaved.get(), 0);
    assert.deepEqual(
      bob.replica.rebased.get().map(({ fork }) => fork),
      Array(cuts).fill(undefined),
    );
    assert.deepEqual(world.errors, []);
  });

  test("only what is refused is taken out on the next visit, too", async () => {
    const world = createWorld();
    const store = memoryStore();
    const [ada, first] = [await world.join("ada"), await world.join("bob", store)];
    write(ada, "start");
    await world.platform.advance(100);
    await world.line("bob", false);
    write(first, " one");
    write(first, BAD);
    write(first, " two");
    await world.platform.advance(3000);
    first.replica.stop();
    await world.cut(ada);
    const bob = await world.join("bob", store);
    assert.equal(text(bob), `start one${BAD} two`);
    await world.line("bob", true);
    assert.equal(text(bob), "start one two");
    assert.deepEqual(told(bob), [BAD]);
    assert.equal(text(ada), "start one two");
    assert.deepEqual(world.errors, []);
  });

  test("only what is refused is taken out by the tab that leads next", async () => {
    const world = createWorld();
    const open = createTabs(world.platform);
    const [one, two] = [open(), open()];
    const ada = await world.join("ada");
    const first = await world.join("bob", undefined, one);
    const second = await world.join("bob", undefined, two);
    write(ada, "start");
    await world.platform.advance(100);
    await world.line("bob", false);
    write(first, " one");
    write(first, BAD);
    await world.platform.advance(100);
    write(second, " two");
    await world.platform.advance(100);
    await world.cut(ada);
    world.allow("bob");
    while ([first, second].some(({ doc }) => epochOf(doc.version()) === 0)) await world.platform.advance(1);
    assert.deepEqual(told(second), []);
    first.replica.stop();
    await world.platform.advance(30_000);
    for (const page of [ada, second]) assert.equal(text(page), "start one two");
    assert.deepEqual(told(second), [BAD]);
    assert.deepEqual(world.errors, []);
  });
});
