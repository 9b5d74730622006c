// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts look like templates on purpose
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { BLOCKED_CSS, checkCssValue, isSimpleCss } from "../../lib/html/encode/css.ts";
import { refreshUrl } from "../../lib/html/encode/refresh.ts";
import { call, each, html, json, renderToString, spread } from "../../lib/html/index.ts";
import { runs } from "../helpers/runs.ts";
import { representable, treeOf } from "../oracle/html.ts";
import { BLOCKED } from "./cases/case.ts";
import { render } from "./helpers.ts";

const LISTED = "https://cdn.example";
const OPTIONS = { urls: { resourceOrigins: [LISTED] } };

// Pieces from which URLs that fool a check are made.
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...["/", "\\", "//", ":", "@", "?", "#", ".", "..", "\t", "\n", "\r", "\0", " ", "\u00a0", "\u200b", "\u3002"],
      ...[
        "http",
        "https",
        "javascript",
        "data",
        "blob",
        "file",
        "HTTPS",
        "evil.example",
        "cdn.example",
        "%2f",
        "[",
        "]",
      ],
      ...["https://cdn.example", "https:", "http://", ":443", ":80", "x", "a/b", "'", '"', "&", ";", ",", "="],
    ),
    fc.string({ unit: "binary", maxLength: 2 }),
  ),
  { maxLength: 7 },
);
const urls = pieces.map((parts) => parts.join(""));

/** Where a browser would go, from a page over TLS and from one without. */
function destinations(url: string): string[] {
  return ["https://own.example/dir/page", "http://own.example/dir/page"].map((page) => {
    try {
      const { origin, protocol } = new URL(url, page);
      return origin === new URL(page).origin ? "own" : origin === "null" ? protocol : origin;
    } catch {
      return "nowhere";
    }
  });
}

function attributeIn(source: string, name: string): string {
  const [node] = treeOf(source);
  if (typeof node !== "object" || "comment" in node) throw new Error("no element");
  return node[1][name] ?? "absent";
}

