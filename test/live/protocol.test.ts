import assert from "node:assert/strict";
import { afterEach, expect, test } from "vitest";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type LiveRoute, type LiveRouteOptions, liveRoute, type View } from "../../lib/live/index.ts";
import { TemplateSets } from "../../lib/live/route/template-sets.ts";
import { signal } from "../../lib/signals/index.ts";
import {
  ACK,
  ADOPT,
  CAN_INFLATE,
  CAN_REUSE,
  DEFLATED,
  decodeLiveFrame,
  ERROR,
  EVENT,
  type HelloFrame,
  type LiveFrame,
  MOUNT,
  OP_TEMPLATE,
  PATCH,
  type TemplateSource,
  templatesHash,
} from "../../lib/wire/index.ts";
import {
  type FrameClient,
  helloOf,
  inflated,
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

/** Shows another template after an event. */
const view: View = defineView({
  mount: () => ({ open: signal(false), rows: Array.from({ length: 500 }, (_, id) => id) }),
  on: { toggle: (state) => state.open.update((open) => !open) },
  render: (state, bind): Html =>
    html`<form ${bind.toggle("submit")}></form><div>${state.open.get() ? html`<b>open ${1}</b>` : html`<i>closed</i>`}</div><ul>${each(
      state.rows,
      (id) => id,
      (id) => html`<li>row ${id}</li>`,
    )}</ul>`,
});

async function start(
  options: LiveRouteOptions = {},
): Promise<LiveServer & { readonly route: LiveRoute; readonly at: string }> {
  let route: LiveRoute | undefined;
  const server = await startServer((app) => {
    route = liveRoute(app, "/page", view, { onReport: () => {}, ...options });
  });
  servers.push(server);
  assert.ok(route);
  return { ...server, route, at: `${server.url}/page` };
}

/** What came, as it came. */
async function firstAnswer(at: string, hello: LiveFrame): Promise<{ readonly raw: LiveFrame; readonly bytes: number }> {
  const client = await openSocket(at);
  const came = new Promise<Uint8Array>((got) =>
    client.socket.once("message", (data: Buffer) => got(new Uint8Array(data))),
  );
  client.send(hello);
  const bytes = await came;
  client.socket.close();
  await client.closed();
  return { raw: decodeLiveFrame(bytes), bytes: bytes.length };
}

const hashOf = (sources: readonly TemplateSource[]): number => templatesHash(sources.map(([hash]) => hash));
const can = (hello: LiveFrame, bits: number, templates?: number): HelloFrame => {
  assert.equal(hello[0], 1);
  const [type, token, build, seq, ref, known, render] = hello as HelloFrame; // cast: the line before
  return [type, token, build, seq, ref, templates ?? known, render, bits];
};

test("a client that says nothing of its templates is adopted where it shows the page, and gets all templates where it does not", async () => {
  const { at } = await start();
  const page = await loadPage(at);
  assert.equal((await firstAnswer(at, can(helloOf(page), 0, 0))).raw[0], ADOPT);
  const other = await loadPage(at);
  const { raw } = await firstAnswer(at, can(helloOf(other, 0, 0, other.render + 1), 0, 0));
  assert.ok(raw[0] === MOUNT);
  assert.deepEqual(raw[3], other.templates);
});

/** Joins, lets the page learn a template, and loses the socket. */
async function learn(at: string): Promise<{ readonly page: LivePage; readonly known: TemplateSource[] }> {
  const page = await loadPage(at);
  const client: FrameClient = await openSocket(at);
  client.send(helloOf(page));
  assert.equal((await client.take())[0], ADOPT);
  client.send([EVENT, 1, 0, 0, null]);
  const patch = await client.take();
  assert.equal(patch[0], PATCH);
  const known = page.templates.map((source) => source as readonly string[] as TemplateSource); // cast: so they come
  for (const operation of patch.slice(3)) {
    if (Array.isArray(operation) && operation[0] === OP_TEMPLATE)
      known[operation[1]] = operation.slice(2) as unknown as TemplateSource; // cast: so they travel
  }
  assert.ok(known.length > page.templates.length);
  client.socket.close();
  await client.closed();
  return { page, known };
}

test("a MOUNT over a kilobyte is deflated for a client that says it inflates, and for no other", async () => {
  const { at } = await start();
  const page = await loadPage(at);
  const plain = await firstAnswer(at, helloOf(page, 0, 0, 0));
  assert.equal(plain.raw[0], MOUNT);
  assert.ok(plain.bytes > 1024);
  const { raw, bytes } = await firstAnswer(at, can(helloOf(page, 0, 0, 0), CAN_INFLATE));
  assert.ok(raw[0] === DEFLATED && raw[1] > 1024);
  assert.ok(bytes < plain.bytes / 2, `${bytes} of ${plain.bytes}`);
  const mount = inflated(raw);
  assert.ok(mount[0] === MOUNT && plain.raw[0] === MOUNT);
  assert.deepEqual(mount[4], plain.raw[4]);
  // Of another build, with its name behind the content.
  const other = await firstAnswer(at, can(helloOf({ ...(await loadPage(at)), build: "old" }), CAN_INFLATE));
  const renewed = inflated(other.raw);
  assert.ok(other.raw[0] === DEFLATED && renewed[0] === MOUNT);
  assert.equal(renewed[5], page.build);
});

test("a PATCH over four kilobytes is deflated for a client that says it inflates, and a shorter one for none", async () => {
  const wide = defineView({
    mount: () => ({ count: signal(0) }),
    on: { add: (state, event) => void state.count.update((n) => n + Number(event["by"])) },
    render: ({ count }): Html => {
      const n = count.get();
      return html`${each(
        Array.from({ length: n < 10 ? 40 : 1000 }, (_, id) => id),
        (id) => id,
        (id) => html`<p>${`row ${id} of ${n}`}</p>`,
      )}`;
    },
  });
  const shared = { shared: true } as const;
  for (const [options, bits, isDeflated] of [
    [{}, CAN_INFLATE, true],
    [{}, CAN_REUSE, false],
    [shared, CAN_INFLATE, false], // once for each who looks would hold them all up
  ] as const) {
    const server = await startServer((app) => void liveRoute(app, "/page", wide, options));
    servers.push(server);
    const client = await openSocket(`${server.url}/page`);
    client.send(can(helloOf(await loadPage(`${server.url}/page`)), bits));
    assert.equal((await client.take())[0], ADOPT);
    client.send([EVENT, 1, 0, 0, { by: 1 }]);
    assert.equal((await client.take())[0], PATCH);
    const came = new Promise<Uint8Array>((got) =>
      client.socket.once("message", (data: Buffer) => got(new Uint8Array(data))),
    );
    client.send([EVENT, 2, 1, 0, { by: 9 }]);
    assert.deepEqual((await client.take()).slice(0, 3), [PATCH, 2, 2]);
    assert.equal(decodeLiveFrame(await came)[0], isDeflated ? DEFLATED : PATCH);
    client.send([EVENT, 3, 2, 0, { by: "" }]);
    assert.deepEqual(await client.take(), [ACK, 3]);
    client.socket.close();
  }
});

test("a short MOUNT is never deflated, nor is a page that is adopted", async () => {
  const small = defineView({ mount: () => ({}), render: () => html`<p>${"x"}</p>` });
  const server = await startServer((app) => void liveRoute(app, "/page", small));
  servers.push(server);
  const page = await loadPage(`${server.url}/page`);
  const { raw } = await firstAnswer(`${server.url}/page`, can(helloOf(page, 0, 0, 0), CAN_INFLATE));
  assert.equal(raw[0], MOUNT);
  const again = await loadPage(`${server.url}/page`);
  assert.equal((await firstAnswer(`${server.url}/page`, can(helloOf(again), CAN_INFLATE)))["raw"][0], ADOPT);
});

test("a MOUNT names templates the client has by their numbers, and brings only those it lacks", async () => {
  const { at } = await start();
  const { page, known } = await learn(at);
  // It knows the first ones only: what came by the patch is new to it.
  const first = await firstAnswer(at, can(helloOf(page, 0, 1, 0), CAN_REUSE));
  assert.ok(first.raw[0] === MOUNT);
  const names = first.raw[3];
  assert.deepEqual(
    names?.slice(0, page.templates.length),
    page.templates.map((_, number) => number),
  );
  assert.deepEqual(names?.slice(page.templates.length), known.slice(page.templates.length));
  // It knows all.
  const second = await firstAnswer(at, can(helloOf(page, 1, 1, 0), CAN_REUSE, hashOf(known)));
  assert.ok(second.raw[0] === MOUNT);
  assert.equal(second.raw[3], null);
  // It says nothing of numbers.
  const third = await firstAnswer(at, helloOf(page, 1, 1, 0));
  assert.ok(third.raw[0] === MOUNT);
  assert.deepEqual(third.raw[3], known);
});

test("a session made anew knows what the pages of the one before it had", async () => {
  const { at, route } = await start({ detachedMs: 1 });
  const { page, known } = await learn(at);
  await expect.poll(() => route.sessionCount).toBe(0);
  const { raw } = await firstAnswer(at, can(helloOf(page, 1, 1, 1), CAN_REUSE, hashOf(known)));
  assert.ok(raw[0] === MOUNT);
  assert.ok(
    raw[3]?.every((name) => typeof name === "number"),
    JSON.stringify(raw[3]),
  );
  assert.deepEqual(
    raw[3]?.map((name) => known[name as number]?.[0]),
    page.templates.map(([hash]) => hash),
  ); // cast: the line before
});

const source = (name: string): TemplateSource => [name, `<p>${name}</p>`];

test("sets of templates are told apart by their hash, and the oldest are forgotten", () => {
  const sets = new TemplateSets();
  const [a, b, c] = [source("a"), source("b"), source("c")];
  assert.deepEqual(sets.name([a, b], hashOf([])), [a, b]);
  assert.deepEqual(sets.name([a, b], hashOf([a])), [0, b]);
  assert.deepEqual(sets.name([a, b], hashOf([c, b])), [a, b]);
  sets.note(hashOf([c, b]), [c, b]);
  assert.deepEqual(sets.name([a, b], hashOf([c, b])), [a, 1]);
  for (let at = 0; at < 64; at++) sets.note(at, [source(String(at))]);
  assert.deepEqual(sets.name([a, b], hashOf([c, b])), [a, b]);
  assert.deepEqual(sets.find(63), [source("63")]);
});

test("the templates of a page may come by an address of their own, that never changes", async () => {
  const { at } = await start({ templates: "url" });
  const page = await loadPage(at);
  assert.equal(page.templates, undefined);
  const { templatesUrl } = page;
  assert.ok(templatesUrl);
  const response = await fetch(new URL(templatesUrl, at));
  assert.equal(response.status, 200);
  assert.match(response.headers.get("cache-control") ?? "", /private, max-age=31536000, immutable/);
  const templates = (await response.json()) as TemplateSource[]; // cast: what the next lines find out
  assert.ok(templates.length > 1 && templates.every(([hash, markup]) => hash.length > 0 && markup.length > 0));
  const { raw } = await firstAnswer(at, helloOf({ ...page, templates }));
  assert.equal(raw[0], ADOPT);
  const again = await loadPage(at);
  assert.equal(again.templatesUrl, templatesUrl);
  assert.equal((await fetch(`${at}?bus:templates=1`)).status, 404);
});

test("a token is good for its page, and for who has the cookie it was made for", async () => {
  const { at, url } = await start({ tokenCookie: "login" });
  const cookie = "login=ann; other=1";
  const answerTo = async (path: string, headers: Record<string, string>, hello: LiveFrame): Promise<LiveFrame> => {
    const client = await openSocket(url + path, headers);
    client.send(hello);
    const frame = await client.take();
    client.socket.close();
    return frame;
  };
  const hello = helloOf(await loadPage(at, { headers: { cookie } }));
  const refused = [ERROR, "LIVE_REFUSED", 0, 0];
  assert.deepEqual(await answerTo("/page", {}, hello), refused);
  assert.deepEqual(await answerTo("/page", { cookie: "login=bob; other=1" }, hello), refused);
  assert.deepEqual(await answerTo("/page?other", { cookie }, hello), refused);
  assert.equal((await answerTo("/page", { cookie: "login=ann; other=2" }, hello))[0], ADOPT);
  const without = helloOf(await loadPage(at));
  assert.deepEqual(await answerTo("/page", { cookie }, without), refused);
  assert.equal((await answerTo("/page", {}, without))[0], ADOPT);
});
