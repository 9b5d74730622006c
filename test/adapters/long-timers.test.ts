import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { readTable } from "../../adapters/build/index.ts";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { createApp, type Middleware, timeout } from "../../lib/app/index.ts";
import { withFolder } from "../helpers/folder.ts";
import { listen } from "./listen.ts";
import { setUp } from "./proxy-setup.ts";

/** Node's timers take what is above 2^31 - 1 ms for 1 ms. */
const GENEROUS = [2 ** 31, Number.MAX_SAFE_INTEGER];
/** Of them a wait that a timer of 1 ms would end. */
const PAUSE_MS = 20;

const TABLE = `const routes = [{ methods: ["GET"], pattern: "/a", value: "text" }];
export const app = { router: { routes: () => routes, options: {} } };`;

/** Nobody reads the reply for a while. */
const slowly: Middleware = async (_c, next) => {
  const reply = await next();
  await sleep(PAUSE_MS);
  return reply;
};

describe.each(GENEROUS)("a limit of %i ms", (ms) => {
  test("lets a handler answer", async () => {
    const app = createApp({ platform: nodePlatform });
    app.get("/", { use: timeout({ ms }) }, async (c) => {
      await sleep(PAUSE_MS);
      return c.text("in time");
    });
    const server = await listen(nodeHandler(app));
    assert.equal(await (await fetch(server.origin)).text(), "in time");
    await server.close();
  });

  test("lets the server behind a proxy take its time, before its reply and within", async () => {
    const times = { connectTimeoutMs: ms, headTimeoutMs: ms, idleTimeoutMs: ms, keepAliveMs: ms };
    const { front } = await setUp(
      async (_req, res) => {
        await sleep(PAUSE_MS);
        res.write("one, ");
        await sleep(PAUSE_MS);
        res.end("two");
      },
      times,
      slowly,
    );
    assert.equal(await (await fetch(front)).text(), "one, two");
  });

  test("lets a module of routes load", async () => {
    await withFolder(async (cwd) => {
      await writeFile(join(cwd, "routes.mjs"), TABLE);
      const { routes } = await readTable("routes.mjs", { cwd, timeoutMs: ms });
      assert.equal(routes[0]?.pattern, "/a");
    });
  });
});

test("an idle limit of 0 waits for ever, as an unlimited one", async () => {
  for (const idleTimeoutMs of [0, Number.POSITIVE_INFINITY]) {
    const { front } = await setUp(
      async (_req, res) => {
        res.write("one, ");
        await sleep(PAUSE_MS);
        res.end("two");
      },
      { idleTimeoutMs },
      slowly,
    );
    assert.equal(await (await fetch(front)).text(), "one, two");
  }
});
