import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { type AppOptions, type CookieOptions, createApp, equalSecrets } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { cookieHeaderOracle } from "../oracle/cookie-header.ts";
import { Jar, now, request, SECRET, values } from "./guards/kit.ts";

const OTHER_SECRET = "another secret of thirty-two bytes";
const code =
  (expected: string) =>
  (error: unknown): boolean =>
    isCodedError(error) && error.code === expected;

/** The `Set-Cookie` line of one call. */
function lineOf(name: string, value: string, options?: CookieOptions, app: AppOptions = {}): string {
  const made = createApp({ platform: nodePlatform, ...app });
  made.get("/", (c) => {
    c.setCookie(name, value, options);
    return c.empty();
  });
  return values(now(made.handle(request("GET", "/"))), "set-cookie")[0] ?? "";
}

function read(header: string): Map<string, string> {
  const app = createApp();
  app.get("/", (c) => c.json(Object.entries(c.cookies)));
  return new Map(JSON.parse(String(now(app.handle(request("GET", "/", { headers: { cookie: header } }))).body)));
}

describe("the cookie header", () => {
  test.each(["\u00a0", "\ufeff", "\u2000", "\u0085", "\u000b", "\f"])(
    "a name behind %j is another name: only blank and tab are padding",
    (space) => assert.equal(read(`${space}__Host-sid=evil; __Host-sid=good`).get("__Host-sid"), "good"),
  );

  test("agrees with a parser that works letter by letter", () => {
    const unit = fc.constantFrom(
      "a",
      "b",
      "=",
      ";",
      " ",
      "\t",
      '"',
      "%",
      "2",
      "C",
      "3",
      "__Host-",
      "__Secure-",
      "\u00a0",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (header) => {
        assert.deepEqual([...read(header)].sort(), [...cookieHeaderOracle(header)].sort());
      }),
    );
  });

  test("gives a prefixed cookie under its bare name too, where it wins over a plain one", () => {
    const seen = read("sid=tossed; __Secure-sid=tls; __Host-sid=host; other=1");
    assert.deepEqual([seen.get("sid"), seen.get("__Host-sid"), seen.get("other")], ["host", "host", "1"]);
    assert.equal(read("sid=tossed; __Secure-sid=tls").get("sid"), "tls");
    assert.equal(read("sid=plain; __host-sid=x").get("sid"), "plain");
  });

  test("never takes a prefix within a name for the prefix of the name", () => {
    const seen = read("__Secure-__Host-sid=tossed; __Host-__Host-sid=x");
    assert.deepEqual([seen.has("__Host-sid"), seen.has("sid")], [false, false]);
  });

  test("is read up to 200 cookies and 16,384 characters, never half of one", () => {
    const many = Array.from({ length: 300 }, (_, i) => `c${i}=1`).join("; ");
    assert.deepEqual([read(many).size, read(many).has("c199"), read(many).has("c200")], [200, true, false]);
    const long = `a=1; b=${"x".repeat(20_000)}; c=2`;
    assert.deepEqual([...read(long).keys()], ["a"]);
    assert.equal(read(`a=${"x".repeat(16_000)}`).get("a")?.length, 16_000);
  });

  test("may name what objects inherit", () => {
    const seen = read("__proto__=1; __Host-constructor=2; toString=3");
    assert.deepEqual([seen.get("__proto__"), seen.get("constructor"), seen.get("toString")], ["1", "2", "3"]);
  });

  test("in several lines, as HTTP/2 sends it, reads as one", () => {
    const app = createApp();
    app.get("/", (c) => c.json([c.cookies["a"], c.cookies["b"]]));
    const reply = now(app.handle(request("GET", "/", { headers: { cookie: ["a=1", "b=2"] } })));
    assert.equal(reply.body, '["1","2"]');
  });
});

