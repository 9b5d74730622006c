import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { type CrdtText, createDoc, createUndo, type Doc, type TextDelta } from "../../lib/crdt/index.ts";
import {
  createHub,
  createReplica,
  type DocumentLog,
  type Hub,
  memoryStore,
  type RefusedEdit,
  type Replica,
} from "../../lib/sync/index.ts";
import { type Channel, createChannelPair, encodeValue } from "../../lib/wire/index.ts";
import { createTabs, type TestTab } from "./tab-world.ts";
import { createTestPlatform, type TestPlatform } from "./world.ts";

interface Scene {
  readonly platform: TestPlatform;
  readonly hub: Hub<{ user: string; author: string }>;
  up: boolean;
  /** Who connects, with a store of its own or none. */
  open(user: string, store?: DocumentLog): Page;
  /** Tabs of one browser. */
  browser(user: string, store?: DocumentLog, delayMs?: number): () => Page;
  cut(): void;
}

interface Page {
  readonly doc: Doc;
  readonly replica: Replica;
  readonly tab: TestTab | undefined;
}

/** What nobody may write: one character, into which nothing can be written, of so many bytes that they do not stand in numbers by chance. */
const BAD = "\u{1F480}";

/** The hub refuses every transaction in which that is written. */
function createScene(seed = 3): Scene {
  const platform = createTestPlatform(seed);
  const channels = new Set<Channel>();
  const hub = createHub<{ user: string; author: string }>({
    store: memoryStore(),
    platform,
    authorizeUpdate: (_connection, _name, { bytes }) => !Buffer.from(bytes).includes(BAD),
  });
  const scene: Scene = { platform, hub, up: true, open: (user, store) => join(user, store), browser, cut };
  function cut(): void {
    for (const channel of channels) channel.close(1006, "cut");
  }
  function join(user: string, store: DocumentLog | undefined, tab?: TestTab): Page {
    const doc = createDoc({ random: platform.random });
    const options = {
      doc,
      name: "doc",
      platform,
      ...(store === undefined ? {} : { store }),
      connect() {
        if (!scene.up) throw new Error("no network");
        const [near, far] = createChannelPair();
        channels.add(near);
        near.onClose(() => channels.delete(near));
        hub.accept(far, { user, author: user });
        return near;
      },
    };
    return {
      doc,
      tab,
      replica: tab === undefined ? createReplica(options) : createReplica({ ...options, tabs: tab }),
    };
  }
  function browser(user: string, store?: DocumentLog, delayMs?: number): () => Page {
    const createTab = createTabs(platform, delayMs);
    return () => join(user, store, createTab());
  }
  return scene;
}

const text = ({ doc }: Page): string => doc.text("body").toString();
const write = ({ doc }: Page, what: string, at = doc.text("body").length): void => doc.text("body").insert(at, what);
const told = ({ replica }: Page): string[] => replica.refused.get().map(wrote);

/** The text that an edit inserted. */
function wrote({ changes }: RefusedEdit): string {
  const deltas = changes.map(({ change }) => change as TextDelta);
  return deltas.flatMap((delta) => delta.flatMap((step) => ("insert" in step ? [step.insert] : []))).join("");
}

