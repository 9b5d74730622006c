import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { html } from "../../lib/html/index.ts";
import { defineView } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { createMemoryBus } from "../../lib/wire/index.ts";
import { live, SLEEP_MS, settled, testPlatform } from "./persist-harness.ts";

/** Shows all it has heard; its handlers say something, or too much. */
const chat = (wait: () => Promise<void> | undefined = () => undefined) =>
  defineView({
    mount: async ({ subscribe }) => {
      const heard = signal<readonly unknown[]>([]);
      subscribe("room", (value) => heard.update((all) => [...all, value]));
      await wait();
      return { heard };
    },
    on: {
      say: (_state, event, { publish }) => publish("room", event["text"]),
      nothing: (_state, _event, { publish }) => publish("room"),
      bad: (_state, event, { publish }) =>
        publish("x".repeat(Number(event["topic"])), "y".repeat(Number(event["bytes"]))),
    },
    render: (state) => html`<p>${() => JSON.stringify(state.heard.get())}</p>`,
  });
const shown = (page: Awaited<ReturnType<typeof live>>): string =>
  page
    .shown()
    .replaceAll("&quot;", '"')
    .replace(/<\/?p>/g, "");

describe("what a handler publishes", () => {
  test("reaches every session that has subscribed, in order, its own included", async () => {
    const [platform, bus] = [testPlatform(), createMemoryBus()];
    const [ann, ben] = [await live(chat(), platform, bus), await live(chat(), platform, bus)];
    await ann.click(0, { text: "hi" });
    await ben.click(1);
    await settled();
    for (const page of [ann, ben]) assert.equal(shown(page), '["hi",null]');
    ben.session.dispatch({ kind: "close" });
    await ann.click(0, { text: "gone?" });
    await settled();
    assert.equal(shown(ann), '["hi",null,"gone?"]');
  });

  test("wakes a session that sleeps, and each message is heard once", async () => {
    const [platform, bus] = [testPlatform(), createMemoryBus()];
    let gate: Promise<void> | undefined;
    let open = (): void => {};
    const [ann, ben] = [
      await live(chat(), platform, bus),
      await live(
        chat(() => gate),
        platform,
        bus,
      ),
    ];
    await ann.click(0, { text: "1" });
    await platform.advance(SLEEP_MS * 3);
    assert.ok(ben.session.run.isAsleep);
    gate = new Promise((done) => {
      open = done;
    });
    await ann.click(0, { text: "2" });
    await settled();
    await ann.click(0, { text: "3" }); // while its mount takes its time
    assert.ok(ben.session.run.isAsleep);
    open();
    await settled();
    await ann.click(0, { text: "4" });
    await settled();
    await settled();
    assert.equal(ben.session.run.isAsleep, false);
    assert.equal(shown(ben), '["1","2","3","4"]');
  });

  test("is capped: a topic or a message beyond is the handler's error", async () => {
    const page = await live(chat());
    for (const args of [
      { topic: 0, bytes: 1 },
      { topic: 201, bytes: 1 },
      { topic: 1, bytes: 60_000 },
    ])
      await page.click(2, args);
    assert.deepEqual(
      page.reports.map((error) => (error as { code?: string }).code),
      ["LIVE_BAD_TOPIC", "LIVE_BAD_TOPIC", "LIVE_BAD_TOPIC"],
    );
    assert.equal(shown(page), "[]");
  });

  test("by others under the same topic is refused, not run", async () => {
    const bus = createMemoryBus();
    const page = await live(chat(), testPlatform(), bus);
    for (const bytes of [[], [0xc1], [0x92, 1, 2], [0x01], [0x91]]) bus.publish("t:room", Uint8Array.from(bytes));
    bus.publish("t:room", new Uint8Array(70_000));
    await settled();
    assert.equal(shown(page), "[]");
    assert.equal(page.reports.length, 6);
  });

  test("ends with its stop", async () => {
    let stop = (): void => {};
    const bus = createMemoryBus();
    const view = defineView({
      mount: ({ subscribe }) => {
        const n = signal(0);
        stop = subscribe("tick", () => n.update((value) => value + 1));
        return { n };
      },
      on: { tick: (_state, _event, { publish }) => publish("tick") },
      render: (state) => html`<p>${state.n}</p>`,
    });
    const page = await live(view, testPlatform(), bus);
    await page.click(0);
    await settled();
    stop();
    stop();
    await page.click(0);
    await settled();
    assert.equal(shown(page), "1");
  });
});
