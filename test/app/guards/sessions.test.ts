import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type App,
  createApp,
  createMemorySessionStore,
  type SessionStore,
  type SessionsOptions,
  sessionKey,
  sessions,
} from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { type FakePlatform, fakePlatform, Jar, now, request, SECRET, values } from "./kit.ts";

const HOUR = 3_600_000;

/** A store that counts what is done to it, and may be slow. */
function watched(isSlow = false): SessionStore & { readonly log: string[]; readonly texts: Map<string, string> } {
  const inner = createMemorySessionStore();
  const log: string[] = [];
  const texts = new Map<string, string>();
  const give = <T>(value: T): T | Promise<T> => (isSlow ? Promise.resolve(value) : value);
  return {
    log,
    texts,
    load: (id, ...times) => {
      log.push("load");
      return give(inner.load(id, ...times)) as string | undefined; // cast: the memory store is sync
    },
    create: (id, text, ...times) => {
      log.push("create");
      texts.set(id, text);
      return give(inner.create(id, text, ...times)) as undefined; // cast: see above
    },
    update: (id, text, ...times) => {
      log.push("update");
      texts.set(id, text);
      return give(inner.update(id, text, ...times)) as undefined; // cast: see above
    },
    remove: (id) => {
      log.push("remove");
      return give(inner.remove(id)) as boolean; // cast: see above
    },
  };
}

function appOf(options: SessionsOptions = {}): { app: App; platform: FakePlatform } {
  const platform = fakePlatform();
  const app = createApp({ platform, cookieSecrets: [SECRET] });
  app.use(sessions(options));
  app.get("/get", (c) => c.text(String(c.get(sessionKey).get("user") ?? "nobody")));
  app.get("/set/:user", (c) => {
    c.get(sessionKey).set("user", c.params.user);
    return c.text(c.get(sessionKey).id ?? "");
  });
  app.get("/login/:user", (c) => {
    const session = c.get(sessionKey);
    session.rotate();
    session.set("user", c.params.user);
    return c.empty();
  });
  app.get("/logout", (c) => {
    c.get(sessionKey).destroy();
    return c.empty();
  });
  app.get("/fresh/:user", (c) => {
    c.get(sessionKey).destroy();
    c.get(sessionKey).set("user", c.params.user);
    return c.empty();
  });
  return { app, platform };
}

async function visit(app: App, jar: Jar, url: string): Promise<string> {
  const reply = await app.handle(request("GET", url, { headers: jar.header }));
  jar.take(reply);
  return String(reply?.body);
}

