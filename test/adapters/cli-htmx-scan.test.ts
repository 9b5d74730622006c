import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit } from "../../adapters/cli/htmx/audit.ts";
import { isFilter } from "../../adapters/cli/htmx/filter.ts";
import { scanMarkup } from "../../adapters/cli/htmx/markup.ts";
import { createPlaces } from "../../adapters/cli/htmx/places.ts";
import { HOLE } from "../../adapters/cli/htmx/types.ts";
import { usesIn } from "../../adapters/cli/htmx/uses.ts";
import { runs } from "../helpers/runs.ts";

const fragments = [
  ...[
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "-->",
    "<p ",
    "<form>",
    "</form>",
    "</p>",
    "<script>",
    "<a<b",
    "=",
    '"',
    "'",
    "`",
    "\\",
    '\\"',
    " ",
    "\n",
    "\r\n",
  ],
  ...[
    "{",
    "}",
    "{{",
    "}}",
    "{{{",
    "}}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "<%",
    "%>",
    "<?",
    "?>",
    "${",
    "#{",
    "@x(",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    "+",
  ],
  ...[
    "hx-get",
    "hx-on:click",
    "hx-vals",
    "data-hx-trigger",
    "hx-swap-oob",
    "hx_get",
    "HX-Trigger",
    "htmx:afterSwap",
    "htmx.ajax(",
    "htmx-added",
    "\uFFFC",
    "\0",
    "&quot;",
  ],
];
const soup = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 4, unit: "binary" })), { maxLength: 60 })
  .map((parts) => parts.join(""));
const extensions = fc.constantFrom("html", "pug", "js", "py", "rb", "tsx", "css", "");

/** The slow twin of `createPlaces`. */
const placeOf = (text: string, at: number): { line: number; column: number } => {
  const lines = text.slice(0, at).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
};

