import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { escapeAttribute, escapeText } from "../../lib/html/encode/escape.ts";
import { html, isHtml, json, renderToString } from "../../lib/html/index.ts";
import { runs } from "../helpers/runs.ts";
import { escapeOracle, expectedTree, representable, treeOf } from "../oracle/html.ts";
import { errorOf, render } from "./helpers.ts";

// Random text in which the characters that matter are common.
const tricky = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ..."<>\"'&=/ \t\n\r\0`;#!-]",
      "</",
      "<!--",
      "-->",
      "]]>",
      "<script>",
      "</title>",
      "</textarea>",
      "&lt;",
      "&#60;",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.constantFrom("\ud800", "\udc00", "é", "😀"),
  ),
  maxLength: 12,
});

const STRUCTURES: readonly (readonly string[])[] = [
  ["<p>", "</p>"],
  ["", ""],
  ["<p>a ", " b ", " c</p>"],
  ['<p title="', '">x</p>'],
  ["<p title='", "'>x</p>"],
  ["<p title=", ">x</p>"],
  ["<p title=", " lang=en>x</p>"],
  ["<p title= \n ", " lang=en>x</p>"],
  ["<p title=a", "b>x</p>"],
  ['<p title="a ', " b ", ' c" lang=en>', "</p>"],
  ["<p title='it\"s ", "'>", "</p>"],
  ["<p title=", " data-x=", ">", "</p>"],
  ["<p TITLE=", ">", "</p>"],
  ["<input value=", " disabled>", "<br>"],
  ["<input value=", "/>"].map((part) => part.replace("/>", " />")),
  ["<textarea>", "</textarea>"],
  ["<textarea>a", "b</textarea>"],
  ["<textarea title='", "'>", "</textarea>"],
  ["<pre>", "</pre>"],
  ["<pre>\n", "</pre>"],
  ["<!doctype html><html><head><title>", " & ", "</title></head><body><p>", "</p></body></html>"],
  ["<table><tr><td class=", ">", "</td></tr></table>"],
  ["<select><option value='", "'>", "</option></select>"],
  ["<svg viewBox='", "'><text x=1>", "</text><title>", "</title></svg>"],
  ["<math><mi>", "</mi></math>"],
  ["<p>&", "</p>"],
  ['<p title="&', '">&#', "</p>"],
  ["<p>a < ", " b > ", "</p>"],
  ["<!-- x --><p>", "</p><!---->", "<!-->", ""],
  ["<noscript><p title=", ">", "</p></noscript>"],
  ["<template><p title='", "'>", "</p></template>"],
  ["<p a=1 b='2' c title=", ">", "</p>"],
  ["<script>if (a < b) x('</p>')</script><p>", "</p>"],
  ["<script><!-- <script>x</script> --></script><p>", "</p>"],
  ["<style>p > a { content: '<p>' }</style><p>", "</p>"],
  ["<svg><foreignObject><p title='", "'>", "</p><textarea>", "</textarea></foreignObject></svg>"],
  ["<svg><desc><style>p { }</style><p>", "</p></desc><![CDATA[ <p title=' ]]><text>", "</text></svg>"],
  ["<svg><title>", "</title><a xlink:title='", "' /><style>a { }</style><g>", "</g></svg>"],
  ["<svg><p>", "</p></svg><title>", "</title>"],
  ["<svg><font size=1><title>", "</title></font></svg>"],
  ["<svg><font><xmp>", "</xmp></font></svg>"],
  ["<math><annotation-xml encoding='text/html'><textarea>", "</textarea></annotation-xml></math>"],
  ["<math><annotation-xml><mi>", "</mi><ms>", "</ms></annotation-xml></math>"],
  ["<math><mtext><mglyph /><b title=", ">", "</b></mtext></math>"],
  ["<template><svg><text x='", "'>", "</text></svg><title>", "</title></template>"],
  ["<noembed><p></noembed>", "<noframes><!----></noframes>", "<iframe><p title=''></iframe>", ""],
  ["<p data-x=a&amp;", "&lt", " data-y=&quot;", ">x</p>"],
  ["<x-card kind=", "><b slot=", ">", "</b></x-card>"],
];

describe("a value keeps its place and its text", () => {
  test.each(STRUCTURES.map((statics) => [statics.join("§"), statics] as const))("in %s", (_, statics) => {
    fc.assert(
      fc.property(fc.array(tricky, { minLength: statics.length - 1, maxLength: statics.length - 1 }), (values) => {
        expect(treeOf(render(statics, ...values))).toEqual(expectedTree(statics, values));
      }),
      { numRuns: 60 },
    );
  });

  test("in <noscript>, which a browser with scripting reads as raw text, no value ends the element", () => {
    fc.assert(
      fc.property(tricky, tricky, (title, text) => {
        const hostile = `${title}</noscript><img>`;
        const tree = treeOf(render(["<noscript><p title='", "'>", "</p></noscript>"], hostile, text + hostile), true);
        expect(tree).toEqual([["noscript", {}, expect.any(String)]]);
      }),
    );
  });

  test("also when the parser is a browser's DOM", () => {
    fc.assert(
      fc.property(tricky, (value) => {
        const { document } = new JSDOM(`<!doctype html><body>${renderToString(html`<p title=${value}>${value}</p>`)}`)
          .window;
        const p = document.querySelector("p");
        expect([p?.title, p?.textContent, document.body.childNodes.length]).toEqual([
          ...Array(2).fill(representable(value)),
          1,
        ]);
      }),
      { numRuns: 40 },
    );
  });
});

