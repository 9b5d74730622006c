import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { liveHooks, startLive } from "../../client/live/index.ts";
import { css, each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type LiveRoute, type LiveRouteOptions, liveRoute, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { type LiveServer, startServer } from "../helpers/live.ts";

const servers: LiveServer[] = [];
const stops: (() => void)[] = [];
let heard: string[] = [];
const note = (event: Event): void => {
  heard.push(event.type.slice("bus:live:".length));
};
const names = ["connected", "disconnected", "unknown", "error", "refused", "command"].map((name) => `bus:live:${name}`);

beforeEach(() => {
  // jsdom's own fires Node's events, which its documents refuse; this one is as real, over the same sockets.
  vi.stubGlobal("WebSocket", WebSocket);
  heard = [];
  for (const name of names) document.addEventListener(name, note);
});
afterEach(async () => {
  for (const name of names) document.removeEventListener(name, note);
  for (const stop of stops.splice(0)) stop();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const notes: View = defineView({
  mount: () => ({ count: signal(0), notes: signal<readonly string[]>([]), last: signal("") }),
  on: {
    add: (state) => state.count.update((n) => n + 1),
    note: (state, event) => state.notes.update((list) => [...list, String(event["text"])]),
    typed: (state, event) => state.last.set(`${event["value"]}/${event["checked"]}/${event["of"]}`),
    fail: () => {
      throw new Error("no");
    },
  },
  render: (state, bind): Html =>
    html`<output>${state.count}</output><button id="add" ${bind.add("click")}><i>+</i></button><button id="fail" ${bind.fail("click")}>!</button>
    <form ${bind.note("submit")}><input name="text"><input name="kind" type="hidden" value="k"><button>save</button></form>
    <input id="field" ${bind.typed("input", { of: 7 })}><em>${state.last}</em>
    <ul>${each(
      state.notes.get(),
      (_note, index) => index,
      (text) => html`<li>${text}</li>`,
    )}</ul>`,
});

async function open(options: LiveRouteOptions = {}, port = 0): Promise<{ server: LiveServer; route: LiveRoute }> {
  let route: LiveRoute | undefined;
  const server = await startServer(
    (app) => {
      route = liveRoute(app, "/notes", notes, { onReport: () => {}, ...options });
    },
    { origins: () => true, port },
  );
  servers.push(server);
  assert.ok(route);
  return { server, route };
}

async function load(server: LiveServer): Promise<void> {
  const page = await (await fetch(`${server.url}/notes`)).text();
  document.body.innerHTML = page.slice(page.indexOf("<body>") + 6, page.indexOf("</body>"));
  // The page's own address is fixed here, so the root names its server.
  document.querySelector("[bus-live]")?.setAttribute("bus-live", `${server.url}/notes`);
  stops.push(startLive(document));
}

const text = (selector: string): string | null | undefined => document.querySelector(selector)?.textContent;
const click = (selector: string): void => document.querySelector<HTMLElement>(selector)?.click();

test("clicks, forms and input reach the server with their arguments, and the page follows", async () => {
  const { server } = await open();
  await load(server);
  click("#add i");
  await expect.poll(() => text("output")).toBe("1");
  const field = document.querySelector<HTMLInputElement>("[name=text]");
  assert.ok(field);
  field.value = "milk";
  field.form?.requestSubmit();
  await expect.poll(() => text("ul")).toBe("milk");
  await expect.poll(() => field.value).toBe("");
  const input = document.querySelector<HTMLInputElement>("#field");
  assert.ok(input);
  input.value = "abc";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await expect.poll(() => text("em")).toBe("abc/false/7");
  expect(heard).toEqual(["connected"]);
});

test("a form that was touched while it travelled is not emptied", async () => {
  const { server } = await open();
  await load(server);
  await expect.poll(() => heard).toEqual(["connected"]);
  const field = document.querySelector<HTMLInputElement>("[name=text]");
  assert.ok(field);
  field.value = "first";
  field.form?.requestSubmit();
  field.value = "second";
  await expect.poll(() => text("ul")).toBe("first");
  expect(field.value).toBe("second");
});

test("a failing handler fires an error event and nothing else", async () => {
  const { server } = await open();
  await load(server);
  click("#fail");
  click("#add");
  await expect.poll(() => text("output")).toBe("1");
  expect(heard).toEqual(["connected", "error"]);
});

test("when the socket drops, clicks made meanwhile arrive after it is back, and state is kept", async () => {
  const { server } = await open();
  await load(server);
  click("#add");
  await expect.poll(() => text("output")).toBe("1");
  server.cut();
  await expect.poll(() => heard).toContain("disconnected");
  click("#add");
  click("#add");
  await expect.poll(() => text("output")).toBe("3");
  expect(heard).toEqual(["connected", "disconnected", "connected"]);
});

test("after a restart the page is mounted again, drafts stay, and what was sent and not acknowledged is unknown, never resent", async () => {
  const secret = new Uint8Array(32).fill(1);
  const first = await open({ secret });
  await load(first.server);
  click("#add");
  await expect.poll(() => text("output")).toBe("1");
  const field = document.querySelector<HTMLInputElement>("[name=text]");
  assert.ok(field);
  field.value = "draft";
  click("#add"); // sent, and the connection is gone before an answer can come
  first.server.cut();
  const { port } = first.server;
  await first.server.stop();
  servers.splice(servers.indexOf(first.server), 1);
  await open({ secret }, port);
  await expect.poll(() => text("output")).toBe("0");
  expect(document.querySelector("[name=text]")).toBe(field);
  expect(field.value).toBe("draft");
  expect(heard.slice(0, 3)).toEqual(["connected", "disconnected", "unknown"]);
  click("#add");
  await expect.poll(() => text("output")).toBe("1");
});

test("a page that was altered before the script ran is mounted anew", async () => {
  const { server } = await open();
  const page = await (await fetch(`${server.url}/notes`)).text();
  document.body.innerHTML = page.slice(page.indexOf("<body>") + 6, page.indexOf("</body>"));
  document.querySelector("[bus-live]")?.setAttribute("bus-live", `${server.url}/notes`);
  document.querySelector("output")?.before(document.createElement("hr"));
  stops.push(startLive(document));
  await expect.poll(() => heard).toEqual(["connected"]);
  click("#add");
  await expect.poll(() => text("output")).toBe("1");
  expect(document.querySelectorAll("output").length).toBe(1);
  expect(document.querySelector("hr")).toBe(null);
});

test("a refused page says so and does not try again", async () => {
  const { server, route } = await open();
  await load(server);
  route.close();
  await expect.poll(() => heard.includes("refused")).toBe(true);
});

test("a page whose session another has taken over ends, and says nothing more to it", async () => {
  const { server } = await open();
  const sent: Uint8Array<ArrayBuffer>[] = [];
  class Recorder extends WebSocket {
    override send(bytes: Uint8Array<ArrayBuffer>): void {
      sent.push(bytes.slice());
      super.send(bytes);
    }
  }
  vi.stubGlobal("WebSocket", Recorder);
  await load(server);
  await expect.poll(() => heard).toEqual(["connected"]);
  await new Promise((go) => setTimeout(go, 50)); // the script for coming back is there
  const before = sent.length;
  const other = new WebSocket(`${server.url.replace("http", "ws")}/notes`, { origin: server.url });
  other.on("open", () => other.send(sent[0] as Uint8Array)); // the first it says is who it is
  await expect.poll(() => heard).toContain("error");
  click("#add");
  await new Promise((go) => setTimeout(go, 400));
  expect(sent.length).toBe(before);
  other.close();
});

test("a drained page leaves and comes back with its state", async () => {
  const { server, route } = await open();
  await load(server);
  click("#add");
  await expect.poll(() => text("output")).toBe("1");
  route.drain("deploy", 10);
  await expect.poll(() => heard).toEqual(["connected", "disconnected", "connected"]);
  click("#add");
  await expect.poll(() => text("output")).toBe("2");
});

test("a page that finds its network dead goes on over another socket, though nobody is there to end the first", async () => {
  const { server } = await open();
  const all: HalfOpen[] = [];
  /** Its peer may go without a word: then nothing arrives, and a close is answered by nobody. */
  class HalfOpen extends WebSocket {
    isDead = false;
    constructor(url: string) {
      super(url);
      all.push(this);
    }
    override send(bytes: Uint8Array<ArrayBuffer>): void {
      if (!this.isDead) super.send(bytes);
    }
    override close(): void {
      if (!this.isDead) super.close();
    }
  }
  vi.stubGlobal("WebSocket", HalfOpen);
  const later = setTimeout;
  // Seconds are hundredths.
  vi.stubGlobal("setTimeout", (f: () => void, ms = 0, ...rest: []) => later(f, ms < 1000 ? ms : ms / 100, ...rest));
  await load(server);
  await expect.poll(() => heard).toEqual(["connected"]);
  click("#add");
  await expect.poll(() => text("output")).toBe("1");
  const [first] = all;
  assert.ok(first);
  first.isDead = true;
  window.dispatchEvent(new Event("online"));
  await expect.poll(() => heard).toEqual(["connected", "disconnected", "connected"]);
  click("#add");
  await expect.poll(() => text("output")).toBe("2");
  await new Promise((go) => later(go, 100));
  expect(heard).toEqual(["connected", "disconnected", "connected"]);
  expect(all.length).toBe(2);
  first.terminate();
});

test("a page that is looked at again and again within one answer's time keeps its socket", async () => {
  const { server } = await open();
  await load(server);
  await expect.poll(() => heard).toEqual(["connected"]);
  click("#add");
  await expect.poll(() => text("output")).toBe("1"); // the script for coming back is there
  for (let times = 0; times < 3; times++) document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  click("#add");
  await expect.poll(() => text("output")).toBe("2");
  expect(heard).toEqual(["connected"]);
});

const forms: View = defineView({
  mount: () => ({ heard: signal("") }),
  on: { hear: (state, event) => state.heard.set(JSON.stringify(event)) },
  render: (state, bind): Html =>
    html`<output>${state.heard}</output>
    <form id="clobbered" ${bind.hear("submit")}><input name="reset"><input name="constructor" value="c"><input name="elements"><input name="action"><button id="send">save</button></form>
    <form id="big" ${bind.hear("submit", { big: true })}><textarea name="text"></textarea></form>
    <div id="free" contenteditable="true" ${bind.hear("input", { of: "div" })}></div>`,
});

async function openForms(view: View = forms): Promise<LiveServer> {
  const server = await startServer((app) => void liveRoute(app, "/notes", view, { onReport: () => {} }), {
    origins: () => true,
  });
  servers.push(server);
  await load(server);
  await expect.poll(() => heard).toContain("connected");
  return server;
}

test("fields may have the names of what a form can do", async () => {
  await openForms();
  const field = document.querySelector<HTMLInputElement>("[name=reset]");
  assert.ok(field);
  field.value = "typed";
  click("#send");
  await expect.poll(() => text("output")).toBe('{"reset":"typed","constructor":"c","elements":"","action":""}');
  await expect.poll(() => field.value).toBe("");
  field.value = "again";
  click("#send");
  await expect.poll(() => text("output")).toContain("again");
  assert.deepEqual(heard, ["connected"]);
});

test("what has no value can be bound to its input event", async () => {
  await openForms();
  document.querySelector("#free")?.dispatchEvent(new Event("input", { bubbles: true }));
  await expect.poll(() => text("output")).toBe('{"value":null,"checked":null,"of":"div"}');
  assert.deepEqual(heard, ["connected"]);
});

test("a long text arrives; one the server would not take is refused at once, and later events go on", async () => {
  await openForms();
  const area = document.querySelector<HTMLTextAreaElement>("#big textarea");
  assert.ok(area);
  area.value = "x".repeat(400_000);
  area.form?.requestSubmit();
  await expect.poll(() => text("output")?.length).toBeGreaterThan(400_000);
  area.value = "x".repeat(1_100_000);
  area.form?.requestSubmit();
  assert.deepEqual(heard, ["connected", "error"]);
  click("#send");
  await expect.poll(() => text("output")).toContain('"constructor"');
  assert.deepEqual(heard, ["connected", "error"]);
});

test("a page whose nodes another script took away is built anew, and what was clicked meanwhile has run once", async () => {
  const { server } = await open();
  await load(server);
  await expect.poll(() => heard).toContain("connected");
  for (const comment of commentsIn("ul")) comment.remove();
  document.querySelector("output")?.remove();
  const field = document.querySelector<HTMLInputElement>("[name=text]");
  assert.ok(field);
  field.value = "first";
  field.form?.requestSubmit();
  click("#add");
  click("#add");
  await expect.poll(() => text("output")).toBe("2");
  assert.equal(text("ul"), "first");
  assert.ok(!heard.includes("unknown"));
});

const listed: View = defineView({
  mount: () => ({ rows: signal([1, 2, 3, 4]) }),
  on: {
    put: (state) => state.rows.update((rows) => [...rows.slice(0, 2), 9, ...rows.slice(2)]),
    cut: (state) => state.rows.update((rows) => rows.filter((row) => row !== 2)),
    flip: (state) => state.rows.update((rows) => [...rows].reverse()),
    odd: (state) => state.rows.update((rows) => rows.filter((row) => row % 2)),
  },
  render: (state, bind): Html =>
    html`<i id="put" ${bind.put("click")}></i><i id="cut" ${bind.cut("click")}></i><i id="flip" ${bind.flip("click")}></i><i id="odd" ${bind.odd("click")}></i><p>a</p><ul>${each(
      state.rows.get(),
      (row) => row,
      (row) => html`<li>${row}</li>`,
    )}</ul>`,
});

const DAMAGES: Readonly<Record<string, () => void>> = {
  "all rows": () => document.querySelector("ul")?.replaceChildren(),
  "a row with its markers": () => {
    const row = document.querySelectorAll("li")[1];
    for (const node of [row?.previousSibling, row?.nextSibling, row]) (node as ChildNode | undefined)?.remove(); // cast: markers and a row
  },
  "all markers": () => commentsIn("ul").map((comment) => comment.remove()),
  "the marker behind a row": () => document.querySelectorAll("li")[1]?.nextSibling?.remove(),
};

describe.each(Object.entries(DAMAGES))("when another script has taken away %s", (_name, damage) => {
  test.each([
    ["cut", "134"],
    ["flip", "4321"],
    ["odd", "13"],
  ])("the page shows again what the server renders as soon as that is missed: %s", async (id, shown) => {
    await openForms(listed);
    damage();
    click(`#${id}`);
    await expect.poll(() => text("ul")).toBe(shown);
    click("#put");
    await expect.poll(() => text("ul")).toBe(`${shown.slice(0, 2)}9${shown.slice(2)}`);
  });
});

function commentsIn(selector: string): Comment[] {
  const element = document.querySelector(selector);
  return [...(element?.childNodes ?? [])].filter((node): node is Comment => node instanceof Comment);
}

test("a table row without its tbody, which the parser adds, is mounted, and patched from then on", async () => {
  const rows: View = defineView({
    mount: () => ({ rows: signal([1, 2]) }),
    on: { add: (state) => state.rows.update((list) => [...list, list.length + 1]) },
    render: (state, bind): Html =>
      html`<button id="add" ${bind.add("click")}>+</button><table>${each(
        state.rows.get(),
        (row) => row,
        (row) => html`<tr><td>${row}</td></tr>`,
      )}</table>`,
  });
  await openForms(rows);
  click("#add");
  await expect.poll(() => text("table")).toBe("123");
  const first = document.querySelector("tr");
  click("#add");
  await expect.poll(() => text("table")).toBe("1234");
  assert.equal(document.querySelector("tr"), first);
});

test("two roots in one page live apart", async () => {
  const { server } = await open();
  const page = await (await fetch(`${server.url}/notes`)).text();
  const other = await (await fetch(`${server.url}/notes`)).text();
  const root = (html: string): string => html.slice(html.indexOf("<body>") + 6, html.indexOf("</body>"));
  document.body.innerHTML = root(page) + root(other);
  for (const element of document.querySelectorAll("[bus-live]"))
    element.setAttribute("bus-live", `${server.url}/notes`);
  stops.push(startLive(document));
  const outputs = (): (string | null)[] => [...document.querySelectorAll("output")].map((node) => node.textContent);
  await expect.poll(() => heard).toEqual(["connected", "connected"]);
  document.querySelectorAll<HTMLElement>("#add")[1]?.click();
  await expect.poll(outputs).toEqual(["0", "1"]);
  document.querySelectorAll<HTMLElement>("#add")[0]?.click();
  document.querySelectorAll<HTMLElement>("#add")[1]?.click();
  await expect.poll(outputs).toEqual(["1", "2"]);
});

test("the stylesheet of a component that came by a patch is put into the head, once, with the nonce of the page", async () => {
  const card = css`:scope { color: red }`;
  const first = css`:scope { color: blue }`;
  const view: View = defineView({
    mount: () => ({ count: signal(0) }),
    on: { add: (state) => state.count.update((n) => n + 1) },
    render: (state, bind): Html =>
      html`<output ${first}>${state.count}</output><button id="add" ${bind.add("click")}>+</button>${state.count.get() % 2 ? html`<p ${card}>x</p>` : ""}`,
  });
  const layout = (content: Html, c: { readonly nonce: string }): Html =>
    html`<!doctype html><html><body><i id="nonce">${c.nonce}</i>${content}</body></html>`;
  const server = await startServer((app) => void liveRoute(app, "/notes", view, { onReport: () => {}, layout }), {
    origins: () => true,
  });
  servers.push(server);
  await load(server);
  const sheets = (): (string | null)[] => Array.from(document.querySelectorAll("style"), (style) => style.textContent);
  expect(sheets()).toEqual([first.text]);
  for (const count of ["1", "2", "3"]) {
    click("#add");
    await expect.poll(() => text("output")).toBe(count);
  }
  expect(sheets().toSorted()).toEqual([first.text, card.text].toSorted());
  const added = document.head.querySelector("style");
  expect(added?.textContent).toBe(card.text);
  expect(added?.nonce).toBe(text("#nonce"));
  expect(added?.nonce).not.toBe("");
  expect(document.querySelector("p")?.getAttribute("data-s")).toBe(card.attributes["data-s"]);
  expect(heard).not.toContain("command");
  added?.remove();
});

test("hooks of modules and those of the page are one list", async () => {
  const view: View = defineView({
    hooks: true,
    mount: () => ({ count: signal(0) }),
    on: { add: (state, event) => state.count.update((n) => n + Number(event["by"])) },
    render: (state, _bind, page): Html =>
      html`<output>${state.count}</output><i ${page.hook("First")}></i><i ${page.hook("Second")}></i>`,
  });
  const told: string[] = [];
  globalThis.busbar = { hooks: { First: { mounted: () => void told.push("first") } } };
  liveHooks({
    Second: {
      mounted: (_element, live) => void live.pushEvent("add", { by: 2 }),
      beforeUpdate: () => void told.push("before"),
      destroyed: () => void told.push("destroyed"),
    },
  });
  await openForms(view);
  await expect.poll(() => text("output")).toBe("2");
  document.querySelector("[bus-live]")?.remove();
  await expect.poll(() => told).toEqual(["first", "before", "destroyed"]);
  globalThis.busbar = undefined;
});
