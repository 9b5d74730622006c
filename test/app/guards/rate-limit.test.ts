import assert from "node:assert/strict";
import fc from "fast-check";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { describe, test } from "vitest";
import {
  type App,
  addressKey,
  createApp,
  createMemoryLimiter,
  type LimitDecision,
  type Limiter,
  type RateLimitOptions,
  rateLimit,
} from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { type FakePlatform, fakePlatform, now, request, values } from "./kit.ts";

function appOf(options: Partial<RateLimitOptions> = {}): { app: App; platform: FakePlatform } {
  const platform = fakePlatform(1_000_000);
  const app = createApp({ platform });
  app.use(rateLimit({ limit: 3, windowMs: 10_000, ...options }));
  app.get("/", (c) => c.text("in"));
  return { app, platform };
}
const ask = (app: App, address?: string, headers: Record<string, string> = {}) =>
  now(app.handle(request("GET", "/", { headers, ...(address === undefined ? {} : { address }) })));
const decide = (limiter: Limiter, key: string, at: number, cost = 1): LimitDecision => {
  const decision = limiter.take(key, cost, at);
  assert.ok("allowed" in decision);
  return decision;
};

describe("rateLimit", () => {
  test("answers 429 with Retry-After beyond the limit, and again once the window has passed", () => {
    const { app, platform } = appOf();
    const statuses = [1, 2, 3, 4].map(() => ask(app, "192.0.2.1").status);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    const wait = Number(values(ask(app, "192.0.2.1"), "retry-after")[0]);
    assert.ok(wait >= 10 && wait <= 11, String(wait));
    platform.advance(wait * 1000);
    assert.equal(ask(app, "192.0.2.1").status, 200);
  });

  test("counts each address for itself", () => {
    const { app } = appOf({ limit: 1 });
    assert.deepEqual(
      ["192.0.2.1", "192.0.2.2", "192.0.2.1"].map((address) => ask(app, address).status),
      [200, 200, 429],
    );
  });

  test("counts a client's whole IPv6 network, and mapped IPv4 as IPv4", () => {
    const { app } = appOf({ limit: 1 });
    const addresses = [
      "2001:db8::1",
      "2001:db8::ffff:1",
      "2001:db8:0:0:9::",
      "2001:db8:0:1::",
      "::ffff:192.0.2.1",
      "192.0.2.1",
    ];
    assert.deepEqual(
      addresses.map((address) => ask(app, address).status),
      [200, 429, 429, 200, 200, 429],
    );
  });

  test("tells where the client stands in the fields of the draft", () => {
    const { app } = appOf({ name: "burst" });
    const reply = ask(app, "192.0.2.1");
    assert.deepEqual(values(reply, "ratelimit-policy"), ['"burst";q=3;w=10']);
    assert.match(values(reply, "ratelimit")[0] ?? "", /^"burst";r=2;t=1[01]$/);
    ask(app, "192.0.2.1");
    ask(app, "192.0.2.1");
    assert.match(values(ask(app, "192.0.2.1"), "ratelimit")[0] ?? "", /^"burst";r=0;t=1[01]$/);
  });

  test("shares one quota among those whose address nobody knows", () => {
    const { app } = appOf({ limit: 1 });
    assert.deepEqual([ask(app).status, ask(app).status], [200, 429]);
  });

  test("takes its key and cost from the request when told, and lets those without a key pass", () => {
    const { app } = appOf({ key: (c) => c.cookies["user"], cost: (c) => Number(c.headers["x-cost"] ?? 1) });
    assert.equal(ask(app, "192.0.2.1", { cookie: "user=a", "x-cost": "3" }).status, 200);
    assert.equal(ask(app, "192.0.2.2", { cookie: "user=a" }).status, 429);
    for (let i = 0; i < 10; i++) assert.equal(ask(app, "192.0.2.1").status, 200);
  });

  test("hands limiters keys of bounded length, different ones for different clients", () => {
    const keys = new Set<string>();
    const limiter: Limiter = {
      take: (key) => {
        keys.add(key);
        return { allowed: true, limit: 1, remaining: 1, resetMs: 1 };
      },
    };
    const { app } = appOf({ limiter, key: (c) => String(c.headers["x-key"]) });
    for (const key of ["a", "b", "x".repeat(10_000), `${"x".repeat(9_999)}y`]) ask(app, undefined, { "x-key": key });
    assert.equal(keys.size, 4);
    assert.ok([...keys].every((key) => key.length <= 256));
  });

  test("waits for a limiter that answers later, and passes on what it throws", async () => {
    const limiter: Limiter = {
      take: async (_key, cost) => ({ allowed: cost < 2, limit: 1, remaining: 0, resetMs: 1500 }),
    };
    const { app } = appOf({ limiter, cost: (c) => Number(c.headers["x-cost"]) });
    const later = (cost: string) => app.handle(request("GET", "/", { headers: { "x-cost": cost } }));
    assert.equal((await later("1"))?.status, 200);
    const refused = await later("2");
    assert.deepEqual([refused?.status, values(refused, "retry-after")], [429, ["2"]]);
    const failing = appOf({ limiter: { take: () => Promise.reject(new RangeError("down")) } });
    await assert.rejects(async () => failing.app.handle(request("GET", "/")), RangeError);
  });

  test("works with rate-limiter-flexible, as the guide shows it", async () => {
    const counter = new RateLimiterMemory({ points: 2, duration: 60 });
    const limiter: Limiter = {
      take: async (key, cost) => {
        const result = await counter.consume(key, cost).catch((refused: unknown) => {
          if (refused instanceof RateLimiterRes) return refused;
          throw refused;
        });
        const allowed = result.consumedPoints <= counter.points;
        return { allowed, limit: counter.points, remaining: result.remainingPoints, resetMs: result.msBeforeNext };
      },
    };
    const { app } = appOf({ limiter });
    const statuses: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++)
      statuses.push((await app.handle(request("GET", "/", { address: "192.0.2.1" })))?.status);
    assert.deepEqual(statuses, [200, 200, 429]);
  });

  test.each([{ limit: 0 }, { limit: 1.5 }, { windowMs: 0 }, { windowMs: Number.NaN }, { name: 'a"b' }, { name: "" }])(
    "is not made with %j",
    (options) =>
      assert.throws(
        () => appOf(options),
        (error) => isCodedError(error) && error.code === "APP_BAD_GUARD",
      ),
  );
});

