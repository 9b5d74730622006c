import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createVirtualClock, mountView, openPage, testPlatform } from "../../adapters/live-testing/index.ts";
import { readMultipart } from "../../adapters/multipart/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { each, html } from "../../lib/html/index.ts";
import { defineView, liveRoute, refuse } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";

const file = (name: string, length: number, type = "text/plain") => ({
  name,
  type,
  bytes: new Uint8Array(length).fill(65),
});

const inbox = defineView({
  uploads: { paper: { maxBytes: 200_000, accept: [".txt"], maxFiles: 2 } },
  mount: () => ({ kept: signal<readonly string[]>([]) }),
  on: {
    save(state, event, ctx) {
      const files = ctx.uploads.paper.map((one) => `${one.name} ${one.bytes().length}`);
      state.kept.update((list) => [...list, ...files]);
      ctx.flash("info", `Saved ${event["title"]}`);
      return { count: files.length };
    },
  },
  render: (
    state,
    bind,
    page,
  ) => html`<form id="f" enctype="multipart/form-data" ${bind.save("submit")}><input name="title">
<input ${page.uploads.paper.input({ id: "paper" })}><button>Save</button></form>
${each(
  page.uploads.paper.entries,
  (entry) => entry.id,
  (entry) => html`<progress value="${entry.percent}">${entry.name}</progress>`,
)}
${each(
  page.uploads.paper.refused,
  (refused) => refused.name,
  (refused) => html`<p class="refused">${refused.name} ${refused.code}</p>`,
)}
${each(
  page.flash,
  ({ id }) => id,
  (one) => html`<p class="flash">${one.text}</p>`,
)}
<ul>${each(
    state.kept,
    (name) => name,
    (name) => html`<li>${name}</li>`,
  )}</ul>`,
});

describe("uploads", () => {
  test("are sent when they are chosen, and taken by the handler of the form", async () => {
    const page = await mountView(inbox);
    await page.upload("#paper", file("a.txt", 150_000));
    expect(page.get("progress").attribute("value")).toBe("100");
    const reply = await page.submit("#f", { title: "one" });
    expect(reply).toEqual(expect.objectContaining({ count: 1 }));
    expect(page.texts("li")).toEqual(["a.txt 150000"]);
    expect(page.text(".flash")).toBe("Saved one");
    expect(page.query("progress")).toBeUndefined();
    await page.close();
  });

  test("that are refused are shown by the page, not thrown", async () => {
    const page = await mountView(inbox);
    await page.upload("#paper", file("a.exe", 10));
    expect(page.text(".refused")).toBe("a.exe LIVE_UPLOAD_TYPE");
    await page.upload("#paper", file("b.txt", 200_001));
    expect(page.texts(".refused")).toContain("b.txt LIVE_UPLOAD_TOO_LARGE");
    await page.close();
  });

  test("take a file, of which there must be as many as the input takes", async () => {
    const page = await mountView(inbox);
    await expect(page.change("#paper", "a.txt")).rejects.toMatchObject({ code: "TESTING_BAD_FIELD" });
    await page.close();
  });

  test("work without JavaScript, in the form itself", async () => {
    const page = await mountView(inbox, { javascript: false, route: { multipart: readMultipart } });
    await page.submit("#f", { title: "two", paper: file("b.txt", 20) });
    expect(page.texts("li")).toEqual(["b.txt 20"]);
    expect(page.text(".flash")).toBe("Saved two");
    await page.close();
  });
});

