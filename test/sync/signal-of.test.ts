import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { mountView } from "../../adapters/live-testing/index.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { type CrdtNode, createDoc } from "../../lib/crdt/index.ts";
import { each, html } from "../../lib/html/index.ts";
import { defineView } from "../../lib/live/index.ts";
import { computed, effect } from "../../lib/signals/index.ts";
import {
  createHub,
  createReplica,
  decodeSelection,
  describePeer,
  encodeSelection,
  memoryStore,
  signalOf,
} from "../../lib/sync/index.ts";
import { createChannelPair } from "../../lib/wire/index.ts";

const createTestDoc = () => createDoc({ replicaId: 1 });

describe("signalOf", () => {
  test("gives the content of every type, and runs what reads it once per transaction", () => {
    const doc = createTestDoc();
    const nodes = {
      text: signalOf(doc.text("t")),
      map: signalOf(doc.map("m")),
      list: signalOf(doc.list("l")),
      counter: signalOf(doc.counter("c")),
      set: signalOf(doc.set("s")),
    };
    const runs: unknown[] = [];
    effect(() => {
      runs.push([
        nodes.text.get(),
        Object.fromEntries(nodes.map.get()),
        nodes.list.get(),
        nodes.counter.get(),
        nodes.set.get(),
      ]);
    });
    doc.transact(() => {
      doc.text("t").insert(0, "hi");
      doc.text("t").insert(2, "!");
      doc.map("m").set("__proto__", 1);
      doc.list("l").insert(0, "a", "b");
      doc.counter("c").add(3);
      doc.set("s").add("x");
    });
    assert.deepEqual(runs[0], ["", {}, [], 0, []]);
    assert.deepEqual(runs.at(-1), ["hi!", JSON.parse('{"__proto__":1}'), ["a", "b"], 3, ["x"]]);
    assert.ok(runs.length <= 6, `${runs.length} runs`); // one for each signal; a batch of the writer's makes it one
  });

  test("is fresh when nothing watches it, also through a computed", () => {
    const doc = createTestDoc();
    const text = doc.text("t");
    const signal = signalOf(text);
    const shout = computed(() => signal.get().toUpperCase());
    text.insert(0, "a");
    assert.deepEqual([signal.peek(), signal.get()], ["a", "a"]);
    text.insert(1, "b");
    assert.equal(shout.get(), "AB");
  });

  test("observes the node only while it is watched", () => {
    const doc = createTestDoc();
    const text = doc.text("t");
    let observers = 0;
    const counted = new Proxy(text, {
      get(target, key) {
        if (key !== "observe") return Reflect.get(target, key, target);
        return (listener: () => void) => {
          observers++;
          const stop = target.observe(listener);
          return () => {
            observers--;
            stop();
          };
        };
      },
    });
    const signal = signalOf(counted);
    assert.equal(observers, 0);
    const stops = [effect(() => signal.get()), effect(() => signal.get())];
    assert.equal(observers, 1);
    for (const stop of stops) stop();
    assert.equal(observers, 0);
    text.insert(0, "later");
    assert.equal(signal.get(), "later");
  });

  test("does not run what reads it for a change that leaves the content as it was", () => {
    const doc = createTestDoc();
    const map = doc.map("m");
    map.set("k", 1);
    let runs = 0;
    const signal = signalOf(map);
    effect(() => {
      signal.get();
      runs++;
    });
    map.set("k", 1);
    assert.equal(runs, 1);
    map.set("k", 2);
    assert.equal(runs, 2);
  });

  test("hands out nodes inside of a node as they are", () => {
    const doc = createTestDoc();
    const child = doc.map("m").child("text", "title");
    child.insert(0, "x");
    assert.equal(signalOf(doc.map("m")).get().get("title"), child as CrdtNode);
  });
});

