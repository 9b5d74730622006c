import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createApp, type SecurityHeadersOptions, securityHeaders } from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { html } from "../../../lib/html/index.ts";
import { fakePlatform, now, request, values } from "./kit.ts";

function appOf(options?: SecurityHeadersOptions) {
  const app = createApp({ platform: fakePlatform() });
  app.use(securityHeaders(options));
  app.get("/", () => html`<script>1</script><style>a{}</style>`);
  app.get("/own", (c) => c.text("x", 200, { "Referrer-Policy": "no-referrer", "Content-Security-Policy": "sandbox" }));
  app.get("/unchanged", (c) => c.notModified());
  app.get("/inner", { use: securityHeaders({ referrerPolicy: "origin", contentSecurityPolicy: false }) }, (c) =>
    c.text("x"),
  );
  return app;
}
const headersOf = (options?: SecurityHeadersOptions, url = "/", secure?: boolean) =>
  new Map(now(appOf(options).handle(request("GET", url, secure === undefined ? {} : { secure }))).headers);

describe("securityHeaders", () => {
  test("sends strict defaults", () => {
    const headers = headersOf();
    const policy = headers.get("content-security-policy")?.replace(/'nonce-[\w-]{24}'/g, "'nonce-N'");
    assert.equal(
      policy,
      "default-src 'self'; script-src 'self' 'nonce-N'; style-src 'self' 'nonce-N'; img-src 'self' data:; " +
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    );
    headers.delete("content-security-policy");
    headers.delete("content-type");
    assert.deepEqual(Object.fromEntries(headers), {
      "strict-transport-security": "max-age=31536000",
      "x-content-type-options": "nosniff",
      "referrer-policy": "strict-origin-when-cross-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    });
  });

  test("gives the nonce of the policy to the templates of the page, another to each request", () => {
    const app = appOf();
    const nonces = [0, 1].map(() => {
      const reply = now(app.handle(request("GET", "/")));
      const nonce = /'nonce-([\w-]+)'/.exec(values(reply, "content-security-policy")[0] ?? "")?.[1] ?? "none";
      assert.equal(String(reply.body).split(`nonce="${nonce}"`).length, 3);
      return nonce;
    });
    assert.notEqual(nonces[0], nonces[1]);
  });

  test("lets each header be changed or switched off", () => {
    const options: SecurityHeadersOptions = {
      contentSecurityPolicy: {
        "img-src": ["https://images.example"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "base-uri": false,
      },
      strictTransportSecurity: "max-age=1; includeSubDomains",
      contentTypeOptions: false,
      referrerPolicy: "no-referrer",
      crossOriginOpenerPolicy: "unsafe-none",
      crossOriginResourcePolicy: false,
      permissionsPolicy: false,
    };
    const headers = headersOf(options, "/");
    headers.delete("content-type");
    assert.deepEqual(Object.fromEntries(headers), {
      "strict-transport-security": "max-age=1; includeSubDomains",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "unsafe-none",
      "content-security-policy":
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src https://images.example; " +
        "object-src 'none'; form-action 'self'; frame-ancestors 'self'",
    });
    assert.equal(headersOf({ contentSecurityPolicy: false }).has("content-security-policy"), false);
    assert.ok(headersOf({ reportOnly: true }).has("content-security-policy-report-only"));
  });

  test("needs no platform for a policy without a nonce", () => {
    const app = createApp();
    app.use(securityHeaders({ contentSecurityPolicy: { "script-src": ["'self'"], "style-src": ["'self'"] } }));
    app.get("/", (c) => c.text("x"));
    assert.equal(now(app.handle(request("GET", "/"))).status, 200);
  });

  test("leaves alone what the handler has set itself", () => {
    const headers = now(appOf().handle(request("GET", "/own"))).headers.map(([name]) => name.toLowerCase());
    assert.deepEqual(
      headers.filter((name) => name === "referrer-policy" || name === "content-security-policy"),
      ["referrer-policy", "content-security-policy"],
    );
  });

  test("lets the innermost of several decide", () => {
    const reply = now(appOf().handle(request("GET", "/inner")));
    assert.deepEqual(values(reply, "referrer-policy"), ["origin"]);
    assert.equal(values(reply, "content-security-policy").length, 1);
  });

  test("sends no policy with a 304, whose nonce would not be that of the page the browser has", () => {
    assert.equal(headersOf({}, "/unchanged").has("content-security-policy"), false);
    assert.ok(headersOf({}, "/unchanged").has("x-content-type-options"));
  });

  test("promises TLS only where the client may have come by it", () => {
    assert.equal(headersOf({}, "/", false).has("strict-transport-security"), false);
    assert.equal(headersOf({}, "/", true).has("strict-transport-security"), true);
  });

  test("is on the replies of error handlers too", async () => {
    const app = appOf();
    app.get("/fails", () => {
      throw new Error("x");
    });
    app.onError((_error, c) => c.text("failed", 500));
    assert.deepEqual(values(await app.handle(request("GET", "/fails")), "x-content-type-options"), ["nosniff"]);
  });

  test.each<SecurityHeadersOptions>([
    { contentSecurityPolicy: { "script-src": ["a; script-src *"] } },
    { contentSecurityPolicy: { "script-src": ["a, b"] } },
    { contentSecurityPolicy: { "script-src": [""] } },
    { contentSecurityPolicy: { "script src": ["a"] } },
    { contentSecurityPolicy: { "script-src": ["a\r\nx: y"] } },
    { referrerPolicy: "a\r\nx: y" },
  ])("is not made with %j", (options) => {
    assert.throws(
      () => securityHeaders(options),
      (error) => isCodedError(error) && /^APP_BAD_(GUARD|HEADER)$/.test(error.code),
    );
  });
});