describe("navigation", () => {
  const log: string[] = [];
  const pages = defineView({
    params: z.object({ name: z.string() }),
    onMount: ({ params }) => (params.name === "secret" ? refuse() : { user: "Ada" }),
    mount: ({ params, auth }) => ({ name: signal(params.name), visits: signal(1), user: auth.user }),
    on: {
      go(_state, _event, ctx) {
        ctx.flash("info", "Gone");
        ctx.navigate("/pages/third");
      },
      leave: (_state, _event, ctx) => ctx.navigate("/other"),
    },
    navigate(state, { params }) {
      log.push(params.name);
      state.name.set(params.name);
      state.visits.update((n) => n + 1);
    },
    title: (state) => `Page ${state.name.get()}`,
    render: (state, bind, page) => html`<h1>${state.name}</h1><b>${state.visits}</b>
<nav><a href="/pages/second" bus-nav>Second</a> <a href="/pages/secret" bus-nav>Secret</a> <a href="/other" bus-nav>Other</a></nav>
<form method="post"><button ${bind.go("click")}>Go</button><button ${bind.leave("click")}>Leave</button></form>
${each(
  page.flash,
  ({ id }) => id,
  (one) => html`<p class="flash">${one.text}</p>`,
)}`,
  });
  const open = () =>
    mountView(pages, {
      path: "/pages/:name",
      params: { name: "first" },
      setup: (app) => void app.get("/other", (c) => c.html(html`<title>Other</title><h1>Another page</h1>`)),
    });

  test("within the view keeps the session, and changes address and title", async () => {
    const page = await open();
    expect(page.title).toBe("Page first");
    await page.click("a", "Second");
    expect([page.url, page.text("h1"), page.text("b"), page.title]).toEqual([
      "/pages/second",
      "second",
      "2",
      "Page second",
    ]);
    await page.click("button", "Go");
    expect([page.url, page.text("b"), page.text(".flash")]).toEqual(["/pages/third", "3", "Gone"]);
    await page.disconnect();
    await page.reconnect();
    expect([page.state, page.text("b")]).toEqual(["live", "3"]);
    expect(log).toEqual(["second", "third"]);
    await page.close();
  });

  test("to another route, or where onMount says no, is a load", async () => {
    const page = await open();
    await page.click("a", "Other");
    expect([page.url, page.title, page.state]).toEqual(["/other", "Other", "static"]);
    await page.load("/pages/first");
    await page.click("button", "Leave");
    expect(page.url).toBe("/other");
    await page.load("/pages/first");
    await page.click("a", "Secret");
    expect(page.status).toBe(403);
    await page.close();
  });

  test("between live pages of an app joins the new page", async () => {
    const clock = createVirtualClock();
    const app = createApp({ platform: testPlatform(clock), cookieSecrets: [new Uint8Array(32)] });
    liveRoute(app, "/pages/:name", pages);
    liveRoute(app, "/other", inbox);
    const page = await openPage(app, "/pages/first", { clock });
    await page.navigate("/other");
    expect([page.url, page.state]).toEqual(["/other", "live"]);
    await page.upload("#paper", file("a.txt", 10));
    await page.submit("#f", { title: "x" });
    expect(page.texts("li")).toEqual(["a.txt 10"]);
    await page.close();
  });

  test("without JavaScript links are loaded, and events redirect", async () => {
    const page = await mountView(pages, { path: "/pages/:name", params: { name: "first" }, javascript: false });
    await page.click("a", "Second");
    expect([page.url, page.text("b")]).toEqual(["/pages/second", "1"]);
    await page.click("button", "Go");
    expect([page.url, page.text("h1")]).toEqual(["/pages/third", "third"]);
    await page.close();
  });
});

describe("time of a view", () => {
  test("passes by advance: timers, and tasks beside handlers", async () => {
    const view = defineView({
      mount: ({ every }) => {
        const ticks = signal(0);
        every(1_000, () => ticks.update((n) => n + 1));
        return { ticks, result: signal("none") };
      },
      on: {
        work: (state, _event, ctx) =>
          void ctx.task(
            "work",
            async () => "done",
            (value) => state.result.set(value),
          ),
        later: (state, _event, ctx) => void ctx.after(500, () => state.result.set("later")),
        fail: (_state, _event, ctx) =>
          void ctx.after(500, () => {
            throw new RangeError("the timer's own");
          }),
      },
      render: (
        state,
        bind,
      ) => html`<b>${state.ticks}</b><i>${state.result}</i><form method="post"><button ${bind.work("click")}>Work</button>
<button ${bind.later("click")}>Later</button><button ${bind.fail("click")}>Fail</button></form>`,
    });
    const page = await mountView(view);
    await page.advance(2_500);
    expect(page.text("b")).toBe("2");
    await page.click("button", "Work");
    await page.settle();
    expect(page.text("i")).toBe("done");
    await page.click("button", "Later");
    await page.advance(499);
    expect(page.text("i")).toBe("done");
    await page.advance(1);
    expect(page.text("i")).toBe("later");
    await page.click("button", "Fail");
    await expect(page.advance(500)).rejects.toThrow("the timer's own");
    await page.close();
  });
});

describe("commands", () => {
  test("are kept, and those of ours done", async () => {
    const view = defineView({
      mount: () => ({}),
      on: {
        act(_state, _event, ctx) {
          ctx.command("confetti", 3, "red");
          ctx.focus("#name");
          ctx.title("Acted");
        },
      },
      render: (_state, bind) =>
        html`<form method="post"><input id="name" name="name"><button ${bind.act("click")}>Act</button></form>`,
    });
    const page = await mountView(view);
    await page.click("button");
    expect(page.commands.map(({ name }) => name)).toEqual(["confetti", "bus:focus", "bus:title"]);
    expect(page.commands[0]?.args).toEqual([3, "red"]);
    expect(page.get("#name").focused).toBe(true);
    expect(page.title).toBe("Acted");
    await page.close();
  });
});
