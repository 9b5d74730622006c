import assert from "node:assert/strict";
import * as v from "valibot";
import { describe, test } from "vitest";
import { type App, stateKey } from "../../lib/app/index.ts";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, refuse } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { ACK, ERROR, EVENT, type LiveFrame, NAV, OP_COMMAND, PATCH, REPLY } from "../../lib/wire/index.ts";
import { pageOf, settled, startSite } from "./site.ts";

const user = stateKey<string>("user");
const signIn = (app: App): void =>
  app.use((c, next) => {
    const name = c.headers["x-user"];
    if (typeof name === "string") c.set(user, name);
    if (c.params["id"] === "private" && name !== "ann") return c.text("No", 403);
    return next();
  });
const everyoneIs = (app: App, name: string): void =>
  app.use((c, next) => {
    c.set(user, name);
    return next();
  });

const asked: string[] = [];
const rooms = defineView({
  params: v.object({ id: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+$/))) }),
  query: v.object({ page: v.optional(v.pipe(v.string(), v.transform(Number), v.integer())) }),
  onMount({ request, params, query, occasion, session }) {
    asked.push(`${occasion} ${session.url} ${params.id} ${query.page}`);
    if (!request.has(user)) return refuse({ redirect: "/login" });
    return params.id === "secret" ? refuse() : { name: request.get(user) };
  },
  mount: ({ params, query, auth }) => ({ at: signal(`${params.id} ${query.page}`), name: auth.name, count: signal(0) }),
  on: {
    add: (state) => state.count.update((n) => n + 1),
    go(_state, event, ctx) {
      ctx.flash("info", "Saved");
      ctx.navigate(String(event["to"]), { replace: event["replace"] === true });
    },
    who: (_state, _event, ctx) => `${ctx.auth.name} ${ctx.session.url}`,
    plain: (_state, _event, { command, focus, scroll, download, title }) => {
      focus("#a");
      scroll(".b");
      download("/file?x=1");
      title("Now");
      command("own", 1, [true]);
    },
  },
  async navigate(state, { params, query, url }, ctx) {
    await Promise.resolve();
    if (query.page === 13) throw new Error("thirteen");
    state.at.set(`${params.id} ${query.page} ${url} ${ctx.auth.name}`);
  },
  title: (state) => `Room ${state.at.get().split(" ")[0]}`,
  render: (state, bind, page): Html =>
    html`<p>${state.at}</p><b>${state.count}</b><form ${bind.add("submit")}></form>${each(
      page.flash,
      (flash) => flash.id,
      (flash) => html`<i class=${flash.kind}>${flash.text}</i>`,
    )}`,
});
const ann = { "x-user": "ann" };
const of = (frames: LiveFrame[], type: number): LiveFrame[] => frames.filter((frame) => frame[0] === type);
const text = (frames: LiveFrame[]): string => JSON.stringify(of(frames, PATCH));

describe("onMount", () => {
  test("is asked for each page, each posted event, each join and each navigation", async () => {
    const site = startSite(rooms, { prepare: signIn });
    asked.length = 0;
    const visitor = await site.visit("/x/a?page=2", ann);
    await visitor.send([NAV, 1, 0, "/x/b?page=3"]);
    await visitor.leave();
    const page = { ...visitor.page, token: of(visitor.take(), REPLY)[0]?.[2] as Uint8Array }; // cast: a token
    await site.join("/x/b?page=3", page, ann, 1, 1);
    assert.deepEqual(asked, [
      "page /x/a?page=2 a 2",
      "join /x/a?page=2 a 2",
      "navigate /x/a?page=2 b 3",
      "join /x/b?page=3 b 3",
    ]);
    await site.post("/x?bus:submit=0", {});
    assert.equal(asked.at(-1), "event /x undefined undefined");
  });

  test("refuses with 403 or a redirect over HTTP, and with LIVE_REFUSED over the socket; nothing is left of it", async () => {
    const site = startSite(rooms, { prepare: signIn });
    assert.deepEqual([(await site.get("/x/secret", ann)).status, (await site.get("/x/a")).location], [403, "/login"]);
    const posted = await site.post("/x/a?bus:submit=0", {});
    assert.deepEqual([posted.status, posted.location], [303, "/login"]);
    assert.equal(site.route.sessionCount, 0);
    const page = pageOf((await site.get("/x/a", ann)).text);
    const stranger = await site.join("/x/a", page);
    assert.deepEqual(stranger.take(), [[ERROR, "LIVE_REFUSED", 0, 0]]);
    assert.match(stranger.closed() ?? "", /^1008/);
    const owner = await site.join("/x/a", page, ann);
    assert.equal(owner.closed(), undefined);
  });

  test("that throws is a failed request, and a socket that is let go", async () => {
    let isBroken = false;
    const view = defineView({
      onMount() {
        if (isBroken) throw new Error("database");
        return 1;
      },
      mount: ({ auth }) => ({ auth }),
      render: (state) => html`<p>${state.auth}</p>`,
    });
    const site = startSite(view);
    const page = pageOf((await site.get("/x")).text);
    isBroken = true;
    await assert.rejects(site.get("/x"), /database/);
    const visitor = await site.join("/x", page);
    assert.deepEqual(visitor.take(), [[ERROR, "LIVE_CRASHED", 0, 0]]);
  });
});

