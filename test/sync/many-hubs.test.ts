import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc, epochOf } from "../../lib/crdt/index.ts";
import {
  createHub,
  createPresence,
  createReplica,
  type Hub,
  memoryStore,
  type Presence,
  type Replica,
  type Store,
} from "../../lib/sync/index.ts";
import { type Bus, type Channel, createChannelPair, createMemoryBus } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import {
  bindStore,
  createNetwork,
  createSlowStore,
  createTestPlatform,
  type Network,
  type SlowStore,
  settle,
  type TestPlatform,
} from "./world.ts";

const HUBS = 3;
const REPLICAS = 6;

type Step =
  | { readonly kind: "edit"; readonly who: number; readonly size: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "move"; readonly who: number; readonly hub: number }
  | { readonly kind: "reset"; readonly who: number; readonly ms: number }
  | { readonly kind: "crash" | "restart" | "part" | "join" | "skew" | "cut" | "ill" | "well"; readonly hub: number };

const hub = fc.nat(HUBS - 1);
const who = fc.nat(REPLICAS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant("edit" as const), who, size: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(0, 1, 50, 1000, 12_000) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("move" as const), who, hub }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(...(["crash", "restart", "part", "join", "skew", "ill", "well"] as const)),
      hub,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cut" as const), hub }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("reset" as const),
      who,
      ms: fc.constantFrom(-86_400_000, -20_000, 20_000, 86_400_000),
    }),
  },
);

