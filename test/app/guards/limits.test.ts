import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { bodyLimit, createApp, headerLimit, timeout } from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { fakePlatform, now, request } from "./kit.ts";

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const badGuard = (error: unknown): boolean => isCodedError(error) && error.code === "APP_BAD_GUARD";

describe("bodyLimit", () => {
  const app = createApp({ limits: { maxBodyBytes: 50 } });
  app.group("/", (group) => {
    group.use(bodyLimit({ maxBytes: 10 }));
    group.post("/text", async (c) => c.text(await c.readText()));
    group.post("/greedy", { maxBodyBytes: 1000 }, async (c) => c.text(await c.readText({ maxBytes: 10_000 })));
    group.post("/inner", { use: bodyLimit({ maxBytes: 5 }) }, async (c) => c.text(await c.readText()));
    group.post("/wider", { use: bodyLimit({ maxBytes: 500 }) }, async (c) => c.text(await c.readText()));
  });
  app.post("/free", async (c) => c.text(await c.readText()));
  const status = async (url: string, length: number): Promise<number | undefined> =>
    (await app.handle(request("POST", url, { body: "x".repeat(length) })))?.status;

  test("stops every reader at its cap, whatever route and reader ask for", async () => {
    assert.deepEqual([await status("/text", 10), await status("/text", 11)], [200, 413]);
    assert.deepEqual([await status("/greedy", 10), await status("/greedy", 11)], [200, 413]);
    assert.deepEqual([await status("/free", 50), await status("/free", 51)], [200, 413]);
  });

  test("lowers caps and never raises them", async () => {
    assert.deepEqual([await status("/inner", 5), await status("/inner", 6)], [200, 413]);
    assert.deepEqual([await status("/wider", 10), await status("/wider", 11)], [200, 413]);
  });

  test.each([
    ["10", 200],
    ["11", 413],
    ["1e1", 400],
    ["0x5", 400],
    ["-1", 400],
    ["5, 5", 400],
    ["", 400],
    ["9".repeat(400), 400],
  ])("answers an announced length of %j by %i before the handler runs", async (length, expected) => {
    const reply = await app.handle(request("POST", "/text", { headers: { "content-length": length }, body: "x" }));
    assert.equal(reply?.status, expected);
  });

  test("refuses bodies of unknown length when told", async () => {
    const strict = createApp();
    strict.use(bodyLimit({ maxBytes: 10, requireLength: true }));
    strict.post("/", (c) => c.empty());
    const ask = (headers: Record<string, string>) => now(strict.handle(request("POST", "/", { headers }))).status;
    assert.deepEqual(
      [ask({ "transfer-encoding": "chunked" }), ask({ "content-length": "3" }), ask({})],
      [411, 204, 204],
    );
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("is not made with %d", (maxBytes) => {
    assert.throws(() => bodyLimit({ maxBytes }), badGuard);
  });
});

describe("headerLimit", () => {
  test("counts names and values, and lists one by one", () => {
    const header = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 5 }),
      fc.oneof(fc.string({ maxLength: 5 }), fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 })),
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(header, (headers) => {
        const pairs = Object.entries(headers).flatMap(([name, value]) =>
          [value].flat().map((one) => [name, one] as const),
        );
        const names = Object.keys(headers).join("").length;
        const app = createApp();
        app.use(headerLimit({ maxBytes: 20, maxCount: 4 }));
        app.get("/", (c) => c.empty());
        const length = names + pairs.map(([, value]) => value).join("").length;
        const expected = pairs.length > 4 || length > 20 ? 431 : 204;
        assert.equal(now(app.handle(request("GET", "/", { headers }))).status, expected);
      }),
    );
  });

  test("has a cap for the address", () => {
    const app = createApp();
    app.use(headerLimit({ maxUrlLength: 10 }));
    app.get("/*", (c) => c.empty());
    assert.equal(now(app.handle(request("GET", `/${"x".repeat(9)}`))).status, 204);
    assert.equal(now(app.handle(request("GET", `/${"x".repeat(10)}`))).status, 414);
  });
});

