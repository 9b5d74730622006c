import fc from "fast-check";
import { svgElementAttributes } from "svg-element-attributes";
import { describe, expect, test } from "vitest";
import {
  attributeOf,
  boundary,
  childOf,
  contextKey,
  each,
  type Html,
  type HtmlValue,
  html,
  isHtml,
  json,
  liveMarkup,
  provide,
  renderToString,
  type Template,
  unsafeRawHtml,
  use,
  when,
} from "../../lib/html/index.ts";
import { htmlOf, treeOf as readTree } from "../../lib/patch/index.ts";
import { treeOf } from "../oracle/html.ts";
import { errorOf, templateOf } from "./helpers.ts";

const MARKERS = /<!--(?:\[(?:\d+|\*)?|\])-->/g;

function numbering(): { number: (template: Template) => number; templates: Template[] } {
  const templates: Template[] = [];
  const number = (template: Template): number => {
    if (!templates.includes(template)) templates.push(template);
    return templates.indexOf(template);
  };
  return { number, templates };
}

const row = (id: number, text: string): Html => html`<li id="row-${id}">${text}</li>`;
const page = (name: string, items: readonly string[]): Html =>
  html`<main class=${name}><h1>${name}</h1><p>Hi ${name}!</p>${when(name, () => html`<b>${name}</b>`)}
    <ul>${each(
      items,
      (_, i) => i,
      (text, i) => row(i, text),
    )}</ul>${items}${unsafeRawHtml("<hr>")}<input value=${name}></main>`;

describe("live renders", () => {
  test("are plain renders once the markers are taken out", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (name, items) => {
        const node = page(name, items);
        const live = renderToString(node, { live: numbering().number });
        expect(live.replace(MARKERS, "")).toBe(renderToString(node));
      }),
    );
  });

  test("mark texts, templates and lists, and leave a lone text alone", () => {
    const { number, templates } = numbering();
    const node = html`<p>${"a"}</p><p>x${"b"}</p>${html`<i>${null}</i>`}${[1, html`<b></b>`]}<p>${html`<u></u>`}</p><p>${null}x</p>`;
    const [i, text, b, u] = [0, 1, 2, 3];
    expect(renderToString(node, { live: number })).toBe(
      `<p>a</p><p>x<!--[-->b<!--]--></p><!--[${i}--><i></i><!--]-->` +
        `<!--[*--><!--[${text}--><!--[-->1<!--]--><!--]--><!--[${b}--><b></b><!--]--><!--]-->` +
        `<p><!--[${u}--><u></u><!--]--></p><p><!--[--><!--]-->x</p>`,
    );
    expect(templates.map((template) => template.statics.join("$"))).toEqual(["<i>$</i>", "$", "<b></b>", "<u></u>"]);
  });

  test("take the root as it is: a template without marks, anything else as one child that is alone", () => {
    expect(renderToString("a<", { live: () => 1 })).toBe("a&lt;");
    expect(renderToString([html`<b></b>`], { live: () => 1 })).toBe("<!--[*--><!--[1--><b></b><!--]--><!--]-->");
  });

  test("cannot be confused by text, and refuse raw markup with markers", () => {
    const node = html`<p>x${"<!--]--><!--bus:0-->"}</p>`;
    expect(treeOf(renderToString(node, { live: () => 0 }))).toEqual([
      ["p", {}, "x", { comment: "[" }, "<!--]--><!--bus:0-->", { comment: "]" }],
    ]);
    for (const raw of [
      "<!--]-->",
      "<!--[-->",
      "<!--bus:0-->",
      "<!--]--!>",
      "<!]>",
      "<![7>",
      "</]>",
      "<!bus:0>",
      "<!--]",
    ]) {
      expect(errorOf(() => renderToString(html`${unsafeRawHtml(raw)}`, { live: () => 0 })).code).toBe("HTML_NOT_LIVE");
    }
  });

  test("refuse two rows with one key, plain renders do not ask", () => {
    const list = html`${each(
      [1, 1],
      (n) => n,
      (n) => n,
    )}`;
    expect(renderToString(list)).toBe("11");
    expect(errorOf(() => renderToString(list, { live: () => 0 })).code).toBe("HTML_DUPLICATE_KEY");
  });
});

