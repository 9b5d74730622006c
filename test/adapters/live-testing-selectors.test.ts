import fc from "fast-check";
import { JSDOM } from "jsdom";
import { parse } from "parse5";
import { describe, expect, test } from "vitest";
import { selectAll } from "../../adapters/live-testing/match.ts";
import { attributeOf, elementsIn } from "../../adapters/live-testing/nodes.ts";
import { parseSelector } from "../../adapters/live-testing/selector.ts";
import { runs } from "../helpers/runs.ts";

const page = `<!doctype html><title>Shop</title>
<main id="main" class="wide dark" lang="en-GB"><h1>Shop</h1>
<ul class="list"><li id="row:1" class="row odd" data-kind="fruit">Apple <b>1</b></li><li class="row" data-kind="Fruit salad">Pear</li><li class="row odd" hidden></li></ul>
<form id="f"><input name="title" value="x"><input type="checkbox" name="done" checked><input type="radio" name="r" value="a">
<select name="s"><option>one</option><option selected>two</option></select><textarea name="t" disabled>text</textarea>
<fieldset disabled><legend><button>in legend</button></legend><button>off</button></fieldset></form>
<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg><p></p></main>`;

const isChecked = (element: Parameters<typeof attributeOf>[0]): boolean => {
  if (element.tagName === "option") return attributeOf(element, "selected") !== undefined;
  return attributeOf(element, "checked") !== undefined;
};

/** Places in document order of what a selector means, here and in jsdom. */
function bothOf(markup: string, selector: string): { readonly ours: number[]; readonly theirs: number[] } {
  const document = parse(markup);
  const all = [...elementsIn(document)];
  const dom = new JSDOM(markup).window.document;
  const everything = [...dom.querySelectorAll("*")];
  return {
    ours: selectAll(document, parseSelector(selector), isChecked).map((element) => all.indexOf(element)),
    theirs: [...dom.querySelectorAll(selector)].map((element) => everything.indexOf(element)),
  };
}

describe("selectors", () => {
  test.each([
    ...[
      "li",
      "LI",
      "*",
      "#main",
      ".row",
      ".row.odd",
      "li.row",
      "#row\\:1",
      "main li",
      "main > ul > li",
      "ul > b",
      "h1 + ul",
      "h1 ~ form",
    ],
    ...[
      "[hidden]",
      "[data-kind=fruit]",
      "[data-kind='fruit' i]",
      '[data-kind="FRUIT SALAD" i]',
      "[class~=odd]",
      "[lang|=en]",
      "[data-kind^=Fr]",
    ],
    ...[
      "[data-kind$=it]",
      "[data-kind*=uit]",
      "[data-kind^='']",
      "[class~='']",
      "li:nth-child(2)",
      "li:nth-child(odd)",
      "li:nth-child(2n)",
    ],
    ...[
      "li:nth-child(-n+2)",
      "li:nth-child(n + 2)",
      "li:nth-last-child(1)",
      "li:first-child",
      "li:last-child",
      "li:only-child",
      "b:only-child",
    ],
    ...[
      "input:nth-of-type(2)",
      "button:first-of-type",
      "li:not(.odd)",
      "li:not(.odd, [data-kind])",
      ":is(h1, p)",
      "li:not(:first-child)",
    ],
    ...[
      "input:checked",
      "option:checked",
      "button:disabled",
      "button:enabled",
      ":disabled",
      "p:empty",
      "li:empty",
      "h1, p , li b",
    ],
    ...["path", "svg[viewBox]", "  li  ", "ul>li", "ul   >   li", "html body main"],
  ])("%s means what it means in a browser", (selector) => {
    const { ours, theirs } = bothOf(page, selector);
    expect(ours).toEqual(theirs);
  });

  test("random selectors on random pages mean what they mean in a browser", () => {
    const tag = fc.constantFrom("div", "p", "span", "ul", "li");
    const name = fc.constantFrom("a", "b", "c");
    const level = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc
        .tuple(fc.constantFrom("div", "span", "ul", "li"), name, name, fc.array(inner, { maxLength: 3 }), fc.boolean())
        .map(
          ([t, id, cls, nodes, isText]) =>
            `<${t} id="${id}" class="${cls} x-${id}" data-v="${id}${cls}">${isText ? "text" : ""}${nodes.join("")}</${t}>`,
        );
    const element = level(level(level(fc.constant("<b></b>"))));
    const simple = fc.oneof(
      name.map((n) => `#${n}`),
      name.map((n) => `.${n}`),
      fc
        .tuple(fc.constantFrom("=", "~=", "|=", "^=", "$=", "*="), fc.constantFrom("a", "ab", "x-a", "b"))
        .map(([op, v]) => `[data-v${op}"${v}"]`),
      fc
        .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }))
        .map(([a, b]) => `:nth-child(${a}n${b < 0 ? b : `+${b}`})`),
      fc.constantFrom(":first-child", ":last-child", ":only-child", ":empty", ":last-of-type", ":nth-last-of-type(2)"),
      name.map((n) => `:not(.${n})`),
    );
    const compound = fc
      .tuple(fc.option(tag, { nil: "" }), fc.array(simple, { minLength: 1, maxLength: 2 }))
      .map(([t, rest]) => t + rest.join(""));
    const complex = fc
      .tuple(compound, fc.array(fc.tuple(fc.constantFrom(" ", " > ", " + ", " ~ "), compound), { maxLength: 2 }))
      .map(([first, rest]) => first + rest.flat().join(""));
    const list = fc.array(complex, { minLength: 1, maxLength: 2 }).map((all) => all.join(", "));
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 4 }), list, (nodes, selector) => {
        const { ours, theirs } = bothOf(`<!doctype html><title>t</title>${nodes.join("")}`, selector);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: runs(150) },
    );
  });

  test.each([
    ...[
      "",
      " ",
      "li >",
      "> li",
      "li,",
      ",li",
      "[",
      "[a",
      '[a="x',
      "a:hover",
      "::before",
      "li:nth-child(x)",
      "li:nth-child",
      ":not(",
      ":not()",
      "li:has(b)",
    ],
    ...["#", ".", "li..a", "a | b", "@media", "li{}", "1a"],
  ])("%j is refused, with what is supported", (selector) => {
    expect(() => parseSelector(selector)).toThrow(expect.objectContaining({ code: "TESTING_BAD_SELECTOR" }));
    expect(() => parseSelector(selector)).toThrow(":nth-child()");
  });

  test("a selector nested without end is refused, not followed", () => {
    expect(() => parseSelector(`${":not(".repeat(50)}a${")".repeat(50)}`)).toThrow(
      expect.objectContaining({ code: "TESTING_BAD_SELECTOR" }),
    );
  });
});
