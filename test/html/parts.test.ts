import { JSDOM } from "jsdom";
import { parse } from "parse5";
import { describe, expect, test } from "vitest";
import {
  boundary,
  type Css,
  contextKey,
  createMemoCache,
  css,
  each,
  el,
  type Html,
  type HtmlSettled,
  type HtmlValue,
  headStyles,
  html,
  match,
  memo,
  provide,
  READ,
  renderToBytes,
  renderToChunks,
  renderToString,
  renderToStringAsync,
  spread,
  use,
  when,
} from "../../lib/html/index.ts";
import { createBufferPool } from "../../lib/pool/index.ts";
import { errorOf } from "./helpers.ts";

async function streamed(node: HtmlValue): Promise<string> {
  const chunks = renderToChunks(node);
  let out = "";
  for (let next = await chunks.next(); next !== undefined; next = await chunks.next())
    out += Buffer.from(next).toString();
  return out;
}

describe("provide and use", () => {
  const theme = contextKey("theme", "light");
  const shown = use(theme, (name) => html`<b>${name}</b>`);

  test("hand a value to everything below and to nothing else", () => {
    const page = html`${shown}${provide(theme, "dark", () => html`<p>${shown}${provide(theme, "red", () => shown)}${shown}</p>`)}${shown}`;
    expect(renderToString(page)).toBe("<b>light</b><p><b>dark</b><b>red</b><b>dark</b></p><b>light</b>");
  });

  test("children run inside their scope alone, once per render", () => {
    let runs = 0;
    const page = provide(theme, "dark", () => {
      runs++;
      return shown;
    });
    expect(runs).toBe(0);
    renderToString(page);
    expect(runs).toBe(1);
  });

  test("use without a value is an error that names the key", () => {
    const user = contextKey<string>("user");
    const error = errorOf(() => renderToString(use(user, (name) => name)));
    expect(error.code).toBe("HTML_NO_CONTEXT");
    expect(error.message).toContain("user");
    expect(renderToString(use(contextKey<undefined>("u", undefined), (value) => String(value)))).toBe("undefined");
  });

  test("the scope is as before when a boundary has failed inside", () => {
    const page = html`${boundary(
      () =>
        provide(theme, "dark", () => {
          throw new Error("x");
        }),
      { failed: () => shown },
    )}${shown}`;
    expect(renderToString(page)).toBe("<b>light</b><b>light</b>");
  });

  test("live renders follow the scope too", () => {
    const row = (i: number): HtmlValue => html`<li>${shown}${i}</li>`;
    const page = html`<ul>${provide(theme, "dark", () => each([1, 2], (i) => i, row))}</ul>`;
    const live = renderToString(page, { live: () => 1 });
    expect(live.replace(/<!--.*?-->/g, "")).toBe(renderToString(page));
  });
});

describe("match", () => {
  type Order = { readonly kind: "open"; readonly due: number } | { readonly kind: "paid" };
  const order = (value: Order): HtmlValue =>
    match(value, { open: ({ due }) => html`<b>${due}</b>`, paid: () => "paid" });

  test("chooses by a word or by an object's kind, and calls no other branch", () => {
    expect(renderToString(order({ kind: "open", due: 7 }))).toBe("<b>7</b>");
    expect(renderToString(order({ kind: "paid" }))).toBe("paid");
    expect(match(2 as 1 | 2, { 1: () => "one", 2: () => "two" })).toBe("two");
    expect(match("x" as string, {}, (value) => `other ${value}`)).toBe("other x");
  });

  test("a value without a case is an error, also one that every object inherits", () => {
    for (const word of ["__proto__", "constructor", "toString"]) {
      expect(errorOf(() => match(word as "a", { a: () => "a" })).code).toBe("HTML_NO_CASE");
    }
  });
});

