import assert from "node:assert/strict";
import { afterEach, expect, test } from "vitest";
import { type Html, html } from "../../lib/html/index.ts";
import { defineView, type LiveRoute, type LiveRouteOptions, liveRoute, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { ACK, ADOPT, ERROR, EVENT, type HELLO, type LiveFrame, PATCH, PING } from "../../lib/wire/index.ts";
import { type FrameClient, helloOf, type LiveServer, loadPage, openSocket, startServer } from "../helpers/live.ts";

const servers: LiveServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const view: View = defineView({
  mount: () => ({ secret: signal("nothing"), keys: signal("") }),
  on: {
    keep: (state, event) => state.secret.set(String(event["text"])),
    keys: (state, event) => {
      const bag: Record<string, unknown> = { ...event };
      state.keys.set(
        `${Object.keys(event).sort().join()} ${String((bag as { polluted?: unknown }).polluted)} ${typeof event["toString"]}`,
      );
    },
  },
  render: (state, bind): Html =>
    html`<p>${state.secret}</p><b>${state.keys}</b><form ${bind.keep("submit")}><input name="text"></form>`,
});

async function start(options: LiveRouteOptions = {}): Promise<LiveServer & { route: LiveRoute }> {
  let route: LiveRoute | undefined;
  const server = await startServer((app) => {
    route = liveRoute(app, "/room/:id", view, { onReport: () => {}, ...options });
  });
  servers.push(server);
  assert.ok(route);
  return { ...server, route };
}

/** What a HELLO is answered with: a frame, and a close if one follows. */
async function answerTo(client: FrameClient, hello: LiveFrame): Promise<LiveFrame> {
  client.send(hello);
  return await client.take();
}

const refused: LiveFrame = [ERROR, "LIVE_REFUSED", 0, 0];

test("a token opens its own page only: not another path, not another query", async () => {
  const { url } = await start();
  const page = await loadPage(`${url}/room/1?a=1`);
  for (const other of ["/room/2?a=1", "/room/1", "/room/1?a=2", "/room/1?a=1&b=2"]) {
    const client = await openSocket(url + other);
    assert.deepEqual(await answerTo(client, helloOf(page)), refused, other);
    assert.equal((await client.closed()).code, 1008);
  }
  const own = await openSocket(`${url}/room/1?a=1`);
  assert.equal((await answerTo(own, helloOf(page)))[0], ADOPT);
});

test("a token that was changed in any byte, cut, lengthened or made by another server is refused", async () => {
  const { url } = await start();
  const page = await loadPage(`${url}/room/1`);
  const forged = Array.from(page.token, (byte, at) => page.token.with(at, byte ^ 1));
  const stranger = await start();
  const foreign = (await loadPage(`${stranger.url}/room/1`)).token;
  for (const token of [
    ...forged,
    new Uint8Array(),
    page.token.subarray(1),
    new Uint8Array([...page.token, 0]),
    foreign,
  ]) {
    const client = await openSocket(`${url}/room/1`);
    const [type, , ...rest] = helloOf(page) as readonly [
      typeof HELLO,
      Uint8Array,
      string,
      number,
      number,
      number,
      number,
    ];
    assert.deepEqual(await answerTo(client, [type, token, ...rest]), refused);
    client.socket.close();
  }
});

test("a token is worth nothing once it has expired", async () => {
  const { url } = await start({ tokenMs: 1 });
  const page = await loadPage(`${url}/room/1`);
  await new Promise((done) => setTimeout(done, 1100));
  const client = await openSocket(`${url}/room/1`);
  assert.deepEqual(await answerTo(client, helloOf(page)), refused);
});

test("who uses a token a second time takes the page over, and two never share it", async () => {
  const { url, route } = await start();
  const page = await loadPage(`${url}/room/1`);
  const first = await openSocket(`${url}/room/1`);
  assert.equal((await answerTo(first, helloOf(page)))[0], ADOPT);
  const second = await openSocket(`${url}/room/1`);
  assert.equal((await answerTo(second, helloOf(page)))[0], ADOPT);
  assert.deepEqual(await first.take(), [ERROR, "LIVE_TAKEN_OVER", 0, 0]);
  await first.closed();
  first.send([EVENT, 1, 0, 0, { text: "stolen" }]);
  second.send([PING, 3]);
  assert.deepEqual(await second.take(), [PING, 3]); // and not a patch
  expect(route.sessionCount).toBe(1);
});

test("a page is bound to the browser it went to: its token and its session are nobody else's", async () => {
  const { url } = await start();
  const first = await loadPage(`${url}/room/1`);
  const set = first.headers.get("set-cookie") ?? "";
  assert.match(set, /^__Host-bus-visitor=[\w-]{16};/);
  for (const part of ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"]) assert.ok(set.includes(part), set);
  const cookie = set.split(";")[0] ?? "";
  const other = "__Host-bus-visitor=AAAAAAAAAAAAAAAA";
  const ask = async (page: Parameters<typeof helloOf>[0], headers: Record<string, string>): Promise<LiveFrame> => {
    const client = await openSocket(`${url}/room/1`, headers);
    const frame = await answerTo(client, helloOf(page));
    client.socket.close();
    return frame;
  };
  // The first page went out before there was a cookie: whoever joins it first has it.
  assert.equal((await ask(first, { cookie }))[0], ADOPT);
  assert.deepEqual(await ask(first, {}), refused);
  assert.deepEqual(await ask(first, { cookie: other }), refused);
  assert.equal((await ask(first, { cookie }))[0], ADOPT);
  // All later pages are the browser's before anybody has joined.
  const second = await loadPage(`${url}/room/1`, { headers: { cookie } });
  assert.equal(second.headers.get("set-cookie"), null);
  assert.deepEqual(await ask(second, {}), refused);
  assert.deepEqual(await ask(second, { cookie: other }), refused);
  assert.equal((await ask(second, { cookie }))[0], ADOPT);
});

test("two pages that a browser loads at once, before it has a cookie, are both its own", async () => {
  const { url } = await start();
  const [one, two] = await Promise.all([loadPage(`${url}/room/1`), loadPage(`${url}/room/2`)]);
  const cookie = two.headers.get("set-cookie")?.split(";")[0] ?? ""; // the later one is kept
  for (const [path, page] of [["/room/1", one] as const, ["/room/2", two] as const]) {
    const client = await openSocket(url + path, { cookie });
    assert.equal((await answerTo(client, helloOf(page)))[0], ADOPT);
  }
});

test("only where it is asked for by its long name are tokens good for whoever has them", async () => {
  const { url } = await start({ unsafeTokensWithoutCookie: true });
  const page = await loadPage(`${url}/room/1`, { headers: { cookie: "__Host-bus-visitor=AAAAAAAAAAAAAAAA" } });
  assert.equal((await loadPage(`${url}/room/1`)).headers.get("set-cookie"), null);
  const client = await openSocket(`${url}/room/1`);
  assert.equal((await answerTo(client, helloOf(page)))[0], ADOPT);
});

test("a token says nothing of another session: two pages of one address have states of their own", async () => {
  const { url } = await start();
  const [mine, yours] = [await loadPage(`${url}/room/1`), await loadPage(`${url}/room/1`)];
  const [my, your] = [await openSocket(`${url}/room/1`), await openSocket(`${url}/room/1`)];
  assert.equal((await answerTo(my, helloOf(mine)))[0], ADOPT);
  assert.equal((await answerTo(your, helloOf(yours)))[0], ADOPT);
  my.send([EVENT, 1, 0, 0, { text: "my secret" }]);
  assert.equal((await my.take())[0], PATCH);
  your.send([EVENT, 1, 0, 0, { text: "yours" }]);
  const frame = await your.take();
  assert.equal(JSON.stringify(frame).includes("my secret"), false);
});

test("pages of other sites can neither open a socket nor post an event", async () => {
  const { url } = await start();
  await assert.rejects(openSocket(`${url}/room/1`, { origin: "https://evil.test" }), /403/);
  await assert.rejects(openSocket(`${url}/room/1`, { origin: "null" }), /403/);
  const body = new URLSearchParams({ text: "x" });
  const strange: Record<string, string>[] = [
    { origin: "https://evil.test" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of strange) {
    const answer = await fetch(`${url}/room/1?bus:submit=0`, { method: "POST", body, headers, redirect: "manual" });
    assert.equal(answer.status, 403, JSON.stringify(headers));
    assert.equal(answer.headers.get("set-cookie"), null);
  }
});

/** What careless code does with two objects. */
function merge(into: Record<string, unknown>, from: object): Record<string, unknown> {
  for (const [key, value] of Object.entries(from)) {
    const old = into[key];
    into[key] =
      value !== null && typeof value === "object" && old instanceof Object
        ? merge(old as Record<string, unknown>, value)
        : value; // cast: looked at by name
  }
  return into;
}

test("what an event carries pollutes nothing, by socket and by post, however a handler copies it", async () => {
  const seen: unknown[] = [];
  const careless = defineView({
    mount: () => ({}),
    on: {
      take(_state, event) {
        const assigned = Object.assign({}, event) as Record<string, unknown>; // cast: looked at by name
        const merged = merge({ deep: {}, list: [] }, event);
        seen.push([
          Object.keys(event).sort().join(),
          assigned["isAdmin"],
          merged["isAdmin"],
          ({} as { isAdmin?: unknown }).isAdmin,
        ]);
      },
    },
    render: (_state, bind): Html => html`<form ${bind.take("submit")}></form>`,
  });
  const server = await startServer((app) => void liveRoute(app, "/careless", careless));
  servers.push(server);
  const evil = '{"isAdmin":1}';
  const text = `{"__proto__":${evil},"constructor":{"prototype":${evil}},"deep":{"__proto__":${evil},"constructor":{"prototype":${evil}}},"list":[{"__proto__":${evil}}],"plain":1}`;
  const client = await openSocket(`${server.url}/careless`);
  assert.equal((await answerTo(client, helloOf(await loadPage(`${server.url}/careless`))))[0], ADOPT);
  client.send([EVENT, 1, 0, 0, JSON.parse(text)]);
  assert.deepEqual(await client.take(), [ACK, 1]);
  const body = new URLSearchParams([
    ["bus:click", `0 ${text}`],
    ["__proto__", "x"],
    ["__proto__", "y"],
    ["constructor", "a field may be called that"],
  ]);
  const answer = await fetch(`${server.url}/careless?bus:submit=0`, { method: "POST", body, redirect: "manual" });
  assert.equal(answer.status, 303);
  const clean = ["deep,list,plain", undefined, undefined, undefined];
  try {
    assert.deepEqual(seen, [clean, clean]);
  } finally {
    delete (Object.prototype as { isAdmin?: unknown }).isAdmin; // or a failure would be everybody's
  }
  client.send([EVENT, 2, 0, 0, { constructor: "text", prototype: "text" }]);
  assert.deepEqual(await client.take(), [ACK, 2]);
  assert.deepEqual(seen.at(-1), ["constructor,prototype", undefined, undefined, undefined]);
});

test("a message longer than the limit ends its socket and nobody else's", async () => {
  const { url } = await start();
  const [page, other] = [await loadPage(`${url}/room/1`), await loadPage(`${url}/room/2`)];
  const [client, witness] = [await openSocket(`${url}/room/1`), await openSocket(`${url}/room/2`)];
  assert.equal((await answerTo(client, helloOf(page)))[0], ADOPT);
  assert.equal((await answerTo(witness, helloOf(other)))[0], ADOPT);
  client.send([EVENT, 1, 0, 0, { text: "x".repeat(1_100_000) }]);
  assert.equal((await client.closed()).code, 1009);
  witness.send([PING, 5]);
  assert.deepEqual(await witness.take(), [PING, 5]);
});

test("pages that are loaded and never joined, and sockets that never say HELLO, are held in bounded number and time", async () => {
  const { url, route } = await start({ maxHeld: 20, helloMs: 50 });
  for (let i = 0; i < 60; i++) await loadPage(`${url}/room/${i}`);
  expect(route.sessionCount).toBeLessThanOrEqual(20);
  const mute = await Promise.all(Array.from({ length: 30 }, () => openSocket(`${url}/room/1`)));
  for (const client of mute) await client.closed();
  expect(route.sessionCount).toBeLessThanOrEqual(20);
});

test("a client that acknowledges nothing, or what it was never sent, keeps the server from keeping more than its window", async () => {
  const { url } = await start({ windowFrames: 4 });
  const page = await loadPage(`${url}/room/1`);
  const client = await openSocket(`${url}/room/1`);
  assert.equal((await answerTo(client, helloOf(page)))[0], ADOPT);
  for (let ref = 1; ref <= 40; ref++) client.send([EVENT, ref, 0, 0, { text: `${ref}` }]);
  client.send([PING, 9]);
  let patches = 0;
  let handled = 0;
  for (let frame = await client.take(); frame[0] !== PING || handled < 40; frame = await client.take()) {
    if (frame[0] === PATCH) patches++;
    if (frame[0] === PATCH) handled = frame[2];
    if (frame[0] === ACK) handled = frame[1];
    if (frame[0] === PING) client.send([PING, 9]);
  }
  expect(patches).toBeLessThanOrEqual(4);
  client.send([ACK, 1000]);
  await client.closed();
});