describe("the memory limiter", () => {
  const windowMs = 100;
  const steps = fc.array(fc.record({ wait: fc.nat(60), cost: fc.integer({ min: 1, max: 3 }) }), { maxLength: 80 });

  test("never lets more through within any stretch of a window, and no less than a log of 1.1 windows would", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), (all, limit) => {
        const limiter = createMemoryLimiter({ limit, windowMs });
        const log: { at: number; cost: number }[] = [];
        const spent = (from: number): number =>
          log.filter(({ at }) => at > from).reduce((sum, { cost }) => sum + cost, 0);
        let at = 5000;
        for (const { wait, cost } of all) {
          at += wait;
          const { allowed, remaining } = decide(limiter, "k", at, cost);
          if (allowed) log.push({ at, cost });
          assert.ok(spent(at - windowMs) <= limit, "too many within a window");
          if (!allowed) assert.ok(spent(at - windowMs * 1.1) + cost > limit, "refused without need");
          assert.ok(remaining >= 0 && remaining <= limit);
        }
      }),
    );
  });

  test("says when a refused request would pass: then it does, and not before", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 3, max: 8 }), (all, limit) => {
        const make = (): Limiter => createMemoryLimiter({ limit, windowMs });
        const limiter = make();
        const past: { at: number; cost: number }[] = [];
        let at = 5000;
        for (const { wait, cost } of all) {
          at += wait;
          past.push({ at, cost });
          const { allowed, resetMs } = decide(limiter, "k", at, cost);
          if (allowed) continue;
          for (const [later, expected] of [
            [resetMs, true],
            [resetMs - 1, false],
          ] as const) {
            const twin = make();
            for (const step of past.slice(0, -1)) decide(twin, "k", step.at, step.cost);
            assert.equal(decide(twin, "k", at + later, cost).allowed, expected, `after ${later} ms`);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test("remembers no more keys than its cap in a flood, and the one in use among them", () => {
    const limiter = createMemoryLimiter({ limit: 2, windowMs: 1_000_000, maxKeys: 100 });
    decide(limiter, "victim", 0, 2);
    for (let i = 0; i < 10_000; i++) {
      decide(limiter, `flood${i}`, i, 2);
      if (i % 50 === 0) assert.equal(decide(limiter, "victim", i).allowed, false, String(i));
    }
    // What is remembered is refused: so many keys are, and no more.
    const remembered = Array.from({ length: 10_000 }, (_, i) => `flood${9_999 - i}`);
    const twin = remembered.findIndex((key) => decide(limiter, key, 10_000).allowed);
    assert.ok(twin >= 0 && twin <= 100, String(twin));
  });

  test("locks nobody out until a clock that was set back has caught up, and gives nobody more for it", () => {
    for (const back of [1, 30, 99, 100, 5_000, 3_600_000]) {
      const limiter = createMemoryLimiter({ limit: 2, windowMs });
      const from = 10_000_000;
      const at = (elapsed: number): number => from - back + elapsed;
      assert.deepEqual(
        [from, from].map((time) => decide(limiter, "k", time).allowed),
        [true, true],
      );
      const refused = decide(limiter, "k", at(0));
      assert.ok(!refused.allowed && refused.resetMs <= windowMs * 1.1, `${back}: ${JSON.stringify(refused)}`);
      assert.equal(decide(limiter, "k", at(windowMs * 0.9 - 1)).allowed, false);
      assert.equal(decide(limiter, "k", at(refused.resetMs)).allowed, true);
    }
  });
});

describe("addressKey", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"],
    ["2001:DB8:0:01::", "2001:db8:0:1::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
    ["192.0.2.1:50712", "192.0.2.1"], // as some gateways write it into X-Forwarded-For
    ["[2001:db8::1]:443", "2001:db8:0:0::/64"],
    ["[2001:db8::1]", "2001:db8:0:0::/64"],
    ["[::ffff:192.0.2.1]:1", "192.0.2.1"],
    ["192.0.2.1:123456", "unknown"],
    ["192.0.2.1:", "unknown"],
    ["[192.0.2.1]", "unknown"],
    ["[2001:db8::1", "unknown"],
    ["[2001:db8::1]x", "unknown"],
    ["", "unknown"],
    ["x", "unknown"],
    ["1.2.3", "unknown"],
    ["1.2.3.256", "unknown"],
    ["::1::", "unknown"],
    ["1:2:3:4:5:6:7", "unknown"],
    ["1:2:3:4:5:6:7:8:9", "unknown"],
    ["1:2:3:4:5:6:7::8", "unknown"],
    ["12345::", "unknown"],
    ["::1.2.3.999", "unknown"],
    [":".repeat(100), "unknown"],
    [undefined, "unknown"],
  ])("counts %j as %j", (address, key) => assert.equal(addressKey(address), key));

  test("gives one key to all spellings of an address, and to all of one network", () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), (a, b) => {
        const groups = (text: string): string[] => {
          const url = new URL(`http://[${text}]/`).hostname.slice(1, -1);
          const [left = "", right = ""] = url.split("::");
          const [head, tail] = [left.split(":").filter(Boolean), right.split(":").filter(Boolean)];
          return url.includes("::")
            ? [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail]
            : head;
        };
        const isMapped = (text: string): boolean => /^0,0,0,0,0,ffff/.test(groups(text).join(","));
        fc.pre(!isMapped(a) && !isMapped(b));
        const same = groups(a).slice(0, 4).join(":") === groups(b).slice(0, 4).join(":");
        assert.equal(addressKey(a) === addressKey(b), same);
        assert.equal(addressKey(a), `${groups(a).slice(0, 4).join(":")}::/64`);
      }),
    );
  });
});
