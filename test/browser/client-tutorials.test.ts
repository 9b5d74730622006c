import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express from "express";
import fastify from "fastify";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ensureBuilt } from "../helpers/built.ts";
import { launchBrowser } from "../helpers/chromium.ts";

// The patterns that htmx's own guide shows, written anew with plain strings of HTML, as somebody would who has read docs/client.md and nothing
// else: on Express with our names, and on Fastify with the build that has htmx's.

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly values: URLSearchParams;
  header(name: string): string | undefined;
}
type Answer = string | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string };
type Site = Record<string, (asked: Asked) => Answer>;

interface Host {
  readonly url: string;
  site: Site;
  close(): Promise<unknown>;
}

const valuesOf = (url: string, body: unknown): URLSearchParams =>
  new URLSearchParams(`${new URL(url, "http://here").search.slice(1)}&${typeof body === "string" ? body : ""}`);
const read = (site: Site, asked: Asked): { status: number; headers: Record<string, string>; body: string } => {
  const answer = site[`${asked.method} ${asked.path}`]?.(asked) ?? { status: 404, body: "nothing here" };
  return { status: 200, headers: {}, body: "", ...(typeof answer === "string" ? { body: answer } : answer) };
};
const type = "text/html; charset=utf-8";

async function onExpress(): Promise<Host> {
  const app = express();
  app.use("/busbar", express.static(join(ensureBuilt(), "client")));
  app.use(express.text({ type: "application/x-www-form-urlencoded" }));
  app.use((request, response) => {
    const values = valuesOf(request.originalUrl, request.body);
    const { status, headers, body } = read(host.site, {
      ...request,
      method: request.method,
      path: request.path,
      values,
      header: (name) => request.get(name),
    });
    response.status(status).type(type).set(headers).send(body);
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const host: Host = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // cast: it listens on a port
    site: {},
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
  return host;
}

async function onFastify(): Promise<Host> {
  const app = fastify({ forceCloseConnections: true });
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  app.get("/busbar/:file", (request, reply) => {
    const { file } = request.params as { readonly file: string }; // cast: the route has it
    return reply.type("text/javascript").send(readFileSync(join(ensureBuilt(), "client", file)));
  });
  app.all("/*", (request, reply) => {
    const values = valuesOf(request.url, request.body);
    const path = request.url.replace(/\?.*/, "");
    const header = (name: string): string | undefined => request.headers[name.toLowerCase()] as string | undefined; // cast: none of ours comes twice
    const { status, headers, body } = read(host.site, { method: request.method, path, values, header });
    return reply.status(status).type(type).headers(headers).send(body);
  });
  const host: Host = { url: await app.listen({ port: 0, host: "127.0.0.1" }), site: {}, close: () => app.close() };
  return host;
}

describe.each([
  ["Express, our names", onExpress, "busbar", (text: string) => text],
  [
    "Fastify, htmx's names",
    onFastify,
    "busbar-hx",
    (text: string) =>
      text
        .replace(/\bbus-(request|swapping|added)\b/g, "htmx-$1")
        .replace(/\bbus-/g, "hx-")
        .replace(/\bBus-/g, "HX-")
        .replace(/\bbus:/g, "htmx:"),
  ],
] as const)("%s", (_name, start, file, named) => {
  let browser: Browser;
  let host: Host;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    [browser, host] = await Promise.all([launchBrowser(), start()]);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });
  beforeEach(async () => {
    problems = [];
    page = await browser.newPage({ baseURL: host.url });
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => problems.push(error.message));
  });
  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  async function open(body: string, site: Site): Promise<void> {
    const scripts = ["", "-plus", "-page"]
      .map((part) => `<script src="/busbar/${file}${part}.min.js" defer></script>`)
      .join("");
    const translated = Object.entries(site).map(([route, answer]) => [
      route,
      (asked: Asked): Answer => {
        const given = answer({ ...asked, header: (name) => asked.header(named(name)) });
        if (typeof given === "string") return named(given);
        const headers = Object.fromEntries(
          Object.entries(given.headers ?? {}).map(([name, value]) => [named(name), value]),
        );
        return { ...given, headers, body: named(given.body ?? "") };
      },
    ]);
    host.site = {
      ...Object.fromEntries(translated),
      "GET /": () => named(`<!doctype html><html><head><title>T</title>${scripts}</head><body>${body}</body></html>`),
    };
    await page.goto("/");
  }
  const textOf = (css: string) => expect.poll(() => page.locator(css).allInnerTexts());

  test("click to edit", async () => {
    let name = "Joe";
    const view = (): string =>
      `<div bus-target:inherited="this" bus-swap:inherited="outerHTML"><p>${name}</p><button bus-get="/edit">Edit</button></div>`;
    await open(view(), {
      "GET /edit": () =>
        `<form bus-put="/contact" bus-target:inherited="this" bus-swap:inherited="outerHTML"><input name="name" value="${name}" autofocus><button>Save</button><button bus-get="/contact">Cancel</button></form>`,
      "GET /contact": view,
      "PUT /contact": ({ values }) => {
        name = values.get("name") ?? "";
        return view();
      },
    });
    await page.click("text=Edit");
    await page.fill("input", "Ann");
    await page.click("text=Cancel");
    await textOf("p").toEqual(["Joe"]);
    await page.click("text=Edit");
    await page.fill("input", "Ann");
    await page.click("text=Save");
    await textOf("p").toEqual(["Ann"]);
  });

  test("bulk update, with a toast beside it", async () => {
    await open(
      `<form bus-post="/users" bus-target="#toast" bus-swap="innerHTML"><input type="checkbox" name="on" value="ann" checked><input type="checkbox" name="on" value="bob"><button>Go</button></form><output id="toast"></output>`,
      { "POST /users": ({ values }) => `Activated ${values.getAll("on")}` },
    );
    await page.click("text=Go");
    await textOf("#toast").toEqual(["Activated ann"]);
  });

  test("click to load, and infinite scroll", async () => {
    const rows = (from: number): string =>
      `${[0, 1, 2].map((i) => `<tr style="height:400px"><td>${from + i}</td></tr>`).join("")}<tr${from < 9 ? ` bus-get="/rows?from=${from + 3}" bus-trigger="revealed" bus-swap="outerHTML"` : ""}><td>...</td></tr>`;
    await open(
      `<table><tbody><tr><td><button bus-get="/rows?from=0" bus-target="closest tr" bus-swap="outerHTML">More</button></td></tr></tbody></table>`,
      {
        "GET /rows": ({ values }) => rows(Number(values.get("from"))),
      },
    );
    await page.click("text=More");
    await textOf("td").toContain("2");
    for (let i = 0; i < 12; i++) await page.mouse.wheel(0, 1000);
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 2000);
        return page.locator("td").allInnerTexts();
      })
      .toContain("11");
  });

  test("delete row, after a question", async () => {
    const rows = ["ann", "bob"]
      .map((name) => `<tr><td>${name}</td><td><button bus-delete="/${name}">Delete</button></td></tr>`)
      .join("");
    await open(
      `<table><tbody bus-confirm:inherited="Sure?" bus-target:inherited="closest tr" bus-swap:inherited="outerHTML swap:50ms">${rows}</tbody></table>`,
      { "DELETE /bob": () => "" },
    );
    page.once("dialog", (dialog) => dialog.accept());
    await page.locator("button").last().click();
    await textOf("td:first-child").toEqual(["ann"]);
  });

  test("lazy loading, and polling until 286", async () => {
    let asked = 0;
    await open(
      `<div bus-get="/graph" bus-trigger="load"><img class="bus-indicator" alt="Loading"></div><p bus-get="/job" bus-trigger="every 50ms"></p>`,
      {
        "GET /graph": () => "<b>graph</b>",
        "GET /job": () => ({ status: ++asked < 3 ? 200 : 286, body: `${asked}` }),
      },
    );
    await textOf("div b").toEqual(["graph"]);
    await textOf("p").toEqual(["3"]);
    await page.waitForTimeout(200);
    expect(asked).toBe(3);
  });

  test("inline validation", async () => {
    const field = (value = "", error = ""): string =>
      `<div bus-target:inherited="this" bus-swap:inherited="outerHTML"><input name="email" value="${value}" bus-post="/email"><i>${error}</i></div>`;
    await open(`<form bus-post="/contact">${field()}<button>Send</button></form>`, {
      "POST /email": ({ values }) => field(values.get("email") ?? "", values.get("email") === "a@b" ? "" : "taken"),
      "POST /contact": () => ({ status: 422, body: "<em>no</em>" }),
    });
    await page.fill("input", "x@y");
    await page.keyboard.press("Tab");
    await textOf("i").toEqual(["taken"]);
    await page.fill("input", "a@b");
    await page.keyboard.press("Tab");
    await textOf("i").toEqual([""]);
    await page.click("text=Send");
    await textOf("form em").toEqual(["no"]);
  });

  test("active search", async () => {
    const all = ["ann", "bob", "anton"];
    await open(
      `<input type="search" name="q" bus-post="/search" bus-trigger="input changed delay:50ms, keyup[key=='Enter'], load" bus-target="#results" bus-indicator=".busy"><ul id="results"></ul><i class="busy"></i>`,
      {
        "POST /search": ({ values }) =>
          all
            .filter((name) => name.startsWith(values.get("q") ?? ""))
            .map((name) => `<li>${name}</li>`)
            .join(""),
      },
    );
    await textOf("li").toEqual(all);
    await page.locator("input").pressSequentially("an");
    await textOf("li").toEqual(["ann", "anton"]);
    await page.locator("input").pressSequentially("t");
    await textOf("li").toEqual(["anton"]);
  });

  test("value select", async () => {
    const models: Record<string, string[]> = { audi: ["A1", "A4"], bmw: ["X5"] };
    await open(
      `<select name="make" bus-get="/models" bus-target="#models" bus-trigger="change, load"><option>audi<option>bmw</select><select id="models"></select>`,
      {
        "GET /models": ({ values }) =>
          (models[values.get("make") ?? ""] ?? []).map((model) => `<option>${model}</option>`).join(""),
      },
    );
    await textOf("#models option").toEqual(["A1", "A4"]);
    await page.selectOption("select", "bmw");
    await textOf("#models option").toEqual(["X5"]);
  });

  test("keyboard shortcuts", async () => {
    await open(
      `<button bus-post="/doit" bus-trigger="click, keyup[altKey && shiftKey && key=='D'] from:body">Do it</button>`,
      { "POST /doit": () => "done" },
    );
    await page.keyboard.press("Alt+Shift+D");
    await textOf("button").toEqual(["done"]);
  });

  test("updating other content: by a part, and by an event of the server", async () => {
    const contacts = ["ann"];
    const list = (): string => contacts.map((name) => `<li>${name}</li>`).join("");
    await open(
      `<ul bus-get="/contacts" bus-trigger="added from:body">${list()}</ul><b id="count">1</b><form bus-post="/contacts" bus-swap="outerHTML"><input name="name"><button>Add</button></form>`,
      {
        "GET /contacts": list,
        "POST /contacts": ({ values }) => {
          contacts.push(values.get("name") ?? "");
          return {
            headers: { "Bus-Trigger": "added" },
            body: `<form bus-post="/contacts" bus-swap="outerHTML"><input name="name"><button>Add</button></form><b id="count" bus-swap-oob="true">${contacts.length}</b>`,
          };
        },
      },
    );
    await page.fill("input", "bob");
    await page.click("button");
    await textOf("li").toEqual(["ann", "bob"]);
    await textOf("#count").toEqual(["2"]);
    expect(await page.inputValue("input")).toBe(""); // the form came anew
  });

  test("tabs by links with addresses, Back and Forward, and a whole page for a reload", async () => {
    const tab = (name: string): string =>
      `<nav bus-boost="true"><a href="/one">one</a> <a href="/two">two</a></nav><h1>${name}</h1>`;
    const whole = (name: string) => () =>
      `<!doctype html><html><head><title>${name}</title><script src="/busbar/${file}.min.js" defer></script></head><body>${tab(name)}</body></html>`;
    await open(tab("start"), { "GET /one": whole("one"), "GET /two": whole("two") });
    await page.click("text=one");
    await textOf("h1").toEqual(["one"]);
    await page.click("text=two");
    await textOf("h1").toEqual(["two"]);
    await page.goBack();
    await textOf("h1").toEqual(["one"]);
    expect(await page.title()).toBe("one");
    await page.goForward();
    await textOf("h1").toEqual(["two"]);
    await page.reload();
    await textOf("h1").toEqual(["two"]);
  });
});