describe.each([
  ["a sync store", false],
  ["an async store", true],
])("sessions in %s", (_name, isSlow) => {
  const make = (options: SessionsOptions = {}) => {
    const store = watched(isSlow);
    return { store, ...appOf({ store, ...options }) };
  };

  test("keep what is set for the client that has the cookie, and no other", async () => {
    const { app } = make();
    const [ann, bob] = [new Jar(), new Jar()];
    await visit(app, ann, "/set/ann");
    await visit(app, bob, "/set/bob");
    assert.deepEqual([await visit(app, ann, "/get"), await visit(app, bob, "/get")], ["ann", "bob"]);
    assert.equal(await visit(app, new Jar(), "/get"), "nobody");
  });

  test("store and send nothing until something is set", async () => {
    const { app, store } = make();
    const reply = await app.handle(request("GET", "/get"));
    assert.deepEqual([values(reply, "set-cookie"), store.log], [[], []]);
  });

  test("are saved only when changed, and their cookie is sent once", async () => {
    const { app, store } = make();
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    const reply = await app.handle(request("GET", "/get", { headers: jar.header }));
    assert.deepEqual([values(reply, "set-cookie"), store.log], [[], ["create", "load"]]);
    await visit(app, jar, "/set/bob");
    assert.deepEqual(store.log.slice(2), ["load", "update"]);
  });

  test("get a new id at login; the old one is void (session fixation)", async () => {
    const { app } = make();
    const attacker = new Jar();
    await visit(app, attacker, "/set/planted");
    const victim = new Jar();
    for (const [name, value] of attacker.cookies) victim.cookies.set(name, value);
    await visit(app, victim, "/login/victim");
    assert.equal(await visit(app, victim, "/get"), "victim");
    assert.equal(await visit(app, attacker, "/get"), "nobody");
  });

  test("are not lost again to a request that set out with the id from before the login", async () => {
    const { app, platform } = make();
    const jar = new Jar();
    await visit(app, jar, "/set/cart");
    const old = { headers: jar.header };
    await visit(app, jar, "/login/ann");
    const late = await app.handle(request("GET", "/set/late", old));
    assert.deepEqual(values(late, "set-cookie"), []);
    assert.equal(String((await app.handle(request("GET", "/get", old)))?.body), "nobody");
    assert.equal(await visit(app, jar, "/get"), "ann");

    // whoever logs in a second time means it, and the old id does not count for long
    assert.equal(await visit(app, new Jar().take(await app.handle(request("GET", "/login/bob", old))), "/get"), "bob");
    platform.advance(60_000);
    assert.equal(await visit(app, new Jar().take(await app.handle(request("GET", "/set/new", old))), "/get"), "new");
  });

  test("never take over an id the store does not know, though its signature is ours", async () => {
    const [first, second] = [make(), make()];
    const jar = new Jar();
    const planted = await visit(first.app, jar, "/set/x");
    const id = await visit(second.app, jar, "/set/y");
    assert.notEqual(id, planted);
  });

  test("end at logout, for every copy of the cookie", async () => {
    const { app, store } = make();
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    const copy = new Jar();
    for (const [name, value] of jar.cookies) copy.cookies.set(name, value);
    await visit(app, jar, "/logout");
    assert.equal(jar.cookies.size, 0);
    assert.equal(await visit(app, copy, "/get"), "nobody");
    assert.equal(store.log.filter((entry) => entry === "remove").length, 1);
  });

  test("begin anew when something is set after the end", async () => {
    const { app } = make({ maxAgeMs: 2 * HOUR });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    const before = new Map(jar.cookies);
    await visit(app, jar, "/fresh/bob");
    assert.notDeepEqual(jar.cookies, before);
    assert.equal(await visit(app, jar, "/get"), "bob");
    const newcomer = new Jar();
    await visit(app, newcomer, "/fresh/eve");
    assert.equal(await visit(app, newcomer, "/get"), "eve");
  });
});

