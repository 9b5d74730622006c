import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { html, renderToString, spread } from "../../lib/html/index.ts";
import { runs } from "../helpers/runs.ts";
import { treeOf } from "../oracle/html.ts";
import { errorOf, render } from "./helpers.ts";

const BLOCKED = "about:invalid#blocked";

const URL_ATTRIBUTES = [
  ...[
    "a href",
    "area href",
    "base href",
    "link href",
    "img src",
    "script src",
    "iframe src",
    "embed src",
    "source src",
    "track src",
  ],
  ...[
    "form action",
    "button formaction",
    "input formaction",
    "video poster",
    "blockquote cite",
    "del cite",
    "object data",
    "body background",
  ],
  ...[
    "html manifest",
    "img longdesc",
    "object classid",
    "object codebase",
    "applet archive",
    "head profile",
    "img dynsrc",
  ],
  ...[
    "svg xlink:href",
    "use href",
    "a xlink:href",
    "a xml:base",
    "a HREF",
    "x-card src",
    "div bus-get",
    "div bus-post",
    "div bus-put",
  ],
  ...[
    "div bus-patch",
    "div bus-delete",
    "a bus-push-url",
    "a bus-replace-url",
    "div hx-get",
    "div data-hx-post",
    "a hx-push-url",
  ],
];
const BAD_URLS = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "\u0001\u001fjavascript:alert(1)",
  "java\nscript:alert(1)",
  "java\r\nscript:alert(1)",
  "java\tscript\t:alert(1)",
  "java\0script:alert(1)",
  "\u00a0javascript:alert(1)",
  "\u2028javascript:alert(1)",
  "\ufeffjavascript:alert(1)",
  "java\u200bscript:alert(1)",
  "java\u00adscript:alert(1)",
  "javascript\u2060:alert(1)",
  "javascript:/*--></title></style></textarea></script><svg onload=alert(1)>*/alert(1)",
  "javascript://example.com/%0aalert(1)",
  "vbscript:msgbox(1)",
  "livescript:x",
  "mocha:x",
  "data:text/html,<script>alert(1)</script>",
  "data:text/html;base64,PHNjcmlwdD4=",
  "DATA:image/svg+xml,<svg onload=alert(1)>",
  "blob:https://example.com/1",
  "filesystem:http://x/",
  "view-source:javascript:alert(1)",
  "jar:x!/",
  "feed:javascript:alert(1)",
  "about:blank",
  "file:///etc/passwd",
  "intent:x",
  "ms-word:ofe|u|x",
  "x:y",
  "javascript&colon;alert(1):",
  "\ud800javascript:alert(1)",
];
const GOOD_URLS = [
  ...[
    "/",
    "/a?b=c&d=e#f",
    "a/b",
    "./a",
    "../a",
    "?a=b:c",
    "#a:b",
    "a/b:c",
    "",
    "https://example.com/?q=a b",
    "HTTPS://EXAMPLE.com",
  ],
  ...[
    "http://[::1]:80/",
    "//example.com/x",
    "mailto:a@example.com",
    "tel:+123",
    "ftp://x/y",
    "javascript",
    "/javascript:alert(1)",
  ],
  ...[
    "javascript%3Aalert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "&#106;avascript&#x3A;alert(1)",
    '"><img>',
    "'",
  ],
];

function attributeValues(source: string): string[] {
  const values: string[] = [];
  const walk = (nodes: ReturnType<typeof treeOf>): void => {
    for (const node of nodes) {
      if (typeof node === "string" || "comment" in node) continue;
      values.push(...Object.values(node[1]));
      walk(node.slice(2) as ReturnType<typeof treeOf>); // cast: all but tag and attributes are nodes
    }
  };
  walk(treeOf(source));
  return values;
}

