import assert from "node:assert/strict";
import { afterEach, expect, test } from "vitest";
import { html } from "../../lib/html/index.ts";
import { defineView, liveRoute, memorySnapshots, type SnapshotStore } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { ADOPT, EVENT, PATCH, REPLY } from "../../lib/wire/index.ts";
import { helloOf, type LiveServer, loadPage, openSocket, startServer } from "../helpers/live.ts";

const servers: LiveServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const ids: string[] = [];
const notes = defineView({
  mount: () => ({ said: signal<readonly string[]>([]) }),
  on: {
    say(state, event, ctx) {
      ids.push(ctx.eventId);
      state.said.update((list) => [...list, String(event["text"])]);
    },
    tell: (state) => state.said.peek().join(),
  },
  render: (state, bind) =>
    html`<form ${bind.say("submit")}><input name="text"></form><p>${() => state.said.get().join()}</p>`,
});

/** A process of several that share a store. */
async function start(store: SnapshotStore): Promise<LiveServer> {
  const server = await startServer((app) => {
    liveRoute(app, "/notes", notes, {
      ...{ store, secret: new Uint8Array(32).fill(3) },
      onReport: (code, error) => assert.fail(error instanceof Error ? error : code),
    });
  });
  servers.push(server);
  return server;
}

class Visitor {
  private readonly cookies = new Map<string, string>();

  get headers(): Record<string, string> {
    return { cookie: [...this.cookies].map((pair) => pair.join("=")).join("; ") };
  }

  async say({ url }: LiveServer, text: string): Promise<void> {
    const body = new URLSearchParams({ text });
    const init = { method: "POST", body, redirect: "manual" as const, headers: this.headers };
    const answer = await fetch(`${url}/notes?bus:submit=0`, init);
    assert.equal(answer.status, 303);
    this.keep(answer.headers);
  }

  async look({
    url,
  }: LiveServer): Promise<{ readonly said: string; readonly page: Awaited<ReturnType<typeof loadPage>> }> {
    const page = await loadPage(`${url}/notes`, { headers: this.headers });
    this.keep(page.headers);
    return { page, said: /<p>(?:<!--.*?-->)?(.*?)(?:<!--.*?-->)?<\/p>/.exec(page.html)?.[1] ?? "" };
  }

  private keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      this.cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
  }
}

test("what is posted without JavaScript is found again by whichever process the next request comes to", async () => {
  const store = memorySnapshots();
  const [one, two] = [await start(store), await start(store)];
  const visitor = new Visitor();
  await visitor.look(one);
  await visitor.say(one, "a");
  await visitor.say(two, "b");
  assert.equal((await visitor.look(one)).said, "a,b");
  await visitor.say(one, "c");
  await visitor.say(one, "d");
  await visitor.say(two, "e");
  await visitor.say(two, "f");
  assert.equal((await visitor.look(two)).said, "a,b,c,d,e,f");
  expect(new Set(ids).size).toBe(ids.length);
  const stranger = new Visitor();
  assert.equal((await stranger.look(two)).said, "");
});

test("a page that is loaded after a post joins its session, in a process that has never seen it too", async () => {
  const store = memorySnapshots();
  const [one, two] = [await start(store), await start(store)];
  const visitor = new Visitor();
  await visitor.look(one);
  await visitor.say(one, "a");
  const { page, said } = await visitor.look(one);
  assert.equal(said, "a");
  const client = await openSocket(`${two.url}/notes`, visitor.headers);
  client.send(helloOf(page));
  assert.equal((await client.take())[0], ADOPT);
  // The session is in use: who loads its page elsewhere gets another, and takes nothing away.
  await visitor.look(two);
  assert.equal(client.socket.readyState, client.socket.OPEN);
});

test.each(["where it was posted", "elsewhere"])(
  "a session that was posted to and is joined %s belongs to its page: a load in another process leaves it alone",
  async (place) => {
    const store = memorySnapshots();
    const [one, two] = [await start(store), await start(store)];
    const visitor = new Visitor();
    await visitor.look(one);
    await visitor.say(one, "a");
    const { page } = await visitor.look(one);
    const [home, other] = place === "elsewhere" ? [two, one] : [one, two];
    const client = await openSocket(`${home.url}/notes`, visitor.headers);
    client.send(helloOf(page));
    assert.equal((await client.take())[0], ADOPT);
    await visitor.look(other);
    client.send([EVENT, 1, 0, 0, { text: "b" }]);
    assert.equal((await client.take())[0], PATCH);
    client.socket.close();
    const again = await openSocket(`${home.url}/notes`, visitor.headers);
    again.send(helloOf(page, 1, 1));
    again.send([EVENT, 2, 1, 1, null]);
    let frame = await again.take();
    while (frame[0] !== REPLY) frame = await again.take();
    assert.deepEqual(frame, [REPLY, 2, "a,b"]);
  },
);