describe("sessions", () => {
  test("have ids of 192 random bits, signed, in a cookie out of reach of scripts and sibling hosts", () => {
    const { app } = appOf();
    const reply = now(app.handle(request("GET", "/set/ann")));
    assert.match(String(reply.body), /^[\w-]{32}$/);
    const [line = ""] = values(reply, "set-cookie");
    assert.match(line, /^__Host-session=[\w-]{32}\.[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  });

  test("are not read from a forged cookie, nor looked up", async () => {
    const store = watched();
    const { app } = appOf({ store });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    const good = jar.cookies.get("__Host-session") ?? "";
    store.log.length = 0;
    for (const forged of [good.replace(/\..*/, ""), `${good}x`, good.replace(/^./, "~"), `x${good}`, "", "."]) {
      const reply = await app.handle(request("GET", "/get", { headers: { cookie: `__Host-session=${forged}` } }));
      assert.equal(reply?.body, "nobody", forged);
    }
    const tossed = await app.handle(request("GET", "/get", { headers: { cookie: `session=${good}` } }));
    assert.equal(tossed?.body, "nobody");
    assert.deepEqual(store.log, []);
  });

  test("end after idleMs without a request, and go on while there are some", async () => {
    const { app, platform } = appOf({ idleMs: HOUR, maxAgeMs: 24 * HOUR });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    for (let i = 0; i < 5; i++) {
      platform.advance(HOUR - 1);
      assert.equal(await visit(app, jar, "/get"), "ann");
    }
    platform.advance(HOUR);
    assert.equal(await visit(app, jar, "/get"), "nobody");
  });

  test("end after maxAgeMs whatever happens, rotation included", async () => {
    const { app, platform } = appOf({ idleMs: HOUR, maxAgeMs: 3 * HOUR });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    for (let i = 0; i < 5; i++) {
      platform.advance(HOUR / 2);
      await visit(app, jar, i === 2 ? "/login/ann" : "/get");
    }
    assert.equal(await visit(app, jar, "/get"), "ann");
    platform.advance(HOUR / 2);
    assert.equal(await visit(app, jar, "/get"), "nobody");
  });

  test("may outlive the browser's windows", () => {
    const { app } = appOf({ persistent: true, maxAgeMs: 2 * HOUR });
    assert.match(values(now(app.handle(request("GET", "/set/ann"))), "set-cookie")[0] ?? "", /; Max-Age=7200;/);
  });

  test("are not brought back by a request that outlives the logout", async () => {
    for (const url of ["/slow-set", "/slow-login"]) {
      const { app } = appOf();
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      app.get(url, async (c) => {
        await gate;
        if (url === "/slow-login") c.get(sessionKey).rotate();
        c.get(sessionKey).set("user", "ghost");
        return c.empty();
      });
      const jar = new Jar();
      await visit(app, jar, "/set/ann");
      const headers = jar.header;
      const slow = app.handle(request("GET", url, { headers }));
      await visit(app, jar, "/logout");
      release();
      const after = new Jar().take(await slow);
      assert.equal(String((await app.handle(request("GET", "/get", { headers })))?.body), "nobody", url);
      assert.equal(await visit(app, after, "/get"), "nobody", url);
    }
  });

  test("stay logged in whatever else the visitor's browser asks meanwhile, in any order of store, replies and requests", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom<string>("/count", "/get"), { maxLength: 5 }),
        fc.nat(),
        async (s, urls, at) => {
          const inner = createMemorySessionStore();
          const slow = async <T>(step: () => T | Promise<T>): Promise<T> => {
            await s.schedule(Promise.resolve());
            const value = await step();
            await s.schedule(Promise.resolve());
            return value;
          };
          const { app } = appOf({
            store: {
              load: (...args) => slow(() => inner.load(...args)),
              create: (...args) => slow(() => inner.create(...args)),
              update: (...args) => slow(() => inner.update(...args)),
              remove: (...args) => slow(() => inner.remove(...args)),
            },
          });
          app.get("/count", (c) => {
            c.get(sessionKey).set("count", 1);
            return c.empty();
          });
          const jar = new Jar();
          const ask = async (url: string): Promise<string> => slow(() => visit(app, jar, url));
          await s.waitFor(ask("/count"));
          await s.waitFor(Promise.all(urls.toSpliced(at % (urls.length + 1), 0, "/login/ann").map(ask)));
          assert.equal(await s.waitFor(ask("/get")), "ann");
        },
      ),
      { numRuns: 200 },
    );
  });

  test("are not brought back by a request that outlives the login and the logout after it", async () => {
    const { app } = appOf();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    app.get("/slow-login", async (c) => {
      await gate;
      c.get(sessionKey).rotate();
      return c.empty();
    });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    const slow = app.handle(request("GET", "/slow-login", { headers: jar.header }));
    await visit(app, jar, "/login/ann");
    await visit(app, jar, "/logout");
    release();
    assert.equal(await visit(app, new Jar().take(await slow), "/get"), "nobody");
  });

  test("a request that changes nothing never undoes what another has changed meanwhile", async () => {
    const { app, platform } = appOf();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    app.get("/slow", async (c) => {
      await gate;
      return c.text(String(c.get(sessionKey).get("user")));
    });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    const slow = app.handle(request("GET", "/slow", { headers: jar.header }));
    platform.advance(HOUR);
    await visit(app, jar, "/set/bob");
    release();
    assert.equal((await slow)?.body, "ann");
    assert.equal(await visit(app, jar, "/get"), "bob");
  });

  test("are saved when the handler throws, with the cookie on the error handler's reply", async () => {
    for (const isAsync of [false, true]) {
      const { app } = appOf();
      app.get("/fails", (c) => {
        c.get(sessionKey).set("user", "ann");
        if (isAsync) return Promise.reject(new Error("later"));
        throw new Error("now");
      });
      app.onError((_error, c) => c.text("failed", 500));
      const jar = new Jar();
      assert.equal(await visit(app, jar, "/fails"), "failed");
      assert.equal(await visit(app, jar, "/get"), "ann");
    }
  });

  test("refuse to be changed once they are saved", async () => {
    const { app } = appOf();
    let late: (() => void) | undefined;
    app.get("/late", (c) => {
      late = () => c.get(sessionKey).set("user", "late");
      return c.empty();
    });
    await app.handle(request("GET", "/late"));
    assert.throws(
      () => late?.(),
      (error) => isCodedError(error) && error.code === "APP_SESSION_OVER",
    );
  });

  test("have a cap on what they hold, and keep what they held before", async () => {
    const { app } = appOf({ maxBytes: 100 });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    await assert.rejects(
      async () => app.handle(request("GET", `/set/${"ž".repeat(50)}`, { headers: jar.header })),
      (error) => isCodedError(error) && error.code === "APP_SESSION_TOO_LARGE",
    );
    assert.equal(await visit(app, jar, "/get"), "ann");
  });

  test("stay as they were when what is set with a new id cannot be kept", async () => {
    for (const isSlow of [false, true]) {
      const store = watched(isSlow);
      const { app } = appOf({ maxBytes: 100, store });
      const values: Record<string, unknown> = { long: "ž".repeat(50), big: 1n };
      app.get("/login-with/:what", (c) => {
        const session = c.get(sessionKey);
        session.rotate();
        session.set("value", values[c.params.what]);
        return c.empty();
      });
      const jar = new Jar();
      await visit(app, jar, "/set/ann");
      for (const what of ["long", "big"]) {
        store.log.length = 0;
        await assert.rejects(async () => app.handle(request("GET", `/login-with/${what}`, { headers: jar.header })));
        assert.deepEqual(store.log, ["load"]);
        assert.equal(await visit(app, jar, "/get"), "ann", what);
      }
    }
  });

  test("stay as they were, with their cookie, when the store fails at any step of a new id", async () => {
    for (const isSlow of [false, true]) {
      for (const failing of ["create 1", "create 2", "remove 1"]) {
        const store = watched(isSlow);
        const counts = new Map<string, number>();
        let fails = false;
        const failAt = (name: string): void => {
          counts.set(name, (counts.get(name) ?? 0) + 1);
          if (fails && failing === `${name} ${counts.get(name)}`) throw new Error("the store is full");
        };
        const failingStore: SessionStore = {
          ...store,
          create: (...entry) => {
            failAt("create");
            return store.create(...entry);
          },
          remove: (id) => {
            failAt("remove");
            return store.remove(id);
          },
        };
        const { app } = appOf({ store: failingStore });
        app.onError((error, c) => c.text(error instanceof Error ? error.message : "", 500));
        const jar = new Jar();
        await visit(app, jar, "/set/ann");
        const cookie = JSON.stringify(jar.header);
        counts.clear();
        fails = true;
        assert.equal(await visit(app, jar, "/login/bob"), "the store is full", failing);
        assert.equal(JSON.stringify(jar.header), cookie, failing);
        assert.equal(await visit(app, jar, "/get"), "ann", failing);
        fails = false;
        await visit(app, jar, "/login/bob");
        assert.equal(await visit(app, jar, "/get"), "bob", failing);
      }
    }
  });

  test("are over all the same when what is set after their end cannot be kept", async () => {
    const { app } = appOf({ maxBytes: 100 });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    await assert.rejects(async () => app.handle(request("GET", `/fresh/${"ž".repeat(50)}`, { headers: jar.header })));
    assert.equal(await visit(app, jar, "/get"), "nobody");
  });

  test("hold keys that objects inherit, and values as JSON gives them back", async () => {
    const { app } = appOf();
    app.get("/keys", (c) => {
      const session = c.get(sessionKey);
      if (session.id === undefined) {
        for (const key of ["__proto__", "constructor", "toString"]) session.set(key, { [key]: [1] });
        session.set("gone", 1);
        session.set("gone", undefined);
      }
      return c.json(["__proto__", "constructor", "toString", "gone", "valueOf"].map((key) => session.get(key) ?? null));
    });
    const jar = new Jar();
    await visit(app, jar, "/keys");
    assert.equal(await visit(app, jar, "/keys"), '[{"__proto__":[1]},{"constructor":[1]},{"toString":[1]},null,null]');
  });

  test.each(["", "x", "null", "[]", "[1]", '["a",[]]', "[1,[1]]", "[1,[[1,2]]]", "{}"])(
    "are as if absent where the store gives back %j",
    async (text) => {
      const store = watched();
      const { app } = appOf({ store: { ...store, load: () => text } });
      const jar = new Jar();
      await visit(app, jar, "/set/ann");
      assert.equal(await visit(app, jar, "/get"), "nobody");
    },
  );

  test("of a socket can be read and ended, and lose nothing where they cannot be renewed", async () => {
    const { app } = appOf();
    const seen: unknown[] = [];
    app.group("/live", (group) => {
      group.use((c, next) => {
        const session = c.get(sessionKey);
        if (c.query["do"] === "rotate") session.rotate();
        if (c.query["do"] === "set") session.set("seen", true);
        if (c.query["do"] === "end") session.destroy();
        return next();
      });
      group.socket("/", (c) => void seen.push(c.get(sessionKey).get("user")));
    });
    const jar = new Jar();
    await visit(app, jar, "/set/ann");
    const connect = async (what: string): Promise<void> => {
      const acceptor = await app.connect(request("GET", `/live?do=${what}`, { headers: jar.header }));
      assert.equal(typeof acceptor, "function");
    };
    for (const what of ["", "rotate", "set"]) {
      await connect(what);
      assert.equal(await visit(app, jar, "/get"), "ann", what);
    }
    await connect("end");
    assert.equal(await visit(app, jar, "/get"), "nobody");
    const stranger = await app.connect(request("GET", "/live?do=set"));
    assert.equal(typeof stranger, "function");
  });
});

