import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import {
  createHub,
  createPresence,
  createReplica,
  type Hub,
  memoryStore,
  type Replica,
  type Store,
} from "../../lib/sync/index.ts";
import { type Channel, createChannelPair, type WireValue } from "../../lib/wire/index.ts";
import { createTabs, type TestTab } from "./tab-world.ts";
import { createTestPlatform, type TestPlatform } from "./world.ts";

interface Tab {
  readonly doc: Doc;
  readonly replica: Replica;
  readonly tab: TestTab;
  readonly text: () => string;
  /** False: this tab alone has no network. */
  up: boolean;
  /** How often it tried to reach the hub. */
  tries: number;
}

interface Scene {
  readonly platform: TestPlatform;
  readonly hub: Hub<{ user: WireValue }>;
  up: boolean;
  level: "read" | "write";
  readonly open: Set<Channel>;
  /** A browser: tabs opened in it share a connection, and a store when there is one. */
  browser(user: string, store?: Store): () => Tab;
}

function createScene(seed = 5): Scene {
  const platform = createTestPlatform(seed);
  const hub = createHub<{ user: WireValue }>({
    store: memoryStore(),
    platform,
    authorize: (_connection, _name, asked) => asked === "read" || scene.level === "write",
  });
  const scene: Scene = { platform, hub, up: true, level: "write", open: new Set(), browser };
  function browser(user: string, store?: Store): () => Tab {
    const createTab = createTabs(platform);
    return () => {
      const tab = createTab();
      const doc = createDoc({ random: platform.random });
      const replica = createReplica({
        doc,
        name: "doc",
        platform,
        tabs: tab,
        ...(store === undefined ? {} : { store }),
        connect() {
          made.tries++;
          if (!scene.up || !made.up) throw new Error("no network");
          const [near, far] = createChannelPair();
          hub.accept(far, { user });
          scene.open.add(near);
          near.onClose(() => scene.open.delete(near));
          return near;
        },
      });
      const made: Tab = { doc, replica, tab, text: () => doc.text("body").toString(), up: true, tries: 0 };
      return made;
    };
  }
  return scene;
}

const write = ({ doc }: Tab, text: string): void => doc.text("body").insert(doc.text("body").length, text);
const statuses = (tabs: readonly Tab[]): string[] => tabs.map(({ replica }) => replica.status.get());
const shown = (tabs: readonly Tab[]): string[] => [...new Set(tabs.map((tab) => [...tab.text()].sort().join("")))];

