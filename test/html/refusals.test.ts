import { describe, expect, test } from "vitest";
import { HINTS } from "../../lib/errors/index.ts";
import { html, json, renderToString, spread } from "../../lib/html/index.ts";
import { errorOf, render, templateOf } from "./helpers.ts";

const REFUSED: readonly (readonly [code: keyof typeof HINTS, statics: readonly string[]])[] = [
  ["HTML_TAG_HOLE", ["<", ">"]],
  ["HTML_TAG_HOLE", ["<a", ">"]],
  ["HTML_TAG_HOLE", ["<h", ">x</h1>"]],
  ["HTML_TAG_HOLE", ["</", ">"]],
  ["HTML_TAG_HOLE", ["</p", ">"]],
  ["HTML_TAG_HOLE", ["<p></p ", ">"]],
  ["HTML_TAG_HOLE", ["</p title='", "'>"]],
  ["HTML_TAG_HOLE", ["a <", " b"]],
  ["HTML_NAME_HOLE", ["<p ", "=x>"]],
  ["HTML_NAME_HOLE", ["<p ", " =x>"].map((part) => part.replace(" =", "="))],
  ["HTML_NAME_HOLE", ["<p data-", "=x>"]],
  ["HTML_NAME_HOLE", ["<p a", ">"]],
  ["HTML_NAME_HOLE", ["<p ", "b>"]],
  ["HTML_NAME_HOLE", ["<p ", "", ">"]],
  ["HTML_NAME_HOLE", ['<p a="b"', ">"]],
  ["HTML_NAME_HOLE", ["<p/", ">"]],
  ["HTML_COMMENT_HOLE", ["<!-- ", " -->"]],
  ["HTML_COMMENT_HOLE", ["<!--", "-->"]],
  ["HTML_COMMENT_HOLE", ["<!", ">"]],
  ["HTML_COMMENT_HOLE", ["<!doctype ", ">"]],
  ["HTML_COMMENT_HOLE", ["<?", ">"]],
  ["HTML_COMMENT_HOLE", ["</ ", ">"]],
  ["HTML_COMMENT_HOLE", ["<![CDATA[", "]]>"]],
  ["HTML_COMMENT_HOLE", ["<svg><![CDATA[ > ", "]]></svg>"]],
  ["HTML_RAW_TEXT_HOLE", ["<style>", "</style>"]],
  ["HTML_RAW_TEXT_HOLE", ["<STYLE>a{color:", "}</STYLE>"]],
  ["HTML_RAW_TEXT_HOLE", ["<svg><style>", "</style></svg>"]],
  ["HTML_RAW_TEXT_HOLE", ["<svg><font color=x><xmp>", "</xmp></font></svg>"]],
  ["HTML_RAW_TEXT_HOLE", ["<svg><foreignObject><style>", "</style></foreignObject></svg>"]],
  ["HTML_RAW_TEXT_HOLE", ["<math><mtext><noframes>", "</noframes></mtext></math>"]],
  ["HTML_RAW_TEXT_HOLE", ["<template><style>", "</style></template>"]],
  ["HTML_RAW_TEXT_HOLE", ["<noscript><style>", "</style></noscript>"]],
  ["HTML_RAW_TEXT_HOLE", ["<iframe>", "</iframe>"]],
  ["HTML_RAW_TEXT_HOLE", ["<xmp>", "</xmp>"]],
  ["HTML_RAW_TEXT_HOLE", ["<noembed>", "</noembed>"]],
  ["HTML_RAW_TEXT_HOLE", ["<noframes>", "</noframes>"]],
  ["HTML_RAW_TEXT_HOLE", ["<plaintext>", ""]],
  ["HTML_RAW_TEXT_HOLE", ["<title></tit", "</title>"]],
  ["HTML_RAW_TEXT_HOLE", ["<title><", "</title>"]],
  ["HTML_RAW_TEXT_HOLE", ["<textarea><a href='", "'></textarea>"]],
  ["HTML_SCRIPT_HOLE", ["<script>", "</script>"]],
  ["HTML_SCRIPT_HOLE", ["<script>f('", "')</script>"]],
  ["HTML_SCRIPT_HOLE", ["<script>f(`", "`)</script>"]],
  ["HTML_SCRIPT_HOLE", ["<script type=application/json>", "</script>"]],
  ["HTML_SCRIPT_HOLE", ["<svg><script>", "</script></svg>"]],
  ["HTML_SCRIPT_HOLE", ["<script>x <!-", "</script>"]],
  ["HTML_RAW_TEXT_HOLE", ["<style>a { color: red } ", "</style>"]],
  ["HTML_RAW_TEXT_HOLE", ["<style>", "", "</style>"]],
  ["HTML_RAW_TEXT_HOLE", ["<style>", " a { }</style>"]],
  ["HTML_SRCDOC_HOLE", ["<iframe srcdoc='<p>", "'></iframe>"]],
  ["HTML_SRCDOC_HOLE", ["<iframe srcdoc='", "", "'></iframe>"]],
  ["HTML_SRCDOC_HOLE", ["<x-frame SRCDOC='", " '></x-frame>"]],
  ["HTML_REFRESH_HOLE", ["<meta http-equiv=", " content=x>"]],
  ["HTML_REFRESH_HOLE", ["<meta content=x http-equiv='re", "'>"]],
  ["HTML_URL_HOLE", ["<meta http-equiv=refresh content='0;url=javascript:", "'>"]],
  ["HTML_URL_HOLE", ["<meta content='0;data:text/html,", "' http-equiv=refresh>"]],
  ["HTML_URL_HOLE", ["<script src='data:text/javascript,", "'></script>"]],
  ["HTML_URL_HOLE", ["<iframe src='blob:", "'></iframe>"]],
  ["HTML_URL_HOLE", ["<link rel=stylesheet href='data:image/png,", "'>"]],
  ["HTML_URL_HOLE", ["<link href='mailto:", "' rel=stylesheet>"]],
  ["HTML_UNFINISHED", ["<p"]],
  ["HTML_UNFINISHED", ["<p "]],
  ["HTML_UNFINISHED", ["<p title='"]],
  ["HTML_UNFINISHED", ["<p title=", ""]],
  ["HTML_UNFINISHED", ["<p title='", ""]],
  ["HTML_UNFINISHED", ["<!-- "]],
  ["HTML_UNFINISHED", ["<script>"]],
  ["HTML_UNFINISHED", ["<title>", ""]],
  ["HTML_UNFINISHED", ["<style>"]],
  ["HTML_UNFINISHED", ["<plaintext>"]],
  ["HTML_UNFINISHED", ["a <"]],
  ["HTML_UNFINISHED", ["</p"]],
];