describe("hubs over one store", () => {
  test("agree with all replicas and the store, whatever is lost, repeated, late, cut off or killed", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.integer(), async (steps, seed) => {
        const world = createWorld(seed);
        await world.platform.advance(0);
        for (const each of steps) {
          await world.run(each);
          await world.checkSynced();
        }
        await world.heal();
        await world.check();
      }),
      { numRuns: runs(40) },
    ));

  test("show each other's edits at once over the bus, without reading the store", async () => {
    const world = createWorld(3);
    world.calm();
    await world.platform.advance(100);
    const [first, , third] = world.replicas;
    for (let i = 0; i < 20; i++) {
      first?.doc.text("body").insert(i, "x");
      third?.doc.text("body").insert(0, "y");
      await world.platform.advance(30); // less than catchUpMs
    }
    assert.equal(textOf(world.replicas[1]), textOf(first));
    assert.equal(textOf(first)?.length, 40);
    assert.equal(
      world.hubs.reduce((sum, each) => sum + each.stats().catchUps, 0),
      0,
    );
  });

  test("find in the store what a silent bus never brought", async () => {
    const world = createWorld(4);
    world.calm();
    await world.platform.advance(100);
    world.loseAll();
    world.replicas[0]?.doc.text("body").insert(0, "kept");
    await world.platform.advance(100);
    assert.equal(textOf(world.replicas[1]), "");
    await world.platform.advance(10_000); // compareMs and a little
    for (const replica of world.replicas) assert.equal(textOf(replica), "kept");
  });

  test("read a document anew when its log was cut above where they stood", async () => {
    const world = createWorld(5);
    world.calm();
    await world.platform.advance(100);
    world.loseAll();
    const text = world.replicas[0]?.doc.text("body");
    for (let i = 0; i < 30; i++) {
      text?.insert(i, "x");
      await world.platform.advance(20);
    }
    assert.ok((await world.store.load("doc")).snapshot !== undefined);
    await world.platform.advance(10_000);
    for (const replica of world.replicas) assert.equal(textOf(replica), "x".repeat(30));
  });

  test("hear of what was on its way to the store while another rewrote the log with it", async () => {
    const platform = createTestPlatform(2);
    const [store, bus] = [memoryStore(), createMemoryBus()];
    const slow = (update: Uint8Array): number => (update.length > 200 ? 20 : 0);
    const late: Store = {
      ...bindStore(store),
      append: (name, update, claim) =>
        new Promise((resolve, reject) => {
          platform.after(slow(update), () => void store.append(name, update, claim).then(resolve, reject));
        }),
    };
    const hubs = [late, store].map((each) => createHub({ store: each, bus, platform, limits: { compactAfter: 3 } }));
    const replicas = hubs.map((hub, index) => {
      const network = createNetwork(platform, () => hub);
      const doc = createDoc({ random: platform.random });
      return createReplica({ doc, name: "doc", platform, connect: () => network.connect(`user ${index}`) });
    });
    await platform.advance(100);
    const [near, far] = replicas.map(({ doc }) => doc.text("body"));
    for (const part of ["a", "b", "c", "long ".repeat(50)]) near?.insert(0, part);
    await platform.advance(100);
    assert.ok((await store.load("doc")).snapshot !== undefined);
    await platform.advance(20_000);
    assert.equal(far?.length, 253);
  });

  test("take in who comes from a hub that knew more of others, and their own edits with it", async () => {
    const platform = createTestPlatform(8);
    const store = memoryStore();
    // Neither hears anything of the other.
    const hubs = [0, 1].map(() =>
      createHub<{ user: string; author: string }>({ store, platform, bus: createMemoryBus() }),
    );
    const open = (author: string) => {
      const at = { hub: 0, up: true, channels: new Set<Channel>() };
      const doc = createDoc({ random: platform.random });
      const connect = (): Channel => {
        if (!at.up) throw new Error("no network");
        const [near, far] = createChannelPair();
        at.channels.add(near);
        hubs[at.hub]?.accept(far, { user: author, author });
        return near;
      };
      const line = (up: boolean, hub: number): void => {
        Object.assign(at, { up, hub });
        for (const channel of at.channels) channel.close(1006, "cut");
      };
      return { doc, line, replica: createReplica({ doc, name: "doc", platform, connect }) };
    };
    const write = ({ doc }: { readonly doc: Doc }, text: string) =>
      doc.text("body").insert(doc.text("body").length, text);
    const [ada, bob, carol] = [open("ada"), open("bob"), open("carol")];
    carol.line(true, 1);
    await platform.advance(100);
    write(ada, "a");
    write(bob, "b");
    await platform.advance(30_000); // all know whose those are
    write(ada, "c");
    await platform.advance(100);
    assert.equal(bob.doc.text("body").length, 3);
    assert.equal(carol.doc.text("body").length, 2);
    bob.line(false, 1);
    write(bob, "d");
    bob.line(true, 1);
    await platform.advance(5000);
    assert.equal(bob.replica.error.get(), undefined);
    assert.equal(bob.replica.status.get(), "synced");
    assert.deepEqual(bob.doc.encode(), carol.doc.encode());
    await platform.advance(30_000);
    assert.deepEqual(ada.doc.encode(), carol.doc.encode());
  });

  test("count an edit once when its writer changes hubs before the acknowledgement", async () => {
    const world = createWorld(6);
    world.calm();
    await world.platform.advance(100);
    const before = (await world.store.load("doc")).position;
    world.loseAll(); // the second hub must not know better
    world.replicas[0]?.doc.text("body").insert(0, "once");
    await settle(); // the first hub has it and writes
    await world.run({ kind: "move", who: 0, hub: 1 });
    await world.platform.advance(5000);
    assert.equal(textOf(world.replicas[5]), "once");
    assert.equal((await world.store.load("doc")).position, before + 1);
  });

  test("end a document everywhere when one removes it, and a revoked author's connections everywhere", async () => {
    const world = createWorld(7);
    world.calm();
    await world.platform.advance(100);
    world.replicas[0]?.doc.text("body").insert(0, "x");
    await world.platform.advance(100);
    world.hubs[0]?.revoke("user 1");
    await settle();
    assert.equal(world.replicas[1]?.error.peek()?.code, "SYNC_REVOKED");
    await world.platform.advance(5000);
    assert.equal(world.replicas[1]?.status.peek(), "synced"); // authorize was asked anew, and allows
    await world.hubs[0]?.documents.remove("doc");
    await settle();
    for (const replica of world.replicas) assert.equal(replica.error.peek()?.code, "SYNC_REMOVED");
    assert.deepEqual(await world.store.list(), []);
  });
});

