import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { WHOLE_PAGE } from "../../client/core/markup.ts";
import { split, words } from "../../client/core/selectors.ts";

/** Pieces without a comma or space outside of quotes and brackets. */
const piece = fc
  .array(
    fc.constantFrom(
      "a",
      "#b",
      ".c",
      ">",
      ":is(p, q)",
      "(x, (y z))",
      '"q, (r"',
      "'s ['",
      "[t='u, v']",
      ":not(:has(w, x))",
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(""));

describe("lists of selectors and triggers", () => {
  test("are split at the commas outside of quotes and round brackets", () => {
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(",", ", ", " ,\n "),
        (pieces, comma) => {
          assert.deepEqual(
            split(pieces.join(comma)).map((one) => one.trim()),
            pieces,
          );
        },
      ),
    );
  });

  test.each([
    ['[title="a, b"], c', ['[title="a, b"]', "c"]],
    ["a,,b,", ["a", "b"]],
    ["a (b, c", ["a (b, c"]],
    ["a), b", ["a)", "b"]],
    ["it's, b", ["it's", "b"]],
  ])("%s", (text, expected) => {
    assert.deepEqual(split(text), expected);
  });
});

describe("words", () => {
  test.each([
    ["click", "click", {}],
    ["every 2s", "every", { "2s": "" }],
    ["keyup changed delay:300ms", "keyup", { changed: "", delay: "300ms" }],
    ["click from:(#a input) once", "click", { from: "#a input", once: "" }],
    ["click from:closest form once", "click", { from: "closest form", once: "" }],
    ['click target:"a b"', "click", { target: "a b" }],
    ["keyup [:key=='a b' && !ctrlKey]", "keyup", { "[": "key=='a b' && !ctrlKey]" }],
    ["x delay:1s delay:2s", "x", { delay: "1s" }],
    ["x target::is(a,b)", "x", { target: ":is(a,b)" }],
    ["x __proto__:y", "x", { ["__proto__"]: "y" }],
  ])("%s", (text, name, expected) => {
    const [read, modifiers] = words(text);
    assert.equal(read, name);
    assert.deepEqual(Object.entries(modifiers).sort(), Object.entries(expected).sort());
  });

  test("name the last modifier first, so that the first one is asked first", () => {
    assert.deepEqual(Object.keys(words("x a b:1 c")[1]), ["c", "b", "a"]);
  });
});

// Each of these took minutes where a character was read more than a few times.
describe("long texts are read once", () => {
  const size = 500_000;
  const units = [
    "(",
    "((",
    "((a ",
    "[",
    "\"'",
    "'",
    "(x)((x)",
    "a,",
    "(((x)",
    "(a(b(c)d)e)",
    "[\n(\n",
    '(["',
    ")",
    "a:b ",
  ];
  test.each(units)("%j again and again", (unit) => {
    const text = unit.repeat(size / unit.length);
    split(text);
    words(text);
  });

  test("also of many different modifiers", () => {
    const names = Array.from({ length: 50_000 }, (_, i) => `k${i}:1`);
    assert.equal(Object.keys(words(`x ${names.join(" ")}`)[1]).length, 50_000);
  });
});

describe("a whole page", () => {
  test.each([
    ["<!doctype html>", true],
    ["\ufeff <!-- a --> \n<html>", true],
    ["<!-- <p> --><HEAD>", true],
    ["<title>", true],
    ["<header>", false],
    ["<!-- --> x <!-- --><html>", false],
    ["<!-- <html>", false],
    ["", false],
  ])("%j: %s", (text, expected) => {
    assert.equal(WHOLE_PAGE.test(text), expected);
  });

  test.each([
    ["spaces", " ".repeat(5_000_000)],
    ["a comment", `<!--${"x".repeat(5_000_000)}-->`],
    ["comments", "<!-- x -->\n".repeat(100_000)],
    ["comments that never end", "<!--".repeat(1_000_000)],
  ])("is told behind as many %s as there may be", (_, before) => {
    assert.equal(WHOLE_PAGE.test(`${before}<p>`), false);
    assert.equal(WHOLE_PAGE.test(`${before}<html>`), !before.endsWith("<!--"));
  });
});
