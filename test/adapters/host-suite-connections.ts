import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { openSocket } from "./client.ts";
import type { Suite } from "./host-suite.ts";

/** Requests that share a connection, and clients that go about theirs in their own ways. */
export function connectionSuite({ client }: Suite): void {
  const { get } = client;
  const hello = (name: string, more = ""): string => `GET /hello/${name} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;

  describe("connections", () => {
    test("answers pipelined requests in order", async () => {
      const text = await client.raw([hello("1") + hello("2", "connection: close\r\n")]);
      assert.match(text, /hello 1[\s\S]*hello 2/);
    });
    test("answers pipelined requests in order when the first takes longest", async () => {
      const slow = "GET /chunks HTTP/1.1\r\nhost: x\r\n\r\n";
      const text = await client.raw([slow + hello("1") + slow + hello("2", "connection: close\r\n")]);
      assert.match(text, /three[\s\S]*hello 1[\s\S]*three[\s\S]*hello 2$/);
    });
    test("answers thirty pipelined uploads in order", async () => {
      const upload = (i: number): string =>
        `POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nbody${i % 10}`;
      const uploads = Array.from({ length: 30 }, (_, i) => upload(i)).join("");
      const text = await client.raw([uploads + hello("end", "connection: close\r\n")]);
      const got = [...text.matchAll(/"got":"body(\d)"/g)].map(([, digit]) => Number(digit));
      assert.deepEqual(
        got,
        Array.from({ length: 30 }, (_, i) => i % 10),
      );
    });
    test("keeps a connection through a hundred requests", async () => {
      for (let i = 0; i < 100; i++) assert.equal(await (await get(`/hello/${i}`)).text(), `hello ${i}`);
    });
    test("answers fifty clients at once, each its own", async () => {
      const names = Array.from({ length: 50 }, (_, i) => `client${i}`);
      const replies = await Promise.all(names.map(async (name) => (await get(`/hello/${name}`)).text()));
      assert.deepEqual(
        replies,
        names.map((name) => `hello ${name}`),
      );
    });
    test("closes when it is asked to", async () => {
      assert.match(await client.raw([hello("1", "connection: close\r\n")]), /connection: close[\s\S]*hello 1$/i);
    });
    test("answers HTTP/1.0 with the length, so that a cut shows, and closes", async () => {
      const text = await client.raw(["GET /hello/old HTTP/1.0\r\nhost: x\r\n\r\n"]);
      assert.match(text, /^HTTP\/1\.1 200[\s\S]*hello old$/);
      assert.match(text, /^content-length: 9\r$/im);
    });
    test("answers a client that has closed its side", async () => {
      const socket = await openSocket(client.origin);
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk));
      socket.end(hello("half", "connection: close\r\n"));
      await new Promise((resolve) => socket.on("close", resolve));
      assert.match(text, /hello half$/);
    });
    test("outlives clients that vanish at once", async () => {
      for (const bytes of ["", "GET", "GET / HTTP/1.1\r\nhost", hello("x"), hello("x").repeat(20)]) {
        const socket = await openSocket(client.origin);
        socket.write(bytes);
        socket.destroy();
      }
      assert.equal((await get("/page")).status, 200);
    });
  });

  describe("Expect", () => {
    const head = (expect: string): string =>
      `POST /json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: ${expect}\r\nconnection: close\r\n\r\n`;
    test("sends 100 Continue to who waits for it", async () => {
      assert.match(await client.raw([head("100-continue"), "{}"]), /^HTTP\/1\.1 100 Continue[\s\S]*\{"got":\{\}\}/);
    });
    test("answers 417 to any other expectation", async () => {
      assert.match(await client.raw([head("a miracle"), "{}"]), /^HTTP\/1\.1 417/);
    });
  });
}
