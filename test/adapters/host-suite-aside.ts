import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Suite } from "./host-suite.ts";

/** What is the host's, and what is the app's though it has no route for it. */
export function asideSuite({ client, host }: Suite): void {
  const { get, post } = client;
  const ask = (line: string): Promise<string> =>
    client.raw([`${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`]);

  describe("stepping aside", () => {
    test("leaves the host's own routes alone", async () => {
      assert.equal(await (await get("/host")).text(), "host route");
    });
    test("leaves unknown paths to the host's 404", async () => {
      const reply = await get("/nowhere");
      assert.deepEqual([reply.status, await reply.text()], [404, "host 404"]);
      assert.equal(reply.headers.get("x-app"), null);
    });
    test("leaves an unknown path with a body to the host", async () => {
      const reply = await post("/nowhere", "{}", { "content-type": "application/json" });
      assert.deepEqual([reply.status, await reply.text()], [404, "host 404"]);
    });
    test("leaves a wrong method to the host", async () => {
      const reply = await get("/page", { method: "DELETE" });
      assert.deepEqual([reply.status, await reply.text()], [404, "host 404"]);
    });
    test("leaves OPTIONS to the host", async () => {
      assert.notEqual((await get("/page", { method: "OPTIONS" })).headers.get("x-app"), "1");
    });
    test("leaves a malformed path to the host", async () => {
      assert.match(await ask("GET /hello/%zz"), host.passesBadPaths ? /^HTTP\/1\.1 404/ : /^HTTP\/1\.1 400/);
    });
    test.each(["/page/", "/PAGE", "/page%20", "/pag"])("leaves %s to the host, which is not /page", async (path) => {
      assert.match(await ask(`GET ${path}`), /host 404$/);
    });
    test("leaves OPTIONS * to the host", async () => {
      assert.doesNotMatch(await ask("OPTIONS *"), /x-app/i);
    });
  });

  describe("below an owned prefix", () => {
    test("answers unknown paths with 404", async () => {
      const reply = await get("/api/nowhere");
      assert.equal(reply.status, 404);
      assert.match(reply.headers.get("content-type") ?? "", /^application\/problem\+json/);
      assert.equal(reply.headers.get("x-app"), "1");
    });
    test("answers a wrong method with 405 and Allow", async () => {
      const reply = await get("/api/items/7", { method: "DELETE" });
      assert.deepEqual([reply.status, reply.headers.get("allow")], [405, "GET, HEAD, OPTIONS, PUT"]);
    });
    test("answers OPTIONS with 204 and Allow", async () => {
      const reply = await get("/api/items/7", { method: "OPTIONS" });
      assert.deepEqual([reply.status, reply.headers.get("allow")], [204, "GET, HEAD, OPTIONS, PUT"]);
    });
    test("answers malformed encoding with 400", async () => {
      assert.match(await ask("GET /api/items/%zz"), /^HTTP\/1\.1 400/);
    });
    test("answers an over-long parameter with 414", async () => {
      assert.equal((await get(`/api/items/${"x".repeat(3000)}`)).status, 414);
    });
    test("answers a miss with a body, read by nobody", async () => {
      assert.equal((await post("/api/nowhere", "x".repeat(300_000), { "content-type": "a/b" })).status, 404);
    });
  });
}
