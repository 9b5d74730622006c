import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { html, isHtml, renderToString } from "../../lib/html/index.ts";
import { fragments, type PartialReply, type Parts, type RequestLike, reply } from "../../lib/partial/index.ts";

const ui = fragments({
  log: () => html`<ul id="log"></ul>`,
  step: ({ text }: { text: string }) => html`<p id="step">${text}</p>`,
});

const part = { "bus-request": "true", "bus-request-type": "partial" };
const DIALECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bus: part,
  hx: { "hx-request": "true", "hx-request-type": "partial" },
  hx2: { "hx-request": "true" },
};

function headersOf(answer: PartialReply): Record<string, string> {
  return Object.fromEntries(answer.headers);
}

function bodyOf({ body }: PartialReply): string {
  assert.ok(isHtml(body));
  return renderToString(body);
}

describe("who asks", () => {
  const both = { ...DIALECTS["hx2"], ...part };
  const cases: readonly [string, RequestLike["headers"], string][] = [
    ["our script", part, '<bus-partial bus-target="#step" bus-swap="outerHTML"><p id="step">1</p></bus-partial>'],
    [
      "htmx 4",
      DIALECTS["hx"] ?? {},
      '<hx-partial hx-target="#step" hx-swap="outerHTML"><p id="step">1</p></hx-partial>',
    ],
    [
      "htmx 2",
      DIALECTS["hx2"] ?? {},
      '<template><div hx-swap-oob="afterend:#step"><p id="step">1</p></div></template>' +
        '<template><div hx-swap-oob="delete:#step:not(#step ~ #step)"></div></template>',
    ],
    [
      "our script beside htmx",
      both,
      '<bus-partial bus-target="#step" bus-swap="outerHTML"><p id="step">1</p></bus-partial>',
    ],
    ["the browser", {}, ""],
    ["htmx 2, boosted", { "hx-request": "true", "hx-boosted": "true" }, ""],
    ["htmx 2, for Back", { "hx-request": "true", "hx-history-restore-request": "true" }, ""],
    ["htmx 4, for a page", { "hx-request": "true", "hx-request-type": "full" }, ""],
  ];
  test.each(cases)("%s gets parts it can read", (_name, headers, expected) => {
    assert.equal(bodyOf(reply({ headers }).oob(ui.step, { text: "1" })), expected);
  });

  test.each(["bus", "hx", "hx2"])("%s gets control headers of its family only", (name) => {
    const answer = reply({ headers: DIALECTS[name] ?? {} })
      .main(html`x`)
      .pushUrl("/a")
      .replaceUrl(false)
      .retarget("#a")
      .reselect(".b")
      .refresh();
    const family = name === "bus" ? "bus" : "hx";
    const said = answer.headers.filter(([key]) => /^(?:bus|hx)-/.test(key));
    assert.deepEqual(Object.fromEntries(said), {
      [`${family}-push-url`]: "/a",
      [`${family}-replace-url`]: "false",
      [`${family}-retarget`]: "#a",
      [`${family}-reselect`]: ".b",
      [`${family}-refresh`]: "true",
    });
  });
});

