import assert from "node:assert/strict";
import * as v from "valibot";
import { afterEach, expect, test } from "vitest";
import { boundary, css, each, type Html, headStyles, html } from "../../lib/html/index.ts";
import { defineView, type LiveRoute, type LiveRouteOptions, liveRoute, type View } from "../../lib/live/index.ts";
import { isForeignPost } from "../../lib/live/route/http.ts";
import { signal } from "../../lib/signals/index.ts";
import {
  ACK,
  ADOPT,
  DRAIN,
  decodeLiveFrame,
  ERROR,
  EVENT,
  encodeLiveFrame,
  encodeValue,
  type LiveFrame,
  MOUNT,
  OP_COMMAND,
  OP_SPLICE,
  OP_TEXT,
  PATCH,
  PING,
  RESYNC,
  STYLE_COMMAND,
} from "../../lib/wire/index.ts";
import {
  type FrameClient,
  helloOf,
  type LivePage,
  type LiveServer,
  loadPage,
  openSocket,
  startServer,
} from "../helpers/live.ts";

const servers: LiveServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

interface Item {
  readonly id: number;
  readonly text: string;
}

const shared = signal(0);

const counter: View = defineView({
  events: { by: v.object({ n: v.pipe(v.number(), v.integer()) }) },
  mount: ({ session }) => ({
    count: signal(0),
    items: signal(Array.from({ length: 1000 }, (_, id): Item => ({ id, text: `row ${id}` }))),
    seen: [session.url],
  }),
  on: {
    add: (state) => state.count.update((n) => n + 1),
    by: (state, { n }) => state.count.update((count) => count + n),
    insert: (state, event) =>
      state.items.update((list) => list.toSpliced(Number(event["at"]), 0, { id: 5000, text: "new" })),
    fail: () => {
      throw new Error("no");
    },
    slow: async (state) => {
      await new Promise((done) => setTimeout(done, 5));
      state.count.update((n) => n * 10);
    },
    share: () => shared.update((n) => n + 1),
    nothing: () => {},
    focus: (_state, _event, ctx) => ctx.command("focus", "#name"),
    burst: async (state) => {
      for (let i = 0; i < 30; i++) {
        state.count.update((n) => n + 1);
        await new Promise((done) => setTimeout(done));
      }
    },
  },
  render: (state, bind): Html =>
    html`<p>${state.count}</p><button ${bind.add("click")}>+</button><ul>${each(
      state.items.get(),
      (item) => item.id,
      (item) => html`<li>${item.text}<button ${bind.by("click", { n: item.id })}>x</button></li>`,
    )}</ul><b>${shared}</b>`,
});
const names = ["add", "by", "insert", "fail", "slow", "share", "nothing", "focus", "burst"];
const handler = (name: string): number => names.indexOf(name);

async function start(options: LiveRouteOptions = {}, view: View = counter): Promise<LiveServer & { route: LiveRoute }> {
  let route: LiveRoute | undefined;
  const server = await startServer((app) => {
    route = liveRoute(app, "/counter/:room?", view, { onReport: () => {}, ...options });
  });
  servers.push(server);
  assert.ok(route);
  return { ...server, route };
}

async function join(server: LiveServer, path = "/counter"): Promise<{ page: LivePage; client: FrameClient }> {
  const page = await loadPage(server.url + path);
  const client = await openSocket(server.url + path);
  client.send(helloOf(page));
  assert.deepEqual((await client.take())[0], ADOPT);
  return { page, client };
}

test("a page is whole without JavaScript, is never cached, and carries what a client needs once", async () => {
  const server = await start();
  const page = await loadPage(`${server.url}/counter?x=1`);
  assert.match(page.html, /<li><!--\[-->row 999<!--\]-->/);
  assert.match(page.html, /bus-live="\/counter\?x=1"/);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.equal(page.token.length, 32);
  assert.equal(page.templates.length, 2);
});

