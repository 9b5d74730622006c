import assert from "node:assert/strict";
import { afterEach, describe, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, liveRoute } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import {
  ADOPT,
  decodeLiveFrame,
  EVENT,
  encodeLiveFrame,
  type LiveFrame,
  NAV,
  PATCH,
  REPLY,
  UPLOAD,
} from "../../lib/wire/index.ts";
import { helloOf, inflated, type LivePage, openSocket } from "../helpers/live.ts";
import { type LiveHost, liveHosts, proxyTo } from "./live-hosts.ts";

const open: LiveHost[] = [];
afterEach(async () => {
  for (const host of open.splice(0).reverse()) await host.close();
});

const view = defineView({
  uploads: { photo: { maxBytes: 1000 } },
  hooks: true,
  mount: ({ query }) => ({ tab: signal(String(query["tab"] ?? "first")), said: signal("nothing"), sizes: signal("") }),
  navigate: (state, { query }) => state.tab.set(String(query["tab"])),
  on: {
    say(state, event, ctx) {
      state.said.set(String(event["text"]));
      ctx.flash("info", `heard ${event["text"]}`);
      return String(event["text"]).length;
    },
    keep: (state, _event, ctx) => state.sizes.set(ctx.uploads.photo.map(({ name, size }) => `${name} ${size}`).join()),
    leave: (_state, _event, ctx) => ctx.navigate("/elsewhere"),
  },
  render: (state, bind, page): Html => html`<h1>${state.tab}</h1><p>${state.said}</p><b>${state.sizes}</b>
    ${each(
      page.flash,
      ({ id }) => id,
      ({ text }) => html`<i>${text}</i>`,
    )}
    <form ${bind.say("submit")}><input name="text"></form><form ${bind.leave("submit")}></form><input ${page.uploads.photo.input()}>`,
});

/** A visitor's browser, as far as cookies go. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(url, { redirect: "manual", ...init, headers: { ...init.headers, ...this.headers } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      this.cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return response;
  }

  get headers(): Record<string, string> {
    return this.cookies.size === 0 ? {} : { cookie: [...this.cookies].map((pair) => pair.join("=")).join("; ") };
  }
}

async function load(browser: Browser, url: string): Promise<LivePage> {
  const response = await browser.ask(url);
  assert.equal(response.status, 200);
  const text = await response.text();
  const data = JSON.parse(/bus-live-data>(.*?)<\/script>/s.exec(text)?.[1] ?? "null");
  return { ...data, html: text, token: new Uint8Array(Buffer.from(data.token, "base64")), headers: response.headers };
}

async function start(host: (typeof liveHosts)[number], isProxied: boolean): Promise<string> {
  const app = createApp({ platform: nodePlatform });
  liveRoute(app, "/board", view, { onReport: (_code, error) => assert.fail(error as Error) });
  const real = await host.start(app);
  open.push(real);
  if (!isProxied) return `${real.origin}/board`;
  const proxy = await proxyTo(real.origin);
  open.push(proxy);
  return `${proxy.origin}/board`;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Frames over server-sent events and posts. */
