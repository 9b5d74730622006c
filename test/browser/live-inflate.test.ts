import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import type { Page, WebSocketRoute } from "playwright-core";
import { describe, expect, test } from "vitest";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import {
  CAN_INFLATE,
  CAN_MANY,
  CAN_REUSE,
  DEFLATED,
  decodeLiveFrame,
  encodeLiveFrame,
  HELLO,
  type LiveFrame,
  MOUNT,
  OP_TEXT,
  PATCH,
} from "../../lib/wire/index.ts";
import { inflated } from "../helpers/live.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";
import { LIVE_CLIENTS, type OpenOptions } from "../helpers/live-page.ts";

/* A page that is sent whole comes deflated; whatever comes in its place ends a connection, never the page. */

useLiveBrowser();

const view: View = defineView({
  mount: () => ({ count: signal(0), word: signal("number") }),
  on: {
    add: (state) => state.count.update((n) => n + 1),
    say: (state) => state.word.set("another number, in words of its own:"),
  },
  render: (state, bind): Html =>
    html`<h1>${state.count}</h1><button id="add" ${bind.add("click")}>+</button><button id="say" ${bind.say("click")}></button><input id="draft"><ul>${each(
      Array.from({ length: 200 }, (_, i) => i),
      (i) => i,
      (i) => html`<li>${`${state.word.get()} ${i}`}</li>`,
    )}</ul>`,
});

type Relay = (frame: LiveFrame, bytes: Uint8Array<ArrayBuffer>, page: WebSocketRoute) => void;

/** Opens the page behind something that sees each frame, and may send another in its place. */
async function open(client: "source" | "scripts", relay: Relay, options: OpenOptions = {}) {
  const sent: LiveFrame[] = [];
  const prepare = async (page: Page): Promise<void> => {
    await page.routeWebSocket("**", (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        sent.push(decodeLiveFrame(new Uint8Array(message as Buffer)));
        server.send(message);
      });
      server.onMessage((message) => {
        const bytes = new Uint8Array(message as Buffer);
        relay(decodeLiveFrame(bytes), bytes, socket);
      });
    });
  };
  await openView(client, view, { prepare, ...options });
  return { ...live, sent };
}

const pass: Relay = (_frame, bytes, page) => page.send(Buffer.from(bytes));
const ALL = CAN_INFLATE + CAN_REUSE + CAN_MANY;
const bitsOf = (frame: LiveFrame | undefined): unknown => (frame?.[0] === HELLO ? frame[7] : undefined);
const hellos = (sent: readonly LiveFrame[]): LiveFrame[] => sent.filter(([type]) => type === HELLO);
const add = async (page: Page, text: string): Promise<void> => {
  await page.click("#add");
  await page.waitForFunction((wanted) => document.querySelector("h1")?.textContent === wanted, text);
};

/** A new process knows nothing of what the page shows. */
const change = async (page: Page): Promise<void> => {
  await add(page, "1");
  await live.restart();
};

