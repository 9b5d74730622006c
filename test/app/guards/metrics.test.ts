import assert from "node:assert/strict";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_SCHEME,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
} from "@opentelemetry/semantic-conventions";
import { METRIC_HTTP_SERVER_ACTIVE_REQUESTS } from "@opentelemetry/semantic-conventions/incubating";
import { describe, test } from "vitest";
import { createApp, type Measurement, metrics } from "../../../lib/app/index.ts";
import { CodedError } from "../../../lib/errors/index.ts";
import { fakePlatform, request } from "./kit.ts";

function make() {
  const platform = fakePlatform();
  const app = createApp({ platform, terminal: true });
  const all: Measurement[] = [];
  app.use(metrics({ record: (measurement) => void all.push(measurement) }));
  const durations = (): Measurement[] => all.filter(({ unit }) => unit === "s");
  const active = (): number => all.filter(({ unit }) => unit !== "s").reduce((sum, { value }) => sum + value, 0);
  return { app, platform, all, durations, active };
}
const drain = async (body: unknown): Promise<void> => {
  for await (const _ of body as AsyncIterable<Uint8Array>); // cast: the test made a stream
};

describe("metrics", () => {
  test("names everything as OpenTelemetry's conventions do", async () => {
    const { app, all } = make();
    app.get("/users/:id", (c) => c.text("x"));
    app.get("/fails", (c) => c.text("x", 503));
    for (const url of ["/users/7?x=1", "/fails"]) await app.handle(request("GET", url, { secure: true }));
    const names = new Set(all.map(({ name }) => name));
    assert.deepEqual(
      [...names].sort(),
      [METRIC_HTTP_SERVER_ACTIVE_REQUESTS, METRIC_HTTP_SERVER_REQUEST_DURATION].sort(),
    );
    const [first, second] = all.filter(({ name }) => name === METRIC_HTTP_SERVER_REQUEST_DURATION);
    assert.deepEqual(first?.attributes, {
      [ATTR_HTTP_REQUEST_METHOD]: "GET",
      [ATTR_URL_SCHEME]: "https",
      [ATTR_HTTP_ROUTE]: "/users/:id",
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200,
    });
    assert.deepEqual(second?.attributes, {
      [ATTR_HTTP_REQUEST_METHOD]: "GET",
      [ATTR_URL_SCHEME]: "https",
      [ATTR_HTTP_ROUTE]: "/fails",
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 503,
      [ATTR_ERROR_TYPE]: "503",
    });
    assert.equal(first?.unit, "s");
  });

  test("measures seconds, to the end of a streamed body", async () => {
    const { app, platform, durations, active } = make();
    app.get("/", async (c) => {
      platform.advance(250);
      return c.text("x");
    });
    app.get("/stream", (c) =>
      c.stream(
        (async function* () {
          platform.advance(1000);
          yield "a";
          platform.advance(500);
        })(),
      ),
    );
    await app.handle(request("GET", "/"));
    assert.equal(durations()[0]?.value, 0.25);
    const reply = await app.handle(request("GET", "/stream"));
    assert.deepEqual([durations().length, active()], [1, 1]);
    await drain(reply?.body);
    assert.deepEqual([durations()[1]?.value, active()], [1.5, 0]);
  });

  test("counts a stream that fails, or that nobody reads, once and to its end", async () => {
    const { app, durations, active } = make();
    let closed = 0;
    app.get("/fails", (c) =>
      c.stream({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new RangeError("x")) }),
      }),
    );
    app.get("/unread", (c) =>
      c.stream({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(new Error("pulled")),
          return: async () => {
            closed += 1;
            return { done: true, value: undefined };
          },
        }),
      }),
    );
    const failing = await app.handle(request("GET", "/fails"));
    await assert.rejects(() => drain(failing?.body), RangeError);
    await app.handle(request("HEAD", "/unread"));
    assert.deepEqual(
      durations().map(({ attributes }) => attributes[ATTR_ERROR_TYPE]),
      ["RangeError", undefined],
    );
    assert.deepEqual([closed, active()], [1, 0]);
  });

  test("tells what failed by its code or class, never by its message", async () => {
    const { app, durations, active } = make();
    app.get("/class", () => {
      throw new RangeError("secret");
    });
    app.get("/code", async () => {
      throw new CodedError("APP_BAD_PREFIX", "secret");
    });
    app.get("/odd", () => {
      throw Object.assign(new Error("x"), { name: "user 4711 was not found" });
    });
    app.get("/none", () => {
      throw undefined;
    });
    for (const url of ["/class", "/code", "/odd", "/none"]) {
      await Promise.resolve()
        .then(() => app.handle(request("GET", url)))
        .catch(() => {});
    }
    const types = durations().map(({ attributes }) => attributes[ATTR_ERROR_TYPE]);
    assert.deepEqual(types, ["RangeError", "APP_BAD_PREFIX", "_OTHER", "_OTHER"]);
    assert.ok(durations().every(({ attributes }) => attributes[ATTR_HTTP_RESPONSE_STATUS_CODE] === undefined));
    assert.equal(active(), 0);
  });

  test("knows the status of the client's own faults", async () => {
    const { app, durations } = make();
    app.post("/", async (c) => c.json(await c.readJson()));
    await app.handle(request("POST", "/", { headers: { "content-type": "application/json" }, body: "{" }));
    assert.equal(durations()[0]?.attributes[ATTR_HTTP_RESPONSE_STATUS_CODE], 400);
  });

  test("has few time series, whatever strangers send", async () => {
    const { app, durations } = make();
    app.all("/users/:id", (c) => c.text("x"));
    for (let i = 0; i < 100; i++) {
      await app.handle(request(`M${i}`, `/users/${i}`));
      await app.handle(request("GET", `/nowhere/${i}`));
    }
    await app.handle(request("GET", "/%zz"));
    const series = new Set(durations().map(({ attributes }) => JSON.stringify(attributes)));
    assert.equal(series.size, 3);
    assert.equal(durations()[0]?.attributes[ATTR_HTTP_REQUEST_METHOD], "_OTHER");
  });

  test("knows the routes of sockets", async () => {
    const { app, durations } = make();
    app.socket("/room/:id", () => {});
    await app.connect(request("GET", "/room/7", { headers: { upgrade: "websocket" } }));
    assert.deepEqual(
      [durations()[0]?.attributes[ATTR_HTTP_ROUTE], durations()[0]?.attributes[ATTR_HTTP_RESPONSE_STATUS_CODE]],
      ["/room/:id", 101],
    );
  });

  test("goes on when the hook fails, and survives a clock set back", async () => {
    const platform = fakePlatform();
    const app = createApp({ platform });
    const values: number[] = [];
    app.use(
      metrics({
        record: (measurement) => {
          values.push(measurement.value);
          throw new RangeError("hook");
        },
      }),
    );
    app.get("/", (c) => {
      platform.advance(-5000);
      return c.text("x");
    });
    assert.equal((await app.handle(request("GET", "/")))?.status, 200);
    assert.deepEqual(values, [1, -1, 0]);
    assert.equal(platform.reported.length, 3);
  });
});
