import { describe, expect, test } from "vitest";
import {
  css,
  each,
  el,
  type Html,
  type HtmlValue,
  json,
  renderToString,
  renderToStringAsync,
} from "../../lib/html/index.ts";
import { jsxDEV } from "../../lib/html/jsx-dev-runtime/index.ts";
import { Fragment, jsx, jsxAttr, jsxEscape, jsxs, jsxTemplate } from "../../lib/html/jsx-runtime/index.ts";
import { treeOf } from "../oracle/html.ts";
import { errorOf } from "./helpers.ts";

const bad = (value: unknown): never => value as never; // cast: tests also pass what does not compile

const order: string[] = [];
const Outer = ({ children }: { children: HtmlValue }): Html => {
  order.push("outer");
  return <b>{children}</b>;
};
const Inner = (): Html => {
  order.push("inner");
  return <i>x</i>;
};
const Text = (): HtmlValue => "<a>";
const Nothing = (): HtmlValue => null;
const List = (): HtmlValue =>
  each(
    [1, 2],
    (n) => n,
    (n) => <li>{n}</li>,
  );
const Late = async ({ name }: { name: string }): Promise<Html> => <p>{name}</p>;
const Twice = ({ children, __html }: { children: (n: number) => HtmlValue; __html?: string }): Html => (
  <>
    {children(1)}
    {children(2)}
    {__html}
  </>
);
const Card = (props: { name: string }): Html => jsxTemplate(["<b>", "</b>"], jsxEscape(props.name));
const script = "javascript:alert(1)"; // a scheme that runs code

describe("components", () => {
  test("run when they are rendered, once, parents first", () => {
    const page = (
      <Outer>
        <Inner />
      </Outer>
    );
    expect(order).toEqual([]);
    expect(renderToString(page)).toBe("<b><i>x</i></b>");
    expect(order).toEqual(["outer", "inner"]);
  });

  test("may return text, lists, nothing or each()", () => {
    expect(
      renderToString(
        <>
          <Text />
          <Nothing />
          <List />
        </>,
      ),
    ).toBe("&lt;a&gt;<li>1</li><li>2</li>");
  });

  test("may be asynchronous", async () => {
    expect(
      await renderToStringAsync(
        <div>
          <Late name="<a>" />
        </div>,
      ),
    ).toBe("<div><p>&lt;a&gt;</p></div>");
    expect(errorOf(() => renderToString(<Late name="a" />)).code).toBe("HTML_ASYNC_HOLE");
  });

  test("take render functions as children, and properties of any name", () => {
    expect(renderToString(<Twice __html="<b>">{(n) => <i>{n}</i>}</Twice>)).toBe("<i>1</i><i>2</i>&lt;b&gt;");
  });

  test("that are undefined are named as a mistake", () => {
    expect(errorOf(() => jsx(bad(undefined), {})).code).toBe("HTML_BAD_NAME");
    expect(errorOf(() => jsx(bad({ type: "div" }), {})).code).toBe("HTML_BAD_NAME");
  });
});