async function openStream(
  browser: Browser,
  url: string,
): Promise<{ take(): Promise<LiveFrame>; post(...frames: LiveFrame[]): Promise<number>; leave(): void }> {
  const abort = new AbortController();
  const response = await browser.ask(url, { headers: { accept: "text/event-stream" }, signal: abort.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader && response.status === 200);
  let text = "";
  const event = async (): Promise<string> => {
    for (let end = text.indexOf("\n\n"); ; end = text.indexOf("\n\n")) {
      if (end >= 0) {
        const lines = text.slice(0, end);
        text = text.slice(end + 2);
        const data = /^data: ?(.*)$/m.exec(lines)?.[1];
        if (data !== undefined) return data;
      } else text += (await reader.read()).value ?? assert.fail("the stream has ended");
    }
  };
  const id = await event();
  return {
    take: async () => inflated(decodeLiveFrame(new Uint8Array(Buffer.from(await event(), "base64")))),
    async post(...frames) {
      const parts = frames.map(encodeLiveFrame).flatMap((frame) => {
        const head = Buffer.alloc(4);
        head.writeUInt32BE(frame.length);
        return [head, frame];
      });
      const headers = { "bus-live": id, "content-type": "application/octet-stream" };
      return (await browser.ask(url, { method: "POST", body: Buffer.concat(parts), headers })).status;
    },
    leave: () => abort.abort(),
  };
}

const places = liveHosts.flatMap((host) => [
  [host.name, host, false] as const,
  [`${host.name}, and a proxy that compresses and ends TLS`, host, true] as const,
]);

describe.each(places)("a live view in %s", (_name, host, isProxied) => {
  test("is a page, and without JavaScript its forms work by post and redirect", async () => {
    const url = await start(host, isProxied);
    const browser = new Browser();
    const page = await load(browser, `${url}?tab=second`);
    assert.match(page.html, /<h1>(<!--.*?-->)?second/);
    const { origin, pathname } = new URL(url);
    assert.ok(page.html.includes(`bus-live="${pathname}?tab=second"`));
    const [say = "", leave = ""] = [...page.html.matchAll(/action="([^"]+)"/g)].map(([, action]) =>
      action?.replaceAll("&amp;", "&"),
    );
    const headers = { origin: isProxied ? origin.replace("http:", "https:") : origin };
    const body = new URLSearchParams({ text: "grüße" });
    const answer = await browser.ask(new URL(say, `${url}?tab=second`).href, { method: "POST", body, headers });
    assert.deepEqual([answer.status, answer.headers.get("location")], [303, `${pathname}?tab=second`]);
    const after = await load(browser, `${url}?tab=second`);
    assert.match(after.html, /<p>(<!--.*?-->)?grüße/);
    assert.match(after.html, /<i>(<!--.*?-->)?heard grüße/);
    const gone = await browser.ask(new URL(leave, `${url}?tab=second`).href, {
      method: "POST",
      body: new URLSearchParams(),
      headers,
    });
    assert.deepEqual([gone.status, gone.headers.get("location")], [303, "/elsewhere"]);
  });

  test("keeps a socket: events, replies, navigation and files", async () => {
    const url = await start(host, isProxied);
    const browser = new Browser();
    const page = await load(browser, url);
    const { origin, pathname } = new URL(url);
    const client = await openSocket(url, {
      ...browser.headers,
      origin: isProxied ? origin.replace("http:", "https:") : origin,
    });
    client.send(helloOf(page));
    assert.equal((await client.take())[0], ADOPT);
    client.send([EVENT, 1, 0, 0, { text: "hello" }]);
    assert.deepEqual(await client.take(), [REPLY, 1, 5]);
    assert.match(JSON.stringify(await client.take()), /^\[5,1,1,.*hello/);
    const until = async (isIt: (frame: LiveFrame) => boolean): Promise<LiveFrame> => {
      for (let frame = await client.take(); ; frame = await client.take()) {
        if (frame[0] === PATCH) seq = frame[1];
        if (isIt(frame)) return frame;
      }
    };
    let seq = 1;
    client.send([NAV, 2, 1, `${pathname}?tab=third`]);
    const reply = await until((frame) => frame[0] === REPLY);
    assert.ok(reply[0] === REPLY && reply[2] instanceof Uint8Array, JSON.stringify(reply));
    client.send([UPLOAD, 1, 0, ["photo", "a.png", "image/png", 4]]);
    await until((frame) => frame[0] === UPLOAD && frame[2] === 0);
    client.send([UPLOAD, 1, 0, bytes("1234")]);
    await until((frame) => frame[0] === UPLOAD && frame[2] === 4);
    client.send([EVENT, 3, 1, 1, null]);
    await until((frame) => frame[0] === PATCH && JSON.stringify(frame).includes("a.png 4"));
    client.socket.close();
    await client.closed();
    // At the address the page has now, with the token of it.
    const moved = { ...page, token: reply[2] };
    const again = await openSocket(`${url}?tab=third`, browser.headers);
    again.send(helloOf(moved, seq, 3));
    assert.equal((await again.take())[0], ADOPT);
    const stranger = await openSocket(`${url}?tab=third`);
    stranger.send(helloOf(moved, seq, 3));
    assert.deepEqual((await stranger.take()).slice(0, 2), [10, "LIVE_REFUSED"]);
  });

  test("speaks the same frames over events and posts, each as soon as it is said", async () => {
    const url = await start(host, isProxied);
    const browser = new Browser();
    const page = await load(browser, url);
    const stream = await openStream(browser, url);
    assert.equal(await stream.post(helloOf(page)), 204);
    assert.equal((await stream.take())[0], ADOPT);
    assert.equal(await stream.post([EVENT, 1, 0, 0, { text: "by post" }]), 204);
    assert.deepEqual(await stream.take(), [REPLY, 1, 7]);
    assert.match(JSON.stringify(await stream.take()), /by post/);
    stream.leave();
  });
});
