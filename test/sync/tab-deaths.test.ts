import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, type DocumentLog, memoryStore, type Replica } from "../../lib/sync/index.ts";
import { type Channel, createChannelPair } from "../../lib/wire/index.ts";
import { createTabs, type TestTab } from "./tab-world.ts";
import { createTestPlatform } from "./world.ts";

/** At which point of storing an edit a tab goes: nothing more of it is heard. */
const PHASES = ["before it is stored", "once it is stored, before anybody hears of it"] as const;
type Phase = (typeof PHASES)[number];

interface Tab {
  readonly doc: Doc;
  readonly replica: Replica;
  readonly tab: TestTab;
  /** It dies at its next append. */
  dies: Phase | undefined;
  isDead: boolean;
}

/** A browser whose tabs die in the middle of storing something, and of which the hub has heard nothing then. */
function createBrowser() {
  const platform = createTestPlatform(9);
  const hub = createHub<{ user: string }>({ store: memoryStore(), platform });
  const device = memoryStore();
  const createTab = createTabs(platform);
  const open = (): Tab => {
    const tab = createTab();
    const doc = createDoc({ random: platform.random });
    const mine = new Set<Channel>();
    const never = new Promise<never>(() => undefined);
    const die = (): Promise<never> => {
      made.isDead = true;
      tab.crash();
      for (const channel of mine) channel.close(1006);
      return never;
    };
    const store: DocumentLog = {
      load: (...args) => (made.isDead ? never : device.load(...args)),
      compact: (...args) => (made.isDead ? never : device.compact(...args)),
      async append(name, update) {
        if (made.isDead || made.dies === PHASES[0]) return die();
        const position = await device.append(name, update);
        return made.dies !== undefined && name === "doc" ? die() : position;
      },
      close: async () => undefined,
    };
    const replica = createReplica({
      ...{ doc, name: "doc", store, tabs: tab },
      platform: { ...platform, after: (ms, f) => platform.after(ms, () => made.isDead || f()) },
      connect() {
        const [near, far] = createChannelPair();
        hub.accept(far, { user: "ada" });
        mine.add(near);
        return near;
      },
    });
    const made: Tab = { doc, replica, tab, dies: undefined, isDead: false };
    return made;
  };
  return { platform, hub, open };
}

const shown = ({ doc }: Tab): string => doc.text("body").toString();
const stands = ({ replica }: Tab): unknown => [replica.status.peek(), replica.unsaved.peek()];

describe.each(PHASES)("a tab that is killed as it stores an edit, %s,", (phase) => {
  test.each([
    ["the one that leads", 0],
    ["one that follows", 1],
  ])("%s, takes nothing stored along: who comes next shows it, and sends it", async (_who, which) => {
    const { platform, hub, open } = createBrowser();
    const tabs = [open(), open(), open()] as const;
    await platform.advance(500);
    tabs[2].doc.text("body").insert(0, "a");
    await platform.advance(500);
    const tab = tabs[which] as Tab;
    tab.dies = phase;
    tab.doc.text("body").insert(1, "b");
    await platform.advance(500);
    assert.equal(tab.isDead, true);
    const late = open();
    await platform.advance(5000);
    const rest = [...tabs.filter((each) => each !== tab), late];
    const wanted = phase === PHASES[0] && which === 1 ? "a" : "ab"; // a leader tells the hub while it stores
    assert.deepEqual(
      rest.map(shown),
      rest.map(() => shown(late)),
    );
    assert.deepEqual(
      rest.map(stands),
      rest.map(() => ["synced", 0]),
    );
    const opening = hub.open("doc");
    await platform.advance(10);
    assert.equal((await opening).doc.text("body").toString(), shown(late));
    if (phase === PHASES[1]) assert.equal(shown(late), wanted);
  });
});