describe("timeout", () => {
  const make = (status?: 503 | 504) => {
    const platform = fakePlatform();
    const app = createApp({ platform });
    app.use(timeout({ ms: 1000, retryAfterSeconds: 5, ...(status === undefined ? {} : { status }) }));
    return { app, platform };
  };

  test("leaves sync handlers alone: no promise, no timer", () => {
    const { app, platform } = make();
    app.get("/", (c) => c.text("now"));
    assert.equal(now(app.handle(request("GET", "/"))).body, "now");
    assert.equal(platform.pending, 0);
  });

  test("cancels its timer once the reply is there, or the handler has failed", async () => {
    const { app, platform } = make();
    app.get("/", async (c) => c.text("soon"));
    app.get("/fails", async () => Promise.reject(new RangeError("x")));
    assert.equal((await app.handle(request("GET", "/")))?.body, "soon");
    await assert.rejects(async () => app.handle(request("GET", "/fails")), RangeError);
    assert.equal(platform.pending, 0);
  });

  test.each([503, 504] as const)(
    "answers %i when time is over, and aborts the signal with the reason",
    async (status) => {
      const { app, platform } = make(status);
      const reasons: unknown[] = [];
      app.get("/", (c) => {
        c.signal.addEventListener("abort", () => {
          reasons.push(c.signal.reason);
        });
        return new Promise(() => {}); // never answers
      });
      const reply = app.handle(request("GET", "/"));
      platform.advance(999);
      await tick();
      assert.equal(reasons.length, 0);
      platform.advance(1);
      const settled = await reply;
      assert.deepEqual(
        [settled?.status, settled?.headers.find(([name]) => name === "retry-after")?.[1]],
        [status, "5"],
      );
      assert.deepEqual(
        reasons.map((reason) => isCodedError(reason) && reason.code),
        ["APP_TIMEOUT"],
      );
    },
  );

  test("answers even when what waits on the signal rejects with its reason", async () => {
    const { app, platform } = make();
    app.get(
      "/",
      (c) => new Promise((_resolve, reject) => c.signal.addEventListener("abort", () => reject(c.signal.reason))),
    );
    const reply = app.handle(request("GET", "/"));
    platform.advance(1000);
    assert.equal((await reply)?.status, 503);
    await tick();
    assert.deepEqual(platform.reported, []);
  });

  test("reports what fails after it has answered, and ends a stream that comes too late", async () => {
    const { app, platform } = make();
    let ended = false;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => assert.fail("pulled"),
        return: async () => {
          ended = true;
          return { done: true, value: undefined };
        },
      }),
    };
    let go = (): void => {};
    const gate = (): Promise<void> =>
      new Promise((resolve) => {
        go = resolve;
      });
    app.get("/stream", async (c) => gate().then(() => c.stream(source)));
    app.get("/fails", async () => gate().then(() => Promise.reject(new RangeError("late"))));
    for (const url of ["/stream", "/fails"]) {
      const reply = app.handle(request("GET", url));
      platform.advance(1000);
      assert.equal((await reply)?.status, 503);
      go();
      await tick();
    }
    assert.equal(ended, true);
    assert.deepEqual(
      platform.reported.map((error) => error instanceof RangeError),
      [true],
    );
  });

  test("keeps the client's own leaving visible, and joins nested deadlines", async () => {
    const { app, platform } = make();
    const seen: AbortSignal[] = [];
    app.get("/", { use: timeout({ ms: 10 }) }, (c) => {
      seen.push(c.signal, c.signal);
      return new Promise(() => {});
    });
    const leave = new AbortController();
    void app.handle(request("GET", "/", { signal: leave.signal }));
    leave.abort("gone");
    assert.deepEqual([seen[0]?.aborted, seen[0]?.reason, seen[0] === seen[1]], [true, "gone", true]);
    const reply = app.handle(request("GET", "/"));
    platform.advance(10);
    assert.equal((await reply)?.status, 503);
    assert.equal(seen[2]?.aborted, true);
  });

  test.each([0, -5, 1.5])("is not made with %d ms", (ms) => assert.throws(() => timeout({ ms }), badGuard));
});