describe("random URLs", () => {
  test("of resources lead to the page's own origin or a listed one", () => {
    fc.assert(
      fc.property(urls, (url) => {
        for (const node of [
          html`<script src=${url}></script>`,
          html`<script ${spread({ src: url })}></script>`,
          html`<script src="${url}/a"></script>`,
          html`<script src="/${url}"></script>`,
          html`<script src="https://cdn.example/${url}"></script>`,
          html`<script src="https://${url}/"></script>`,
        ]) {
          const value = attributeIn(renderToString(node, OPTIONS), "src");
          if (value === BLOCKED) continue;
          for (const place of destinations(value))
            expect([value, place]).toEqual([value, expect.stringMatching(/^(?:own|nowhere|https:\/\/cdn\.example)$/)]);
        }
      }),
      { numRuns: runs(1_500) },
    );
  });

  test("that are plainly relative or listed pass", () => {
    const segment = fc.stringMatching(/^[\w.~!$&'()*+,;=@%-]{1,8}$/);
    fc.assert(
      fc.property(
        fc.constantFrom("", "/", "./", "../", "?q=", "#", `${LISTED}/`),
        fc.array(segment),
        (start, segments) => {
          const url = start + segments.join("/");
          expect(attributeIn(renderToString(html`<script src=${url}></script>`, OPTIONS), "src")).toBe(url);
        },
      ),
    );
  });

  test("of navigation never have another scheme, nor leave the host behind the author's slash", () => {
    fc.assert(
      fc.property(urls, (url) => {
        const [link, rooted] = [html`<a href=${url}></a>`, html`<a href="/${url}"></a>`].map((node) =>
          attributeIn(renderToString(node), "href"),
        );
        if (link !== BLOCKED) {
          for (const place of destinations(link ?? ""))
            expect([url, place]).toEqual([
              url,
              expect.stringMatching(/^(?:own|nowhere|https?:.*|ftp:.*|mailto:|tel:)$/),
            ]);
        }
        if (rooted !== BLOCKED)
          for (const place of destinations(rooted ?? ""))
            expect([url, place]).toEqual([url, expect.stringMatching(/^(?:own|nowhere)$/)]);
      }),
      { numRuns: runs(1_500) },
    );
  });

  test("in a refresh lead to web pages alone", () => {
    const parts = fc.array(
      fc.constantFrom(
        "0",
        "5",
        ".",
        ";",
        ",",
        " ",
        "\t",
        "\n",
        "u",
        "url",
        "URL",
        "=",
        "'",
        '"',
        "javascript:x",
        "data:x",
        "/a",
        "x",
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(parts, parts, (all, rest) => {
        for (const content of [
          attributeIn(render(["<meta http-equiv=refresh content=", ">"], all.join("")), "content"),
          attributeIn(render(["<meta content='0;url=", "' http-equiv=refresh>"], rest.join("")), "content"),
          attributeIn(
            render(["<meta content='", ";", "' http-equiv=refresh>"], all.join(""), rest.join("")),
            "content",
          ),
        ]) {
          const url = slowRefresh(content);
          expect([content, refreshUrl(content) ?? ""]).toEqual([content, url ?? ""]);
          if (url !== undefined && url !== "")
            for (const place of destinations(url))
              expect([content, place]).toEqual([content, expect.stringMatching(/^(?:own|nowhere|https?:.*)$/)]);
        }
      }),
      { numRuns: runs(1_500) },
    );
  });
});

/** The standard's shared declarative refresh steps, word by word. */
function slowRefresh(input: string): string | undefined {
  let at = 0;
  const isSpace = (): boolean => at < input.length && "\t\n\f\r ".includes(input.charAt(at));
  const isDigit = (): boolean => /^[0-9]$/.test(input.charAt(at));
  const skip = (): void => {
    while (isSpace()) at++;
  };
  skip();
  const start = at;
  while (isDigit()) at++;
  if (at === start && input.charAt(at) !== ".") return undefined;
  while (isDigit() || input.charAt(at) === ".") at++;
  if (at < input.length) {
    if (!isSpace() && input.charAt(at) !== ";" && input.charAt(at) !== ",") return undefined;
    skip();
    if (input.charAt(at) === ";" || input.charAt(at) === ",") at++;
    skip();
  }
  if (at >= input.length) return undefined;
  let url = input.slice(at);
  let skipsQuotes = !/^u/i.test(url);
  if (!skipsQuotes) {
    at++;
    if (/^r/i.test(input.slice(at)) && /^rl/i.test(input.slice(at))) {
      at += 2;
      skip();
      if (input.charAt(at) === "=") {
        at++;
        skip();
        skipsQuotes = true;
      }
    }
  }
  if (!skipsQuotes) return url;
  const quote = input.charAt(at);
  const isQuoted = quote === "'" || quote === '"';
  url = input.slice(isQuoted ? at + 1 : at);
  return isQuoted && url.includes(quote) ? url.slice(0, url.indexOf(quote)) : url;
}

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "</script>",
      "<!--",
      "<script>",
      "'",
      '"',
      "`",
      "${",
      "}",
      "\\",
      "\n",
      "\u2028",
      "*/",
      "//",
      "&quot;",
      "&#39;",
      "</p>",
      "{{",
      "}}",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 10,
});

describe("random tags", () => {
  const EVIL = "https://evil.example/";
  const RELS = ["stylesheet", "icon", "canonical", "Preload icon", "", "style&#115;heet"];
  type Piece = { readonly source: string; readonly values: readonly unknown[] };
  const rel = fc.constantFrom(...RELS).map((text): Piece => ({ source: `rel="${text}"`, values: [] }));
  const relHole = fc
    .constantFrom("rel=§", "rel='§ icon'", "REL=§")
    .chain((source) => fc.constantFrom(...RELS, null, true).map((value): Piece => ({ source, values: [value] })));
  const href = fc.constantFrom("href=§", "HREF='§'", "href='§x'").map((source): Piece => ({ source, values: [EVIL] }));
  const spreads = fc
    .record(
      { rel: fc.constantFrom(...RELS, null, true), REL: fc.constantFrom(...RELS), href: fc.constant(EVIL) },
      { requiredKeys: [] },
    )
    .map((attributes): Piece => ({ source: "§", values: [spread(attributes)] }));

  test("of links load nothing that runs or styles from elsewhere, whatever the order of their attributes", () => {
    let passed = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(rel, relHole, href, spreads), { maxLength: 4 }), (parts) => {
        const source = `<link ${parts.map((part) => part.source).join(" ")} >`;
        const output = render(source.split("§"), ...parts.flatMap((part) => part.values));
        if (!attributeIn(output, "href").startsWith(EVIL)) return;
        passed++;
        expect([output, attributeIn(output, "rel")]).toEqual([
          output,
          expect.not.stringMatching(/^$|^absent$|(?:^|\s)(?:stylesheet|preload)(?:\s|$)/i),
        ]);
      }),
      { numRuns: runs(1_500) },
    );
    expect(passed).toBeGreaterThan(runs(50));
  }, 60_000);

  test("of metas refresh to no code, whatever the order of their attributes", () => {
    const bad = "0;url=javascript:x";
    const piece = fc.constantFrom<Piece>(
      { source: "http-equiv=refresh", values: [] },
      { source: "HTTP-EQUIV=' Refre&#115;h'", values: [] },
      { source: "http-equiv=x", values: [] },
      { source: "name=x", values: [] },
      { source: "content=§", values: [bad] },
      { source: "content='§'", values: [() => bad] },
      { source: "content='0;url=§'", values: ["javascript:x"] },
      { source: "§", values: [spread({ content: bad })] },
      { source: "§", values: [spread({ CONTENT: bad, name: "y" })] },
    );
    let passed = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (parts) => {
        const output = render(
          `<meta ${parts.map((part) => part.source).join(" ")} >`.split("§"),
          ...parts.flatMap((part) => part.values),
        );
        if (!attributeIn(output, "content").includes("javascript")) return;
        passed++;
        expect([output, attributeIn(output, "http-equiv")]).toEqual([output, expect.not.stringMatching(/refresh/i)]);
      }),
      { numRuns: runs(2_000) },
    );
    expect(passed).toBeGreaterThan(runs(50));
  }, 60_000);
});