test("who is revoked is gone from a hub that the bus did not reach then, and ended once", async () => {
  const platform = createTestPlatform(5);
  const bus = createMemoryBus();
  const line = { isDown: false };
  const far: Bus = { ...bus, subscribe: (topic, hear) => bus.subscribe(topic, (bytes) => line.isDown || hear(bytes)) };
  const store = memoryStore();
  const [here, there] = [bus, far].map((each) => createHub({ store, platform, bus: each }));
  const heard: unknown[] = [];
  const doc = createDoc({ random: platform.random });
  const connect = (): Channel => {
    const [near, behind] = createChannelPair();
    there?.accept(behind, { user: "eve", author: "eve" });
    return near;
  };
  const replica = createReplica({ doc, name: "doc", platform, connect });
  replica.presence.listen({ opened() {}, changed() {}, lost: () => heard.push(replica.error.peek()?.code) });
  await platform.advance(1000);
  line.isDown = true;
  here?.revoke("eve");
  await platform.advance(20_000);
  assert.deepEqual(heard, []);
  line.isDown = false;
  await platform.advance(60_000);
  assert.deepEqual(heard, ["SYNC_REVOKED"]);
  assert.equal(replica.status.peek(), "synced");
});

describe("presence over several hubs", () => {
  test("reaches everyone, leaves with its connection, and with a hub that dies", async () => {
    const world = createWorld(8);
    world.calm();
    const presences = world.replicas.map((replica) => createPresence(replica, { platform: world.platform }));
    await world.platform.advance(200);
    for (const [index, presence] of presences.entries()) presence.set({ index });
    await world.platform.advance(1000);
    for (const presence of presences)
      assert.deepEqual(
        seen(presence),
        [0, 1, 2, 3, 4, 5].filter((index) => presences[index] !== presence),
      );
    world.replicas[0]?.stop();
    await world.platform.advance(1000);
    assert.deepEqual(seen(presences[1]), [2, 3, 4, 5]);
    // The hub of 2 and 5 dies without a word, and they stay away: its peers are forgotten.
    world.replicas[2]?.stop();
    world.replicas[5]?.stop();
    await world.run({ kind: "part", hub: 2 });
    await world.platform.advance(60_000);
    assert.deepEqual(seen(presences[1]), [3, 4]);
  });

  test("of one who comes later knows who was there before", async () => {
    const world = createWorld(9);
    world.calm();
    const early = createPresence(world.replicas[0] ?? assert.fail(), { platform: world.platform });
    early.set({ index: 0 });
    await world.platform.advance(1000);
    await world.run({ kind: "restart", hub: 1 });
    await world.platform.advance(3000);
    const late = createPresence(world.replicas[1] ?? assert.fail(), { platform: world.platform });
    await world.platform.advance(12_000);
    assert.deepEqual(seen(late), [0]);
  });
});

function seen(presence: Presence | undefined): number[] {
  const states = presence?.others.peek().map(({ state }) => (state as { index: number }).index) ?? []; // cast: as they were set
  return states.sort();
}

interface World {
  readonly platform: TestPlatform;
  readonly store: Store;
  readonly replicas: readonly Replica[];
  readonly hubs: readonly Hub[];
  /** No faults of the network or the bus. */
  calm(): void;
  /** The bus brings nothing any more. */
  loseAll(): void;
  run(step: Step): Promise<void>;
  checkSynced(): Promise<void>;
  heal(): Promise<void>;
  check(): Promise<void>;
}

interface Machine {
  hub: Hub;
  server: SlowStore;
  network: Network;
  parted: boolean;
  /** Its line to the store: some work fails, done or not, and answers come in any order. */
  isIll: boolean;
  skewMs: number;
}