describe("the memory store of sessions", () => {
  test("never holds more than its cap; those unused for longest go first", () => {
    const store = createMemorySessionStore({ maxSessions: 100 });
    for (let i = 0; i < 1000; i++) {
      store.create(`id${i}`, "x", i, i + 1_000_000);
      store.load("id0", i, i + 1_000_000); // in use
    }
    const held = Array.from({ length: 1000 }, (_, i) => i).filter(
      (i) => store.load(`id${i}`, 1000, 2_000_000) !== undefined,
    );
    assert.equal(held.length, 100);
    assert.deepEqual([held[0], held[1], held.at(-1)], [0, 901, 999]);
  });

  test("lets expired ones go before living ones", () => {
    const store = createMemorySessionStore({ maxSessions: 3 });
    store.create("old", "x", 0, 10);
    store.create("a", "x", 0, 1000);
    store.create("b", "x", 0, 1000);
    store.create("c", "x", 20, 1000);
    assert.deepEqual(
      ["old", "a", "b", "c"].map((id) => store.load(id, 20, 1000) !== undefined),
      [false, true, true, true],
    );
  });

  test("updates nothing that is not there, and removes once", () => {
    const store = createMemorySessionStore();
    store.update("a", "x", 0, 10);
    assert.equal(store.load("a", 1, 10), undefined);
    store.create("a", "x", 0, 10);
    store.update("a", "y", 11, 20);
    assert.equal(store.load("a", 11, 20), undefined);
    store.create("b", "x", 0, 10);
    assert.deepEqual([store.remove("b"), store.remove("b")], [true, false]);
  });
});
