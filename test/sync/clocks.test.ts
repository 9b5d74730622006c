import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createPresence, createReplica, type HubLimits, memoryStore } from "../../lib/sync/index.ts";
import { type Bus, type Channel, createChannelPair, createMemoryBus } from "../../lib/wire/index.ts";
import { createTestPlatform } from "./world.ts";

const HOUR_MS = 3_600_000;

/** Hubs and replicas whose clocks can be set while all timers go on. */
function createScene(limits: HubLimits = {}) {
  const timers = createTestPlatform(11);
  const watch = () => {
    const clock = { offMs: 0 };
    return { clock, platform: { ...timers, now: () => timers.now() + clock.offMs } };
  };
  const store = memoryStore();
  const bus = createMemoryBus();
  const startHub = (own: Bus = bus) => {
    const { clock, platform } = watch();
    return { clock, hub: createHub({ store, bus: own, platform, limits }) };
  };
  const join = ({ hub }: ReturnType<typeof startHub>, user: string) => {
    const { clock, platform } = watch();
    const ends: Channel[] = [];
    const line = { isDead: false };
    const doc = createDoc({ random: platform.random });
    const connect = (): Channel => {
      const [near, far] = createChannelPair();
      // A line that is dead says nothing to either side, and is not closed.
      const dead = (end: Channel): Channel => ({
        ...end,
        queuedBytes: 0,
        send: (bytes) => line.isDead || end.send(bytes),
        close: (...why) => line.isDead || end.close(...why),
        onMessage: (hear) => end.onMessage(hear),
        onClose: (hear) => end.onClose(hear),
      });
      ends.push(near);
      hub.accept(dead(far), { user, author: user });
      return dead(near);
    };
    const replica = createReplica({ doc, name: "doc", connect, platform });
    return { clock, line, ends, doc, replica, presence: createPresence(replica, { platform }) };
  };
  return { timers, startHub, join };
}

describe.each([
  ["back", -HOUR_MS],
  ["forward", HOUR_MS],
])("a server's clock that is set %s by an hour", (_way, offMs) => {
  test("ends no connection, and a dead one is still noticed", async () => {
    const { timers, startHub, join } = createScene();
    const server = startHub();
    const [ada, bob] = [join(server, "ada"), join(server, "bob")];
    await timers.advance(5000);
    server.clock.offMs = offMs;
    await timers.advance(60_000);
    assert.deepEqual([ada.ends.length, bob.ends.length], [1, 1], "nobody had to come back");
    server.clock.offMs = 0;
    await timers.advance(20_000);
    bob.line.isDead = true;
    bob.replica.stop(); // of which the server hears nothing
    server.clock.offMs = offMs;
    await timers.advance(60_000);
    assert.equal(server.hub.stats().connections, 1);
    ada.replica.stop();
  });

  test("lets those write on who use little in a second, and in a minute", async () => {
    const { timers, startHub, join } = createScene({ maxFramesPerSecond: 20, maxBytesPerMinute: 1000 });
    const server = startHub();
    const ada = join(server, "ada");
    await timers.advance(1000);
    ada.doc.text("body").insert(0, "x");
    await timers.advance(1000);
    server.clock.offMs = offMs;
    for (let i = 0; i < 60; i++) {
      ada.doc.text("body").insert(0, "x");
      await timers.advance(10_000);
    }
    assert.equal(ada.replica.error.get(), undefined);
    assert.equal(server.hub.stats().connectionsRefused, 0);
    ada.replica.stop();
  });

  test("leaves those who are connected to another hub where they are", async () => {
    const { timers, startHub, join } = createScene();
    const [near, far] = [startHub(), startHub()];
    const bob = join(far, "bob");
    bob.presence.set({ at: 1 });
    await timers.advance(4000);
    const ada = join(near, "ada");
    await timers.advance(8000); // the one hub has just told, and the other is about to look
    const gone: unknown[] = [];
    const changed: Parameters<typeof ada.replica.presence.listen>[0]["changed"] = (_full, changes) => {
      gone.push(...changes.filter(([, , state]) => state === null));
    };
    ada.replica.presence.listen({ opened() {}, changed, lost() {} });
    near.clock.offMs = offMs;
    await timers.advance(60_000);
    assert.deepEqual(gone, []);
    assert.equal(ada.presence.others.get().length, 1);
    ada.replica.stop();
    bob.replica.stop();
  });

  test("forgets who was connected to a hub that died", async () => {
    const { timers, startHub, join } = createScene();
    const bus = createMemoryBus();
    const dies = { isDead: false };
    const [near, far] = [
      startHub(bus),
      startHub({
        publish: (topic, bytes) => dies.isDead || bus.publish(topic, bytes),
        subscribe: (topic, hear) => bus.subscribe(topic, (bytes) => dies.isDead || hear(bytes)),
      }),
    ];
    const [ada, bob] = [join(near, "ada"), join(far, "bob")];
    bob.presence.set({ at: 1 });
    await timers.advance(5000);
    assert.equal(ada.presence.others.get().length, 1);
    dies.isDead = true;
    near.clock.offMs = offMs;
    await timers.advance(90_000);
    assert.equal(ada.presence.others.get().length, 0);
    ada.replica.stop();
    bob.replica.stop();
  });
});

test.each([
  ["back", -HOUR_MS],
  ["forward", HOUR_MS],
])("a page whose clock is set %s notices a hub that is gone, and loses nothing", async (_way, offMs) => {
  const { timers, startHub, join } = createScene();
  const server = startHub();
  const [ada, bob] = [join(server, "ada"), join(server, "bob")];
  await timers.advance(5000);
  ada.line.isDead = true;
  ada.clock.offMs = offMs;
  ada.doc.text("body").insert(0, "kept");
  await timers.advance(30_000);
  assert.notEqual(ada.replica.status.get(), "syncing");
  ada.line.isDead = false;
  await timers.advance(60_000);
  assert.equal(ada.replica.status.get(), "synced");
  assert.equal(bob.doc.text("body").toString(), "kept");
  ada.replica.stop();
  bob.replica.stop();
});
