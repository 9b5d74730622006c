import assert from "node:assert/strict";
import { JSDOM } from "jsdom";
import { parse } from "parse5";
import { describe, test } from "vitest";
import { z } from "zod";
import { type App, createApp, type Reply } from "../../lib/app/index.ts";
import { type ServeOpenapiOptions, serveOpenapi } from "../../lib/app/openapi/index.ts";
import { ask, header, type RequestInit } from "./requests.ts";

const INFO = { title: "Shop <b>", version: "1.0.0", description: "First.\n\nSecond <script>alert(1)</script>." };

const Tree = z
  .object({
    value: z.string().max(9).describe('A "value" <i>'),
    get children() {
      return z.array(Tree);
    },
  })
  .meta({ id: "Tree" });

function createShop(options: Partial<ServeOpenapiOptions> = {}): App {
  const app = createApp();
  const meta = (tags: readonly string[]) => ({ openapi: { tags, summary: `Sum <u>${tags.join()}` } });
  app.get("/trees/:id", { response: Tree, meta: meta(["trees", "plants & <more>"]) }, (c) => c.empty());
  app.get("/trees/:name(\\w+)", { meta: meta(["trees"]) }, (c) => c.empty());
  app.post("/trees", { body: Tree, query: z.object({ dry: z.enum(["yes", "no"]) }), meta: meta(["trees"]) }, (c) =>
    c.empty(),
  );
  app.delete("/any", { body: z.union([z.string(), z.object({ a: z.number() })]) }, (c) => c.empty());
  const tags = [{ name: "plants & <more>", description: "What grows." }, { name: "unused" }];
  serveOpenapi(app, { info: INFO, tags, ...options });
  return app;
}

async function get(app: App, url: string, init?: RequestInit): Promise<Reply> {
  const reply = await ask(app, "GET", url, init);
  assert.ok(reply !== undefined, `${url} is not ours`);
  return reply;
}

const textOf = ({ body }: Reply): string =>
  body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);

describe("the page", async () => {
  const reply = await get(createShop(), "/docs");
  const markup = textOf(reply);
  const { document } = new JSDOM(markup, { url: "https://shop.example/docs" }).window;
  const all = (selector: string): Element[] => [...document.querySelectorAll(selector)];

  test("is well-formed HTML in one language with a title", () => {
    const errors: string[] = [];
    parse(markup, { onParseError: ({ code }) => errors.push(code) });
    assert.deepEqual(errors, []);
    assert.deepEqual([document.documentElement.lang, document.title], ["en", "Shop <b> 1.0.0"]);
  });

  test("needs nothing a strict Content-Security-Policy refuses", () => {
    assert.deepEqual(all("script, style, [style], iframe, object, img, form, base"), []);
    const handlers = all("*").flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith("on")));
    assert.deepEqual(handlers, []);
    assert.equal(
      header(reply, "content-security-policy"),
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    assert.deepEqual(
      all("link").map((link) => link.getAttribute("href")),
      ["docs/style.css"],
    );
  });

  test("shows what authors wrote as text", () => {
    assert.equal(document.querySelector("h1")?.textContent, "Shop <b> 1.0.0");
    assert.deepEqual(
      all("header > p")
        .map((each) => each.textContent)
        .slice(0, 2),
      ["First.", "Second <script>alert(1)</script>."],
    );
    assert.ok(all(".properties p").some((each) => each.textContent === 'A "value" <i>'));
    assert.ok(all("summary").some((each) => each.textContent?.includes("Sum <u>trees")));
  });

  test("groups operations by tag, those with words first, those without a tag last", () => {
    assert.deepEqual(
      all("main h2").map((each) => each.textContent),
      ["plants & <more>", "trees", "Other", "Schemas"],
    );
    const paths = all("main > section").map((part) => part.querySelectorAll("details.operation").length);
    assert.deepEqual(paths, [2, 3, 1, 0]); // an alternative stands inside the operation it shares its place with
  });

  test("has no dead link and no id twice", () => {
    const ids = all("[id]").map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    const targets = all('a[href^="#"]').map((link) => decodeURIComponent(link.getAttribute("href")?.slice(1) ?? ""));
    assert.ok(targets.length > 6);
    // A browser looks for the fragment as it stands first, then for its decoded form.
    const raw = all('a[href^="#"]').map((link) => link.getAttribute("href")?.slice(1) ?? "");
    assert.deepEqual(
      raw.filter((id, i) => !ids.includes(id) && !ids.includes(targets[i] ?? "")),
      [],
    );
  });

  test("can be walked by assistive technology", () => {
    assert.ok(all("details").length > 8);
    for (const details of all("details")) assert.equal(details.firstElementChild?.tagName, "SUMMARY");
    for (const table of all("table")) assert.ok(table.querySelector("caption") !== null);
    for (const cell of all("th")) assert.match(cell.getAttribute("scope") ?? "", /^(col|row)$/);
    for (const part of all("main > section"))
      assert.ok(document.getElementById(part.getAttribute("aria-labelledby") ?? "") !== null);
    assert.ok(document.querySelector("nav[aria-label] a[href]") !== null);
    const levels = all("h1, h2, h3").map(({ tagName }) => Number(tagName[1]));
    assert.ok(levels.every((level, i) => i === 0 || level <= (levels[i - 1] ?? 0) + 1));
  });

  test("opens schemas where they stand, and stops where they contain themselves", () => {
    const body = all("details.operation").find((each) =>
      each.querySelector("summary")?.textContent?.startsWith("POST /trees"),
    );
    const shown = [...(body?.querySelectorAll(".content summary") ?? [])].map((each) => each.textContent);
    assert.deepEqual(shown.filter((each) => each === "Show Tree").length, 1);
    assert.match(body?.querySelector(".content")?.textContent ?? "", /length at most 9/);
    assert.match(body?.textContent ?? "", /"yes" \| "no"/);
  });
});

