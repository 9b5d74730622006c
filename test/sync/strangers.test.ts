import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc, encodeVersion } from "../../lib/crdt/index.ts";
import { createHub, createPresence, createReplica, type Hub, memoryStore } from "../../lib/sync/index.ts";
import {
  type Channel,
  createChannelPair,
  encodeSyncFrame,
  SYNC_PROTOCOL,
  type SyncFrame,
  type WireValue,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { createSlowStore, createTestPlatform, settle } from "./world.ts";

const STRANGERS = 3;
const NAMES = ["doc", "other", "third", "", "\ud800", "epoch/0"];

/** What a stranger's updates and versions are drawn from. */
type Source = "friend" | "own" | "rest" | "cut short" | "noise" | "none";

type Step =
  | { readonly who: number; readonly kind: "frame"; readonly frame: Draft }
  | { readonly who: number; readonly kind: "edit" | "come" | "go" }
  | { readonly who: number; readonly kind: "revoke" }
  | { readonly who: number; readonly kind: "wait"; readonly ms: number }
  | { readonly who: number; readonly kind: "serve"; readonly what: "cut" | "copy" | "version" | "remove" | "file" };

interface Draft {
  readonly kind: SyncFrame["kind"];
  readonly handle: number;
  readonly number: number;
  readonly name: string;
  readonly sources: readonly Source[];
  readonly state: unknown;
  readonly flag: boolean;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  kind: fc.constantFrom<SyncFrame["kind"][]>(
    ...([
      "open",
      "open",
      "resume",
      "update",
      "update",
      "update",
      "missing",
      "leave",
      "presence",
      "ping",
      "pong",
    ] as const),
    ...(["part", "hello", "welcome", "opened", "ack", "refused", "peers", "drain", "error", "cut"] as const),
  ),
  handle: fc.constantFrom(0, 1, 1, 2, 3, 2 ** 40),
  number: fc.constantFrom(0, 1, 2, 2 ** 20, 2 ** 21, 2 ** 52),
  name: fc.constantFrom("doc", "doc", "doc", ...NAMES),
  sources: fc.array(fc.constantFrom<Source[]>("friend", "own", "own", "rest", "cut short", "noise", "none"), {
    maxLength: 4,
  }),
  state: fc.jsonValue({ maxDepth: 3 }),
  flag: fc.boolean(),
});

const who = fc.nat(STRANGERS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ who, kind: fc.constant("frame" as const), frame: draft }) },
  {
    weight: 6,
    arbitrary: fc.record({ who, kind: fc.constantFrom("edit" as const, "come" as const, "go" as const) }),
  },
  { weight: 1, arbitrary: fc.record({ who, kind: fc.constant("revoke" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ who, kind: fc.constant("wait" as const), ms: fc.constantFrom(0, 5, 100, 9000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      who,
      kind: fc.constant("serve" as const),
      what: fc.constantFrom("cut" as const, "copy" as const, "version" as const, "remove" as const, "file" as const),
    }),
  },
);

describe("strangers who speak the protocol and mean no good", () => {
  test("change nothing for a friend, and leave nothing behind", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.nat(), async (steps, seed) => {
        const world = await createWorld(seed);
        for (const each of steps) await world.run(each);
        await world.check();
      }),
      { numRuns: runs(60) },
    ));
});

interface Stranger {
  channel: Channel | undefined;
  readonly doc: Doc;
  readonly made: Uint8Array[];
}

