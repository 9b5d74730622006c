import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  boundary,
  createMemoCache,
  css,
  type Html,
  type HtmlValue,
  headStyles,
  html,
  memo,
  renderToBytes,
  renderToChunks,
  renderToString,
  renderToStringAsync,
  type Styles,
  spread,
  styles,
  unsafeRawHtml,
} from "../../lib/html/index.ts";
import { jsx } from "../../lib/html/jsx-runtime/index.ts";
import { HOT_RENDERS } from "../../lib/html/program/program.ts";
import { compiled } from "../../lib/html/program/template.ts";
import { createBufferPool } from "../../lib/pool/index.ts";
import { runs } from "../helpers/runs.ts";
import { templateOf } from "./helpers.ts";
import { chunksText, makePrograms } from "./renderers.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const pool = createBufferPool();

function textOf(node: HtmlValue): string {
  return decoder.decode(renderToBytes(node));
}

function leasedText(node: HtmlValue): string {
  const lease = renderToBytes(node, { pool });
  const text = decoder.decode(lease.written());
  lease.release();
  return text;
}

function writesBytes(node: Html): boolean {
  return compiled(node.template).hot.byteProgram !== undefined;
}

/** Chunks of every length around that of a word, a copy and a whole scratch, then holes side by side. */
const CHUNKS = ["", "a", "é", "<i>", "漢", "<b></b>", "x".repeat(8), "<p>é</p>!", "y".repeat(127), "z".repeat(129)];
const chunk = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...CHUNKS) },
  { weight: 1, arbitrary: fc.constantFrom("é".repeat(700), "w".repeat(20_000), "漢".repeat(12_000)) },
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 110 }),
  fc
    .array(fc.constantFrom("\ud83d", "\ude00", "&", "<", '"', "\0", "\r", "é", "a"), { maxLength: 5 })
    .map((all) => all.join("")),
  fc.constantFrom("&".repeat(96), '"'.repeat(97), "漢".repeat(3_000), "a".repeat(9_000), "\ud83d".repeat(9_000)),
);
const value = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 9, 10, 99, 100, 4_294_967_295, 4_294_967_296, Number.NaN, 1e21) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<HtmlValue>(null, true, 7n, unsafeRawHtml("<hr>\ud83d"), html`<u>${"<"}</u>`),
  },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }) },
);
const href = fc.constantFrom("/a", "b c", "https://c.example/?d=1&e", "javascript:f", "//g", "é", "");
const declarations = fc.constantFrom<Styles>(
  styles({}),
  styles({ backgroundColor: "#fe01AB" }),
  styles({ color: "red", top: 1, "--x": "calc(1px + 2px)" }),
  styles({ fontFamily: '"Noto Sans", serif' }),
  styles({ color: " " }),
  styles({ color: " ", top: 0 }),
  styles({ [`--${"n".repeat(62)}`]: 1 }),
  styles({ [`--${"n".repeat(5_000)}`]: "url(x)" }),
  styles({ [`--${"n".repeat(90)}`]: 1, [`--${"m".repeat(9_000)}`]: 2 }),
);
/** What stands around a hole, and what it is given. */
const hole = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant(["", ""] as const), value) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(["<a title=", "></a>"] as const, ['<a title="x ', '"></a>'] as const), text),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(["<a href=", "></a>"] as const, ["<a id=x href='", "'></a>"] as const), href),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom(["<a style=", "></a>"] as const, ['<a style="', '"></a>'] as const),
      declarations,
    ),
  },
);
const page = fc
  .array(fc.tuple(chunk, hole), { minLength: 1, maxLength: 40 })
  .chain((parts) => fc.tuple(fc.constant(parts), chunk))
  .map(([parts, last]) => {
    const before = parts.map(([start, [[open]]], i) => (parts[i - 1]?.[1][0][1] ?? "") + start + open);
    return templateOf(
      [...before, (parts.at(-1)?.[1][0][1] ?? "") + last],
      parts.map(([, [, given]]) => given),
    );
  });

