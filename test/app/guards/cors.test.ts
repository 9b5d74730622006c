import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { type CorsOptions, cors, createApp } from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { now, request, values } from "./kit.ts";

function ask(options: CorsOptions, method: string, headers: Record<string, string>, url = "/") {
  const app = createApp({ terminal: true });
  app.use(cors(options));
  app.get("/", (c) => c.text("data"));
  app.get("/fails", () => {
    throw new Error("x");
  });
  app.onError((_error, c) => c.text("failed", 500));
  return now(app.handle(request(method, url, { headers })));
}
const APP = "https://app.example";
const preflight = {
  origin: APP,
  "access-control-request-method": "PUT",
  "access-control-request-headers": "content-type, x-a",
};

describe("cors", () => {
  test("lets pages of listed origins read replies, error replies too, and tells caches that origins differ", () => {
    for (const url of ["/", "/fails", "/nowhere"]) {
      const reply = ask({ origins: [APP] }, "GET", { origin: APP }, url);
      assert.deepEqual([values(reply, "access-control-allow-origin"), values(reply, "vary")], [[APP], ["Origin"]], url);
    }
  });

  test.each([
    "https://evil.example",
    "https://app.example.evil.example",
    "http://app.example",
    "null",
    "https://APP.example",
    "",
  ])("gives %j nothing, and answers all the same", (origin) => {
    const reply = ask({ origins: [APP], credentials: true }, "GET", { origin });
    assert.equal(reply.body, "data");
    assert.deepEqual(
      reply.headers.filter(([name]) => name.startsWith("access-control")),
      [],
    );
    assert.deepEqual(values(reply, "vary"), ["Origin"]);
  });

  test("says Vary to requests without an origin too", () => {
    assert.deepEqual(values(ask({ origins: [APP] }, "GET", {}), "vary"), ["Origin"]);
    assert.deepEqual(values(ask({ origins: "*" }, "GET", {}), "vary"), []);
  });

  test("answers preflights with what the page may do", () => {
    const reply = ask({ origins: [APP], credentials: true, maxAgeSeconds: 600 }, "OPTIONS", preflight);
    assert.equal(reply.status, 204);
    assert.deepEqual(Object.fromEntries(reply.headers.filter(([name]) => name !== "vary")), {
      "access-control-allow-origin": APP,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
      "access-control-allow-headers": "content-type, x-a",
      "access-control-max-age": "600",
    });
    assert.deepEqual(values(reply, "vary"), ["Origin", "Access-Control-Request-Headers"]);
  });

  test("answers preflights of others without leave", () => {
    const reply = ask({ origins: [APP] }, "OPTIONS", { ...preflight, origin: "https://evil.example" });
    assert.deepEqual([reply.status, reply.headers], [204, [["vary", "Origin"]]]);
  });

  test("allows fixed headers and methods only, where they are fixed", () => {
    const reply = ask({ origins: "*", headers: ["x-b"], methods: ["GET"] }, "OPTIONS", preflight);
    assert.deepEqual(values(reply, "access-control-allow-headers"), ["x-b"]);
    assert.deepEqual(values(reply, "access-control-allow-methods"), ["GET"]);
    assert.deepEqual(values(reply, "access-control-allow-origin"), ["*"]);
  });

  test.each(["a\r\nx: y", "<script>", "x".repeat(1025), ""])("repeats no list of headers such as %j", (list) => {
    const reply = ask({ origins: "*" }, "OPTIONS", { ...preflight, "access-control-request-headers": list });
    assert.deepEqual(values(reply, "access-control-allow-headers"), []);
  });

  test("leaves other OPTIONS requests to the app", () => {
    assert.deepEqual(values(ask({ origins: "*" }, "OPTIONS", { origin: APP }), "allow"), ["GET, HEAD, OPTIONS"]);
  });

  test("names the headers that pages may read", () => {
    const reply = ask({ origins: "*", exposed: ["x-total", "x-page"] }, "GET", { origin: APP });
    assert.deepEqual(values(reply, "access-control-expose-headers"), ["x-total, x-page"]);
  });

  test("asks a test about origins, and never repeats what is none", () => {
    const asked: string[] = [];
    const origins = (origin: string): boolean => {
      asked.push(origin);
      return true;
    };
    assert.deepEqual(
      values(
        ask({ origins, credentials: true }, "GET", { origin: "https://a.example:8443" }),
        "access-control-allow-origin",
      ),
      ["https://a.example:8443"],
    );
    for (const origin of ["https://a, https://b", "a\r\nb: c", "https://a/path", "x".repeat(400)]) {
      assert.deepEqual(values(ask({ origins }, "GET", { origin }), "access-control-allow-origin"), []);
    }
    assert.deepEqual(asked, ["https://a.example:8443"]);
  });

  test("is not made for any site with credentials, nor with lists that are none", () => {
    assert.throws(
      () => cors({ origins: "*", credentials: true }),
      (error) => isCodedError(error) && error.code === "APP_BAD_GUARD",
    );
    for (const options of [{ methods: ["a\r\nb"] }, { headers: ["a\nb"] }, { exposed: ["\0"] }]) {
      assert.throws(
        () => cors({ origins: "*", ...options }),
        (error) => isCodedError(error) && error.code === "APP_BAD_HEADER",
      );
    }
  });
});
