import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "vitest";
import { nodeHandler } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { createClient } from "./client.ts";

test("a reply that fails right behind its first chunk is begun and cut, not withheld: a client would ask again", async () => {
  const app = createApp();
  const error = new Error("of the source");
  app.get("/", (c) =>
    c.stream(
      (async function* () {
        yield "first";
        throw error;
      })(),
    ),
  );
  const told: unknown[] = [];
  const server = createServer(nodeHandler(app, undefined, { report: (each) => told.push(each) })).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // cast: it listens on a port
  try {
    const text = await createClient(() => `http://127.0.0.1:${port}`).raw(["GET / HTTP/1.1\r\nhost: x\r\n\r\n"]);
    assert.match(text, /^HTTP\/1\.1 200 .*\r\nfirst\r\n$/s);
    assert.deepEqual(told, [error]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