describe("serveOpenapi", () => {
  test("serves the document with an entity tag", async () => {
    const app = createShop();
    for (const [url, type] of [
      ["/openapi.json", "application/json"],
      ["/docs", "text/html; charset=utf-8"],
      ["/docs/style.css", "text/css; charset=utf-8"],
    ] as const) {
      const reply = await get(app, url);
      assert.deepEqual([reply.status, header(reply, "content-type")], [200, type]);
      const etag = header(reply, "etag") ?? "";
      assert.match(etag, /^"[A-Za-z0-9+/]{24}"$/);
      const again = await get(app, url, { headers: { "if-none-match": etag } });
      assert.deepEqual([again.status, again.body, header(again, "etag")], [304, null, etag]);
    }
  });

  test("does not list itself, and lists routes that come later", async () => {
    const app = createShop();
    const pathsNow = async (): Promise<string[]> =>
      Object.keys(JSON.parse(textOf(await get(app, "/openapi.json"))).paths);
    assert.deepEqual(await pathsNow(), ["/any", "/trees", "/trees/{id}"]);
    const before = header(await get(app, "/openapi.json"), "etag");
    app.get("/later", (c) => c.empty());
    assert.ok((await pathsNow()).includes("/later"));
    assert.match(textOf(await get(app, "/docs")), /\/later/);
    assert.notEqual(header(await get(app, "/openapi.json"), "etag"), before);
    app.router.remove("GET", "/later");
    assert.equal(header(await get(app, "/openapi.json"), "etag"), before);
  });

  test("makes its bytes once for one table", async () => {
    const app = createShop();
    assert.equal((await get(app, "/openapi.json")).body, (await get(app, "/openapi.json")).body);
    assert.equal((await get(app, "/docs")).body, (await get(app, "/docs")).body);
  });

  test("names the path it is mounted under, unless servers are given", async () => {
    const outer = createApp();
    outer.mount("/api", createShop());
    const serversAt = async (app: App, url: string, init?: RequestInit): Promise<unknown> =>
      JSON.parse(textOf(await get(app, url, init))).servers;
    assert.deepEqual(await serversAt(outer, "/api/openapi.json"), [{ url: "/api" }]);
    assert.deepEqual(await serversAt(outer, "/api/openapi.json", { base: "/host" }), [{ url: "/host/api" }]);
    assert.equal(await serversAt(createShop(), "/openapi.json?x=1"), undefined);
    const servers = [{ url: "https://shop.example" }];
    assert.deepEqual(await serversAt(createShop({ servers }), "/openapi.json", { base: "/host" }), servers);
  });

  test("links from the page to what belongs to it, wherever the two are", async () => {
    const hrefs = async (options: Partial<ServeOpenapiOptions>, url: string): Promise<string[]> => {
      const { document } = new JSDOM(textOf(await get(createShop(options), url)), {
        url: `https://x.example/mount${url}`,
      }).window;
      const found = [
        document.querySelector<HTMLLinkElement>("link")?.href,
        document.querySelector<HTMLAnchorElement>("header a")?.href,
      ];
      return found.map((href) => new URL(href ?? "").pathname);
    };
    assert.deepEqual(await hrefs({}, "/docs"), ["/mount/docs/style.css", "/mount/openapi.json"]);
    assert.deepEqual(await hrefs({ page: "/a/b", path: "/c/d.json" }, "/a/b"), [
      "/mount/a/b/style.css",
      "/mount/c/d.json",
    ]);
    assert.deepEqual(await hrefs({ page: "/" }, "/"), ["/mount/style.css", "/mount/openapi.json"]);
  });

  test("can be guarded, and can do without the page", async () => {
    const closed = createShop({ use: (c) => c.text("no", 401) });
    for (const url of ["/openapi.json", "/docs", "/docs/style.css"]) assert.equal((await get(closed, url)).status, 401);
    assert.equal(await ask(createShop({ page: false }), "GET", "/docs"), undefined);
  });
});
