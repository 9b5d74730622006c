import assert from "node:assert/strict";
import { beforeEach, describe, test } from "vitest";
import type { RequestContext, SwapPart } from "../../../client/core/index.ts";
import { checkPlan } from "../../../client/dev/checks/parts.ts";
import { checkHeaders, checkUnshown, checkVary, isWholePage, type Kinds } from "../../../client/dev/checks/replies.ts";
import { get, kit, part, request, type Stage, stage } from "./stage.ts";

beforeEach(() => {
  document.body.innerHTML = `<a id="go" href="/link" bus-get="/x">x</a><p id="list"></p>`;
});

const reply = (headers: Record<string, string>, status = 200): Response => new Response(null, { status, headers });

function told(stage: Stage, code: string, says: RegExp): void {
  assert.deepEqual(stage.found(), [`${code} a#go`], stage.messages().join("\n"));
  assert.match(stage.messages()[0] ?? "", says);
}

describe("headers of replies", () => {
  const check = (headers: Record<string, string>, given: Partial<RequestContext> = {}, hasHtmx = false): Stage => {
    const set = stage({}, { hasHtmx });
    checkHeaders(request(given), reply(headers), set.scene);
    return set;
  };

  test.each<[name: string, wrong: Record<string, string>, says: RegExp, right: Record<string, string>]>([
    [
      "with a slip",
      { "Bus-Tigger": "a" },
      /bus-tigger, which nothing reads; did you mean bus-trigger\?/,
      { "Bus-Trigger": "a" },
    ],
    ["that nothing is close to", { "Bus-Wheelbarrow": "a" }, /nothing reads$/, { "X-Wheelbarrow": "a" }],
    ["of htmx", { "HX-Trigger": "a" }, /hx-trigger, which nothing reads; write Bus-trigger/, { "Bus-Trigger": "a" }],
    ["events that are not JSON", { "Bus-Trigger": "{a:1}" }, /cannot be used/, { "Bus-Trigger": `{"a":1}` }],
    ["an unknown style", { "Bus-Reswap": "inerHTML" }, /did you mean innerHTML\?/, { "Bus-Reswap": "outerHTML" }],
    [
      "a place that is not there",
      { "Bus-Retarget": "#none" },
      /nothing in the page matches/,
      { "Bus-Retarget": "#list" },
    ],
    ["a place that does not parse", { "Bus-Retarget": "#[" }, /cannot be used/, { "Bus-Retarget": "closest body" }],
    [
      "another origin's address",
      { "Bus-Push-Url": "https://example.org" },
      /of another origin/,
      { "Bus-Push-Url": "/y" },
    ],
  ])("%s", (_name, wrong, says, right) => {
    told(check(wrong), "reply-header", says);
    assert.deepEqual(check(right).messages(), []);
  });

  test("htmx's are htmx's where it runs", () => {
    assert.deepEqual(check({ "HX-Trigger": "a" }, {}, true).messages(), []);
  });
});

describe("replies that are not shown", () => {
  const check = (given: Partial<RequestContext>, headers: Record<string, string>, status: number): Stage => {
    const set = stage();
    checkUnshown(request(given), reply(headers, status), set.scene);
    return set;
  };

  test("an error that nothing asked to be shown", () => {
    told(check({ swaps: false }, { "content-type": "text/html" }, 500), "reply-status", /500 to GET \/x is not shown/);
    assert.deepEqual(check({ swaps: true }, { "content-type": "text/html" }, 422).messages(), []);
    assert.deepEqual(check({ swaps: false }, {}, 204).messages(), []);
  });

  test("a content type that is neither HTML nor text", () => {
    const json = { "content-type": "application/json" };
    told(check({ swaps: true }, json, 200), "reply-type", /is application\/json: only HTML/);
    assert.deepEqual(check({ swaps: true, swap: "none" }, json, 200).messages(), []);
    assert.deepEqual(check({ swaps: true }, { "content-type": "text/plain" }, 200).messages(), []);
  });
});