describe("a cookie that is set", () => {
  test("belongs to this host, TLS and HTTP alone unless told otherwise", () => {
    assert.equal(lineOf("sid", "x"), "__Host-sid=x; Path=/; Secure; HttpOnly; SameSite=Lax");
  });

  test.each<[CookieOptions, string]>([
    [{ path: "/a" }, "__Secure-n=v; Path=/a; Secure; HttpOnly; SameSite=Lax"],
    [{ domain: "example.org" }, "__Secure-n=v; Path=/; Domain=example.org; Secure; HttpOnly; SameSite=Lax"],
    [{ secure: false }, "n=v; Path=/; HttpOnly; SameSite=Lax"],
    [{ prefix: "none" }, "n=v; Path=/; Secure; HttpOnly; SameSite=Lax"],
    [{ httpOnly: false, sameSite: "strict" }, "__Host-n=v; Path=/; Secure; SameSite=Strict"],
    [{ sameSite: "none", partitioned: true }, "__Host-n=v; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"],
    [
      { maxAgeSeconds: 60, expires: new Date(0), priority: "high" },
      "__Host-n=v; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax; Priority=High",
    ],
  ])("with %j reads as the browser's specification has it", (options, line) => {
    assert.equal(lineOf("n", "v", options), line);
  });

  test.each<[string, CookieOptions]>([
    ["", {}],
    ["a b", {}],
    ["a=b", {}],
    ["a;b", {}],
    ["a\r\nb", {}],
    ["ž", {}],
    ["__Host-a", {}],
    ["__secure-a", {}],
    ["a", { path: "relative" }],
    ["a", { path: "/a; Domain=evil.example" }],
    ["a", { path: "/a\r\nx: y" }],
    ["a", { path: `/${"x".repeat(1024)}` }],
    ["a", { domain: "evil.example; SameSite=None" }],
    ["a", { domain: "" }],
    ["a", { prefix: "host", domain: "example.org" }],
    ["a", { prefix: "host", path: "/a" }],
    ["a", { prefix: "host", secure: false }],
    ["a", { prefix: "secure", secure: false }],
    ["a", { sameSite: "none", secure: false }],
    ["a", { partitioned: true, secure: false }],
    ["a", { maxAgeSeconds: 1.5 }],
    ["a", { maxAgeSeconds: Number.NaN }],
    ["a", { expires: new Date(Number.NaN) }],
    ["a", { sameSite: "toString" as "lax" }], // cast: what a caller without types might pass
  ])("is refused as %j with %j", (name, options) => {
    assert.throws(() => lineOf(name, "v", options), code("APP_BAD_COOKIE"));
  });

  test("holds nothing but the letters a cookie may have: no comma, quote, blank or backslash", () => {
    const all = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
    const value = lineOf("n", all, { prefix: "none" }).split("; ")[0]?.slice(2) ?? "";
    assert.match(value, /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/);
    assert.equal(decodeURIComponent(value), all);
  });

  test("comes back as it was, whatever text it holds, and starts no attribute of its own", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.boolean(), (value, signed) => {
        const line = lineOf("n", value, { signed }, { cookieSecrets: [SECRET] });
        assert.match(
          line,
          /^__Host-n=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
        );
        const app = createApp({ platform: nodePlatform, cookieSecrets: [SECRET] });
        app.get("/", (c) => c.json(signed ? c.signedCookie("n") : c.cookies["n"]));
        const cookie = line.slice(0, line.indexOf(";"));
        assert.equal(JSON.parse(String(now(app.handle(request("GET", "/", { headers: { cookie } }))).body)), value);
      }),
    );
  });

  test("holds at most 4,096 bytes with all its attributes", () => {
    const attributes = lineOf("n", "").length;
    assert.equal(lineOf("n", "x".repeat(4096 - attributes)).length, 4096);
    assert.throws(() => lineOf("n", "x".repeat(4097 - attributes)), code("APP_COOKIE_TOO_LARGE"));
    assert.throws(() => lineOf("n", "ž".repeat(700)), code("APP_COOKIE_TOO_LARGE"));
  });

  test("with half a surrogate pair is refused, not changed", () => {
    assert.throws(() => lineOf("n", "\ud83d"), code("APP_BAD_COOKIE"));
  });

  test("works over plain HTTP where the app was told so by name", () => {
    const app = { insecureCookiesForPlainHttp: true };
    assert.equal(lineOf("n", "v", { sameSite: "none", partitioned: true }, app), "n=v; Path=/; HttpOnly; SameSite=Lax");
    const plain = createApp({ platform: nodePlatform, cookieSecrets: [SECRET], ...app });
    plain.get("/set", (c) => {
      c.setCookie("n", "v", { signed: true });
      return c.empty();
    });
    plain.get("/get", (c) => c.text(c.signedCookie("n") ?? "none"));
    const jar = new Jar().take(now(plain.handle(request("GET", "/set"))));
    assert.equal(now(plain.handle(request("GET", "/get", { headers: jar.header }))).body, "v");
  });

  test("is deleted under the same name and place", () => {
    const app = createApp();
    app.get("/", (c) => {
      c.deleteCookie("sid");
      c.deleteCookie("old", { domain: "example.org", path: "/a" });
      return c.empty();
    });
    assert.deepEqual(values(now(app.handle(request("GET", "/"))), "set-cookie"), [
      "__Host-sid=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax",
      "__Secure-old=; Path=/a; Domain=example.org; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax",
    ]);
  });

  test("is on the reply of an error handler too", async () => {
    const app = createApp();
    app.get("/", (c) => {
      c.setCookie("n", "v");
      throw new Error("later");
    });
    app.onError((_error, c) => c.text("failed", 500));
    assert.equal(values(await app.handle(request("GET", "/")), "set-cookie").length, 1);
  });
});

