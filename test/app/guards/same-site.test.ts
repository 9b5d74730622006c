import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createApp, type SameSiteOptions, sameSite } from "../../../lib/app/index.ts";
import { now, request, type Sent } from "./kit.ts";

function statusOf(method: string, headers: Record<string, string>, options?: SameSiteOptions, more: Sent = {}): number {
  const app = createApp();
  app.use(sameSite(options));
  app.all("/", (c) => c.empty());
  return now(app.handle(request(method, "/", { headers: { host: "shop.example", ...headers }, ...more }))).status;
}

const SITES = [
  "same-origin",
  "none",
  "same-site",
  "cross-site",
  "SAME-ORIGIN",
  "same-origin, cross-site",
  "",
  "x",
  undefined,
] as const;
const ORIGINS = [
  "https://shop.example",
  "http://shop.example",
  "https://SHOP.example",
  "https://shop.example:443",
  "https://shop.example:8443",
  "https://evil.example",
  "https://shop.example.evil.example",
  "https://shop.example@evil.example",
  "https://evil.example#shop.example",
  "https://evil.example/shop.example",
  "ftp://shop.example",
  "null",
  "",
  "shop.example",
  "javascript:alert(1)",
  undefined,
] as const;

/** The rule in one sentence each. */
function oracle(site: string | undefined, origin: string | undefined): boolean {
  if (site !== undefined) return site === "same-origin" || site === "none";
  if (origin === undefined) return true;
  return /^https?:\/\/shop\.example(:443)?$/i.test(origin);
}

describe("sameSite", () => {
  test("decides every pair of Sec-Fetch-Site and Origin as its rule says", () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "CONNECT"]) {
      for (const site of SITES) {
        for (const origin of ORIGINS) {
          const headers = {
            ...(site === undefined ? {} : { "sec-fetch-site": site }),
            ...(origin === undefined ? {} : { origin }),
          };
          assert.equal(statusOf(method, headers), oracle(site, origin) ? 204 : 403, `${method} ${site} ${origin}`);
        }
      }
    }
  });

  test("lets safe methods pass from anywhere, but no upgrade among them", () => {
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    for (const method of ["GET", "HEAD", "OPTIONS"]) assert.equal(statusOf(method, foreign), 204);
    for (const upgrade of ["websocket", "WebSocket", "h2c, websocket", "websocket/13"]) {
      assert.equal(statusOf("GET", { ...foreign, upgrade }), 403, upgrade);
    }
    assert.equal(statusOf("GET", { upgrade: "websocket", origin: "https://shop.example" }), 204);
    assert.equal(statusOf("GET", { ...foreign, upgrade: "h2c" }), 204);
  });

  test("guards sockets", () => {
    const app = createApp();
    app.use(sameSite());
    app.socket("/room", () => {});
    const connect = (origin: string): unknown =>
      now(app.connect(request("GET", "/room", { headers: { host: "shop.example", upgrade: "websocket", origin } })));
    assert.equal(typeof connect("https://shop.example"), "function");
    assert.equal((connect("https://evil.example") as { status: number }).status, 403); // cast: a refusal is a reply
  });

  test("takes listed origins exactly, and never the null of sandboxes", () => {
    const options = { allow: ["https://app.example", "null"] };
    const site = { "sec-fetch-site": "cross-site" };
    assert.equal(statusOf("POST", { ...site, origin: "https://app.example" }, options), 204);
    for (const origin of ["http://app.example", "https://app.example.evil.example", "https://APP.example", "null"]) {
      assert.equal(statusOf("POST", { ...site, origin }, options), 403, origin);
    }
    const test = (origin: string): boolean => origin.endsWith(".example");
    assert.equal(statusOf("POST", { ...site, origin: "https://a.example" }, { allow: test }), 204);
    assert.equal(statusOf("POST", { ...site, origin: "https://a.test" }, { allow: test }), 403);
  });

  test("takes sibling hosts when told", () => {
    assert.equal(statusOf("POST", { "sec-fetch-site": "same-site" }, { siblings: true }), 204);
    assert.equal(statusOf("POST", { "sec-fetch-site": "cross-site" }, { siblings: true }), 403);
  });

  test("knows a page without TLS from one with it where the host says which this is", () => {
    const origin = "http://shop.example";
    assert.equal(statusOf("POST", { origin }, {}, { secure: true, headers: { host: "shop.example", origin } }), 403);
    assert.equal(statusOf("POST", { origin }, {}, { secure: false, headers: { host: "shop.example", origin } }), 204);
  });

  test("reads the host from HTTP/2's own field", () => {
    const headers = { ":authority": "shop.example", origin: "https://shop.example" };
    assert.equal(statusOf("POST", {}, {}, { headers }), 204);
    assert.equal(statusOf("POST", {}, {}, { headers: { ...headers, ":authority": "evil.example" } }), 403);
    const aside = { ...headers, origin: "https://evil.example", host: "evil.example" }; // a Host beside it says nothing
    assert.equal(statusOf("POST", {}, {}, { headers: aside }), 403);
  });

  test("takes no origin for ours whose host is another, whatever its spelling", () => {
    const letters = fc.constantFrom(
      "shop.example",
      "evil.example",
      "https://",
      "http://",
      "@",
      "#",
      "?",
      "/",
      "\\",
      ":",
      "443",
      ".",
      "%",
      "\t",
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 6 }), (parts) => {
        const origin = parts.join("");
        const passed = statusOf("POST", { origin }) === 204;
        if (passed) assert.equal(new URL(origin).hostname, "shop.example");
      }),
    );
  });
});
