import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { createDoc, encodeVersion } from "../../lib/crdt/index.ts";
import { createHub, memoryStore } from "../../lib/sync/index.ts";
import {
  createChannelPair,
  decodeSyncFrame,
  encodeSyncFrame,
  SYNC_PROTOCOL,
  type SyncFrame,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { createSlowStore, createTestPlatform } from "./world.ts";

const DOCUMENTS = 1000;

/** A socket that has up to a thousand documents open, as an editor of many small notes has. */
function createSocket(platform: ReturnType<typeof createTestPlatform>, author: string) {
  const [near, far] = createChannelPair();
  const docs = new Map<number, ReturnType<typeof createDoc>>(); // by the number in the name
  const at = new Map<number, number>(); // where each is open
  const waiting = new Map<number, readonly [number: number, text: string]>();
  const acked = new Map<number, string[]>();
  const levels = new Set<number>();
  const errors: string[] = [];
  let handles = 0;
  let refs = 0;
  const say = (frame: SyncFrame): void => near.send(encodeSyncFrame(frame));
  near.onMessage((bytes) => {
    const frame = decodeSyncFrame(bytes);
    if (frame.kind === "opened") levels.add(frame.handle);
    else if (frame.kind === "error") errors.push(frame.code);
    else if (frame.kind === "ack") {
      const [number, text] = waiting.get(frame.ref) ?? assert.fail("nobody asked");
      acked.set(number, [...(acked.get(number) ?? []), text]);
    }
  });
  near.onClose((_code, reason) => void errors.push(`closed: ${reason}`));
  return {
    far,
    acked,
    errors,
    begin: () => say({ kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] }),
    open(number: number): void {
      if (at.has(number)) return;
      at.set(number, ++handles);
      const doc = docs.get(number) ?? createDoc({ random: platform.random });
      docs.set(number, doc);
      say({ kind: "open", handle: handles, name: `note ${number}`, version: encodeVersion(new Map()) });
    },
    close(number: number): void {
      const handle = at.get(number);
      if (handle === undefined) return;
      at.delete(number);
      levels.delete(handle);
      say({ kind: "leave", handle });
    },
    edit(number: number, letter: string): void {
      const [doc, handle] = [docs.get(number), at.get(number)];
      if (doc === undefined || handle === undefined || !levels.has(handle)) return;
      doc.text("body").insert(0, letter); // all of it each time: what was in flight when the note was closed is in it
      waiting.set(++refs, [number, letter]);
      say({ kind: "update", handle, ref: refs, updates: [doc.encode()] });
    },
    get size(): number {
      return levels.size;
    },
    present(number: number): void {
      const handle = at.get(number);
      if (handle !== undefined && levels.has(handle)) say({ kind: "presence", handle, state: author });
    },
    end: () => near.close(1000),
  };
}

test("a thousand documents on a socket, opened and left at any moment, leave nothing behind, and have what was acknowledged", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 30 }), async (seed) => {
      const platform = createTestPlatform(seed);
      const durable = memoryStore();
      const hub = createHub<{ user: string; author: string }>({
        ...{ store: createSlowStore(durable, platform).store, platform },
        limits: { maxDocuments: 2 * DOCUMENTS, maxPending: 5000, maxIdleDocuments: 50 },
      });
      const sockets = ["ada", "bob", "cleo"].map((author) => {
        const socket = createSocket(platform, author);
        hub.accept(socket.far, { user: author, author });
        socket.begin();
        return socket;
      });
      await platform.advance(10);
      for (let number = 0; number < DOCUMENTS; number++) sockets[0]?.open(number);
      await platform.advance(1000);
      assert.equal(sockets[0]?.size, DOCUMENTS);
      assert.equal(hub.stats().documents, DOCUMENTS);
      for (let step = 0; step < 60; step++) {
        const socket = sockets[platform.pick(3)] ?? assert.fail();
        for (let i = 0; i < 20; i++) {
          const number = platform.pick(4) === 0 ? platform.pick(DOCUMENTS) : platform.pick(20);
          const roll = platform.pick(8);
          if (roll < 2) socket.open(number);
          else if (roll < 4) socket.close(number);
          else if (roll < 7) socket.edit(number, String.fromCharCode(97 + platform.pick(26)));
          else socket.present(number);
        }
        await platform.advance(platform.pick(3) === 0 ? 0 : platform.pick(40));
      }
      await platform.advance(5000);
      assert.deepEqual(
        sockets.map(({ errors }) => errors),
        [[], [], []],
      );
      assert.ok(sockets.every(({ acked }) => acked.size > 0));
      for (const socket of sockets) for (let number = 0; number < DOCUMENTS; number++) socket.close(number);
      await platform.advance(60_000);
      assert.equal(hub.stats().documents, 0);
      for (const { end } of sockets) end();
      await platform.advance(1000);
      assert.deepEqual([hub.stats().connections, platform.timers()], [0, 0], "nothing is left");
      for (let number = 0; number < DOCUMENTS; number++) {
        const wanted = sockets.flatMap(({ acked }) => acked.get(number) ?? []);
        if (wanted.length === 0) continue;
        const doc = createDoc();
        const { snapshot, updates } = await durable.load(`note ${number}`);
        for (const bytes of [snapshot, ...updates]) if (bytes !== undefined) doc.apply(bytes);
        const found = [...doc.text("body").toString()];
        for (const letter of wanted) {
          assert.ok(found.includes(letter), `${letter} of ${wanted.join("")} in ${found.join("")}`);
          found.splice(found.indexOf(letter), 1);
        }
      }
      await hub.close();
    }),
    { numRuns: runs(9) },
  ));
