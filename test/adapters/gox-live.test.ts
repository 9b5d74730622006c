import assert from "node:assert/strict";
import { afterEach, beforeAll, test } from "vitest";
import type { LiveRoute, View } from "../../lib/live/index.ts";
import { ACK, ADOPT, EVENT, type LiveFrame, OP_COMMAND, PATCH } from "../../lib/wire/index.ts";
import { runBundle } from "../gox/fixtures.ts";
import type { FrameClient, LivePage, LiveServer } from "../helpers/live.ts";

type Type = (props: object) => unknown;
interface Bundle {
  readonly types: Readonly<Record<string, Type>>;
  readonly componentView: (type: Type, options?: { readonly props?: () => object }) => View;
  readonly liveRoute: (app: LiveServer["app"], path: string, view: View, options?: object) => LiveRoute;
  readonly startServer: (build: (app: LiveServer["app"]) => void) => Promise<LiveServer>;
  readonly loadPage: (url: string) => Promise<LivePage>;
  readonly openSocket: (url: string) => Promise<FrameClient>;
  readonly helloOf: (page: LivePage) => LiveFrame;
}

let bundle: Bundle;
const logged: string[] = [];
const servers: LiveServer[] = [];
beforeAll(async () => {
  bundle = await runBundle<Bundle>(`
    import { Counter } from "./data/counter.tsx";
    import { TodoList } from "./data/todo-list.tsx";
    import { Logger } from "./data/effects.tsx";
    import { FocusField } from "./data/refs.tsx";
    import { App } from "./data/context.tsx";
    import { Reduced } from "./data/more-hooks.tsx";
    import { Search } from "./data/derived.tsx";
    import { Form } from "./data/events.tsx";
    import { Shelf } from "./data/late-effects.tsx";
    import { Tasks } from "./data/go-pointers.tsx";
    import { Stepper } from "./data/draft-state.tsx";
    import { UserDashboard } from "./data/interop.tsx";
    export const types = { Counter, TodoList, Logger, FocusField, App, Reduced, Search, Form, Shelf, Stepper, Tasks, UserDashboard };
    export { componentView, liveRoute } from "busbar/live";
    export { startServer, loadPage, openSocket, helloOf } from "../helpers/live.ts";
  `);
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  logged.length = 0;
});

/** A page that was joined, and what its handlers are. */
interface Joined {
  readonly page: LivePage;
  readonly url: string;
  /** Fires the handler of the page's nth binding of an event, and waits for what comes back. */
  fire(event: "click" | "input" | "change", index: number, args?: object): Promise<readonly unknown[]>;
  send(id: number, args?: object): Promise<readonly unknown[]>;
}

async function join(name: string, props: object = {}): Promise<Joined> {
  const type = bundle.types[name];
  assert.ok(type);
  const server = await bundle.startServer((app) => {
    bundle.liveRoute(app, "/", bundle.componentView(type, { props: () => props }), {
      onReport: (_code: string, error: unknown) => logged.push(String(error)),
    });
  });
  servers.push(server);
  const page = await bundle.loadPage(`${server.url}/`);
  const client = await bundle.openSocket(`${server.url}/`);
  client.send(bundle.helloOf(page));
  assert.equal((await client.take())[0], ADOPT);
  let ref = 0;
  const send = async (id: number, args: object = {}): Promise<readonly unknown[]> => {
    client.send([EVENT, ++ref, 0, 0, { ...args, id }]);
    const seen: unknown[] = [];
    for (;;) {
      const frame = await client.take();
      seen.push(...frame);
      if ((frame[0] === ACK && frame[1] === ref) || (frame[0] === PATCH && frame[2] === ref)) return seen;
    }
  };
  return {
    page,
    url: server.url,
    send,
    fire: (event, index, args) => send(idsOf(page.html, event)[index] ?? -1, args),
  };
}