describe("a page and a part at one address", () => {
  const url = (path: string): string => new URL(path, location.href).href;
  const check = (kinds: Partial<Kinds>, isPage: boolean, headers: Record<string, string> = {}, path = "/x"): Stage => {
    const set = stage();
    checkVary(
      request({ url: url(path) }),
      reply(headers),
      isPage,
      { full: new Set(), part: new Set(), ...kinds },
      set.scene,
    );
    return set;
  };

  test.each<[string, Partial<Kinds>, boolean]>([
    ["a part where the page was", { full: new Set([url("/x")]) }, false],
    ["a page where a part was", { part: new Set([url("/x")]) }, true],
  ])("%s", (_name, kinds, isPage) => {
    told(check(kinds, isPage), "reply-vary", /GET \/x is a page and a part by turns/);
    assert.deepEqual(check(kinds, isPage, { vary: "Accept, bus-request" }).messages(), []);
    assert.deepEqual(check(kinds, isPage, { "cache-control": "no-store" }).messages(), []);
    assert.deepEqual(check(kinds, isPage, {}, "/y").messages(), []);
    assert.deepEqual(check({}, isPage).messages(), []);
  });

  test("a part where the element's own link leads", () => {
    told(check({}, false, {}, "/link"), "reply-vary", /by turns/);
    assert.deepEqual(check({}, true, {}, "/link").messages(), []);
  });

  test("an address is remembered", () => {
    const kinds = { full: new Set<string>(), part: new Set<string>() };
    assert.deepEqual(check(kinds, true).messages(), []);
    told(check(kinds, false), "reply-vary", /by turns/);
  });
});

describe("replies, taken apart", () => {
  const plan = (given: Partial<RequestContext>, main: SwapPart, others: SwapPart[] = [], scripts = true): Stage => {
    const set = stage({}, { kit: { ...kit, scripts } });
    checkPlan(request(given), { document, parts: [main, ...others] }, set.scene);
    return set;
  };

  test("a whole page in the place of a part", () => {
    const text = "<!doctype html><title>x</title><p>y";
    const target = get("#list");
    told(plan({ target, text }, part("<p>y</p>")), "reply-page", /a whole page goes into p#list/);
    assert.deepEqual(plan({ target, text: "<p>y" }, part("<p>y</p>")).messages(), []);
    assert.deepEqual(plan({ target, text, select: "p" }, part("<p>y</p>")).messages(), []);
    assert.deepEqual(plan({ target: document.body, text }, part("<p>y</p>")).messages(), []);
  });

  test("a selector that finds nothing in the reply", () => {
    told(plan({ select: ".row" }, part("<p></p>")), "reply-select", /nothing that matches \.row, so a#go gets nothing/);
    assert.deepEqual(plan({ select: ".row" }, part("<p class=row></p>")).messages(), []);
    assert.deepEqual(plan({ select: ".row" }, part("", { swap: "none" })).messages(), []);
  });

  test("a part whose place is not in the page", () => {
    const lost = part("<b></b>", { id: "lits" });
    told(plan({}, part(""), [lost]), "part-target", /a part for #lits, which is not in the page; did you mean #list\?/);
    assert.deepEqual(plan({}, part(""), [part("<b></b>", { id: "list" })]).messages(), []);
    assert.deepEqual(plan({}, part(""), [part("<b></b>", { target: get("#list") })]).messages(), []);
  });

  test("a part without a place, and one whose place does not parse", () => {
    told(plan({}, part(""), [part("<b></b>")]), "part-target", /a part needs an id or a target/);
    told(plan({}, part(""), [part("<b></b>", { target: "#[" })]), "part-target", /does not parse/);
  });

  test("a part with a style that does not exist", () => {
    const odd = part("<b></b>", { id: "list", swap: "befroeend" });
    told(
      plan({}, part(""), [odd]),
      "swap-unknown",
      /part for #list: there is no style befroeend; did you mean beforeend\?/,
    );
  });

  test("a part below the top level", () => {
    told(
      plan({}, part(`<div><p id="list" bus-swap-oob="true"></p></div>`)),
      "part-nested",
      /p#list with bus-swap-oob inside/,
    );
    told(plan({}, part(`<div><template bus-partial></template></div>`)), "part-nested", /<bus-partial> inside/);
  });

  test("a script while scripts are off", () => {
    told(plan({}, part("<script>1</script>"), [], false), "reply-script", /scripts are off/);
    assert.deepEqual(plan({}, part("<script>1</script>")).messages(), []);
    assert.deepEqual(plan({}, part(`<script type="application/json">1</script>`), [], false).messages(), []);
  });
});

test.each([
  ["<!doctype html><p>", true],
  [" <!-- a --> <HTML>", true],
  ["<title>x</title>", true],
  ["text <html>", false],
  ["<header>", false],
  ["", false],
])("%s is a whole page: %s", (text, expected) => assert.equal(isWholePage(text), expected));