describe("URLs", () => {
  test.each(BAD_URLS)("%j is replaced in every URL attribute and every way of quoting", (url) => {
    for (const attribute of URL_ATTRIBUTES) {
      const [tag = "", name = ""] = attribute.split(" ");
      for (const quote of ['"', "'", ""]) {
        const mark = quote === "" ? '"' : quote;
        expect(render([`<${attribute}=${quote}`, `${quote}></${tag}>`], url)).toBe(
          `<${attribute}=${mark}${BLOCKED}${mark}></${tag}>`,
        );
      }
      expect(render([`<${tag} `, `></${tag}>`], spread({ [name]: url }))).toBe(
        `<${tag} ${name}="${BLOCKED}"></${tag}>`,
      );
    }
  });

  test.each(GOOD_URLS)("%j passes unchanged", (url) => {
    expect(treeOf(renderToString(html`<a href=${url}></a><a href="${url}"></a><img src='${url}'>`))).toEqual([
      ["a", { href: url }],
      ["a", { href: url }],
      ["img", { src: url }],
    ]);
  });

  test("are judged whole when a hole is only a part of them", () => {
    const cases: [string[], string[], string][] = [
      [["", "", ""], ["java", "script:alert(1)"], BLOCKED],
      [["java", ""], ["script:alert(1)"], BLOCKED],
      [[" ", ":x"], ["javascript"], BLOCKED],
      [["", "//x"], ["javascript:"], BLOCKED],
      [["/", ""], ["/evil.example"], BLOCKED],
      [["/", ""], ["\\evil.example"], BLOCKED],
      [["/", ""], ["\t/evil.example"], BLOCKED],
      [["", "/", ""], ["", "/evil.example"], BLOCKED],
      [["", "/", ""], [" ", "\\evil.example"], BLOCKED],
      [["", "", "/", ""], ["", "", "/evil.example"], BLOCKED],
      [["", "/", ""], ["/shop", "/a"], "/shop//a"],
      [["", "/", ""], ["", "a"], "/a"],
      [["/", ""], ["javascript:x"], "/javascript:x"],
      [["/", "/b"], ["a"], "/a/b"],
      [["/a/", ""], ["javascript:x"], "/a/javascript:x"],
      [["https://", ""], ["example.com"], "https://example.com"],
      [["?q=", "&r=1"], ["a:b&c"], "?q=a:b&c&r=1"],
      [["mailto:", ""], ["a@b.example"], "mailto:a@b.example"],
      [["sms:", ""], ["123"], "sms:123"],
      [["data:image/png;base64,", ""], ["AAAA"], "data:image/png;base64,AAAA"],
      [["&", ""], ["#106;avascript:alert(1)"], "&#106;avascript:alert(1)"],
      [["&#", ""], ["106;avascript:alert(1)"], "&#106;avascript:alert(1)"],
      [["&", "&x=1"], ["lt"], "&lt&x=1"],
    ];
    for (const [parts, values, expected] of cases) {
      const statics = parts.slice();
      statics[0] = `<a href="${statics[0]}`;
      statics[statics.length - 1] += '"></a>';
      expect([parts, attributeValues(render(statics, ...values))]).toEqual([parts, [expected]]);
    }
  });

  test.each([
    "javascript:",
    " JavaScript:f(",
    "java&#115;cript:",
    "javascript&colon;",
    "vbscript:",
    "data:text/html,",
    "data:image/svg+xml,",
    "blob:",
    "&unknown;script:",
  ])("a template that starts with %j in front of a hole is refused", (prefix) =>
    expect(errorOf(() => render([`<a href="${prefix}`, '">'], "x")).code).toBe("HTML_URL_HOLE"),
  );

  test("random text never comes out as a URL with another scheme", () => {
    const pieces = fc.constantFrom(
      "java",
      "script",
      ":",
      "\t",
      "\0",
      " ",
      "JAVASCRIPT",
      "data",
      "/",
      "&colon;",
      "&#58;",
      "#",
      "http",
      "x",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
        const { document } = new JSDOM(renderToString(html`<a href=${parts.join("")}></a>`), {
          url: "https://base.example/",
        }).window;
        const { protocol } = document.querySelector("a") as HTMLAnchorElement; // cast: the template has one
        expect(["https:", "http:", "about:", ":"]).toContain(protocol);
      }),
      { numRuns: runs(150) },
    );
  });

  test("srcset and ping check every URL in them", () => {
    expect(attributeValues(renderToString(html`<img srcset=${"/a.png 1x, javascript:alert(1) 2x"}>`))).toEqual([
      BLOCKED,
    ]);
    expect(attributeValues(renderToString(html`<img srcset=${"/a.png 1x,/b.png 2x"}>`))).toEqual([
      "/a.png 1x,/b.png 2x",
    ]);
    expect(attributeValues(renderToString(html`<img srcset="${"/a.png 9x, /b.png"} 1x, ${"/c d"} 2x">`))).toEqual([
      "/a.png%209x%2C%20/b.png 1x, /c%20d 2x",
    ]);
    expect(attributeValues(renderToString(html`<link imagesrcset="${"javascript:x"} 1x">`))).toEqual([BLOCKED]);
    expect(attributeValues(renderToString(html`<a ping=${"/a javascript:alert(1)"}></a>`))).toEqual([BLOCKED]);
    expect(
      attributeValues(renderToString(html`<svg><set attributeName="href" to=${"javascript:alert(1)"} /></svg>`)),
    ).toContain(BLOCKED);
    expect(attributeValues(renderToString(html`<svg><animate values="${"a"};${"javascript:x"}" /></svg>`))).toEqual([
      BLOCKED,
    ]);
  });
});