async function createWorld(seed: number): Promise<{ run(step: Step): Promise<void>; check(): Promise<void> }> {
  const platform = createTestPlatform(seed);
  const reported: unknown[] = [];
  const limits = { idleMs: 1000, restMs: 30, compactAfter: 6, maxDocuments: 3, maxPending: 8, gatherMs: 400 };
  const hub: Hub = createHub<{ user: string; author: string }>({
    store: createSlowStore(memoryStore(), platform).store,
    platform: { ...platform, sha256: (bytes) => bytes.slice(0, 4) },
    limits,
    authorize: ({ user }, _name, level) => level === "read" || user !== "stranger 2",
    comments: ({ path }) => path[0] === "comments",
    authorizeUpdate: (_connection, _name, { operations }) => operations.every(({ path }) => path[0] !== "locked"),
    onError: (error) => reported.push(error),
  });
  const connect = (user: string): Channel => {
    const [near, far] = createChannelPair();
    hub.accept(far, { user, author: user });
    return near;
  };
  // Two friends, in a document that the server never removes.
  const friends = ["ada", "bob"].map((user) =>
    createReplica({ doc: createDoc({ random: platform.random }), name: "doc", platform, connect: () => connect(user) }),
  );
  const presences = friends.map((friend) => createPresence(friend, { platform }));
  const strangers = Array.from({ length: STRANGERS }, (_, index): Stranger => {
    const doc = createDoc({ random: platform.random });
    const made: Uint8Array[] = [];
    doc.onUpdate((update) => made.push(update));
    doc.text("body").insert(0, `s${index}`);
    doc.map(index === 1 ? "locked" : "comments").set("k", index);
    return { channel: undefined, doc, made };
  });
  const greet = (stranger: Stranger, index: number): void => {
    stranger.channel?.close(1000);
    stranger.channel = connect(`stranger ${index}`);
    stranger.channel.onMessage(() => undefined);
    stranger.channel.send(encodeSyncFrame({ kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] }));
    stranger.channel.send(encodeSyncFrame({ kind: "open", handle: 1, name: "doc", version: encodeVersion(new Map()) }));
  };
  const draw = (source: Source, { made, doc }: Stranger): Uint8Array => {
    const own = made[platform.pick(made.length)] ?? new Uint8Array();
    if (source === "friend") return friends[0]?.doc.encode() ?? own;
    if (source === "own") return own;
    if (source === "rest") return doc.encode();
    if (source === "cut short") return own.subarray(0, platform.pick(own.length));
    return source === "noise" ? platform.random(40) : new Uint8Array();
  };
  const versionOf = (source: Source | undefined, { doc }: Stranger): Uint8Array => {
    if (source === "friend") return encodeVersion(friends[0]?.doc.version() ?? new Map());
    if (source === "own") return encodeVersion(doc.version());
    return source === "noise" ? platform.random(20) : encodeVersion(new Map());
  };
  let said = "";
  const say = async (index: number): Promise<void> => {
    const word = `${said.length % 10}`;
    friends[index % 2]?.doc.text("said").insert(friends[index % 2]?.doc.text("said").length ?? 0, word);
    said += word;
    await platform.advance(60);
  };
  await platform.advance(100);

  return {
    async run(each) {
      const stranger = strangers[each.who] ?? assert.fail();
      if (each.kind === "come") greet(stranger, each.who);
      else if (each.kind === "go") stranger.channel?.close(1000);
      else if (each.kind === "revoke") hub.revoke(`stranger ${each.who}`);
      else if (each.kind === "wait") await platform.advance(each.ms);
      else if (each.kind === "edit") {
        stranger.doc.text("body").insert(0, "x");
        await say(each.who);
      } else if (each.kind === "serve") await serve(hub, each.what, platform.random(9));
      else if (each.kind === "frame" && stranger.channel !== undefined) {
        const { frame } = each;
        const updates = frame.sources.map((source) => draw(source, stranger));
        stranger.channel.send(encodeSyncFrame(finish(frame, updates, versionOf(frame.sources[0], stranger))));
      }
      await settle();
    },
    async check() {
      for (const presence of presences) presence.set({ here: true });
      await say(0);
      await platform.advance(60_000);
      const texts = friends.map(({ doc }) => doc.text("said").toString());
      for (const [index, { status, error, doc }] of friends.entries()) {
        assert.equal(status.get(), "synced", `${error.get()}`);
        assert.equal([...(texts[index] ?? "")].sort().join(""), [...said].sort().join(""), "all they said, once");
        assert.equal(doc.map("locked").get("k"), undefined, "what is refused is seen by nobody");
        const others = presences[index]?.others.get().map(({ user }) => user);
        assert.deepEqual(others, [index === 0 ? "bob" : "ada"]);
      }
      assert.deepEqual(friends[0]?.doc.encode(), friends[1]?.doc.encode());
      for (const { channel } of strangers) channel?.close(1000);
      await platform.advance(40_000);
      assert.equal(hub.stats().connections, 2);
      assert.equal(hub.stats().documents, 1);
      assert.equal(hub.stats().pending, 0);
      for (const presence of presences) presence.stop();
      for (const friend of friends) friend.stop();
      await hub.close();
      await settle();
      assert.equal(platform.timers(), 0);
      assert.deepEqual(reported, []);
    },
  };

  /** What a server does meanwhile; a document of the friends it does not remove. */
  async function serve({ documents }: Hub, what: string, bytes: Uint8Array): Promise<void> {
    const calls: Record<string, () => Promise<unknown>> = {
      cut: () => documents.cut("doc"),
      copy: () => documents.copy("doc", `copy ${platform.pick(9)}`),
      version: () => documents.saveVersion("doc", "v"),
      remove: () => documents.remove("other"),
      file: () => documents.addFile("doc", bytes),
    };
    void calls[what]?.().catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== "SYNC_BAD_NAME") reported.push(error); // there is a copy already
    });
    await platform.advance(1);
  }
}

function finish(
  { kind, handle, number, name, state, flag }: Draft,
  updates: Uint8Array[],
  version: Uint8Array,
): SyncFrame {
  const [bytes = new Uint8Array()] = updates;
  const value = state as WireValue; // cast: a JSON value is one
  const frames: Record<SyncFrame["kind"], SyncFrame> = {
    hello: { kind: "hello", protocol: number, capabilities: [name] },
    welcome: { kind: "welcome", protocol: 1, capabilities: [], peer: 1, silentMs: 1, maxMessageBytes: number },
    open: { kind: "open", handle, name, version },
    resume: { kind: "resume", handle, name, epoch: number, version },
    cut: { kind: "cut", handle, epoch: number, old: bytes, step: "last" },
    opened: { kind: "opened", handle, level: "write", version, update: bytes },
    update: { kind: "update", handle, ref: number, updates },
    ack: { kind: "ack", handle, ref: number },
    refused: { kind: "refused", handle, ref: 1, replica: number, from: 0, code: "X", message: name },
    missing: { kind: "missing", handle, ref: number, version },
    leave: { kind: "leave", handle },
    presence: { kind: "presence", handle, state: value },
    peers: { kind: "peers", handle, full: flag, changes: [[number, value, value]] },
    ping: { kind: "ping", nonce: number },
    pong: { kind: "pong", nonce: number },
    part: { kind: "part", last: flag, bytes },
    drain: { kind: "drain", retryAfterMs: number },
    error: { kind: "error", handle, ref: 0, code: "X", final: true, message: name },
  };
  return frames[kind];
}
