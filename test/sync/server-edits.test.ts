import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, memoryStore, type Store } from "../../lib/sync/index.ts";
import { bindStore, createTestPlatform, settle } from "./world.ts";

/** Two hubs over one store, no bus, and a document that the far one has open: its calls may wait, or fail. */
async function createScene() {
  const platform = createTestPlatform(2);
  const truth = memoryStore();
  const holds = new Map<string, Promise<unknown>>();
  const held =
    <A extends readonly unknown[], T>(name: string, call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await holds.get(name);
      return call(...args);
    };
  const { load, append, listFiles, ...rest } = bindStore(truth);
  const store: Store = {
    ...rest,
    load: held("load", load),
    append: held("append", append),
    listFiles: held("listFiles", listFiles),
  };
  const near = createHub({ store: truth, platform });
  const far = createHub({ store, platform, onError: () => undefined });
  const { doc, saved } = await far.open("doc");
  doc.text("body").insert(0, "some words");
  await saved();
  doc.text("body").delete(0, 5);
  await saved();
  return {
    doc,
    saved,
    cut: async () => assert.equal(await near.documents.cut("doc"), true),
    /** Calls of this name wait for what is returned. */
    hold(name: string): { pass(): void; fail(): void } {
      let [pass, fail] = [() => {}, () => {}];
      const gate = new Promise<void>((resolve, reject) => {
        pass = resolve;
        fail = () => reject(new Error("the line to the store is down"));
      });
      gate.catch(() => undefined); // whoever calls hears of it
      holds.set(name, gate);
      const end = (how: () => void) => () => {
        holds.delete(name);
        how();
      };
      return { pass: end(pass), fail: end(fail) };
    },
    async stored(): Promise<string> {
      const read = createDoc();
      const { snapshot, updates } = await truth.load("doc");
      for (const bytes of [snapshot, ...updates]) if (bytes !== undefined) read.apply(bytes);
      return read.text("body").toString();
    },
  };
}

/** How a promise stands. */
async function standOf(promise: Promise<unknown>): Promise<string> {
  await settle();
  const other = Promise.resolve("waits");
  return Promise.race([
    promise.then(
      () => "saved",
      () => "failed",
    ),
    other.then((stand) => settle().then(() => stand)),
  ]);
}

describe("an edit on the server, of a document that another hub has cut", () => {
  test("is called saved once what it was brought over as is durable", async () => {
    const { doc, saved, cut, hold, stored } = await createScene();
    await cut();
    const reading = hold("load");
    doc.text("body").insert(0, "new ");
    const done = saved();
    await settle();
    const writing = hold("append");
    reading.pass();
    assert.equal(await standOf(done), "waits");
    assert.equal(await stored(), "words");
    writing.pass();
    assert.equal(await standOf(done), "saved");
    assert.equal(await stored(), "new words");
  });

  test("is brought over though it is made while the document is read anew", async () => {
    const { doc, saved, cut, hold, stored } = await createScene();
    await cut();
    const reading = hold("listFiles");
    doc.text("body").insert(0, "new ");
    await settle();
    doc.text("body").insert(0, "and ");
    const done = saved();
    reading.pass();
    assert.equal(await standOf(done), "saved");
    assert.equal(doc.text("body").toString(), "and new words");
    assert.equal(await stored(), "and new words");
  });

  test("is not called saved where the document cannot be read anew", async () => {
    const { doc, saved, cut, hold } = await createScene();
    await cut();
    const reading = hold("load");
    doc.text("body").insert(0, "new ");
    const done = saved();
    done.catch(() => undefined); // heard below
    await settle();
    reading.fail();
    assert.equal(await standOf(done), "failed");
  });
});
