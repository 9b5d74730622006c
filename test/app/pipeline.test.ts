import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createApp } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { ask, header, hostRequest, line } from "./requests.ts";

describe("handling", () => {
  test("answers synchronously when handler and middleware do", () => {
    const app = createApp();
    app.use((_c, next) => next());
    app.get("/", (c) => c.text("now"));
    const reply = ask(app, "GET", "/");
    assert.ok(reply !== undefined && !(reply instanceof Promise));
    assert.equal(reply.body, "now");
  });

  test("gives undefined, at once, for what is not its own", () => {
    const app = createApp();
    app.get("/a", (c) => c.text("a"));
    for (const [method, url] of [
      ["GET", "/b"],
      ["POST", "/a"],
      ["OPTIONS", "/a"],
      ["GET", "/%zz"],
      ["GET", "/a/../a"],
      ["GET", "*"],
      ["GET", ""],
      ["GET", `/${"x".repeat(9000)}`],
    ] as const) {
      assert.equal(ask(app, method, url), undefined, `${method} ${url.slice(0, 20)}`);
    }
  });

  test("tells the pattern that matched, below groups and mounts, and none for a miss", () => {
    const inner = createApp();
    inner.get("/:id", (c) => c.text(String(c.route)));
    const app = createApp({ terminal: true });
    app.notFound((c) => c.text(String(c.route), 404));
    app.group("/v1", (v1) => v1.get("/users/:id", (c) => c.text(String(c.route))));
    app.mount("/shop/:shop", inner);
    const told = ["/v1/users/7?x=1", "/shop/3/9", "/elsewhere"].map((url) => {
      const reply = ask(app, "GET", url);
      return reply instanceof Promise ? "late" : reply?.body;
    });
    assert.deepEqual(told, ["/v1/users/:id", "/shop/:shop/:id", "undefined"]);
  });

  test("does not ask for headers that nothing depends on", () => {
    const app = createApp();
    app.get("/a", (c) => c.text("a"));
    const bare = hostRequest("GET", "/a");
    const silent = Object.defineProperty({ ...bare }, "headers", {
      get: () => assert.fail("headers were asked for"),
    });
    for (const prepare of [() => {}, () => assert.ok(app.claims("GET", "/a", {}))]) {
      prepare();
      const reply = app.handle(silent);
      assert.ok(reply !== undefined && !(reply instanceof Promise));
      assert.equal(reply.body, "a");
    }
  });

  test("picks routes by host and version once a route asks for them", async () => {
    const app = createApp();
    const plain = createApp();
    for (const each of [app, plain]) each.get("/v", (c) => c.text("any"));
    app.get("/v", { constraints: { version: "1.2.0" } }, (c) => c.text("1.2.0"));
    app.get("/v", { constraints: { version: "1.3.0", host: "*.example.com" } }, (c) => c.text("ours, 1.3.0"));
    const headers = (version: string, host = "x.test") => ({ headers: { host, "accept-version": version } });
    assert.equal(await line(app, "GET", "/v"), "200 any");
    assert.equal(await line(app, "GET", "/v", headers("1.x")), "200 1.2.0");
    assert.equal(await line(app, "GET", "/v", headers("1.x", "a.example.com:8080")), "200 ours, 1.3.0");
    assert.equal(await line(app, "GET", "/v", headers("2.x")), "not ours");
    assert.equal(app.claims("GET", "/v", headers("^1.2").headers), true);
    assert.equal(app.claims("GET", "/v", headers("2").headers), false);
    assert.equal(await line(plain, "GET", "/v", headers("2.x")), "200 any"); // nobody asked for a version
  });

  test("refuses a malformed path below an owned prefix, whatever the method", async () => {
    const app = createApp({ terminal: true });
    app.get("/a", (c) => c.text("a"));
    assert.equal((await ask(app, "GET", "/%zz"))?.status, 400);
    assert.equal((await ask(app, "PURGE", "/%zz"))?.status, 400);
    assert.equal((await ask(app, "PURGE", "/a"))?.status, 405);
  });

  test("throws synchronously what a sync handler throws", () => {
    const app = createApp();
    app.get("/", () => {
      throw new RangeError("boom");
    });
    assert.throws(() => ask(app, "GET", "/"), RangeError);
  });

  test.each([
    undefined,
    null,
    "text",
    7,
    {},
    { status: 200 },
    { status: 99, headers: [], body: "" },
    { status: 200, headers: [], body: {} },
  ])("refuses %j as a reply", (result) => {
    const app = createApp();
    app.get("/", () => result as never);
    assert.throws(
      () => ask(app, "GET", "/"),
      (error) => isCodedError(error) && error.code === "APP_BAD_REPLY",
    );
  });

  test("never changes a reply object the handler keeps", async () => {
    const app = createApp();
    const kept = Object.freeze({
      status: 200,
      headers: Object.freeze([Object.freeze(["x-a", "1"] as const)]),
      body: "kept",
    });
    app.use((c, next) => {
      c.addHeader("x-added", "2");
      return next();
    });
    app.get("/", () => kept);
    for (const method of ["GET", "HEAD", "GET"]) {
      const reply = await ask(app, method, "/");
      assert.deepEqual(
        [header(reply, "x-a"), header(reply, "x-added"), reply?.body],
        ["1", "2", method === "HEAD" ? null : "kept"],
      );
    }
  });

  test("answers any method through all, and lists of methods through route", async () => {
    const app = createApp();
    app.all("/any", (c) => c.text(c.method));
    app.route(["LOCK", "UNLOCK"], "/dav", {}, (c) => c.text(c.method));
    assert.equal(await line(app, "BREW", "/any"), "200 BREW");
    app.route("PURGE", "/cache/:key", (c) => c.text(`${c.method} ${c.params.key}`));
    assert.equal(await line(app, "UNLOCK", "/dav"), "200 UNLOCK");
    assert.equal(await line(app, "PURGE", "/cache/7"), "200 PURGE 7");
  });

  test.each([Number.NaN, -1, "5" as never])("takes no limit that would be none: %s", async (value) => {
    const bad = (error: unknown): boolean => isCodedError(error) && error.code === "APP_BAD_LIMIT";
    for (const name of ["maxBodyBytes", "maxFields", "maxPathLength", "maxParamLength"])
      assert.throws(() => createApp({ limits: { [name]: value } }), bad, name);
    const app = createApp({ limits: { maxBodyBytes: Number.POSITIVE_INFINITY } });
    assert.throws(() => app.post("/", { maxBodyBytes: value }, (c) => c.empty()), bad);
    app.post("/read", async (c) => c.text(await c.readText({ maxBytes: value })));
    await assert.rejects(async () => ask(app, "POST", "/read"), bad);
  });

  test("builds the URL of a route it added", () => {
    const app = createApp();
    assert.equal(
      app
        .get("/users/:id", (c) => c.text(c.params.id))
        .url({ id: "a b" })
        .replaceAll("%20", " "),
      "/users/a b",
    );
    app.group("/admin", (admin) => assert.equal(admin.get("/", (c) => c.empty()).pattern, "/admin"));
    assert.deepEqual(
      app.router.routes().map((route) => route.pattern),
      ["/users/:id", "/admin"],
    );
  });

  test("matches with any matcher it is given", async () => {
    const first = createApp();
    first.get("/:id", (c) => c.text(c.params.id));
    const second = createApp({ matcher: first.router });
    assert.equal(await line(second, "GET", "/7"), "200 7");
  });

  test("knows what it would answer without running it", () => {
    const app = createApp();
    app.get("/a", () => assert.fail("ran"));
    app.own("/own");
    assert.deepEqual(
      [
        app.claims("GET", "/a?x"),
        app.claims("HEAD", "/a"),
        app.claims("POST", "/a"),
        app.claims("GET", "/own/x"),
        app.claims("GET", "/owner"),
      ],
      [true, true, false, true, false],
    );
  });
});