const PIECES = [
  ...[
    "<p ",
    "<a",
    "<b>",
    "</b>",
    "<br/>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<svg>",
    "</svg>",
    "<script>",
  ],
  ...[
    "</script>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<!x>",
    "<?y?>",
    "</",
    "<",
    ">",
    "/",
    "=",
    '"',
    "'",
    " ",
    "\n",
    "x",
    "id",
  ],
  ...[
    " title=",
    " lang='",
    ' dir="',
    "&",
    "&amp;",
    "]]>",
    "<![CDATA[",
    "<math>",
    "</math>",
    "<plaintext>",
    "<xmp>",
    "</xmp>",
  ],
  ...["<foreignObject>", "</foreignObject>", "<noscript>", "</noscript>", "!", "-", "--!>", "§", "§", "§", "§", "§"],
];
const HOSTILE = [
  "\"'><script>x</script>",
  "-->",
  "</title></textarea></style></script>",
  "a b=c",
  "'",
  '"',
  "&#60;",
  "]]>",
  "=",
  "/",
];

test("no template lets a value change the structure: it is refused, or the value stays where it is", () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }),
      fc.constantFrom(...HOSTILE),
      (pieces, value) => {
        const statics = pieces.join("").split("§");
        const values = statics.slice(1).map(() => value);
        // Between a hole and "/>" an unquoted value ends, on purpose earlier than the parser would end it.
        fc.pre(!/§\/>/.test(pieces.join("")));
        let source: string;
        try {
          source = render(statics, ...values);
        } catch (error) {
          expect(error).toHaveProperty("code", expect.stringMatching(/^HTML_/));
          return;
        }
        accepted += values.length;
        expect(treeOf(source)).toEqual(expectedTree(statics, values));
      },
    ),
    { numRuns: runs(10_000) },
  );
  expect(accepted).toBeGreaterThan(runs(1000));
});

test("the escapers equal their slow twins", () => {
  fc.assert(
    fc.property(tricky, (text) => {
      expect(escapeText(text)).toBe(escapeOracle(text, false));
      expect(escapeAttribute(text)).toBe(escapeOracle(text, true));
      const long = `${"é x".repeat(30)}${text}${"y".repeat(30)}${text}`; // long texts are searched in another way
      expect(escapeText(long)).toBe(escapeOracle(long, false));
      expect(escapeAttribute(long)).toBe(escapeOracle(long, true));
    }),
  );
  for (const char of ["&", "<", ">", '"', "'", "\r", "\0"]) {
    for (const length of [62, 63, 64, 65, 500]) {
      const text = "x".repeat(length - 1) + char;
      expect(escapeText(text)).toBe(escapeOracle(text, false));
      expect(escapeAttribute(text)).toBe(escapeOracle(text, true));
    }
  }
});

describe("whole attributes", () => {
  const DROPPED = [null, undefined, false];
  const QUOTES = [
    ["<input disabled=", ">"],
    ['<input disabled="', '">'],
    ["<input disabled='", "'>"],
  ];
  test.each(DROPPED.flatMap((value) => QUOTES.map((q) => [value, q] as const)))(
    "%s drops them in %j",
    (value, statics) => {
      expect(treeOf(render(statics, value))).toEqual([["input", {}]]);
    },
  );

  test.each(QUOTES.map((q) => [q] as const))("true leaves the bare name in %j", (statics) => {
    expect(render(statics, true)).toBe("<input disabled>");
  });

  test("of ARIA and of enumerated attributes take true and false as words", () => {
    expect(
      treeOf(
        renderToString(html`<p aria-expanded=${false} aria-hidden=${true} draggable=${false} hidden=${true}></p>`),
      ),
    ).toEqual([["p", { "aria-expanded": "false", "aria-hidden": "true", draggable: "false", hidden: "" }]]);
  });

  test("keep 0, 0n, NaN and the empty text", () => {
    expect(renderToString(html`<p a=${0} b=${0n} c=${Number.NaN} d=${""}>${0}${0n}${""}</p>`)).toBe(
      '<p a="0" b="0" c="NaN" d="">00</p>',
    );
  });

  test("null within a longer value is empty", () => {
    expect(renderToString(html`<p class="a ${null} ${false} b${undefined}"></p>`)).toBe('<p class="a   b"></p>');
  });

  test("an unquoted hole before /> closes the tag instead of taking the slash", () => {
    expect(
      treeOf(renderToString(html`<img src=${"/a.png"}/><input disabled=${true}/><svg><path d=${"M0"}/><g></g></svg>`)),
    ).toEqual([
      ["img", { src: "/a.png" }],
      ["input", { disabled: "" }],
      ["svg", {}, ["path", { d: "M0" }], ["g", {}]],
    ]);
  });
});