test("an adopted page gets no content, and HELLO and ADOPT together stay below 70 bytes", async () => {
  const server = await start();
  const page = await loadPage(`${server.url}/counter`);
  const client = await openSocket(`${server.url}/counter`);
  client.send(helloOf(page));
  const adopt = await client.take();
  assert.equal(adopt[0], ADOPT);
  const bytes = encodeLiveFrame(helloOf(page)).length + encodeLiveFrame(adopt).length;
  expect(bytes).toBeLessThan(70);
  client.send([PING, 7]);
  assert.deepEqual(await client.take(), [PING, 7]);
});

test("an event changes state once and comes back as a small patch", async () => {
  const { client } = await join(await start());
  const click: LiveFrame = [EVENT, 1, 0, handler("add"), null];
  client.send(click);
  const patch = await client.take();
  assert.deepEqual(patch, [PATCH, 1, 1, [OP_TEXT, 0, "1"]]);
  expect(encodeLiveFrame(click).length).toBeLessThanOrEqual(6);
  expect(encodeLiveFrame(patch).length).toBeLessThanOrEqual(10);
  client.send(click);
  assert.deepEqual(await client.take(), [ACK, 1]);
});

test("a row inserted into a thousand is a few dozen bytes, bindings included", async () => {
  const { client } = await join(await start());
  client.send([EVENT, 1, 0, handler("insert"), { at: 500 }]);
  const patch = await client.take();
  assert.equal(patch[0], PATCH);
  assert.equal((patch[3] as readonly unknown[])[0], OP_SPLICE);
  expect(encodeLiveFrame(patch).length).toBeLessThan(60);
});

test("an event that changes nothing is acknowledged in three bytes", async () => {
  const { client } = await join(await start());
  client.send([EVENT, 1, 0, handler("nothing"), null]);
  const ack = await client.take();
  assert.deepEqual(ack, [ACK, 1]);
  assert.equal(encodeLiveFrame(ack).length, 3);
});

test("handlers run one at a time in order, async ones too", async () => {
  const { client } = await join(await start());
  client.send([EVENT, 1, 0, handler("add"), null]);
  client.send([EVENT, 2, 0, handler("slow"), null]);
  client.send([EVENT, 3, 0, handler("add"), null]);
  const texts: unknown[] = [];
  for (let ref = 0; ref < 3; ) {
    const frame = await client.take();
    if (frame[0] === PATCH) texts.push(frame[3]);
    ref = frame[0] === PATCH ? frame[2] : frame[0] === ACK ? frame[1] : ref;
  }
  assert.deepEqual(texts.at(-1), [OP_TEXT, 0, "11"]);
});

test("a handler that throws answers ERROR for its event and the session goes on", async () => {
  const reports: string[] = [];
  const { client } = await join(await start({ onReport: (code, error) => void (error && reports.push(code)) }));
  client.send([EVENT, 1, 0, handler("fail"), null]);
  assert.deepEqual(await client.take(), [ERROR, "LIVE_HANDLER_FAILED", 1, 0]);
  assert.deepEqual(await client.take(), [ACK, 1]);
  client.send([EVENT, 2, 0, handler("add"), null]);
  assert.deepEqual((await client.take())[0], PATCH);
  assert.deepEqual(reports, ["LIVE_HANDLER_FAILED"]);
});

test("arguments the schema refuses, and handlers that do not exist, are errors of their event alone", async () => {
  const { client } = await join(await start());
  client.send([EVENT, 1, 0, handler("by"), { n: "ten" }]);
  assert.deepEqual(await client.take(), [ERROR, "LIVE_BAD_EVENT", 1, 0]);
  assert.deepEqual(await client.take(), [ACK, 1]);
  client.send([EVENT, 2, 0, 99, null]);
  assert.deepEqual(await client.take(), [ERROR, "LIVE_BAD_EVENT", 2, 0]);
  assert.deepEqual(await client.take(), [ACK, 2]);
  client.send([EVENT, 3, 0, handler("by"), { n: 5 }]);
  assert.deepEqual(await client.take(), [PATCH, 1, 3, [OP_TEXT, 0, "5"]]);
});

