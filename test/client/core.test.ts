import assert from "node:assert/strict";
import { beforeEach, describe, test, vi } from "vitest";
import { config } from "../../client/core/index.ts";
import { held, type Page, type Route, show } from "./core-page.ts";

const went: string[] = [];
config({ navigate: (url) => went.push(url), reload: () => went.push("reload") });
window.scrollTo = () => {}; // jsdom shows nothing, so it cannot scroll

beforeEach(() => {
  went.length = 0;
  history.replaceState(null, "", "/start");
});

interface Case {
  readonly name: string;
  readonly body: string;
  readonly routes?: Record<string, Route>;
  /** What to click, or what else to do. @defaultValue "#go" */
  readonly act?: string | ((page: Page) => Promise<unknown> | unknown);
  /** The body's HTML afterwards, marks and white space apart. */
  readonly html?: string;
  readonly check?: (page: Page) => void;
}

const first = (page: Page): Page["seen"][number] => {
  const [seen] = page.seen;
  assert.ok(seen, "a request was made");
  return seen;
};
const quiet = (page: Page): void => assert.deepEqual(page.errors, []);

function suite(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    test.each(cases)("$name", async ({ body, routes, act = "#go", html, check }) => {
      const page = show(body, routes);
      if (typeof act === "string") await page.click(act);
      else {
        await page.settled();
        await act(page);
        await page.settled();
      }
      if (html !== undefined) assert.equal(document.body.innerHTML.replace(/ class=""/g, ""), html);
      check?.(page);
    });
  });
}

