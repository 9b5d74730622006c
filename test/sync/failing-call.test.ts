import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, type Hub, memoryStore, type Replica, type Store } from "../../lib/sync/index.ts";
import { type Channel, createChannelPair, createMemoryBus } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { bindStore, createTestPlatform, settle, type TestPlatform } from "./world.ts";

/** What becomes of the one call: nothing is done; it is done, and its caller hears the contrary; that, after eight seconds in which nothing else is. */
type How = "before" | "after" | "late";

test("a store of which any one call fails loses nothing that was acknowledged, or called saved, and all go on", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 2 ** 30 }),
      fc.integer({ min: 1, max: 80 }),
      fc.constantFrom<How>("before", "after", "late"),
      async (seed, fails, how) => {
        const world = createWorld(seed, fails, how);
        await world.platform.advance(100);
        for (let i = 0; i < 30; i++) {
          await world.step(`${i}`);
          await settle();
          await world.checkOwed();
        }
        await world.platform.advance(60_000);
        await world.check();
        await world.end();
      },
    ),
    { numRuns: runs(150) },
  ));

interface Client {
  readonly doc: Doc;
  readonly replica: Replica;
  readonly cut: () => void;
}

function createWorld(seed: number, fails: number, how: How) {
  const platform = createTestPlatform(seed);
  const truth = memoryStore();
  const store = failing(truth, platform, fails, how);
  const bus = createMemoryBus();
  const limits = { compactAfter: 4, cutAfter: 6, idleMs: 300, restMs: 50, compareMs: 2000, gatherMs: 0 };
  const start = (): Hub => createHub({ store, platform, limits, bus, onError: () => undefined });
  const hubs = seed % 2 === 0 ? [start(), start()] : [start()];
  const clients = ["ada", "bob", "cy"].map((user, index) => join(user, hubs[index % hubs.length], platform));
  const made: string[] = [];
  /** The server's own. */
  const offered: string[] = [];
  /** Nobody may lose these. */
  const owed = new Set<unknown>();

  const onServer = async (hub: Hub, token: string): Promise<void> => {
    const { doc, saved, release } = await hub.open("doc");
    offered.push(token);
    doc.list("made").insert(0, token);
    await saved().finally(release);
    owed.add(token);
  };
  const any = <T>(list: readonly T[]): T => list[platform.pick(list.length)] ?? assert.fail();
  const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined); // the store fails

  return {
    platform,
    async step(token: string): Promise<void> {
      const what = platform.pick(14);
      const client = any(clients);
      if (what < 7) {
        made.push(token);
        write(client, token, platform);
      } else if (what === 7) client.cut();
      else if (what === 8) quietly(onServer(any(hubs), `server ${token}`));
      else if (what === 9) quietly(any(hubs).documents.cut("doc"));
      else if (what === 10) quietly(any(hubs).documents.saveVersion("doc", token));
      else await platform.advance(any([5, 50, 400, 2000]));
    },
    async checkOwed(): Promise<void> {
      for (const { doc, replica } of clients)
        if (replica.status.peek() === "synced") for (const token of doc.list("made").toArray()) owed.add(token);
      const there = new Set(madeIn(await reload(truth)));
      assert.deepEqual(
        [...owed].filter((token) => !there.has(token as string)),
        [],
      ); // cast: all are
    },
    async check(): Promise<void> {
      const stored = await reload(truth);
      for (const { doc, replica } of clients) {
        assert.equal(replica.status.peek(), "synced");
        assert.deepEqual(doc.encode(), stored.encode());
      }
      const there = madeIn(stored);
      assert.equal(new Set(there).size, there.length, "each once");
      assert.deepEqual(there.filter((token) => !offered.includes(token)).sort(), [...made].sort());
      await this.checkOwed();
    },
    async end(): Promise<void> {
      for (const { replica } of clients) replica.stop();
      await platform.advance(20_000); // the call may be one of the last
      for (const hub of hubs) {
        let isClosed = false;
        void hub.close().then(() => {
          isClosed = true;
        });
        await platform.advance(20_000);
        assert.ok(isClosed);
      }
      assert.equal(platform.timers(), 0);
    },
  };
}

/** Fails one call of all, by its number. Calls are done in order, and answered in any. */
function failing(store: Store, platform: TestPlatform, fails: number, how: How): Store {
  let calls = 0;
  let line: Promise<unknown> = Promise.resolve();
  const wait = (ms: number): Promise<void> => new Promise((done) => void platform.after(ms, done));
  const over =
    <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const isBad = ++calls === fails;
      if (isBad && how === "before") throw new Error(`call ${fails} fails`);
      const work = line.then(() => (isBad && how === "late" ? wait(8000) : undefined)).then(() => call(...args));
      line = work.catch(() => undefined);
      const result = await work;
      await wait(platform.pick(4));
      if (isBad) throw new Error(`call ${fails} fails, though it is done`);
      return result;
    };
  const { load, append, compact, cut, putFile, getFile, listFiles, removeFile, ...rest } = bindStore(store);
  return {
    ...rest,
    load: over(load),
    append: over(append),
    compact: over(compact),
    cut: over(cut),
    putFile: over(putFile),
    getFile: over(getFile),
    listFiles: over(listFiles),
    removeFile: over(removeFile),
  };
}

function join(user: string, hub: Hub | undefined, platform: TestPlatform): Client {
  const doc = createDoc({ random: platform.random });
  let channel: Channel | undefined;
  const connect = (): Channel => {
    const [near, far] = createChannelPair();
    channel = near;
    hub?.accept(far, { user, author: user });
    return near;
  };
  const replica = createReplica({ doc, name: "doc", platform, connect });
  return { doc, replica, cut: () => channel?.close(1006) };
}

function write({ doc }: Client, token: string, platform: TestPlatform): void {
  doc.list("made").insert(0, token);
  const text = doc.text("body");
  if (text.length > 3 && platform.pick(2) === 0) text.delete(0, 2);
  else text.insert(platform.pick(text.length + 1), "abc");
}

const madeIn = (doc: Doc): string[] => doc.list("made").toArray().map(String);

async function reload(store: Store): Promise<Doc> {
  const doc = createDoc();
  const { snapshot, updates } = await store.load("doc");
  for (const update of [...(snapshot === undefined ? [] : [snapshot]), ...updates]) doc.apply(update);
  return doc;
}