describe("a signed cookie", () => {
  const appOf = (...cookieSecrets: string[]) => {
    const app = createApp({ platform: nodePlatform, cookieSecrets });
    app.get("/", (c) => c.json([c.signedCookie("sid") ?? null, c.signedCookie("sid", { prefix: "none" }) ?? null]));
    return (cookie: string): unknown =>
      JSON.parse(String(now(app.handle(request("GET", "/", { headers: { cookie } }))).body));
  };
  const pairOf = (name: string, value: string, secret: string, options: CookieOptions = {}): string =>
    lineOf(name, value, { ...options, signed: true }, { cookieSecrets: [secret] }).replace(/;.*/, "");

  test("is read when the signature is ours", () => {
    assert.deepEqual(appOf(SECRET)(pairOf("sid", "a.b", SECRET)), ["a.b", null]);
  });

  test("outlives its key for as long as the key is kept", () => {
    const old = pairOf("sid", "v", OTHER_SECRET);
    assert.deepEqual(appOf(SECRET, OTHER_SECRET)(old), ["v", null]);
    assert.deepEqual(appOf(SECRET)(old), [null, null]);
    assert.equal(
      pairOf("sid", "v", SECRET),
      lineOf("sid", "v", { signed: true }, { cookieSecrets: [SECRET, OTHER_SECRET] }).replace(/;.*/, ""),
    );
  });

  test("is void once a letter of it has changed", () => {
    const pair = pairOf("sid", "user-1", SECRET);
    const ask = appOf(SECRET);
    for (let at = pair.indexOf("=") + 1; at < pair.length; at++) {
      const letter = pair[at] === "A" ? "B" : "A";
      assert.deepEqual(ask(pair.slice(0, at) + letter + pair.slice(at + 1)), [null, null], `letter ${at}`);
    }
    for (const cut of ["", "user-1", "user-1.", ".", pair.slice(pair.indexOf("=") + 1, -1)]) {
      assert.deepEqual(ask(`__Host-sid=${cut}`), [null, null]);
    }
  });

  test("does not fit another name, nor the same name without its prefix", () => {
    const value = pairOf("theme", "admin", SECRET).replace(/^[^=]*=/, "");
    assert.deepEqual(appOf(SECRET)(`__Host-sid=${value}`), [null, null]);
    const own = pairOf("sid", "v", SECRET).replace(/^[^=]*=/, "");
    assert.deepEqual(appOf(SECRET)(`sid=${own}`), [null, null]);
  });

  test("that a sibling host tossed under the plain name is not looked at", () => {
    const tossed = pairOf("sid", "attacker", SECRET, { prefix: "none" });
    assert.deepEqual(appOf(SECRET)(tossed), [null, "attacker"]);
    assert.deepEqual(appOf(SECRET)(`${tossed}; ${pairOf("sid", "victim", SECRET)}`), ["victim", "attacker"]);
  });

  test("needs secrets that withstand guessing", () => {
    assert.throws(() => createApp({ cookieSecrets: ["short"] }), code("APP_WEAK_SECRET"));
    assert.throws(() => lineOf("n", "v", { signed: true }), code("APP_NO_COOKIE_SECRET"));
    const app = createApp({ platform: nodePlatform });
    app.get("/", (c) => c.text(c.signedCookie("n") ?? ""));
    assert.throws(() => app.handle(request("GET", "/")), code("APP_NO_COOKIE_SECRET"));
  });

  test("of a mounted app is signed with its own secrets, else with the outer app's", () => {
    for (const [inner, signer] of [
      [createApp(), SECRET],
      [createApp({ cookieSecrets: [OTHER_SECRET] }), OTHER_SECRET],
    ] as const) {
      const outer = createApp({ platform: nodePlatform, cookieSecrets: [SECRET] });
      outer.mount("/in", inner);
      inner.get("/", (c) => c.text(c.signedCookie("sid") ?? "none"));
      const reply = now(outer.handle(request("GET", "/in", { headers: { cookie: pairOf("sid", "v", signer) } })));
      assert.equal(reply.body, "v");
    }
  });
});

test("secrets are equal when their text is, whatever their length", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.equal(equalSecrets(nodePlatform, a, b), a === b);
      assert.equal(equalSecrets(nodePlatform, a, a), true);
    }),
  );
});
