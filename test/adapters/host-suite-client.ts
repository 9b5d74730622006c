import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Suite } from "./host-suite.ts";

/** What the host says of the client, and what it can be told ahead of the reply. */
export function clientSuite({ client }: Suite): void {
  const { get } = client;

  describe("the client", () => {
    test("is known by its address and by TLS, and no one compresses unless asked", async () => {
      const seen = await (await get("/client")).json();
      const secure = client.origin.startsWith("https:");
      assert.deepEqual(seen, { address: "127.0.0.1", secure, compresses: false });
    });
    test("is not believed about its address and TLS", async () => {
      const headers = { "x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "gopher", forwarded: "for=6.6.6.6" };
      const seen = await (await get("/client", { headers })).json();
      assert.deepEqual([seen.address, seen.secure], ["127.0.0.1", client.origin.startsWith("https:")]);
    });
  });

  describe("early hints", () => {
    const ask = (path: string, version = "1.1"): Promise<string> =>
      client.raw([`GET ${path} HTTP/${version}\r\nhost: x\r\nconnection: close\r\n\r\n`]);
    test("go out ahead of the reply", async () => {
      const text = await ask("/hints");
      const link = "</style.css>; rel=preload; as=style, </app.js>; rel=preload; as=script";
      assert.ok(text.startsWith(`HTTP/1.1 103 Early Hints\r\nLink: ${link}\r\n\r\nHTTP/1.1 200`), text);
    });
    test("do not go to clients of HTTP/1.0, nor when there are none", async () => {
      assert.match(await ask("/hints", "1.0"), /^HTTP\/1\.1 200[\s\S]*hinted$/);
      assert.match(await ask("/no-hints"), /^HTTP\/1\.1 200[\s\S]*not hinted$/);
    });
  });
}
