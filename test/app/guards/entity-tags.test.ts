import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { nodeHandler, nodePlatform } from "../../../adapters/node/index.ts";
import { type App, cacheReply, createApp, entityTags, type Reply } from "../../../lib/app/index.ts";
import { html } from "../../../lib/html/index.ts";
import { listen } from "../../adapters/listen.ts";
import { request } from "./kit.ts";

const long = "lorem ipsum ".repeat(300);

function createTagged(): App {
  const app = createApp({ platform: nodePlatform });
  app.use(entityTags({ maxBytes: 10_000 }));
  app.get("/text", (c) => c.text("same", 200, { "cache-control": "max-age=1", "x-own": "1" }));
  app.get("/page", () => html`<p>same</p>`);
  app.get("/bytes", (c) => c.bytes(new TextEncoder().encode("same")));
  app.get("/later", async (c) => c.json({ same: true }));
  app.get("/own", (c) => c.text("whatever", 200, { ETag: 'W/"v1"' }));
  app.get("/kept", () => kept);
  app.get("/long", (c) => c.text(long));
  app.get("/huge", (c) => c.text(long.repeat(3)));
  app.get("/stream", (c) => c.stream(pieces()));
  app.get("/secret", (c) => c.text("same", 200, { "cache-control": "private, no-store" }));
  app.get("/created", (c) => c.text("same", 201));
  app.post("/text", (c) => c.text("same"));
  return app;
}

const kept = cacheReply({ status: 200, headers: [["content-type", "text/plain"]], body: "same" });

async function* pieces(): AsyncGenerator<string> {
  yield "same";
}

async function ask(method: string, path: string, tag?: string): Promise<Reply> {
  const headers = tag === undefined ? {} : { "if-none-match": tag };
  const reply = await createTagged().handle(request(method, path, { headers }));
  assert.ok(reply);
  return reply;
}

const tagOf = ({ headers }: Reply): string | undefined => headers.find(([name]) => name.toLowerCase() === "etag")?.[1];

describe("entity tags", () => {
  test.each(["/text", "/page", "/bytes", "/later", "/own", "/kept"])("%s is sent once, then 304", async (path) => {
    const first = await ask("GET", path);
    const tag = tagOf(first);
    assert.ok(first.status === 200 && tag !== undefined);
    for (const method of ["GET", "HEAD"]) {
      for (const asked of [tag, `"other", W/${tag.replace("W/", "")}`, "*"]) {
        const again = await ask(method, path, asked);
        assert.deepEqual([again.status, again.body, tagOf(again)], [304, null, tag]);
      }
    }
    assert.equal((await ask("GET", path, '"other"')).status, 200);
  });

  test("HEAD is told the tag that GET is told", async () => {
    const [get, head] = [await ask("GET", "/text"), await ask("HEAD", "/text")];
    assert.deepEqual([tagOf(head), head.body], [tagOf(get), null]);
  });

  test("a 304 keeps the headers that are not about the content", async () => {
    const { headers } = await ask("GET", "/text", tagOf(await ask("GET", "/text")));
    assert.deepEqual(headers.map(([name]) => name).sort(), ["cache-control", "etag", "x-own"]);
  });

  test.each([
    ["GET", "/huge"],
    ["GET", "/stream"],
    ["GET", "/secret"],
    ["GET", "/created"],
    ["POST", "/text"],
  ])("%s %s goes without", async (method, path) => {
    const reply = await ask(method, path, "*");
    assert.deepEqual([reply.status === 304, tagOf(reply)], [false, undefined]);
  });

  test("whoever asks for other bytes by If-Match is told 412, whatever else it names", async () => {
    const tag = tagOf(await ask("GET", "/text"));
    const statusOf = async (path: string, headers: Record<string, string>): Promise<number | undefined> =>
      (await createTagged().handle(request("GET", path, { headers })))?.status;
    assert.equal(await statusOf("/text", { "if-match": '"other"' }), 412);
    assert.equal(await statusOf("/text", { "if-match": '"other"', "if-none-match": tag ?? "" }), 412);
    assert.equal(await statusOf("/text", { "if-match": tag ?? "" }), 200);
    assert.equal(await statusOf("/text", { "if-match": tag ?? "", "if-none-match": tag ?? "" }), 304);
    assert.equal(await statusOf("/own", { "if-match": 'W/"v1"' }), 412); // weak ones name no bytes
    assert.equal(await statusOf("/huge", { "if-match": '"other"' }), 200); // it has no tag to be held against
  });

  test("a date that is there is asked for where no tag is named", async () => {
    const changed = "Sun, 06 Nov 1994 08:49:37 GMT";
    const app = createApp();
    app.use(entityTags());
    app.get("/", (c) => c.text("same", 200, { "last-modified": changed }));
    const statusOf = async (headers: Record<string, string>): Promise<number | undefined> =>
      (await app.handle(request("GET", "/", { headers })))?.status;
    assert.equal(await statusOf({ "if-modified-since": changed }), 304);
    assert.equal(await statusOf({ "if-modified-since": changed, "if-none-match": '"other"' }), 200);
    assert.equal(await statusOf({ "if-unmodified-since": "Sun, 06 Nov 1994 08:49:36 GMT" }), 412);
  });

  test("a compressed reply is renewed by the tag of its form", async () => {
    const server = await listen(nodeHandler(createTagged()));
    const url = `${server.origin}/long`;
    const first = await fetch(url, { headers: { "accept-encoding": "gzip" } });
    const tag = first.headers.get("etag") ?? "";
    assert.match(tag, /;gzip"$/);
    assert.equal(await first.text(), long);
    const again = await fetch(url, { headers: { "accept-encoding": "gzip", "if-none-match": tag } });
    const { headers } = again;
    assert.deepEqual([again.status, headers.get("etag"), headers.get("vary")], [304, tag, "accept-encoding"]);
    await server.close();
  });
});
