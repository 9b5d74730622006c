import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createPresenceBoard, type PresenceWatcher } from "../../lib/sync/hub/presence.ts";
import type { PeerChange } from "../../lib/wire/index.ts";
import { createTestPlatform } from "./world.ts";

interface Visitor extends PresenceWatcher {
  /** What it was told last of each other one. */
  readonly seen: Map<number, unknown>;
  told: number;
  /** Frames that were encoded for it alone. */
  own: number;
}

function createBoard(count: number) {
  const platform = createTestPlatform(5);
  const board = createPresenceBoard(platform, 40);
  const frames = new Set<Uint8Array>();
  const visitors = Array.from({ length: count }, (_, peer): Visitor => {
    const visitor: Visitor = {
      peer,
      user: `user ${peer}`,
      seen: new Map(),
      told: 0,
      own: 0,
      peers(_full: boolean, changes: readonly PeerChange[], encode?: (handle: number) => Uint8Array) {
        for (const [other, , state] of changes) visitor.seen.set(other, state);
        visitor.told += changes.length;
        if (encode === undefined) visitor.own++;
        else frames.add(encode(1));
      },
    };
    board.welcome(visitor);
    return visitor;
  });
  for (const visitor of visitors) visitor.own = 0;
  return { platform, board, visitors, frames };
}

describe("presence in a crowd", () => {
  test("of a hundred and more who all move costs a bounded share of the server, and all see where each one ended", async () => {
    const { platform, board, visitors } = createBoard(150);
    for (let at = 0; at <= 10_000; at += 50) {
      for (const visitor of visitors) board.set(visitor, at);
      await platform.advance(50);
    }
    const told = visitors.reduce((sum, each) => sum + each.told, 0);
    assert.ok(told < 2_500_000, `${told} states in 10 s`);
    await platform.advance(5000);
    for (const { seen, peer } of visitors) {
      assert.equal(seen.size, 149);
      assert.ok(!seen.has(peer));
      assert.ok([...seen.values()].every((state) => state === 10_000));
    }
  });

  test("of one who moves is seen as soon as ever, and written once for all", async () => {
    const { platform, board, visitors, frames } = createBoard(1000);
    const [mover, other] = visitors;
    assert.ok(mover && other);
    for (let at = 1; at <= 20; at++) {
      board.set(mover, at);
      await platform.advance(40);
      assert.equal(other.seen.get(mover.peer), at);
    }
    assert.equal(other.own, 0);
    assert.equal(frames.size, 20);
  });
});
