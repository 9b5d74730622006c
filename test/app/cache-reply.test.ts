import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { cachedHead, cacheReply, type HandlerResult, type HeaderPair } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { html } from "../../lib/html/index.ts";
import { header } from "./requests.ts";

const withHeader = (...pair: HeaderPair) => ({ status: 200, headers: [pair], body: "hello" });

describe("cacheReply", () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
  }

  test.each<[string, HandlerResult]>([
    ["a stream", { status: 200, headers: [], body: chunks() }],
    ["a template that waits", html`<p>${Promise.resolve("late")}</p>`],
    ["a cookie", withHeader("Set-Cookie", "session=1")],
    ["a transfer coding", withHeader("transfer-encoding", "chunked")],
    ["a trailer", withHeader("trailer", "x")],
  ])("refuses %s", (_name, reply) => {
    assert.throws(
      () => cacheReply(reply),
      (error) => isCodedError(error) && error.code === "APP_NOT_CACHEABLE",
    );
  });

  test("checks headers and length at once, not when the reply is sent", () => {
    const code = (expected: string) => (error: unknown) => isCodedError(error) && error.code === expected;
    assert.throws(() => cacheReply(withHeader("x-a", "1\r\nx-b: 2")), code("APP_BAD_HEADER"));
    assert.throws(() => cacheReply(withHeader("content-length", "4")), code("APP_BAD_REPLY"));
    assert.throws(() => cacheReply("text" as never), code("APP_BAD_REPLY")); // cast: what types refuse is the point
  });

  test("takes a length that is right, once", () => {
    const head = cachedHead(cacheReply(withHeader("Content-Length", "5"))) ?? [];
    assert.deepEqual(head.slice(-2), ["content-length", "5"]);
    assert.equal(head.filter((text) => text.toLowerCase() === "content-length").length, 1);
  });

  test("freezes the reply, its headers and each of them", () => {
    const pair: [string, string] = ["x-a", "1"];
    const reply = cacheReply({ status: 200, headers: [pair], body: "hello" });
    assert.throws(() => reply.headers.push(["x-b", "2"]), TypeError);
    assert.throws(() => Object.assign(reply, { status: 500 }), TypeError);
    assert.throws(() => Object.assign(reply.headers[0] ?? [], { 1: "2" }), TypeError);
    pair[1] = "3"; // the caller's own list is another one
    assert.equal(header(reply, "x-a"), "1");
  });

  test("is lost on a copy, which is an ordinary reply", () => {
    const reply = cacheReply(html`<p>hello</p>`);
    assert.ok(cachedHead(reply));
    assert.equal(cachedHead({ ...reply }), undefined);
    assert.equal(cachedHead({ status: 200, headers: [], body: "hello" }), undefined);
  });

  // Published values of XXH64.
  test.each([
    ["", "ef46db3751d8e999"],
    ["a", "d24ec4f1a98c6e5b"],
    ["abc", "44bc2cf5ad770999"],
  ])("tags %j with the hash of its bytes", (body, hash) => {
    assert.equal(header(cacheReply({ status: 200, headers: [], body }), "etag"), `"${hash}"`);
  });

  test("keeps a tag it is given, and tags nothing but a 200", () => {
    assert.equal(header(cacheReply(withHeader("ETag", '"mine"')), "etag"), '"mine"');
    assert.equal(header(cacheReply({ status: 404, headers: [], body: "" }), "etag"), undefined);
  });
});
