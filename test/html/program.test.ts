// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts look like code on purpose
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  classes,
  css,
  each,
  type Html,
  type HtmlValue,
  html,
  json,
  renderToString,
  spread,
  styles,
  unsafeRawHtml,
} from "../../lib/html/index.ts";
import { jsx } from "../../lib/html/jsx-runtime/index.ts";
import { HOT_RENDERS } from "../../lib/html/program/program.ts";
import { compiled } from "../../lib/html/program/template.ts";
import { runs } from "../helpers/runs.ts";
import { templateOf } from "./helpers.ts";
import { makePrograms } from "./renderers.ts";

// A template with each kind of operation, whole attributes side by side, first and last.
const STATICS = (
  "<a href=§ title=§ id='§' hidden=§ draggable=§ §>§<i class='a § b' style='color:§'>§</i><title>§</title>" +
  "<img src=§ alt=§><script>let a = §</script><b style=§ title=§></b>§§"
).split("§");
const HOLES = STATICS.length - 1;
const card = css`.a { color: red }`;

// What may stand somewhere, and is refused elsewhere.
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom<unknown>("/a", "https://a.example/?b=c&d", "javascript:x", "red", "#fff", "1px;x", ""),
  fc.double(),
  fc.bigInt(),
  fc.constantFrom<unknown>(true, false, null, undefined, json({ a: "</script>" }), classes("x", { y: true })),
  fc.constantFrom<unknown>(
    styles({ color: "red" }),
    styles({ fontFamily: '"a"' }),
    spread({ lang: "e'n" }),
    card,
    () => "later",
    Symbol("s"),
  ),
  fc.constantFrom<unknown>(unsafeRawHtml("<hr>"), html`<u>${"<"}</u>`, ["a", html`<s>${1}</s>`, [2]], { a: 1 }),
);
// Mostly what is right in its place, so that most renders come to their end.
const RIGHT: readonly unknown[] = [
  ...["/a", "t", "i", true, false, spread({ lang: "en" }), "x", "y", "red", 1, "t"],
  ...["/b", "c", json(1), styles({ color: "red" }), "z", [1], null],
];
const filled = fc
  .array(fc.oneof({ weight: 12, arbitrary: fc.constant<unknown>(RIGHT) }, { weight: 1, arbitrary: values }), {
    minLength: HOLES,
    maxLength: HOLES,
  })
  .map((list) => list.map((value, i) => (value === RIGHT ? RIGHT[i] : value)));

afterEach(() => {
  vi.unstubAllGlobals();
});

function outcomeOf(node: HtmlValue): string {
  try {
    return renderToString(node, { report: false });
  } catch (error) {
    return String(error);
  }
}

function hasProgram({ template }: Html): boolean {
  return compiled(template).hot.program !== undefined;
}

describe("the code made for a template that is rendered often", () => {
  test("writes, and refuses, what was written and refused before", () => {
    let whole = 0;
    fc.assert(
      fc.property(filled, (list) => {
        const first = templateOf(STATICS, list);
        const before = outcomeOf(first);
        makePrograms(first);
        expect(hasProgram(first)).toBe(true);
        expect(outcomeOf(first)).toBe(before);
        if (before.startsWith("<a ")) whole++;
      }),
      { numRuns: runs(900) },
    );
    expect(whole).toBeGreaterThan(runs(60));
  });

  test("is made after a number of renders, for each template by itself", () => {
    const row = (text: string): Html => html`<li title=${text}>${text}</li>`;
    for (let i = 1; i < HOT_RENDERS; i++) renderToString(row(`${i}`));
    expect(hasProgram(row("a"))).toBe(false);
    renderToString(row("b"));
    expect(hasProgram(row("a"))).toBe(true);
    expect(renderToString(row('"<'))).toBe('<li title="&quot;&lt;">"&lt;</li>');
  });

  test("holds no text of the template as anything but text", () => {
    const statics = ['<p title="`${x}`\\" + x + \\u2028\u2028\n\r">', "\\</p><!-- */ \" ' -->"];
    const node = templateOf(statics, ["x"]);
    const before = renderToString(node);
    makePrograms(node);
    expect(hasProgram(node)).toBe(true);
    expect(renderToString(node)).toBe(before);
  });

  test("goes on behind the attributes that JSX prints from memory", () => {
    const row = (i: number): Html =>
      jsx("a", { class: "x", id: i, href: `/${i}`, title: i % 2 ? "odd" : null, children: i % 3 ? i : [i, "<"] });
    const texts = Array.from({ length: 6 }, (_, i) => renderToString(row(i)));
    for (let i = 0; i < 2 * HOT_RENDERS; i++) renderToString(row(i));
    expect(hasProgram(row(0)) && hasProgram(row(1))).toBe(true);
    expect(Array.from({ length: 6 }, (_, i) => renderToString(row(i)))).toEqual(texts);
  });

  test("is not made where code may not be, and pages are the same", () => {
    vi.stubGlobal(
      "Function",
      class {
        constructor() {
          throw new EvalError("refused");
        }
      },
    );
    const page = (text: string): Html => html`<ul>${each([1, 2], String, (i) => html`<li id=${i}>${text}</li>`)}</ul>`;
    const first = renderToString(page("&"));
    for (let i = 0; i < 2 * HOT_RENDERS; i++) expect(renderToString(page("&"))).toBe(first);
    expect(hasProgram(page(""))).toBe(false);
  });

  test("is not made for templates that are very long", () => {
    const node = templateOf(Array(502).fill("<b></b>"), Array(501).fill("x"));
    makePrograms(node);
    expect(hasProgram(node)).toBe(false);
  });
});
