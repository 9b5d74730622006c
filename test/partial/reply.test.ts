import assert from "node:assert/strict";
import { JSDOM } from "jsdom";
import { describe, test } from "vitest";
import { type Html, html, isHtml, renderToString } from "../../lib/html/index.ts";
import { fragments, isPartial, keyed, type PartialReply, type RequestLike, reply } from "../../lib/partial/index.ts";

interface Todo {
  readonly id: number;
  readonly title: string;
}

const ui = fragments({
  list: (todos: readonly Todo[]): Html => html`<ul id="list">${todos.map((todo) => ui.row.render(todo))}</ul>`,
  row: keyed(
    (todo: Todo) => todo.id,
    (todo, id) => html`<li id=${id}>${todo.title}</li>`,
  ),
  toast: ({ text }: { text: string }) => html`<p id="toast">${text}</p>`,
  nav: () => html`<nav id="nav"></nav>`,
});

const partial: RequestLike = { method: "POST", headers: { "bus-request": "true", "bus-request-type": "partial" } };
const boosted: RequestLike = {
  method: "POST",
  headers: { "bus-request": "true", "bus-request-type": "full", "bus-boosted": "true" },
};
const native: RequestLike = { method: "POST", headers: {} };
const milk: Todo = { id: 7, title: "Milk & <bread>" };
const MILK = "<li id=row-7>Milk &amp; &lt;bread></li>";

function bodyOf(answer: PartialReply): string {
  assert.ok(isHtml(answer.body));
  return renderToString(answer.body);
}

/** Attribute quotes and escapes as a parser reads them: how html writes them is not the matter here. */
function parsed(answer: PartialReply | string): string {
  return new JSDOM(typeof answer === "string" ? answer : bodyOf(answer)).window.document.body.innerHTML;
}

function headersOf(answer: PartialReply): Record<string, string> {
  return Object.fromEntries(answer.headers);
}

function part(selector: string, style: string, content: string): string {
  return parsed(`<bus-partial bus-target="${selector}" bus-swap="${style}">${content}</bus-partial>`);
}

describe("fragments", () => {
  test("give the name as id to a single one, and name, dash, key to keyed ones", () => {
    assert.equal(ui.toast.id, "toast");
    assert.equal(ui.row.at(7).id, "row-7");
    assert.equal(ui.row.idOf(milk), "row-7");
    assert.equal(parsed(renderToString(ui.list.render([milk]))), parsed(`<ul id=list>${MILK}</ul>`));
  });

  test.each(["", "a b", "a\tb"])("refuse the name %j", (name) => {
    assert.throws(() => fragments({ [name]: () => html`` }), { code: "PARTIAL_BAD_NAME" });
  });

  test("do not confuse names with what objects inherit", () => {
    const odd = fragments({ ["__proto__"]: () => html`<p></p>`, constructor: () => html`<b></b>` });
    assert.equal(odd.constructor.id, "constructor");
    assert.equal(Object.hasOwn(odd, "__proto__"), true);
  });
});