describe("slots", () => {
  const { template, values } =
    html`<title>${"a"} - ${"b&"}</title><main><a href="/u/${7}" class=${null} hidden=${true}>${"x"}</a> ${"y"}<textarea>${"\nz"}</textarea></main>`;

  test("tell kind, holes, path and who is alone", () => {
    expect(template.slots).toEqual([
      { kind: "text", name: "", first: 0, count: 2, path: [0], alone: false },
      { kind: "attribute", name: "href", first: 2, count: 1, path: [1, 0], alone: false },
      { kind: "attribute", name: "class", first: 3, count: 1, path: [1, 0], alone: false },
      { kind: "attribute", name: "hidden", first: 4, count: 1, path: [1, 0], alone: false },
      { kind: "child", name: "", first: 5, count: 1, path: [1, 0], alone: true },
      { kind: "child", name: "", first: 6, count: 1, path: [1], alone: false },
      { kind: "text", name: "", first: 7, count: 1, path: [1, 1], alone: false },
    ]);
    expect(template.holes.map(({ context, name, tag, slot }) => [context, name, tag, slot])).toEqual([
      ["text", "", "title", 0],
      ["text", "", "title", 0],
      ["url", "href", "a", 1],
      ["attribute", "class", "a", 2],
      ["attribute", "hidden", "a", 3],
      ["child", "", "a", 4],
      ["child", "", "main", 5],
      ["text", "", "textarea", 6],
    ]);
    expect(
      Object.isFrozen(template) &&
        Object.isFrozen(template.slots) &&
        Object.isFrozen(template.slots[0]) &&
        Object.isFrozen(template.statics),
    ).toBe(true);
  });

  test("give attributes and texts as the parser would see them", () => {
    const slot = (i: number) => attributeOf(template, template.slots[i] as never, values); // cast: the index exists
    expect([0, 1, 2, 3, 6].map(slot)).toEqual(["a - b&", "/u/7", null, true, "\nz"]);
    expect(errorOf(() => slot(4)).code).toBe("HTML_NOT_LIVE");
    const link = html`<a href=${"javascript:x"} title="&amp; &lt;${"&amp;"}">x</a>`;
    expect(link.template.slots.map((s) => attributeOf(link.template, s, link.values))).toEqual([
      "about:invalid#blocked",
      "& <&amp;",
    ]);
  });

  test("of attributes agree with what a plain render prints", () => {
    const statics = ["<p title=", ' lang="a', "b\" class='&quot;x ", "' hidden=", "></p>"];
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(null, true, false, 0, "<&\"'"));
    fc.assert(
      fc.property(fc.array(value, { minLength: 4, maxLength: 4 }), (values) => {
        const node = templateOf(statics, values);
        const [tree] = treeOf(renderToString(node));
        const printed = (tree as unknown as [string, Record<string, string>])[1]; // cast: the template is one element
        for (const slot of node.template.slots) {
          const own = attributeOf(node.template, slot, node.values);
          expect(printed[slot.name]).toBe(
            own === null ? undefined : own === true ? "" : own.replace(/\0|\p{Surrogate}/gu, "\ufffd"),
          );
        }
      }),
    );
  });

  test("of children unwrap, key and classify", () => {
    const b = html`<b></b>`;
    const readable = { [Symbol.for("busbar.read")]: () => "r" } as never; // cast: the symbol's type is declared in pool
    expect(childOf(null)).toEqual({ kind: "empty" });
    expect(childOf("")).toEqual({ kind: "empty" });
    expect(childOf(() => readable)).toEqual({ kind: "text", text: "r" });
    expect(childOf(7n)).toEqual({ kind: "text", text: "7" });
    expect(childOf(json({ a: 1 }))).toEqual({ kind: "text", text: '{"a":1}' });
    expect(childOf(b)).toEqual({ kind: "html", html: b });
    expect(childOf(unsafeRawHtml("<hr>"))).toEqual({ kind: "raw", html: "<hr>" });
    const list = childOf(["x", b, null, ["y"]]);
    expect(list.kind === "list" && [list.keys, list.items.every(isHtml), list.items[1] === b]).toEqual([
      [0, 1, 2, 3],
      true,
      true,
    ]);
    const keyed = childOf(
      each(
        new Set(["p", "q"]),
        (text) => `k-${text}`,
        (text) => row(1, text),
      ),
    );
    expect(keyed.kind === "list" && keyed.keys).toEqual(["k-p", "k-q"]);
    expect(errorOf(() => childOf({} as never)).code).toBe("HTML_BAD_HOLE");
  });
});