/** Waits until a condition holds; the test's own time limit is the only clock. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const fire = (selector: string, name: string) => (page: Page) =>
  page.get(selector).dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));

suite(
  "verbs",
  ["get", "post", "put", "patch", "delete"].map((verb) => ({
    name: `bus-${verb} asks with ${verb.toUpperCase()} and swaps the reply into the element`,
    body: `<button id="go" bus-${verb}="/x">?</button>`,
    routes: { [`${verb.toUpperCase()} /x`]: "<b>ok</b>" },
    check: (page) => {
      assert.equal(page.get("#go").innerHTML, "<b>ok</b>");
      quiet(page);
    },
  })),
);

const SWAPS: Record<string, string> = {
  innerHTML: "<p><i id=t><b></b></i></p>",
  outerHTML: "<p><b></b></p>",
  beforebegin: "<p><b></b><i id=t>old</i></p>",
  afterbegin: "<p><i id=t><b></b>old</i></p>",
  beforeend: "<p><i id=t>old<b></b></i></p>",
  afterend: "<p><i id=t>old</i><b></b></p>",
  delete: "<p></p>",
  none: "<p><i id=t>old</i></p>",
};

suite(
  "swaps",
  Object.entries(SWAPS).map(([style, expected]) => ({
    name: style,
    body: `<p><i id="t">old</i></p><button id="go" bus-get="/x" bus-target="#t" bus-swap="${style}"></button>`,
    routes: { "GET /x": "<b></b>" },
    check: (page) => {
      assert.equal(page.get("p").outerHTML.replaceAll('"', ""), expected);
      quiet(page);
    },
  })),
);

suite("targets and inheritance", [
  {
    name: "closest",
    body: `<ul><li><button id="go" bus-delete="/x" bus-target="closest li" bus-swap="outerHTML"></button></li></ul>`,
    routes: { "DELETE /x": "" },
    html: "<ul></ul>",
  },
  {
    name: "find",
    body: `<div id="go" bus-get="/x" bus-target="find b"><b></b></div>`,
    routes: { "GET /x": "1" },
    html: `<div id="go" bus-get="/x" bus-target="find b"><b>1</b></div>`,
  },
  {
    name: "this, inherited, is where it is written",
    body: `<p bus-target:inherited="this"><button id="go" bus-get="/x"></button></p>`,
    routes: { "GET /x": "1" },
    html: `<p bus-target:inherited="this">1</p>`,
  },
  {
    name: "an attribute without :inherited stays on its element",
    body: `<p bus-target="#t"><button id="go" bus-get="/x"></button></p><i id="t"></i>`,
    routes: { "GET /x": "1" },
    check: (page) => assert.equal(page.get("#go").innerHTML, "1"),
  },
  {
    name: "a target that is missing is an error, and nothing is sent",
    body: `<button id="go" bus-get="/x" bus-target="#none"></button>`,
    check: (page) => {
      assert.deepEqual(page.errors, ["target"]);
      assert.equal(page.seen.length, 0);
    },
  },
  {
    name: "a selector that does not parse is an error, and nothing is sent",
    body: `<button id="go" bus-get="/x" bus-target="#["></button>`,
    check: (page) => {
      assert.deepEqual(page.errors, ["attribute"]);
      assert.equal(page.seen.length, 0);
    },
  },
]);

suite("triggers", [
  {
    name: "a form asks on submit",
    body: `<form bus-post="/x"><input name="a" value="1"></form>`,
    routes: { "POST /x": "" },
    act: fire("form", "submit"),
    check: (page) => assert.equal(first(page).body, "a=1"),
  },
  {
    name: "an input asks on change",
    body: `<input name="a" value="1" bus-get="/x" bus-target="body">`,
    routes: { "GET /x": "ok" },
    act: fire("input", "change"),
    check: (page) => assert.equal(first(page).path, "/x?a=1"),
  },
  {
    name: "load asks at once, also in what is inserted later",
    body: `<p id="go" bus-get="/a"></p>`,
    routes: { "GET /a": `<p bus-get="/b" bus-trigger="load"></p>`, "GET /b": "done" },
    check: (page) => assert.match(page.get("#go").innerHTML, />done</),
  },
  {
    name: "every asks again and again until 286",
    body: `<p bus-get="/x" bus-trigger="every 5ms"></p>`,
    routes: { "GET /x": ({ headers }) => (headers.get("x") ? "" : { status: 286, body: "end" }) },
    act: (page) => until(() => page.get("p").textContent === "end"),
    check: (page) => {
      assert.equal(page.seen.length, 1);
      assert.equal(page.get("p").textContent, "end");
    },
  },
  {
    name: "once",
    body: `<p id="go" bus-get="/x" bus-trigger="click once"></p>`,
    routes: { "GET /x": "" },
    act: async (page) => {
      await page.click("#go");
      await page.click("#go");
    },
    check: (page) => assert.equal(page.seen.length, 1),
  },
  {
    name: "delay waits until nothing has happened for that long",
    body: `<p id="go" bus-get="/x" bus-trigger="click delay:5ms"></p>`,
    routes: { "GET /x": "" },
    act: async (page) => {
      for (const _ of "abc") fire("#go", "click")(page);
      assert.equal(page.seen.length, 0);
      await until(() => page.seen.length > 0);
    },
    check: (page) => assert.equal(page.seen.length, 1),
  },
  {
    name: "changed starts from the initial value",
    body: `<input value="a" bus-get="/x" bus-trigger="keyup changed" bus-swap="none">`,
    routes: { "GET /x": "" },
    act: (page) => {
      const input = page.get("input") as HTMLInputElement;
      const key = fire("input", "keyup");
      key(page);
      input.value = "b";
      key(page);
      key(page);
    },
    check: (page) => assert.equal(page.seen.length, 1),
  },
  {
    name: "from hears other elements",
    body: `<p bus-get="/x" bus-trigger="tick from:document, tock from:(#a b), click from:closest div">`.replace(
      "<p",
      `<i id="a"><b></b></i><div id="go"><p`,
    ),
    routes: { "GET /x": "" },
    act: async (page) => {
      fire("b", "tick")(page);
      await page.settled();
      fire("#a b", "tock")(page);
      await page.settled();
      await page.click("#go");
    },
    check: (page) => assert.equal(page.seen.length, 3),
  },
  {
    name: "listeners elsewhere end when their element has left",
    body: `<p bus-post="/x" bus-trigger="tick from:document"></p>`,
    act: (page) => {
      page.get("p").remove();
      document.dispatchEvent(new Event("tick"));
    },
    check: (page) => assert.equal(page.seen.length, 0),
  },
  {
    name: "a modified click on a link is the browser's",
    body: `<a id="go" href="#x" bus-get="/x"></a>`,
    act: (page) => page.click("#go", { ctrlKey: true }),
    check: (page) => assert.equal(page.seen.length, 0),
  },
  {
    name: "an event that was prevented is not ours",
    body: `<form bus-post="/x"></form>`,
    act: (page) => {
      page.get("form").addEventListener("submit", (event) => event.preventDefault(), { capture: true });
      fire("form", "submit")(page);
    },
    check: (page) => assert.equal(page.seen.length, 0),
  },
  {
    name: "bus-ignore keeps all inside it inactive",
    body: `<div bus-ignore><p id="go" bus-get="/x"></p></div>`,
    check: (page) => assert.equal(page.seen.length, 0),
  },
]);

const form = `<form><input name="a" value="1"><input type="checkbox" name="c" value="2"><button type="submit" name="s" value="3" id="go" `;
suite("values", [
  {
    name: "a GET inside a form does not send it",
    body: `${form} bus-get="/x"></button></form>`,
    check: (page) => assert.equal(first(page).path, "/x?s=3"),
  },
  {
    name: "a DELETE inside a form does not send it",
    body: `${form} bus-delete="/x"></button></form>`,
    check: (page) => assert.equal(first(page).path, "/x?s=3"),
  },
  {
    name: "a POST inside a form sends it, and the button",
    body: `${form} bus-post="/x"></button></form>`,
    check: (page) => assert.equal(first(page).body, "a=1&s=3"),
  },
  {
    name: "a form that the browser would not send is not sent",
    body: `<form><input required><button id="go" bus-post="/x"></button></form>`,
    check: (page) => assert.equal(page.seen.length, 0),
  },
  {
    name: "bus-include adds controls and containers, each once",
    body: `<div id="d"><input name="b" value="2"><select name="s" multiple><option selected>x<option selected>y</select></div><input name="a" value="1"><button id="go" bus-get="/x?q=0" bus-include="[name=a], #d, [name=b]"></button>`,
    check: (page) => assert.equal(first(page).path, "/x?q=0&a=1&b=2&s=x&s=y"),
  },
  {
    name: "bus-vals goes over all others",
    body: `${form} bus-post="/x" bus-vals='{"a": 9, "n": [true, "x"]}'></button></form>`,
    check: (page) => assert.equal(first(page).body, "s=3&a=9&n=true&n=x"),
  },
  {
    name: "bus-vals that is no JSON is an error, never code",
    body: `<p id="go" bus-get="/x" bus-vals="js:{a:1}"></p>`,
    check: (page) => {
      assert.deepEqual(page.errors, ["attribute"]);
      assert.equal(page.seen.length, 0);
    },
  },
  {
    name: "multipart when the form says so",
    body: `<form enctype="multipart/form-data"><input name="a" value="1"><button id="go" bus-post="/x"></button></form>`,
    check: (page) => assert.equal(first(page).body, `[["a","1"]]`),
  },
]);

suite("requests", [
  {
    name: "headers say who asks, for what, and from where",
    body: `<button id="go" bus-get="/x" bus-target="#é" bus-headers='{"X-A": "1"}'></button><p id="é"></p>`,
    routes: { "GET /x": "" },
    check: (page) => {
      const { headers } = first(page);
      assert.equal(headers.get("Bus-Request"), "true");
      assert.equal(headers.get("Bus-Request-Type"), "partial");
      assert.equal(headers.get("Bus-Source"), "button#go");
      assert.equal(headers.get("Bus-Target"), "p#%C3%A9");
      assert.equal(headers.get("Bus-Current-URL"), location.href);
      assert.equal(headers.get("X-A"), "1");
      assert.equal(headers.get("Bus-Boosted"), null);
    },
  },
  {
    name: "a selection asks for the full page",
    body: `<p id="go" bus-get="/x" bus-select="b"></p>`,
    routes: { "GET /x": "<i>0</i><u><b>1</b></u>" },
    check: (page) => {
      assert.equal(first(page).headers.get("Bus-Request-Type"), "full");
      assert.equal(page.get("#go").innerHTML, "<b>1</b>");
    },
  },
  ...["https://other.test/x", "javascript:alert(1)", "//other.test/x", "data:text/html,x"].map((url) => ({
    name: `never asks ${url}`,
    body: `<p id="go" bus-get="${url}"></p>`,
    check: (page: Page) => {
      assert.deepEqual(page.errors, ["origin"]);
      assert.equal(page.seen.length, 0);
    },
  })),
  {
    name: "bus:config may change the request, or stop it",
    body: `<p id="go" bus-post="/x"></p>`,
    act: async (page) => {
      page.get("#go").addEventListener("bus:config", ({ detail: { ctx } }) => {
        ctx.url = "/y";
        ctx.data.set("a", "1");
        ctx.headers["X-A"] = "1";
      });
      await page.click("#go");
    },
    check: (page) => {
      assert.equal(first(page).path, "/y");
      assert.equal(first(page).body, "a=1");
      assert.equal(first(page).headers.get("x-a"), "1");
    },
  },
  {
    name: "bus:before:request stops it",
    body: `<p id="go" bus-post="/x"></p>`,
    act: async (page) => {
      page.get("#go").addEventListener("bus:before:request", (event) => event.preventDefault());
      await page.click("#go");
    },
    check: (page) => assert.equal(page.seen.length, 0),
  },
  {
    name: "bus-confirm asks first",
    body: `<p id="go" bus-post="/x" bus-confirm="Sure?"></p>`,
    act: async (page) => {
      window.confirm = () => false;
      await page.click("#go");
      assert.equal(page.seen.length, 0);
      window.confirm = () => true;
      await page.click("#go");
    },
    check: (page) => assert.equal(page.seen.length, 1),
  },
]);

suite("statuses and types", [
  ...[204, 205, 400, 404, 500].map((status) => ({
    name: `${status} is not swapped`,
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": { status, body: "new" } },
    check: (page: Page) => {
      assert.equal(page.get("#go").innerHTML, "old");
      assert.deepEqual(page.errors, status < 400 ? [] : [`${status}`]);
    },
  })),
  {
    name: "422 is swapped, and reported",
    body: `<p id="go" bus-post="/x">old</p>`,
    routes: { "POST /x": { status: 422, body: "new" } },
    check: (page) => {
      assert.equal(page.get("#go").innerHTML, "new");
      assert.deepEqual(page.errors, ["422"]);
    },
  },
  {
    name: "an error with Bus-Retarget is swapped there",
    body: `<p id="go" bus-get="/x">old</p><i></i>`,
    routes: { "GET /x": { status: 500, headers: { "Bus-Retarget": "i" }, body: "new" } },
    check: (page) => {
      assert.equal(page.get("i").innerHTML, "new");
      assert.equal(page.get("#go").innerHTML, "old");
    },
  },
  {
    name: "Bus-Reswap and Bus-Reselect decide how and what",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": { headers: { "Bus-Reswap": "beforeend", "Bus-Reselect": "b" }, body: "<i></i><b></b>" } },
    check: (page) => assert.equal(page.get("#go").innerHTML, "old<b></b>"),
  },
  {
    name: "text is swapped as text",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: {
      "GET /x": { headers: { "content-type": "text/plain;charset=utf-8" }, body: "<img src=x onerror=alert(1)>" },
    },
    check: (page) => assert.equal(page.get("#go").textContent, "<img src=x onerror=alert(1)>"),
  },
  {
    name: "what is neither HTML nor text is not swapped",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": { headers: { "content-type": "application/json" }, body: "{}" } },
    check: (page) => assert.equal(page.get("#go").innerHTML, "old"),
  },
  {
    name: "a network failure is an error",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": () => Promise.reject(new TypeError("failed")) },
    check: (page) => assert.deepEqual(page.errors, ["network"]),
  },
  {
    name: "an unknown swap is an error",
    body: `<p id="go" bus-get="/x" bus-swap="sideways">old</p>`,
    routes: { "GET /x": "new" },
    check: (page) => assert.deepEqual(page.errors, ["swap"]),
  },
]);

suite("many targets", [
  {
    name: "out-of-band parts go after main, at the top level only",
    body: `<p id="go" bus-get="/x"></p><i id="a">old</i><i id="b">old</i>`,
    routes: { "GET /x": `<u>main<s id="b" bus-swap-oob="true"></s></u><i id="a" bus-swap-oob="true">new</i>` },
    html: `<p id="go" bus-get="/x"><u>main<s id="b" bus-swap-oob="true"></s></u></p><i id="a">new</i><i id="b">old</i>`,
  },
  {
    name: "styles other than outerHTML take what is in the wrapper",
    body: `<p id="go" bus-get="/x">old</p><ul id="a"><li>1</ul>`,
    routes: { "GET /x": `<ul bus-swap-oob="beforeend:#a"><li>2</li></ul>` },
    html: `<p id="go" bus-get="/x">old</p><ul id="a"><li>1</li><li>2</li></ul>`,
  },
  {
    name: "parts may stand in a template: table rows",
    body: `<p id="go" bus-get="/x">old</p><table><tbody><tr id="r"></tr></tbody></table>`,
    routes: { "GET /x": `<template><tr id="r" bus-swap-oob="true"><td>1</td></tr></template>` },
    check: (page) => {
      assert.equal(page.get("tbody").innerHTML, `<tr id="r"><td>1</td></tr>`);
      assert.equal(page.get("#go").innerHTML, "old");
    },
  },
  {
    name: "bus-partial names target and swap, and keeps table rows",
    body: `<p id="go" bus-get="/x">old</p><table><tbody id="t"><tr></tr></tbody></table>`,
    routes: {
      "GET /x": `<bus-partial bus-target="#t" bus-swap="beforeend"><tr><td>1</td></tr></bus-partial>\n<b>main</b>`,
    },
    check: (page) => {
      assert.equal(page.get("#t").innerHTML, "<tr></tr><tr><td>1</td></tr>");
      assert.equal(page.get("#go").innerHTML.trim(), "<b>main</b>");
    },
  },
  {
    name: "rows are a main of their own",
    body: `<table><tbody id="t"><tr id="go" bus-get="/x" bus-target="#t"></tr></tbody></table>`,
    routes: { "GET /x": "<tr><td>1</td></tr>" },
    check: (page) => assert.equal(page.get("#t").innerHTML, "<tr><td>1</td></tr>"),
  },
  {
    name: "a part without a place is an error, the others go on",
    body: `<p id="go" bus-get="/x"></p><i id="a"></i>`,
    routes: { "GET /x": `<b id="none" bus-swap-oob="true"></b><meta content="x"><i id="a" bus-swap-oob="true">1</i>` },
    check: (page) => {
      assert.equal(page.get("#a").innerHTML, "1");
      assert.deepEqual(page.errors, ["target"]);
    },
  },
]);

suite("reply headers", [
  {
    name: "Bus-Redirect goes to any http address",
    body: `<p id="go" bus-post="/x">old</p>`,
    routes: { "POST /x": { headers: { "Bus-Redirect": "https://other.test/a" }, body: "new" } },
    check: (page) => {
      assert.deepEqual(went, ["https://other.test/a"]);
      assert.equal(page.get("#go").innerHTML, "old");
    },
  },
  ...["javascript:alert(1)", "data:text/html,x", "blob:x"].map((url) => ({
    name: `Bus-Redirect never goes to ${url}`,
    body: `<p id="go" bus-post="/x"></p>`,
    routes: { "POST /x": { headers: { "Bus-Redirect": url } } },
    check: (page: Page) => {
      assert.deepEqual(went, []);
      assert.deepEqual(page.errors, ["origin"]);
    },
  })),
  {
    name: "Bus-Refresh loads the page again",
    body: `<p id="go" bus-post="/x"></p>`,
    routes: { "POST /x": { headers: { "Bus-Refresh": "true" } } },
    check: () => assert.deepEqual(went, ["reload"]),
  },
  {
    name: "Bus-Trigger fires after the swap: names",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": { headers: { "Bus-Trigger": "one, two" }, body: "new" } },
    act: async (page) => {
      const heard: string[] = [];
      for (const name of ["one", "two"])
        page.get("#go").addEventListener(name, () => heard.push(name + page.get("#go").innerHTML));
      await page.click("#go");
      assert.deepEqual(heard, ["onenew", "twonew"]);
    },
  },
  {
    name: "Bus-Trigger carries details as JSON",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": { status: 204, headers: { "Bus-Trigger": `{"saved":{"id":7}}` } } },
    act: async (page) => {
      let detail: unknown;
      page.get("#go").addEventListener("saved", (event) => {
        detail = (event as CustomEvent).detail;
      });
      await page.click("#go");
      assert.deepEqual(detail, { id: 7 });
    },
  },
  {
    name: "a Bus-Push-Url of another origin is an error, and the swap goes on",
    body: `<p id="go" bus-get="/x">old</p>`,
    routes: { "GET /x": { headers: { "Bus-Push-Url": "https://other.test/" }, body: "new" } },
    check: (page) => {
      assert.equal(page.get("#go").innerHTML, "new");
      assert.deepEqual(page.errors, ["origin"]);
      assert.equal(location.pathname, "/start");
    },
  },
]);

suite("marks", [
  {
    name: "indicator, disabled and aria-busy while it runs, and only then",
    body: `<button id="go" bus-get="/x" bus-target="#t" bus-indicator="#i" bus-disable="this, #d"></button><i id="i"></i><button id="d"></button><button id="o" disabled></button><p id="t"></p>`,
    act: async (page) => {
      const reply = held();
      show(document.body.innerHTML.replace("#d", "#d, #o"), { "GET /x": reply.route });
      await page.click("#go");
      const marks = () =>
        [...document.querySelectorAll(".bus-request, [aria-busy=true], :disabled")].map((el) => el.id);
      assert.deepEqual(marks(), ["go", "i", "d", "o", "t"]);
      reply.answer("ok");
      await page.settled();
      assert.deepEqual(marks(), ["o"]);
    },
  },
  {
    name: "marks that two requests share last as long as both",
    body: `<p id="i"></p><b id="x" bus-get="/x" bus-indicator="#i"></b><b id="y" bus-get="/y" bus-indicator="#i"></b>`,
    act: async (page) => {
      const x = held();
      const y = held();
      show(document.body.innerHTML, { "GET /x": x.route, "GET /y": y.route });
      await page.click("#x");
      await page.click("#y");
      x.answer("");
      await page.settled();
      assert.equal(page.get("#i").className, "bus-request");
      y.answer("");
      await page.settled();
      assert.equal(page.get("#i").className, "");
    },
  },
]);

suite("coordination", [
  {
    name: "a second click that would change something is dropped",
    body: `<p id="go" bus-post="/x"></p>`,
    act: async (page) => {
      const reply = held();
      const { seen } = show(document.body.innerHTML, { "POST /x": reply.route });
      await page.click("#go");
      await page.click("#go");
      reply.answer("1");
      await page.settled();
      assert.equal(seen.length, 1);
    },
  },
  {
    name: "a GET replaces the older one, without an error",
    body: `<p id="go" bus-get="/x"></p>`,
    act: async (page) => {
      const replies = [held(), held()];
      let i = 0;
      const { seen, errors } = show(document.body.innerHTML, { "GET /x": () => replies[i++]?.route() ?? "" });
      await page.click("#go");
      await page.click("#go");
      assert.equal(seen[0]?.signal.aborted, true);
      replies[1]?.answer("second");
      replies[0]?.answer("first");
      await page.settled();
      assert.equal(page.get("#go").innerHTML, "second");
      assert.deepEqual(errors, []);
    },
  },
  {
    name: "other changes wait, the last one only",
    body: `<input name="a" bus-post="/x" bus-swap="none">`,
    act: async (page) => {
      const reply = held();
      const { seen } = show(document.body.innerHTML, { "POST /x": () => (seen.length === 1 ? reply.route() : "") });
      await page.settled();
      const input = page.get("input") as HTMLInputElement;
      for (const value of "123") {
        input.value = value;
        fire("input", "change")(page);
      }
      await page.settled();
      reply.answer("");
      await page.settled();
      assert.deepEqual(
        seen.map(({ body }) => body),
        ["a=1", "a=3"],
      );
    },
  },
  {
    name: "a reply older than the newest that replaced the target is dropped, with its address",
    body: `<b id="x" bus-get="/x" bus-target="#t" bus-push-url="true"></b><b id="y" bus-get="/y" bus-target="#t" bus-swap="outerHTML" bus-push-url="true"></b><p id="t"></p>`,
    act: async (page) => {
      const x = held();
      show(document.body.innerHTML, { "GET /x": x.route, "GET /y": `<p id="t">new</p>` });
      await page.click("#x");
      await page.click("#y");
      x.answer("old");
      await page.settled();
      assert.equal(page.get("#t").innerHTML, "new");
      assert.equal(location.pathname, "/y");
    },
  },
  {
    name: "a target that was replaced meanwhile is found again by its id",
    body: `<b id="x" bus-get="/x" bus-target="#t"></b><b id="y" bus-get="/y" bus-target="#t" bus-swap="outerHTML"></b><p id="t"></p>`,
    act: async (page) => {
      const x = held();
      const y = held();
      show(document.body.innerHTML, { "GET /x": x.route, "GET /y": y.route });
      await page.click("#y");
      await page.click("#x");
      y.answer(`<p id="t">old</p>`);
      await page.settled();
      x.answer("new");
      await page.settled();
      assert.equal(page.get("#t").innerHTML, "new");
    },
  },
  {
    name: "what only adds is never stale",
    body: `<b id="x" bus-get="/x" bus-target="#t" bus-swap="beforeend"></b><b id="y" bus-get="/y" bus-target="#t"></b><p id="t"></p>`,
    act: async (page) => {
      const x = held();
      show(document.body.innerHTML, { "GET /x": x.route, "GET /y": "y" });
      await page.click("#x");
      await page.click("#y");
      x.answer("x");
      await page.settled();
      assert.equal(page.get("#t").innerHTML, "yx");
    },
  },
]);

suite("what is kept and what runs", [
  {
    name: "focus and caret stay on the element with the same id",
    body: `<form id="f"><input id="a" value="hello"></form><b id="go" bus-get="/x" bus-target="#f" bus-swap="outerHTML"></b>`,
    routes: { "GET /x": `<form id="f"><input id="a" value="hello"></form>` },
    act: async (page) => {
      const input = page.get("#a") as HTMLInputElement;
      input.focus();
      input.setSelectionRange(1, 3);
      await page.click("#go");
      const again = page.get("#a") as HTMLInputElement;
      assert.notEqual(again, input);
      assert.equal(document.activeElement, again);
      assert.deepEqual([again.selectionStart, again.selectionEnd], [1, 3]);
    },
  },
  {
    name: "what is inserted by other scripts is active, too",
    body: `<p id="p"></p>`,
    routes: { "GET /x": "ok" },
    act: async (page) => {
      page.get("#p").innerHTML = `<i id="go" bus-get="/x"></i>`;
      await page.click("#go");
    },
    check: (page) => assert.equal(page.get("#go").innerHTML, "ok"),
  },
  {
    name: "elements of a reply are active when bus:after:swap is fired",
    body: `<p id="go" bus-get="/x"></p>`,
    routes: { "GET /x": `<i id="n" bus-get="/n"></i>`, "GET /n": "" },
    act: async (page) => {
      page.get("#go").addEventListener("bus:after:swap", () => page.get("#n").click(), { once: true });
      await page.click("#go");
    },
    check: (page) => assert.equal(page.seen[1]?.path, "/n"),
  },
  {
    name: "bus:before:swap stops the swap, and may change it",
    body: `<p id="go" bus-get="/x" bus-push-url="/z">old</p>`,
    routes: { "GET /x": "new" },
    act: async (page) => {
      page.get("#go").addEventListener("bus:before:swap", (event) => event.preventDefault(), { once: true });
      await page.click("#go");
      assert.equal(page.get("#go").innerHTML, "old");
      assert.equal(location.pathname, "/start");
      page.get("#go").addEventListener("bus:before:swap", ({ detail }) => {
        detail.ctx.text = "other";
      });
      await page.click("#go");
    },
    check: (page) => assert.equal(page.get("#go").innerHTML, "other"),
  },
  {
    name: "a removed button in its own row still fires at the document",
    body: `<p id="p"><b id="go" bus-delete="/x" bus-target="#p" bus-swap="delete"></b></p>`,
    routes: { "DELETE /x": "" },
    act: async (page) => {
      let heard = 0;
      document.addEventListener("bus:after:swap", () => heard++, { once: true });
      await page.click("#go");
      assert.equal(heard, 1);
    },
  },
]);

suite("boost", [
  {
    name: "a link is asked for into the body, with title and address",
    body: `<div bus-boost="true"><a id="go" href="/y">y</a></div>`,
    routes: {
      "GET /y": "<!-- a --><!doctype html><html><head><title>Why</title></head><body><h1>y</h1></body></html>",
    },
    html: "<h1>y</h1>",
    check: (page) => {
      assert.equal(document.title, "Why");
      assert.equal(location.pathname, "/y");
      assert.equal(first(page).headers.get("Bus-Boosted"), "true");
      assert.equal(first(page).headers.get("Bus-Request-Type"), "full");
    },
  },
  ...["https://other.test/", "#top", "mailto:a@b.test"].map((href) => ({
    name: `a link to ${href} is the browser's`,
    body: `<div bus-boost="true"><a id="go" href="${href}"></a></div>`,
    act: async (page: Page) => {
      document.addEventListener("click", (event) => event.preventDefault(), { once: true });
      await page.click("#go");
    },
    check: (page: Page) => assert.equal(page.seen.length, 0),
  })),
  {
    name: "a link that opens elsewhere or downloads is the browser's",
    body: `<div bus-boost="true"><a id="go" href="/y" target="_blank"></a><a id="d" href="/y" download></a></div>`,
    act: async (page) => {
      for (const id of ["#go", "#d"]) {
        document.addEventListener("click", (event) => event.preventDefault(), { once: true });
        await page.click(id);
      }
    },
    check: (page) => assert.equal(page.seen.length, 0),
  },
  {
    name: "false inside true is not boosted",
    body: `<div bus-boost="true"><p bus-boost="false"><a id="go" href="#/y"></a></p></div>`,
    check: (page) => assert.equal(page.seen.length, 0),
  },
  {
    name: "a GET form's values take the place of its query",
    body: `<form bus-boost="true" action="/y?old=1"><input name="q" value="a b"></form>`,
    routes: { "GET /y": "ok" },
    act: fire("form", "submit"),
    check: () => assert.equal(location.pathname + location.search, "/y?q=a+b"),
  },
  {
    name: "the address of a POST counts only where a redirect led",
    body: `<form bus-boost="true" method="post" action="/y"><input name="action" value="1"></form>`,
    routes: {
      "POST /y": { status: 422, body: `<form bus-boost="true" method="post" action="/z"></form>` },
      "POST /z": { body: "done", url: "/list" },
    },
    act: async (page) => {
      fire("form", "submit")(page);
      await page.settled();
      assert.equal(location.pathname, "/start");
      fire("form", "submit")(page);
    },
    check: () => assert.equal(location.pathname, "/list"),
  },
]);

suite("history", [
  {
    name: "Back asks for the page again",
    body: `<p id="go" bus-get="/x" bus-target="body" bus-push-url="true"></p>`,
    routes: { "GET /x": "<h1>x</h1>", "GET /start": "<html><title>S</title><body><h1>start</h1></body></html>" },
    act: async (page) => {
      await page.click("#go");
      assert.equal(location.pathname, "/x");
      history.back();
      await until(() => page.seen.length > 1);
    },
    html: "<h1>start</h1>",
    check: (page) => {
      const { headers } = page.seen[1] ?? first(page);
      assert.equal(headers.get("Bus-History-Restore-Request"), "true");
      assert.equal(headers.get("Bus-Request-Type"), "full");
      assert.equal(location.pathname, "/start");
    },
  },
  {
    name: "Back to a page that cannot be had loads it",
    body: `<p id="go" bus-get="/x" bus-target="body" bus-push-url="true"></p>`,
    routes: { "GET /x": "<h1>x</h1>", "GET /start": { status: 500 } },
    act: async (page) => {
      await page.click("#go");
      history.back();
      await until(() => went.length > 0);
    },
    check: () => assert.deepEqual(went, ["reload"]),
  },
  {
    name: "bus-replace-url adds no entry",
    body: `<p id="go" bus-get="/x" bus-replace-url="/z"></p>`,
    routes: { "GET /x": "" },
    act: async (page) => {
      const before = history.length;
      await page.click("#go");
      assert.equal(history.length, before);
    },
    check: () => assert.equal(location.pathname, "/z"),
  },
]);

suite("what pages and replies get wrong", [
  {
    name: "fields may have the names of what a form has: id, form, action, method",
    body: `<form id="f" bus-post="/x" bus-swap="none"><input name="id" value="1"><input name="form" value="2"><input name="action" value="3"><input name="method" value="4"><button id="go">go</button></form>`,
    routes: { "POST /x": "" },
    check: (page) => {
      assert.equal(first(page).body, "id=1&form=2&action=3&method=4");
      assert.equal(first(page).headers.get("Bus-Source"), "form#f");
      quiet(page);
    },
  },
  ...["indicator", "disable"].map(
    (name): Case => ({
      name: `bus-${name} that does not parse is an error, nothing is sent, and nothing is left marked`,
      body: `<p id="go" bus-post="/x" bus-${name}="((">old</p>`,
      routes: { "POST /x": "new" },
      act: async (page) => {
        await page.click("#go");
        await page.click("#go");
      },
      html: `<p id="go" bus-post="/x" bus-${name}="((">old</p>`,
      check: (page) => {
        assert.deepEqual(page.errors, ["attribute", "attribute"]);
        assert.equal(page.seen.length, 0);
      },
    }),
  ),
  {
    name: "no address is this page's own, whatever base says; a relative one is below base",
    body: `<base href="/below/"><p id="a" bus-get=""></p><p id="b" bus-get="x"></p><form bus-boost="true" method="post"><button id="c"></button></form>`,
    routes: { "*": "" },
    act: async (page) => {
      history.replaceState(null, "", "/start#here");
      for (const id of ["#a", "#b", "#c"]) await page.click(id);
    },
    check: (page) => {
      assert.deepEqual(
        page.seen.map((one) => `${one.method} ${one.path}`),
        ["GET /start", "GET /below/x", "POST /start"],
      );
    },
  },
  ...["javascript:alert(1)", "http-evil:x", "data:text/html,x", "blob:x", " javascript:1"].map(
    (url): Case => ({
      name: `Bus-Redirect does not go to ${url}`,
      body: `<p id="go" bus-post="/x"></p>`,
      routes: { "POST /x": { headers: { "Bus-Redirect": url } } },
      check: (page) => {
        assert.deepEqual(went, []);
        assert.deepEqual(page.errors, ["origin"]);
      },
    }),
  ),
  {
    name: "what was asked before the reader went back is too late, also when it is the first to arrive",
    body: `<p id="go" bus-get="/slow" bus-target="body" bus-push-url="true"></p>`,
    act: async (page) => {
      const slow = held();
      const back = held();
      page = show(`<p id="go" bus-get="/slow" bus-target="body" bus-push-url="true"></p>`, {
        "GET /slow": slow.route,
        "GET /before": back.route,
      });
      history.replaceState({ busbar: 0 }, "", "/before");
      await page.click("#go");
      window.dispatchEvent(new PopStateEvent("popstate", { state: { busbar: 0 } }));
      await page.settled();
      slow.answer("<i>slow</i>");
      await page.settled();
      back.answer("<b>before</b>");
      await page.settled();
    },
    html: "<b>before</b>",
    check: () => assert.equal(location.pathname, "/before"),
  },
]);

test("a second copy of the script leaves the work to the first", async () => {
  vi.resetModules();
  const copy = await import("../../client/core/index.ts");
  assert.notEqual(copy.config, config);
  const page = show(`<p id="go" bus-post="/x"></p>`, { "POST /x": { headers: { "Bus-Refresh": "true" } } });
  copy.config({ reload: () => went.push("by the copy") });
  await page.click("#go");
  assert.equal(page.seen.length, 1);
  assert.deepEqual(went, ["by the copy"]);
});