/** Numbers of the handlers bound to an event, in the order of the page. */
function idsOf(html: string, event: string): number[] {
  const pattern =
    event === "click" ? /name="bus:click" value="0(?:\.\w+)? ([^"]*)"/g : new RegExp(`bus-${event}="0 ([^"]*)"`, "g");
  return [...html.matchAll(pattern)].map(
    ([, text = ""]) => JSON.parse(text.replaceAll("&quot;", '"').replaceAll("&#34;", '"')).id,
  );
}

test("the specification's counter counts on the server, and a click is a patch of the texts that changed", async () => {
  const { page, fire } = await join("Counter", { initial: 3, step: 2 });
  assert.match(page.html, /<output>3<\/output>/);
  assert.match(JSON.stringify(await fire("click", 0)), /"5".*"10"/);
  await fire("click", 1);
  assert.match(JSON.stringify(await fire("click", 1)), /"1".*"2"/);
  assert.match(JSON.stringify(await fire("click", 2)), /"3".*"6"/);
});

test("numbers that name no handler do nothing", async () => {
  const { send, fire } = await join("Counter", { initial: 3, step: 2 });
  assert.deepEqual(await send(999), [ACK, 1]);
  assert.deepEqual(await send(-1), [ACK, 2]);
  assert.match(JSON.stringify(await fire("click", 0)), /"5"/);
});

test("the specification's to-do list starts by its effect, adds what was typed, toggles and deletes", async () => {
  const { page, fire } = await join("TodoList");
  assert.match(page.html, /Read/);
  await fire("input", 0, { value: "Write" });
  const added = JSON.stringify(await fire("click", 0));
  assert.match(added, /Write/);
  assert.match(added, /"2"/);
  const toggled = JSON.stringify(await fire("change", 0, { checked: true }));
  assert.match(toggled, /todo done/);
  assert.match(toggled, /"1"/);
  await fire("click", 1);
  const gone = await fire("click", 1);
  assert.deepEqual(gone[0], ACK, "the row is gone, and its handler with it");
});

test("effects run at first and when their dependencies change, with their cleanup between", async () => {
  const { log } = console;
  const lines: string[] = [];
  console.log = (...parts: unknown[]) => void lines.push(parts.join(" "));
  try {
    const { fire } = await join("Logger", { label: "x" });
    assert.deepEqual(lines, ["appeared", "x is now 0", "0"]);
    await fire("click", 0);
    assert.deepEqual(lines.slice(3), ["x is now 1", "1"]);
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  } finally {
    console.log = log;
  }
});

test("an effect follows what the body makes of state, and cleans up before it runs again", async () => {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...texts: unknown[]) => lines.push(texts.join(" "));
  try {
    const { page, fire } = await join("Shelf", { items: [{ ID: 1, Done: false, Tags: [] }] });
    assert.match(page.html, /<p title="some"/);
    assert.deepEqual(lines, ["some 1"]);
    assert.match(JSON.stringify(await fire("click", 0)), /"none"/);
    assert.equal(lines[2], "none 0");
    assert.equal(lines.length, 3); // the second is that of the cleanup
    assert.match(JSON.stringify(await fire("click", 0)), /"some"/);
  } finally {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    console.log = log;
  }
});

test("a function that calls itself changes a struct through a pointer, and no other holder sees it", async () => {
  const initial = [{ ID: 1, Done: false, Sub: [{ ID: 2, Done: true, Sub: [] }] }];
  const { page, fire } = await join("Tasks", { initial, show: "open" });
  assert.match(page.html, /<ul title="2">.*open/s);
  assert.match(JSON.stringify(await fire("click", 0)), /done/);
  assert.equal(initial[0]?.Done, false);
});

test("a call of an element's method is a command to the page", async () => {
  const { page, fire } = await join("FocusField");
  const id = /<input id="([^"]+)"/.exec(page.html)?.[1];
  const frame = await fire("click", 0);
  assert.deepEqual(
    frame.find((operation) => Array.isArray(operation) && operation[0] === OP_COMMAND),
    [OP_COMMAND, "call", id, "focus"],
  );
});

test("context reaches the components below and follows its state", async () => {
  const { page, fire } = await join("App");
  assert.match(page.html, /<button class="dark">Ada<\/button>/);
  assert.match(JSON.stringify(await fire("click", 0)), /light/);
});

test("a reducer, an id, a deferred value and a transition", async () => {
  const { page, fire } = await join("Reduced");
  assert.match(page.html, /<label for="(bus-\d+)">.*<input id="\1" value="0">/s);
  assert.match(JSON.stringify(await fire("click", 0)), /"2"/);
  assert.match(JSON.stringify(await fire("click", 1)), /"0"/);
});

test("locals are computed anew: a search shows what it finds", async () => {
  const { page, fire } = await join("Search", { words: ["one", "two"] });
  assert.match(page.html, /<h1>SOME<\/h1>/);
  await fire("input", 0, { value: "zzz" });
  assert.match(JSON.stringify(await fire("input", 0, { value: "t" })), /SOME/);
});

test("a form's submit and a checkbox's change carry what the browser sends", async () => {
  const { page, fire } = await join("Form");
  assert.match(page.html, /<form method="post" action="\?bus:submit=/);
  assert.match(JSON.stringify(await fire("change", 0, { checked: true })), /true/);
});

test("without JavaScript a form posts to the same handlers", async () => {
  const { page, url } = await join("Form");
  const action = (/action="([^"]+)"/.exec(page.html)?.[1] ?? "").replaceAll("&amp;", "&");
  const answer = await fetch(`${url}/${action}`, {
    method: "POST",
    body: new URLSearchParams({ text: "a" }),
    redirect: "manual",
  });
  assert.equal(answer.status, 303);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  assert.match(await (await fetch(`${url}/`, { headers: { cookie } })).text(), /<b>(?:<!--\[-->)?1/);
});

test("state, computed values and defaults of the newer draft", async () => {
  const { page, fire } = await join("Stepper");
  assert.match(page.html, /Step!/);
  assert.match(JSON.stringify(await fire("click", 0)), /"4".*"even"/);
});

test("a page whose data comes from another module shows it", async () => {
  const { page } = await join("UserDashboard", { userID: "7" });
  assert.match(page.html, /User 7/);
});
