import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, test } from "vitest";
import { mcpStdio, serveMcp } from "../../adapters/mcp/index.ts";
import { type MultipartLimits, multipartParts } from "../../adapters/multipart/index.ts";
import { checkLeaks, staticFiles } from "../../adapters/node/index.ts";
import { createProxy } from "../../adapters/proxy/index.ts";
import { createUpgrade } from "../../adapters/ws/index.ts";
import {
  type BatchOptions,
  batch,
  bodyLimit,
  type Context,
  cors,
  createApp,
  createMemoryLimiter,
  createMemorySessionStore,
  entityTags,
  headerLimit,
  rateLimit,
  sessions,
  timeout,
} from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { ask } from "../app/requests.ts";

/** What takes a number: its name, what may be in front of it, and what else is no such number but NaN, -1 and "5". */
interface Option {
  readonly name: string;
  /** Throws or rejects when the number is refused. */
  readonly give: (value: number) => unknown;
  readonly alsoBad?: readonly number[];
  readonly good: readonly number[];
}

const FRACTION = 1.5;
const { POSITIVE_INFINITY: ENDLESS } = Number;

/** Runs `f` in a handler; what it throws is passed on. */
async function inHandler(f: (c: Context) => unknown): Promise<void> {
  const app = createApp();
  let failure: unknown;
  app.post("/", async (c) => {
    try {
      await f(c);
    } catch (error) {
      failure = error;
    }
    return c.empty();
  });
  await ask(app, "POST", "/", { body: "x", headers: { "content-type": "multipart/form-data; boundary=b" } });
  if (failure !== undefined) throw failure;
}

/** A malformed form may fail as such: the limit was taken. */
async function readParts(c: Context, limits: MultipartLimits): Promise<void> {
  try {
    for await (const _ of multipartParts(c, limits));
  } catch (error) {
    if (!isCodedError(error) || error.code === "APP_BAD_LIMIT") throw error;
  }
}

async function* noEvents(): AsyncGenerator<string> {}

const app = createApp();
const size = { alsoBad: [], good: [ENDLESS, FRACTION] };
const fromOne = { alsoBad: [0], good: [ENDLESS, FRACTION] };
const whole = { alsoBad: [0, FRACTION, ENDLESS], good: [1, 7] };
const wholeOrNone = { alsoBad: [FRACTION, ENDLESS], good: [0, 7] };
const proxied = (options: object): unknown => createProxy("http://127.0.0.1:9", options).close();

