import { duplexPair } from "node:stream";
import { MessageChannel } from "node:worker_threads";
import { afterAll, describe, expect, test } from "vitest";
import { describeExports } from "../../adapters/build/child.ts";
import type { ChildSetup } from "../../adapters/build/child-messages.ts";
import { type Answer, createHooks, type News, type Question } from "../../adapters/build/loader-hooks.ts";
import { createApp } from "../../lib/app/index.ts";
import { createRouter } from "../../lib/router/index.ts";

const SETUP: ChildSetup = {
  ...{ token: "t", target: "file:///m.mjs", line: undefined, title: "m.mjs", exportName: undefined },
  ...{ hooks: "", express: "express-door", defines: {} },
};

/** What runs in the child, in this process. */
function describeHere(exports: unknown, exportName?: string, door: object = {}): Promise<unknown> {
  return describeExports(exports, { ...SETUP, exportName }, async () => door);
}

const made = createRouter<unknown>({ caseSensitive: false, limits: { maxPathLength: 10 } });
made.add("GET", "/a", (c: { query: unknown }) => c.query, { name: "a", when: "beta" });
made.add("GET", "/b", { handler: 1, query: { "~standard": { jsonSchema: { output: () => ({ type: "object" }) } } } });

describe("describing what a module exports", () => {
  const table = {
    policy: "specificity",
    options: { caseSensitive: false, limits: { maxPathLength: 10 } },
    routes: [
      { methods: ["GET"], pattern: "/a", name: "a", when: "beta", handler: "(c) => c.query" },
      { methods: ["GET"], pattern: "/b", query: { type: "object" } },
    ],
  };
  test.each([
    ["a router", { router: made }],
    ["an app of any maker", { app: { router: made } }],
    ["a CommonJS module", { default: { router: made } }],
  ])("%s", async (_what, exports) => {
    expect(await describeHere(exports)).toEqual({ table });
  });

  test("the export that was asked for", async () => {
    expect(await describeHere({ app: 1, api: made }, "api")).toEqual({ table });
    expect(await describeHere({ default: made }, "default")).toEqual({ table });
  });

  test("an app of busbar/app", async () => {
    const app = createApp({ ignoreTrailingSlash: true });
    app.get("/x/:id", (c) => c.text(c.params.id));
    expect(await describeHere({ app })).toMatchObject({
      table: { options: { ignoreTrailingSlash: true }, routes: [{ methods: ["GET"], pattern: "/x/:id" }] },
    });
  });

  test("an Express app, by the door that reads those", async () => {
    const stack: readonly unknown[] = [];
    const throwing = (): never => {
      throw new Error("app.router is deprecated"); // as Express 4 does
    };
    const old = Object.defineProperty(
      Object.assign(() => {}, { _router: { stack } }),
      "router",
      { get: throwing },
    );
    const fresh = Object.assign(() => {}, { router: Object.assign(() => {}, { stack }) });
    const paths = [/^\/a$/i, "text"];
    const door = {
      expressRoutes: () => ({ routes: [{ methods: ["GET"], pattern: "/a", paths, passes: true, unknown: "why" }] }),
    };
    for (const app of [old, fresh, Object.assign(() => {}, { stack })]) {
      expect(await describeHere({ app }, undefined, door)).toEqual({
        table: {
          policy: "first-match",
          options: {},
          routes: [
            {
              methods: ["GET"],
              pattern: "/a",
              paths: [{ source: "^\\/a$", flags: "i" }],
              passes: true,
              unknown: "why",
            },
          ],
        },
      });
    }
    expect(await describeHere({ app: old })).toMatchObject({ code: "BUILD_NO_TABLE" }); // a door without it
  });

  test.each([[{}], [{ app: null, router: 7 }], [{ router: { routes: 7 } }], [null]])(
    "no table in %j",
    async (exports) => {
      expect(await describeHere(exports)).toMatchObject({ code: "BUILD_NO_TABLE" });
    },
  );
});

describe("the hooks of the child", () => {
  const { port1, port2 } = new MessageChannel();
  afterAll(() => port1.close());
  const loaded: string[] = [];
  const [line, far] = duplexPair({ encoding: "utf8" });
  let pending = 0;
  const answers: Readonly<Record<string, Omit<Answer, "ask">>> = {
    "./a.ts": { url: "file:///a.ts" },
    virtual: { url: "busbar-module:virtual" },
    package: { parent: "file:///project/virtual.js" },
    broken: { failed: "cannot be resolved" },
    "file:///a.ts": { code: "export {};" },
  };
  port1.on("message", (news: News) => {
    if ("loaded" in news) loaded.push(news.loaded);
    else pending += news.pending;
  });
  far.on("data", (text: string) => {
    for (const one of text.trim().split("\n")) {
      const question: Question = JSON.parse(one);
      const answer = answers[question.kind === "load" ? question.url : question.specifier];
      const sent = `${JSON.stringify({ ask: question.ask, ...answer })}\n`;
      for (const half of [sent.slice(0, 9), sent.slice(9)]) far.write(half);
    }
  });
  const hooks = createHooks({ port: port2, entry: "file:///entry.ts" }, line);
  const next = async (to: string, context?: object): Promise<never> => ({ url: to, ...context }) as never; // cast: only handed through
  const resolve = (specifier: string, parentURL: string | undefined): Promise<unknown> =>
    hooks.resolve(specifier, { parentURL }, next);

  test("ask the bundler for what its modules import, and Node for the rest", async () => {
    const served = { format: "module", shortCircuit: true };
    expect(await resolve("file:///entry.ts", "file:///eval")).toEqual({ url: "file:///entry.ts", ...served });
    expect(await resolve("./a.ts", "file:///entry.ts")).toEqual({ url: "file:///a.ts", ...served });
    expect(await resolve("virtual", "file:///a.ts")).toEqual({ url: "busbar-module:virtual", ...served });
    expect(await resolve("package", "busbar-module:virtual")).toEqual({
      url: "package",
      parentURL: "file:///project/virtual.js",
    });
    expect(await resolve("unknown", "file:///a.ts")).toEqual({ url: "unknown", parentURL: "file:///a.ts" });
    expect(await resolve("node:fs", "file:///a.ts")).toEqual({ url: "node:fs" });
    expect(await resolve("./x.js", "file:///package/index.js")).toEqual({ url: "./x.js" });
    await expect(resolve("broken", "file:///a.ts")).rejects.toThrow("cannot be resolved");
  });

  test("load from the bundler what it serves, and say what Node loads", async () => {
    const load = (url: string): Promise<unknown> => hooks.load(url, {}, next);
    expect(await load("file:///a.ts")).toEqual({ format: "module", source: "export {};", shortCircuit: true });
    expect(await load("busbar-module:virtual")).toEqual({ url: "busbar-module:virtual" });
    expect(await load("file:///other.js")).toEqual({ url: "file:///other.js" });
    await expect.poll(() => loaded).toEqual(["busbar-module:virtual", "file:///other.js"]);
    expect(pending).toBe(0); // all that was asked is answered
  });
});
