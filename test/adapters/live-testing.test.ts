import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createVirtualClock, mountView, openPage, testPlatform } from "../../adapters/live-testing/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { each, type Html, html, spread, when } from "../../lib/html/index.ts";
import { component, componentView, defineView, liveRoute, rows } from "../../lib/live/index.ts";
import { keyedMap } from "../../lib/signals/collections/index.ts";
import { signal } from "../../lib/signals/index.ts";

const counter = defineView({
  mount: () => ({ count: signal(0) }),
  on: {
    add: (state) => state.count.update((n) => n + 1),
    fail: () => {
      throw new RangeError("the handler's own");
    },
    breakRender: (state) => state.count.set(-1),
  },
  render: (state, bind) => html`<h1>Counter</h1><form method="post"><button ${bind.add("click")}>Add</button>
<button ${bind.fail("click")}>Fail</button><button ${bind.breakRender("click")}>Break</button></form>
<output class="${() => (state.count.get() % 2 === 0 ? "even" : "odd")}">${() => {
    if (state.count.get() < 0) throw new TypeError("the render's own");
    return state.count.get();
  }}</output>`,
});

interface Todo {
  readonly id: number;
  readonly title: string;
  readonly done: boolean;
}

const todos = defineView({
  events: {
    add: z.object({ title: z.string().trim().min(1) }),
    toggle: z.object({ id: z.number() }),
    remove: z.object({ id: z.number() }),
    search: z.object({ value: z.string() }),
  },
  mount: () => {
    const items = keyedMap<number, Todo>();
    items.set(1, { id: 1, title: "Milk", done: false });
    return { items, nextId: 2, search: signal("") };
  },
  on: {
    add: (state, { title }) => {
      const id = state.nextId++;
      state.items.set(id, { id, title, done: false });
    },
    toggle: (state, { id }) => {
      const item = state.items.get(id);
      if (item !== undefined) state.items.set(id, { ...item, done: !item.done });
    },
    remove: (state, { id }) => void state.items.delete(id),
    search: (state, { value }) => state.search.set(value),
  },
  render: (state, bind) => html`
<form id="new" ${bind.add("submit")}><label for="title">Title</label><input id="title" name="title"><button>Add</button></form>
<input name="q" ${bind.search("input")}><p id="found">${() => state.items.get().filter((item) => item.title.includes(state.search.get())).length}</p>
<form method="post"><ul>${each(
    state.items,
    (
      item,
    ) => html`<li class="${item.done ? "done" : "open"}">${item.title} <button ${bind.toggle("click", { id: item.id })}>${item.done ? "Undo" : "Done"}</button>
<button ${bind.remove("click", { id: item.id })}>Remove</button></li>`,
  )}</ul></form>
${when(state.items.size > 3, () => html`<p id="many">Many</p>`)}`,
});