describe("content", () => {
  const parts: readonly [string, (answer: PartialReply) => PartialReply, string][] = [
    ["main, as it is", (r) => r.main(ui.row, milk), MILK],
    ["main, from a template", (r) => r.main(html`<b>1</b>`).main(html`<i>2</i>`), "<b>1</b><i>2</i>"],
    ["a fragment without props", (r) => r.main(ui.nav), "<nav id=nav></nav>"],
    [
      "oob, in the place of the fragment",
      (r) => r.oob(ui.toast, { text: "Saved" }),
      part("#toast", "outerHTML", "<p id=toast>Saved</p>"),
    ],
    ["oob of a keyed one", (r) => r.oob(ui.row, milk), part("#row-7", "outerHTML", MILK)],
    ["append", (r) => r.append(ui.list, ui.row, milk), part("#list", "beforeend", MILK)],
    ["prepend", (r) => r.prepend(ui.list, ui.row, milk), part("#list", "afterbegin", MILK)],
    ["before a row", (r) => r.before(ui.row.at(3), ui.row, milk), part("#row-3", "beforebegin", MILK)],
    ["after a row", (r) => r.after(ui.row.at(3), html`<li></li>`), part("#row-3", "afterend", "<li></li>")],
    ["inner", (r) => r.inner(ui.toast, html`<b>x</b>`), part("#toast", "innerHTML", "<b>x</b>")],
    ["remove one", (r) => r.remove(ui.toast), part("#toast", "delete", "")],
    ["remove a keyed one", (r) => r.remove(ui.row, 7), part("#row-7", "delete", "")],
    [
      "main before parts, whatever was said first",
      (r) => r.remove(ui.row, 7).main(html`<b></b>`),
      `<b></b>${part("#row-7", "delete", "")}`,
    ],
  ];
  test.each(parts)("%s", (_name, build, expected) => {
    assert.equal(parsed(build(reply(partial))), parsed(expected));
  });

  test("a browser without the script gets main and no parts", () => {
    assert.equal(parsed(reply(native).main(html`<b></b>`).oob(ui.toast, { text: "x" })), "<b></b>");
  });

  test.each(["7", "a.b", "-1", "-", 'a b"c', "<\\>", "é", "日本", "😀"])(
    "the selector finds the id with key %j",
    (key) => {
      const rows = fragments({
        r: keyed(
          (k: string) => k,
          (k, id) => html`<i id=${id}>${k}</i>`,
        ),
      });
      const { document } = new JSDOM(bodyOf(reply(partial).remove(rows.r, key))).window;
      const selector = document.querySelector("bus-partial")?.getAttribute("bus-target") ?? "";
      document.body.innerHTML = "<i></i>";
      const [element] = document.getElementsByTagName("i");
      element?.setAttribute("id", rows.r.at(key).id);
      assert.equal(document.querySelector(selector), element);
      const digits = fragments({ [`${key}`.replaceAll(" ", "")]: () => html`` });
      for (const place of Object.values(digits)) {
        element?.setAttribute("id", place.id);
        const header = headersOf(reply(partial).retarget(place))["bus-retarget"] ?? "";
        assert.match(header, /^[\x20-\x7e]+$/);
        assert.equal(document.querySelector(header), element);
      }
    },
  );

  test("a stream sends what comes, behind all else", async () => {
    async function* items() {
      yield html`<b>1</b>`;
      yield html`<b>2</b>`;
    }
    const { body } = reply(partial).main(html`<i></i>`).stream(items());
    assert.ok(!isHtml(body));
    let text = "";
    for await (const chunk of body) text += renderToString(chunk);
    assert.equal(text, "<i></i><b>1</b><b>2</b>");
  });
});

describe("page or fragment", () => {
  const page = html`<h1>All</h1>`;
  const restored = { headers: { ...partial.headers, "bus-history-restore-request": "true" } };
  const cases: readonly [string, RequestLike, boolean][] = [
    ["the browser itself", native, false],
    ["the script, for a part", partial, true],
    ["the script, for a boosted link", boosted, false],
    ["the script, for Back", restored, false],
    ["the script, through fetch's Headers", { headers: new Headers({ "Bus-Request": "true" }) }, true],
    ["a repeated header", { headers: { "bus-request": ["true", "x"] } }, true],
    ["another value", { headers: { "bus-request": "1" } }, false],
    ["a header with the name get", { headers: { get: "x", "bus-request": "true" } }, true],
  ];
  test.each(cases)("%s", (_name, request, expected) => {
    assert.equal(isPartial(request), expected);
    const answer = reply(request)
      .main(html`<b></b>`)
      .page(() => page);
    assert.equal(bodyOf(answer), expected ? "<b></b>" : "<h1>All</h1>");
    assert.equal(headersOf(answer)["cache-control"], expected ? "no-store" : undefined);
  });

  test.each([native, partial, boosted])("every reply varies by what it depends on", (request) => {
    const { vary } = headersOf(reply(request).page(page));
    for (const name of ["Bus-Request", "Bus-Request-Type", "Bus-Boosted", "Bus-History-Restore-Request"])
      assert.ok(vary?.split(", ").includes(name));
  });

  test("the page is made once, however often the reply is read", () => {
    let made = 0;
    const whole = reply({ method: "GET", headers: {} }).page(() => html`<p>${++made}</p>`);
    assert.equal(made, 0);
    assert.equal(whole.body, whole.body);
    assert.equal(made, 1);
  });

  test("the page is not rendered when a fragment is wanted", () => {
    const answer = reply(partial)
      .main(html`<b></b>`)
      .page(() => assert.fail("rendered"));
    assert.equal(bodyOf(answer), "<b></b>");
  });
});

