import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc } from "../../lib/crdt/index.ts";
import { createHub, createReplica, memoryStore, type Store } from "../../lib/sync/index.ts";
import { createMemoryBus } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { createNetwork, createTestPlatform, type TestPlatform } from "./world.ts";

/** The line between a hub and its store: it may fail on the way there, and on the way back, when what was asked for is done. */
interface Line {
  rate: number;
  readonly store: Store;
}

function createLine(store: Store, platform: TestPlatform): Line {
  const pass =
    <A extends unknown[], T>(f: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const roll = platform.pick(1000) / 1000;
      if (roll < line.rate / 2) throw new Error("the store cannot be reached");
      await new Promise<void>((later) => void platform.after(platform.pick(20), later));
      const answer = await f(...args);
      if (roll < line.rate) throw new Error("the answer was lost");
      return answer;
    };
  // A connection keeps its order: what is asked for later is not answered earlier.
  let order: Promise<unknown> = Promise.resolve();
  const inOrder =
    <A extends unknown[], T>(f: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> => {
      const done = order.then(() => pass(f)(...args));
      order = done.catch(() => undefined);
      return done;
    };
  const line: Line = {
    rate: 0,
    store: {
      load: inOrder((...args: Parameters<Store["load"]>) => store.load(...args)),
      append: inOrder((...args: Parameters<Store["append"]>) => store.append(...args)),
      compact: inOrder((...args: Parameters<Store["compact"]>) => store.compact(...args)),
      cut: inOrder((...args: Parameters<Store["cut"]>) => store.cut(...args)),
      list: inOrder((...args: Parameters<Store["list"]>) => store.list(...args)),
      remove: inOrder((...args: Parameters<Store["remove"]>) => store.remove(...args)),
      putFile: inOrder((...args: Parameters<Store["putFile"]>) => store.putFile(...args)),
      getFile: inOrder((...args: Parameters<Store["getFile"]>) => store.getFile(...args)),
      listFiles: inOrder((...args: Parameters<Store["listFiles"]>) => store.listFiles(...args)),
      removeFile: inOrder((...args: Parameters<Store["removeFile"]>) => store.removeFile(...args)),
      close: () => Promise.resolve(),
    },
  };
  return line;
}

const WHO = 4;

type Step =
  | { readonly kind: "edit" | "away" | "back" | "reopen" | "fail own"; readonly who: number }
  | { readonly kind: "fail" | "cut" | "serve"; readonly hub: number; readonly rate: number }
  | { readonly kind: "wait"; readonly ms: number };

const who = fc.nat(WHO - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("edit" as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("away" as const, "back" as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("reopen" as const, "reopen" as const, "fail own" as const), who }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("fail" as const, "cut" as const, "cut" as const, "serve" as const),
      hub: fc.nat(1),
      rate: fc.constantFrom(0, 0.1, 0.5, 1),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(0, 5, 30, 300, 12_000) }),
  },
);

function tokensOf(text: string): string[] {
  return [...text.matchAll(/<\d+>/g)].map(String).sort();
}

describe("two hubs that lose their store now and then, in the middle of cuts too", () => {
  test("keep every edit, once, as do devices whose stores fail", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), fc.integer(), async (steps, seed) => {
        const platform = createTestPlatform(seed);
        const [store, bus] = [memoryStore(), createMemoryBus()];
        const hubs = [0, 1].map(() => {
          const line = createLine(store, platform);
          const hub = createHub({
            store: line.store,
            bus,
            platform,
            onError: () => undefined,
            limits: { compactAfter: 9 },
          });
          return { line, hub, network: createNetwork(platform, () => hub) };
        });
        const at = (index: number) => hubs[index % 2] ?? assert.fail();
        const clients = Array.from({ length: WHO }, (_, index) => {
          const own = createLine(memoryStore(), platform);
          const state = { isAway: false, mayFork: false };
          const connect = () => {
            if (state.isAway) throw new Error("away");
            return at(index).network.connect(`user ${index}`);
          };
          const open = () => {
            const doc = createDoc({ random: platform.random });
            return { doc, replica: createReplica({ doc, name: "doc", platform, connect, store: own.store }) };
          };
          return { own, state, open, ...open() };
        });
        await platform.advance(500);
        const written: string[] = [];
        /** What stands in forks: those of a device whose store could not be read. */
        const forked: string[] = [];
        const leave = ({ replica, state }: (typeof clients)[number]) => {
          for (const { fork } of replica.rebased.peek()) {
            if (fork === undefined) continue;
            assert.ok(state.mayFork);
            const doc = createDoc();
            doc.apply(fork);
            forked.push(...tokensOf(doc.text("body").toString()));
          }
          replica.stop();
        };
        const text = ({ doc }: { doc: (typeof clients)[number]["doc"] }) => doc.text("body").toString();
        for (const each of steps) {
          if (each.kind === "wait") await platform.advance(each.ms);
          else if (each.kind === "edit") {
            const client = clients[each.who] ?? assert.fail();
            const body = client.doc.text("body");
            const token = `<${written.length}>`;
            const place = text(client).indexOf("<", platform.pick(body.length + 1));
            body.insert(Math.max(0, place), `${token}..`);
            const dots = text(client).indexOf("..");
            if (dots >= 0) body.delete(dots, 2); // something is gone, so that a cut has work
            written.push(token);
          } else if (each.kind === "fail") at(each.hub).line.rate = each.rate;
          else if (each.kind === "cut")
            at(each.hub)
              .hub.documents.cut("doc")
              .catch(() => undefined);
          else if (each.kind === "serve") {
            const { documents } = at(each.hub).hub;
            documents.copy("doc", `copy ${written.length}`).catch(() => undefined);
            documents.saveVersion("doc", `version ${written.length}`).catch(() => undefined);
            documents.export("doc").catch(() => undefined);
          } else if (each.kind === "fail own") {
            const { own, state } = clients[each.who] ?? assert.fail();
            own.rate = own.rate > 0 ? 0 : ([0.5, 1][platform.pick(2)] ?? 0);
            state.mayFork = true;
          } else if (each.kind === "reopen") {
            const client = clients[each.who] ?? assert.fail();
            if (client.own.rate > 0) continue; // what is typed is nowhere else yet
            await platform.advance(100_000);
            leave(client);
            await platform.advance(100);
            if (platform.pick(3) === 0) client.own.rate = 1;
            client.state.mayFork ||= client.own.rate > 0;
            Object.assign(client, client.open());
            await platform.advance(0);
          } else if ("who" in each) {
            const { state } = clients[each.who] ?? assert.fail();
            state.isAway = each.kind === "away";
            if (state.isAway) at(each.who).network.cut(`user ${each.who}`);
          }
        }
        for (const { line } of hubs) line.rate = 0;
        for (const client of clients) {
          client.own.rate = 0;
          client.state.isAway = false;
        }
        await platform.advance(120_000);
        for (const client of clients) {
          leave(client);
          await platform.advance(5000);
          Object.assign(client, client.open());
        }
        await platform.advance(20_000);
        const all = [...written].sort();
        for (const client of clients) {
          assert.equal(client.replica.status.peek(), "synced");
          const found = tokensOf(text(client));
          assert.equal(new Set(found).size, found.length);
          assert.deepEqual([...new Set([...found, ...forked])].sort(), all);
          assert.equal(text(client), text(clients[0] ?? assert.fail()));
        }
        for (const client of clients) leave(client);
        const closing = Promise.all(hubs.map(({ hub }) => hub.close()));
        await platform.advance(1000);
        await closing;
      }),
      { numRuns: runs(40) },
    ));
});