describe("modifiers of a swap", () => {
  const place = ui.log;
  const cases: readonly [string, Parameters<PartialReply["reswap"]>, string, string, string][] = [
    ["none", ["innerHTML"], "innerHTML", "innerHTML", "innerHTML"],
    [
      "a delay",
      ["outerHTML", { delayMs: 99.6 }],
      "outerHTML delay:100ms",
      "outerHTML swap:100ms",
      "outerHTML swap:100ms",
    ],
    [
      "an edge",
      ["beforeend", { scroll: "bottom" }],
      "beforeend scroll:bottom",
      "beforeend scroll:bottom",
      "beforeend scroll:bottom",
    ],
    [
      "an edge of a place",
      ["none", { show: { place, edge: "top" } }],
      "none show:#log:top",
      "none show:top showTarget:#log",
      "none show:#log:top",
    ],
    [
      "the window",
      ["none", { show: "window:bottom" }],
      "none show:window:bottom",
      "none show:bottom showTarget:window",
      "none show:window:bottom",
    ],
    [
      "switches",
      ["innerHTML", { transition: true, focusScroll: false }],
      "innerHTML transition:true focus-scroll:false",
      "innerHTML transition:true focusScroll:false",
      "innerHTML transition:true focus-scroll:false",
    ],
    ["a style that htmx 2 does not have", ["outerMorph"], "outerMorph", "outerMorph", "outerHTML"],
    ["text alone", ["textContent"], "textContent", "textContent", "innerHTML"],
  ];
  test.each(cases)("%s: as each script reads it", (_name, said, bus, hx, hx2) => {
    for (const [name, expected] of Object.entries({ bus, hx, hx2 })) {
      const headers = headersOf(
        reply({ headers: DIALECTS[name] ?? {} })
          .main(html`x`)
          .reswap(...said),
      );
      assert.equal(headers[name === "bus" ? "bus-reswap" : "hx-reswap"], expected, name);
    }
  });

  test("stand in parts as well", () => {
    const answer = reply({ headers: part }).swap(ui.log, ["beforeend", { scroll: "bottom" }], html`<li>1</li>`);
    assert.equal(
      bodyOf(answer),
      '<bus-partial bus-target="#log" bus-swap="beforeend scroll:bottom"><li>1</li></bus-partial>',
    );
  });
});

describe("location", () => {
  const options = {
    target: ui.log,
    swap: ["innerHTML", { show: "top" }],
    select: "#é",
    push: "/shown",
  } as const;
  const expected = { path: "/a%20b", target: "#log", swap: "innerHTML show:top", select: "#\\e9 ", push: "/shown" };

  test.each([
    ["for a part", part],
    ["boosted", { ...part, "bus-request-type": "full" }],
  ])("is a header for the script, %s", (_name, headers) => {
    const answer = reply({ method: "POST", headers }).main(html`x`).location("/a b", options);
    assert.equal(answer.status, 200);
    assert.deepEqual(JSON.parse(headersOf(answer)["bus-location"] ?? ""), expected);
    assert.equal(bodyOf(answer), "");
  });

  test("says no more than it was told", () => {
    const headers = headersOf(reply({ headers: part }).location("/a"));
    assert.equal(headers["bus-location"], '{"path":"/a"}');
  });

  test("is 303 for the browser", () => {
    const answer = reply({ method: "POST", headers: {} }).location("/a b", options);
    assert.deepEqual([answer.status, headersOf(answer)["location"]], [303, "/a%20b"]);
  });

  test("gives way to what is said later", () => {
    const headers = headersOf(reply({ headers: part }).location("/a").redirect("/b"));
    assert.deepEqual([headers["bus-location"], headers["bus-redirect"]], [undefined, "/b"]);
    assert.deepEqual(headersOf(reply({ headers: part }).redirect("/b").seeOther("/c"))["bus-redirect"], undefined);
  });
});