describe("navigation", () => {
  test("shows another address in the session, answers with the token for it, and sets the title", async () => {
    const site = startSite(rooms, { prepare: signIn });
    const visitor = await site.visit("/x/a", ann);
    await visitor.send([EVENT, 1, 0, 0, null]);
    visitor.take();
    await visitor.send([NAV, 2, 1, "/x/b?page=7"]);
    const frames = visitor.take();
    const token = of(frames, REPLY)[0]?.[2];
    assert.ok(token instanceof Uint8Array && token.length === 32);
    assert.match(text(frames), /b 7 \/x\/b\?page=7 ann/);
    assert.match(text(frames), /"bus:title","Room b"/);
    await visitor.send([EVENT, 3, 2, 2, null]);
    assert.deepEqual(of(visitor.take(), REPLY), [[REPLY, 3, "ann /x/b?page=7"]]);
    // Forms without JavaScript post to the address that is shown.
    assert.match(text(frames), /\?page=7&bus:submit=0/);
    await visitor.leave();
    const again = await site.join("/x/b?page=7", { ...visitor.page, token }, ann, 2, 3);
    assert.equal(again.closed(), undefined);
    await again.send([EVENT, 4, 3, 0, null]);
    assert.match(text(again.take()), /"2"/);
    const late = await site.join("/x/a?page=1", { ...visitor.page, token }, ann, 2, 3);
    assert.deepEqual(late.take(), [[ERROR, "LIVE_REFUSED", 0, 0]]);
  });

  test("goes back and forth in order with events", async () => {
    const site = startSite(rooms, { prepare: signIn });
    const visitor = await site.visit("/x/a", ann);
    await visitor.send([NAV, 1, 0, "/x/b"], [EVENT, 2, 0, 2, null], [NAV, 3, 0, "/x/a"], [EVENT, 4, 0, 2, null]);
    const replies = of(visitor.take(), REPLY).map((frame) => (typeof frame[2] === "string" ? frame[2] : "token"));
    assert.deepEqual(replies, ["token", "ann /x/b", "token", "ann /x/a"]);
  });

  test("goes only where the route, its middleware, the schemas and the view let this visitor in", async () => {
    const site = startSite(rooms, { prepare: signIn, path: "/x/:id?" });
    site.app.get("/other", (c) => c.text("never"));
    const visitor = await site.visit("/x/a", { "x-user": "bob" });
    const refused = [
      ...["/x/secret", "/x/private", "/x/UPPER", "/x/a?page=x", "/other", "/nowhere", "//evil.example/x", "x/a", ""],
      ...["/x/\\a", "/x/a#b", "/x/\n", "https://evil.example/x/a", `/x/${"a".repeat(9000)}`],
    ];
    let ref = 0;
    for (const url of refused.slice(0, -1)) {
      await visitor.send([NAV, ++ref, 0, url]);
      const [error] = of(visitor.take(), ERROR);
      assert.deepEqual(error, [ERROR, "LIVE_NO_NAVIGATION", ref, 0], url);
    }
    assert.deepEqual(site.reports, []); // a link that leads elsewhere is nothing to look into
    await visitor.send([EVENT, ++ref, 0, 2, null]);
    assert.deepEqual(of(visitor.take(), REPLY), [[REPLY, ref, "bob /x/a"]]);
    assert.equal(site.route.sessionCount, 1);
  });

  test("that throws is an error of its own, and leaves the page where it is", async () => {
    const site = startSite(rooms, { prepare: signIn });
    const visitor = await site.visit("/x/a", ann);
    await visitor.send([NAV, 1, 0, "/x/b?page=13"], [EVENT, 2, 0, 2, null]);
    const frames = visitor.take();
    assert.deepEqual(of(frames, ERROR), [[ERROR, "LIVE_HANDLER_FAILED", 1, 0]]);
    assert.deepEqual(of(frames, REPLY), [[REPLY, 2, "ann /x/a"]]);
    assert.match(String(site.reports[0]?.[1]), /thirteen/);
  });

  test("is a load for a view that does not navigate", async () => {
    const view = defineView({ mount: () => ({}), render: () => html`<p>${1}</p>` });
    const visitor = await startSite(view).visit("/x/a");
    await visitor.send([NAV, 1, 0, "/x/b"]);
    assert.deepEqual(visitor.take(), [
      [ERROR, "LIVE_NO_NAVIGATION", 1, 0],
      [ACK, 1],
    ]);
  });

  test("whose answer was lost is undone when the client comes back at its old address", async () => {
    const site = startSite(rooms, { prepare: signIn });
    const visitor = await site.visit("/x/a", ann);
    await visitor.send([NAV, 1, 0, "/x/b"]);
    await visitor.leave();
    const again = await site.join("/x/a", visitor.page, ann, 0, 1);
    await settled();
    assert.match(text(again.take()).slice(-80), /"a undefined \/x\/a.*"Room a"/);
    await again.send([EVENT, 2, 2, 2, null]);
    assert.deepEqual(of(again.take(), REPLY), [[REPLY, 2, "ann /x/a"]]);
  });
});

describe("commands, titles and messages", () => {
  test("are methods of the context that can be taken out by name", async () => {
    const visitor = await startSite(rooms, { prepare: signIn }).visit("/x/a", ann);
    await visitor.send([EVENT, 1, 0, 3, null]);
    const [patch] = of(visitor.take(), PATCH);
    assert.deepEqual(patch?.slice(3), [
      [OP_COMMAND, "bus:focus", "#a"],
      [OP_COMMAND, "bus:scroll", ".b"],
      [OP_COMMAND, "bus:download", "/file?x=1"],
      [OP_COMMAND, "bus:title", "Now"],
      [OP_COMMAND, "own", 1, [true]],
    ]);
  });

  test("a page has its title from the start, for layouts of its own too", async () => {
    const site = startSite(rooms, { prepare: signIn });
    assert.match((await site.get("/x/a", ann)).text, /<title>Room a<\/title>/);
    const layout = startSite(rooms, {
      prepare: signIn,
      layout: (content, _c, { title }) => html`<h1>${title}</h1>${content}`,
    });
    assert.match((await layout.get("/x/a", ann)).text, /<h1>Room a<\/h1>/);
  });

  test("a handler sends the page to another address, and only on this site", async () => {
    const site = startSite(rooms, { prepare: signIn });
    const visitor = await site.visit("/x/a", ann);
    await visitor.send([EVENT, 1, 0, 1, { to: "/x/b", replace: true }]);
    const command = JSON.stringify(visitor.take());
    assert.match(command, /"bus:navigate","\/x\/b",true,"[\w-]{40,}"/);
    assert.match(command, /Saved/);
    await visitor.send([EVENT, 2, 1, 1, { to: "//evil.example" }]);
    assert.deepEqual(of(visitor.take(), ERROR), [[ERROR, "LIVE_HANDLER_FAILED", 2, 0]]);
    assert.match(String(site.reports.at(-1)?.[1]), /LIVE_BAD_URL|address/);
  });

  test("a message survives one navigation, and goes at the next", async () => {
    const visitor = await startSite(rooms, { prepare: signIn }).visit("/x/a", ann);
    await visitor.send([EVENT, 1, 0, 1, { to: "/x/b" }]);
    assert.match(text(visitor.take()), /Saved/);
    await visitor.send([NAV, 2, 1, "/x/b"]);
    const after = text(visitor.take());
    await visitor.send([NAV, 3, 2, "/x/c"]);
    const gone = text(visitor.take());
    // A list that is emptied is a splice or a list without rows; before, the list is not touched at all.
    assert.doesNotMatch(after, /\[4,|\[\]/);
    assert.match(gone, /\[4,|\[\]/);
  });

  test("without JavaScript a message survives the redirect to this page, once", async () => {
    const view = defineView({
      mount: () => ({ n: 0 }),
      on: {
        save: (state, _event, ctx) => {
          ctx.flash("info", `Saved ${++state.n}`);
        },
      },
      render: (_state, _bind, page) =>
        html`<ul>${each(
          page.flash,
          (flash) => flash.id,
          (flash) => html`<li>${flash.text}</li>`,
        )}</ul>`,
    });
    const site = startSite(view);
    const { cookie, status } = await site.post("/x?bus:submit=0", {});
    assert.equal(status, 303);
    assert.match((await site.get("/x", { cookie })).text, /Saved 1/);
    assert.doesNotMatch((await site.get("/x", { cookie })).text, /Saved/);
    await site.post("/x?bus:submit=0", {}, cookie);
    const page = (await site.get("/x", { cookie })).text;
    assert.match(page, /Saved 2/);
    // The page with it can be joined as it is.
    const visitor = await site.join("/x", pageOf(page), { cookie });
    assert.equal(visitor.take()[0]?.[0], 2);
  });

  test("without JavaScript a handler redirects elsewhere, and its message is shown there, once, and nowhere else", async () => {
    const site = startSite(rooms, { prepare: (app) => everyoneIs(app, "ann") });
    const answer = await site.post("/x/a?bus:submit=1", { to: "/x/b" });
    assert.deepEqual([answer.status, answer.location], [303, "/x/b"]);
    const cookie = answer.cookie.split("; ").find((part) => part.startsWith("bus-flash=")) ?? "";
    assert.doesNotMatch((await site.get("/x/c", { cookie })).text, /Saved/);
    const page = await site.get("/x/b", { cookie });
    assert.match(page.text, /Saved/);
    assert.ok(page.headers.some(([name, value]) => name === "set-cookie" && /^bus-flash=; .*Max-Age=0/.test(value)));
    const forged = cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const bad of [forged, "bus-flash=", "bus-flash=AAAA", `bus-flash=${"A".repeat(5000)}`]) {
      assert.doesNotMatch((await site.get("/x/b", { cookie: bad })).text, /Saved/);
    }
    await site.clock.advance(61_000);
    assert.doesNotMatch((await site.get("/x/b", { cookie })).text, /Saved/);
  });
});

test("a page names its handlers for hooks only where the view asks for it", async () => {
  const make = (hooks: true | readonly string[] | undefined) =>
    defineView({
      ...(hooks === undefined ? {} : { hooks }),
      mount: () => ({}),
      on: { save: () => 1, load: () => 2 },
      render: (_state, _bind, page) => html`<div ${page.hook("Chart" as never)}></div>`,
    });
  const chart = await startSite(make(["Chart"])).get("/x");
  assert.match(chart.text, /bus-hook="Chart"/);
  assert.match(chart.text, /"handlers":\["save","load"\]/);
  assert.match((await startSite(make(true)).get("/x")).text, /"handlers"/);
  assert.doesNotMatch((await startSite(make(undefined)).get("/x")).text, /"handlers"/);
});

test("posts that come to nothing leave no session behind", async () => {
  let mounted = 0;
  const view = defineView({
    onMount: ({ query }) => (query["refuse"] === "1" ? refuse() : undefined),
    mount({ own }) {
      mounted++;
      own.onCleanup(() => mounted--);
      return {};
    },
    on: {
      fail: () => {
        throw new Error("no");
      },
    },
    render: () => html`<p></p>`,
  });
  const site = startSite(view);
  assert.equal((await site.post("/x?bus:submit=77", {})).status, 422);
  await assert.rejects(site.post("/x?bus:submit=0", {}), /no/);
  assert.equal((await site.post("/x?refuse=1&bus:submit=0", {})).status, 403);
  assert.deepEqual([site.route.sessionCount, mounted], [0, 0]);
});

test("joins that fail leave no session behind", async () => {
  let isBroken = false;
  const view = defineView({
    onMount() {
      if (isBroken) throw new Error("database");
    },
    mount: () => ({}),
    render: () => html`<p></p>`,
  });
  const site = startSite(view, { holdMs: 5 });
  const page = pageOf((await site.get("/x")).text);
  await site.clock.advance(10);
  isBroken = true;
  await site.join("/x", page);
  assert.equal(site.route.sessionCount, 0);
});

test("a navigation that throws leaves the next mount where the page is", async () => {
  const site = startSite(rooms, { prepare: signIn, detachedMs: 10 });
  const visitor = await site.visit("/x/a", ann);
  await visitor.send([NAV, 1, 0, "/x/b?page=13"]);
  await visitor.leave();
  await site.clock.advance(20);
  const again = await site.join("/x/a", visitor.page, ann, 0, 1);
  assert.equal(again.take()[0]?.[0], 2);
});

test("what is posted as bound arguments has no prototypes, no endless depth and no endless length", async () => {
  const seen: unknown[] = [];
  const view = defineView({
    mount: () => ({}),
    on: { save: (_state, event) => void seen.push(event) },
    render: () => html`<p></p>`,
  });
  const site = startSite(view);
  const post = async (bound: string): Promise<number> => (await site.post("/x", { "bus:click": `0 ${bound}` })).status;
  assert.equal(await post('{"a":{"__proto__":{"polluted":1},"b":[{}]}}'), 303);
  const { a } = seen[0] as { a: { b: object[] } };
  for (const made of [seen[0], a, a.b[0]]) assert.equal(Object.getPrototypeOf(made), null);
  assert.deepEqual(Object.keys(a), ["b"]);
  for (const bad of [`{"a":${"[".repeat(40)}${"]".repeat(40)}}`, `{"a":"${"x".repeat(70_000)}"}`, "[]", "null", "{"]) {
    assert.equal(await post(bad), 400);
  }
  assert.equal(seen.length, 1);
});
