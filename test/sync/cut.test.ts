import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc, encodeVersion, epochOf } from "../../lib/crdt/index.ts";
import {
  createHub,
  createReplica,
  type Hub,
  type HubLimits,
  memoryStore,
  type Replica,
  type Store,
} from "../../lib/sync/index.ts";
import {
  type Bus,
  type Channel,
  createChannelPair,
  createMemoryBus,
  decodeSyncFrame,
  encodeSyncFrame,
  type SyncFrame,
} from "../../lib/wire/index.ts";
import { createTabs } from "./tab-world.ts";
import { bindStore, createNetwork, createSlowStore, createTestPlatform, settle, type TestPlatform } from "./world.ts";

interface Client {
  readonly doc: Doc;
  readonly replica: Replica;
  readonly text: () => string;
}

interface World {
  readonly platform: TestPlatform;
  readonly hub: Hub;
  readonly store: Store;
  readonly errors: unknown[];
  /** Cuts a client off, or lets it back. */
  line(up: boolean): void;
  join(user: string, options?: { readonly store?: Store; readonly doc?: Doc }): Promise<Client>;
  cut(): Promise<boolean>;
}

function createWorld(
  limits: HubLimits = {},
  store = memoryStore(),
  platform = createTestPlatform(3),
  bus?: Bus,
): World {
  const errors: unknown[] = [];
  const hub = createHub({
    store,
    platform,
    limits,
    onError: (error) => void errors.push(error),
    ...(bus === undefined ? {} : { bus }),
  });
  const network = createNetwork(platform, () => hub);
  return {
    platform,
    hub,
    store,
    errors,
    line(up) {
      network.up = up;
      if (!up) network.cutAll();
    },
    async join(user, options = {}) {
      const doc = options.doc ?? createDoc({ random: platform.random });
      const log = options.store === undefined ? {} : { store: options.store };
      const replica = createReplica({ doc, name: "doc", platform, connect: () => network.connect(user), ...log });
      await platform.advance(100);
      return { doc, replica, text: () => doc.text("body").toString() };
    },
    async cut() {
      const done = hub.documents.cut("doc");
      await platform.advance(2000);
      return done;
    },
  };
}

async function stored(store: Store): Promise<Doc> {
  const doc = createDoc();
  const { snapshot, updates } = await store.load("doc");
  for (const update of [...(snapshot === undefined ? [] : [snapshot]), ...updates]) doc.apply(update);
  return doc;
}

function hasDeletions(doc: Doc): boolean {
  return [...doc.version().keys()].some((key) => key < 0);
}

describe("a device whose store cannot be read at first", () => {
  test.each([false, true])(
    "and whose document was cut meanwhile shows everything once later (unsent edits: %s)",
    async (unsent) => {
      const world = createWorld();
      const local = memoryStore();
      let isBroken = false;
      const store: Store = {
        ...bindStore(local),
        load: (...args) => (isBroken ? Promise.reject(new Error("it cannot be read")) : local.load(...args)),
      };
      const first = await world.join("ada", { store });
      first.doc.text("body").insert(0, "Hello wide world");
      first.doc.text("body").delete(5, 5);
      await world.platform.advance(3000);
      if (unsent) {
        world.line(false);
        first.doc.text("body").insert(11, "!");
        await world.platform.advance(3000);
      }
      first.replica.stop();
      await world.platform.advance(100);
      world.line(true);
      assert.equal(await world.cut(), true);

      isBroken = true;
      const blind = await world.join("ada", { store });
      await world.platform.advance(1000);
      assert.equal(blind.text(), "Hello world");
      blind.doc.text("body").insert(0, "> ");
      await world.platform.advance(3000);
      isBroken = false;
      await world.platform.advance(120_000);
      blind.doc.text("body").insert(2, "> ");
      await world.platform.advance(3000);
      blind.replica.stop();
      const forks = blind.replica.rebased.peek().flatMap(({ fork }) => fork ?? []);
      const fork = createDoc();
      for (const bytes of forks) fork.apply(bytes);
      assert.equal(fork.text("body").toString(), unsent ? "Hello world!" : "");

      for (let visit = 0; visit < 3; visit++) {
        const again = await world.join("ada", { store });
        await world.platform.advance(3000);
        assert.equal(again.text(), "> > Hello world");
        assert.equal(again.replica.status.peek(), "synced");
        assert.equal(again.replica.unsaved.peek(), 0);
        again.replica.stop();
        await world.platform.advance(100);
      }
    },
  );
});