describe("memo", () => {
  test("renders once per key and counts", () => {
    const cache = createMemoCache();
    let runs = 0;
    const footer = (): HtmlValue => memo("footer", () => html`<footer>${++runs}</footer>`, { cache });
    for (let i = 0; i < 3; i++) expect(renderToString(html`<p></p>${footer()}`)).toBe("<p></p><footer>1</footer>");
    expect(cache.stats()).toEqual({ hits: 2, misses: 1, entries: 1, chars: 18 });
    expect(cache.delete("footer")).toBe(true);
    expect(renderToString(footer())).toBe("<footer>2</footer>");
    cache.clear();
    expect(cache.stats().entries).toBe(0);
    expect(renderToString(footer())).toBe("<footer>3</footer>");
  });

  test("is the same in bytes, leases, streams and asynchronous renders", async () => {
    const cache = createMemoCache();
    const large = (): HtmlValue =>
      memo("large", () => Array.from({ length: 2_000 }, (_, i) => html`<li>é${i}</li>`), { cache });
    const page = (): HtmlValue => html`<ul>${large()}</ul>${large()}`;
    const expected = renderToString(page());
    expect(Buffer.from(renderToBytes(page())).toString()).toBe(expected);
    const lease = renderToBytes(page(), { pool: createBufferPool() });
    expect(Buffer.from(lease.written()).toString()).toBe(expected);
    lease.release();
    expect(await renderToStringAsync(page())).toBe(expected);
    expect(await streamed(page())).toBe(expected);
    expect(cache.stats().misses).toBe(1);
  });

  test("keeps to its bounds: the entry not used for longest goes", () => {
    const cache = createMemoCache({ maxEntries: 2, maxChars: 1_000 });
    const part = (key: string, size = 10): string => renderToString(memo(key, () => "x".repeat(size), { cache }));
    part("a");
    part("b");
    part("a");
    part("c");
    expect(cache.stats()).toMatchObject({ entries: 2, chars: 20 });
    expect(cache.delete("b")).toBe(false);
    expect(cache.delete("a")).toBe(true);
    part("too large", 126);
    expect(cache.stats()).toMatchObject({ entries: 1, chars: 10 });
    for (const bad of [0, -1, 1.5, Number.NaN]) {
      expect(errorOf(() => createMemoCache({ maxEntries: bad })).code).toBe("HTML_BAD_LIMIT");
    }
  });

  test("refuses what differs from request to request", () => {
    const signal = { [READ]: () => "x" };
    const key = contextKey("k", "v");
    const nonce = "abc=";
    const refused: HtmlValue[] = [
      html`<script>1</script>`,
      html`<script nonce=${nonce}>1</script>`,
      html`<p>${signal}</p>`,
      html`<p class=${signal}></p>`,
      html`<p>${use(key, (value) => value)}</p>`,
      headStyles(),
    ];
    for (const part of refused) {
      const cache = createMemoCache();
      expect(errorOf(() => renderToString(memo("k", () => part, { cache }))).code).toBe("HTML_MEMO");
      expect(cache.stats().entries).toBe(0);
    }
    expect(errorOf(() => renderToString(memo("k2", () => Promise.resolve("x")))).code).toBe("HTML_ASYNC_HOLE");
  });

  test("refuses what can be read, however it is wrapped, and no boundary hides that", () => {
    const signal = { [READ]: () => "x" };
    const list = { [READ]: () => ["x"] };
    const isOn = { [READ]: () => true };
    const key = contextKey("k", "v");
    const refused: HtmlValue[] = [
      html`<p>${() => signal}</p>`,
      html`<p class=${() => () => signal}></p>`,
      html`<p class="a ${() => signal}"></p>`,
      html`<title>${() => signal}</title>`,
      html`<p ${spread({ title: signal })}></p>`,
      html`<p ${spread({ title: () => signal })}></p>`,
      html`<iframe srcdoc=${() => signal}></iframe>`,
      each(
        list,
        (item) => item,
        (item) => item,
      ),
      each(
        () => list as unknown as string[],
        (item) => item,
        (item) => item,
      ),
      when(isOn, () => "on"),
      html`<p class=${when(isOn, () => "on")}></p>`,
      boundary(() => html`<p>${signal}</p>`, { failed: () => "failed" }),
      boundary(() => use(key, (value) => value), { failed: () => "failed" }),
    ];
    for (const [at, part] of refused.entries()) {
      const cache = createMemoCache();
      const error = errorOf(() => renderToString(memo("k", () => part, { cache })));
      expect([at, error.code]).toEqual([at, "HTML_MEMO"]);
      expect(cache.stats().entries).toBe(0);
    }
  });

  test("takes functions that return what does not change", () => {
    const part = html`<p title=${() => "t"} ${spread({ id: () => "i" })}>${() => () => ["a", 1]}${each(
      () => ["b"],
      (item) => item,
      (item) => item,
    )}${when(
      () => true,
      () => "c",
    )}</p>`;
    expect(renderToString(memo("k", () => part, { cache: createMemoCache() }))).toBe('<p title="t" id="i">a1bc</p>');
  });

  test("a nonce is refused wherever it stands, also when the template was rendered before", () => {
    const script = (nonce: string): HtmlValue => html`<script nonce="${nonce}">1</script>`;
    const behind = (nonce: string): HtmlValue => html`<p title="${"t"}">${"x"}</p><script nonce="${nonce}">1</script>`;
    for (const part of [script, behind]) {
      renderToString(part("abc="));
      const cache = createMemoCache();
      expect(errorOf(() => renderToString(memo("k", () => part("abc="), { cache }))).code).toBe("HTML_MEMO");
      expect(cache.stats().entries).toBe(0);
    }
  });

  test("equal policies share an entry, also when each render spells them out", () => {
    const cache = createMemoCache();
    for (let i = 0; i < 3; i++) {
      renderToString(
        memo("k", () => "x", { cache }),
        { urls: { resourceOrigins: ["https://cdn.example"] } },
      );
    }
    expect(cache.stats()).toMatchObject({ hits: 2, misses: 1 });
  });

  test("URLs are judged anew for another policy", () => {
    const cache = createMemoCache();
    const part = (): HtmlValue => memo("img", () => html`<img src=${"data:image/png;base64,AA=="}>`, { cache });
    expect(renderToString(part())).toContain("about:invalid");
    expect(renderToString(part(), { urls: { dataImages: true } })).toContain("data:image/png");
    expect(renderToString(part())).toContain("about:invalid");
  });
});