test("a signal shared between sessions reaches all of them, those who did nothing too", async () => {
  shared.set(0);
  const server = await start();
  const [a, b] = [await join(server), await join(server)];
  a.client.send([EVENT, 1, 0, handler("share"), null]);
  assert.deepEqual((await a.client.take()).at(-1), [OP_TEXT, 4, "1"]);
  assert.deepEqual(await b.client.take(), [PATCH, 1, 0, [OP_TEXT, 4, "1"]]);
});

test("what changed between the page and its socket comes as the first patch", async () => {
  shared.set(0);
  const server = await start();
  const page = await loadPage(`${server.url}/counter`);
  shared.set(9);
  const client = await openSocket(`${server.url}/counter`);
  client.send(helloOf(page));
  assert.equal((await client.take())[0], ADOPT);
  assert.deepEqual(await client.take(), [PATCH, 1, 0, [OP_TEXT, 4, "9"]]);
});

test("a command travels with the patch", async () => {
  const { client } = await join(await start());
  client.send([EVENT, 1, 0, handler("focus"), null]);
  assert.deepEqual(await client.take(), [PATCH, 1, 1, [OP_COMMAND, "focus", "#name"]]);
});

test("a client that comes back gets the patches it lacks, then what changed meanwhile, and its state is kept", async () => {
  shared.set(0);
  const server = await start();
  const { page, client } = await join(server);
  client.send([EVENT, 1, 0, handler("add"), null]);
  await client.take();
  client.send([EVENT, 2, 0, handler("add"), null]);
  await client.take();
  client.socket.terminate();
  shared.set(3);
  const again = await openSocket(`${server.url}/counter`);
  again.send(helloOf(page, 1, 2));
  assert.deepEqual((await again.take()).slice(0, 1), [ADOPT]);
  assert.deepEqual(await again.take(), [PATCH, 2, 2, [OP_TEXT, 0, "2"]]);
  assert.deepEqual(await again.take(), [PATCH, 3, 2, [OP_TEXT, 4, "3"]]);
  again.send([EVENT, 2, 3, handler("add"), null]);
  assert.deepEqual(await again.take(), [ACK, 2]);
  again.send([EVENT, 3, 3, handler("add"), null]);
  assert.deepEqual(await again.take(), [PATCH, 4, 3, [OP_TEXT, 0, "3"]]);
});

test("an event cut off with its socket runs once, whether or not it had arrived", async () => {
  const server = await start();
  const { page, client } = await join(server);
  client.send([EVENT, 1, 0, handler("slow"), null]);
  client.send([EVENT, 2, 0, handler("add"), null]);
  client.socket.terminate();
  const again = await openSocket(`${server.url}/counter`);
  again.send(helloOf(page, 0, 2));
  let text = "";
  again.send([EVENT, 1, 0, handler("slow"), null]);
  again.send([EVENT, 2, 0, handler("add"), null]);
  // Where both had run before the second socket came, they are acknowledged before the patch is made.
  for (let ref = 0; ref < 2 || text === ""; ) {
    const frame = await again.take();
    if (frame[0] === PATCH) text = String((frame[3] as readonly unknown[])[2]);
    ref = frame[0] === PATCH ? frame[2] : frame[0] === ACK ? frame[1] : ref;
  }
  assert.equal(text, "1");
});

test("a page that could not be adopted is mounted, without templates it has", async () => {
  const server = await start();
  const page = await loadPage(`${server.url}/counter`);
  const client = await openSocket(`${server.url}/counter`);
  client.send(helloOf(page, 0, 0, 0));
  const mount = await client.take();
  assert.equal(mount[0], MOUNT);
  assert.equal(mount[3], null);
  client.send([EVENT, 1, 1, handler("add"), null]);
  assert.deepEqual(await client.take(), [PATCH, 2, 1, [OP_TEXT, 0, "1"]]);
});

