import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { describe, test } from "vitest";
import { continueHandler, nodeHandler } from "../../adapters/node/index.ts";
import { type App, createApp } from "../../lib/app/index.ts";
import { rawRequest } from "./client.ts";

describe("a client that waits to be asked for its body", () => {
  const ask = (path: string, length: number, more = ""): string =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\nexpect: 100-continue\r\n${more}\r\n`;

  test("is told 413 at once when its body is too large", async () => {
    const text = await request([ask("/read", 11)]);
    assert.match(text, /^HTTP\/1\.1 413 [\s\S]*connection: close/i);
    assert.doesNotMatch(text, /100 Continue/);
  });

  test("is refused by middleware, a schema and an unknown path without being asked", async () => {
    for (const [path, status] of [
      ["/guarded", 403],
      ["/checked?n=x", 400],
      ["/nowhere", 404],
      ["/unread", 200],
    ] as const) {
      const text = await request([ask(path, 2)]);
      assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `), path);
    }
  });

  test.each([
    ["/read", "text/plain"],
    ["/stream", "text/plain"],
    ["/peek", "application/x-www-form-urlencoded"],
  ])("is asked once by who reads at %s", async (path, type) => {
    const text = await request([ask(path, 4).replace("text/plain", type), "a=42"]);
    assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*got a=42/);
    assert.equal(text.match(/100 Continue/g)?.length, 1);
  });

  test("is asked before a request goes to the fallback", async () => {
    const server = createServer().on(
      "checkContinue",
      continueHandler(createApp(), async (req, res) => {
        let text = "";
        for await (const chunk of req) text += chunk;
        res.end(`host got ${text}`);
      }),
    );
    const text = await over(server, [ask("/", 4), "a=42"]);
    assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK[\s\S]*host got a=42/);
  });

  test("is asked over HTTP/2, and told 413 at once", async () => {
    const app = sampleApp();
    const server = createHttp2Server().on("request", nodeHandler(app) as never); // cast: the compatibility API fits Node's listener
    server.on("checkContinue", continueHandler(app) as never); // cast: as above
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const send = (length: number): Promise<[number, boolean]> =>
      new Promise((resolve, reject) => {
        const head = { "content-type": "text/plain", "content-length": String(length), expect: "100-continue" };
        const stream = session.request({ ":path": "/read", ":method": "POST", ...head });
        let asked = false;
        stream.on("error", reject).on("continue", () => {
          asked = true;
          stream.end("a=42");
        });
        stream.on("response", (headers) => resolve([Number(headers[":status"]), asked]));
        stream.resume();
      });
    assert.deepEqual(
      [await send(4), await send(11)],
      [
        [200, true],
        [413, false],
      ],
    );
    session.destroy();
    server.close();
  });

  const request = (parts: readonly string[]): Promise<string> => {
    const app = sampleApp();
    return over(createServer(nodeHandler(app)).on("checkContinue", continueHandler(app)), parts);
  };
});

function sampleApp(): App {
  const app = createApp({ limits: { maxBodyBytes: 10 } });
  app.post("/read", async (c) => c.text(`got ${await c.readText()}`));
  app.post("/stream", async (c) => {
    let text = "";
    for await (const chunk of c.readStream()) text += Buffer.from(chunk).toString();
    return c.text(`got ${text}`);
  });
  app.post("/peek", async (c) => c.text(`got a=${(await c.peekForm())["a"]}${(await c.readForm())["b"] ?? ""}`));
  app.post("/unread", (c) => c.text("unread"));
  app.post("/guarded", { use: (c) => c.empty(403) }, async (c) => c.text(await c.readText()));
  const number = {
    "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "no number" }] }) },
  };
  app.post("/checked", { query: number as never, body: number as never }, (c) => c.text("never"));
  return app;
}

async function over(server: ReturnType<typeof createServer>, parts: readonly string[]): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await rawRequest(origin, parts, /HTTP\/1\.1 [2-5]\d\d [\s\S]*\r\n\r\n./);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
