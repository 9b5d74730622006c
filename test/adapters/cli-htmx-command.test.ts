import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LIMITS, walk } from "../../adapters/cli/htmx/walk.ts";
import { runCli } from "../../adapters/cli/run.ts";

let folder = "";

// A small shop as teams write it: an Express app with EJS, one page of Django, and htmx 2 with two extensions.
const SHOP: Readonly<Record<string, string>> = {
  "package.json": `{ "dependencies": { "express": "5", "htmx.org": "^2.0.4" } }`,
  "views/layout.ejs": `<!doctype html>
<html>
<head>
  <script src="/static/htmx.min.js"></script>
  <script src="https://unpkg.com/htmx-ext-sse@2.2.2/sse.js"></script>
</head>
<body hx-boost="true" hx-headers='{"X-CSRF": "<%= token %>"}'>
<%- body %>
</body>
</html>
`,
  "views/products.ejs": `<input type="search" name="q" hx-get="/search" hx-target="#rows"
  hx-trigger="input changed delay:300ms, keyup[key=='Enter']">
<img class="htmx-indicator" src="/dots.svg">
<table><tbody id="rows">
<% for (const row of rows) { %>
  <tr id="row-<%= row.id %>">
    <td><%= row.name %></td>
    <td><button hx-delete="/rows/<%= row.id %>" hx-target="closest tr" hx-swap="outerHTML swap:1s" hx-confirm="Sure?">x</button></td>
  </tr>
<% } %>
</tbody></table>
<form hx-post="/rows" hx-target="#rows" hx-swap="beforeend" hx-on::after-request="this.reset()" hx-disabled-elt="find button">
  <input name="name" required> <button>Add</button>
</form>
`,
  "app/templates/feed.html": `{% load static %}
<div hx-ext="sse" sse-connect="{% url "feed" %}">
  {% for item in items %}<p hx-get="{% url "item" item.id %}" hx-trigger="revealed" hx-swap="outerMorph">{{ item }}</p>{% endfor %}
</div>
`,
  "server.js": `app.post("/rows", (req, res) => {
  if (!req.get("HX-Request")) return res.redirect("/");
  res.set("HX-Trigger-After-Swap", "saved").render("row", { source: req.get("HX-Trigger") });
});
`,
  "public/app.js": `document.body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-A"] = "b"; });
`,
  "node_modules/other/a.html": "<p hx-prompt=no>",
  "dist/a.html": "<p hx-prompt=no>",
  ".git/a.html": "<p hx-prompt=no>",
  "public/htmx.js": `var htmx = htmx.config.no`,
  "public/app.min.js": `htmx.ajax()`,
  "README.txt": "<p hx-prompt=no>",
  "clean/a.html": `<p hx-get="/x">`,
};

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "busbar-htmx-")));
  const outside = join(folder, "outside");
  write("outside/secret.html", "<p hx-prompt=no>");
  for (const [name, text] of Object.entries(SHOP)) write(`shop/${name}`, text);
  symlinkSync(outside, join(folder, "shop/linked"));
  symlinkSync(join(outside, "secret.html"), join(folder, "shop/linked.html"));
  symlinkSync(join(folder, "shop"), join(folder, "shop-link"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const run = (...words: string[]): ReturnType<typeof runCli> => runCli(["htmx", ...words], { cwd: folder });

describe("busbar htmx", () => {
  test("lists what a project has to change, by file, line and column", async () => {
    const { exitCode, stream, text } = await run("shop");
    expect([exitCode, stream]).toEqual([0, "stdout"]);
    expect(
      text.split("\n").map((line) => line.replace(/; instead:.*| [(:].*/, "").replace(/^( +\d+ \w+ .*):.*$/, "$1")),
    ).toMatchInlineSnapshot(`
      [
        "shop/server.js:3:12 change: HX-Trigger-After-Swap: there is one header for events",
        "shop/server.js:3:78 change: HX-Trigger: requests do not carry HX-Trigger",
        "shop/app/templates/feed.html:2:6 change: hx-ext: extensions of htmx are not read: sse",
        "shop/app/templates/feed.html:2:19 change: sse-connect: events from the server belong to live views",
        "shop/app/templates/feed.html:3:63 plus: hx-trigger: revealed is in busbar-plus",
        "shop/app/templates/feed.html:3:85 morph: hx-swap: outerMorph is in busbar-morph",
        "shop/public/app.js:1:33 change: htmx:configRequest, of htmx 2, is not fired",
        "shop/views/layout.ejs:4:3 change: script: htmx and busbar would both answer the same elements",
        "shop/views/layout.ejs:5:3 change: script: extensions of htmx are not read: sse",
        "shop/views/products.ejs:2:3 plus: hx-trigger: filters are in busbar-plus",
        "shop/views/products.ejs:3:13 differs: htmx-indicator: no styles are added for htmx-indicator",
        "shop/views/products.ejs:12:61 change: hx-on::after-request: no code is run from attributes",
        "shop/views/products.ejs:12:97 change: hx-disabled-elt: the name of htmx 2",
        "everywhere differs: 422 is swapped, and so is an error that sends HX-Retarget or HX-Reswap, or that a hx-status",
        "everywhere differs: attributes are passed on to what is inside only while inherit is on",
        "",
        "7 files read, 27 uses of htmx 2",
        "  14 carry over with busbar-hx.min.js",
        "   2 need busbar-plus too",
        "   0 need busbar-page too",
        "   1 need busbar-morph too",
        "   1 carry over and behave differently",
        "   9 do not carry over",
      ]
    `);
  });

  test("names the files from where it was started, also through a link to the folder", async () => {
    expect((await run("shop/clean/../public")).text).toMatch(/^shop\/public\/app\.js:1:33 change: htmx:configRequest/);
    expect((await runCli(["htmx", "."], { cwd: join(folder, "shop/public") })).text).toMatch(/^app\.js:1:33 /);
    expect((await run("shop-link/public")).text).toMatch(/^shop-link\/public\/app\.js:1:33 /);
    expect((await run("shop/public/app.js")).text).toMatch(/^shop\/public\/app\.js:1:33 /);
  });

  test("exits 1 only with --check, and only when something does not carry over", async () => {
    expect((await run("shop", "--check")).exitCode).toBe(1);
    expect((await run("shop/clean", "--check")).exitCode).toBe(0);
    expect((await run("--check", "shop/views/../clean/a.html")).exitCode).toBe(0);
  });

  test("prints JSON", async () => {
    const document = JSON.parse((await run("shop", "--json")).text);
    expect(document).toMatchObject({ from: 2, reason: "named in shop/package.json", left: [] });
    expect(document.findings).toContainEqual(
      expect.objectContaining({
        file: "shop/server.js",
        line: 3,
        column: 12,
        rule: "header",
        name: "HX-Trigger-After-Swap",
      }),
    );
  });

  test("takes the version from --from", async () => {
    expect((await run("shop", "--from", "4")).text).toContain("uses of htmx 4 (as --from says)");
    expect(await run("shop", "--from", "3")).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining("--from needs 2 or 4"),
    });
  });

  test("says in one line what is wrong with the command", async () => {
    expect((await run()).text).toContain("htmx needs a folder or a file");
    expect((await run("nowhere")).text).toBe("busbar: no such folder: nowhere (see busbar --help)");
    expect((await run("shop", "--fix")).text).toContain('unknown option "--fix"');
  });
});

describe("the walk", () => {
  test("follows no link and reads neither packages nor builds nor htmx itself", () => {
    const { files, left } = walk(join(folder, "shop"));
    expect([...files].sort()).toEqual(
      [
        ...["app/templates/feed.html", "clean/a.html", "package.json", "public/app.js", "server.js"],
        ...["views/layout.ejs", "views/products.ejs"],
      ].sort(),
    );
    expect(left).toEqual([]);
  });

  test("names what it leaves out: large files, deep folders, too many files", () => {
    for (const name of ["a.html", "b/b.html", "b/c/c.html", "b/c/d/d.html"]) write(`deep/${name}`, "<p>");
    write("deep/large.html", "x".repeat(100));
    const from = (limits: Partial<typeof LIMITS>): readonly (readonly string[])[] => {
      const { files, left } = walk(join(folder, "deep"), { ...LIMITS, ...limits });
      return [files, left.map(({ name, why }) => `${name}: ${why}`)];
    };
    expect(from({ maxFileBytes: 99 })).toEqual([
      ["a.html", "b/b.html", "b/c/c.html", "b/c/d/d.html"],
      ["large.html: larger than 99 bytes"],
    ]);
    expect(from({ maxDepth: 1 })).toEqual([["a.html", "large.html", "b/b.html"], ["b/c: more than 1 folders deep"]]);
    expect(from({ maxFiles: 2 })).toEqual([["a.html", "large.html"], [": more than 2 files"]]);
  });

  test("fails a check when something was left out", async () => {
    write("big/a.html", `<p hx-get="/x">${" ".repeat(LIMITS.maxFileBytes)}`);
    expect(await run("big", "--check")).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining("not read: big/a.html: larger than 1048576 bytes"),
    });
  });

  test("passes over what is no text", async () => {
    write("binary/a.html", "<p hx-prompt=no>\0");
    expect((await run("binary")).text).toBe("0 files read, no use of htmx");
  });
});