/** With what it takes to keep documents on the device, and without. */
for (const [kind, makeStore] of [
  ["a store", memoryStore],
  ["no store", () => undefined],
] as const) {
  describe(`tabs of one browser, with ${kind}`, () => {
    test("share one connection, and converge with each other and with another browser", async () => {
      const scene = createScene();
      const open = scene.browser("ada", makeStore());
      const tabs = Array.from({ length: 8 }, open);
      const other = scene.browser("bob")();
      await scene.platform.advance(200);
      assert.equal(scene.hub.stats().connections, 2);
      for (const [i, tab] of tabs.entries()) write(tab, String(i));
      write(other, "x");
      await scene.platform.advance(1000);
      assert.deepEqual(shown([...tabs, other]), ["01234567x"]);
      assert.deepEqual(statuses(tabs), Array(8).fill("synced"));
      assert.equal(scene.hub.stats().connections, 2);
    });

    test("are connected by one that has a network, five of them of which three have none", async () => {
      const scene = createScene();
      const { platform } = scene;
      const open = scene.browser("ada", makeStore());
      const tabs = Array.from({ length: 5 }, open) as [Tab, Tab, Tab, Tab, Tab];
      const [first, second, third, fourth] = tabs;
      first.up = second.up = fourth.up = false;
      const bob = scene.browser("bob")();
      for (const [i, tab] of tabs.entries()) write(tab, String(i));
      await platform.advance(5000);
      assert.deepEqual(shown([...tabs, bob]), ["01234"]);
      assert.deepEqual(statuses(tabs), Array(5).fill("synced"));

      third.up = false; // it leads: what is open goes on,
      write(bob, "b");
      await platform.advance(1000);
      assert.deepEqual(shown([...tabs, bob]), ["01234b"]);
      for (const channel of scene.open) channel.close(1006); // until it ends
      for (const tab of tabs) write(tab, "x");
      await platform.advance(20_000);
      assert.deepEqual(shown([...tabs, bob]), ["01234bxxxxx"]);
      assert.deepEqual(statuses([...tabs, bob]), Array(6).fill("synced"));
      assert.equal(scene.hub.stats().connections, 2);
    });

    test("leave the lead where it is while the hub answers nobody, and ask one other tab a try", async () => {
      const scene = createScene();
      scene.up = false;
      const open = scene.browser("ada", makeStore());
      const tabs = Array.from({ length: 5 }, open);
      await scene.platform.advance(60_000);
      const before = tabs.map(({ tries }) => tries);
      await scene.platform.advance(60_000);
      const [leader = 0, ...others] = tabs.map(({ tries }, i) => tries - (before[i] ?? 0));
      assert.ok(leader >= 4, String(leader));
      assert.ok(others.reduce((sum, tries) => sum + tries, 0) <= leader, String(others));
      assert.ok(
        others.every((tries) => tries > 0),
        String(others),
      );
    });

    test("edit together without a network, count what is not acknowledged, and send it all once there is one", async () => {
      const scene = createScene();
      scene.up = false;
      const open = scene.browser("ada", makeStore());
      const tabs = [open(), open(), open()];
      await scene.platform.advance(500);
      for (const tab of tabs) write(tab, "abc");
      await scene.platform.advance(500);
      assert.deepEqual(shown(tabs), ["aaabbbccc"]);
      assert.deepEqual(
        tabs.map(({ replica }) => replica.unsaved.get()),
        [9, 9, 9],
      );
      assert.ok(!statuses(tabs).includes("synced"), String(statuses(tabs)));
      scene.up = true;
      tabs[2]?.replica.retry(); // any of them will do
      await scene.platform.advance(500);
      assert.deepEqual(statuses(tabs), Array(3).fill("synced"));
      assert.deepEqual(
        tabs.map(({ replica }) => replica.unsaved.get()),
        [0, 0, 0],
      );
    });

    test("hand the lead on when the leader is closed, crashes, or hangs and comes back", async () => {
      const scene = createScene();
      const open = scene.browser("ada", makeStore());
      const tabs = Array.from({ length: 5 }, open) as [Tab, Tab, Tab, Tab, Tab];
      await scene.platform.advance(200);
      const [first, second, third, ...rest] = tabs;
      write(first, "1");
      first.replica.stop();
      write(second, "2");
      await scene.platform.advance(500);
      assert.equal(scene.hub.stats().connections, 1);
      assert.deepEqual(shown([second, third, ...rest]), ["12"]);

      write(second, "3"); // the leader's own, and the last it does
      await scene.platform.advance(5);
      second.tab.crash();
      for (const channel of scene.open) channel.close(1006);
      write(third, "4");
      await scene.platform.advance(500);
      assert.deepEqual(shown([third, ...rest]), ["1234"]);
      assert.deepEqual(statuses([third, ...rest]), Array(3).fill("synced"));

      second.replica.stop(); // nothing is left of it

      third.tab.hang();
      write(rest[0] as Tab, "5");
      await scene.platform.advance(60_000);
      assert.deepEqual(shown(rest), ["12345"]);
      assert.deepEqual(statuses(rest), Array(2).fill("synced"));
      third.tab.unhang();
      await scene.platform.advance(5000);
      assert.deepEqual(shown([third, ...rest]), ["12345"]);
      assert.deepEqual(statuses([third, ...rest]), Array(3).fill("synced"));
      write(third, "6");
      await scene.platform.advance(500);
      assert.deepEqual(shown([third, ...rest]), ["123456"]);
      assert.equal(scene.hub.stats().connections, 1);
      for (const { replica } of [third, ...rest]) replica.stop();
      await scene.platform.advance(500);
      assert.equal(scene.hub.stats().connections, 0);
    });

    test("show the other users in every tab, and are one user to them", async () => {
      const scene = createScene();
      const { platform } = scene;
      const open = scene.browser("ada", makeStore());
      const [one, two] = [open(), open()];
      const bob = scene.browser("bob")();
      const presences = [one, two, bob].map(({ replica }) => createPresence(replica, { platform }));
      const [first, second, third] = presences as [(typeof presences)[0], (typeof presences)[0], (typeof presences)[0]];
      await platform.advance(200);
      second.set("in the second tab");
      third.set("here");
      await platform.advance(500);
      const seen = (presence: typeof first): unknown[] => presence.others.get().map(({ user, state }) => [user, state]);
      assert.deepEqual([seen(first), seen(second)], [[["bob", "here"]], [["bob", "here"]]]);
      assert.deepEqual(seen(third), [["ada", "in the second tab"]]);
      const late = createPresence(open().replica, { platform });
      await platform.advance(500);
      assert.deepEqual(seen(late), [["bob", "here"]]);
      one.replica.stop(); // it led
      await platform.advance(1000);
      assert.deepEqual(seen(third), [["ada", "in the second tab"]]);
      assert.deepEqual(seen(second), [["bob", "here"]]);
    });

    test("tell every tab that the user may only read", async () => {
      const scene = createScene();
      scene.level = "read";
      const open = scene.browser("ada", makeStore());
      const tabs = [open(), open()];
      await scene.platform.advance(200);
      assert.deepEqual(
        tabs.map(({ replica }) => replica.level.get()),
        ["read", "read"],
      );
      write(tabs[1] as Tab, "x");
      await scene.platform.advance(200);
      assert.deepEqual(statuses(tabs), ["refused", "refused"]);
      assert.deepEqual(
        tabs.map(({ replica }) => replica.error.get()?.code),
        ["SYNC_READ_ONLY", "SYNC_READ_ONLY"],
      );
    });

    for (const seed of [...Array(12).keys(), 384]) {
      test(`converge however tabs and the network come and go (seed ${seed})`, async () => {
        const scene = createScene(seed * 7919);
        const { platform } = scene;
        const open = scene.browser("ada", makeStore());
        const tabs: Tab[] = [open(), open()];
        const hanging: Tab[] = [];
        const other = scene.browser("bob")();
        let letters = 0;
        for (let step = 0; step < 60; step++) {
          const tab = tabs[platform.pick(tabs.length)] as Tab;
          const roll = platform.pick(20);
          if (roll < 9 || (roll < 11 && tabs.length + hanging.length >= 8)) {
            write(tab, "a");
            letters++;
          } else if (roll < 11) tabs.push(open());
          else if (roll < 13) {
            if (platform.pick(3) === 0) tab.up = !tab.up;
            else scene.up = !scene.up;
            if (!scene.up || !tab.up) for (const channel of scene.open) channel.close(1006);
          } else if (roll < 15 && tabs.length > 1) {
            tabs.splice(tabs.indexOf(tab), 1);
            tab.replica.stop();
          } else if (roll < 16 && tabs.length > 1) {
            tabs.splice(tabs.indexOf(tab), 1);
            tab.tab.hang();
            hanging.push(tab);
          } else if (roll < 17) {
            const woken = hanging.pop();
            woken?.tab.unhang();
            if (woken !== undefined) tabs.push(woken);
          }
          await platform.advance(platform.pick(200));
        }
        scene.up = true;
        if (!tabs.some(({ up }) => up)) (tabs[0] as Tab).up = true; // one is enough
        for (const tab of hanging.splice(0)) {
          tab.tab.unhang();
          tabs.push(tab);
        }
        await platform.advance(60_000);
        assert.deepEqual(shown([...tabs, other]), ["a".repeat(letters)]);
        assert.deepEqual(statuses(tabs), Array(tabs.length).fill("synced"));
        assert.deepEqual(new Set(tabs.map(({ replica }) => replica.unsaved.get())), new Set([0]));
      });
    }
  });
}