describe.each(LIVE_CLIENTS)("%s", (client) => {
  test("a page that comes anew after a restart comes deflated, and is whole", async () => {
    const received: LiveFrame[] = [];
    const { page, sent } = await open(client, (frame, bytes, socket) => {
      received.push(frame);
      pass(frame, bytes, socket);
    });
    await page.fill("#draft", "typed");
    await change(page);
    await live.saw("connected", 2);
    await page.waitForFunction(() => document.querySelector("h1")?.textContent === "0");
    assert.equal(bitsOf(hellos(sent).at(-1)), ALL);
    const deflated = received.filter(([type]) => type === DEFLATED);
    assert.equal(deflated.length, 1);
    assert.equal(inflated(deflated[0] as LiveFrame)[0], MOUNT);
    assert.equal(await page.locator("li").count(), 200);
    assert.equal(await page.inputValue("#draft"), "typed");
    await add(page, "1");
  });

  test("a patch of many rows comes deflated, between those before and after it", async () => {
    const received: LiveFrame[] = [];
    const { page } = await open(client, (frame, bytes, socket) => {
      received.push(frame);
      pass(frame, bytes, socket);
    });
    await change(page);
    await live.saw("connected", 2);
    await page.evaluate(() => {
      for (const id of ["add", "say", "add"]) document.getElementById(id)?.click();
    });
    await page.waitForFunction(() => document.querySelector("h1")?.textContent === "2");
    assert.equal(await page.locator("li").last().textContent(), "another number, in words of its own: 199");
    const deflated = received.filter(([type]) => type === DEFLATED).map((frame) => inflated(frame)[0]);
    assert.deepEqual(deflated, [MOUNT, PATCH]);
    assert.ok(!(await live.seen()).includes("refused"));
  });

  test("a page that was changed before the script saw it comes deflated with its first connection", async () => {
    const types: number[] = [];
    const { page, sent } = await open(
      client,
      (frame, bytes, socket) => {
        types.push(frame[0]);
        pass(frame, bytes, socket);
      },
      {
        setup: () => {
          new MutationObserver((_records, observer) => {
            const draft = document.querySelector("#draft");
            if (!draft) return;
            observer.disconnect();
            draft.before(document.createElement("hr"));
          }).observe(document, { childList: true, subtree: true });
        },
      },
    );
    assert.deepEqual(hellos(sent).map(bitsOf), [ALL]);
    assert.equal(types[0], DEFLATED);
    assert.equal(await page.locator("hr").count(), 0);
    await add(page, "1");
  });

  test("what comes behind a deflated page waits until it is there", async () => {
    const { page } = await open(client, (frame, bytes, socket) => {
      pass(frame, bytes, socket);
      if (frame[0] !== DEFLATED) return;
      const mount = inflated(frame);
      assert.ok(mount[0] === MOUNT);
      for (const n of [1, 2, 3])
        socket.send(Buffer.from(encodeLiveFrame([PATCH, mount[2] + n, 0, [OP_TEXT, 0, `patched ${n}`]])));
    });
    await page.evaluate(() => {
      const texts: (string | null | undefined)[] = [];
      Object.assign(window, { texts });
      new MutationObserver(() => texts.push(document.querySelector("h1")?.textContent)).observe(document, {
        ...{ subtree: true, childList: true, characterData: true },
      });
    });
    await change(page);
    await page.waitForFunction(() => document.querySelector("h1")?.textContent === "patched 3");
    const texts = await page.evaluate(() => (window as unknown as { texts: string[] }).texts);
    assert.deepEqual(
      [...new Set(texts)].filter((text) => text.startsWith("patched")),
      ["patched 1", "patched 2", "patched 3"].filter((text) => texts.includes(text)),
    );
  });

  const zeros = deflateRawSync(Buffer.alloc(40_000_000));
  const bad: readonly [string, (frame: LiveFrame & { 0: typeof DEFLATED }) => LiveFrame][] = [
    ["inflates to more than it says", () => [DEFLATED, 2000, new Uint8Array(zeros)]],
    ["says a size nobody would take", () => [DEFLATED, 2 ** 40, new Uint8Array(zeros)]],
    ["was cut off", ([type, size, bytes]) => [type, size, bytes.slice(0, bytes.length >> 1)]],
    ["inflates to less than it says", ([type, size, bytes]) => [type, size + 1, bytes]],
    ["is not deflated at all", ([type, size]) => [type, size, new Uint8Array(500).fill(0xff)]],
    [
      "inflates to bytes that are no frame",
      ([type]) => [type, 1100, new Uint8Array(deflateRawSync(Buffer.alloc(1100, 0xc1)))],
    ],
    ["is empty", ([type]) => [type, 0, new Uint8Array()]],
  ];
  test.each(client === "scripts" ? bad : bad.slice(0, 1))(
    "a frame that %s ends the connection, and the page comes as it is on the next",
    async (_name, spoil) => {
      let isSpoilt = false;
      const { page, sent } = await open(
        client,
        (frame, bytes, socket) => {
          if (frame[0] !== DEFLATED || isSpoilt) return pass(frame, bytes, socket);
          isSpoilt = true;
          socket.send(Buffer.from(encodeLiveFrame(spoil(frame as LiveFrame & { 0: typeof DEFLATED }))));
        },
        { isBroken: true },
      );
      await page.fill("#draft", "typed");
      await change(page);
      await live.saw("connected", 2);
      await page.waitForFunction(() => document.querySelector("h1")?.textContent === "0");
      assert.ok(isSpoilt);
      const bits = hellos(sent).map(bitsOf);
      expect(bits).toContain(ALL);
      assert.equal(await page.locator("li").count(), 200);
      assert.equal(await page.inputValue("#draft"), "typed");
      await add(page, "1");
    },
  );

  test("a browser that cannot inflate says so and gets the page as it is", async () => {
    const types: number[] = [];
    const { page, sent } = await open(
      client,
      (frame, bytes, socket) => {
        types.push(frame[0]);
        pass(frame, bytes, socket);
      },
      { setup: "delete self.DecompressionStream" },
    );
    await change(page);
    await live.saw("connected", 2);
    assert.deepEqual(hellos(sent).map(bitsOf).slice(-1), [ALL - CAN_INFLATE]);
    assert.ok(types.includes(MOUNT) && !types.includes(DEFLATED));
    await add(page, "1");
  });

  test("a browser that inflates other things but not this gets the page on the next connection", async () => {
    const { page, sent } = await open(client, pass, {
      setup: "self.DecompressionStream = class { constructor() { throw TypeError('deflate-raw') } }",
      isBroken: true,
    });
    await change(page);
    await live.saw("connected", 2);
    assert.deepEqual(hellos(sent).map(bitsOf).slice(-1), [ALL - CAN_INFLATE]);
    await add(page, "1");
  });
});