describe("children", () => {
  test("null, undefined, true and false print nothing", () => {
    expect(renderToString(html`<p>${null}${undefined}${true}${false}</p>`)).toBe("<p></p>");
  });

  test("arrays print one after the other, nested ones too", () => {
    expect(renderToString(html`${["a", ["<b>", [html`<i></i>`, 1]], null, 2n]}`)).toBe("a&lt;b&gt;<i></i>12");
  });

  test("functions are called and readables read, also inside each other", () => {
    const readable = { [Symbol.for("busbar.read")]: () => () => "<" };
    expect(render(["<p title=", ">", "</p>"], () => "x", readable)).toBe('<p title="x">&lt;</p>');
    expect(render(["<title>", "</title>"], readable)).toBe("<title>&lt;</title>");
  });

  test("text that looks like a template or a marker stays text", () => {
    const text = "{{y}}<!--[0--><!--bus:0--><%= z %>";
    expect(treeOf(renderToString(html`<p>${text}</p>`))).toEqual([["p", {}, text]]);
  });
});

describe("what imitates our values", () => {
  const real = html`<b>x</b>`;
  const FORGED = [
    { template: real.template, values: ["<img>"] },
    JSON.parse('{"template":{"statics":["<img>"],"chunks":["<img>"],"operations":[]},"values":[]}'),
    JSON.parse('{"__proto__":{"template":{},"values":[]},"markup":"<img>"}'),
    JSON.parse('{"markup":"<img>","kind":2,"Symbol(busbar.html.kind)":2,"@@busbar.html.kind":2}'),
    JSON.parse('{"__html":"<img>"}'),
    JSON.parse('{"t":"<img>"}'),
    JSON.parse('{"isEscaped":true,"callbacks":[],"toString":"<img>"}'),
    { toString: () => "<img>" },
    { toJSON: () => "<img>" },
    Object.assign(Object.create(null), { template: real.template, values: [] }),
    { ...real },
    { [Symbol("busbar.html.kind")]: 1, template: real.template, values: [] },
    { [Symbol.for("busbar.html.kind")]: 1, template: real.template, values: [] },
    structuredClone({ template: { statics: ["<img>"] }, values: [] }),
    new Date(0),
    new Map([["a", 1]]),
    new Set(["<img>"]),
    new String("<img>"),
    /<img>/,
    Symbol("<img>"),
  ];
  test.each(FORGED.map((value, i) => [i, value] as const))(
    "number %i is refused as child, as attribute and at the top",
    (_, value) => {
      expect(isHtml(value)).toBe(false);
      expect(errorOf(() => render(["<p>", "</p>"], value)).code).toBe("HTML_BAD_HOLE");
      expect(errorOf(() => render(["<p title=", "></p>"], value)).code).toBe("HTML_BAD_HOLE");
      expect(errorOf(() => render(["<title>", "</title>"], value)).code).toBe("HTML_BAD_HOLE");
      expect(errorOf(() => renderToString(value as never)).code).toBe("HTML_BAD_HOLE");
    },
  );

  test("html refuses to be called with data in place of a template", () => {
    for (const statics of [
      ["<img>"],
      JSON.parse('["<img>"]'),
      JSON.parse('{"raw":["<img>"],"0":"<img>","length":1}'),
      "<img>",
    ]) {
      expect(errorOf(() => html(statics as never)).code).toBe("HTML_BAD_TEMPLATE");
    }
  });

  test("an inherited __proto__ in data is data", () => {
    const data = JSON.parse('{"__proto__":{"admin":true},"a":1}');
    const source = renderToString(html`<script>window.x = ${json(data)}</script>`);
    const { window } = new JSDOM(source, { runScripts: "dangerously" });
    expect(window["x"].admin).toBeUndefined();
    expect(window["x"].a).toBe(1);
    expect(Object.keys(window["x"])).toEqual(["__proto__", "a"]);
  });
});

describe("attributes side by side", () => {
  // Their names and quotes are printed together with the text around them, unless one of them is not there.
  const VALUES = ["&", 7, "", true, false, null, undefined, "javascript:x", () => "f"] as const;
  const printed = (name: string, value: (typeof VALUES)[number]): string => {
    if (value === true) return name;
    if (value === false || value === null || value === undefined) return "";
    if (value === "javascript:x" && name === "href") return `${name}="about:invalid#blocked"`;
    return `${name}="${value === "&" ? "&amp;" : typeof value === "function" ? "f" : value}"`;
  };
  const pairs = VALUES.flatMap((first) => VALUES.map((second) => [first, second] as const));

  test.each(pairs)("are printed, or left out, each by itself: %j and %j", (first, second) => {
    expect(render`<a title=${first} href=${second} lang='en'>x</a>`).toBe(
      `<a ${printed("title", first)} ${printed("href", second)} lang='en'>x</a>`,
    );
    expect(render`<a href=${first} style="color:${"red"}" class='${second}'>${"<"}</a>`).toBe(
      `<a ${printed("href", first)} style="color:red" ${printed("class", second).replaceAll('"', "'")}>&lt;</a>`,
    );
  });
});
