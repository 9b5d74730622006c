import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { describe, test } from "vitest";
import { chunked, rawRequest, until } from "./client.ts";
import type { Witness } from "./suite-app.ts";

type Get = (path: string, init?: RequestInit) => Promise<Response>;

const JSON_HEADERS = { "content-type": "application/json" };
const FORM_HEADERS = { "content-type": "application/x-www-form-urlencoded" };

/** What every host must do with request bodies. */
export function bodySuite(origin: () => string, get: Get): void {
  const post = (path: string, body: BodyInit, headers: Record<string, string>): Promise<Response> =>
    get(path, { method: "POST", body, headers });

  describe("bodies", () => {
    test("reads JSON", async () => {
      assert.deepEqual(await (await post("/json", '{"a":[1,"ž"]}', JSON_HEADERS)).json(), { got: { a: [1, "ž"] } });
    });
    test("reads JSON with a suffix type and a charset", async () => {
      const headers = { "content-type": "application/merge-patch+json; charset=UTF-8" };
      assert.deepEqual(await (await post("/json", "1", headers)).json(), { got: 1 });
    });
    test("reads an urlencoded form", async () => {
      const reply = await post("/form", "a=1&b=x+y&a=2&c=", FORM_HEADERS);
      assert.deepEqual(await reply.json(), { got: { a: ["1", "2"], b: "x y", c: "" } });
    });
    test("reads text of any content type", async () => {
      assert.deepEqual(await (await post("/text", '{"raw": 1}', JSON_HEADERS)).json(), { got: '{"raw": 1}' });
      assert.deepEqual(await (await post("/text", "žž", { "content-type": "text/csv" })).json(), { got: "žž" });
    });
    test("reads bytes", async () => {
      const headers = { "content-type": "application/octet-stream" };
      assert.deepEqual(await (await post("/bytes", new Uint8Array(70_000), headers)).json(), { length: 70_000 });
    });
    test("reads a chunked body as a stream", async () => {
      const parts = [
        "POST /stream HTTP/1.1\r\nhost: x\r\ncontent-type: a/b\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        "5\r\nhello\r\n",
        "6\r\n world\r\n",
        "0\r\n\r\n",
      ];
      assert.match(await rawRequest(origin(), parts), /\{"length":11\}/);
    });
    test("reads an empty body as nothing", async () => {
      assert.deepEqual(await (await get("/bytes", { method: "POST" })).json(), { length: 0 });
    });
    test("echoes a stream while it comes in", async () => {
      const body = "z".repeat(3_000_000);
      assert.equal(await (await post("/echo", body, { "content-type": "a/b" })).text(), body);
    });
    test("answers 400 to bad JSON", async () => {
      const reply = await post("/json", '{"a":', JSON_HEADERS);
      assert.equal(reply.status, 400);
    });
    test("answers 415 to another content type", async () => {
      assert.equal((await post("/json", "a=1", FORM_HEADERS)).status, 415);
      assert.equal((await post("/form", "{}", JSON_HEADERS)).status, 415);
    });
    test("answers 413 to an announced body over the limit, and stays usable", async () => {
      const reply = await post("/json", JSON.stringify("x".repeat(200_000)), JSON_HEADERS);
      assert.equal(reply.status, 413);
      assert.equal((await get("/page")).status, 200);
    });
    test.each(["/json", "/form", "/text", "/bytes", "/stream"])(
      "answers 413 at %s to a chunked body over the limit",
      async (path) => {
        const headers: Record<string, string> = path === "/form" ? FORM_HEADERS : JSON_HEADERS;
        const reply = await get(path, {
          method: "POST",
          headers,
          body: chunked(4, 50_000),
          duplex: "half",
        } as RequestInit);
        assert.equal(reply.status, 413);
      },
    );
    test("lets a route raise the limit", async () => {
      const reply = await post("/big", new Uint8Array(1_500_000), { "content-type": "a/b" });
      assert.deepEqual(await reply.json(), { length: 1_500_000 });
    });
    test("sends the reply though nobody reads the body", async () => {
      const reply = await post("/ignored", "x".repeat(500_000), { "content-type": "text/plain" });
      assert.equal(await reply.text(), "not read");
    });
    test("sends the reply though the body is left half read", async () => {
      const reply = await post("/first-chunk", "x".repeat(3_000_000), { "content-type": "text/plain" });
      assert.deepEqual(await reply.json(), { first: true });
    });
    test("shows the refusal to a client that sends all before it reads", async () => {
      const head =
        "POST /json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000000\r\n\r\n";
      const text = await rawRequest(origin(), [head, new Uint8Array(4_000_000)], /HTTP\/1\.1 413/);
      assert.match(text, /^HTTP\/1\.1 413/);
    });
    test("does not wait for ever for a body that never ends", async () => {
      const head = "POST /ignored HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 4000000\r\n\r\n";
      const text = await rawRequest(origin(), [head, "only this"]);
      assert.match(text, /not read/);
    });
    test("fails when the body is read twice", async () => {
      assert.equal((await post("/twice", "x", { "content-type": "text/plain" })).status, 500);
    });
    test("goes on after a client that left mid-body", async () => {
      const { hostname, port } = new URL(origin());
      const req = httpRequest({
        hostname,
        port,
        path: "/json",
        method: "POST",
        headers: { ...JSON_HEADERS, "content-length": 1000 },
      });
      req.on("error", () => {});
      req.write('{"a":');
      await new Promise((resolve) => setTimeout(resolve, 20));
      req.destroy();
      assert.equal((await get("/page")).status, 200);
    });
  });
}

/** What every host must do with streamed replies. */
export function streamSuite(witness: Witness, origin: () => string, get: Get): void {
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
    test("pulls no more than a slow reader takes, and ends the source when it leaves", async () => {
      const reply = await slowRead(`${origin()}/endless`);
      let last = -1;
      while (witness.pulled !== last) {
        last = witness.pulled;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      assert.ok(witness.pulled < 1000, `${witness.pulled} chunks of 64 KiB were pulled`);
      const before = witness.ended;
      reply.destroy();
      await until(() => witness.ended > before);
    });
    test("aborts the signal when the client leaves", async () => {
      const controller = new AbortController();
      const before = witness.aborted;
      const pending = get("/waits", { signal: controller.signal }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));
      controller.abort();
      await pending;
      await until(() => witness.aborted > before);
    });
    test.each(["/silent-events", "/silent-stream"])(
      "lets the source of %s go when the client leaves while it is waited for",
      async (path) => {
        const before = witness.ended;
        const controller = new AbortController();
        const pending = get(path, { signal: controller.signal }).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 50));
        controller.abort();
        await pending;
        await until(() => witness.ended > before);
      },
    );
    test("sends events that proxies leave alone", async () => {
      const reply = await get("/events");
      assert.equal(reply.headers.get("content-type"), "text/event-stream");
      assert.match(reply.headers.get("cache-control") ?? "", /no-transform/);
      assert.equal(await reply.text(), ":\n\nevent: tick\nid: 1\ndata: a\ndata: b\n\ndata: plain\n\n");
    });
    test("cuts the connection when a stream fails midway", async () => {
      const reply = await get("/breaks");
      await assert.rejects(reply.text());
      assert.equal((await get("/page")).status, 200);
    });
  });
}

/** A client that has its head and reads no further. */
async function slowRead(url: string): Promise<IncomingMessage> {
  const req = httpRequest(url);
  req.on("error", () => {});
  req.end();
  const [reply] = (await once(req, "response")) as [IncomingMessage]; // cast: what "response" carries
  reply.on("error", () => {});
  return reply;
}
