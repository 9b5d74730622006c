import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { nodeHandler, nodePlatform, openFile, staticFiles } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { rawRequest } from "./client.ts";
import { listen } from "./listen.ts";

const PAGE = `<!doctype html><title>hi</title>${"<p>text</p>".repeat(300)}`;

describe("a folder of files", () => {
  const top = mkdtempSync(join(tmpdir(), "busbar-files-"));
  const root = join(top, "public");
  let origin = "";
  let stop = async (): Promise<void> => {};
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(origin + path, { headers, redirect: "manual" });

  beforeAll(async () => {
    mkdirSync(join(root, "sub dir", "deep"), { recursive: true });
    mkdirSync(join(root, ".git"));
    writeFileSync(join(top, "secret.txt"), "secret");
    writeFileSync(join(top, "public-not.txt"), "secret");
    writeFileSync(join(root, "a.txt"), "0123456789");
    writeFileSync(join(root, "index.html"), PAGE);
    writeFileSync(join(root, "sub dir", "index.html"), "sub");
    writeFileSync(join(root, ".env"), "secret");
    writeFileSync(join(root, ".git", "config"), "secret");
    writeFileSync(join(root, "x.glb"), "glb");
    writeFileSync(join(root, "100%.txt"), "percent");
    writeFileSync(join(root, "empty.css"), "");
    symlinkSync(join(top, "secret.txt"), join(root, "link.txt"));
    symlinkSync(join(root, "a.txt"), join(root, "same.txt"));
    const app = createApp({ platform: nodePlatform });
    app.get("/files/*", staticFiles(root, { maxAgeSeconds: 60, types: { glb: "model/gltf-binary" } }));
    app.get("/fixed/*path", staticFiles(root, { immutable: true, index: false, dotfiles: true }));
    const server = await listen(nodeHandler(app));
    origin = server.origin;
    stop = server.close;
  });
  afterAll(async () => {
    await stop();
    rmSync(top, { recursive: true });
  });

  test("serves a file with type, length, state and age", async () => {
    const reply = await get("/files/a.txt");
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get("content-type"), "text/plain; charset=utf-8");
    assert.equal(reply.headers.get("content-length"), "10");
    assert.equal(reply.headers.get("cache-control"), "public, max-age=60");
    assert.equal(reply.headers.get("x-content-type-options"), "nosniff");
    assert.equal(await reply.text(), "0123456789");
    const again = await get("/files/a.txt", { "if-none-match": reply.headers.get("etag") ?? "" });
    assert.equal(again.status, 304);
    const part = await get("/files/a.txt", { range: "bytes=2-4" });
    assert.deepEqual([part.status, await part.text()], [206, "234"]);
    const head = await fetch(`${origin}/files/a.txt`, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, "10", ""]);
  });

  test("has another tag once a file has changed", async () => {
    const before = (await get("/files/a.txt")).headers.get("etag");
    utimesSync(join(root, "a.txt"), new Date(), new Date(Date.now() - 5000));
    assert.notEqual((await get("/files/a.txt")).headers.get("etag"), before);
  });

  test("serves a folder by its index, at an address with a slash", async () => {
    assert.equal(await (await get("/files/")).text(), PAGE);
    const moved = await get("/files/sub%20dir?x=1");
    assert.deepEqual([moved.status, moved.headers.get("location")], [308, "./sub%20dir/?x=1"]);
    assert.equal(new URL("./sub%20dir/?x=1", `${origin}/files/sub%20dir?x=1`).pathname, "/files/sub%20dir/");
    assert.equal(await (await get("/files/sub%20dir/")).text(), "sub");
    for (const path of ["/files/sub%20dir/deep/", "/files/a.txt/", "/fixed/", "/fixed/sub%20dir"])
      assert.equal((await get(path)).status, 404, path);
  });

  test("serves odd names, empty files and types it was told", async () => {
    assert.equal(await (await get("/files/100%25.txt")).text(), "percent");
    const empty = await get("/files/empty.css");
    assert.deepEqual([empty.status, empty.headers.get("content-length")], [200, "0"]);
    assert.equal((await get("/files/x.glb")).headers.get("content-type"), "model/gltf-binary");
    assert.equal(await (await get("/files/same.txt")).text(), "0123456789"); // a link that stays inside
    assert.equal((await get("/fixed/a.txt")).headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(await (await get("/fixed/.env")).text(), "secret"); // because it was told to
  });

  test.each([
    "/files/../secret.txt",
    "/files/%2e%2e/secret.txt",
    "/files/..%2fsecret.txt",
    "/files/%2e%2e%2fsecret.txt",
    "/files/..%5csecret.txt",
    "/files/..\\secret.txt",
    "/files/sub%20dir/../../secret.txt",
    "/files/....//secret.txt",
    "/files/%252e%252e/secret.txt",
    "/files//etc/passwd",
    "/files//a.txt", // past a route with a guard at /files/a.txt, if it were served
    "/files/sub%20dir//",
    "/files/%2fetc%2fpasswd",
    "/files/../public-not.txt",
    "/files/link.txt",
    "/files/.env",
    "/files/.git/config",
    "/files/sub%20dir/.%2e/.env",
    "/files/a.txt%00.html",
    "/files/a.txt%0a",
    "/files/C:%5cboot.ini",
    "/files/C:/boot.ini",
    "/fixed/..%2fsecret.txt",
    "/fixed/./../secret.txt",
    "/files/nothing",
    `/files/${"a/".repeat(1000)}a`,
    `/files/${"a".repeat(900)}`,
  ])("says nothing about %s", async (path) => {
    const reply = await rawRequest(origin, [`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`]);
    assert.match(reply, /^HTTP\/1\.1 40[04] /);
    assert.doesNotMatch(reply, /secret$/);
  });

  test("is compressed where it is text and the whole is asked for", async () => {
    const head = `Host: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n`;
    const whole = await rawRequest(origin, [`GET /files/index.html HTTP/1.1\r\n${head}\r\n`]);
    assert.match(whole, /content-encoding: gzip\r\n/i);
    assert.doesNotMatch(whole, /content-length|accept-ranges/i);
    const part = await rawRequest(origin, [`GET /files/index.html HTTP/1.1\r\n${head}Range: bytes=0-4\r\n\r\n`]);
    assert.match(part, /^HTTP\/1\.1 206 /);
    assert.doesNotMatch(part, /content-encoding/i);
    const reply = await fetch(`${origin}/files/index.html`, { headers: { "accept-encoding": "gzip" } });
    assert.equal(await reply.text(), PAGE);
  });

  test("gives a source for replies of one's own, of any path", async () => {
    assert.equal(await openFile(join(root, "none.txt")), undefined);
    assert.equal(await openFile(root), undefined);
    const file = await openFile(join(root, "empty.css"));
    assert.deepEqual([file?.size, file?.type], [0, "text/css; charset=utf-8"]);
  });

  test("breaks off when a file is replaced between the look and the reading", async () => {
    writeFileSync(join(root, "changing.txt"), "old content");
    utimesSync(join(root, "changing.txt"), 1000, 1000);
    const file = await openFile(join(root, "changing.txt"));
    writeFileSync(join(root, "changing.txt"), "new");
    await assert.rejects(async () => {
      for await (const _chunk of file?.read(0, 11) ?? []) assert.fail("nothing of it may be sent");
    }, /changed while it was being sent/);
  });

  test.each([200_000, 100, 300_000])(
    "breaks off before the end when a file becomes one of %i bytes while it is read",
    async (length) => {
      const path = join(root, "rewritten.bin");
      writeFileSync(path, "a".repeat(200_000));
      utimesSync(path, 1000, 1000);
      const file = await openFile(path);
      let taken = 0;
      await assert.rejects(async () => {
        for await (const chunk of file?.read(0, 200_000) ?? []) {
          if (taken === 0) writeFileSync(path, "b".repeat(length));
          taken += chunk.length;
        }
      }, /changed while it was being sent/);
      assert.ok(taken > 0 && taken < 200_000, `${taken} bytes`);
    },
  );

  test("is read to its last byte, whatever its length", async () => {
    const path = join(root, "pieces.bin");
    for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001]) {
      const bytes = Buffer.from(Uint8Array.from({ length }, (_, i) => i % 251));
      writeFileSync(path, bytes);
      const file = await openFile(path);
      assert.equal(file?.size, length);
      for (const [from, to] of [
        [0, length],
        [Math.min(3, length), length],
        [0, Math.max(0, length - 1)],
      ] as const) {
        if (from >= to) continue;
        const pieces: Uint8Array[] = [];
        for await (const chunk of file?.read(from, to) ?? []) pieces.push(chunk);
        assert.ok(Buffer.concat(pieces).equals(bytes.subarray(from, to)), `${from} to ${to} of ${length}`);
      }
    }
  });
});
