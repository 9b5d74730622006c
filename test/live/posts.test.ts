import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createApp, type Reply } from "../../lib/app/index.ts";
import { html } from "../../lib/html/index.ts";
import { defineView, liveRoute, type View } from "../../lib/live/index.ts";
import { createMemoryBus, encodeValue } from "../../lib/wire/index.ts";
import { hostRequest } from "../app/requests.ts";
import { settled, startSite } from "./site.ts";

const SECRET = new Uint8Array(32).fill(7);

/** A list that can be emptied, in a build with this handler before that one or without. */
function listOf(did: string[], ...names: ("keep" | "clear")[]): View {
  const on = Object.fromEntries(names.map((name) => [name, () => void did.push(name)]));
  return defineView<null, "keep" | "clear">({
    mount: () => null,
    on: on as Record<"keep" | "clear", () => void>, // cast: a build may lack one
    render: (_, bind) =>
      html`<form ${bind.keep("submit", { id: 1 })}></form><form method="post"><button ${bind.keep("click", { id: 1 })}>x</button></form>`,
  });
}

const actionIn = (page: string): string => /action="([^"]*)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
const valueIn = (page: string): string => /bus:click" value="([^"]*)"/.exec(page)?.[1]?.replaceAll("&quot;", '"') ?? "";

test("a form or a button of another build's page runs no handler that stands at its number now, and shows the page of this one", async () => {
  const did: string[] = [];
  const old = startSite(listOf(did, "keep"), { secret: SECRET });
  const now = startSite(listOf(did, "clear", "keep"), { secret: SECRET });
  const page = (await old.get("/x")).text;
  for (const [url, fields] of [
    [`/x${actionIn(page)}`, {}],
    ["/x", { "bus:click": valueIn(page) }],
  ] as const) {
    assert.equal((await old.post(url, fields)).status, 303);
    assert.deepEqual(did.splice(0), ["keep"]);
    const answer = await now.post(url, fields);
    assert.equal(answer.status, 409);
    assert.deepEqual(did, []);
    const again = actionIn(answer.text);
    assert.equal((await now.post(`/x${again}`, {}, answer.cookie)).status, 303);
    assert.deepEqual(did.splice(0), ["keep"]);
  }
});

test("who posts a number of its own, without a build, is heard", async () => {
  const did: string[] = [];
  const site = startSite(listOf(did, "clear", "keep"));
  assert.equal((await site.post("/x?bus:submit=1", {})).status, 303);
  assert.equal((await site.post("/x", { "bus:click": "1" })).status, 303);
  assert.deepEqual(did, ["keep", "keep"]);
  for (const odd of ["1.", "1.ABCD", "1.abcde", ".abcd", "1 .abcd"])
    expect((await site.post("/x", { "bus:click": odd })).status).toBe(400);
});

test.each([true, false, undefined])("cookies of a page that came by https: %s are for https alone", async (secure) => {
  const app = createApp({ platform: nodePlatform });
  const away = defineView({
    mount: () => null,
    on: {
      go(_state, _event, ctx) {
        ctx.flash("info", "gone");
        ctx.navigate("/y");
      },
    },
    render: (_, bind) => html`<form ${bind.go("submit")}></form>`,
  });
  liveRoute(app, "/x", away);
  const body = "a=1";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const post = hostRequest("POST", "/x?bus:submit=0", { headers, body });
  const answer = (await app.handle({ ...post, secure })) as Reply; // cast: the route is there
  const cookies = answer.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
  for (const name of ["bus-live=", "bus-flash="]) {
    const cookie = cookies.find((one) => one.startsWith(name)) ?? "";
    expect([name, /; Secure/.test(cookie), /; HttpOnly/.test(cookie)]).toEqual([name, secure === true, true]);
  }
});

test.each([
  ["hears a message", "message"],
  ["has a timer run", "timer"],
] as const)("what a posted event has done stays, where its session %s before the event is over", async (_what, how) => {
  const ended: string[] = [];
  let goOn = (): void => {};
  const waiting = new Promise<void>((done) => {
    goOn = done;
  });
  const seats = defineView({
    mount({ subscribe, own }) {
      const state = { picked: "none", heard: 0 };
      subscribe("seats", () => void state.heard++);
      own.onCleanup(() => ended.push(state.picked));
      return state;
    },
    on: {
      async pick(state, event, ctx) {
        state.picked = String(event["seat"]);
        if (how === "message") ctx.publish("seats");
        else ctx.after(0, () => void state.heard++);
        await waiting;
      },
    },
    render: (state, bind) => html`<form ${bind.pick("submit")}></form><p>${state.picked} ${state.heard}</p>`,
  });
  const site = startSite(seats, { bus: createMemoryBus() });
  const posting = site.post(`/x${actionIn((await site.get("/x")).text)}`, { seat: "C1" });
  await settled();
  await site.clock.advance(1);
  goOn();
  const answer = await posting;
  assert.equal(answer.status, 303);
  assert.match((await site.get("/x", { cookie: answer.cookie })).text, /C1<!--\]--> <!--\[-->1/);
  assert.deepEqual(ended, []);
});

test("a page whose mount takes a while is the page of the session it names, whatever that has heard meanwhile", async () => {
  const bus = createMemoryBus();
  const slow = defineView({
    mount: async ({ subscribe }) => {
      const state = { heard: 0 };
      subscribe("news", () => void state.heard++);
      bus.publish("live:news", encodeValue([]));
      await new Promise((done) => setTimeout(done));
      return state;
    },
    render: (state) => html`<p>${state.heard}</p>`,
  });
  const site = startSite(slow, { bus });
  assert.match((await site.get("/x")).text, /<p><!--\[-->1|<p>1/);
  assert.equal(site.route.sessionCount, 1);
});