describe("groups and mounts", () => {
  test("know the parameters of their prefix", async () => {
    const app = createApp();
    app.group("/orgs/:org", (group) => {
      group.group("/teams/:team", (team) => {
        team.get("/people/:id", (c) => c.text(`${c.params.org} ${c.params.team} ${c.params.id}`));
      });
    });
    assert.equal(await line(app, "GET", "/orgs/a/teams/b/people/c"), "200 a b c");
  });

  test("an app can be mounted twice, and takes the platform of its host app", async () => {
    const inner = createApp();
    inner.get("/", (c) => c.text(String(c.platform.now())));
    const platform = {
      now: () => 7,
      random: () => new Uint8Array(),
      hmac: () => new Uint8Array(),
      after: () => () => {},
    };
    const app = createApp({ platform });
    app.mount("/a", inner);
    app.mount("/b", inner);
    assert.deepEqual([await line(app, "GET", "/a"), await line(app, "GET", "/b")], ["200 7", "200 7"]);
    assert.throws(
      () => ask(inner, "GET", "/"),
      (error) => isCodedError(error) && error.code === "APP_NO_PLATFORM",
    );
  });

  test("refuse cycles", () => {
    const [a, b, c] = [createApp(), createApp(), createApp()];
    a.mount("/b", b);
    b.mount("/c", c);
    for (const app of [a, b, c]) {
      assert.throws(
        () => c.mount("/x", app),
        (error) => isCodedError(error) && error.code === "APP_MOUNT_CYCLE",
      );
    }
  });

  test.each(["admin", "/admin/", "/admin/*"])("refuse the prefix %s", (prefix) => {
    assert.throws(
      () => createApp().group(prefix, () => {}),
      (error) => isCodedError(error) && error.code === "APP_BAD_PREFIX",
    );
  });

  test("refuse a pattern that would run into its prefix", () => {
    createApp().group("/admin", (group) => {
      assert.throws(
        () => group.get("users", (c) => c.empty()),
        (error) => isCodedError(error) && error.code === "APP_BAD_PREFIX",
      );
    });
  });
});

