import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, type RequestListener, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openSocket, rawRequest, until } from "./client.ts";
import { mirror, setUp, told } from "./proxy-setup.ts";

const MIB = 1 << 20;

/** An upload the test drives itself. */
function upload(front: string, headers: Record<string, string | number> = {}, method = "POST"): ClientRequest {
  return request(front, { method, headers }).on("error", () => {});
}

async function replyTo(sent: ClientRequest): Promise<{ status: number | undefined; text: string }> {
  const [reply] = (await once(sent, "response")) as [IncomingMessage]; // cast: what "response" carries
  let text = "";
  for await (const chunk of reply) text += chunk;
  return { status: reply.statusCode, text };
}

/** Waits until a figure no longer grows. */
async function settled(figure: () => number): Promise<void> {
  for (let last = -1; last !== figure(); ) {
    last = figure();
    await sleep(300);
  }
}

/** The server behind, with what it has seen of uploads. */
function watched(answer: RequestListener): { listener: RequestListener; seen: Seen } {
  const seen: Seen = { asked: 0, bytes: 0, ended: 0, cut: 0 };
  const listener: RequestListener = (req, res) => {
    seen.asked++;
    req.on("data", (chunk: Buffer) => (seen.bytes += chunk.length));
    req.on("end", () => seen.ended++);
    req.on("error", () => seen.cut++);
    answer(req, res);
  };
  return { listener, seen };
}

interface Seen {
  asked: number;
  bytes: number;
  /** Uploads that came whole. */
  ended: number;
  /** Uploads that broke off. */
  cut: number;
}

const atEnd: RequestListener = (req, res) => void req.on("end", () => res.end("whole"));