test("a session the server no longer holds mounts again: adopted when the page is the same, else sent", async () => {
  shared.set(0);
  const server = await start({ maxHeld: 1 });
  const first = await loadPage(`${server.url}/counter`);
  const second = await loadPage(`${server.url}/counter`);
  await loadPage(`${server.url}/counter`);
  assert.equal(server.route.sessionCount, 1);
  const a = await openSocket(`${server.url}/counter`);
  a.send(helloOf(first));
  assert.equal((await a.take())[0], ADOPT);
  shared.set(1);
  const b = await openSocket(`${server.url}/counter`);
  b.send(helloOf(second, 0, 4));
  assert.equal((await b.take())[0], MOUNT);
  b.send([EVENT, 5, 1, handler("add"), null]);
  assert.deepEqual(await b.take(), [PATCH, 2, 5, [OP_TEXT, 0, "1"]]);
});

test("after a restart a signed page mounts again and goes on from its own seq and ref", async () => {
  const secret = new Uint8Array(32).fill(7);
  const old = await start({ secret });
  const page = await loadPage(`${old.url}/counter`);
  const fresh = await start({ secret });
  const client = await openSocket(`${fresh.url}/counter`);
  client.send(helloOf(page, 12, 34));
  const mount = await client.take();
  assert.equal(mount[0], MOUNT);
  assert.equal(mount[2], 13);
  client.send([EVENT, 35, 13, handler("add"), null]);
  assert.deepEqual((await client.take()).slice(0, 3), [PATCH, 14, 35]);
});

test("a page of another build is sent anew, not patched", async () => {
  const server = await start({ build: "b2" });
  const page = await loadPage(`${server.url}/counter`);
  const client = await openSocket(`${server.url}/counter`);
  client.send(helloOf({ ...page, build: "b1" }));
  assert.equal((await client.take())[0], MOUNT);
});

test("tokens are bound to their page, signed, and expire", async () => {
  const server = await start({ tokenMs: -1000 });
  const page = await loadPage(`${server.url}/counter`);
  const valid = await start();
  const good = await loadPage(`${valid.url}/counter`);
  const forged = { ...good, token: good.token.with(3, (good.token[3] ?? 0) ^ 1) };
  const cases = [
    [server.url, "/counter", page],
    [valid.url, "/counter/other", good],
    [valid.url, "/counter", forged],
  ] as const;
  for (const [url, path, from] of cases) {
    const client = await openSocket(url + path);
    client.send(helloOf(from));
    assert.deepEqual(await client.take(), [ERROR, "LIVE_REFUSED", 0, 0]);
    assert.equal((await client.closed()).code, 1008);
  }
});

test("a second socket takes a session over, and the first is told and closed", async () => {
  const server = await start();
  const { page, client } = await join(server);
  const second = await openSocket(`${server.url}/counter`);
  second.send(helloOf(page));
  assert.deepEqual(await client.take(), [ERROR, "LIVE_TAKEN_OVER", 0, 0]);
  assert.equal((await second.take())[0], ADOPT);
});

test("bad frames end in ERROR and close that socket; all others are untouched", async () => {
  const server = await start();
  const other = await join(server);
  const bad: readonly [Uint8Array, string][] = [
    [new Uint8Array([0xc1]), "WIRE_BAD_TYPE"],
    [new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff]), "WIRE_CUT_SHORT"],
    [new Uint8Array([0xc6, 0x7f, 0xff, 0xff, 0xff, 1]), "WIRE_CUT_SHORT"],
    [encodeValue("text"), "WIRE_BAD_FRAME"],
    [encodeValue([PATCH, 1, 1]), "WIRE_BAD_LIVE_FRAME"],
    [encodeValue([EVENT, 1, 0, -1, null]), "WIRE_BAD_LIVE_FRAME"],
    [encodeValue([EVENT, 9, 0, 1, null]), "WIRE_BAD_LIVE_FRAME"],
    [encodeValue([ACK, 99]), "WIRE_BAD_LIVE_FRAME"],
    [encodeValue([200]), "WIRE_BAD_LIVE_FRAME"],
  ];
  for (const [bytes, code] of bad) {
    for (const joined of [true, false]) {
      const client = joined ? (await join(server)).client : await openSocket(`${server.url}/counter`);
      client.socket.send(bytes);
      const error = await client.take();
      assert.equal(error[0], ERROR);
      if (joined) assert.equal(error[1], code);
      assert.equal((await client.closed()).code, 1002);
    }
  }
  other.client.send([EVENT, 1, 0, handler("add"), null]);
  assert.equal((await other.client.take())[0], PATCH);
});