describe("properties", () => {
  test("key is ignored, children of zero are printed", () => {
    expect(renderToString(<li key="a">{0}</li>)).toBe("<li>0</li>");
    expect(renderToString(jsx("li", { key: "a", id: "b" }, "c"))).toBe('<li id="b"></li>');
  });

  test("that are inherited do not count", () => {
    expect(renderToString(jsx("p", Object.create({ onclick: "alert(1)", children: "x" })))).toBe("<p></p>");
    expect(renderToString(jsx("p", null))).toBe("<p></p>");
  });

  test("with names that mean something to JavaScript are plain attributes", () => {
    const props: object = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c","hasOwnProperty":"d"}');
    expect(treeOf(renderToString(jsx("p", props)))).toEqual([
      ["p", { ["__proto__"]: "a", constructor: "b", tostring: "c", hasownproperty: "d" }],
    ]);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });

  test.each([
    "",
    "a b",
    "a>b",
    "a/b",
    "a=b",
    'a"',
    "a'",
    "a`",
    "a<",
    "\0",
    "a\u00a0",
    "\ud800",
    "bus-slot",
    "x".repeat(300),
  ])("the name %j is refused, in every syntax", (name) => {
    expect(errorOf(() => jsx("p", { [name]: "x" })).code).toBe("HTML_BAD_NAME");
    expect(errorOf(() => el.p(bad({ [name]: "x" }))).code).toBe("HTML_BAD_NAME");
    expect(errorOf(() => jsxTemplate(["<p ", "></p>"], jsxAttr(name, "x"))).code).toBe("HTML_BAD_NAME");
  });

  test.each(["", "a b", "a>b", "1a", "!doctype", "/p", "a\0", "p/onload", "\u212aey", "x".repeat(300)])(
    "the tag name %j is refused",
    (tag) => {
      expect(errorOf(() => jsx(tag, {})).code).toBe("HTML_BAD_NAME");
    },
  );

  test("dangerouslySetInnerHTML is an attribute like any other: its object is refused", () => {
    const node = jsx("p", { dangerouslySetInnerHTML: { __html: "<img onerror=alert(1)>" } });
    expect(errorOf(() => renderToString(node)).code).toBe("HTML_BAD_HOLE");
  });

  test("contexts are those of html: schemes, handlers, styles, scripts", () => {
    expect(renderToString(<a href={script}>x</a>)).not.toContain("javascript");
    expect(errorOf(() => renderToString(jsx("p", { onclick: "alert(1)" }))).code).toBe("HTML_HANDLER_HOLE");
    expect(errorOf(() => renderToString(jsx("p", { style: "color:red" }))).code).toBe("HTML_STYLE_HOLE");
    expect(errorOf(() => renderToString(jsx("script", { children: "alert(1)" }))).code).toBe("HTML_SCRIPT_HOLE");
    expect(renderToString(<script>{json("</script>")}</script>)).not.toMatch(/<\/script>.*<\/script>/);
  });

  test("elements without content refuse children", () => {
    expect(renderToString(jsx("br", { children: null }))).toBe("<br>");
    expect(errorOf(() => jsx("br", { children: "x" })).code).toBe("HTML_BAD_HOLE");
    expect(errorOf(() => jsxs("BR", { children: ["x", "y"] })).code).toBe("HTML_BAD_HOLE");
  });

  test("a script's type decides how its data is written, also when the type is dynamic", () => {
    const data = json({ ["__proto__"]: 1 });
    for (const type of ["application/json", "text/javascript", "module"] as const) {
      const own = renderToString(jsx("script", { type, children: data }));
      expect(own).toBe(renderToString(el.script({ type }, data)));
    }
    expect(renderToString(<script type="application/json">{json({ a: 1 })}</script>)).toContain('{"a":1}');
  });
});

describe("attributes whose values come again", () => {
  const alike = ["a", "<", '"', "1", 1, true, false, null, undefined, "", "b", "c", "d"] as const;
  const written = (title: unknown): string =>
    title === null || title === undefined || title === false
      ? ""
      : title === true
        ? "title"
        : `title="${String(title).replace("<", "&lt;").replace('"', "&quot;")}"`;

  test("are written as those that came first, whatever came between", () => {
    for (let i = 0; i < 3000; i++) {
      const title = i % 3 === 0 ? `t${i}` : alike[i % alike.length];
      const node = jsx("dfn", { title, lang: i % 2 === 0 ? "en" : "de", id: i % 5, children: "x" });
      expect(renderToString(node)).toBe(
        `<dfn ${written(title)} lang="${i % 2 === 0 ? "en" : "de"}" id="${i % 5}">x</dfn>`,
      );
    }
  });

  test("are checked each time where they are URLs, and stand behind the nonce", () => {
    for (let i = 0; i < 600; i++) {
      const node = jsx("a", { title: "a", href: i % 2 === 0 ? script : "/b", lang: "en", children: "x" });
      expect(renderToString(node).includes("javascript")).toBe(false);
      expect(renderToString(node).includes('href="/b" lang="en"')).toBe(i % 2 === 1);
      const style = renderToString(jsx("script", { id: `s${i % 2}`, type: "module", src: "/m.js" }), {
        nonce: `n${i}`,
      });
      expect(style).toBe(`<script nonce="n${i}" id="s${i % 2}" type="module" src="/m.js"></script>`);
    }
  });
});

