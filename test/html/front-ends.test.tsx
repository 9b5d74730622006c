import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CustomAttributes,
  call,
  classes,
  css,
  doctype,
  el,
  element,
  type Html,
  type HtmlValue,
  html,
  json,
  renderToString,
  styles,
} from "../../lib/html/index.ts";
import { jsxDEV } from "../../lib/html/jsx-dev-runtime/index.ts";
import { type AttributeMark, jsx, jsxAttr, jsxEscape, jsxs, jsxTemplate } from "../../lib/html/jsx-runtime/index.ts";
import { runs } from "../helpers/runs.ts";
import { treeOf } from "../oracle/html.ts";
import { templateOf } from "./helpers.ts";

const card = css`:scope { color: red }`;
const row = { name: '<Ada & "Bob">', url: "/users/7?a=1&b=2", count: 0, note: null };

/** The same page in each syntax; every value is one that needs escaping somewhere. */
const pages: readonly (readonly [name: string, tagged: () => HtmlValue, el: () => HtmlValue, jsx: () => HtmlValue])[] =
  [
    [
      "attributes and text",
      () => html`<a href=${row.url} class=${classes("x", { on: true })} title=${row.name}>${row.name}</a>`,
      () => el.a({ href: row.url, class: classes("x", { on: true }), title: row.name }, row.name),
      () => (
        <a href={row.url} class={classes("x", { on: true })} title={row.name}>
          {row.name}
        </a>
      ),
    ],
    [
      "absent, bare and worded attributes",
      () =>
        html`<input type=${"checkbox"} checked=${true} disabled=${false} name=${null} aria-busy=${false} draggable=${true}>`,
      () =>
        el.input({ type: "checkbox", checked: true, disabled: false, name: null, "aria-busy": false, draggable: true }),
      () => <input type="checkbox" checked={true} disabled={false} name={null} aria-busy={false} draggable={true} />,
    ],
    [
      "nested lists, numbers and empty values",
      () =>
        html`<ul>${[1, 2].map((n) => html`<li value=${n}>${n}${[" ", ["a", null, undefined, true, false, 1n]]}</li>`)}</ul>`,
      () =>
        el.ul(
          null,
          [1, 2].map((n) => el.li({ value: n }, n, [" ", ["a", null, undefined, true, false, 1n]])),
        ),
      () => (
        <ul>
          {[1, 2].map((n) => (
            <li key={n} value={n}>
              {n}
              {[" ", ["a", null, undefined, true, false, 1n]]}
            </li>
          ))}
        </ul>
      ),
    ],
    [
      "a title and a textarea",
      () =>
        html`${html`<title>${"a"}${" - "}${"<b>"}</title>`}${html`<textarea name=${"t"}>${"\n</textarea>"}</textarea>`}`,
      () => [el.title(null, "a", " - ", "<b>"), el.textarea({ name: "t" }, "\n</textarea>")],
      () => (
        <>
          <title>
            {"a"}
            {" - "}
            {"<b>"}
          </title>
          <textarea name="t">{"\n</textarea>"}</textarea>
        </>
      ),
    ],
    [
      "preformatted text that starts with a line feed",
      () => html`<pre>${"\n\n a\r\n"}</pre>`,
      () => el.pre(null, "\n\n a\r\n"),
      () => <pre>{"\n\n a\r\n"}</pre>,
    ],
    [
      "a scoped style among the attributes",
      () => html`<p ${card} id=${"a"}>${html`<b ${card}></b>`}</p>`,
      () => el.p({ css: card, id: "a" }, el.b({ css: card })),
      () => (
        <p css={card} id="a">
          <b css={card} />
        </p>
      ),
    ],
    [
      "SVG and MathML",
      () =>
        html`<svg viewBox=${"0 0 1 1"}>${html`<title>${"a<b"}</title>`}${html`<linearGradient gradientUnits=${"userSpaceOnUse"}>${html`<stop offset=${0}></stop>`}</linearGradient>`}</svg>${html`<math>${html`<mi>${"x"}</mi>`}</math>`}`,
      () => [
        el.svg(
          { viewBox: "0 0 1 1" },
          el.title(null, "a<b"),
          el.linearGradient({ gradientUnits: "userSpaceOnUse" }, el.stop({ offset: 0 })),
        ),
        el.math(null, el.mi(null, "x")),
      ],
      () => (
        <>
          <svg viewBox="0 0 1 1">
            <title>{"a<b"}</title>
            <linearGradient gradientUnits="userSpaceOnUse">
              <stop offset={0} />
            </linearGradient>
          </svg>
          <math>
            <mi>x</mi>
          </math>
        </>
      ),
    ],
    [
      "handlers, styles, data and scripts",
      () =>
        html`<button type=${"submit"} onclick=${call("f", row.name)} style=${styles({ color: "red" })} data-row=${json(row)}>${"Go"}</button>${html`<script type="application/json">${json({ __proto__: null, row })}</script>`}`,
      () => [
        el.button(
          { type: "submit", onclick: call("f", row.name), style: styles({ color: "red" }), "data-row": json(row) },
          "Go",
        ),
        el.script({ type: "application/json" }, json({ __proto__: null, row })),
      ],
      () => (
        <>
          <button type="submit" onclick={call("f", row.name)} style={styles({ color: "red" })} data-row={json(row)}>
            Go
          </button>
          <script type="application/json">{json({ __proto__: null, row })}</script>
        </>
      ),
    ],
    [
      "a whole document",
      () =>
        html`<!doctype html>${html`<html lang=${"en"}>${html`<head>${html`<meta charset=${"utf-8"}>`}${html`<link rel="stylesheet" href=${"/a.css"}>`}</head>`}${html`<body>${html`<br>`}${html`<x-card size=${1}></x-card>`}</body>`}</html>`}`,
      () => [
        doctype,
        el.html(
          { lang: "en" },
          el.head(null, el.meta({ charset: "utf-8" }), el.link({ rel: "stylesheet", href: "/a.css" })),
          el.body(null, el.br(), element("x-card", { size: 1 })),
        ),
      ],
      () => (
        <>
          {doctype}
          <html lang="en">
            <head>
              <meta charset="utf-8" />
              <link rel="stylesheet" href="/a.css" />
            </head>
            <body>
              <br />
              <x-card size={1} />
            </body>
          </html>
        </>
      ),
    ],
  ];

