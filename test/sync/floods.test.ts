import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, encodeVersion } from "../../lib/crdt/index.ts";
import { createHub, type HubLimits, memoryStore, type Store } from "../../lib/sync/index.ts";
import {
  type Channel,
  createChannelPair,
  decodeSyncFrame,
  encodeSyncFrame,
  SYNC_PROTOCOL,
  type SyncFrame,
} from "../../lib/wire/index.ts";
import { bindStore, createTestPlatform, settle } from "./world.ts";

const EMPTY = encodeVersion(new Map());
const HELLO: SyncFrame = { kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] };
const LIMITS: HubLimits = { maxFrameBytes: 100_000, maxBytesPerAuthor: 250_000 };

/** Strangers at a hub; what those who do not read are sent gathers. */
function createScene(limits: HubLimits, store: Store = memoryStore(), mayWrite = true) {
  const platform = createTestPlatform(6);
  const authorizeUpdate = (): boolean => mayWrite;
  const hub = createHub<{ user: null; author: string }>({ store, platform, limits, authorizeUpdate });
  const join = async (author: string, reads = true) => {
    const [near, far] = createChannelPair();
    let queued = 0;
    const behind: Channel = {
      send(bytes) {
        if (reads) far.send(bytes);
        else queued += bytes.length;
      },
      get queuedBytes() {
        return queued;
      },
      onMessage: (listener) => far.onMessage(listener),
      onClose: (listener) => far.onClose(listener),
      close: (...why) => far.close(...why),
    };
    const stranger = {
      closed: undefined as string | undefined,
      heard: [] as SyncFrame[],
      async say(...frames: readonly SyncFrame[]) {
        for (const frame of frames) near.send(encodeSyncFrame(frame));
        await settle();
      },
      async leave() {
        near.close(1000);
        await settle();
      },
    };
    near.onMessage((bytes) => void stranger.heard.push(decodeSyncFrame(bytes)));
    near.onClose((_code, reason) => {
      stranger.closed = reason;
    });
    hub.accept(behind, { user: null, author });
    await stranger.say(HELLO);
    return stranger;
  };
  return { hub, platform, join };
}

const openFrame = (handle: number, name: string, version = EMPTY): SyncFrame => ({
  kind: "open",
  handle,
  name,
  version,
});
const part = (byteLength: number): SyncFrame => ({ kind: "part", last: false, bytes: new Uint8Array(byteLength) });
/** Of replicas that nobody knows. */
const claimed = (count: number): Uint8Array =>
  encodeVersion(new Map(Array.from({ length: count }, (_, index) => [index * 1_000_000 + 1, 1])));
/** Letters that hardly get shorter by deflating. */
function noise(length: number): string {
  let state = 1;
  const letter = (): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return String.fromCharCode(33 + (state >>> 24) / 3);
  };
  return Array.from({ length }, letter).join("");
}
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

