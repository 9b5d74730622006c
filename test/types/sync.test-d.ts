import { describe, expectTypeOf, test } from "vitest";
import { levelStore } from "../../adapters/level/index.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { bindTextarea, browserPlatform, connectSocket, openDocument } from "../../client/sync/index.ts";
import { createApp, type SocketChannel } from "../../lib/app/index.ts";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import {
  createHub,
  createPresence,
  createReplica,
  type Hub,
  memoryStore,
  type Peer,
  type ReplicaStatus,
  type Store,
  type SyncPlatform,
} from "../../lib/sync/index.ts";
import type { Channel } from "../../lib/wire/index.ts";

const store = memoryStore();
const platform: SyncPlatform = nodePlatform;
const doc = createDoc();

describe("seams", () => {
  test("the platforms of node and of the browser fit hub and replica", () => {
    expectTypeOf(nodePlatform).toExtend<SyncPlatform>();
    expectTypeOf(browserPlatform).toExtend<SyncPlatform>();
  });

  test("a socket of the app is a channel for the hub", () => {
    const hub = createHub<{ user: string }>({ store, platform });
    createApp().socket("/sync", (_c, channel) => hub.accept(channel, { user: "ada" }));
    expectTypeOf<SocketChannel>().toExtend<Channel>();
  });

  test("stores are interchangeable, and a level store is there only once it is open", () => {
    expectTypeOf(memoryStore()).toEqualTypeOf<Store>();
    expectTypeOf(levelStore("path")).toEqualTypeOf<Promise<Store>>();
    // @ts-expect-error: a store that is not open yet is no store
    createHub({ store: levelStore("path"), platform });
  });

  test("a browser socket is what a replica connects with", () => {
    createReplica({ doc, name: "doc", connect: () => connectSocket("/sync"), platform: browserPlatform });
  });
});

describe("a hub", () => {
  test("knows the connection it authorizes", () => {
    interface Member {
      readonly user: { readonly name: string };
      readonly role: "editor" | "guest";
    }
    const hub = createHub<Member>({
      store,
      platform,
      authorize: ({ role }, name, level) => {
        expectTypeOf(name).toEqualTypeOf<string>();
        expectTypeOf(level).toEqualTypeOf<"read" | "comment" | "write">();
        return role === "editor" || level === "read";
      },
    });
    expectTypeOf(hub).toEqualTypeOf<Hub<Member>>();
    // @ts-expect-error: the role is missing
    hub.accept({} as Channel, { user: { name: "ada" } });
  });

  test("needs its store and its platform", () => {
    // @ts-expect-error: nothing ambient: clock and randomness are passed in
    createHub({ store });
    // @ts-expect-error: documents need a place
    createHub({ platform });
    // @ts-expect-error: a function is nothing the others could be told
    createHub<{ user: () => void }>({ store, platform });
  });
});

describe("a replica", () => {
  const replica = createReplica({ doc, name: "doc", connect: () => ({}) as Channel, platform });

  test("shows where it stands, and nobody else may say so", () => {
    expectTypeOf(replica.status.get()).toEqualTypeOf<ReplicaStatus>();
    expectTypeOf(replica.doc).toEqualTypeOf<Doc>();
    // @ts-expect-error: only the replica sets its status
    replica.status.set("synced");
  });

  test("presence states are values that fit on the wire", () => {
    const presence = createPresence(replica, { platform });
    presence.set({ cursor: new Uint8Array(4), typing: true });
    expectTypeOf(presence.others.get()).toEqualTypeOf<readonly Peer[]>();
    // @ts-expect-error: a date is no wire value
    presence.set({ since: new Date() });
  });
});

test("a text field is a textarea or an input", () => {
  const { doc: opened } = openDocument({ url: "/sync", name: "notes" });
  bindTextarea(opened.text("body"), {} as HTMLTextAreaElement);
  bindTextarea(opened.text("body"), {} as HTMLInputElement);
  // @ts-expect-error: a content-editable element holds no plain text
  bindTextarea(opened.text("body"), {} as HTMLDivElement);
  // @ts-expect-error: a map is no text
  bindTextarea(opened.map("body"), {} as HTMLTextAreaElement);
});