test("frames of every type count against one limit", async () => {
  for (const frame of [
    [PING, 1],
    [ACK, 0],
    [RESYNC, 0],
    [EVENT, 1, 0, 0, null],
  ] as const) {
    const { client } = await join(await start({ frameBurst: 10, framesPerSecond: 0.001 }));
    for (let i = 0; i < 20; i++) client.send(frame);
    let last = await client.take();
    while (last[0] !== ERROR) last = await client.take();
    assert.equal(last[1], "LIVE_RATE_LIMITED");
    assert.equal((await client.closed()).code, 1008);
  }
});

test("a client that acknowledges nothing gets eight patches, and the rest in one when it does", async () => {
  const { client } = await join(await start());
  client.send([EVENT, 1, 0, handler("burst"), null]);
  const patches: LiveFrame[] = [];
  for (let frame = await client.take(); frame[0] !== ACK; frame = await client.take()) patches.push(frame);
  assert.equal(patches.length, 8);
  client.send([ACK, 8]);
  assert.deepEqual(await client.take(), [PATCH, 9, 1, [OP_TEXT, 0, "30"]]);
});

test("RESYNC replays from where the client is", async () => {
  const { client } = await join(await start());
  client.send([EVENT, 1, 0, handler("add"), null]);
  const patch = await client.take();
  client.send([RESYNC, 0]);
  assert.equal((await client.take())[0], ADOPT);
  assert.deepEqual(await client.take(), patch);
});

test("a drained session tells its client when to come back, and is still there", async () => {
  const server = await start();
  const { page, client } = await join(server);
  client.send([EVENT, 1, 0, handler("add"), null]);
  await client.take();
  server.route.drain("deploy", 50);
  assert.deepEqual(await client.take(), [DRAIN, "deploy", 50]);
  client.socket.close();
  await client.closed();
  const again = await openSocket(`${server.url}/counter`);
  again.send(helloOf(page, 1, 1));
  assert.deepEqual((await again.take()).slice(2), [1]);
});

test("a render that throws ends its session alone; the client mounts again", async () => {
  const view = defineView({
    mount: () => ({ count: 0 }),
    on: { add: (state) => void state.count++ },
    render: (state, bind): Html => {
      if (state.count === 2) throw new Error("render");
      return html`<button ${bind.add("click")}>${state.count}</button>`;
    },
  });
  const server = await start({}, view);
  const { page, client } = await join(server);
  const other = await join(server);
  client.send([EVENT, 1, 0, 0, null]);
  assert.deepEqual((await client.take()).at(-1), [OP_TEXT, 2, "1"]);
  client.send([EVENT, 2, 1, 0, null]);
  assert.deepEqual(await client.take(), [ERROR, "LIVE_CRASHED", 0, 0]);
  await client.closed();
  const again = await openSocket(`${server.url}/counter`);
  again.send(helloOf(page, 1, 2));
  assert.equal((await again.take())[0], MOUNT);
  other.client.send([EVENT, 1, 0, 0, null]);
  assert.equal((await other.client.take())[0], PATCH);
});

test("without JavaScript a form posts the event, comes back by 303, and finds its state again", async () => {
  const server = await start();
  const post = (body: string, cookie = "", path = "/counter?q=1"): Promise<Response> =>
    fetch(server.url + path, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/x-www-form-urlencoded", cookie },
      body,
    });
  const first = await post(new URLSearchParams({ "bus:click": "0" }).toString());
  assert.equal(first.status, 303);
  assert.equal(first.headers.get("location"), "/counter?q=1");
  const set = first.headers.get("set-cookie") ?? "";
  assert.match(set, /Path=\/counter; Max-Age=600; HttpOnly; SameSite=Lax/);
  const cookie = set.split(";")[0] ?? "";
  await post(new URLSearchParams({ "bus:click": '1 {"n":4}' }).toString(), cookie);
  const page = await loadPage(`${server.url}/counter?q=1`, { headers: { cookie } });
  assert.match(page.html, /<p>5<\/p>/);
  assert.match((await loadPage(`${server.url}/counter?q=1`)).html, /<p>0<\/p>/);
  assert.equal((await post("bus:click=77")).status, 422);
  assert.equal((await post("x=1")).status, 400);
  const submitted = await post("n=2", cookie, `/counter?q=1&bus:submit=${encodeURIComponent("6")}`);
  assert.equal(submitted.headers.get("location"), "/counter?q=1");
});