describe("a transaction that the hub refuses", () => {
  test("is taken out of the document alone, and told with its reason and what it was", async () => {
    const scene = createScene();
    const [ada, bob] = [scene.open("ada"), scene.open("bob")];
    await scene.platform.advance(100);
    write(ada, "one");
    await scene.platform.advance(100);
    const deltas: TextDelta[] = [];
    ada.doc.text("body").observe((delta) => deltas.push(delta));
    write(ada, BAD);
    write(ada, " two");
    write(ada, "zero ", 0);
    await scene.platform.advance(5000);
    assert.equal(text(ada), "zero one two");
    assert.equal(text(bob), "zero one two");
    assert.deepEqual(deltas.at(-1), [{ retain: 8 }, { delete: BAD.length }]);
    assert.deepEqual(ada.doc.encode(), bob.doc.encode());
    assert.equal(ada.replica.status.get(), "synced");
    assert.equal(ada.replica.unsaved.get(), 0);
    assert.equal(ada.replica.error.get(), undefined);
    const [refused, ...others] = ada.replica.refused.get();
    assert.equal(others.length, 0);
    assert.equal(refused?.error.code, "SYNC_REFUSED");
    assert.deepEqual(refused?.changes, [{ type: "text", path: ["body"], change: [{ retain: 3 }, { insert: BAD }] }]);
    write(ada, " three");
    write(bob, "> ", 0);
    await scene.platform.advance(1000);
    assert.equal(text(bob), "> zero one two three");
    assert.equal(text(ada), text(bob));
  });

  test("of work done offline takes none of the rest along", async () => {
    const scene = createScene();
    const [ada, bob] = [scene.open("ada"), scene.open("bob")];
    await scene.platform.advance(100);
    scene.up = false;
    scene.cut();
    await scene.platform.advance(100);
    for (const word of ["a", "b", `${BAD}1`, "c", `${BAD}2`, "d"]) write(ada, word);
    ada.doc.map("meta").set("title", "mine");
    write(bob, "bob ");
    scene.up = true;
    await scene.platform.advance(60_000);
    assert.equal(text(ada).replace("bob ", ""), "abcd");
    assert.equal(text(ada), text(bob));
    assert.equal(bob.doc.map("meta").get("title"), "mine");
    assert.deepEqual(told(ada), [`${BAD}1`, `${BAD}2`]);
    assert.equal(ada.replica.status.get(), "synced");
  });

  test("is refused after a reload too, and stays away after the next", async () => {
    const scene = createScene();
    const store = memoryStore();
    scene.up = false;
    const first = scene.open("ada", store);
    await scene.platform.advance(100);
    for (const word of ["a", BAD, "b"]) write(first, word);
    await first.replica.saved();
    first.replica.stop();
    const second = scene.open("ada", store);
    await scene.platform.advance(100);
    assert.equal(text(second), `a${BAD}b`);
    write(second, "c");
    await second.replica.saved();
    scene.up = true;
    await scene.platform.advance(60_000);
    assert.equal(text(second), "abc");
    assert.deepEqual(told(second), [BAD]);
    await second.replica.saved();
    second.replica.stop();
    scene.up = false;
    const third = scene.open("ada", store);
    await scene.platform.advance(100);
    assert.equal(text(third), "abc");
    assert.equal(third.replica.unsaved.get(), 0);
    scene.up = true;
    await scene.platform.advance(60_000);
    assert.equal(third.replica.status.get(), "synced");
    assert.equal(told(third).length, 0);
    const bob = scene.open("bob");
    await scene.platform.advance(100);
    assert.equal(text(bob), "abc");
    assert.deepEqual(third.doc.encode(), bob.doc.encode());
  });

  test("leaves undo with nothing, and editing as it was", async () => {
    const scene = createScene();
    const ada = scene.open("ada");
    await scene.platform.advance(100);
    const undo = createUndo(ada.doc);
    write(ada, BAD);
    await scene.platform.advance(5000);
    assert.equal(text(ada), "");
    assert.equal(undo.undo(), false);
    write(ada, "a");
    assert.ok(undo.undo());
    assert.equal(text(ada), "");
  });

  test("where everything is refused costs a connection now and then, not all the time", async () => {
    const scene = createScene();
    const ada = scene.open("ada");
    await scene.platform.advance(100);
    const before = scene.hub.stats().updatesRefused;
    for (let i = 0; i < 100; i++) {
      write(ada, BAD);
      await scene.platform.advance(100);
    }
    await scene.platform.advance(60_000);
    assert.equal(text(ada), "");
    assert.equal(told(ada).join(""), BAD.repeat(100));
    assert.ok(scene.hub.stats().updatesRefused - before < 300);
  });
});

