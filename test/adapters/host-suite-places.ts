import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createClient } from "./client.ts";
import type { Running, Suite } from "./host-suite.ts";
import { FORM_HEADERS, JSON_HEADERS } from "./host-suite-bodies.ts";
import { createSuiteApp } from "./suite-app.ts";

/** The app under a path of the host's. */
export function mountSuite({ host, witness }: Suite): void {
  describe("under a mount path", () => {
    let mounted: Running;
    const { get } = createClient(() => mounted.origin);
    beforeAll(async () => {
      mounted = await host.start(createSuiteApp(witness), { mount: "/shop" });
    });
    afterAll(() => mounted.close());

    test("matches what is left of the path and tells the mount path", async () => {
      const seen = await (await get("/shop/headers?a=1")).json();
      assert.deepEqual(seen, { one: null, base: "/shop", url: "/headers?a=1", method: "GET" });
    });
    test("serves the mount path itself", async () => {
      for (const path of ["/shop", "/shop/", "/shop?q=1"]) assert.equal((await get(path)).status, 200, path);
    });
    test("leaves everything outside to the host", async () => {
      for (const path of ["/headers", "/shopping", "/shop/nowhere", "/shopheaders", "/x/shop/headers"])
        assert.equal(await (await get(path)).text(), "host 404", path);
    });
    test("leaves the host's own routes alone", async () => {
      assert.equal(await (await get("/host")).text(), "host route");
    });
    test("answers misses below a prefix the app owns there", async () => {
      assert.deepEqual([(await get("/shop/api/nowhere")).status, (await get("/api/nowhere")).status], [404, 404]);
      assert.equal(await (await get("/api/nowhere")).text(), "host 404");
      assert.equal((await get("/shop/api/nowhere")).headers.get("x-app"), "1");
    });
    test("reads bodies and streams replies as anywhere", async () => {
      const reply = await get("/shop/echo", {
        method: "POST",
        body: "x".repeat(100_000),
        headers: { "content-type": "a/b" },
      });
      assert.equal((await reply.text()).length, 100_000);
    });
  });
}

/** The app where the host's own body parsers have run before. */
export function parserSuite({ host, witness }: Suite): void {
  describe("behind the host's own parsers", () => {
    let parsed: Running;
    const { post } = createClient(() => parsed.origin);
    beforeAll(async () => {
      parsed = await host.start(createSuiteApp(witness), { parsers: true });
    });
    afterAll(() => parsed.close());

    test("uses JSON the host has parsed", async () => {
      assert.deepEqual(await (await post("/json", '{"a":1}', JSON_HEADERS)).json(), { got: { a: 1 } });
      assert.deepEqual(await (await post("/json", "{}", JSON_HEADERS)).json(), { got: {} });
      assert.deepEqual(await (await post("/json", "[]", JSON_HEADERS)).json(), { got: [] });
    });
    test("uses a form the host has parsed", async () => {
      const got = { a: ["1", "2"], b: "x y" };
      assert.deepEqual(await (await post("/form", "a=1&b=x+y&a=2", FORM_HEADERS)).json(), { got });
    });
    test("still reads what the host's parsers skipped", async () => {
      assert.deepEqual(await (await post("/text", "a,b", { "content-type": "text/csv" })).json(), { got: "a,b" });
    });
    test("still streams what the host's parsers skipped", async () => {
      const body = "z".repeat(2_000_000);
      assert.equal(await (await post("/echo", body, { "content-type": "a/b" })).text(), body);
    });
    test("still answers 415 to another content type", async () => {
      assert.equal((await post("/json", "a=1", FORM_HEADERS)).status, 415);
    });
    test("still answers 400 to bad JSON", async () => {
      assert.equal((await post("/json", "{", JSON_HEADERS)).status, 400);
    });
    test("fails at once, rather than hanging, when the raw body is gone", async () => {
      const reply = await post("/bytes", '{"a":1}', JSON_HEADERS);
      assert.ok(reply.status === 500 || reply.status === 200, `${reply.status}`);
    });
    test("leaves a body it does not want to the host's own routes", async () => {
      assert.equal(await (await post("/nowhere", '{"a":1}', JSON_HEADERS)).text(), "host 404");
    });
  });
}
