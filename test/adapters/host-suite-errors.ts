import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Suite } from "./host-suite.ts";

/** What becomes of errors, by the moment they come. */
export function errorSuite({ client, host }: Suite): void {
  const { get } = client;

  describe("errors", () => {
    test.each([
      ["/throws", "sync failure"],
      ["/rejects", "async failure"],
      ["/breaks-early", "failed before the first chunk"],
      ["/middleware-fails/page", "middleware failure"],
      ["/handler-fails/throws", "the error handler's own failure"],
    ])("hands what %s raises to the host", async (path, message) => {
      const reply = await get(path);
      assert.deepEqual([reply.status, await reply.text()], [500, host.errorText(message)]);
    });
    const reasonless = ["/throws-nothing", "/rejects-nothing", "/breaks-early-with-nothing"];
    const handlers = ["/handler-gives-no-reason/throws", "/later-handler-gives-no-reason/throws"];
    test.each([...reasonless, ...handlers])("hands an error to the host where %s gives no reason", async (path) => {
      const reply = await get(path);
      const message = "a handler, middleware or stream failed with nothing for a reason";
      assert.deepEqual([reply.status, await reply.text()], [500, host.errorText(message)]);
    });
    test("takes no word that was thrown for the host's own", async () => {
      assert.equal((await get("/throws-route")).status, 500);
    });
    test.each([
      ["/handled/throws", "handled on purpose"],
      ["/handled/throws-text", "handled ?"],
      ["/handled-later/throws", "later on purpose"],
    ])("answers %s with the app's own error handler first", async (path, text) => {
      const reply = await get(path);
      assert.deepEqual([reply.status, await reply.text()], [503, text]);
    });
    const none = ["/wrong-length", "/two-lengths", "/no-reply", "/redirect-away"];
    test.each([...none, "/upgrade-nobody-asked-for", "/coded-for-the-way"])(
      "answers 500 for the reply of %s, which is none",
      async (path) => {
        const reply = await get(path);
        assert.deepEqual([reply.status, reply.headers.get("location")], [500, null]);
      },
    );
    test("says once where a reply ends, whatever headers of another's a handler passes on", async () => {
      const requests = ["/passed-on", "/hello/after"].map((path) => `GET ${path} HTTP/1.1\r\nhost: x\r\n`);
      const text = await client.raw([requests.join("\r\n"), "connection: close\r\n\r\n"]);
      assert.match(text, /\r\ncontent-length: 4\r\n/i);
      assert.doesNotMatch(text, /transfer-encoding/i);
      assert.match(text, /\r\n\r\nfourHTTP\/1.1 200 /);
    });
    test("never writes an injected header", async () => {
      const reply = await get("/injects");
      assert.equal(reply.status, 500);
      assert.deepEqual([reply.headers.get("x-evil"), reply.headers.getSetCookie().includes("evil=1")], [null, false]);
    });
    test("keeps the connection through errors", async () => {
      const failing = "GET /throws HTTP/1.1\r\nhost: x\r\n\r\n";
      const last = "GET /hello/after HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
      const text = await client.raw([failing + failing + last]);
      assert.equal(text.match(/HTTP\/1\.1 500/g)?.length, 2);
      assert.match(text, /hello after$/);
    });
  });
}