describe("errors", () => {
  test("go to the nearest handler, then outwards, then to the host", async () => {
    const app = createApp();
    app.onError((error, c) => (String(error) === "Error: app" ? c.text("app") : undefined));
    app.group("/g", (group) => {
      group.onError(async (error, c) => (String(error) === "Error: group" ? c.text("group") : undefined));
      group.get("/:what", (c) => {
        throw new Error(c.params.what);
      });
    });
    assert.equal(await line(app, "GET", "/g/group"), "200 group");
    assert.equal(await line(app, "GET", "/g/app"), "200 app");
    await assert.rejects(async () => ask(app, "GET", "/g/other"), /other/);
  });

  test("of a mounted app go to it first", async () => {
    const inner = createApp();
    inner.get("/", () => {
      throw new Error("x");
    });
    const app = createApp();
    app.onError((_error, c) => c.text("outer", 500));
    app.mount("/plain", inner);
    const handled = createApp();
    handled.onError((_error, c) => c.text("inner", 500));
    handled.mount("/", inner);
    app.mount("/handled", handled);
    assert.deepEqual(
      [await line(app, "GET", "/plain"), await line(app, "GET", "/handled")],
      ["500 outer", "500 inner"],
    );
  });

  test("that are the client's fault have answers, which an error handler may replace", async () => {
    const app = createApp();
    app.post("/a", async (c) => c.json(await c.readJson()));
    app.group("/b", (group) => {
      group.onError((error, c) => c.text(isCodedError(error) ? error.code : "?", 422));
      group.post("/", async (c) => c.json(await c.readJson()));
    });
    const init = { headers: { "content-type": "application/json" }, body: "{" };
    const reply = await ask(app, "POST", "/a", init);
    assert.deepEqual([reply?.status, header(reply, "content-type")], [400, "application/problem+json"]);
    assert.equal(await line(app, "POST", "/b", init), "422 APP_BAD_JSON");
  });
});

