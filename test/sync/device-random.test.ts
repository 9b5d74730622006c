import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import {
  createHub,
  createReplica,
  type DocumentLog,
  type Hub,
  memoryStore,
  type Replica,
  type Store,
} from "../../lib/sync/index.ts";
import { type Channel, createChannelPair } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { createTabs, type TestTab } from "./tab-world.ts";
import { createTestPlatform, settle, type TestPlatform } from "./world.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 30 });

for (const [what, isTogether, isEmptied] of [
  ["pages that connect each by itself, over a store that fails,", false, false],
  ["tabs of one connection, over a store that fails,", true, false],
  ["tabs of one connection, over a store that fails and is deleted behind them,", true, true],
] as const) {
  test(`${what} keep what they called saved, and end with what the hub has`, () =>
    fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const world = createWorld(seed, isTogether, isEmptied);
        for (let i = 0; i < 40; i++) await world.step();
        await world.end();
      }),
      { numRuns: runs(150) },
    ));
}

/** In which call the store fails, two times of three; `after`: every second call is done, and its caller hears the contrary; `dies`: with some, the page goes. */
const MODES = ["load", "append", "compact", "after", "all", "dies"] as const;

interface Page {
  readonly doc: Doc;
  readonly replica: Replica;
  /** Ends at once, in the middle of whatever it does. */
  kill(): void;
}

const letters = (doc: Doc): string[] => [...doc.text("body").toString()];

function createWorld(seed: number, isTogether: boolean, isEmptied: boolean) {
  const platform = createTestPlatform(seed);
  const hub = createHub<{ user: string }>({ store: memoryStore(), platform });
  const device = createDevice(platform);
  const createTab = createTabs(platform);
  const network = { isUp: true, channels: new Set<Channel>() };
  const pages: Page[] = [];
  let owed = new Set<string>();
  let next = 0x4e00; // every letter is another
  const open = (): Page => {
    const gone = (): void => void (pages.includes(page) && pages.splice(pages.indexOf(page), 1));
    const page = openPage(platform, hub, device, network, isTogether ? createTab() : undefined, gone);
    pages.push(page);
    return page;
  };
  const close = (page: Page, how: () => void): void => {
    how();
    if (pages.includes(page)) pages.splice(pages.indexOf(page), 1);
  };
  const edit = async ({ doc, replica }: Page, count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      doc.text("body").insert(platform.pick(doc.text("body").length + 1), String.fromCharCode(next++));
      if (platform.pick(3) === 0) await settle();
    }
    const made = letters(doc);
    const before = device.deletions;
    void replica.saved().then((isSaved) => {
      if (isSaved && before === device.deletions) for (const letter of made) owed.add(letter);
    });
  };
  const drop = (): void => {
    network.isUp = !network.isUp;
    if (!network.isUp) for (const channel of network.channels) channel.close(1006);
  };
  const empty = async (): Promise<void> => {
    device.empty();
    owed = new Set(letters((await hub.open("doc")).doc));
  };
  open();
  return {
    async step(): Promise<void> {
      const page = pages[platform.pick(pages.length)];
      const roll = platform.pick(24);
      if (roll < 9 && page) await edit(page, platform.pick(4) === 0 ? 1 + platform.pick(12) : 1);
      else if (roll < 11 && pages.length < 3) open();
      else if (roll < 14 && page) close(page, () => page.kill());
      else if (roll < 15 && page) close(page, () => page.replica.stop());
      else if (roll < 17) drop();
      else if (roll < 20) device.mode = device.mode === undefined ? MODES[platform.pick(MODES.length)] : undefined;
      else if (roll < 21 && isEmptied) await empty();
      await platform.advance(platform.pick(4) === 0 ? platform.pick(5000) : platform.pick(100));
    },
    async end(): Promise<void> {
      device.mode = undefined;
      open();
      await platform.advance(70_000);
      if (isEmptied) for (const page of pages) await edit(page, 1); // nothing is put back before
      await platform.advance(70_000);
      assert.deepEqual(new Set(pages.map(({ replica }) => replica.stored.peek())), new Set(["saved"]));
      network.isUp = true;
      await platform.advance(70_000);
      const found = letters((await hub.open("doc")).doc);
      assert.equal(new Set(found).size, found.length, "nothing is there twice");
      assert.deepEqual(
        [...owed].filter((letter) => !found.includes(letter)),
        [],
      );
      for (const { doc, replica } of pages) {
        assert.deepEqual([replica.status.peek(), replica.unsaved.peek()], ["synced", 0]);
        assert.deepEqual(letters(doc), found);
      }
      network.isUp = false;
      for (const page of [...pages]) close(page, () => page.kill());
      const last = open();
      await platform.advance(1000);
      assert.deepEqual(letters(last.doc), found, "the device has what the hub has");
      close(last, () => last.kill());
      await hub.close();
    },
  };
}

function openPage(
  platform: TestPlatform,
  hub: Hub<{ user: string }>,
  device: Device,
  network: { isUp: boolean; readonly channels: Set<Channel> },
  tab: TestTab | undefined,
  gone: () => void,
): Page {
  const mine = new Set<Channel>();
  const doc = createDoc({ random: platform.random });
  let isDead = false;
  const replica = createReplica({
    doc,
    name: "doc",
    tabs: tab,
    store: device.open(
      () => isDead,
      () => kill(),
    ),
    platform: { ...platform, after: (ms, f) => platform.after(ms, () => isDead || f()) },
    connect: () => {
      if (!network.isUp) throw new Error("no network");
      const [near, far] = createChannelPair();
      hub.accept(far, { user: "ada" });
      for (const channels of [mine, network.channels]) {
        channels.add(near);
        near.onClose(() => channels.delete(near));
      }
      return near;
    },
  });
  const kill = (): void => {
    isDead = true;
    tab?.crash();
    for (const channel of mine) channel.close(1006);
    gone();
  };
  return { doc, replica, kill };
}

type Device = ReturnType<typeof createDevice>;

/** What a browser keeps: it fails, and it is deleted while pages have it open. */
function createDevice(platform: TestPlatform) {
  let inner: Store = memoryStore();
  let first = 2 ** 20; // positions of what is made anew are higher, by far
  const device = {
    mode: undefined as (typeof MODES)[number] | undefined, // cast: it is set later
    deletions: 0,
    empty(): void {
      device.deletions++;
      first += 2 ** 20;
      inner = memoryStore();
    },
    open(isDead: () => boolean, kill: () => void): DocumentLog {
      const never = new Promise<never>(() => undefined);
      const call = async <T>(method: (typeof MODES)[number], run: () => Promise<T>): Promise<T> => {
        if (isDead()) return never;
        const { mode } = device;
        if (mode === "dies" && platform.pick(24) === 0) kill();
        else if ((mode === "all" || mode === method) && platform.pick(3) > 0) throw new Error(`${method} failed`);
        const done = isDead() && platform.pick(2) === 0 ? await never : await run();
        if (mode === "dies" && platform.pick(24) === 0) kill();
        if (isDead()) return never;
        if (mode === "after" && platform.pick(2) === 0) throw new Error(`${method} failed after all`);
        return done;
      };
      return {
        load: (name) =>
          call("load", async () => {
            const stored = await inner.load(name);
            return { ...stored, position: stored.position && stored.position + first };
          }),
        append: (name, update) => call("append", async () => (await inner.append(name, update)) + first),
        compact: (name, snapshot, upTo) => call("compact", () => inner.compact(name, snapshot, upTo - first)),
        close: async () => undefined,
      };
    },
  };
  return device;
}
