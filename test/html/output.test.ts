import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  each,
  type Html,
  type HtmlValue,
  html,
  renderToBytes,
  renderToString,
  unsafeRawHtml,
} from "../../lib/html/index.ts";
import { hashTexts } from "../../lib/html/parse/hash.ts";
import { createBufferPool } from "../../lib/pool/index.ts";
import { hashOracle, treeOf } from "../oracle/html.ts";
import { errorOf, templateOf } from "./helpers.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("bytes equal the string", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom("\ud83d", "\ude00", "é", "<", "a", "漢"),
      fc.string({ unit: "binary", maxLength: 1 }),
    ),
    maxLength: 40,
  });
  const node: fc.Memo<HtmlValue> = fc.memo((depth) =>
    fc.oneof(
      text,
      text.map((value) => html`<p title=${value}>${value}</p>`),
      text.map((value) => unsafeRawHtml(value.replace(/[<>&]/g, ""))),
      ...(depth <= 1 ? [] : [fc.array(node(), { maxLength: 4 }), node().map((child) => html`<div>${child}</div>`)]),
    ),
  );

  test("for random nodes, repeated over several writes, with and without a pool", () => {
    const pool = createBufferPool();
    fc.assert(
      fc.property(node(4), fc.constantFrom(1, 40, 900), (value, times) => {
        const page = html`${each(
          Array(times).fill(value),
          (_, i) => i,
          (item) => item,
        )}`;
        const expected = utf8(renderToString(page));
        expect(Buffer.compare(renderToBytes(page), expected)).toBe(0);
        const lease = renderToBytes(page, { pool });
        expect(Buffer.compare(lease.written(), expected)).toBe(0);
        lease.release();
      }),
      { numRuns: 60 },
    );
    expect(pool.stats().leases).toBe(0);
  });

  test("for a surrogate pair in two holes, at every place around a write", () => {
    for (let size = 16_370; size < 16_390; size++) {
      const page = html`<p>${"x".repeat(size)}${[html`${"\ud83d"}`, html`${"\ude00"}`, html`${"\ud83d"}`]}</p>${"\ud83d"}`;
      expect(Buffer.compare(renderToBytes(page), utf8(renderToString(page)))).toBe(0);
    }
  });

  test("for texts that are not ASCII, at every size around the memory that is kept, each in memory of its own", () => {
    const first = renderToBytes("漢字");
    for (let size = 16_380; size < 16_390; size++) {
      const text = `${"漢".repeat(size - 1)}\ud83d`;
      const bytes = renderToBytes(text);
      expect(Buffer.compare(bytes, utf8(text))).toBe(0);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    }
    expect(first).toEqual(utf8("漢字"));
  });

  test("for short pages, which may lie side by side, and change nothing of one another", () => {
    const texts = Array.from({ length: 200 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat(1 + i * 23));
    const pages = texts.map((text) => renderToBytes(text));
    expect(pages.map((bytes) => new TextDecoder().decode(bytes))).toEqual(texts);
    const short = renderToBytes("x".repeat(1_000));
    try {
      structuredClone(short, { transfer: [short.buffer] }); // copies in Node 20, throws in later ones
    } catch {}
    expect(short).toEqual(utf8("x".repeat(1_000)));
  });

  test("for a page that is rendered while another one is under way, also when that one fails", () => {
    const inner = (): string => new TextDecoder().decode(renderToBytes(html`<i>${"é".repeat(20_000)}</i>`));
    const outer = (): Html => html`<b>${"a".repeat(20_000)}${() => inner().length}</b>`;
    for (let round = 0; round < 3; round++) {
      expect(new TextDecoder().decode(renderToBytes(outer()))).toBe(`<b>${"a".repeat(20_000)}20007</b>`);
      errorOf(() => renderToBytes(html`${"z".repeat(30_000)}${{} as never}`));
    }
  });

  test("for nothing at all and for one large text", () => {
    expect(renderToBytes(null)).toEqual(new Uint8Array(0));
    expect(renderToBytes("é".repeat(100_000))).toEqual(utf8("é".repeat(100_000)));
  });

  test("and lone surrogates are U+FFFD in both", () => {
    expect(renderToString(html`<p title=${"\ud800"}>${"a\udc00b"}</p>`)).toBe('<p title="\ufffd">a\ufffdb</p>');
  });

  test("and a failing render gives its lease back", () => {
    const pool = createBufferPool();
    expect(errorOf(() => renderToBytes(html`<p>${"x".repeat(50_000)}${{} as never}</p>`, { pool })).code).toBe(
      "HTML_BAD_HOLE",
    );
    expect(pool.stats().leases).toBe(0);
  });

  test("and the caller owns exactly the bytes", () => {
    const bytes = renderToBytes(html`${"x".repeat(40_000)}`);
    expect(bytes.buffer.byteLength).toBe(40_000);
  });
});

