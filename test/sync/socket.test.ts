import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, test } from "vitest";
import { WebSocket } from "ws";
import { nodePlatform } from "../../adapters/node/index.ts";
import { acceptSockets, channelOf } from "../../adapters/ws/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { createDoc, type Doc, encodeVersion } from "../../lib/crdt/index.ts";
import { effect } from "../../lib/signals/index.ts";
import { createHub, createReplica, memoryStore, type Replica } from "../../lib/sync/index.ts";
import { type Channel, decodeSyncFrame, encodeSyncFrame, SYNC_PROTOCOL, type SyncFrame } from "../../lib/wire/index.ts";

const HELLO: SyncFrame = { kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] };
const OPEN: SyncFrame = { kind: "open", handle: 1, name: "doc", version: encodeVersion(new Map()) };

/** A hub behind real sockets, with two people at work in a document. */
async function withServer(run: (url: string, friends: readonly Replica[]) => Promise<void>): Promise<void> {
  const reported: unknown[] = [];
  const hub = createHub({ store: memoryStore(), platform: nodePlatform, onError: (error) => reported.push(error) });
  const app = createApp();
  app.socket("/sync", (_c, channel) => hub.accept(channel, { user: null }));
  const server = createServer().listen(0, "127.0.0.1");
  const stop = acceptSockets(server, app);
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const url = `ws://127.0.0.1:${address.port}/sync`;
  const friends = [0, 1].map(() =>
    createReplica({
      doc: createDoc({ random: nodePlatform.random }),
      name: "doc",
      connect: () => dial(url),
      platform: nodePlatform,
    }),
  );
  await until(friends, () => friends.every((friend) => friend.status.peek() === "synced"));
  await run(url, friends);
  assert.deepEqual(reported, []);
  for (const friend of friends) friend.stop();
  await hub.close();
  stop();
  server.close();
}

async function dial(url: string): Promise<Channel> {
  const socket = new WebSocket(url);
  const channel = channelOf(socket);
  await once(socket, "open");
  return channel;
}

/** Resolves once it holds, looking whenever one of the replicas changes. */
function until(replicas: readonly Replica[], holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!holds()) return;
      queueMicrotask(() => {
        for (const stop of stops.splice(0)) stop();
        resolve();
      });
    };
    const stops = replicas.flatMap((replica) => [
      replica.doc.text("body").observe(check),
      effect(() => {
        replica.status.get();
        check();
      }),
    ]);
  });
}

async function checkUntouched([ada, bob]: readonly Replica[]): Promise<void> {
  assert.ok(ada && bob);
  assert.deepEqual([ada.error.get(), bob.error.get()], [undefined, undefined]);
  const text = ada.doc.text("body");
  text.insert(text.length, "still here ");
  await until([ada, bob], () => bob.doc.text("body").toString() === text.toString());
}

describe("over real sockets", () => {
  const bad: readonly (readonly [
    name: string,
    messages: readonly (Uint8Array | string)[],
    errors: readonly RegExp[],
    code: number,
  ])[] = [
    ["no MessagePack", [Uint8Array.of(0xc1)], [/^WIRE_/], 1008],
    [
      "a claim of more bytes than there are",
      [Uint8Array.of(0x92, 0x20, 0xc6, 0xff, 0xff, 0xff, 0xff)],
      [/^(WIRE|POOL)_/],
      1008,
    ],
    ["an empty message", [new Uint8Array()], [/^(WIRE|POOL)_/], 1008],
    ["text", ["hello"], [], 1003],
    ["more than the socket takes", [new Uint8Array(2_000_000)], [], 1009],
    ["more than the hub takes", [encodeSyncFrame(HELLO), new Uint8Array(500_000)], [/^SYNC_LIMIT$/], 1008],
    [
      "a broken update",
      [HELLO, OPEN, { kind: "update", handle: 1, ref: 1, updates: [Uint8Array.of(1, 2, 3)] } as const].map(
        encodeSyncFrame,
      ),
      [/^SYNC_BAD_UPDATE$/],
      1008,
    ],
  ];
  test.each(bad)("%s closes that socket, and all others are untouched", (_name, messages, errors, code) =>
    withServer(async (url, friends) => {
      const socket = new WebSocket(url);
      const heard: string[] = [];
      let opened = (): void => undefined;
      const open = new Promise<void>((resolve) => {
        opened = resolve;
      });
      socket.on("message", (data: Buffer) => {
        const frame = decodeSyncFrame(new Uint8Array(data));
        if (frame.kind === "error") heard.push(frame.code);
        if (frame.kind === "opened") opened();
      });
      await once(socket, "open");
      const closed = once(socket, "close");
      for (const [index, message] of messages.entries()) {
        if (index === 2) await open;
        socket.send(message);
      }
      const [closeCode]: unknown[] = await closed;
      assert.equal(closeCode, code);
      assert.equal(heard.length, errors.length);
      for (const [index, error] of errors.entries()) assert.match(heard[index] ?? "", error);
      await checkUntouched(friends);
    }),
  );

  test("two people type, and a third who comes late reads it all", () =>
    withServer(async (url, friends) => {
      for (let i = 0; i < 50; i++) for (const { doc } of friends) doc.text("body").insert(0, `${i} `);
      await checkUntouched(friends);
      const late = createReplica({ doc: createDoc(), name: "doc", connect: () => dial(url), platform: nodePlatform });
      const read = (doc: Doc): string => doc.text("body").toString();
      // Compared as they are now, not as one of them was once: edits of the friends may still be under way.
      await until([late], () => friends.every(({ doc }) => read(doc) === read(late.doc) && read(doc).includes("49 ")));
      late.stop();
    }));
});