describe("the scanner, in any text,", () => {
  test("ends, and says where each tag and attribute stands", () => {
    fc.assert(
      fc.property(soup, (text) => {
        let last = -1;
        for (const { at, name, attributes } of scanMarkup(text)) {
          expect(text.startsWith(`<${name}`, at)).toBe(true);
          for (const { at: place, name: own, end, raw } of [
            { at, name: `<${name}`, end: at + 1, raw: "" },
            ...attributes,
          ]) {
            expect(place).toBeGreaterThan(last);
            expect(end).toBeGreaterThan(place);
            expect(text.startsWith(own.split(HOLE)[0] ?? "", place)).toBe(true);
            expect(text.slice(place, end)).toContain(raw);
            last = place;
          }
        }
      }),
      { numRuns: runs(3_000) },
    );
  });

  test("finds only what stands there, and nothing that is judged throws", () => {
    fc.assert(
      fc.property(soup, extensions, fc.constantFrom(2, 4), (text, extension, from) => {
        for (const { at, name, kind } of usesIn(text, extension)) {
          const written = text
            .slice(at, at + 400)
            .toLowerCase()
            .replaceAll("_", "-");
          const start =
            kind === "call"
              ? "htmx."
              : kind === "setting" || kind === "script"
                ? ""
                : kind === "element"
                  ? "<"
                  : name.split(HOLE)[0];
          expect(
            written
              .replace(/^(?::|v-bind:|x-bind:|\[attr\.|http-)/, "")
              .startsWith((start ?? "").toLowerCase().replaceAll("_", "-")),
          ).toBe(true);
        }
        for (const { line, column } of audit([{ file: `a.${extension}`, text }], from).findings) {
          expect(text.split("\n")[line - 1]?.length).toBeGreaterThanOrEqual(column - 1);
        }
      }),
      { numRuns: runs(3_000) },
    );
  });

  test("counts lines and columns as a slow reader does", () => {
    fc.assert(
      fc.property(soup, fc.nat(), (text, seed) => {
        const at = seed % (text.length + 1);
        expect(createPlaces(text)(at)).toEqual(placeOf(text, at));
      }),
    );
  });
});

/** Text without what starts or ends anything. */
const plain = fc.stringMatching(/^[a-z0-9 .:&#@*\n-]{0,12}$/);
const value = fc.stringMatching(/^[a-z0-9 .:#<>=/;,+()-]{0,12}$/);
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the values are template languages
const attribute = fc.oneof(
  fc.record({
    name: fc.constantFrom("hx-get", "hx-swap", "data-hx-on:click", "class", "@click"),
    value,
    quote: fc.constantFrom('"', "'"),
  }),
  fc.record({
    name: fc.constant("hx-get"),
    value: fc.constantFrom('{{ a " b }}', "{% url 'x' %}", '<%= f("a") %>', '${a ? "b" : `c`}'),
    quote: fc.constantFrom('"', "'"),
  }),
);
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above
const between = fc.constantFrom("", "{{#if a}}", "{% endif %}", "<% if (a > b) { %>", "<?php } ?>", "{...rest}");
const piece = fc.oneof(
  fc.record({
    kind: fc.constant("tag" as const),
    attributes: fc.array(fc.tuple(between, attribute), { maxLength: 4 }),
    end: fc.constantFrom(">", " />", "\n>"),
  }),
  fc.record({
    kind: fc.constant("text" as const),
    text: fc.oneof(plain, fc.constantFrom("</p>", "<!-- <p hx-get='a'> -->", "{% if a %}", "a < b")),
  }),
);

describe("the scanner, in templates,", () => {
  test("finds every attribute at its place, with its value", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let text = "";
        const expected: (readonly [name: string, at: number, raw: string])[] = [];
        for (const item of pieces) {
          if (item.kind === "text") text += item.text;
          else {
            text += "<p";
            for (const [construct, { name, value: raw, quote }] of item.attributes) {
              text += ` ${construct} `;
              expected.push([name, text.length, raw]);
              text += `${name}=${quote}${raw}${quote}`;
            }
            text += item.end;
          }
        }
        const found = scanMarkup(text).flatMap(({ attributes }) =>
          attributes.map(({ name, at, raw }) => [name, at, raw]),
        );
        expect(found).toEqual(expected);
      }),
      { numRuns: runs(2_000) },
    );
  });

  const values: readonly (readonly [text: string, value: string | undefined])[] = [
    ["<p a>", undefined],
    ["<p a=>", ""],
    ["<p a=b/c>", "b/c"],
    ["<p a = 'b'>", "b"],
    [`<p a="&quot;&amp;&lt;&#39;&nope;">`, `"&<'&nope;`],
    [`<p a="x{{ y }}z">`, `x${HOLE}z`],
    ["<p a={'b'}>", "b"],
    ["<p a={b}>", HOLE],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is JSX
    ["<p a={`b${c}`}>", HOLE],
    [`"<p a=\\"b\\">"`, "b"],
    [`'<p a="' + b + '">'`, HOLE],
    [`<p a="b`, HOLE],
  ];
  for (const [text, expected] of values)
    test(`reads ${text}`, () => expect(scanMarkup(text)[0]?.attributes[0]?.value).toBe(expected));

  test("takes a quote that is never closed for something else", () => {
    const text = `<p title="${"x".repeat(10_001)}" hx-get='/a'><p hx-get="/b">`;
    expect(scanMarkup(text).at(-1)?.attributes).toMatchObject([{ name: "hx-get", value: "/b" }]);
  });

  test("knows what is open around a tag", () => {
    const around = (text: string): unknown => {
      const { parent, inForm } = scanMarkup(text).at(-1) ?? {};
      return [parent, inForm];
    };
    expect(around("<form><br><p><i></p><b>")).toEqual(["form", true]);
    expect(around("<form></form><b>")).toEqual([undefined, false]);
    expect(around("<ul><li/><b>")).toEqual(["ul", false]);
    expect(around(`${"<i>".repeat(600)}${"</i>".repeat(600)}<b>`)).toEqual([undefined, false]);
  });
});

describe("a filter that is read without being run", () => {
  const good = [
    "ctrlKey",
    "!ctrlKey",
    "key=='Enter' && !ctrlKey",
    "detail.id === 7",
    `a || b && c != "x y"`,
    "target.value!==''",
    "a==-1",
    "a == null",
  ];
  const bad = [
    "",
    "a()",
    "a < 3",
    "a > 3",
    "this.x + 1",
    "a ==",
    "== a",
    "a b",
    "(a",
    "a)",
    "a && ",
    "a = 1",
    "a[0]",
    "`a`",
    "a ? b : c",
    "key==','",
    "key==']'",
    "(a || b) && c",
    "'Enter'==key",
    "a == b",
    "a == (1)",
    `a${" ".repeat(100_000)}b`,
  ];
  for (const text of good) test(`is ${text}`, () => expect(isFilter(text)).toBe(true));
  for (const text of bad) test(`is not ${text.slice(0, 20)}`, () => expect(isFilter(text)).toBe(false));
});
