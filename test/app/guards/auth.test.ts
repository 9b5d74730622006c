import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  type App,
  createApp,
  equalSecrets,
  knownUsers,
  type RequireUserOptions,
  requireBasic,
  requireBearer,
  requireUser,
  stateKey,
} from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { fakePlatform, now, request, type Sent, values } from "./kit.ts";

const currentUser = stateKey<string>("user");
const badGuard = (error: unknown): boolean => isCodedError(error) && error.code === "APP_BAD_GUARD";
const create = (): App => createApp({ platform: fakePlatform() });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("requireBearer", () => {
  const app = create();
  app.use(
    requireBearer({
      verify: (token, c) => (equalSecrets(c.platform, token, "good-token") ? "ann" : undefined),
      key: currentUser,
    }),
  );
  app.get("/", (c) => c.text(c.get(currentUser)));
  const ask = (authorization?: string) =>
    now(app.handle(request("GET", "/", { headers: authorization === undefined ? {} : { authorization } })));

  test.each(["Bearer good-token", "bearer good-token", "BEARER   good-token  "])("lets %j in", (value) => {
    assert.equal(ask(value).body, "ann");
  });

  test.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Basic good-token",
    "Bearergood-token",
    "Bearer a b",
    "Bearer ž",
    "Bearer good-token, Basic x",
  ])("asks for a token where %j came", (value) => {
    const reply = ask(value);
    assert.deepEqual([reply.status, values(reply, "www-authenticate")], [401, ['Bearer realm="app"']]);
  });

  test("says that a token is not valid, and looks at none that is too long", () => {
    assert.deepEqual(values(ask("Bearer bad"), "www-authenticate"), ['Bearer realm="app", error="invalid_token"']);
    let seen = 0;
    const counting = create();
    counting.use(
      requireBearer({
        verify: () => {
          seen += 1;
          return "ann";
        },
      }),
    );
    counting.get("/", (c) => c.empty());
    const status = (length: number) =>
      now(counting.handle(request("GET", "/", { headers: { authorization: `Bearer ${"x".repeat(length)}` } }))).status;
    assert.deepEqual([status(4096), status(4097), status(100_000), seen], [204, 401, 401, 1]);
  });

  test("waits for a slow look-up, whose null is nobody", async () => {
    for (const [found, status] of [
      ["ann", 204],
      [null, 401],
      [undefined, 401],
    ] as const) {
      const slow = create();
      slow.use(requireBearer<string>({ verify: async () => found as string | undefined })); // cast: databases give null
      slow.get("/", (c) => c.empty());
      assert.equal(
        (await slow.handle(request("GET", "/", { headers: { authorization: "Bearer x" } })))?.status,
        status,
      );
    }
  });

  test.each(['a"b', "a\\b", "a\r\nb", "", "ž"])("is not made with the realm %j", (realm) => {
    assert.throws(() => requireBearer({ realm, verify: () => "x" }), badGuard);
  });
});

describe("requireBasic", () => {
  const app = create();
  const users = { ann: "pass:word", žofie: "heslo", toString: "x" };
  app.use(requireBasic({ verify: knownUsers(users), key: currentUser, realm: "staging" }));
  app.get("/", (c) => c.text(c.get(currentUser)));
  const ask = (authorization: string) => now(app.handle(request("GET", "/", { headers: { authorization } })));

  test("lets known users in, in UTF-8 and with colons in the password", () => {
    for (const [name, password] of Object.entries(users)) {
      assert.equal(ask(`Basic ${base64(`${name}:${password}`)}`).body, name);
    }
  });

  test.each([
    base64("ann:"),
    base64("ann:pass"),
    base64("ann:pass:word "),
    base64(":"),
    base64("nobody:"),
    base64("__proto__:"),
    base64("constructor:x"),
    base64("ann"),
    base64("ann\0:pass:word"),
    "%%%",
    "",
    Buffer.from([0xff, 0x3a]).toString("base64"),
    base64(`ann:${"x".repeat(4000)}`),
  ])("keeps %s out", (token) => {
    const reply = ask(`Basic ${token}`);
    assert.deepEqual(
      [reply.status, values(reply, "www-authenticate")],
      [401, ['Basic realm="staging", charset="UTF-8"']],
    );
  });

  test("knows nobody without a password", () => {
    for (const password of ["", undefined]) assert.throws(() => knownUsers({ ann: password }), badGuard);
  });
});