describe("random values", () => {
  test("in lists within lists keep their place and text", () => {
    fc.assert(
      fc.property(fc.array(fc.array(hostile, { maxLength: 3 }), { maxLength: 4 }), (rows) => {
        const list = (cells: readonly string[]) =>
          each(
            cells,
            (_, i) => i,
            (cell) => html`<li title=${cell}>${cell}</li>`,
          );
        const node = html`<ul>${each(
          rows,
          (_, i) => i,
          (cells) => html`<li><ul>${list(cells)}</ul></li>`,
        )}</ul>`;
        const cells = (own: readonly string[]) =>
          own.map((cell) => ["li", { title: representable(cell) }, ...(cell === "" ? [] : [representable(cell)])]);
        expect(treeOf(renderToString(node))).toEqual([
          ["ul", {}, ...rows.map((own) => ["li", {}, ["ul", {}, ...cells(own)]])],
        ]);
      }),
      { numRuns: runs(200) },
    );
  });

  test("in every kind of place of one page keep the structure", () => {
    const page = (value: string) =>
      html`<!doctype html><html><head><title>${value}</title><meta name=x content=${value}><link rel=icon href=${value}></head><body class=${value}>
<p id="${value}" data-a='x${value}y'>${value}</p><textarea>${value}</textarea><svg><text y=${value}>${value}</text><use href=${value} /></svg>
<math><mi>${value}</mi></math><table><tr><td ${spread({ title: value })}>${value}</td></tr></table><template><i>${value}</i></template>
<img src=${value} srcset="${value} 1x" alt=${value}><a href=${value} ping=${value} bus-get=${value} onclick=${call("f", value)} x-data=${json(value)}>${value}</a>
<iframe src=${value} srcdoc=${html`<b>${value}</b>`}></iframe><script>f(${json(value)})</script><script type=application/json>${json(value)}</script></body></html>`;
    const shape = (value: string): unknown[] => {
      const { document } = new JSDOM(renderToString(page(value))).window;
      return Array.from(document.querySelectorAll("*"), (element) => [
        element.tagName,
        element.getAttributeNames(),
        element.childNodes.length === 0,
      ]);
    };
    const usual = shape("x");
    fc.assert(
      fc.property(hostile, (value) => {
        expect(shape(`${value}z`)).toEqual(usual);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  test("of CSS that pass are one declaration's value", () => {
    const css = fc
      .array(
        fc.constantFrom(
          "red",
          "1px",
          "(",
          ")",
          "[",
          "]",
          "calc(",
          "url(",
          "expression(",
          "'",
          '"',
          ";",
          "{",
          "}",
          ":",
          "/*",
          "*/",
          "/",
          "\\",
          "!",
          "important",
          ",",
          " ",
          "#f",
          "-",
          "@",
          "<",
          "é",
          "var(--x)",
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(css, (value) => {
        const checked = checkCssValue(value);
        if (checked === BLOCKED_CSS) return;
        expect(checked).toBe(value.trim());
        expect(checked.replace(/"[^"]*"|'[^']*'/g, "")).not.toMatch(/[;{}:\\@<"']|\/\*|url|expression/);
        // A declaration behind it is still one.
        const { document } = new JSDOM(`<p style="--a: ${checked.replaceAll('"', "&quot;")}; --b: 1">`).window;
        expect(document.querySelector("p")?.style.getPropertyValue("--b")).toBe("1");
      }),
      { numRuns: runs(400) },
    );
  }, 60_000);
});

test("a number or a colour is told apart from all other values of CSS as a regular expression would", () => {
  const twin = /^(?:#[\da-f]{3,8}|[-+]?(?:\d+\.?\d*|\.\d+)(?:%|[a-z]{1,4})?)$/i;
  const parts = fc.constantFrom(
    "#",
    "a",
    "F",
    "0",
    "9",
    "g",
    ".",
    "-",
    "%",
    "px",
    "é",
    "\u0661",
    "\uff11",
    "\u212a",
    "\n",
    " ",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 11 }), fc.boolean(), (list, isColour) => {
      const value = (isColour ? "#" : "") + list.join("");
      expect(isSimpleCss(value)).toBe(twin.test(value));
    }),
    { numRuns: runs(3000) },
  );
});