describe("one page in three syntaxes is the same bytes", () => {
  test.each(pages)("%s", (_, tagged, ...others) => {
    for (const options of [{}, { nonce: "abc123" }]) {
      const expected = renderToString(tagged(), options);
      for (const other of others) expect(renderToString(other(), options)).toBe(expected);
    }
  });
});

test("a child that happens to be nothing is a hole like in the other syntaxes: the template is the same whatever comes later", () => {
  const area = (text: string | undefined): Html => <textarea>{text}</textarea>;
  const pre = (text: string | undefined): Html => <pre>{text}</pre>;
  expect(renderToString([area(undefined), pre(undefined)])).toBe(
    renderToString([el.textarea(null, undefined), html`<pre>${undefined}</pre>`]),
  );
  expect(area(undefined).template).toBe(area("x").template);
  expect(renderToString([<br {...{ children: undefined }} />, <p {...{ children: undefined }} />])).toBe("<br><p></p>");
  expect(renderToString(<script src="/x.js">{undefined}</script>)).toBe('<script src="/x.js"></script>');
});

/** An element as data, to be written in every syntax. */
interface Sketch {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly (Sketch | string | number | null | boolean)[];
}

const TAGS = ["div", "span", "p", "ul", "li", "pre", "section", "svg", "path", "x-card", "button", "td"];
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("<b>", "&amp;", "\n", '"', "'", "]]>", "-->", "\0\r"),
);
const attributes = fc.dictionary(
  fc.constantFrom(
    "id",
    "class",
    "title",
    "href",
    "hidden",
    "aria-label",
    "data-a",
    "viewBox",
    "bus-get",
    "srcset",
    "value",
  ),
  fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
);
const { sketch } = fc.letrec<{ sketch: Sketch; child: Sketch["children"][number] }>((tie) => ({
  sketch: fc.record({
    tag: fc.constantFrom(...TAGS),
    attributes,
    children: fc.array(tie("child"), { maxLength: 4, depthIdentifier: "tree" }),
  }),
  child: fc.oneof({ depthIdentifier: "tree" }, text, fc.integer(), fc.constant(null), fc.boolean(), tie("sketch")),
}));

type Writer = (sketch: Sketch) => Html;
const childrenOf = (sketch: Sketch, write: Writer): HtmlValue[] =>
  sketch.children.map((child) => (typeof child === "object" && child !== null ? write(child) : child));

function staticsOf(sketch: Sketch, equals: string): string[] {
  const names = Object.keys(sketch.attributes);
  const statics: string[] = [];
  let last = `<${sketch.tag}`;
  for (const name of names) {
    statics.push(equals === "" ? `${last} ` : `${last} ${name}${equals}`);
    last = "";
  }
  last += ">";
  for (const _ of sketch.children) {
    statics.push(last);
    last = "";
  }
  return [...statics, `${last}</${sketch.tag}>`];
}

const interned = new Map<string, string[]>();
const writers: Readonly<Record<string, Writer>> = {
  html: (s) =>
    templateOf(staticsOf(s, "="), [...Object.values(s.attributes), ...childrenOf(s, writers["html"] as Writer)]),
  element: (s) =>
    // cast: any names and values, as in data
    element(s.tag, { ...s.attributes } as CustomAttributes, ...childrenOf(s, writers["element"] as Writer)),
  jsx: (s) => {
    const children = childrenOf(s, writers["jsx"] as Writer);
    return children.length === 1
      ? jsx(s.tag, { ...s.attributes, children: children[0] }, "key")
      : jsxs(s.tag, { ...s.attributes, children });
  },
  jsxDEV: (s) => {
    const source = { fileName: "/page.tsx", lineNumber: s.children.length + 1, columnNumber: s.tag.length };
    const children = childrenOf(s, writers["jsxDEV"] as Writer);
    return jsxDEV(s.tag, { ...s.attributes, children }, undefined, true, source, undefined);
  },
  jsxTemplate: (s) => {
    const statics = staticsOf(s, "");
    const key = statics.join("\0"); // as many attributes, not the same: the slow path
    const known = interned.get(key) ?? statics;
    interned.set(key, known);
    const values: (HtmlValue | AttributeMark)[] = Object.entries(s.attributes).map(([n, v]) => jsxAttr(n, v));
    return jsxTemplate(known, ...values, ...childrenOf(s, writers["jsxTemplate"] as Writer).map(jsxEscape));
  },
};

const quiet = { report: false } as const; // random trees nest what HTML does not

test("any tree is the same bytes in every syntax, and the same tree as from html", () => {
  fc.assert(
    fc.property(sketch, (given) => {
      const expected = renderToString((writers["html"] as Writer)(given), quiet);
      for (const write of Object.values(writers)) {
        expect(renderToString(write(given), quiet)).toBe(expected);
      }
      expect(treeOf(renderToString((writers["element"] as Writer)(given), quiet))).toEqual(treeOf(expected));
    }),
    { numRuns: runs(500) },
  );
});
