import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createChannelPair, createMemoryBus } from "../../lib/wire/index.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("channel pair", () => {
  test("delivers copies, in order, never on the sender's stack", async () => {
    const [left, right] = createChannelPair();
    const heard: number[][] = [];
    right.onMessage((bytes) => heard.push([...bytes]));
    const scratch = Buffer.from([1, 2]);
    left.send(scratch);
    scratch.fill(9);
    left.send(scratch);
    assert.deepEqual(heard, []);
    assert.equal(left.queuedBytes, 4);
    await settled();
    assert.deepEqual(heard, [
      [1, 2],
      [9, 9],
    ]);
    assert.equal(left.queuedBytes, 0);
  });

  test("what was sent before a close arrives before it, and nothing after", async () => {
    const [left, right] = createChannelPair();
    const log: string[] = [];
    right.onMessage((bytes) => log.push(`message ${bytes[0]}`));
    right.onClose((code, reason) => log.push(`right ${code} ${reason}`));
    left.onClose((code, reason) => log.push(`left ${code} ${reason}`));
    left.onMessage(() => log.push("never"));
    left.send(Uint8Array.of(1));
    left.close(4000, "done");
    left.close(4001, "twice");
    left.send(Uint8Array.of(2));
    right.send(Uint8Array.of(3));
    await settled();
    right.send(Uint8Array.of(4));
    right.close();
    await settled();
    assert.deepEqual(log, ["message 1", "left 4000 done", "right 4000 done"]);
    const late: number[] = [];
    right.onClose((code) => late.push(code));
    assert.deepEqual(late, []);
    await settled();
    assert.deepEqual(late, [4000]);
  });

  test("both sides closing at once agree on the first close", async () => {
    const [left, right] = createChannelPair();
    const log: number[] = [];
    left.onClose((code) => log.push(code));
    right.onClose((code) => log.push(code));
    left.close(4001);
    right.close(4002);
    await settled();
    assert.deepEqual(log, [4001, 4001]);
  });

  test("a stopped listener hears nothing more, and stopping twice is harmless", async () => {
    const [left, right] = createChannelPair();
    const log: string[] = [];
    const stop = right.onMessage(() => log.push("message"));
    const stopClose = right.onClose(() => log.push("close"));
    left.send(Uint8Array.of(1));
    stop();
    stop();
    stopClose();
    left.close();
    await settled();
    assert.deepEqual(log, []);
  });
});

describe("memory bus", () => {
  test("reaches every subscriber of the topic, in order, with a copy each", async () => {
    const bus = createMemoryBus();
    const heard: [string, number][] = [];
    const stop = bus.subscribe("a", (bytes) => {
      heard.push(["first", bytes[0] ?? -1]);
      bytes.fill(9);
    });
    bus.subscribe("a", (bytes) => heard.push(["second", bytes[0] ?? -1]));
    bus.subscribe("b", () => heard.push(["other", 0]));
    bus.publish("a", Uint8Array.of(1));
    bus.publish("a", Uint8Array.of(2));
    bus.publish("nobody", Uint8Array.of(3));
    assert.deepEqual(heard, []);
    await settled();
    assert.deepEqual(heard, [
      ["first", 1],
      ["second", 1],
      ["first", 2],
      ["second", 2],
    ]);
    bus.publish("a", Uint8Array.of(4));
    stop();
    stop();
    await settled();
    assert.deepEqual(heard.slice(4), [["second", 4]]);
  });

  test("one listener subscribed twice is heard twice and stopped one at a time", async () => {
    const bus = createMemoryBus();
    let calls = 0;
    const listener = (): void => {
      calls++;
    };
    const stop = bus.subscribe("a", listener);
    bus.subscribe("a", listener);
    stop();
    bus.publish("a", Uint8Array.of(1));
    await settled();
    assert.equal(calls, 1);
  });
});
