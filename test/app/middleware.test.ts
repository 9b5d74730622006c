import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { type Context, createApp, type Middleware, type Next, stateKey } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { html } from "../../lib/html/index.ts";
import { ask, header, line } from "./requests.ts";

const nextTwice = (error: unknown): boolean => isCodedError(error) && error.code === "APP_NEXT_TWICE";
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe("middleware", () => {
  const mark =
    (name: string): Middleware =>
    async (c, next) => {
      trace(c, `>${name}`);
      const reply = await next();
      trace(c, `<${name}`);
      return reply;
    };
  const log = stateKey<string[]>("log");
  const trace = (c: Context, entry: string): void => {
    if (!c.has(log)) c.set(log, []);
    c.get(log).push(entry);
  };

  test("runs from the outside in and back out, app, mount, group, route", async () => {
    const outer = createApp();
    const inner = createApp();
    const seen: string[][] = [];
    outer.use(async (c, next) => {
      trace(c, ">outer");
      const reply = await next();
      seen.push(c.get(log));
      return reply;
    });
    inner.use(mark("inner"));
    inner.group("/g", (group) => {
      group.use(mark("group"), mark("group2"));
      group.get("/", { use: mark("route") }, (c) => {
        trace(c, "handler");
        return c.empty();
      });
    });
    outer.mount("/m", inner);
    assert.equal((await ask(outer, "GET", "/m/g"))?.status, 204);
    assert.deepEqual(seen, [
      [">outer", ">inner", ">group", ">group2", ">route", "handler", "<route", "<group2", "<group", "<inner"],
    ]);
  });

  test("holds for what is added after it, also in groups and mounts", async () => {
    const app = createApp();
    app.get("/before", (c) => c.text("open"));
    app.use((c) => c.text("closed", 403));
    app.get("/after", (c) => c.text("open"));
    app.group("/group", (group) => void group.get("/", (c) => c.text("open")));
    const inner = createApp();
    app.mount("/inner", inner);
    inner.get("/late", (c) => c.text("open"));
    assert.equal(await line(app, "GET", "/before"), "200 open");
    for (const url of ["/after", "/group", "/inner/late"]) assert.equal(await line(app, "GET", url), "403 closed");
  });

  test("may replace the reply and add headers to it", async () => {
    const app = createApp();
    app.use(async (_c, next) => {
      const reply = await next();
      reply.headers.push(["x-time", "1"]);
      return reply.status === 200 ? { ...reply, status: 203 } : reply;
    });
    app.get("/", () => html`<p>x</p>`);
    const reply = await ask(app, "GET", "/");
    assert.deepEqual([reply?.status, header(reply, "x-time")], [203, "1"]);
    assert.equal(header(await ask(app, "GET", "/"), "x-time"), "1");
    assert.equal((await ask(app, "GET", "/"))?.headers.length, 2);
  });

  test("may catch what is thrown inside", async () => {
    const app = createApp();
    app.use(async (c, next) => {
      try {
        return await next();
      } catch {
        return c.text("caught", 500);
      }
    });
    app.get("/", () => {
      throw new Error("inside");
    });
    assert.equal(await line(app, "GET", "/"), "500 caught");
  });

  const twice: Record<string, Middleware> = {
    "at once": (_c, next) => {
      next();
      return next();
    },
    "in a sync step's promise": (_c, next) => Promise.resolve(next()).then(() => next()),
    "in an async step": async (_c, next) => {
      await next();
      return next();
    },
    "side by side": async (_c, next) => (await Promise.all([next(), next()]))[0],
    "after a pause, while the rest still runs": async (_c, next) => {
      const first = next();
      await tick();
      await next();
      return first;
    },
  };
  const guards: Record<string, Middleware> = {
    nothing: (_c, next) => next(),
    "a sync refusal": (c) => c.text("refused", 401),
    "an async refusal": async (c) => {
      await tick();
      await tick();
      await tick();
      return c.text("refused", 401);
    },
    "a refusal by promise": (c) => tick().then(() => c.text("refused", 401)),
    "a throwing guard": () => {
      throw new Error("guard failed");
    },
  };
  for (const [when, wrong] of Object.entries(twice)) {
    for (const [guard, step] of Object.entries(guards)) {
      test(`calling next twice (${when}) never slips past ${guard}`, async () => {
        const app = createApp();
        let runs = 0;
        app.use(wrong, step);
        app.get("/", (c) => {
          runs += 1;
          return c.text("secret");
        });
        for (let i = 0; i < 3; i++) {
          await assert.rejects(async () => ask(app, "GET", "/"), guard === "a throwing guard" ? /./ : nextTwice);
        }
        assert.equal(runs, guard === "nothing" ? 3 : 0);
      });
    }
  }

  test("a sync step that calls next later works from its first request on", async () => {
    const app = createApp();
    app.use(
      (_c, next) => tick().then(() => next()),
      (_c, next) => tick().then(next),
    );
    app.get("/", (c) => c.text("there"));
    for (let i = 0; i < 3; i++) assert.equal(await line(app, "GET", "/"), "200 there");
  });

  test("requests that run at once never share a cursor", async () => {
    const app = createApp();
    const slow: Middleware = async (_c: Context, next: Next) => {
      await tick();
      return next();
    };
    app.use(slow, (_c, next) => next(), slow);
    app.get("/:id", async (c) => c.text(c.params.id));
    const replies = await Promise.all(Array.from({ length: 50 }, (_, i) => line(app, "GET", `/${i}`)));
    assert.deepEqual(
      replies,
      Array.from({ length: 50 }, (_, i) => `200 ${i}`),
    );
  });
});