describe("who types while a cut is on its way", () => {
  test.each([0, 1])("keeps it, as an edit of its own (after %i turns)", async (turns) => {
    const platform = createTestPlatform(5);
    const store = memoryStore();
    const hub = createHub({ store, platform });
    const network = createNetwork(platform, () => hub);
    const doc = createDoc({ random: platform.random });
    let typed = "";
    const type = async (): Promise<void> => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve(); // the cut is being followed by then
      typed += "!";
      doc.text("body").insert(0, "!");
    };
    const connect = (): Channel => {
      const channel = network.connect("ada");
      return {
        send: (bytes) => channel.send(bytes),
        onClose: (listener) => channel.onClose(listener),
        close: (...args) => channel.close(...args),
        queuedBytes: 0,
        onMessage: (listener) =>
          channel.onMessage((bytes) => {
            const isCut = decodeSyncFrame(bytes).kind === "cut" && typed === "";
            if (isCut && turns === 0) void type();
            listener(bytes);
            if (isCut && turns > 0) void type();
          }),
      };
    };
    const replica = createReplica({ doc, name: "doc", platform, connect, store: memoryStore() });
    await platform.advance(100);
    doc.text("body").insert(0, "Hello wide world");
    doc.text("body").delete(5, 5);
    await platform.advance(100);
    const cutting = hub.documents.cut("doc");
    await platform.advance(5000);
    assert.equal(await cutting, true);
    assert.equal(typed, "!");
    assert.equal(replica.status.peek(), "synced");
    assert.equal(doc.text("body").toString(), "!Hello world");
    assert.deepEqual((await stored(store)).encode(), doc.encode());
    assert.ok(replica.rebased.peek().every(({ fork }) => fork === undefined));
    replica.stop();
  });
});