describe("a template is refused, with file and line,", () => {
  test.each(REFUSED)("with %s: %j", (code, statics) => {
    for (const value of ["x", json("x")].slice(0, code === "HTML_SCRIPT_HOLE" ? 1 : 2)) {
      const error = errorOf(() => render(statics, ...statics.slice(1).map(() => value)));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(/helpers\.ts:\d+:\d+\)$/);
      expect(error.hint).toBe(HINTS[code]);
    }
  });
});

test("the place is the template's own, also when its value fails later", () => {
  const line = Number(/:(\d+):\d+\)?$/.exec(new Error("here").stack?.split("\n")[1] ?? "")?.[1]);
  const page = html`<p>${"fine"}</p>${{} as never}`;
  const message = errorOf(() => renderToString(html`<main>${page}</main>`)).message;
  expect(message).toContain(`hole 2 of the template at`);
  expect(message).toMatch(new RegExp(`refusals\\.test\\.ts:${line + 1}:\\d+\\)$`));
});

test("an escape that JavaScript does not know is refused", () => {
  expect(errorOf(() => templateOf([undefined as never], [])).code).toBe("HTML_BAD_TEMPLATE");
});

test("unclosed and misnested elements render as they are", () => {
  expect(renderToString(html`</div><ul><li>${1}<li>${2}</ul><b><i></b></i><p>`)).toBe(
    "</div><ul><li>1<li>2</ul><b><i></b></i><p>",
  );
});

test("promises are refused in every place", () => {
  const promise = Promise.resolve("x");
  const name = "then"; // anything with this method behaves like a promise
  const places = [
    ["<p>", "</p>"],
    ["<p title=", ">"],
    ["<a href='/", "'>"],
    ["<p style=", ">"],
    ["<p onclick=", ">"],
    ["<p x-a=", ">"],
    ["<title>", "</title>"],
    ["<script>", "</script>"],
    ["<img srcset=", ">"],
  ];
  for (const statics of places) {
    for (const value of [promise, () => promise, { [name]: () => undefined }]) {
      expect([statics, errorOf(() => render(statics, value)).code]).toEqual([statics, "HTML_ASYNC_HOLE"]);
    }
  }
});

test("the helpers are refused outside the places they are for", () => {
  expect(errorOf(() => render(["<p>", "</p>"], spread({}))).code).toBe("HTML_BAD_HOLE");
  expect(errorOf(() => render(["<title>", "</title>"], html`x`)).code).toBe("HTML_BAD_HOLE");
  expect(errorOf(() => render(["<p title=", ">"], html`x`)).code).toBe("HTML_BAD_HOLE");
  expect(errorOf(() => render(["<p title=", ">"], ["x"])).code).toBe("HTML_BAD_HOLE");
});

test("messages show no values", () => {
  for (const statics of [
    ["<p>", "</p>"],
    ["<p title=", ">"],
    ["<p onclick=", ">"],
    ["<script>", "</script>"],
    ["<p ", ">"],
  ]) {
    expect(errorOf(() => render(statics, { secret: "hunter2" })).message).not.toMatch(/hunter2|secret/);
  }
});