for (const [kind, makeStore] of [
  ["a store", memoryStore],
  ["no store", () => undefined],
] as const) {
  describe(`a transaction that the hub refuses, of tabs with ${kind}`, () => {
    test("is gone from every tab, whichever wrote it, and told in each", async () => {
      const scene = createScene();
      const open = scene.browser("ada", makeStore());
      const tabs = [open(), open(), open()] as const;
      const bob = scene.open("bob");
      await scene.platform.advance(500);
      write(tabs[0], "a");
      await scene.platform.advance(500);
      write(tabs[1], BAD);
      write(tabs[1], "b");
      write(tabs[2], "c");
      await scene.platform.advance(60_000);
      for (const page of [...tabs, bob]) {
        assert.equal([...text(page)].sort().join(""), "abc");
        assert.deepEqual(page.doc.encode(), bob.doc.encode());
        assert.equal(page.replica.status.get(), "synced");
      }
      for (const page of tabs) assert.deepEqual(told(page), [BAD]);
      write(tabs[1], "d");
      write(tabs[2], "e");
      await scene.platform.advance(1000);
      assert.equal([...text(bob)].sort().join(""), "abcde");
    });

    test("does not come back with a tab that slept", async () => {
      const scene = createScene();
      const open = scene.browser("ada", makeStore());
      const tabs = [open(), open()] as const;
      await scene.platform.advance(500);
      scene.up = false;
      scene.cut();
      write(tabs[1], `a${BAD}b`);
      write(tabs[1], "c");
      await scene.platform.advance(1000);
      tabs[1].tab?.hang();
      scene.up = true;
      await scene.platform.advance(5000); // soon it would take the lead
      assert.equal(text(tabs[0]), "c");
      tabs[1].tab?.unhang();
      await scene.platform.advance(10_000);
      write(tabs[1], "d");
      await scene.platform.advance(10_000);
      assert.deepEqual(tabs.map(text), ["cd", "cd"]);
    });
  });
}

/** How pages of one device are opened, over a store that stands for the device's. */
function deviceOf(scene: Scene, kind: string): (own: DocumentLog) => Page {
  return (own) => (kind === "alone" ? scene.open("ada", own) : scene.browser("ada", own)());
}

/** A page that went with edits the hub has not got: when it comes back, the hub refuses one of them, or has cut the document. */
async function wentAway(kind: string, what: "refusal" | "cut", seed: number) {
  const scene = createScene(seed);
  const { platform } = scene;
  const store = memoryStore();
  const open = deviceOf(scene, kind);
  const page = open(store);
  await platform.advance(100);
  write(page, "0123456789");
  page.doc.text("body").delete(2, 8);
  await platform.advance(1000);
  scene.up = false;
  scene.cut();
  for (const word of ["<", what === "refusal" ? BAD : "-", ">"]) write(page, word);
  await page.replica.saved();
  page.replica.stop();
  if (what === "cut") {
    const cut = scene.hub.documents.cut("doc");
    await platform.advance(2000);
    assert.ok(await cut);
  }
  scene.up = true;
  return { scene, store, open, kept: what === "refusal" ? "01<>" : "01<->" };
}

/** The page once all is quiet, and that of somebody who comes then. */
async function inTheEnd({ platform, open }: Scene, page: Page): Promise<[Page, Page]> {
  await platform.advance(60_000);
  const other = open("bob");
  await platform.advance(1000);
  return [page, other];
}

/** A store that hangs for ever once it was asked so often: what a page that goes leaves of its work. */
function dyingStore(store: DocumentLog, times: number, died: () => void): DocumentLog {
  let left = times;
  const alive = <T>(f: () => Promise<T>): Promise<T> => {
    if (left-- === 0) died();
    return left < 0 ? new Promise<T>(() => undefined) : f();
  };
  return {
    load: (...given) => alive(() => store.load(...given)),
    append: (...given) => alive(() => store.append(...given)),
    compact: (...given) => alive(() => store.compact(...given)),
    close: () => alive(() => store.close()),
  };
}

for (const [kind, what] of [
  ["alone", "refusal"],
  ["in a tab", "refusal"],
  ["alone", "cut"],
  ["in a tab", "cut"],
] as const) {
  test(`a page ${kind} that goes at any moment of a ${what} keeps all that is not refused, once`, async () => {
    for (let times = 0, isOver = false; !isOver; times++) {
      const { scene, store, open, kept } = await wentAway(kind, what, times + 1);
      const { platform } = scene;
      isOver = true;
      const second = open(
        dyingStore(store, times, () => {
          isOver = false;
          scene.up = false;
          scene.cut();
          second.tab?.crash();
        }),
      );
      await platform.advance(5000);
      second.replica.stop();
      scene.up = true;
      const [third, bob] = await inTheEnd(scene, open(store));
      assert.deepEqual([text(third), text(bob)], [kept, kept], `gone at the store's work number ${times}`);
      assert.ok(times < 60);
    }
  });
}

