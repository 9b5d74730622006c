import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createApp, type Platform, type Reply, type SseEvent, type SseOptions } from "../../lib/app/index.ts";
import { ask, hostRequest } from "./requests.ts";

/** A clock that is wound by hand. */
function createClock(): { readonly platform: Platform; readonly waiting: () => number; tick(): void } {
  let timers: (() => void)[] = [];
  const platform: Platform = {
    now: () => 0,
    random: (length) => new Uint8Array(length),
    hmac: () => new Uint8Array(32),
    after: (_ms, f) => {
      timers.push(f);
      return () => {
        timers = timers.filter((timer) => timer !== f);
      };
    },
  };
  const tick = (): void => {
    const due = timers;
    timers = [];
    for (const f of due) f();
  };
  return { platform, waiting: () => timers.length, tick };
}

/** A source that is fed by hand. */
function createFeed(): {
  readonly source: AsyncIterable<string>;
  readonly log: string[];
  push(text: string): void;
  fail(): void;
} {
  const log: string[] = [];
  let give = (_step: IteratorResult<string>): void => {};
  let refuse = (_error: Error): void => {};
  const source: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        log.push("next");
        return new Promise((resolve, reject) => {
          give = resolve;
          refuse = reject;
        });
      },
      return: async () => {
        log.push("return");
        give({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
    }),
  };
  return { source, log, push: (value) => give({ done: false, value }), fail: () => refuse(new Error("lost")) };
}

async function open(
  source: AsyncIterable<SseEvent | string>,
  platform: Platform | undefined,
  options?: SseOptions,
): Promise<AsyncIterator<Uint8Array>> {
  const app = createApp(platform === undefined ? {} : { platform });
  app.get("/", (c) => c.sse(source, options));
  const reply = (await ask(app, "GET", "/")) as Reply;
  if (reply.body === null || typeof reply.body === "string" || reply.body instanceof Uint8Array) assert.fail();
  return reply.body[Symbol.asyncIterator]();
}

async function textOf(step: Promise<IteratorResult<Uint8Array>>): Promise<string> {
  const { done, value } = await step;
  return done === true ? "end" : new TextDecoder().decode(value);
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("server-sent events", () => {
  test("beat while nothing happens and somebody reads", async () => {
    const { platform, tick, waiting } = createClock();
    const feed = createFeed();
    const events = await open(feed.source, platform);
    assert.equal(await textOf(events.next()), ":\n\n");
    assert.equal(waiting(), 0); // nobody asks, so nothing is sent
    for (let i = 0; i < 3; i++) {
      const step = events.next();
      await settle();
      tick();
      assert.equal(await textOf(step), ":\n\n");
    }
    const step = events.next();
    await settle();
    feed.push("news");
    assert.equal(await textOf(step), "data: news\n\n");
    assert.equal(waiting(), 0);
    assert.deepEqual(feed.log, ["next"]); // the source was asked once, however many beats went by
  });

  test("keep what came between two beats", async () => {
    const { platform, tick } = createClock();
    const feed = createFeed();
    const events = await open(feed.source, platform);
    await events.next();
    const beat = events.next();
    await settle();
    tick();
    assert.equal(await textOf(beat), ":\n\n");
    feed.push("early");
    await settle();
    assert.equal(await textOf(events.next()), "data: early\n\n");
  });

  test("pass the source's error on, and its end", async () => {
    const { platform } = createClock();
    const feed = createFeed();
    const events = await open(feed.source, platform);
    await events.next();
    const failing = events.next();
    await settle();
    feed.fail();
    await assert.rejects(failing, /lost/);
    async function* two(): AsyncGenerator<string> {
      yield "a";
      yield "b";
    }
    const short = await open(two(), platform);
    const all = [];
    for (let i = 0; i < 4; i++) all.push(await textOf(short.next()));
    assert.deepEqual(all, [":\n\n", "data: a\n\n", "data: b\n\n", "end"]);
  });

  test("let the source and the timer go when the client leaves", async () => {
    const { platform, waiting } = createClock();
    const feed = createFeed();
    const events = await open(feed.source, platform);
    await events.next();
    const step = events.next();
    await settle();
    assert.equal(waiting(), 1);
    await events.return?.();
    await step;
    assert.equal(waiting(), 0);
    assert.deepEqual(feed.log, ["next", "return"]);
  });

  test("do not beat without a clock, or when told not to", async () => {
    const { platform, waiting } = createClock();
    for (const given of [undefined, platform]) {
      const feed = createFeed();
      const events = await open(feed.source, given, { heartbeatMs: 0 });
      await events.next();
      void events.next();
      await settle();
      assert.equal(waiting(), 0);
      feed.push("x");
    }
  });

  test("tell once how long to wait before coming back", async () => {
    const events = await open(createFeed().source, undefined, { retryMs: 2500.9 });
    assert.equal(await textOf(events.next()), ":\nretry: 2500\n\n");
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e21])("refuse %s as the time to wait", async (retryMs) => {
    const { source } = createFeed();
    await assert.rejects(() => open(source, undefined, { retryMs }), { code: "APP_BAD_EVENT" });
    const single = async function* (): AsyncGenerator<SseEvent> {
      yield { data: "x", retryMs };
    };
    const events = await open(single(), undefined, { heartbeatMs: 0 });
    await events.next();
    await assert.rejects(async () => events.next(), { code: "APP_BAD_EVENT" });
  });

  test.each([
    {},
    null,
    5,
    { data: { rows: 1 } },
    { data: 7 },
    { event: "e" },
    { data: "x", id: 5 },
    { data: "x", event: ["e"] },
  ])("refuse what is no event, like %j, by a code", async (event) => {
    const single = async function* (): AsyncGenerator<SseEvent> {
      yield event as SseEvent; // cast: what programs without types yield
    };
    const events = await open(single(), undefined, { heartbeatMs: 0 });
    await events.next();
    await assert.rejects(async () => events.next(), { code: "APP_BAD_EVENT" });
  });

  test("are told where a client left off, in whatever letters", async () => {
    const app = createApp();
    app.get("/", (c) => c.text(String(c.lastEventId)));
    const latin1 = Buffer.from("zpráva-7", "utf8").toString("latin1");
    for (const [sent, read] of [
      ["41", "41"],
      [latin1, "zpráva-7"],
      ["caf\xe9", "caf\xe9"],
      ["", "undefined"],
    ] as const)
      assert.equal((await ask(app, "GET", "/", { headers: { "last-event-id": sent } }))?.body, read);
    assert.equal((await ask(app, "GET", "/"))?.body, "undefined");
  });
});

describe("early hints", () => {
  test("go to hosts that can send them, and nowhere else", async () => {
    const app = createApp();
    app.get("/", (c) => {
      c.earlyHints(["</a.css>; rel=preload; as=style"]);
      c.earlyHints([]);
      return c.text("ok");
    });
    const sent: (readonly string[])[] = [];
    await app.handle({ ...hostRequest("GET", "/"), hint: (links) => void sent.push(links) });
    assert.deepEqual(sent, [["</a.css>; rel=preload; as=style"]]);
    assert.equal((await ask(app, "GET", "/"))?.body, "ok");
  });
  test("cannot carry a line break", async () => {
    const app = createApp();
    app.get("/", (c) => {
      c.earlyHints(["</a>\r\nx: y"]);
      return c.text("ok");
    });
    await assert.rejects(async () => ask(app, "GET", "/"), /forbidden character/);
  });
});