describe("ownership", () => {
  const app = createApp();
  app.use((c, next) => {
    c.addHeader("x-cors", "1");
    return next();
  });
  app.own("/api");
  app.get("/api/users/:id", (c) => c.text(c.params.id));
  app.get("/elsewhere", (c) => c.empty());
  app.group("/api/admin", (admin) => {
    admin.use((c, next) => (c.headers["x-key"] === "k" ? next() : c.text("closed", 401)));
    admin.notFound((c) => c.text(`admin has no ${c.url}`, 404));
    admin.get("/", (c) => c.text("admin"));
  });

  test.each([
    ["GET", "/api/nowhere", 404],
    ["GET", "/api", 404],
    ["POST", "/api/users/7", 405],
    ["OPTIONS", "/api/users/7", 204],
    ["GET", "/api/users/%zz", 400],
    ["GET", "/api/%zz/users", 400],
    ["GET", "/api/../users", 400],
    ["GET", `/api/users/${"x".repeat(2000)}`, 414],
    ["GET", `/api/${"x/".repeat(5000)}`, 414],
    ["GET", "/%61pi/nowhere", 404],
  ])("answers %s %s", async (method, url, status) => {
    const reply = await ask(app, method, url);
    assert.equal(reply?.status, status);
    assert.equal(header(reply, "x-cors"), "1");
  });

  test.each([
    ["GET", "/apish"],
    ["POST", "/elsewhere"],
    ["OPTIONS", "/elsewhere"],
    ["GET", "/x/%zz"],
    ["GET", "/%zz/api"],
    ["GET", `/x/${"y".repeat(9000)}`],
    ["GET", "/API/x"],
  ])("leaves %s %s to the host", (method, url) => assert.equal(ask(app, method, url), undefined));

  test("answers OPTIONS * where it owns everything, and nothing else that is no path", async () => {
    const whole = createApp({ terminal: true });
    assert.equal((await ask(whole, "OPTIONS", "*"))?.status, 204);
    assert.equal((await ask(whole, "GET", "*"))?.status, 400);
    assert.equal(ask(app, "OPTIONS", "*"), undefined);
  });

  test("runs the middleware of the innermost group for misses too", async () => {
    assert.equal(await line(app, "GET", "/api/admin/nowhere"), "401 closed");
    assert.equal(
      await line(app, "GET", "/api/admin/nowhere", { headers: { "x-key": "k" } }),
      "404 admin has no /api/admin/nowhere",
    );
  });

  test("takes the group with the closest prefix for misses, in whatever order groups were added", async () => {
    const prefixes = ["/", "/:org", "/shop", "/shop/admin", "/:org/admin"];
    for (const order of [prefixes, prefixes.toReversed()]) {
      const site = createApp({ terminal: true });
      for (const prefix of order) {
        site.group(prefix, (group) => {
          group.get("/there", (c) => c.empty());
          group.notFound((c) => c.text(`not in ${prefix}`, 404));
        });
      }
      const mounted = createApp();
      mounted.notFound((c) => c.text("not in the mounted one", 404));
      site.mount("/shop/admin/more", mounted);
      for (const [url, answer] of [
        ["/shop/x", "not in /shop"],
        ["/shop/admin/x", "not in /shop/admin"],
        ["/shop/admin/more/x", "not in the mounted one"],
        ["/other/x", "not in /:org"],
        ["/other/admin/x", "not in /:org/admin"],
        ["/", "not in /"],
      ] as const) {
        assert.equal(await line(site, "GET", url), `404 ${answer}`);
      }
    }
  });

  test("runs the guard of the closest group for paths that cannot be read, whatever was added before it", async () => {
    const site = createApp({ terminal: true });
    site.group("/", (pages) => void pages.get("/about", (c) => c.empty()));
    site.group("/admin", (admin) => {
      admin.use((c) => c.text("closed", 401));
      admin.get("/users", (c) => c.empty());
    });
    for (const [method, url] of [
      ["GET", "/admin/x"],
      ["PUT", "/admin/users"],
      ["OPTIONS", "/admin/users"],
      ["GET", "/admin/%zz"],
      ["GET", "/%61dmin/../x"],
    ] as const) {
      assert.equal(await line(site, method, url), "401 closed");
    }
  });

  test("lists the methods a path has", async () => {
    assert.equal(header(await ask(app, "POST", "/api/users/7"), "allow"), "GET, HEAD, OPTIONS");
  });

  test("takes a whole app, and notFound may decline", async () => {
    const all = createApp({ terminal: true });
    all.get("/a", (c) => c.text("a"));
    all.notFound((c) => (c.url === "/special" ? c.text("special", 404) : undefined));
    assert.equal(await line(all, "GET", "/special"), "404 special");
    assert.equal((await ask(all, "GET", "/plain"))?.status, 404);
    assert.equal((await ask(all, "GET", "/%zz"))?.status, 400);
    assert.equal((await ask(all, "GET", "nonsense"))?.status, 400);
  });

  test("of a mounted app covers its prefix alone", async () => {
    const outer = createApp();
    outer.mount("/inner", createApp({ terminal: true }));
    assert.equal((await ask(outer, "GET", "/inner/x"))?.status, 404);
    assert.equal(ask(outer, "GET", "/x"), undefined);
  });

  test("follows the app's own path rules", async () => {
    const loose = createApp({ caseSensitive: false, ignoreTrailingSlash: true });
    loose.own("/api");
    loose.get("/api/a", (c) => c.text("a"));
    assert.equal(await line(loose, "GET", "/API/A/"), "200 a");
    assert.equal((await ask(loose, "GET", "/API/b"))?.status, 404);
  });
});

