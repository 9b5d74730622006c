import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createApp, type StandardSchema } from "../../lib/app/index.ts";
import { openSocket, rawRequest } from "./client.ts";
import type { Running } from "./host-suite.ts";
import { PLAIN_HOSTS } from "./hosts.ts";

/** Checks nothing, and takes its time. */
const late: StandardSchema = {
  "~standard": {
    version: 1,
    vendor: "suite",
    validate: async (value) => {
      await sleep(5);
      return { value };
    },
  },
};

/** What a client may take its time with: nobody else waits, and the answer is that of a fast one. */
describe.each(PLAIN_HOSTS)("a client of $name that sends a byte at a time", (host) => {
  const FORM = "application/x-www-form-urlencoded";
  const POSTS = [
    ["/text", "text/plain", "slow text"],
    ["/stream", "text/plain", "slow text"],
    ["/json", "application/json", '{"a":[1,"two"]}'],
    ["/checked", "application/json", '{"a":[1,"two"]}'],
    ["/form", FORM, "a=1&b=%C3%A4"],
    ["/checked", FORM, "a=1&b=%C3%A4"],
    ["/echo", "text/plain", "slow text"],
  ] as const;
  let server: Running;
  beforeAll(async () => {
    const app = createApp();
    app.get("/other", (c) => c.text("served"));
    app.post("/text", async (c) => c.json(await c.readText()));
    app.post("/stream", async (c) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of c.readStream()) chunks.push(chunk);
      return c.json(Buffer.concat(chunks).toString());
    });
    app.post("/json", async (c) => c.json(await c.readJson()));
    app.post("/form", async (c) => c.json(await c.readForm()));
    app.post("/checked", { body: late, query: late }, (c) => c.json(c.body));
    app.post("/echo", (c) => c.stream(c.readStream()));
    server = await host.start(app);
  });
  afterAll(() => server.close());

  test.each(POSTS)("to %s as %s", async (path, type, body) => {
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${type}\r\n`;
    const chunks = Array.from(Buffer.from(body), (byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join("");
    const fast = await rawRequest(server.origin, [`${head}content-length: ${body.length}\r\n\r\n${body}`]);
    assert.match(fast, /^HTTP\/1\.1 200 /);
    for (const bytes of [
      `${head}content-length: ${body.length}\r\n\r\n${body}`,
      `${head}transfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
    ]) {
      const answered = drip(server.origin, bytes);
      const other = "GET /other HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
      assert.match(await rawRequest(server.origin, [other]), /served$/);
      assert.equal(contentOf(await answered), contentOf(fast));
    }
  });
});

async function drip(origin: string, bytes: string): Promise<string> {
  const socket = await openSocket(origin);
  socket.setNoDelay(true);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  const closed = new Promise((resolve) => socket.on("close", resolve));
  for (const byte of bytes) {
    socket.write(byte, "latin1");
    await sleep(0);
  }
  await closed;
  return text;
}

/** Status and body, the chunks joined. */
function contentOf(text: string): string {
  const at = text.indexOf("\r\n\r\n");
  const isChunked = /\r\ntransfer-encoding: chunked/i.test(text.slice(0, at));
  const body = text.slice(at + 4);
  return text.slice(0, 12) + (isChunked ? body.replaceAll(/[0-9a-f]+\r\n([^\r]*)\r\n/gi, "$1") : body);
}