describe("a nonce", () => {
  const page = (): Html =>
    html`<script>1</script><script src=${"/a.js"} async></script><style>a{}</style><link rel="stylesheet" href="/a.css"><link rel="icon" href="/i.png">
    <script nonce="own">2</script><svg><style>b{}</style></svg><p>${unsafeRawHtml("<script>3</script>")}</p>`;

  test("is put on scripts, styles and stylesheet links that have none", () => {
    const source = renderToString(page(), { nonce: "abc+/9==" });
    const nonces = [...source.matchAll(/<(\w+)[^>]*? nonce="([^"]*)"/g)].map(([, tag, nonce]) => `${tag} ${nonce}`);
    expect(nonces).toEqual([
      "script abc+/9==",
      "script abc+/9==",
      "style abc+/9==",
      "link abc+/9==",
      "script own",
      "style abc+/9==",
    ]);
    expect(treeOf(source.replaceAll(' nonce="abc+/9=="', ""))).toEqual(treeOf(renderToString(page())));
    expect(new TextDecoder().decode(renderToBytes(page(), { nonce: "abc+/9==" }))).toBe(source);
  });

  test.each(["", "a b", 'a"', "é", "a>", "===="])("%j is refused", (nonce) => {
    expect(errorOf(() => renderToString(page(), { nonce })).code).toBe("HTML_BAD_NONCE");
  });
});

describe("depth", () => {
  const nested = (depth: number, wrap: (inner: HtmlValue) => HtmlValue): HtmlValue => {
    let node: HtmlValue = "x";
    for (let i = 0; i < depth; i++) node = wrap(node);
    return node;
  };
  const WRAPS: [string, (inner: HtmlValue) => HtmlValue][] = [
    ["templates", (inner) => html`<b>${inner}</b>`],
    ["arrays", (inner) => [inner]],
    [
      "lists",
      (inner) =>
        each(
          [1],
          (n) => n,
          () => inner,
        ),
    ],
    ["functions", (inner) => () => inner],
    ["readables and arrays", (inner) => ({ [Symbol.for("busbar.read")]: () => [inner] }) as never], // cast: the symbol's type is declared in pool
  ];
  test.each(WRAPS)("of %s is capped far above what pages need and below the stack", (_, wrap) => {
    expect(renderToString(nested(90, wrap))).toContain("x");
    expect(errorOf(() => renderToString(nested(100_000, wrap))).code).toBe("HTML_TOO_DEEP");
    expect(errorOf(() => renderToBytes(nested(100_000, wrap))).code).toBe("HTML_TOO_DEEP");
    expect(errorOf(() => renderToString(nested(100_000, wrap), { live: () => 0 })).code).toBe("HTML_TOO_DEEP");
  });

  test("of 500 templates renders", () => {
    expect(renderToString(nested(500, (inner) => html`<b>${inner}</b>`)).length).toBe(500 * 7 + 1);
  });

  test("without end is an error, not a hang", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const endless = (): unknown => endless;
    for (const value of [cycle, endless])
      expect(errorOf(() => renderToString(value as never)).code).toBe("HTML_TOO_DEEP");
  });
});

describe("a template", () => {
  test("is parsed once per place and shared by its evaluations", () => {
    const make = (value: string): Html => html`<p>${value}</p>`;
    expect(make("a").template).toBe(make("b").template);
    expect(html`<p>${1}</p>`.template).not.toBe(make("a").template);
    expect(html`<p>${1}</p>`.template.hash).toBe(make("a").template.hash);
  });

  test("has a hash of its statics that is the same everywhere", () => {
    expect(html`<p>${1}</p>`.template.hash).toBe(hashOracle(["<p>", "</p>"]));
    expect(hashTexts(["\ud800"])).not.toBe(hashTexts(["\ufffd"]));
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
        expect(hashTexts(texts)).toBe(hashOracle(texts));
      }),
    );
  });

  test("hashes differently wherever its holes are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("", "a", "ab", "b", "\0", "\u0001"), { minLength: 1 }),
        fc.array(fc.constantFrom("", "a", "ab", "b", "\0"), { minLength: 1 }),
        (a, b) => {
          expect(hashTexts(a) === hashTexts(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        },
      ),
    );
  });

  test("gives what each hole is to anyone who asks", () => {
    const statics = [
      "<a href=",
      " title=",
      " onclick=",
      " style=",
      " ",
      ">",
      "</a><script>",
      "</script><script type=module>",
      "</script><img srcset=",
      " x-y=",
      "><a ping=",
      ">",
    ];
    expect(templateOf(statics, []).template.holes.map((hole) => hole.context)).toEqual([
      ...["url", "attribute", "handler", "style", "spread", "child", "script", "script", "srcset", "code", "url-list"],
    ]);
  });
});