/** A store of which the work from number `from` on fails, until it is well again. */
function failingStore(
  store: DocumentLog,
  from: number,
  isIll: () => boolean,
): DocumentLog & { readonly asked: number } {
  let asked = 0;
  const well = <T>(f: () => Promise<T>): Promise<T> =>
    asked++ >= from && isIll() ? Promise.reject(new Error("no room")) : f();
  return {
    get asked() {
      return asked;
    },
    load: (...given) => store.load(...given),
    append: (...given) => well(() => store.append(...given)),
    compact: (...given) => well(() => store.compact(...given)),
    close: () => store.close(),
  };
}

for (const [kind, what, end] of [
  ["alone", "refusal", "comes back"],
  ["alone", "refusal", "does not"],
  ["in a tab", "refusal", "comes back"],
  ["in a tab", "refusal", "does not"],
  ["alone", "cut", "comes back"],
  ["alone", "cut", "does not"],
  ["in a tab", "cut", "comes back"],
  ["in a tab", "cut", "does not"],
] as const) {
  test(`a page ${kind} whose store fails at any moment of a ${what}, and ${end} before it is closed, shows nothing twice`, async () => {
    for (let from = 0, isOver = false; !isOver; from++) {
      const { scene, store, open, kept } = await wentAway(kind, what, from + 1);
      const { platform } = scene;
      let isIll = true;
      const failing = failingStore(store, from, () => isIll);
      const second = open(failing);
      await platform.advance(3000);
      isOver = failing.asked < from;
      if (end === "comes back") {
        isIll = false;
        await platform.advance(10_000);
        write(second, "!");
        await platform.advance(2000);
        assert.ok(await second.replica.saved());
      }
      second.replica.stop();
      await platform.advance(1000);
      const [third, bob] = await inTheEnd(scene, open(store));
      const expected = end === "comes back" ? `${kept}!` : kept;
      assert.deepEqual([text(third), text(bob)], [expected, expected], `failed from the store's work number ${from}`);
      assert.deepEqual(third.doc.encode(), bob.doc.encode());
      assert.ok(from < 60);
    }
  });
}

/** A store to which somebody else writes just before the work number `at`. */
function crossedStore(
  store: DocumentLog,
  at: number,
  write: () => Promise<void>,
): DocumentLog & { readonly asked: number } {
  let asked = 0;
  const crossed = async <T>(f: () => Promise<T>): Promise<T> => {
    if (asked++ === at) await write();
    return f();
  };
  return {
    get asked() {
      return asked;
    },
    load: (...given) => crossed(() => store.load(...given)),
    append: (...given) => crossed(() => store.append(...given)),
    compact: (...given) => crossed(() => store.compact(...given)),
    close: () => store.close(),
  };
}

for (const kind of ["alone", "in a tab"]) {
  test(`what another tab stores at any moment of a refusal, before it crashes, is kept by a page ${kind}`, async () => {
    for (let at = 0, isOver = false; !isOver; at++) {
      const scene = createScene(at + 1);
      const { platform } = scene;
      const store = memoryStore();
      const open = deviceOf(scene, kind);
      const first = open(store);
      await platform.advance(100);
      write(first, "01");
      await platform.advance(1000);
      scene.up = false;
      scene.cut();
      const other = createDoc({ random: platform.random });
      other.apply(first.doc.encode());
      const since = other.version();
      other.text("body").insert(1, "x");
      for (const word of ["<", BAD, ">"]) write(first, word);
      await first.replica.saved();
      first.replica.stop();
      scene.up = true;
      const crossed = crossedStore(store, at, async () => {
        await store.append("doc\0unsaved", encodeValue([other.replicaId, 0, 0]));
        await store.append("doc", other.encode({ since }));
      });
      const second = open(crossed);
      await platform.advance(5000);
      isOver = crossed.asked <= at;
      second.replica.stop();
      await platform.advance(1000);
      const [third, bob] = await inTheEnd(scene, open(store));
      const expected = isOver ? "01<>" : "0x1<>";
      assert.deepEqual([text(third), text(bob)], [expected, expected], `before the store's work number ${at}`);
      assert.ok(at < 60);
    }
  });
}

