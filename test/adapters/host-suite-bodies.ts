import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { describe, test } from "vitest";
import { chunked, until } from "./client.ts";
import type { Suite } from "./host-suite.ts";

export const JSON_HEADERS = { "content-type": "application/json" };
export const FORM_HEADERS = { "content-type": "application/x-www-form-urlencoded" };
const TEXT_HEADERS = { "content-type": "text/plain" };
const ANY_HEADERS = { "content-type": "a/b" };

/** What every host must do with request bodies that are read. */
export function bodySuite({ client, witness }: Suite): void {
  const { get, post } = client;

  describe("bodies", () => {
    test("reads JSON", async () => {
      assert.deepEqual(await (await post("/json", '{"a":[1,"ž"]}', JSON_HEADERS)).json(), { got: { a: [1, "ž"] } });
    });
    test.each(["null", "0", '""', "[]", "false"])("reads JSON that is %s", async (text) => {
      assert.deepEqual(await (await post("/json", text, JSON_HEADERS)).json(), { got: JSON.parse(text) });
    });
    test("reads JSON with a suffix type and a charset", async () => {
      const headers = { "content-type": "application/merge-patch+json; charset=UTF-8" };
      assert.deepEqual(await (await post("/json", "1", headers)).json(), { got: 1 });
    });
    test("reads an urlencoded form", async () => {
      const reply = await post("/form", "a=1&b=x+y&a=2&c=", FORM_HEADERS);
      assert.deepEqual(await reply.json(), { got: { a: ["1", "2"], b: "x y", c: "" } });
    });
    test("reads a form whose names are those of every object", async () => {
      const reply = await post("/form", "__proto__=1&constructor=2", FORM_HEADERS);
      assert.equal(await reply.text(), '{"got":{"__proto__":"1","constructor":"2"}}');
    });
    test("reads text of any content type", async () => {
      assert.deepEqual(await (await post("/text", '{"raw": 1}', JSON_HEADERS)).json(), { got: '{"raw": 1}' });
      assert.deepEqual(await (await post("/text", "žž", { "content-type": "text/csv" })).json(), { got: "žž" });
    });
    test("reads bytes", async () => {
      const headers = { "content-type": "application/octet-stream" };
      assert.deepEqual(await (await post("/bytes", new Uint8Array(70_000), headers)).json(), { length: 70_000 });
    });
    test("reads an empty body as nothing", async () => {
      assert.deepEqual(await (await get("/bytes", { method: "POST" })).json(), { length: 0 });
    });
    test("reads the body of a DELETE", async () => {
      const reply = await get("/bytes", { method: "DELETE", body: "123", headers: ANY_HEADERS });
      assert.deepEqual(await reply.json(), { length: 3 });
    });
    test("echoes a stream while it comes in", async () => {
      const body = "z".repeat(3_000_000);
      assert.equal(await (await post("/echo", body, ANY_HEADERS)).text(), body);
    });
    test("lets a route raise the limit", async () => {
      const reply = await post("/big", new Uint8Array(1_500_000), ANY_HEADERS);
      assert.deepEqual(await reply.json(), { length: 1_500_000 });
    });
    test("fails when the body is read twice", async () => {
      assert.equal((await post("/twice", "x", TEXT_HEADERS)).status, 500);
    });
    test("tells the reader of a client that left mid-body, and goes on", async () => {
      const { failures, begun } = witness;
      const before = failures.length;
      const headers = { ...TEXT_HEADERS, "content-length": 1000 };
      const request = client.request("/watched", { method: "POST", headers });
      request.write("only this");
      await until(() => witness.begun > begun);
      request.destroy();
      await until(() => failures.length > before);
      assert.equal(failures.at(-1), "APP_CLIENT_GONE");
      assert.equal((await get("/page")).status, 200);
    });
  });

  describe("bodies in pieces", () => {
    const head = "POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\nconnection: close\r\n";
    test("reads a chunked body as a stream", async () => {
      const start =
        "POST /stream HTTP/1.1\r\nhost: x\r\ncontent-type: a/b\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
      const parts = [start, "5\r\nhello\r\n", "6\r\n world\r\n", "0\r\n\r\n"];
      assert.match(await client.raw(parts), /\{"length":11\}/);
    });
    test("passes over chunk extensions and trailers", async () => {
      const parts = [
        `${head}transfer-encoding: chunked\r\ntrailer: x-late\r\n\r\n`,
        "3;a=b;c\r\nabc\r\n",
        "0\r\nx-late: 1\r\n\r\n",
      ];
      assert.match(await client.raw(parts), /\{"got":"abc"\}/);
    });
    test("puts a character together that was cut in two", async () => {
      const text = Buffer.from("ž🐎");
      const parts = [...text].flatMap((byte) => ["1\r\n", new Uint8Array([byte]), "\r\n"]);
      const reply = await client.raw([`${head}transfer-encoding: chunked\r\n\r\n`, ...parts, "0\r\n\r\n"]);
      assert.match(Buffer.from(reply, "latin1").toString(), /\{"got":"ž🐎"\}/);
    });
    test("reads a request that comes byte by byte", async () => {
      assert.match(await client.raw([...`${head}content-length: 3\r\n\r\nabc`]), /\{"got":"abc"\}/);
    });
  });

  describe("bodies that are refused", () => {
    test.each(['{"a":', "", "{} {}", "undefined"])("answers 400 to %j as JSON", async (text) => {
      assert.equal((await post("/json", text, JSON_HEADERS)).status, 400);
    });
    test("says nothing of the body in what it answers", async () => {
      assert.doesNotMatch(await (await post("/json", "secret-token", JSON_HEADERS)).text(), /secret/);
    });
    test("answers 400 to text that is not UTF-8", async () => {
      assert.equal((await post("/text", new Uint8Array([0xff, 0xfe]), TEXT_HEADERS)).status, 400);
    });
    test("answers 415 to another content type", async () => {
      const reply = await post("/json", "a=1", FORM_HEADERS);
      assert.deepEqual([reply.status, reply.headers.get("accept-encoding")], [415, null]);
      assert.equal((await post("/form", "{}", JSON_HEADERS)).status, 415);
    });
    test("answers 415 to another charset", async () => {
      const headers = { "content-type": "application/json; charset=utf-16" };
      assert.equal((await post("/json", "1", headers)).status, 415);
      assert.equal((await post("/text", "1", { "content-type": "text/plain; charset=latin1" })).status, 415);
    });
    test.each(["", "identity", "Identity"])("reads a body in the content coding %j, which is none", async (coding) => {
      const headers = { "content-type": "text/plain", "content-encoding": coding };
      assert.deepEqual(await (await post("/text", "plain", headers)).json(), { got: "plain" });
    });
    test("answers 415 to a compressed body, and says that only plain ones are taken", async () => {
      const headers = { ...JSON_HEADERS, "content-encoding": "gzip" };
      const reply = await post("/json", new Uint8Array(gzipSync("1")), headers);
      assert.deepEqual([reply.status, reply.headers.get("accept-encoding")], [415, "identity"]);
      assert.equal((await post("/text", "1", { ...TEXT_HEADERS, "content-encoding": "gzip" })).status, 415);
    });
    test("answers 413 to a form of too many fields", async () => {
      assert.equal((await post("/form", "a=1&".repeat(1001), FORM_HEADERS)).status, 413);
    });
    test("takes a body of exactly the limit, and not a byte more", async () => {
      assert.equal((await post("/bytes", new Uint8Array(100_000), ANY_HEADERS)).status, 200);
      assert.equal((await post("/bytes", new Uint8Array(100_001), ANY_HEADERS)).status, 413);
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
        const init = { method: "POST", headers, body: chunked(4, 50_000), duplex: "half" };
        const reply = await get(path, init as RequestInit); // cast: the type does not know of duplex
        assert.equal(reply.status, 413);
      },
    );
  });
}