test("a post from another site runs nothing", async () => {
  const server = await start();
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }, { origin: "null" }]) {
    const init = { method: "POST", headers, body: new URLSearchParams({ "bus:click": "5" }) };
    assert.equal((await fetch(`${server.url}/counter`, init)).status, 403);
  }
});

test("a post over HTTP/2 is held against :authority, also where a Host says otherwise", () => {
  const headers = { ":authority": "shop.example", origin: "https://shop.example" }; // a browser too old for Sec-Fetch-Site
  assert.equal(isForeignPost(headers), false);
  assert.equal(isForeignPost({ ...headers, host: "other.example" }), false);
  assert.equal(isForeignPost({ ...headers, origin: "https://other.example", host: "other.example" }), true);
});

test("parameters the view's schema refuses are a 404", async () => {
  const view = defineView({
    params: v.object({ room: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)) }),
    mount: ({ params }) => ({ room: params.room + 1 }),
    render: (state) => html`<p>${state.room}</p>`,
  });
  const server = await start({}, view);
  assert.match((await loadPage(`${server.url}/counter/41`)).html, /42/);
  assert.equal((await fetch(`${server.url}/counter/abc`)).status, 404);
});

test("a session ends when nobody comes back, and its scope with it", async () => {
  let mounted = 0;
  let ended = 0;
  const view = defineView({
    mount: ({ own }) => {
      mounted++;
      own.onCleanup(() => ended++);
      return {};
    },
    render: () => html`<p>${1}</p>`,
  });
  const server = await start({ holdMs: 20, detachedMs: 20 }, view);
  const { client } = await join(server);
  client.socket.close();
  await expect.poll(() => server.route.sessionCount).toBe(0);
  assert.equal(ended, mounted);
  await loadPage(`${server.url}/counter`);
  await expect.poll(() => server.route.sessionCount).toBe(0);
  assert.equal(ended, mounted);
});

test("a closed route ends its sessions and lets none join", async () => {
  const server = await start();
  const { page, client } = await join(server);
  server.route.close();
  assert.equal((await client.closed()).code, 1001);
  const again = await openSocket(`${server.url}/counter`);
  again.send(helloOf(page));
  assert.deepEqual((await again.take())[1], "LIVE_REFUSED");
});

test("bytes of a frame in this file decode to what was meant", () => {
  assert.deepEqual(decodeLiveFrame(encodeLiveFrame([PATCH, 3, 2, [OP_TEXT, 0, "x"]])), [
    PATCH,
    3,
    2,
    [OP_TEXT, 0, "x"],
  ]);
});

const card = css`:scope { color: red }`;
const late = css`:scope { color: green }`;
const theme = css.global`body { margin: 0 }`;
const styled: View = defineView({
  mount: () => ({ count: signal(0) }),
  on: {
    add: (state) => state.count.update((n) => n + 1),
  },
  render: ({ count }): Html =>
    html`<article ${card} ${count.get() > 2 ? theme : null}>${theme}${count}</article>${each(
      Array.from({ length: count.get() }, (_, n) => n),
      (n) => n,
      () => html`<p ${late} ${card}>x</p>`,
    )}`,
});