describe("a mounted view", () => {
  test("shows the page of the first GET, and is live", async () => {
    const page = await mountView(counter);
    expect(page.status).toBe(200);
    expect(page.state).toBe("live");
    expect(page.text("output")).toBe("0");
    expect(page.text("h1")).toBe("Counter");
    expect(page.html("output")).toBe('<output class="even">0</output>');
    await page.close();
  });

  test("a click runs the handler, and the patch arrives", async () => {
    const page = await mountView(counter);
    await page.click("button", "Add");
    await page.click("button:first-child");
    expect(page.text("output")).toBe("2");
    await page.click(page.get("button", "Add"));
    expect(page.get("output").classes).toEqual(["odd"]);
    const sent = page.frames.filter(({ from, frame }) => from === "page" && frame[0] === 4);
    expect(sent.map(({ bytes }) => bytes)).toEqual([6, 6, 6]);
    await page.close();
  });

  test("what a handler throws, the click throws; the page goes on", async () => {
    const page = await mountView(counter);
    await expect(page.click("button", "Fail")).rejects.toThrow(RangeError);
    await page.click("button", "Add");
    expect(page.text("output")).toBe("1");
    expect(page.reports.map(({ code }) => code)).toEqual(["LIVE_HANDLER_FAILED"]);
    await page.close();
  });

  test("what a render throws, the click throws", async () => {
    const page = await mountView(counter);
    await expect(page.click("button", "Break")).rejects.toThrow("the render's own");
    await page.close();
  });

  test("what mount throws, mountView throws", async () => {
    const broken = defineView({
      mount: () => {
        throw new RangeError("no database");
      },
      render: () => html`<p></p>`,
    });
    await expect(mountView(broken)).rejects.toThrow("no database");
  });

  test("forms are filled in by name, sent, and emptied", async () => {
    const page = await mountView(todos);
    await page.submit("#new", { title: "Bread" });
    expect(page.texts("li").map((text) => text.split(" ")[0])).toEqual(["Milk", "Bread"]);
    expect(page.get("#title").value).toBe("");
    await page.type(page.getByLabel("Title"), "Salt");
    await page.click("#new button");
    expect(page.queryAll("li").length).toBe(3);
    await page.click(page.get("li", "Bread").get("button", "Done"));
    expect(page.get("li", "Bread").classes).toEqual(["done"]);
    await page.click(page.get("li", "Milk").get("button", "Remove"));
    expect(page.query("li", "Milk")).toBeUndefined();
    await page.type("[name=q]", "Sal");
    expect(page.text("#found")).toBe("1");
    for (const title of ["a", "b", "c"]) await page.submit("#new", { title });
    expect(page.query("#many")).toBeDefined();
    await page.close();
  });

  test("an event its schema refuses rejects with its code, and the form keeps what was typed", async () => {
    const page = await mountView(todos);
    await expect(page.submit("#new", { title: "  " })).rejects.toMatchObject({ code: "LIVE_BAD_EVENT" });
    expect(page.get("#title").value).toBe("  ");
    await page.close();
  });

  test("an element keeps its identity through patches, and says when it is gone", async () => {
    const page = await mountView(todos);
    await page.submit("#new", { title: "Bread" });
    const bread = page.get("li", "Bread");
    await page.click(page.get("li", "Milk").get("button", "Remove"));
    expect(bread.text).toContain("Bread");
    expect(bread.isConnected).toBe(true);
    await page.click(bread.get("button", "Remove"));
    expect(bread.isConnected).toBe(false);
    await expect(page.click(bread)).rejects.toMatchObject({ code: "TESTING_NO_MATCH" });
    await page.close();
  });

  test("handlers run by name, with arguments no page would send", async () => {
    const page = await mountView(todos);
    await expect(page.pushEvent("toggle", { id: "x" })).rejects.toMatchObject({ code: "LIVE_BAD_EVENT" });
    await page.pushEvent("toggle", { id: 1 });
    expect(page.get("li").classes).toEqual(["done"]);
    await expect(page.pushEvent("drop")).rejects.toThrow(/no handler "drop"; it has add, toggle, remove, search/);
    await page.close();
  });

  test("components and their rows work too", async () => {
    const Counter = (input: { readonly name: string }) =>
      component(Counter, input, (props, { on }) => {
        const count = signal(0);
        const buttons = () => spread({ ...on.click(() => count.update((n) => n + 1)) });
        return () => html`<button ${buttons()}>${props.name} ${count}</button>`;
      });
    const names = signal(["a", "b"]);
    const page = await mountView(
      componentView(
        () =>
          html`<main>${rows(
            names,
            (name) => name,
            (name) => html`<p>${Counter({ name })}</p>`,
          )}</main>`,
      ),
    );
    await page.click("button", "b 0");
    await page.click("button", "b 1");
    expect(page.texts("button")).toEqual(["a 0", "b 2"]);
    names.set(["b", "a"]);
    await page.settle();
    expect(page.texts("button")).toEqual(["b 2", "a 0"]);
    await page.close();
  });

  test("path parameters and query reach the view", async () => {
    const view = defineView({
      params: z.object({ list: z.string() }),
      mount: ({ params, session }) => ({ ...params, url: session.url }),
      render: (state) => html`<p>${state.list} ${state.url}</p>`,
    });
    const page = await mountView(view, { path: "/lists/:list", params: { list: "a b" }, query: { sort: "name" } });
    expect(page.text("p")).toBe("a b /lists/a%20b?sort=name");
    expect(page.url).toBe("/lists/a%20b?sort=name");
    await page.close();
  });
});

