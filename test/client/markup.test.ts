import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { difference, isPlain } from "./harness/parsers.ts";
import { markup } from "./harness/soup.ts";

describe("a piece of a page that the client parses as a body", () => {
  test("becomes what a template makes of it, in jsdom", () => {
    fc.assert(
      fc.property(markup, (html) => {
        fc.pre(isPlain(html));
        assert.equal(difference(html), undefined);
      }),
      { numRuns: 300, maxSkipsPerRun: 50 },
    );
  });

  test.each([
    `<div class="row"><a href="/1">1</a></div>`,
    "<li>one<li>two",
    "<p>a</p>\n<!-- c -->\n<p>b</p>",
    `<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>`,
    "<span>a</span> b",
  ])("%s is one", (html) => assert.ok(isPlain(html)));

  test.each([
    "<tr><td>1</td></tr>",
    "<col>",
    "<caption>c</caption>",
    " <p>a</p>",
    "<!--c--><p>a</p>",
    `<link rel="x">`,
    `<meta name="x"><p>a</p>`,
    "<style>i{}</style><p>a</p>",
    "<script></script><p>a</p>",
    "<base><p>a</p>",
    "<p><table></table>",
    "<div></div></body><!--c-->",
    "<div></div></html><!--c-->",
    "<div></div><frameset></frameset>",
  ])("%s is none", (html) => {
    assert.ok(!isPlain(html));
    assert.notEqual(difference(html), undefined);
  });
});
