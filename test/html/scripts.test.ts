// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are the code under test
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { call, html, json, renderToString } from "../../lib/html/index.ts";
import { errorOf, render } from "./helpers.ts";

/** Code around a hole that stands where the data's own quotes would end the author's. */
const NO_EXPRESSION: readonly (readonly [before: string, after: string])[] = [
  ["f('Hello ", " you')"],
  ['f("Hello ', ' you")'],
  ["f(`Hello ", " you`)"],
  ["f('it\\'s ", "')"],
  ["f(`a ${g('b ", "')}`)"],
  ["f(`${1} ", "`)"],
  ["f(`${{}} ", "`)"],
  ["x = /a", "/"],
  ['x = /[/"]a ', "/"],
  ["return /a", "/"],
  ["if (x) /a", "/"],
  ['x = a / b / c; s = "', '"'],
  ['x = (a) / 2; s = "n / ', '"'],
  ['x = [1][0] / 2; s = "n / ', '"'],
  ['x = i++ / 2; s = "n / ', '"'],
  ["/* ' */ s = \"a ", '"'],
  ['s = "//" + "a ', '"'],
];

const EXPRESSION: readonly string[] = [
  "f(",
  "x = ",
  "f('a', ",
  'f("it\'s", ',
  "f(`${",
  "f(`a ${g('b', ",
  "// don't\nf(",
  "/* don't */ f(",
  "<!-- don't\nf(",
  "x = a / b; f(",
  "x = (a) / 2; f(",
  "if (x) { } /'/.test(y); f(",
  "if (x) /'/.test(y); f(",
  "return /[/'\"`]/.test(y) + ",
  "x = y.replace(/'/g, '') + ",
  "x = {a: 1} / 2 + ",
  "x = 'a\\\nb' + ",
  "f(() => { g() }, ",
];

describe("holes in code", () => {
  test.each(NO_EXPRESSION)("inside %j … %j are refused, in scripts and handlers", (before, after) => {
    for (const value of [json("x"), call("f", "x")]) {
      expect(errorOf(() => render([`<script>${before}`, `${after}</script>`], value)).code).toBe("HTML_SCRIPT_HOLE");
      const [open, close] = [before, after].map((code) => code.replaceAll('"', "&quot;"));
      expect(errorOf(() => render([`<p onclick="${open}`, `${close}">`], value)).code).toBe("HTML_HANDLER_HOLE");
      expect(errorOf(() => render([`<p x-on:click="${open}`, `${close}">`], json("x"))).code).toBe("HTML_CODE_HOLE");
      expect(errorOf(() => render([`<svg><script>${open}`, `${close}</script></svg>`], value)).code).toBe(
        "HTML_SCRIPT_HOLE",
      );
    }
  });

  test.each(EXPRESSION)("after %j are taken", (before) => {
    expect(render([`<script>${before}`, "</script>"], json(1))).toBe(`<script>${before}1</script>`);
    expect(render([`<script>${before}`, ",", "</script>"], json(1), json(2))).toContain("1,2");
  });

  test("of modules, which have no comments of HTML, are judged by what follows <!--", () => {
    const script = (type: string) => [`<script${type}>a = b<!--c; s = "x `, ' y"</script>'];
    expect(errorOf(() => render(script(" type=module"), json(1))).code).toBe("HTML_SCRIPT_HOLE");
    expect(render(script(""), json(1))).toContain("x 1 y");
  });

  test("that come late in a script are judged by all that precedes them", () => {
    expect(errorOf(() => render(["<script>f(", ", 'a ", "')</script>"], json(1), json(2))).code).toBe(
      "HTML_SCRIPT_HOLE",
    );
    expect(render(["<script>f(", ", 'a', ", ")</script>"], json(1), json(2))).toBe("<script>f(1, 'a', 2)</script>");
  });

  test("of JSON blocks are refused inside texts; blocks of other languages may have apostrophes", () => {
    const block = (type: string, before: string): (() => string) => {
      return () => render([`<script type="${type}">${before}`, " x</script>"], json(1));
    };
    for (const type of ["application/json", "importmap", "speculationrules", "application/ld+json"]) {
      expect(errorOf(block(type, '{"a":"b ')).code).toBe("HTML_SCRIPT_HOLE");
    }
    expect(block("text/x-notes", "don't ")()).toContain("don't 1 x");
  });

  test("of SVG scripts are refused beside markup, where code and source differ", () => {
    for (const before of [
      "f('<g></g>",
      "'<!-- -->",
      "<g>",
      "<![CDATA[']]>",
      "f(&apos;a ",
      "f(&unknown;",
      "f(&quot a ",
    ]) {
      expect(errorOf(() => render([`<svg><script>${before}`, "</script></svg>"], json(1))).code).toBe(
        "HTML_SCRIPT_HOLE",
      );
    }
    expect(render(["<svg><script>a && f(", ")</script></svg>"], json(1))).toContain("f(1)");
  });
});

test("data ends neither a comment nor a quoted text nor a template literal, should one be around it", () => {
  const hostile = "*/pwned()/*'+pwned()+'`+pwned()+`${pwned()}//";
  const written = renderToString(html`<script>take(${json(hostile)})</script>`).slice(13, -10);
  let ran = false;
  const { window } = new JSDOM("", { runScripts: "outside-only" });
  window["pwned"] = () => {
    ran = true;
  };
  for (const code of [`/* ${written} */`, `'${written}'`, `\`${written}\``, `/${written}/`]) {
    try {
      window.eval(code);
    } catch {
      // no code at all is as good as harmless code
    }
    expect([code, ran]).toEqual([code, false]);
  }
  expect(JSON.parse(written)).toBe(hostile);
});
