import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { createDoc, encodeVersion } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore } from "../../lib/sync/index.ts";
import {
  type Channel,
  createChannelPair,
  decodeSyncFrame,
  encodeSyncFrame,
  type SyncFrame,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { createTabs } from "./tab-world.ts";
import { createTestPlatform, type TestPlatform } from "./world.ts";

/*
 * Between a hub and its clients stands somebody who loses, repeats and makes up what the hub says. Clients may lose the connection, and may be told that their document
 * is another: what was written is then in a fork or among what was refused, and it is never gone.
 */

const MISCHIEF = [
  "lose",
  "repeat",
  "hold",
  "noise",
  "ack",
  "refused",
  "missing",
  "opened",
  "update",
  "error",
  "drain",
  "peers",
  "welcome",
] as const;

type Mischief = (typeof MISCHIEF)[number];

const plan = fc.record({
  seed: fc.nat(),
  kinds: fc.uniqueArray(fc.constantFrom(...MISCHIEF), { minLength: 1, maxLength: 4 }),
  often: fc.constantFrom(2, 4, 10),
  hasStore: fc.boolean(),
  tabs: fc.constantFrom(0, 2),
});

test("a client loses nothing to whoever stands between it and its hub", () =>
  fc.assert(
    fc.asyncProperty(plan, ({ seed, kinds, often, hasStore, tabs }) => play(seed, kinds, often, hasStore, tabs)),
    { numRuns: runs(60) },
  ));

async function play(
  seed: number,
  kinds: readonly Mischief[],
  often: number,
  hasStore: boolean,
  tabs: number,
): Promise<void> {
  const platform = createTestPlatform(seed);
  const reports: unknown[] = [];
  const watched = { ...platform, report: (error: unknown) => reports.push(error) };
  const hub = createHub<{ user: string; author: string }>({ store: memoryStore(), platform: watched });
  const open = new Set<Channel>();
  let isBad = true;
  const connect = (): Channel => {
    const [near, far] = createChannelPair();
    open.add(near);
    near.onClose(() => open.delete(near));
    hub.accept(far, { user: "ada", author: "ada" });
    return isBad ? meddled(near, platform, kinds, often) : near;
  };
  const createTab = createTabs(platform);
  const store = hasStore ? memoryStore() : undefined;
  const pages = Array.from({ length: Math.max(1, tabs) }, () => {
    const doc = createDoc({ random: platform.random });
    const options = {
      doc,
      name: "doc",
      platform: watched,
      connect,
      ...(store && { store }),
      ...(tabs > 0 && { tabs: createTab() }),
    };
    return { doc, replica: createReplica(options) };
  });
  const bob = createReplica({
    doc: createDoc({ random: platform.random }),
    name: "doc",
    platform: watched,
    connect() {
      const [near, far] = createChannelPair();
      hub.accept(far, { user: "bob", author: "bob" });
      return near;
    },
  });
  const written: string[] = [];
  await platform.advance(200);
  for (let step = 0; step < 30; step++) {
    const page = pages[platform.pick(pages.length)] ?? assert.fail();
    const char = String.fromCodePoint(0x4e00 + step);
    const doc = step % 7 === 6 ? bob.doc : page.doc;
    const text = doc.text("body");
    text.insert(platform.pick(text.length + 1), char);
    written.push(char);
    await platform.advance(platform.pick(4) * 300);
    if (step % 10 === 9) void hub.documents.cut("doc");
  }
  isBad = false;
  for (const channel of open) channel.close(1006);
  for (const { replica } of pages) replica.retry();
  await platform.advance(120_000);
  for (const { replica } of pages) replica.retry(); // whoever was told never to come back
  await platform.advance(120_000);
  const forks = pages.flatMap(({ replica }) => replica.rebased.get().flatMap(({ fork }) => fork ?? []));
  const aside = forks.map((bytes) => {
    const fork = createDoc();
    fork.apply(bytes);
    return fork.text("body").toString();
  });
  const refused = JSON.stringify(pages.flatMap(({ replica }) => replica.refused.get().map(({ changes }) => changes)));
  const shown = bob.doc.text("body").toString();
  for (const char of written)
    assert.ok(
      shown.includes(char) || aside.some((text) => text.includes(char)) || refused.includes(char),
      `${char} is gone`,
    );
  for (const char of written)
    assert.ok(shown.split(char).length <= 2, `${char} is there twice: ${shown.slice(0, 200)}`);
  for (const { doc, replica } of pages) {
    assert.equal(replica.status.get(), "synced", String(replica.error.get()));
    assert.deepEqual(doc.encode(), bob.doc.encode());
  }
  assert.deepEqual(reports, []);
  for (const { replica } of [...pages, { replica: bob }]) replica.stop();
}

/** What the client hears is not always what the hub said. */
function meddled(channel: Channel, platform: TestPlatform, kinds: readonly Mischief[], often: number): Channel {
  return {
    get queuedBytes() {
      return channel.queuedBytes;
    },
    send: (bytes) => channel.send(bytes),
    onClose: (listener) => channel.onClose(listener),
    close: (code, reason) => channel.close(code, reason),
    onMessage: (listener) =>
      channel.onMessage((bytes) => {
        const kind = platform.pick(often) === 0 ? kinds[platform.pick(kinds.length)] : undefined;
        const copy = bytes.slice();
        if (kind === "lose") return;
        if (kind === "hold") {
          platform.after(50, () => listener(copy));
          return;
        }
        listener(bytes);
        if (kind === "repeat") listener(copy);
        else if (kind !== undefined) listener(made(kind, copy, platform));
      }),
  };
}

function made(kind: Mischief, bytes: Uint8Array, platform: TestPlatform): Uint8Array {
  const number = [0, 1, 2, 5, 2 ** 40][platform.pick(5)] ?? 0;
  const version = encodeVersion(new Map([[number + 1, 3]]));
  const other = createDoc({ random: platform.random });
  if (platform.pick(2) === 0) other.text("other").insert(0, "stranger");
  const noise = platform.random(platform.pick(40));
  const update = platform.pick(3) === 0 ? noise : other.encode();
  const frames: Partial<Record<Mischief, SyncFrame>> = {
    ack: { kind: "ack", handle: 1, ref: number },
    refused: { kind: "refused", handle: 1, ref: number, replica: number, from: 0, code: "SYNC_REFUSED", message: "no" },
    missing: { kind: "missing", handle: 1, ref: number, version },
    opened: { kind: "opened", handle: 1, level: "write", version, update },
    update: { kind: "update", handle: 1, ref: 0, updates: [update] },
    error: { kind: "error", handle: 0, ref: 0, code: "SYNC_UNAVAILABLE", final: platform.pick(2) === 0, message: "no" },
    drain: { kind: "drain", retryAfterMs: 1000 },
    peers: { kind: "peers", handle: 1, full: true, changes: [] },
    welcome: { kind: "welcome", protocol: 1, capabilities: [], peer: 9, silentMs: 30_000, maxMessageBytes: number },
  };
  const frame = frames[kind];
  if (frame !== undefined) return encodeSyncFrame(frame);
  const damaged = bytes.slice();
  damaged[platform.pick(damaged.length)] = platform.pick(256);
  try {
    decodeSyncFrame(damaged);
    return noise; // damage that no checksum tells would be the hub's word
  } catch {
    return damaged;
  }
}