describe("development", () => {
  test("messages name file, line and column", () => {
    const source = { fileName: "/app/page.tsx", lineNumber: 12, columnNumber: 7 };
    const node = jsxDEV("p", { onclick: "x" }, undefined, false, source, undefined);
    expect(errorOf(() => renderToString(node)).message).toContain("/app/page.tsx:12:7");
    expect(errorOf(() => jsxDEV("p", { "a b": 1 }, undefined, false, source)).message).toContain("/app/page.tsx:12:7");
    expect(errorOf(() => renderToString(<p>{bad({})}</p>)).message).toMatch(/jsx\.test\.tsx:\d+:\d+/);
  });

  test("each place has its own template, and keeps it", () => {
    const at = (lineNumber: number): Html =>
      jsxDEV("p", { id: "a" }, undefined, false, { fileName: "/x.tsx", lineNumber, columnNumber: 1 });
    expect(at(1).template).toBe(at(1).template);
    expect(at(1).template).not.toBe(at(2).template);
    expect(at(1).template.hash).toBe(at(2).template.hash);
  });

  test("more places than are kept still render", () => {
    for (let line = 1; line < 6000; line++) {
      const source = { fileName: "/generated.tsx", lineNumber: line, columnNumber: 1 };
      expect(renderToString(jsxDEV("p", { id: line }, undefined, false, source))).toBe(`<p id="${line}"></p>`);
    }
  });
});

describe("precompiled templates", () => {
  test("are parsed once per array of statics", () => {
    const statics = ["<p ", ">", "</p>"];
    const make = (id: string): Html => jsxTemplate(statics, jsxAttr("id", id), jsxEscape("<"));
    expect(make("a").template).toBe(make("b").template);
    expect(make("a").template.slots.map((slot) => slot.kind)).toEqual(["attribute", "child"]);
    expect(renderToString(make('"'))).toBe('<p id="&quot;">&lt;</p>');
  });

  test("give each attribute its own context, also when another name comes later", () => {
    const statics = ["<a ", ">x</a>"];
    const make = (name: string): Html => jsxTemplate(statics, jsxAttr(name, script));
    expect(renderToString(make("title"))).toContain("javascript:alert(1)");
    expect(renderToString(make("href"))).not.toContain("javascript");
    expect(errorOf(() => renderToString(make("onclick"))).code).toBe("HTML_HANDLER_HOLE");
    expect(renderToString(make("title"))).toContain('title="javascript:alert(1)"');
    for (let i = 0; i < 50; i++) expect(renderToString(make(`data-${i}`))).toContain(`data-${i}="javascript`);
  });

  test("keep what stands before a name that is not the first one's", () => {
    const statics = ["<a ", " ", ">", "</a>"];
    const make = (first: string, second: string): string =>
      renderToString(jsxTemplate(statics, jsxAttr(first, "/a"), jsxAttr(second, script), jsxEscape("<")));
    const expected = new Map([
      [["href", "title"], '<a href="/a" title="javascript:alert(1)">&lt;</a>'],
      [["href", "id"], '<a href="/a" id="javascript:alert(1)">&lt;</a>'],
      [["key", "id"], '<a  id="javascript:alert(1)">&lt;</a>'],
      [["id", "href"], '<a id="/a" href="about:invalid#blocked">&lt;</a>'],
    ]);
    for (let round = 0; round < 3; round++) {
      for (const [[first, second], text] of expected) expect(make(first as string, second as string)).toBe(text); // casts: each key has two names
    }
  });

  test("refuses an attribute of jsxTemplate that stands anywhere but in a start tag, by its name", () => {
    const misplaced: readonly (readonly [string, string])[] = [
      ["<p>", "</p>"],
      ["<title>", "</title>"],
      ['<p title="', '"></p>'],
      ["<p title=", "></p>"],
      ["<script>", "</script>"],
    ];
    for (const statics of misplaced) {
      for (const name of ["title", "key", "css"]) {
        expect(errorOf(() => jsxTemplate(statics, jsxAttr(name, "x"))).code).toBe("HTML_BAD_HOLE");
      }
    }
  });

  test("key prints nothing, and data cannot pose as an attribute", () => {
    expect(renderToString(jsxTemplate(["<p ", "></p>"], jsxAttr("key", 1)))).toBe("<p ></p>");
    const forged = bad({ name: "onclick", value: "alert(1)" });
    expect(errorOf(() => renderToString(jsxTemplate(["<p ", "></p>"], forged))).code).toBe("HTML_BAD_HOLE");
    expect(errorOf(() => renderToString(bad(jsxAttr("id", 1)))).code).toBe("HTML_BAD_HOLE");
  });

  test("take a scoped style among the attributes", () => {
    const card = css`:scope { color: red }`;
    const node = jsxTemplate(["<p ", " ", ">x</p>"], jsxAttr("css", card), jsxAttr("id", "a"));
    expect(renderToString(node)).toBe(renderToString(el.p({ css: card, id: "a" }, "x")));
  });

  test("hold components and fragments of the automatic runtime", () => {
    const page = jsxTemplate(["<div>", "</div>"], jsx(Card, { name: "<" }));
    expect(renderToString(jsx(Fragment, { children: page }))).toBe("<div><b>&lt;</b></div>");
  });
});