describe("a document that is cut", () => {
  test("is the same for everyone who is online, without what was deleted", async () => {
    const world = createWorld();
    const [ada, bob] = [await world.join("ada"), await world.join("bob")];
    const heard: unknown[] = [];
    bob.doc.text("body").observe((delta) => heard.push(delta));
    ada.doc.text("body").insert(0, "Hello wide world");
    ada.doc.text("body").delete(5, 5);
    ada.doc.list("todo").insertChild(0, "map").set("done", true);
    await world.platform.advance(100);
    const before = ada.doc.encode().length;
    const told = heard.length;
    assert.equal(await world.cut(), true);
    for (const { doc, replica, text } of [ada, bob]) {
      assert.equal(replica.status.peek(), "synced");
      assert.equal(text(), "Hello world");
      assert.equal(epochOf(doc.version()), 1);
      assert.ok(!hasDeletions(doc) && doc.encode().length < before);
      assert.deepEqual(doc.encode(), (await stored(world.store)).encode());
      assert.deepEqual(replica.rebased.peek(), [], "nothing was under way");
    }
    assert.equal(heard.length, told, "an observer of the text hears nothing: it is as it was");
    ada.doc.text("body").insert(5, ",");
    bob.doc.text("body").insert(11, "!");
    await world.platform.advance(100);
    assert.deepEqual([ada.text(), bob.text()], ["Hello, world!", "Hello, world!"]);
    const late = await world.join("late");
    assert.equal(late.text(), "Hello, world!");
    assert.equal(await world.cut(), true);
    assert.deepEqual(late.doc.encode(), ada.doc.encode());
    assert.deepEqual(world.errors, []);
  });

  test("takes in what was written offline before one cut, or several", async () => {
    const world = createWorld();
    const [ada, bob] = [await world.join("ada"), await world.join("bob")];
    ada.doc.text("body").insert(0, "one two three");
    await world.platform.advance(100);
    world.line(false);
    bob.doc.text("body").insert(4, "2 ");
    bob.doc.text("body").delete(bob.text().length - 5, 5);
    bob.doc.map("meta").set("by", "bob");
    ada.replica.stop();
    bob.replica.stop();
    world.line(true);
    const cleo = await world.join("cleo");
    cleo.doc.text("body").delete(0, 8); // what bob's edits stand beside
    await world.platform.advance(100);
    assert.equal(await world.cut(), true);
    cleo.doc.text("body").insert(0, "zero ");
    await world.platform.advance(100);
    assert.equal(await world.cut(), true);
    assert.equal(cleo.text(), "zero three");
    const back = await world.join("bob", { doc: bob.doc });
    assert.equal(back.replica.status.peek(), "synced");
    assert.equal(back.text(), "zero 2 ");
    assert.equal(back.doc.map("meta").get("by"), "bob");
    assert.deepEqual(
      back.replica.rebased.peek().map(({ fork }) => fork),
      [undefined, undefined],
    );
    assert.deepEqual(back.doc.encode(), cleo.doc.encode());
    assert.equal(back.replica.unsaved.peek(), 0);
    back.doc.text("body").insert(0, "> ");
    await world.platform.advance(100);
    assert.equal(cleo.text(), "> zero 2 ");
    assert.deepEqual(world.errors, []);
  });

  test("leaves a fork to who was away for longer than the last epoch is kept, and nothing is lost", async () => {
    const world = createWorld({ offlineMs: 1000 });
    const ada = await world.join("ada");
    const local = memoryStore();
    const bob = await world.join("bob", { store: local });
    ada.doc.text("body").insert(0, "one two");
    await world.platform.advance(100);
    world.line(false);
    bob.doc.text("body").insert(7, " three");
    await world.platform.advance(100);
    bob.replica.stop();
    world.line(true);
    await world.platform.advance(20_000);
    assert.equal(await world.cut(), true);
    await world.platform.advance(5000);
    assert.equal(await world.cut(), true, "what the first epoch ended with is forgotten now");
    assert.equal((await world.store.listFiles("doc", "epoch/")).length, 1);
    const back = await world.join("bob", { store: local });
    assert.equal(back.text(), "one two");
    assert.equal(back.replica.status.peek(), "synced");
    const [rebased] = back.replica.rebased.peek();
    const fork = createDoc();
    fork.apply(rebased?.fork ?? assert.fail("a fork"));
    assert.equal(fork.text("body").toString(), "one two three");
    assert.deepEqual((await local.load("doc\0forks")).updates, [rebased?.fork]);
    back.doc.text("body").insert(7, "!");
    await world.platform.advance(100);
    assert.equal(ada.text(), "one two!");
  });

  test("takes what a page wrote before it was ever connected as it is", async () => {
    const world = createWorld({ offlineMs: 0 });
    const ada = await world.join("ada");
    ada.doc.text("body").insert(0, "shared");
    await world.platform.advance(100);
    assert.equal(await world.cut(), true);
    await world.platform.advance(1000);
    assert.equal(await world.cut(), true);
    const doc = createDoc({ random: world.platform.random });
    doc.map("draft").set("title", "mine");
    const bob = await world.join("bob", { doc });
    assert.deepEqual([bob.text(), ada.doc.map("draft").get("title")], ["shared", "mine"]);
    assert.deepEqual(bob.replica.rebased.peek(), []);
  });

  test("outlasts the page with a store on the device, and the next visit goes on from there", async () => {
    const world = createWorld();
    const local = memoryStore();
    const ada = await world.join("ada", { store: local });
    ada.doc.text("body").insert(0, "kept and gone");
    ada.doc.text("body").delete(4, 9);
    await world.platform.advance(100);
    assert.equal(await world.cut(), true);
    ada.doc.text("body").insert(4, "!");
    await world.platform.advance(100);
    ada.replica.stop();
    await settle();
    const again = await world.join("ada", { store: local });
    assert.equal(again.text(), "kept!");
    assert.equal(epochOf(again.doc.version()), 1);
    assert.ok(!hasDeletions(again.doc));
    assert.equal(again.replica.status.peek(), "synced");
  });

  test.each([1, 2, 3])(
    "is one cut for the tabs of a browser, with what each of them had not sent (%i while one sleeps)",
    async (cuts) => {
      const world = createWorld();
      const { platform } = world;
      const createTab = createTabs(platform);
      let up = true;
      const open = new Set<Channel>();
      const tab = () => {
        const doc = createDoc({ random: platform.random });
        const group = createTab();
        const replica = createReplica({
          doc,
          name: "doc",
          platform,
          tabs: group,
          connect() {
            if (!up) throw new Error("no network");
            const [near, far] = createChannelPair();
            world.hub.accept(far, { user: "ada", author: "ada" });
            open.add(near);
            return near;
          },
        });
        return { doc, replica, group };
      };
      const [leader, follower, sleeper] = [tab(), tab(), tab()];
      await platform.advance(200);
      leader.doc.text("body").insert(0, "one two three");
      await platform.advance(200);
      const bob = await world.join("bob");
      up = false;
      for (const channel of open) channel.close(1006);
      leader.doc.text("body").insert(13, " four");
      follower.doc.text("body").insert(0, "zero ");
      await platform.advance(200);
      sleeper.group.hang();
      sleeper.doc.text("body").insert(0, "> ");
      bob.doc.text("body").delete(0, 4);
      await platform.advance(200);
      assert.equal(await world.cut(), true);
      up = true;
      await platform.advance(2000);
      for (let i = 1; i < cuts; i++) {
        bob.doc.text("body").insert(5, "gone");
        bob.doc.text("body").delete(5, 4);
        await platform.advance(200);
        assert.equal(await world.cut(), true);
        await platform.advance(200);
      }
      assert.equal(bob.text(), "zero two three four");
      if (cuts === 1) sleeper.group.unhang();
      else sleeper.group.wake();
      await platform.advance(20_000);
      for (const { doc } of [leader, follower, sleeper, bob]) {
        assert.equal(doc.text("body").toString(), "> zero two three four");
        assert.deepEqual(doc.encode(), bob.doc.encode());
      }
      assert.equal(epochOf(sleeper.doc.version()), cuts);
      assert.deepEqual(
        sleeper.replica.rebased.get().flatMap(({ fork }) => fork ?? []),
        [],
      );
      follower.doc.text("body").insert(0, "! ");
      await platform.advance(200);
      assert.equal(bob.text(), "! > zero two three four");
      for (const { replica } of [leader, follower, sleeper]) replica.stop();
      assert.deepEqual(world.errors, []);
    },
  );

  test("stays open on the server, whose edits get in also while it is cut", async () => {
    const world = createWorld();
    const ada = await world.join("ada");
    const { doc, saved, release } = await world.hub.open("doc");
    doc.text("body").insert(0, "from the server");
    await saved();
    const cut = world.hub.documents.cut("doc");
    doc.text("body").insert(15, ", in between");
    await world.platform.advance(2000);
    assert.equal(await cut, true);
    doc.text("body").insert(0, "> ");
    await saved();
    await world.platform.advance(100);
    assert.equal(doc.text("body").toString(), "> from the server, in between");
    assert.equal(ada.text(), "> from the server, in between");
    assert.deepEqual(ada.doc.encode(), (await stored(world.store)).encode());
    release();
    assert.deepEqual(world.errors, []);
  });

  test.each(["over the bus", "when the bus is silent"])("is cut for the clients of other hubs: %s", async (how) => {
    const platform = createTestPlatform(4);
    const store = memoryStore();
    const bus = createMemoryBus();
    const silent: Bus = { ...bus, publish: () => undefined, subscribe: () => () => undefined };
    const near = createWorld({}, store, platform, how === "over the bus" ? bus : silent);
    const far = createWorld({}, store, platform, how === "over the bus" ? bus : silent);
    const [ada, bob] = [await near.join("ada"), await far.join("bob")];
    const { doc, saved } = await far.hub.open("doc");
    ada.doc.text("body").insert(0, "abc");
    await platform.advance(6000);
    const cut = near.hub.documents.cut("doc");
    bob.doc.text("body").insert(3, "d");
    doc.text("body").insert(0, "_");
    await platform.advance(20_000);
    const done = await cut;
    await saved();
    assert.equal(ada.text(), "_abcd");
    assert.equal(bob.text(), "_abcd");
    assert.equal(doc.text("body").toString(), "_abcd");
    assert.deepEqual(ada.doc.encode(), bob.doc.encode());
    assert.equal(epochOf(bob.doc.version()), done ? 1 : 0);
    if (done) return;
    assert.equal(await near.cut(), true);
    await platform.advance(20_000);
    assert.deepEqual([epochOf(ada.doc.version()), epochOf(bob.doc.version())], [1, 1]);
    assert.deepEqual(ada.doc.encode(), bob.doc.encode());
  });

  test("is saved under a label though a cut overtakes what somebody writes meanwhile, which comes later", async () => {
    const platform = createTestPlatform(3);
    const world = createWorld({}, createSlowStore(memoryStore(), platform).store, platform);
    const ada = await world.join("ada");
    ada.doc.text("body").insert(0, "kept");
    await platform.advance(100);
    const done = world.hub.documents.cut("doc");
    await settle(); // it is on its way to the store
    ada.doc.text("body").insert(4, " late");
    await settle();
    const saved = world.hub.documents.saveVersion("doc", "v");
    await platform.advance(2000);
    assert.equal(await done, true);
    await saved;
    const version = createDoc();
    version.apply((await world.hub.documents.readVersion("doc", "v")) ?? assert.fail());
    assert.equal(version.text("body").toString(), "kept");
    assert.equal(ada.text(), "kept late");
    assert.equal((await stored(world.store)).text("body").toString(), "kept late");
    assert.deepEqual(world.errors, []);
  });

  test("is cut by itself once nobody has it open and most of it is deleted", async () => {
    const world = createWorld({ cutAfter: 20, idleMs: 1000 });
    const ada = await world.join("ada");
    ada.doc.text("body").insert(0, "x".repeat(40));
    ada.doc.text("body").delete(0, 19);
    await world.platform.advance(100);
    ada.replica.stop();
    await world.platform.advance(5000);
    assert.equal((await world.store.load("doc")).epoch, 0, "not yet");
    const bob = await world.join("bob");
    bob.doc.text("body").delete(0, 5);
    await world.platform.advance(100);
    bob.replica.stop();
    await world.platform.advance(5000);
    assert.equal((await world.store.load("doc")).epoch, 1);
    assert.equal((await world.join("cleo")).text(), "x".repeat(16));
    assert.deepEqual(world.errors, []);
  });

  test("is not cut when there is nothing, nor when the name is none", async () => {
    const world = createWorld();
    assert.equal(await world.cut(), false);
    await assert.rejects(world.hub.documents.cut(""), { code: "SYNC_BAD_NAME" });
  });

  test("a store that was set back to an earlier epoch gives no one's edits up", async () => {
    const world = createWorld();
    const ada = await world.join("ada");
    ada.doc.text("body").insert(0, "before");
    await world.platform.advance(100);
    const backup = await world.hub.documents.export("doc");
    assert.equal(await world.cut(), true);
    ada.doc.text("body").insert(6, " after");
    await world.platform.advance(100);
    ada.replica.stop();
    await world.hub.documents.remove("doc");
    await world.hub.documents.import("doc", backup);
    const back = await world.join("ada", { doc: ada.doc });
    assert.equal(back.text(), "before");
    const fork = createDoc();
    fork.apply(back.replica.rebased.peek()[0]?.fork ?? assert.fail("a fork"));
    assert.equal(fork.text("body").toString(), "before after");
  });

  test("nobody can make others believe in another epoch, and who says nonsense of epochs is led or ended alone", async () => {
    const world = createWorld();
    const ada = await world.join("ada");
    ada.doc.text("body").insert(0, "safe");
    await world.platform.advance(100);
    const speak = async (...frames: readonly SyncFrame[]): Promise<SyncFrame[]> => {
      const [near, far] = createChannelPair();
      world.hub.accept(far, { user: "eve", author: "eve" });
      const heard: SyncFrame[] = [];
      near.onMessage((bytes) => void heard.push(decodeSyncFrame(bytes.slice())));
      near.send(encodeSyncFrame({ kind: "hello", protocol: 1, capabilities: [] }));
      for (const frame of frames) {
        near.send(encodeSyncFrame(frame));
        await world.platform.advance(100);
      }
      near.close();
      return heard.slice(1).filter(({ kind }) => kind !== "peers");
    };
    const version = encodeVersion(new Map([[77, 3]]));
    const resume = (epoch: number): SyncFrame => ({ kind: "resume", handle: 1, name: "doc", epoch, version });
    assert.deepEqual(
      (await speak(resume(5))).map((frame) => frame.kind === "cut" && [frame.step, frame.epoch, frame.old.length]),
      [["lost", 0, 0]],
    );
    for (const wrong of [resume(2 ** 30), { kind: "cut", handle: 1, epoch: 1, old: version, step: "last" }] as const) {
      const [answer] = await speak(wrong);
      assert.ok(answer?.kind === "error" && answer.handle === 0 && answer.code === "SYNC_BAD_FRAME");
    }
    // Writing as the replica of an epoch to come would send every client there.
    const forged = createDoc({ replicaId: Number.MAX_SAFE_INTEGER - 4 });
    forged.text("body").insert(0, "forged");
    const open: SyncFrame = { kind: "open", handle: 1, name: "doc", version: encodeVersion(new Map()) };
    const write: SyncFrame = {
      kind: "update",
      handle: 1,
      ref: 1,
      updates: [forged.encode({ since: new Map([[1, 1]]) })],
    };
    for (const before of [0, 1]) {
      const answers = await speak(open, write);
      const last = answers.at(-1);
      assert.ok(last?.kind === "error" && last.code === "SYNC_REPLICA_TAKEN", JSON.stringify(last));
      assert.equal(epochOf(ada.doc.version()), before);
      if (before === 0) assert.equal(await world.cut(), true);
    }
    ada.doc.text("body").insert(4, "!");
    await world.platform.advance(500);
    assert.equal(ada.replica.status.peek(), "synced");
    assert.equal((await stored(world.store)).text("body").toString(), "safe!");
    assert.deepEqual(world.errors, []);
  });
});