function createWorld(seed: number): World {
  const tokens: string[] = [];
  const platform = createTestPlatform(seed);
  const store = memoryStore();
  const faults = { lose: 0.1, repeat: 0.1, late: 0.2 };
  const bus = createMemoryBus();
  const limits = { compactAfter: 9, idleMs: 5000, restMs: 20 + (seed & 127), gatherMs: seed % 2 === 0 ? 10 : 500 }; // for two readers: not at all, or 5 ms
  let version = 0;
  let wasIll = false;

  const start = (machine: Machine): void => {
    const life = ++version;
    machine.server = createSlowStore(store, platform);
    const current = machine.server;
    machine.hub = createHub<{ user: string; author: string }>({
      store: illStore(current.store, platform, () => machine.isIll),
      bus: misbehaving(bus, faults, platform, () => machine.parted || machine.server !== current),
      platform: { ...platform, now: () => platform.now() + machine.skewMs },
      limits,
      onError: (error) => {
        if (life > 0 && !isExpected(error)) throw error;
      },
    });
  };
  const machines = Array.from({ length: HUBS }, (): Machine => {
    const machine = { parted: false, isIll: false, skewMs: 0 } as Machine; // cast: start fills in the rest
    start(machine);
    machine.network = createNetwork(platform, () => machine.hub);
    machine.network.cutRate = 0.01;
    machine.network.duplicateRate = 0.02;
    return machine;
  });
  const places = Array.from({ length: REPLICAS }, (_, index) => index % HUBS);
  const machineOf = (index: number): Machine => machines[index] ?? assert.fail();
  const clocks = places.map(() => 0);
  const replicas = places.map((_, index) =>
    createReplica({
      doc: createDoc({ random: platform.random }),
      name: "doc",
      connect: () => machineOf(places[index] ?? 0).network.connect(`user ${index}`),
      platform: { ...platform, now: () => platform.now() + (clocks[index] ?? 0) },
    }),
  );
  const calm = (): void => {
    Object.assign(faults, { lose: 0, repeat: 0, late: 0 });
    for (const { network } of machines) network.cutRate = network.duplicateRate = 0;
  };

  return {
    platform,
    store,
    replicas,
    get hubs() {
      return machines.map((machine) => machine.hub);
    },
    calm,
    loseAll() {
      faults.lose = 1;
    },
    async run(each) {
      if (each.kind === "edit") {
        const token = `${each.who}.${tokens.length}`;
        tokens.push(token);
        replicas[each.who]?.doc.list("made").insert(0, token);
        return edit(replicas[each.who], each.size, platform);
      }
      if (each.kind === "wait") return platform.advance(each.ms);
      if (each.kind === "move") {
        places[each.who] = each.hub;
        for (const { network } of machines) network.cut(`user ${each.who}`);
        return;
      }
      if (each.kind === "reset") {
        clocks[each.who] = each.ms; // the user's clock
        return;
      }
      const machine = machineOf(each.hub);
      if (each.kind === "skew") machine.skewMs = platform.pick(7_200_000) - 3_600_000;
      else if (each.kind === "part")
        machine.parted = true; // from the other hubs, not from the store
      else if (each.kind === "join") machine.parted = false;
      else if (each.kind === "ill") wasIll = machine.isIll = true;
      else if (each.kind === "well") machine.isIll = false;
      else if (each.kind === "cut")
        machine.hub.documents.cut("doc").catch(() => undefined); // the machine may crash meanwhile
      else if (each.kind === "crash") {
        machine.server.crash();
        machine.network.cutAll();
        start(machine);
      } else {
        let isClosed = false;
        void machine.hub.close().then(() => {
          isClosed = true;
        });
        for (let i = 0; i < 200 && !isClosed; i++) await platform.advance(20); // what the store is late with, too
        assert.ok(isClosed);
        start(machine);
      }
    },
    async checkSynced() {
      const known = (await reload(store, wasIll)).version();
      for (const replica of replicas) {
        if (replica.status.peek() !== "synced") continue;
        if (epochOf(replica.doc.version()) !== epochOf(known)) continue; // it will hear of the cut
        const own = replica.doc.replicaId;
        assert.ok((known.get(own) ?? 0) >= (replica.doc.version().get(own) ?? 0));
      }
    },
    async heal() {
      calm();
      for (const machine of machines) machine.parted = machine.isIll = false;
      await platform.advance(60_000);
    },
    async check() {
      const reloaded = await reload(store);
      for (const { hub } of machines) assert.equal(hub.stats().storeSetBacks, 0);
      for (const replica of replicas) {
        assert.equal(replica.status.peek(), "synced");
        assert.equal(textOf(replica), reloaded.text("body").toString());
        const made = [...replica.doc.list("made").toArray()].sort();
        assert.deepEqual(made, [...tokens].sort(), "what was made is there, once");
        assert.deepEqual(replica.doc.encode(), reloaded.encode());
      }
    },
  };
}

