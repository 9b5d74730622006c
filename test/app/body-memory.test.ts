import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { test } from "vitest";
import { createApp, type HostRequest } from "../../lib/app/index.ts";

setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

function held(): number {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test("a body that trickles in byte by byte is held as bytes, not as that many pieces", async () => {
  const count = 200_000;
  let before = 0;
  let during = 0;
  const request: HostRequest = {
    method: "POST",
    url: "/",
    headers: {},
    async *stream() {
      before = held();
      for (let i = 0; i < count; i++) yield Uint8Array.of(i % 251);
      during = held();
    },
    signal: new AbortController().signal,
    raw: undefined,
  };
  const app = createApp();
  app.post("/", async (c) => c.bytes(await c.readBytes()));
  const reply = await app.handle(request);
  assert.ok(reply?.body instanceof Uint8Array);
  assert.equal(reply.body.length, count);
  assert.ok(reply.body.every((byte, i) => byte === i % 251));
  assert.ok(during - before < 4 * count, `${during - before} bytes for ${count}`);
});
