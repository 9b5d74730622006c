import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createApp, type Reply, type Validators } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { runs } from "../helpers/runs.ts";
import { decide, type Tag } from "../oracle/conditions.ts";
import { ask, header } from "./requests.ts";

async function answer(
  method: string,
  headers: Record<string, string>,
  validators: Validators,
): Promise<Reply | undefined> {
  const app = createApp();
  app.all("/", (c) => c.precondition(validators) ?? c.text("whole"));
  return ask(app, method, "/", { headers });
}

const date = (seconds: number): string => new Date(seconds * 1000).toUTCString();
const text = ([weak, opaque]: Tag): string => `${weak ? "W/" : ""}"${opaque}"`;

describe("the conditions of a request", () => {
  const tag = fc.tuple(fc.boolean(), fc.constantFrom("a", "b", "", "a,b", "*"));
  const tags = fc.oneof(fc.constant("*" as const), fc.array(tag, { minLength: 1, maxLength: 4 }));
  const time = fc.constantFrom(1_000_000_000, 1_000_000_001, 1_000_000_002);
  const asked = fc.record(
    { ifMatch: tags, ifUnmodifiedSince: time, ifNoneMatch: tags, ifModifiedSince: time },
    { requiredKeys: [] },
  );

  test("decide as the standard's steps do", async () => {
    const method = fc.constantFrom("GET", "HEAD", "PUT", "POST", "DELETE");
    const given = fc.option(tag, { nil: undefined });
    const changed = fc.option(time, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(method, asked, given, changed, async (verb, conditions, current, modified) => {
        const headers: Record<string, string> = {};
        const list = (value: "*" | readonly Tag[]): string => (value === "*" ? "*" : value.map(text).join(", "));
        if (conditions.ifMatch !== undefined) headers["if-match"] = list(conditions.ifMatch);
        if (conditions.ifNoneMatch !== undefined) headers["if-none-match"] = list(conditions.ifNoneMatch);
        if (conditions.ifModifiedSince !== undefined) headers["if-modified-since"] = date(conditions.ifModifiedSince);
        if (conditions.ifUnmodifiedSince !== undefined)
          headers["if-unmodified-since"] = date(conditions.ifUnmodifiedSince);
        const validators = {
          etag: current === undefined ? undefined : text(current),
          lastModified: modified === undefined ? undefined : new Date(modified * 1000 + 400),
        };
        const reply = await answer(verb, headers, validators);
        const isRead = verb === "GET" || verb === "HEAD";
        assert.equal(reply?.status, decide(isRead, conditions, current, modified));
      }),
      { numRuns: runs(500) },
    );
  });

  test.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", 304],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 304],
    ["Sun Nov  6 08:49:37 1994", 304],
    ["Sunday, 06-Nov-94 08:49:36 GMT", 200],
    ["Sun Nov  6 08:49:36 1994", 200],
    ["Saturday, 06-Nov-69 08:49:37 GMT", 304], // 2069
    ["Friday, 06-Nov-70 08:49:37 GMT", 200], // 1970
    ["Sun Nov 06 08:49:37 1994", 304],
    ["Sun Nox  6 08:49:37 1994", 200],
  ])("read a date in any of HTTP's three forms: %s", async (text, status) => {
    const reply = await answer(
      "GET",
      { "if-modified-since": text },
      { lastModified: new Date("1994-11-06T08:49:37Z") },
    );
    assert.equal(reply?.status, status);
  });

  test("that cannot be read do not count", async () => {
    const validators = { etag: '"a"', lastModified: new Date(0) };
    for (const bad of ["tomorrow", "2030", "Sun, 31 Jan 2038", "1893456000", ""])
      assert.equal((await answer("GET", { "if-modified-since": bad }, validators))?.status, 200, bad);
    assert.equal((await answer("GET", { "if-none-match": "a" }, validators))?.status, 200);
  });

  test("are answered with the state that holds", async () => {
    const validators = { etag: '"v7"', lastModified: new Date("2026-01-02T03:04:05.678Z") };
    const current = await answer("GET", { "if-none-match": '"v6", "v7"' }, validators);
    assert.equal(current?.status, 304);
    assert.equal(current?.body, null);
    assert.equal(header(current, "etag"), '"v7"');
    assert.equal(header(current, "last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
    const lost = await answer("PUT", { "if-match": '"v6"' }, validators);
    assert.deepEqual([lost?.status, header(lost, "etag")], [412, '"v7"']);
  });

  test("know the tag of a compressed form, and renew that form", async () => {
    const validators = { etag: '"v7"' };
    const renewed = await answer("GET", { "if-none-match": '"v7;br"' }, validators);
    assert.deepEqual([renewed?.status, header(renewed, "etag")], [304, '"v7;br"']);
    assert.equal((await answer("PUT", { "if-match": '"v7;gzip"' }, validators))?.status, 200);
    assert.equal((await answer("PUT", { "if-match": '"v8;gzip"' }, validators))?.status, 412);
  });

  test.each(["v7", "'v7'", '"v"7"', 'w/"v7"', '"a b"', '"\n"'])(
    "cannot be held against %j, which is no tag",
    async (etag) => {
      await assert.rejects(
        async () => answer("GET", {}, { etag }),
        (error) => isCodedError(error) && error.code === "APP_BAD_ETAG",
      );
    },
  );
});
