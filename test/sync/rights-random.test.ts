import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore, type Replica } from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { createTestPlatform } from "./world.ts";

const LEVELS = ["none", "read", "comment", "write"] as const;

interface User {
  readonly name: string;
  readonly doc: Doc;
  readonly replica: Replica;
  level: (typeof LEVELS)[number];
  isUp: boolean;
  cut(): void;
}

async function run(seed: number): Promise<void> {
  const platform = createTestPlatform(seed);
  const users = new Map<string, User>();
  const hub = createHub<{ user: string; author: string }>({
    store: memoryStore(),
    platform,
    authorize: ({ user }, _name, asked) => LEVELS.indexOf(users.get(user)?.level ?? "none") >= LEVELS.indexOf(asked),
    comments: ({ path }) => path[0] === "comments",
    authorizeUpdate: (_who, _name, { operations }) => operations.every(({ path }) => path[0] !== "locked"),
  });
  const log: string[] = [];
  const join = (name: string): User => {
    const doc = createDoc({ random: platform.random });
    let cut = () => {};
    const user: User = {
      name,
      doc,
      level: "write",
      isUp: true,
      cut: () => cut(),
      replica: undefined as never, // cast: made below
    };
    users.set(name, user);
    const replica = createReplica({
      doc,
      name: "doc",
      platform,
      connect() {
        if (!user.isUp) throw new Error("no network");
        const [near, far] = createChannelPair();
        cut = () => near.close(1006);
        hub.accept(far, { user: name, author: name });
        return near;
      },
    });
    return Object.assign(user, { replica });
  };
  const all = ["ada", "bob", "eve"].map(join);
  let next = 0;
  const made = new Map<string, { by: User; where: string }>();
  for (let i = 0; i < 40; i++) {
    const user = all[platform.pick(3)] as User; // cast: one of three
    const roll = platform.pick(20);
    if (roll < 12) {
      const where = (["body", "body", "body", "comments", "locked"] as const)[platform.pick(5)] as string;
      const key = `<${next++}>`;
      made.set(key, { by: user, where });
      log.push(`${i} ${user.name} ${where} ${key}`);
      if (where === "body") user.doc.text("body").insert(platform.pick(2) ? 0 : user.doc.text("body").length, key);
      else user.doc.map(where).set(key, true);
    } else if (roll < 16) {
      user.level = LEVELS[platform.pick(4)] as "read"; // cast: one of four
      log.push(`${i} ${user.name} may ${user.level}`);
      hub.revoke(user.name);
      if (platform.pick(2)) user.replica.retry();
    } else if (roll < 18) {
      user.isUp = !user.isUp;
      log.push(`${i} ${user.name} up ${user.isUp}`);
      if (!user.isUp) user.cut();
    } else user.replica.retry();
    await platform.advance(platform.pick(3) === 0 ? platform.pick(3000) : platform.pick(60));
  }
  for (const user of all) {
    user.isUp = true;
    user.level = "write";
    hub.revoke(user.name);
  }
  for (let i = 0; i < 6; i++) {
    await platform.advance(20_000);
    for (const { replica } of all) replica.retry();
  }
  await platform.advance(60_000);
  const { doc } = await hub.open("doc");
  const has = (at: Doc, key: string, where: string): boolean =>
    where === "body" ? at.text("body").toString().includes(key) : at.map(where).get(key) === true;
  const note = `\n${log.join("\n")}`;
  const body = doc.text("body").toString();
  for (const { replica, doc: own, name } of all) {
    assert.deepEqual(
      [replica.status.peek(), replica.unsaved.peek()],
      ["synced", 0],
      `${name} ${replica.error.peek()}${note}`,
    );
    assert.equal(own.text("body").toString(), body, `${name}${note}`);
    assert.deepEqual([...own.map("comments").entries()].sort(), [...doc.map("comments").entries()].sort(), note);
    assert.deepEqual([...own.map("locked").entries()], [], note);
  }
  for (const [key, { by, where }] of made) {
    const shown = by.replica.refused.peek().map(({ changes }) => changes);
    const isRefused = JSON.stringify(shown, (_key, value) => (value instanceof Map ? [...value] : value)).includes(key);
    const isIn = has(doc, key, where);
    assert.equal(Number(isRefused) + Number(isIn), 1, `${key} in ${where} refused ${isRefused} in ${isIn}${note}`);
  }
  for (const user of all) user.replica.stop();
  await hub.close();
}

test("whoever's rights change while they write, an edit is in every document or among the refused, and never both", () =>
  fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 30 }), run), { numRuns: runs(150) }));