describe("liveMarkup", () => {
  test("is the template with its places marked and nothing dynamic in it", () => {
    const { template } =
      html`<main class=${"c"}><h1>${"t"}</h1>a ${"b"}<br title='${"x"}'><textarea rows=${1}>${"y"}</textarea></main>`;
    expect(treeOf(liveMarkup(template))).toEqual([
      [
        "main",
        { "bus-slot": "0" },
        ["h1", {}, { comment: "bus:1" }],
        "a ",
        { comment: "bus:2" },
        ["br", { "bus-slot": "3" }],
        ["textarea", { "bus-slot": "4 5" }],
      ],
    ]);
  });

  test("keeps the case of SVG attributes and the static attributes", () => {
    const { template } = html`<svg class="a" viewBox=${"0 0 1 1"} id=b><path d="M${0}"/></svg>`;
    expect(template.slots.map((slot) => slot.name)).toEqual(["viewBox", "d"]);
    expect(treeOf(liveMarkup(template))).toEqual([
      ["svg", { "bus-slot": "0", class: "a", id: "b" }, ["path", { "bus-slot": "1" }]],
    ]);
  });

  test("and a live render of nulls have the same elements", () => {
    const { template } = page("x", ["a"]);
    const names = (source: string): string[] => source.match(/<\/?[a-z0-9]+/g) ?? [];
    const empty = renderToString(
      templateOf(
        template.statics,
        template.holes.map(() => null),
      ),
    );
    expect(names(liveMarkup(template))).toEqual(names(empty));
  });

  const REFUSED: [string, Html][] = [
    ["HTML_UNBALANCED", html`<ul><li>${1}<li>${2}</ul>`],
    ["HTML_UNBALANCED", html`<p>${1}`],
    ["HTML_UNBALANCED", html`${1}</p>`],
    ["HTML_UNBALANCED", html`<b><i>${1}</b></i>`],
    ["HTML_UNBALANCED", html`<svg><p>${1}</p></svg>`],
    ["HTML_NOT_LIVE", html`<p id=a id=${"b"}></p>`],
    ["HTML_NOT_LIVE", html`<noscript>${1}</noscript>`],
    ["HTML_NOT_LIVE", html`<template>${1}</template>`],
    ["HTML_NOT_LIVE", html`<script>${json(1)}</script>`],
    ["HTML_NOT_LIVE", html`<!--]-->${1}`],
    ["HTML_NOT_LIVE", html`<!--bus:0-->${1}`],
    ["HTML_NOT_LIVE", html`<!--]--!>${1}`],
    ["HTML_NOT_LIVE", html`<!]>${1}`],
    ["HTML_NOT_LIVE", html`<p bus-slot="0">a</p>${1}`],
    ["HTML_NOT_LIVE", html`<p title="&eacute;${1}"></p>`],
  ];
  test.each(REFUSED)("refuses with %s, naming file and line, what a live view cannot update (%#)", (code, node) => {
    const error = errorOf(() => liveMarkup(node.template));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/live\.test\.ts:\d+:\d+\)$/);
    expect(renderToString(node)).not.toBe("");
  });
});

describe("pieces of SVG in templates of their own", () => {
  const slotNames = (node: Html): string[] => node.template.slots.map((slot) => slot.name);

  test("name their attributes as the parser does, whatever the case and wherever they stand", () => {
    expect(slotNames(html`<svg viewbox=${1} CLASS=${2} viewBOX2=${3}></svg>`)).toEqual([
      "viewBox",
      "class",
      "viewbox2",
    ]);
    expect(slotNames(html`<linearGradient gradientunits=${1}></linearGradient>`)).toEqual(["gradientUnits"]);
    expect(slotNames(html`<math><mi definitionURL=${1}></mi></math>`)).toEqual(["definitionURL"]);
  });

  test("have the names the parser has for every attribute of SVG it knows", () => {
    for (const name of new Set(Object.values(svgElementAttributes).flat())) {
      const lower = name.toLowerCase();
      const [tree] = treeOf(`<svg ${lower}="x"></svg>`);
      // cast: the source is one element
      const parsed = Object.keys((tree as unknown as [string, Record<string, string>])[1]);
      expect(templateOf([`<svg ${lower}="`, '"></svg>'], ["x"]).template.slots.map((slot) => slot.name)).toEqual(
        parsed,
      );
    }
  });

  test("end where their slash says, in HTML too, and so are balanced", () => {
    const node = html`<g><circle r=${1} /><path d="M0"/></g><rect/>${2}`;
    expect(renderToString(node)).toBe('<g><circle r="1" ></circle><path d="M0"></path></g><rect></rect>2');
    expect(liveMarkup(node.template)).toBe(
      '<g><circle bus-slot="0" ></circle><path d="M0"></path></g><rect></rect><!--bus:1-->',
    );
    expect(treeOf(`<svg>${renderToString(html`<circle r=${1} /><rect/>`)}</svg>`)).toEqual(
      treeOf(`<svg><circle r="1"/><rect/></svg>`),
    );
    // An element of HTML has no such slash: what follows is inside, as ever.
    expect(errorOf(() => liveMarkup(html`<div><circle/></div>${1}`.template)).code).toBe("HTML_UNBALANCED");
  });
});

