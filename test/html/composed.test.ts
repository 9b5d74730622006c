import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  boundary,
  call,
  contextKey,
  each,
  type HtmlValue,
  html,
  json,
  memo,
  provide,
  renderToString,
} from "../../lib/html/index.ts";
import { jsx } from "../../lib/html/jsx-runtime/index.ts";
import { runs } from "../helpers/runs.ts";
import { bare, treeOf } from "../oracle/html.ts";
import { templateOf } from "./helpers.ts";
import { RENDERERS } from "./renderers.ts";

const HANDLER = "x onfocus=alert(1) autofocus tabindex=1 ";
const key = contextKey("k", 0);

// In each of these the text of a script is markup.
const PICTURES: readonly (readonly [name: string, put: (node: HtmlValue) => HtmlValue])[] = [
  ["svg", (node) => html`<svg>${node}</svg>`],
  ["a shape in svg", (node) => html`<svg><g>${node}</g></svg>`],
  ["a shape of its own", (node) => html`<svg>${html`<g>${node}</g>`}</svg>`],
  ["math", (node) => html`<math><mrow>${node}</mrow></math>`],
  ["svg in html in svg", (node) => html`<svg><foreignObject><svg>${node}</svg></foreignObject></svg>`],
  ["svg around html", (node) => html`<svg><foreignObject><p>x</p></foreignObject>${node}</svg>`],
  ["a list", (node) => html`<svg>${["x", [node]]}</svg>`],
  [
    "rows",
    (node) =>
      html`<svg>${each(
        [1],
        (one) => one,
        () => node,
      )}</svg>`,
  ],
  ["a function", (node) => html`<svg>${() => () => node}</svg>`],
  ["a component", (node) => html`<svg>${jsx(() => html`<g>${node}</g>`, {})}</svg>`],
  ["an element of JSX", (node) => jsx("svg", { children: jsx("g", { children: node }) })],
  ["a context", (node) => html`<svg>${provide(key, 1, () => node)}</svg>`],
  ["a boundary", (node) => html`<svg>${boundary(() => node, {})}</svg>`],
  ["a boundary with something to show", (node) => html`<svg>${boundary(() => node, { pending: "wait" })}</svg>`],
  ["a part kept", (node) => html`<svg>${memo(`composed ${Math.random()}`, () => node)}</svg>`],
  ["frames", (node) => html`<!doctype html><frameset>${node}</frameset>`],
];
const TAG_LIKE: readonly (readonly [name: string, make: () => HtmlValue])[] = [
  ["behind what looks like a tag", () => html`<script nonce="a">if (a<b && f(${json(HANDLER)}) > 1) g()</script>`],
  ["right behind it", () => html`<script nonce="a">if (a<${call("f", HANDLER)} > 1) g()</script>`],
  ["in data", () => html`<script nonce="a" type="application/ld+json">{"a<b": 1, "c": ${json(HANDLER)}}</script>`],
  [
    "two holes on",
    () => html`<script nonce="a">if (${json(1)}<n && ${json(2)} && f(${json(HANDLER)}) > 1) g()</script>`,
  ],
];

describe.each(RENDERERS)("$name refuses, in a picture, a script with a hole", ({ render }) => {
  describe.each(TAG_LIKE)("%s", (_, make) => {
    test.each(PICTURES)("%s", async (_name, put) => {
      const run = async (): Promise<string> => render(put(make()), { report: false });
      await expect(run()).rejects.toHaveProperty("code", expect.stringMatching(/^HTML_(?:AMBIGUOUS|MEMO)$/));
    });
  });
});

const WAITING = RENDERERS.filter(({ name }) => /Async|Chunks/.test(name));

describe.each(WAITING)("$name", ({ render }) => {
  test("refuses, in a picture, such a script that a promise brings", async () => {
    const run = async (): Promise<string> => render(html`<svg>${Promise.resolve(TAG_LIKE[0]?.[1]())}</svg>`, {});
    await expect(run()).rejects.toHaveProperty("code", "HTML_AMBIGUOUS");
  });

  test("waits for a boundary in a picture, also where a template of its own holds it", async () => {
    const late = boundary(async () => html`<circle r=${await Promise.resolve(1)} />`, { pending: "wait" });
    const text = await render(html`<svg>${html`<g>${late}</g>`}</svg>`, { report: false });
    expect(text).toBe('<svg><g><circle r="1" ></circle></g></svg>');
  });
});

describe.each(RENDERERS)("$name takes such a script where it is one", ({ render }) => {
  test.each<[string, (node: HtmlValue) => HtmlValue]>([
    ["a page", (node) => html`<!doctype html><body>${node}</body>`],
    ["the html in a picture", (node) => html`<svg><foreignObject>${node}</foreignObject></svg>`],
    ["behind a picture", (node) => html`<p><svg>${html`<circle r="1"/>`}</svg>${node}</p>`],
    [
      "a document in a picture",
      (node) => html`<svg><foreignObject><iframe srcdoc=${node}></iframe></foreignObject></svg>`,
    ],
    ["behind a picture's end", (node) => html`<div><svg><g/>${"x"}</svg>${[node]}</div>`],
  ])("%s", async (_, put) => {
    for (const [, make] of TAG_LIKE) expect(await render(put(make()), { report: false })).toMatch(/(?:<|&lt;)script/);
  });

  test("and one without such a part in a picture", async () => {
    const script = html`<script>if (a < b) f(${json("</script><img>")})</script>`;
    expect(await render(html`<svg>${[script]}</svg>`, {})).toContain('f("');
  });
});

const CODE = [
  "a<b ",
  "a < b ",
  "<p>",
  "x>",
  "'",
  '"',
  "<!--",
  "-->",
  "</b",
  "<![CDATA[",
  "]]>",
  "f(§)",
  "§",
  ";",
  "<§",
  "\n",
];
const OUTER = [
  ["<svg>", "</svg>"],
  ["<svg><g>", "</g></svg>"],
  ["<math>", "</math>"],
  ["<g>", "</g>"],
  ["<svg><desc>", "</desc></svg>"],
  ["<select>", "</select>"],
  ["<table>", "</table>"],
  ["<p>", "</p>"],
  ["<title>", "</title>"],
  ["<foreignObject>", "</foreignObject>"],
];
const HOSTILE = [HANDLER, '" onload=alert(1) ', "--><img onerror=x>", "</script><img>", "]]><img>", "'><img>"];

test("whatever a script is put into, no value changes the structure", () => {
  let accepted = 0;
  const inner = fc.array(fc.constantFrom(...CODE), { minLength: 1, maxLength: 6 }).map((list) => list.join(""));
  const layers = fc.array(fc.constantFrom(...OUTER), { maxLength: 3 });
  fc.assert(
    fc.property(inner, layers, fc.constantFrom(...HOSTILE), (code, around, value) => {
      const statics = `<script>${code}</script>`.split("§");
      const make = (data: string): string => {
        const script = templateOf(
          statics,
          statics.slice(1).map(() => json(data)),
        );
        const node = around.reduceRight<HtmlValue>((content, layer) => templateOf(layer, [content]), script);
        return renderToString(html`${node}<p title=${data}>${data}</p>`, { report: false });
      };
      let texts: readonly string[];
      try {
        texts = [make(value), make("zq")];
      } catch (error) {
        expect(error).toHaveProperty("code", expect.stringMatching(/^HTML_/));
        return;
      }
      accepted++;
      const [got, wanted] = texts.map((text) => treeOf(text).map(bare));
      expect(got).toEqual(wanted);
    }),
    { numRuns: runs(800) },
  );
  expect(accepted).toBeGreaterThan(runs(100));
});
