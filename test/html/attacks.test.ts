import fc from "fast-check";
import { JSDOM, VirtualConsole } from "jsdom";
import { describe, expect, test } from "vitest";
import { call, html, json, renderToString, spread, styles, unsafeRawHtml } from "../../lib/html/index.ts";
import { treeOf } from "../oracle/html.ts";
import { errorOf, render } from "./helpers.ts";

const BLOCKED = "about:invalid#blocked";

describe("code", () => {
  const CODE_ATTRIBUTES = [
    "x-data",
    "x-on:click",
    "@click",
    "v-html",
    "v-on:click",
    ":class",
    "hx-on:click",
    "hx-on::load",
    "bus-on:click",
  ].concat([
    "ng-click",
    "_",
    "hx-vals",
    "bus-vals",
    "bus-headers",
    "hx-vars",
    "hx-trigger",
    "bus-vals:inherited",
    "bus-headers:inherited",
    "hx-vals:inherited:append",
    "data-hx-trigger:inherited",
    "data-hx-on-click",
    "(click)",
    "data-on-click",
  ]);
  test.each(CODE_ATTRIBUTES)("%s takes json() alone", (name) => {
    expect(errorOf(() => render([`<p ${name}="`, '">'], "alert(1)")).code).toBe("HTML_CODE_HOLE");
    expect(errorOf(() => render([`<p ${name}="f(`, ')">'], "alert(1)")).code).toBe("HTML_CODE_HOLE");
    expect(errorOf(() => render(["<p ", ">"], spread({ [name]: "alert(1)" }))).code).toBe("HTML_CODE_HOLE");
    expect(treeOf(render([`<p ${name}=`, "></p>"], json({ a: "</p>'\"" })))).toEqual([
      ["p", { [name.toLowerCase()]: expect.stringContaining('{"a":"') }],
    ]);
    expect(render([`<p ${name}=`, "></p>"], null)).toBe("<p ></p>");
  });

  test.each(["onclick", "ONCLICK", "onload", "onbegin", "onanything", "on"])(
    "%s takes call() and json() alone",
    (name) => {
      for (const value of ["alert(1)", 1, () => "alert(1)", unsafeRawHtml("x"), html`x`]) {
        expect(errorOf(() => render([`<p ${name}=`, ">"], value)).code).toBe("HTML_HANDLER_HOLE");
        expect(errorOf(() => render([`<p ${name}="f(`, ')">'], value)).code).toBe("HTML_HANDLER_HOLE");
      }
      expect(errorOf(() => render(["<p ", ">"], spread({ [name]: "alert(1)" }))).code).toBe("HTML_HANDLER_HOLE");
      expect(errorOf(() => render([`<p ${name}="f('`, `')">`], json("x"))).code).toBe("HTML_HANDLER_HOLE");
    },
  );

  test("call() and json() hand over any data and nothing else", () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: "binary" }), (text, string) => {
        const data = [
          JSON.parse(text),
          string,
          "</script><script>pwned()</script>",
          "<!--<script>",
          "'\"`+pwned()+`\u2028",
        ];
        const source = renderToString(
          html`<script>take(${json(data)});${call("take", data)}</script><p onclick="${call("take", data)}" onkeyup=${call("take", data)}></p>
            <svg><script>take(${json(data)})</script></svg><script type="application/json">${json(data)}</script>`,
        );
        const taken: string[] = [];
        const { window } = new JSDOM("", { runScripts: "outside-only" });
        window["take"] = (value: unknown) => taken.push(JSON.stringify(value));
        const document = new JSDOM(source).window.document;
        const [first, inSvg, block] = Array.from(
          document.querySelectorAll("script"),
          (script) => script.textContent ?? "",
        );
        for (const code of [
          first,
          document.querySelector("p")?.getAttribute("onclick"),
          document.querySelector("p")?.getAttribute("onkeyup"),
          inSvg,
        ]) {
          window.eval(code ?? "");
        }
        expect(taken).toEqual(Array(5).fill(JSON.stringify(data)));
        expect(JSON.parse(block ?? "")).toEqual(data);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test.each(["a b", "a(", "alert(1)//", "a;b", "", "a.", ".a", "a..b", "a[0]", "<b>", "a\n", "é"])(
    "call() refuses the name %j",
    (name) => {
      expect(errorOf(() => call(name)).code).toBe("HTML_BAD_NAME");
    },
  );

  test("json() refuses what has no JSON form", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const data of [cycle, 1n])
      expect(errorOf(() => render(["<script>", "</script>"], json(data))).code).toBe("HTML_BAD_JSON");
    expect(render(["<script>f(", ")</script>"], json(undefined))).toBe("<script>f(null)</script>");
  });
});

