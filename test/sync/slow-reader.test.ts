import assert from "node:assert/strict";
import { test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore } from "../../lib/sync/index.ts";
import { type Channel, createChannelPair } from "../../lib/wire/index.ts";
import { createTestPlatform, type TestPlatform } from "./world.ts";

/** A line on which so many bytes a second arrive; what waits for it is the server's memory. */
interface Line {
  bytesPerSecond: number;
  peakBytes: number;
  over(channel: Channel): Channel;
}

function createLine(platform: TestPlatform, bytesPerSecond: number): Line {
  const line: Line = { bytesPerSecond, peakBytes: 0, over };
  function over(channel: Channel): Channel {
    const queue: Uint8Array[] = [];
    let queued = 0;
    let credit = 0;
    let isOpen = true;
    channel.onClose(() => {
      isOpen = false;
    });
    const drain = (): void => {
      credit += line.bytesPerSecond / 10;
      for (let next = queue[0]; next !== undefined && next.length <= credit && isOpen; next = queue[0]) {
        queue.shift();
        credit -= next.length;
        queued -= next.length;
        channel.send(next); // a message arrives when all of it has
      }
      if (queue.length === 0) credit = 0;
      if (isOpen) platform.after(100, drain);
    };
    platform.after(100, drain);
    return {
      get queuedBytes() {
        return Math.max(0, Math.ceil(queued - credit));
      },
      send(bytes) {
        queue.push(bytes.slice());
        queued += bytes.length;
        line.peakBytes = Math.max(line.peakBytes, queued);
      },
      onMessage: (hear) => channel.onMessage(hear),
      onClose: (hear) => channel.onClose(hear),
      close: (...why) => channel.close(...why),
    };
  }
  return line;
}

const KIB = 1024;

function createScene(maxQueuedBytes: number) {
  const platform = createTestPlatform(12);
  const hub = createHub({ store: memoryStore(), platform, limits: { maxQueuedBytes } });
  const join = (line?: Line) => {
    const closes: string[] = [];
    const doc = createDoc({ random: platform.random });
    const replica = createReplica({
      doc,
      name: "doc",
      platform,
      connectMs: 600_000, // patient: it is the hub's memory that this is about
      connect() {
        const [near, far] = createChannelPair();
        near.onClose((_code, reason) => closes.push(reason));
        hub.accept(line === undefined ? far : line.over(far), { user: null });
        return near;
      },
    });
    return { doc, replica, closes };
  };
  return { platform, hub, join };
}

const textOf = ({ doc }: { readonly doc: ReturnType<typeof createDoc> }) => doc.text("body").toString();

test("one of fifty who reads 1 kB a second takes no more memory than its share, and nobody else waits for it", async () => {
  const cap = 320 * KIB;
  const { platform, hub, join } = createScene(cap);
  const line = createLine(platform, 1000);
  const slow = join(line);
  const others = Array.from({ length: 49 }, () => join());
  await platform.advance(1000);
  const written = 48 * KIB;
  for (let second = 0; second < 20; second++) {
    const [writer] = others;
    writer?.doc.text("body").insert(0, String.fromCharCode(97 + (second % 26)).repeat(written));
    await platform.advance(1000);
    for (const other of others) assert.equal(other.replica.status.get(), "synced");
    assert.equal(others[48]?.doc.text("body").length, (second + 1) * written, "within a second");
  }
  assert.ok(slow.closes.includes("SYNC_LIMIT"), String(slow.closes));
  assert.ok(hub.stats().connections <= 50);
  // Beyond the cap there may be one answer: what it lacked when it came back last.
  assert.ok(line.peakBytes < cap + 20 * written + 64 * KIB, `${line.peakBytes} bytes`);
  for (const { closes } of others) assert.deepEqual(closes, []);
  line.bytesPerSecond = 1e6;
  await platform.advance(120_000);
  assert.equal(slow.replica.status.get(), "synced");
  assert.equal(textOf(slow), textOf(others[0] ?? slow));
  for (const { replica } of [slow, ...others]) replica.stop();
});

test("a document that is longer than what may wait can be opened", async () => {
  const { platform, join } = createScene(64 * KIB);
  const first = join();
  first.doc.text("body").insert(0, "x".repeat(1024 * KIB));
  await platform.advance(1000);
  const line = createLine(platform, 100_000);
  const late = join(line);
  await platform.advance(60_000);
  assert.deepEqual(late.closes, []);
  assert.equal(late.doc.text("body").length, 1024 * KIB);
  assert.ok(line.peakBytes < 1200 * KIB, `${line.peakBytes} bytes`);
  for (const { replica } of [first, late]) replica.stop();
});