const OPTIONS: readonly Option[] = [
  ...["maxBodyBytes", "maxFields", "maxPathLength", "maxParamLength"].map((name) => ({
    name: `createApp limits.${name}`,
    give: (value: number) => createApp({ limits: { [name]: value } }),
    ...size,
  })),
  { name: "route maxBodyBytes", give: (v) => createApp().post("/", { maxBodyBytes: v }, (c) => c.empty()), ...size },
  { name: "c.readText maxBytes", give: (v) => inHandler((c) => c.readText({ maxBytes: v })), ...size },
  { name: "c.limitBody", give: (v) => inHandler((c) => c.limitBody(v)), ...size },
  { name: "c.sse heartbeatMs", give: (v) => inHandler((c) => c.sse(noEvents(), { heartbeatMs: v })), ...size },
  { name: "bodyLimit maxBytes", give: (v) => bodyLimit({ maxBytes: v }), ...whole },
  ...["maxBytes", "maxCount", "maxUrlLength"].map((name) => ({
    name: `headerLimit ${name}`,
    give: (value: number) => headerLimit({ [name]: value }),
    ...whole,
  })),
  { name: "cors maxAgeSeconds", give: (v) => cors({ origins: "*", maxAgeSeconds: v }), ...wholeOrNone },
  { name: "entityTags maxBytes", give: (v) => entityTags({ maxBytes: v }), ...size },
  { name: "timeout ms", give: (v) => timeout({ ms: v }), ...whole },
  {
    name: "timeout retryAfterSeconds",
    give: (v) => timeout({ ms: 5, retryAfterSeconds: v }),
    ...wholeOrNone,
  },
  { name: "rateLimit limit", give: (v) => rateLimit({ limit: v, windowMs: 5, key: () => "k" }), ...whole },
  { name: "rateLimit windowMs", give: (v) => rateLimit({ limit: 5, windowMs: v, key: () => "k" }), ...whole },
  ...["limit", "windowMs", "maxKeys"].map((name) => ({
    name: `createMemoryLimiter ${name}`,
    give: (value: number) => createMemoryLimiter({ limit: 5, windowMs: 5, [name]: value }),
    ...whole,
  })),
  { name: "createMemorySessionStore maxSessions", give: (v) => createMemorySessionStore({ maxSessions: v }), ...whole },
  ...["idleMs", "maxAgeMs", "maxBytes"].map((name) => ({
    name: `sessions ${name}`,
    give: (value: number) => sessions({ [name]: value }),
    ...whole,
  })),
  ...["maxSize", "maxWaitMs", "maxRunning", "maxQueued"].map((name) => ({
    name: `batch ${name}`,
    give: (value: number) =>
      batch((ids: readonly number[]) => ids, { maxSize: 5, maxWaitMs: 5, [name]: value } as BatchOptions),
    alsoBad: [FRACTION, ENDLESS],
    good: [1, 7],
  })),
  ...["maxTotalBytes", "maxFileBytes", "maxFieldBytes", "maxFiles", "maxFields", "maxNameLength"].map((name) => ({
    name: `multipartParts ${name}`,
    give: (value: number) => inHandler((c) => readParts(c, { [name]: value })),
    ...size,
  })),
  { name: "staticFiles maxAgeSeconds", give: (v) => staticFiles("/", { maxAgeSeconds: v }), ...size },
  { name: "checkLeaks graceMs", give: (v) => checkLeaks(() => {}, { graceMs: v }), ...size },
  {
    name: "createUpgrade maxMessageBytes",
    give: (v) => createUpgrade(app, { maxMessageBytes: v }).close(),
    ...fromOne,
  },
  {
    name: "serveMcp maxResultBytes",
    give: (v) => serveMcp(createApp(), { name: "s", version: "1", maxResultBytes: v }),
    ...size,
  },
  {
    name: "serveMcp maxBodyBytes",
    give: (v) => serveMcp(createApp(), { name: "s", version: "1", maxBodyBytes: v }),
    ...size,
  },
  {
    name: "mcpStdio maxMessageBytes",
    give: async (v) => {
      const stop = await mcpStdio(createApp(), {
        name: "s",
        version: "1",
        maxMessageBytes: v,
        input: new PassThrough(),
        output: new PassThrough(),
      });
      await stop();
    },
    ...size,
  },
  ...["maxBodyBytes", "headTimeoutMs", "idleTimeoutMs", "connectTimeoutMs", "maxRequests", "maxTunnels", "retries"].map(
    (name) => ({
      name: `createProxy ${name}`,
      give: (value: number) => proxied({ [name]: value }),
      ...size,
    }),
  ),
  ...["maxHeaderBytes", "maxConnections", "keepAliveMs"].map((name) => ({
    name: `createProxy ${name}`,
    give: (value: number) => proxied({ [name]: value }),
    ...fromOne,
  })),
];

const isRefusal = (error: unknown): boolean =>
  isCodedError(error) && (error.code === "APP_BAD_LIMIT" || error.code === "APP_BAD_GUARD");

describe("a limit", () => {
  test.each(OPTIONS)("is refused where it would be none: $name", async ({ give, alsoBad = [] }) => {
    for (const value of [Number.NaN, -1, -ENDLESS, "5", {}, ...alsoBad])
      await assert.rejects(async () => give(value as number), isRefusal, `${String(value)}`); // cast: as from JavaScript
  });

  test.each(OPTIONS)("is taken where it is one: $name", async ({ give, good }) => {
    for (const value of good) await give(value);
  });
});