describe("requireUser", () => {
  const appOf = (options: Partial<RequireUserOptions<string>> = {}): App => {
    const app = create();
    app.use(
      requireUser({
        find: (c) => (c.headers["x-user"] as string | undefined) ?? undefined,
        key: currentUser,
        ...options,
      }),
    ); // cast: one header
    app.all("/*", (c) => c.text(c.get(currentUser)));
    app.socket("/socket", () => {});
    return app;
  };
  const page = { accept: "text/html,application/xhtml+xml", "sec-fetch-mode": "navigate" };
  const ask = (app: App, method: string, url: string, sent: Sent = {}) => now(app.handle(request(method, url, sent)));

  test("lets users in and keeps others out", () => {
    assert.equal(ask(appOf(), "GET", "/x", { headers: { "x-user": "ann" } }).body, "ann");
    const reply = ask(appOf(), "GET", "/x", { headers: page });
    assert.deepEqual([reply.status, values(reply, "www-authenticate")], [401, ['Session realm="app"']]);
  });

  test("sends browsers that navigate to the login page, with the way back", () => {
    const app = appOf({ loginPath: "/login" });
    const reply = ask(app, "GET", "/x?a=1&b=2", { headers: page, base: "/shop" });
    assert.deepEqual([reply.status, values(reply, "location")], [302, ["/login?next=%2Fshop%2Fx%3Fa%3D1%26b%3D2"]]);
    assert.deepEqual(values(reply, "cache-control"), ["no-store"]);
    const old = ask(appOf({ loginPath: "/login?from=app" }), "HEAD", "/x", { headers: { accept: "text/html" } });
    assert.deepEqual(values(old, "location"), ["/login?from=app&next=%2Fx"]);
  });

  test("answers 401 where a login page would be taken for the answer", () => {
    const app = appOf({ loginPath: "/login" });
    assert.equal(ask(app, "POST", "/x", { headers: page }).status, 401);
    assert.equal(ask(app, "GET", "/x", { headers: { ...page, "sec-fetch-mode": "cors" } }).status, 401);
    assert.equal(ask(app, "GET", "/x", { headers: { accept: "application/json" } }).status, 401);
    const socket = now(app.connect(request("GET", "/socket", { headers: { ...page, upgrade: "websocket" } })));
    assert.ok("status" in socket && socket.status === 401);
  });

  test.each(["//evil.example/x", "/\\evil.example", `/${"x".repeat(3000)}`])("gives no way back to %j", (url) => {
    // The router refuses such paths before: the guard is asked directly.
    const guard = requireUser({ find: () => undefined, loginPath: "/login" });
    const app = create();
    let location: string | undefined;
    app.get("/", async (c) => {
      const odd = new Proxy(c, { get: (target, key) => (key === "url" ? url : Reflect.get(target, key, target)) });
      const reply = await guard(odd, () => assert.fail("let in"));
      location = "status" in reply ? [...reply.headers].find(([name]) => name === "location")?.[1] : undefined;
      return c.empty();
    });
    return Promise.resolve(app.handle(request("GET", "/", { headers: page }))).then(() =>
      assert.equal(location, "/login"),
    );
  });

  test("refuses a login page elsewhere", () => {
    const app = appOf({ loginPath: "//evil.example" });
    assert.throws(
      () => ask(app, "GET", "/x", { headers: page }),
      (error) => isCodedError(error) && error.code === "APP_FOREIGN_REDIRECT",
    );
  });

  test("forbids what a user may not do, also where the answer comes later", async () => {
    for (const may of [(user: string) => user === "ann", async (user: string) => user === "ann"]) {
      const app = appOf({ may });
      const status = async (user: string) =>
        (await app.handle(request("GET", "/x", { headers: { "x-user": user } })))?.status;
      assert.deepEqual([await status("ann"), await status("bob")], [200, 403]);
    }
    const slow = appOf({ find: async () => "ann", may: () => false });
    assert.equal((await slow.handle(request("GET", "/x")))?.status, 403);
  });
});