test("styles of components stand in the head of the first page, with its nonce, and come with the patch that first needs them", async () => {
  const server = await start(
    {
      layout: (content, c) =>
        html`<!doctype html><html><head><title>t</title><meta name="n" content=${c.nonce}>${headStyles()}</head><body>${content}</body></html>`,
    },
    styled,
  );
  const page = await loadPage(`${server.url}/counter`);
  const [head = "", body = ""] = page.html.split("</head>");
  const nonce = /name="n" content="([^"]+)"/.exec(head)?.[1];
  assert.deepEqual(
    [...head.matchAll(/<style nonce="([^"]+)">(.*?)<\/style>/gs)].map(([, own, text]) => [own, text]),
    [card, theme].map(({ text }) => [nonce, text]),
  );
  assert.ok(nonce && !body.includes("<style") && !page.html.includes(late.text));
  const client = await openSocket(`${server.url}/counter`);
  client.send(helloOf(page));
  assert.equal((await client.take())[0], ADOPT);
  client.send([EVENT, 1, 0, 0, null]);
  const first = await client.take();
  assert.deepEqual([first[0], first[3]], [PATCH, [OP_COMMAND, STYLE_COMMAND, late.text]]);
  for (const ref of [2, 3]) {
    client.send([EVENT, ref, ref - 1, 0, null]);
    assert.ok(!JSON.stringify(await client.take()).includes(STYLE_COMMAND)); // once a session
  }
  // A page that is mounted anew may be any page: it is told of all, and leaves out what it has.
  client.socket.close();
  await client.closed();
  const again = await openSocket(`${server.url}/counter`);
  again.send(helloOf(page, 0, 3, 0));
  assert.equal((await again.take())[0], MOUNT);
  const told = await again.take();
  assert.equal(told[0], PATCH);
  assert.deepEqual(
    told.slice(3),
    [card, theme, late].map(({ text }) => [OP_COMMAND, STYLE_COMMAND, text]),
  );
});

test("without headStyles the styles of a live page stand behind its root, where no patch reaches", async () => {
  const server = await start({}, styled);
  const page = await loadPage(`${server.url}/counter`);
  const [root = "", after = ""] = page.html.split("</script></div>");
  assert.ok(!root.includes("<style"));
  assert.ok(after.startsWith(`<style>${card.text}</style><style>${theme.text}</style>`));
});

test("a view that makes its styles anew for each render does not fill the memory, and still works", async () => {
  const view = defineView({
    mount: () => ({ count: signal(0) }),
    on: { add: ({ count }) => count.update((n) => n + 1_100) },
    render: ({ count }): Html =>
      html`${Array.from({ length: count.get() }, (_, n) => css.global`p { order: ${n + count.get()} }`)}<p>${count}</p>`,
  });
  const { client } = await join(await start({}, view));
  client.send([EVENT, 1, 0, 0, null]);
  const patch = await client.take();
  assert.equal(patch.filter((part) => Array.isArray(part) && part[1] === STYLE_COMMAND).length, 1_100);
  client.send([EVENT, 2, 1, 0, null]);
  assert.equal((await client.take())[0], PATCH);
});

test("a boundary catches what its content throws, in the first page and in patches, and takes the content back", async () => {
  const view = defineView({
    mount: () => ({ count: signal(1) }),
    on: { add: (state) => state.count.update((n) => n + 1) },
    render: ({ count }): Html =>
      html`<p>${count}</p>${boundary(
        () =>
          html`<b title=${count}>${() => {
            if (count.get() % 2 === 1) throw new Error("odd");
            return count.get();
          }}</b>`,
        { failed: (error) => html`<i>${(error as Error).message} ${count}</i>` }, // cast: the line above
      )}`,
  });
  const { page, client } = await join(await start({}, view));
  assert.match(page.html, /<i><!--\[-->odd<!--\]--> <!--\[-->1<!--\]--><\/i>/);
  const shown: string[] = [];
  for (const ref of [1, 2, 3]) {
    client.send([EVENT, ref, ref - 1, 0, null]);
    const patch = await client.take();
    assert.equal(patch[0], PATCH);
    shown.push(JSON.stringify(patch.slice(3)));
  }
  assert.match(shown[0] ?? "", /<b .*"2"/);
  assert.match(shown[1] ?? "", /"odd","3"/);
  assert.match(shown[2] ?? "", /"4"/);
});