describe("hostile shapes", () => {
  test("names without end neither grow the cache for others nor change what is printed", () => {
    for (let i = 0; i < 3000; i++) {
      const node = jsx("aside", { id: "a", [`data-x${i}`]: "<", hidden: true, children: "y" });
      expect(treeOf(renderToString(node))).toEqual([["aside", { id: "a", [`data-x${i}`]: "<", hidden: "" }, "y"]]);
    }
    expect(jsx("nav", { id: "a" }).template).toBe(jsx("nav", { id: "b" }).template);
    expect(jsx("aside", { [`data-new${1}`]: 1 }).template).toBe(jsx("aside", { [`data-new${2}`]: 1 }).template);
  });

  test("tag names without end leave the room of standard elements alone", () => {
    for (let i = 0; i < 1500; i++) {
      expect(renderToString(jsx(`x-${i}`, { id: i, children: "<" }))).toBe(`<x-${i} id="${i}">&lt;</x-${i}>`);
    }
    const make = (): Html => jsxs("figure", { id: "a", title: "b", children: ["c", "d"] });
    expect(make().template).toBe(make().template);
    expect(make().template.slots.length).toBe(4);
  });

  test("contexts hold where the cache is full", () => {
    for (let i = 0; i < 300; i++) jsx("form", { [`data-x${i}`]: 1 });
    const form = (props: object): string => renderToString(jsx("form", { "data-full": 1, ...props }));
    expect(form({ action: script })).not.toContain("javascript");
    expect(errorOf(() => form({ onsubmit: "alert(1)" })).code).toBe("HTML_HANDLER_HOLE");
    expect(errorOf(() => form({ "a b": 1 })).code).toBe("HTML_BAD_NAME");
    for (let i = 0; i < 300; i++) jsx("script", { [`data-x${i}`]: 1 });
    const node = jsx("script", { "data-full": 1, type: "application/json", children: json({ a: "</script>" }) });
    expect(JSON.parse((treeOf(renderToString(node))[0] as unknown as string[])[2] as string)).toEqual({
      a: "</script>",
    });
  });

  test("an element with hundreds of attributes or children is written whole", () => {
    const props = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`data-a${i}`, i]));
    const children = Array.from({ length: 100 }, (_, i) => i);
    expect(treeOf(renderToString(jsxs("p", { ...props, children })))).toEqual([
      ["p", Object.fromEntries(Object.entries(props).map(([name, n]) => [name, String(n)])), children.join("")],
    ]);
    expect(renderToString(jsxs("title", { children }))).toBe(`<title>${children.join("")}</title>`);
  });
});
