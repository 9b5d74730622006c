import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  boundary,
  call,
  classes,
  css,
  each,
  type HtmlValue,
  headStyles,
  html,
  json,
  memo,
  renderToBytes,
  renderToString,
  spread,
  styles,
  unsafeRawHtml,
} from "../../lib/html/index.ts";
import { jsx } from "../../lib/html/jsx-runtime/index.ts";
import { HOT_RENDERS } from "../../lib/html/program/program.ts";
import { templateOf } from "./helpers.ts";

const HALF = "\ud83d";
const LONG = "long ".repeat(30);
const rule = [`.a::before { content: "${HALF}" }`];
const torn = css.global(Object.assign(rule, { raw: rule }));

/** Every place that a text can come from, each as a function of the text. */
const PLACES: Readonly<Record<string, (text: string) => HtmlValue>> = {
  "a text": (text) => text,
  "a child": (text) => html`<p>${text}</p>`,
  "a child in a list": (text) => html`<p>${["a", text, html`<b>${text}</b>`]}</p>`,
  "a row": (text) =>
    html`<ul>${each(
      [text],
      () => 1,
      (item) => html`<li>${item}</li>`,
    )}</ul>`,
  "a function": (text) => html`<p>${() => text}</p>`,
  "an attribute": (text) => html`<p title=${text}></p>`,
  "a part of an attribute": (text) => html`<p title="a ${text}"></p>`,
  "a class": (text) => html`<p class=${classes(text)}></p>`,
  "a style": (text) => html`<p style=${styles({ fontFamily: `"${text}"` })}></p>`,
  "a part of a style": (text) => html`<p style="font-family:${text}"></p>`,
  "a URL": (text) => html`<a href=${`/${text}`}></a>`,
  "a source set": (text) => html`<img srcset=${`/${text} 1x`}>`,
  "the title": (text) => html`<title>${text}</title>`,
  "a textarea": (text) => html`<textarea>${text}</textarea>`,
  "data in a script": (text) => html`<script>let a = ${json(text)}</script>`,
  "a handler": (text) => html`<p onclick=${call("f", text)}></p>`,
  "a spread": (text) => html`<p ${spread({ title: text })}></p>`,
  "a document": (text) => html`<iframe srcdoc=${html`<p>${text}</p>`}></iframe>`,
  "trusted markup": (text) => html`<p>${unsafeRawHtml(text)}</p>`,
  "a boundary": (text) => html`<p>${boundary(() => html`${text}`, { failed: () => "" })}</p>`,
  "what a boundary shows when it failed": (text) =>
    boundary(
      () => {
        throw new Error("failed");
      },
      { failed: () => html`<p>${text}</p>` },
    ),
  "an attribute of JSX": (text) => jsx("p", { title: text, children: "x" }),
};

/** Each with half a pair in it by itself. */
const ALWAYS: Readonly<Record<string, () => HtmlValue>> = {
  "a part that is kept": () => html`<p>${memo("torn part", () => html`<b>${HALF}</b>`)}</p>`,
  "a large part that is kept": () =>
    html`<p>${memo("large torn part", () => html`<b>${HALF}${"x".repeat(4_000)}</b>`)}</p>`,
  "a stylesheet": () => html`<p>${torn}</p>`,
  "a stylesheet in the head": () => html`<head>${headStyles()}</head><body>${torn}</body>`,
  "the statics": () => html`<p>\ud83d${1}</p>`,
  "the statics between tags alone": () => html`<p>\ud83d</p>`,
};

const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");

describe("a string is well-formed wherever half a surrogate pair comes from", () => {
  for (const [place, node] of Object.entries(PLACES)) {
    test(`${place}, at first and when the template is used often`, () => {
      const plain = renderToString(node("x"));
      for (let i = 0; i <= HOT_RENDERS; i++) {
        for (const text of [HALF, `${LONG}${HALF}`, "\ude00", "漢字"]) {
          if (i > 6 && i < HOT_RENDERS && text !== HALF) continue;
          const rendered = renderToString(node(text));
          expect(rendered).toBe(whole(rendered));
          expect(rendered).toBe(new TextDecoder().decode(renderToBytes(node(text))));
        }
        expect(renderToString(node("x"))).toBe(plain);
      }
    });
  }

  for (const [place, node] of Object.entries(ALWAYS)) {
    test(`${place}, each time`, () => {
      for (let i = 0; i < HOT_RENDERS + 2; i++) {
        const rendered = renderToString(node());
        expect(rendered).toContain("\ufffd");
        expect(rendered).toBe(whole(rendered));
      }
    });
  }

  test("and two halves that come together are one character", () => {
    const split = templateOf(["<p>\ud83d", "</p>"], ["\ude00"]);
    for (let i = 0; i < HOT_RENDERS + 2; i++) {
      expect(renderToString(html`<p title="${HALF}${"\ude00"}">${HALF}${"\ude00"}</p>`)).toBe('<p title="😀">😀</p>');
      expect(renderToString(split)).toBe("<p>😀</p>");
    }
  });

  test("when renders stand within renders, and fail", () => {
    const inner = (text: string) => () => {
      try {
        return renderToString(html`<i>${text}${{} as never}</i>`);
      } catch {
        return renderToString(html`<i>${text}</i>`);
      }
    };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(HALF, "\ude00", "a", "漢"), { maxLength: 6 }), (texts) => {
        const rendered = renderToString(html`<p>${texts.map((text) => [text, inner(text)])}</p>`);
        expect(rendered).toBe(whole(rendered));
      }),
    );
  });
});
