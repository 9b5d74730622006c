import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { type App, createApp, type HostRequest } from "../../lib/app/index.ts";
import { type Html, html } from "../../lib/html/index.ts";
import { defineView, type LiveRoute, liveRoute, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import {
  ACK,
  ADOPT,
  type Channel,
  createChannelPair,
  decodeLiveFrame,
  ERROR,
  EVENT,
  encodeFrame,
  encodeLiveFrame,
  HELLO,
  LEAVE,
  type LiveFrame,
  NAV,
  PING,
  RESYNC,
  templatesHash,
  UPLOAD,
  type WireValue,
} from "../../lib/wire/index.ts";
import { createRandom, type Random } from "./sim/random.ts";
import { Scheduler } from "./sim/scheduler.ts";

/** A server with one view, and pages that join it over channels, on a clock of their own. */
class Site {
  readonly scheduler = new Scheduler();
  readonly errors: unknown[] = [];
  readonly route: LiveRoute;
  private readonly app: App;

  constructor(seed: number) {
    const random = createRandom(seed);
    this.app = createApp({
      platform: {
        now: () => 1_700_000_000_000 + this.scheduler.nowMs,
        random: (length) => random.bytes(length),
        hmac: (key, data) =>
          Uint8Array.from({ length: 32 }, (_, at) => (key[at % 32] ?? 0) ^ (data[at % data.length] ?? 0)),
        after: (ms, f) => this.scheduler.after(ms, f),
        report: (error) => void this.errors.push(error),
      },
    });
    this.route = liveRoute(this.app, "/fuzz", view, { onReport: () => {} });
  }

  async load(): Promise<Visitor> {
    const reply = await this.app.handle(requestOf("/fuzz"));
    const json = /bus-live-data>(.*?)<\/script>/s.exec(String(reply?.body))?.[1] ?? "null";
    const { token, build, templates, render } = JSON.parse(json);
    const known = templatesHash(templates.map((source: readonly string[]) => source[0]));
    return { hello: [HELLO, Uint8Array.from(Buffer.from(token, "base64")), build, 0, 0, known, render] };
  }

  connect(): { readonly channel: Channel; readonly heard: LiveFrame[]; closed: boolean } {
    const accept = this.app.connect(requestOf("/fuzz"));
    assert.ok(typeof accept === "function");
    const [near, far] = createChannelPair();
    const line = { channel: near, heard: [] as LiveFrame[], closed: false };
    near.onMessage((bytes) => void line.heard.push(decodeLiveFrame(bytes)));
    near.onClose(() => {
      line.closed = true;
    });
    accept(far);
    return line;
  }

  async settle(ms = 0): Promise<void> {
    for (let i = 0; i < 4; i++) await new Promise((done) => setImmediate(done));
    await this.scheduler.runUntil(this.scheduler.nowMs + ms, () => false);
    for (let i = 0; i < 2; i++) await new Promise((done) => setImmediate(done));
  }
}

interface Visitor {
  readonly hello: LiveFrame;
}

function requestOf(url: string): HostRequest {
  return {
    ...{ method: "GET", url, headers: {}, raw: undefined, signal: new AbortController().signal },
    async *stream() {},
  };
}

const view: View = defineView({
  mount: () => ({ count: signal(0), seen: [] as unknown[] }),
  on: {
    add: (state, event) => {
      state.seen.push(event);
      state.count.update((n) => n + 1);
    },
    slow: (state) =>
      new Promise<void>((done) => {
        setImmediate(() => {
          state.count.update((n) => n + 10);
          done();
        });
      }),
    never: () => new Promise<void>(() => {}),
    fail: () => {
      throw new Error("as asked");
    },
  },
  render: (state, bind): Html => html`<p>${state.count}</p><button ${bind.add("click")}>+</button>`,
});

/** Frames of every type a client may send, with fields at and beyond their bounds. */
function anyFrame(random: Random): readonly [number, ...WireValue[]] {
  const int = (): number => random.pick([0, 1, 2, 3, 127, 128, 65_535, 2 ** 31, 2 ** 32, 2 ** 53 - 1]);
  const value = (): WireValue =>
    random.pick<WireValue>([
      null,
      true,
      0,
      -1,
      1.5,
      Number.NaN,
      "",
      "__proto__",
      "constructor",
      new Uint8Array(3),
      [],
      {},
      [[[]]],
    ]);
  switch (random.below(9)) {
    case 0:
      return [HELLO, random.bytes(32), "", int(), int(), int(), int()];
    case 1:
      return [EVENT, int(), int(), int(), value()];
    case 2:
      return [ACK, int()];
    case 3:
      return [PING, int()];
    case 4:
      return [RESYNC, int()];
    case 5:
      return [NAV, int(), int(), random.pick(["/fuzz", "//evil.test/", "javascript:1", "", "/".repeat(3000)])];
    case 6:
      return [UPLOAD, int(), int(), random.pick<WireValue>([null, new Uint8Array(9), ["f", "n", "t", 5]])];
    case 7:
      return [LEAVE];
    default:
      return [random.below(130) - 1, value(), value()];
  }
}

/** Bytes that are a frame, are nearly one, or are none. */
function anyBytes(random: Random): Uint8Array {
  const bytes = Uint8Array.from(encodeFrame(anyFrame(random)));
  for (let left = random.pick([0, 0, 1, 3]); left > 0; left--) bytes[random.below(bytes.length)] = random.below(256);
  if (random.chance(0.15)) return bytes.subarray(0, random.below(bytes.length));
  return random.chance(0.05) ? random.bytes(random.below(40)) : bytes;
}

/** Brings a session into each state of its machine. */
const states = {
  "before it joins": () => {},
  "while it joins": (line, { hello }) => line.channel.send(encodeLiveFrame(hello)),
  live: async (line, { hello }, site) => {
    line.channel.send(encodeLiveFrame(hello));
    await site.settle();
  },
  "while a handler runs": async (line, { hello }, site) => {
    line.channel.send(encodeLiveFrame(hello));
    await site.settle();
    line.channel.send(encodeLiveFrame([EVENT, 1, 0, 2, null]));
    await site.settle();
  },
  throttled: async (line, { hello }, site) => {
    line.channel.send(encodeLiveFrame(hello));
    await site.settle();
    for (let ref = 1; ref < 12; ref++) {
      line.channel.send(encodeLiveFrame([EVENT, ref, 0, 0, null]));
      await site.settle();
    }
  },
  draining: async (line, { hello }, site) => {
    line.channel.send(encodeLiveFrame(hello));
    await site.settle();
    site.route.drain("deploy", 1000);
  },
  "after it was closed": async (line, { hello }, site) => {
    line.channel.send(encodeLiveFrame(hello));
    await site.settle();
    site.route.close();
  },
} satisfies Record<string, (line: ReturnType<Site["connect"]>, visitor: Visitor, site: Site) => Promise<void> | void>;

test.each(Object.entries(states))(
  "random frames sent %s end in an error or a close, and hurt nobody else",
  async (_name, reach) => {
    for (let seed = 0; seed < 60; seed++) {
      const random = createRandom(seed);
      const site = new Site(seed);
      const [visitor, witness] = [await site.load(), await site.load()];
      const [line, other] = [site.connect(), site.connect()];
      other.channel.send(encodeLiveFrame(witness.hello));
      await site.settle();
      await reach(line, visitor, site);
      for (let i = 0; i < 25; i++) {
        line.channel.send(anyBytes(random));
        if (random.chance(0.3)) await site.settle();
      }
      await site.settle(2000);
      assert.deepEqual(site.errors, [], `seed ${seed}`);
      // Who breaks the rules is told so, or hung up on; or all it sent was legal.
      if (line.heard.some((frame) => frame[0] === ERROR && frame[2] === 0)) assert.ok(line.closed, `seed ${seed}`);
      assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
      if (_name === "after it was closed") continue;
      if (_name === "draining") continue;
      other.channel.send(encodeLiveFrame([EVENT, 1, 0, 0, null]));
      await site.settle();
      assert.equal(other.heard[0]?.[0], ADOPT, `seed ${seed}`);
      assert.deepEqual(other.heard.at(-1)?.slice(0, 3), [5, 1, 1], `seed ${seed}`);
    }
  },
);

const floods: Record<string, (at: number, visitor: Visitor) => LiveFrame> = {
  HELLO: (_at, { hello }) => hello,
  EVENT: (at) => [EVENT, at + 1, 0, 0, null],
  ACK: () => [ACK, 0],
  PING: (at) => [PING, at],
  RESYNC: () => [RESYNC, 0],
  NAV: (at) => [NAV, at + 1, 0, "/fuzz"],
  UPLOAD: (at) => [UPLOAD, at, 0, ["f", "n", "t", 5]],
};

test.each(Object.entries(floods))("a flood of %s is shut out long before its end", async (_name, frame) => {
  const site = new Site(1);
  const visitor = await site.load();
  const line = site.connect();
  line.channel.send(encodeLiveFrame(visitor.hello));
  await site.settle();
  let sent = 0;
  for (; sent < 5000 && !line.closed; sent++) {
    line.channel.send(encodeLiveFrame(frame(sent, visitor)));
    if (sent % 20 === 0) await site.settle();
  }
  expect(sent).toBeLessThan(600);
  assert.equal(line.heard.filter((heard) => heard[0] === ERROR).at(-1)?.[2], 0);
  assert.deepEqual(site.errors, []);
});

test("frames with values nested too deep, counts beyond their bytes and types unknown are refused before anything is made of them", async () => {
  const deep = Uint8Array.from([0x95, EVENT, 1, 0, 0, ...Array<number>(4000).fill(0x91), 0xc0]);
  const lying = Uint8Array.from([0x95, EVENT, 1, 0, 0, 0xdd, 0xff, 0xff, 0xff, 0xff]);
  const wide = Uint8Array.from([0xdd, 0x7f, 0xff, 0xff, 0xff, EVENT]);
  const huge = Uint8Array.from([0x95, EVENT, 1, 0, 0, 0xc6, 0x7f, 0xff, 0xff, 0xff]);
  const extension = Uint8Array.from([0x95, EVENT, 1, 0, 0, 0xd4, 1, 1]);
  for (const bytes of [deep, lying, wide, huge, extension, new Uint8Array()]) {
    const site = new Site(1);
    const { hello } = await site.load();
    const line = site.connect();
    line.channel.send(encodeLiveFrame(hello));
    await site.settle();
    line.channel.send(bytes);
    await site.settle();
    assert.equal(line.heard.at(-1)?.[0], ERROR);
    assert.ok(line.closed);
  }
});

test("an event to a handler that does not exist, whatever its number, is an error of that event alone", async () => {
  const site = new Site(1);
  const { hello } = await site.load();
  const line = site.connect();
  line.channel.send(encodeLiveFrame(hello));
  await site.settle();
  let ref = 0;
  for (const handler of [4, 5, 100, 2 ** 31, 2 ** 53 - 1]) {
    line.channel.send(encodeLiveFrame([EVENT, ++ref, 0, handler, null]));
    await site.settle();
    assert.deepEqual(
      line.heard.findLast((frame) => frame[0] === ERROR),
      [ERROR, "LIVE_BAD_EVENT", ref, 0],
    );
  }
  line.channel.send(encodeLiveFrame([EVENT, ++ref, 0, 0, null]));
  await site.settle();
  assert.equal(line.heard.at(-1)?.[0], 5);
  assert.equal(line.closed, false);
});
