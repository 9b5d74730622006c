import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore, type Store } from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";
import { storeSuite } from "./store-suite.ts";
import { bindStore, createTestPlatform } from "./world.ts";

type Write = (store: Store) => Promise<unknown>;

/** A disk with a cache in front: what was not synced is gone when the power is. */
interface Disk {
  /** The machine starts: the store holds what was synced. */
  open(): Promise<Store>;
  /** What is in the cache is forgotten; nothing under way ends. */
  powerLoss(): void;
}

function createDisk(durability: "disk" | "process"): Disk {
  const synced: Write[] = [];
  let cache: Write[] = [];
  let machine = 0;
  return {
    async open() {
      const mine = ++machine;
      const view = memoryStore();
      for (const write of synced) await write(view);
      let syncing: Promise<void> | undefined;
      const sync = (): Promise<void> => {
        syncing ??= new Promise((resolve) => {
          setImmediate(() => {
            syncing = undefined;
            if (mine !== machine) return; // the power went first
            synced.push(...cache);
            cache = [];
            resolve();
          });
        });
        return syncing;
      };
      const write = async <T>(f: (store: Store) => Promise<T>): Promise<T> => {
        const answer = await f(view);
        cache.push(f);
        const done = sync();
        if (durability === "disk") await done;
        return answer;
      };
      return {
        ...bindStore(view),
        append(name, update, claim) {
          const bytes = update.slice();
          return write((store) => store.append(name, bytes, claim));
        },
        compact(name, snapshot, upTo, version) {
          const bytes = snapshot.slice();
          return write((store) => store.compact(name, bytes, upTo, version));
        },
        cut(name, snapshot, upTo, claim) {
          const bytes = snapshot.slice();
          return write((store) => store.cut(name, bytes, upTo, claim));
        },
        remove: (name) => write((store) => store.remove(name)),
        putFile(name, key, file) {
          const bytes = file.slice();
          return write((store) => store.putFile(name, key, bytes));
        },
        removeFile: (name, key) => write((store) => store.removeFile(name, key)),
      };
    },
    powerLoss() {
      machine++;
      cache = [];
    },
  };
}

describe("a store on a disk that forgets what was not synced", () => {
  // Every time the suite closes the store and opens it again the power was lost in between.
  storeSuite((run) => {
    const disk = createDisk("disk");
    return run({
      async open() {
        const store = await disk.open();
        let last: Promise<unknown> = Promise.resolve();
        return {
          ...store,
          append(...args) {
            const done = store.append(...args);
            last = done.catch(() => {});
            return done;
          },
          async close() {
            await last; // what was begun is finished, as by any store
            await store.close();
            disk.powerLoss();
          },
        };
      },
      lasting: true,
    });
  });
});

describe.each(["disk", "process"] as const)("a hub whose machine loses power, with durability %s", (durability) => {
  test("has everything its clients wrote, once they are back", async () => {
    const platform = createTestPlatform(21);
    const disk = createDisk(durability);
    const start = async () =>
      createHub({ store: await disk.open(), platform, limits: { compactAfter: 9 }, onError: () => {} });
    let hub = await start();
    const open = new Set<() => void>();
    const replicas = [0, 1, 2].map((index) =>
      createReplica({
        doc: createDoc({ random: platform.random }),
        name: "doc",
        platform,
        connect() {
          const [near, far] = createChannelPair();
          hub.accept(far, { user: index });
          open.add(() => near.close(1006));
          return near;
        },
      }),
    );
    await platform.advance(100);
    for (let life = 0; life < 12; life++) {
      for (let i = 0; i < 5; i++) {
        const text = replicas[platform.pick(3)]?.doc.text("body");
        text?.insert(platform.pick(text.length + 1), "x");
        for (let turn = platform.pick(4); turn > 0; turn--) await new Promise(setImmediate);
      }
      const synced = replicas
        .filter((replica) => replica.status.peek() === "synced")
        .map(({ doc }) => [doc.replicaId, doc.version().get(doc.replicaId)] as const);
      disk.powerLoss();
      for (const cut of open) cut();
      open.clear();
      const store = await disk.open();
      if (durability === "disk") {
        // Whoever was told that all is well is right, though the machine is gone.
        const doc = createDoc();
        const { snapshot, updates } = await store.load("doc");
        for (const bytes of [...(snapshot === undefined ? [] : [snapshot]), ...updates]) doc.apply(bytes);
        for (const [id, next = 0] of synced) assert.ok((doc.version().get(id) ?? 0) >= next);
      }
      hub = await start();
      await platform.advance(20_000);
    }
    for (const replica of replicas) {
      assert.equal(replica.status.peek(), "synced");
      assert.equal(replica.doc.text("body").toString(), "x".repeat(60));
    }
  });
});