describe("a page that is written as bytes", () => {
  test("is that of the string, whatever stands in it", () => {
    let written = 0;
    fc.assert(
      fc.property(fc.array(page, { minLength: 1, maxLength: 4 }), fc.boolean(), (pages, isListed) => {
        const node = isListed ? html`<main>${pages}</main>` : pages;
        const expected = renderToString(node, { report: false });
        makePrograms(node);
        expect(textOf(node)).toBe(expected);
        expect(leasedText(node)).toBe(expected);
        if (pages.some(writesBytes)) written++;
      }),
      { numRuns: runs(900) },
    );
    expect(written).toBeGreaterThan(runs(300));
  });

  test("is that of the string for each kind of attribute", () => {
    const links = [
      "/a?b=c&d",
      "//x",
      "/\\x",
      "javascript:x",
      "https://a.example/é",
      "https://a.example/?a=1&b='2'",
      "https://a.example/a b",
      "https:/a.example",
      "http:javascript:x",
      "HTTPS://a.example/",
      "http://",
      `http://a.example/${"&".repeat(79)}`,
      `http://a.example/${"&".repeat(80)}`,
      "",
      "/ a",
      "/\x7f",
      `/${"x".repeat(80)}'`,
    ];
    const row = (href: string, title: string | null | true | number): Html =>
      html`<a href=${href} title=${title} class="a ${title}" style="color:${"red"}">${href}</a>`;
    makePrograms(row("/", ""));
    expect(writesBytes(row("/", ""))).toBe(true);
    for (const href of links) {
      for (const title of ["<\"'>", null, true, 12, "é"] as const) {
        expect(textOf([row(href, title)])).toBe(renderToString([row(href, title)]));
      }
    }
  });

  test("has declarations that come first, in the middle and last in a start tag", () => {
    const given = styles({ color: "red" });
    const row = (style: HtmlValue | Styles, title: string): readonly Html[] => [
      html`<a style=${style}>${title}</a>`,
      html`<a title=${title} style=${style}>${title}</a>`,
      html`<a style=${style} title=${title} class=${title}>${title}</a>`,
      html`<a style="${style}" ${spread({ id: title })} title="${title}">${title}</a>`,
    ];
    for (const one of row(given, "a")) makePrograms(one);
    for (const one of row(given, "a")) expect(writesBytes(one)).toBe(true);
    expect(textOf(row(given, '"'))).toBe(renderToString(row(given, '"')));
    expect(textOf(row(given, "a")[1] as Html)).toBe('<a title="a" style="color: red">a</a>');
    const long = styles({ [`--${"n".repeat(60_000)}`]: 1 });
    for (const style of [styles({ color: "red", top: 1 }), long, styles({ fontFamily: '"a"' }), null, true] as const) {
      expect(textOf(row(style, "a"))).toBe(renderToString(row(style, "a")));
    }
    expect(() => textOf(row("color:red", "a"))).toThrow(expect.objectContaining({ code: "HTML_STYLE_HOLE" }));
  });

  test("is that of the string for URLs that have to be looked at twice, behind a long text", () => {
    const linked = (url: string): Html => templateOf([`<p>${"x".repeat(1_500)}</p><a href=`, ">a</a>"], [url]);
    const urls = Array.from({ length: 40 }, (_, i) =>
      i % 3 === 0 ? `/a${i}` : i % 3 === 1 ? `b${i}` : "javascript:c",
    );
    const page = urls.map(linked);
    const tags = urls.map((href) => jsx("a", { title: '"'.repeat(250), href }));
    makePrograms([...page, ...tags]);
    expect(writesBytes(page[0] as Html)).toBe(true);
    for (const node of [page, tags]) expect(textOf(node)).toBe(renderToString(node));
  });

  test("is that of the string for elements of JSX, whose attributes come again", () => {
    const known = fc.constantFrom("a", "b & c", '"', "é", "\ud83d", "漢".repeat(90), "x".repeat(300), "<", "");
    const worth = fc.oneof(known, text, fc.integer(), fc.boolean(), fc.constant(null));
    const link = fc.constantFrom("/a", "b", "https://c.example/?d=1&e", "javascript:f", "//g", "é");
    const element = fc.record({
      tag: fc.constantFrom("a", "p", "li"),
      head: fc.array(fc.tuple(fc.constantFrom("id", "title", "class", "data-x", "lang"), worth), { maxLength: 4 }),
      href: fc.option(link),
      children: fc.oneof(text, fc.integer()),
    });
    const nodeOf = ({ tag, head, href, children }: typeof element extends fc.Arbitrary<infer T> ? T : never): Html =>
      jsx(tag, { ...Object.fromEntries(head), ...(tag === "a" && href !== null ? { href } : {}), children });
    let written = 0;
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 30 }), (elements) => {
        const nodes = elements.map(nodeOf);
        const expected = renderToString(nodes, { report: false });
        makePrograms(nodes);
        for (let i = 0; i < 2; i++) expect(textOf(elements.map(nodeOf))).toBe(expected);
        if (nodes.every(writesBytes)) written++;
      }),
      { numRuns: runs(400) },
    );
    expect(written).toBeGreaterThan(runs(200));
  });

  test("is whole however many of its characters have to be escaped", () => {
    const row = (mark: string): Html => html`<i a=${mark} b=${mark} c=${mark} d=${mark}>${Array(60).fill(mark)}</i>`;
    const wide = templateOf(Array(101).fill(""), Array(100).fill('"'.repeat(96)));
    const attributes = templateOf(
      Array.from({ length: 101 }, (_, i) => (i === 0 ? '<p a0="' : i === 100 ? '"></p>' : `" a${i}="`)),
      Array(100).fill('"'.repeat(96)),
    );
    for (const node of [html`<p>${Array(300).fill(row('"'.repeat(96)))}</p>`, wide, attributes]) {
      makePrograms(node);
      expect(textOf(node)).toBe(renderToString(node));
    }
  });

  test("is written so once its template is used often, and given short texts", () => {
    const short = (i: number): Html => html`<td>${`n${i}`}</td>`;
    const long = (i: number): Html => html`<td>${"long ".repeat(20 + (i % 3))}</td>`;
    for (let i = 1; i < HOT_RENDERS; i++) renderToBytes([short(i), html``]);
    expect(writesBytes(short(0))).toBe(false);
    for (let i = 0; i < 2 * HOT_RENDERS; i++) renderToBytes(short(i));
    for (let i = 0; i < 2 * HOT_RENDERS; i++) renderToBytes(long(i));
    expect([writesBytes(short(0)), writesBytes(long(0))]).toEqual([true, false]);
    expect(textOf(html`<tr>${[short(1), long(1), short(2)]}</tr>`)).toBe(
      `<tr><td>n1</td><td>${"long ".repeat(21)}</td><td>n2</td></tr>`,
    );
  });

  test("is that of the string in pieces too, wherever promises and boundaries stand in it", async () => {
    const wrap = fc.constantFrom<(node: HtmlValue) => HtmlValue>(
      (node) => node,
      (node) => Promise.resolve(node),
      (node) => Array(17).fill(node), // has a frame of its own
      (node) => () => node,
      (node) => boundary(() => node),
      (node) => boundary(() => Promise.resolve(node), { failed: () => "" }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(page, wrap), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (parts, isListed) => {
          const list = parts.map(([part, around]) => around(part));
          const node = isListed ? html`<main>${list}</main>` : list;
          const expected = await renderToStringAsync(node, { report: false });
          makePrograms(parts.map(([part]) => part));
          expect(await chunksText(node, { report: false })).toBe(expected);
        },
      ),
      { numRuns: runs(400) },
    );
  });

  test("loses what a boundary takes back, also parts that are kept as bytes", () => {
    const cache = createMemoCache();
    const cell = (text: string): Html => html`<b>${text}</b>`;
    const kept = (): HtmlValue => memo("kept", () => html`<p>${"x".repeat(3_000)}</p>`, { cache });
    const fails = (): never => {
      throw new Error("failed");
    };
    const node = (): HtmlValue => [
      boundary(() => [kept(), cell("gone"), html`${fails}`], { failed: () => cell("instead") }),
      boundary(() => [cell("stays"), kept()], { failed: () => "" }),
      cell("after"),
    ];
    makePrograms(cell(""));
    renderToString(kept());
    const expected = `<b>instead</b><b>stays</b><p>${"x".repeat(3_000)}</p><b>after</b>`;
    expect(renderToString(node())).toBe(expected);
    expect(textOf(node())).toBe(expected);
    expect(leasedText(node())).toBe(expected);
  });

  test("has the styles in the head, and behind a part that ended within a character", () => {
    const card = css`.a { color: red }`;
    const row = (text: string): Html => html`<p class="a">${card}${text}</p>`;
    const node = (): Html =>
      html`<head>${"\ud83d"}${headStyles()}${"\ude00"}</head><body>${[row("a"), row("é")]}</body>`;
    makePrograms(node());
    expect(textOf(node())).toBe(renderToString(node()));
    expect(textOf([headStyles(), row("a")])).toBe(renderToString([headStyles(), row("a")]));
  });

  test("is its own when another is rendered, or fails, while it is written", () => {
    const row = (value: HtmlValue): Html => html`<li>${value}</li>`;
    makePrograms(row(""));
    const nested = (): HtmlValue => unsafeRawHtml(textOf([row("inner"), row("&")]));
    const failing = (): HtmlValue => {
      try {
        return textOf([row("lost"), row(Symbol("s") as never)]);
      } catch {
        return "caught";
      }
    };
    for (let i = 0; i < 3; i++) {
      expect(textOf([row("a"), row(nested), row(failing), row("b")])).toBe(
        "<li>a</li><li><li>inner</li><li>&amp;</li></li><li>caught</li><li>b</li>",
      );
      expect(() => textOf([row("lost"), row(Symbol("s") as never)])).toThrow();
      expect(() => leasedText([row("lost"), row(Symbol("s") as never)])).toThrow();
    }
    expect(pool.stats().leases).toBe(0);
  });

  test("is its own when pieces of several are asked for in turns, and one of them fails", () => {
    const row = (value: HtmlValue): Html => html`<li>${value}</li>`;
    makePrograms(row(""));
    const rows = (mark: string): Html[] =>
      Array.from({ length: 9_000 }, (_, i) => row(i % 7 ? mark : [mark, "\ud83d"]));
    const pages = ["a", "é", "b"].map((mark, i) => (i === 1 ? [...rows(mark), row(Symbol("s") as never)] : rows(mark)));
    const readers = pages.map((node) => ({ chunks: renderToChunks(node), parts: [] as Uint8Array[], failure: "" }));
    for (let isLeft = true; isLeft; ) {
      isLeft = false;
      for (const reader of readers) {
        try {
          const next = reader.chunks.next() as Uint8Array | undefined;
          if (next === undefined) continue;
          isLeft = true;
          reader.parts.push(next);
        } catch (error) {
          reader.failure = (error as { readonly code: string }).code;
        }
      }
    }
    const texts = readers.map(({ parts }) => decoder.decode(Buffer.concat(parts)));
    expect(readers.map(({ failure }) => failure)).toEqual(["", "HTML_BAD_HOLE", ""]);
    expect([texts[0], texts[2]]).toEqual([renderToString(pages[0]), renderToString(pages[2])]);
    expect(renderToString(rows("é")).startsWith(texts[1] as string)).toBe(true);
  });

  test("is its own when another is asked for while a piece is made", () => {
    const row = (value: HtmlValue): Html => html`<li>${value}</li>`;
    makePrograms(row(""));
    const inner = (): string => decoder.decode(renderToChunks(Array(20).fill(row("inner"))).next() as Uint8Array);
    const outer = renderToChunks([...Array(20).fill(row("a")), () => unsafeRawHtml(inner()), row("b")]);
    const expected = "<li>a</li>".repeat(20) + "<li>inner</li>".repeat(20);
    expect(decoder.decode(outer.next() as Uint8Array)).toBe(`${expected}<li>b</li>`);
  });

  test("is another array each time", () => {
    const row = (text: string): Html => html`<li>${text}</li>`;
    makePrograms(row(""));
    const first = renderToBytes(row("a"));
    const second = renderToBytes(row("b"));
    expect([decoder.decode(first), decoder.decode(second)]).toEqual(["<li>a</li>", "<li>b</li>"]);
  });
});
