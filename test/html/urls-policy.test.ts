import { describe, expect, test } from "vitest";
import { runsAsCode } from "../../lib/html/encode/script.ts";
import { printSpread } from "../../lib/html/encode/spread.ts";
import { policyOf, STRICT } from "../../lib/html/encode/url-policy.ts";
import { html, json, renderToString } from "../../lib/html/index.ts";
import { makeOperation, SCRIPT, SPREAD } from "../../lib/html/program/operation.ts";
import { compiled } from "../../lib/html/program/template.ts";
import { errorOf, templateOf } from "./helpers.ts";

describe("the URL policy", () => {
  test("is strict unless asked otherwise", () => {
    expect(policyOf(undefined)).toBe(STRICT);
    expect(policyOf({})).toEqual({ origins: new Set(), dataImages: false });
    expect(policyOf({ dataImages: true }).dataImages).toBe(true);
  });

  test.each([
    ["https://cdn.example", "https://cdn.example"],
    ["HTTPS://CDN.Example:443", "https://cdn.example"],
    ["http://cdn.example:80", "http://cdn.example"],
    ["http://localhost:08080", "http://localhost:8080"],
    ["https://[::1]:3000", "https://[::1]:3000"],
    ["https://xn--bcher-kva.example", "https://xn--bcher-kva.example"],
  ])("reads %s as %s, as a URL parser does", (origin, expected) => {
    expect([...policyOf({ resourceOrigins: [origin] }).origins]).toEqual([expected]);
    expect(new URL(origin).origin).toBe(expected);
  });

  test.each([
    "",
    "*",
    "cdn.example",
    "//cdn.example",
    "https://",
    "https://cdn.example/",
    "https://cdn.example/js",
    "https://cdn.example?x",
    "https://*.example",
    "https://user@cdn.example",
    "https://cdn.example:",
    "https://cdn.example:port",
    "https://bücher.example",
    "https://cdn .example",
    "https://cdn.example\n",
    "data:",
    "javascript:x",
    "null",
    "file://x",
  ])("refuses %j as an origin", (origin) => {
    const error = errorOf(() => renderToString(html`x`, { urls: { resourceOrigins: [origin] } }));
    expect(error.code).toBe("HTML_BAD_ORIGIN");
  });

  test("refuses what is no text as an origin", () => {
    for (const origin of [null, 1, {}, ["https://cdn.example"]]) {
      expect(errorOf(() => policyOf({ resourceOrigins: [origin as never] })).code).toBe("HTML_BAD_ORIGIN");
    }
  });
});

describe("holes tell their context", () => {
  test.each([
    ["<script src=§></script>", "resource-url"],
    ["<link rel=stylesheet href=§>", "resource-url"],
    ["<link href=§ rel=canonical>", "url"],
    ["<meta content=§ http-equiv=refresh>", "refresh"],
    ["<meta content=§ name=a>", "attribute"],
    ["<iframe srcdoc=§></iframe>", "srcdoc"],
    ["<style>§</style>", "style-text"],
    ["<svg><set attributeName=href to=§ /></svg>", "resource-url"],
    ["<svg><set attributeName=x to=§ /></svg>", "url-list"],
  ])("%s is %s", (source, context) => {
    expect(templateOf(source.split("§"), ["x"]).template.holes[0]?.context).toBe(context);
  });
});

describe("spread()", () => {
  test("keeps what it knows of names, but not of ever more", () => {
    const operation = makeOperation({ kind: SPREAD, context: "spread", hole: 0, tag: "p" });
    const site = { origin: "" };
    for (let i = 0; i < 1000; i++) {
      expect(printSpread(operation, { [`data-${i}`]: i, __proto__x: "a" }, site)).toBe(
        `data-${i}="${i}" __proto__x="a"`,
      );
    }
    expect(operation.byName?.size).toBe(256);
    const data = JSON.parse('{"__proto__":"p","constructor":"c"}');
    expect(printSpread(operation, data, site)).toBe('__proto__="p" constructor="c"');
  });
});

test("a script whose type is a hole is what the type says", () => {
  const { template } = templateOf(["<script type=", ">", "</script>"], ["x", json(1)]);
  const operation = compiled(template).operations.find((own) => own.kind === SCRIPT);
  if (operation === undefined) throw new Error("no operation");
  expect(["application/json", "importmap"].map((type) => runsAsCode(operation, [type, 1]))).toEqual([false, false]);
  expect(["module", "", null, () => "application/json"].map((type) => runsAsCode(operation, [type, 1]))).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

test("values are read once: what is judged is what is printed", () => {
  let reads = 0;
  const shifty = () => (reads++ === 0 ? "/harmless" : "//evil.example");
  expect(renderToString(html`<script src="${shifty}?x"></script>`)).toBe('<script src="/harmless?x"></script>');
  expect(reads).toBe(1);
});
