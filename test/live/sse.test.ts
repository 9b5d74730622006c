import assert from "node:assert/strict";
import { afterEach, expect, test } from "vitest";
import { html } from "../../lib/html/index.ts";
import { defineView, type LiveRoute, type LiveRouteOptions, liveRoute } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import {
  ADOPT,
  decodeLiveFrame,
  ERROR,
  EVENT,
  encodeLiveFrame,
  type LiveFrame,
  OP_TEXT,
  PATCH,
} from "../../lib/wire/index.ts";
import { helloOf, type LiveServer, loadPage, openSocket, startServer } from "../helpers/live.ts";

const servers: LiveServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const counter = defineView({
  mount: () => ({ count: signal(0) }),
  on: { add: (state) => state.count.update((n) => n + 1) },
  render: (state, bind) => html`<p>${state.count}</p><form ${bind.add("submit")}></form>`,
});

async function start(options: LiveRouteOptions = {}): Promise<LiveServer & { readonly route: LiveRoute }> {
  let route: LiveRoute | undefined;
  const server = await startServer((app) => {
    route = liveRoute(app, "/counter/:room?", counter, { onReport: () => {}, ...options });
  });
  servers.push(server);
  assert.ok(route);
  return { ...server, route };
}

interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** A reader of server-sent events, as far as ours go: one line of data each. */
async function openStream(url: string): Promise<{
  readonly headers: Headers;
  next(): Promise<ServerEvent>;
  frame(): Promise<LiveFrame>;
  leave(): void;
}> {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { accept: "text/event-stream" }, signal: abort.signal });
  assert.equal(response.status, 200);
  const reader = response.body?.getReader();
  assert.ok(reader);
  let text = "";
  const next = async (): Promise<ServerEvent> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) return { name: /^event: (.*)$/m.exec(block)?.[1] ?? "message", data };
        continue; // a comment
      }
      const { value, done } = await reader.read();
      if (done) return { name: "end", data: "" };
      text += new TextDecoder().decode(value);
    }
  };
  return {
    headers: response.headers,
    next,
    async frame() {
      const { name, data } = await next();
      assert.equal(name, "message");
      return decodeLiveFrame(new Uint8Array(Buffer.from(data, "base64")));
    },
    leave: () => abort.abort(),
  };
}

function bodyOf(...frames: readonly LiveFrame[]): Uint8Array {
  return Buffer.concat(
    frames.flatMap((frame) => {
      const bytes = encodeLiveFrame(frame);
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, bytes.length);
      return [length, bytes];
    }),
  );
}

const post = (url: string, id: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "bus-live": id, "content-type": "application/octet-stream", ...headers },
    body: new Uint8Array(body),
  });

test("where there are no sockets the same frames come as events and go as posts", async () => {
  const { url: origin, route } = await start();
  const url = `${origin}/counter`;
  const page = await loadPage(url);
  const stream = await openStream(url);
  assert.match(stream.headers.get("content-type") ?? "", /^text\/event-stream/);
  const { name, data: id } = await stream.next();
  assert.equal(name, "open");
  assert.match(id, /^[\w-]{24}$/);
  assert.equal((await post(url, id, bodyOf(helloOf(page)))).status, 204);
  assert.equal((await stream.frame())[0], ADOPT);
  assert.equal((await post(url, id, bodyOf([EVENT, 1, 0, 0, null], [EVENT, 2, 0, 0, null]))).status, 204);
  assert.deepEqual(await stream.frame(), [PATCH, 1, 2, [OP_TEXT, 0, "2"]]);
  assert.equal(route.sessionCount, 1);
});

test("a stream that is left is a socket that is lost: the session waits, and goes on elsewhere", async () => {
  const { url: origin, route } = await start();
  const url = `${origin}/counter`;
  const page = await loadPage(url);
  const stream = await openStream(url);
  const { data: id } = await stream.next();
  await post(url, id, bodyOf(helloOf(page)));
  assert.equal((await stream.frame())[0], ADOPT);
  stream.leave();
  await expect.poll(async () => (await post(url, id, bodyOf([EVENT, 1, 0, 0, null]))).status).toBe(404);
  assert.equal(route.sessionCount, 1);
  const socket = await openSocket(url);
  socket.send(helloOf(page, 0, 1));
  assert.equal((await socket.take())[0], ADOPT);
});

test("what closes a socket closes a stream, and says so", async () => {
  const { url: origin } = await start();
  const url = `${origin}/counter`;
  const stream = await openStream(url);
  const { data: id } = await stream.next();
  await post(url, id, bodyOf([EVENT, 1, 0, 0, null]));
  assert.deepEqual(await stream.frame(), [ERROR, "WIRE_BAD_LIVE_FRAME", 0, 0]);
  assert.deepEqual(await stream.next(), { name: "close", data: "1002 WIRE_BAD_LIVE_FRAME" });
  assert.deepEqual(await stream.next(), { name: "end", data: "" });
  assert.equal((await post(url, id, bodyOf())).status, 404);
});

test("a silent stream is closed like a silent socket", async () => {
  const { url: origin } = await start({ helloMs: 10 });
  const stream = await openStream(`${origin}/counter`);
  await stream.next();
  assert.equal((await stream.frame())[0], ERROR);
  assert.equal((await stream.next()).name, "close");
});

test.each<[string, number, (id: string) => Parameters<typeof post>]>([
  ["a channel nobody opened", 404, () => ["", "A".repeat(24), bodyOf()]],
  ["a channel of another page", 404, (id) => ["/elsewhere", id, bodyOf()]],
  ["another site", 403, (id) => ["", id, bodyOf(), { "sec-fetch-site": "cross-site" }]],
  ["another origin", 403, (id) => ["", id, bodyOf(), { origin: "https://example.com" }]],
  ["a frame cut short", 400, (id) => ["", id, bodyOf([EVENT, 1, 0, 0, null]).subarray(0, 8)]],
  ["a length cut short", 400, (id) => ["", id, new Uint8Array(3)]],
  ["more than a socket would take", 413, (id) => ["", id, new Uint8Array(1_200_000)]],
])("frames from or for %s are refused with %i", async (_, status, make) => {
  const { url: origin } = await start();
  const url = `${origin}/counter`;
  const stream = await openStream(url);
  const { data: id } = await stream.next();
  const [path, ...rest] = make(id);
  assert.equal((await post(url + path, ...rest)).status, status);
  assert.equal((await post(url, id, bodyOf())).status, 204); // it hurt nobody
});
