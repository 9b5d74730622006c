import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { openSocket } from "./client.ts";
import type { Suite } from "./host-suite.ts";

const TEXT_HEADERS = { "content-type": "text/plain" };

/** What becomes of bodies nobody reads, or reads no further: the reply has to arrive, and the connection to stay in step. */
export function unreadSuite({ client, host }: Suite): void {
  const { get, post } = client;
  const uploadOf = (path: string, length: number): string =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\n\r\n`;
  const last = "GET /hello/after HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

  describe("bodies nobody reads", () => {
    test.each(["/ignored", "/ignored-later"])("lets the reply of %s through", async (path) => {
      const reply = await post(path, "x".repeat(500_000), TEXT_HEADERS);
      assert.equal(await reply.text(), "not read");
    });
    test("lets the reply through when the body is left half read", async () => {
      const reply = await post("/first-chunk", "x".repeat(3_000_000), TEXT_HEADERS);
      assert.deepEqual(await reply.json(), { first: true });
    });
    test("lets an error through", async () => {
      const reply = await post("/throws", "x".repeat(500_000), TEXT_HEADERS);
      assert.deepEqual([reply.status, await reply.text()], [500, host.errorText("failure with a body")]);
    });
    test("lets the host's 404 through", async () => {
      const reply = await post("/nowhere", "x".repeat(500_000), TEXT_HEADERS);
      assert.deepEqual([reply.status, await reply.text()], [404, "host 404"]);
    });
    test("never takes the body for the connection's next request", async () => {
      const smuggled = "GET /hello/smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
      const text = await client.raw([uploadOf("/ignored", smuggled.length) + smuggled + last]);
      assert.match(text, /not read[\s\S]*hello after$/);
      assert.doesNotMatch(text, /smuggled/);
    });
    test("keeps the connection in step when the body comes after its reply", async () => {
      const socket = await openSocket(client.origin);
      let text = "";
      let seen = (): void => {};
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString("latin1");
        seen();
      });
      const answered = new Promise<void>((resolve) => {
        seen = () => text.includes("not read") && resolve();
      });
      socket.write(`${uploadOf("/ignored", 10)}12345`);
      await answered;
      socket.write(`67890${last}`);
      await new Promise((resolve) => socket.on("close", resolve));
      assert.match(text, /hello after$/);
    });
    test("shows the refusal to a client that sends all before it reads", async () => {
      const head =
        "POST /json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000000\r\n\r\n";
      const text = await client.raw([head, new Uint8Array(4_000_000)], /HTTP\/1\.1 413/);
      assert.match(text, /^HTTP\/1\.1 413/);
    });
    test("does not wait for ever for a body that never ends", async () => {
      const text = await client.raw([uploadOf("/ignored", 4_000_000), "only this"]);
      assert.match(text, /not read/);
    });
    test("passes over the body of a GET", async () => {
      const first = "GET /hello/first HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n12345";
      assert.match(await client.raw([first + last]), /hello first[\s\S]*hello after$/);
    });
    test("serves others while a client is silent in the middle of its body", async () => {
      const socket = await openSocket(client.origin);
      socket.write(`${uploadOf("/text", 1000)}start`);
      for (let i = 0; i < 5; i++) assert.equal((await get("/page")).status, 200);
      socket.destroy();
    });
  });
}