describe("etag", () => {
  const get = (headers: RequestLike["headers"], method = "GET"): RequestLike => ({ method, headers });
  const known = 'W/"7;bus"';
  const cases: readonly [string, RequestLike, (r: PartialReply) => PartialReply, number, string | undefined, string][] =
    [
      ["names a fragment", get(part), (r) => r, 200, known, "private, no-cache"],
      ["names a page apart from it", get({}), (r) => r, 200, 'W/"7;page"', "private, no-cache"],
      [
        "names what htmx 4 gets apart from it",
        get(DIALECTS["hx"] ?? {}),
        (r) => r,
        200,
        'W/"7;hx"',
        "private, no-cache",
      ],
      [
        "names what htmx 2 gets apart from it",
        get(DIALECTS["hx2"] ?? {}),
        (r) => r,
        200,
        'W/"7;hx2"',
        "private, no-cache",
      ],
      ["is 304 for what is known", get({ ...part, "if-none-match": known }), (r) => r, 304, known, "private, no-cache"],
      ["is 304 for HEAD", get({ ...part, "if-none-match": known }, "HEAD"), (r) => r, 304, known, "private, no-cache"],
      [
        "is found in a list",
        get({ ...part, "if-none-match": '"a", "7;bus"' }),
        (r) => r,
        304,
        known,
        "private, no-cache",
      ],
      [
        "is found when it names a coding",
        get({ ...part, "if-none-match": 'W/"7;bus;br"' }),
        (r) => r,
        304,
        known,
        "private, no-cache",
      ],
      ["is found by a star", get({ ...part, "if-none-match": "*" }), (r) => r, 304, known, "private, no-cache"],
      [
        "is not that of the page",
        get({ ...part, "if-none-match": 'W/"7;page"' }),
        (r) => r,
        200,
        known,
        "private, no-cache",
      ],
      [
        "is not that of another version",
        get({ ...part, "if-none-match": 'W/"8;bus"' }),
        (r) => r,
        200,
        known,
        "private, no-cache",
      ],
      [
        "says nothing of a POST",
        get({ ...part, "if-none-match": known }, "POST"),
        (r) => r,
        200,
        undefined,
        "no-store",
      ],
      [
        "says nothing of an error",
        get({ ...part, "if-none-match": known }),
        (r) => r.invalid(),
        422,
        undefined,
        "no-store",
      ],
      [
        "says nothing of a redirect",
        get({ ...part, "if-none-match": known }),
        (r) => r.redirect("/"),
        200,
        undefined,
        "no-store",
      ],
    ];
  test.each(cases)("%s", (_name, request, more, status, tag, control) => {
    const answer = more(reply(request).main(html`<b></b>`).etag(7));
    const headers = headersOf(answer);
    assert.deepEqual([answer.status, headers["etag"], headers["cache-control"]], [status, tag, control]);
  });

  test("tells before anything else is done whether there is anything to do", () => {
    assert.equal(reply(get({ ...part, "if-none-match": known })).etag(7).status, 304);
  });
});

describe("addresses", () => {
  test.each(["pushUrl", "replaceUrl", "redirect", "seeOther", "location"] as const)(
    "%s refuses an empty one",
    (verb) => {
      assert.throws(() => reply({ headers: part })[verb](""), { code: "PARTIAL_BAD_URL" });
    },
  );

  test("location stays on this origin", () => {
    assert.throws(() => reply({ headers: part }).location("https://a.test/"), { code: "PARTIAL_BAD_URL" });
  });

  test.each(["https:", "https:/a", "https:///a", "https://\\a", "https://a b/"])("redirect refuses %j", (url) => {
    assert.throws(() => reply({ headers: part }).redirect(url), { code: "PARTIAL_BAD_URL" });
  });

  test("pages called true and false are not taken for the words", () => {
    const headers = headersOf(reply({ headers: part }).pushUrl("true").replaceUrl("false"));
    assert.deepEqual([headers["bus-push-url"], headers["bus-replace-url"]], ["./true", "./false"]);
  });
});

describe("events and streams", () => {
  test("a detail counts as it was when it was said", () => {
    const detail = { id: 1 };
    const answer = reply({ headers: part }).trigger("saved", detail);
    detail.id = 2;
    assert.equal(headersOf(answer)["bus-trigger"], '{"saved":{"id":1}}');
  });

  test("a name that objects inherit is an ordinary name, and what JSON does not have is null", () => {
    const answer = reply({ headers: part })
      .trigger("__proto__", () => {})
      .trigger("constructor");
    assert.equal(headersOf(answer)["bus-trigger"], '{"__proto__":null,"constructor":null}');
  });

  test("the browser gets the content of a stream, and none of its parts", async () => {
    const { body } = reply({ headers: {} }).main(html`<i>0</i>`).append(ui.log, html`<b>no</b>`).stream(steps());
    assert.ok(!isHtml(body));
    let text = "";
    for await (const piece of body) text += renderToString(piece);
    assert.equal(text, "<i>0</i><b>1</b>");
  });
});

async function* steps() {
  yield html`<b>1</b>`;
  yield (parts: Parts) => parts.oob(ui.step, { text: "2" });
}