describe("css", () => {
  const card = css`:scope { padding: 1px } h2 { color: ${"red"} }`;
  const theme = css.global`body { margin: 0 }`;
  const wide = css`:scope { width: 9px }`;
  const Card = (title: string, inner?: HtmlValue): Html => html`<article ${card}><h2>${title}</h2>${inner}</article>`;
  const layout = (content: HtmlValue): HtmlValue =>
    html`<!doctype html><html><head><title>t</title>${headStyles()}</head><body>${theme}${content}</body></html>`;

  test("is collected in the head, once, whatever renders", async () => {
    const page = layout([Card("a"), Card("b", Card("c"))]);
    const text = renderToString(page, { nonce: "abc=" });
    const { document } = new JSDOM(text).window;
    expect(Array.from(document.head.querySelectorAll("style"), (style) => style.textContent)).toEqual([
      theme.text,
      card.text,
    ]);
    expect(document.body.querySelectorAll("style").length).toBe(0);
    expect(document.head.querySelector("style")?.getAttribute("nonce")).toBe("abc=");
    expect(document.querySelectorAll("article[data-s]").length).toBe(3);
    const plain = renderToString(page);
    expect(Buffer.from(renderToBytes(page)).toString()).toBe(plain);
    const lease = renderToBytes(page, { pool: createBufferPool() });
    expect(Buffer.from(lease.written()).toString()).toBe(plain);
    expect(await renderToStringAsync(page)).toBe(plain);
    expect(await renderToStringAsync(layout([Card("a"), Promise.resolve(Card("b", Card("c")))]))).toBe(plain);
    expect(await streamed(page)).toBe(plain);
  });

  test("large pages have it in the head too, in every render", async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => (i === 2_999 ? Card("é last") : html`<p>${i} é</p>`));
    const plain = renderToString(layout(rows));
    expect(plain.indexOf(card.text)).toBeLessThan(plain.indexOf("<body>"));
    expect(Buffer.from(renderToBytes(layout(rows))).toString()).toBe(plain);
    const late = await streamed(layout(rows));
    expect(late.split(card.text).length).toBe(2);
    expect(late.indexOf(card.text)).toBeGreaterThan(late.indexOf("é last"));
  });

  test("without headStyles it stands behind the first template that uses it", () => {
    expect(renderToString([Card("a"), Card("b")])).toBe(
      `<article data-s="${card.attributes["data-s"]}"><h2>a</h2></article><style>${card.text}</style><article data-s="${card.attributes["data-s"]}"><h2>b</h2></article>`,
    );
  });

  test("two on one element both stand: as two holes, as a list, behind a spread, through a function or a promise", async () => {
    const hash = (sheet: Css): string => String(sheet.attributes["data-s"]);
    const none = spread({ title: "t" });
    const nodes: HtmlValue[] = [
      html`<p ${card} class="x" ${wide}>1</p>`,
      html`<p ${wide} ${card}>2</p>`,
      html`<p ${[card, null, wide]}>3</p>`,
      html`<p ${none} ${card} ${() => wide}>4</p>`,
      html`<p ${() => card} ${none} ${[wide, card]}>5</p>`,
      html`<p ${null} ${theme} ${card} ${wide}>6</p>`,
      el.p({ css: [card, wide] }, "7"),
    ];
    const later = [html`<p ${Promise.resolve(card)} ${wide}>8</p>`, html`<p ${wide} ${Promise.resolve([card])}>9</p>`];
    for (const text of [renderToString(layout(nodes)), await renderToStringAsync(layout([...nodes, ...later]))]) {
      const { document } = new JSDOM(text).window;
      const sheets = Array.from(document.head.querySelectorAll("style"), (style) => style.textContent ?? "");
      expect(sheets.toSorted()).toEqual([theme.text, card.text, wide.text].toSorted());
      expect(document.querySelectorAll("p").length).toBeGreaterThan(6);
      for (const element of document.querySelectorAll("p")) {
        for (const sheet of [card, wide]) {
          const [, root = "", limit = ""] = /^@scope \((.*?)\) to \((.*?)\) \{/.exec(sheet.text) ?? [];
          expect([element.textContent, sheet.text, element.matches(root)]).toEqual([
            element.textContent,
            sheet.text,
            true,
          ]);
          expect(element.matches(limit)).toBe(false);
        }
        expect(element.matches(`[data-s~="${hash(card)}"], [data-s~="${hash(wide)}"]`)).toBe(true);
      }
      const [, other = ""] = / to \((.*?)\) \{/.exec(css`h1 { color: red }`.text) ?? [];
      expect(document.querySelectorAll(other).length).toBe(document.querySelectorAll("p").length);
    }
    const errors: string[] = [];
    // What a function or a promise will give is not known beforehand: there the attribute may stand twice, and the parser takes the first.
    for (const node of nodes.toSpliced(4, 1)) {
      parse(renderToString(html`<!doctype html>${node}`), { onParseError: ({ code }) => void errors.push(code) });
    }
    expect(errors).not.toContain("duplicate-attribute");
    expect(errorOf(() => renderToString(html`<p ${[card, "x"]}></p>`)).message).toMatch(/parts\.test\.ts:\d+:\d+/);
  });

  test("a part that failed takes its styles back; another use brings them again", async () => {
    const broken = boundary(
      () => [
        Card("x"),
        () => {
          throw new Error("x");
        },
      ],
      { failed: () => "failed" },
    );
    for (const text of [renderToString([broken, Card("y")]), await renderToStringAsync([broken, Card("y")])]) {
      expect(text.split(card.text).length).toBe(2);
      expect(text).toContain("failed");
    }
  });

  const wait = (ms: number, value: HtmlSettled): Promise<HtmlSettled> =>
    new Promise((resolve) => setTimeout(() => resolve(value), ms));
  const fails = async (ms: number): Promise<HtmlSettled> => {
    await wait(ms, null);
    throw new Error("x");
  };
  const stylesOf = (text: string): (string | null)[] =>
    Array.from(new JSDOM(text).window.document.querySelectorAll("style"), (style) => style.textContent);

  test("a head that fails while it waits leaves its siblings their styles, whatever stands in for it", async () => {
    const page = (standIn: HtmlValue, ms: number): HtmlValue =>
      html`<!doctype html><html>${boundary(() => html`<head>${headStyles()}<title>${fails(ms)}</title></head>`, {
        failed: () => standIn,
      })}<body>${Card("a")}${wait(2, Card("b"))}${wait(20, html`<p ${wide}>c</p>`)}</body></html>`;
    for (const ms of [0, 10, 30]) {
      for (const text of [
        await renderToStringAsync(page(html`<head><title>t</title></head>`, ms)),
        await streamed(page(html`<head><title>t</title></head>`, ms)),
      ]) {
        expect(stylesOf(text).toSorted()).toEqual([card.text, wide.text].toSorted());
      }
      const text = await renderToStringAsync(page(html`<head><title>t</title>${headStyles()}</head>`, ms));
      expect(stylesOf(text).toSorted()).toEqual([card.text, wide.text].toSorted());
      expect(text.indexOf(wide.text)).toBeLessThan(text.indexOf("<body>")); // asked for when the head stood open
    }
  });

  test("a part that fails while it waits does not take the styles of its siblings with it", async () => {
    for (const head of [null, headStyles()]) {
      const page = (ms: number): HtmlValue =>
        html`<!doctype html><html><head>${head}</head><body>${boundary(() => [Card("lost"), fails(ms)], {
          failed: () => "failed",
        })}${wait(3, Card("kept"))}${wait(5, html`<p ${wide}>c</p>`)}</body></html>`;
      for (const ms of [0, 10]) {
        for (const text of [await renderToStringAsync(page(ms)), await streamed(page(ms))]) {
          expect(text).not.toContain("lost");
          expect(stylesOf(text).toSorted()).toEqual([card.text, wide.text].toSorted());
        }
      }
    }
  });

  test("memoised parts bring their styles along", () => {
    const cache = createMemoCache();
    const page = (): HtmlValue => layout(memo("card", () => Card("a"), { cache }));
    expect(renderToString(page())).toContain(card.text);
    expect(renderToString(page())).toContain(card.text);
  });

  test("equal texts share one attribute, different ones do not", () => {
    const make = (color: string) => css`:scope { color: ${color} }`;
    expect(make("red").attributes).toEqual(make("red").attributes);
    expect(make("red").attributes).not.toEqual(make("blue").attributes);
  });

  test("values are CSS values and nothing else; the text cannot leave its style element or its scope", () => {
    expect(css`p { color: ${"red; } body { display: none"} }`.text).toContain("color: blocked");
    expect(css`p { color: ${"url(https://evil.example)"} }`.text).toContain("color: blocked");
    expect(css`p { width: ${12}px }`.text).toContain("width: 12px");
    expect(errorOf(() => css`</style><script>`).code).toBe("HTML_BAD_CSS");
    for (const open of ["p {", "} p {", "p { content: 'x }", "p { /* }", "a[b { }"]) {
      expect(errorOf(() => css(Object.assign([open], { raw: [open] }) as unknown as TemplateStringsArray)).code).toBe(
        "HTML_BAD_CSS",
      );
    }
    expect(css`p::after { content: "\2014 } "; color: red /* } */ }`.text).toContain('"\\2014 } "');
  });
});

describe("lists that change while they render", () => {
  test("arrays give an error, each() a consistent page", () => {
    const rows: HtmlValue[] = [];
    for (let i = 0; i < 5; i++) rows.push(() => (i === 2 ? rows.push("x") : i));
    expect(errorOf(() => renderToString(html`${rows}`)).code).toBe("HTML_LIST_CHANGED");
    const items = [1, 2, 3];
    const page = html`${each(
      items,
      (i) => i,
      (i) => {
        if (i < 3) items.push(i * 10);
        return html`<b>${i}</b>`;
      },
    )}`;
    expect(renderToString(page)).toBe("<b>1</b><b>2</b><b>3</b>");
  });
});
