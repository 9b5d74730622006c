import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { type Client, until } from "./client.ts";
import type { Suite } from "./host-suite.ts";

/** What every host must do with streamed replies. */
export function streamSuite({ client, witness }: Suite): void {
  const { get } = client;

  describe("streams", () => {
    test("waits for the promises in a page, and answers 500 when one is rejected", async () => {
      const page = await get("/late-page");
      assert.deepEqual([page.status, await page.text()], [200, "<p><b>late</b></p>"]);
      assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
      const failed = await get("/late-failure");
      assert.equal(failed.status, 500);
      assert.equal(await (await get("/streamed-page")).text(), "<p>streamed</p>");
    });
    test("sends chunks as they come", async () => {
      assert.equal(await (await get("/chunks")).text(), "one,two,three");
    });
    test("sends text, bytes and empty chunks between them", async () => {
      assert.equal(await (await get("/mixed-chunks")).text(), "text bytes");
    });
    test("sends a stream without chunks as an empty body", async () => {
      const reply = await get("/no-chunks");
      assert.deepEqual([reply.status, await reply.text()], [200, ""]);
    });
    test("sends a stream of ten thousand chunks whole", async () => {
      assert.equal((await (await get("/count/10000")).text()).length, 60_000);
    });
    test("sends a stream of an announced length without chunks", async () => {
      const text = await client.raw(["GET /stream-of-known-length HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"]);
      assert.match(text, /content-length: 10\r\n/i);
      assert.ok(text.endsWith("\r\n\r\n1234567890"), text);
    });
    test("sends a stream to a client of HTTP/1.0 without chunks, and closes", async () => {
      const text = await client.raw(["GET /chunks HTTP/1.0\r\nhost: x\r\n\r\n"]);
      assert.doesNotMatch(text, /transfer-encoding/i);
      assert.ok(text.endsWith("\r\n\r\none,two,three"), text);
    });
    test("sends streams side by side without mixing them", async () => {
      const bodies = await Promise.all([20, 21, 22, 23].map(async (n) => (await get(`/count/${n}`)).text()));
      assert.deepEqual(
        bodies,
        [20, 21, 22, 23].map((n) => `${n} `.repeat(n)),
      );
    });
    test.each(["/gated", "/gated-events"])("sends the first chunk of %s before there is a second", async (path) => {
      const request = client.request(path);
      request.end();
      const [reply] = (await once(request, "response")) as [IncomingMessage]; // cast: what "response" carries
      let text = "";
      reply.on("data", (chunk: Buffer) => (text += chunk));
      await until(() => text.includes("first part"));
      assert.doesNotMatch(text, /second part/);
      await until(() => witness.gates.length > 0);
      witness.gates.pop()?.();
      await once(reply, "end");
      assert.match(text, /second part/);
    });
    test("sends events that proxies leave alone", async () => {
      const reply = await get("/events");
      assert.equal(reply.headers.get("content-type"), "text/event-stream");
      assert.match(reply.headers.get("cache-control") ?? "", /no-transform/);
      assert.equal(await reply.text(), ":\n\nevent: tick\nid: 1\ndata: a\ndata: b\n\ndata: plain\n\n");
    });
  });

  describe("clients that leave", () => {
    async function leave(path: string): Promise<void> {
      const before = witness.begun;
      const controller = new AbortController();
      const pending = client.get(path, { signal: controller.signal }).catch(() => {});
      await until(() => witness.begun > before);
      controller.abort();
      await pending;
    }
    test("pulls no more than a slow reader takes, and ends the source when it leaves", async () => {
      const reply = await slowRead(client, "/endless");
      let last = -1;
      while (witness.pulled !== last) {
        last = witness.pulled;
        await sleep(150);
      }
      assert.ok(witness.pulled < 400, `${witness.pulled} chunks of 64 KiB were pulled`);
      const before = witness.ended;
      reply.destroy();
      await until(() => witness.ended > before);
    });
    test("goes on pulling when a slow reader reads again", async () => {
      const reply = await slowRead(client, "/endless");
      const start = witness.pulled;
      let read = 0;
      reply.on("data", (chunk: Buffer) => {
        read += chunk.length;
        if (read > 40_000_000) reply.destroy();
      });
      await once(reply, "close");
      assert.ok(witness.pulled - start > 400, `${witness.pulled - start} chunks of 64 KiB were pulled`);
    });
    test("aborts the signal when the client leaves", async () => {
      const before = witness.aborted;
      await leave("/waits");
      await until(() => witness.aborted > before);
    });
    test.each(["/listens", "/listens-streaming"])(
      "leaves the signal of %s alone behind a whole reply",
      async (path) => {
        const before = witness.aborted;
        const text = await client.raw([`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`]);
        assert.match(text, /heard/);
        await sleep(20);
        assert.equal(witness.aborted, before);
      },
    );
    test.each(["/silent-events", "/silent-stream"])(
      "lets the source of %s go when the client leaves while it is waited for",
      async (path) => {
        const before = witness.ended;
        await leave(path);
        await until(() => witness.ended > before);
      },
    );
    test("ends a source that was read to its end once", async () => {
      const before = witness.ended;
      assert.equal(await (await get("/ends")).text(), "ab");
      await sleep(5);
      assert.equal(witness.ended, before + 1);
    });
  });

  describe("streams that fail", () => {
    test.each(["/breaks", "/breaks-known-length", "/breaks-with-nothing"])(
      "cuts the connection when %s fails midway",
      async (path) => {
        await assert.rejects(async () => (await get(path)).text());
        assert.equal((await get("/page")).status, 200);
      },
    );
    test.each(["7", "20"])(
      "cuts the connection of a stream that is not as long as announced, which is %s",
      async (length) => {
        const request = `GET /stream-as-long-as/${length} HTTP/1.1\r\nhost: x\r\n\r\n`;
        const text = await client.raw([request, "GET /hello/you HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"]);
        // What is too much would be taken for the next reply's beginning, and that for what is missing.
        assert.match(text, length === "7" ? /first$/ : /firstsecond$/);
        const whole = await get("/stream-as-long-as/11");
        assert.deepEqual([whole.headers.get("content-length"), await whole.text()], ["11", "firstsecond"]);
      },
    );
    test("never ends a reply that failed midway as if it were whole", async () => {
      const text = await client.raw(["GET /breaks HTTP/1.1\r\nhost: x\r\n\r\n"]);
      assert.match(text, /first/);
      assert.doesNotMatch(text, /\r\n0\r\n/);
    });
  });
}

/** A client that has its head and reads no further. */
async function slowRead(client: Client, path: string): Promise<IncomingMessage> {
  const request = client.request(path);
  request.end();
  const [reply] = (await once(request, "response")) as [IncomingMessage]; // cast: what "response" carries
  reply.on("error", () => {});
  return reply;
}