for (const [delayMs, what, kind, makeStore] of [
  [1, "refusal", "no store", () => undefined],
  [300, "refusal", "no store", () => undefined],
  [300, "refusal", "a store", memoryStore],
  [1, "cut", "no store", () => undefined],
  [300, "cut", "no store", () => undefined],
  [300, "cut", "a store", memoryStore],
] as const) {
  test(`a tab with ${kind} that leads and crashes at any moment of a ${what} leaves nothing twice, where tabs hear each other after ${delayMs} ms`, async () => {
    for (let at = 0; at < 4 * delayMs + 20; at += Math.ceil(delayMs / 10)) {
      const scene = createScene(at + 1);
      const { platform } = scene;
      const open = scene.browser("ada", makeStore(), delayMs);
      const leader = open();
      await platform.advance(100);
      const heirs = [open(), open()] as const;
      await platform.advance(1000 + 3 * delayMs);
      write(leader, "0123456789");
      leader.doc.text("body").delete(2, 8);
      await platform.advance(1000 + 3 * delayMs);
      scene.up = false;
      scene.cut();
      for (const word of ["<", what === "refusal" ? BAD : "-", ">"]) write(leader, word);
      await platform.advance(1000 + 3 * delayMs);
      if (what === "cut") {
        const cut = scene.hub.documents.cut("doc");
        await platform.advance(2000);
        assert.ok(await cut);
      }
      scene.up = true;
      leader.replica.retry();
      await platform.advance(at);
      leader.tab?.crash();
      scene.up = false;
      scene.cut();
      leader.replica.stop();
      scene.up = true;
      await platform.advance(60_000);
      const bob = scene.open("bob");
      await platform.advance(1000);
      const expected = what === "refusal" ? "01<>" : "01<->";
      assert.deepEqual([...heirs, bob].map(text), [expected, expected, expected], `crashed after ${at} ms`);
    }
  });
}

/** Each character is written once. */
const firstChar = 0x4e00;

/** Not within a character. */
function placeIn(body: CrdtText, platform: TestPlatform): number {
  const at = platform.pick(body.length + 1);
  return body.toString().charAt(at) === BAD.charAt(1) ? at - 1 : at;
}

for (const seed of [1, 2, 3, 582, 602, 619, 690, 700, 747, 780, 799, 828, 841]) {
  test(`tabs that go offline, close and open keep all but what is refused, each once (seed ${seed})`, async () => {
    const scene = createScene(seed);
    const { platform } = scene;
    const store = memoryStore();
    const open = scene.browser("ada", store);
    const bob = scene.open("bob");
    let tabs = [open(), open()];
    const kept = new Set<string>();
    const bad = new Set<string>();
    let next = firstChar;
    await platform.advance(500);
    for (let step = 0; step < 60; step++) {
      const page = tabs[platform.pick(tabs.length)] ?? assert.fail();
      const body = page.doc.text("body");
      const action = platform.pick(14);
      if (action < 5) {
        const char = String.fromCharCode(next++);
        body.insert(placeIn(body, platform), char);
        kept.add(char);
      } else if (action < 7) {
        const char = String.fromCharCode(next++);
        body.insert(placeIn(body, platform), `${BAD}${char}`);
        bad.add(char);
      } else if (action < 8) {
        const char = String.fromCharCode(next++);
        write(bob, char, placeIn(bob.doc.text("body"), platform));
        kept.add(char);
      } else if (action < 9 && body.length > 0) {
        const at = platform.pick(body.length);
        if (kept.delete(body.toString().charAt(at))) body.delete(at, 1);
      } else if (action < 10) {
        scene.up = !scene.up;
        if (!scene.up) scene.cut();
      } else if (action < 11 && tabs.length < 4) tabs.push(open());
      else if (action < 12 && tabs.length > 1) {
        await page.replica.saved();
        await platform.advance(100);
        page.replica.stop();
        tabs = tabs.filter((other) => other !== page);
      } else await platform.advance(platform.pick(3) * 200);
    }
    scene.up = true;
    await platform.advance(120_000);
    const pages = [...tabs, bob];
    assert.deepEqual(
      pages.map(({ replica }) => replica.status.get()),
      pages.map(() => "synced"),
    );
    const chars = [...text(bob)].sort();
    assert.deepEqual(chars, [...kept].sort());
    for (const page of pages) assert.deepEqual(page.doc.encode(), bob.doc.encode());
  });
}