describe("an upload through the proxy", () => {
  test("reaches the server behind as it comes, and its reply may begin before it is over", async () => {
    const { listener, seen } = watched((req, res) => void req.once("data", () => res.write("begun,")));
    const { front } = await setUp((req, res) => {
      listener(req, res);
      req.on("end", () => res.end("ended"));
    });
    const sent = upload(front);
    sent.write("first");
    const [reply] = (await once(sent, "response")) as [IncomingMessage]; // cast: what "response" carries
    let text = "";
    reply.on("data", (chunk: Buffer) => (text += chunk));
    await until(() => text === "begun,");
    assert.deepEqual([seen.bytes, seen.ended], [5, 0]);
    sent.end("second");
    await once(reply, "end");
    assert.deepEqual([text, seen.bytes], ["begun,ended", 11]);
  });

  test("is taken no faster than the server behind takes it", async () => {
    let go = (): void => {};
    const { front } = await setUp(
      (req, res) => {
        go = () => {
          let length = 0;
          req.on("data", (chunk: Buffer) => (length += chunk.length));
          req.on("end", () => res.end(String(length)));
        };
      },
      { maxBodyBytes: 200 * MIB },
    );
    const sent = upload(front);
    const piece = Buffer.alloc(MIB);
    let taken = 0; // what the client could hand to its network
    for (let i = 0; i < 100; i++) sent.write(piece, (error) => (taken += error ? 0 : 1));
    sent.end();
    await settled(() => taken);
    assert.ok(taken < 80, `${taken} MiB of an upload that nobody reads were taken`);
    go();
    assert.deepEqual(await replyTo(sent), { status: 200, text: String(100 * MIB) });
  });

  test("that the client breaks off ends the request behind, and gives its room back", async () => {
    const { listener, seen } = watched(atEnd);
    const { front } = await setUp(listener, { maxRequests: 1, maxConnections: 1 });
    for (let round = 1; round <= 5; round++) {
      const sent = upload(front, { "content-length": 1000 });
      sent.write("x".repeat(100));
      await until(() => seen.bytes === round * 100);
      sent.destroy();
      await expect.poll(() => seen.cut).toBe(round);
    }
    await expect.poll(async () => (await fetch(front, { method: "POST", body: "x" })).status).toBe(200);
    assert.equal(seen.ended, 1);
  });

  test("that the client breaks off before a byte of it was sent leaves nothing behind", async () => {
    const { listener, seen } = watched(atEnd);
    const { front } = await setUp(listener, { maxRequests: 1 });
    const socket = await openSocket(front);
    socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n");
    socket.destroy();
    await expect.poll(async () => (await fetch(front, { method: "POST", body: "x" })).status).toBe(200);
    assert.equal(seen.ended, 1);
  });

  test.each(["POST", "PUT", "DELETE"])(
    "by %s is sent once, also where the server behind breaks off",
    async (method) => {
      const { listener, seen } = watched((req) => void req.once("data", () => req.socket.destroy()));
      const { front } = await setUp(listener, { retries: 3 });
      const sent = upload(front, { "content-length": 1000 }, method);
      sent.write("x".repeat(100));
      assert.deepEqual(await replyTo(sent), { status: 502, text: "Bad Gateway" });
      assert.deepEqual([seen.asked, seen.ended], [1, 0]);
      sent.destroy();
    },
  );

  test("that the server behind refuses before it is over has that answer", async () => {
    const { listener, seen } = watched((_req, res) => void res.writeHead(422).end("too odd"));
    const { front } = await setUp(listener, { maxBodyBytes: 10 * MIB });
    const sent = upload(front, { "content-length": 300_000 });
    sent.write("x".repeat(1000));
    const replied = replyTo(sent);
    sent.end("x".repeat(299_000));
    assert.deepEqual(await replied, { status: 422, text: "too odd" });
    assert.equal(seen.asked, 1);
  });

  test.each([300_000, 5 * MIB])(
    "of %i bytes to a server that answers and leaves at once has that answer",
    async (length) => {
      const { front } = await setUp((_req, res) => void res.writeHead(413, { connection: "close" }).end("too much"), {
        maxBodyBytes: 10 * MIB,
      });
      for (let round = 0; round < 5; round++) {
        const sent = upload(front, { "content-length": length });
        const replied = replyTo(sent);
        for (let left = length; left > 0; left -= 50_000) sent.write(Buffer.alloc(Math.min(left, 50_000)));
        assert.deepEqual(await replied, { status: 413, text: "too much" });
        sent.destroy();
      }
    },
  );

  test("over the cap is never seen whole, and where its length is announced not at all", async () => {
    const { listener, seen } = watched(atEnd);
    const { front } = await setUp(listener, { maxBodyBytes: 1000, maxRequests: 1 });
    const announced = upload(front, { "content-length": 1001 });
    announced.write("x");
    assert.equal((await replyTo(announced)).status, 413);
    assert.equal(seen.asked, 0);
    announced.destroy();
    const silent = upload(front);
    silent.write("x".repeat(600));
    await until(() => seen.bytes === 600);
    silent.write("x".repeat(600));
    assert.equal((await replyTo(silent)).status, 413);
    await until(() => seen.cut === 1);
    assert.equal(seen.ended, 0);
    silent.destroy();
    assert.equal((await fetch(front, { method: "POST", body: "x".repeat(1000) })).status, 200);
  });

  test("in a coding inside its chunks is refused with 501, and the server behind hears nothing", async () => {
    const { listener, seen } = watched(atEnd);
    const { front } = await setUp(listener);
    const head = "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: gzip, chunked\r\n\r\n";
    assert.match(await rawRequest(front, [`${head}2\r\nab\r\n0\r\n\r\n`]), /^HTTP\/1\.1 501 /);
    assert.equal(seen.asked, 0);
  });

  test("of nothing, in chunks, is a body of nothing", async () => {
    const { front } = await setUp(mirror);
    const head = "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    assert.match(await rawRequest(front, [`${head}0\r\n\r\n`]), /"body":""/);
  });

  test("that goes on and on while the server behind has long answered is cut off, and others are served", async () => {
    const { front } = await setUp((_req, res) => void res.end("done"), { maxBodyBytes: 200 * MIB });
    const sent = upload(front);
    let isGone = false;
    sent.once("close", () => (isGone = true));
    const feed = (): void => {
      if (!isGone) sent.write("x".repeat(1000), () => setTimeout(feed, 1));
    };
    feed();
    assert.deepEqual(await replyTo(sent), { status: 200, text: "done" });
    assert.equal((await told((await setUp(mirror)).front, "/other")).url, "/other");
    await until(() => isGone);
  });
});