test("what was claimed for one request answers no other", async () => {
  const app = createApp();
  app.get("/a/:id", (c) => c.text(`a ${c.params.id}`));
  app.get("/b", (c) => c.text(`b ${c.headers["x"]}`));
  const headers = { x: "1" };
  const other = { x: "2" };
  assert.equal(app.claims("GET", "/a/1", headers), true);
  assert.equal((await ask(app, "GET", "/b", { headers: other }))?.body, "b 2");
  assert.equal(app.claims("GET", "/a/1", headers), true);
  assert.equal((await ask(app, "GET", "/a/2", { headers }))?.body, "a 2");
  assert.equal(app.claims("GET", "/b", headers), true);
  assert.equal(await ask(app, "POST", "/b", { headers }), undefined);
  assert.equal(app.claims("GET", "/a/1", headers), true);
  assert.equal((await ask(app, "GET", "/a/1", { headers }))?.body, "a 1");
  assert.equal((await ask(app, "GET", "/a/3", { headers }))?.body, "a 3");
  assert.equal(app.claims("GET", "/a/1", headers), true);
  app.get("/a/1", (c) => c.text("more specific"));
  assert.equal((await ask(app, "GET", "/a/1", { headers }))?.body, "more specific");
});

test("a body that is no UTF-8 leaves nothing behind for the next", async () => {
  const app = createApp();
  app.post("/", async (c) => c.text(await c.readText()));
  const send = (body: Uint8Array): ReturnType<typeof ask> => ask(app, "POST", "/", { body });
  for (const bad of [[0xc3], [0xff], [0xe2, 0x82]]) {
    assert.equal((await send(Uint8Array.from(bad)))?.status, 400);
    assert.equal((await send(new TextEncoder().encode("¬ ok")))?.body, "¬ ok");
  }
});

test("the cap holds for a body the host has parsed, as far as its length was announced", async () => {
  const app = createApp();
  app.post("/json", { maxBodyBytes: 10 }, async (c) => c.json(await c.readJson()));
  app.post("/text", { maxBodyBytes: 10 }, async (c) => c.text(await c.readText()));
  const send = (path: string, type: string, length: string, parsedBody: unknown): ReturnType<typeof ask> =>
    ask(app, "POST", path, { headers: { "content-type": type, "content-length": length }, parsedBody });
  assert.equal((await send("/json", "application/json", "11", { a: "12345" }))?.status, 413);
  assert.equal((await send("/json", "application/json", "10", { a: "1234" }))?.status, 200);
  assert.equal((await send("/text", "text/plain", "11", "12345678901"))?.status, 413);
  assert.equal((await send("/text", "text/plain", "10", "1234567890"))?.status, 200);
});