describe("time and connection", () => {
  const clockView = defineView({
    mount: ({ own }) => {
      const shared = { open: true };
      own.onCleanup(() => {
        shared.open = false;
      });
      return { ticks: signal(0), shared };
    },
    on: { add: (state) => state.ticks.update((n) => n + 1) },
    render: (state, bind) =>
      html`<form method="post"><button ${bind.add("click")}>Add</button></form><b>${state.ticks}</b>`,
  });

  test("an hour passes at once, and the page stays connected", async () => {
    const page = await mountView(clockView);
    await page.click("button");
    await page.advance(3_600_000);
    expect(page.state).toBe("live");
    await page.click("button");
    expect(page.text("b")).toBe("2");
    expect(page.frames.filter(({ frame }) => frame[0] === 7).length).toBeGreaterThan(200);
    await page.close();
  });

  test("events made while the connection is cut are sent when it is back", async () => {
    const page = await mountView(clockView);
    await page.click("button");
    await page.disconnect();
    expect(page.state).toBe("disconnected");
    await page.click("button");
    expect(page.text("b")).toBe("1");
    expect(page.pendingCount).toBe(1);
    await page.advance(10_000);
    await page.reconnect();
    expect(page.text("b")).toBe("2");
    expect(page.pendingCount).toBe(0);
    await page.close();
  });

  test("a session that was waited for in vain is mounted anew", async () => {
    const page = await mountView(clockView);
    await page.click("button");
    await page.disconnect();
    await page.advance(120_000);
    await page.reconnect();
    expect(page.text("b")).toBe("0");
    await page.click("button");
    expect(page.text("b")).toBe("1");
    await page.close();
  });

  test("another visitor has a session of their own, and sees what is shared", async () => {
    const shared = signal(0);
    const view = defineView({
      mount: () => ({ own: signal(0) }),
      on: {
        add: (state) => {
          state.own.update((n) => n + 1);
          shared.update((n) => n + 1);
        },
      },
      render: (state, bind) =>
        html`<form method="post"><button ${bind.add("click")}>Add</button></form><i>${state.own}</i><b>${shared}</b>`,
    });
    const page = await mountView(view);
    const other = await page.visit();
    await page.click("button");
    await page.click("button");
    expect([page.text("i"), page.text("b"), other.text("i"), other.text("b")]).toEqual(["2", "2", "0", "2"]);
    await other.close();
    await page.click("button");
    expect(page.text("b")).toBe("3");
    await page.close();
  });

  test("a handler that never ends is told after a time, not waited for", async () => {
    const view = defineView({
      mount: () => ({}),
      on: { wait: () => new Promise<void>(() => {}) },
      render: (_state, bind) => html`<form method="post"><button ${bind.wait("click")}>Wait</button></form>`,
    });
    const page = await mountView(view, { timeoutMs: 50 });
    await expect(page.click("button")).rejects.toMatchObject({ code: "TESTING_TIMEOUT" });
    await page.close();
  });

  test("waitFor tries until a change from outside has come", async () => {
    const state = signal("waiting");
    const page = await mountView(defineView({ mount: () => ({}), render: () => html`<p>${state}</p>` }));
    setTimeout(() => state.set("there"), 20);
    await page.waitFor(() => assert.equal(page.text("p"), "there"));
    await expect(page.waitFor(() => assert.equal(page.text("p"), "never"), { timeoutMs: 10 })).rejects.toThrow("never");
    await page.close();
  });
});

describe("without JavaScript", () => {
  test("buttons and forms post, and the answer is followed", async () => {
    const page = await mountView(todos, { javascript: false });
    expect(page.state).toBe("static");
    await page.submit("#new", { title: "Bread" });
    expect(page.queryAll("li").length).toBe(2);
    await page.click(page.get("li", "Milk").get("button", "Remove"));
    expect(page.texts("li").length).toBe(1);
    expect(page.frames).toEqual([]);
    await page.close();
  });

  test("postForm does the same from a live page, which is then another one", async () => {
    const page = await mountView(todos);
    await page.postForm("#new", { title: "Bread" });
    expect(page.queryAll("li").length).toBe(2);
    expect(page.state).toBe("live");
    await page.close();
  });
});