describe("a live view that reads a document", () => {
  test("renders again when anybody edits it", async () => {
    const hub = createHub({ store: memoryStore(), platform: nodePlatform });
    const board = defineView({
      mount: async ({ own }) => {
        const { doc, release } = await hub.open("board");
        own.onCleanup(release);
        return { doc, title: signalOf(doc.text("title")), todos: signalOf(doc.list("todos")) };
      },
      on: { add: ({ doc }) => doc.list("todos").insert(0, "from the view") },
      render: (
        { title, todos },
        bind,
      ) => html`<h1>${title}</h1><form method="post"><button ${bind.add("click")}>Add</button></form>
<ul>${() =>
        each(
          todos.get(),
          (todo) => String(todo),
          (todo) => html`<li>${String(todo)}</li>`,
        )}</ul>`,
    });
    const page = await mountView(board);
    const [near, far] = createChannelPair();
    hub.accept(far, { user: null });
    const doc = createDoc({ random: nodePlatform.random });
    const replica = createReplica({ doc, name: "board", connect: () => near, platform: nodePlatform });
    const until = async (done: () => boolean): Promise<void> => {
      for (let i = 0; i < 500 && !done(); i++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        await page.settle();
      }
      assert.ok(done());
    };
    doc.text("title").insert(0, "Plans"); // in a browser, far away
    doc.list("todos").insert(0, "milk");
    await until(() => page.text("h1") === "Plans" && page.text("ul") === "milk");
    await page.click("button", "Add");
    await until(() => doc.list("todos").length === 2);
    assert.deepEqual(doc.list("todos").toArray(), ["from the view", "milk"]);
    await until(() => page.text("ul") === "from the viewmilk" || page.text("ul").includes("from the view"));
    await page.close();
    replica.stop();
    await hub.close();
  });
});

describe("a selection as a presence state", () => {
  test("stays with the text around it, and never lies inside a surrogate pair", () => {
    const doc = createTestDoc();
    const text = doc.text("t");
    text.insert(0, "a😀b");
    const state = encodeSelection(doc, text, { anchor: 3, head: 2 }); // 2 is the middle of the pair
    assert.deepEqual(decodeSelection(doc, text, state), { anchor: 3, head: 1 });
    text.insert(0, "> ");
    assert.deepEqual(decodeSelection(doc, text, state), { anchor: 5, head: 3 });
    assert.deepEqual(decodeSelection(doc, text, encodeSelection(doc, text, { anchor: -4, head: 99 })), {
      anchor: 0,
      head: 6,
    });
  });

  test("of a stranger is no selection unless it names two places in that text", () => {
    const doc = createTestDoc();
    const [text, other] = [doc.text("t"), doc.text("other")];
    const state = encodeSelection(doc, other, { anchor: 0, head: 0 });
    for (const bad of [
      null,
      1,
      "x",
      [],
      {},
      { anchor: 1, head: 2 },
      { anchor: Uint8Array.of(9, 9), head: null },
      state,
    ]) {
      assert.equal(decodeSelection(doc, text, bad), undefined);
    }
  });

  test("is one in no other text, though that has the same name", () => {
    const doc = createDoc({ replicaId: 1 });
    const texts = [0, 1].map((at) => doc.list("cards").insertChild(at, "map").child("text", "title"));
    for (const text of [...texts, doc.text("title")]) text.insert(0, "A title");
    const [first, ...others] = [...texts, doc.text("title")];
    assert.ok(first);
    const state = encodeSelection(doc, first, { anchor: 2, head: 7 });
    assert.deepEqual(decodeSelection(doc, first, state), { anchor: 2, head: 7 });
    for (const end of [0, 7]) {
      const edge = encodeSelection(doc, first, { anchor: end, head: end });
      for (const other of others)
        for (const each of [state, edge]) assert.equal(decodeSelection(doc, other, each), undefined);
    }
  });

  test("belongs to a peer with a name and a colour", () => {
    assert.deepEqual(describePeer({ id: 1, user: { name: "Ada", color: "teal" }, state: null }), {
      name: "Ada",
      color: "teal",
    });
    assert.deepEqual(describePeer({ id: 2, user: "Bob", state: null }), { name: "Bob", color: "hsl(275 70% 40%)" });
    assert.equal(describePeer({ id: 3, user: { name: 7 }, state: null }).name, "");
  });
});