describe("redirects", () => {
  const cases: readonly [
    string,
    RequestLike,
    (r: PartialReply) => PartialReply,
    number,
    Record<string, string | undefined>,
  ][] = [
    [
      "redirect, without the script",
      native,
      (r) => r.redirect("/a"),
      303,
      { location: "/a", "bus-redirect": undefined },
    ],
    ["redirect, for a part", partial, (r) => r.redirect("/a"), 200, { location: undefined, "bus-redirect": "/a" }],
    ["redirect, boosted", boosted, (r) => r.redirect("/a"), 303, { location: "/a", "bus-redirect": undefined }],
    [
      "redirect to elsewhere, boosted: fetch could not follow",
      boosted,
      (r) => r.redirect("https://a.test/"),
      200,
      { "bus-redirect": "https://a.test/" },
    ],
    ["seeOther, without the script", native, (r) => r.seeOther("/a"), 303, { location: "/a" }],
    ["seeOther, for a part", partial, (r) => r.seeOther("/a"), 200, { location: undefined, "bus-redirect": undefined }],
    ["seeOther, boosted", boosted, (r) => r.seeOther("/a"), 303, { location: "/a" }],
    ["seeOther, for a GET", { method: "GET", headers: {} }, (r) => r.seeOther("/a"), 200, { location: undefined }],
    ["seeOther, not accepted", native, (r) => r.invalid().seeOther("/a"), 422, { location: undefined }],
  ];
  test.each(cases)("%s", (_name, request, build, status, expected) => {
    const answer = build(reply(request).main(html`<b></b>`));
    assert.equal(answer.status, status);
    for (const [name, value] of Object.entries(expected)) assert.equal(headersOf(answer)[name], value, name);
  });

  test.each(["javascript:alert(1)", "JavaScript:1", "data:text/html,x", "//a.test", "/\\a.test", "\\\\a.test"])(
    "refuse %j",
    (url) => {
      for (const verb of ["redirect", "seeOther", "pushUrl", "replaceUrl"] as const)
        assert.throws(() => reply(partial)[verb](url), { code: "PARTIAL_BAD_URL" });
    },
  );

  test.each(["pushUrl", "replaceUrl"] as const)("%s stays on this origin", (verb) => {
    assert.throws(() => reply(partial)[verb]("https://a.test/"), { code: "PARTIAL_BAD_URL" });
  });

  test.each([
    ["/a b", "/a%20b"],
    ["/é?q=ü", "/%C3%A9?q=%C3%BC"],
    ["/%C3%A9", "/%C3%A9"],
    ["/a\r\nSet-Cookie: x=1", "/a%0D%0ASet-Cookie:%20x=1"],
    ["java\tscript:alert(1)", "java%09script:alert(1)"],
    ["/\ud800", "/%EF%BF%BD"],
  ])("an address travels as ASCII: %j", (url, expected) => {
    assert.equal(headersOf(reply(partial).pushUrl(url))["bus-push-url"], expected);
    assert.equal(headersOf(reply(native).redirect(url))["location"], expected);
  });
});

describe("control headers", () => {
  test("say what the client is to do, each as ASCII", () => {
    const answer = reply(partial)
      .trigger("saved", { id: 7, name: "日本\u007f😀" })
      .trigger("closed")
      .pushUrl("/todos")
      .replaceUrl(false)
      .retarget("#é > .b")
      .reswap("beforeend")
      .refresh();
    const headers = headersOf(answer);
    assert.match(headers["bus-trigger"] ?? "", /^[\x20-\x7e]+$/);
    assert.deepEqual(JSON.parse(headers["bus-trigger"] ?? ""), {
      saved: { id: 7, name: "日本\u007f😀" },
      closed: null,
    });
    assert.equal(headers["bus-push-url"], "/todos");
    assert.equal(headers["bus-replace-url"], "false");
    assert.equal(headers["bus-retarget"], "#\\e9  > .b");
    assert.equal(headers["bus-reswap"], "beforeend");
    assert.equal(headers["bus-refresh"], "true");
  });

  test("are not sent to a browser without the script", () => {
    const answer = reply(native).main(html``).trigger("saved").pushUrl("/x").refresh();
    assert.deepEqual(
      answer.headers.map(([name]) => name),
      ["vary", "content-type"],
    );
  });

  test("none is 204 without content, and still fires events", () => {
    const answer = reply(partial).main(html`<b></b>`).trigger("saved").none();
    assert.equal(answer.status, 204);
    assert.equal(bodyOf(answer), "");
    assert.equal(headersOf(answer)["content-type"], undefined);
    assert.equal(headersOf(answer)["bus-trigger"], '{"saved":null}');
  });

  test("invalid is 422, or what it is told", () => {
    assert.equal(reply(partial).invalid().status, 422);
    assert.equal(reply(partial).invalid(409).status, 409);
  });
});