describe("what all connections of one author have in memory together is bounded", () => {
  test("while frames come in parts", async () => {
    const { join } = createScene(LIMITS);
    const [first, second, third, other] = [await join("eve"), await join("eve"), await join("eve"), await join("ada")];
    for (const each of [first, second, third, other]) await each.say(part(90_000));
    const closed = [first, second, third, other].map((each) => each.closed);
    assert.deepEqual(closed, [undefined, undefined, "SYNC_LIMIT", undefined]);
    await first.leave();
    const next = await join("eve");
    await next.say(part(90_000));
    assert.equal(next.closed, undefined, "what the first had is free again");
  });

  test("while documents load, by the versions they were asked for with", async () => {
    const { join } = createScene(LIMITS, { ...bindStore(memoryStore()), load: never });
    const version = claimed(1500); // some 7 KB, which take 120 in memory
    const [first, second] = [await join("eve"), await join("eve")];
    await first.say(openFrame(1, "a", version), openFrame(2, "b", version));
    assert.equal(first.closed, undefined);
    await second.say(openFrame(1, "a", version));
    assert.equal(second.closed, "SYNC_LIMIT");
  });

  test("while documents are open, by the versions they claim to bring", async () => {
    const { join } = createScene(LIMITS);
    const version = claimed(1500);
    const [first, second] = [await join("eve"), await join("eve")];
    await first.say(openFrame(1, "a", version), openFrame(2, "b", version));
    assert.equal(first.heard.filter(({ kind }) => kind === "opened").length, 2);
    await second.say(openFrame(1, "a", version));
    assert.equal(second.closed, "SYNC_LIMIT");
    await first.say({ kind: "leave", handle: 1 });
    const third = await join("eve");
    await third.say(openFrame(1, "a", version));
    assert.equal(third.closed, undefined, "what was left is free again");
  });

  test("while the store writes, also when they go and come back", async () => {
    const { join } = createScene(LIMITS, { ...bindStore(memoryStore()), append: never });
    const closed: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      const each = await join("eve");
      const doc = createDoc({ replicaId: i + 1 });
      doc.text("body").insert(0, noise(90_000));
      await each.say(openFrame(1, `doc ${i}`));
      await each.say({ kind: "update", handle: 1, ref: 1, updates: [doc.encode()] });
      closed.push(each.closed);
      await each.leave();
    }
    assert.deepEqual(closed, [undefined, undefined, "SYNC_LIMIT", "SYNC_LIMIT"]);
  });

  test("while they do not read answers of a few bytes each, which take more beside", async () => {
    const { platform, join } = createScene({ maxQueuedBytes: 2_000_000 });
    const eve = await join("eve", false);
    const pings = Array.from({ length: 9000 }, (): SyncFrame => ({ kind: "ping", nonce: 1 }));
    await eve.say(...pings); // 36 KB, and 2 MB
    assert.equal(eve.closed, undefined);
    await platform.advance(1000);
    await eve.say(...pings);
    assert.equal(eve.closed, "SYNC_LIMIT");
  });

  test("while they do not read", async () => {
    const { hub, join } = createScene({ ...LIMITS, maxBytesPerAuthor: 1_000_000 });
    const { doc, saved } = await hub.open("doc");
    doc.text("body").insert(0, noise(300_000));
    await saved();
    const all = [];
    for (let i = 0; i < 5; i++) {
      const each = await join("eve", false);
      await each.say(openFrame(1, "doc"));
      all.push(each.closed);
    }
    assert.deepEqual(all, [undefined, undefined, undefined, "SYNC_LIMIT", "SYNC_LIMIT"]);
    const friend = await join("ada", false);
    await friend.say(openFrame(1, "doc"));
    assert.equal(friend.closed, undefined);
  });
});

test("bytes of an author's updates are counted for a minute, also when the last connection goes and comes back", async () => {
  const { platform, join } = createScene({ maxBytesPerMinute: 1500 });
  const write = async (id: number): Promise<string | undefined> => {
    const each = await join("eve");
    const doc = createDoc({ replicaId: id });
    doc.text("body").insert(0, noise(600));
    await each.say(openFrame(1, "doc"));
    await each.say({ kind: "update", handle: 1, ref: 1, updates: [doc.encode()] });
    const { closed } = each;
    await each.leave();
    return closed;
  };
  assert.deepEqual([await write(1), await write(2), await write(3)], [undefined, undefined, "SYNC_LIMIT"]);
  await platform.advance(61_000);
  assert.equal(await write(4), undefined);
});

test("whoever is refused as ever new replicas is sent away, as all of them would have to be remembered", async () => {
  const { join } = createScene({}, memoryStore(), false);
  const eve = await join("eve");
  await eve.say(openFrame(1, "doc"));
  const updates = Array.from({ length: 6000 }, (_, index) => {
    const doc = createDoc({ replicaId: index + 1 });
    doc.counter("c").add(1);
    return doc.encode();
  });
  await eve.say({ kind: "update", handle: 1, ref: 1, updates });
  assert.equal(eve.closed, undefined);
  const more = Array.from({ length: 6000 }, (_, index) => {
    const doc = createDoc({ replicaId: index + 10_001 });
    doc.counter("c").add(1);
    return doc.encode();
  });
  await eve.say({ kind: "update", handle: 1, ref: 2, updates: more });
  assert.equal(eve.closed, "SYNC_LIMIT");
});