describe("CSS", () => {
  const BAD = [
    "red;background:url(x)",
    "url(javascript:x)",
    "URL(x)",
    "expression(alert(1))",
    "red}",
    "a{",
    "x\\",
    '"',
    "'",
    "</style>",
    "/*",
    "*/",
    "/",
    "a/**/b",
    "@import",
    "-moz-binding:x",
    "javascript:x",
    "red\0",
    "calc(1px",
    "1px)",
    "image-set(x)",
    "e\\xpression(1)",
    "ｅxpression(1)",
    "red:1",
    "<!--",
    "src(x)",
    "element(x)",
  ];
  test.each(BAD)("%j is replaced, in styles() and after a colon", (value) => {
    expect(renderToString(html`<p style=${styles({ color: value })}></p>`)).toBe('<p style="color: blocked"></p>');
    expect(renderToString(html`<p style="color:${value}; top:0"></p>`)).toBe('<p style="color:blocked; top:0"></p>');
  });

  const GOOD = [
    "red",
    "#fff",
    "10px",
    "-1.5e3em",
    "50%",
    "rgb(1, 2, 3)",
    "rgb(1 2 3 / 50%)",
    "calc(100% - 10px)",
    "var(--x)",
    "1px solid red",
    "'Open Sans', serif",
    "1 / 2",
    "bold !important",
    "translate(1px, 2px) rotate(3deg)",
    "linear-gradient(red, blue)",
  ];
  test.each(GOOD)("%j passes", (value) => {
    expect(
      treeOf(
        renderToString(
          html`<p style=${styles({ "--a": value, borderTopColor: value })}></p><p style="top:0;left:${value}"></p>`,
        ),
      ),
    ).toEqual([
      ["p", { style: `--a: ${value}; border-top-color: ${value}` }],
      ["p", { style: `top:0;left:${value}` }],
    ]);
  });

  test("declarations, names, quoted text and url() are refused", () => {
    for (const statics of [
      ["<p style=", ">"],
      ['<p style="', '">'],
      ["<p style='top:0;", "'>"],
      ["<p style='", ":red'>"],
    ]) {
      expect(errorOf(() => render(statics, "color:red")).code).toBe("HTML_STYLE_HOLE");
    }
    for (const start of ["background:url(", "content:'", "a", "color:red;b", "/* ", "@x ", "behavior:"]) {
      expect(errorOf(() => render([`<p style="${start}`, '">'], "x")).code).toBe("HTML_STYLE_HOLE");
    }
    expect(errorOf(() => styles({ "color:red;x": "y" })).code).toBe("HTML_BAD_NAME");
    expect(errorOf(() => styles({ behavior: "x" })).code).toBe("HTML_BAD_NAME");
    expect(renderToString(html`<p style="top:0;${styles({ left: 1 })}"></p>`)).toBe('<p style="top:0;left: 1"></p>');
  });
});

describe("spread()", () => {
  const NAMES = [
    "",
    " ",
    "a b",
    "a>b",
    "a=b",
    'a"b',
    "a'b",
    "a/b",
    "a<b",
    "a\tb",
    "a\0b",
    "a\u007fb",
    "a\u00a0b",
    "a`b",
    "><script>",
    "srcdoc",
    "SRCDOC",
    "http-equiv",
    "bus-slot",
    "\ud800",
    "a\\b",
    "a\uffff",
  ];
  test.each(NAMES)("refuses the name %j", (name) => {
    expect(errorOf(() => render(["<p ", ">"], spread({ [name]: "x" }))).code).toBe("HTML_BAD_NAME");
  });

  test("treats each attribute as if it stood in the template", () => {
    const attributes = JSON.parse(
      '{"__proto__":"p","constructor":"c","title":"\\"><b>","href":"javascript:x","style":null,"onclick":null}',
    );
    expect(treeOf(renderToString(html`<a ${spread(attributes)}></a>`))).toEqual([
      [
        "a",
        Object.assign(Object.create(null), JSON.parse('{"__proto__":"p"}'), {
          constructor: "c",
          title: '"><b>',
          href: BLOCKED,
        }),
      ],
    ]);
    expect(errorOf(() => render(["<p ", ">"], spread({ style: "color:red" }))).code).toBe("HTML_STYLE_HOLE");
    expect(render(["<meta http-equiv=refresh ", ">"], spread({ content: "0;url=javascript:x" }))).toBe(
      `<meta http-equiv=refresh content="${BLOCKED}">`,
    );
    for (const value of ["onclick=alert(1)", { title: "x" }, html`x`, 1, true]) {
      expect(errorOf(() => render(["<p ", ">"], value)).code).toBe("HTML_BAD_HOLE");
    }
    expect(render(["<p ", ">"], null)).toBe("<p >");
  });
});

test("no payload runs in a browser's DOM, wherever it is put", () => {
  const payloads = [
    "<script>pwned()</script>",
    '"><script>pwned()</script>',
    "'><img src=x onerror=pwned()>",
    "--><script>pwned()</script>",
    "</textarea></title></noscript><script>pwned()</script>",
    "]]><script>pwned()</script>",
    "x onmouseover=pwned() ",
    "`onmouseover=pwned()`",
    "</p><svg/onload=pwned()>",
    "\0<script>pwned()</script>",
    "<\0script>pwned()</script>",
    "{{constructor.constructor('pwned()')()}}",
    "&lt;script&gt;pwned()&lt;/script&gt;",
    "+ADw-script+AD4-pwned()+ADw-/script+AD4-",
    "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>",
  ];
  for (const payload of payloads) {
    let ran = false;
    const page = html`<!doctype html><html lang=${payload}><head><title>${payload}</title></head><body class="${payload}" data-a='${payload}'>
      <p title=${payload} id=${payload}>${payload}</p><textarea>${payload}</textarea><noscript>${payload}</noscript>
      <svg><text x=${payload}>${payload}</text><desc>${payload}</desc></svg><a href=${payload} bus-get=${payload}>x</a>
      <script>const data = ${json(payload)};</script><div onclick=${call("noop", payload)} style=${styles({ color: payload })}></div></body></html>`;
    const { window } = new JSDOM(renderToString(page), {
      runScripts: "dangerously",
      virtualConsole: new VirtualConsole(),
      beforeParse: (window) =>
        Object.assign(window, {
          pwned: () => {
            ran = true;
          },
          noop: () => undefined,
        }),
    });
    for (const element of window.document.querySelectorAll("*")) (element as HTMLElement).click?.(); // cast: SVG elements have none
    expect([payload, ran, window.document.querySelectorAll("script").length]).toEqual([payload, false, 1]);
  }
});