/** A bus that loses, repeats and delays, and that a machine may be cut off from. */
function misbehaving(
  bus: Bus,
  faults: { readonly lose: number; readonly repeat: number; readonly late: number },
  platform: TestPlatform,
  isCut: () => boolean,
): Bus {
  const roll = (): number => platform.pick(1_000_000) / 1_000_000;
  return {
    publish(topic, bytes) {
      if (isCut()) return;
      const copies = roll() < faults.repeat ? 2 : 1;
      for (let i = 0; i < copies; i++) {
        if (roll() < faults.lose) continue;
        if (roll() < faults.late) platform.after(1 + platform.pick(400), () => bus.publish(topic, bytes));
        else bus.publish(topic, bytes);
      }
    },
    subscribe: (topic, listener) => bus.subscribe(topic, (bytes) => !isCut() && listener(bytes)),
  };
}

/** A store behind a line on which work may fail, before or after it is done, and answers overtake each other. */
function illStore(store: Store, platform: TestPlatform, isIll: () => boolean): Store {
  const over = async <T>(work: () => Promise<T>): Promise<T> => {
    const [isLost, isUnheard] = isIll() ? [platform.pick(8) === 0, platform.pick(8) === 0] : [false, false];
    if (isLost) throw new Error(ILL);
    const result = await work();
    if (isIll()) await new Promise<void>((resolve) => platform.after(platform.pick(200), resolve));
    if (isUnheard) throw new Error(ILL);
    return result;
  };
  return {
    ...bindStore(store),
    load: (...given) => over(() => store.load(...given)),
    append: (...given) => over(() => store.append(...given)),
    compact: (...given) => over(() => store.compact(...given)),
    cut: (...given) => over(() => store.cut(...given)),
    putFile: (...given) => over(() => store.putFile(...given)),
    getFile: (...given) => over(() => store.getFile(...given)),
    listFiles: (...given) => over(() => store.listFiles(...given)),
  };
}

const ILL = "the line to the store is ill";

/** The last: what somebody wrote as a new replica got in, and what it builds on was lost on the way to the store; they send that again. */
const EXPECTED: ReadonlySet<unknown> = new Set(["SYNC_UNAVAILABLE", "SYNC_REMOVED", "SYNC_STORE_GAP"]);

/** What a machine says whose store was taken from it. */
function isExpected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message === ILL || ("code" in error && EXPECTED.has(error.code));
}

function edit(replica: Replica | undefined, size: number, platform: TestPlatform): void {
  const text = replica?.doc.text("body") ?? assert.fail();
  for (let i = 0; i < size; i++) {
    if (text.length > 0 && platform.pick(3) === 0) text.delete(platform.pick(text.length), 1);
    else text.insert(platform.pick(text.length + 1), String.fromCharCode(97 + platform.pick(26)));
  }
}

const textOf = (replica: Replica | undefined): string | undefined => replica?.doc.text("body").toString();

/** Of a deletion that got in, what it deletes may be lost on an ill line until its author comes back. */
async function reload(store: Store, mayHaveHoles = false): Promise<Doc> {
  const doc = createDoc();
  const { snapshot, updates } = await store.load("doc");
  for (const update of [...(snapshot === undefined ? [] : [snapshot]), ...updates]) doc.apply(update);
  if (!mayHaveHoles) assert.equal(doc.pending().updates, 0);
  return doc;
}