describe("boundaries in live renders", () => {
  const boom =
    (message = "boom") =>
    (): string => {
      throw new Error(message);
    };
  const failed = (error: unknown): Html => html`<i>${(error as Error).message}</i>`; // cast: errors are thrown here
  const key = contextKey("key", "none");
  const shown = use(key, (value) => html`<s>${value}</s>`);

  const CASES: [string, HtmlValue][] = [
    ["a hole", boundary(() => html`<b>${1}${boom()}</b>`, { failed })],
    ["an attribute", boundary(() => html`<b>x</b><b title=${boom()}>${1}</b>`, { failed })],
    [
      "a row",
      boundary(
        () =>
          each(
            [1, 2],
            (n) => n,
            (n) => html`<b>${n > 1 ? boom() : n}</b>`,
          ),
        { failed },
      ),
    ],
    ["a component far below", boundary(() => html`<b>${[html`<u>${() => html`${boom()}`}</u>`]}</b>`, { failed })],
    ["the content itself", boundary(boom(), { failed })],
    [
      "what is provided",
      html`${boundary(() => provide(key, "in", () => html`<b>${shown}${boom()}</b>`), { failed: () => shown })}${shown}`,
    ],
    ["the inner one of two", boundary(() => html`<b>${boundary(() => html`${boom()}`, { failed })}</b>`, { failed })],
    [
      "what the inner one shows",
      boundary(() => boundary(() => html`${boom()}`, { failed: boom("second") }), { failed }),
    ],
    [
      "a hole of what the inner one shows",
      boundary(() => boundary(() => html`${boom()}`, { failed: () => html`<b>${boom("third")}</b>` }), { failed }),
    ],
    ["a boundary without `failed` inside", boundary(() => boundary(() => html`${boom()}`), { failed })],
    ["nothing", boundary(() => html`<b>${1}</b>`, { failed })],
  ];
  test.each(CASES)("show what stands in for it when %s throws, as other renders do", (_what, node) => {
    const page = html`<main>${"before"}${node}${"after"}</main>`;
    const live = renderToString(page, { live: numbering().number });
    expect(live.replace(MARKERS, "")).toBe(renderToString(page));
    const tree = readTree(page);
    const again = renderToString(htmlOf(tree), { live: numbering().number });
    expect(again.replace(MARKERS, "")).toBe(renderToString(page));
  });

  test("have one outcome for the page and its patches, even when the content fails every other time", () => {
    let times = 0;
    const flaky = (): Html =>
      html`<main>${boundary(
        () =>
          html`<b>${() => {
            if (++times % 2 === 1) throw new Error("odd");
            return "fine";
          }}</b>`,
        { failed },
      )}</main>`;
    const first = readTree(flaky());
    expect(renderToString(htmlOf(first)).replace(MARKERS, "")).toBe("<main><i>odd</i></main>");
    const second = readTree(flaky(), first);
    expect(renderToString(htmlOf(second)).replace(MARKERS, "")).toBe("<main><b>fine</b></main>");
  });

  test("let through what nobody catches, and promises, which are the caller's mistake", () => {
    const promised = html`${boundary(() => html`${Promise.resolve(1)}`, { failed })}`;
    for (const run of [renderToString, readTree, (node: Html) => renderToString(node, { live: () => 0 })]) {
      expect(errorOf(() => run(promised)).code).toBe("HTML_ASYNC_HOLE");
      expect(() => run(html`${boundary(() => html`${boom()}`)}`)).toThrow("boom");
      expect(() => run(html`${boundary(() => html`${boom()}`, { failed: boom("again") })}`)).toThrow("again");
    }
  });
});
