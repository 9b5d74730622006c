import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { z } from "zod";
import { mcpStdio, serveMcp } from "../../adapters/mcp/index.ts";
import { nodeHandler } from "../../adapters/node/index.ts";
import { type App, createApp } from "../../lib/app/index.ts";
import { listen } from "./listen.ts";

const OPTIONS = { name: "shop", version: "1.0.0" };
const CALL = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "endless", arguments: {} } };

/** A tool whose reply has no end, and what is known of its stream. */
function createEndless(): { readonly app: App; readonly stream: { begun: number; ended: number } } {
  const stream = { begun: 0, ended: 0 };
  async function* ticks(): AsyncGenerator<string> {
    stream.begun++;
    try {
      for (;;) {
        yield ".";
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    } finally {
      stream.ended++;
    }
  }
  const app = createApp();
  app.get("/endless", { meta: { mcp: { name: "endless" } } }, (c) => c.stream(ticks(), { type: "text/plain" }));
  return { app, stream };
}

test("a reply that is streaming ends when the client of its tool leaves", async () => {
  const { app, stream } = createEndless();
  serveMcp(app, OPTIONS);
  const running = await listen(nodeHandler(app));
  const abort = new AbortController();
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const asked = fetch(`${running.origin}/mcp`, {
    method: "POST",
    headers,
    body: JSON.stringify(CALL),
    signal: abort.signal,
  });
  asked.catch(() => {});
  await expect.poll(() => stream.begun).toBe(1);
  abort.abort();
  await expect.poll(() => stream.ended).toBe(1);
  await running.close();
});

test.each(["is cancelled", "has no server any more"])(
  "a reply that is streaming ends when its call %s",
  async (how) => {
    const { app, stream } = createEndless();
    const [input, output] = [new PassThrough(), new PassThrough()];
    const stop = await mcpStdio(app, { ...OPTIONS, input, output });
    const say = (message: object): boolean => input.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    say(CALL);
    await expect.poll(() => stream.begun).toBe(1);
    if (how === "is cancelled") {
      say({ method: "notifications/cancelled", params: { requestId: 1 } });
      await expect.poll(() => stream.ended).toBe(1);
      say({ id: 2, method: "ping" });
      const [answer] = await once(output, "data");
      assert.match(String(answer), /"id":2/); // the call that was cancelled has no answer
    }
    await stop();
    await expect.poll(() => stream.ended).toBe(1);
  },
);

test("a tool may be called without a body where its schema takes none", async () => {
  const app = createApp();
  const note = z.object({ text: z.string() });
  app.post("/may", { body: note.optional(), meta: { mcp: { name: "may" } } }, (c) => c.text(c.body?.text ?? "no note"));
  app.post("/must", { body: note, meta: { mcp: { name: "must" } } }, (c) => c.text(c.body.text));
  serveMcp(app, OPTIONS);
  const running = await listen(nodeHandler(app));
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const ask = async (method: string, params: object): Promise<string> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    return (await fetch(`${running.origin}/mcp`, { method: "POST", headers, body })).text();
  };
  const { tools } = JSON.parse(await ask("tools/list", {})).result;
  assert.deepEqual(
    tools.map((tool: { inputSchema: { required: unknown } }) => tool.inputSchema.required),
    [[], ["body"]],
  );
  assert.match(await ask("tools/call", { name: "may", arguments: {} }), /"text":"no note"/);
  await running.close();
});