describe("whole apps", () => {
  test("guards, layouts and plain links work as for a visitor", async () => {
    const clock = createVirtualClock();
    const app = createApp({ platform: testPlatform(clock) });
    app.get("/", (c) => c.html(html`<title>Home</title><a href="counter">Counter</a>`));
    app.use((c, next) => (c.cookies["user"] === undefined ? c.text("Who?", 401) : next()));
    liveRoute(app, "/counter", counter, {
      layout: (content) => html`<!doctype html><title>Live</title><nav><a href="/">Home</a></nav>${content}`,
    });
    const stranger = await openPage(app, "/counter", { clock });
    expect([stranger.status, stranger.text()]).toEqual([401, "Who?"]);
    const page = await openPage(app, "/", { clock, headers: { cookie: "user=1" } });
    expect(page.title).toBe("Home");
    await page.click("a");
    expect([page.url, page.state, page.title]).toEqual(["/counter", "live", "Live"]);
    await page.click("button", "Add");
    expect(page.text("output")).toBe("1");
    await expect(page.click("button", "Fail")).rejects.toMatchObject({ code: "LIVE_HANDLER_FAILED" });
    await page.click("a", "Home");
    expect(page.url).toBe("/");
    await page.close();
  });

  test("an address nobody serves is an error", async () => {
    await expect(openPage(createApp(), "/nowhere")).rejects.toMatchObject({ code: "TESTING_NO_PAGE" });
  });
});

describe("what is not there", () => {
  test("is told with what there is", async () => {
    const page = await mountView(todos);
    expect(() => page.get("button", "Save")).toThrow(
      /nothing on \/ is button with the text "Save"; there is\n {2}<button> "Add"\n/,
    );
    expect(() => page.get(".missing")).toThrow(/<input id="title" name="title">/);
    expect(() => page.get("button")).toThrow(/button means 3 elements:/);
    await expect(page.click("#found")).rejects.toMatchObject({ code: "TESTING_NOT_BOUND" });
    await expect(page.submit("#new", { name: "x" })).rejects.toThrow(/no field "name"; it has title/);
    await expect(page.submit("#found")).rejects.toMatchObject({ code: "TESTING_BAD_FIELD" });
    await expect(page.type("li", "x")).rejects.toMatchObject({ code: "TESTING_BAD_FIELD" });
    expect(() => page.get("li:hover")).toThrow(expect.objectContaining({ code: "TESTING_BAD_SELECTOR" }));
    await page.close();
  });

  test("a page the parser changes is told when it is mounted", async () => {
    const view = defineView({
      mount: () => ({}),
      render: () =>
        html`<table>${each(
          [1],
          (id) => id,
          (id) => html`<tr><td>${id}</td></tr>`,
        )}</table>`,
    });
    await expect(mountView(view)).rejects.toMatchObject({ code: "TESTING_NOT_ADOPTED" });
  });

  test("a page that parts from the server's render is told at once", async () => {
    let chance = 0;
    const view = defineView({
      mount: () => ({}),
      on: { act: () => {} },
      render: (_, bind) => html`<p>${chance++}</p><form method="post"><button ${bind.act("click")}></button></form>`,
    });
    await expect(mountView(view)).rejects.toMatchObject({ code: "TESTING_PARTED" });
    const page = await mountView(view, { check: false });
    await page.click("button");
    await page.close();
  });

  test("a row that shows what is not in its item is told", async () => {
    const view = defineView({
      mount: () => {
        const items = keyedMap<number, { readonly id: number }>();
        items.set(1, { id: 1 });
        return { items, suffix: "a" };
      },
      on: {
        change: (state) => {
          state.suffix = "b";
        },
      },
      render: (state, bind) =>
        html`<form method="post"><button ${bind.change("click")}>x</button></form><ul>${each(state.items, (item) => html`<li>${item.id}${state.suffix}</li>`)}</ul>`,
    });
    const page = await mountView(view);
    await expect(page.click("button")).rejects.toMatchObject({ code: "PATCH_STALE_ROW" });
    await page.close();
  });

  test("a component that shows what no signal has told of is told", async () => {
    let count = 0;
    const Shown = (input: object): Html => component(Shown, input, () => () => html`<b>${count}</b>`);
    const Button = (input: object): Html =>
      component(
        Button,
        input,
        (_props, { on }) =>
          () =>
            html`<form method="post"><button ${spread({ ...on.click(() => count++) })}>x</button></form>`,
      );
    const Page = (input: object): Html => component(Page, input, () => () => html`${Button({})}${Shown({})}`);
    const page = await mountView(componentView(Page));
    await expect(page.click("button")).rejects.toMatchObject({ code: "LIVE_STALE_COMPONENT" });
    await page.close();
  });
});
